"""What agents are paid: the paper calls the objective a reward, which it asks to minimise; three signs and offsets.

Returns depend on the offset, comparisons by `scores` do not; what a table learns does, since it starts at 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qbench._check import finite_array, one_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray

REWARDS = ("shift", "neg", "add")
EPISODE = 20
"""Slots an episode (ours)."""
FULL_RETURN = 200.0
"""What the best policy collects an episode under "shift": the level that the paper's figures show."""


@dataclass(frozen=True)
class Reward:
    """r = base - scale times a cost.

    Attributes:
        kind: "shift": base - scale F. "neg": -F. "add": (1 - xi_1) xi_2 sum K - xi_1 (sum T_x + T_b).
        base: 0 unless "shift".
        scale: above 0; 1 unless "shift".

    Raises ValueError for another kind and a scale not above 0.

    """

    kind: str = "neg"
    base: float = 0.0
    scale: float = 1.0

    def __post_init__(self) -> None:
        one_of("reward", self.kind, REWARDS)
        if not self.scale > 0:
            raise ValueError(f"scale of a reward must be above 0, got {self.scale}: a cost must not be paid for")

    @property
    def cost(self) -> str:
        """The cost behind it, as `menu.costs` names it."""
        return "additive" if self.kind == "add" else "objective"

    def __call__(self, cost: FloatArray) -> FloatArray:
        """Return rewards of any shape."""
        return self.base - self.scale * cost


def calibrated(kind: str, mean: ArrayLike, least: ArrayLike) -> Reward:
    """Return the reward of a system: under "shift" a best episode of 20 slots returns 200 and twice the mean cost 0.

    `mean`: of F over all actions, (T,); `least`: over them the smallest, (T,), slots of a calibration stream. With them
    base = (200/20)/(1 - Fopt/(2 Fbar)) and scale = base/(2 Fbar): a unit, no more, so that a uniform policy returns
    between 100 and 200 whatever the system. Raises ValueError for another kind, and under "shift" unless
    0 < least <= mean on average.
    """
    if one_of("reward", kind, REWARDS) != "shift":
        return Reward(kind)
    average, optimum = float(finite_array("mean", mean).mean()), float(finite_array("least", least).mean())
    if not 0.0 < optimum <= average:
        raise ValueError(f"0 < least <= mean must hold of F, got {optimum} and {average}")
    base = (FULL_RETURN / EPISODE) / (1.0 - optimum / (2.0 * average))
    return Reward(kind, base, base / (2.0 * average))
