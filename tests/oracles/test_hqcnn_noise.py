"""The noisy convolutional circuit against two density-matrix simulators, and folding gate by gate."""

from __future__ import annotations

import numpy as np
import pennylane as qml
import pytest
import torch
from qiskit import transpile
from qiskit.quantum_info import Operator
from qiskit_aer import AerSimulator
from qiskit_aer.noise import NoiseModel, depolarizing_error

from qbench.papers.hqcnn.circuits import qcnn_circuit, su4_circuit
from qbench.papers.hqcnn.depolarising import Depolarising, transfer_matrices
from qbench.papers.hqcnn.layout import Layout
from qbench.papers.hqcnn.noise import mitigated_expectation, noisy_expectation, noisy_features
from qbench.quantum import compile

LAYOUTS = {
    "4 qubits": Layout(n_qubits=4),
    "6 qubits": Layout(n_qubits=6),
    "per block, chain": Layout(n_qubits=6, sharing="block", topology="chain"),
    "two wires read": Layout(n_qubits=4, readout="n_out2", sharing="layer"),
    "product": Layout(n_qubits=4, entangled=False),
    "odd": Layout(n_qubits=5),
}


def drawn(layout, seeds=2, batch=2):
    rng = np.random.default_rng(layout.n_qubits)
    return rng.uniform(-3, 3, (seeds, batch, layout.n_qubits)), rng.uniform(-7, 7, (seeds, layout.n_angles))


def read(layout, law):
    return np.asarray(law) @ (1.0 - 2.0 * (np.arange(len(law))[:, None] >> np.array(layout.read) & 1))


def by_aer(layout, h, theta, p, *, cx_only=False):
    model = NoiseModel(basis_gates=["u", "ry", "rz", "cx"])
    if not cx_only:
        model.add_all_qubit_quantum_error(depolarizing_error(p, 1), ["u", "ry", "rz"])
    model.add_all_qubit_quantum_error(depolarizing_error(p, 2), ["cx"])
    simulator = AerSimulator(method="density_matrix", noise_model=model, max_parallel_threads=1)
    circuit = qcnn_circuit(layout)
    circuit.save_probabilities()
    ready = transpile(circuit, simulator, optimization_level=0)
    bound = [ready.assign_parameters(np.concatenate([row, theta])) for row in h]
    result = simulator.run(bound, shots=1).result()
    return np.array([read(layout, result.data(k)["probabilities"]) for k in range(len(h))])


def by_pennylane(layout, h, theta, p, places):
    """DepolarisingChannel(p) on every wire of every gate, of every CX, or of every layer; wire q is qubit q."""
    names = {"u": qml.U3, "ry": qml.RY, "rz": qml.RZ, "cx": qml.CNOT}

    def put(gate, wires, angles):
        names[gate](*angles, wires=wires)
        if places == "gates" or (places == "cx_only" and gate == "cx"):
            for q in wires:
                qml.DepolarizingChannel(p, wires=q)

    def block(angles, pair):
        circuit = su4_circuit(entangled=layout.entangled).assign_parameters(angles)
        for gate in circuit.data:
            wires = [pair[circuit.find_bit(q).index] for q in gate.qubits]
            put(gate.operation.name, wires, [float(x) for x in gate.operation.params])

    @qml.qnode(qml.device("default.mixed", wires=layout.n_qubits))
    def run(row):
        for q in range(layout.n_qubits):
            put("ry", [q], [2 * row[q]])
        for layer, wires in enumerate(layout.wires):
            for b in layout.blocks:
                if b.layer == layer:
                    block(theta[b.angles : b.angles + 15], b.wires)
            if places == "per_layer":
                for q in wires:
                    qml.DepolarizingChannel(p, wires=q)
        return [qml.expval(qml.PauliZ(q)) for q in layout.read]

    return np.array([run(row) for row in h])


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize(("p", "cx_only"), [(0.1, False), (0.01, False), (0.3, True)])
def test_values_are_aers(name, p, cx_only):
    layout = LAYOUTS[name]
    h, theta = drawn(layout)
    noise = Depolarising(p=p, places="cx_only" if cx_only else "gates")
    found = noisy_expectation(layout, h, theta, noise)
    for s in range(2):
        np.testing.assert_allclose(found[s], by_aer(layout, h[s], theta[s], p, cx_only=cx_only), atol=1e-10)


