"""Shift rules, as printed and as they are, on the angles that blocks share.

Eqs. (9) and (11) print a plus: (f(t + s) + f(t - s)) / (2 sin s), which for f = a + b cos t + c sin t is a at s = pi/2
(E1). With a minus the rule is right for an angle that stands in one gate. A shared one stands in as many as there are
blocks: its derivative is the sum over them, one gate shifted at a time, and shifting all at once is no derivative (E4).
Sharing angles therefore saves no circuits.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import torch

from qbench._check import finite_array, in_interval, one_of
from qbench.papers.hqcnn.layout import SU4_ANGLES, Layout
from qbench.papers.hqcnn.matrices import layout_matrices
from qbench.papers.hqcnn.networks import program_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray

SIGNS = {"minus": -1.0, "printed": 1.0}


def shift_rule(plus: ArrayLike, minus: ArrayLike, shift: float = math.pi / 2, sign: str = "minus") -> FloatArray:
    """Return (f(t + s) -+ f(t - s)) / (2 sin s), Eq. (9); Eq. (11) for s = pi/2. `sign`: "minus", or "printed".

    Raises ValueError for another word and a shift outside (0, pi), where sin s is not positive.
    """
    s = in_interval("shift", shift, 0.0, math.pi, lo_open=True, hi_open=True)
    factor = SIGNS[one_of("sign", sign, SIGNS)]
    return np.asarray((np.asarray(plus) + factor * np.asarray(minus)) / (2.0 * math.sin(s)))


def circuit_values(layout: Layout, h: ArrayLike, theta: ArrayLike) -> FloatArray:
    """Return <Z> (S, read) of one input h (n,) at angles theta (S, P), radians, in double precision."""
    angles, half = _given(layout, h, theta)
    with torch.no_grad():
        found = program_of(layout).expectation(half.expand(len(angles), 1, -1), layout_matrices(layout, angles))
    return np.asarray(found[:, 0].numpy())


def exact_gradient(layout: Layout, h: ArrayLike, theta: ArrayLike) -> FloatArray:
    """Return d<Z>/dtheta (P, read) at h (n,) and theta (P,), by an adjoint pass for each read wire."""
    angles, half = _given(layout, h, np.asarray(theta)[np.newaxis])
    angles.requires_grad_()
    values = program_of(layout).expectation(half.expand(1, 1, -1), layout_matrices(layout, angles))[0, 0]
    columns = [torch.autograd.grad(v, angles, retain_graph=True)[0][0] for v in values]
    return np.asarray(torch.stack(columns, dim=1).numpy())


def shared_shift(
    layout: Layout, h: ArrayLike, theta: ArrayLike, shift: float = math.pi / 2, sign: str = "minus"
) -> FloatArray:
    """Return the rule (P, read) with every gate of an angle shifted at once: two circuits an angle, as printed."""
    t = finite_array("theta", theta, ndim_at_least=1)
    moves = shift * np.eye(t.size)
    plus, minus = (circuit_values(layout, h, t + s * moves) for s in (1.0, -1.0))
    return shift_rule(plus, minus, shift, sign)


def occurrence_shift(layout: Layout, h: ArrayLike, theta: ArrayLike, shift: float = math.pi / 2) -> FloatArray:
    """Return the gradient (P, read) as the sum over gates, one shifted at a time: `circuits.shift_executions` circuits.

    Raises ValueError for pooling gates: controlled rotations have two frequencies and need four circuits.
    """
    if layout.pooling:
        raise ValueError("the two-term rule fails for controlled rotations; take pooling=False, or exact_gradient")
    t = finite_array("theta", theta, ndim_at_least=1)
    apart = replace(layout, sharing="block")
    columns = np.concatenate([b.angles + np.arange(SU4_ANGLES) for b in layout.blocks])
    each = shared_shift(apart, h, t[columns], shift)
    found = np.zeros((t.size, each.shape[1]))
    np.add.at(found, columns, each)
    return found


def _given(layout: Layout, h: ArrayLike, theta: ArrayLike) -> tuple[torch.Tensor, torch.Tensor]:
    half, angles = finite_array("h", h, ndim_at_least=1), finite_array("theta", theta, ndim_at_least=2)
    if half.shape != (layout.n_qubits,):
        raise ValueError(f"h must be one input ({layout.n_qubits},), got shape {half.shape}")
    return torch.from_numpy(angles.copy()), torch.from_numpy(half)
