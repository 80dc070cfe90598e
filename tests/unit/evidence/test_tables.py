"""Tables of a paper: what they refuse, what the checker says, and how a cell is judged."""

import math
from dataclasses import FrozenInstanceError, replace

import pytest

from qbench.evidence.check import check_paper
from qbench.evidence.report.table_cells import MARKS, judged_table
from qbench.evidence.report.table_view import counts_line
from qbench.evidence.statistics import Mean
from qbench.evidence.tables import Extra, Table
from qbench.evidence.verify import verify
from tests.synthetic import claim, estimate, part, recorded, untestable_claim
from tests.unit.evidence.tables import CLAIMS, FIRM, NOT, PAPER, TABLE, cell, changed

KNOWN = {c.number: c for c in CLAIMS}


# --- what a table is ---


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"key": "Table 2"}, "lower-case letters, digits and '-', got 'Table 2'"),
        ({"where": " "}, "the table 'table2' needs where"),
        ({"title": ""}, "the table 'table2' needs title"),
        ({"heading": ""}, "the table 'table2' needs heading"),
        ({"rows": ("small", "small", "blank", "unmeasured")}, "needs different rows, got .'small', 'small'"),
        ({"rows": ("small", " ", "blank", "unmeasured")}, "needs different rows"),
        ({"columns": ("random", "greedy", "best", "best")}, "needs different columns"),
        ({"readings": ("low", "low")}, "needs different readings"),
        ({"extras": (Extra("best", "random", "a search"),)}, "needs different columns, got .*'best', 'best'"),
        (
            {"extras": (Extra("x", "rundom", "a search"),)},
            "the column 'x' of the table 'table2' reads 'rundom', no col",
        ),
        ({"cells": {}}, "needs at least one cell"),
        ({"cells": {**TABLE.cells, ("big", "best"): "T11"}}, r"has no place \('big', 'best'\) for a cell"),
        ({"cells": {**TABLE.cells, ("blank", "last"): "T11"}}, r"has no place \('blank', 'last'\) for a cell"),
        ({"cells": {**TABLE.cells, ("blank", "best"): "T01"}}, "claims of their own, T01 stands twice"),
        ({"rows": (*TABLE.rows, "big")}, "the row 'big' of the table 'table2' has no cell: leave it out"),
        ({"columns": (*TABLE.columns, "last")}, "the column 'last' of the table 'table2' has no cell"),
        ({"references": {"blank": "best"}}, "ratios of the row 'blank' .* divide by 'best', where it has no cell"),
        ({"references": {"big": "best"}}, "ratios of the row 'big'"),
        ({"tolerance": 0.0}, "with ratios needs a finite tolerance above 0, got 0.0"),
        ({"tolerance": -0.1}, "got -0.1"),
        ({"tolerance": math.inf}, "got inf"),
        ({"tolerance": math.nan}, "got nan"),
        ({"decimals": -1}, "count from 0, got -1"),
    ],
)
def test_what_a_table_refuses(changes, message):
    with pytest.raises(ValueError, match=message):
        replace(TABLE, **changes)


@pytest.mark.parametrize("name", ["label", "column", "beside"])
def test_what_a_column_of_ours_refuses(name):
    with pytest.raises(ValueError, match=f"does not have needs {name}"):
        Extra(**{"label": "x", "column": "random", "beside": "a search", name: " "})


def test_a_table_stays_as_it_was_made():
    cells, references = dict(TABLE.cells), dict(TABLE.references)
    table = replace(TABLE, cells=cells, references=references)
    cells.clear()
    references.clear()
    assert (len(table.cells), len(table.references)) == (8, 2)
    with pytest.raises(TypeError):
        table.cells["small", "best"] = "T99"
    with pytest.raises(FrozenInstanceError):
        table.key = "other"
    # Without ratios there is nothing to tolerate, and pure numbers have no unit.
    assert replace(TABLE, references={}, tolerance=0.0, unit="").unit == ""


def test_a_paper_has_each_table_once():
    with pytest.raises(ValueError, match="tables of synthetic must differ, 'table2' stands twice"):
        replace(PAPER, tables=(TABLE, TABLE))


# --- what the checker says ---


def said(paper):
    return [p for p in check_paper(paper) if p.startswith("table")]


