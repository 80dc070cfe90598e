"""Studies that run once, and the moments of drawn signals."""

from __future__ import annotations

import numpy as np
import pytest

from qbench.assignment import Budget, Enumeration
from qbench.evidence.streams import Streams
from qbench.papers.hqcnn.draws import LINK, PHYSICS, draw_set, link
from qbench.papers.hqcnn.enumeration import enumeration, enumeration_witness
from qbench.papers.hqcnn.estimates import constant, gamma_of, printed_estimate, printed_estimate_witness
from qbench.papers.hqcnn.moments import drawn_rates, moments
from qbench.papers.hqcnn.printed import largest_witness, last_witness, learned_witness, printed
from qbench.papers.hqcnn.problem import PilotAssignment
from qbench.papers.hqcnn.rates import Link, gamma, user_rates

STREAMS = Streams("test")
ENUMERATION = {**PHYSICS, **LINK, "row": "4-6-3", "test": 5, "networks": 2, "larger": "4-5-2"}
MOMENTS = {"systems": 2, "draws": 4000, "mode": "equal", "n_antenna": 2}
ESTIMATE = {"pilots": 3, "gains_db": [-120.0, -90.0], "example_db": -90.0, "draws": 20_000}


def test_enumeration_lists_counts_and_finds() -> None:
    columns = enumeration(ENUMERATION, STREAMS, range(1))
    assert columns["partitions"] == [122]
    assert columns["larger"] == [2**4]
    assert columns["returned"] == [2]
    beta = draw_set(ENUMERATION, STREAMS, 0, "test").beta[:2]
    problem = PilotAssignment(beta, link(ENUMERATION))
    best = Enumeration().solve(problem, Budget(), np.random.default_rng(0))
    assert [columns[f"best_{b}"][0] for b in range(2)] == pytest.approx((best.value / 1e6).tolist(), rel=1e-12, abs=0)
    turns = problem.value(np.tile([0, 1, 2, 0, 1, 2], (2, 1, 1)))[:, 0] / 1e6
    assert [columns[f"turns_{b}"][0] for b in range(2)] == pytest.approx(turns.tolist(), rel=1e-12, abs=0)
    words = enumeration_witness(columns)
    assert words.startswith("among 122 partitions the best of 2 test networks was found: ")
    assert f"{columns['best_1'][0]:.2f} Mbps" in words


@pytest.mark.parametrize("mode", ["equal", "per_user"])
def test_drawn_rates_agree_with_the_closed_form(mode) -> None:
    """Four standard errors of 40,000 draws, by the spread of twenty runs of 2000."""
    here = Link(n_pilot=2, n_antenna=2, pilot_snr=1.5, downlink_snr=4.0, bandwidth_hz=1.0, mode=mode)
    beta, pilots = np.array([[3.0, 0.4, 1.0], [0.5, 2.0, 0.1], [1.2, 0.9, 2.5], [0.1, 0.6, 0.7]]), np.array([0, 0, 1])
    runs = np.array([drawn_rates(np.random.default_rng(i), beta, pilots, here, 2000) for i in range(20)])
    error = runs.std(axis=0, ddof=1) / np.sqrt(20)
    exact = user_rates(beta, pilots, here)
    assert (np.abs(runs.mean(axis=0) - exact) < 4 * error).all()
    assert (4 * error < 0.05 * exact).all()
    # Users of one pilot who were given two would be far off.
    apart = user_rates(beta, np.array([0, 1, 1]), here)
    assert (np.abs(runs.mean(axis=0) - apart) > 4 * error).any()


def test_moments_are_means_of_systems() -> None:
    together = moments(MOMENTS, STREAMS, range(3))
    assert set(together) == {"drawn", "formula", "low", "high"}
    alone = moments(MOMENTS, STREAMS, range(2, 3))
    for name, values in together.items():
        assert alone[name].tobytes() == values[2:].tobytes()
    assert (together["low"] <= together["drawn"] / together["formula"]).all()
    assert (together["drawn"] / together["formula"] <= together["high"]).all()
    assert np.abs(together["drawn"] / together["formula"] - 1).max() < 0.1
    assert (together["formula"] != moments({**MOMENTS, "mode": "per_user"}, STREAMS, range(3))["formula"]).all()
    with pytest.raises(ValueError, match="draws must be a whole number of at least 2, got 1"):
        moments({**MOMENTS, "draws": 1}, STREAMS, range(1))


