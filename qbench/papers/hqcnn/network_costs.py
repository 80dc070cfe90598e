"""Exact studies of what is trained: angles of the circuits, parameters of the networks, those before the embedding."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from torch import nn

from qbench.papers.hqcnn._columns import one
from qbench.papers.hqcnn.circuits import layers_circuit
from qbench.papers.hqcnn.classical import ConvolutionalNetwork, Perceptron
from qbench.papers.hqcnn.counts import (
    HEADS,
    HEAVY,
    LIGHT,
    convolutional_parameters,
    hybrid_parameters,
    perceptron_parameters,
    printed_parameters,
)
from qbench.papers.hqcnn.draws import Row
from qbench.papers.hqcnn.layout import SU4_ANGLES, Layout
from qbench.papers.hqcnn.networks import HybridNetwork

if TYPE_CHECKING:
    import numpy as np

    from qbench.papers._study import Columns, Params, Streams

QUBITS = 8
LAYOUTS = {
    "ours": Layout(),
    "hur": Layout(sharing="layer", pooling=True),
    "hur_convolution": Layout(sharing="layer"),
    "per_block": Layout(sharing="block"),
}
"""Ours; [11] in its own code, where a layer shares one vector and is pooled by gates; without these; as it is cited."""


def circuit_angles(params: Params, streams: Streams, units: range) -> Columns:
    """C12, C13: trained angles of the circuits, of the networks and of the drawn circuits.

    Params: size, a row. Columns: ours, hur, hur_convolution, per_block, see `LAYOUTS`: angles that the network trains;
    undrawn, how many of these differ from the parameters of the drawn circuit; per_qubit, 15 n, Table I's count for
    [11]; sum, T sum_i 2^i for T = 15, Sec. III-A2's, and log, its T log2 n for Ours.
    """
    row, rng = Row.of(params["size"]), _generator(streams, units)
    found = {
        name: HybridNetwork(row.n_user, row.n_ap, row.n_pilot, [rng], layout).theta.shape[1]
        for name, layout in LAYOUTS.items()
    }
    halvings = QUBITS.bit_length() - 1
    return one(
        **found,
        undrawn=sum(layers_circuit(layout).num_parameters != found[name] for name, layout in LAYOUTS.items()),
        per_qubit=SU4_ANGLES * QUBITS,
        sum=SU4_ANGLES * sum(2**i for i in range(1, halvings + 1)),
        log=SU4_ANGLES * halvings,
    )


def circuit_angles_witness(columns: Columns) -> str:
    """Say what [11] trains."""
    return (
        f"in its own code [11] has one vector a layer, {columns['hur_convolution'][0]:.0f} angles on 8 qubits, and "
        f"{columns['hur'][0]:.0f} with its pooling gates; one vector a block would be {columns['per_block'][0]:.0f}"
    )


def shared_layers_witness(columns: Columns) -> str:
    """Say which of the paper's formulas is whose."""
    return (
        f"the layers of [11] share one vector each: {columns['hur_convolution'][0]:.0f} angles on 8 qubits, the "
        f"T log2 n = {columns['log'][0]:.0f} that the paper gives for its own, not {columns['sum'][0]:.0f}; Table I "
        f"has {columns['ours'][0]:.0f} for its own"
    )


def network_sizes(params: Params, streams: Streams, units: range) -> Columns:
    """C14: parameters of the networks as built, biases included, row by row of Table II.

    Params: rows. Columns, each followed by _ and a row: ours, mlp, light, heavy, light_gap, heavy_gap: parameters, CNN
    with a flattened or an averaged ("gap") image; like_mlp, like_light, like_light_gap: larger over smaller of Ours and
    that; over_heavy, over_heavy_gap: that over Ours; like_mlp_table, like_light_table, over_heavy_table: the same of
    Table I's orders, read as numbers. Without a row: disagreements, networks whose parameters are not the closed form.
    """
    rng = _generator(streams, units)
    found: dict[str, float] = {}
    disagreements = 0
    for word in cast("list[str]", params["rows"]):
        row = Row.of(word)
        built = _parameters(row, rng)
        disagreements += sum(built[name] != count for name, count in _closed_forms(row).items())
        printed = {
            name: printed_parameters(row.n_ap, row.n_user, row.n_pilot, name)
            for name in ("ours", "mlp", "light", "heavy")
        }
        found |= {f"{name}_{word}": count for name, count in built.items()}
        for suffix, counts, tail in (("", built, ""), ("_gap", built, "_gap"), ("_table", printed, "")):
            found |= {
                f"like_mlp{suffix}_{word}": _apart(counts["ours"], counts["mlp"]),
                f"like_light{suffix}_{word}": _apart(counts["ours"], counts[f"light{tail}"]),
                f"over_heavy{suffix}_{word}": counts[f"heavy{tail}"] / counts["ours"],
            }
    return one(**found, disagreements=disagreements)


