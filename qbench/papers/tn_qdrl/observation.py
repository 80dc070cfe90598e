"""What a scheme sees of a slot, Eq. (24), scaled to [0, 1].

Entropies and margins are those of the efficiencies that the previous action chose; the paper's state leaves out the
tasks, so two slots that look the same may want different actions ("aug" adds them).
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from qbench._check import in_interval, one_of
from qbench.papers.tn_qdrl.keys import link_keys
from qbench.papers.tn_qdrl.parameters import BITS_PER_MB
from qbench.papers.tn_qdrl.stream import CLOCK_RANGE, CYCLES, EDGE_HZ, POWERS_W, SIZE_MB, SIZE_RANGE, VEHICLE_HZ
from qbench.radio import linear_to_db

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray
    from qbench.papers.tn_qdrl.parameters import Setting
    from qbench.papers.tn_qdrl.system import Slot

OBSERVATIONS = ("literal", "aug")
GAIN_LEAST_DB, GAIN_SPAN_DB = -140.0, 80.0


def n_feature(setting: Setting, kind: str = "literal") -> int:
    """Return D = 2 Q (V + E) + 2 V E + V + E, and 2 V more for "aug"; ValueError for another kind."""
    v, q, e = setting.n_vehicle, setting.n_node, setting.n_edge
    literal = 2 * q * (v + e) + 2 * v * e + v + e
    return literal + (2 * v if one_of("observation", kind, OBSERVATIONS) == "aug" else 0)


def features(
    slot: Slot, efficiency: ArrayLike, setting: Setting, *, kind: str = "literal", size_mb: float = SIZE_MB
) -> FloatArray:
    """Return (..., D) in [0, 1], in the order H, P, G, Delta, L, E, and f, s for "aug"; clipped.

    `efficiency`: eta (..., Q) of the previous action; its leading axes and the slot's broadcast. (i, j) runs over j
    within i, vehicles before devices; (x, m) over m within x. Raises ValueError for another kind, sizes that are not
    the setting's, and what `link_keys` refuses.
    """
    slot.fits(setting)
    one_of("observation", kind, OBSERVATIONS)
    mean_bits = in_interval("size_mb", float(size_mb), 0.0, 1e6, lo_open=True) * BITS_PER_MB
    keys = link_keys(slot.length_km, efficiency, setting.qkd, time_s=slot.time_s)
    lead = np.broadcast_shapes(keys.entropy.shape[:-2], slot.cycles.shape[:-1])
    q = setting.qkd
    largest = sqrt(q.fluctuation / q.n_sec) + q.entropy_weight + q.epsilon_sec
    parts: list[tuple[FloatArray, int]] = [
        (keys.entropy, 2),
        ((slot.power_w - POWERS_W[0]) / (POWERS_W[-1] - POWERS_W[0]), 2),
        ((linear_to_db(slot.gain) - GAIN_LEAST_DB) / GAIN_SPAN_DB, 2),
        (keys.margin / largest, 2),
        (_clock(slot.vehicle_hz, VEHICLE_HZ), 1),
        (_clock(slot.edge_hz, EDGE_HZ), 1),
    ]
    if kind == "aug":
        parts.append(((slot.cycles - CYCLES[0]) / (CYCLES[-1] - CYCLES[0]), 1))
        parts.append((slot.size_bits / (SIZE_RANGE[1] * mean_bits), 1))
    rows = []
    for values, axes in parts:
        own = values.shape[values.ndim - axes :]
        rows.append(np.broadcast_to(values, (*lead, *own)).reshape(*lead, -1))
    return np.asarray(np.clip(np.concatenate(rows, axis=-1), 0.0, 1.0))


def _clock(hertz: FloatArray, largest: float) -> FloatArray:
    return np.asarray((hertz / largest - CLOCK_RANGE[0]) / (CLOCK_RANGE[1] - CLOCK_RANGE[0]))
