"""What the networks of Sec. V learn from: the stream of a unit, its rewards in a network's unit, its actions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qbench.papers.tn_qdrl.agents import Scheme, tie_order
from qbench.papers.tn_qdrl.play import Play, world_of
from qbench.papers.tn_qdrl.reward import EPISODE, FULL_RETURN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qbench._arrays import FloatArray, IntArray
    from qbench.papers.tn_qdrl._tabular_kernel import Choices, World
    from qbench.papers.tn_qdrl.scenario import Calibration


@dataclass(frozen=True, eq=False)
class Lesson:
    """What one unit's network meets.

    Attributes:
        world: stream and rewards, in the network's unit.
        choices, kept: the actions in the order in which ties fall: output i is for flat action kept[i].
        seen: features (T + 1, 3^Q, D), float32: the deep Q-network takes 2.3 s for 500 episodes, 3.2 s in float64.
        uniform: draws (T, 2) for exploration.

    """

    world: World
    choices: Choices
    kept: IntArray
    seen: NDArray[np.float32]
    uniform: FloatArray

    @classmethod
    def of(cls, play: Play, scheme: Scheme) -> Lesson:
        """Return what `scheme` meets in a unit."""
        from qbench.papers.tn_qdrl._tabular_kernel import Choices

        kept, place = tie_order(play.order[0], play.menu.space.subset(scheme.subset))
        world = world_of(play, scheme, play.codes)
        unit = reward_unit(play.calibration)
        return cls(
            world._replace(base=world.base / unit, scale=world.scale / unit),
            Choices(np.ascontiguousarray(np.stack(play.menu.space.parts(kept))), place),
            kept,
            play.seen.astype(np.float32),
            play.uniform,
        )


def reward_unit(calibration: Calibration) -> float:
    """Return what a network's rewards are divided by: the best mean slot of "shift", 10, else |mean cost|.

    The mean is the calibration's, over all actions. Raises ValueError for a mean of 0.
    """
    if calibration.reward.kind == "shift":
        return FULL_RETURN / EPISODE
    if not calibration.mean_cost:
        raise ValueError("mean_cost of the calibration is 0, no unit of rewards; choose reward 'shift'")
    return calibration.mean_cost