def test_a_table_of_fitting_claims_is_whole():
    assert said(PAPER) == []


@pytest.mark.parametrize(
    ("paper", "message"),
    [
        (changed(table=replace(TABLE, cells={**TABLE.cells, ("blank", "best"): "T99"})), "there is no claim T99"),
        (
            changed(T05=cell("T05", 7.0, None, parts=(part(), part(name="b")))),
            "T05 has 2 parts, a cell is a claim of one",
        ),
        (changed(T05=untestable_claim("T05")), "T05 has 0 parts, a cell is a claim of one"),
        (changed(T05=cell("T05", None, None)), "T05 names no printed number: set its `claimed`"),
        (changed(T05=cell("T05", math.inf, None)), "T05 names no printed number: set its `claimed`"),
        (changed(T05=cell("T05", 7.0, None, unit="%")), "T05 is in '%', its band in 'dB', not in 'dB'"),
        (changed(T03=cell("T03", 0.0, None)), "ratios of the row 'small' divide by T03, which is 0 in print"),
        (changed(table=replace(TABLE, readings=("low", "hihg"))), "no cell has another reading 'hihg'"),
        (changed(table=replace(TABLE, readings=("low", "main"))), "no cell has another reading 'main'"),
        (
            changed(table=replace(TABLE, extras=(Extra("x", "greedy", "a saerch"),))),
            "no claim of the column 'greedy' has the number 'a saerch' beside its part",
        ),
    ],
)
def test_what_the_checker_says_of_a_table(paper, message):
    assert said(paper) == [f"table synthetic/table2: {message}"]


def test_a_number_beside_one_row_is_enough():
    plain = [cell(c.number, c.claimed, None, parts=(part(),)) for c in CLAIMS if c.number in {"T01", "T04"}]
    assert said(changed(**{c.number: c for c in plain})) == []
    assert len(said(changed(**{c.number: c for c in (*plain, cell("T07", 5.0, None, parts=(part(),)))}))) == 1


# --- how cells are judged ---


def marks(judged):
    return {c.claim.number: c.mark for c in judged.cells.values()}


def test_marks_by_hand_from_the_record():
    judged = judged_table(TABLE, KNOWN, {})
    assert marks(judged) == {
        "T01": "ratio",  # 10/20 in print, 20/40 measured
        "T02": "neither",  # 15/20, 24/40
        "T03": "fails",  # the reference itself
        "T04": "value",
        "T05": "fails",  # a row without a reference
        "T07": "fails",  # a reference that is not measured
        "T08": "open",
        "T09": "missing",
    }
    assert judged.counts == {"value": 1, "ratio": 1, "neither": 1, "fails": 3, "open": 1, "missing": 1}
    assert tuple(judged.counts) == MARKS
    assert counts_line(judged) == (
        "1 of 8 in absolute value, 1 more as a ratio; "
        "1 neither, 3 not in value, without a ratio to judge, 1 open, 1 not measured"
    )
    cells = judged.cells
    assert cells["small", "random"].ratios == (0.5, 0.5)
    assert cells["small", "greedy"].ratios == (0.75, 0.6)
    assert (cells["small", "greedy"].printed, cells["small", "greedy"].found.value) == (15.0, 24.0)
    assert [place for place, c in cells.items() if c.reference] == [("small", "best"), ("unmeasured", "best")]
    assert cells["small", "best"].ratios is cells["blank", "random"].ratios is cells["unmeasured", "random"].ratios
    assert cells["small", "best"].ratios is None
    assert cells["unmeasured", "best"].found is None
    assert ("blank", "best") not in cells


@pytest.mark.parametrize(
    ("verdict", "value", "mark"),
    [
        (NOT, 25.0, "ratio"),  # 0.625 is 0.125 above 0.5: the tolerance is closed
        (NOT, 25.5, "neither"),
        (NOT, 15.0, "ratio"),
        (NOT, 14.5, "neither"),
        (FIRM, 14.5, "value"),
        ("inconclusive", 25.0, "ratio"),
        ("inconclusive", 25.5, "open"),
        ("refuted", 25.5, "neither"),
    ],
)
def test_a_ratio_holds_up_to_its_tolerance_and_only_where_the_value_does_not(verdict, value, mark):
    judged = judged_table(TABLE, {**KNOWN, "T01": cell("T01", 10.0, (verdict, value))}, {})
    assert judged.cells["small", "random"].mark == mark


