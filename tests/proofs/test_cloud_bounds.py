"""The exact studies of the normalised loss, against plain loops, midpoint sums and their closed form."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from qbench.papers.cloud_qnn.bounds import (
    INTERFERENCE,
    STRENGTH,
    arcs,
    expected_square,
    expected_square_formula,
    gradient_bound,
    gradient_bound_witness,
    gradient_floor,
    normalised_losses,
    normalised_range,
    normalised_range_witness,
    symmetric_instance,
)
from qbench.papers.cloud_qnn.certificates import lower_bound
from qbench.papers.cloud_qnn.encoding import neuron_angles
from qbench.papers.cloud_qnn.networks import CloudNetwork
from qbench.papers.cloud_qnn.system import Parameters
from qbench.papers.cloud_qnn.training import surrogate_gradient
from tests.oracles.cloud_qnn_training_reference import Trainer, cloud_state, loss


def test_the_instance_is_what_it_says() -> None:
    channels = symmetric_instance()
    assert neuron_angles(channels.h_hat) == pytest.approx(np.full((1, 4), math.pi / 2), abs=1e-14)
    assert np.sum(np.abs(channels.h) ** 2, axis=-1) == pytest.approx(np.full((1, 4, 3), STRENGTH), rel=1e-14)
    p = Parameters()
    assert pytest.approx(p.n_tx * p.mean_distance**-p.kappa) == STRENGTH


def test_losses_by_loops_and_by_formula() -> None:
    channels, rho = symmetric_instance(), 10.0
    h = channels.h[0].tolist()
    found = normalised_losses(rho)
    phi = 4 * math.log2(1 + 1.5 * STRENGTH * rho)
    lowest = math.log2(1 + STRENGTH * rho / (3 * INTERFERENCE * STRENGTH * rho + 1))
    for row, a in enumerate(itertools.product(range(3), repeat=4)):
        assert found[row] == pytest.approx(loss(list(a), h, h, rho, INTERFERENCE, -10.0, True, "gram"), rel=1e-11)
        value = (1 - lowest / phi) ** 2 if len(set(a)) == 3 else (1 + 10 / phi) ** 2
        assert found[row] == pytest.approx(value, rel=1e-11)


def test_arcs_cover_the_circle_and_end_at_thresholds() -> None:
    assert sum(share for _, share in arcs()) == pytest.approx(1.0, abs=1e-15)
    for middle, share in arcs():
        for t in (middle - math.pi * share, middle + math.pi * share):
            assert min(abs(abs(math.cos(t)) - 1 / 3), abs(abs(math.sin(t)) - 1 / 3)) < 1e-14


@pytest.mark.parametrize("rho", [0.1, 1.0, 10.0, 1000.0])
def test_enumeration_is_the_closed_form(rho) -> None:
    assert expected_square(rho) == pytest.approx(expected_square_formula(rho), rel=1e-12)


def test_random_angles_agree() -> None:
    """Independent of arcs: all eight angles drawn, with one seed, within six standard errors."""
    rng = np.random.default_rng(11)
    n = 40_000
    theta = rng.uniform(0, 2 * math.pi, (n, 2, 4))
    phi = np.broadcast_to(neuron_angles(symmetric_instance().h_hat), (n, 4))
    losses = np.broadcast_to(normalised_losses(0.1), (n, 81))
    g = surrogate_gradient(CloudNetwork(), theta, phi, losses, 3)
    assert not g[:, 0].any()
    assert not g[:, 1, 0].any()
    squares = np.square(g).sum(axis=(1, 2))
    assert abs(squares.mean() - expected_square(0.1)) < 6 * squares.std() / math.sqrt(n)


def test_its_gradient_is_that_of_the_circuit() -> None:
    h = symmetric_instance().h[0].tolist()
    slow = Trainer(cloud_state, 3, 0.1, INTERFERENCE, normalised=True)
    theta = np.random.default_rng(2).uniform(0, 6, (3, 2, 4))
    phi = np.broadcast_to(neuron_angles(symmetric_instance().h_hat), (3, 4))
    found = surrogate_gradient(CloudNetwork(), theta, phi, np.broadcast_to(normalised_losses(0.1), (3, 81)), 3)
    for k in range(3):
        np.testing.assert_allclose(found[k], slow.gradient(theta[k].tolist(), (h, h)), atol=1e-10)


def test_bound_and_range_are_counted() -> None:
    columns = gradient_bound({"snr_db": [-10.0, 0.0, 30.0]}, None, range(1))
    assert {name: values.shape for name, values in columns.items()} == dict.fromkeys(columns, (1,))
    norms = [float(columns[f"norm_{i}"][0]) for i in range(3)]
    assert norms == [expected_square(x) for x in (10**-1.0, 1.0, 10**3.0)]
    assert columns["violations"] == sum(x > 8 for x in norms)
    assert columns["bound"] == 8
    assert f"{max(norms):.4g} > 8" in gradient_bound_witness(columns)
    columns = gradient_floor({"snr_db": [-10.0, 30.0], "steps": 4}, None, range(1))
    assert [columns[f"floor_{i}"][0] for i in range(2)] == [norms[0], norms[2]]
    assert columns["violations_surrogate"] == sum(x < 0.25 for x in (norms[0], norms[2]))
    assert columns["violations_exact"] == 2
    assert columns["violations"] == lower_bound({"steps": 4}, None, range(1))["violations"]
    columns = normalised_range({"snr_db": 10.0}, None, range(1))
    infeasible = sum(len(set(a)) < 3 for a in itertools.product(range(3), repeat=4))
    assert columns["violations"] == infeasible == 45
    assert columns["violations_zero"] == 0
    assert columns["largest_zero"] == 1
    assert "45 of the 81" in normalised_range_witness(columns)
