"""A classical rival without states, lookahead or amplitudes: the mean reward of each action, and a decaying epsilon."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench._check import positive_int
from qbench.papers.tn_qdrl.agents import LEAST_EPSILON, tie_order
from qbench.papers.tn_qdrl.outcomes import Chosen
from qbench.papers.tn_qdrl.play import world_of

if TYPE_CHECKING:
    from qbench.papers.tn_qdrl.agents import Scheme
    from qbench.papers.tn_qdrl.play import Play


def run_averages(play: Play, scheme: Scheme, decay: int) -> Chosen:
    """Return what the bandit chose in each slot, with the draws and the order of ties of the other agents.

    F does not depend on past actions, so a bandit is all that the problem asks for. `decay`: slots until epsilon is
    0.01. Raises ValueError for a decay below 1 and a system without a flat list.
    """
    from qbench.papers.tn_qdrl import _tabular_kernel as kernels

    subset = play.menu.space.subset(scheme.subset)
    kept, place = tie_order(play.order[0], subset)
    rule = kernels.Rule(
        step=0.0,
        discount=0.0,
        epsilon=np.ones(1),
        per_visit=0.0,
        decay=float(positive_int("decay", decay)),
        least=LEAST_EPSILON,
    )
    choices = kernels.Choices(np.ascontiguousarray(np.stack(play.menu.space.parts(kept))), place)
    return Chosen.flat(
        play.menu, kept[kernels.average(world_of(play, scheme, play.codes), choices, rule, play.uniform)]
    )
