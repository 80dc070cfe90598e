"""Shots, exactly: inversion on laws known in advance, and Aer where the outcome is certain."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from qiskit import QuantumCircuit
from qiskit_aer import AerSimulator

from qbench.quantum import compile
from qbench.quantum.program import inverse_cdf
from tests.oracles import circuits as c

ALMOST_ONE = np.nextafter(1.0, 0.0)


def first_above(law, uniform):
    """The smallest index whose cumulated mass exceeds the uniform's share of the whole, in exact arithmetic."""
    masses = [Fraction(float(p)) for p in law]
    wanted, reached = Fraction(float(uniform)) * sum(masses), Fraction(0)
    for index, mass in enumerate(masses):
        reached += mass
        if reached > wanted:
            return index
    raise AssertionError("a uniform below 1 always lies below the whole mass")


@pytest.mark.parametrize(
    ("law", "uniforms", "expected"),
    [
        ([0.25, 0.25, 0.5], [0.0, 0.2499, 0.25, 0.4999, 0.5, 0.99, ALMOST_ONE], [0, 0, 1, 1, 2, 2, 2]),
        ([0.0, 1.0, 0.0], [0.0, 0.5, ALMOST_ONE], [1, 1, 1]),
        ([0.5, 0.0, 0.0, 0.5, 0.0], [0.0, 0.4999, 0.5, ALMOST_ONE], [0, 0, 3, 3]),
        ([0.1] * 10, [ALMOST_ONE], [9]),
        ([0.1] * 10 + [0.0] * 6, [ALMOST_ONE], [9]),
        ([1.0], [0.0, ALMOST_ONE], [0, 0]),
        # The share of so small a mass is rounded up to all of it.
        ([5e-324, 0.0], [0.9], [0]),
        # A law that sums to 1 only up to rounding is used as it is.
        ([0.5, 0.5 - 1e-9], [0.4999999, 0.50000001, ALMOST_ONE], [0, 1, 1]),
    ],
)
def test_inversion_on_crafted_laws(law, uniforms, expected):
    drawn = inverse_cdf(np.array(law), np.array(uniforms))
    assert drawn.tolist() == expected
    assert drawn.dtype == np.int64


@given(
    st.lists(st.integers(0, 5), min_size=1, max_size=16).filter(any),
    st.lists(st.integers(0, 63), min_size=1, max_size=20),
)
def test_inversion_is_exact_on_dyadic_laws(counts, ticks):
    """Counts over a power of two and uniforms k/64: floats without rounding, so every edge is hit exactly."""
    law = np.array(counts) / 128.0
    uniforms = np.array(ticks) / 64.0
    drawn = inverse_cdf(law, uniforms)
    assert drawn.tolist() == [first_above(law, u) for u in uniforms]
    assert np.all(law[drawn] > 0)


@given(c.cases(st.integers(1, 5)), st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_sample_inverts_the_law_of_the_state(case, shots, seed):
    """The same uniforms, member by member, inverted one at a time on Qiskit's probabilities."""
    drawn = compile(case.circuit).sample(case.angles, shots, np.random.default_rng(seed))
    assert drawn.shape == (len(case.angles), shots)
    uniforms = np.random.default_rng(seed).random((len(case.angles), shots))
    for row, of_member, bound in zip(drawn, uniforms, case.bound(), strict=True):
        law = np.abs(c.by_qiskit(bound)) ** 2
        edges = np.concatenate([[0.0], np.cumsum(law)])
        for index, u in zip(row, of_member, strict=True):
            # Within rounding of an edge either neighbour is right.
            assert edges[index] - 1e-9 <= u <= edges[index + 1] + 1e-9


@given(st.integers(1, 6), st.data())
def test_basis_states_are_what_aer_counts(n, data):
    """X and SWAP and CX only: one outcome is certain, so shots are exact; Aer's strings have qubit 0 last."""
    circuit = data.draw(c.circuits(n, names=("x", "swap", "cx"), parametric=False, phase=False))
    drawn = compile(circuit).sample([], 5, np.random.default_rng(0))
    measured = circuit.copy()
    measured.measure_all()
    counts = AerSimulator(method="statevector", max_parallel_threads=1).run(measured, shots=5).result().get_counts()
    assert counts == {format(drawn[0], f"0{n}b"): 5}
    assert len(set(drawn.tolist())) == 1


def test_uniforms_are_taken_member_after_member():
    """Three members of four shots take twelve uniforms in order: what a member draws depends on those before it."""
    circuit = QuantumCircuit(3)
    circuit.h([0, 1, 2])
    program = compile(circuit)
    drawn = program.sample(np.zeros((3, 0)), 4, np.random.default_rng(7))
    uniforms = np.random.default_rng(7).random(12)
    assert drawn.tolist() == np.floor(uniforms * 8).astype(int).reshape(3, 4).tolist()
