"""The vehicular network as a Gymnasium environment, `QIBVEC-v0`, for agents that qbench does not know.

Importing this module registers it, and Gymnasium imports the module by itself where the name says so:
`gymnasium.make("qbench.papers.tn_qdrl.environment:QIBVEC-v0", profile="small")`.
"""

from __future__ import annotations

import hashlib
from copy import deepcopy
from dataclasses import dataclass, fields
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import gymnasium
import numpy as np
from gymnasium import spaces
from gymnasium.error import ResetNeeded
from gymnasium.utils import RecordConstructorArgs

from qbench._check import one_of
from qbench.papers.tn_qdrl._sums import ordered_sum
from qbench.papers.tn_qdrl.actions import CALIBRATED, EFFICIENCIES
from qbench.papers.tn_qdrl.constraints import strong_links, violations
from qbench.papers.tn_qdrl.menu import key_costs
from qbench.papers.tn_qdrl.observation import features, n_feature
from qbench.papers.tn_qdrl.parameters import MID, SMALL
from qbench.papers.tn_qdrl.reward import EPISODE, Reward
from qbench.papers.tn_qdrl.scenario import SYSTEM, Scenario, calibrate
from qbench.papers.tn_qdrl.stream import CHILDREN, TRAFFIC, draw_stream
from qbench.papers.tn_qdrl.system import Action, Outcome, Slot, evaluate
from qbench.papers.tn_qdrl.traces import Trace, parts, read_trace
from qbench.radio.draws import spawn

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from qbench._arrays import FloatArray, IntArray

    Observation: TypeAlias = NDArray[np.float32]

ID = "QIBVEC-v0"
PROFILES = {"small": SMALL, "mid": MID}
FIRST_DRAW = 50 * EPISODE + 1
"""Slots of a stream that are drawn at first; twice as many whenever they are used up."""


@dataclass(frozen=True, eq=False, kw_only=True)
class TracedScenario(Scenario):
    """A scenario whose vehicles drive a trace.

    Attributes:
        trace: at least V vehicles; a stream has the part of it that its mobility generator draws.

    """

    trace: Trace

    def draw(self, rng: np.random.Generator, n_slot: int) -> Slot:
        """Return a stream of the system's slots."""
        # A copy: `draw_stream` spawns the same children again, and the first of them goes unused there.
        child = spawn(deepcopy(rng), len(CHILDREN))[CHILDREN.index("mobility")]
        places = parts(self.trace, [child], n_vehicle=self.setting.n_vehicle, n_slot=n_slot)[0]
        return draw_stream(rng, self.setting, n_slot, size_mb=self.size_mb, traffic=places)


class CalibrationStream:
    """The stream on which studies calibrate rewards, at salt 0: papers import nothing from `evidence`."""

    def rng(self, axis: str, unit: int, stream: str | None = None) -> np.random.Generator:
        """Return the generator of an instance, as `evidence.Streams` does."""
        word = int.from_bytes(hashlib.sha256(str(stream).encode()).digest()[:8], "big")
        root, axes = (int.from_bytes(b"qbench", "big"), 0), {"instance": 0}
        return np.random.default_rng(np.random.SeedSequence(root, spawn_key=(word, axes[axis], unit)))


