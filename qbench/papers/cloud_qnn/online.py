"""One channel, learned while it lasts (data "one"): the training as a search, beside random search over assignments.

On a single channel a training is a way to find one good assignment, and every iteration looks at 2 P losses (3 P with
Rotosolve). So it is compared with drawing assignments at random, at equal numbers of losses looked at, the best so far
with the best so far.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench import radio
from qbench._check import positive_int
from qbench.papers.cloud_qnn.draws import draw_angles
from qbench.papers.cloud_qnn.studies import averaged, lessons, setting
from qbench.papers.cloud_qnn.tables import Lessons
from qbench.papers.cloud_qnn.training import train

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray, IntArray
    from qbench.papers._study import Columns, Params, Streams
    from qbench.papers.cloud_qnn.setting import Setting
    from qbench.papers.cloud_qnn.tables import Course
    from qbench.papers.cloud_qnn.training import Trained


class Watched:
    """A `tables.Course` of one channel a seed that keeps the lowest loss that was looked at.

    Attributes:
        best: after each look at the curve, the lowest loss so far (S,); the first loss of the curve counts, as the
            start of the search, later ones do not: the training does not see them.
        looks: the number of losses looked at a seed until then.
    """

    def __init__(self, lessons: Course) -> None:
        if lessons.phi.shape[1] != 1:
            raise ValueError(f"one channel a seed can be searched, got {lessons.phi.shape[1]}; take data 'one'")
        self._lessons = lessons
        self._lowest: FloatArray | None = None
        self._count = 0
        self.best: list[FloatArray] = []
        self.looks: list[int] = []

    @property
    def phi(self) -> FloatArray:
        """As `tables.Course.phi`."""
        return self._lessons.phi

    @property
    def n_user(self) -> int:
        """As `tables.Course.n_user`."""
        return self._lessons.n_user

    def losses_at(self, channel: int, users: IntArray) -> FloatArray:
        """As `tables.Course.losses_at`."""
        return self._seen(self._lessons.losses_at(channel, users))

    def losses_each(self, users: IntArray) -> FloatArray:
        """As `tables.Course.losses_each`."""
        found = self._lessons.losses_each(users)
        if self._lowest is None:
            self._seen(found)
        if self._lowest is not None:
            self.best.append(self._lowest)
        self.looks.append(self._count)
        return found

    def _seen(self, found: FloatArray) -> FloatArray:
        lowest = found.min(axis=-1)
        self._lowest = lowest if self._lowest is None else np.minimum(self._lowest, lowest)
        self._count += found.shape[-1]
        return found


def best_so_far(s: Setting, theta: ArrayLike, given: Course) -> tuple[Trained, FloatArray, IntArray]:
    """Train from theta (S, L, N) on one channel a seed; return also the lowest loss so far and the losses looked at.

    Lowest losses (S, epochs + 1) and numbers of losses (epochs + 1,): at the start, one, and after each episode. Raises
    ValueError for other data than "one", and as `training.train`.
    """
    if s.data != "one":
        raise ValueError(f"only a training on one channel is a search of it, got data {s.data!r}; take 'one'")
    watched = Watched(given)
    result = train(s, theta, watched)
    return result, np.stack(watched.best, axis=-1), np.array(watched.looks, dtype=np.int64)


def random_so_far(rng: np.random.Generator, losses: FloatArray, looks: IntArray) -> FloatArray:
    """Return the lowest of the first looks[e] of assignments drawn at random, (E,), with replacement.

    `losses` (K^M,) of every assignment of one channel; uniform over all of them, feasible or not: the search knows of
    the constraint what the loss says. `looks`: (E,), not falling. Raises ValueError for a number of looks below 1.
    """
    total = positive_int("the last of looks", looks[-1])
    positive_int("the first of looks", looks[0])
    drawn = losses[rng.integers(len(losses), size=total)]
    return np.asarray(np.minimum.accumulate(drawn)[looks - 1])


def online(params: Params, streams: Streams, units: range) -> Columns:
    """Training on one channel a seed beside random search on the same; params: PHYSICS, SIZE, SETTING, data "one".

    Columns, means over the seeds, at the start and after each episode: loss_000, ...: the loss of what the network
    assigns; best_000, ...: the lowest that its training looked at; random_000, ...: the lowest of as many drawn at
    random; optimum: the lowest of all. An episode of 100 iterations has 1,600 looks at 81 assignments: with `samples`
    1 an episode is one iteration, 16 looks.
    """
    s = setting(params)
    theta = np.concatenate([draw_angles(params, streams, unit, s) for unit in units])
    given = Lessons.joined([one for unit in units for one in lessons(params, streams, unit, "training", 1)])
    result, best, looks = best_so_far(s, theta, given)
    drawing = [rng for unit in units for rng in radio.spawn(streams.rng("shots", unit), len(theta) // len(units))]
    rows = []
    for i, rng in enumerate(drawing):
        losses = given.losses[i, 0]
        curves = {"loss": result.curve[i], "best": best[i], "random": random_so_far(rng, losses, looks)}
        row = {f"{name}_{e:03d}": float(value) for name, curve in curves.items() for e, value in enumerate(curve)}
        rows.append({**row, "optimum": float(losses.min())})
    return averaged(rows, len(units))
