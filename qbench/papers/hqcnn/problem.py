"""Problem (4) as a problem that any solver of `qbench.assignment` takes: users are agents, pilots choices."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from qbench import radio
from qbench._check import one_of
from qbench.assignment._arguments import as_assignments
from qbench.papers.hqcnn.rates import MODES, heard_gains
from qbench.papers.hqcnn.system import gains

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import BoolArray, FloatArray, IntArray
    from qbench.papers.hqcnn._kernels import Gains, Model
    from qbench.papers.hqcnn.rates import Link

OBJECTIVES = ("sum_rate", "min_rate")


class PilotAssignment:
    """Which pilot each of K users sends: value(a) = sum_k R_k of Eq. (3), bit/s, or min_k R_k; larger is better.

    beta: large-scale gains (*B, M, K), above 0. objective: "sum_rate" as (4a), or "min_rate". Pilots are
    interchangeable (`symmetric`) and every assignment is allowed. The rates are those of `rates.user_rates` by another
    way, compiled (numba, at the first value): an assignment has the same bits in any batch and under any names of the
    pilots. ValueError for gains that are not above 0 or not finite, other shapes, and another objective.
    """

    def __init__(self, beta: ArrayLike, link: Link, *, objective: str = "sum_rate") -> None:
        self.beta: FloatArray = gains("beta", np.asarray(beta, dtype=np.float64)).copy()
        self.beta.setflags(write=False)
        self.link = link
        self.objective = one_of("objective", objective, OBJECTIVES)

    @property
    def n_agents(self) -> int:
        """Number of users, K."""
        return int(self.beta.shape[-1])

    @property
    def n_choices(self) -> int:
        """Number of pilots, tau."""
        return self.link.n_pilot

    @property
    def batch(self) -> tuple[int, ...]:
        """Leading axes of the gains: the networks."""
        return self.beta.shape[:-2]

    @property
    def capacity(self) -> None:
        """None: a pilot takes any number of users."""
        return

    @property
    def linear(self) -> None:
        """None: a rate depends on who shares the pilot."""
        return

    @property
    def occupancy(self) -> None:
        """None: a rate depends on who shares the pilot, not only on how many."""
        return

    @property
    def symmetric(self) -> bool:
        """True: pilots are orthogonal and alike."""
        return True

    def feasible(self, a: ArrayLike, /) -> BoolArray:
        """Return True for every assignment (*B, k, K): shape (*B, k). ValueError as `value`."""
        return np.ones(self._checked(a).shape[:-1], dtype=np.bool_)

    def sinr(self, a: ArrayLike, /) -> FloatArray:
        """Return SINR_k (*B, k, K), power ratios, of assignments (*B, k, K). ValueError as `value`."""
        return self._scored(a)[0]

    def rates(self, a: ArrayLike, /) -> FloatArray:
        """Return R_k (*B, k, K), bit/s, of assignments (*B, k, K). ValueError as `value`."""
        return radio.rate_from_sinr(self.sinr(a), self.link.bandwidth_hz)

    def value(self, a: ArrayLike, /) -> FloatArray:
        """Return the sum (or the lowest) of the rates, bit/s, (*B, k), of assignments (*B, k, K).

        ValueError for another shape, a dtype that is not integer, or a pilot outside 0..n_pilot-1.
        """
        return self._scored(a)[1]

    @cached_property
    def tables(self) -> tuple[Model, Gains]:
        """What the kernels read of the problem, the networks along one axis."""
        from qbench.papers.hqcnn._kernels import Gains, Model

        link = self.link
        model = Model(
            MODES.index(link.mode),
            link.training,
            link.downlink_snr * link.n_antenna**2,
            link.downlink_snr,
            float(link.n_antenna),
            link.bandwidth_hz / math.log(2.0),
            self.objective == "min_rate",
        )
        n_ap, n_user = self.beta.shape[-2:]
        beta, heard = (
            # A copy even where none is needed: numba compiles anew for arrays that are read-only.
            np.array(np.swapaxes(table.reshape(-1, n_ap, n_user), -1, -2), order="C")
            for table in (self.beta, heard_gains(self.beta, link))
        )
        noise = np.zeros(beta.shape[:-1])
        for m in range(n_ap):
            noise += heard[..., m]
        sent = np.sqrt(beta) if link.mode == "printed_c" else beta
        return model, Gains(beta, sent, heard, link.downlink_snr * noise)

    def _scored(self, a: ArrayLike) -> tuple[FloatArray, FloatArray]:
        from qbench.papers.hqcnn._kernels import score

        checked = self._checked(a)
        flat = np.ascontiguousarray(checked).reshape(math.prod(self.batch), *checked.shape[-2:])
        sinr, value = np.empty(flat.shape), np.empty(flat.shape[:-1])
        score(*self.tables, flat, sinr, value)
        return sinr.reshape(checked.shape), value.reshape(checked.shape[:-1])

    def _checked(self, a: ArrayLike) -> IntArray:
        return as_assignments(a, self.batch, self.n_agents, self.n_choices)