class QibVec(gymnasium.Env["Observation", "IntArray"]):
    """One agent for a network of vehicles, edge devices, quantum links and a blockchain, slot by slot.

    `profile`: "small" (V = 3, Q = 1, E = 2) or "mid" (10, 2, 4). `n_vehicle`: V, in place of the profile's. `size_mb`:
    mean size of a task, MB. `reward`: "shift", "neg" or "add", see `reward.Reward`; "shift" has the unit that studies
    of the same system have. `observation`: "literal", Eq. (24), or "aug", which adds the tasks. `mobility`:
    "manhattan", the walk on the grid, "sumo", the recorded trace, or the path of a trace file. `access`, `share_cpu`,
    `key_rate`, `key_use`: readings of the system, see `parameters`.

    Observations are (D,), float32, in [0, 1]: see `observation.features`. Entropies and margins in them are those of
    the efficiencies chosen last, 0.9 before the first slot. Actions are (Q + V + 2,): indices of eta_1..eta_Q in
    (0.8, 0.9, 1), a_1..a_V (0: the vehicle itself, else the edge device), w - 1, and the index of b in (0.9, 0.6).

    Nothing that happens depends on actions but the outcome, the reward, and entropies and margins: F of a slot is a
    bandit's cost. A stream never ends; episodes are 20 slots of it, `truncated` after the last with the observation of
    the next slot, and `terminated` never. `reset(seed=n)` starts the stream of `numpy.random.default_rng(n)` at slot
    0; `reset()` goes on, wherever the stream is.

    info of a step: "slot"; "F", Eq. (22), with "key_term", its first term; "T_x" (V,), s; "T_b", s; "K", mean of K_ij,
    bit/s; "C5", vehicles, and "C6", producers, beyond their limits; "strong_links", the share of radio links in use
    with at least 18 dB, 0 without any. info of a reset: "slot".

    Raises ValueError for unknown words, a size not above 0, numbers below 1, more vehicles than a trace has, a trace
    that is none, and "shift" under the access "noma_sic"; TypeError for a switch that is not True or False.
    """

    def __init__(
        self,
        profile: str = "small",
        *,
        n_vehicle: int | None = None,
        size_mb: float = SYSTEM["size_mb"],
        reward: str = "shift",
        observation: str = "literal",
        mobility: str | Path = "manhattan",
        access: str = "ofdma",
        share_cpu: bool = True,
        key_rate: str = "printed",
        key_use: str = "free",
    ) -> None:
        setting = PROFILES[one_of("profile", profile, PROFILES)]
        traffic, trace = _mobility(mobility)
        params = {
            "n_vehicle": setting.n_vehicle if n_vehicle is None else n_vehicle,
            "n_node": setting.n_node,
            "n_edge": setting.n_edge,
            "size_mb": size_mb,
            "access": access,
            "share_cpu": share_cpu,
            "key_rate": key_rate,
            "key_use": key_use,
            "observation": observation,
            "reward": reward,
            "episodes": 1,
            "traffic": traffic,
        }
        scenario = Scenario.of(params)
        if trace is not None:
            own = {field.name: getattr(scenario, field.name) for field in fields(Scenario)}
            scenario = TracedScenario(**own, trace=trace)
        # What cannot be drawn is refused here and not at the first reset.
        scenario.draw(np.random.default_rng(0), 1)
        self.scenario = scenario
        self.reward = _reward(scenario)
        self.action_space = spaces.MultiDiscrete(np.array(scenario.space.nvec))
        self.observation_space = spaces.Box(0.0, 1.0, (n_feature(scenario.setting, observation),), np.float32)
        self._stream: Slot | None = None
        self._slot, self._left = 0, 0

    @property
    def slot(self) -> Slot:
        """What the current slot brings, no leading axes: the one that the next step is about."""
        return self._at(self._slot)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Start stream `seed` at slot 0, or go on with the next slot; return observation and info.

        The first reset without a seed starts a stream of its own. Raises ValueError for options: there are none.
        """
        if options:
            raise ValueError(f"options must be empty, got {options!r}; arguments of the environment say all")
        super().reset(seed=seed)
        if seed is not None or self._stream is None:
            self._origin = deepcopy(self.np_random)
            self._stream = self.scenario.draw(deepcopy(self._origin), FIRST_DRAW)
            self._slot = 0
            self._efficiency = np.full(self.scenario.setting.n_node, EFFICIENCIES[CALIBRATED])
        self._left = EPISODE
        return self._see(), {"slot": self._slot}

    def step(self, action: ArrayLike) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Return the next slot's observation, the reward of `action` (Q + V + 2,), False, truncated, and info.

        Raises ValueError for choices outside the action space, ResetNeeded before the first reset and after the last
        slot of an episode.
        """
        if not self._left:
            raise ResetNeeded("no episode is running: call reset(), which goes on with the next slot of the stream")
        given = np.asarray(action)
        if given.ndim != 1:
            raise ValueError(f"action must be one joint action, shape {self.action_space.shape}, got {given.shape}")
        chosen = self.scenario.space.from_components(given)
        slot = self.slot
        outcome = evaluate(slot, chosen, self.scenario.setting)
        info = {"slot": self._slot, **self._info(slot, chosen, outcome)}
        self._slot, self._left = self._slot + 1, self._left - 1
        self._efficiency = chosen.efficiency
        return self._see(), float(self.reward(self._cost(outcome))), False, self._left == 0, info

    def f_all(self) -> FloatArray:
        """Return F (N,) of the current slot under every flat action: its least is the best that a step can do.

        Raises ValueError where a flat list would be too long, ResetNeeded before the first reset.
        """
        space = self.scenario.space
        space.require_flat()
        return evaluate(self.slot, space.action(np.arange(space.n)), self.scenario.setting).objective.value

    def _see(self) -> Observation:
        own = self.scenario
        seen = features(self.slot, self._efficiency, own.setting, kind=own.observation, size_mb=own.size_mb)
        return seen.astype(np.float32)

    def _at(self, index: int) -> Slot:
        if self._stream is None:
            raise ResetNeeded("no stream is running: call reset() first")
        if index >= len(self._stream.time_s):
            # A longer stream keeps the slots of a shorter one.
            self._stream = self.scenario.draw(deepcopy(self._origin), 2 * len(self._stream.time_s))
        return Slot(**{field.name: getattr(self._stream, field.name)[index] for field in fields(Slot)})

    def _cost(self, outcome: Outcome) -> FloatArray:
        if self.reward.cost == "objective":
            return outcome.objective.value
        rate = outcome.keys.rate
        keys = ordered_sum(rate.reshape(*rate.shape[:-2], -1))
        return key_costs(keys, self.scenario.setting.weights, self.reward.cost) + outcome.objective.delay_term

    def _info(self, slot: Slot, action: Action, outcome: Outcome) -> dict[str, Any]:
        setting = self.scenario.setting
        broken = violations(slot, action, outcome, setting)
        return {
            "F": float(outcome.objective.value),
            "key_term": float(outcome.objective.key_term),
            "T_x": outcome.task_s,
            "T_b": float(outcome.finality_s),
            "K": float(outcome.keys.rate.mean()),
            "C5": int(broken["C5"]),
            "C6": int(broken["C6"]),
            "strong_links": int(strong_links(outcome, setting)) / max(1, int((action.choice > 0).sum())),
        }


