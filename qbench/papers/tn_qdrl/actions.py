"""Joint actions, Eq. (25), as a flat list, and the parts of it that each scheme may use.

The paper gives the values of eta (Table II); the two shares of the band are ours: one near all of it, one with room for
the nodes' links.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from qbench._check import one_of, positive_int
from qbench.papers.tn_qdrl.system import Action

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import IntArray
    from qbench.papers.tn_qdrl.parameters import Setting

EFFICIENCIES = (0.8, 0.9, 1.0)
BAND_SHARES = (0.9, 0.6)
CALIBRATED = 1
"""Index of eta = 0.9: what a system starts with and a scheme without quantum keys keeps."""
LARGEST_FLAT = 4096
"""Actions that a flat list may have; beyond it components learn by themselves."""

SUBSETS = ("all", "alone", "fixed_band", "fixed_keys")


@dataclass(frozen=True)
class ActionSpace:
    """All joint actions of a system; a flat index runs through eta_1..eta_Q, a_1..a_V, w, b with the last fastest.

    Attributes:
        n_node: Q.
        n_vehicle: V.
        n_edge: E.

    Raises ValueError for numbers below 1.

    """

    n_node: int
    n_vehicle: int
    n_edge: int

    def __post_init__(self) -> None:
        for name in ("n_node", "n_vehicle", "n_edge"):
            object.__setattr__(self, name, positive_int(name, getattr(self, name)))

    @classmethod
    def of(cls, setting: Setting) -> ActionSpace:
        """Return the actions of a setting."""
        return cls(setting.n_node, setting.n_vehicle, setting.n_edge)

    @property
    def nvec(self) -> tuple[int, ...]:
        """Choices of each component: 3 each of Q, E + 1 each of V, E, 2."""
        return (
            *(len(EFFICIENCIES),) * self.n_node,
            *(self.n_edge + 1,) * self.n_vehicle,
            self.n_edge,
            len(BAND_SHARES),
        )

    @property
    def n_efficiency(self) -> int:
        """Joint choices of eta: 3^Q."""
        return int(len(EFFICIENCIES) ** self.n_node)

    @property
    def n_place(self) -> int:
        """Joint choices of a: (E + 1)^V."""
        return int((self.n_edge + 1) ** self.n_vehicle)

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """How a flat index splits: joint eta, joint a, w, b."""
        return (self.n_efficiency, self.n_place, self.n_edge, len(BAND_SHARES))

    @property
    def n(self) -> int:
        """N, all joint actions."""
        first, second, third, fourth = self.shape
        return first * second * third * fourth

    @cached_property
    def efficiencies(self) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        """Joint eta (3^Q, Q)."""
        return np.array(list(product(EFFICIENCIES, repeat=self.n_node)))

    @cached_property
    def places(self) -> IntArray:
        """Joint a ((E + 1)^V, V); ValueError where a flat list would be too long."""
        self.require_flat()
        return np.array(list(product(range(self.n_edge + 1), repeat=self.n_vehicle)), dtype=np.int64)

    @property
    def is_flat(self) -> bool:
        """Whether the joint actions fit into a list of `LARGEST_FLAT`."""
        return self.n <= LARGEST_FLAT

    def require_flat(self) -> None:
        """Raise ValueError where the flat list would exceed `LARGEST_FLAT`."""
        if not self.is_flat:
            raise ValueError(
                f"{self.n:,} joint actions (V = {self.n_vehicle}, E = {self.n_edge}, Q = {self.n_node}) are more than "
                f"the {LARGEST_FLAT:,} of a flat list; give the components one by one, as the profile mid does"
            )

    def parts(self, index: ArrayLike) -> tuple[IntArray, IntArray, IntArray, IntArray]:
        """Return indices of joint eta, joint a, w and b, each (...), of flat indices (...).

        Raises ValueError for indices that are not whole or outside 0..N - 1.
        """
        flat = np.asarray(index)
        if flat.dtype.kind not in "iu":
            raise ValueError(f"index must hold whole numbers, got dtype {flat.dtype}")
        if flat.size and (flat.min() < 0 or flat.max() >= self.n):
            raise ValueError(f"index must lie in 0..{self.n - 1}, got values from {flat.min()} to {flat.max()}")
        e, a, w, b = np.unravel_index(flat.astype(np.int64), self.shape)
        return e, a, w, b

    def action(self, index: ArrayLike) -> Action:
        """Return the joint actions of flat indices (...). Raises ValueError as `parts`, and where `places` does."""
        e, a, w, b = self.parts(index)
        return Action(
            efficiency=self.efficiencies[e],
            choice=self.places[a],
            miner=np.asarray(w + 1),
            band_share=np.array(BAND_SHARES)[b],
        )

    def from_components(self, components: ArrayLike) -> Action:
        """Return the joint actions of choices (..., Q + V + 2), as Gymnasium's MultiDiscrete holds them.

        Raises ValueError for choices that are not whole, too few or too many, or outside `nvec`.
        """
        given = np.asarray(components)
        if given.dtype.kind not in "iu":
            raise ValueError(f"components must hold whole numbers, got dtype {given.dtype}")
        if given.ndim < 1 or given.shape[-1] != len(self.nvec):
            raise ValueError(f"components must end in {(len(self.nvec),)}: {self.nvec} choices, got {given.shape}")
        if given.size and ((given < 0) | (given >= np.array(self.nvec))).any():
            raise ValueError(f"components must lie below {self.nvec}, from 0 up, got {given.tolist()!r:.60}")
        q, v = self.n_node, self.n_vehicle
        return Action(
            efficiency=np.array(EFFICIENCIES)[given[..., :q]],
            choice=np.asarray(given[..., q : q + v], dtype=np.int64),
            miner=np.asarray(given[..., q + v] + 1),
            band_share=np.array(BAND_SHARES)[given[..., -1]],
        )

    def subset(self, name: str) -> IntArray:
        """Return flat indices, rising, of the actions that a scheme may use.

        "all"; "alone": every vehicle computes by itself (RALC); "fixed_band": b = 0.9 (RAFBZ); "fixed_keys": eta = 0.9
        (RANQKD). Raises ValueError for another name and for systems without a flat list.
        """
        self.require_flat()
        e, a, _, b = self.parts(np.arange(self.n))
        calibrated = int(np.ravel_multi_index((CALIBRATED,) * self.n_node, (len(EFFICIENCIES),) * self.n_node))
        kept = {
            "all": np.ones(self.n, dtype=np.bool_),
            "alone": a == 0,
            "fixed_band": b == 0,
            "fixed_keys": e == calibrated,
        }[one_of("subset", name, SUBSETS)]
        return np.flatnonzero(kept)
