"""Studies of what circuits and networks cost, against counts by hand and plain torch, at small sizes."""

from __future__ import annotations

import numpy as np
import pytest
from qiskit.quantum_info import Statevector
from torch import nn

from qbench.evidence.streams import Streams
from qbench.papers.hqcnn.depths import amplitude_circuit, drawn_depth, drawn_depth_witness, embedding_depth
from qbench.papers.hqcnn.layout import Layout
from qbench.papers.hqcnn.network_costs import (
    circuit_angles,
    circuit_angles_witness,
    network_sizes,
    network_sizes_witness,
    preprocessing,
    shared_layers_witness,
)

STREAMS = Streams("test")
ROWS = {"rows": ["4-3-2", "5-2-3"]}


def run(study, params):
    return {name: values.item() for name, values in study(params, STREAMS, range(1)).items()}


def test_angles_are_those_of_the_circuits() -> None:
    """15 a vector: one, one a layer of three, one for each of the 8 + 4 + 1 blocks; 2 a layer where gates pool."""
    found = run(circuit_angles, {"size": "4-3-2"})
    assert {name: found[name] for name in ("ours", "hur_convolution", "hur", "per_block")} == {
        "ours": 15,
        "hur_convolution": 45,
        "hur": 51,
        "per_block": 195,
    }
    assert found["undrawn"] == 0
    assert (found["per_qubit"], found["sum"], found["log"]) == (15 * 8, 15 * (2 + 4 + 8), 15 * 3)
    columns = circuit_angles({"size": "4-3-2"}, STREAMS, range(1))
    assert "45 angles on 8 qubits, and 51 with its pooling gates" in circuit_angles_witness(columns)
    words = shared_layers_witness(columns)
    assert "T log2 n = 45" in words
    assert "not 210; Table I has 15" in words


def test_angles_of_a_network_and_its_drawing_are_set_side_by_side(monkeypatch) -> None:
    from qiskit import QuantumCircuit

    monkeypatch.setattr("qbench.papers.hqcnn.network_costs.layers_circuit", lambda layout: QuantumCircuit(1))
    assert run(circuit_angles, {"size": "4-3-2"})["undrawn"] == 4


def plain(m, k, t):
    """Parameters of the networks as torch builds them."""

    def cnn(first, second, gap):
        return (
            nn.Conv2d(1, first, 3),
            nn.Conv2d(first, second, 3),
            nn.Linear(second * (1 if gap else m * k), k * t),
        )

    layers = {
        "ours": (nn.Linear(m * k, 8), nn.Linear(8, k * t)),
        "mlp": (nn.Linear(m * k, 8), nn.Linear(8, 8), nn.Linear(8, k * t)),
        "light": cnn(8, 16, gap=False),
        "heavy": cnn(32, 64, gap=False),
        "light_gap": cnn(8, 16, gap=True),
        "heavy_gap": cnn(32, 64, gap=True),
    }
    counts = {name: sum(p.numel() for layer in some for p in layer.parameters()) for name, some in layers.items()}
    return {**counts, "ours": counts["ours"] + 15}


def test_sizes_are_those_of_plain_networks() -> None:
    found = run(network_sizes, ROWS)
    assert found["disagreements"] == 0
    for word in ROWS["rows"]:
        m, k, t = (int(x) for x in word.split("-"))
        wanted = plain(m, k, t)
        assert {name: found[f"{name}_{word}"] for name in wanted} == wanted
        for suffix in ("", "_gap"):
            light, heavy, ours = (wanted[n] for n in (f"light{suffix}", f"heavy{suffix}", "ours"))
            assert found[f"like_light{suffix}_{word}"] == max(light / ours, ours / light)
            assert found[f"over_heavy{suffix}_{word}"] == heavy / ours
            assert found[f"like_mlp{suffix}_{word}"] == wanted["mlp"] / ours
        # Table I: n K (M + tau) + 15, + n^2 for the MLP, 9 (c1 + c1 c2 + M tau K^2) for a CNN.
        table = 8 * k * (m + t)
        assert found[f"like_mlp_table_{word}"] == (table + 64) / (table + 15)
        assert found[f"like_light_table_{word}"] == 9 * (8 + 8 * 16 + m * t * k**2) / (table + 15)
        assert found[f"over_heavy_table_{word}"] == 9 * (32 + 32 * 64 + m * t * k**2) / (table + 15)


