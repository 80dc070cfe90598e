"""How fast the training loss settles, Fig. 3a: supervised, all epochs, no early stop.

The text says "stable" and gives no measure. Here: the first epoch from which on the loss has always made 98 % (or 95 %)
of the fall that it makes by the last one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from qbench._check import in_interval
from qbench.papers.hqcnn._columns import joined
from qbench.papers.hqcnn.trained import taught

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qbench._arrays import FloatArray, IntArray
    from qbench.papers._study import Columns, Params, Streams
    from qbench.papers.hqcnn.trained import Taught

SHOWN = (*range(11), 12, 15, 20, 25, 30, 40, 50, 75, 100, 125, 150, 175, 200)
"""Epochs whose losses are columns, as far as there are such."""


def convergence(params: Params, streams: Streams, units: range) -> Columns:
    """Train a model to its last epoch; params: those of `trained.taught`, patience None.

    Columns: e98, e95: `settled`; loss_E: the mean loss on the training set after epoch E of SHOWN; fall: what it falls
    from before training to the last epoch; held_out: the least mean loss on the validation networks; blind: the loss of
    the frequencies of each user's label in the training set, the least that any network reaches which sees no channel.
    """
    epochs = [e for e in SHOWN if e <= cast("int", params["epochs"])]
    return joined(_columns(group, epochs) for group in taught(params, streams, units, curve=True))


def _columns(group: Taught, epochs: Sequence[int]) -> dict[str, FloatArray]:
    losses = group.record.training
    return {
        **{f"loss_{e}": losses[:, e] for e in epochs},
        **{f"e{share}": settled(losses, share / 100).astype(np.float64) for share in (98, 95)},
        "fall": losses[:, 0] - losses[:, -1],
        "held_out": group.record.validation.min(axis=1),
        "blind": np.array([blind_loss(labels.numpy()) for labels in group.lessons.targets["training"]]),
    }


def settled(losses: FloatArray, share: float = 0.98) -> IntArray:
    """Return the first epoch (S,) from which on losses (S, E + 1) have fallen by `share` of their fall to epoch E.

    E where the last loss is not below the first: nothing has been learned that could settle. Raises ValueError for a
    share outside (0, 1] and losses that are not finite, such as those of a seed that was stopped early.
    """
    in_interval("share", share, 0.0, 1.0, lo_open=True)
    if losses.ndim != 2 or not np.isfinite(losses).all():
        raise ValueError(f"losses must be (seeds, epochs) and finite, got shape {losses.shape}; take patience None")
    fallen = losses[:, :1] - losses
    short = fallen < share * fallen[:, -1:]
    last = losses.shape[1] - 1
    first = np.where(short.any(axis=1), last + 1 - np.argmax(short[:, ::-1], axis=1), 0)
    return np.asarray(np.where(fallen[:, -1] > 0.0, first, last), dtype=np.int64)


def blind_loss(labels: IntArray) -> float:
    """Return sum_k H(labels of user k), nats, of labels (N, K)."""
    shares = [np.unique(column, return_counts=True)[1] / len(column) for column in labels.T]
    return float(sum(-(p * np.log(p)).sum() for p in shares))
