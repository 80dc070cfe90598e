"""Actions drawn from amplitudes that rewards reinforce (reading T2): Dong et al. 2008, arXiv 0810.3828, Fig. 2c.

The taken action's amplitude is turned towards 1 by L of Grover's iterations about the state as it stands, from sin
theta to sin((2 L + 1) theta); others keep their ratios. L grows with what the action earned. No register is needed for
it: it is a product per action, O(N).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array, in_interval
from qbench.papers.tn_qdrl.grover import ROUNDING, whole_numbers

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray, IntArray

GAIN = 0.01
"""k, iterations per unit of return (ours: about one a visit at a reward of 10 and a discount of 0.9)."""
NORM_TOLERANCE = 1e-6


def iterations(amplitude: ArrayLike, action: ArrayLike, worth: ArrayLike, *, gain: float = GAIN) -> IntArray:
    """Return L (*B,) = int(k (r + max Q)) of worth r + max Q (*B,), within 0 and what does not pass amplitude 1.

    amplitude (*B, N), action (*B,). The upper limit is floor(pi/(4 theta) - 1/2), theta of the taken action. Raises
    ValueError for amplitudes that are not of unit norm, an action that is not there or has amplitude 0, a gain below 0
    and values that are not finite.
    """
    k = in_interval("gain", gain, 0.0, math.inf, hi_open=True)
    _, _, theta = _taken(amplitude, action)
    most = np.floor(np.pi / (4.0 * theta) - 0.5 + ROUNDING)
    wanted = np.trunc(k * finite_array("worth", worth))
    return np.asarray(np.clip(wanted, 0.0, np.maximum(most, 0.0)), dtype=np.int64)


def reinforce(amplitude: ArrayLike, action: ArrayLike, count: ArrayLike) -> FloatArray:
    """Return amplitudes (*B, N) after L = count (*B,) iterations towards the taken actions (*B,).

    c_a' = sin((2 L + 1) theta), c_i' = c_i cos((2 L + 1) theta)/cos theta; L = 0 and c_a = 1 change nothing. A state
    has the same bits in any batch. Raises ValueError as `iterations`, and for counts that are not whole or below 0.
    """
    c, a, theta = _taken(amplitude, action)
    steps = np.broadcast_to(whole_numbers("count", count), theta.shape)
    old = np.take_along_axis(c, a[..., np.newaxis], axis=-1)[..., 0]
    turned = (2.0 * steps + 1.0) * theta
    still = (steps == 0) | (np.abs(old) >= 1.0)
    factor = np.where(still, 1.0, np.cos(turned) / np.where(still, 1.0, np.cos(theta)))
    grown = c * factor[..., np.newaxis]
    own = np.where(still, old, np.sign(old) * np.sin(turned))
    np.put_along_axis(grown, a[..., np.newaxis], own[..., np.newaxis], axis=-1)
    return grown


def choose(amplitude: ArrayLike, uniform: ArrayLike) -> IntArray:
    """Return actions (*B,) drawn from the squares of amplitudes (*B, N) by uniforms (*B,) in [0, 1).

    Never one of amplitude 0. Raises ValueError as `iterations`, and for uniforms outside [0, 1).
    """
    c = _unit(amplitude)
    u = finite_array("uniform", uniform)
    if u.min() < 0 or u.max() >= 1:
        raise ValueError(f"uniform must lie in [0, 1), got {u.min() if u.min() < 0 else u.max():g}")
    below = np.cumsum(c * c, axis=-1)
    # No uniform below 1 times the total reaches it, so that the last action with mass is never passed.
    reached = below <= (u * below[..., -1])[..., np.newaxis]
    return np.asarray(reached.sum(axis=-1), dtype=np.int64)


def _unit(amplitude: ArrayLike) -> FloatArray:
    c = finite_array("amplitude", amplitude, ndim_at_least=1)
    off = np.abs((c * c).sum(axis=-1) - 1.0)
    if off.max() > NORM_TOLERANCE:
        raise ValueError(
            f"amplitude must have unit norm, got squares that miss 1 by {off.max():.3g}; divide by the norm"
        )
    return c


def _taken(amplitude: ArrayLike, action: ArrayLike) -> tuple[FloatArray, IntArray, FloatArray]:
    """Return amplitudes, actions, and theta (*B,) of the taken actions."""
    c, a = _unit(amplitude), whole_numbers("action", action)
    if a.shape != c.shape[:-1]:
        raise ValueError(f"action must have the shape {c.shape[:-1]} of the states, got {a.shape}")
    if a.size and a.max() >= c.shape[-1]:
        raise ValueError(f"action must be at most {c.shape[-1] - 1}, got {a.max()}")
    own = np.abs(np.take_along_axis(c, a[..., np.newaxis], axis=-1)[..., 0])
    if own.min() == 0.0:
        raise ValueError("action must have an amplitude other than 0: it cannot have been drawn")
    return c, a, np.arcsin(np.minimum(own, 1.0))
