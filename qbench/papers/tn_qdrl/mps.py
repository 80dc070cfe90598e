"""The tensor network that encodes an observation, Eqs. (35)-(40), in the reading that gives more than one number.

Eq. (40) contracts to a scalar and takes v in {0, 1} although states are continuous (E27). Here one more core, the label
core C, carries an output leg of size d:

    y_d = sum over bonds of l . prod_{k <= p} o(v_k) M^k . C_d . prod_{k > p} o(v_k) M^k . r

with p = floor(j/2) cores before it (ours: the middle, where public layers put it) or all j of them, and o(v) =
[cos(pi v/2), sin(pi v/2)] of unit norm. Eq. (38) has o(v) = [1 - v, v], whose norm falls to 2^-1/2 at v = 1/2: the
product of 2200 is below the smallest float. Neither underflows here: what a core multiplies by is kept as a logarithm.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array, one_of, positive_int

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray

FEATURES = ("trig", "linear")
LABELS = ("middle", "end")
LARGEST = 1e100


@dataclass(frozen=True, eq=False)
class Mps:
    """A matrix product state with open ends and one output leg.

    Attributes:
        left, right: l, r (chi,).
        cores: M^1..M^j (j, chi, 2, chi): bond, feature, bond.
        label: C (chi, d, chi).
        at: p, how many cores stand left of the label core, 0..j.

    Raises ValueError for sizes that do not fit, and entries that are not finite or beyond 1e100.

    """

    left: FloatArray
    cores: FloatArray
    label: FloatArray
    right: FloatArray
    at: int

    def __post_init__(self) -> None:
        for name, axes in (("left", 1), ("cores", 4), ("label", 3), ("right", 1)):
            value = finite_array(name, getattr(self, name))
            if value.ndim != axes:
                raise ValueError(f"{name} must have {axes} axes, got shape {value.shape}")
            if np.abs(value).max() > LARGEST:
                raise ValueError(f"{name} must lie within +-{LARGEST:g}, got {np.abs(value).max():g}; scale it")
            # Own and frozen, for `sweeps` is made once.
            value = np.array(value, order="C")
            value.flags.writeable = False
            object.__setattr__(self, name, value)
        chi, d = self.bond, self.label.shape[1]
        wanted = {"cores": (self.n_feature, chi, 2, chi), "label": (chi, d, chi), "right": (chi,)}
        for name, shape in wanted.items():
            if getattr(self, name).shape != shape:
                raise ValueError(f"{name} must be {shape} for a bond of {chi}, got {getattr(self, name).shape}")
        at = positive_int("at", self.at, least=0)
        if at > self.n_feature:
            raise ValueError(f"at must be at most the number of cores, {self.n_feature}, got {at}")
        object.__setattr__(self, "at", at)

    @cached_property
    def sweeps(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """What a contraction reads: ends (2, chi), the p cores from the left, the others from the right, transposed."""
        backward = np.ascontiguousarray(self.cores[self.at :][::-1].transpose(0, 3, 2, 1))
        return np.stack([self.left, self.right]), self.cores[: self.at], backward

    @property
    def bond(self) -> int:
        """Bond dimension chi."""
        return int(self.left.shape[0])

    @property
    def n_feature(self) -> int:
        """Number of features j."""
        return int(self.cores.shape[0])

    @property
    def n_out(self) -> int:
        """Size d of the output leg."""
        return int(self.label.shape[1])

    @property
    def n_parameters(self) -> int:
        """Numbers stored: j 2 chi^2 + chi^2 d + 2 chi."""
        return self.cores.size + self.label.size + self.left.size + self.right.size

    @property
    def n_products(self) -> int:
        """Multiply-adds of one contraction, norms left out: j 2 (chi^2 + chi) + d (chi^2 + chi)."""
        chi = self.bond
        return (2 * self.n_feature + self.n_out) * (chi**2 + chi)


def draw_mps(rng: np.random.Generator, n_feature: int, *, bond: int = 4, n_out: int = 3, label: str = "middle") -> Mps:
    """Draw a state with independent N(0, 1/chi) entries, in the order l, M^1..M^j, C, r.

    label: "middle", the label core behind floor(j/2) cores, or "end", behind all. Raises ValueError for counts below 1
    and another word.
    """
    j, chi, d = positive_int("n_feature", n_feature), positive_int("bond", bond), positive_int("n_out", n_out)
    at = j // 2 if one_of("label", label, LABELS) == "middle" else j
    scale = chi**-0.5
    left = rng.normal(0.0, scale, chi)
    cores = rng.normal(0.0, scale, (j, chi, 2, chi))
    middle = rng.normal(0.0, scale, (chi, d, chi))
    return Mps(left, cores, middle, rng.normal(0.0, scale, chi), at)


def site_vectors(values: ArrayLike, feature: str = "trig") -> FloatArray:
    """Return o(v) (*B, j, 2) of values (*B, j) in [0, 1]: "trig" of unit norm, or "linear", Eq. (38).

    Raises ValueError for values outside [0, 1] and another word.
    """
    v = _unit_values(values)
    if one_of("feature", feature, FEATURES) == "linear":
        return np.stack([1.0 - v, v], axis=-1)
    return np.stack([np.cos(0.5 * np.pi * v), np.sin(0.5 * np.pi * v)], axis=-1)


def contract(mps: Mps, values: ArrayLike, *, feature: str = "trig") -> tuple[FloatArray, FloatArray]:
    """Return direction (*B, d) and log_norm (*B,) of values (*B, j) in [0, 1]; y = direction exp(log_norm).

    direction = L C_d R with L and R, the two halves, of unit length (l or r itself where there is no core on its side);
    log_norm: the logarithm of the lengths taken out. A reference subtracted from log_norm scales y and changes neither
    signs nor order. A sample has the same bits in any batch. Raises ValueError as `site_vectors`, and for another j.
    """
    v = _unit_values(values)
    if v.shape[-1] != mps.n_feature:
        raise ValueError(f"values must end in {mps.n_feature}, one a core, got shape {v.shape}")
    linear = one_of("feature", feature, FEATURES) == "linear"
    from qbench.papers.tn_qdrl._mps_kernel import contract as kernel

    flat = np.ascontiguousarray(v.reshape(-1, mps.n_feature))
    direction, log_norm = np.empty((len(flat), mps.n_out)), np.empty(len(flat))
    ends, forward, backward = mps.sweeps
    kernel(ends, forward, backward, mps.label, flat, linear, direction, log_norm)
    return direction.reshape(*v.shape[:-1], mps.n_out), log_norm.reshape(v.shape[:-1])


def _unit_values(values: ArrayLike) -> FloatArray:
    v = finite_array("values", values, ndim_at_least=1)
    if v.min() < 0 or v.max() > 1:
        worst = v.min() if v.min() < 0 else v.max()
        raise ValueError(f"values must lie in [0, 1], got {worst:g}; scale features by their declared bounds")
    return v
