"""Studies and papers: what they refuse at birth, and how params are resolved."""

import json
import math
from dataclasses import FrozenInstanceError, replace

import pytest

from qbench.evidence.claims import Cell, Part, Reading
from qbench.evidence.corrections import Correction
from qbench.evidence.papers import Study
from qbench.evidence.statistics import Exact, Mean
from qbench.evidence.tasks import tasks_of
from tests.synthetic import CODE, COUNT, MAIN, NORMAL, band, claim, exact_claim, paper, part, untestable_claim


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"unit": "shot"}, "unit of normal must be one of instance, seed, replicate, exact, got 'shot'"),
        ({"version": 0}, "count from 1, got 0 and 5"),
        ({"block": 0}, "count from 1, got 1 and 0"),
        ({"unit": "exact"}, "exact and runs once: its block is 1, got 5"),
        ({"run": "tests.synthetic"}, "run of normal is 'package.module:function', got 'tests.synthetic'"),
        ({"run": "tests/synthetic.py:normal"}, "run of normal is"),
        ({"costs": "costs"}, "costs of normal is 'package.module:function', got 'costs'"),
        ({"code": ()}, "must name the packages"),
        ({"tier": "slow"}, "fast, standard, paper, got 'slow'"),
        ({"defaults": {"mean": math.inf}}, "defaults of normal must be JSON"),
        ({"stream": "synthetic/{row}"}, r"stream of normal names \['row'\], not among its params"),
        ({"stream": "synthetic/{}"}, "not among its params"),
    ],
)
def test_what_a_study_must_be(changes, message):
    with pytest.raises(ValueError, match=message):
        replace(NORMAL, **changes)


@pytest.mark.parametrize(
    ("reading", "message"),
    [
        (
            Reading("cells", cells={"cell": {"men": 1.0}}, why="test"),
            "cell 'cell' of reading 'cells': the study normal has no parameter 'men'; it has mean, sd",
        ),
        # Known to the study of another part only: under this reading it would change nothing.
        (
            Reading("params", params={"count": 1}, parts=("a",), why="test"),
            "no study of synthetic/holds knows 'count', a parameter of reading 'params'",
        ),
    ],
)
def test_readings_that_no_study_understands(reading, message):
    parts = (part(), *exact_claim(0).parts)
    with pytest.raises(ValueError, match=message):
        paper(claim(parts=parts, readings=(MAIN, reading)))
    paper(claim(parts=parts, readings=(MAIN, Reading("params", params={"count": 1}, why="test"))))


def test_a_study_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        NORMAL.version = 2
    with pytest.raises(TypeError):
        NORMAL.defaults["mean"] = 1.0


def test_params_over_defaults():
    assert NORMAL.resolve({}) == {"mean": 0.0, "sd": 1.0}
    assert NORMAL.resolve({"mean": 2.5}) == {"mean": 2.5, "sd": 1.0}
    assert NORMAL.defaults["mean"] == 0.0


def test_unknown_params_are_named_with_those_there_are():
    with pytest.raises(ValueError, match="the study normal has no parameter 'men'; it has mean, sd"):
        NORMAL.resolve({"men": 1.0})
    with pytest.raises(ValueError, match="it has none"):
        replace(NORMAL, defaults={}).resolve({"mean": 1.0})


MIXED = Study("mixed", 1, "s/{whole}/{real}", "seed", 5, "fast", "a:b", CODE, {"whole": 1, "real": 1.0, "flag": True})


@pytest.mark.parametrize(
    ("params", "same"),
    [
        ({"real": 2}, {"real": 2.0}),
        ({"whole": 2.0}, {"whole": 2}),
        ({"whole": 1.0, "real": 1}, {}),
    ],
)
def test_one_and_one_point_zero_are_one_value(params, same):
    # Equal values under two keys would be computed twice, and their streams would differ.
    one, other = (json.dumps(MIXED.resolve(p), sort_keys=True) for p in (params, same))
    assert one == other
    streams = {MIXED.stream.format(**MIXED.resolve(p)) for p in (params, same)}
    assert len(streams) == 1


