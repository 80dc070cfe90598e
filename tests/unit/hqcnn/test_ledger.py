"""The ledger of hqcnn: cells of Table II, every reading finds its columns, exact parts find what they say."""

from __future__ import annotations

import math
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from qbench.evidence import check_paper
from qbench.evidence.measure import cell_params
from qbench.evidence.statistics import Exact
from qbench.evidence.streams import Streams
from qbench.evidence.tasks import load
from qbench.evidence.verdict_table import with_tables
from qbench.papers.hqcnn.convergence import SHOWN
from qbench.papers.hqcnn.draws import LINK, PHYSICS
from qbench.papers.hqcnn.models import SHAPE, network
from qbench.papers.hqcnn.tuning import DEFAULTS
from reproductions import hqcnn as ledger
from reproductions._hqcnn_cells import PARAMETERS, SHOWN_EPOCHS
from reproductions._hqcnn_rates import FOUND, GRID
from reproductions._hqcnn_table import MARKS, tables

ROOT = Path(__file__).parents[3]
PAPER = ledger.paper
CLAIMS = {c.number: c for c in PAPER.claims}
MEASURED = [c for c in PAPER.claims if c.kind == "measured"]
HOLD = {"C04", "C20", "C23", "C31", "C33", "C47"}
TINY = {"test": 3, "systems": 1, "draws": 50, "training": 12, "validation": 4}
FEW_USERS = {"15": "6", "12": "5", "20": "12", "9": "5"}
FEW_POINTS = {"10": "4", "30": "5", "35": "6", "40": "7", "45": "8"}
CURVES = {name: {"epochs": 200, "patience": None} for name in ("convergence", "convergence_others")}
MANY = 6
TRAINED = {"trained", "noisy", "convergence", "convergence_others"}
TRAINED_CLAIMS = {f"C{n:02d}" for n in (1, 2, 7, 11, 16, 18, 19, 24, 27, 28, 32, 35, 36, 37, 38, 39, 40, 41)}

# Numbers of the table in the order of the text, the blank of K = 15 and the medium rows left out.
TEXT = """
15.75 15.76 17.21 16.50 17.14 17.20 17.51 18.05 18.08 18.43
18.34 19.07 22.13 20.67 21.82 22.93 23.13 23.80 23.84 24.29
23.20 24.76 26.22 25.54 25.73 27.18 27.79 28.19 28.19 28.74
27.18 33.68 35.03 34.55 33.89 35.71 36.85 37.36 37.45
67.67 82.93 78.93 82.16 77.65 89.77 93.30 99.41 99.51
78.34 96.98 90.98 94.45 89.69 103.34 109.95 115.44 115.44
88.43 102.31 98.20 100.12 96.51 111.17 118.79 123.72 124.56
91.22 112.45 110.45 111.05 109.60 122.31 130.20 133.04 133.75
"""


def test_cells_are_numbered_along_the_table() -> None:
    """T001 to T075, row by row: number, place and value agree with the text."""
    table = [[float(word) for word in line.split()] for line in TEXT.strip().splitlines()]
    flat = [(row, column) for row, cells in enumerate(table) for column in range(len(cells))]
    assert len(flat) == 75
    rows = [(10, 6, 3), (10, 9, 3), (10, 12, 3), (10, 15, 3), (30, 20, 10), (35, 20, 10), (40, 20, 10), (45, 20, 10)]
    seen = set()
    for claim in PAPER.claims:
        if not claim.number.startswith("T"):
            continue
        row, column = flat[int(claim.number[1:]) - 1]
        name = ledger.COLUMNS[column]
        m, k, tau = rows[row]
        assert claim.id == f"hqcnn/table2-{name}-{m}-{k}-{tau}"
        value, delta = table[row][column], 0.04 if m == 10 else 0.02
        assert claim.claimed == value
        assert f"M = {m}, K = {k}, {tau} pilots: {value:.2f} Mbps" in claim.says
        (part,) = claim.parts
        assert part.band.lo == pytest.approx(value * (1 - delta) - 0.005, abs=1e-6)
        assert part.band.hi == pytest.approx(value * (1 + delta) + 0.005, abs=1e-6)
        trained = 4 <= column <= 8
        study = "trained" if trained else "exhaustive" if name == "epas" else "heuristics"
        (cell,) = (c for n, c in part.cells.items() if c.study == study and (not trained or n == name))
        assert cell.params["row"] == f"{m}-{k}-{tau}"
        assert {c.params["row"] for c in part.cells.values()} == {f"{m}-{k}-{tau}"}
        assert (claim.decides_at, claim.parameters) == (
            ("paper", "unstated") if trained else ("standard", "unstated" if name == "lpa" else "inferred")
        )
        if trained:
            assert cell.params["model"] == name
            assert part.looks["paper"] == (5, 10, 20)
        seen.add((row, column))
    assert seen == set(flat)


