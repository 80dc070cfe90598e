"""What a decision of the proposed agent would cost on a quantum machine, beside the verdicts."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from qbench.papers.tn_qdrl.factored import allowed
from qbench.papers.tn_qdrl.observation import n_feature
from qbench.papers.tn_qdrl.resources import decision
from qbench.papers.tn_qdrl.scenario import Scenario

if TYPE_CHECKING:
    from qbench.papers._study import Params


def decision_costs(params: Params) -> dict[str, int]:
    """Return qubits, CX, depth and oracle calls of one decision after learning, as `resources.decision` counts them.

    Where joint actions cannot be listed a search for each component follows the other: calls, gates and depths add up.
    """
    scenario = Scenario.of(params)
    d = n_feature(scenario.setting, scenario.observation)
    space = scenario.space
    sizes = (space.n,) if space.is_flat else tuple(len(values) for values in allowed(space, "all"))
    found = [_decision(d, size) for size in sizes]
    return {name: (max if name == "qubits" else sum)(each[name] for each in found) for name in found[0]}


@cache
def _decision(n_features: int, n_action: int) -> dict[str, int]:
    one = decision(n_features, n_action)
    return {"qubits": one.qubits, "cx": one.cx, "depth": one.depth_in_series, "oracle_calls": one.oracle_calls}
