"""The search for a model's learning rate; what it found is frozen in the ledger, where every run names its rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from qbench._check import one_of
from qbench.papers.hqcnn.draws import LINK, PHYSICS
from qbench.papers.hqcnn.lessons import SETS
from qbench.papers.hqcnn.models import SHAPE
from qbench.papers.hqcnn.trained import taught

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qbench.papers._study import Streams

ROWS = {"small": "10-9-3", "medium": "30-20-10"}
LOSSES = {"unsupervised": "lin", "supervised": "labels"}
REPLICATES = 3

DEFAULTS: Mapping[str, Any] = {
    **PHYSICS,
    **LINK,
    **SETS,
    **SHAPE,
    "scaling": "global",
    "score": "mbps",
    "epochs": 100,
    "patience": 20,
    "rate": 1e-2,
    "rate_factor": 1.0,
}
"""Params of a trained network in the main reading, but its row, model, loss and rate."""


def stream(size: str) -> str:
    """Return the name of the stream to tune on, which no study draws from. Raises ValueError for another size."""
    return f"hqcnn/tuning/{ROWS[one_of('size', size, ROWS)]}"


def validation_losses(
    streams: Streams, loss: str, size: str, model: str, rates: Sequence[float], **changes: object
) -> list[float]:
    """Return the mean over replicates of the least validation loss, rate by rate.

    streams: those of `stream(size)`.
    changes: other params than DEFAULTS, for small examples. Raises ValueError for unknown words.
    """
    params = {
        **DEFAULTS,
        "row": ROWS[one_of("size", size, ROWS)],
        "loss": LOSSES[one_of("loss", loss, LOSSES)],
        "model": model,
        **changes,
    }
    found = []
    for rate in rates:
        groups = taught({**params, "rate": rate}, streams, range(REPLICATES))
        least = [np.nanmin(group.record.validation, axis=1) for group in groups]
        found.append(float(np.concatenate(least).mean()))
    return found