def test_claims_stand_in_order() -> None:
    assert [c.number for c in PAPER.claims] == sorted(CLAIMS, key=lambda n: (n[0] == "C", n))
    kinds = {kind: [c.number for c in PAPER.claims if c.kind == kind] for kind in {c.kind for c in PAPER.claims}}
    assert kinds["untestable"] == ["C17", "C34", "C43"]
    assert kinds["analytic"] == ["C08", "C13", "C15", "C20", "C22", "C23", "C33", "C44", "C45", "C46", "C47", "C48"]
    assert kinds["exact"] == ["C12", "C14", "C21", "C31"]
    assert kinds["consistency"] == ["C03", "C04", "C05", "C06"]
    measured = [number for number in kinds["measured"] if number.startswith("C")]
    assert set(measured) == TRAINED_CLAIMS | {"C09", "C10", "C25", "C26", "C29", "C30", "C42"}
    fast = {c.number for c in PAPER.claims if c.decides_at == "fast"}
    computed = {*kinds["exact"], *kinds["analytic"], *kinds["consistency"]} - {"C08"}
    assert fast == computed | {"C17", "C25", "C34", "C43"}
    at_paper = {c.number for c in PAPER.claims if c.decides_at == "paper"}
    assert {number for number in at_paper if number.startswith("C")} == TRAINED_CLAIMS
    assert {c.number: len(c.parts) for c in MEASURED if len(c.parts) > 1} == {
        "C01": 6,
        "C02": 8,
        "C07": 4,
        "C09": 8,
        "C11": 4,
        "C16": 6,
        "C18": 5,
        "C24": 8,
        "C25": 2,
        "C26": 24,
        "C27": 6,
        "C28": 2,
        "C29": 2,
        "C30": 4,
        "C32": 16,
        "C35": 4,
        "C36": 3,
        "C37": 8,
        **dict.fromkeys(("C38", "C39", "C40", "C41"), 8),
        "C42": 4,
    }


def test_bands_of_growth_are_those_of_the_table() -> None:
    ratios = [(1.726, 0.057), (1.348, 0.029), (2.035, 0.057), (1.399, 0.029)]
    for part, (ratio, delta) in zip(CLAIMS["C42"].parts, ratios, strict=True):
        assert part.band.lo == pytest.approx(ratio * (1 - delta), abs=1e-3)
        assert part.band.hi == pytest.approx(ratio * (1 + delta), abs=1e-3)


def test_bands_of_trained_claims_are_those_of_the_paper() -> None:
    """Printed numbers, and words as the specification of the claims turns them into numbers."""

    def sides(number):
        return [(part.band.lo, part.band.hi) for part in CLAIMS[number].parts]

    assert sides("C01") == sides("C27") == 3 * [(0.97, 1.0), (0.5, 1.0)]
    for number in ("C02", "C07", "C16", "C18", "C28", "C32", "C37"):
        assert set(sides(number)) == {(0.0, np.inf)}
    assert sides("C10") == [(0, 9)]
    assert sides("C11") == 4 * [(20, np.inf)]
    assert sides("C19") == [(0, 0.5)]
    assert sides("C24") == 8 * [(0.99, 1.01)]
    assert sides("C35") == 4 * [(pytest.approx(20 / 7, abs=1e-6), np.inf)]
    for (lo, hi), value in zip(sides("C36"), (0.95, 0.90, 0.87), strict=True):
        assert (lo, hi) == pytest.approx((math.log(value) - 0.02, math.log(value) + 0.02), abs=1e-6)
    table = [[float(word) for word in line.split()] for line in TEXT.strip().splitlines()]
    for column, number in enumerate(("C38", "C39", "C40", "C41")):
        for (lo, hi), row in zip(sides(number), table, strict=True):
            # The last number of a row is the search's, or where that is blank the proposed network's.
            assert (lo, hi) == pytest.approx((row[column] / row[-1] - 0.02, row[column] / row[-1] + 0.02), abs=1e-6)


