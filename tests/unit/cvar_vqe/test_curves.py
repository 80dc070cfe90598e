"""What is read off a training curve, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from qbench.papers.cvar_vqe.curves import first_at_least, late_steps, time_to_own_range

RISING = np.array([0.0, 5.0, 8.9, 9.0, 9.5, 10.0, 9.0, 9.5])


def test_first_epoch_at_a_level_counts_from_one() -> None:
    assert first_at_least(RISING, 0.0) == 1
    assert first_at_least(RISING, 9.5) == 5
    assert first_at_least(RISING, 10.1) == 9


def test_own_range_runs_from_the_start_to_the_best() -> None:
    assert time_to_own_range(RISING) == 4  # 0 + 0.9 * 10
    assert time_to_own_range(RISING + 100.0) == 4
    assert time_to_own_range(RISING, 1.0) == 6
    dip = np.array([5.0, 0.0, 5.0, 7.0])
    assert time_to_own_range(dip) == 4  # from 5 to 7, not from 0


@pytest.mark.parametrize("curve", [np.full(8, 3.0), -RISING, np.array([1.0, 1.0 + 1e-13, 1.0, 1.0])])
def test_a_curve_that_never_rises_has_no_time_and_no_steps(curve: np.ndarray) -> None:
    assert time_to_own_range(curve) == curve.size + 1
    assert late_steps(curve) == 0.0


def test_late_steps_are_those_of_the_last_quarter() -> None:
    # T = 8: the steps into epochs 7 and 8.
    assert late_steps(RISING) == pytest.approx((1.0 + 0.5) / 2 / 10)
    hundred = np.zeros(100)
    hundred[1:75] = 1.0
    hundred[75:] = 1.0 + np.arange(25) % 2  # epoch 76 is the first of the last quarter
    hundred[74] = 3.0
    assert late_steps(hundred) == pytest.approx((2.0 + 24.0) / 25 / 3.0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: first_at_least([1.0, 2.0], 1.0), "at least 4 epochs"),
        (lambda: time_to_own_range([1.0, 2.0, np.nan, 1.0]), "must be finite"),
        (lambda: time_to_own_range(RISING, 0.0), r"share must lie in \(0, 1\]"),
        (lambda: late_steps(np.zeros((2, 8))), "at least 4 epochs"),
    ],
    ids=["short", "nan", "share", "matrix"],
)
def test_errors(call, message) -> None:
    with pytest.raises(ValueError, match=message):
        call()
