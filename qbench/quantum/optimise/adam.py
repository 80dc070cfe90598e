"""Adam with bias correction: Kingma and Ba, ICLR 2015 (arXiv:1412.6980), Algorithm 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench._check import in_interval, positive_int
from qbench.quantum.optimise.trace import Curve, evaluate, evaluate_with_gradient, rate, start_point

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench.quantum.optimise.trace import Objective, Trace, ValueAndGradient


def adam(
    value_and_gradient: ValueAndGradient,
    theta0: ArrayLike,
    *,
    iterations: int,
    lr: float = 0.1,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    monitor: Objective | None = None,
    keep_thetas: bool = False,
) -> Trace:
    """Minimise from `theta0` (*B, P), radians, by `iterations` Adam steps of constant rate `lr` (radians).

    value_and_gradient: (*B, P) -> ((*B,), (*B, P)), the gradient a radian.
    m_t = beta_1 m_{t-1} + (1 - beta_1) g_t, v_t likewise with g_t^2, t = 1, 2, ...;
    theta_t = theta_{t-1} - lr [m_t / (1 - beta_1^t)] / (sqrt(v_t / (1 - beta_2^t)) + eps).
    monitor: gives the curve, called at theta0 and then after every step; None takes the value that comes with the next
        gradient, and one last call of value_and_gradient (its gradient unused) closes the curve.

    Counted: one evaluation of value and gradient a step; the call that closes the curve is not.
    Raises ValueError for fewer than 1 iteration, P = 0, lr or eps that are not positive and finite, betas outside
    [0, 1), and a value or gradient of another shape or not finite.
    """
    theta = start_point(theta0)
    steps = positive_int("iterations", iterations)
    step, floor = rate("lr", lr), rate("eps", eps)
    beta1, beta2 = (in_interval("betas", beta, 0.0, 1.0, hi_open=True) for beta in betas)
    first, second = np.zeros(theta.shape), np.zeros(theta.shape)
    value, g = evaluate_with_gradient(value_and_gradient, theta, "evaluation 1")
    if monitor is not None:
        value = evaluate(monitor, theta, "the start of the curve")
    curve = Curve(theta, value, keep_thetas=keep_thetas)
    for t in range(1, steps + 1):
        first = beta1 * first + (1.0 - beta1) * g
        second = beta2 * second + (1.0 - beta2) * g * g
        # Moments start at 0: without the correction the first steps are too short in m and too long in 1 / sqrt(v).
        unbiased = first / (1.0 - beta1**t)
        theta = theta - step * unbiased / (np.sqrt(second / (1.0 - beta2**t)) + floor)
        if monitor is not None:
            value = evaluate(monitor, theta, f"curve value {t}")
        if t < steps or monitor is None:
            value_here, g = evaluate_with_gradient(value_and_gradient, theta, f"evaluation {t + 1}")
            value = value if monitor is not None else value_here
        curve.add(theta, value)
    return curve.trace("adam", list(range(1, steps + 1)))
