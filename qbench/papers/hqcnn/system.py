"""The cell-free network: where access points and users are, and the large-scale gains between them.

Arrays are (*B, M, K): access point (AP) m, user k. Distances are in metres, gains are power ratios. The paper
multiplies its path loss, printed in dB, by the shadowing as a ratio; both are read in dB here,
beta = 10^((PL + sigma z)/10).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from qbench import radio
from qbench._check import finite_array, in_interval, one_of, positive_int
from qbench.radio._arguments import positive

if TYPE_CHECKING:
    from qbench._arrays import FloatArray

SHADOWINGS = ("all", "far", "none")
USERS = ("uniform", "clusters")

LOSS_AT_KM_DB = 141.0
"""Hata's loss at 1 km as papers round it; `radio.hata_loss_db` gives 140.7151."""
INNER_M, OUTER_M = 10.0, 50.0
"""d0 and d1 of the three slopes."""
MARGIN = 0.2
"""Centres of clusters keep this share of the side from the edges."""

_WORDS = {"shadowing": SHADOWINGS, "users": USERS}
_FLAGS = ("wrap", "fixed_aps")
_COUNTS = ("n_ap", "n_user")


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """Constants of the network; the defaults are the main reading.

    Attributes:
        n_ap: M, access points.
        n_user: K, users.
        side_m: side of the square, m.
        wrap: distances on a torus, as Ngo et al. 2017 have them; the paper has a plain square.
        shadowing: "all": every link, as the paper's formula; "far": links beyond d1 = 50 m, as Ngo et al. 2017; "none".
        sigma_db: standard deviation of the shadowing, dB; independent from link to link.
        users: "uniform" in the square, or in two "clusters": centres uniform in the inner [0.2, 0.8]^2 of the square,
            every user in either with probability 1/2, normal offsets per axis, clipped to the square.
        cluster_m: standard deviation of the offsets, m; only clusters read it.
        fixed_aps: one layout of APs for the whole batch instead of a fresh one for every network.

    Raises ValueError for a value outside its range, TypeError for one of another kind.

    """

    n_ap: int = 10
    n_user: int = 6
    side_m: float = 1000.0
    wrap: bool = False
    shadowing: str = "all"
    sigma_db: float = 8.0
    users: str = "uniform"
    cluster_m: float = 100.0
    fixed_aps: bool = False

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, _checked(field.name, getattr(self, field.name)))


def _checked(name: str, value: object) -> object:
    if name in _WORDS:
        return one_of(name, str(value), _WORDS[name])
    if name in _COUNTS:
        return positive_int(name, value)
    if name in _FLAGS:
        if not isinstance(value, bool):
            raise TypeError(f"{name} must be True or False, got {value!r}")
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise TypeError(f"{name} must be a number, got {value!r}")
    return in_interval(name, float(value), 0.0, np.inf, lo_open=name == "side_m", hi_open=True)


@dataclass(frozen=True, eq=False)
class Networks:
    """A batch of networks.

    Attributes:
        ap: places of the APs (*B, M, 2), m.
        user: places of the users (*B, K, 2), m.
        beta: large-scale gains (*B, M, K), above 0: all that rates and assignments by gains see.

    Raises ValueError for shapes that do not agree, places that are not finite and gains that are not above 0.
    """

    ap: FloatArray
    user: FloatArray
    beta: FloatArray

    def __post_init__(self) -> None:
        for name in ("ap", "user"):
            object.__setattr__(self, name, finite_array(name, getattr(self, name), ndim_at_least=2))
        object.__setattr__(self, "beta", gains("beta", self.beta))
        batch = self.beta.shape[:-2]
        if self.ap.shape != (*batch, self.n_ap, 2) or self.user.shape != (*batch, self.n_user, 2):
            raise ValueError(
                f"ap (*batch, APs, 2), user (*batch, users, 2) and beta (*batch, APs, users) must agree, got shapes "
                f"{self.ap.shape}, {self.user.shape} and {self.beta.shape}"
            )

    @property
    def n_ap(self) -> int:
        """Number of access points, M."""
        return int(self.beta.shape[-2])

    @property
    def n_user(self) -> int:
        """Number of users, K."""
        return int(self.beta.shape[-1])


