"""The proofs behind the analytic claims of cvar_vqe, executed: each is what pytest runs beside the claim's exact part.

Exact throughout: rationals, integers, or double precision with tolerance 1e-12. None samples.
"""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbench.papers.cvar_vqe.certificates import E1, E2, laws, tail_sum_variance
from qbench.papers.cvar_vqe.circuits import cz_pairs
from qbench.papers.cvar_vqe.encodings import encoding
from qbench.papers.cvar_vqe.hamiltonian import constraint_violations, hamiltonian
from qbench.papers.cvar_vqe.system import sum_rate
from qbench.quantum.ising import all_bitstrings, ising_from_qubo, qubo_energies


def tail_sum(samples: tuple[Fraction, ...], lowest: int) -> Fraction:
    return sum(sorted(samples)[:lowest], Fraction(0))


@pytest.mark.parametrize(("shots", "lowest"), [(2, 1), (3, 1), (3, 2), (4, 2), (4, 3)])
def test_variance_bound_by_efron_stein(shots: int, lowest: int) -> None:
    """C09 step by step: one sample moves the tail sum by at most B; Var(S) <= sum of conditional variances <= K B^2/4.

    The variance is computed twice: over ordered samples here, over counts in the study.
    """
    for weights, energies in laws(3, (Fraction(1, 4), Fraction(3, 4))):
        law = [(Fraction(w, 3), e) for w, e in zip(weights, energies, strict=True) if w]
        width = max(e for _, e in law) - min(e for _, e in law)
        first = second = conditional = Fraction(0)
        for others in itertools.product(law, repeat=shots - 1):
            weight = Fraction(1)
            for p, _ in others:
                weight *= p
            sums = [(p, tail_sum((e, *(x for _, x in others)), lowest)) for p, e in law]
            assert max(s for _, s in sums) - min(s for _, s in sums) <= width
            mean = sum(p * s for p, s in sums)
            square = sum(p * s * s for p, s in sums)
            first += weight * mean
            second += weight * square
            conditional += weight * (square - mean * mean)
        variance = second - first * first
        assert variance == tail_sum_variance(weights, energies, 3, shots, lowest)
        # Efron-Stein; the samples are exchangeable, so one conditional variance stands for all.
        assert variance <= shots * conditional
        assert conditional <= width * width / 4


@given(
    n=st.integers(1, 5), p=st.integers(0, 3), entanglement=st.sampled_from(["linear", "ring", "full"]), data=st.data()
)
def test_ansatz_reaches_every_basis_state(n: int, p: int, entanglement: str, data: st.DataObject) -> None:
    """C16 by what it rests on, on dense matrices of our own: RY(pi) flips, CZ only signs, RY(0) does nothing."""

    def ry(angle: float) -> np.ndarray:
        c, s = np.cos(angle / 2), np.sin(angle / 2)
        return np.array([[c, -s], [s, c]])

    def layer(angles: list[float]) -> np.ndarray:
        whole = np.eye(1)
        for angle in angles:  # qubit 0 is the lowest bit: it comes last in the Kronecker product
            whole = np.kron(ry(angle), whole)
        return whole

    b = data.draw(st.integers(0, 2**n - 1))
    bits = [(b >> q) & 1 for q in range(n)]
    state = layer([np.pi * x for x in bits])[:, 0]
    signs = np.ones(2**n)
    for i, j in cz_pairs(n, entanglement):
        both = [(k >> i) & (k >> j) & 1 for k in range(2**n)]
        signs *= 1.0 - 2.0 * np.array(both)
    assert set(signs) <= {-1.0, 1.0}
    for _ in range(p):
        state = layer([0.0] * n) @ (signs * state)
    assert abs(abs(state[b]) - 1.0) <= 1e-12


integers = st.integers(-9, 9)


@given(quadratic=st.lists(integers, min_size=36, max_size=36), linear=st.lists(integers, min_size=6, max_size=6))
def test_third_difference_vanishes_for_every_quadratic(quadratic: list[int], linear: list[int]) -> None:
    """C17: on the eight associations that C1 allows, every quadratic in u has third difference 0; the rate has 2."""
    q, c = np.array(quadratic).reshape(6, 6), np.array(linear)
    total = 0
    for b in itertools.product((0, 1), repeat=3):
        u = np.array([[x, 1 - x] for x in b]).ravel()
        total += (-1) ** (3 - sum(b)) * int(u @ q @ u + c @ u)
    assert total == 0
    weights = np.array([[6.0, 0.0], [0.0, 0.0], [0.0, 0.0]])
    rate = {
        b: float(sum_rate(weights, np.array([3, 3]), [[1 - x for x in b]])[0])
        for b in itertools.product((0, 1), repeat=3)
    }
    by_hand = {b: 6.0 * b[0] / max(1, sum(b)) for b in rate}
    assert rate == by_hand
    assert sum((-1) ** (3 - sum(b)) * z for b, z in rate.items()) == 2.0


@given(n=st.integers(1, 5), data=st.data())
def test_ising_form_corrected_on_every_string(n: int, data: st.DataObject) -> None:
    """C18: with the constant (sum Q + tr Q)/4, c - H/2 equals E everywhere, so the largest H solves the QUBO."""
    values = iter(data.draw(st.lists(integers, min_size=n * n, max_size=n * n)))
    q = np.array([[next(values) for _ in range(n)] for _ in range(n)])
    for matrix in ((q + q.T).astype(float), *(m for m in (E1, E2) if len(m) == n)):
        spins = 2 * all_bitstrings(n) - 1
        h = np.array(
            [
                -sum(matrix[i, j] * s[i] * s[j] for i in range(n) for j in range(i + 1, n)) - matrix.sum(axis=1) @ s
                for s in spins
            ]
        )
        energies = qubo_energies(matrix)
        c = (matrix.sum() + np.trace(matrix)) / 4
        np.testing.assert_array_equal(c - h / 2, energies)
        np.testing.assert_array_equal(ising_from_qubo(matrix, "spin-up-is-one").energies(), energies)
        np.testing.assert_array_equal(h == h.max(), energies == energies.min())


@given(
    agents=st.integers(1, 3),
    stations=st.integers(1, 3),
    name=st.sampled_from(["onehot", "log"]),
    data=st.data(),
)
def test_corrected_penalty_makes_every_minimiser_feasible(
    agents: int, stations: int, name: str, data: st.DataObject
) -> None:
    """C33: with l1 = l2 = 2 w_max every string of least corrected energy meets C1 and C2, if the network has room."""
    if name == "log" and stations == 1:
        stations = 2
    limits = np.array(data.draw(st.lists(st.integers(1, 3), min_size=stations, max_size=stations)))
    if limits.sum() < agents:
        limits[0] += agents
    flat = data.draw(st.lists(st.integers(0, 9), min_size=agents * stations, max_size=agents * stations))
    weights = np.array(flat, dtype=float).reshape(agents, stations)
    if weights.max() == 0:
        weights[0, 0] = 1.0
    code = encoding(name, agents, stations)
    energies = hamiltonian(weights, limits, code)
    rows, overload = constraint_violations(limits, code)
    least = energies <= energies.min() + 1e-9
    assert not rows[least].any()
    assert not overload[least].any()
