"""What the network's matrix products leave over: biases, ReLU, the score with its derivative, and Adam.

A step of training has a batch of 128 and layers of at most 256: an operation of a library costs more in calls and
passes over memory than in arithmetic. Each kernel is one pass. Arrays are C-contiguous, all of one dtype, float32 or
float64. No sum is reordered.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Real: TypeAlias = NDArray[np.float32] | NDArray[np.float64]


def _kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    compiled: Callable[..., Any] = njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})(function)
    return compiled


@_kernel
def add_bias(z: Real, bias: Real) -> None:
    """Replace z (B, H) by z + bias (H,)."""
    for b in range(z.shape[0]):
        for h in range(z.shape[1]):
            z[b, h] += bias[h]


@_kernel
def add_bias_relu(z: Real, bias: Real) -> None:
    """Replace z (B, H) by max(z + bias, 0); what is not a number stays so."""
    zero = z.dtype.type(0.0)
    for b in range(z.shape[0]):
        for h in range(z.shape[1]):
            value = z[b, h] + bias[h]
            z[b, h] = zero if value < zero else value  # noqa: FURB136 - max() drops what is not a number


@_kernel
def relu_backward(cotangent: Real, output: Real, of_bias: Real) -> None:
    """Set the cotangent (B, H) to 0 where the layer's output (B, H) is, and of_bias (H,) to its sum over the batch."""
    zero = cotangent.dtype.type(0.0)
    of_bias[:] = zero
    for b in range(cotangent.shape[0]):
        for h in range(cotangent.shape[1]):
            value = cotangent[b, h] if output[b, h] > zero else zero
            cotangent[b, h] = value
            of_bias[h] += value


@_kernel
def score_backward(
    z: Real,
    weights: Real,
    overload: Real,
    capacity: Real,
    flat: bool,  # noqa: FBT001 - numba calls by position
    of_bias: Real,
) -> float:
    """Return the summed loss of a batch; replace its logits z (B, I, J) by the derivative of the mean loss.

    Loss of one association u = softmax(z): -sum_j S_j / max(1, n_j) + overload sum_j (n_j - Q_j)_+^2, S_j = sum_i u_ij
    w_ij, n_j = sum_i u_ij. Softmax over the row of every AV, or over all entries (`flat`). At n_j = 1 the derivative is
    the one from above, as torch.clamp has it. weights (B, I, J); overload (B,); capacity (J,); of_bias (I J,) gets the
    sum of the derivative over the batch. Inside, double precision.
    """
    batch, agents, stations = z.shape
    u, of_u = np.empty((agents, stations)), np.empty((agents, stations))
    of_bias[:] = z.dtype.type(0.0)
    # A flat softmax is that of one long row.
    rows, width = (1, agents * stations) if flat else (agents, stations)
    u_rows, of_u_rows = u.reshape(rows, width), of_u.reshape(rows, width)
    total = 0.0
    for b in range(batch):
        z_rows = z[b].reshape(rows, width)
        for r in range(rows):
            top = z_rows[r, 0]
            for c in range(1, width):
                top = max(top, z_rows[r, c])
            mass = 0.0
            for c in range(width):
                u_rows[r, c] = math.exp(z_rows[r, c] - top)
                mass += u_rows[r, c]
            for c in range(width):
                u_rows[r, c] /= mass
        for j in range(stations):
            n, served = 0.0, 0.0
            for i in range(agents):
                n += u[i, j]
                served += u[i, j] * weights[b, i, j]
            share = 1.0 / max(1.0, n)
            excess = max(0.0, n - capacity[j])
            total += overload[b] * excess * excess - served * share
            common = 2.0 * overload[b] * excess + (served * share * share if n >= 1.0 else 0.0)
            for i in range(agents):
                of_u[i, j] = common - weights[b, i, j] * share
        for r in range(rows):
            mean = 0.0
            for c in range(width):
                mean += u_rows[r, c] * of_u_rows[r, c]
            for c in range(width):
                z_rows[r, c] = u_rows[r, c] * (of_u_rows[r, c] - mean) / batch
                of_bias[r * width + c] += z_rows[r, c]
    return total


@_kernel
def adam_step(
    parameters: Real,
    gradient: Real,
    first: Real,
    second: Real,
    new_first: float,
    keep_second: float,
    new_second: float,
    step: float,
    scale: float,
    eps: float,
) -> None:
    """Take one step of Adam in place (P,): Algorithm 1 of Kingma and Ba, arXiv:1412.6980.

    m <- m + (1 - beta_1)(g - m), v <- beta_2 v + (1 - beta_2) g^2, theta <- theta - step m / (scale sqrt(v) + eps),
    with step = lr / (1 - beta_1^t) and scale = 1 / sqrt(1 - beta_2^t). Scalars have the arrays' dtype.
    """
    for k in range(len(parameters)):
        g = gradient[k]
        m = first[k] + new_first * (g - first[k])
        v = keep_second * second[k] + new_second * (g * g)
        first[k] = m
        second[k] = v
        parameters[k] -= step * m / (scale * math.sqrt(v) + eps)
