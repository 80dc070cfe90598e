"""Radio physics that more than one paper needs: units, path loss, fading, SINR, rates.

Every function takes arrays with any leading batch axes. Units are in the names (`_m`, `_hz`, `_w`, `_db`, `_dbm`);
a gain or a SINR without a unit is a power ratio.
"""

from __future__ import annotations

from qbench.radio.fading import rayleigh_power_gain
from qbench.radio.pathloss import absorbed_share, absorption_gain, power_law_gain, reference_gain
from qbench.radio.rate import rate_from_sinr, spectral_efficiency
from qbench.radio.sinr import band_coupling, sinr_from_powers
from qbench.radio.units import SPEED_OF_LIGHT, db_to_linear, dbm_to_watt, linear_to_db

__all__ = [
    "SPEED_OF_LIGHT",
    "absorbed_share",
    "absorption_gain",
    "band_coupling",
    "db_to_linear",
    "dbm_to_watt",
    "linear_to_db",
    "power_law_gain",
    "rate_from_sinr",
    "rayleigh_power_gain",
    "reference_gain",
    "sinr_from_powers",
    "spectral_efficiency",
]
