"""The closed-form rates of hqcnn against the signals themselves: channels, pilots, estimates, symbols, fixed draws.

What a user receives is simulated, and its effective SINR taken as a receiver without channel knowledge would:
abs(E r q*)^2 against what is left of E abs(r)^2. Estimates must lie within FOUR of their own standard errors, which are
1 to 2 % of the values for two antennas: contamination left out, or a factor of L, is further off (last test).

QBENCH_DRAWS=200000 pytest tests/oracles/test_hqcnn_signals.py takes that many draws instead of 20,000.
"""

from __future__ import annotations

import functools
import math
import os

import numpy as np
import pytest

from qbench.papers.hqcnn.rates import Link, gamma, power_control, received, sinr
from qbench.radio import complex_gaussian

DRAWS = int(os.environ.get("QBENCH_DRAWS", "20000"))
BLOCK = 10_000
FOUR = 4.0
BETA = np.array([[3.0, 0.4, 1.0, 0.2], [0.5, 2.0, 0.1, 1.5], [1.2, 0.9, 2.5, 0.3], [0.1, 0.6, 0.7, 4.0], [1, 1, 1, 1]])
PILOTS = np.array([0, 0, 1, 0])
MODES = pytest.mark.parametrize("mode", ["equal", "per_user"])


def link(mode, antennas=2):
    return Link(n_pilot=2, n_antenna=antennas, pilot_snr=1.5, downlink_snr=4.0, bandwidth_hz=1.0, mode=mode)


@functools.cache
def signals(mode, antennas=2):
    """Return r_k q_j* (draws, K, K), |r_k|^2 (draws, K), |ghat|^2 (draws, M, K, L) and ||x||^2 (draws, M)."""
    rng = np.random.default_rng(20_260_304)
    here = link(mode, antennas)
    m, k = BETA.shape
    # Two orthonormal pilots that are not unit vectors: their products must come out by themselves.
    phi = np.array([[0.6, 0.8j], [0.8j, 0.6]])
    sequence = phi[:, PILOTS]
    eta = power_control(gamma(BETA, PILOTS, here), here)
    t = here.training
    out = []
    for _ in range(0, DRAWS, BLOCK):
        g = np.sqrt(BETA)[:, :, None] * complex_gaussian(rng, (BLOCK, m, k, antennas))
        w = complex_gaussian(rng, (BLOCK, m, antennas, 2))
        y = math.sqrt(t) * np.einsum("dmkl,sk->dmls", g, np.conj(sequence)) + w
        heard = np.einsum("dmls,sk->dmkl", y, sequence)
        load = np.einsum("mj,jk->mk", BETA, PILOTS[:, None] == PILOTS)
        known = (math.sqrt(t) * BETA / (t * load + 1))[:, :, None] * heard
        q = np.exp(0.5j * np.pi * rng.integers(4, size=(BLOCK, k)))
        x = math.sqrt(here.downlink_snr) * np.einsum("mj,dmjl,dj->dml", np.sqrt(eta), np.conj(known), q)
        r = np.einsum("dmkl,dml->dk", g, x) + complex_gaussian(rng, (BLOCK, k))
        products = r[:, :, None] * np.conj(q)[:, None, :]
        out.append((products, np.abs(r) ** 2, np.abs(known) ** 2, np.sum(np.abs(x) ** 2, axis=-1)))
    return tuple(np.concatenate(parts) for parts in zip(*out, strict=True))


def errors_apart(values, expected):
    """Return how many standard errors of their own the means of `values` (draws, ...) lie from `expected`."""
    return np.abs(values.mean(axis=0) - expected) / (values.std(axis=0) / math.sqrt(len(values)))


def effective(mode, antennas=2):
    """Return the effective SINR of every user, and its standard error by the delta method."""
    products, power, _, _ = signals(mode, antennas)
    own = np.diagonal(products, axis1=1, axis2=2).real
    mu, total = own.mean(axis=0), power.mean(axis=0)
    rest = total - mu**2
    slope = 2 * mu * total / rest**2 * (own - mu) - mu**2 / rest**2 * (power - total)
    return mu**2 / rest, slope.std(axis=0) / math.sqrt(len(own))


@MODES
@pytest.mark.parametrize("antennas", [1, 2])
def test_effective_sinr(mode, antennas):
    value, error = effective(mode, antennas)
    assert (error < 0.05 * value).all()  # sharp enough to say something
    assert (np.abs(value - sinr(BETA, PILOTS, link(mode, antennas))) < FOUR * error).all()


@MODES
def test_second_moment_of_the_estimate(mode):
    _, _, known, sent = signals(mode)
    assert (errors_apart(known, gamma(BETA, PILOTS, link(mode))[:, :, None]) < FOUR).all()
    assert (errors_apart(sent, link(mode).downlink_snr) < FOUR).all()


@MODES
def test_amplitudes_from_beam_to_user(mode):
    """The means are real: roots of S_k for the own symbol, of the terms of I_k within a pilot, 0 for others."""
    products = signals(mode)[0]
    parts = received(BETA, PILOTS, link(mode))
    assert (errors_apart(products.imag, 0.0) < FOUR).all()
    own = np.diagonal(products, axis1=1, axis2=2).real
    assert (errors_apart(own, np.sqrt(parts.signal)) < FOUR).all()
    apart = PILOTS[:, None] != PILOTS
    assert (errors_apart(products.real, 0.0)[apart] < FOUR).all()
    together = ~apart & ~np.eye(4, dtype=bool)
    # The sum of the squares of four means is no longer unbiased, but off by no more than the square of an error.
    means = np.where(together, products.real.mean(axis=0) ** 2, 0.0).sum(axis=1)
    error = 2 * np.where(together, np.abs(products.real.mean(axis=0)) * products.real.std(axis=0), 0.0).sum(axis=1)
    assert (np.abs(means - parts.contamination) <= FOUR * error / math.sqrt(len(products)) + 1e-12).all()


@MODES
def test_what_this_would_notice(mode):
    value, error = effective(mode)
    p = received(BETA, PILOTS, link(mode))
    shared = PILOTS == 0
    without = p.signal / (p.noncoherent + 1)
    assert (np.abs(value - without)[shared] > 5 * FOUR * error[shared]).all()
    one_antenna_less = p.signal / (p.contamination + p.noncoherent / 2 + 1)
    assert (np.abs(value - one_antenna_less) > 2 * FOUR * error).all()
