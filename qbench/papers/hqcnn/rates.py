"""Estimation, power control and ergodic rates, Eqs. (1)-(3), for one pilot assignment or many, in batches.

A pilot assignment is an integer array (..., K): a_k is the pilot 0..tau-1 of user k; users of one pilot disturb each
other's training. Corrections to the print: Eq. (1) has g_mj, not g_mk, inside its sum over j, and c_mk has
sqrt(tau rho_p) beta_mk in its numerator: with beta under the root gamma would exceed beta (1e-9 gives 3.2e-5 at the
paper's SNR). gamma is the second moment of one antenna's estimate. Eq. (2) sends with sqrt(eta_mj) conj(ghat_mj).
Eq. (3) is the bound by channel hardening of Ngo et al. 2017: pilot contamination is a sum over users j != k.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np

from qbench import radio
from qbench._check import in_interval, one_of, positive_int
from qbench.papers.hqcnn.system import gains

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray, IntArray

BANDWIDTH_HZ = 20e6
NOISE_W = radio.thermal_noise_w(BANDWIDTH_HZ, noise_figure_db=9.0)
"""6.3608e-13 W: 20 MHz, noise figure 9 dB, 290 K."""
PILOT_W, DOWNLINK_W = 0.1, 0.2
"""Transmit powers of a user's pilot symbol and of an AP, W."""

MODES = ("equal", "per_user", "printed_c")

_SCALES = ("pilot_snr", "downlink_snr", "bandwidth_hz")


@dataclass(frozen=True, kw_only=True)
class Link:
    """How pilots and data are sent; the defaults are the main reading.

    Attributes:
        n_pilot: tau, pilots: symbols of training, and how many assignments may use.
        n_antenna: L, antennas of an AP.
        pilot_snr: rho_p, SNR of a pilot symbol, a power ratio to the noise.
        downlink_snr: rho_d, largest SNR that an AP sends with.
        bandwidth_hz: B.
        mode: "equal": eta_mk = 1/(L sum_j gamma_mj), the paper's control coefficient with the brackets that its budget
            needs. "per_user": eta_mk = 1/(L K gamma_mk), the budget in K equal parts. "printed_c": beta under the root
            in c_mk, as printed, and eta_mk = 1: gamma_mk = tau rho_p beta_mk^1.5/(...), beyond physics (exploratory).
        noncoherent: False drops N_k, the power of all beams (exploratory).
        noise_aps: how many APs, the strongest of every user, count in N_k; None for all (the printed set M(k)).

    Raises ValueError for a value outside its range, TypeError for one of another kind.

    """

    n_pilot: int = 3
    n_antenna: int = 2
    pilot_snr: float = PILOT_W / NOISE_W
    downlink_snr: float = DOWNLINK_W / NOISE_W
    bandwidth_hz: float = BANDWIDTH_HZ
    mode: str = "equal"
    noncoherent: bool = True
    noise_aps: int | None = None

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, _checked(field.name, getattr(self, field.name)))

    @property
    def training(self) -> float:
        """Energy of a training sequence, tau rho_p, a power ratio."""
        return self.n_pilot * self.pilot_snr

    def orthogonal(self, n_user: int) -> Link:
        """Return this link with a pilot for every one of `n_user` users and the same energy of training."""
        return replace(self, n_pilot=positive_int("n_user", n_user), pilot_snr=self.training / n_user)


def _checked(name: str, value: object) -> object:
    if name == "mode":
        return one_of(name, str(value), MODES)
    if name == "noncoherent":
        if not isinstance(value, bool):
            raise TypeError(f"{name} must be True or False, got {value!r}")
        return value
    if name in _SCALES:
        if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
            raise TypeError(f"{name} must be a number, got {value!r}")
        return in_interval(name, float(value), 0.0, np.inf, lo_open=True, hi_open=True)
    return None if value is None and name == "noise_aps" else positive_int(name, value)


def as_pilots(pilots: ArrayLike, n_user: int, n_pilot: int) -> IntArray:
    """Return `pilots` (..., K) as int64; ValueError unless it names a pilot 0..n_pilot-1 for each of K users."""
    a = np.asarray(pilots)
    if a.dtype.kind not in "iu":
        raise ValueError(f"pilots must hold whole numbers, 0..{n_pilot - 1}, got dtype {a.dtype}")
    if a.ndim < 1 or a.shape[-1] != n_user or a.size == 0:
        raise ValueError(f"pilots must name one pilot for each of the {n_user} users, got shape {a.shape}")
    if a.min() < 0 or a.max() >= n_pilot:
        raise ValueError(
            f"pilots must lie in 0..{n_pilot - 1} ({n_pilot} pilots), got values from {a.min()} to {a.max()}; count "
            "pilots from 0"
        )
    return a.astype(np.int64, copy=False)


def gamma(beta: ArrayLike, pilots: ArrayLike, link: Link) -> FloatArray:
    """Return gamma_mk = tau rho_p beta_mk^2/(tau rho_p sum_j s_jk beta_mj + 1), (*B, *more, M, K), one antenna's.

    `beta`: (*B, M, K) above 0; `pilots`: (*B, *more, K), for example (*B, k, K) for k candidates a network. At most
    beta (but for "printed_c"). Raises ValueError for bad gains, shapes that do not fit, pilots that are not there.
    """
    own, same = _arguments(beta, pilots, link)
    load = np.zeros(np.broadcast_shapes(own.shape, same[..., :1, :].shape))
    # User by user: numpy's own sum groups terms by memory layout, and then the batch would change bits.
    for j in range(own.shape[-1]):
        load += same[..., j : j + 1, :] * own[..., j : j + 1]
    square = own * np.sqrt(own) if link.mode == "printed_c" else np.square(own)
    return np.asarray(link.training * square / (link.training * load + 1.0))


