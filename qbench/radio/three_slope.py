"""The three-slope path loss of cell-free networks, on Hata's loss at 1 km."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench._check import in_interval
from qbench.radio._arguments import nonnegative

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray

_KILOMETRE = 1000.0


def three_slope_gain_db(
    distance_m: ArrayLike, *, loss_at_km_db: float = 141.0, inner_m: float = 10.0, outer_m: float = 50.0
) -> FloatArray:
    """Return the power gain (dB, below 0 in practice) at `distance_m` (m, any shape): exponents 0, 2 and 3.5.

    -L - 35 lg d beyond d1 = `outer_m`, -L - 15 lg d1 - 20 lg d down to d0 = `inner_m`, constant below it; distances in
    km inside lg, L = `loss_at_km_db` the loss at 1 km. Continuous, and never larger further away. Tang, Sun and
    Gong 2001, as in Ngo et al., "Cell-free massive MIMO versus small cells", 2017.
    Raises ValueError for a distance that is negative or not finite, a loss that is not finite, and unless
    0 < inner_m <= outer_m.
    """
    distance = nonnegative("distance_m", distance_m) / _KILOMETRE
    loss = in_interval("loss_at_km_db", loss_at_km_db, -np.inf, np.inf, lo_open=True, hi_open=True)
    outer = in_interval("outer_m", outer_m, 0.0, np.inf, lo_open=True, hi_open=True) / _KILOMETRE
    inner = in_interval("inner_m (at most outer_m)", inner_m, 0.0, outer_m, lo_open=True) / _KILOMETRE
    middle = -loss - 15.0 * np.log10(outer) - 20.0 * np.log10(np.maximum(distance, inner))
    far = -loss - 35.0 * np.log10(np.maximum(distance, outer))
    return np.where(distance > outer, far, middle)


def hata_loss_db(frequency_hz: float, *, station_m: float, user_m: float) -> float:
    """Return the loss (dB) at 1 km by Hata's model as extended by COST 231, for a station and a user at these heights.

    46.3 + 33.9 lg f - 13.82 lg h_s - (1.1 lg f - 0.7) h_u + (1.56 lg f - 0.8), f in MHz, h in m: 140.7151 dB at
    1.9 GHz, 15 m and 1.65 m. Raises ValueError unless all three are finite and above 0.
    """
    lg_f = np.log10(in_interval("frequency_hz", frequency_hz, 0.0, np.inf, lo_open=True, hi_open=True) / 1e6)
    lg_h = np.log10(in_interval("station_m", station_m, 0.0, np.inf, lo_open=True, hi_open=True))
    height = in_interval("user_m", user_m, 0.0, np.inf, lo_open=True, hi_open=True)
    return float(46.3 + 33.9 * lg_f - 13.82 * lg_h - (1.1 * lg_f - 0.7) * height + (1.56 * lg_f - 0.8))
