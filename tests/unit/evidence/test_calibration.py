"""How often the rule errs and decides, as the docs say: 4.4 % at the edge for normal units, power 0.86 and 0.94."""

import numpy as np
import pytest

from qbench.evidence import calibration
from qbench.evidence.calibration import LAWS, SEED, Law, false_verdicts, power, verdict_shares
from tests.synthetic import band


@pytest.fixture(autouse=True)
def fewer(monkeypatch):
    # A share of 5 % measured 10 000 times has a standard error of 0.2 percentage points; the seed is fixed.
    monkeypatch.setattr(calibration, "REPETITIONS", 10_000)


@pytest.mark.parametrize(
    ("law", "share"), [("normal", 0.044), ("uniform", 0.050), ("gamma(4)", 0.084), ("exponential", 0.15)]
)
def test_false_verdicts_at_the_edge(law, share):
    assert false_verdicts(LAWS[law], np.random.default_rng(SEED)) == pytest.approx(share, abs=0.012)


def test_power_for_normal_units():
    rng = np.random.default_rng(SEED)
    assert power(LAWS["normal"], 3.0, rng) == pytest.approx(0.86, abs=0.015)
    assert power(LAWS["normal"], 3.5, rng) == pytest.approx(0.94, abs=0.015)


@pytest.mark.parametrize("name", list(LAWS))
def test_laws_have_the_moments_they_claim(name):
    law = LAWS[name]
    x = law.draw(np.random.default_rng(0), (400, 500))
    assert x.mean() == pytest.approx(law.mean, abs=4.0 * law.sd / np.sqrt(x.size))
    assert x.std() == pytest.approx(law.sd, rel=0.03)


def test_a_sample_without_spread_waits_for_twenty_units():
    flat = Law(lambda rng, shape: np.ones(shape), 1.0, 1.0)
    assert verdict_shares(flat, band(0.0), np.random.default_rng(0), "fast")["reproduced"] == 0.0
    assert verdict_shares(flat, band(0.0), np.random.default_rng(0), "standard")["reproduced"] == 1.0
