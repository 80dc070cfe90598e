"""Exact studies of the search: what each finds at small sizes, its witness in words, its arguments."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from qbench.papers.tn_qdrl import search_certificates
from qbench.papers.tn_qdrl.mps import draw_mps

PARAMS = {
    "growth": {"first": 3, "last": 5},
    "registers": {"top": 9},
    "storage": {"first": 2, "last": 5, "bond": 2},
    "uniform_start": {"first": 1, "last": 3},
    "diffusion_only": {"qubits": 2},
    "decision_calls": {"first": 1, "last": 3},
    "simulated_search": {"first": 3, "last": 5},
}


def run(name, **changes):
    columns = getattr(search_certificates, name)(PARAMS[name] | changes, None, range(1))
    assert all(values.shape == (1,) for values in columns.values())
    return {key: float(values[0]) for key, values in columns.items()}


def check_values():
    """By hand: tau* = 2, 3, 4 for 8, 16, 32; 2 chi^2 j = 8 j against 2^j: 1..5 store no less, none a tie.

    12 * 3^V = 36, 108, 324 actions: tau* = 4, 8, 14. The slope of three points a unit apart is (last - first)/2.
    """
    assert run("growth") == pytest.approx(
        {"slope": math.log(4 / 2) / (2 * math.log(2)), "first_calls": 2, "last_calls": 4}
    )
    assert run("registers") == {"violations": 0, "tried": 9, "fullest": 1.0, "emptiest": 9 / 16}
    assert run("storage") == {"violations": 4, "tried": 4, "largest": 5, "ties": 0, "last_small": 5}
    assert run("storage", first=6, last=9) == {"violations": 0, "tried": 4, "largest": 0, "ties": 0, "last_small": 5}
    assert run("storage", first=3, last=5, bond=1)["ties"] == 2  # 2 j = 2^j at 1 and 2
    # A call for eta, one a vehicle, one for producer and band: 3, 4, 5.
    slope, factored = math.log(14 / 4) / 2, math.log(5 / 3) / 2
    whole = {"slope": slope, "doubling": math.log(2) / slope, "first_calls": 4, "last_calls": 14}
    parts = {"slope": factored, "doubling": math.log(2) / factored, "first_calls": 3, "last_calls": 5}
    assert run("decision_calls") == pytest.approx(whole | {f"{name}_factored": value for name, value in parts.items()})
    assert run("simulated_search") == {"difference": 8, "largest": 3 * 32}


def check_orders_of_the_search():
    """Four actions, one iteration: certain when restored; the bracket does it once, too, for its oracle came first."""
    wanted = {"restored": 1.0, "bracket": 1.0, "text": 1.0, "text_on_start": 0.25, "calls": 1}
    assert run("diffusion_only") == pytest.approx(wanted, abs=1e-12)
    # Three iterations of 16 against one: the bracket is its own inverse.
    found = run("diffusion_only", qubits=4)
    assert found["bracket"] == pytest.approx(math.sin(3 * math.asin(1 / 4)) ** 2, abs=1e-12)
    assert found["restored"] == found["text"] == pytest.approx(math.sin(7 * math.asin(1 / 4)) ** 2, abs=1e-12)
    assert found["text_on_start"] == pytest.approx(math.sin(5 * math.asin(1 / 4)) ** 2, abs=1e-12)


def check_uniform_start():
    found = run("uniform_start")
    assert found["deviation"] == max(found["amplitude"], found["angle"])
    assert found["deviation"] < 1e-14


def test_values():
    check_values()


def test_orders_of_the_search():
    check_orders_of_the_search()


def test_uniform_start():
    check_uniform_start()


def test_what_is_counted_is_what_is_stored():
    for j, chi in ((3, 2), (8, 4)):
        stored = draw_mps(np.random.default_rng(0), j, bond=chi).cores.size
        assert stored == search_certificates._cores(j, chi)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("growth", r"N to the power 0.5000: from 2 to 4 oracle calls"),
        ("storage", "4 of 4 numbers of sites store no less .* 5 sites"),
        ("diffusion_only", "own inverse: 1 of them leave .* chance 1, Grover's iterations 1"),
        ("decision_calls", r"double every 1.1 vehicles \(slope 0.626 per vehicle\): from 4 to 14"),
        ("simulated_search", "at least 8 operations more .* 96 at the largest"),
    ],
)
def test_witnesses(name, words):
    columns = getattr(search_certificates, name)(PARAMS[name], None, range(1))
    assert re.search(words, getattr(search_certificates, f"{name}_witness")(columns))


@pytest.mark.parametrize(
    ("name", "changes", "words"),
    [
        ("growth", {"first": 0}, "first must be a whole number of at least 1, got 0"),
        ("growth", {"last": 3}, "last must be a whole number of at least 4, got 3"),
        ("registers", {"top": 0}, "top must be a whole number of at least 1, got 0"),
        ("storage", {"bond": 0}, "bond must be a whole number of at least 1, got 0"),
        ("diffusion_only", {"qubits": 0}, "qubits must be a whole number of at least 1, got 0"),
    ],
)
def test_arguments(name, changes, words):
    with pytest.raises(ValueError, match=words):
        run(name, **changes)
