"""CVaR-VQE optimised and read out on a noisy device (C21)."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from qbench.papers.cvar_vqe.instances import replicate
from qbench.papers.cvar_vqe.noise import Noise, NoisyObjective
from qbench.papers.cvar_vqe.solver import solve
from qbench.papers.cvar_vqe.studies.vqe import mean, setting

if TYPE_CHECKING:
    from qbench.papers._study import Columns, Params, Streams
    from qbench.papers.cvar_vqe.energies import Landscape
    from qbench.papers.cvar_vqe.solver import Objective, Setting
    from qbench.quantum.program import Program


def noisy(params: Params, streams: Streams, units: range) -> Columns:
    """Run one CVaR-VQE setting on a noisy device: the instances, angles and shots' uniforms of the study `vqe`.

    Params: PHYSICS, SIZE, SETTING, and `one_qubit`, `two_qubit`, `readout` (see `Noise`), all times `noise_scale`.
    Columns, means over the instances in bit/s/Hz: opt; z_out, z_mode (most likely string under noise), z_mean, z_ever.
    """
    strengths = {name: cast("float", params[name]) for name in ("one_qubit", "two_qubit", "readout")}
    noise = Noise(**strengths).scaled(cast("float", params["noise_scale"]))

    def device(program: Program, land: Landscape, of: Setting) -> Objective:
        return NoisyObjective(program.circuit, land.energies, of.alpha, noise)

    rows: dict[str, list[float]] = {}
    for unit in units:
        instances = replicate(params, streams, unit)
        runs = solve(
            instances,
            setting(params),
            algorithm=streams.rng("algorithm", unit),
            shots=streams.rng("shots", unit),
            objective_of=device,
            watch=False,
        )
        row = {"opt": float(instances.optimum.mean())}
        row |= {f"z_{name}": mean(runs, name) for name in ("out", "mode", "mean", "ever")}
        for name, value in row.items():
            rows.setdefault(name, []).append(value)
    return {name: np.array(values) for name, values in rows.items()}