def test_sizes_that_are_not_the_closed_form_are_counted(monkeypatch) -> None:
    monkeypatch.setattr("qbench.papers.hqcnn.network_costs.perceptron_parameters", lambda *size: 1)
    assert run(network_sizes, ROWS)["disagreements"] == 2


def test_sizes_in_words() -> None:
    columns = network_sizes(ROWS, STREAMS, range(1))
    few, many = sorted(columns[f"over_heavy_{word}"][0] for word in ROWS["rows"])
    words = network_sizes_witness(columns)
    assert f"the heavy CNN has {few:.3g} to {many:.3g} times its parameters" in words
    few, many = sorted(columns[f"like_light_gap_{word}"][0] for word in ROWS["rows"])
    assert f"with an averaged image {few:.3g} to {many:.3g}; the heavy" in words


def test_layers_before_the_embeddings() -> None:
    found = run(preprocessing, ROWS)
    assert (found["angles"], found["amplitudes"]) == (8 * 12 + 8, 256 * 12 + 256)
    assert found["ratio"] == found["largest"] == found["amplitudes"] / found["angles"]
    assert found["ratio_padded"] == 0
    # Twelve gains take four qubits, and so do sixteen; seventeen take five.
    assert found["qubits"] == 4
    assert run(preprocessing, {"rows": ["4-4-2"]})["qubits"] == 4
    assert run(preprocessing, {"rows": ["17-1-2"]})["qubits"] == 5


def longest_chain(circuit):
    """Depth by the clock of every qubit."""
    clock = [0] * circuit.num_qubits
    for gate in circuit.data:
        wires = [circuit.find_bit(q).index for q in gate.qubits]
        now = 1 + max(clock[w] for w in wires)
        for w in wires:
            clock[w] = now
    return max(clock)


def test_depths_by_the_clock_of_every_qubit() -> None:
    from qbench.papers.hqcnn.circuits import layers_circuit, qcnn_circuit, su4_circuit

    found = run(drawn_depth, {})
    assert found["block"] == longest_chain(su4_circuit())
    assert found["layers"] == longest_chain(layers_circuit(Layout()))
    assert found["embedded"] == longest_chain(qcnn_circuit(Layout())) == found["layers"] + 1
    assert (found["block"], found["layers"], found["cx"], found["layers_cx"]) == (7, 49, 3, 39)
    columns = drawn_depth({}, STREAMS, range(1))
    assert f"{found['block']:.0f} steps with 3 CX" in drawn_depth_witness(columns)
    assert f"13 blocks has depth {found['layers']:.0f}" in drawn_depth_witness(columns)


def test_embeddings_of_few_qubits() -> None:
    found = run(embedding_depth, {"qubits": 4})
    assert (found["angle"], found["angle_cx"]) == (1, 0)
    assert (found["amplitude_cx"], found["amplitude_half_cx"]) == (2**4 - 4 - 1, 2**2 - 2 - 1)
    assert found["amplitude"] > found["amplitude_half"] > 1
    with pytest.raises(ValueError, match="qubits must be a whole number of at least 4, got 3"):
        embedding_depth({"qubits": 3}, STREAMS, range(1))


def test_the_prepared_state_is_the_drawn_one() -> None:
    wanted = np.random.default_rng(3).normal(size=8)
    state = Statevector(amplitude_circuit(3, np.random.default_rng(3)).decompose(reps=8)).data
    np.testing.assert_allclose(state, wanted / np.linalg.norm(wanted), atol=1e-12)
