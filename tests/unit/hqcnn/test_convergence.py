"""How fast a loss settles, by hand, and the curves of Fig. 3a."""

from __future__ import annotations

import math

import numpy as np
import pytest

from qbench.evidence.streams import Streams
from qbench.papers.hqcnn import convergence as module
from qbench.papers.hqcnn.convergence import blind_loss, convergence, settled
from qbench.papers.hqcnn.lessons import lessons
from qbench.papers.hqcnn.trained import taught
from qbench.papers.hqcnn.tuning import DEFAULTS

STREAMS = Streams("test")
TINY = {
    **DEFAULTS,
    "test": 2,
    "validation": 5,
    "training": 60,
    "row": "4-5-2",
    "model": "mlp",
    "loss": "labels",
    "epochs": 12,
    "patience": None,
}


@pytest.mark.parametrize(
    ("losses", "epoch"),
    [
        ([10.0, 0.1, 0.0, 0.0], 1),  # 99 % at once
        ([10.0, 5.0, 0.3, 0.0], 3),
        ([10.0, 0.1, 5.0, 0.0], 3),  # it comes back up: settled only after
        ([10.0, 0.0, 1.0, 0.9], 1),  # below the end counts as fallen: 98 % of 9.1 leaves 1.08
        ([10.0, 9.0, 8.0, 10.0], 3),  # nothing learned in the end
        ([10.0, 11.0, 12.0, 13.0], 3),
        ([10.0, 10.0, 10.0, 9.0], 3),
    ],
)
def test_settled_by_hand(losses, epoch) -> None:
    assert module.settled(np.array([losses])).tolist() == [epoch]


def test_settled_takes_seeds_and_shares() -> None:
    losses = np.array([[10.0, 0.4, 0.1, 0.0], [10.0, 5.0, 0.4, 0.0]])
    assert settled(losses, 0.95).tolist() == [1, 2]
    assert settled(losses, 0.98).tolist() == [2, 3]


def test_settled_refuses_losses_that_end_early() -> None:
    with pytest.raises(ValueError, match="patience None"):
        settled(np.array([[1.0, 0.5, math.nan]]))
    with pytest.raises(ValueError, match="share"):
        settled(np.array([[1.0, 0.5]]), 0.0)


def test_blind_loss_is_the_entropy_of_the_labels() -> None:
    assert blind_loss(np.array([[0, 0], [0, 1], [0, 1], [0, 1]])) == pytest.approx(
        -(0.25 * math.log(0.25) + 0.75 * math.log(0.75))
    )
    assert blind_loss(np.zeros((3, 4), dtype=np.int64)) == 0.0


def test_columns_are_of_the_curve() -> None:
    columns = convergence(TINY, STREAMS, range(1, 3))
    (group,) = taught(TINY, STREAMS, [1, 2], curve=True)
    losses = group.record.training
    assert losses.shape == (2, 13)
    assert not np.isnan(losses).any()
    assert [n for n in columns if n.startswith("loss_")] == [f"loss_{e}" for e in (*range(11), 12)]
    assert columns["loss_12"].tolist() == losses[:, 12].tolist()
    assert columns["e98"].tolist() == settled(losses, 0.98).tolist()
    assert columns["e95"].tolist() == settled(losses, 0.95).tolist()
    assert columns["fall"] == pytest.approx(losses[:, 0] - losses[:, 12])
    assert (columns["fall"] > 0).all()
    assert columns["held_out"] == pytest.approx(group.record.validation.min(axis=1))
    labels = lessons(TINY, STREAMS, [2]).targets["training"][0].numpy()
    assert columns["blind"][1] == pytest.approx(blind_loss(labels))
