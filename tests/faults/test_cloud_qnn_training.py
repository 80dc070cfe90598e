"""Mistakes in the training of the cloud network and its studies, each with the test that catches it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.faults.door import Fault, assert_caught

PAPER = "qbench.papers.cloud_qnn"
TRAINING = "tests.unit.cloud_qnn.test_training"
STUDIES = "tests.unit.cloud_qnn.test_studies"

FAULTS = (
    Fault(
        "ascent, the sign as printed",
        ((f"{PAPER}.training:half_difference", lambda original: lambda plus, minus: -original(plus, minus)),),
        f"{TRAINING}:test_training_is_algorithm_1",
        ("default",),
    ),
    Fault(
        "turns in another order than losses",
        ((f"{PAPER}.networks:shifted_outputs", lambda original: lambda *a, **k: np.swapaxes(original(*a, **k), 2, 3)),),
        f"{TRAINING}:test_shift_rule_on_looked_up_losses",
        ("cloud",),
    ),
    Fault(
        "turns in another order than losses, unchecked",
        ((f"{PAPER}.networks:shifted_unchecked", lambda original: lambda *a: np.swapaxes(original(*a), 2, 3)),),
        f"{TRAINING}:test_training_is_algorithm_1",
        ("large steps",),
    ),
    Fault(
        "step does not shrink",
        ((f"{PAPER}.training:step_size", lambda original: lambda rate, _: original(rate, 0)),),
        f"{TRAINING}:test_training_is_algorithm_1",
        ("small steps",),
    ),
    Fault(
        "the same channel every iteration",
        ((f"{PAPER}.setting:Setting.channel_at", lambda _: lambda *_args: 0),),
        f"{TRAINING}:test_training_is_algorithm_1",
        ("large steps",),
    ),
    Fault(
        "trained at the SNR of the evaluation",
        ((f"{PAPER}.setting:Setting.train_snr", lambda _: property(lambda self: self.snr)),),
        f"{TRAINING}:test_snrs",
    ),
    Fault(
        "assignments numbered from the last AP",
        ((f"{PAPER}.tables:assignment_number", lambda original: lambda a, k: original(a[..., ::-1], k)),),
        f"{TRAINING}:test_training_is_algorithm_1",
        ("default",),
    ),
    Fault(
        "reuse without its CZ chain",
        (("qbench.papers.cloud_qnn.circuits:cz_schedule", lambda _: lambda *_args: []),),
        f"{TRAINING}:test_reuse_is_its_circuit",
    ),
    Fault(
        "curve drawn on the training channels",
        ((f"{PAPER}.studies:train", lambda original: lambda s, t, l, _c=None: original(s, t, l)),),
        f"{STUDIES}:test_fresh_data_is_judged_on_channels_of_its_own",
    ),
    Fault(
        "tested on the training channels",
        ((f"{PAPER}.draws:KINDS", lambda _: _Kinds(("training", "curve", "test", "edge"))),),
        f"{STUDIES}:test_seeds_kinds_and_units_differ",
    ),
    Fault(
        "rates of the untrained network",
        (
            (
                f"{PAPER}.studies:train",
                lambda original: lambda s, theta, *rest: replace(original(s, theta, *rest), theta=theta),
            ),
        ),
        f"{STUDIES}:test_columns_are_means_over_seeds_and_channels",
    ),
    Fault(
        "interference left on without interference",
        (
            (
                f"{PAPER}.studies:assigned_rates",
                lambda f: lambda table, a, *, snr, interference: f(table, a, snr=snr, interference=0.1),
            ),
        ),
        f"{STUDIES}:test_scores_by_hand",
    ),
    Fault(
        "best sum over assignments that leave users out",
        ((f"{PAPER}.studies:feasible", lambda _: lambda a, n_user: np.ones(a.shape[:-1], bool)),),
        f"{STUDIES}:test_policies_are_what_they_say",
    ),
)


class _Kinds(tuple):
    """A tuple in which every kind is the first."""

    __slots__ = ()

    def index(self, *_):
        return 0


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.name)
def test_fault_is_caught(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_caught(fault, monkeypatch)
