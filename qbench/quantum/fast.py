"""The CVaR of circuits of RY and CZ alone, on the compiled real-amplitude kernels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from qbench.quantum.layers import RyCzLayers, ry_cz_layers
from qbench.quantum.ry_cz import RyCzProgram, SortedEnergies

if TYPE_CHECKING:
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
        self._energies = SortedEnergies(energies.reshape(-1, energies.shape[-1]) if self._instances else energies)

    @classmethod
    def of(cls, program: Program, energies: FloatArray) -> FastCvar | None:
        """Return the fast path of a program; None where circuit, device or precision ask for the general engine."""
        if not program.lowered.ry_cz or program.device.type != "cpu" or program.dtype != torch.float64:
            return None
        layers = ry_cz_layers(program.lowered)
        return cls(program, layers, energies) if layers.members else None

    def value(self, angles: ArrayLike, alpha: float) -> FloatArray:
        """Return the CVaR (*B,) of angles (*B, P)."""
        flat, batch = self._flat(angles)
        groups = [self._kernels.cvar(g, self._energies, alpha) for g in self._grouped(self._by_layer(flat), batch)]
        return np.concatenate(groups).reshape(batch)

    def value_and_gradient(self, angles: ArrayLike, alpha: float) -> tuple[FloatArray, FloatArray]:
        """Return the CVaR (*B,) and its gradient (*B, P) by one adjoint pass."""
        flat, batch = self._flat(angles)
        theta = flat.requires_grad_()
        gate_angles = self._program.gate_angles(theta)
        by_layer = self._layers.gather(gate_angles.detach().numpy())
        groups = [self._kernels.cvar_gradient(g, self._energies, alpha) for g in self._grouped(by_layer, batch)]
        value = np.concatenate([v for v, _ in groups])
        gradient = np.concatenate([g for _, g in groups])
        slopes = torch.from_numpy(self._layers.scatter(gradient, gate_angles.shape[-1]))
        if gate_angles.requires_grad:
            (whole,) = torch.autograd.grad(gate_angles, theta, slopes, allow_unused=True, materialize_grads=True)
        else:
            whole = torch.zeros_like(theta)
        return value.reshape(batch), whole.numpy().reshape(*batch, -1)

    def sample(self, angles: ArrayLike, shots: int, rng: np.random.Generator) -> IntArray:
        """Return measured strings (shots,) of one set of angles (P,)."""
        flat, _ = self._flat(angles)
        drawn: IntArray = self._kernels.sample(self._by_layer(flat), shots, rng)[0]
        return drawn

    def _by_layer(self, flat: torch.Tensor) -> FloatArray:
        return self._layers.gather(self._program.gate_angles(flat).numpy())

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

    def _flat(self, angles: ArrayLike) -> tuple[torch.Tensor, tuple[int, ...]]:
        theta = self._program.check_angles(np.asarray(angles, dtype=np.float64)).detach()
        batch = tuple(theta.shape[:-1])
        return theta.reshape(int(np.prod(batch, dtype=np.int64)), theta.shape[-1]), batch
