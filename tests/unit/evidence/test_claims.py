"""Bands, readings, cells, parts and claims refuse at birth what could not be judged later."""

import math
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from qbench.evidence.claims import Band, Cell, Part, Reading
from qbench.evidence.statistics import Exact, Mean, Statistic
from qbench.evidence.tiers import LOOKS, SPEND, TIERS, tier_rank
from tests.synthetic import MAIN, band, claim, exact_claim, part, untestable_claim

INF = math.inf
LOOKS_OF_A_PART = {"fast": (5,), "standard": (5, 15, 30), "paper": (15, 30, 60)}


def test_the_constants_of_the_rule():
    # Every recorded verdict was reached with these: a change is a change of all verdicts.
    assert dict(LOOKS) == {"fast": (5,), "standard": (5, 10, 20), "paper": (10, 20, 40)}
    assert SPEND == (0.005, 0.010, 0.035)
    assert TIERS == ("fast", "standard", "paper")
    with pytest.raises(TypeError):
        LOOKS["fast"] = (2,)


def test_tiers_are_ordered_and_others_refused():
    assert [tier_rank(t) for t in TIERS] == [0, 1, 2]
    with pytest.raises(ValueError, match="fast, standard, paper, got 'slow'"):
        tier_rank("slow")


# --- bands ---


@pytest.mark.parametrize(
    ("lo", "hi", "message"),
    [
        (1.0, 0.0, r"lo <= hi, got \[1.0, 0.0\]"),
        (math.nan, 0.0, "lo <= hi"),
        (0.0, math.nan, "lo <= hi"),
        (-INF, INF, "not both"),
        # A side at the wrong infinity holds no finite value, so nothing could ever be reproduced.
        (INF, INF, "not both"),
        (-INF, -INF, "not both"),
    ],
)
def test_bands_that_are_none(lo, hi, message):
    with pytest.raises(ValueError, match=message):
        Band(lo=lo, hi=hi, unit="", why="tried")


@pytest.mark.parametrize("why", ["", "  \n"])
def test_a_band_says_why(why):
    with pytest.raises(ValueError, match="must say why"):
        Band(lo=0.0, hi=1.0, unit="", why=why)


def test_a_band_is_closed():
    unit = Band(lo=0.0, hi=1.0, unit="", why="test")
    assert unit.holds(0.0, 1.0)
    assert not unit.holds(-1e-12, 1.0)
    assert not unit.holds(0.0, 1.0 + 1e-12)
    # Touching an edge from outside shares a point with the band: that is not outside.
    assert not unit.excludes(1.0, 2.0)
    assert not unit.excludes(-1.0, 0.0)
    assert unit.excludes(1.0 + 1e-12, 2.0)
    assert unit.excludes(-1.0, -1e-12)


def test_a_band_of_one_side_is_open_there():
    above = Band(lo=0.0, hi=INF, unit="", why="test")
    assert above.holds(0.0, INF)
    assert not above.holds(-INF, INF)
    assert not above.excludes(-INF, INF)


def test_bands_work_element_by_element():
    unit = Band(lo=0.0, hi=1.0, unit="", why="test")
    lo, hi = np.array([0.0, -1.0, 2.0]), np.array([1.0, 0.5, 3.0])
    assert unit.holds(lo, hi).tolist() == [True, False, False]
    assert unit.excludes(lo, hi).tolist() == [False, False, True]


@pytest.mark.parametrize(
    ("lo", "hi", "text"), [(0.0, 1.5, "[0, 1.5]"), (-INF, 2.0, "(-inf, 2]"), (0.25, INF, "[0.25, inf)")]
)
def test_bands_in_words(lo, hi, text):
    assert str(Band(lo=lo, hi=hi, unit="dB", why="test")) == text


# --- readings and cells ---


@pytest.mark.parametrize("key", ["", "Main", "two words", ".first", "under_score", "main\n"])
def test_keys_of_readings(key):
    with pytest.raises(ValueError, match="key has lower-case letters"):
        Reading(key, why="test")


def test_a_reading_says_why():
    with pytest.raises(ValueError, match="'disc' must say why"):
        Reading("disc")


@pytest.mark.parametrize("value", [math.nan, INF, object(), {1, 2}, np.int64(3)])
def test_params_are_finite_json(value):
    with pytest.raises(ValueError, match="params of reading disc must be JSON"):
        Reading("disc", params={"x": value}, why="test")
    with pytest.raises(ValueError, match="params of a cell of normal must be JSON"):
        Cell("normal", {"x": value})


def test_params_are_copies_and_cannot_be_changed():
    shared = {"x": 1, "deep": [1, 2]}
    for made in (Reading("disc", params=shared, why="test"), Cell("normal", shared)):
        with pytest.raises(TypeError):
            made.params["x"] = 2
        shared["deep"].append(3)
        shared["x"] = 9
        assert dict(made.params) == {"x": 1, "deep": [1, 2]}
        shared.update(x=1, deep=[1, 2])


