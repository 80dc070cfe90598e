"""How the answers hang on what the paper leaves open: exploration, the measure of convergence, the amplification."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from qbench._check import positive_int
from qbench.papers.tn_qdrl.agents import AGENT, SCHEMES, Agent
from qbench.papers.tn_qdrl.averages import run_averages
from qbench.papers.tn_qdrl.grover import best_iterations
from qbench.papers.tn_qdrl.play import Play, best_of_slots, run_scheme
from qbench.papers.tn_qdrl.replicates import averaged, generators, seeds_of
from qbench.papers.tn_qdrl.reward import EPISODE
from qbench.papers.tn_qdrl.scenario import SYSTEM, Scenario, calibrate
from qbench.papers.tn_qdrl.scores import Windows, convergence, curve_columns, episodes, returns_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qbench.papers._study import Columns, Params, Streams
    from qbench.papers.tn_qdrl.outcomes import Chosen

PER_VISIT = (0.005, 0.01, 0.02, 0.05, 0.2, 0.5)
"""Grid of iterations per visit, for the proposed agent."""
DECAY = (1000, 2000, 4000, 8000, 12000, 16000)
"""Grid of slots until RARL's epsilon is at its least."""
BANDIT_DECAY = 1000
"""Slots until the bandit's epsilon is at its least: of DECAY the best on the stream of tuning, for every reward."""
METRICS: Mapping[str, tuple[float, int]] = {
    "declared": (0.95, 20),
    "early": (0.90, 20),
    "late": (0.99, 20),
    "smooth": (0.95, 50),
}
"""Measures of convergence: share of the way, episodes of the moving mean."""

SWEEP_PARAMS: Mapping[str, Any] = {**SYSTEM, **AGENT}


def _plays(params: Params, streams: Streams, units: range) -> Iterator[tuple[Play, Agent]]:
    scenario, agent = Scenario.of(params), Agent.of(params)
    calibration = calibrate(scenario, streams)
    # Networks have no schedule of iterations: here all agents keep tables.
    agent = replace(agent, agent="grover", rival="table")
    for rngs in generators(streams, units, seeds_of(params)):
        yield Play.draw(scenario, calibration, agent, **rngs), agent


def _grid(agent: Agent) -> Iterator[tuple[str, int, Agent]]:
    """Yield scheme, number on its grid, and the agent, for every exploration of the grids."""
    for k, rate in enumerate(PER_VISIT):
        yield "tn", k, replace(agent, per_visit=rate)
    for k, slots in enumerate(DECAY):
        yield "rarl", k, replace(agent, decay=slots, law=False)


def tune(params: Params, streams: Streams, units: range) -> Columns:
    """Run the proposed agent and RARL over their grids of exploration.

    Params: SWEEP_PARAMS, of which agent and rival are not read. Columns: tn_0 .. tn_5 over PER_VISIT, rarl_0 .. rarl_5
    over DECAY: mean return of all episodes; random, myopic: of all actions, and of the best of each slot. Raises
    ValueError for a system without a flat list.
    """
    by_name = {scheme.name: scheme for scheme in SCHEMES}
    rows = []
    for play, agent in _plays(params, streams, units):
        kind, reward = play.calibration.reward.cost, play.calibration.reward
        row = {
            "random": float(episodes(reward(play.costs(by_name["tn"]).mean())).mean()),
            "myopic": float(returns_of(play, best_of_slots(play, by_name["tn"]), kind).mean()),
        }
        for name, k, variant in _grid(agent):
            row[f"{name}_{k}"] = float(returns_of(play, run_scheme(play, by_name[name], variant), kind).mean())
        rows.append(row)
    return averaged(rows, seeds_of(params))


def settling(params: Params, streams: Streams, units: range) -> Columns:
    """Find when the proposed agent and RARL converge, over grids of exploration and measures of convergence.

    Params: SWEEP_PARAMS, of which agent and rival are not read. Columns: SCHEME_METRIC_k, as in `tune`: the episode of
    convergence, all episodes where a run does not converge; SCHEME_METRIC_missed_k: 1 there, else 0.
    """
    by_name = {scheme.name: scheme for scheme in SCHEMES}
    rows = []
    for play, agent in _plays(params, streams, units):
        windows, row = Windows(play.scenario.n_episode), {}
        for name, k, variant in _grid(agent):
            returns = returns_of(play, run_scheme(play, by_name[name], variant), play.calibration.reward.cost)
            for metric, (share, smoothing) in METRICS.items():
                episode = convergence(returns, windows, share=share, smoothing=smoothing)
                row[f"{name}_{metric}_{k}"] = float(play.scenario.n_episode if episode is None else episode)
                row[f"{name}_{metric}_missed_{k}"] = float(episode is None)
        rows.append(row)
    return averaged(rows, seeds_of(params))


def comparators(params: Params, streams: Streams, units: range) -> Columns:
    """Run surrogates of the comparators [47] and [7], from what their abstracts say; they decide nothing.

    Params: SWEEP_PARAMS, curve_points; `agent` and `rival` are not read. [47]: the proposed agent without its network,
    states of raw features, the taken action amplified (Dong et al. 2008). [7]: the same amplitudes, held classically,
    on the network's states. Columns: final returns return_tn, return_ref47, return_ref7, and return_greedy, of an agent
    that is done exploring a state after its first visit; return_bandit, of a classical bandit without states;
    return_random, return_myopic. curve_bandit_k, its learning curve, and curve_calls_k, mean oracle calls of a decision
    of the proposed agent: k the middle episode of each of curve_points windows. Raises ValueError for a system without
    a flat list.
    """
    scheme = SCHEMES[0]
    rows = []
    for play, agent in _plays(params, streams, units):
        kind, reward = play.calibration.reward.cost, play.calibration.reward
        final = Windows(play.scenario.n_episode).final
        amplified = replace(agent, agent="amplitude")
        found = {
            "tn": run_scheme(play, scheme, agent),
            "ref47": run_scheme(play, scheme, amplified, raw=True),
            "ref7": run_scheme(play, scheme, amplified),
            "bandit": run_averages(play, scheme, BANDIT_DECAY),
            "greedy": run_scheme(play, scheme, replace(agent, per_visit=1e6)),
            "myopic": best_of_slots(play, scheme),
        }
        row = {f"return_{name}": float(returns_of(play, chosen, kind)[final].mean()) for name, chosen in found.items()}
        n_point = positive_int("curve_points", params["curve_points"], least=0)
        row |= _calls(play, found["tn"], agent, n_point)
        row |= curve_columns("bandit", returns_of(play, found["bandit"], kind), n_point)
        row["return_random"] = float(episodes(reward(play.costs(scheme).mean()))[final].mean())
        rows.append(row)
    return averaged(rows, seeds_of(params))


def _calls(play: Play, chosen: Chosen, agent: Agent, n_point: int) -> dict[str, float]:
    """Return the mean iterations of Grover's search a slot, window by window: they follow from the visits."""
    before = np.concatenate([[play.start], chosen.efficiency[:-1]])
    states = play.codes[np.arange(len(before)), before]
    visits = np.empty(len(states))
    for state in np.unique(states):
        here = states == state
        visits[here] = np.arange(here.sum())
    turns = np.minimum(best_iterations(play.menu.space.n), np.floor(agent.per_visit * visits))
    return curve_columns("calls", episodes(turns) / EPISODE, n_point)