@pytest.mark.parametrize("name", ["4 qubits", "product", "odd"])
@pytest.mark.parametrize("places", ["gates", "cx_only", "per_layer"])
def test_values_are_pennylanes(name, places):
    layout = LAYOUTS[name]
    h, theta = drawn(layout, seeds=1)
    noise = Depolarising(p=0.07, convention="pennylane", places=places)
    found = noisy_expectation(layout, h, theta, noise)[0]
    np.testing.assert_allclose(found, by_pennylane(layout, h[0], theta[0], 0.07, places), atol=1e-10)
    if places == "per_layer":
        # One-qubit channels alone: Qiskit's p is 4/3 of PennyLane's.
        same = Depolarising(p=0.07 * 4 / 3, places="per_layer")
        np.testing.assert_allclose(noisy_expectation(layout, h, theta, same)[0], found, atol=1e-12)


def test_the_main_reading_at_8_qubits():
    h, theta = drawn(Layout(), batch=1)
    found = noisy_expectation(Layout(), h, theta, Depolarising(p=0.1))
    np.testing.assert_allclose(found[1], by_aer(Layout(), h[1], theta[1], 0.1), atol=1e-10)


@pytest.mark.parametrize("readout", ["all", "n_out1", "wire0", "n_out2", "n_out4"])
def test_without_noise_it_is_the_circuit(readout):
    layout = Layout(readout=readout)
    h, theta = drawn(layout)
    angles = np.concatenate([h, np.broadcast_to(theta[:, None], (2, 2, layout.n_angles))], axis=-1)
    law = compile(qcnn_circuit(layout)).probabilities(angles)
    found = noisy_expectation(layout, h, theta, Depolarising(p=0.0))
    np.testing.assert_allclose(found, read_all(layout, law), atol=1e-12)


def read_all(layout, law):
    return law @ (1.0 - 2.0 * (np.arange(law.shape[-1])[:, None] >> np.array(layout.read) & 1))


