"""Checks of the constants when a record of them is made."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING

import numpy as np

from qbench._check import in_interval, one_of, positive_int

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

ACCESSES = ("ofdma", "noma_literal", "noma_sic", "fixed")
KEY_RATES = ("printed", "standard")
KEY_USES = ("free", "shared_source", "consumed")

_WORDS = {"access": ACCESSES, "key_rate": KEY_RATES, "key_use": KEY_USES}
_COUNTS = {"n_vehicle", "n_node", "n_edge"}
_ABOVE_ZERO = {
    "source_rate",
    "noise_decay_per_s",
    "noise_turn_per_s",
    "n_sec",
    "bandwidth_hz",
    "fixed_rate",
    "miner_share",
    "transaction_bits",
    "key_scale",
    "key_floor",
}
_TOPS = {"coupling": 1.0, "other_errors": 0.5, "miner_share": 1.0}
_SIGNED = {"state_angle", "phase", "noise_phase", "noise_dbm_per_hz", "threshold_db", "gain_max_db"}
# The weights of Eq. (22) exclude both ends: 0 < xi_1 < 1.
_OPEN_SHARES = {"delay_weight"}


def check_fields(record: DataclassInstance) -> None:
    """Check a frozen record in place by the names of its fields: numbers become float, counts int.

    Raises ValueError for a value outside its range, TypeError for one of another kind.
    """
    for field in fields(record):
        object.__setattr__(record, field.name, _checked(field.name, getattr(record, field.name)))


def _checked(name: str, value: object) -> object:
    if name in _WORDS:
        return one_of(name, str(value), _WORDS[name])
    if name in _COUNTS:
        return positive_int(name, value)
    if name == "share_cpu":
        if not isinstance(value, bool):
            raise TypeError(f"{name} must be True or False, got {value!r}")
        return value
    if is_dataclass(value) or (value is None and name == "listed_generation_s"):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise TypeError(f"{name} must be a number, got {value!r}")
    if name in _SIGNED:
        return in_interval(name, float(value), -3000.0, 3000.0)
    if name in _OPEN_SHARES:
        return in_interval(name, float(value), 0.0, 1.0, lo_open=True, hi_open=True)
    top = _TOPS.get(name, np.inf)
    return in_interval(name, float(value), 0.0, top, lo_open=name in _ABOVE_ZERO, hi_open=top == np.inf)