def test_a_reference_of_0_gives_no_ratio():
    zero = judged_table(TABLE, {**KNOWN, "T03": cell("T03", 20.0, (NOT, 0.0))}, {})
    assert (marks(zero)["T01"], zero.extras["small", "a search (2 ms)"].ratio) == ("fails", None)
    assert marks(judged_table(TABLE, {**KNOWN, "T03": cell("T03", 0.0, (NOT, 40.0))}, {}))["T01"] == "fails"


def test_other_readings_come_from_the_record_with_ratios_of_their_own():
    judged = judged_table(TABLE, KNOWN, {}, "low")
    assert marks(judged) == {
        "T01": "value",
        "T02": "ratio",  # 15/20 in print, 3/4 measured
        "T03": "fails",
        "T04": "missing",
        "T05": "open",
        "T07": "missing",
        "T08": "missing",
        "T09": "missing",
    }
    assert judged.cells["small", "greedy"].ratios == (0.75, 0.75)
    # Records keep numbers beside parts for the main reading alone.
    assert judged.extras == {}
    assert set(marks(judged_table(TABLE, KNOWN, {}, "none")).values()) == {"missing"}


def test_columns_of_ours_by_hand():
    extras = judged_table(TABLE, KNOWN, {}).extras
    assert {place: (e.found.value, e.found.lo, e.ratio) for place, e in extras.items()} == {
        ("small", "a search (2 ms)"): (40.0, 39.75, 1.0),
        ("blank", "a search (2 ms)"): (10.5, 10.25, None),
        ("unmeasured", "a search (2 ms)"): (12.0, 11.75, None),
    }


def test_what_the_checker_complains_about_is_left_blank():
    unfit = {"T05": untestable_claim("T05"), "T02": cell("T02", None, (NOT, 3.0))}
    judged = judged_table(TABLE, {**{n: c for n, c in KNOWN.items() if n != "T03"}, **unfit}, {})
    assert set(marks(judged)) == {"T01", "T04", "T07", "T08", "T09"}
    assert marks(judged)["T01"] == "fails"


def test_a_run_speaks_before_the_record(store):
    """The record is far from what the run finds, so that a number of either shows where it came from."""
    far = recorded(NOT, a=estimate(99.0))
    claims = [
        claim(n.lower(), n, claimed=2.0, parts=(part(m, beside={"a search": Mean("b")}),), recorded=far, readings=r)
        for n, m, r in (("T01", 3.0, CLAIMS[0].readings), ("T02", 6.0, CLAIMS[0].readings))
    ]
    table = Table(
        "t", "Table I", "rates", "dB", "size", ("small",), ("x", "y"),
        {("small", "x"): "T01", ("small", "y"): "T02"}, {"small": "y"}, 0.25, ("low",),
        (Extra("search", "x", "a search"),),
    )  # fmt: skip
    whole = replace(PAPER, claims=tuple(claims), tables=(table,))
    known = {c.number: c for c in claims}
    run = verify(claims, [whole], store, readings=["low"])
    results = {r.claim.number: r for r in run.claims}
    for reading in ("", "low"):
        judged = judged_table(table, known, results, reading)
        shown = [results[n].main if not reading else results[n].others[0] for n in ("T01", "T02")]
        values = [r.parts[0].estimate.value for r in shown]
        assert [c.found.value for c in judged.cells.values()] == values
        assert judged.extras["small", "search"].found == shown[0].parts[0].beside["a search"]
        assert judged.extras["small", "search"].ratio == judged.extras["small", "search"].found.value / values[1]
    # A claim that the run left out speaks from its record, beside one that it has.
    mixed = judged_table(table, known, {"T01": results["T01"]})
    assert mixed.cells["small", "y"].found.value == 99.0
    assert mixed.cells["small", "x"].ratios == (1.0, results["T01"].main.parts[0].estimate.value / 99.0)
    # What failed in the run is not measured, and the record does not stand in for it.
    failed = replace(results["T01"], main=replace(results["T01"].main, parts=(), look=None, error="no power"))
    lost = judged_table(table, known, {"T01": failed})
    assert (lost.cells["small", "x"].mark, lost.extras) == ("missing", {})
