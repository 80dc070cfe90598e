"""Exact studies of what the journal paper counts: qubits, depth, parameters, outputs, gradients. No draws, one unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from qbench.papers.cloud_edge_qnn.circuits import MIDDLES, edge_circuit
from qbench.papers.cloud_edge_qnn.resources import edge_outputs, edge_parameters, edge_two_qubit_gates
from qbench.papers.cloud_qnn import resources
from qbench.papers.cloud_qnn.certificates import counted_descent, lemma_1, one
from qbench.papers.cloud_qnn.circuits import cloud_circuit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbench.papers._study import Columns, Params, Streams


def measurements(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001 - the signature of a study
    """J9: outputs of the two-stage network against N_AP N_Tx of one network for all precoders; N_AP `aps`, N_Tx `tx`.

    Columns: violations, 1 unless the edges together have strictly fewer; violations_per_device, 1 unless one edge
    alone has; network, N_AP edges with N_Tx outputs each; with_cloud, those and the cloud's N_AP; central; bases, the
    expectation values of the edges where a complex entry is read in two bases.
    """
    aps, tx = cast("int", params["aps"]), cast("int", params["tx"])
    network, central = aps * tx, aps * tx
    return one(
        violations=network >= central,
        violations_per_device=tx >= central,
        network=network,
        with_cloud=network + aps,
        central=central,
        bases=aps * edge_outputs(tx, "zx"),
    )


def measurements_witness(columns: Columns) -> str:
    """Say the counts."""
    return (
        f"the edges together have {columns['network'][0]:g} outputs, with the cloud {columns['with_cloud'][0]:g}; a "
        f"single network for the same beams has {columns['central'][0]:g}"
    )


def qubit_count(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001
    """J10: sizes that Lemma 1 misses: the cloud's formula with L up to `layers` and N up to `neurons`, the edge's K.

    Columns: violations, of both; violations_cloud, violations_edge (K = 2..6); tried; printed and drawn at (2, 4).
    """
    cloud = lemma_1(params, "journal")
    edge = sum(edge_circuit(k).num_qubits != k for k in range(2, 7))
    wrong = cloud["violations"][0]
    return {**cloud, **one(violations=wrong + edge, violations_cloud=wrong, violations_edge=edge)}


def qubit_count_witness(columns: Columns) -> str:
    """Say the counterexample to Lemma 1."""
    return (
        f"2 layers of 4 neurons: the formula gives {columns['printed'][0]:g} qubits, the circuit has "
        f"{columns['drawn'][0]:g}; it differs at {columns['violations_cloud'][0]:g} of {columns['tried'][0]:g} sizes "
        f"(edge circuits: {columns['violations_edge'][0]:g} of 5)"
    )


def qubit_count_costs(params: Params) -> Mapping[str, int]:  # noqa: ARG001
    """Costs of the default edge circuit, three users."""
    return {
        "qubits": 3,
        "two_qubit_gates": edge_two_qubit_gates(3),
        "depth": int(edge_circuit(3).depth()),
        "parameters": edge_parameters(3),
    }


def depth(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001
    """J11: sizes N = 2..`neurons` at which the depth of U_connect, L = 2, exceeds N + 1.

    Columns: violations, with the CZ drawn in ascending order; violations_descending; largest, the largest depth minus
    N of both; formula, how many depths differ from max(3, N) (ascending).
    """
    sizes = range(2, cast("int", params["neurons"]) + 1)
    drawn = {n: resources.connect_depth(2, n) for n in sizes}
    other = {n: resources.connect_depth(2, n, "descending") for n in sizes}
    return one(
        violations=sum(d > n + 1 for n, d in drawn.items()),
        violations_descending=sum(d > n + 1 for n, d in other.items()),
        largest=max(max(drawn[n], other[n]) - n for n in sizes),
        formula=sum(d != max(3, n) for n, d in drawn.items()),
    )


def depth_costs(params: Params) -> Mapping[str, int]:
    """Costs of the largest circuit of `depth`."""
    n = cast("int", params["neurons"])
    return {
        "qubits": resources.qubits(2, n),
        "two_qubit_gates": resources.two_qubit_gates(2, n),
        "depth": resources.connect_depth(2, n),
        "parameters": 2 * n,
    }


def factor_depths(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001
    """J12: sizes (L, N), 2 <= L <= `layers`, 2 <= N <= `neurons`, where the CX or the RY alone are not of depth 1.

    Columns: violations; violations_one_neuron, the same for N = 1, where the CX are a chain of depth L - 1 on one wire.
    """
    layers = range(2, cast("int", params["layers"]) + 1)
    sizes = range(2, cast("int", params["neurons"]) + 1)

    def wrong(l: int, n: int) -> bool:
        return any(resources.factor_depth(gate, l, n) != 1 for gate in ("cx", "ry"))

    return one(
        violations=sum(wrong(l, n) for l in layers for n in sizes),
        violations_one_neuron=sum(wrong(l, 1) for l in layers),
    )


def parameter_count(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001
    """J13: sizes, L up to `layers`, N up to `neurons`, at which U_connect has another number of angles than L N."""
    sizes = [
        (l, n)
        for l in range(1, cast("int", params["layers"]) + 1)
        for n in range(1, cast("int", params["neurons"]) + 1)
    ]
    wrong = sum(cloud_circuit(l, n).num_parameters - n != l * n for l, n in sizes)
    return one(violations=wrong, tried=len(sizes))


def classical_growth(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001
    """J14: degrees, in N and in L, of the weights of a fully connected network, against the printed O(N L^2).

    Columns: violations, how many of the two degrees differ; neurons and layers, the degrees (2 and 1); violations_macs,
    the same for the multiplications of a forward pass; above, by how much the degree in N exceeds the printed one: the
    printed bound is too small there, however the other is read.
    """
    found = {}
    for name, biases in (("weights", True), ("macs", False)):
        in_n = resources.degree([resources.mlp_weights(3, n, biases=biases) for n in range(1, 8)])
        in_l = resources.degree([resources.mlp_weights(l, 3, biases=biases) for l in range(1, 8)])
        found[name] = (in_n, in_l)
    neurons, layers = found["weights"]
    return one(
        violations=(neurons != 1) + (layers != 2),
        violations_macs=(found["macs"][0] != 1) + (found["macs"][1] != 2),
        neurons=neurons,
        layers=layers,
        above=neurons - 1,
    )


def classical_growth_witness(columns: Columns) -> str:
    """Say the degrees."""
    return (
        f"(L - 1) N^2 + (L - 1) N weights have degree {columns['neurons'][0]:g} in N and {columns['layers'][0]:g} in "
        "L; printed are 1 and 2: the exponents are swapped"
    )


def gradient_counts(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001
    """J22: gradients of Algorithms 2 and 3 in `epochs` episodes of `data` channels, counted as their loops run.

    Columns: deviation, of Algorithm 3 over all `aps` edges from N_AP N_iter; deviation_cloud, of Algorithm 2 from
    N_iter; per_edge, gradients of one edge minus N_iter; evaluations, of one edge's gradient, 2 P.
    """
    data, epochs, aps = (cast("int", params[name]) for name in ("data", "epochs", "aps"))
    cloud, _ = counted_descent(data, epochs, angles=resources.qubits(2, 4))
    edges = [counted_descent(data, epochs, angles=edge_parameters(3)) for _ in range(aps)]
    total = sum(count for count, _ in edges)
    return one(
        deviation=total - aps * data * epochs,
        deviation_cloud=cloud - data * epochs,
        per_edge=edges[0][0] - data * epochs,
        evaluations=edges[0][1] / edges[0][0],
    )


def two_rounds(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001
    """J26: sizes, L = 2, 3 and N = 2..`neurons`, at which U_connect with CZ in two rounds is deeper than 4.

    Columns: violations; largest, the largest depth.
    """
    sizes = range(2, cast("int", params["neurons"]) + 1)
    depths = [resources.connect_depth(l, n, "even-odd") for l in (2, 3) for n in sizes]
    return one(violations=sum(d > 4 for d in depths), largest=max(depths))


def edge_sizes(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001
    """Our closed forms for the edge circuit against the drawn one: how many of K = 2..`users`, all readings, differ."""
    wrong = 0
    for k in range(2, cast("int", params["users"]) + 1):
        for middle in MIDDLES:
            circuit = edge_circuit(k, middle=middle)
            wrong += circuit.num_parameters - k != edge_parameters(k, middle)
            wrong += circuit.count_ops()["cz"] != edge_two_qubit_gates(k)
    return {"violations": np.array([float(wrong)])}
