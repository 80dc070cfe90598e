"""Table II on the paper's page and in the report: what is on record, and a cell that is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qbench.evidence import check_paper
from qbench.evidence.report.table_cells import judged_table
from reproductions import _hqcnn_table
from reproductions import hqcnn as ledger
from reproductions._hqcnn_table import tables

CLAIMS = {c.number: c for c in ledger.paper.claims}
UNTRAINED = {place: claim for place, claim in ledger.CELLS.items() if place[1] in {*ledger.HEURISTICS, "epas"}}
PART = "mean sum rate"


def mean_of(number: str) -> float:
    return CLAIMS[number].recorded.parts[PART].value


def ours(row: str, number: str, value: float):
    """A claim on a cell of the proposed network, with this mean on record."""
    like = UNTRAINED["10-6-3", "mpa"]
    e = like.recorded.parts[PART]
    shift = value - e.value
    found = {PART: replace(e, value=value, lo=e.lo + shift, hi=e.hi + shift)}
    record = replace(like.recorded, parts=found, readings={})
    claimed = ledger.printed(row, "ours")
    return replace(like, id=f"hqcnn/table2-ours-{row}", number=number, claimed=claimed, recorded=record)


def lines(text: str, row: str) -> list[list[str]]:
    """The cells of a row, in both tables."""
    return [line.strip("| ").split(" | ")[1:] for line in text.splitlines() if line.startswith(f"| {row} |")]


def test_the_page_has_every_printed_cell() -> None:
    for row, cells in ledger.TABLE.items():
        rates, shares = lines(tables(), row)
        assert [float(cell.split(",")[0]) for cell in rates[: len(cells)]] == list(cells)
        of_paper = cells[9] if len(cells) == 10 else cells[8]
        assert [cell.split(",")[0] for cell in shares[: len(cells)]] == [f"{x / of_paper:.3f}" for x in cells]
        assert rates[len(cells) : 10] == shares[len(cells) : 10] == ["-"] * (10 - len(cells))


def test_columns_of_ours_stand_at_the_right() -> None:
    rates, shares = lines(tables(), "10-15-3")
    beside = CLAIMS["T031"].recorded.beside[PART]
    names = ("local search from six starts", "local search", "colouring", "a random balanced partition")
    assert rates[10:] == [f"{beside[name].value:.2f}" for name in names]
    assert shares[10:] == [f"{beside['local search'].value / beside[names[0]].value:.3f}"]
    assert lines(tables(), "10-6-3")[0][10] == f"{mean_of('T010'):.2f}"


def test_a_trained_column_fills_the_page_when_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Print alone before there is a claim; then its number, and its share of the best."""
    monkeypatch.setattr(_hqcnn_table, "CELLS", UNTRAINED)
    before = lines(tables(), "10-6-3")
    assert (before[0][8], before[1][8]) == ("18.08, -", "0.981, -")
    claim = ours("10-6-3", "T009", 0.5 * mean_of("T010"))
    monkeypatch.setattr(_hqcnn_table, "CELLS", {**UNTRAINED, ("10-6-3", "ours"): claim})
    after = lines(tables(), "10-6-3")
    assert (after[0][8], after[1][8]) == (f"18.08, {0.5 * mean_of('T010'):.2f}", "0.981, 0.500")
    for table, was in zip(after, before, strict=True):
        assert table[:8] + table[9:] == was[:8] + was[9:]
    # A claim that is not measured yet leaves the print alone.
    monkeypatch.setattr(_hqcnn_table, "CELLS", {**UNTRAINED, ("10-6-3", "ours"): replace(claim, recorded=None)})
    assert lines(tables(), "10-6-3") == before


def test_the_table_of_the_report_has_every_cell() -> None:
    (table,) = ledger.paper.tables
    assert [p for p in check_paper(ledger.paper) if "table" in p] == []
    assert len(table.cells) == len(ledger.CELLS)
    columns = [name for name in ledger.COLUMNS if name in {column for _, column in ledger.CELLS}]
    names = dict(zip(table.columns, columns, strict=True))
    for (row, label), number in table.cells.items():
        assert CLAIMS[number].claimed == ledger.printed(row, names[label])
        assert CLAIMS[number].id == f"hqcnn/table2-{names[label]}-{row}"


def test_ratios_of_the_report_by_hand_and_the_searches_beside_them() -> None:
    (table,) = ledger.paper.tables
    judged = judged_table(table, CLAIMS, {})
    measured = mean_of("T001") / mean_of("T010")
    assert judged.cells["10-6-3", "Random"].ratios == (15.75 / 18.43, measured)
    search = CLAIMS["T001"].recorded.beside[PART]["local search"]
    assert judged.extras["10-6-3", table.extras[0].label].found == search
    assert judged.extras["10-6-3", table.extras[0].label].ratio == search.value / mean_of("T010")
    six = {row for row, label in judged.extras if label == "local search from six starts"}
    assert six == set(ledger.SMALL)
