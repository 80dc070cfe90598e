"""The hybrid network: a linear map to angles, the convolutional circuit, a linear map of its <Z> to logits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbench.papers.hqcnn.ensemble import Ensemble
from qbench.papers.hqcnn.layout import Layout
from qbench.papers.hqcnn.matrices import layout_matrices, which
from qbench.papers.hqcnn.noise import noisy_features
from qbench.quantum import BlockProgram

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from torch import Tensor

    from qbench.papers.hqcnn.depolarising import Depolarising

SPREAD = 0.3
"""Standard deviation of the circuit's first angles, radians; the paper names none."""


def program_of(layout: Layout) -> BlockProgram:
    """Return the program of a layout: <Z> of the wires that are read, ascending."""
    return BlockProgram(layout.n_qubits, [b.wires for b in layout.blocks], which(layout), layout.read)


class HybridNetwork(Ensemble):
    """x -> FC -> h, RY(2 h) -> circuit -> <Z> -> FC, Section III; "Ours" with the main layout.

    [11] is the same with a vector a layer, `Layout(sharing="layer")`. Neither linear map is followed by a nonlinearity.
    Under `noise` the circuit is computed exactly, in training too; set the attribute for noise in inference alone.
    Raises ValueError as `Ensemble`.
    """

    def __init__(
        self,
        n_users: int,
        n_ap: int,
        n_pilots: int,
        rngs: Sequence[np.random.Generator],
        layout: Layout | None = None,
        noise: Depolarising | None = None,
    ) -> None:
        super().__init__(n_users, n_ap, n_pilots, rngs)
        self.noise = noise
        self.layout = Layout() if layout is None else layout
        self.program = program_of(self.layout)
        self.before = self._dense(self.n_inputs, self.layout.n_qubits)
        self.theta = self._normal(SPREAD, self.layout.n_angles)
        self.after = self._dense(len(self.layout.read), self.n_outputs)

    def angles(self, x: Tensor) -> Tensor:
        """Return h (S, B, n) of gains (S, B, K, M), radians."""
        found: Tensor = self.before(x.flatten(2))
        return found

    def features(self, x: Tensor) -> Tensor:
        """Return <Z> (S, B, read) of gains (S, B, K, M), under the network's noise if it has any."""
        if self.noise is not None:
            return noisy_features(self.layout, self.angles(x), self.theta, self.noise).to(x.dtype)
        return self.program.expectation(self.angles(x), layout_matrices(self.layout, self.theta))

    def of_features(self, z: Tensor) -> Tensor:
        """Return logits (S, B, K, tau) of features (S, B, read), such as values extrapolated to no noise."""
        found: Tensor = self.after(z)
        return found.reshape(*z.shape[:2], self.n_users, self.n_pilots)

    def logits(self, x: Tensor) -> Tensor:
        """Return the logits (S, B, K, tau)."""
        return self.of_features(self.features(x))
