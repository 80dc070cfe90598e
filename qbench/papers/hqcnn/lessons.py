"""What the seeds of a study learn from: networks drawn for each, as they see them, and the loss they minimise.

The paper trains on the rate (Eq. (8)) for its results and on labels (Eq. (7)) for the figure of convergence, and names
no one who labels; here Master-AP does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import torch

from qbench._check import one_of
from qbench.papers.hqcnn.draws import KINDS, Row, draw_set, link
from qbench.papers.hqcnn.features import Standard
from qbench.papers.hqcnn.losses import SoftRate, supervised_loss
from qbench.papers.hqcnn.master_ap import master_ap
from qbench.papers.hqcnn.training import Examples

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from torch import Tensor

    from qbench._arrays import FloatArray
    from qbench.papers._study import Params, Streams
    from qbench.papers.hqcnn.training import Loss

UNSUPERVISED = {"lin": ("lin", False), "sq": ("sq", False), "literal": ("lin", True)}
"""Losses on the rate: how interference is weighed, and whether o_kk is q_k^T q_k."""
SUPERVISED = {"labels": "index", "labels_gain": "gain"}
"""Losses on labels: in which order Master-AP takes the users."""
LOSSES = (*UNSUPERVISED, *SUPERVISED)

SETS: Mapping[str, int] = {"test": 50, "validation": 256, "training": 1024}
"""Networks of a replicate in the main reading, by kind."""


@dataclass(frozen=True, eq=False)
class Lessons:
    """The networks of some seeds.

    Attributes:
        beta: gains (S, N, M, K) by kind.
        x: features (S, N, K, M) by kind, scaled by the seed's own training set.
        targets: gains or labels by kind, what the loss takes beside the logits.
        loss: of logits (S, B, K, tau) and targets (S, B, ...), losses (S, B).
    """

    beta: Mapping[str, FloatArray]
    x: Mapping[str, Tensor]
    targets: Mapping[str, Tensor]
    loss: Loss

    def examples(self, kind: str) -> Examples:
        """Return the networks of a kind, one of `draws.KINDS`, to learn from."""
        return Examples(self.x[kind], self.targets[kind])


def lessons(params: Params, streams: Streams, units: Sequence[int]) -> Lessons:
    """Draw the networks of some units; params: row, PHYSICS, LINK, SETS, scaling and loss.

    Raises ValueError for unknown words and sizes below 1.
    """
    loss, row = one_of("loss", cast("str", params["loss"]), LOSSES), Row.of(params["row"])
    beta = {kind: np.stack([draw_set(params, streams, u, kind).beta for u in units]) for kind in KINDS}
    scale = Standard.of(beta["training"], cast("Any", params["scaling"]))
    x = {kind: scale.features(gains) for kind, gains in beta.items()}
    if loss in SUPERVISED:
        order = SUPERVISED[loss]
        labels = {k: torch.from_numpy(master_ap(b, row.n_pilot, order=order)) for k, b in beta.items()}
        return Lessons(beta, x, labels, supervised_loss)
    gains = {k: torch.from_numpy(b) for k, b in beta.items()}
    return Lessons(beta, x, gains, soft_rate(params, loss).loss_of_logits)


def soft_rate(params: Params, loss: str) -> SoftRate:
    """Return the soft rate that a loss of UNSUPERVISED is made of; params: row and LINK."""
    interference, literal = UNSUPERVISED[loss]
    return SoftRate.of(link(params), interference=interference, literal=literal)
