"""The two lines of Eq. (16) as printed, against the CVaR that splits the boundary atom."""

import numpy as np
import pytest

from qbench.papers.cvar_vqe.objective import conditional_mean_below_quantile, integral_up_to_quantile
from qbench.quantum.cvar import cvar

ENERGIES, MASSES = [-2.0, -1.0], [0.6, 0.4]


def test_three_readings_of_one_law():
    assert conditional_mean_below_quantile(ENERGIES, MASSES, 0.8) == pytest.approx(-1.60, abs=1e-15)
    assert integral_up_to_quantile(ENERGIES, MASSES, 0.8) == pytest.approx(-2.00, abs=1e-15)
    assert cvar(ENERGIES, MASSES, 0.8)[0] == pytest.approx(-1.75, abs=1e-15)


def test_they_agree_where_the_distribution_function_reaches_alpha():
    for alpha in (0.6, 1.0):
        truth = float(cvar(ENERGIES, MASSES, alpha)[0])
        assert conditional_mean_below_quantile(ENERGIES, MASSES, alpha) == pytest.approx(truth, abs=1e-15)
        assert integral_up_to_quantile(ENERGIES, MASSES, alpha) == pytest.approx(truth, abs=1e-15)


def test_integral_form_is_not_translation_equivariant():
    moved = integral_up_to_quantile([8.0, 9.0], MASSES, 0.8)
    assert moved == pytest.approx(-2.0 + 10 / 0.8, abs=1e-12)


def test_leading_axes_are_a_batch():
    p = np.array([MASSES, [0.5, 0.5]])
    assert conditional_mean_below_quantile(ENERGIES, p, 0.5) == pytest.approx([-2, -2])
    assert integral_up_to_quantile(ENERGIES, p, 0.5) == pytest.approx([-2.4, -2])


@pytest.mark.parametrize("form", [conditional_mean_below_quantile, integral_up_to_quantile])
def test_errors_are_those_of_cvar(form):
    with pytest.raises(ValueError, match=r"alpha must lie in \(0, 1\], got 1\.5"):
        form(ENERGIES, MASSES, 1.5)
    with pytest.raises(ValueError, match=r"probabilities must sum to 1 within 1e-08, got 0\.5"):
        form(ENERGIES, [0.25, 0.25], 0.5)
