"""Exact studies of the analytic claims on search, registers and storage: no draws, one unit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

import numpy as np

from qbench._check import positive_int
from qbench.papers.tn_qdrl import grover, grover_circuits, grover_steps
from qbench.papers.tn_qdrl.actions import ActionSpace
from qbench.papers.tn_qdrl.descent import component_sizes
from qbench.papers.tn_qdrl.parameters import Setting
from qbench.papers.tn_qdrl.resources import n_actions, state_qubits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qbench._arrays import FloatArray
    from qbench.papers._study import Columns, Params, Streams

FEATURE_SIZE = 2
"""U, values that a leg of the tensor network takes."""


def one(**values: float) -> dict[str, FloatArray]:
    """Return columns of one unit."""
    return {name: np.array([float(value)]) for name, value in values.items()}


def growth(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001 - the signature of a study
    """C19: how oracle calls of a decision grow with N = 2^beta, beta = `first`..`last`.

    Columns: slope of the line of least squares through log tau* on log N; calls of the first and of the last.
    """
    betas = _span(params)
    calls = [grover.best_iterations(2**b) for b in betas]
    return one(slope=_slope(math.log(2) * np.array(betas), calls), first_calls=calls[0], last_calls=calls[-1])


def growth_witness(columns: Columns) -> str:
    """Say the slope and between what."""
    return (
        f"tau* grows as N to the power {columns['slope'][0]:.4f}: from {columns['first_calls'][0]:g} to "
        f"{columns['last_calls'][0]:g} oracle calls"
    )


def registers(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001
    """C20: dimensions D = 1..`top` for which D <= 2^a <= 2 D fails, a = ceil(log2 D), as `resources` counts qubits.

    Columns: violations, tried; fullest and emptiest, the largest and the smallest share of the 2^a amplitudes in use.
    """
    top = positive_int("top", params["top"])
    sizes = [(d, 2 ** state_qubits(d)) for d in range(1, top + 1)]
    shares = [d / size for d, size in sizes]
    violations = sum(not d <= size <= 2 * d for d, size in sizes)
    return one(violations=violations, tried=len(sizes), fullest=max(shares), emptiest=min(shares))


def storage(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001
    """C24: numbers of sites j = `first`..`last` for which j U chi^2 >= U^j: no fewer numbers than amplitudes, U = 2.

    Whole numbers of any size, so exact. Columns: violations, tried; largest, the largest such j within the span, 0 for
    none; ties, sites from 1 on where both are the same; last_small, the largest j from 1 on that stores no less.
    """
    chi = positive_int("bond", params["bond"])
    span = _span(params)
    larger = [j for j in span if _cores(j, chi) >= FEATURE_SIZE**j]
    every = range(1, span[-1] + 1)
    return one(
        violations=len(larger),
        tried=len(span),
        largest=max(larger, default=0),
        ties=sum(_cores(j, chi) == FEATURE_SIZE**j for j in every),
        last_small=max((j for j in every if _cores(j, chi) >= FEATURE_SIZE**j), default=0),
    )


def storage_witness(columns: Columns) -> str:
    """Say where storing the tensor network saves nothing."""
    return (
        f"{columns['violations'][0]:g} of {columns['tried'][0]:g} numbers of sites store no less than the amplitudes "
        f"themselves, the largest of them {columns['largest'][0]:g} sites"
    )


def uniform_start(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001
    """C26: the start of Eqs. (45) and (48) as a circuit on the engine, beta = `first`..`last` qubits.

    Columns: deviation, the larger of the next two; amplitude, the largest distance of an amplitude from 2^(-beta/2);
    angle, that of sin theta.
    """
    from qbench.quantum import compile

    amplitude = angle = 0.0
    for beta in _span(params):
        size = 2**beta
        state = compile(grover_circuits.start_circuit(size)).state(np.zeros(0))
        amplitude = max(amplitude, float(np.abs(state - size**-0.5).max()))
        angle = max(angle, abs(math.sin(grover.start_angle(size)) - size**-0.5))
    return one(deviation=max(amplitude, angle), amplitude=amplitude, angle=angle)


def diffusion_only(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001
    """C27: chance of the marked action after tau* brackets of Eq. (50), N = 2^`qubits`.

    Columns: bracket, as printed, the diffusion alone on |psi_1>; text, G_q = O D on |psi_1>; text_on_start, G_q on the
    uniform state; restored, Grover's; calls, tau*.
    """
    size = 2 ** positive_int("qubits", params["qubits"])
    calls, marked = grover.best_iterations(size), size - 1
    chances = {
        order: grover_steps.after_iterations(size, marked, calls, order)[marked] ** 2 for order in grover_steps.ORDERS
    }
    return one(**chances, calls=calls)


def diffusion_only_witness(columns: Columns) -> str:
    """Say what the printed bracket does."""
    return (
        f"the bracket of Eq. (50) is its own inverse: {columns['calls'][0]:g} of them leave the marked action the "
        f"chance {columns['bracket'][0]:.4g}, Grover's iterations {columns['restored'][0]:.4g}"
    )


def decision_calls(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001
    """C32: how oracle calls of a decision grow with vehicles V = `first`..`last`, one source and two edge devices.

    Columns: slope of the line of least squares through log tau* on V, per vehicle; doubling, vehicles that double the
    calls; first_calls, last_calls, of the first and the last V. The same with _factored behind it where a search for
    each component of the action follows the other.
    """
    vehicles = _span(params)
    systems = [Setting(n_vehicle=v, n_node=1, n_edge=2) for v in vehicles]
    found: dict[str, float] = {}
    for suffix, calls in (
        ("", [grover.best_iterations(n_actions(system)) for system in systems]),
        ("_factored", [sum(map(grover.best_iterations, component_sizes(ActionSpace.of(s)))) for s in systems]),
    ):
        slope = _slope(np.array(vehicles, dtype=np.float64), calls)
        found |= {
            f"slope{suffix}": slope,
            f"doubling{suffix}": math.log(2) / slope,
            f"first_calls{suffix}": calls[0],
            f"last_calls{suffix}": calls[-1],
        }
    return one(**found)


def decision_calls_witness(columns: Columns) -> str:
    """Say how fast a decision grows."""
    return (
        f"oracle calls of a decision double every {columns['doubling'][0]:.2g} vehicles (slope "
        f"{columns['slope'][0]:.3f} per vehicle): from {columns['first_calls'][0]:g} to {columns['last_calls'][0]:.3g}"
    )


def simulated_search(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001
    """C33: operations of a simulated search minus those of a look at every value, beta = `first`..`last` qubits.

    A simulated diffusion touches each of 2^beta amplitudes in each of tau* iterations, at the least; argmax touches
    2^beta values once. Columns: difference, the smallest; largest.
    """
    differences = [(grover.best_iterations(2**beta) - 1) * 2**beta for beta in _span(params)]
    return one(difference=min(differences), largest=max(differences))


def simulated_search_witness(columns: Columns) -> str:
    """Say that no size is faster."""
    return (
        f"a simulated search takes at least {columns['difference'][0]:g} operations more than argmax at every size, "
        f"{columns['largest'][0]:.3g} at the largest"
    )


def _span(params: Params) -> range:
    """Return first..last; ValueError unless they are two or more whole numbers from 1."""
    first = positive_int("first", params["first"])
    return range(first, positive_int("last", params["last"], least=first + 1) + 1)


def _cores(n_site: int, chi: int) -> int:
    return n_site * FEATURE_SIZE * chi**2


def _slope(x: FloatArray, calls: Sequence[int]) -> float:
    y = np.log(np.array(calls, dtype=np.float64))
    return float(cast("FloatArray", np.polynomial.polynomial.polyfit(x, y, 1))[1])
