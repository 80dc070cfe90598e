"""What decides a claim cannot move unseen; how it is worded may."""

import json
from dataclasses import replace

import pytest

from qbench.evidence.bands_lock import current, decisive_hash, moved, verdicts_section, write
from qbench.evidence.claims import Band, Cell, Part, Reading
from qbench.evidence.statistics import Exact, Mean, PairedDifference
from tests.synthetic import MAIN, NORMAL, STUDIES, band, claim, estimate, exact_claim, paper, part, recorded
from tests.synthetic import untestable_claim as untestable

INF = float("inf")
OTHER = Reading("other", params={"mean": 1.0}, columns={"a": "b"}, why="test")
LOOKS = {"fast": (10,), "standard": (10, 15, 25), "paper": (15, 25, 50)}
BASE = claim(readings=(MAIN, OTHER), parts=(part(band=Band(lo=0.0, hi=5.0, unit="dB", why="test")), part(name="b")))


def hashed(of, studies=STUDIES):
    return decisive_hash(of, paper(of, studies=studies))


def with_part(**changes):
    return replace(BASE, parts=(replace(BASE.parts[0], **changes), BASE.parts[1]))


def with_study(**changes):
    return tuple(replace(s, **changes) if s is NORMAL else s for s in STUDIES)


def sides(lo=0.0, hi=5.0, unit="dB"):
    return with_part(band=Band(lo=lo, hi=hi, unit=unit, why="test"))


@pytest.mark.parametrize(
    "moving",
    [
        sides(lo=0.5),
        sides(hi=5.5),
        sides(lo=-INF),
        sides(hi=INF),
        sides(unit="dBm"),
        with_part(statistic=Mean("b")),
        with_part(statistic=Mean({"a": 1, "b": -1})),
        with_part(statistic=PairedDifference("a", "b")),
        with_part(looks=LOOKS),
        with_part(name="renamed"),
        with_part(cells={"cell": Cell("normal", {"mean": 4.0})}),
        with_part(cells={"cell": Cell("slow", {"mean": 3.0, "sd": 1.0})}),
        with_part(cells={**BASE.parts[0].cells, "more": Cell("normal")}),
        replace(BASE, parts=BASE.parts[:1]),
        replace(BASE, parts=BASE.parts[::-1]),
        replace(BASE, readings=(MAIN,)),
        replace(BASE, readings=(MAIN, replace(OTHER, key="renamed"))),
        replace(BASE, readings=(MAIN, replace(OTHER, params={"mean": 2.0}))),
        replace(BASE, readings=(MAIN, replace(OTHER, columns={"a": "a"}))),
        replace(BASE, readings=(MAIN, replace(OTHER, cells={"cell": {"mean": 1.0}}))),
        replace(BASE, readings=(MAIN, replace(OTHER, parts=("a",)))),
        replace(BASE, readings=(MAIN, replace(OTHER, parts=("b",)))),
        replace(BASE, decides_at="paper"),
        replace(BASE, id="synthetic/elsewhere"),
    ],
)
def test_what_decides_is_seen(moving):
    assert hashed(moving) != hashed(BASE)


def test_swapped_sides_are_seen():
    assert hashed(sides(lo=-INF, hi=0.0)) != hashed(sides(lo=0.0, hi=INF))


@pytest.mark.parametrize(
    "changes",
    [
        {"defaults": {"mean": 0.5, "sd": 1.0}},
        {"defaults": {"mean": 0.0, "sd": 1.0, "more": 1}},
        {"stream": "elsewhere"},
        {"unit": "seed"},
    ],
)
def test_what_decides_in_a_study_is_seen(changes):
    assert hashed(BASE, with_study(**changes)) != hashed(BASE)


def test_kinds_tolerances_and_reasons_are_seen():
    exact = exact_claim(0)
    assert hashed(replace(exact, kind="consistency")) != hashed(exact)
    (violations,) = exact.parts
    assert hashed(replace(exact, parts=(replace(violations, statistic=Exact("count", 0.1)),))) != hashed(exact)
    assert hashed(replace(untestable(), untestable="missing: code")) != hashed(untestable())


@pytest.mark.parametrize(
    "worded",
    [
        replace(BASE, says="a exceeds zero"),
        replace(BASE, where="Fig. 2"),
        replace(BASE, claimed=3.5),
        replace(BASE, number="C99"),
        replace(BASE, parameters="inferred"),
        replace(BASE, version=2),
        replace(BASE, recorded=recorded("reproduced", a=estimate(3.0))),
        replace(BASE, readings=(replace(MAIN, why="reworded"), OTHER)),
        with_part(band=Band(lo=0.0, hi=5.0, unit="dB", why="reworded")),
        with_part(beside={"optimum": Mean("b")}),
    ],
)
def test_wording_is_not(worded):
    assert hashed(worded) == hashed(BASE)