def test_gains_and_snrs_stay_in_their_ranges() -> None:
    from qbench.papers.hqcnn.moments import _log_uniform

    drawn = _log_uniform(np.random.default_rng(0), (20_000,), (1e-3, 1e3))
    assert drawn.min() > 1e-3
    assert drawn.max() < 1e3
    # A share of 1/2 below 1, within four standard errors.
    assert abs(np.mean(drawn < 1.0) - 0.5) < 4 * np.sqrt(0.25 / 20_000)


def test_the_printed_estimate_breaks_its_bound() -> None:
    columns = printed_estimate(ESTIMATE, STREAMS, range(1))
    t = 3 * Link().pilot_snr
    assert columns["beta"] == pytest.approx(1e-9, rel=1e-12)
    assert columns["printed"] == pytest.approx(3.156e-5, rel=1e-3)
    assert columns["corrected"] == pytest.approx(9.979e-10, rel=1e-3)
    assert (columns["violations"], columns["tried"]) == (2, 2)
    # What the moment of the estimate really is with the printed c: tau rho beta/(tau rho beta + 1), whatever beta.
    assert columns["second"] == pytest.approx(t * 1e-9 / (t * 1e-9 + 1), rel=1e-12)
    # The mean of 20,000 exponentials has a relative error of 0.7 %.
    assert columns["sampled"] == pytest.approx(columns["second"], rel=0.03)
    assert columns["sampled_corrected"] == pytest.approx(columns["corrected"], rel=0.03)
    words = printed_estimate_witness(columns)
    assert "beta = 1e-09 gives gamma = 3.156e-05" in words
    assert "9.979e-10" in words


def test_the_printed_estimate_is_that_of_the_rates() -> None:
    beta, t = np.array([1e-12, 1e-9]), 3 * Link().pilot_snr
    for printed_c, mode in ((False, "equal"), (True, "printed_c")):
        alone = gamma(beta.reshape(2, 1, 1), np.zeros((2, 1), dtype=np.int64), Link(mode=mode)).ravel()
        assert gamma_of(beta, t, printed=printed_c) == pytest.approx(alone, rel=1e-12, abs=0)
    # Too little energy to train with: then even the printed gamma stays below its gain.
    assert gamma_of(np.array([4.0]), 0.1, printed=True)[0] < 4.0
    assert constant(np.array([4.0]), 0.1, printed=True)[0] == pytest.approx(np.sqrt(0.4) / 1.4)


TABLE = {
    "a": {"random": 5.0, "greedy": 8.0, "mpa": 9.0, "lpa": 4.0, "mlp": 8.0, "light": 9.0, "heavy": 9.5, "ours": 10.0},
    "b": {"random": 2.0, "greedy": 16.0, "mpa": 18.0, "lpa": 10.0, "mlp": 12.0, "light": 16, "heavy": 19, "ours": 20},
    "c": {"random": 1.0, "greedy": 4.0, "mpa": 3.0, "lpa": 3.5, "mlp": 2.0, "light": 3.0, "heavy": 3.5, "ours": 4.0},
}
PRINTED = {"table": TABLE, "small": ["a"], "medium": ["b", "c"], "first": "a", "last": "c"}


def test_text_against_table() -> None:
    columns = {name: values.item() for name, values in printed(PRINTED, STREAMS, range(1)).items()}
    expected = {
        "mean_mlp": (0.2 + 0.4 + 0.5) / 3,
        "small_light": 0.1,
        "medium_heavy": (0.05 + 0.125) / 2,
        "first_mpa": 0.1,
        "first_mpa_gain": 1 / 9,
        "last_greedy": 0.0,
        "last_lpa": 0.125,
        "last_lpa_gain": 1 / 7,
        "last_mpa_gain": 1 / 3,
        "largest": 0.5,
        "largest_gain": 1.0,
        "largest_all": 0.9,
        "largest_all_gain": 9.0,
    }
    assert {name: columns[name] for name in expected} == pytest.approx(expected, rel=1e-12)


def test_witnesses_say_the_numbers() -> None:
    columns = printed(PRINTED, STREAMS, range(1))
    assert "heavy 7.5%, light 18.3%, mlp 36.7%" in learned_witness(columns)
    assert "100.0%" in largest_witness(columns)
    assert "as a loss 50.0%" in largest_witness(columns)
    assert "Greedy is 0.0% behind and Master-AP 25.0%" in last_witness(columns)
