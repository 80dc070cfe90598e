"""The networks of a replicate, and the generators of what is drawn for them.

A row of Table II, (M, K, tau), is a word such as "10-6-3", and a stream: its studies see the same networks, paired.
Test networks are drawn first, then those for validation, then those to train on: who only tests draws no others. All
readings of a row share the draws that they have in common.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from qbench import radio
from qbench._check import one_of, positive_int
from qbench.papers.hqcnn.rates import Link
from qbench.papers.hqcnn.system import Networks, Parameters, draw_networks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbench.papers._study import Params, Streams

KINDS = ("test", "validation", "training")
"""Sets of networks of a replicate, in the order in which they are drawn; each is a param that says how many."""

USES = ("random", "balanced", "multistart", "greedy_fresh", "weights", "orders", "free")
"""What the axis "algorithm" serves, each with a generator of its own; a new use goes to the end."""

PHYSICS: Mapping[str, Any] = {
    "wrap": False,
    "shadowing": "all",
    "users": "uniform",
    "cluster_m": 100.0,
    "fixed_aps": False,
}
"""The fields of `Parameters` that a study's params name, with the values of the main reading."""

LINK: Mapping[str, Any] = {"n_antenna": 2, "mode": "equal", "noncoherent": True, "noise_aps": None}
"""The fields of `Link` that a study's params name, with the values of the main reading."""


@dataclass(frozen=True)
class Row:
    """The size of a row of Table II.

    Attributes:
        n_ap: M, access points.
        n_user: K, users.
        n_pilot: tau, pilots.

    """

    n_ap: int
    n_user: int
    n_pilot: int

    @classmethod
    def of(cls, word: object) -> Row:
        """Return the row of a word such as "10-6-3"; ValueError for another spelling."""
        if not isinstance(word, str) or not re.fullmatch(r"[1-9]\d*-[1-9]\d*-[1-9]\d*", word):
            raise ValueError(f"row must be APs-users-pilots, such as '10-6-3', got {word!r}")
        return cls(*(int(number) for number in word.split("-")))


def parameters(params: Params) -> Parameters:
    """Return the network that a study's params name: its row and PHYSICS."""
    row = Row.of(params["row"])
    return Parameters(n_ap=row.n_ap, n_user=row.n_user, **{name: cast("Any", params[name]) for name in PHYSICS})


def link(params: Params) -> Link:
    """Return the link that a study's params name: its row and LINK."""
    return Link(n_pilot=Row.of(params["row"]).n_pilot, **{name: cast("Any", params[name]) for name in LINK})


def draw_set(params: Params, streams: Streams, unit: int, kind: str) -> Networks:
    """Draw the networks of a unit that are its `kind`, one of `KINDS`; params: row, PHYSICS and the sizes up to it.

    Raises ValueError for another kind and a size below 1.
    """
    before = KINDS[: KINDS.index(one_of("kind", kind, KINDS)) + 1]
    ends = np.cumsum([0, *(positive_int(name, params[name]) for name in before)])
    drawn = draw_networks(streams.rng("instance", unit), int(ends[-1]), parameters(params))
    own = slice(int(ends[-2]), None)
    return Networks(drawn.ap[own], drawn.user[own], drawn.beta[own])


def evaluated(params: Params, streams: Streams, unit: int) -> Networks:
    """Draw the networks of a unit that methods are compared on; params: `evaluated`, and those of `draw_set`.

    evaluated: "test", or "training": as many, the first of those that its network learns from. Raises ValueError for
    another word.
    """
    kind = one_of("evaluated", cast("str", params["evaluated"]), ("test", "training"))
    drawn = draw_set(params, streams, unit, kind)
    first = slice(positive_int("test", params["test"]))
    return Networks(drawn.ap[first], drawn.user[first], drawn.beta[first])


def generator(streams: Streams, unit: int, use: str) -> np.random.Generator:
    """Return the generator of one of `USES` for a unit; ValueError for another."""
    at = USES.index(one_of("use", use, USES))
    return radio.spawn(streams.rng("algorithm", unit), len(USES))[at]
