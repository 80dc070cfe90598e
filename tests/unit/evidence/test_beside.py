"""Numbers beside a part: shown with it, and without a say in anything."""

from dataclasses import replace

import pytest

from qbench.evidence.claims import Reading
from qbench.evidence.report import write_report
from qbench.evidence.statistics import Exact, Mean, PairedDifference
from qbench.evidence.verify import stored, verify
from qbench.evidence.wording import beside_texts
from tests.synthetic import MAIN, band, claim, exact_claim, paper, part, recorded

BESIDE = {"gap to b": PairedDifference("a", "b"), "b alone": Mean("b")}
SURE = part(mean=9.0, beside=BESIDE)


def run(of, store, **kwargs):
    return verify([of], [paper(of)], store, **kwargs)


def test_they_are_estimated_from_the_parts_columns_at_the_looks_level(store):
    (found,) = run(claim(parts=(SURE,)), store).claims
    (shown,) = found.main.parts
    assert list(shown.beside) == ["gap to b", "b alone"]
    for name, estimate in shown.beside.items():
        assert (estimate.n, estimate.alpha) == (5, 0.005)
        assert estimate.value == pytest.approx({"gap to b": 9.0, "b alone": 0.0}[name], abs=2.5)
    assert shown.beside["gap to b"].value == pytest.approx(shown.estimate.value - shown.beside["b alone"].value)


def test_beside_an_exact_part(store):
    of = exact_claim(3)
    of = replace(of, parts=(replace(of.parts[0], beside={"twice": Exact({"count": 2.0})}),))
    (found,) = run(of, store).claims
    assert beside_texts(found.main.parts[0]) == {"twice": "6"}


@pytest.mark.parametrize("mean", [9.0, 0.0, -9.0])
def test_they_decide_nothing(store, mean):
    wild = {"wild": Mean({"a": -1e6}), "typo": Mean("c")}
    plain = claim(parts=(part(mean=mean), part(mean=9.0, name="b")))
    dressed = claim(parts=(part(mean=mean, beside=wild), part(mean=9.0, name="b")))
    (without,), (beside,) = run(plain, store).claims, run(dressed, store).claims
    assert (beside.verdict, beside.outcome) == (without.verdict, without.outcome)
    assert (beside.main.look, beside.main.level) == (without.main.look, without.main.level)
    assert [(r.estimate, r.wide) for r in beside.main.parts] == [(r.estimate, r.wide) for r in without.main.parts]


def test_one_that_fails_is_told_and_the_run_is_not_whole(store):
    of = claim(parts=(part(mean=9.0, beside={**BESIDE, "typo": Mean("c")}),), recorded=recorded("reproduced"))
    found = run(of, store)
    (shown,) = found.claims[0].main.parts
    assert found.claims[0].verdict == "reproduced"
    assert set(shown.beside) == set(BESIDE)
    assert shown.lacking == {"typo": "no column 'c': the study gave a, b"}
    assert beside_texts(shown)["typo"] == "not estimated: no column 'c': the study gave a, b"
    assert found.claims[0].lacking == (
        "reading main: 'typo' beside 'a' was not estimated: no column 'c': the study gave a, b",
    )
    assert found.exit_code() == 3
    assert run(claim(parts=(SURE,)), store).claims[0].lacking == ()


def test_a_reading_has_its_own(store):
    low = Reading("low", params={"mean": -9.0}, why="test")
    (found,) = run(claim(parts=(SURE,), readings=(MAIN, low)), store, readings=["low"]).claims
    gaps = [r.parts[0].beside["gap to b"].value for r in (found.main, *found.others)]
    assert gaps[0] - gaps[1] == pytest.approx(18.0)


def test_they_come_back_from_the_store(store):
    of = claim(parts=(SURE,))
    (found,) = run(of, store).claims
    assert stored(of, paper(of), store).main.parts[0].beside == found.main.parts[0].beside


def test_the_report_shows_them_without_a_band(store, tmp_path):
    of = claim(parts=(part(mean=9.0, band=band(1.0), beside={"<best>": Mean("b"), "typo": Mean("c")}),))
    found = run(of, store, tier="fast")
    write_report(found, [paper(of)], tmp_path)
    text = (tmp_path / "synthetic" / "index.html").read_text(encoding="utf-8")
    estimate = beside_texts(found.claims[0].main.parts[0])["<best>"]
    assert f"<dt>&lt;best&gt;</dt><dd>{estimate}</dd>" in text
    assert "not estimated: no column &#39;c&#39;" in text
    assert text.count('class="drawing"') == 1
