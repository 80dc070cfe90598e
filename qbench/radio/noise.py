"""Noise of a receiver."""

from __future__ import annotations

import numpy as np

from qbench._check import in_interval
from qbench.radio.units import db_to_linear

BOLTZMANN = 1.380649e-23
"""Boltzmann's constant, J/K (exact by the definition of the kelvin)."""


def thermal_noise_w(bandwidth_hz: float, *, noise_figure_db: float = 0.0, temperature_k: float = 290.0) -> float:
    """Return the noise power W k_B T F (W) of a receiver of bandwidth W and noise figure F.

    20 MHz, 9 dB and 290 K give 6.3608e-13 W, -91.965 dBm. Raises ValueError unless bandwidth and temperature are finite
    and above 0, and the noise figure is finite and at least 0 dB.
    """
    bandwidth = in_interval("bandwidth_hz", bandwidth_hz, 0.0, np.inf, lo_open=True, hi_open=True)
    temperature = in_interval("temperature_k", temperature_k, 0.0, np.inf, lo_open=True, hi_open=True)
    figure = in_interval("noise_figure_db", noise_figure_db, 0.0, np.inf, hi_open=True)
    return float(bandwidth * BOLTZMANN * temperature * db_to_linear(figure))
