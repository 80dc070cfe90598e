"""Mistakes in the training of the edges and in the framework, each with the test that catches it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.faults.door import Fault, assert_caught

PAPER = "qbench.papers.cloud_edge_qnn"
LINKS = "tests.unit.cloud_edge_qnn.test_links"
TRAINING = "tests.unit.cloud_edge_qnn.test_training"
STUDIES = "tests.unit.cloud_edge_qnn.test_studies"
PROTOCOL = "tests.unit.cloud_edge_qnn.test_protocol"


def _of_first_users(original):
    """Return `Links.of` with the targets of user 0, whoever is served."""

    def of(channels, assignment, setting):
        links = original(channels, assignment, setting)
        first = original(channels, np.zeros_like(assignment), setting)
        return replace(links, target=first.target)

    return classmethod(lambda _, *arguments: of(*arguments))


def _at_first_angles(original):
    first = []

    def losses_on(circuit, theta, part):
        first.append(theta)
        return original(circuit, first[0], part)

    return losses_on


FAULTS = (
    Fault(
        "ascent in place of descent",
        ((f"{PAPER}.training:descent_direction", lambda original: lambda *a: -original(*a)),),
        f"{TRAINING}:test_training_is_algorithm_3",
    ),
    Fault(
        "shift rule without its half",
        ((f"{PAPER}.training:descent_direction", lambda original: lambda *a: 2 * original(*a)),),
        f"{TRAINING}:test_training_is_algorithm_3",
    ),
    Fault(
        "step does not shrink",
        ((f"{PAPER}.training:step_size", lambda original: lambda rate, _: original(rate, 0)),),
        f"{TRAINING}:test_training_is_algorithm_3",
    ),
    Fault(
        "the first episode's channels again and again",
        ((f"{PAPER}.setting:EdgeSetting.episode_channels", lambda original: lambda s, _: original(s, 0)),),
        f"{TRAINING}:test_training_is_algorithm_3",
    ),
    Fault(
        "own signal counted as disturbance",
        (
            (
                f"{PAPER}.training:disturbance",
                lambda original: lambda links, v: original(links, v) + (abs((links.mine * v).sum(axis=-1)) ** 2),
            ),
        ),
        f"{TRAINING}:test_training_is_algorithm_3",
    ),
    Fault(
        "received power with a conjugate",
        ((f"{PAPER}.links:received_power", lambda original: lambda h, v: original(np.conj(h), v)),),
        f"{LINKS}:test_disturbance_is_what_the_user_hears_of_all_other_aps",
    ),
    Fault(
        "target of another user",
        ((f"{PAPER}.links:Links.of", _of_first_users),),
        f"{TRAINING}:test_training_is_algorithm_3",
    ),
    Fault(
        "rows and columns of the heard channels swapped",
        (
            (
                f"{PAPER}.training:disturbance",
                lambda original: lambda links, v: original(replace(links, heard=np.swapaxes(links.heard, -2, -3)), v),
            ),
        ),
        f"{TRAINING}:test_training_is_algorithm_3",
    ),
    Fault(
        "slope by the beam, not by its conjugate",
        ((f"{PAPER}.training:loss_cotangent", lambda original: lambda *a, **k: np.conj(original(*a, **k))),),
        f"{TRAINING}:test_chain_is_the_gradient_and_the_rule_on_the_loss_is_not",
        ("zx", "independent"),
    ),
    Fault(
        "seeds share the first seed's weights",
        ((f"{PAPER}.training:sent_beams", lambda original: lambda n, t, links: original(n, t[:1] + 0 * t, links)),),
        f"{TRAINING}:test_curve_is_the_loss_on_its_own_channels",
    ),
    Fault(
        "maximum ratio without the conjugate",
        ((f"{PAPER}.scores:radio.maximum_ratio", lambda original: lambda h: np.conj(original(h))),),
        f"{LINKS}:test_printed_beam_lacks_the_conjugate",
    ),
    Fault(
        "edges of the framework learn under the untrained cloud",
        (
            (
                f"{PAPER}.framework:trained_cloud",
                lambda original: (
                    lambda *a: replace(
                        original(*a), result=replace(original(*a).result, theta=original(*a).result.start)
                    )
                ),
            ),
        ),
        f"{STUDIES}:test_framework",
    ),
    Fault(
        "an unserved user's trial counts",
        (
            (
                f"{PAPER}.scores:sum_rate",
                lambda original: lambda r, s, **_: original(r, s, infeasible="user_zero"),
            ),
        ),
        f"{LINKS}:test_scores_are_those_of_the_first_paper_for_maximum_ratio",
        ("h",),
    ),
    Fault(
        "the curve of each episode at the first angles",
        ((f"{PAPER}.cloud_study:losses_on", _at_first_angles),),
        f"{STUDIES}:test_curve_on_the_draws_of_each_episode",
    ),
    Fault(
        "an edge reports its channels to the other edges",
        (
            (
                f"{PAPER}.protocol:Wire.send",
                lambda original: (
                    lambda w, sender, receiver, kind, content: original(
                        w, sender, "edge 0" if kind == "channels" else receiver, kind, content
                    )
                ),
            ),
        ),
        f"{PROTOCOL}:test_messages_are_those_of_the_algorithm",
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.name)
def test_fault_is_caught(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_caught(fault, monkeypatch)
