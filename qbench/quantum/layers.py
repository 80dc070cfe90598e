"""Circuits of RY and CZ alone, as alternating layers: what the real-amplitude kernels run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from qbench._arrays import FloatArray, IntArray
    from qbench.quantum.lowering import Lowered

    Layer: TypeAlias = tuple[Literal["ry"], tuple[int, ...]] | tuple[Literal["cz"], tuple[tuple[int, int], ...]]


@dataclass(frozen=True)
class RyCzLayers:
    """Layers, and which gate angles add up to each layer angle.

    Attributes:
        layers: ("ry", qubits) with every qubit at most once, or ("cz", pairs): one diagonal of signs.
        members: for every RY of every layer, in order, the slots of the gate angles that it sums.
    """

    layers: tuple[Layer, ...]
    members: tuple[tuple[int, ...], ...]

    @cached_property
    def plain(self) -> IntArray | None:
        """The slots of the layer angles where each is one gate angle, None elsewhere."""
        return np.array([m[0] for m in self.members]) if all(len(m) == 1 for m in self.members) else None

    def gather(self, gate_angles: FloatArray) -> FloatArray:
        """Return layer angles (*B, R) of gate angles (*B, G)."""
        if self.plain is not None:
            return np.ascontiguousarray(gate_angles[..., self.plain])
        return np.stack([sum_of(gate_angles, m) for m in self.members], axis=-1)

    def scatter(self, gradient: FloatArray, count: int) -> FloatArray:
        """Return the gradient (*B, count) by gate angles from that by layer angles (*B, R)."""
        whole = np.zeros((*gradient.shape[:-1], count), dtype=gradient.dtype)
        if self.plain is not None:
            whole[..., self.plain] = gradient
            return whole
        for k, slots in enumerate(self.members):
            for slot in slots:
                whole[..., slot] = gradient[..., k]
        return whole


def sum_of(gate_angles: FloatArray, slots: tuple[int, ...]) -> FloatArray:
    """Return the sum of some gate angles (*B,), one after the other."""
    total = gate_angles[..., slots[0]].copy()
    for slot in slots[1:]:
        total += gate_angles[..., slot]
    return total


def ry_cz_layers(lowered: Lowered) -> RyCzLayers:
    """Return the layers of a circuit of RY and CZ gates, in as few RY layers as commuting allows.

    An RY joins the open layer unless a CZ since then touches its qubit; two RYs on one qubit in one layer are one
    rotation by the sum. CZs commute, and a pair that stands twice cancels. Raises ValueError for any other gate.
    """
    if not lowered.ry_cz:
        raise ValueError("the circuit has gates other than RY and CZ: run it through compile()")
    layers: list[Layer] = []
    members: list[tuple[int, ...]] = []
    rotations: dict[int, list[int]] = {}
    pairs: set[tuple[int, int]] = set()

    def close() -> None:
        if rotations:
            layers.append(("ry", tuple(sorted(rotations))))
            members.extend(tuple(rotations[q]) for q in sorted(rotations))
        if pairs:
            layers.append(("cz", tuple(sorted(pairs))))
        rotations.clear()
        pairs.clear()

    for op in lowered.ops:
        if op.name == "cz":
            a, b = sorted(op.qubits)
            pairs ^= {(a, b)}
            continue
        (qubit,) = op.qubits
        if any(qubit in pair for pair in pairs):
            close()
        rotations.setdefault(qubit, []).append(op.slots[0])
    close()
    return RyCzLayers(tuple(layers), tuple(members))
