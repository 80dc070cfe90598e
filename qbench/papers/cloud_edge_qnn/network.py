"""The edge network: channel in, beam out, for many edges, seeds and shifted angles in one call.

Measured on one core (seconds per call, 96 edges x 13 circuits of K = 3, the evaluations of a parameter-shift step):
`qbench.quantum.bloch` 0.0003, `share` 0.0068, the general engine 0.0077; 96 edges x 1000 channels: 0.035, 0.20, 0.41.
Every edge has weights and channel of its own, which is what `bloch` is for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from qbench.papers.cloud_edge_qnn.beams import beam_pullback, beams
from qbench.papers.cloud_edge_qnn.circuits import edge_circuit, weights
from qbench.quantum.bloch import BlochProgram

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from qbench._arrays import FloatArray


@dataclass(frozen=True)
class EdgeNetwork:
    """One reading of Eqs. (19)-(20) with one reading of the output; phi (*B, K), theta (*B, P), radians.

    Attributes:
        n_users, n_tx: K qubits, N_Tx antennas.
        middle, order: readings of the circuit (`edge_circuit`).
        kind: reading of the output (`beams`).
        entangled: False leaves out every CZ (`edge_circuit`).
    """

    n_users: int = 3
    n_tx: int = 2
    middle: str = "independent"
    order: str = "operator"
    kind: str = "zx"
    entangled: bool = True
    _program: BlochProgram = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        circuit = edge_circuit(self.n_users, middle=self.middle, order=self.order, entangled=self.entangled)
        own = set(weights(circuit))
        program = BlochProgram(circuit, [p for p in circuit.parameters if p not in own])
        object.__setattr__(self, "_program", program)
        # Refuses words and sizes here rather than at the first call.
        beams(np.ones((self.n_users, 3)), self.n_tx, self.kind)

    @property
    def n_weights(self) -> int:
        """P: 2 K for independent middle angles, K otherwise."""
        return len(self._program.weights)

    def beams(self, phi: ArrayLike, theta: ArrayLike) -> NDArray[np.complex128]:
        """Return v (*B, N_Tx) of unit norm. Raises ValueError for angles that do not fit or are not finite."""
        return beams(self._program.bloch(phi, theta), self.n_tx, self.kind)

    def shifted_beams(self, phi: ArrayLike, theta: ArrayLike, shift: float = math.pi / 2) -> NDArray[np.complex128]:
        """Return v (*B, 2, P, N_Tx) with angle p alone turned by +shift, then by -shift: 2 P circuits an edge.

        What the shift rule on the loss evaluates, journal Appendix B to the letter. Raises ValueError as `beams`.
        """
        return beams(self._program.shifted(phi, theta, shift), self.n_tx, self.kind)

    def gradient(self, phi: ArrayLike, theta: ArrayLike, cotangent: ArrayLike) -> FloatArray:
        """Return the gradient (*B, P) of Re sum_j conj(c_j) v_j, cotangent c (*B, N_Tx): the chain rule, exact.

        Shift rules on the expectations, one for every gate, then the derivative of the beam. Raises ValueError as
        `beams`, and for a cotangent of another shape.
        """
        inner = beam_pullback(self._program.bloch(phi, theta), cotangent, self.n_tx, self.kind)
        jacobian = self._program.jacobian(phi, theta)
        return np.asarray((inner[..., None, :, :] * jacobian).sum(axis=(-2, -1)))
