"""The CVaR of circuits of RY and CZ alone, on the compiled real-amplitude kernels."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import torch

from qbench.quantum.layers import RyCzLayers, ry_cz_layers
from qbench.quantum.ry_cz import RyCzProgram, SortedEnergies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray, IntArray
    from qbench.quantum.program import Program


class FastCvar:
    """CVaR, gradient and shots under a circuit of RY and CZ gates, float64 on the CPU.

    Shapes: energies (*E, 2^n), angles (*R, *E, P): every one of the R sees all instances E.
    """

    def __init__(self, program: Program, layers: RyCzLayers, energies: FloatArray) -> None:
        self._program, self._layers = program, layers
        self._kernels = RyCzProgram(program.n_qubits, layers.layers)
        self._instances = energies.shape[:-1]
        self._unsorted = energies.reshape(-1, energies.shape[-1]) if self._instances else energies
        self._columns = self._one_parameter_each()

    @cached_property
    def _energies(self) -> SortedEnergies:
        """The energies with their order, found when exact values first need it: shots never do."""
        return SortedEnergies(self._unsorted)

    @classmethod
    def of(cls, program: Program, energies: FloatArray) -> FastCvar | None:
        """Return the fast path of a program; None where circuit, device or precision ask for the general engine."""
        if not program.lowered.ry_cz or program.device.type != "cpu" or program.dtype != torch.float64:
            return None
        layers = ry_cz_layers(program.lowered)
        return cls(program, layers, energies) if layers.members else None

    def probabilities(self, angles: ArrayLike) -> FloatArray:
        """Return the law (*B, 2^n) of angles (*B, P)."""
        flat, batch = self._flat(angles)
        return np.asarray(self._kernels.probabilities(self._by_layer(flat)).reshape(*batch, -1))

    def value(self, angles: ArrayLike, alpha: float) -> FloatArray:
        """Return the CVaR (*B,) of angles (*B, P)."""
        flat, batch = self._flat(angles)
        groups = [self._kernels.cvar(g, self._energies, alpha) for g in self._grouped(self._by_layer(flat), batch)]
        return _joined(groups).reshape(batch)

    def value_and_gradient(self, angles: ArrayLike, alpha: float) -> tuple[FloatArray, FloatArray]:
        """Return the CVaR (*B,) and its gradient (*B, P) by one adjoint pass."""
        flat, batch = self._flat(angles)
        groups = self._grouped(self._by_layer(flat), batch)
        values, gradients = zip(*(self._kernels.cvar_gradient(g, self._energies, alpha) for g in groups), strict=True)
        return _joined(values).reshape(batch), self._by_parameter(flat, _joined(gradients)).reshape(*batch, -1)

    def sample(self, angles: ArrayLike, shots: int, rng: np.random.Generator) -> IntArray:
        """Return measured strings (shots,) of one set of angles (P,)."""
        flat, _ = self._flat(angles)
        drawn: IntArray = self._kernels.sample(self._by_layer(flat), shots, rng)[0]
        return drawn

    def _one_parameter_each(self) -> IntArray | None:
        """Return which parameter is the angle of each RY, where that is all there is to it: no torch needed then."""
        chosen, slots = self._program.lowered.angles.selection, self._layers.plain
        if chosen is None or slots is None or len(np.unique(chosen[slots])) < len(slots):
            return None
        return chosen[slots]

    def _by_layer(self, flat: FloatArray) -> FloatArray:
        if self._columns is not None:
            return flat[:, self._columns]
        return self._layers.gather(self._program.gate_angles(torch.from_numpy(flat)).numpy())

    def _by_parameter(self, flat: FloatArray, gradient: FloatArray) -> FloatArray:
        """Return the gradient (B, P) by parameters from that by the angles of the layers."""
        if self._columns is not None:
            whole = np.zeros_like(flat)
            whole[:, self._columns] = gradient
            return whole
        theta = torch.from_numpy(flat).requires_grad_()
        gate_angles = self._program.gate_angles(theta)
        if not gate_angles.requires_grad:
            return np.zeros_like(flat)
        slopes = torch.from_numpy(self._layers.scatter(gradient, gate_angles.shape[-1]))
        (by_parameter,) = torch.autograd.grad(gate_angles, theta, slopes, allow_unused=True, materialize_grads=True)
        return np.asarray(by_parameter.numpy())

    def _grouped(self, by_layer: FloatArray, batch: tuple[int, ...]) -> FloatArray:
        """Return (groups, members, angles): a group goes through the kernels at once, a member an instance."""
        own = len(self._instances)
        if own and batch[-own:] != self._instances:
            raise ValueError(
                f"angles must have the instances {self._instances} of the energies as their last leading axes, "
                f"got leading axes {batch}"
            )
        members = len(self._energies) if own else len(by_layer)
        return by_layer.reshape(-1, members, by_layer.shape[-1])

    def _flat(self, angles: ArrayLike) -> tuple[FloatArray, tuple[int, ...]]:
        theta = np.asarray(angles)
        wanted = len(self._program.parameters)
        if theta.dtype != np.float64 or not theta.size or theta.shape[-1] != wanted or not np.isfinite(theta).all():
            theta = self._program.check_angles(theta).detach().numpy()  # the same refusals as everywhere
        return theta.reshape(math.prod(theta.shape[:-1]), wanted), theta.shape[:-1]


def _joined(groups: Sequence[FloatArray]) -> FloatArray:
    return groups[0] if len(groups) == 1 else np.concatenate(groups)
