"""Adam's rate for every model of hqcnn, chosen once and frozen: every run that trains names its own.

By the mean validation loss over three replicates of the streams "hqcnn/tuning/ROW", which no study draws from, at
(10, 9, 3) for rows of 10 APs and at (30, 20, 10) for the others; a smaller loss is better. A model's readings (other
layouts, heads, physics) take the rate of the model. `python -m reproductions._hqcnn_tuning` computes the losses again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

GRID = (1e-3, 3e-3, 1e-2, 3e-2)
"""Rates that were tried."""

FOUND: Mapping[tuple[str, str, str], tuple[float, float, float, float]] = {
    ("unsupervised", "small", "ours"): (-7.54300, -7.54576, -7.56252, -7.55936),
    ("unsupervised", "small", "hq11"): (-7.57257, -7.57514, -7.54441, -7.57954),
    ("unsupervised", "small", "product"): (-7.51372, -7.53598, -7.56056, -7.57280),
    ("unsupervised", "small", "mlp"): (-7.54287, -7.56187, -7.53644, -7.52296),
    ("unsupervised", "small", "light"): (-7.53231, -7.52811, -7.46953, -7.31991),
    ("unsupervised", "small", "heavy"): (-7.53318, -7.52775, -7.46300, -7.12485),
    ("unsupervised", "small", "const"): (-7.37283, -7.52781, -7.53960, -7.54297),
    ("unsupervised", "small", "twin"): (-7.55471, -7.56931, -7.58592, -7.59006),
    ("unsupervised", "small", "symmetric"): (-6.99149, -6.99149, -6.99150, -6.99150),
    ("unsupervised", "medium", "ours"): (-27.03100, -26.95167, -26.97842, -27.14477),
    ("unsupervised", "medium", "hq11"): (-27.18450, -27.10906, -26.96928, -27.04935),
    ("unsupervised", "medium", "product"): (-26.90662, -27.04665, -27.02018, -27.14699),
    ("unsupervised", "medium", "mlp"): (-27.02092, -27.15752, -27.15744, -27.22836),
    ("unsupervised", "medium", "light"): (-27.04726, -26.57200, -26.21967, -24.58026),
    ("unsupervised", "medium", "heavy"): (-26.00242, -25.91591, -24.66791, -24.46298),
    ("unsupervised", "medium", "const"): (-24.01641, -27.08198, -27.26481, -27.17556),
    ("unsupervised", "medium", "twin"): (-27.02059, -27.10083, -27.11714, -27.16863),
    ("supervised", "small", "ours"): (6.79345, 6.76629, 6.69287, 6.71013),
    ("supervised", "small", "hq11"): (6.81593, 6.79115, 6.72845, 6.68566),
    ("supervised", "small", "mlp"): (6.71279, 6.69333, 6.66805, 6.69531),
    ("supervised", "small", "light"): (6.65425, 6.65757, 6.63938, 6.63385),
    ("supervised", "small", "heavy"): (6.65524, 6.60959, 6.61040, 6.74693),
}
"""Mean validation losses over GRID by loss, size and model: nats of all users, or minus bit/s/Hz of all users."""


def learning_rate(loss: str, size: str, model: str) -> float:
    """Return the rate of the least loss that was found. Raises KeyError for what was not tuned."""
    found = FOUND[loss, size, model]
    return GRID[found.index(min(found))]
