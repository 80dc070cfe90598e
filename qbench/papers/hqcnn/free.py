"""The baseline without a network: probabilities of every instance, free, by gradient descent on the soft rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
import torch

from qbench import radio
from qbench._check import finite_array, in_interval, one_of, positive_int
from qbench.papers.hqcnn.adam import Adam
from qbench.papers.hqcnn.draws import evaluated, generator, link
from qbench.papers.hqcnn.ensemble import decide, distinct
from qbench.papers.hqcnn.lessons import UNSUPERVISED, soft_rate
from qbench.papers.hqcnn.problem import PilotAssignment
from qbench.papers.hqcnn.studies import mean_value, scale

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import IntArray
    from qbench.papers._study import Columns, Params, Streams
    from qbench.papers.hqcnn.losses import SoftRate

RATE, STEPS = 0.1, 300


def free_assignment(
    beta: ArrayLike, soft: SoftRate, rng: np.random.Generator, *, rate: float = RATE, steps: int = STEPS
) -> IntArray:
    """Return pilots (N, K) of gains (N, M, K): softmax of free logits, Adam, then the largest of every user.

    Logits begin as standard normal draws, instance after instance: from equal ones no user could leave the others.
    Instances are computed to the bit as if alone. Raises ValueError for gains that are not positive and of three axes,
    fewer than 1 step and a rate that is not positive.
    """
    gains = finite_array("beta", beta, ndim_at_least=3)
    if gains.ndim != 3 or not (gains > 0.0).all():
        raise ValueError(f"beta must be (instances, APs, users) and positive, got {gains.shape}, least {gains.min()}")
    in_interval("rate", rate, 0.0, np.inf, lo_open=True, hi_open=True)
    logits = torch.from_numpy(rng.normal(size=(len(gains), gains.shape[2], soft.n_pilots))).requires_grad_()
    given = torch.from_numpy(gains)
    adam = Adam([logits], rate)
    for _ in range(positive_int("steps", steps)):
        logits.grad = None
        soft.loss_of_logits(logits, given).sum().backward()  # type: ignore[no-untyped-call]  # torch
        adam.step([logits])
    return decide(logits)


def per_instance(params: Params, streams: Streams, units: range) -> Columns:
    """Descend on the test networks of a row, each for itself; params: row, PHYSICS, LINK, SETS, loss and score.

    Columns: rate, the mean sum rate; ln_rate, the logarithm of that mean; seen_rate, the same as rate on as many
    networks of the training set; distinct, how many different assignments there are. Raises ValueError for a loss on
    labels.
    """
    soft = soft_rate(params, one_of("loss", cast("str", params["loss"]), UNSUPERVISED))
    rows = []
    for unit in units:
        kinds = zip(("test", "training"), radio.spawn(generator(streams, unit, "free"), 2), strict=True)
        means, count = [], 0
        for kind, rng in kinds:
            beta = evaluated({**params, "evaluated": kind}, streams, unit).beta
            problem = PilotAssignment(beta, link(params))
            pilots = free_assignment(beta, soft, rng)
            means.append(scale(params, problem) * mean_value(problem, pilots))
            count = count or int(distinct(pilots[np.newaxis])[0])
        rows.append((means[0], np.log(means[0]), means[1], float(count)))
    return dict(zip(("rate", "ln_rate", "seen_rate", "distinct"), np.array(rows).T.copy(), strict=True))
