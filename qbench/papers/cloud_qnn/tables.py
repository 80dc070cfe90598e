"""Every assignment's loss, once for each channel: what training and its curves then look up.

With K users and M access points (APs) there are K^M assignments, 81 for the papers' 3 and 4. The loss of a decoded
assignment depends on the angles through the assignment alone, so that an iteration of the training needs no rate.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

import numpy as np

from qbench import radio
from qbench._check import positive_int
from qbench.papers.cloud_qnn.assignment import require_enough_aps
from qbench.papers.cloud_qnn.decode import decode
from qbench.papers.cloud_qnn.encoding import neuron_angles
from qbench.papers.cloud_qnn.loss import UNSERVED, assignment_loss, network_target
from qbench.papers.cloud_qnn.rates import assigned_rates, check_interference, check_snr, mr_table, served
from qbench.papers.cloud_qnn.system import Channels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray, IntArray

CHUNK = 500  # channels at a time; the rates of all assignments of one network take 81 x 12 numbers on the way
LARGEST = 10**5


@lru_cache(maxsize=8)
def every_assignment(n_ap: int, n_user: int) -> IntArray:
    """Return all assignments (K^M, M) in lexicographic order: row number `assignment_number`. Not to be written to.

    Raises ValueError for numbers below 1, and where there are more than 100,000.
    """
    aps, users = positive_int("n_ap", n_ap), positive_int("n_user", n_user)
    if users**aps > LARGEST:
        raise ValueError(
            f"{users}^{aps} assignments are too many to tabulate, at most {LARGEST}; take fewer APs or users"
        )
    rows: IntArray = np.array(list(itertools.product(range(users), repeat=aps)), dtype=np.int64)
    rows.flags.writeable = False
    return rows


def assignment_number(assignment: IntArray, n_user: int) -> IntArray:
    """Return the row (...) of assignments (..., M) in `every_assignment`; all APs must serve a user."""
    number = assignment[..., 0]
    for m in range(1, assignment.shape[-1]):
        number = n_user * number + assignment[..., m]
    return number


def decoded_number(outputs: ArrayLike, n_user: int) -> IntArray:
    """Return the row (...) in `every_assignment` of the outputs o (..., M) of a cloud network. Errors as `decode`."""
    return assignment_number(decode(outputs, n_user), n_user)


def all_rates(channels: Channels, *, snr: float, interference: float, rate_channel: str = "h") -> FloatArray:
    """Return R_k (n, K^M, K), bit/s/Hz, of every assignment of n networks with maximum-ratio beams of h_hat.

    `rate_channel`: as `Channels.rated`. Raises ValueError as `rates.user_rates`.
    """
    table = mr_table(channels, rate_channel=rate_channel)
    each = every_assignment(channels.n_ap, channels.n_user)
    a = np.broadcast_to(each, (*table.shape[:1], *each.shape))
    return assigned_rates(table, a, snr=snr, interference=interference)


def loss_table(
    channels: Channels,
    *,
    snr: float,
    interference: float,
    target: str = "gram",
    unserved: float = UNSERVED,
    normalised: bool = False,
    rate_channel: str = "h",
) -> FloatArray:
    """Return L_assign (n, K^M) of every assignment of n networks: G(11), J(13), or G(18), J(22) where `normalised`.

    Beams and |Phi| from h_hat, rates from `rate_channel`. Unit (bit/s/Hz)^2, or none. Only the lowest rate of an
    assignment counts, so one rate is computed for each, the one of its lowest SINR. Raises ValueError as
    `loss.assignment_loss` and `loss.network_target`.
    """
    from qbench.papers.cloud_qnn import _tables_kernels

    each = every_assignment(channels.n_ap, channels.n_user)
    # Two users stand for all: the worst of those served, and one who is served where all are.
    serves = np.stack([np.ones(len(each), dtype=np.bool_), served(each, channels.n_user).all(axis=-1)], axis=-1)
    rho, mu = float(check_snr(snr)), float(check_interference(interference))
    losses = np.empty((channels.batch[0], len(each)))
    for start in range(0, len(losses), CHUNK):
        part = slice(start, start + CHUNK)
        some = Channels(channels.h[part], channels.h_hat[part])
        powers = mr_table(some, rate_channel=rate_channel)
        lowest = radio.spectral_efficiency(_tables_kernels.lowest_sinr(powers, each, rho, mu))
        rates = np.broadcast_to(lowest[..., np.newaxis], (*lowest.shape, 2))
        ideal = _targets(some, each, snr, target)
        losses[part] = assignment_loss(rates, serves, ideal, unserved=unserved, normalised=normalised)
    return losses


def _targets(channels: Channels, each: IntArray, snr: float, target: str) -> FloatArray:
    """Return |Phi| (n, 1) or (n, K^M): only the readings "rank1" and "rank1_half" look at the assignment."""
    if target == "gram":
        return network_target(channels.h_hat, snr=snr, target=target)[:, np.newaxis]
    lengths = (*channels.batch, len(each))
    spread = np.broadcast_to(channels.h_hat[:, np.newaxis], (*lengths, *channels.h_hat.shape[1:]))
    return network_target(spread, snr=snr, target=target, assignment=np.broadcast_to(each, (*lengths, channels.n_ap)))


class Course(Protocol):
    """What a training asks of the channels it learns from or is judged on: n of them for each of S seeds."""

    @property
    def phi(self) -> FloatArray:
        """Inputs of the circuit (S, n, M), radians."""
        ...

    @property
    def n_user(self) -> int:
        """Number of users, K."""
        ...

    def losses_at(self, channel: int, users: IntArray) -> FloatArray:
        """Return the losses (S, c) of c assignments (S, c, M) on channel number `channel` of every seed."""
        ...

    def losses_each(self, users: IntArray) -> FloatArray:
        """Return the losses (S, n) of one assignment a channel, (S, n, M)."""
        ...


@dataclass(frozen=True, eq=False)
class Lessons:
    """What networks are trained or judged on, a set of channels for each of S seeds: the `Course` of all losses.

    Attributes:
        phi: inputs of the circuit (S, n, M), radians.
        losses: loss of every assignment (S, n, K^M).
        n_user: K.

    Raises ValueError where shapes do not fit, and for more users than APs: every assignment would leave users unserved.
    """

    phi: FloatArray
    losses: FloatArray
    n_user: int

    def __post_init__(self) -> None:
        expected = (*self.phi.shape[:2], self.n_user ** self.phi.shape[-1])
        if self.phi.ndim != 3 or self.losses.shape != expected:
            raise ValueError(
                f"phi must be (seeds, channels, APs) and losses (seeds, channels, {self.n_user}^APs), got shapes "
                f"{self.phi.shape} and {self.losses.shape}"
            )
        require_enough_aps(self.n_ap, self.n_user)

    @classmethod
    def of(cls, channels: Channels, alpha: str = "sum", **loss: object) -> Lessons:
        """Return the lessons of one seed from its n networks; `alpha` as `encoding.alpha`, `loss` as `loss_table`."""
        losses = loss_table(channels, **loss)  # type: ignore[arg-type]
        return cls(neuron_angles(channels.h_hat, alpha)[np.newaxis], losses[np.newaxis], channels.n_user)

    @classmethod
    def joined(cls, seeds: Sequence[Lessons]) -> Lessons:
        """Return the lessons of several seeds side by side; all of the same size."""
        phi, losses = ([getattr(one, name) for one in seeds] for name in ("phi", "losses"))
        return cls(np.concatenate(phi), np.concatenate(losses), seeds[0].n_user)

    def part(self, first: int, end: int) -> Lessons:
        """Return channels `first`, ..., `end` - 1 of every seed."""
        return Lessons(self.phi[:, first:end], self.losses[:, first:end], self.n_user)

    @property
    def n_ap(self) -> int:
        """Number of access points, M."""
        return int(self.phi.shape[-1])

    def losses_at(self, channel: int, users: IntArray) -> FloatArray:
        """As `Course.losses_at`."""
        return np.asarray(self.losses[self._seeds(), channel, assignment_number(users, self.n_user)])

    def losses_each(self, users: IntArray) -> FloatArray:
        """As `Course.losses_each`."""
        channels = np.arange(self.phi.shape[1])
        return np.asarray(self.losses[self._seeds(), channels, assignment_number(users, self.n_user)])

    def _seeds(self) -> IntArray:
        return np.arange(len(self.phi))[:, np.newaxis]