@pytest.mark.parametrize("scale", [3, 5])
def test_folding_gate_by_gate_is_the_power(scale):
    """Every gate becomes G (G^dag G)^j under Aer's noise: what local folding runs."""
    layout, p = Layout(n_qubits=4), 0.05
    h, theta = drawn(layout, 1, 1)
    plain = qcnn_circuit(layout).assign_parameters(np.concatenate([h[0, 0], theta[0]]))
    folded = plain.copy_empty_like()
    for gate in plain.data:
        folded.append(gate)
        for _ in range(scale // 2):
            folded.append(gate.operation.inverse(), gate.qubits)
            folded.append(gate)
    assert np.allclose(Operator(folded).data, Operator(plain).data)
    model = NoiseModel(basis_gates=["u", "ry", "rz", "cx"])
    model.add_all_qubit_quantum_error(depolarizing_error(p, 1), ["u", "ry", "rz"])
    model.add_all_qubit_quantum_error(depolarizing_error(p, 2), ["cx"])
    simulator = AerSimulator(method="density_matrix", noise_model=model, max_parallel_threads=1)
    folded.save_probabilities()
    law = simulator.run(transpile(folded, simulator, optimization_level=0), shots=1).result().data()["probabilities"]
    found = noisy_expectation(layout, h, theta, Depolarising(p=p, scale=scale))[0, 0]
    np.testing.assert_allclose(found, read(layout, law), atol=1e-10)


def test_mitigation_by_hand():
    """Folded circuits by Aer at scales 1, 3, 5, their values combined with 15/8, -5/4, 3/8."""
    layout = Layout(n_qubits=4)
    h, theta = drawn(layout, 1, 2)
    rates = [1.0 - 0.9**scale for scale in (1, 3, 5)]
    values = [by_aer(layout, h[0], theta[0], p) for p in rates]
    wanted = np.clip(15 / 8 * values[0] - 5 / 4 * values[1] + 3 / 8 * values[2], -1, 1)
    found = mitigated_expectation(layout, h, theta, Depolarising(p=0.1), (1, 3, 5))[0]
    np.testing.assert_allclose(found, wanted, atol=1e-10)
    # Weak noise: what is left is of third order in the rate.
    ideal = noisy_expectation(layout, h, theta, Depolarising(p=0.0))
    errors = [np.abs(mitigated_expectation(layout, h, theta, Depolarising(p=p)) - ideal).max() for p in (0.002, 0.001)]
    assert errors[0] / errors[1] == pytest.approx(8.0, rel=0.15)


def test_seeds_are_alone_to_the_bit():
    layout = Layout(sharing="layer")
    h, theta = drawn(layout, 5, 7)
    whole = noisy_expectation(layout, h, theta, Depolarising(p=0.1))
    for some in ([0], [1, 4], [0, 2, 3]):
        assert np.array_equal(whole[some], noisy_expectation(layout, h[some], theta[some], Depolarising(p=0.1)))


@pytest.mark.parametrize("places", ["gates", "cx_only", "per_layer"])
def test_gradients_under_noise_are_difference_quotients(places):
    layout = Layout(n_qubits=6, sharing="layer")
    h, theta = (torch.tensor(x, requires_grad=True) for x in drawn(layout))
    noise = Depolarising(p=0.1, places=places)
    assert torch.autograd.gradcheck(lambda a, b: noisy_features(layout, a, b, noise), (h, theta), fast_mode=True)


def test_a_linear_scale_is_another_rate():
    layout = Layout(n_qubits=4)
    h, theta = drawn(layout)
    for convention in ("qiskit", "pennylane"):
        scaled = Depolarising(p=0.1, scale=3.0, scaling="linear", convention=convention)
        found = noisy_expectation(layout, h, theta, scaled)
        plain = noisy_expectation(layout, h, theta, Depolarising(p=0.1 * 3.0, convention=convention))
        np.testing.assert_allclose(found, plain, atol=1e-14)
        power = noisy_expectation(layout, h, theta, Depolarising(p=0.1, scale=3.0, convention=convention))
        assert np.abs(power - plain).max() > 1e-3


def test_rates_at_the_end_of_their_range():
    layout = Layout(n_qubits=4)
    h, theta = drawn(layout)
    for convention, most in (("qiskit", 1.0), ("pennylane", 0.75)):
        np.testing.assert_array_equal(
            noisy_expectation(layout, h, theta, Depolarising(p=most, convention=convention)), 0.0
        )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Depolarising(p=1.01), r"p must lie in \[0, 1\], got 1.01"),
        (lambda: Depolarising(p=-0.1), r"p must lie in \[0, 1\], got -0.1"),
        (lambda: Depolarising(p=0.76, convention="pennylane"), r"p must lie in \[0, 0.75\], got 0.76"),
        (lambda: Depolarising(p=float("nan")), r"p must lie in \[0, 1\], got nan"),
        (lambda: Depolarising(p=0.1, scale=-1.0), r"scale must lie in \[0, inf\), got -1.0"),
        (
            lambda: Depolarising(p=0.3, scale=5.0, scaling="linear"),
            r"scale \* p must lie in \[0, 1\] for 'qiskit', got 5 \* 0\.3; take smaller scales or scaling='power'",
        ),
        (lambda: Depolarising(p=0.1, convention="aer"), "convention must be one of pennylane, qiskit, got 'aer'"),
        (lambda: Depolarising(p=0.1, places="layer"), "places must be one of .*did you mean 'per_layer'"),
        (lambda: Depolarising(p=0.1, scaling="fold"), "scaling must be one of linear, power, got 'fold'"),
        (
            lambda: noisy_expectation(Layout(pooling=True), np.ones((1, 1, 8)), np.ones((1, 21)), Depolarising(p=0.1)),
            "the layout has pooling gates; take pooling=False",
        ),
        (
            lambda: noisy_expectation(Layout(), np.ones((1, 1, 8)), np.ones((1, 16)), Depolarising(p=0.1)),
            r"theta must be \(seeds, 15\) for this layout, got shape \(1, 16\)",
        ),
        (
            lambda: noisy_expectation(Layout(), np.ones((2, 1, 8)), np.ones((1, 15)), Depolarising(p=0.1)),
            r"h must be \(seeds, batch, 8\) with the 1 seeds of theta, got \(2, 1, 8\)",
        ),
        (
            lambda: transfer_matrices(Layout(), torch.ones((1, 14)), Depolarising(p=0.1)),
            r"theta must be \(seeds, 15\) for this layout",
        ),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()
