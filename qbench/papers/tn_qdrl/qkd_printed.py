"""Eqs. (3), (4), (5) and (9) as the paper prints them; `qkd` has what the models use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array
from qbench.papers.tn_qdrl._sums import ordered_sum
from qbench.papers.tn_qdrl.qkd import shares
from qbench.radio._arguments import nonnegative, positive, same_grid

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray


def printed_detector_efficiency(
    temperature_k: ArrayLike, *, reference_k: float, at_reference: float, loss_per_k: float
) -> FloatArray:
    """Return eta_int (1 - mu F)(F - F_0), Eq. (3) as printed: 0 at F_0, negative below it, in kelvin.

    Arguments and errors as `qkd.detector_efficiency`.
    """
    temperature = nonnegative("temperature_k", temperature_k, hint="give kelvin")
    reference = nonnegative("reference_k", reference_k, hint="give kelvin")
    at, loss = shares("at_reference", at_reference), finite_array("loss_per_k", loss_per_k)
    return np.asarray(at * (1.0 - loss * temperature) * (temperature - reference))


def printed_system_efficiency(efficiency: ArrayLike, coupling: ArrayLike) -> FloatArray:
    """Return eta_ot + sum_i eta_i, Eq. (4) as printed, for `efficiency` (..., Q): at least 1.6 for two of Table II.

    Raises ValueError for shares outside [0, 1], and for an efficiency without an axis of nodes.
    """
    own = shares("efficiency", finite_array("efficiency", efficiency, ndim_at_least=1))
    return np.asarray(shares("coupling", coupling) + ordered_sum(own))


def printed_transmission(length_km: ArrayLike, loss_db_per_km: ArrayLike) -> FloatArray:
    """Return exp(-alpha l/10), Eq. (5) as printed: 10 dB let 0.368 through. Arguments as `qkd.transmission`."""
    length, loss = nonnegative("length_km", length_km), nonnegative("loss_db_per_km", loss_db_per_km)
    same_grid(length_km=length, loss_db_per_km=loss)
    return np.asarray(np.exp(-loss * length / 10.0))


def printed_error_rate(
    fringe: ArrayLike,
    signal: ArrayLike,
    noise: ArrayLike,
    *,
    efficiency: ArrayLike,
    arriving: ArrayLike,
    other_errors: ArrayLike = 0.0,
) -> FloatArray:
    """Return (1 - V_I exp(eta_sys) p s/N)/2 + err, Eq. (9) as printed: no probability, it has no lower bound.

    `efficiency`: eta_sys, at least 0 (Eq. (4) as printed exceeds 1); `arriving`: p; the rest as `qkd.error_rate`, and
    its errors.
    """
    v, s = shares("fringe", fringe), nonnegative("signal", signal)
    n, eta = positive("noise", noise), nonnegative("efficiency", efficiency)
    p, err = shares("arriving", arriving), shares("other_errors", other_errors)
    same_grid(fringe=v, signal=s, noise=n, efficiency=eta, arriving=p, other_errors=err)
    return np.asarray(0.5 * (1.0 - v * np.exp(eta) * p * s / n) + err)
