"""The two lines of Eq. (16) as printed, which are not the conditional value at risk on a law with atoms.

A state of finitely many qubits always gives a law with atoms. The objective itself is `qbench.quantum.cvar.cvar`, which
splits the boundary atom. On the law -2 (mass 0.6), -1 (mass 0.4) at alpha = 0.8: conditional form -1.60, integral form
-2.00, CVaR -1.75. Eq. (17), which should define the limit of the integral, has no solution there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench.quantum.cvar import lower_quantile

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray


def _below_quantile(energies: ArrayLike, probabilities: ArrayLike, alpha: float) -> tuple[FloatArray, FloatArray]:
    """Return the integral of E up to and with F^-1(alpha), and the mass there."""
    q = lower_quantile(energies, probabilities, alpha)
    e, p = np.asarray(energies, dtype=np.float64), np.asarray(probabilities, dtype=np.float64)
    mass = np.where(e <= q[..., None], p, 0.0)
    return np.asarray((mass * e).sum(axis=-1)), np.asarray(mass.sum(axis=-1))


def conditional_mean_below_quantile(energies: ArrayLike, probabilities: ArrayLike, alpha: float) -> FloatArray:
    """Return E[E | E <= F^-1(alpha)], the first line of Eq. (16) as printed.

    Shapes: energies (D,) or (*B, D), probabilities (*B, D); result (*B,), in the unit of the energies. It takes the
    boundary atom whole and divides by the mass taken, so it is at least the CVaR; equal where F(F^-1(alpha)) = alpha.
    Raises ValueError as `qbench.quantum.cvar.cvar` does.
    """
    integral, mass = _below_quantile(energies, probabilities, alpha)
    return np.asarray(integral / mass)


def integral_up_to_quantile(energies: ArrayLike, probabilities: ArrayLike, alpha: float) -> FloatArray:
    """Return (1 / alpha) times the integral of E up to F^-1(alpha), the second line of Eq. (16) as printed.

    Shapes: energies (D,) or (*B, D), probabilities (*B, D); result (*B,), in the unit of the energies. It takes the
    boundary atom whole and divides by alpha, so it moves by more than c where every energy moves by c.
    Raises ValueError as `qbench.quantum.cvar.cvar` does.
    """
    integral, _ = _below_quantile(energies, probabilities, alpha)
    return np.asarray(integral / float(alpha))
