"""Constraints C1-C15 of the problem, Eq. (23), as counts of what breaks them.

C5 and C6 are rates that studies report, never hard limits: most tasks miss C5 whatever is chosen. The label C15 stands
twice in the print: C15a and C15b here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array
from qbench.papers.tn_qdrl._sums import ordered_sum
from qbench.papers.tn_qdrl.links import offloads
from qbench.radio import db_to_linear

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import BoolArray, FloatArray, IntArray
    from qbench.papers.tn_qdrl.parameters import Setting
    from qbench.papers.tn_qdrl.system import Action, Outcome, Slot

NAMES = (
    *("C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8", "C9", "C10", "C11", "C12", "C13", "C14", "C15a", "C15b"),
    "C15b_whole",
)
REPORTED = ("C5", "C6", "C15b_whole")
"""Constraints that an action of the models may break; all others hold by construction."""

ROUNDING = 1e-12
"""Relative: slices of a band that are equal parts of it still sum to it."""


def violations(slot: Slot, action: Action, outcome: Outcome, setting: Setting) -> dict[str, IntArray]:
    """Return how often each constraint is broken: `NAMES` to counts, shapes that broadcast to (...).

    C1, C2 count quantum links; C3, C4, C13 radio links; C5, C10 vehicles; C6, C8, C12 the producer; C7 devices with
    vehicles whose bands do not sum to b B; C9, C11 entries of indicators; C14, C15a, C15b single values, n_w of every
    node among them. C10 is corrected: one place of 0..E a vehicle, where the print has exactly one computation by the
    vehicle itself. C15b wants n_w and n_v at least 0; "C15b_whole" counts those that are not whole numbers above 0, as
    printed: Algorithm 1 leaves these. `outcome`: that of `slot` and `action`.
    """
    chain, radio, keys = setting.chain, setting.radio, outcome.keys
    n_edge = setting.n_edge
    band = radio.bandwidth_hz * action.band_share
    left = radio.node_bandwidth_hz - band
    places = action.choice[..., np.newaxis] == np.arange(n_edge + 1)
    produces = action.miner[..., np.newaxis] == np.arange(1, n_edge + 1)
    sizes = np.array([chain.block_bits, chain.header_bits, chain.vote_bits])
    whole = (slot.keys >= 1) & (slot.keys == np.floor(slot.keys))
    fitting = chain.n_transactions
    return {
        "C1": _count((keys.arriving < 0) | (keys.arriving > 1), 2),
        "C2": _count(keys.rate < 0, 2),
        "C3": _count(slot.power_w > radio.power_max_w, 2),
        "C4": _count(slot.gain > db_to_linear(radio.gain_max_db), 2),
        "C5": _count(outcome.task_s > setting.tasks.delay_max_s, 1),
        "C6": _count(outcome.finality_s > chain.finality_max_s, 0),
        "C7": _count(_bands_off(outcome.links.band_hz, action.choice, band, n_edge), 1),
        "C8": _count(ordered_sum(outcome.node_band_hz) > left + ROUNDING * radio.node_bandwidth_hz, 0),
        **indicator_violations(places.astype(np.float64)),
        **producer_violations(produces.astype(np.float64)),
        "C13": _count(outcome.links.rate < 0, 1),
        "C14": _count(slot.edge_hz < 0, 1)
        + _count(chain.miner_share * slot.edge_hz < 0, 1)
        + int(chain.key_weighing_s < 0),
        "C15a": _count(sizes < 0, 1),
        "C15b": _count(slot.keys < 0, 1) + int(fitting < 0),
        "C15b_whole": _count(~whole, 1) + int(fitting < 1),
    }


def indicator_violations(indicator: ArrayLike) -> dict[str, IntArray]:
    """Return counts (...) of C9, entries that are neither 0 nor 1, and C10, vehicles whose row does not sum to 1.

    `indicator`: I (..., V, M) as printed, 1 where the vehicle computes and does not offload to m; or (..., V, E + 1)
    with a column for the vehicle itself, as corrected. Raises ValueError for values that are not finite.
    """
    flag = finite_array("indicator", indicator, ndim_at_least=2)
    return {"C9": _count((flag != 0) & (flag != 1), 2), "C10": _count(ordered_sum(flag) != 1, 1)}


def producer_violations(produces: ArrayLike) -> dict[str, IntArray]:
    """Return counts of C11 (entries that are neither 0 nor 1) and C12 (1 unless they sum to 1), each (...).

    `produces`: I^b (..., E). Raises ValueError for values that are not finite.
    """
    flag = finite_array("produces", produces, ndim_at_least=1)
    return {"C11": _count((flag != 0) & (flag != 1), 1), "C12": _count(ordered_sum(flag) != 1, 0)}


def printed_indicator(choice: IntArray, n_edge: int) -> FloatArray:
    """Return I (..., V, E) as Eq. (17) prints it, 0 where vehicle x offloads to m, of a `choice` (..., V)."""
    return np.where(offloads(choice, n_edge), 0.0, 1.0)


def strong_links(outcome: Outcome, setting: Setting) -> IntArray:
    """Return how many vehicles offload over links of at least the threshold, 18 dB: only reported."""
    return _count(outcome.links.sinr >= setting.radio.threshold, 1)


def _bands_off(band_hz: FloatArray, choice: IntArray, whole: FloatArray, n_edge: int) -> BoolArray:
    """Return (..., E): devices with vehicles whose bands do not sum to the whole."""
    there = offloads(np.broadcast_to(choice, band_hz.shape), n_edge)
    off = []
    for m in range(n_edge):
        total = ordered_sum(np.where(there[..., m], band_hz, 0.0))
        off.append(there[..., m].any(axis=-1) & (np.abs(total - whole) > ROUNDING * whole))
    return np.stack(off, axis=-1)


def _count(bad: BoolArray, axes: int) -> IntArray:
    return np.asarray(bad.sum(axis=tuple(range(-axes, 0)), dtype=np.int64))
