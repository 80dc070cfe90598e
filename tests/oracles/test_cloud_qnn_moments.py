"""Moments of the drawn channels against their closed forms, by fixed draws: tolerances are five standard errors."""

from __future__ import annotations

import math

import numpy as np
import pytest

from qbench.papers.cloud_qnn.system import Parameters, draw_channels, draw_distances
from qbench.radio import beam_gain, isotropic_beam, maximum_ratio, unit_beam

D = 0.5**-2.3
BATCH = 20_000  # times twelve links


def draw(**options):
    return draw_channels(np.random.default_rng(2022), BATCH, Parameters(**options))


def assert_mean(values, expected):
    error = np.std(values) / math.sqrt(np.size(values))
    assert np.mean(values) == pytest.approx(expected, abs=5 * error)


def test_entries_are_circular_with_the_variance_of_the_path_loss():
    h = draw().h.reshape(-1, 2)
    for entry in h.T:
        assert_mean(np.abs(entry) ** 2, D)
        assert_mean(np.abs(entry) ** 4, 2 * D**2)
        for moment in (entry, entry**2, h[:, 0] * np.conj(h[:, 1])):
            assert_mean(moment.real, 0.0)
            assert_mean(moment.imag, 0.0)


@pytest.mark.parametrize("csi_var", [0.01, 1.0, 20.0])
def test_gains_of_the_matched_beam_under_imperfect_knowledge(csi_var):
    channels = draw(csi_var=csi_var)
    v = maximum_ratio(channels.h_hat)
    assert_mean(np.abs(channels.h_hat - channels.h) ** 2, csi_var)
    assert_mean(beam_gain(channels.h_hat, v), 2 * (D + csi_var))
    assert_mean(beam_gain(channels.h, v), D * (2 * D + csi_var) / (D + csi_var))


def test_the_beam_without_conjugate():
    h = draw().h
    assert_mean(beam_gain(h, unit_beam(h)), 4 / 3 * D)


@pytest.mark.parametrize("n_path", [1, 3, 4])
def test_paths_rescale_the_printed_model(n_path):
    # E|A_j|^2 = 1 + (P - 1) m^2, m = E exp(-i 2 pi phi/2) = sin(pi^2/2)/(pi^2/2), for two antennas and printed angles.
    m = math.sin(math.pi**2 / 2) / (math.pi**2 / 2)
    assert m == pytest.approx(-0.1977, abs=5e-5)
    assert m**2 == pytest.approx(0.0391, abs=5e-5)
    h = draw(n_path=n_path).h
    assert_mean(np.abs(h) ** 2, D * (1 + (n_path - 1) * m**2))


@pytest.mark.parametrize("n_path", [1, 3])
def test_gains_by_path_keep_the_variance(n_path):
    h = draw(n_path=n_path, gain_index="path").h
    assert_mean(np.abs(h) ** 2, D)
    # E h_1 conj(h_2) = D E exp(i 2 pi phi): the sinc at offset 1.
    both = h[..., 0] * np.conj(h[..., 1])
    assert_mean(both.real, D * math.sin(math.pi**2) / math.pi**2)
    assert_mean(both.imag, 0.0)


@pytest.mark.parametrize("n_tx", [2, 3])
def test_a_beam_blind_to_the_channel_has_the_gain_of_a_random_one(n_tx):
    # |h^T v|^2/||h||^2 ~ Beta(1, J - 1): moments 1/J and 2/(J (J + 1)).
    h = draw(n_tx=n_tx).h
    fixed = np.zeros(n_tx)
    fixed[0] = 1.0
    for v in (isotropic_beam(np.random.default_rng(5), h.shape), fixed):
        share = beam_gain(h, v) / beam_gain(h, maximum_ratio(h))
        assert_mean(share, 1 / n_tx)
        assert_mean(share**2, 2 / (n_tx * (n_tx + 1)))


@pytest.mark.parametrize("mean", [0.1, 0.5])
def test_folded_distances(mean):
    d = draw_distances(np.random.default_rng(3), BATCH, Parameters(distance="normal", mean_distance=mean))
    # E max(|d|, f) by quadrature of the normal law.
    sigma = math.sqrt(0.1)
    x = np.linspace(mean - 9 * sigma, mean + 9 * sigma, 400_001)
    density = np.exp(-((x - mean) ** 2) / 0.2) / (sigma * math.sqrt(2 * math.pi))
    assert_mean(d, np.sum(np.maximum(np.abs(x), 0.05) * density) * (x[1] - x[0]))
