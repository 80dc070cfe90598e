"""Exact studies of the shift rules: as printed, and on the angles that blocks share."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

import numpy as np

from qbench._check import in_interval, positive_int
from qbench.papers.hqcnn._columns import one
from qbench.papers.hqcnn.circuits import layers_circuit
from qbench.papers.hqcnn.layout import SU4_ANGLES, Layout
from qbench.papers.hqcnn.rules import exact_gradient, occurrence_shift, shared_shift, shift_rule

if TYPE_CHECKING:
    from qbench._arrays import FloatArray
    from qbench.papers._study import Columns, Params, Streams

CIRCUITS = {"u": 2, "ry": 2, "rz": 2, "crz": 4, "crx": 4}
"""Circuits of an exact shift rule for an angle of a gate: controlled rotations have two frequencies."""


def printed_shift_rule(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001 - a study's signature
    """C44: Eqs. (9) and (11), with their plus, less the derivative of <Z> = cos t after RY(t) on |0>.

    Params: angle, t; shift, s of Eq. (9), both radians; h (n,) and theta (15,), of the paper's circuit with a vector of
    its own in every block, so that an angle stands in one gate. Columns: deviation of Eq. (11), deviation_9; printed,
    printed_9, exact; circuit, circuit_9, the largest deviation on the circuit over angles and wires; minus, that of the
    larger of both rules with a minus; constant, the mean of <Z> over a period of t, which Eq. (11) returns.
    """
    from qiskit import QuantumCircuit
    from qiskit.circuit import Parameter

    from qbench.quantum import compile

    angle = float(cast("float", params["angle"]))
    shift = in_interval("shift", cast("float", params["shift"]), 0.0, math.pi, lo_open=True, hi_open=True)
    circuit = QuantumCircuit(1)
    circuit.ry(Parameter("t"), 0)
    program = compile(circuit)
    z = np.array([1.0, -1.0])

    def value(t: float) -> float:
        return float(program.expectation(np.array([t]), z))

    quarter = math.pi / 2
    printed, printed_9 = (float(shift_rule(value(angle + s), value(angle - s), s, "printed")) for s in (quarter, shift))
    exact = float(program.vjp(np.array([angle]), z)[0])
    layout, h, theta = Layout(sharing="block"), _list(params["h"]), _list(params["theta"])
    own = np.tile(theta, layout.n_angles // SU4_ANGLES)
    gradient = exact_gradient(layout, h, own)
    apart = {
        (sign, s): float(np.abs(shared_shift(layout, h, own, s, sign) - gradient).max())
        for sign in ("printed", "minus")
        for s in (quarter, shift)
    }
    return one(
        deviation=printed - exact,
        deviation_9=printed_9 - exact,
        printed=printed,
        printed_9=printed_9,
        exact=exact,
        circuit=apart["printed", quarter],
        circuit_9=apart["printed", shift],
        minus=max(apart["minus", quarter], apart["minus", shift]),
        constant=float(np.mean([value(t) for t in 2.0 * math.pi * np.arange(8) / 8])),
    )


def printed_shift_rule_witness(columns: Columns) -> str:
    """Say what the printed rule returns."""
    return (
        f"<Z> = cos t at t = 0.3: Eq. (11) gives {columns['printed'][0]:.4f}, its mean over a period, Eq. (9) "
        f"{columns['printed_9'][0]:.4f}, the derivative is {columns['exact'][0]:.4f}; with a minus both are exact"
    )


def shared_shift_rule(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001
    """C15: two circuits an angle against the derivative where blocks share the angle, and circuits of a gradient.

    Params: h (n,), theta (15,), radians; sizes, numbers of qubits, powers of 2. Columns: deviation, the largest
    difference of the two-term rule with a minus, all gates of an angle shifted at once, from the derivative, over
    angles and wires; deviation_printed, with the plus of Eq. (11); deviation_gates, of the sum over gates; exact_0,
    shared_0, printed_0, exact_4, shared_4, printed_4: by the first angle, of <Z> of wires 0 and 4; violations, at how
    many sizes Ours takes more than log2 n/(2 n - 2), the ratio of the printed counts of angles, of the circuits that
    [11] with a vector a layer takes for one exact gradient; violations_pooling, with the gates of [11] that pool;
    tried, sizes; ours, hq11, pooling: these circuits on n qubits, and ratio, ours over hq11.
    """
    h, theta = _list(params["h"]), _list(params["theta"])
    layout = Layout(n_qubits=len(h))
    exact = exact_gradient(layout, h, theta)
    shared, printed = (shared_shift(layout, h, theta, sign=sign) for sign in ("minus", "printed"))
    sizes = [positive_int("sizes", n, least=2) for n in cast("list[int]", params["sizes"])]
    counts = {n: gradient_circuits(n) for n in sizes}
    ours, hq11, pooling = gradient_circuits(len(h))
    return one(
        deviation=float(np.abs(shared - exact).max()),
        deviation_printed=float(np.abs(printed - exact).max()),
        deviation_gates=float(np.abs(occurrence_shift(layout, h, theta) - exact).max()),
        **{
            f"{name}_{wire}": float(rule[0, wire])
            for wire in (0, 4)
            for name, rule in (("exact", exact), ("shared", shared), ("printed", printed))
        },
        violations=sum(own * (2 * n - 2) > other * math.log2(n) for n, (own, other, _) in counts.items()),
        violations_pooling=sum(own * (2 * n - 2) > other * math.log2(n) for n, (own, _, other) in counts.items()),
        tried=len(counts),
        ours=ours,
        hq11=hq11,
        pooling=pooling,
        ratio=ours / hq11,
    )


def gradient_circuits(n_qubits: int) -> tuple[int, int, int]:
    """Return the circuits of one exact gradient: of Ours, of [11] without and with its pooling gates."""
    layouts = (
        Layout(n_qubits=n_qubits, **more) for more in ({}, {"sharing": "layer"}, {"sharing": "layer", "pooling": True})
    )
    ours, hq11, pooling = (drawn_executions(layout) for layout in layouts)
    return ours, hq11, pooling


def drawn_executions(layout: Layout) -> int:
    """Return the circuits of one exact gradient, counted gate by gate on the drawn circuit.

    A shared angle's derivative is the sum over the gates that it stands in, each by a rule of its own.
    """
    from qiskit.circuit import ParameterExpression

    return sum(
        CIRCUITS[gate.operation.name]
        for gate in layers_circuit(layout).data
        for angle in gate.operation.params
        if isinstance(angle, ParameterExpression)
    )


def shared_shift_rule_witness(columns: Columns) -> str:
    """Say the derivative that the rule misses."""
    found = "; ".join(
        f"wire {wire}: {columns[f'exact_{wire}'][0]:.4f}, two circuits give {columns[f'shared_{wire}'][0]:.4f}, with "
        f"the printed plus {columns[f'printed_{wire}'][0]:.4f}"
        for wire in (4, 0)
    )
    return f"derivative of <Z> by the first of 15 angles, h_i = i/10, theta_j = j/10: {found}"


def gradient_cost_witness(columns: Columns) -> str:
    """Say what an exact gradient costs."""
    return (
        f"one exact gradient on 8 qubits takes {columns['ours'][0]:.0f} circuits with one vector for all blocks and "
        f"{columns['hq11'][0]:.0f} with one a layer, two for each angle of each gate: sharing saves none"
    )


def _list(values: object) -> FloatArray:
    return np.array(cast("list[float]", values), dtype=np.float64)