def test_resolving_keeps_what_a_number_says():
    resolved = MIXED.resolve({"whole": 1.5, "real": 3, "flag": False})
    assert resolved == {"whole": 1.5, "real": 3.0, "flag": False}
    assert resolved["flag"] is False
    assert MIXED.resolve({})["flag"] is True


def test_equal_params_in_other_order_give_equal_keys():
    one, other = {"mean": 1.0, "sd": 2.0}, {"sd": 2, "mean": 1}
    keys = [next(tasks_of("synthetic", NORMAL, p, 0, 5)).key for p in (one, other)]
    assert keys[0] == keys[1]


# --- papers ---


@pytest.mark.parametrize(
    ("claims", "message"),
    [
        ((claim(), claim()), "claim ids of synthetic must differ, 'synthetic/holds' stands twice"),
        ((claim(), claim("other")), "claim numbers of synthetic must differ, 'C01' stands twice"),
        ((replace(claim(), id="elsewhere/holds"),), "its id must begin with synthetic/"),
        (
            (claim(parts=(part(study="gone"),)),),
            "cell 'cell' of part 'a': synthetic has no study 'gone'; it has normal",
        ),
        ((claim(parts=(Part("a", {"c": Cell("normal", {"men": 1})}, Mean("a"), band()),)),), "no parameter 'men'"),
        ((claim(readings=(MAIN, Reading("disc", params={"radius": 1}, why="t"))),), "knows 'radius', a parameter of"),
        ((claim(parts=(Part("a", {"c": Cell("count")}, Mean("count"), band()),)),), "unit 'exact' go together"),
        (
            (exact_claim(0, parts=(Part("a", {"c": Cell("normal")}, Exact("a"), band(0, 0)),)),),
            "statistic Exact and a study of unit 'exact' go together",
        ),
    ],
)
def test_what_a_paper_must_be(claims, message):
    with pytest.raises(ValueError, match=message):
        paper(*claims)


def test_studies_differ_in_name():
    with pytest.raises(ValueError, match="studies of synthetic must differ, 'normal' stands twice"):
        paper(studies=(NORMAL, NORMAL))


def test_looks_are_multiples_of_the_block():
    with pytest.raises(ValueError, match="the look 5 is no multiple of 4, the block"):
        paper(claim(), studies=(replace(NORMAL, block=4),))
    looks = {"fast": (5,), "standard": (5, 10, 20), "paper": (10, 20, 41)}
    # A look of a tier that is hardly ever run is checked too.
    with pytest.raises(ValueError, match="the look 41 is no multiple of 5"):
        paper(claim(parts=(part(looks=looks),)))


def test_a_block_may_hold_every_look_evenly():
    whole = paper(claim(), studies=(replace(NORMAL, block=1),))
    assert whole.study("normal").block == 1


def test_a_reading_may_set_what_one_study_of_the_claim_knows():
    reading = Reading("other", params={"count": 3}, why="test")
    both = claim(parts=(part(), exact_claim(0).parts[0]), readings=(MAIN, reading))
    assert paper(both).claims == (both,)


def test_study_by_name():
    assert paper().study("count") is COUNT
    with pytest.raises(ValueError, match="synthetic has no study 'cuont'; it has normal, count"):
        paper().study("cuont")
    with pytest.raises(ValueError, match="it has none"):
        paper(studies=()).study("count")


def test_a_claim_runs_where_its_slowest_study_does():
    whole = paper(claim())
    assert whole.claim_tier(claim()) == "fast"
    assert whole.claim_tier(claim(parts=(part(), part(name="b", study="slow")))) == "standard"
    assert whole.claim_tier(untestable_claim()) == "fast"


@pytest.mark.parametrize("field", ["where", "printed", "used", "why"])
@pytest.mark.parametrize("text", ["", " \n", None])
def test_a_correction_says_everything(field, text):
    whole = Correction("Eq. (10)", "a row sum", "a column sum", "a row sum is 1")
    assert replace(paper(), corrections=(whole,)).corrections == (whole,)
    with pytest.raises(ValueError, match=f"a correction needs words in {field}, got"):
        replace(whole, **{field: text})