def test_columns_of_a_reading_cannot_be_changed():
    columns = {"a": "b"}
    reading = Reading("other", columns=columns, why="test")
    columns["a"] = "c"
    assert dict(reading.columns) == {"a": "b"}
    with pytest.raises(TypeError):
        reading.columns["a"] = "c"


def test_only_params_ask_for_other_tasks():
    assert Reading("other", columns={"a": "b"}, why="test").rescores
    assert not Reading("other", params={"x": 1}, why="test").rescores
    assert not Reading("other", params={"x": 1}, columns={"a": "b"}, why="test").rescores

    assert not Reading("other", cells={"cell": {"x": 1}}, why="test").rescores
    assert Reading("other", parts=("a",), why="test").rescores


def test_params_of_single_cells_are_copies_and_cannot_be_changed():
    shared = {"ours": {"deep": [1, 2]}}
    reading = Reading("other", cells=shared, why="test")
    shared["ours"]["deep"].append(3)
    shared["theirs"] = {"x": 1}
    assert {name: dict(params) for name, params in reading.cells.items()} == {"ours": {"deep": [1, 2]}}
    with pytest.raises(TypeError):
        reading.cells["theirs"] = {}
    with pytest.raises(TypeError):
        reading.cells["ours"]["deep"] = 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"cells": {"ours": {}}}, "'disc' names the cell 'ours' without params: say which, or drop it"),
        ({"cells": {"ours": {"x": math.nan}}}, "params of cell ours under reading disc must be JSON"),
        ({"parts": ("a", "a")}, "a tuple of different part names, got"),
        ({"parts": "gain"}, "a tuple of different part names, got 'gain'"),
    ],
)
def test_cells_and_parts_of_a_reading(changes, message):
    with pytest.raises(ValueError, match=message):
        Reading("disc", why="test", **changes)


# --- parts ---


def test_a_part_has_a_cell():
    with pytest.raises(ValueError, match="'gain' needs at least one cell"):
        Part("gain", {}, Mean("a"), band())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"standard": (5, 10)}, "at standard must be 3 rising"),
        ({"standard": (5, 10, 10)}, "rising"),
        ({"standard": (20, 10, 5)}, "rising"),
        ({"fast": (5, 10)}, "at fast must be 1 rising"),
        ({"fast": (1,)}, "from 2 up"),
        ({"paper": ()}, "at paper must be 3 rising"),
        ({"slow": (5,)}, "fast, standard, paper, got 'slow'"),
    ],
)
def test_looks_of_a_part(changes, message):
    with pytest.raises(ValueError, match=message):
        part(looks={**LOOKS_OF_A_PART, **changes})


def test_looks_name_every_tier():
    with pytest.raises(ValueError, match="must name the tiers fast, standard, paper"):
        part(looks={"fast": (5,), "standard": (5, 10, 20)})


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda: part(beside={"": Mean("a")}), "beside the part 'a' needs a name without outer spaces, got ''"),
        (lambda: part(beside={" optimum": Mean("a")}), "without outer spaces, got ' optimum'"),
        (lambda: part(beside={"optimum": "a"}), r"'optimum' beside the part 'a' must be a statistic .* got 'a'"),
        (lambda: part(beside={"optimum": Exact("a")}), "'optimum' beside the part 'a' .* needs an exact study"),
        (
            lambda: replace(exact_claim(0).parts[0], beside={"optimum": Mean("a")}),
            "'optimum' beside the part 'violations' sees the part's columns: both are Exact, or neither",
        ),
    ],
)
def test_numbers_beside_a_part(made, message):
    with pytest.raises(ValueError, match=message):
        made()


def test_numbers_beside_a_part_cannot_be_changed():
    beside = {"optimum": Mean("b")}
    made = part(beside=beside)
    beside["more"] = Mean("a")
    assert list(made.beside) == ["optimum"]
    with pytest.raises(TypeError):
        made.beside["optimum"] = Mean("a")


def test_looks_at():
    assert part().looks_at("standard") == (5, 10, 20)
    assert part().looks_at("paper") == (10, 20, 40)
    other = part(looks=LOOKS_OF_A_PART)
    assert other.looks_at("paper") == (15, 30, 60)
    with pytest.raises(TypeError):
        other.looks["fast"] = (10,)
    # An exact part runs once, at every tier.
    assert {exact_claim(0).parts[0].looks_at(tier) for tier in TIERS} == {(1,)}


def test_cells_cannot_be_changed():
    cells = {"x": Cell("normal")}
    made = Part("gain", cells, Mean("a"), band())
    cells["y"] = Cell("normal")
    assert list(made.cells) == ["x"]
    with pytest.raises(TypeError):
        made.cells["y"] = Cell("normal")


def test_statistics_keep_the_protocol():
    assert isinstance(Mean("a"), Statistic)
    assert isinstance(Exact("a"), Statistic)
    assert part().exact is False
    assert exact_claim(0).parts[0].exact is True


