"""What is measured for the journal's claims on the cloud: networks trained on channels that are always new.

As `cloud_qnn.studies.cloud`, with what the journal says of the curve. Losses are in (bit/s/Hz)^2 or, normalised,
without unit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from qbench._check import one_of
from qbench.papers.cloud_qnn.networks import network
from qbench.papers.cloud_qnn.scorer_studies import scorers
from qbench.papers.cloud_qnn.studies import SETTING, cloud_costs, run_scores, trained_cloud, windows
from qbench.papers.cloud_qnn.training import losses_on

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from qbench._arrays import FloatArray
    from qbench.papers._study import Columns, Params, Streams
    from qbench.papers.cloud_qnn.setting import Setting
    from qbench.papers.cloud_qnn.tables import Lessons
    from qbench.papers.cloud_qnn.training import Trained

__all__ = ["CLOUD", "CURVE_SETS", "cloud", "cloud_costs", "scorers", "unrest"]

CURVE_SETS = ("fixed", "draws")

CLOUD: Mapping[str, Any] = {**SETTING, "data": "regenerated", "curve_set": "fixed"}
"""The fields of `Setting` with the journal's main reading, and where the curve is drawn.

curve_set: "fixed", the same channels after every episode, so that the curve shows what was learned; "draws", after each
episode on the channels of that episode (before training: on those of the first), so that it shows the channels too.
"""


def cloud(params: Params, streams: Streams, units: range) -> Columns:
    """Cloud networks, trained and tested; the seeds of all units side by side.

    Params: PHYSICS and SIZE of `cloud_qnn.draws`, CLOUD. Columns: those of `cloud_qnn.studies.cloud`; early, the mean
    of L(1) to L(10); and, as means over the seeds of what each seed's own curve gives: unrest_early and unrest_late,
    mean |L(e + 1) - L(e)| over the first and the last tenth of the episodes; moved, mean (L(e + 1) - L(e))^2; drawn,
    mean 2 var_e/N_data, what the mean loss of N_data new channels would move by if the angles stood still; moved_late
    and drawn_late, the same without the first tenth of the steps.
    """
    run = trained_cloud(params, streams, units)
    s, result = run.setting, run.result
    if one_of("curve_set", cast("str", params["curve_set"]), CURVE_SETS) == "draws":
        if s.data != "regenerated":
            raise ValueError(f"curve_set 'draws' needs data 'regenerated', got {s.data!r}; leave it at 'fixed'")
        each, spread = _on_draws(s, result, run.lessons)
    else:
        each, spread = result.curve, result.spread
    found = {f"loss_{e:03d}": each[:, e] for e in range(s.epochs + 1)} | unrest(each, spread, s.samples)
    columns = {name: values.reshape(len(units), -1).mean(axis=-1) for name, values in found.items()}
    curves = each.reshape(len(units), -1, s.epochs + 1).mean(axis=1)
    shown = [windows(curve) for curve in curves]
    columns |= {name: np.array([one[name] for one in shown]) for name in shown[0]}
    return columns | run_scores(run, len(units))


def unrest(curves: FloatArray, spread: FloatArray, samples: int) -> dict[str, FloatArray]:
    """Return the columns (S,) of `cloud` that tell how curves (S, E + 1) move.

    `spread`: variance of the loss over channels at the same angles (S, E + 1).
    """
    epochs = curves.shape[-1] - 1
    tenth = max(1, epochs // 10)
    steps = np.diff(curves, axis=-1)
    drawn = 2.0 * spread[:, :-1] / samples
    return {
        "early": curves[:, 1 : tenth + 1].mean(axis=-1),
        "unrest_early": np.abs(steps[:, :tenth]).mean(axis=-1),
        "unrest_late": np.abs(steps[:, -tenth:]).mean(axis=-1),
        "moved": np.square(steps).mean(axis=-1),
        "drawn": drawn.mean(axis=-1),
        "moved_late": np.square(steps[:, tenth:]).mean(axis=-1),
        "drawn_late": drawn[:, tenth:].mean(axis=-1),
    }


def _on_draws(s: Setting, result: Trained, lessons: Lessons) -> tuple[FloatArray, FloatArray]:
    """Return mean and variance (S, E + 1) of the loss on the channels of each episode, at the angles after it."""
    circuit, points = network(s, lessons.n_ap), []
    for e in range(s.epochs + 1):
        first = max(e - 1, 0) * s.samples
        points.append(losses_on(circuit, result.path[:, e], lessons.part(first, first + s.samples)))
    means, variances = np.stack(points, axis=-1)
    return means, variances
