"""Readings that change single cells, and readings that judge only some parts."""

import pytest

from qbench.evidence.claims import Cell, Part, Reading
from qbench.evidence.statistics import Mean, PairedDifference
from qbench.evidence.tasks import tasks_of
from qbench.evidence.verify import verify
from tests.synthetic import MAIN, NORMAL, band, claim, exact_claim, paper, part

OURS, THEIRS = Cell("normal", {"mean": 9.0}), Cell("normal", {"mean": 1.0, "sd": 0.5})
GAIN = Part("gain", {"ours": OURS, "theirs": THEIRS}, PairedDifference("ours.a", "theirs.a"), band())


def only(of, store, **kwargs):
    (result,) = verify([of], [paper(of)], store, **kwargs).claims
    return result


def reading(key="other", **kwargs):
    return Reading(key, why="the paper may mean it so", **kwargs)


def ran(store):
    return {(r.spec["params"]["mean"], r.spec["params"]["sd"]) for r in store}


def test_params_of_one_cell_leave_the_others_alone(store):
    other = reading(cells={"ours": {"mean": -9.0}})
    result = only(claim(parts=(GAIN,), readings=(MAIN, other)), store, tier="fast", readings=["other"])
    assert ran(store) == {(9.0, 1.0), (1.0, 0.5), (-9.0, 1.0)}
    main, (beside,) = result.main, result.others
    # Both cells see the same instances: moving one mean by 18 moves the difference by exactly that.
    assert beside.parts[0].estimate.value == pytest.approx(main.parts[0].estimate.value - 18.0)
    assert (result.verdict, beside.verdict) == ("reproduced", "not reproduced")


def test_a_cells_params_win_over_the_readings_and_those_over_the_cells_own(store):
    other = reading(params={"mean": 5.0}, cells={"theirs": {"mean": 2.0}})
    only(claim(parts=(GAIN,), readings=(MAIN, other)), store, tier="fast", readings=["other"])
    assert ran(store) == {(9.0, 1.0), (1.0, 0.5), (5.0, 1.0), (2.0, 0.5)}


def test_a_reading_with_cells_runs_at_paper_or_by_name(store, calls):
    of = claim(parts=(part(mean=9.0),), readings=(MAIN, reading(cells={"cell": {"mean": -9.0}})))
    assert only(of, store).others == ()
    assert len(calls) == 1
    assert [o.verdict for o in only(of, store, tier="paper").others] == ["not reproduced"]


def test_a_cell_of_several_parts_is_changed_in_all_of_them(store):
    parts = (part(mean=9.0), part(mean=9.0, name="b", statistic=Mean({"a": 2.0})))
    other = reading(cells={"cell": {"mean": -9.0}})
    (beside,) = only(claim(parts=parts, readings=(MAIN, other)), store, tier="fast", readings=["other"]).others
    assert [r.outside for r in beside.parts] == [True, True]


def test_only_the_parts_of_a_reading_are_measured_and_judged(store):
    parts = (part(mean=9.0), part(mean=-8.0, name="b"), exact_claim(0).parts[0])
    some = reading("some", parts=("a", "violations"))
    alone = reading("alone", params={"mean": -7.0}, parts=("b",))
    of = claim(parts=parts, readings=(MAIN, some, alone))
    result = only(of, store, tier="fast", readings=["alone"])
    assert result.verdict == "not reproduced"
    shown = {o.reading.key: (o.verdict, [r.part.name for r in o.parts]) for o in result.others}
    assert shown == {"some": ("reproduced", ["a", "violations"]), "alone": ("not reproduced", ["b"])}
    # One part, one comparison: its wide interval is its own.
    (b,) = result.others[1].parts
    assert b.wide == b.estimate
    wide = {r.part.name: r.wide.alpha for r in result.others[0].parts}
    assert wide == {"a": 0.0025, "violations": 0.0}


def test_parts_left_out_run_no_tasks(store, calls):
    away = next(iter(tasks_of("synthetic", NORMAL, {"mean": -9.0, "sd": 2.0}, 0, 5)))
    parts = (part(mean=9.0), part(mean=8.0, name="b", sd=2.0))
    of = claim(parts=parts, readings=(MAIN, reading(params={"mean": -9.0}, parts=("a",))))
    only(of, store, tier="fast", readings=["other"])
    assert len(calls) == 3
    assert store.missing([away.key]) == {away.key}


def test_the_looks_of_parts_left_out_do_not_count(store, calls):
    late = {"fast": (10,), "standard": (10, 15, 25), "paper": (15, 25, 50)}
    parts = (part(mean=9.0), part(mean=0.0, name="b", looks=late))
    of = claim(parts=parts, readings=(MAIN, reading(params={"mean": 0.0}, parts=("a",))))
    (beside,) = only(of, store, tier="paper").others
    assert (beside.verdict, beside.units) == ("inconclusive", 40)


def test_only_the_main_reading_takes_part_in_holms_procedure(store):
    of = claim(parts=(part(mean=9.0), part(name="b")), readings=(MAIN, reading(parts=("a",))))
    result = only(of, store, tier="fast")
    assert (result.others[0].error, result.others[0].verdict, result.others[0].level) == (None, "reproduced", None)
    assert only(claim(parts=(part(mean=9.0),)), store, tier="fast").main.level is not None