# --- claims ---

OTHER = Reading("disc", params={"mean": 2.0}, why="test")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"id": "synthetic"}, "<paper>/<key>"),
        ({"id": "Synthetic/holds"}, "<paper>/<key>"),
        ({"id": "synthetic/holds/more"}, "<paper>/<key>"),
        ({"id": "synthetic/two words"}, "<paper>/<key>"),
        ({"id": "synthetic/holds\n"}, "<paper>/<key>"),
        ({"number": "1"}, "letters and digits like C01"),
        ({"number": "c01"}, "letters and digits like C01"),
        ({"kind": "guessed"}, "kind of synthetic/holds must be one of measured, exact"),
        ({"parameters": "hidden"}, "stated, inferred or unstated, got 'hidden'"),
        ({"version": 0}, "counts from 1, got 0"),
        ({"decides_at": "slow"}, "fast, standard, paper, got 'slow'"),
        ({"parts": (part(), part(mean=1.0))}, "parts of synthetic/holds must have different names"),
        ({"readings": (MAIN, MAIN)}, "readings of synthetic/holds must have different names"),
        ({"readings": (OTHER,)}, "main reading of synthetic/holds is the parts as they stand"),
        ({"readings": (Reading("main", columns={"a": "b"}, why="test"),)}, "changes no params or columns"),
        ({"readings": (Reading("main", cells={"cell": {"mean": 1}}, why="test"),)}, "and neither cells nor parts"),
        ({"readings": (Reading("main", parts=("a",), why="test"),)}, "and neither cells nor parts"),
        ({"readings": (MAIN, Reading("b", parts=("b",), why="t"))}, "reading 'b' .* names the part 'b'; it has a$"),
        (
            {"readings": (MAIN, Reading("b", cells={"cel": {"mean": 1}}, why="t"))},
            "the reading 'b' of synthetic/holds names the cell 'cel'; it has cell",
        ),
        ({"parts": ()}, "needs parts and a main reading"),
        ({"readings": ()}, "needs parts and a main reading"),
        ({"kind": "exact"}, "'exact', so all its parts take the statistic Exact"),
        ({"kind": "consistency"}, "all its parts take the statistic Exact"),
        ({"kind": "untestable"}, "go together"),
        ({"untestable": "missing: a map"}, "go together"),
    ],
)
def test_what_a_claim_must_be(changes, message):
    with pytest.raises(ValueError, match=message):
        replace(claim(), **changes)


def test_a_measured_claim_measures():
    with pytest.raises(ValueError, match="'measured' with exact parts only"):
        exact_claim(0, kind="measured")
    both = (part(), exact_claim(0).parts[0])
    assert claim(parts=both).kind == "measured"
    with pytest.raises(ValueError, match="all its parts take the statistic Exact"):
        claim(parts=both, kind="exact")


def test_an_analytic_claim_names_its_proof():
    with pytest.raises(ValueError, match="name the pytest node that executes its proof"):
        exact_claim(0, kind="analytic")
    assert exact_claim(0, kind="analytic", proof="tests/t.py::test_it").proof == "tests/t.py::test_it"


@pytest.mark.parametrize(
    "reason", ["not-empirical", "not-empirical: a definition", "missing: code", "external: a chip"]
)
def test_reasons_why_a_claim_is_untestable(reason):
    assert replace(untestable_claim(), untestable=reason).untestable == reason


def test_other_reasons_are_refused():
    with pytest.raises(ValueError, match="a reason begins with not-empirical, missing: , external, got 'too hard'"):
        replace(untestable_claim(), untestable="too hard")


def test_an_untestable_claim_has_no_parts():
    with pytest.raises(ValueError, match="drop one of the two"):
        replace(untestable_claim(), parts=(part(),))


def test_the_main_reading_is_the_first():
    two = claim(readings=(MAIN, OTHER))
    assert two.main is MAIN
    assert two.reading("disc") is OTHER
    assert untestable_claim().main is None
    with pytest.raises(ValueError, match="no reading 'rim'; it has main, disc"):
        two.reading("rim")
    with pytest.raises(ValueError, match="it has none"):
        untestable_claim().reading("rim")


def test_a_cell_of_a_part_left_out_is_refused():
    two = (part(), Part("b", {"theirs": Cell("normal")}, Mean("a"), band()))
    both = Reading("both", cells={"theirs": {"mean": 1.0}}, why="test")
    of = claim(parts=two, readings=(MAIN, both))
    assert of.parts_under(both) == two
    second = replace(both, parts=("b",))
    assert replace(of, readings=(MAIN, second)).parts_under(second) == two[1:]
    with pytest.raises(ValueError, match="names the cell 'theirs'; it has cell"):
        replace(of, readings=(MAIN, replace(both, parts=("a",))))


def test_a_claim_knows_its_paper_and_cannot_be_changed():
    assert claim().paper == "synthetic"
    with pytest.raises(FrozenInstanceError):
        claim().version = 2
