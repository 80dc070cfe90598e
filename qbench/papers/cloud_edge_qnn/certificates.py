"""Exact studies of the journal paper's analytic claims on training and on what the circuits compute."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

import numpy as np

from qbench.papers.cloud_qnn import certificates as conference
from qbench.papers.cloud_qnn.certificates import one
from qbench.papers.cloud_qnn.circuits import cloud_circuit, readout_qubits
from qbench.papers.cloud_qnn.closed_forms import joint_law, output_jacobian
from qbench.papers.cloud_qnn.rules import rotosolve_sweep, shift_gradient

if TYPE_CHECKING:
    from qbench._arrays import FloatArray
    from qbench.papers._study import Columns, Params, Streams

GOLDEN = (math.sqrt(5.0) - 1.0) / 2.0


def spread(count: int, first: int = 0) -> FloatArray:
    """Return `count` angles in [0, 2 pi) that no period or symmetry singles out: multiples of the golden ratio."""
    steps = 1.0 + first + np.arange(count)
    return np.asarray(2 * np.pi * np.mod(GOLDEN * steps**1.5, 1.0))


def integral(params: Params, streams: Streams, units: range) -> Columns:
    """J16: as G10."""
    return conference.integral(params, streams, units)


def integral_witness(columns: Columns) -> str:
    """Say the value of the integrals."""
    return conference.integral_witness(columns)


def shift_rule(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001 - the signature of a study
    """J18: the rule of Appendix B minus the derivative, shift pi/2, of a squared loss.

    Columns: deviation, on L = (<Z> - .3)^2 with <Z> = cos t at t = .7: .3865 - (-.5989); printed, exact, the two;
    expectations, the largest deviation on all outputs of the default cloud circuit at spread angles; other_shift, on
    <Z> = cos t at .7 with shift pi/4 and the printed factor read literally (ERR-5).
    """
    from qbench.quantum import compile

    t, c, quarter = 0.7, 0.3, math.pi / 2

    def loss(x: float) -> float:
        return (math.cos(x) - c) ** 2

    printed = float(shift_gradient([loss(t + quarter)], [loss(t - quarter)], prefactor="printed")[0])
    exact = -2 * (math.cos(t) - c) * math.sin(t)
    theta, phi = spread(8).reshape(2, 4), spread(4, first=8)
    # The rule by the closed forms, the derivative by the engine's adjoint pass.
    rule = output_jacobian(theta, phi, readout="all").reshape(8, 8)
    ones = ((np.arange(2**8) >> np.arange(8)[:, None]) & 1).astype(np.float64)
    rows = np.tile(np.concatenate([phi, theta.ravel()]), (8, 1))
    adjoint = np.asarray(compile(cloud_circuit()).vjp(rows, ones))[:, 4:]
    s = math.pi / 4
    literal = float(shift_gradient([math.cos(t + s)], [math.cos(t - s)], s, prefactor="printed")[0])
    return one(
        deviation=printed - exact,
        printed=printed,
        exact=exact,
        expectations=float(np.abs(rule - adjoint).max()),
        other_shift=literal + math.sin(t),
    )


def shift_rule_witness(columns: Columns) -> str:
    """Say the counterexample to the rule on a loss."""
    return (
        f"L = (<Z> - .3)^2, <Z> = cos t, t = .7: the rule gives {columns['printed'][0]:.4f}, the derivative is "
        f"{columns['exact'][0]:.4f}, of the other sign; on <Z> itself the rule is exact"
    )


def rotosolve_formula(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001
    """J19: the value where the printed formula lands, above the minimum C - A, for A = 1.7, B = 2.4, C = .3.

    Columns: deviation, with arctan as printed; deviation_arctan2; landing, the angle; maxima, the share of `phases`
    equal phases B for which arctan lands on the maximum.
    """
    a, c, count = 1.7, 0.3, cast("int", params["phases"])

    def land(b: float, angle: str) -> tuple[float, float]:
        theta, _ = rotosolve_sweep(lambda t: a * np.sin(t[..., 0] + b) + c, [0.0], angle=angle)
        return float(theta[0]), float(a * math.sin(theta[0] + b) + c)

    landing, value = land(2.4, "arctan")
    phases = 2 * np.pi * (np.arange(count) + 0.5) / count
    maxima = sum(land(b, "arctan")[1] > c for b in phases.tolist())
    return one(
        deviation=value - (c - a),
        deviation_arctan2=land(2.4, "arctan2")[1] - (c - a),
        landing=landing,
        maxima=maxima / count,
    )


def rotosolve_formula_witness(columns: Columns) -> str:
    """Say where the printed formula lands."""
    return (
        f"L = 1.7 sin(t + 2.4) + .3: arctan lands at {columns['landing'][0]:.4f}, {columns['deviation'][0]:g} above "
        f"the minimum, which is the maximum; so it does for {columns['maxima'][0]:.0%} of all phases"
    )


def classical_sampler(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001
    """J23: the law of all measured bits of Eq. (12)'s circuit against L N Bernoulli bits and L - 1 XOR.

    L up to `layers`, N up to `neurons`, `angles` sets of spread angles each, by state vectors of the engine. Columns:
    followed, how many laws the sampler gives to 1e-12: the counterexamples to an advantage of this circuit; tried;
    deviation, the largest difference of two probabilities; operations, bits and XOR a sample at the largest.
    """
    from qbench.quantum import compile

    layers, neurons = cast("int", params["layers"]), cast("int", params["neurons"])
    count, worst, tried, followed = cast("int", params["angles"]), 0.0, 0, 0
    for l in range(1, layers + 1):
        for n in range(1, neurons + 1):
            theta = spread(count * l * n).reshape(count, l, n)
            phi = spread(count * n, first=count * l * n).reshape(count, n)
            rows = np.concatenate([phi, theta.reshape(count, -1)], axis=-1)
            law = compile(cloud_circuit(l, n)).probabilities(rows)
            apart = np.abs(law - joint_law(theta, phi)).max(axis=-1)
            worst = max(worst, float(apart.max()))
            followed += int((apart <= 1e-12).sum())
            tried += count
    return one(followed=followed, tried=tried, deviation=worst, operations=layers * neurons + layers - 1)


def classical_sampler_witness(columns: Columns) -> str:
    """Say what the sampler costs."""
    return (
        f"{columns['operations'][0]:g} coin tosses and XOR draw a measurement of the largest circuit tried from its "
        f"exact law; of {columns['tried'][0]:g} circuits they follow {columns['followed'][0]:g}"
    )


def maximum_ratio(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001
    """J29: the largest | ||v|| - 1 | of v = conj(h) / ||h|| over `channels` spread channels of 1, 2 and 4 antennas.

    Column deviation_printed: the same without the conjugate, Appendix C to the letter, which has norm 1 too.
    """
    count, worst, plain = cast("int", params["channels"]), 0.0, 0.0
    for antennas in (1, 2, 4):
        phases = spread(count * antennas).reshape(count, antennas)
        moduli = 10.0 ** (spread(count * antennas, first=1) - 3.0).reshape(count, antennas)
        h = moduli * np.exp(1j * phases)
        length = np.sqrt((np.abs(h) ** 2).sum(axis=-1, keepdims=True))
        worst = max(worst, float(np.abs(np.linalg.norm(h.conj() / length, axis=-1) - 1).max()))
        plain = max(plain, float(np.abs(np.linalg.norm(h / length, axis=-1) - 1).max()))
    return one(deviation=worst, deviation_printed=plain)


def controlled_gates(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001
    """J31: how much any output changes when every CZ is dropped from the default circuit, at `angles` spread angles.

    Columns: violations, 1 unless an output changes in operator order by more than 1e-12; change, by how much there (all
    L N outputs); violations_circuit and change_circuit, in circuit order, where CZ makes the outputs of layer 1
    constant, and change_circuit_last, of the last layer alone there; change_cx, in operator order when the CX are
    dropped, and neurons_cx, how many outputs they change.
    """
    from qbench.quantum import compile

    count = cast("int", params["angles"])
    rows = spread(count * 12).reshape(count, 12)
    ones = (np.arange(2**8)[:, None] >> np.arange(8)) & 1

    def outputs(order: str, *gates: str) -> FloatArray:
        return np.asarray(compile(cloud_circuit(order=order, gates=gates)).probabilities(rows) @ ones)

    whole = {order: outputs(order, "ry", "cx", "cz") for order in ("operator", "circuit")}
    changes = {order: np.abs(whole[order] - outputs(order, "ry", "cx")).max(axis=0) for order in whole}
    without_cx = np.abs(whole["operator"] - outputs("operator", "ry", "cz")).max(axis=0)
    return one(
        violations=changes["operator"].max() <= 1e-12,
        violations_circuit=changes["circuit"].max() <= 1e-12,
        change=changes["operator"].max(),
        change_circuit=changes["circuit"].max(),
        change_circuit_last=changes["circuit"][readout_qubits(2, 4)].max(),
        change_cx=without_cx.max(),
        neurons_cx=int((without_cx > 1e-12).sum()),
    )


def controlled_gates_witness(columns: Columns) -> str:
    """Say what the CZ do."""
    return (
        f"without any CZ no output of Eq. (12) changes (largest change {columns['change'][0]:.1e}): they come last and "
        f"are diagonal; the CX change {columns['neurons_cx'][0]:g} of 8 outputs"
    )
