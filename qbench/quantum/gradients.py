"""Gradients of expectations by shift rules, and by finite differences as an oracle; `Program.vjp` is the adjoint."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from qbench._check import in_interval
from qbench.quantum.gates import GATES
from qbench.quantum.observables import as_observable

if TYPE_CHECKING:
    from numpy.typing import ArrayLike
    from torch import Tensor

    from qbench._arrays import FloatArray
    from qbench.quantum.program import Program

CHUNK = 2**22
"""Amplitudes held at a time: the shifted circuits are batched, in pieces that stay small."""


def shift_rule(frequencies: tuple[float, ...], shift: float) -> tuple[FloatArray, FloatArray]:
    """Return shifts s and coefficients c with f'(x) = sum_k c_k [f(x + s_k) - f(x - s_k)].

    Exact for every f whose spectrum has these positive frequencies w_j: the rule needs sum_k 2 c_k sin(w_j s_k) = w_j.
    The shifts are (2k - 1) * `shift` for k = 1..R; one frequency 1 and shift pi/2 give the usual [f(+) - f(-)]/2.
    Raises ValueError where the system is singular (a shift of pi has sin 0).
    """
    omega = np.array(frequencies)
    shifts = (2.0 * np.arange(1, len(omega) + 1) - 1.0) * shift
    system = 2.0 * np.sin(np.outer(omega, shifts))
    if abs(np.linalg.det(system)) < 1e-6:
        raise ValueError(f"a shift of {shift!r} cannot tell the frequencies {list(frequencies)} apart; pi/2 always can")
    return np.asarray(shifts), np.asarray(np.linalg.solve(system, omega))


def parameter_shift(
    program: Program,
    angles: ArrayLike,
    observable: Any,  # noqa: ANN401 - arrays and operators, as in Program.expectation
    shift: float = math.pi / 2,
) -> FloatArray:
    """Return the gradient (*B, P) of `program.expectation(angles, observable)` by shifting every gate's angle.

    Each occurrence of a parameter is shifted by itself and the results are summed with the chain rule, so a parameter
    may stand in several gates and in expressions. Two circuits a gate angle, four for controlled rotations, whose
    expectation has two frequencies. Raises ValueError as `expectation` and `shift_rule` do.
    """
    step = in_interval("shift", shift, 0.0, 2.0 * math.pi, lo_open=True)
    theta = program.check_angles(angles)
    batch = theta.shape[:-1]
    flat = theta.detach().reshape(batch.numel(), theta.shape[-1]).requires_grad_()
    with torch.enable_grad():
        gate_angles = program.lowered.angles(flat)
    known = as_observable(observable, program.n_qubits, theta.dtype, theta.device)
    rules = [
        (slot, *shift_rule(GATES[op.name].frequencies[k], step))
        for op in program.lowered.ops
        for k, slot in enumerate(op.slots)
    ]
    # A global phase moves no expectation: its slot keeps gradient 0.
    slopes = torch.zeros_like(gate_angles)
    base = gate_angles.detach()
    jobs = [
        (slot, sign * s, sign * c)
        for slot, shifts, coefficients in rules
        for s, c in zip(shifts, coefficients, strict=True)
        for sign in (1, -1)
    ]
    members = max(1, CHUNK // (2**program.n_qubits * max(1, len(base))))
    with torch.no_grad():
        for start in range(0, len(jobs), members):
            piece = jobs[start : start + members]
            moved = base.repeat(len(piece), 1).reshape(len(piece), *base.shape)
            for k, (slot, offset, _) in enumerate(piece):
                moved[k, :, slot] += offset
            state = program.state_of_gate_angles(moved.reshape(-1, base.shape[-1]))
            values = known.expectation(state.reshape(len(piece), *batch, -1)).reshape(len(piece), -1)
            for (slot, _, c), value in zip(piece, values, strict=True):
                slopes[:, slot] += c * value
    return _chain(gate_angles, flat, slopes).reshape(*batch, -1).cpu().numpy()


def _chain(gate_angles: Tensor, flat: Tensor, slopes: Tensor) -> Tensor:
    if not gate_angles.requires_grad:
        return torch.zeros_like(flat)
    (gradient,) = torch.autograd.grad(gate_angles, flat, slopes, allow_unused=True, materialize_grads=True)
    return gradient


def finite_differences(
    program: Program,
    angles: ArrayLike,
    observable: Any,  # noqa: ANN401
    step: float = 1e-5,
) -> FloatArray:
    """Return the gradient (*B, P) by central differences: error about step^2; an oracle, not a method."""
    h = in_interval("step", step, 0.0, 1.0, lo_open=True)
    theta = np.asarray(angles, dtype=np.float64)
    moves = h * np.eye(theta.shape[-1])
    upper = program.expectation(theta[..., None, :] + moves, _lifted(observable))
    lower = program.expectation(theta[..., None, :] - moves, _lifted(observable))
    return np.asarray((upper - lower) / (2.0 * h))


def _lifted(observable: Any) -> Any:  # noqa: ANN401
    """Give a batched diagonal the axis over which angles move."""
    if hasattr(observable, "paulis") or hasattr(observable, "to_matrix"):
        return observable
    values = np.asarray(observable)
    return values if values.ndim == 1 else values[..., None, :]
