"""How the estimators of Eqs. (13) and (15) converge: slopes of log RMSE on log K."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from qbench.papers.cvar_vqe.objective import conditional_mean_below_quantile
from qbench.quantum.cvar import cvar, cvar_of_counts, cvar_of_samples

if TYPE_CHECKING:
    from qbench._arrays import FloatArray
    from qbench.papers._study import Columns, Params, Streams

ATOMS = np.arange(5.0)
"""Five equally likely energies."""

GAP = (np.array([-2.0, -1.0]), np.array([0.6, 0.4]), 0.8)
"""Energies, probabilities and alpha of a law on which the printed Eq. (16) is not what Eq. (15) converges to.

Conditional mean -1.6, printed integral form -2.0, true CVaR -1.75.
"""


def estimators(params: Params, streams: Streams, units: range) -> Columns:
    """Slope of log RMSE against log K of the estimators (13) and (15).

    Params: `alpha`; `least` and `most`, K = 2^least..2^most; `samples` repetitions a K. Columns, one slope a replicate:
    mean_* of Eq. (13) to the mean; cvar_* of Eq. (15) to the CVaR with its boundary atom split; literal_* of Eq. (15)
    to the printed conditional form of Eq. (16). Laws: *_normal, *_atoms, and *_gap (see GAP; at its own alpha).
    """
    alpha, samples = cast("float", params["alpha"]), cast("int", params["samples"])
    shots = 2 ** np.arange(cast("int", params["least"]), cast("int", params["most"]) + 1)
    equal = np.full(len(ATOMS), 1.0 / len(ATOMS))
    gap_energies, gap_probabilities, gap_alpha = GAP
    target = {
        "mean_normal": 0.0,
        "cvar_normal": normal_cvar(alpha),
        # The conditional form is right for a continuous law: both readings share this target.
        "literal_normal": normal_cvar(alpha),
        "mean_atoms": float(ATOMS.mean()),
        "cvar_atoms": float(cvar(ATOMS, equal, alpha)[0]),
        "literal_atoms": float(conditional_mean_below_quantile(ATOMS, equal, alpha)),
        "cvar_gap": float(cvar(gap_energies, gap_probabilities, gap_alpha)[0]),
        "literal_gap": float(conditional_mean_below_quantile(gap_energies, gap_probabilities, gap_alpha)),
    }
    slopes: dict[str, list[float]] = {name: [] for name in target}
    for unit in units:
        rng = streams.rng("shots", unit)
        rmse: dict[str, list[float]] = {name: [] for name in target}
        for k in shots.tolist():
            normal = rng.normal(size=(samples, k))
            atoms = rng.multinomial(k, equal, size=samples)
            gap = rng.multinomial(k, gap_probabilities, size=samples)
            estimate = {
                "mean_normal": normal.mean(axis=-1),
                "cvar_normal": cvar_of_samples(normal, alpha),
                "mean_atoms": atoms @ ATOMS / k,
                "cvar_atoms": cvar_of_counts(ATOMS, atoms, alpha),
                "cvar_gap": cvar_of_counts(gap_energies, gap, gap_alpha),
            }
            for name, value in target.items():
                errors = estimate[name.replace("literal", "cvar")] - value
                rmse[name].append(float(np.sqrt(np.mean(errors**2))))
        for name, of_shots in rmse.items():
            slopes[name].append(slope(np.log(shots), np.log(of_shots)))
    return {name: np.array(values) for name, values in slopes.items()}


def normal_cvar(alpha: float) -> float:
    """Return the CVaR of the standard normal law's lower tail, -phi(z)/alpha with z its alpha quantile."""
    from scipy.special import ndtri

    z = float(ndtri(alpha))
    return float(-np.exp(-z * z / 2.0) / np.sqrt(2.0 * np.pi) / alpha)


def slope(x: FloatArray, y: FloatArray) -> float:
    """Return the least-squares slope of y against x."""
    centred = x - x.mean()
    return float((centred * (y - y.mean())).sum() / (centred**2).sum())
