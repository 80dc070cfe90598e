"""Columns of a run: returns, delays and keys of a scheme over the windows that the claims speak of.

Windows of 800 episodes: "return", "delay", "keys", spreads and misses are of the last 100, "early" of the first 200,
"first" of the first 10; shorter runs have the same shares. Returns are per episode of 20 slots.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qbench.papers.tn_qdrl.outcomes import Chosen, cost_of_run, key_sums, task_times
from qbench.papers.tn_qdrl.reward import EPISODE

if TYPE_CHECKING:
    from qbench._arrays import FloatArray
    from qbench.papers.tn_qdrl.play import Play

SETTLED = 0.95
"""Of the way from the start to the plateau, where a curve has converged."""
SMOOTHING = 20
"""Episodes of the moving mean behind convergence."""


@dataclass(frozen=True)
class Windows:
    """Slices of episodes.

    Attributes:
        n_episode: episodes of a run.

    """

    n_episode: int

    @property
    def final(self) -> slice:
        """The last eighth."""
        return slice(self.n_episode - max(1, self.n_episode // 8), self.n_episode)

    @property
    def final_slots(self) -> slice:
        """The slots of these episodes."""
        return slice(self.final.start * EPISODE, self.n_episode * EPISODE)

    @property
    def early(self) -> slice:
        """The first quarter."""
        return slice(0, max(1, self.n_episode // 4))

    @property
    def first(self) -> slice:
        """The first eightieth."""
        return slice(0, max(1, self.n_episode // 80))


def episodes(values: FloatArray) -> FloatArray:
    """Return the sums (episodes,) over the slots (T,) of each episode."""
    return np.asarray(values.reshape(-1, EPISODE).sum(axis=1))


def returns_of(play: Play, chosen: Chosen, kind: str) -> FloatArray:
    """Return the return (episodes,) of a run under the cost `kind`."""
    cost = cost_of_run(play.menu, chosen, play.scenario.setting.weights, kind)
    return episodes(play.calibration.reward(cost))


def return_columns(name: str, returns: FloatArray, windows: Windows) -> dict[str, float]:
    """Return return_NAME, early_NAME, first_NAME of the returns (episodes,)."""
    return {
        f"return_{name}": float(returns[windows.final].mean()),
        f"early_{name}": float(returns[windows.early].mean()),
        f"first_{name}": float(returns[windows.first].mean()),
    }


def scheme_columns(play: Play, name: str, chosen: Chosen, kind: str, *, keyless: bool = False) -> dict[str, float]:
    """Return the columns of a scheme's run, each a number.

    Those of `return_columns`; spread: sd over episodes of the final returns; delay: mean T_x of a task, s; total_delay:
    of a slot's tasks together, s; delay_spread: sd over episodes of the mean delay, s; keys: mean K of a link, bit/s, 0
    for a scheme without; late: share of tasks that break C5; conv, reached: see `convergence`.
    """
    windows = Windows(play.scenario.n_episode)
    returns = returns_of(play, chosen, kind)
    times = task_times(play.menu, chosen)
    delays = episodes(times.mean(axis=-1)) / EPISODE
    keys = 0.0 if keyless else float(key_sums(play.menu, chosen)[windows.final_slots].mean()) / play.menu.n_link
    episode = convergence(returns, windows)
    return return_columns(name, returns, windows) | {
        f"spread_{name}": float(returns[windows.final].std(ddof=1)),
        f"delay_{name}": float(delays[windows.final].mean()),
        f"total_delay_{name}": float(delays[windows.final].mean()) * play.menu.space.n_vehicle,
        f"delay_spread_{name}": float(delays[windows.final].std(ddof=1)),
        f"keys_{name}": keys,
        f"late_{name}": float((times[windows.final_slots] > play.scenario.setting.tasks.delay_max_s).mean()),
        f"conv_{name}": 0.0 if episode is None else float(episode),
        f"reached_{name}": float(episode is not None),
    }


def convergence(
    returns: FloatArray, windows: Windows, *, share: float = SETTLED, smoothing: int = SMOOTHING
) -> int | None:
    """Return the first episode, from 1, whose moving mean reaches start + share (plateau - start).

    start: mean of the first window; plateau: of the final one; the mean of `smoothing` episodes ends at the episode.
    None without a rise, in a run shorter than `smoothing`, and where no such mean gets there, which takes a final
    window shorter than `smoothing`. One of many definitions: the paper gives none.
    """
    start, plateau = float(returns[windows.first].mean()), float(returns[windows.final].mean())
    if plateau <= start or len(returns) < smoothing:
        return None
    mean = np.convolve(returns, np.full(smoothing, 1.0 / smoothing), mode="valid")
    reached = np.flatnonzero(mean >= start + share * (plateau - start))
    return int(reached[0]) + smoothing if len(reached) else None


def curve_columns(name: str, returns: FloatArray, n_point: int) -> dict[str, float]:
    """Return curve_NAME_k, k the middle episode of each of `n_point` equal windows: mean returns; none for 0 points.

    Episodes that do not fill the windows are left out at the end; `n_point` is at most the number of episodes.
    """
    if not n_point:
        return {}
    width = len(returns) // n_point
    return {
        f"curve_{name}_{(k * width + width // 2):03d}": float(returns[k * width : (k + 1) * width].mean())
        for k in range(n_point)
    }
