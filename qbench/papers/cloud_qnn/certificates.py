"""Exact studies of the 2022 paper's analytic claims: no draws, one unit."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, cast

import numpy as np

from qbench.papers.cloud_qnn import resources, trainability
from qbench.papers.cloud_qnn.circuits import cloud_circuit
from qbench.papers.cloud_qnn.rules import descend, rotosolve_sweep, shift_gradient, shifted_angles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbench._arrays import FloatArray
    from qbench.papers._study import Columns, Params, Streams


def one(**values: float) -> dict[str, FloatArray]:
    """Return columns of one unit."""
    return {name: np.array([float(value)]) for name, value in values.items()}


def qubit_count(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001 - the signature of a study
    """G6: how many sizes (L, N), L up to `layers` and N up to `neurons`, Lemma 1 misses; the drawn circuit counts.

    Columns: violations, tried; printed and drawn qubits of the default (2, 4), 12 and 8.
    """
    return lemma_1(params, "conference")


def lemma_1(params: Params, paper: str) -> Columns:
    """Return the columns of `qubit_count` for the formula of one of the papers."""
    sizes = list(
        itertools.product(
            range(1, cast("int", params["layers"]) + 1),
            range(1, cast("int", params["neurons"]) + 1),
        )
    )
    violations = sum(resources.printed_qubits(l, n, paper) != cloud_circuit(l, n).num_qubits for l, n in sizes)
    return one(
        violations=violations,
        tried=len(sizes),
        printed=resources.printed_qubits(2, 4, paper),
        drawn=cloud_circuit(2, 4).num_qubits,
    )


def qubit_count_witness(columns: Columns) -> str:
    """Say the counterexample to Lemma 1."""
    return (
        f"2 layers of 4 neurons: the formula gives {columns['printed'][0]:g} qubits, the circuit of Eqs. (13)-(15) has "
        f"{columns['drawn'][0]:g}, all of which its gates use; it differs at {columns['violations'][0]:g} of "
        f"{columns['tried'][0]:g} sizes"
    )


def qubit_count_costs(params: Params) -> Mapping[str, int]:  # noqa: ARG001
    """Costs of the default cloud circuit."""
    return {
        "qubits": resources.qubits(2, 4),
        "two_qubit_gates": resources.two_qubit_gates(2, 4),
        "depth": resources.circuit_depth(2, 4),
        "parameters": 8,
    }


def gradient_count(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001
    """G7: gradients that Algorithm 1 takes in `epochs` episodes of `data` channels, counted as its loops run.

    On sum_p cos theta_p, for what is counted does not depend on the loss. Columns: deviation, gradients minus N_iter =
    data x epochs; loss evaluations of a gradient by the shift rule, 2 P, and of a sweep of Rotosolve, 3 P, P = 8.
    """
    data, epochs = cast("int", params["data"]), cast("int", params["epochs"])
    gradients, evaluations = counted_descent(data, epochs, angles=8)
    calls = 0

    def loss(theta: FloatArray) -> FloatArray:
        nonlocal calls
        calls += 1
        return np.asarray(np.cos(theta).sum(axis=-1))

    rotosolve_sweep(loss, np.ones(8))
    return one(
        deviation=gradients - data * epochs,
        gradients=gradients,
        evaluations_per_gradient=evaluations / gradients,
        evaluations_per_sweep=calls,
    )


def counted_descent(data: int, epochs: int, angles: int) -> tuple[int, int]:
    """Return how many gradients and loss evaluations the loops of Algorithm 1 take, and run them."""
    theta, gradients, evaluations = np.ones(angles), 0, 0
    for episode in range(epochs):
        for _ in range(data):
            moved = shifted_angles(theta)
            plus, minus = np.cos(moved).sum(axis=-1)
            evaluations += plus.size + minus.size
            gradients += 1
            theta = descend(theta, shift_gradient(plus, minus), 0.01, episode)
    return gradients, evaluations


def lower_bound(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001
    """G9: inputs for which the mean squared derivative of f of Eq. (26) is below the printed bound.

    Bloch vectors on a grid of `steps` polar and azimuthal angles and three radii, and the papers' encoding at `steps`
    angles phi. Columns: violations, of 1/4; violations_lemma, of the journal's 1/2; tried; largest and, among encoded
    inputs, smallest mean; quadrature, the largest difference between the closed form and matrices.
    """
    steps = cast("int", params["steps"])
    angles = np.pi * np.arange(steps + 1) / steps
    grid = [
        radius * np.array([math.sin(a) * math.cos(2 * b), math.sin(a) * math.sin(2 * b), math.cos(a)])
        for radius in (0.0, 0.5, 1.0)
        for a in angles
        for b in angles
    ]
    encoded = [np.array([math.cos(a), math.sin(a), 0.0]) for a in angles]
    violations = violations_lemma = 0
    means, gap = [], 0.0
    for r in grid + encoded:
        x, mean = trainability.density(r), float(trainability.mean_squared_derivative(r))
        gap = max(gap, abs(mean - trainability.mean_squared_derivative_by_quadrature(x)))
        violations += mean < trainability.printed_lower_bound(x)
        violations_lemma += mean < trainability.printed_lower_bound(x, "lemma")
        means.append(mean)
    return one(
        violations=violations,
        violations_lemma=violations_lemma,
        tried=len(means),
        largest=max(means),
        smallest_encoded=min(means[len(grid) :]),
        quadrature=gap,
    )


def lower_bound_witness(columns: Columns) -> str:
    """Say by how much the bound fails."""
    return (
        f"the printed bound is 1/4 for every input (Tr[x] = 1), the mean at most {columns['largest'][0]:g} and "
        f"{columns['smallest_encoded'][0]:.3f} for the encoded input phi = pi/2; it fails for "
        f"{columns['violations'][0]:g} of {columns['tried'][0]:g} inputs"
    )


def integral(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001
    """G10: the four integrals of Eq. (30) minus what they are said to be, 1/8 + 1/8, at Tr[m] = Tr[sz m sz] = 1.

    Columns: deviation; the means of cos^4 and of sin^2 cos^2, 3/8 and 1/8.
    """
    x, t = trainability.density([1.0, 0.0, 0.0]), 2 * np.pi * np.arange(64) / 64
    return one(
        deviation=trainability.integral_of_printed_terms(x) - trainability.printed_lower_bound(x),
        cos4=float(np.mean(np.cos(t) ** 4)),
        sin2cos2=float(np.mean((np.sin(t) * np.cos(t)) ** 2)),
    )


def integral_witness(columns: Columns) -> str:
    """Say the value of the integrals."""
    return (
        f"the mean of cos^4 is {columns['cos4'][0]:g}, not 1/8 (which is that of sin^2 cos^2): the integrals of Eq. "
        f"(30) exceed its result by {columns['deviation'][0]:g}"
    )


def shift_sign(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001
    """G12: Eq. (17) minus the derivative, f = sin at 0, shift pi/2: -1 against 1. Columns: deviation, printed."""
    quarter = math.pi / 2
    values = [math.sin(quarter)], [math.sin(-quarter)]
    printed = float(shift_gradient(*values, sign="printed", prefactor="printed")[0])
    return one(deviation=printed - math.cos(0.0), printed=printed)


def shift_sign_witness(columns: Columns) -> str:
    """Say the counterexample to Eq. (17)."""
    return f"L = sin, theta = 0, shift pi/2: Eq. (17) gives {columns['printed'][0]:g}, the derivative is 1"


def shifted_unitary(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001
    """G13: the largest entry of W - dU over angles, W of Eq. (25) at pi/4, and the factor between them.

    Columns: deviation; factor, -2 sin(pi/8) = -.765; proportional, the largest entry of W - factor dU.
    """
    factor = -2 * math.sin(math.pi / 8)
    angles = 2 * np.pi * np.arange(16) / 16
    pairs = [(trainability.printed_derivative(t), trainability.ry_derivative(t)) for t in angles]
    return one(
        deviation=max(float(np.abs(w - du).max()) for w, du in pairs),
        factor=factor,
        proportional=max(float(np.abs(w - factor * du).max()) for w, du in pairs),
    )


def shifted_unitary_witness(columns: Columns) -> str:
    """Say the factor."""
    return f"W of Eq. (25) at pi/4 is {columns['factor'][0]:.3f} times the derivative of RY, sign included"