def gains(name: str, beta: FloatArray) -> FloatArray:
    """Return large-scale gains (*B, M, K) as float64; ValueError unless all are finite and above 0."""
    array = positive(name, beta, hint="give power ratios: radio.db_to_linear converts dB")
    if array.ndim < 2:
        raise ValueError(f"{name} must have shape (*batch, APs, users), got {array.shape}")
    return array


def distances(ap: FloatArray, user: FloatArray, *, wrap_m: float | None = None) -> FloatArray:
    """Return d_mk (*B, M, K), m, between places ap (*B, M, 2) and user (*B, K, 2), m.

    `wrap_m`: the side of a torus on which they lie (per axis the shorter way round), or None for the plane. Raises
    ValueError for other shapes, and for places outside [0, wrap_m]^2.
    """
    a, u = finite_array("ap", ap, ndim_at_least=2), finite_array("user", user, ndim_at_least=2)
    if a.shape[-1] != 2 or u.shape[-1] != 2 or a.shape[:-2] != u.shape[:-2]:
        raise ValueError(f"ap (*batch, APs, 2) and user (*batch, users, 2) must agree, got {a.shape} and {u.shape}")
    across = np.abs(a[..., :, np.newaxis, :] - u[..., np.newaxis, :, :])
    if wrap_m is not None:
        side = in_interval("wrap_m", wrap_m, 0.0, np.inf, lo_open=True, hi_open=True)
        for name, places in (("ap", a), ("user", u)):
            if places.min() < 0 or places.max() > side:
                raise ValueError(
                    f"{name} must lie in [0, {side:g}]^2, got values from {places.min():g} to {places.max():g}; pass "
                    "wrap_m=None for the plane"
                )
        across = np.minimum(across, side - across)
    return np.hypot(across[..., 0], across[..., 1])


def draw_networks(rng: np.random.Generator, batch: int, parameters: Parameters) -> Networks:
    """Draw `batch` independent networks (B = (batch,)): fresh places and shadowing in each.

    Nested in `batch`; readings share the draws that they have in common: other shadowing moves nobody, and other users
    keep the APs. Raises TypeError for another generator, ValueError for a batch below 1.
    """
    p = parameters
    count = positive_int("batch", batch)
    ap_rng, user_rng, shadow_rng = radio.spawn(rng, 3)
    ap = p.side_m * ap_rng.random((1 if p.fixed_aps else count, p.n_ap, 2))
    ap = np.broadcast_to(ap, (count, p.n_ap, 2)).copy()
    user = p.side_m * (
        _clusters(user_rng, count, p) if p.users == "clusters" else user_rng.random((count, p.n_user, 2))
    )
    distance = distances(ap, user, wrap_m=p.side_m if p.wrap else None)
    gain_db = radio.three_slope_gain_db(distance, loss_at_km_db=LOSS_AT_KM_DB, inner_m=INNER_M, outer_m=OUTER_M)
    shadow = radio.shadowing_db(shadow_rng, gain_db.shape, p.sigma_db)
    if p.shadowing != "all":
        shadow = np.where(distance > OUTER_M, shadow, 0.0) if p.shadowing == "far" else np.zeros_like(shadow)
    return Networks(ap, user, radio.db_to_linear(gain_db + shadow))


def _clusters(rng: np.random.Generator, batch: int, p: Parameters) -> FloatArray:
    """Return places (batch, K, 2) of users in two clusters, in units of the side."""
    centre_rng, which_rng, offset_rng = radio.spawn(rng, 3)
    centres = MARGIN + (1.0 - 2.0 * MARGIN) * centre_rng.random((batch, 2, 2))
    which = which_rng.integers(2, size=(batch, p.n_user))
    offset = (p.cluster_m / p.side_m) * offset_rng.standard_normal((batch, p.n_user, 2))
    return np.clip(np.take_along_axis(centres, which[..., np.newaxis], axis=1) + offset, 0.0, 1.0)
