"""What the networks minimise: the soft sum rate behind Eq. (8), and the cross-entropy behind Eq. (7).

Eq. (8) is Eq. (3) with the overlap of two pilots, 1 or 0, replaced by the inner product of two users' probabilities.
Printed, it carries a k too many, sums where Eq. (3) leaves j = k out and names eta_mj beside gamma_mk; what is here is
Eq. (3) restored, with

o_jk = q_k^T q_j for j != k and o_kk = 1: with o_kk = q_k^T q_k a user that hedges sees less of its own pilot, and gamma
exceeds beta, which no estimate can (E17); `literal` computes that;
gamma_mk = tau rho_p beta_mk^2 / (tau rho_p sum_j o_jk beta_mj + 1), and eta from it, gradients through both;
"lin" (default) weighs the coherent interference of j by o_jk, which is its mean over independent draws of pilots from q
for given gamma; "sq" by o_jk^2, Eq. (8) to the letter.

For one-hot q all of them are Eq. (3) in the reading of the link. Rates are in bit/s/Hz. Everything is torch, in the
precision of its arguments; use float64, as S, I and N span many orders. Most of a step of training at 20 users is this
loss: `SoftRate.loss` has compiled kernels for it, for which the expression behind `SoftRate.rates` is the check.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from qbench._check import in_interval, one_of, positive_int

if TYPE_CHECKING:
    from torch import Tensor

    from qbench.papers.hqcnn.rates import Link

POWERS = ("equal", "per_user", "printed_c")
INTERFERENCES = ("lin", "sq")


@dataclass(frozen=True, kw_only=True)
class SoftRate:
    """The soft sum rate in one reading.

    Attributes:
        n_pilots: tau, also the length of a pilot.
        rho_p, rho_d: pilot and downlink transmit power over noise.
        n_antennas: L.
        power: eta_mk = 1 / (L sum_j gamma_mj) ("equal", default), 1 / (L K gamma_mk) ("per_user"), or 1, with
            beta_mk^1.5 in place of beta_mk^2 in gamma_mk ("printed_c", exploratory).
        interference: "lin" or "sq".
        literal: o_kk = q_k^T q_k.
        noncoherent: False drops N_k, the power of all beams (exploratory).
        noise_aps: how many APs, the strongest of every user, count in N_k; None for all.

    Raises ValueError for counts below 1, powers that are not positive and finite, and unknown words, TypeError for a
    `noncoherent` that is not True or False.
    """

    n_pilots: int
    rho_p: float
    rho_d: float
    n_antennas: int = 2
    power: str = "equal"
    interference: str = "lin"
    literal: bool = False
    noncoherent: bool = True
    noise_aps: int | None = None

    def __post_init__(self) -> None:
        positive_int("n_pilots", self.n_pilots)
        positive_int("n_antennas", self.n_antennas)
        for name in ("rho_p", "rho_d"):
            in_interval(name, getattr(self, name), 0.0, float("inf"), lo_open=True, hi_open=True)
        one_of("power", self.power, POWERS)
        one_of("interference", self.interference, INTERFERENCES)
        if not isinstance(self.noncoherent, bool):
            raise TypeError(f"noncoherent must be True or False, got {self.noncoherent!r}")
        if self.noise_aps is not None:
            positive_int("noise_aps", self.noise_aps)

    @classmethod
    def of(cls, link: Link, *, interference: str = "lin", literal: bool = False) -> SoftRate:
        """Return the soft rate of a link: for one-hot q its rates are `rates.user_rates` over the bandwidth.

        Raises ValueError for an unknown word.
        """
        return cls(
            n_pilots=link.n_pilot,
            rho_p=link.pilot_snr,
            rho_d=link.downlink_snr,
            n_antennas=link.n_antenna,
            power=link.mode,
            interference=interference,
            literal=literal,
            noncoherent=link.noncoherent,
            noise_aps=link.noise_aps,
        )

    def quality(self, beta: Tensor, q: Tensor) -> Tensor:
        """Return gamma (*B, M, K) of gains beta (*B, M, K) and probabilities q (*B, K, tau).

        The mean square of one antenna's channel estimate. Raises ValueError for shapes that do not fit.
        """
        self._check(beta, q)
        return self._quality(beta, *_overlaps(q))

    def heard(self, beta: Tensor) -> Tensor:
        """Return beta (*B, M, K) as it counts in N_k: with 0 for an AP that is not among a user's strongest."""
        if self.noise_aps is None or self.noise_aps >= beta.shape[-2]:
            return beta
        # Rank 0 is the strongest AP of a user; ties to the lowest index.
        rank = beta.argsort(dim=-2, descending=True, stable=True).argsort(dim=-2)
        return torch.where(rank < self.noise_aps, beta, 0.0)

    def rates(self, beta: Tensor, q: Tensor) -> Tensor:
        """Return log2(1 + SINR) (*B, K), bit/s/Hz, Eq. (3) with soft overlaps. Raises ValueError as `quality`."""
        self._check(beta, q)
        own, others = _overlaps(q)
        gamma = self._quality(beta, own, others)
        if self.power == "equal":
            eta = 1.0 / (self.n_antennas * gamma.sum(dim=-1, keepdim=True))
        elif self.power == "per_user":
            eta = 1.0 / (self.n_antennas * beta.shape[-1] * gamma)
        else:
            eta = torch.ones_like(gamma)
        # Entry [j, k]: sum_m sqrt(eta_mj) gamma_mj beta_mk / beta_mj, the amplitude of beam j at user k.
        amplitude = torch.matmul((torch.sqrt(eta) * gamma / beta).mT, beta)
        power = self.rho_d * self.n_antennas**2 * amplitude.square()
        signal = torch.diagonal(power, dim1=-2, dim2=-1)
        weight = others if self.interference == "lin" else others.square()
        disturbance = (weight * power).sum(dim=-2) + 1.0
        if self.noncoherent:
            spilled = torch.matmul((eta * gamma).sum(dim=-1)[..., None, :], self.heard(beta))[..., 0, :]
            disturbance = disturbance + self.rho_d * self.n_antennas * spilled
        # What log2(1 + SINR) would lose of a small SINR, log1p keeps.
        return torch.log1p(signal / disturbance) / math.log(2.0)

    def loss(self, beta: Tensor, q: Tensor) -> Tensor:
        """Return minus the sum rate (*B,), Eq. (8) without B. Raises ValueError as `quality`.

        For doubles on a CPU, unless beta needs a gradient, it is compiled (numba, at the first loss); a network's loss
        and its derivative by q then have the same bits in any batch. Otherwise it is the expression behind `rates`.
        """
        self._check(beta, q)
        from qbench.papers.hqcnn import _soft_loss

        if _soft_loss.fits(beta, q):
            return _soft_loss.loss(self, beta, q, logits=False)
        return -self.rates(beta, q).sum(dim=-1)

    def loss_of_logits(self, logits: Tensor, beta: Tensor) -> Tensor:
        """Return `loss` of the probabilities that logits (*B, K, tau) stand for, in double precision.

        Compiled as `loss` is, the softmax with it. Raises ValueError as `quality`.
        """
        beta, logits = beta.double(), logits.double()
        self._check(beta, logits)
        from qbench.papers.hqcnn import _soft_loss

        if _soft_loss.fits(beta, logits):
            return _soft_loss.loss(self, beta, logits, logits=True)
        return self.loss(beta, probabilities(logits))

    def _quality(self, beta: Tensor, own: Tensor, others: Tensor) -> Tensor:
        energy = self.n_pilots * self.rho_p
        heard = torch.matmul(beta, others) + beta * (own[..., None, :] if self.literal else 1.0)
        square = beta * torch.sqrt(beta) if self.power == "printed_c" else beta.square()
        return energy * square / (energy * heard + 1.0)

    def _check(self, beta: Tensor, q: Tensor) -> None:
        fits = beta.dim() >= 2 and q.dim() == beta.dim() and q.shape[:-2] == beta.shape[:-2]
        if not fits or q.shape[-2] != beta.shape[-1] or q.shape[-1] != self.n_pilots:
            raise ValueError(
                f"beta must be (*B, APs, users) and q (*B, users, {self.n_pilots}) with the same B and users, got "
                f"{tuple(beta.shape)} and {tuple(q.shape)}"
            )