class FlattenAction(gymnasium.ActionWrapper["Observation", np.int64, "IntArray"], RecordConstructorArgs):
    """Joint actions of `QibVec` as one number below N: eta_1..eta_Q, a_1..a_V, w, b, with the last fastest.

    Raises TypeError around an environment with other actions, ValueError where N exceeds 2^63 - 1.
    """

    def __init__(self, env: gymnasium.Env[Observation, IntArray]) -> None:
        # The arguments let Gymnasium rebuild a wrapped environment from its record: there are none.
        RecordConstructorArgs.__init__(self)
        gymnasium.ActionWrapper.__init__(self, env)
        if not isinstance(env.action_space, spaces.MultiDiscrete):
            raise TypeError(f"env must have actions of MultiDiscrete, got {env.action_space}")
        self._nvec = tuple(int(n) for n in env.action_space.nvec)
        number = prod(self._nvec)
        if number > np.iinfo(np.int64).max:
            raise ValueError(
                f"{number:,} joint actions do not fit into a Discrete space; give the components one by one"
            )
        self.action_space = spaces.Discrete(number)

    def action(self, action: np.int64 | int) -> IntArray:
        """Return the components (Q + V + 2,) of flat index `action`; ValueError outside 0..N - 1."""
        number = prod(self._nvec)
        index = np.asarray(action)
        if index.dtype.kind not in "iu" or index.ndim or not 0 <= index < number:
            raise ValueError(f"action must be a whole number in 0..{number - 1}, got {action!r}")
        return np.array(np.unravel_index(int(index), self._nvec), dtype=np.int64)


def _mobility(mobility: str | Path) -> tuple[str, Trace | None]:
    """Return the traffic of a scenario, and the trace in its place where `mobility` is a path."""
    if mobility in TRAFFIC:
        return str(mobility), None
    if not Path(mobility).is_file():
        raise ValueError(f"mobility must be {', '.join(TRAFFIC)} or the path of a trace file, got {str(mobility)!r}")
    return TRAFFIC[0], read_trace(mobility)


def _reward(scenario: Scenario) -> Reward:
    if scenario.reward != "shift":
        return Reward(scenario.reward)
    if scenario.setting.radio.access == "noma_sic":
        raise ValueError('reward shift has no unit under access noma_sic, which has no menu; take "neg" or "add"')
    return calibrate(scenario, CalibrationStream()).reward


gymnasium.register(ID, entry_point=f"{__name__}:QibVec")
