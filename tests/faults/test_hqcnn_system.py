"""Mistakes in the pilot assignment's physics and searches, each with the test that catches it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qbench.papers.hqcnn.rates import Link
from tests.faults.door import Fault, assert_caught

PAPER = "qbench.papers.hqcnn"
UNIT = "tests.unit.hqcnn"
LOOPS = f"{UNIT}.test_rates:check_against_loops"
SIGNALS = "tests.oracles.test_hqcnn_signals:test_effective_sinr"


def changed_powers(**changes):
    """Return a patch of `received`: name of a part -> function of the parts and the link."""

    def patch(received):
        def faulty(beta, pilots, link):
            parts = received(beta, pilots, link)
            return replace(parts, **{name: change(parts, link) for name, change in changes.items()})

        return faulty

    return patch


def without_brackets(_):
    def faulty(estimate, link):
        return np.broadcast_to(estimate.sum(axis=-1, keepdims=True) / link.n_antenna, estimate.shape)

    return faulty


def beta_inside_the_root(gamma):
    return lambda beta, pilots, link: gamma(beta, pilots, replace(link, mode="printed_c"))


def swapped_axes(gains):
    return lambda name, beta: np.swapaxes(gains(name, beta), -1, -2)


def flat(distances):
    def faulty(ap, user, *, wrap_m):
        return distances(ap, user, wrap_m=None)

    return faulty


def one_pilot_less(search):
    return lambda model, gains, b, n_pilot, tail, best: search(model, gains, b, n_pilot - 1, tail, best)


FAULTS = (
    Fault(
        "pilot contamination dropped",
        ((f"{PAPER}.rates:received", changed_powers(contamination=lambda p, _: 0.0 * p.contamination)),),
        LOOPS,
    ),
    Fault(
        "pilot contamination dropped, as the signals show",
        ((f"{PAPER}.rates:received", changed_powers(contamination=lambda p, _: 0.0 * p.contamination)),),
        SIGNALS,
        ("equal", 2),
    ),
    Fault(
        "noise of the user's own beam left out",
        ((f"{PAPER}.rates:received", changed_powers(noncoherent=lambda p, _: 0.75 * p.noncoherent)),),
        SIGNALS,
        ("per_user", 2),
    ),
    Fault(
        "array gain L instead of its square",
        ((f"{PAPER}.rates:received", changed_powers(signal=lambda p, link: p.signal / link.n_antenna)),),
        SIGNALS,
        ("equal", 2),
    ),
    Fault("beta inside the root", ((f"{PAPER}.rates:gamma", beta_inside_the_root),), SIGNALS, ("equal", 1)),
    Fault("power control without its brackets", ((f"{PAPER}.rates:power_control", without_brackets),), LOOPS),
    Fault("swapped AP and user axes", ((f"{PAPER}.rates:gains", swapped_axes),), LOOPS),
    Fault(
        "energy of one pilot symbol instead of the sequence",
        ((f"{PAPER}.rates:Link.training", lambda _: property(lambda self: self.pilot_snr)),),
        LOOPS,
    ),
    Fault(
        "more pilots with more energy",
        ((f"{PAPER}.rates:Link.orthogonal", lambda _: lambda self, n_user: replace(self, n_pilot=n_user)),),
        f"{UNIT}.test_rates:test_a_pilot_for_everybody_with_the_same_energy",
    ),
    Fault(
        "path loss of metres in a formula for kilometres",
        (("qbench.radio.three_slope:_KILOMETRE", lambda _: 1.0),),
        "tests.unit.radio.test_three_slope:test_values_of_the_cell_free_literature",
    ),
    Fault(
        "noise figure forgotten",
        (("qbench.radio.noise:db_to_linear", lambda _: lambda value_db: 1.0),),
        "tests.unit.radio.test_noise:test_a_receiver_of_20_mhz",
    ),
    Fault(
        "gains in dB taken for amplitudes",
        (("qbench.radio:db_to_linear", lambda original: lambda value_db: original(np.asarray(value_db) / 2)),),
        f"{UNIT}.test_system:test_shadowing_in_db_on_every_link",
    ),
    Fault(
        "torus taken for a square",
        ((f"{PAPER}.system:distances", flat),),
        f"{UNIT}.test_system:test_wrapping_shortens_ways_and_moves_nobody",
    ),
    Fault(
        "compiled rates without the noise of the beams",
        ((f"{PAPER}.problem:heard_gains", lambda _: lambda beta, link: np.zeros_like(beta)),),
        f"{UNIT}.test_problem:check_against_rates",
        (Link(),),
    ),
    Fault(
        "exhaustive over one pilot less",
        ((f"{PAPER}._partition_kernel:best_partition", one_pilot_less),),
        f"{UNIT}.test_exhaustive:check_against_plain_python",
    ),
    Fault(
        "master is the weakest AP",
        ((f"{PAPER}.master_ap:gains", lambda original: lambda name, beta: 1.0 / original(name, beta)),),
        f"{UNIT}.test_methods:test_master_ap_by_loops",
        (9, 3),
    ),
    Fault(
        "rows of cells all in one direction",
        ((f"{PAPER}.location:_rank", lambda rank: lambda rows, columns: rank(2 * rows, columns)),),
        f"{UNIT}.test_methods:test_the_serpentine_by_hand",
    ),
    Fault(
        "local search without swaps",
        (("qbench.assignment.local_search:n_neighbours", lambda _: lambda agents, choices: agents * (choices - 1)),),
        "tests.unit.assignment.test_heuristics:test_local_search_swaps_where_no_move_fits",
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.name)
def test_fault_is_caught(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_caught(fault, monkeypatch)