def network_sizes_witness(columns: Columns) -> str:
    """Say how far the CNNs are from the hybrid network over the rows."""
    light, light_gap = (_range(columns, f"like_light{suffix}") for suffix in ("", "_gap"))
    heavy, heavy_gap = (_range(columns, f"over_heavy{suffix}") for suffix in ("", "_gap"))
    return (
        f"over the rows the light CNN and the hybrid network differ by factors of {light}, with an averaged image "
        f"{light_gap}; the heavy CNN has {heavy} times its parameters, with an averaged image {heavy_gap}"
    )


def preprocessing(params: Params, streams: Streams, units: range) -> Columns:
    """C31: parameters of the layer before the embedding, into 2^8 amplitudes and into 8 angles.

    Params: rows. Columns: ratio, largest: least and largest of both over the rows; ratio_padded: the same where the
    M K gains are the amplitudes themselves, padded with zeros, and no layer is trained; qubits, how many these take on
    the largest row; angles, amplitudes: parameters on the first row.
    """
    rng = _generator(streams, units)
    rows = [Row.of(word) for word in cast("list[str]", params["rows"])]
    angles, amplitudes = [], []
    for row in rows:
        network = HybridNetwork(row.n_user, row.n_ap, row.n_pilot, [rng])
        angles.append(sum(p.numel() for p in network.before.parameters()))
        amplitudes.append(sum(p.numel() for p in nn.Linear(network.n_inputs, 2**QUBITS, device="meta").parameters()))
    ratios = [a / b for a, b in zip(amplitudes, angles, strict=True)]
    return one(
        ratio=min(ratios),
        largest=max(ratios),
        ratio_padded=0 / angles[0],
        qubits=max((row.n_ap * row.n_user - 1).bit_length() for row in rows),
        angles=angles[0],
        amplitudes=amplitudes[0],
    )


def _parameters(row: Row, rng: np.random.Generator) -> dict[str, int]:
    size = (row.n_user, row.n_ap, row.n_pilot, [rng])
    cnn = {
        f"{name}{'' if head == HEADS[0] else '_gap'}": ConvolutionalNetwork(*size, channels, head).n_parameters
        for name, channels in (("light", LIGHT), ("heavy", HEAVY))
        for head in HEADS
    }
    return {"ours": HybridNetwork(*size).n_parameters, "mlp": Perceptron(*size).n_parameters, **cnn}


def _closed_forms(row: Row) -> dict[str, int]:
    size = (row.n_ap, row.n_user, row.n_pilot)
    cnn = {
        f"{name}{'' if head == HEADS[0] else '_gap'}": convolutional_parameters(*size, channels, head)
        for name, channels in (("light", LIGHT), ("heavy", HEAVY))
        for head in HEADS
    }
    return {"ours": hybrid_parameters(*size, Layout()), "mlp": perceptron_parameters(*size), **cnn}


def _range(columns: Columns, name: str) -> str:
    found = [float(values[0]) for column, values in columns.items() if re.fullmatch(rf"{name}_\d[\d-]*", column)]
    return f"{min(found):.3g} to {max(found):.3g}"


def _apart(a: float, b: float) -> float:
    return max(a, b) / min(a, b)


def _generator(streams: Streams, units: range) -> np.random.Generator:
    """Return the generator of first weights: how many there are does not depend on them."""
    (unit,) = units
    return streams.rng("algorithm", unit)