def power_control(estimate: FloatArray, link: Link) -> FloatArray:
    """Return eta_mk (..., M, K) for the gamma_mk (..., M, K) of `gamma`, by `link.mode`; L sum_k eta gamma = 1."""
    if link.mode == "printed_c":
        return np.ones_like(estimate)
    n_user = estimate.shape[-1]
    if link.mode == "per_user":
        return np.asarray(1.0 / (link.n_antenna * n_user * estimate))
    total = np.zeros(estimate.shape[:-1])
    for k in range(n_user):
        total += estimate[..., k]
    return np.broadcast_to(1.0 / (link.n_antenna * total)[..., np.newaxis], estimate.shape)


@dataclass(frozen=True, eq=False)
class Powers:
    """What a user receives, relative to its noise; every field (*B, *more, K).

    Attributes:
        signal: S_k, the known mean of its own symbol's gain.
        contamination: I_k, beams that its pilot's other users bend towards it.
        noncoherent: N_k, the power of all beams, its own included.

    """

    signal: FloatArray
    contamination: FloatArray
    noncoherent: FloatArray


def received(beta: ArrayLike, pilots: ArrayLike, link: Link) -> Powers:
    """Return S_k, I_k and N_k of Eq. (3), term by term as it is written.

    S_k = rho_d L^2 (sum_m sqrt(eta_mk) gamma_mk)^2, I_k = rho_d L^2 sum_{j != k} s_jk (sum_m sqrt(eta_mj) gamma_mj
    beta_mk/beta_mj)^2, N_k = rho_d L sum_j sum_m eta_mj gamma_mj beta_mk. Arguments and errors as `gamma`.
    """
    own, same = _arguments(beta, pilots, link)
    estimate = gamma(beta, pilots, link)
    n_ap, n_user = own.shape[-2:]
    eta = power_control(estimate, link)
    heard = _heard(own, link)
    amplitude = np.zeros((*estimate.shape[:-2], n_user, n_user))
    noise = np.zeros((*estimate.shape[:-2], n_user))
    for m in range(n_ap):
        sent = np.sqrt(eta[..., m, :]) * estimate[..., m, :] / own[..., m, :]
        amplitude += sent[..., :, np.newaxis] * own[..., m, np.newaxis, :]
        for j in range(n_user):
            noise += (eta[..., m, j] * estimate[..., m, j])[..., np.newaxis] * heard[..., m, :]
    power = np.where(same, np.square(amplitude), 0.0)
    signal = np.diagonal(power, axis1=-2, axis2=-1)
    contamination = np.zeros_like(noise)
    for j in range(n_user):
        contamination += np.where(np.arange(n_user) == j, 0.0, power[..., j, :])
    coherent = link.downlink_snr * link.n_antenna**2
    return Powers(coherent * signal, coherent * contamination, link.downlink_snr * link.n_antenna * noise)


def sinr(beta: ArrayLike, pilots: ArrayLike, link: Link) -> FloatArray:
    """Return S_k/(I_k + N_k + 1) (*B, *more, K), a power ratio. Arguments and errors as `gamma`."""
    p = received(beta, pilots, link)
    return np.asarray(p.signal / (p.contamination + p.noncoherent + 1.0))


def user_rates(beta: ArrayLike, pilots: ArrayLike, link: Link) -> FloatArray:
    """Return R_k = B log2(1 + SINR_k) of Eq. (3), (*B, *more, K), bit/s, no share lost to training, as printed.

    Arguments and errors as `gamma`.
    """
    return radio.rate_from_sinr(sinr(beta, pilots, link), link.bandwidth_hz)


def heard_gains(beta: FloatArray, link: Link) -> FloatArray:
    """Return the gains (*B, M, K) that count in N_k: beta, or 0 for what `link` leaves out."""
    return _heard(gains("beta", beta), link)


def _heard(beta: FloatArray, link: Link) -> FloatArray:
    if not link.noncoherent:
        return np.zeros_like(beta)
    if link.noise_aps is None or link.noise_aps >= beta.shape[-2]:
        return beta
    # Rank 0 is the strongest AP of a user; ties to the lowest index.
    rank = np.argsort(np.argsort(-beta, axis=-2, kind="stable"), axis=-2)
    return np.where(rank < link.noise_aps, beta, 0.0)


def _arguments(beta: ArrayLike, pilots: ArrayLike, link: Link) -> tuple[FloatArray, FloatArray]:
    """Return beta (*B, 1..., M, K) and s_jk (*B, *more, K, K) as floats."""
    own = gains("beta", np.asarray(beta, dtype=np.float64))
    a = as_pilots(pilots, own.shape[-1], link.n_pilot)
    batch = own.shape[:-2]
    if a.ndim <= len(batch) or a.shape[: len(batch)] != batch:
        raise ValueError(
            f"pilots must have shape {(*batch, '...', own.shape[-1])}, leading with the networks, got {a.shape}"
        )
    more = a.ndim - 1 - len(batch)
    same = (a[..., :, np.newaxis] == a[..., np.newaxis, :]).astype(np.float64)
    return own.reshape(*batch, *(1,) * more, *own.shape[-2:]), same