def probabilities(logits: Tensor) -> Tensor:
    """Return q (*B, K, tau), the softmax over the pilots of each user, in double precision."""
    return torch.softmax(logits.double(), dim=-1)


def _overlaps(q: Tensor) -> tuple[Tensor, Tensor]:
    """Return q_k^T q_k (*B, K), and q_k^T q_j (*B, K, K) with zeros on the diagonal."""
    overlap = torch.matmul(q, q.mT)
    apart = 1.0 - torch.eye(q.shape[-2], dtype=q.dtype, device=q.device)
    return torch.diagonal(overlap, dim1=-2, dim2=-1), overlap * apart


def supervised_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Return the cross-entropy (*B,), summed over users, of logits (*B, K, tau) and pilots (*B, K) to imitate.

    Eq. (7) restored: printed, it is minus the norm of a sum that is never positive, so minimising it would drive the
    probability of every label to 0 (E7). Raises ValueError for labels of another shape or not in 0..tau - 1, and
    TypeError for labels that are not whole numbers, such as one-hot rows.
    """
    if labels.is_floating_point() or labels.is_complex() or labels.dtype == torch.bool:
        raise TypeError(f"labels must be whole numbers, got {labels.dtype}; take argmax of one-hot rows")
    if labels.shape != logits.shape[:-1]:
        raise ValueError(
            f"labels must be (*B, users) {tuple(logits.shape[:-1])}, a pilot for every user, got {tuple(labels.shape)}"
        )
    tau = logits.shape[-1]
    outside = (labels < 0) | (labels >= tau)
    if bool(outside.any()):
        where = tuple(int(k) for k in torch.nonzero(outside)[0])
        raise ValueError(f"labels must lie in 0..{tau - 1} for {tau} pilots, got {int(labels[where])} at index {where}")
    log_q = torch.log_softmax(logits, dim=-1)
    return -torch.gather(log_q, -1, labels[..., None]).squeeze(-1).sum(dim=-1)
