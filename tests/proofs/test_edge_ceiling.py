"""Why no SNR, no verdict on 71.9 %: the largest drop of an edge's loss, from 1 at low SNR to 0 at high SNR."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from qbench.papers.cloud_edge_qnn.ceiling import largest_drop, last_snr_db, mean_losses

STRENGTH = 0.5**-2.3


@pytest.mark.parametrize("mu", [0.01, 0.1, 1.0])
def test_the_ceiling_falls_from_one_to_zero(mu):
    drops = [largest_drop(10 ** (db / 10), mu, strength=STRENGTH) for db in range(-60, 121, 5)]
    assert all(a > b for a, b in itertools.pairwise(drops))
    assert drops[0] > 0.999
    assert drops[-1] < 0.1
    # 71.9 % lies between: which it is depends on an SNR that the paper does not print.
    assert drops[0] > 0.719 > drops[-1]


def test_high_snr_limit_is_like_one_over_the_logarithm():
    # Phi grows by log2(10) a decade, both rates stay: c log2 rho tends to 2 (E R_mr - E R_random).
    scaled = [largest_drop(10.0**k, 0.1, strength=STRENGTH) * math.log2(10.0**k) for k in (30, 60, 120)]
    assert scaled[0] < scaled[1] < scaled[2]
    # E log2(1 + x/(mu I)) - E log2(1 + u x/(mu I)), x ~ Gamma(2), I ~ Gamma(3), u ~ U(0, 1), each integrated by parts.
    x, wx = gamma_grid(2, 200)
    i, wi = gamma_grid(3, 200)
    q = x[:, None] / (0.1 * i)
    gap = np.log2(1 + q) - ((1 + q) * np.log(1 + q) - q) / (q * math.log(2))
    limit = wx @ gap @ wi
    assert scaled[2] == pytest.approx(2 * limit, rel=0.01)
    assert abs(scaled[2] - 2 * limit) < abs(scaled[0] - 2 * limit) / 3


def gamma_grid(shape, count):
    """Return nodes and weights of the law Gamma(shape): Legendre in the square root, up to 60."""
    s, w = np.polynomial.legendre.leggauss(count)
    s, w = (s + 1) / 2 * math.sqrt(60), w / 2 * math.sqrt(60)
    x = s**2
    return x, w * 2 * s * x ** (shape - 1) * np.exp(-x) / math.factorial(shape - 1)


@pytest.mark.parametrize("snr", [0.1, 1.0, 10.0, 1000.0])
@pytest.mark.parametrize("mu", [0.0, 0.1])
def test_quadrature_by_another_quadrature(snr, mu):
    x, wx = gamma_grid(2, 100)
    i, wi = gamma_grid(3, 100)
    u, wu = np.polynomial.legendre.leggauss(60)
    u, wu = (u + 1) / 2, wu / 2
    p, noise = STRENGTH * x[:, None], snr * mu * STRENGTH * i + 1
    ideal = np.log2(1 + snr * p)
    best = np.square(np.log2(1 + snr * p / noise) - ideal)
    blind = sum(
        w * 3 * t**2 * np.square(np.log2(1 + snr * p * t**3 / noise) - ideal) for t, w in zip(u, wu, strict=True)
    )
    got = mean_losses(snr, mu, strength=STRENGTH)
    assert got[0] == pytest.approx(wx @ best @ wi, rel=1e-4, abs=1e-12)
    assert got[1] == pytest.approx(wx @ blind @ wi, rel=1e-4)


@pytest.mark.parametrize(("mu", "rounded"), [(0.1, -0.4), (0.01, 11.8)])
def test_where_the_printed_fall_ends(mu, rounded):
    snr_db = last_snr_db(0.719, mu, strength=STRENGTH)
    assert round(snr_db, 1) == rounded
    assert largest_drop(10 ** (snr_db / 10), mu, strength=STRENGTH) == pytest.approx(0.719, abs=1e-8)
    with pytest.raises(ValueError, match=r"no SNR from -60 to 200 dB has 0\.001 for its largest fall"):
        last_snr_db(0.001, mu, strength=STRENGTH)


def test_without_interference_maximum_ratio_has_no_loss():
    best, blind = mean_losses(10.0, 0.0, strength=STRENGTH)
    assert best == 0.0
    assert blind > 1.0
    assert largest_drop(10.0, 0.0, strength=STRENGTH) == 1.0


def test_errors():
    for change, words in (
        ({"snr": 0.0}, "snr"),
        ({"interference": 1.5}, "interference"),
        ({"strength": 0.0}, "strength"),
        ({"n_tx": 1}, "n_tx"),
        ({"others": 0}, "others"),
    ):
        arguments = {"snr": 1.0, "interference": 0.1, "strength": 1.0, **change}
        with pytest.raises(ValueError, match=words):
            mean_losses(arguments.pop("snr"), arguments.pop("interference"), **arguments)
