"""CVaR-VQE on fresh networks: every readout and every curve of one setting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from qbench.papers.cvar_vqe.circuits import ry_cz_ansatz
from qbench.papers.cvar_vqe.curves import first_at_least, late_steps, time_to_own_range
from qbench.papers.cvar_vqe.encodings import encoding
from qbench.papers.cvar_vqe.instances import replicate, scaled
from qbench.papers.cvar_vqe.qnn import amortised
from qbench.papers.cvar_vqe.solver import NEAR, Setting, solve

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qbench._arrays import FloatArray
    from qbench.papers._study import Columns, Params, Streams
    from qbench.papers.cvar_vqe.instances import Instances
    from qbench.papers.cvar_vqe.solver import Run

SETTING: Mapping[str, Any] = {
    "alpha": 0.25,
    "depth": 1,
    "entanglement": "linear",
    "encoding": "onehot",
    "optimiser": "cobyla",
    "epochs": 100,
    "shots": 1024,
    "penalty": 2.0,
    "start": "uniform",
}
"""The fields of `Setting` that a study's params name, with the values of the main reading (S0)."""


def setting(params: Params) -> Setting:
    """Return the setting that a study's params name."""
    return Setting(**{name: cast("Any", params[name]) for name in SETTING})


def vqe(params: Params, streams: Streams, units: range) -> Columns:
    """One CVaR-VQE setting on replicates of fresh networks, one theta_0 an instance, shared by all settings.

    Params: PHYSICS, SIZE, SETTING, and `method`: "instance" (a circuit's angles for each instance) or "qnn" (one set of
    angles for all). Columns: see `columns`; of "qnn" only opt and the readouts z_*.
    """
    rows: list[dict[str, float]] = []
    for unit in units:
        instances = replicate(params, streams, unit)
        algorithm, shots = streams.rng("algorithm", unit), streams.rng("shots", unit)
        if params["method"] == "qnn":
            rows.append(amortised(params, streams, unit, instances, setting(params), algorithm, shots))
        else:
            rows.append(columns(instances, solve(instances, setting(params), algorithm=algorithm, shots=shots)))
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def columns(instances: Instances, runs: Sequence[Run]) -> dict[str, float]:
    """Return one replicate's numbers, means over its instances; rates in bit/s/Hz, times in epochs.

    opt; z_out, z_mode, z_mean, z_ever: readouts; the same with suffix _per_vehicle (divided by I) and _share (divided
    by opt). Of the mean curve over the instances, `own` without suffix, the others
    with _shot_mean and _best: t90, t_near (first epoch at 0.9 of the mean optimum), late_steps, c20 (value at epoch
    20). t_hit: first epoch, per instance, at which a paid shot was feasible and at 0.9 of the optimum; samples_hit:
    the shots until then, and again as comparator_samples; never counts as T + 1. draws_feasible, draws_strings: what
    uniform draws take on average. pgs_max, pgs_last: largest and last value of the mean exact
    ground-state mass; energy_change: exact mean energy at the last epoch less that at the epoch of pgs_max; pgs_gain,
    lowest_gain: last less first of the ground mass and of the mass on the lowest hundredth. own_001, ... and pgs_001,
    ...: the mean curves.
    """
    optimum = float(instances.optimum.mean())
    curves = {
        name: np.mean([getattr(run, name) for run in runs], axis=0)
        for name in ("own", "shot_mean", "best", "ground", "lowest", "mean_energy")
    }
    row = {"opt": optimum}
    row |= {f"z_{name}": mean(runs, name) for name in ("out", "mode", "mean", "ever")}
    row |= scaled(row, instances)
    for name in ("own", "shot_mean", "best"):
        suffix = "" if name == "own" else f"_{name}"
        curve = curves[name]
        row[f"t90{suffix}"] = time_to_own_range(curve)
        row[f"t_near{suffix}"] = first_at_least(curve, NEAR * optimum)
        row[f"late_steps{suffix}"] = late_steps(curve)
        row[f"c20{suffix}"] = float(curve[min(20, curve.size) - 1])
    hits = [first_at_least(run.best_counted, NEAR * best) for run, best in zip(runs, instances.optimum, strict=True)]
    row["t_hit"] = float(np.mean(hits))
    row["samples_hit"] = float(np.mean([h * run.samples for h, run in zip(hits, runs, strict=True)]))
    row["comparator_samples"] = row["samples_hit"]
    row |= {name: mean(runs, name) for name in ("draws_feasible", "draws_strings")}
    ground, energy = curves["ground"], curves["mean_energy"]
    peak = int(ground.argmax())
    row |= {"pgs_max": float(ground[peak]), "pgs_last": float(ground[-1]), "pgs_gain": float(ground[-1] - ground[0])}
    row["t_pgs"] = peak + 1
    row["energy_change"] = float(energy[-1] - energy[peak])
    row["lowest_gain"] = float(curves["lowest"][-1] - curves["lowest"][0])
    row |= numbered("own", curves["own"]) | numbered("pgs", ground)
    return row


def numbered(name: str, curve: FloatArray) -> dict[str, float]:
    """Return a curve (T,) as columns name_001, name_002, ..."""
    return {f"{name}_{t:03d}": float(value) for t, value in enumerate(curve, start=1)}


def mean(runs: Sequence[Run], name: str) -> float:
    """Return the mean of one number over instances."""
    return float(np.mean([getattr(run, name) for run in runs]))


def vqe_costs(params: Params) -> dict[str, int]:
    """Return what one circuit of the setting costs, and how many evaluations and shots an instance takes."""
    from qbench.quantum import resources

    s = setting(params)
    n = encoding(s.encoding, cast("int", params["agents"]), cast("int", params["stations"])).n_qubits
    evaluations = s.epochs * {"sweep": (s.depth + 1) * n + 1, "spsa": 2}.get(s.optimiser, 1)
    return {
        **resources(ry_cz_ansatz(n, s.depth, s.entanglement)).as_costs(),
        "circuit_evaluations": evaluations,
        "shots": evaluations * s.shots,
    }
