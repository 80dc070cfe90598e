"""Papers by entry point and claims by whatever a user calls them."""

from dataclasses import replace
from importlib import metadata

import pytest

from qbench.evidence import registry
from qbench.evidence.registry import UnknownNameError, paper_of, papers, select
from tests.synthetic import claim, exact_claim, paper, untestable_claim

ONE = paper(claim("gain", "C01"), claim("gain-over-dnn", "C02"), untestable_claim("C03"))
TWO = replace(
    paper(),
    key="other",
    claims=tuple(replace(c, id=f"other/{k}") for k, c in (("loss", claim()), ("x", exact_claim(0, number="C09")))),
)
BOTH = (ONE, TWO)


def ids(*names):
    return [c.id for c in select(names, BOTH)]


def test_no_names_are_all():
    assert ids() == ["synthetic/gain", "synthetic/gain-over-dnn", "synthetic/open", "other/loss", "other/x"]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("synthetic", ["synthetic/gain", "synthetic/gain-over-dnn", "synthetic/open"]),
        ("synthetic/gain", ["synthetic/gain"]),
        ("synthetic/C02", ["synthetic/gain-over-dnn"]),
        ("C02", ["synthetic/gain-over-dnn"]),
        ("c02", ["synthetic/gain-over-dnn"]),
        ("C09", ["other/x"]),
        ("other/C01", ["other/loss"]),
    ],
)
def test_names(name, found):
    assert ids(name) == found


def test_several_names_in_ledger_order_and_once_each():
    assert ids("other/x", "C02", "synthetic/gain-over-dnn", "synthetic/gain") == [
        "synthetic/gain",
        "synthetic/gain-over-dnn",
        "other/x",
    ]
    assert ids("other", "other/loss") == ["other/loss", "other/x"]


@pytest.mark.parametrize("name", ["C01", "c01"])
def test_a_number_of_several_papers_is_ambiguous(name):
    with pytest.raises(UnknownNameError, match="claim of several papers; say which: synthetic/C01, other/C01"):
        ids(name)


@pytest.mark.parametrize(
    ("typo", "meant"),
    [
        ("synthetc", "synthetic"),
        ("synthetic/gian", "synthetic/gain"),
        ("other/los", "other/loss"),
        ("C99", "C09"),
    ],
)
def test_did_you_mean(typo, meant):
    with pytest.raises(UnknownNameError, match=f"no paper or claim is called {typo!r}; did you mean {meant!r}"):
        ids(typo)


def test_nothing_near():
    with pytest.raises(UnknownNameError, match=r"is called 'zzzzzz'\. `qbench list` names them all"):
        ids("zzzzzz")
    with pytest.raises(UnknownNameError):
        ids("synthetic/gain", "zzzzzz")
    with pytest.raises(UnknownNameError):
        ids("")


def test_one_name_may_begin_another():
    assert ids("synthetic/gain") == ["synthetic/gain"]


def test_the_paper_of_a_claim():
    assert paper_of(TWO.claims[0], BOTH) is TWO


# --- entry points ---


class Point:
    group, value = registry.GROUP, "somewhere:paper"

    def __init__(self, name, found):
        self.name, self.found = name, found

    def load(self):
        return self.found


@pytest.fixture
def points(monkeypatch):
    registered = []
    monkeypatch.setattr(metadata, "entry_points", lambda group: registered if group == "qbench.papers" else [])
    return registered


def test_papers_in_the_order_of_keys(points):
    points += [Point("synthetic", ONE), Point("other", TWO)]
    assert papers() == (TWO, ONE)


def test_no_papers(points):
    assert papers() == ()


def test_an_entry_point_that_gives_no_paper(points):
    points.append(Point("synthetic", lambda: ONE))
    with pytest.raises(TypeError, match="entry point synthetic = somewhere:paper is no Paper but function"):
        papers()


def test_an_entry_point_of_another_name(points):
    points.append(Point("synthetical", ONE))
    with pytest.raises(ValueError, match="entry point synthetical gives the paper 'synthetic'; the two names must"):
        papers()


def test_two_packages_with_one_paper(points):
    points += [Point("synthetic", ONE), Point("synthetic", replace(ONE, title="Again"))]
    with pytest.raises(ValueError, match="two installed packages register the paper 'synthetic'; uninstall one"):
        papers()
