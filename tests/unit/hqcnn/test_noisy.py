"""The study of noise: columns from the noisy circuit and the extrapolation, each by another way."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from qbench.evidence.streams import Streams
from qbench.papers.hqcnn.depolarising import Depolarising
from qbench.papers.hqcnn.draws import draw_set, link
from qbench.papers.hqcnn.noise import mitigated_expectation, noisy_expectation
from qbench.papers.hqcnn.noisy import METHODS, NOISES, noisy
from qbench.papers.hqcnn.rates import user_rates
from qbench.papers.hqcnn.rules import circuit_values
from qbench.papers.hqcnn.trained import taught, trained
from qbench.papers.hqcnn.tuning import DEFAULTS

STREAMS = Streams("test")
TINY = {
    **DEFAULTS,
    "test": 6,
    "validation": 5,
    "training": 40,
    "row": "4-5-2",
    "model": "ours",
    "n_qubits": 4,
    "loss": "lin",
    "epochs": 4,
    "patience": None,
}


@pytest.fixture(scope="module")
def columns():
    return noisy(TINY, STREAMS, range(2, 4))


@pytest.fixture(scope="module")
def group():
    return next(taught(TINY, STREAMS, [2, 3]))


def rates(group, z):
    """Return the sum rates (2, 6), Mbps, of features (2, 6, 4), network by network."""
    logits = group.network.of_features(torch.from_numpy(z).float()).detach().numpy()
    found = np.zeros((2, 6))
    for s, unit in enumerate((2, 3)):
        for b, beta in enumerate(draw_set(TINY, STREAMS, unit, "test").beta):
            found[s, b] = user_rates(beta, logits[s, b].argmax(axis=-1), link(TINY)).sum() / 1e6
    return found


def features(group):
    """Return h (2, 6, 4), theta (2, 15) and <Z> without noise by the state-vector engine."""
    half = group.network.angles(group.lessons.x["test"]).detach().double().numpy()
    theta = group.network.theta.detach().double().numpy()
    clean = [[circuit_values(group.network.layout, h, theta[s : s + 1])[0] for h in half[s]] for s in range(2)]
    return half, theta, np.array(clean)


def test_without_noise_it_is_the_trained_network(columns, group) -> None:
    _, _, clean = features(group)
    assert columns["rate"] == pytest.approx(rates(group, clean).mean(axis=1), rel=1e-9)
    assert columns["rate"] == pytest.approx(trained(TINY, STREAMS, range(2, 4))["rate"], rel=1e-9)


@pytest.mark.parametrize("name", NOISES)
def test_noise_and_extrapolation(columns, group, name) -> None:
    half, theta, clean = features(group)
    z = noisy_expectation(group.network.layout, half, theta, NOISES[name])
    better = mitigated_expectation(group.network.layout, half, theta, NOISES[name])
    for column, values in (("noisy", z), ("mitigated", better)):
        want = rates(group, values).mean(axis=1)
        assert columns[column + name] == pytest.approx(want, rel=1e-9)
        assert columns[f"ln_{column}{name}"] == pytest.approx(np.log(want), rel=1e-9)
    assert columns[f"error{name}"] == pytest.approx(np.abs(z - clean).mean(axis=(1, 2)), rel=1e-7)
    assert columns[f"error_zne{name}"] == pytest.approx(np.abs(better - clean).mean(axis=(1, 2)), rel=1e-6)
    assert (columns[f"error{name}"] > 0).all()


@pytest.mark.parametrize("name", METHODS)
def test_other_extrapolations(columns, group, name) -> None:
    half, theta, clean = features(group)
    scales, model, scaling = METHODS[name]
    noise = Depolarising(p=0.1, scaling=scaling)
    better = mitigated_expectation(group.network.layout, half, theta, noise, scales, model)
    assert columns[f"error_zne{name}"] == pytest.approx(np.abs(better - clean).mean(axis=(1, 2)), rel=1e-6)
    assert columns[f"error_zne{name}"] != pytest.approx(columns["error_zne"], rel=1e-6)


def test_extrapolation_of_the_rate_is_by_hand(columns, group) -> None:
    half, theta, clean = features(group)
    at = [
        rates(group, noisy_expectation(group.network.layout, half, theta, Depolarising(p=0.1, scale=s)))
        for s in (1.0, 2.0, 3.0)
    ]
    total = rates(group, clean)
    assert columns["error_on_rate"] == pytest.approx(np.abs(at[0] - total).mean(axis=1), rel=1e-6, abs=1e-9)
    by_hand = 3.0 * at[0] - 3.0 * at[1] + at[2]
    assert columns["error_zne_on_rate"] == pytest.approx(np.abs(by_hand - total).mean(axis=1), rel=1e-6, abs=1e-9)


def test_training_under_noise_is_another_network(columns) -> None:
    other = noisy({**TINY, "train_p": 0.1}, STREAMS, range(2, 4))
    assert other["error"] != pytest.approx(columns["error"], rel=1e-3)
    assert all(math.isfinite(v) for values in other.values() for v in values)


def test_a_network_without_a_circuit_is_refused() -> None:
    with pytest.raises(TypeError, match="noise acts on a circuit"):
        noisy({**TINY, "model": "mlp"}, STREAMS, range(1))
