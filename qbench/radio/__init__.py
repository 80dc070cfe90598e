"""Radio physics that more than one paper needs: units, path loss, fading, noise, arrays, beams, SINR, rates.

Every function takes arrays with any leading batch axes. Units are in the names (`_m`, `_hz`, `_w`, `_db`, `_dbm`);
a gain or a SINR without a unit is a power ratio.
"""

from __future__ import annotations

from qbench.radio.array import antenna_offsets, spatial_frequency, steering_vector
from qbench.radio.draws import complex_gaussian, spawn
from qbench.radio.fading import rayleigh_power_gain, shadowing_db
from qbench.radio.noise import BOLTZMANN, thermal_noise_w
from qbench.radio.pathloss import absorbed_share, absorption_gain, power_law_gain, reference_gain
from qbench.radio.precoding import beam_gain, equal_gain, isotropic_beam, maximum_ratio, unit_beam, zero_forcing
from qbench.radio.rate import rate_from_sinr, spectral_efficiency
from qbench.radio.sinr import band_coupling, sinr_from_powers
from qbench.radio.three_slope import hata_loss_db, three_slope_gain_db
from qbench.radio.units import SPEED_OF_LIGHT, db_to_linear, dbm_to_watt, linear_to_db

__all__ = [
    "BOLTZMANN",
    "SPEED_OF_LIGHT",
    "absorbed_share",
    "absorption_gain",
    "antenna_offsets",
    "band_coupling",
    "beam_gain",
    "complex_gaussian",
    "db_to_linear",
    "dbm_to_watt",
    "equal_gain",
    "hata_loss_db",
    "isotropic_beam",
    "linear_to_db",
    "maximum_ratio",
    "power_law_gain",
    "rate_from_sinr",
    "rayleigh_power_gain",
    "reference_gain",
    "shadowing_db",
    "sinr_from_powers",
    "spatial_frequency",
    "spawn",
    "spectral_efficiency",
    "steering_vector",
    "thermal_noise_w",
    "three_slope_gain_db",
    "unit_beam",
    "zero_forcing",
]
