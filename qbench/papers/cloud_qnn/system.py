"""The cell-free downlink of both papers: channels and what is known of them. G is the 2022 paper, J the journal.

Arrays are (..., M, K, J): access point (AP) m, user k, antenna j. Distances are normalised (no unit), powers are ratios
to the noise. G(1), G(2) and J(3) with one correction: the offsets Z of G(2), {n - (J - 1)/2} for n = 1..J-1, are J - 1
numbers off centre (J = 2: {0.5}), where an array of J antennas has J; n = 0..J-1 is read, as `radio.antenna_offsets`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from qbench import radio
from qbench._check import finite_array, in_interval, one_of, positive_int
from qbench.radio._arguments import complex_array

if TYPE_CHECKING:
    from qbench._arrays import FloatArray
    from qbench.radio._arguments import ComplexArray

GAIN_INDICES = ("antenna", "path")
ANGLES = ("literal", "sin")
DISTANCES = ("fixed", "normal", "uniform")
FLOORS = ("abs", "truncate", "sigma")
RATE_CHANNELS = ("h", "h_hat")

DISTANCE_VARIANCE = 0.1
"""sigma_d^2 of d ~ N(mu_d, sigma_d^2), G IV; the reading "sigma" takes it for the standard deviation."""

_WORDS = {"gain_index": GAIN_INDICES, "angle": ANGLES, "distance": DISTANCES, "d_floor": FLOORS}
_COUNTS = ("n_ap", "n_user", "n_tx", "n_path")
_ABOVE_ZERO = ("mean_distance", "least_distance")


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """Constants of the network; the defaults are the main reading of both papers.

    "stated" is a paper's text; "ours" a choice that neither settles.

    Attributes:
        n_ap: M, access points (stated).
        n_user: K, users (stated). More users than APs can be drawn, but then no assignment serves them all.
        n_tx: J, antennas an AP (stated).
        n_path: paths a link (ours; unstated).
        gain_index: "antenna", as printed: g has an antenna and no path index, so the sum over paths is a factor of its
            own. "path": g has a path and no antenna index, the usual model; of rank one for a single path.
        angle: "literal": the angle U(-pi/2, pi/2) is inserted where a spatial frequency belongs (stated in G).
            "sin": sin(angle)/2, what half a wavelength between antennas makes of it.
        distance: "fixed": all d = `mean_distance` (G Table II); "normal": d ~ N(mu_d, 0.1) link by link, mu_d =
            `mean_distance` (G IV); "uniform": U[0.1, 1] (ours).
        mean_distance: d, or mu_d (stated: 0.5).
        d_floor: what becomes of d <= 0 under "normal". "abs": |d|, at least `least_distance`. "truncate": the law given
            d >= `least_distance`. "sigma": as "abs" with standard deviation 0.1 (all ours; the papers have none).
        least_distance: the floor (ours): without one E d^-kappa is infinite.
        kappa: path-loss exponent (stated in J).
        csi_var: s_e^2, variance of the error of each known channel coefficient, absolute (ours; unstated).

    Raises ValueError for a value outside its range, TypeError for one of another kind.

    """

    n_ap: int = 4
    n_user: int = 3
    n_tx: int = 2
    n_path: int = 1
    gain_index: str = "antenna"
    angle: str = "literal"
    distance: str = "fixed"
    mean_distance: float = 0.5
    d_floor: str = "abs"
    least_distance: float = 0.05
    kappa: float = 2.3
    csi_var: float = 0.01

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, _checked(field.name, getattr(self, field.name)))


def _checked(name: str, value: object) -> object:
    if name in _WORDS:
        return one_of(name, str(value), _WORDS[name])
    if name in _COUNTS:
        return positive_int(name, value)
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise TypeError(f"{name} must be a number, got {value!r}")
    return in_interval(name, float(value), 0.0, np.inf, lo_open=name in _ABOVE_ZERO, hi_open=True)


@dataclass(frozen=True, eq=False)
class Channels:
    """Channels of a batch of networks.

    Attributes:
        h: the channels h_mk (*B, M, K, J), complex.
        h_hat: what is known of them, h + n_CSI (same shape); beams, circuits and searches see nothing else.

    Raises ValueError for other or different shapes, and values that are not finite.
    """

    h: ComplexArray
    h_hat: ComplexArray

    def __post_init__(self) -> None:
        for name in ("h", "h_hat"):
            given = complex_array(
                name, getattr(self, name), ndim_at_least=3, hint="shape is (*batch, APs, users, antennas)"
            )
            object.__setattr__(self, name, given)
        if self.h.shape != self.h_hat.shape:
            raise ValueError(
                f"h and h_hat must have the same shape (*batch, APs, users, antennas), got {self.h.shape} and "
                f"{self.h_hat.shape}"
            )

    @property
    def batch(self) -> tuple[int, ...]:
        """Lengths of the leading axes."""
        return self.h.shape[:-3]

    @property
    def n_ap(self) -> int:
        """Number of access points, M."""
        return int(self.h.shape[-3])

    @property
    def n_user(self) -> int:
        """Number of users, K."""
        return int(self.h.shape[-2])

    @property
    def n_tx(self) -> int:
        """Number of antennas of an AP, J."""
        return int(self.h.shape[-1])

    def rated(self, rate_channel: str = "h") -> ComplexArray:
        """Return the channel that rates are computed from: "h", as G prints, or "h_hat", as J(4)-(5) print.

        With "h_hat" the rate rises with the error of the channel knowledge (ERR-7): a beam is matched to its own error.
        """
        return self.h if one_of("rate_channel", rate_channel, RATE_CHANNELS) == "h" else self.h_hat


def draw_distances(rng: np.random.Generator, batch: int, parameters: Parameters) -> FloatArray:
    """Draw d_mk (batch, M, K) > 0, independent link by link; nested in `batch`, and monotone in one normal a link.

    So every reading of the distance uses the same draws. Raises TypeError for another generator, ValueError for a batch
    below 1.
    """
    from scipy.special import ndtr, ndtri

    p = parameters
    z = rng.standard_normal((positive_int("batch", batch), p.n_ap, p.n_user))
    if p.distance == "fixed":
        return np.full(z.shape, p.mean_distance)
    if p.distance == "uniform":
        return np.asarray(0.1 + 0.9 * ndtr(z))
    sigma = DISTANCE_VARIANCE if p.d_floor == "sigma" else np.sqrt(DISTANCE_VARIANCE)
    if p.d_floor == "truncate":
        # P(Z > z') = P(Z > low) P(Z > z): the same quantile of the law above the floor.
        low = (p.least_distance - p.mean_distance) / sigma
        z = -ndtri(ndtr(-low) * ndtr(-z))
    return np.maximum(np.abs(p.mean_distance + sigma * z), p.least_distance)


def channel_vectors(gains: ComplexArray, frequency: FloatArray, antennas: int) -> ComplexArray:
    """Return h_mk (..., J) of G(1), J(3): (1/sqrt(P)) sum_n g a(f_n) over the P paths of a link.

    `frequency`: f (..., P), cycles per antenna. `gains`: g (..., J) with an antenna index, as printed, or (..., P, 1)
    with a path index, one axis more; J = `antennas`. Raises ValueError where they do not fit.
    """
    g = complex_array("gains", gains, ndim_at_least=1)
    response = radio.steering_vector(finite_array("frequency", frequency, ndim_at_least=1), antennas)
    paths = response.shape[-2]
    by_path = g.ndim == response.ndim
    if g.shape != ((*response.shape[:-1], 1) if by_path else (*response.shape[:-2], antennas)):
        raise ValueError(
            f"gains must have shape {(*response.shape[:-2], antennas)} (one an antenna) or "
            f"{(*response.shape[:-1], 1)} (one a path), got {g.shape} for {paths} paths and {antennas} antennas"
        )
    terms = g * response if by_path else response
    total = np.zeros_like(terms[..., 0, :])
    for n in range(paths):
        total += terms[..., n, :]
    total /= np.sqrt(paths)
    return total if by_path else np.asarray(g * total)


def draw_channels(rng: np.random.Generator, batch: int, parameters: Parameters) -> Channels:
    """Draw `batch` independent networks: h_mk by G(1), G(2), J(3), g ~ CN(0, d_mk^-kappa), and h_hat = h + n_CSI.

    Every link has its own angles (the papers' phi_n has no index for the link). With `gain_index` "antenna" and one
    path h is iid CN(0, d^-kappa) whatever the angles, as |a_j| = 1. The error n_CSI is iid CN(0, csi_var). Nested in
    `batch`; readings share the draws they have in common: other distances, angles or error variances change no gain.
    Raises TypeError for another generator, ValueError for a batch below 1.
    """
    p = parameters
    links = (positive_int("batch", batch), p.n_ap, p.n_user)
    gain_rng, angle_rng, error_rng, distance_rng = radio.spawn(rng, 4)
    strength = radio.power_law_gain(draw_distances(distance_rng, batch, p), p.kappa)
    angle = np.pi * (angle_rng.random((*links, p.n_path)) - 0.5)
    frequency = angle if p.angle == "literal" else radio.spatial_frequency(angle)
    gains = radio.complex_gaussian(gain_rng, (*links, p.n_tx) if p.gain_index == "antenna" else (*links, p.n_path, 1))
    h = np.sqrt(strength)[..., np.newaxis] * channel_vectors(gains, frequency, p.n_tx)
    error = np.sqrt(p.csi_var) * radio.complex_gaussian(error_rng, (*links, p.n_tx))
    return Channels(h, h + error)
