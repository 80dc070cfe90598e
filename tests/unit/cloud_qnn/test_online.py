"""A training as a search of one channel: lowest losses and counts by hand, random search, the study's columns."""

from __future__ import annotations

import numpy as np
import pytest

from qbench.evidence.streams import Streams
from qbench.papers.cloud_qnn.draws import PHYSICS, SIZE, draw_angles
from qbench.papers.cloud_qnn.networks import CloudNetwork
from qbench.papers.cloud_qnn.online import Watched, best_so_far, online, random_so_far
from qbench.papers.cloud_qnn.rules import descend
from qbench.papers.cloud_qnn.setting import Setting
from qbench.papers.cloud_qnn.studies import SETTING, lessons, setting
from qbench.papers.cloud_qnn.tables import Lessons, decoded_number
from qbench.papers.cloud_qnn.training import surrogate_gradient, train

PARAMS = {**PHYSICS, **SIZE, **SETTING, "seeds": 3, "data": "one", "epochs": 4, "samples": 2, "rate": 0.002}
STREAMS = Streams("test")


def material(params=PARAMS, unit=0):
    s = setting(params)
    return s, draw_angles(params, STREAMS, unit, s), Lessons.joined(lessons(params, STREAMS, unit, "training", 1))


def test_lowest_losses_by_a_loop_of_one_seed() -> None:
    s, theta, given = material()
    result, best, looks = best_so_far(s, theta, given)
    assert looks.tolist() == [1, 33, 65, 97, 129]
    circuit, improved = CloudNetwork(), 0
    for k in range(3):
        angles, phi, losses = theta[k : k + 1], given.phi[k : k + 1, 0], given.losses[k, 0]
        lowest = [float(losses[decoded_number(circuit.outputs(angles, phi[:, None]), 3)[0, 0]])]
        for episode in range(4):
            here = lowest[-1]
            for _ in range(2):
                here = min(here, losses[decoded_number(circuit.shifted(angles, phi), 3)].min())
                g = surrogate_gradient(circuit, angles, phi, losses[None], 3)
                angles = descend(angles, g, 0.002, episode)
            lowest.append(float(here))
        assert best[k].tolist() == lowest
        improved += lowest[-1] < lowest[0]
    assert improved
    plain = train(s, theta, given)
    assert result.theta.tolist() == plain.theta.tolist()
    assert result.curve.tolist() == plain.curve.tolist()


def test_rotosolve_looks_at_more() -> None:
    s, theta, given = material({**PARAMS, "optimiser": "rotosolve"})
    assert best_so_far(s, theta, given)[2].tolist() == [1, 49, 97, 145, 193]


def test_random_search_by_hand() -> None:
    losses = np.random.default_rng(0).random(81)
    drawn = losses[np.random.default_rng(7).integers(81, size=30)]
    found = random_so_far(np.random.default_rng(7), losses, np.array([1, 4, 4, 30]))
    assert found.tolist() == [drawn[0], drawn[:4].min(), drawn[:4].min(), drawn.min()]
    assert found[0] > found[-1]
    for looks in ([0, 3], [-1]):
        with pytest.raises(ValueError, match="of looks must be a whole number of at least 1"):
            random_so_far(np.random.default_rng(7), losses, np.array(looks))


def test_columns() -> None:
    columns = online(PARAMS, STREAMS, range(1, 2))
    s, theta, given = material(unit=1)
    result, best, _ = best_so_far(s, theta, given)
    for e in range(5):
        assert columns[f"loss_{e:03d}"] == pytest.approx([result.curve[:, e].mean()], rel=1e-13)
        assert columns[f"best_{e:03d}"] == pytest.approx([best[:, e].mean()], rel=1e-13)
    assert columns["optimum"] == pytest.approx([given.losses.min(axis=-1).mean()], rel=1e-13)
    assert len(columns) == 16
    for name in ("best", "random"):
        values = [columns[f"{name}_{e:03d}"][0] for e in range(5)]
        assert values == sorted(values, reverse=True)
        assert values[-1] >= columns["optimum"][0]
        assert values[-1] < values[0]


def test_random_search_finds_the_optimum_in_the_end() -> None:
    """1,600 draws of 81 miss one assignment in two billion."""
    columns = online({**PARAMS, "samples": 100, "epochs": 1}, STREAMS, range(1))
    assert columns["random_001"] == columns["optimum"]
    assert columns["random_000"] > columns["optimum"]


def test_units_are_independent_of_the_block() -> None:
    together = online(PARAMS, STREAMS, range(3))
    assert len(set(together["random_001"].tolist())) == 3
    for unit in range(3):
        alone = online(PARAMS, STREAMS, range(unit, unit + 1))
        for name, values in together.items():
            assert values[unit] == alone[name][0], name


def test_more_than_one_channel_is_no_search() -> None:
    _, theta, given = material()
    with pytest.raises(ValueError, match="only a training on one channel is a search of it, got data 'fixed100'"):
        best_so_far(Setting(), theta, given)
    two = Lessons(np.repeat(given.phi, 2, axis=1), np.repeat(given.losses, 2, axis=1), 3)
    with pytest.raises(ValueError, match="one channel a seed can be searched, got 2"):
        Watched(two)
    with pytest.raises(ValueError, match="got data 'regenerated'"):
        online({**PARAMS, "data": "regenerated"}, STREAMS, range(1))
