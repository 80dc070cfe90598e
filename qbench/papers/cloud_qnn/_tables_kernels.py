"""Kernel of `tables`: the lowest SINR of every assignment of every network, which the rates of a loss come down to.

Terms are added AP after AP, as `rates.user_rates` adds them, and nothing is fused or reordered: the same bits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench.papers._compiled import kernel

if TYPE_CHECKING:
    from qbench._arrays import FloatArray, IntArray


@kernel
def lowest_sinr(powers: FloatArray, assignments: IntArray, snr: float, interference: float) -> FloatArray:
    """Return (n, A), the lowest SINR among users that are served, of powers (n, M, K, K) under assignments (A, M).

    powers[i, m, u, k] is what user k receives of AP m while it serves u. Every AP serves a user.
    """
    n, n_ap, n_user, _ = powers.shape
    out = np.empty((n, assignments.shape[0]))
    disturbs = snr * interference
    for i in range(n):
        for j in range(assignments.shape[0]):
            lowest = np.inf
            for k in range(n_user):
                signal, disturbance, served = 0.0, 0.0, False
                for m in range(n_ap):
                    u = assignments[j, m]
                    if u == k:
                        signal += powers[i, m, u, k]
                        served = True
                    else:
                        disturbance += powers[i, m, u, k]
                if served:
                    sinr = snr * signal / (disturbs * disturbance + 1.0)
                    lowest = min(lowest, sinr)
            out[i, j] = lowest
    return out
