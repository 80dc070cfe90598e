"""The `reuse` variant as a network, run on N qubits: the same calls as `closed_forms`, whose formulas do not hold here.

Shapes: theta (*B, L, N), phi (*B, N), radians, leading axes broadcast; outputs o = P(1) in [0, 1].
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array
from qbench.papers.cloud_qnn.circuits import inputs, reuse_circuit
from qbench.quantum.bloch import BlochProgram

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray


class ReuseNetwork:
    """Outputs of `reuse_circuit` for many seeds, channels and shifted angles at once.

    Attributes:
        n_layer, n_neuron: L, N; theta has L N angles.
    """

    def __init__(self, n_layer: int = 2, n_neuron: int = 4) -> None:
        circuit = reuse_circuit(n_layer, n_neuron)
        self.n_layer, self.n_neuron = n_layer, n_neuron
        self._program = BlochProgram(circuit, inputs(circuit))

    def outputs(self, theta: ArrayLike, phi: ArrayLike) -> FloatArray:
        """Return o (*B, N). Raises ValueError for angles that do not fit, do not broadcast or are not finite."""
        return self._share(self._program.bloch(phi, self._flat(theta)))

    def shifted_outputs(self, theta: ArrayLike, phi: ArrayLike, *, shift: float = math.pi / 2) -> FloatArray:
        """Return o (*B, 2, L, N, N) with theta_{l,n} alone turned by +shift, then by -shift. Raises as `outputs`."""
        out = self._share(self._program.shifted(phi, self._flat(theta), shift))
        return out.reshape(*out.shape[:-2], self.n_layer, self.n_neuron, self.n_neuron)

    def output_jacobian(self, theta: ArrayLike, phi: ArrayLike) -> FloatArray:
        """Return d o / d theta (*B, N, L, N), exact. Raises as `outputs`."""
        slopes = -0.5 * self._program.jacobian(phi, self._flat(theta))[..., 2]
        moved = np.moveaxis(slopes, -1, -2)
        return moved.reshape(*moved.shape[:-1], self.n_layer, self.n_neuron)

    def _flat(self, theta: ArrayLike) -> FloatArray:
        t = finite_array("theta", theta)
        if t.shape[-2:] != (self.n_layer, self.n_neuron):
            raise ValueError(f"theta must be (*B, {self.n_layer}, {self.n_neuron}), layers by neurons, got {t.shape}")
        return t.reshape(*t.shape[:-2], -1)

    @staticmethod
    def _share(bloch: FloatArray) -> FloatArray:
        # Rounding may leave <Z> a bit outside [-1, 1], and o K a bit above K.
        return np.clip(0.5 - 0.5 * bloch[..., 2], 0.0, 1.0)
