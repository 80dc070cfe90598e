"""Slots and actions for tests, drawn or by hand."""

from __future__ import annotations

import itertools

import numpy as np

from qbench.papers.tn_qdrl.parameters import SMALL
from qbench.papers.tn_qdrl.system import Action, Slot


def draw_slots(*batch, setting=SMALL, seed=0):
    """Slots near those of the paper: tasks of 5 to 15 MB, gains -130 to -90 dB, keys whole numbers."""
    rng, v, e = np.random.default_rng(seed), setting.n_vehicle, setting.n_edge
    return Slot(
        length_km=rng.uniform(2, 20, (*batch, setting.n_node, v + e)),
        power_w=rng.choice([1.0, 5.0, 10.0, 20.0], (*batch, v, e)),
        gain=10 ** rng.uniform(-13, -9, (*batch, v, e)),
        cycles=rng.choice([0.5e9, 1.8e9, 3e9], (*batch, v)),
        size_bits=8e6 * rng.uniform(5, 15, (*batch, v)),
        vehicle_hz=0.5e9 * rng.uniform(0.7, 1, (*batch, v)),
        edge_hz=2.5e9 * rng.uniform(0.7, 1, (*batch, e)),
        keys=rng.integers(500, 1501, (*batch, e)).astype(float),
        time_s=rng.uniform(0, 100, batch),
    )


def at(slot, *index):
    """One slot of a batch."""
    return Slot(**{name: values[index] for name, values in vars(slot).items()})


def every_action(setting=SMALL, efficiencies=(0.8, 0.9, 1.0), shares=(0.9, 0.6)):
    """All joint actions, in the order of itertools.product: efficiencies, choices, miner, share."""
    parts = [efficiencies] * setting.n_node + [range(setting.n_edge + 1)] * setting.n_vehicle
    rows = list(itertools.product(*parts, range(1, setting.n_edge + 1), shares))
    q, v = setting.n_node, setting.n_vehicle
    return Action(
        efficiency=np.array([row[:q] for row in rows]),
        choice=np.array([row[q : q + v] for row in rows]),
        miner=np.array([row[q + v] for row in rows]),
        band_share=np.array([row[-1] for row in rows]),
    )


def one_action(action, index):
    """One action of a batch."""
    return Action(**{name: values[index] for name, values in vars(action).items()})