def test_every_run_names_the_best_rate_of_its_models_grid() -> None:
    assert all(len(losses) == len(GRID) for losses in FOUND.values())
    used = set()
    for claim in PAPER.claims:
        for part in claim.parts:
            for reading in claim.readings:
                for name, cell in part.cells.items():
                    params = {**cell.params, **reading.params, **reading.cells.get(name, {})}
                    model = params.get("model", "ours")
                    if cell.study not in TRAINED or model == "free":
                        continue
                    loss = "supervised" if cell.study.startswith("convergence") else "unsupervised"
                    size = "small" if params["row"] in ledger.SMALL else "medium"
                    losses = FOUND[loss, size, model]
                    assert losses[GRID.index(params["rate"])] == min(losses)
                    used.add((loss, size, model))
    assert used == set(FOUND)


def test_parameters_of_figure_3b_are_counted_in_the_networks() -> None:
    for model, count in PARAMETERS.items():
        params = {"row": "10-6-3", **SHAPE, "model": model}
        assert network(params, [np.random.default_rng(0)]).n_parameters == count


def test_figures_show_epochs_that_the_study_has() -> None:
    assert SHOWN_EPOCHS == SHOWN


def test_main_readings_are_the_studies_own() -> None:
    for study in PAPER.studies:
        written = dict(study.defaults)
        if "row" in written:
            assert {name: written[name] for name in (*PHYSICS, *LINK)} == {**PHYSICS, **LINK}
            if study.name in TRAINED:
                assert {name: written[name] for name in DEFAULTS} == {**DEFAULTS, **CURVES.get(study.name, {})}
            assert study.stream == "hqcnn/{row}"
            assert written["test"] == 50


@pytest.fixture(scope="module")
def runs():
    """Return (study, params) -> its columns for three units, each run once, at a size that takes no time."""
    known: dict[str, dict[str, np.ndarray]] = {}

    def run(study, params):
        full = study.resolve({**params, **{k: v for k, v in TINY.items() if k in study.defaults}})
        if "row" in full:
            m, k, tau = full["row"].split("-")
            if study.name in TRAINED:
                m, k, tau = FEW_POINTS[m], FEW_USERS.get(k, k), str(min(int(tau), 4))
                curves = full["patience"] is None
                full["epochs"] = min(full["epochs"], 200 if curves else 2)
                # All models have the same columns; 200 epochs of the quickest will do.
                full["model"] = "mlp" if curves else full["model"]
            full["row"] = f"{m}-{FEW_USERS.get(k, k)}-{tau}"
        key = f"{study.name} {sorted(full.items(), key=str)}"
        if key not in known:
            known[key] = dict(load(study.run)(full, Streams(study.stream.format(**full)), range(3)))
        return known[key]

    return run


@pytest.mark.parametrize("claim", MEASURED, ids=lambda c: c.number)
def test_every_reading_of_a_measured_claim_finds_its_numbers(claim, runs) -> None:
    for reading in claim.readings:
        found = set()
        for part in claim.parts_under(reading):
            seen = {}
            for name, cell in part.cells.items():
                study = PAPER.study(cell.study)
                raw = runs(study, cell_params(study, name, cell, reading))
                found |= set(raw)
                own = {column: raw[reading.columns.get(column, column)] for column in raw}
                seen |= own if len(part.cells) == 1 else {f"{name}.{column}": v for column, v in own.items()}
            for statistic in (part.statistic, *part.beside.values()):
                assert statistic.estimate(seen, 0.005).n == 3
        assert set(reading.columns) | set(reading.columns.values()) <= found


def test_readings_move_the_number_that_they_read_otherwise(runs) -> None:
    """A reading that changed nothing would show the main one twice."""
    for claim in MEASURED:
        if claim.number == "C09":  # a largest of three need not be the one that is read otherwise
            continue
        values = {}
        # A reading may leave some parts as they are, such as one that reads one circuit otherwise.
        for reading in claim.readings:
            values[reading.key] = ()
            for part in claim.parts[-1:] if len(claim.parts) > MANY else claim.parts:
                seen = {}
                for name, cell in part.cells.items():
                    study = PAPER.study(cell.study)
                    raw = runs(study, cell_params(study, name, cell, reading))
                    own = {column: raw[reading.columns.get(column, column)] for column in raw}
                    seen |= own if len(part.cells) == 1 else {f"{name}.{column}": v for column, v in own.items()}
                values[reading.key] += (part.statistic.estimate(seen, 0.005).value,)
        assert len(set(values.values())) == len(values), claim.number