@pytest.mark.parametrize("changes", [{"version": 2}, {"seconds": 9.0}, {"run": "tests.synthetic:fragile"}])
def test_how_a_study_is_programmed_is_not(changes):
    assert hashed(BASE, with_study(**changes)) == hashed(BASE)


def test_other_studies_of_the_paper_do_not_matter():
    assert hashed(BASE, (*STUDIES, replace(NORMAL, name="more"))) == hashed(BASE)


# --- leave to move ---

LOCK = current([paper(BASE)])
MOVED = current([paper(sides(lo=0.5))])
VERDICTS = "# Changelog\n\n## [Unreleased]\n\n### Verdicts\n\n- `{}`: the band was mistyped.\n\n### Fixed\n\n- more\n"


def test_nothing_moved():
    assert moved(LOCK, LOCK, "") == []


def test_what_moved_is_named_with_what_to_do():
    (problem,) = moved(MOVED, LOCK, "")
    assert problem.startswith("synthetic/holds: bands, readings, parts or looks changed; raise its version")


def test_a_higher_version_gives_leave():
    assert moved(current([paper(replace(sides(lo=0.5), version=2))]), LOCK, "") == []
    higher = current([paper(replace(BASE, version=3))])
    # A lower version than the one on record does not.
    assert len(moved(current([paper(replace(sides(lo=0.5), version=2))]), higher, "")) == 1


def test_the_changelog_gives_leave():
    assert moved(MOVED, LOCK, VERDICTS.format("synthetic/holds")) == []


@pytest.mark.parametrize(
    "changelog",
    [
        VERDICTS.format("synthetic/holds-more"),  # a claim whose name begins alike
        VERDICTS.format("synthetic/hold"),
        VERDICTS.format("synthetic/holds").replace("Verdicts", "Added"),
        VERDICTS.format("synthetic/holds").replace("[Unreleased]", "[0.1.0] - 2026-01-01"),
        VERDICTS.format("other") + "\n- synthetic/holds\n",
        "synthetic/holds",
    ],
)
def test_naming_it_elsewhere_does_not(changelog):
    assert len(moved(MOVED, LOCK, changelog)) == 1


def test_claims_that_come_and_go():
    (new,) = moved({**LOCK, "synthetic/new": LOCK["synthetic/holds"]}, LOCK, "")
    assert new == "synthetic/new is not in bands.lock: run `make bands` before its first result"
    (gone,) = moved({}, LOCK, "")
    assert gone == "synthetic/holds left the ledger: name it under Verdicts"
    assert moved({}, LOCK, VERDICTS.format("synthetic/holds")) == []


def test_sections_of_the_changelog():
    text = "## [Unreleased]\n### Verdicts\nfirst\n### Fixed\nno\n### Verdicts\nsecond\n## [0.1.0]\n### Verdicts\nold\n"
    assert verdicts_section(text).split() == ["first", "second"]
    assert verdicts_section("") == ""
    assert verdicts_section("## [0.1.0]\n### Verdicts\nold\n") == ""


def test_writing_the_lock(tmp_path):
    path = tmp_path / "bands.lock"
    assert write(path, [paper(BASE)], "") == 1
    assert json.loads(path.read_text()) == LOCK
    # New claims come in freely; what moved needs leave, and without it the file stays.
    with pytest.raises(ValueError, match="synthetic/holds: bands"):
        write(path, [paper(sides(lo=0.5), exact_claim(0))], "")
    assert json.loads(path.read_text()) == LOCK
    assert write(path, [paper(BASE, exact_claim(0))], "") == 2
    assert write(path, [paper(sides(lo=0.5), exact_claim(0))], VERDICTS.format("synthetic/holds")) == 2
    assert json.loads(path.read_text())["synthetic/holds"] == MOVED["synthetic/holds"]


def test_parts_built_anew_hash_alike():
    cells = {"cell": Cell("normal", {"sd": 1.0, "mean": 3.0})}
    rebuilt = Part("a", cells, Mean({"a": 1.0}), Band(lo=0.0, hi=5.0, unit="dB", why="again"))
    assert hashed(replace(BASE, parts=(rebuilt, BASE.parts[1]))) == hashed(BASE)
    assert hashed(with_part(band=band(0.0, 5.0))) == hashed(BASE)
