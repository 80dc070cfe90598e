"""CVaR of a circuit's energy as an objective: exact or from shots, over ensembles of angles and instances."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array, in_interval, positive_int
from qbench.quantum.cvar import cvar, cvar_of_samples
from qbench.quantum.fast import FastCvar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray, IntArray
    from qbench.quantum.program import Program


class CvarObjective:
    """The mean of the lowest mass alpha of the energies that a program measures; alpha = 1 is the VQE's mean.

    Shapes: energies (2^n,), or (*E, 2^n) for one Hamiltonian a member: the trailing leading axes of `angles` are then
    *E. Energies are sorted once. Circuits of RY and CZ alone run on kernels of their own (float64, CPU), all others on
    the general engine; both are right to rounding. Raises ValueError for alpha outside (0, 1] and energies that are not
    finite or do not fit the program.
    """

    def __init__(self, program: Program, energies: ArrayLike, alpha: float) -> None:
        self.program = program
        self.alpha = in_interval("alpha", alpha, 0.0, 1.0, lo_open=True)
        self.energies = finite_array("energies", energies, ndim_at_least=1)
        if self.energies.shape[-1] != 2**program.n_qubits:
            raise ValueError(
                f"energies must have {2**program.n_qubits} values on the last axis, one a string of "
                f"{program.n_qubits} qubits, got shape {self.energies.shape}"
            )
        self._fast = FastCvar.of(program, self.energies)
        self._order = None if self._fast else np.argsort(self.energies, axis=-1, kind="stable")

    def probabilities(self, angles: ArrayLike) -> FloatArray:
        """Return the exact law (*B, 2^n) that `angles` (*B, P) prepare, summing to 1."""
        if self._fast is not None:
            return self._fast.probabilities(angles)
        law = np.asarray(self.program.probabilities(np.asarray(angles)), dtype=np.float64)
        # The sum is freed of the rounding of float32.
        return np.asarray(law / law.sum(axis=-1, keepdims=True))

    def value(self, angles: ArrayLike) -> FloatArray:
        """Return the exact CVaR (*B,) of the law that `angles` (*B, P) prepare, its boundary atom split."""
        if self._fast is not None:
            return self._fast.value(angles, self.alpha)
        return cvar(self.energies, self.probabilities(angles), self.alpha, order=self._order)[0]

    def value_and_gradient(self, angles: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Return the exact CVaR (*B,) and its gradient (*B, P), by one adjoint pass on the CVaR's cotangent."""
        if self._fast is not None:
            return self._fast.value_and_gradient(angles, self.alpha)
        theta = np.asarray(angles, dtype=np.float64)
        value, cotangent = cvar(self.energies, self.probabilities(theta), self.alpha, order=self._order)
        return value, self.program.vjp(theta, cotangent)

    def sampled(
        self, angles: ArrayLike, shots: int, rngs: Sequence[np.random.Generator], convention: str = "floor"
    ) -> tuple[FloatArray, IntArray]:
        """Return the CVaR (*B,) of `shots` samples each, Eq. (15)'s "floor" by default, and the samples (*B, shots).

        `rngs`: one generator a member of the flattened batch, so that no member's shots depend on another. Raises
        ValueError for fewer than 1 shot and a number of generators that does not fit.
        """
        count = positive_int("shots", shots)
        theta = np.asarray(angles, dtype=np.float64)
        batch = theta.shape[:-1]
        members = int(np.prod(batch, dtype=np.int64))
        if len(rngs) != members:
            raise ValueError(
                f"rngs must hold one generator a member, {members} for angles {theta.shape}, got {len(rngs)}"
            )
        flat = theta.reshape(members, theta.shape[-1])
        sample = self.program.sample if self._fast is None else self._fast.sample
        drawn = np.stack([sample(row, count, rng) for row, rng in zip(flat, rngs, strict=True)])
        samples = drawn.reshape(*batch, count)
        energies = np.broadcast_to(self.energies, (*batch, self.energies.shape[-1]))
        return cvar_of_samples(np.take_along_axis(energies, samples, axis=-1), self.alpha, convention), samples