@cache
def columns_of(name):
    """Return the columns of an exact study at its own size."""
    study = PAPER.study(name)
    return dict(load(study.run)(study.resolve({}), Streams(study.stream), range(1)))


def judged(claim, reading):
    """Return part -> value and whether it holds, of an exact claim at the ledger's own size."""
    found = {}
    for part in claim.parts_under(reading):
        assert isinstance(part.statistic, Exact)
        ((_, cell),) = part.cells.items()
        study = PAPER.study(cell.study)
        assert not cell.params
        raw = columns_of(study.name)
        for statistic in part.beside.values():
            assert np.isfinite(statistic.estimate(raw, 0.005).value)
        seen = {column: raw[reading.columns.get(column, column)] for column in raw}
        assert set(reading.columns) <= set(raw)
        value = part.statistic.estimate(seen, 0.005).value
        found[part.name] = (value, bool(part.band.holds(value, value)))
        if not found[part.name][1] and reading is claim.main:
            assert len(load(part.witness)(raw)) > 20
    return found


def ratios(mlp, light, heavy, ours):
    return [mlp / ours, max(light / ours, ours / light), heavy / ours]


# The other seven rows of the table of parameters: MLP, light, heavy, proposed.
COUNTED = {
    "flatten": (
        (1043, 40155, 174363, 986),
        (1364, 70404, 295332, 1307),
        (1685, 109293, 450861, 1628),
        (6680, 1921448, 7699016, 6623),
        (7480, 2241448, 8979016, 7423),
        (8280, 2561448, 10259016, 8223),
        (9080, 2881448, 11539016, 9023),
    ),
    "gap": (
        (1043, 1707, 20571, 986),
        (1364, 1860, 21156, 1307),
        (1685, 2013, 21741, 1628),
        (6680, 4648, 31816, 6623),
        (7480, 4648, 31816, 7423),
        (8280, 4648, 31816, 8223),
        (9080, 4648, 31816, 9023),
    ),
    "table-1": (
        (1000, 23094, 40590, 951),
        (1312, 40104, 57600, 1263),
        (1624, 61974, 79470, 1575),
        (6464, 1081224, 1098720, 6415),
        (7264, 1261224, 1278720, 7215),
        (8064, 1441224, 1458720, 8015),
        (8864, 1621224, 1638720, 8815),
    ),
}
LARGER = {key: [x for row in rows for x in ratios(*row)] for key, rows in COUNTED.items()}


@pytest.mark.parametrize(
    ("number", "key", "values"),
    [
        ("C03", "base", [0.034, 0.071, 0.146]),
        ("C03", "small-rows", [0.023, 0.042, 0.080]),
        ("C03", "medium-rows", [0.046, 0.099, 0.212]),
        ("C04", "base", [0.0481]),
        ("C04", "gain", [0.0506]),
        ("C05", "base", [0.2044, 0.2689]),
        ("C05", "loss", [0.1697, 0.2119]),
        ("C05", "random-included", [0.2044, 0.4737]),
        ("C06", "base", [0.1593, 0.1742]),
        ("C06", "gain", [0.1894, 0.2110]),
        ("C12", "base", [15, 51]),
        ("C12", "convolution-alone", [15, 45]),
        ("C12", "per-block", [15, 195]),
        ("C13", "base", [45]),
        # MLP, light and heavy CNN of each row: of the table of parameters that the specification counts by hand.
        ("C14", "flatten", ratios(722, 18546, 87954, 665) + LARGER["flatten"]),
        ("C14", "gap", ratios(722, 1554, 19986, 665) + LARGER["gap"]),
        ("C14", "table-1", ratios(688, 10944, 28440, 639) + LARGER["table-1"]),
        ("C15", "base", [0.8943, 4]),
        ("C15", "plus-sign", [0.6986]),
        ("C15", "pooling", [4]),
        ("C20", "base", [0, 19, 5.21875]),
        ("C21", "base", [7]),
        ("C22", "base", [0.7071]),
        ("C23", "base", [1, 495]),
        ("C31", "base", [32]),
        ("C31", "padding", [0]),
        ("C33", "base", [0, 0]),
        ("C44", "base", [0.29552, 1.05363]),
        ("C45", "base", [171]),
        ("C46", "base", [17]),
        ("C47", "base", [0]),
        ("C48", "base", [-0.6978]),
    ],
)
def test_computed_claims(number, key, values) -> None:
    """Numbers of exact claims at the ledger's own size, to the digits given here."""
    claim = CLAIMS[number]
    found = judged(claim, claim.reading(key))
    assert [value for value, _ in found.values()] == pytest.approx(values, abs=6e-4)
    if claim.main.key == key:
        assert all(holds for _, holds in found.values()) == (number in HOLD)


