"""Exact study of the printed constant of the channel estimate, c_mk after Eq. (1)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

import numpy as np

from qbench import radio
from qbench._check import positive_int
from qbench.papers.hqcnn.rates import NOISE_W, PILOT_W

if TYPE_CHECKING:
    from qbench._arrays import FloatArray
    from qbench.papers._study import Columns, Params, Streams


def printed_estimate(params: Params, streams: Streams, units: range) -> Columns:
    """C46: gamma = sqrt(tau rho_p) beta c of a user alone on its pilot, c as printed and as corrected.

    Params: pilots, tau; gains_db, a list; example_db, the gain of the example; draws. Columns: violations, how many
    gains have a printed gamma above beta; tried; printed, corrected, beta: the example; second, the second moment of
    the estimate with the printed c, c^2 (tau rho_p beta + 1), which gamma is said to be; sampled and
    sampled_corrected: second moments of drawn estimates of the example, y = sqrt(tau rho_p) g + w.
    """
    t = positive_int("pilots", params["pilots"]) * PILOT_W / NOISE_W
    beta = radio.db_to_linear(np.array(cast("list[float]", params["gains_db"])))
    (unit,) = units
    example = radio.db_to_linear(np.array([cast("float", params["example_db"])]))
    draws = positive_int("draws", params["draws"])
    channel, noise = (radio.complex_gaussian(rng, (draws,)) for rng in radio.spawn(streams.rng("shots", unit), 2))
    heard = np.abs(math.sqrt(t) * np.sqrt(example) * channel + noise) ** 2
    columns = {
        "violations": float(np.count_nonzero(gamma_of(beta, t, printed=True) > beta)),
        "tried": float(len(beta)),
        "beta": float(example[0]),
        "printed": float(gamma_of(example, t, printed=True)[0]),
        "corrected": float(gamma_of(example, t, printed=False)[0]),
        "second": float((constant(example, t, printed=True) ** 2 * (t * example + 1.0))[0]),
        "sampled": float(constant(example, t, printed=True)[0] ** 2 * heard.mean()),
        "sampled_corrected": float(constant(example, t, printed=False)[0] ** 2 * heard.mean()),
    }
    return {name: np.array([value]) for name, value in columns.items()}


def constant(beta: FloatArray, training: float, *, printed: bool) -> FloatArray:
    """Return c of users alone on a pilot: sqrt(tau rho_p beta) over the load as printed, sqrt(tau rho_p) beta else."""
    above = np.sqrt(training * beta) if printed else math.sqrt(training) * beta
    return np.asarray(above / (training * beta + 1.0))


def gamma_of(beta: FloatArray, training: float, *, printed: bool) -> FloatArray:
    """Return sqrt(tau rho_p) beta c, the paper's second moment of the estimate."""
    return math.sqrt(training) * beta * constant(beta, training, printed=printed)


def printed_estimate_witness(columns: Columns) -> str:
    """Say the example."""
    printed, second = columns["printed"][0], columns["second"][0]
    return (
        f"beta = {columns['beta'][0]:.3g} gives gamma = {printed:.4g}, far above it, and an estimate with that c has "
        f"the second moment {second:.4g}; sqrt(tau rho_p) beta above the line gives {columns['corrected'][0]:.4g} for "
        "both"
    )
