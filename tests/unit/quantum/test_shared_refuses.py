"""What `share` and shared programs refuse, and what they then say."""

import numpy as np
import pytest
import torch
from qiskit import QuantumCircuit
from qiskit.circuit import Parameter, ParameterVector
from qiskit.quantum_info import Pauli, SparsePauliOp

from qbench.quantum import memory
from qbench.quantum._shared_lowering import ROTATIONS
from qbench.quantum.shared import share

Z = np.array([1.0, -1.0])


def network(n=3, layers=2, *, encoding=("ry",), gates=("rx", "ry", "rz")):
    """Encoding rotations, then layers of rotations and a ring of CX; <Z_q> of every qubit."""
    x, w = ParameterVector("x", n), ParameterVector("w", n * layers * len(gates))
    circuit, weights = QuantumCircuit(n), iter(w)
    for q in range(n):
        for name in encoding:
            getattr(circuit, name)(x[q], q)
    for _ in range(layers):
        for q in range(n):
            for name in gates:
                getattr(circuit, name)(next(weights), q)
        for q in range(n):
            circuit.cx(q, (q + 1) % n)
    return circuit, x, [SparsePauliOp.from_sparse_list([("Z", [q], 1.0)], n) for q in range(n)]


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.fixture
def shared():
    return share(*network())


def arguments(shared, rng, batch=5, lead=()):
    states = shared.encode(rng.uniform(-3, 3, (batch, len(shared.inputs))))
    return states, rng.uniform(-3, 3, (*lead, len(shared.weights)))


def test_inputs_after_weights():
    x, w = ParameterVector("x", 2), ParameterVector("w", 2)
    circuit = QuantumCircuit(2)
    circuit.ry(x[0], 0)
    circuit.rz(w[0], 0)
    circuit.ry(x[1], 1)
    assert share(circuit, x, [np.arange(4.0)])
    circuit.cx(0, 1)
    circuit.rx(2 * x[1], 1)
    message = (
        r"rx\(2\*x\[1\]\) on qubits \[1\] \(instruction 4\) takes the input x\[1\] but comes after cx\(\) on qubits "
        r"\[0, 1\] \(instruction 3\) on qubit 1: .* use qbench.quantum.compile"
    )
    with pytest.raises(ValueError, match=message):
        share(circuit, x, [np.arange(4.0)])
    circuit = QuantumCircuit(1)
    circuit.ry(x[0] * w[0], 0)
    with pytest.raises(ValueError, match=r"ry\(w\[0\]\*x\[0\]\).* mixes inputs and weights"):
        share(circuit, [x[0]], [Z])


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ([Parameter("y")], "inputs y are not among the circuit's parameters: it has w"),
        (["x"], "inputs x are not among"),
        ("twice", r"inputs must differ, got x\[0\], x\[0\]"),
    ],
)
def test_inputs_that_are_none(inputs, message):
    circuit, x, observables = network()
    with pytest.raises(ValueError, match=message):
        share(circuit, [x[0], x[0]] if inputs == "twice" else inputs, observables)


def test_circuits_that_do_not_fit():
    nine = QuantumCircuit(9)
    with pytest.raises(ValueError, match=r"at most 8 qubits, the circuit has 9: use qbench.quantum.compile"):
        share(nine, [], [np.zeros(512)])
    with pytest.raises(ValueError, match="no qubits"):
        share(QuantumCircuit(0), [], [np.zeros(1)])
    measured = QuantumCircuit(1, 1)
    measured.ry(Parameter("w"), 0)
    measured.measure(0, 0)
    with pytest.raises(ValueError, match=r"does not run 'measure'.*remove_final_measurements"):
        share(measured, [], [Z])
    foreign = QuantumCircuit(2)
    foreign.ryy(Parameter("w"), 0, 1)
    with pytest.raises(ValueError, match="does not run 'ryy'"):
        share(foreign, [], [np.zeros(4)])


def test_a_gate_that_only_the_general_engine_has(monkeypatch):
    monkeypatch.delitem(ROTATIONS, "crx")
    circuit = QuantumCircuit(2)
    circuit.crx(Parameter("w"), 0, 1)
    with pytest.raises(
        ValueError, match=r"cannot be shared through 'crx', only through cry, .*use qbench.quantum.compile"
    ):
        share(circuit, [], [np.zeros(4)])


@pytest.mark.parametrize(
    ("observables", "message"),
    [
        ([], "must not be empty"),
        (SparsePauliOp("ZII"), r"is a sequence: pass \[observable\]"),
        (Pauli("ZII"), r"is a sequence: pass \[observable\]"),
        ([np.zeros(8), np.zeros(4)], "observable 1: .*last axis 2.3 = 8"),
        (np.zeros(8), "observable 0: "),
        ([np.zeros((2, 8))], r"observable 0: a diagonal has shape \(8,\), got \(2, 8\)"),
        ([np.full(8, np.nan)], "observable 0: .*finite"),
        ([SparsePauliOp("ZZ")], "observable 0: the observable has 2 qubits, the circuit 3"),
        ([SparsePauliOp("ZZZ", 1j)], "observable 0: .*real"),
        ([np.ones(8) * 1j], "observable 0: .*real"),
    ],
)
def test_observables_that_do_not_fit(observables, message):
    circuit, x, _ = network()
    with pytest.raises(ValueError, match=message):
        share(circuit, x, observables)


