"""Resource counts, by hand."""

import pickle

import pytest
from qiskit import QuantumCircuit
from qiskit.circuit import Parameter

from qbench.papers.cvar_vqe.circuits import cz_pairs, ry_cz_ansatz
from qbench.quantum import Resources, resources


@pytest.mark.parametrize(
    ("n", "p", "depth"), [(16, 1, 17), (16, 2, 20), (16, 3, 23), (8, 1, 9), (3, 1, 4), (3, 2, 7), (5, 4, 15)]
)
def test_linear_ansatz(n, p, depth):
    """n + 3p - 2: the first layer's RY, a chain of n - 1 CZ, its last RY; a further block starts three steps later."""
    found = resources(ry_cz_ansatz(n, p))
    assert found.depth == depth == n + 3 * p - 2
    assert found.two_qubit_depth == n - 1 + 2 * (p - 1)
    assert (found.qubits, found.parameters) == (n, (p + 1) * n)
    assert found.gates == {"ry": (p + 1) * n, "cz": p * (n - 1)}
    assert (found.one_qubit_gates, found.two_qubit_gates, found.larger_gates) == ((p + 1) * n, p * (n - 1), 0)


@pytest.mark.parametrize(("n", "p"), [(3, 1), (4, 2), (8, 1), (8, 3), (16, 2)])
def test_full_ansatz(n, p):
    found = resources(ry_cz_ansatz(n, p, "full"))
    assert found.depth == 2 * n - 1 + (p - 1) * (n + 1)
    assert found.two_qubit_depth == 2 * n - 3 + (p - 1) * n
    assert found.two_qubit_gates == p * n * (n - 1) // 2


@pytest.mark.parametrize("entanglement", ["linear", "ring", "full", "none"])
def test_transpiled_counts_are_gate_by_gate(entanglement):
    """RY is one U; CZ is H CX H on its second qubit, so two U and a CX: nothing is merged at level 0."""
    n, p = 5, 2
    found = resources(ry_cz_ansatz(n, p, entanglement))
    pairs = p * len(cz_pairs(n, entanglement))
    after = found.transpiled
    expected = {"u": (p + 1) * n + 2 * pairs, "cx": pairs}
    assert after.gates == {name: count for name, count in expected.items() if count}
    assert (after.one_qubit_gates, after.two_qubit_gates, after.larger_gates) == (expected["u"], pairs, 0)
    assert after.two_qubit_depth == found.two_qubit_depth


def test_transpiled_depth_of_two_qubits():
    """On qubit 1: U(RY), U(H), CX, U(H), U(RY)."""
    found = resources(ry_cz_ansatz(2, 1))
    assert (found.depth, found.transpiled.depth) == (3, 5)
    assert (found.two_qubit_depth, found.transpiled.two_qubit_depth) == (1, 1)


def test_another_basis():
    found = resources(ry_cz_ansatz(3, 1), basis=["rz", "sx", "x", "cz"])
    assert found.basis == ("rz", "sx", "x", "cz")
    # RY(t) = RZ(-pi) SX RZ(pi - t) SX up to RZ's that Qiskit does not merge: two SX each, and every CZ stays.
    assert found.transpiled.gates["sx"] == 2 * 6
    assert found.transpiled.gates["cz"] == found.transpiled.two_qubit_gates == 2


def test_depth_waits_for_qubits_alone():
    circuit = QuantumCircuit(4)
    circuit.h(0)
    circuit.cx(0, 1)
    circuit.cx(2, 3)
    circuit.h(3)
    circuit.cx(1, 2)
    found = resources(circuit)
    assert (found.depth, found.two_qubit_depth) == (3, 2)


def test_barriers_measurements_and_phases_are_not_counted():
    """A barrier holds nothing back: H on qubit 1 does not wait for H on qubit 0 (Qiskit's depth makes it wait)."""
    circuit = QuantumCircuit(2, 2, global_phase=0.3)
    circuit.h(0)
    circuit.barrier()
    circuit.h(1)
    circuit.barrier()
    assert circuit.depth() == 2
    bare = QuantumCircuit(2)
    bare.h([0, 1])
    circuit.measure([0, 1], [0, 1])
    assert resources(circuit) == resources(bare)
    assert resources(circuit).depth == 1
    circuit.measure_all()
    assert resources(circuit) == resources(bare)


def test_larger_gates_as_drawn():
    circuit = QuantumCircuit(3)
    circuit.ccx(0, 1, 2)
    circuit.x(2)
    found = resources(circuit)
    assert (found.one_qubit_gates, found.two_qubit_gates, found.larger_gates) == (1, 0, 1)
    assert (found.depth, found.two_qubit_depth) == (2, 0)
    # The usual decomposition has six CX and nine other gates, and X one.
    assert found.transpiled.gates == {"cx": 6, "u": 10}
    assert found.transpiled.larger_gates == 0


@pytest.mark.parametrize("n", [0, 3])
def test_a_circuit_without_gates(n):
    found = resources(QuantumCircuit(n))
    assert found.qubits == n
    assert found.gates == found.transpiled.gates == {}
    assert found.depth == found.transpiled.depth == found.two_qubit_depth == 0


def test_costs_are_plain_integers():
    costs = resources(ry_cz_ansatz(4, 1)).as_costs()
    assert costs == {
        "qubits": 4,
        "parameters": 8,
        "one_qubit_gates": 8,
        "two_qubit_gates": 3,
        "larger_gates": 0,
        "depth": 5,
        "two_qubit_depth": 3,
        "transpiled_one_qubit_gates": 14,
        "transpiled_two_qubit_gates": 3,
        "transpiled_larger_gates": 0,
        "transpiled_depth": 9,  # the first H of every CZ waits for nothing: U, U, then CX and U three times, then U
        "transpiled_two_qubit_depth": 3,
    }
    assert {type(value) for value in costs.values()} == {int}


def test_the_record_is_frozen_and_travels():
    found = resources(ry_cz_ansatz(3, 1))
    assert isinstance(found, Resources)
    with pytest.raises(AttributeError, match="cannot assign"):
        found.depth = 1
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301 - our own bytes
    assert hash(found) == hash(resources(ry_cz_ansatz(3, 1)))


def test_the_circuit_is_left_alone():
    circuit = ry_cz_ansatz(3, 1)
    circuit.measure_all()
    before = circuit.copy()
    resources(circuit)
    assert circuit == before


CIRCUIT = ry_cz_ansatz(2, 1)


@pytest.mark.parametrize(
    ("basis", "message"),
    [
        ((), r'basis must be a sequence of gate names such as \("u", "cx"\), got \(\)'),
        ("ucx", "must be a sequence of gate names .*got 'ucx'"),
        (("u", "cnot", "foo"), "basis has unknown gates cnot, foo; take Qiskit's names, such as u, cx, rz"),
        (("u",), r"basis \('u',\) cannot express this circuit's gates \(cz, ry\); take a universal one such as"),
        (("h", "t", "cx"), r"cannot express this circuit's gates \(cz, ry\)"),
    ],
)
def test_a_basis_that_does_not_do(basis, message):
    with pytest.raises(ValueError, match=message):
        resources(CIRCUIT, basis)


def test_what_is_no_gate_is_refused():
    circuit = QuantumCircuit(1, 1)
    circuit.reset(0)
    with pytest.raises(ValueError, match="only gates can be counted, not 'reset'; count the parts around it"):
        resources(circuit)
    circuit = QuantumCircuit(1, 1)
    with circuit.if_test((circuit.clbits[0], 1)):
        circuit.rx(Parameter("t"), 0)
    with pytest.raises(ValueError, match="not 'if_else'"):
        resources(circuit)