def test_the_search_of_15_users_runs_as_the_ledger_says() -> None:
    """C08 at a smaller size: what is asked for is the row that the table leaves blank, replicate 0."""
    study = PAPER.study("enumeration")
    assert (study.defaults["row"], study.defaults["networks"], study.defaults["test"]) == ("10-15-3", 3, 50)
    raw = load(study.run)(study.resolve({"row": "10-6-3"}), Streams("hqcnn/10-6-3"), range(1))
    values = [part.statistic.estimate(raw, 0.005).value for part in CLAIMS["C08"].parts]
    assert values == [122, 3, 49_344_452_550_230]
    assert CLAIMS["C08"].parts[2].band.lo == 49_344_452_550_230
    for part in CLAIMS["C08"].parts:
        assert all(np.isfinite(s.estimate(raw, 0.005).value) for s in part.beside.values())


def test_bands_of_exact_claims_are_those_of_the_paper() -> None:
    """Printed counts, and words as the specification of the claims turns them into numbers."""

    def sides(number):
        return [(part.band.lo, part.band.hi) for part in CLAIMS[number].parts]

    assert sides("C12") == [(15, 15), (120, 120)]
    assert sides("C13") == [(210, 210)]
    assert sides("C14") == 8 * [(1, 1.5), (1, 1.5), (5, np.inf)]
    assert sides("C15") == [(-1e-6, 1e-6), (0, 0)]
    assert sides("C20") == [(0, 0), (19, 19), (5.21875, 5.21875)]
    assert sides("C21") == [(6, 6)]
    assert sides("C22") == [(0, 0.5)]
    assert sides("C23") == [(1, 1), (101, np.inf)]
    assert sides("C31") == [(32, 32)]
    assert sides("C33") == [(-1e-12, 1e-12), (0, 0)]
    assert sides("C44") == 2 * [(-1e-6, 1e-6)]
    assert (sides("C45"), sides("C47"), sides("C48")) == ([(0, 0)], [(-1e-12, 1e-12)], [(-1e-9, 1e-9)])
    # A look at the record of a part in words: it may drift by rounding, never by the width of its band.
    for number in ("C14", "C22", "C23"):
        assert all(part.statistic.atol <= 1e-12 for part in CLAIMS[number].parts)


def test_exploratory_readings_say_so() -> None:
    for claim in MEASURED:
        for reading in claim.readings:
            exploratory = reading.key in {"no-noncoherent", "printed-c"}
            assert exploratory == bool(re.search("exploratory, found by search after seeing the table", reading.why))


def test_the_page_shows_the_record() -> None:
    page = (ROOT / "docs" / "papers" / "hqcnn.md").read_text(encoding="utf-8")
    assert with_tables(page, tables(), MARKS) == page, "run `python -m reproductions._hqcnn_table docs/papers/hqcnn.md`"
    # One cell by hand: print, measurement, and its share of the best.
    one = CLAIMS["T003"].recorded
    best = CLAIMS["T010"].recorded.parts["mean sum rate"].value
    value = one.parts["mean sum rate"].value
    assert re.search(rf"^\| 10-6-3 \|.*\| 17.21, {value:.2f} \|", page, re.MULTILINE)
    assert re.search(rf"^\| 10-6-3 \|.*\| 0.934, {value / best:.3f} \|", page, re.MULTILINE)


def test_the_page_counts_cells_as_the_record_does() -> None:
    page = (ROOT / "docs" / "papers" / "hqcnn.md").read_text(encoding="utf-8")
    said = dict(re.findall(r"^\| `([a-z0-9-]+)` \| (\d+) \|", page, re.MULTILINE))
    assert list(said) == [reading.key for reading in ledger.LEVELS]
    for key, count in said.items():
        cells = [c for (_, name), c in ledger.CELLS.items() if name not in ledger.LEARNED]
        shown = [c.recorded.readings[key].verdict for c in cells]
        assert shown.count("reproduced") == int(count), key
        assert len(shown) == 35
    trained = [ledger.CELLS[row, name].recorded.verdict for row in ledger.TABLE for name in ledger.LEARNED]
    words = f"{('None', 'One', 'Two')[trained.count('reproduced')]} of the {len(trained)} trained cells"
    assert words in page


def test_nothing_is_missing() -> None:
    assert check_paper(PAPER, ROOT) == []
