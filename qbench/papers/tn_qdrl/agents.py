"""The schemes of Sec. V that keep a table: who may do what, who is paid what, and how each explores.

All but RARL and RARS are the proposed agent on a part of its actions. Every agent of a unit sees one stream, one
network, one order of ties and the same uniform draws.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from qbench._check import in_interval, one_of, positive_int
from qbench.papers.tn_qdrl.grover import best_iterations, equal_epsilon
from qbench.papers.tn_qdrl.mps import FEATURES, LABELS
from qbench.radio.draws import spawn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbench._arrays import FloatArray, IntArray
    from qbench.papers._study import Params

AGENT: Mapping[str, Any] = {
    "learning_rate": 0.1,
    "discount": 0.9,
    "per_visit": 0.02,
    "decay": 8000,
    "law": False,
    "start_value": 0.0,
    "bond": 4,
    "n_bit": 3,
    "feature": "trig",
    "label": "middle",
    "rival_state": "mps",
    "agent": "grover",
    "rival": "table",
    "network_rate": 1e-3,
    "network_decay": 8000,
}
"""Params of the agents, with the values of the main reading; the rates of exploration are those before tuning."""

LEAST_EPSILON = 0.01
NETWORKS = ("vqc", "vqc_angle", "mlp")
"""Trained networks that may stand in the place of the proposed agent."""
AGENTS = ("grover", "amplitude", *NETWORKS)
RIVALS = ("table", "dqn")


@dataclass(frozen=True, kw_only=True)
class Agent:
    """How agents learn and explore.

    Attributes:
        learning_rate: in (0, 1].
        discount: phi, in [0, 1).
        per_visit: iterations of Grover's search per visit of a state (ours: the paper gives no schedule).
        decay: slots of RARL's linear decay of epsilon, down to 0.01 (ours).
        law: whether RARL explores with the law of the proposed agent in place of a decay.
        start_value: Q_0.
        bond, n_bit, feature, label: of the encoder: chi, d and alpha, the map of a feature, the place of the label.
        rival_state: "mps": RARL reads the same bits. "raw": every pattern of features is a state.
        agent: "grover", Algorithm 2 as written; "amplitude": the taken action is reinforced; "vqc",
            "vqc_angle", "mlp": the proposed scheme alone trains a network, see `networks`, the others keep tables.
        rival: "table", or "dqn": a deep Q-network in RARL's place.
        network_rate: Adam's, of networks, above 0.
        network_decay: slots of the linear decay of a network's epsilon, down to 0.01 (ours).

    Raises ValueError for values outside these ranges, TypeError for a law that is not True or False.

    """

    learning_rate: float = 0.1
    discount: float = 0.9
    per_visit: float = 0.02
    decay: int = 8000
    law: bool = False
    start_value: float = 0.0
    bond: int = 4
    n_bit: int = 3
    feature: str = "trig"
    label: str = "middle"
    rival_state: str = "mps"
    agent: str = "grover"
    rival: str = "table"
    network_rate: float = 1e-3
    network_decay: int = 8000

    def __post_init__(self) -> None:
        in_interval("learning_rate", self.learning_rate, 0.0, 1.0, lo_open=True)
        in_interval("discount", self.discount, 0.0, 1.0, hi_open=True)
        in_interval("per_visit", self.per_visit, 0.0, 1e6, lo_open=True)
        in_interval("start_value", self.start_value, -1e9, 1e9)
        in_interval("network_rate", self.network_rate, 0.0, 1e3, lo_open=True)
        for name in ("decay", "bond", "n_bit", "network_decay"):
            positive_int(name, getattr(self, name))
        one_of("rival_state", self.rival_state, ("mps", "raw"))
        one_of("agent", self.agent, AGENTS)
        one_of("rival", self.rival, RIVALS)
        one_of("feature", self.feature, FEATURES)
        one_of("label", self.label, LABELS)
        if not isinstance(self.law, bool):
            raise TypeError(f"law must be True or False, got {self.law!r}")

    @classmethod
    def of(cls, params: Params) -> Agent:
        """Return the agent that a study's params name."""
        return cls(**{name: cast("Any", params[name]) for name in AGENT})


@dataclass(frozen=True)
class Scheme:
    """A scheme of Sec. V.

    Attributes:
        name: as the paper has it, in lower case; "tn" is the proposed one.
        subset: its actions, see `ActionSpace.subset`.
        explores: "visits": Grover's law; "decay": epsilon falls by the slot; "always": every action is a uniform draw.
        keyless: whether it is paid without keys and weighs none.

    """

    name: str
    subset: str = "all"
    explores: str = "visits"
    keyless: bool = False

    def cost(self, own: str) -> str:
        """Return the cost behind its reward, where `own` is that of the others."""
        return "delays" if self.keyless else own

    def network(self, agent: Agent) -> str | None:
        """Return the network that stands in this scheme's place; None for a table."""
        if self.name == "tn" and agent.agent in NETWORKS:
            return agent.agent
        return agent.rival if self.name == "rarl" and agent.rival != "table" else None


SCHEMES = (
    Scheme("tn"),
    Scheme("rarl", explores="decay"),
    Scheme("rars", explores="always"),
    Scheme("rafbz", subset="fixed_band"),
    Scheme("ralc", subset="alone"),
    Scheme("ranqkd", subset="fixed_keys", keyless=True),
)


def epsilons(n: int) -> FloatArray:
    """Return epsilon after 0..tau* iterations among n actions: with it a greedy agent has the law of the circuit.

    One action leaves no choice: [0].
    """
    if n == 1:
        return np.zeros(1)
    return np.asarray(equal_epsilon(n, np.arange(best_iterations(n) + 1)))


@dataclass(frozen=True, eq=False)
class Draws:
    """What one unit draws for its agents.

    Attributes:
        network: for the matrix product state.
        order: for the order of ties.
        uniform: (u_1, u_2) a slot, drawn whether used or not.
        training: for networks and replay.

    """

    network: np.random.Generator
    order: np.random.Generator
    uniform: np.random.Generator
    training: np.random.Generator

    @classmethod
    def of(cls, rng: np.random.Generator) -> Draws:
        """Return the four generators, spawned in this order."""
        return cls(*spawn(rng, 4))


def tie_order(order: IntArray, subset: IntArray) -> tuple[IntArray, IntArray]:
    """Return the actions of `subset` (n,) in the order of ties, and where each of them stands in it, (n,).

    `order`: a permutation of all actions; `subset`: rising.
    """
    kept = order[np.isin(order, subset)]
    place = np.empty(len(subset), dtype=np.int64)
    place[np.searchsorted(subset, kept)] = np.arange(len(kept))
    return kept, place
