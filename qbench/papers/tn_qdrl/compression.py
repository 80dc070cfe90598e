"""What the bits of the network keep of an observation: policies fitted on one half of a run, scored on the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from qbench.papers.tn_qdrl.agents import AGENT, SCHEMES, Agent
from qbench.papers.tn_qdrl.play import Play
from qbench.papers.tn_qdrl.replicates import averaged, generators, seeds_of
from qbench.papers.tn_qdrl.scenario import SYSTEM, Scenario, calibrate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbench._arrays import FloatArray, IntArray
    from qbench.papers._study import Columns, Params, Streams

COMPRESSION_PARAMS: Mapping[str, Any] = {**SYSTEM, **AGENT}
RIDGE = 1.0
"""Weight of the squared coefficients, the intercept left out."""


def compression(params: Params, streams: Streams, units: range) -> Columns:
    """Score how much of F the encoder's states save, beside a linear rule on the observation that it compresses.

    Params: COMPRESSION_PARAMS, of which agents' exploration is not read. Policies see the observation after an eta of
    1, which every good policy chooses. Columns, means of F over the second half: f_const, the constant action that is
    best on the first half; f_enc, the best action of each state there; f_reg, the action of the least F that ridge
    regressions predict, one an action, on the observation; f_myopic, the best action of each slot. Raises ValueError
    for a system without a flat list.
    """
    scenario, agent = Scenario.of(params), Agent.of(params)
    calibration = calibrate(scenario, streams)
    seeds = seeds_of(params)
    rows = [_seed(Play.draw(scenario, calibration, agent, **rngs)) for rngs in generators(streams, units, seeds)]
    return averaged(rows, seeds)


def _seed(play: Play) -> dict[str, float]:
    own = play.costs(SCHEMES[0])
    half = play.menu.n_slot // 2
    seen, states = play.seen[:-1, -1], play.codes[:-1, -1]
    fitted, scored = np.arange(half), np.arange(half, play.menu.n_slot)
    constant = int(own.over(fitted).of_all()[0].argmin())
    by_state = np.full(play.n_state, constant)
    for state in np.unique(states[fitted]):
        by_state[state] = int(own.over(fitted[states[fitted] == state]).of_all()[0].argmin())
    index = {
        "const": np.full(play.menu.n_slot, constant),
        "enc": by_state[states],
        "reg": np.concatenate([fitted * 0, _linear(play, seen, fitted, scored)]),
    }
    row = {f"f_{name}": float(own.of(flat)[scored].mean()) for name, flat in index.items()}
    return row | {"f_myopic": float(own.least()[scored].mean())}


def _linear(play: Play, seen: FloatArray, fitted: IntArray, scored: IntArray) -> IntArray:
    """Return the flat actions of `scored` slots that ridge regressions of the `fitted` ones like best.

    A ridge regression is linear in what it fits, so that of F is the sum of those of its parts.
    """
    own = play.costs(SCHEMES[0])
    targets = [own.key, own.delay_weight * own.tasks_s, own.delay_weight * own.block_s]
    flat = np.concatenate([part.reshape(len(part), -1) for part in targets], axis=1)
    middle, level = seen[fitted].mean(axis=0), flat[fitted].mean(axis=0)
    x = seen[fitted] - middle
    slope = np.linalg.solve(x.T @ x + RIDGE * np.eye(x.shape[1]), x.T @ (flat[fitted] - level))
    predicted = level + (seen[scored] - middle) @ slope
    sizes = np.cumsum([part[0].size for part in targets])[:-1]
    key, tasks, block = (
        values.reshape(len(scored), *part.shape[1:])
        for values, part in zip(np.split(predicted, sizes, axis=1), targets, strict=True)
    )
    total = key[:, :, :, None, None] + (tasks[:, :, None] + block[:, None])[:, None]
    return np.asarray(total.reshape(len(scored), -1).argmin(axis=1))