def test_inputs_of_another_shape(shared):
    for x in (np.zeros((2, 4)), np.zeros(()), torch.zeros(2, 2)):
        with pytest.raises(ValueError, match=r"x must have 3 values on the last axis.*x\[0\], x\[1\], x\[2\]"):
            shared.encode(x)
    with pytest.raises(ValueError, match="finite"):
        shared.encode(np.full((2, 3), np.nan))


@pytest.mark.parametrize("kind", ["numpy", "torch"])
def test_arguments_that_do_not_fit(shared, rng, kind):
    as_kind = torch.as_tensor if kind == "torch" else np.asarray
    states, weights = arguments(shared, rng, lead=(2,))

    def refused(message, s=states, w=weights):
        with pytest.raises(ValueError, match=message):
            shared.expectation(as_kind(s), as_kind(w))
        with pytest.raises(ValueError, match=message):
            shared.jacobian(as_kind(s), as_kind(w))

    refused(
        r"weights must be \(\*S, 18\).*\(w\[0\], w\[1\], w\[2\], w\[3\], ...\).*got shape \(2, 17\)", w=weights[:, 1:]
    )
    refused(r"weights must be .* got shape \(0, 18\)", w=weights[:0])
    refused(r"weights must be .* got shape \(\)", w=0.5)
    refused(r"states must be \(B, 8\), or \(2, 'B', 8\).*got shape \(5, 7\)", s=states[:, 1:])
    refused(r"states must be .* got shape \(8,\)", s=states[0])
    refused(r"states must be .* got shape \(0, 8\)", s=states[:0])
    refused(r"states must be .* got shape \(3, 5, 8\)", s=np.stack([states] * 3))
    for bad in (np.nan, np.inf):
        broken = weights.copy()
        broken[1, 4] = bad
        refused(rf"weights must be finite, got {bad} at index \(1, 4\)", w=broken)
        broken = states.copy()
        broken[3, 2] = bad
        refused(rf"states must be finite, got {bad} at index \(3, 2\)", s=broken)
    for bad, message in [
        (np.zeros((2, 5, 4)), r"broadcast to \(\*S, B, m\) = \(2, 5, 3\), got shape \(2, 5, 4\)"),
        (np.full(3, np.nan), "cotangent must be finite"),
    ]:
        with pytest.raises(ValueError, match=message):
            shared.vjp(as_kind(states), as_kind(weights), as_kind(bad))


def test_numbers_of_another_kind(shared, rng):
    states, weights = arguments(shared, rng)
    for w in (weights * 1j, torch.from_numpy(weights * 1j), ["0.5"] * 18):
        with pytest.raises(ValueError, match="weights must be real numbers, got"):
            shared.vjp(states, w, np.ones((5, 3)))
    with pytest.raises(ValueError, match="weights must be real numbers, got complex128"):
        shared.expectation(torch.from_numpy(states), weights * 1j)
    with pytest.raises(ValueError, match="states must be real or complex, got <U"):
        shared.expectation(np.full((5, 8), "0"), weights)
    with pytest.raises(ValueError, match="cotangent must be real numbers, got complex128"):
        shared.vjp(states, weights, np.ones((5, 3)) * 1j)
    with pytest.raises(ValueError, match="must be real"):
        shared.encode(np.ones((5, 3)) * 1j)


def test_an_expression_without_a_value():
    w = Parameter("w")
    circuit = QuantumCircuit(1)
    circuit.ry(w.log(), 0)
    shared = share(circuit, [], [Z])
    states = shared.encode(np.zeros((1, 0)))
    np.testing.assert_allclose(shared.expectation(states, [2.0]), [[np.cos(np.log(2.0))]])
    with pytest.raises(ValueError, match="a gate angle is not finite"):
        shared.expectation(states, [-2.0])


def test_more_states_than_memory(shared, rng, monkeypatch):
    states, weights = arguments(shared, rng, batch=2**18)
    monkeypatch.setattr(memory, "available_memory", lambda device: 2**20)
    with pytest.raises(ValueError, match="1 x 262144 states"):
        shared.expectation(states, weights)
    # 500 states of 200 members are no matter, but 500 x 3 x 18 derivatives of each are.
    states, weights = arguments(shared, rng, batch=500, lead=(200,))
    with pytest.raises(ValueError, match="a jacobian of 27000 numbers a member"):
        shared.jacobian(states, weights)
