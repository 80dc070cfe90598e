"""Adam against torch's, and against what can be said without it."""

import math

import numpy as np
import pytest

from qbench.quantum.optimise import adam

GOAL = np.array([[0.5, -1.0, 2.0, 0.0], [3.0, 0.1, -0.4, 1.0], [0.0, 0.0, 0.0, 1e-3]])
SCALE = np.array([1.0, 30.0, 0.01, 2.0])


def bowl(theta):
    """A quartic bowl with its gradient."""
    away = theta - GOAL
    return np.sum(SCALE * away**2 + 0.1 * away**4, axis=-1), 2.0 * SCALE * away + 0.4 * away**3


@pytest.mark.parametrize("options", [{}, {"lr": 0.03, "betas": (0.5, 0.9), "eps": 1e-3}, {"betas": (0.0, 0.0)}])
def test_equals_torch(options):
    import torch

    theta0 = np.zeros((3, 4))
    ours = adam(bowl, theta0, iterations=50, keep_thetas=True, **options)
    theirs = torch.zeros((3, 4), dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.Adam([theirs], **({"lr": 0.1} | options))
    for t in range(50):
        theirs.grad = torch.from_numpy(bowl(theirs.detach().numpy())[1])
        optimiser.step()
        assert ours.thetas[:, t] == pytest.approx(theirs.detach().numpy(), abs=1e-12)


def test_the_first_step_has_length_lr_whatever_the_slope():
    """m / (1 - beta_1) = g and v / (1 - beta_2) = g^2: without the corrections the step would be 3.2 lr."""
    slope = np.array([1e-3, -1.0, 2e4])
    trace = adam(lambda t: (np.sum(slope * t, axis=-1), np.broadcast_to(slope, t.shape)), np.zeros(3), iterations=1)
    assert trace.theta == pytest.approx(-0.1 * np.sign(slope) / (1 + 1e-8 / np.abs(slope)), rel=1e-12)


def test_the_curve_is_at_the_iterate_after_each_step():
    trace = adam(bowl, np.zeros((3, 4)), iterations=7, keep_thetas=True)
    assert np.array_equal(trace.start_values, bowl(np.zeros((3, 4)))[0])
    for t in range(7):
        assert np.array_equal(trace.values[:, t], bowl(trace.thetas[:, t])[0])


def test_a_bowl_is_minimised():
    trace = adam(bowl, np.zeros((3, 4)), iterations=600)
    assert trace.theta[:, [0, 1, 3]] == pytest.approx(GOAL[:, [0, 1, 3]], abs=1e-3)
    assert np.all(trace.best_value <= 1e-3)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"lr": 0.0}, r"lr must lie in \(0, inf\)"),
        ({"lr": -0.1}, "lr must lie in"),
        ({"eps": 0.0}, "eps must lie in"),
        ({"betas": (1.0, 0.9)}, r"betas must lie in \[0, 1\)"),
        ({"betas": (0.9, -0.1)}, "betas must lie in"),
    ],
)
def test_bad_options(options, message):
    with pytest.raises(ValueError, match=message):
        adam(bowl, np.zeros((3, 4)), **({"iterations": 2} | options))


def test_bad_gradients():
    with pytest.raises(ValueError, match=r"the gradient must have the shape of theta \(3, 4\), got \(4,\)"):
        adam(lambda t: (np.zeros(3), np.zeros(4)), np.zeros((3, 4)), iterations=1)
    steep = np.zeros((3, 4))
    steep[1, 2] = math.inf
    with pytest.raises(ValueError, match=r"for member \(1,\) at evaluation 1 \(its gradient\), theta from 0 to 0"):
        adam(lambda t: (np.zeros(3), steep), np.zeros((3, 4)), iterations=1)


def test_a_gradient_survives_a_monitor_that_uses_the_same_buffer():
    buffer = np.empty((3, 4))

    def shared(theta):
        value, buffer[...] = bowl(theta)
        return value, buffer

    def monitor(theta):
        buffer[...] = 7.0
        return bowl(theta)[0]

    assert np.array_equal(
        adam(shared, np.zeros((3, 4)), iterations=5, monitor=monitor).values,
        adam(bowl, np.zeros((3, 4)), iterations=5).values,
    )
