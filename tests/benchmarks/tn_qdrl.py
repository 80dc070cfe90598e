"""tn_qdrl: time of a stream, of what every action comes to, of states, of one run and of a study's unit.

No track of returns or delays: those are what claims are about. The streams are none of a study's, and salted.
"""

from __future__ import annotations

from qbench.evidence.threads import pin_environment

pin_environment()

import numpy as np  # noqa: E402 - thread pools read the environment when numpy loads

from qbench.evidence.streams import Streams  # noqa: E402
from qbench.papers.tn_qdrl.actions import ActionSpace  # noqa: E402
from qbench.papers.tn_qdrl.agents import SCHEMES, Agent, epsilons  # noqa: E402
from qbench.papers.tn_qdrl.encoding import Encoder  # noqa: E402
from qbench.papers.tn_qdrl.menu import menu  # noqa: E402
from qbench.papers.tn_qdrl.mps import draw_mps  # noqa: E402
from qbench.papers.tn_qdrl.parameters import MID, SMALL  # noqa: E402
from qbench.papers.tn_qdrl.play import Play, run_scheme  # noqa: E402
from qbench.papers.tn_qdrl.scenario import SYSTEM, Scenario, calibrate  # noqa: E402
from qbench.papers.tn_qdrl.stream import draw_stream  # noqa: E402
from qbench.papers.tn_qdrl.studies import SCHEME_PARAMS, schemes  # noqa: E402

SEED = 20_250_509
STREAMS = Streams("tn_qdrl/benchmarks", salt=SEED)
SLOTS = 16_000
SETTINGS = {"small": SMALL, "mid": MID}
PARAMS = {"small": {}, "mid": {"n_vehicle": 10, "n_node": 2, "n_edge": 4}}


def rng() -> np.random.Generator:
    """Return the generator of everything that is drawn here."""
    return np.random.default_rng(SEED)


def draw_play(episodes: int, size: str) -> Play:
    """Return a unit of one of the profiles."""
    scenario = Scenario.of({**SYSTEM, **PARAMS[size], "episodes": episodes})
    rngs = {axis: STREAMS.rng(axis, 0) for axis in ("instance", "algorithm")}
    return Play.draw(scenario, calibrate(scenario, STREAMS), Agent(), **rngs)


class Environment:
    """16 000 slots of each profile: the stream, and what every action of every slot comes to."""

    params = (["small", "mid"],)
    param_names = ("profile",)
    number, repeat = 1, 3

    def setup(self, profile):
        self.setting = SETTINGS[profile]
        self.slots = draw_stream(rng(), self.setting, SLOTS)

    def time_stream(self, profile):
        draw_stream(rng(), self.setting, SLOTS)

    def time_menu(self, profile):
        menu(self.slots, self.setting)

    def track_actions(self, profile):
        return ActionSpace.of(self.setting).n

    def track_iterations_per_decision(self, profile):
        """Of Grover's search at its best; components are amplified one by one, the largest of them counts."""
        space = ActionSpace.of(self.setting)
        return len(epsilons(space.n if space.is_flat else max(*space.nvec, 2 * space.n_edge))) - 1

    track_actions.unit = "actions"
    track_iterations_per_decision.unit = "iterations"


class States:
    """Codes of 16 000 observations of 27 features after each of three efficiencies, by bond dimension."""

    params = ([1, 4, 8],)
    param_names = ("bond",)
    number, repeat = 1, 3

    def setup(self, bond):
        self.features = rng().random((SLOTS, 3, 27))
        self.encoder = Encoder.fit(draw_mps(rng(), 27, bond=bond), rng().random((2000, 27)))
        # Compiles.
        self.encoder.codes(self.features[:2])

    def time_codes(self, bond):
        self.encoder.codes(self.features)

    def track_parameters(self, bond):
        return self.encoder.network.n_parameters

    def track_products_per_observation(self, bond):
        return self.encoder.network.n_products

    track_parameters.unit = "numbers"
    track_products_per_observation.unit = "multiply-adds"


class Run:
    """One run of 100 episodes by the proposed scheme and by Q-learning: a table, amplitudes, a table a component."""

    params = (["grover", "amplitude", "components"], ["tn", "rarl"])
    param_names = ("agent", "scheme")
    number, repeat = 1, 3

    def setup(self, agent, scheme):
        self.play = draw_play(100, "mid" if agent == "components" else "small")
        self.agent = Agent(agent="amplitude" if agent == "amplitude" else "grover")
        self.scheme = {each.name: each for each in SCHEMES}[scheme]
        # Compiles.
        run_scheme(self.play, self.scheme, self.agent)

    def time_run(self, agent, scheme):
        run_scheme(self.play, self.scheme, self.agent)


class Study:
    """All schemes of one unit with their references: 100 episodes of 20 slots."""

    params = (["small", "mid"],)
    param_names = ("profile",)
    number, repeat = 1, 3

    def setup(self, profile):
        self.params_of_study = {**SCHEME_PARAMS, **PARAMS[profile], "episodes": 100, "seeds": 1}
        # Compiles.
        schemes({**self.params_of_study, "episodes": 16}, STREAMS, range(1))

    def time_unit(self, profile):
        schemes(self.params_of_study, STREAMS, range(1))
