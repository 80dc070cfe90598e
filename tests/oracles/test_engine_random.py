"""States of random circuits: qbench against Qiskit, Aer and two PennyLane engines, global phase included.

QBENCH_CIRCUITS=10000 pytest tests/oracles/test_engine_random.py runs that many circuits.
"""

import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiskit import QuantumCircuit
from qiskit.circuit import Parameter, ParameterVector

from qbench.quantum import compile
from tests.oracles import circuits as c

TOLERANCE = 1e-10
ASKED = os.environ.get("QBENCH_CIRCUITS")
MANY = settings(max_examples=int(ASKED)) if ASKED else settings()
# Mostly small, so that failures are readable; from 9 qubits on the engine fuses wider blocks.
QUBITS = st.sampled_from((1, 2, 3, 4, 5, 6) * 4 + (7, 8, 9, 10))


def agree(case):
    """Assert that all engines give the states of a case; errors name the engine."""
    state = compile(case.circuit).state(case.angles)
    bound = case.bound()
    others = {
        "qiskit": np.array([c.by_qiskit(b) for b in bound]),
        "aer": c.by_aer(bound),
        "default.qubit": np.array([c.by_pennylane(b) for b in bound]),
        "lightning.qubit": np.array([c.by_pennylane(b, "lightning.qubit") for b in bound]),
    }
    for name, other in others.items():
        assert state.shape == other.shape, name
        assert np.abs(state - other).max() < TOLERANCE, f"{name} differs by {np.abs(state - other).max():.1e}"


@MANY
@given(c.cases(QUBITS))
def test_five_engines_agree(case):
    agree(case)


@c.share(0.4)
@given(c.cases(st.integers(8, 10), most=60, batch=st.just(2)))
def test_five_engines_agree_on_wide_circuits(case):
    agree(case)


@given(c.cases(st.integers(1, 6), names=c.REAL, phase=False))
def test_real_circuits_agree(case):
    """The real path, which few circuits over all gates take."""
    program = compile(case.circuit)
    assert program.real
    assert program.state(case.angles).dtype == np.float64
    agree(case)


@given(c.cases(st.integers(1, 6)))
def test_probabilities_are_those_of_the_other_engines(case):
    found = compile(case.circuit).probabilities(case.angles)
    expected = np.abs([c.by_qiskit(b) for b in case.bound()]) ** 2
    assert found == pytest.approx(expected, abs=TOLERANCE)


@pytest.mark.parametrize("name", c.NAMES)
def test_every_gate_on_ordered_qubits_of_a_general_state(name):
    """Each gate both ways round on neighbours and on qubits apart, after and before rotations of every qubit."""
    rng = np.random.default_rng(len(name))
    turns = {"u": 3}.get(name, 1) if name in c.TURNED_ONE + c.TURNED_TWO else 0
    wires = [(0,), (2,)] if name in c.ONE_QUBIT else [(0, 1), (1, 0), (0, 3), (3, 0), (2, 1)]
    for where in wires:
        circuit = QuantumCircuit(4)
        for q in range(4):
            circuit.u(*rng.uniform(-3, 3, 3), q)
        angles = ParameterVector("x", turns)
        getattr(circuit, name)(*angles, *where)
        for q in range(4):
            circuit.u(*rng.uniform(-3, 3, 3), q)
        agree(c.Case(circuit, rng.uniform(-7, 7, (2, turns))))


def test_bit_q_is_qubit_q_in_every_engine():
    """X on qubit q of three puts the mass on index 2^q; read from the other end, qubit 0 would give 4."""
    for qubit in range(3):
        circuit = QuantumCircuit(3)
        circuit.x(qubit)
        for state in (
            compile(circuit).state([]),
            c.by_qiskit(circuit),
            c.by_aer([circuit])[0],
            c.by_pennylane(circuit),
        ):
            assert np.flatnonzero(np.abs(state) > 0.5).tolist() == [2**qubit]


def test_global_phase_is_kept():
    """RZ(2 pi) = -1, and the phase attribute multiplies the state: a phase is not measurable, but a convention."""
    turn = QuantumCircuit(1)
    turn.rz(2 * np.pi, 0)
    assert compile(turn).state([]) == pytest.approx([-1, 0], abs=1e-15)
    phase = QuantumCircuit(1, global_phase=Parameter("t"))
    assert compile(phase).state([0.3])[0] == pytest.approx(np.exp(0.3j), abs=1e-15)


def test_control_is_the_first_qubit():
    """CX(1, 0) on |01> (qubit 0 set) does nothing; on |10> it sets qubit 0."""
    for prepared, result in ((0, 1), (1, 3)):
        circuit = QuantumCircuit(2)
        circuit.x(prepared)
        circuit.cx(1, 0)
        assert np.flatnonzero(compile(circuit).state([])).tolist() == [result]
