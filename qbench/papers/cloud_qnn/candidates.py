"""Losses of the assignments that are asked for, computed: for networks whose K^M assignments no table can hold.

`tables.Lessons` looks losses up, 81 a channel for the papers' 4 access points (APs) and 3 users; 8 APs and 6 users have
1.7 million. A training asks for 2 P of them an iteration, so here only the powers are tabulated, M K^2 a channel. The
arithmetic is that of `tables.loss_table`, term after term: both give the same bits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array, one_of
from qbench.papers.cloud_qnn.assignment import require_enough_aps
from qbench.papers.cloud_qnn.encoding import neuron_angles
from qbench.papers.cloud_qnn.loss import TARGETS, UNSERVED, ap_targets, assignment_loss
from qbench.papers.cloud_qnn.rates import (
    as_assignment,
    assigned_rates,
    check_interference,
    check_snr,
    mr_table,
    served,
    sum_last,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qbench._arrays import FloatArray, IntArray
    from qbench.papers.cloud_qnn.system import Channels


@dataclass(frozen=True, eq=False)
class CandidateLessons:
    """What networks are trained or judged on, a set of channels for each of S seeds: a `tables.Course`.

    Attributes:
        phi: inputs of the circuit (S, n, M), radians.
        powers: `rates.gain_table` (S, n, M, K, K) of the beams.
        ideal: what each AP adds to |Phi| for each of its users (S, n, M, K), bit/s/Hz; the same for all under "gram".
        snr, interference: rho, a power ratio, and mu, of the rates.
        unserved, normalised: as `loss.assignment_loss`.

    Raises ValueError where shapes do not fit, and for more users than APs: every assignment would leave users unserved.
    """

    phi: FloatArray
    powers: FloatArray
    ideal: FloatArray
    snr: float
    interference: float
    unserved: float = UNSERVED
    normalised: bool = False

    def __post_init__(self) -> None:
        check_snr(self.snr)
        check_interference(self.interference)
        finite_array("unserved", self.unserved)
        lengths = self.powers.shape[:-1]
        if self.phi.ndim != 3 or (*self.phi.shape, *lengths[3:]) != lengths or self.ideal.shape != lengths:
            raise ValueError(
                f"phi must be (seeds, channels, APs), powers (seeds, channels, APs, users, users) and ideal (seeds, "
                f"channels, APs, users), got shapes {self.phi.shape}, {self.powers.shape} and {self.ideal.shape}"
            )
        require_enough_aps(self.phi.shape[-1], self.n_user)

    @classmethod
    def of(
        cls,
        channels: Channels,
        alpha: str = "sum",
        *,
        snr: float,
        interference: float,
        target: str = "gram",
        unserved: float = UNSERVED,
        normalised: bool = False,
        rate_channel: str = "h",
    ) -> CandidateLessons:
        """Return the lessons of one seed from its n networks; arguments and errors as `tables.Lessons.of`."""
        n_ap, n_user = channels.n_ap, channels.n_user
        known = channels.h_hat
        if one_of("target", target, TARGETS) == "gram":
            ideal = np.repeat(ap_targets(known, snr=snr)[..., np.newaxis], n_user, axis=-1)
        else:
            all_to = [np.full((*channels.batch, n_ap), k) for k in range(n_user)]
            ideal = np.stack([ap_targets(known, snr=snr, target=target, assignment=a) for a in all_to], axis=-1)
        powers = mr_table(channels, rate_channel=rate_channel)
        phi = neuron_angles(known, alpha)
        return cls(phi[None], powers[None], ideal[None], snr, interference, unserved, normalised)

    @classmethod
    def joined(cls, seeds: Sequence[CandidateLessons]) -> CandidateLessons:
        """Return the lessons of several seeds side by side; ValueError unless all have one size and one loss."""
        if not seeds:
            raise ValueError("lessons must be those of at least one seed, got none")
        first = seeds[0]
        for one in seeds[1:]:
            if one.powers.shape[1:] != first.powers.shape[1:] or one.terms != first.terms:
                raise ValueError(
                    f"lessons must have one size and one loss to stand side by side, got powers of shapes "
                    f"{first.powers.shape} and {one.powers.shape}, (snr, interference, unserved, normalised) "
                    f"{first.terms} and {one.terms}; join those of one setting"
                )
        phi, powers, ideal = (
            np.concatenate([getattr(one, name) for one in seeds]) for name in ("phi", "powers", "ideal")
        )
        return cls(phi, powers, ideal, *first.terms)

    @property
    def n_user(self) -> int:
        """Number of users, K."""
        return int(self.powers.shape[-1])

    @property
    def terms(self) -> tuple[float, float, float, bool]:
        """The numbers of the loss: snr, interference, unserved, normalised."""
        return self.snr, self.interference, self.unserved, self.normalised

    def losses_at(self, channel: int, users: IntArray) -> FloatArray:
        """As `tables.Course.losses_at`."""
        return self._losses(self.powers[:, channel], self.ideal[:, channel, np.newaxis], users)

    def losses_each(self, users: IntArray) -> FloatArray:
        """As `tables.Course.losses_each`."""
        return self._losses(self.powers, self.ideal, users)

    def _losses(self, powers: FloatArray, ideal: FloatArray, users: IntArray) -> FloatArray:
        a = as_assignment(users, self.phi.shape[-1], self.n_user)
        if a.min() < 0:
            raise ValueError("every AP must serve a user here, got a silent AP; name a user for each")
        rates = assigned_rates(powers, a, snr=self.snr, interference=self.interference)
        chosen = np.broadcast_to(ideal, (*a.shape, self.n_user))
        target = sum_last(np.take_along_axis(chosen, a[..., np.newaxis], axis=-1)[..., 0])
        return assignment_loss(
            rates, served(a, self.n_user), target, unserved=self.unserved, normalised=self.normalised
        )
