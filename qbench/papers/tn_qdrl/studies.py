"""What is measured for the claims on schemes: a unit is a replicate, fresh streams and fresh agents.

All schemes see the same streams; columns are means over the streams of a unit, named after the scheme: see `scores`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qbench._check import positive_int
from qbench.papers.tn_qdrl.agents import AGENT, SCHEMES, Agent
from qbench.papers.tn_qdrl.descent import mean_cost, slot_parts
from qbench.papers.tn_qdrl.networks import chosen_by
from qbench.papers.tn_qdrl.outcomes import cost_of_run, key_sums
from qbench.papers.tn_qdrl.play import Play, best_of_slots, best_of_states
from qbench.papers.tn_qdrl.replicates import averaged, generators, seeds_of
from qbench.papers.tn_qdrl.reward import EPISODE
from qbench.papers.tn_qdrl.scenario import SYSTEM, Scenario, calibrate
from qbench.papers.tn_qdrl.scores import Windows, curve_columns, episodes, return_columns, returns_of, scheme_columns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbench.papers._study import Columns, Params, Streams
    from qbench.papers.tn_qdrl.outcomes import Chosen

SCHEME_PARAMS: Mapping[str, Any] = {**SYSTEM, **AGENT, "curve_points": 0}
"""Params of `schemes`, with the values of the main reading before tuning."""


def schemes(params: Params, streams: Streams, units: range) -> Columns:
    """Let all schemes learn on one stream for the whole run, beside what could have been chosen.

    Params: SCHEME_PARAMS; at least 16 episodes, so that two are final; curve_points: points of the learning curves, at
    most one an episode. An agent "vqc", "vqc_angle" or "mlp" trains a network as tn, a rival "dqn" one as rarl.
    Columns: those of `scores.scheme_columns` of tn, rarl, rars, rafbz, ralc, ranqkd, of constant and state, the best
    constant action and the best action a state with the run known, and of myopic, the best action of each slot: no
    scheme does better. return_random, early_random, first_random: mean over all actions. keys_full: keys of tn's run
    had every efficiency been 1.
    """
    scenario, agent = Scenario.of(params), Agent.of(params)
    positive_int("episodes", scenario.n_episode, least=16)
    n_point = positive_int("curve_points", params["curve_points"], least=0)
    if n_point > scenario.n_episode:
        raise ValueError(f"curve_points must be at most the number of episodes, {scenario.n_episode}, got {n_point}")
    calibration = calibrate(scenario, streams)
    seeds = seeds_of(params)
    rows = []
    for rngs in generators(streams, units, seeds):
        play = Play.draw(scenario, calibration, agent, **rngs)
        rows.append(_seed(play, {scheme.name: chosen_by([play], scheme, agent)[0] for scheme in SCHEMES}, n_point))
    return averaged(rows, seeds)


def _seed(play: Play, found: Mapping[str, Chosen], n_point: int) -> dict[str, float]:
    own = play.calibration.reward.cost
    row: dict[str, float] = {}
    for scheme in SCHEMES:
        chosen, kind = found[scheme.name], scheme.cost(own)
        row |= scheme_columns(play, scheme.name, chosen, kind, keyless=scheme.keyless)
        row |= curve_columns(scheme.name, returns_of(play, chosen, kind), n_point)
        if scheme.name == "tn":
            full = key_sums(play.menu, chosen, efficiency=play.menu.space.n_efficiency - 1)
            row["keys_full"] = float(full[Windows(play.scenario.n_episode).final_slots].mean()) / play.menu.n_link
    return row | _references(play, n_point)


def _references(play: Play, n_point: int) -> dict[str, float]:
    proposed, windows = SCHEMES[0], Windows(play.scenario.n_episode)
    kind = play.calibration.reward.cost
    if play.menu.space.is_flat:
        own = play.costs(proposed)
        random = episodes(play.calibration.reward(own.mean()))
        named = {
            "myopic": best_of_slots(play, proposed),
            "constant": best_of_states(play, proposed, by_state=False),
            "state": best_of_states(play, proposed, by_state=True),
        }
        row: dict[str, float] = {}
    else:
        from qbench.papers.tn_qdrl.factored import constant_by_coordinates, optimum_by_coordinates

        weights = play.scenario.setting.weights
        random = episodes(play.calibration.reward(mean_cost(slot_parts(play.menu, weights, kind))))
        named = {
            "constant": constant_by_coordinates(play, proposed, by_state=False),
            "state": constant_by_coordinates(play, proposed, by_state=True),
        }
        slots, best = optimum_by_coordinates(play, proposed)
        rewards = play.calibration.reward(cost_of_run(play.menu, best, weights, kind, slots))
        returns = EPISODE * rewards.reshape(play.scenario.n_episode, -1).mean(axis=1)
        row = return_columns("myopic", returns, windows) | curve_columns("myopic", returns, n_point)
    row |= return_columns("random", random, windows) | curve_columns("random", random, n_point)
    for name, chosen in named.items():
        row |= scheme_columns(play, name, chosen, kind)
        row |= curve_columns(name, returns_of(play, chosen, kind), n_point)
    return row
