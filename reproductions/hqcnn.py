"""Hybrid quantum CNN for pilot assignment in cell-free massive MIMO: what it says, and what checks it.

M access points (APs) of two antennas serve K users on tau pilots. A unit is a replicate of 50 test networks; methods
of a row of Table II see the same ones. Claims T are the cells of that table, claims C all else, in order of number.
"""

from __future__ import annotations

from itertools import pairwise
from math import inf, log
from typing import TYPE_CHECKING

from qbench.evidence import (
    Band,
    Cell,
    Largest,
    Mean,
    PairedDifference,
    Paper,
    Part,
    RatioOfMeans,
    Reading,
    identity,
    none_of,
)
from qbench.evidence.statistics import Exact
from reproductions._hqcnn_cells import (
    AS_PRINTED,
    BASE,
    CIRCUITS,
    FALLS,
    GAP,
    GEOMETRY,
    GREEDY_FRESH,
    LEVELS,
    LPA_DISJOINT,
    MPA_GAIN,
    NO_SIZE,
    NOISY_CELLS,
    ON_TRAIN,
    OWN,
    PER_USER,
    QUBITS,
    RISES,
    beside_cell,
    best_known,
    cell_band,
    controls,
    convergence_cell,
    heuristics_cell,
    rate_of,
    read_at,
    row_cells,
    sentence,
    trained_cell,
    trained_part,
    untrained,
)
from reproductions._hqcnn_setting import (
    BIBTEX,
    COLUMNS,
    CONTROLS,
    HEURISTICS,
    KEY,
    LEARNED,
    LEDGER,
    MEDIUM,
    NAMES,
    OFFSETS,
    PACKAGE,
    RECORDS,
    SEARCHED,
    SMALL,
    STUDIES,
    TABLE,
    printed,
    sizes,
)
from reproductions._hqcnn_text import (
    CORRECTIONS,
    FIGURE_3,
    FIGURES,
    beside_print,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbench.evidence import Claim
    from qbench.evidence.statistics import Statistic

# T001-T075: Table II, cell by cell


def table_cell(row: str, column: str) -> Claim:
    """Return the claim of a cell without training."""
    value = printed(row, column)
    return LEDGER.claim(
        f"table2-{column}-{row}",
        f"T{OFFSETS[row] + COLUMNS.index(column) + 1:03d}",
        "Table II",
        f"{sentence(NAMES[column])}, {sizes(row)}: {value:.2f} Mbps on average.",
        claimed=value,
        unit="Mbps",
        parameters="unstated" if column == "lpa" else "inferred",
        readings=(*LEVELS, *OWN.get(column, ())),
        parts=(
            Part(
                "mean sum rate",
                row_cells(row),
                Mean(untrained(row)[column]),
                cell_band(row, value),
                beside=beside_cell(row, column),
            ),
        ),
    )


def trained_claim(row: str, model: str) -> Claim:
    """Return the claim of a cell of a trained network."""
    value, best = printed(row, model), best_known(row)
    columns = untrained(row)
    of_paper = "epas" if row in SEARCHED else "ours"
    others = controls(row, model)
    share = f"{printed(row, model) / printed(row, of_paper):.3f} of {'the search' if of_paper == 'epas' else 'Ours'}"
    readings: tuple[Reading, ...] = LEVELS
    if model in {"ours", "hq11"}:
        readings = (*LEVELS, read_at("n_out1", model), read_at("n_out4", model), ON_TRAIN)
    return LEDGER.claim(
        f"table2-{model}-{row}",
        f"T{OFFSETS[row] + COLUMNS.index(model) + 1:03d}",
        "Table II",
        f"{sentence(NAMES[model])}, {sizes(row)}: {value:.2f} Mbps on average.",
        claimed=value,
        unit="Mbps",
        decides_at="paper",
        readings=readings,
        parts=(
            trained_part(
                "mean sum rate",
                {model: trained_cell(row, model), **row_cells(row), **{o: trained_cell(row, o) for o in others}},
                Mean(f"{model}.rate"),
                cell_band(row, value),
                {
                    f"over {NAMES[best]}, no unit; {share} in print": RatioOfMeans(f"{model}.rate", columns[best]),
                    "different assignments on 50 test networks, a number": Mean(f"{model}.distinct"),
                    "on 50 networks that it learned from": Mean(f"{model}.seen_rate"),
                    **{CONTROLS[o]: Mean(f"{o}.rate") for o in others},
                    **{NAMES[name]: Mean(where) for name, where in columns.items()},
                },
            ),
        ),
    )


CELLS = {
    **{(row, column): table_cell(row, column) for row in TABLE for column in HEURISTICS},
    **{(row, "epas"): table_cell(row, "epas") for row in SEARCHED},
    **{(row, model): trained_claim(row, model) for row in TABLE for model in LEARNED},
}

# C03-C06: the text against its table


def text_part(column: str, name: str, lo: float, hi: float, why: str, witness: str | None = None) -> Part:
    """Return a part on one number that the printed table gives."""
    return Part(
        name,
        {"printed": Cell("printed")},
        Exact(column, 1e-12),
        Band(lo=lo, hi=hi, unit="", why=why),
        witness=None if witness is None else f"{PACKAGE}.printed:{witness}",
    )


def text_claim(key: str, number: str, says: str, claimed: float, *readings: Reading, parts: tuple[Part, ...]) -> Claim:
    """Return a claim of Sec. IV-B on the printed table."""
    return LEDGER.computed(
        key, number, "Sec. IV-B", says, AS_PRINTED, *readings, claimed=claimed, kind="consistency", parts=parts
    )


AS_GAIN = "lower than ours and behind by may mean what ours gains over it"
C03 = text_claim(
    "text-networks-lower",
    "C03",
    "The heavy CNN, the light CNN and the MLP are about 5, 10 and 13 % below the proposed network.",
    0.05,
    *(
        Reading(
            f"{size}-rows",
            columns={f"mean_{name}": f"{size}_{name}" for name in ("heavy", "light", "mlp")},
            why="over which rows is not stated",
        )
        for size in ("small", "medium")
    ),
    parts=tuple(
        text_part(
            f"mean_{name}",
            f"{label}: mean of 1 - X/Ours over eight rows",
            lo,
            hi,
            "rounding of the text",
            "learned_witness",
        )
        for name, label, lo, hi in (
            ("heavy", "heavy CNN", 0.045, 0.055),
            ("light", "light CNN", 0.095, 0.105),
            ("mlp", "MLP", 0.125, 0.135),
        )
    ),
)
C04 = text_claim(
    "text-master-ap-lower",
    "C04",
    "With 6 users Master-AP is 4.8 % below the proposed network.",
    0.048,
    Reading("gain", columns={"first_mpa": "first_mpa_gain"}, why=AS_GAIN),
    parts=(text_part("first_mpa", "1 - X/Ours", 0.0475, 0.0485, "the printed digit"),),
)
C05 = text_claim(
    "text-gaps-up-to",
    "C05",
    "On medium rows the heuristics are behind by up to 20.4 %, as location is at M = 45.",
    0.204,
    Reading(
        "loss",
        columns={"last_lpa_gain": "last_lpa", "largest_gain": "largest"},
        why="the next number of the sentence is a loss",
    ),
    Reading(
        "random-included",
        columns={"largest_gain": "largest_all_gain"},
        why="the sentence speaks of heuristics, RPA too",
    ),
    parts=(
        text_part("last_lpa_gain", "location at M = 45: Ours/X - 1", 0.2035, 0.2045, "the printed digit"),
        text_part(
            "largest_gain",
            "largest Ours/X - 1 of Greedy, Master-AP, location on medium rows",
            0.2035,
            0.2045,
            "up to: no gap is larger; the printed digit",
            "largest_witness",
        ),
    ),
)
C06 = text_claim(
    "text-behind-at-45",
    "C06",
    "At M = 45 Greedy and Master-AP are about 17 % behind.",
    0.17,
    Reading("gain", columns={f"last_{name}": f"last_{name}_gain" for name in ("greedy", "mpa")}, why=AS_GAIN),
    parts=tuple(
        text_part(f"last_{name}", f"{NAMES[name]}: 1 - X/Ours", 0.165, 0.175, "rounding of the text", "last_witness")
        for name in ("greedy", "mpa")
    ),
)

# C08: the exhaustive search

C08 = LEDGER.computed(
    "search-infeasible",
    "C08",
    "Sec. II-B, Sec. IV-B, Table II",
    "The exhaustive search is beyond reach above 15 users, and has no entry at 15.",
    Reading("base", why="the blank of the table; partitions, since pilots are interchangeable"),
    unit="networks",
    decides_at="standard",
    proof="tests/proofs/test_hqcnn.py::test_partitions_are_counted_by_stirling_numbers",
    parts=(
        LEDGER.exact_part(
            "enumeration",
            "partitions",
            Band(lo=2_391_485, hi=2_391_485, unit="partitions", why="exact: S(15,1) + S(15,2) + S(15,3)"),
            "partitions of 15 users into at most 3 groups, listed",
        ),
        LEDGER.exact_part(
            "enumeration",
            "returned",
            none_of("networks", "the blank says that none comes back"),
            "test networks 0 to 2 of 15 users whose optimum was returned",
            {
                **{f"optimum of network {b}, Mbps": f"best_{b}" for b in range(3)},
                **{f"pilots in turn on network {b}, Mbps": f"turns_{b}" for b in range(3)},
            },
            witness="enumeration:enumeration_witness",
        ),
        LEDGER.exact_part(
            "enumeration",
            "larger",
            Band(
                lo=49_344_452_550_230,
                hi=49_344_452_550_230,
                unit="partitions",
                why="exact: the sum of S(20, i) to i = 10; out of reach",
            ),
            "partitions of 20 users into at most 10 groups, counted",
        ),
    ),
)

# C09, C26, C30, C42: how the table's numbers move

HEURISTIC_READINGS = (BASE, PER_USER, GREEDY_FRESH, MPA_GAIN, LPA_DISJOINT)


C09 = LEDGER.claim(
    "best-heuristic",
    "C09",
    "Table II",
    "Master-AP is the best heuristic on small rows, Greedy on medium ones.",
    unit="Mbps",
    parameters="inferred",
    readings=HEURISTIC_READINGS,
    parts=tuple(
        Part(
            f"{sizes(row)}: {NAMES[best]} less the best of the other three",
            heuristics_cell(row),
            PairedDifference(best, f"rival_of_{best}"),
            Band(**RISES, unit="Mbps", why="best: none of the others is above it; the sign"),
            beside={NAMES[name]: Mean(name) for name in (*HEURISTICS, "balanced")},
        )
        for best, rows in (("mpa", SMALL), ("greedy", MEDIUM))
        for row in rows
    ),
)
C26 = LEDGER.claim(
    "rates-rise",
    "C26",
    "Table II",
    "Sum rates rise with the number of users on small rows and with the number of access points on medium ones.",
    unit="Mbps",
    parameters="inferred",
    readings=LEVELS,
    parts=tuple(
        Part(
            f"{NAMES[name]}: {sizes(more)} less {sizes(less)}",
            {"more": Cell("heuristics", {"row": more}), "less": Cell("heuristics", {"row": less})},
            PairedDifference(f"more.{name}", f"less.{name}"),
            Band(**RISES, unit="Mbps", why="every step of the table rises; the sign"),
            beside={"with more": Mean(f"more.{name}"), "with less": Mean(f"less.{name}")},
        )
        for rows in (SMALL, MEDIUM)
        for less, more in pairwise(rows)
        for name in HEURISTICS
    ),
)
GREEDY_ROWS = (SMALL[0], MEDIUM[0])
C30 = LEDGER.claim(
    "greedy-favours-low-rates",
    "C30",
    "Sec. IV-B",
    "Greedy favours users of low rates and overlooks those of high rates.",
    unit="Mbps",
    parameters="inferred",
    readings=(BASE, PER_USER),
    parts=tuple(
        part
        for row in GREEDY_ROWS
        for part in (
            Part(
                f"{sizes(row)}: lowest rate, Greedy less Random",
                heuristics_cell(row),
                PairedDifference("min_greedy", "min_random"),
                Band(**RISES, unit="Mbps", why=NO_SIZE),
                beside={"Greedy": Mean("min_greedy"), "Random": Mean("min_random")},
            ),
            Part(
                f"{sizes(row)}: highest rate, Greedy less local search",
                row_cells(row),
                PairedDifference("row.max_greedy", "search.max_ls"),
                Band(**FALLS, unit="Mbps", why=NO_SIZE),
                beside={
                    "Greedy": Mean("row.max_greedy"),
                    "local search": Mean("search.max_ls"),
                    "Random": Mean("row.max_random"),
                },
            ),
        )
    ),
)


def growth(column: str, less: str, more: str, delta: float) -> Part:
    """Return the part on the ratio of two cells of a column."""
    ratio = printed(more, column) / printed(less, column)
    return Part(
        f"{NAMES[column]}: {sizes(more)} over {sizes(less)}",
        {"more": Cell("heuristics", {"row": more}), "less": Cell("heuristics", {"row": less})},
        RatioOfMeans(f"more.{column}", f"less.{column}"),
        Band(
            lo=round(ratio * (1 - delta), 6),
            hi=round(ratio * (1 + delta), 6),
            unit="",
            why=f"the printed {ratio:.3f} +- {delta:.1%}: sqrt(2) times the error of a cell, and rounding",
        ),
        beside={"with more, Mbps": Mean(f"more.{column}"), "with less, Mbps": Mean(f"less.{column}")},
    )


C42 = LEDGER.claim(
    "growth",
    "C42",
    "Table II",
    "From 6 to 15 users Random grows by 1.726 and Master-AP by 2.035, from 30 to 45 access points by 1.348 and 1.399.",
    parameters="inferred",
    readings=(*LEVELS, *GEOMETRY),
    parts=tuple(
        growth(column, rows[0], rows[-1], delta)
        for column in ("random", "mpa")
        for rows, delta in ((SMALL, 0.057), (MEDIUM, 0.029))
    ),
)

# C01, C02, C07, C24, C27, C32, C36-C41: the trained columns against each other and against the rest


def optimum_claim(key: str, number: str, model: str, says: str) -> Claim:
    """Return the claim that a network comes within two per cent of the exhaustive search."""
    parts = []
    for row in SEARCHED:
        cells = {
            model: trained_cell(row, model),
            **row_cells(row),
            "const": trained_cell(row, "const"),
            "product": trained_cell(row, "product"),
        }
        beside: dict[str, Statistic] = {
            "different assignments on 50 test networks": Mean(f"{model}.distinct"),
            **{
                f"{label}, over the search": RatioOfMeans(where, "best.epas")
                for label, where in (
                    (CONTROLS["const"], "const.rate"),
                    (CONTROLS["product"], "product.rate"),
                    (NAMES["ls"], "search.ls"),
                    (NAMES["mpa"], "row.mpa"),
                    (NAMES["balanced"], "row.balanced"),
                    (NAMES["random"], "row.random"),
                )
            },
        }
        parts += [
            trained_part(
                f"{sizes(row)}: over the search",
                cells,
                RatioOfMeans(f"{model}.rate", "best.epas"),
                Band(lo=0.97, hi=1.0, unit="", why="98 % to one point, and not above the optimum"),
                beside,
            ),
            trained_part(
                f"{sizes(row)}: share of the way from a balanced partition to the search",
                cells,
                RatioOfMeans({f"{model}.rate": 1.0, "row.balanced": -1.0}, {"best.epas": 1.0, "row.balanced": -1.0}),
                Band(lo=0.5, hi=1.0, unit="", why="nearer the optimum than a balanced partition that sees no channel"),
                {
                    NAMES["mpa"]: RatioOfMeans(
                        {"row.mpa": 1.0, "row.balanced": -1.0}, {"best.epas": 1.0, "row.balanced": -1.0}
                    )
                },
            ),
        ]
    # Whether a network that ignores the channel was only taught too little.
    smallest = tuple(part.name for part in parts if part.name.startswith(sizes(SMALL[0])))
    longer = Reading(
        "longer",
        cells={model: {"training": 4096, "epochs": 400, "patience": None}},
        why="a control: four times the networks to learn from, 400 epochs without stopping, on the smallest row",
        parts=smallest,
    )
    return LEDGER.claim(
        key,
        number,
        "Abstract, Sec. I, Sec. IV-B",
        says,
        claimed=0.98,
        decides_at="paper",
        readings=(
            BASE,
            PER_USER,
            read_at("n_out1", model),
            read_at("n_out4", model),
            *(
                Reading(word, cells={model: {"loss": loss}}, why=why)
                for word, loss, why in (
                    ("sq", "sq", "Eq. (8) to the letter squares the overlap of two pilots"),
                    ("okk-literal", "literal", "Eq. (8) to the letter weighs a user's own pilot too (E17)"),
                )
            ),
            ON_TRAIN,
            longer,
            Reading(
                "per-instance",
                cells={model: {"model": "free"}},
                why="the loss on each network by itself, without a network that learns",
            ),
        ),
        parts=tuple(parts),
    )


C01 = optimum_claim(
    "near-optimum", "C01", "ours", "The proposed network reaches about 98 % of the rate of the exhaustive search."
)
C27 = optimum_claim(
    "near-optimum-of-11", "C27", "hq11", "The circuit of [11] reaches about 98 % of the rate of the exhaustive search."
)
RIVALS = {**{name: f"row.{name}" for name in HEURISTICS}, **{model: f"{model}.rate" for model in LEARNED[:3]}}
C02 = LEDGER.claim(
    "outperforms-all",
    "C02",
    "Sec. IV-B",
    "The proposed network outperforms all other methods in all scenarios.",
    unit="Mbps",
    decides_at="paper",
    readings=(BASE, PER_USER, ON_TRAIN),
    parts=tuple(
        trained_part(
            f"{sizes(row)}: the proposed network less the best of the others in each replicate",
            {
                "ours": trained_cell(row, "ours"),
                "row": Cell("heuristics", {"row": row}),
                **{model: trained_cell(row, model) for model in LEARNED[:3]},
            },
            PairedDifference("ours.rate", Largest(*RIVALS.values())),
            Band(**RISES, unit="Mbps", why="none of the seven other columns is above it; the sign"),
            {
                NAMES["ours"]: Mean("ours.rate"),
                **{NAMES[name]: Mean(where) for name, where in RIVALS.items()},
                NAMES["balanced"]: Mean("row.balanced"),
                NAMES["colour"]: Mean("row.colour"),
            },
        )
        for row in TABLE
    ),
)


def by_row(prefix: str, column: str, rows: tuple[str, ...], weight: float) -> dict[str, float]:
    """Return the mean of a column over rows times a weight; `prefix`: of the cells, one a row."""
    return {f"{prefix}_{row}.{column}": weight / len(rows) for row in rows}


C07 = LEDGER.claim(
    "heuristics-fall-behind",
    "C07",
    "Sec. IV-B",
    "The heuristics fall further behind the proposed network as the system grows.",
    decides_at="paper",
    readings=(BASE, PER_USER),
    parts=tuple(
        trained_part(
            f"ln(the proposed network/{NAMES[name]}), medium rows less small ones",
            {
                **{f"ours_{row}": trained_cell(row, "ours") for row in TABLE},
                **{f"row_{row}": Cell("heuristics", {"row": row}) for row in TABLE},
                **{f"search_{row}": row_cells(row)["search"] for row in TABLE},
            },
            PairedDifference(
                {**by_row("ours", "ln_rate", MEDIUM, 1.0), **by_row("row", f"ln_{name}", MEDIUM, -1.0)},
                {**by_row("ours", "ln_rate", SMALL, 1.0), **by_row("row", f"ln_{name}", SMALL, -1.0)},
            ),
            Band(**RISES, unit="", why=NO_SIZE),
            {
                "the same with a local search in place of the proposed network": PairedDifference(
                    {**by_row("search", "ln_ls", MEDIUM, 1.0), **by_row("row", f"ln_{name}", MEDIUM, -1.0)},
                    {**by_row("search", "ln_ls", SMALL, 1.0), **by_row("row", f"ln_{name}", SMALL, -1.0)},
                ),
                "ln(the proposed network/a balanced partition), medium rows less small ones": PairedDifference(
                    {**by_row("ours", "ln_rate", MEDIUM, 1.0), **by_row("row", "ln_balanced", MEDIUM, -1.0)},
                    {**by_row("ours", "ln_rate", SMALL, 1.0), **by_row("row", "ln_balanced", SMALL, -1.0)},
                ),
            },
        )
        for name in HEURISTICS
    ),
)
C24 = LEDGER.claim(
    "equals-11",
    "C24",
    "Sec. IV-B, Fig. 3b",
    "The proposed network has the rate of the circuit of [11], whose layers have angles of their own.",
    claimed=1.0,
    decides_at="paper",
    readings=(
        BASE,
        Reading("pool", cells={"hq11": {"pooling": True}}, why="[11] pools by gates, which the paper does not mention"),
        Reading("per-block", cells={"hq11": {"sharing": "block"}}, why="how the paper describes [11]: no sharing"),
        read_at("n_out1", "ours", "hq11"),
    ),
    parts=tuple(
        trained_part(
            f"{sizes(row)}: the proposed network over the circuit of [11]",
            {
                **{m: trained_cell(row, m) for m in ("ours", "hq11", "product", "const")},
                "row": Cell("heuristics", {"row": row}),
            },
            RatioOfMeans("ours.rate", "hq11.rate"),
            Band(lo=0.99, hi=1.01, unit="", why="the table's own largest difference, 0.68 %, and rounding"),
            {
                f"{label}, over the circuit of [11]": RatioOfMeans(where, "hq11.rate")
                for label, where in (
                    (CONTROLS["product"], "product.rate"),
                    (CONTROLS["const"], "const.rate"),
                    (NAMES["balanced"], "row.balanced"),
                )
            },
        )
        for row in TABLE
    ),
)
ORDER = (("heavy", "light"), ("light", "mlp"))
C32 = LEDGER.claim(
    "classical-order",
    "C32",
    "Sec. IV-B",
    "In sum rate the heavy CNN is above the light one, and that above the MLP.",
    unit="Mbps",
    decides_at="paper",
    readings=(BASE, PER_USER, GAP),
    parts=tuple(
        trained_part(
            f"{sizes(row)}: {NAMES[more]} less {NAMES[less]}",
            {
                more: trained_cell(row, more),
                less: trained_cell(row, less),
                "const": trained_cell(row, "const"),
                "row": Cell("heuristics", {"row": row}),
            },
            PairedDifference(f"{more}.rate", f"{less}.rate"),
            Band(**RISES, unit="Mbps", why=NO_SIZE),
            {
                NAMES[more]: Mean(f"{more}.rate"),
                NAMES[less]: Mean(f"{less}.rate"),
                CONTROLS["const"]: Mean("const.rate"),
                NAMES["balanced"]: Mean("row.balanced"),
            },
        )
        for row in TABLE
        for more, less in ORDER
    ),
)
LOWER = {"heavy": 0.95, "light": 0.90, "mlp": 0.87}
C36 = LEDGER.claim(
    "networks-lower",
    "C36",
    "Sec. IV-B",
    "The heavy CNN, the light CNN and the MLP are about 5, 10 and 13 % below the proposed network, measured.",
    decides_at="paper",
    readings=(
        BASE,
        PER_USER,
        Reading("gap", cells={f"{m}_{row}": {"head": "gap"} for m in ("light", "heavy") for row in TABLE}, why=GAP.why),
    ),
    parts=tuple(
        trained_part(
            f"ln({NAMES[name]}/the proposed network), mean over eight rows",
            {
                **{f"{model}_{row}": trained_cell(row, model) for row in TABLE for model in (name, "ours")},
            },
            PairedDifference(by_row(name, "ln_rate", tuple(TABLE), 1.0), by_row("ours", "ln_rate", tuple(TABLE), 1.0)),
            Band(
                lo=round(log(value) - 0.02, 6),
                hi=round(log(value) + 0.02, 6),
                unit="",
                why=f"ln {value:g}; rounding of the text and two standard errors",
            ),
            {
                f"the same over {label} rows": PairedDifference(
                    by_row(name, "ln_rate", rows, 1.0), by_row("ours", "ln_rate", rows, 1.0)
                )
                for label, rows in (("small", SMALL), ("medium", MEDIUM))
            },
        )
        for name, value in LOWER.items()
    ),
)
C37 = LEDGER.claim(
    "state-of-the-art",
    "C37",
    "Abstract",
    "The proposed network outperforms the state of the art, set against methods that the paper leaves out.",
    unit="Mbps",
    decides_at="paper",
    readings=(
        BASE,
        PER_USER,
        Reading("hungarian", columns={"colour": "hungarian"}, why="another published method: blocks by the Hungarian"),
    ),
    parts=tuple(
        trained_part(
            f"{sizes(row)}: the proposed network less colouring",
            {"ours": trained_cell(row, "ours"), **row_cells(row)},
            PairedDifference("ours.rate", "row.colour"),
            Band(**RISES, unit="Mbps", why=NO_SIZE),
            {
                "the proposed network less a local search": PairedDifference("ours.rate", "search.ls"),
                NAMES["ours"]: Mean("ours.rate"),
                NAMES["colour"]: Mean("row.colour"),
            },
        )
        for row in TABLE
    ),
)


def share_claim(number: str, name: str, *readings: Reading) -> Claim:
    """Return the claim on a heuristic's share of the best of its row, for every row."""
    parts = []
    for row in TABLE:
        of_paper = "epas" if row in SEARCHED else "ours"
        share = printed(row, name) / printed(row, of_paper)
        cells = row_cells(row) | ({} if row in SEARCHED else {"ours": trained_cell(row, "ours")})
        beside: dict[str, Statistic] = {"over a local search": RatioOfMeans(f"row.{name}", "search.ls")}
        if name == "random":
            most = RatioOfMeans("row.orthogonal", "row.random")
            beside[f"a pilot for every user over Random; {1 / share:.3f} would be needed"] = most
        parts.append(
            trained_part(
                f"{sizes(row)}: over {NAMES[of_paper]}",
                cells,
                RatioOfMeans(f"row.{name}", "best.epas" if row in SEARCHED else "ours.rate"),
                Band(
                    lo=round(share - 0.02, 6),
                    hi=round(share + 0.02, 6),
                    unit="",
                    why=f"the printed {share:.3f}; two standard errors of a paired ratio over 100 networks",
                ),
                beside,
            )
        )
    return LEDGER.claim(
        f"share-of-best-{name}",
        number,
        "Table II",
        f"{sentence(NAMES[name])} has, row by row, the share of the best method that the table shows.",
        decides_at="paper",
        readings=(*LEVELS, *readings),
        parts=tuple(parts),
    )


C38, C39, C40 = share_claim("C38", "random"), share_claim("C39", "greedy"), share_claim("C40", "mpa")
C41 = share_claim("C41", "lpa", LPA_DISJOINT)

# C10, C11, C35: Fig. 3a


CONVERGENCE = Reading(
    "base", why="supervised on Master-AP's pilots at the smallest size; settled: 98 % of the fall is made"
)
CONVERGENCE_READINGS = (
    Reading("e95", columns={"e98": "e95"}, why="what stable means is not stated: 95 % of the fall"),
    Reading("lr-x3", params={"rate_factor": 3.0}, why="the learning rate is not stated: three times ours"),
    Reading("lr-third", params={"rate_factor": 1 / 3}, why="the learning rate is not stated: a third of ours"),
)


def loss_beside(model: str) -> dict[str, Statistic]:
    """Return the losses before training and at the epochs that the text names, and what one without a channel has."""
    return {
        **{f"{NAMES[model]}: training loss at epoch {e}, nats": Mean(f"loss_{e}") for e in (0, 7, 20, 200)},
        f"{NAMES[model]}: least loss on held-out networks, nats": Mean("held_out"),
        "loss of the labels' frequencies, which see no channel, nats": Mean("blind"),
    }


C10 = LEDGER.claim(
    "stable-within-7",
    "C10",
    "Sec. IV-A, Fig. 3a",
    "The training loss of the proposed network is stable within about 7 epochs.",
    claimed=7.0,
    unit="epochs",
    readings=(CONVERGENCE, *CONVERGENCE_READINGS),
    parts=(
        Part(
            "first epoch from which on 98 % of the fall to epoch 200 is made",
            {"ours": convergence_cell("ours")},
            Mean("e98"),
            Band(lo=0.0, hi=9.0, unit="epochs", why="7, and two epochs for reading a plot"),
            beside=loss_beside("ours"),
        ),
    ),
)
SLOW = ("hq11", "mlp", "light", "heavy")
C11 = LEDGER.claim(
    "others-need-20",
    "C11",
    "Sec. IV-A, Fig. 3a",
    "The circuit of [11], the MLP and the CNNs need more than 20 epochs.",
    claimed=20.0,
    unit="epochs",
    decides_at="paper",
    readings=(CONVERGENCE, *CONVERGENCE_READINGS),
    parts=tuple(
        trained_part(
            f"{NAMES[model]}: first epoch from which on 98 % of the fall to epoch 200 is made",
            {model: convergence_cell(model)},
            Mean("e98"),
            Band(lo=20.0, hi=inf, unit="epochs", why="the text; 200 is the last"),
            loss_beside(model),
        )
        for model in SLOW
    ),
)
C35 = LEDGER.claim(
    "converges-faster",
    "C35",
    "Sec. IV-A, Sec. V",
    "The proposed network converges faster than all benchmarks.",
    decides_at="paper",
    readings=(CONVERGENCE, *CONVERGENCE_READINGS),
    parts=tuple(
        trained_part(
            f"{NAMES[model]} over the proposed network, epochs to 98 % of the fall",
            {model: convergence_cell(model), "ours": convergence_cell("ours")},
            RatioOfMeans(f"{model}.e98", "ours.e98"),
            Band(lo=round(20 / 7, 6), hi=inf, unit="", why="the text's two numbers, 20 over 7"),
            {NAMES[m]: Mean(f"{m}.e98") for m in (model, "ours")},
        )
        for model in SLOW
    ),
)

# C16: Fig. 3b

FIG3_40 = Reading(
    "fig3-40",
    cells={m: {"row": "40-20-10", **rate_of("40-20-10", m)} for m in (*LEARNED, "const", "twin")},
    why="a size stands in the caption of Fig. 3c alone: its own",
)
PER_PARAMETER = (
    *(("ours", other) for other in ("hq11", "mlp", "light", "heavy")),
    ("mlp", "heavy"),
    ("light", "heavy"),
)
C16 = LEDGER.claim(
    "rate-per-parameter",
    "C16",
    "Sec. IV-B, Fig. 3b",
    "The proposed network has the highest rate per trained parameter, the heavy CNN the lowest.",
    unit="Mbps",
    decides_at="paper",
    readings=(BASE, GAP, FIG3_40, read_at("n_out1", "ours", "hq11")),
    parts=tuple(
        trained_part(
            f"{NAMES[more]} less {NAMES[less]}, per parameter",
            {m: trained_cell(SMALL[0], m) for m in (*LEARNED, "const", "twin")},
            PairedDifference(f"{more}.per_parameter", f"{less}.per_parameter"),
            Band(**RISES, unit="Mbps", why=NO_SIZE),
            {
                **{NAMES[m]: Mean(f"{m}.per_parameter") for m in (more, less)},
                CONTROLS["const"]: Mean("const.per_parameter"),
                CONTROLS["twin"]: Mean("twin.per_parameter"),
            },
        )
        for more, less in PER_PARAMETER
    ),
)

# C18, C19, C28: Fig. 3c

NOISE_READINGS = (
    ("pl", "pl", "the error rate as PennyLane has it"),
    ("cx-only", "cx_only", "where gates err is not stated: after every CX alone"),
    ("per-layer", "per_layer", "where gates err is not stated: once a qubit and layer"),
    ("p-0.01", "p01", "a control: a tenth of the rate"),
    ("p-0.001", "p001", "a control: a hundredth of the rate"),
)


def loss_to_noise(n: int, weight: float = 1.0) -> dict[str, float]:
    """Return ln(rate without noise/rate with it) of a circuit of n qubits."""
    return {f"n{n}.ln_rate": weight, f"n{n}.ln_noisy": -weight}


def rates_beside(*circuits: int) -> dict[str, Statistic]:
    """Return the rates without noise, with it and extrapolated, and what a method without a circuit has."""
    return {
        **{
            f"{n} qubits, {label}, Mbps": Mean(f"n{n}.{column}")
            for n in circuits
            for label, column in (("no noise", "rate"), ("noise", "noisy"), ("extrapolated", "mitigated"))
        },
        "a random balanced partition, Mbps": Mean("row.balanced"),
        "local search, Mbps": Mean("search.ls"),
    }


C18 = LEDGER.claim(
    "noise-degrades",
    "C18",
    "Sec. IV-C, Fig. 3c",
    "Depolarising noise of rate 0.1 lowers the sum rate, the more so the more qubits.",
    decides_at="paper",
    readings=(
        BASE,
        *(Reading(key, columns={"ln_noisy": f"ln_noisy_{word}"}, why=why) for key, word, why in NOISE_READINGS),
        Reading("train-noisy", params={"train_p": 0.1}, why="where noise acts is not stated: in training too"),
    ),
    parts=(
        *(
            trained_part(
                f"{n} qubits: ln(rate without noise/rate with it)",
                NOISY_CELLS,
                Mean(loss_to_noise(n)),
                Band(**RISES, unit="", why=NO_SIZE),
                rates_beside(n),
            )
            for n in QUBITS
        ),
        *(
            trained_part(
                f"the same, {more} qubits less {less}",
                NOISY_CELLS,
                PairedDifference(loss_to_noise(more), loss_to_noise(less)),
                Band(**RISES, unit="", why=NO_SIZE),
                rates_beside(less, more),
            )
            for less, more in pairwise(QUBITS)
        ),
    ),
)
C19 = LEDGER.claim(
    "zne-mitigates",
    "C19",
    "Sec. IV-C",
    "Zero-noise extrapolation takes most of the noise away.",
    decides_at="paper",
    readings=(
        BASE,
        *(
            Reading(key, columns={"error_zne": f"error_zne_{word}"}, why=why)
            for key, word, why in (
                ("p-lambda", "p_lambda", "how noise is scaled is not stated: the rate times 1, 2, 3"),
                ("fold135", "fold135", "scales are not stated: 1, 3, 5, which folding gives exactly"),
                ("linear", "linear", "the model is not stated: a line"),
                ("exp", "exp", "the model is not stated: an exponential"),
            )
        ),
        Reading(
            "on-rate",
            columns={"error_zne": "error_zne_on_rate", "error": "error_on_rate"},
            why="what is extrapolated is not stated: the sum rate of each network",
        ),
        *(
            Reading(key, columns={"error_zne": f"error_zne_{word}", "error": f"error_{word}"}, why=why)
            for key, word, why in NOISE_READINGS
        ),
    ),
    parts=(
        trained_part(
            "mean error of <Z>, extrapolated over not",
            {"n8": CIRCUITS["n8"], "row": NOISY_CELLS["row"], "search": NOISY_CELLS["search"]},
            RatioOfMeans("n8.error_zne", "n8.error"),
            Band(lo=0.0, hi=0.5, unit="", why="significant: at least halved"),
            {
                "mean error of <Z> with noise": Mean("n8.error"),
                "mean error of <Z> extrapolated": Mean("n8.error_zne"),
                **rates_beside(8),
            },
        ),
    ),
)
C28 = LEDGER.claim(
    "more-qubits-help",
    "C28",
    "Sec. IV-C, Fig. 3c",
    "Without noise the sum rate grows with the number of qubits.",
    unit="Mbps",
    decides_at="paper",
    readings=(
        BASE,
        Reading(
            "n-out1",
            cells={"n4": {"readout": "n_out1"}, "n6": {"readout": "n_out2"}, "n8": {"readout": "n_out1"}},
            why="which wires are read is not stated: one, as [11] does, or two where halving does not lead to one",
        ),
    ),
    parts=tuple(
        trained_part(
            f"{more} qubits less {less}",
            NOISY_CELLS,
            PairedDifference(f"n{more}.rate", f"n{less}.rate"),
            Band(**RISES, unit="Mbps", why=NO_SIZE),
            {
                **{f"{n} qubits": Mean(f"n{n}.rate") for n in (less, more)},
                NAMES["balanced"]: Mean("row.balanced"),
                NAMES["ls"]: Mean("search.ls"),
            },
        )
        for less, more in pairwise(QUBITS)
    ),
)

# C17, C34, C43: what no run can test

C17 = LEDGER.untestable(
    "simulation-time",
    "C17",
    "Sec. IV-A",
    "A circuit of 16 qubits takes 0.009 s to simulate, with noise 0.023 s.",
    "external: a vendor's figures for another circuit; the noise in them is dephasing, not depolarising (E14)",
)
C34 = LEDGER.untestable(
    "low-depth",
    "C34",
    "Sec. IV-C",
    "Circuits of depth 6 keep the risk of decoherence small.",
    "missing: coherence and gate times; what decoheres is the whole circuit, of depth 49 and 39 CX, not a block",
)
C43 = LEDGER.untestable(
    "superposition-advantage",
    "C43",
    "Sec. I, Sec. V",
    "Superposition reduces the run time; the network has advantages of the quantum domain.",
    "not-empirical: every number is a classical simulation of 8 qubits, 256 amplitudes (E15)",
)

# C25, C46: the system model

C25 = LEDGER.claim(
    "rate-formula",
    "C25",
    "Lemma 1, Eq. (3)",
    "Eq. (3) is the ergodic rate of a receiver that knows the mean of its gain alone.",
    claimed=1.0,
    parameters="inferred",
    decides_at="fast",
    readings=(Reading("base", why="Eq. (3) restored: as printed it cannot be evaluated"),),
    parts=tuple(
        Part(
            f"{label}: sum rate of drawn signals over Eq. (3)",
            {"moments": Cell("moments", {"mode": mode})},
            RatioOfMeans("drawn", "formula"),
            Band(lo=0.99, hi=1.01, unit="", why="equal, to one per cent of 20,000 draws a system"),
            beside={
                "drawn, bit/s/Hz": Mean("drawn"),
                "smallest ratio of four systems": Mean("low"),
                "largest ratio of four systems": Mean("high"),
            },
        )
        for mode, label in (("equal", "one coefficient an AP"), ("per_user", "the budget in equal parts"))
    ),
)
C46 = LEDGER.computed(
    "estimator-constant",
    "C46",
    "Sec. II-A, after Eq. (1)",
    "With the printed c the second moment of the channel estimate is gamma, which no gain can fall below.",
    AS_PRINTED,
    unit="gains",
    proof="tests/proofs/test_hqcnn.py::test_e2_the_printed_constant_exceeds_every_gain",
    parts=(
        LEDGER.exact_part(
            "printed_estimate",
            "violations",
            none_of("gains", "gamma <= beta: an estimate has at most the power of what it estimates"),
            "gains from -140 to -60 dB whose gamma is above them, alone on one of three pilots",
            {
                "gains tried": "tried",
                "gamma of the example, a power ratio": "printed",
                "gamma with the corrected c": "corrected",
                "second moment of an estimate with the printed c, exact": "second",
                "second moment of an estimate with the printed c, of 100,000 draws": "sampled",
                "second moment of an estimate with the corrected c, of 100,000 draws": "sampled_corrected",
                "beta of the example": "beta",
            },
            witness="estimates:printed_estimate_witness",
        ),
    ),
)

# C12-C15, C21, C23, C31: what the circuit and the networks cost

AS_STATED = Reading("base", why="the statement as printed")
PROOFS, CIRCUIT_PROOFS = (f"tests/proofs/test_{name}.py::test_" for name in ("hqcnn", "hqcnn_circuits"))
EQUALITY = 1e-6


def within(
    study: str,
    column: str,
    band: Band,
    name: str,
    beside: Mapping[str, str] | None = None,
    *,
    witness: str | None = None,
) -> Part:
    """Return a part whose exact number may lie anywhere in a band, and may drift from the record by rounding."""
    return Part(
        name,
        {study: Cell(study)},
        Exact(column, 1e-12),
        band,
        witness=None if witness is None else f"{PACKAGE}.{witness}",
        beside={label: Exact(other, 1e-9) for label, other in (beside or {}).items()},
    )


C12 = LEDGER.computed(
    "quantum-parameters",
    "C12",
    "Table I, Sec. III-A2",
    "On 8 qubits the proposed circuit trains 15 angles, the one of Hur et al. 120.",
    AS_STATED,
    Reading(
        "convolution-alone",
        columns={"hur": "hur_convolution"},
        why="the count of Sec. III-A2 leaves out the two angles a layer of the gates that pool",
    ),
    Reading(
        "per-block",
        columns={"hur": "per_block"},
        why="Sec. III-A2 says that other parameters stand in every circuit of a layer, which the source has not",
    ),
    claimed=15.0,
    unit="angles",
    kind="exact",
    parts=(
        LEDGER.exact_part(
            "circuit_angles",
            "ours",
            Band(lo=15, hi=15, unit="angles", why="exact: the count of Table I"),
            "angles that the proposed network trains",
            {"circuits whose drawn parameters are another number": "undrawn"},
        ),
        LEDGER.exact_part(
            "circuit_angles",
            "hur",
            Band(lo=120, hi=120, unit="angles", why="exact: 15 n of Table I for n = 8"),
            "angles of Hur et al. in their own code, 8 qubits",
            {"15 n": "per_qubit", "without their pooling gates": "hur_convolution", "a vector a block": "per_block"},
            witness="network_costs:circuit_angles_witness",
        ),
    ),
)
C13 = LEDGER.computed(
    "exponential-reduction",
    "C13",
    "Sec. III-A2",
    "Hur et al. need T times the sum of 2^i angles, 210 on 8 qubits; sharing brings them down to T log2 n.",
    AS_STATED,
    claimed=210.0,
    unit="angles",
    proof=f"{CIRCUIT_PROOFS}e5_four_numbers_for_one_circuit",
    parts=(
        LEDGER.exact_part(
            "circuit_angles",
            "hur_convolution",
            Band(lo=210, hi=210, unit="angles", why="exact: T (2 n - 2) for T = 15, n = 8"),
            "angles of the convolutions of Hur et al. in their own code, 8 qubits",
            {
                "the sum, T (2 n - 2)": "sum",
                "T log2 n": "log",
                "angles that the proposed network trains": "ours",
                "a vector a block": "per_block",
            },
            witness="network_costs:shared_layers_witness",
        ),
    ),
)
LIKE = "approximately equal, read generously: at most one and a half times"
KINDS_OF_NETWORK = (
    ("like_mlp", "MLP and proposed, larger over smaller", 1.0, 1.5, LIKE, {"MLP": "mlp"}),
    (
        "like_light",
        "light CNN and proposed, larger over smaller",
        1.0,
        1.5,
        LIKE,
        {"light CNN": "light", "light CNN, averaged image": "light_gap"},
    ),
    (
        "over_heavy",
        "heavy CNN over proposed",
        5.0,
        inf,
        "much lower: a fifth at most",
        {"heavy CNN": "heavy", "heavy CNN, averaged image": "heavy_gap"},
    ),
)
C14 = LEDGER.computed(
    "network-sizes",
    "C14",
    "Sec. IV, Table I",
    "The proposed network has about as many parameters as the MLP and the light CNN, far fewer than the heavy CNN.",
    Reading("flatten", why="the image is flattened before the last layer: Table I has a term in M tau K^2"),
    Reading(
        "gap",
        columns={f"{name}_{row}": f"{name}_gap_{row}" for row in TABLE for name in ("like_light", "over_heavy")},
        why="the layer between image and output is not described: the mean over the image",
    ),
    Reading(
        "table-1",
        columns={f"{name}_{row}": f"{name}_table_{row}" for row in TABLE for name, *_ in KINDS_OF_NETWORK},
        why="the orders of Table I, read as numbers",
    ),
    kind="exact",
    parameters="inferred",
    parts=tuple(
        within(
            "network_sizes",
            f"{name}_{row}",
            Band(lo=lo, hi=hi, unit="", why=why),
            f"{sizes(row)}: {label}",
            {
                "parameters, proposed": f"ours_{row}",
                **{f"parameters, {what}": f"{column}_{row}" for what, column in beside.items()},
                "networks of all rows whose parameters are not the closed form": "disagreements",
            },
            witness="network_costs:network_sizes_witness",
        )
        for row in TABLE
        for name, label, lo, hi, why, beside in KINDS_OF_NETWORK
    ),
)
GRADIENT_COST = "n = 2, 4, 8, 16: sizes at which the proposed circuit needs more than that share of the circuits"
RULE_ON_SHARED = "shift rule on shared angles less derivative of <Z>, largest over angles and wires"
C15 = LEDGER.computed(
    "cheap-gradients",
    "C15",
    "Sec. III-B2",
    "Two circuits an angle give the gradient, so that an update costs exponentially less than with Hur et al.",
    Reading("base", why="the rule with the minus that it needs (C44); Hur et al. without their pooling gates"),
    Reading(
        "plus-sign",
        columns={"deviation": "deviation_printed"},
        parts=(RULE_ON_SHARED,),
        why="Eq. (11) to the letter",
    ),
    Reading(
        "pooling",
        columns={"violations": "violations_pooling"},
        parts=(GRADIENT_COST,),
        why="the code of Hur et al. has controlled rotations too, four circuits an angle",
    ),
    proof=f"{CIRCUIT_PROOFS}e4_two_circuits_a_shared_angle_are_no_gradient",
    parts=(
        LEDGER.exact_part(
            "shared_shift_rule",
            "deviation",
            identity(EQUALITY, "an equality; the tolerance of a gradient"),
            RULE_ON_SHARED,
            {
                **{
                    f"{label}, first angle, wire {wire}": f"{name}_{wire}"
                    for wire in (4, 0)
                    for name, label in (("exact", "derivative"), ("shared", "rule"), ("printed", "rule with a plus"))
                },
                "sum over gates less derivative, largest": "deviation_gates",
            },
            witness="gradients:shared_shift_rule_witness",
        ),
        LEDGER.exact_part(
            "shared_shift_rule",
            "violations",
            none_of("sizes", "exponentially less: by the printed counts of angles, log2 n over 2 n - 2"),
            GRADIENT_COST,
            {
                "sizes tried": "tried",
                "circuits of one exact gradient on 8 qubits, proposed": "ours",
                "the same, a vector a layer": "hq11",
                "the same, with the pooling gates of Hur et al.": "pooling",
                "proposed over a vector a layer, no unit": "ratio",
            },
            witness="gradients:gradient_cost_witness",
        ),
    ),
)
C21 = LEDGER.computed(
    "block-depth",
    "C21",
    "Sec. IV-C, Fig. 2c",
    "The parameterised circuits have depth 6.",
    Reading("base", why="one block, gates as drawn; RY and RZ on different wires share a step"),
    claimed=6.0,
    unit="steps",
    kind="exact",
    parts=(
        LEDGER.exact_part(
            "drawn_depth",
            "block",
            Band(lo=6, hi=6, unit="steps", why="exact: the printed depth"),
            "depth of the block",
            {
                "depth of the block in U and CX": "transpiled",
                "CX of the block": "cx",
                "depth of the circuit without its embedding": "layers",
                "depth of the circuit with its embedding": "embedded",
                "CX of the circuit": "layers_cx",
            },
            witness="depths:drawn_depth_witness",
        ),
    ),
)
C23 = LEDGER.computed(
    "shallow-embedding",
    "C23",
    "Sec. III-A1",
    "Amplitude embedding needs deeper circuits than angle embedding.",
    AS_STATED,
    unit="steps",
    proof=f"{PROOFS}c23_amplitudes_take_exponentially_many_cx",
    parts=(
        LEDGER.exact_part(
            "embedding_depth",
            "angle",
            Band(lo=1, hi=1, unit="steps", why="exact: one rotation a qubit"),
            "angle embedding of 8 qubits: depth in U and CX",
            {"CX": "angle_cx"},
        ),
        within(
            "embedding_depth",
            "amplitude",
            Band(lo=101, hi=inf, unit="steps", why="deeper by two orders: CX double with every qubit"),
            "amplitude embedding of a real state of 8 qubits: depth in U and CX",
            {
                "CX": "amplitude_cx",
                "the same depth of 4 qubits": "amplitude_half",
                "CX of 4 qubits": "amplitude_half_cx",
            },
        ),
    ),
)
C31 = LEDGER.computed(
    "embedding-parameters",
    "C31",
    "Sec. III-A1",
    "Angle embedding saves parameters before the circuit: 8 outputs take the place of 256 amplitudes.",
    Reading("base", why="a trained layer before either embedding, of 8 or of 256 outputs"),
    Reading(
        "padding",
        columns={"ratio": "ratio_padded"},
        why="amplitudes need no trained layer: the gains themselves, padded with zeros",
    ),
    kind="exact",
    parameters="inferred",
    parts=(
        LEDGER.exact_part(
            "preprocessing",
            "ratio",
            Band(lo=32, hi=32, unit="", why="exact: (256 M K + 256)/(8 M K + 8)"),
            "parameters before 256 amplitudes over those before 8 angles, least over the rows",
            {
                "largest over the rows": "largest",
                f"parameters before 8 angles, {sizes(SMALL[0])}": "angles",
                f"parameters before 256 amplitudes, {sizes(SMALL[0])}": "amplitudes",
                "qubits that 900 gains take as amplitudes": "qubits",
            },
        ),
    ),
)

# C20, C33: shots

C20 = LEDGER.computed(
    "extrapolation-adds-error",
    "C20",
    "Sec. IV-C",
    "Extrapolation to zero noise might itself add errors.",
    Reading(
        "base", why="Richardson, as many shots at each scale as one value gets; at <Z> = 0 variance is the whole error"
    ),
    proof=f"{PROOFS}c20_extrapolated_variance_by_all_outcomes",
    parts=(
        LEDGER.exact_part(
            "extrapolated_noise",
            "violations",
            none_of("cases", "adds: the variance of what is extrapolated is above that of one value"),
            "cases of <Z>, noise and scales in which the variance is not larger",
            {"cases tried": "cases", "least ratio of variances, no unit": "smallest"},
        ),
        LEDGER.exact_part(
            "extrapolated_noise",
            "ratio",
            Band(lo=19, hi=19, unit="", why="exact: 3^2 + 3^2 + 1"),
            "<Z> = 0, scales 1, 2, 3: variance over that of one value",
            {
                "the same of 20,000 draws, 1000 shots": "sampled",
                "the same if one value gets the shots of all three": "same_cost",
            },
        ),
        LEDGER.exact_part(
            "extrapolated_noise",
            "ratio_longer",
            Band(lo=5.21875, hi=5.21875, unit="", why="exact: (15^2 + 10^2 + 3^2)/8^2"),
            "<Z> = 0, scales 1, 3, 5: variance over that of one value",
        ),
    ),
)
C33 = LEDGER.computed(
    "shots-reduce-noise",
    "C33",
    "Sec. IV-C",
    "Shot noise falls with the number of measurements.",
    AS_STATED,
    proof=f"{PROOFS}c33_variance_of_shots_by_all_outcomes",
    parts=(
        LEDGER.exact_part(
            "shot_noise",
            "deviation",
            identity(1e-12, "an equality; the tolerance is double rounding"),
            "variance of <Z> from S shots less (1 - <Z>^2)/S, largest of 9",
            {"mean less <Z>, largest": "bias"},
        ),
        LEDGER.exact_part(
            "shot_noise",
            "rises",
            none_of("steps", "it falls at every step of S"),
            "steps from 10 to 100 to 1000 shots over which it does not fall",
            {
                "steps tried": "steps",
                "variance at <Z> = 0, 10 shots, no unit": "most",
                "variance at <Z> = 0, 1000 shots, no unit": "least",
            },
        ),
    ),
)

# C22: the lemma

C22 = LEDGER.computed(
    "universal-approximation",
    "C22",
    "Lemma 2, Eq. (14)",
    "With enough qubits the network's distance to the ideal assignment becomes arbitrarily small.",
    Reading(
        "base", why="one-hot matrices up to the names of the pilots, Frobenius norm; any continuous map of the gains"
    ),
    proof=f"{CIRCUIT_PROOFS}e8_v_the_best_assignment_jumps",
    parts=(
        within(
            "optimum_jump",
            "bound",
            Band(lo=0.0, hi=0.5, unit="", why="arbitrarily small is at least below one half"),
            "distance that no continuous map falls below on a segment of gains",
            {
                "jumps of the best assignment on the segment": "jumps",
                "where it jumps": "place",
                "relative lead of the two over the others there": "ahead",
                "K = 6, 3 pilots: partitions": "partitions",
                "K = 6, 3 pilots: labelled assignments that a linear map of one feature may reach": "cells",
                "the same, most of 20 drawn maps": "reached",
            },
            witness="jump:optimum_jump_witness",
        ),
    ),
)

# C44, C45, C47, C48: equations as printed

AS_EQUATION = Reading("base", why="the equation as printed")
C44 = LEDGER.computed(
    "printed-shift-rule",
    "C44",
    "Eqs. (9), (11)",
    "The parameter-shift rule, printed with a plus, gives the gradient.",
    AS_EQUATION,
    proof=f"{CIRCUIT_PROOFS}e1_the_printed_rule_returns_the_constant",
    parts=(
        LEDGER.exact_part(
            "printed_shift_rule",
            "deviation",
            identity(EQUALITY, "an equality; the tolerance of a gradient"),
            "Eq. (11) less derivative of <Z> = cos t at 0.3",
            {
                "Eq. (11)": "printed",
                "derivative": "exact",
                "mean of <Z> over a period": "constant",
                "Eq. (11) on the circuit, a vector a block: largest deviation": "circuit",
                "both rules with a minus on the circuit: largest deviation": "minus",
            },
            witness="gradients:printed_shift_rule_witness",
        ),
        LEDGER.exact_part(
            "printed_shift_rule",
            "deviation_9",
            identity(EQUALITY, "an equality; the tolerance of a gradient"),
            "Eq. (9) with s = 0.9 less derivative of <Z> = cos t at 0.3",
            {"Eq. (9)": "printed_9", "Eq. (9) on the circuit, a vector a block: largest deviation": "circuit_9"},
            witness="gradients:printed_shift_rule_witness",
        ),
    ),
)
C45 = LEDGER.computed(
    "supervised-loss",
    "C45",
    "Eq. (7)",
    "Minimising the supervised loss brings predictions closer to the labels.",
    AS_EQUATION,
    unit="pairs",
    proof=f"{CIRCUIT_PROOFS}e7_the_printed_loss_prefers_the_worse_fit",
    parts=(
        LEDGER.exact_part(
            "label_loss",
            "violations",
            none_of("pairs", "the better fit has the lower loss"),
            "pairs of predictions for one user and two pilots, of which the better has no lower loss",
            {
                "pairs tried": "pairs",
                "printed loss of (0.9, 0.1), no unit": "good",
                "printed loss of (0.1, 0.9), no unit": "bad",
                "cross-entropy of (0.9, 0.1), no unit": "good_restored",
                "cross-entropy of (0.1, 0.9), no unit": "bad_restored",
                "pairs that cross-entropy orders so": "violations_restored",
            },
            witness="equations:label_loss_witness",
        ),
    ),
)
C47 = LEDGER.computed(
    "rotation-is-unitary",
    "C47",
    "Eq. (10)",
    "The matrix of a general rotation of a qubit is unitary.",
    AS_EQUATION,
    proof=f"{PROOFS}c47_columns_of_eq_10_are_orthonormal",
    parts=(
        LEDGER.exact_part(
            "unitarity",
            "deviation",
            identity(1e-12, "an equality; the tolerance is double rounding"),
            "largest entry of U U^dag - 1 over 100 drawn triples of angles",
            {"largest |det U - 1|": "determinant"},
        ),
    ),
)
C48 = LEDGER.computed(
    "pooled-state-is-pure",
    "C48",
    "Eq. (5)",
    "The state behind a pooling layer, a partial trace, is a pure state.",
    AS_EQUATION,
    proof=f"{CIRCUIT_PROOFS}e9_what_a_pooling_layer_leaves_is_no_pure_state",
    parts=(
        LEDGER.exact_part(
            "pooled_purity",
            "deviation",
            identity(1e-9, "a pure state has purity 1; the tolerance is rounding"),
            "purity of the even wires after the first convolution, less 1",
            {"purity": "purity", "without entangling gates": "product", "of all eight wires": "whole"},
            witness="equations:pooled_purity_witness",
        ),
    ),
)

# C29: where users are dense

DENSE = {"row": MEDIUM[0], "users": "clusters"}
CLUSTERS = {
    "clusters": Cell("heuristics", DENSE),
    "clusters_search": Cell("searches", DENSE),
    "uniform": Cell("heuristics", {"row": MEDIUM[0]}),
    "uniform_search": Cell("searches", {"row": MEDIUM[0]}),
}


def share_of_search(name: str, users: str) -> dict[str, float]:
    """Return ln(X/local search) of a method, with its users so placed."""
    return {f"{users}.ln_{name}": 1.0, f"{users}_search.ln_ls": -1.0}


C29 = LEDGER.claim(
    "location-fails-when-dense",
    "C29",
    "Sec. IV-B",
    "Location-based assignment fails where users are dense.",
    parameters="unstated",
    readings=(
        BASE,
        PER_USER,
        LPA_DISJOINT,
        Reading(
            "clusters-50m",
            cells={name: {"cluster_m": 50.0} for name in ("clusters", "clusters_search")},
            why="how dense is not stated: clusters of half the width",
        ),
    ),
    parts=(
        Part(
            "ln(location/local search), two clusters less uniform users",
            CLUSTERS,
            PairedDifference(share_of_search("lpa", "clusters"), share_of_search("lpa", "uniform")),
            Band(**FALLS, unit="", why=NO_SIZE),
            beside={
                "location, clusters, Mbps": Mean("clusters.lpa"),
                "location, uniform, Mbps": Mean("uniform.lpa"),
                "local search, clusters, Mbps": Mean("clusters_search.ls"),
                "local search, uniform, Mbps": Mean("uniform_search.ls"),
                "a random balanced partition, clusters, Mbps": Mean("clusters.balanced"),
                "a random balanced partition, uniform, Mbps": Mean("uniform.balanced"),
            },
        ),
        Part(
            "the same less that of Master-AP",
            CLUSTERS,
            PairedDifference(
                {"clusters.ln_lpa": 1.0, "clusters.ln_mpa": -1.0}, {"uniform.ln_lpa": 1.0, "uniform.ln_mpa": -1.0}
            ),
            Band(**FALLS, unit="", why="its own failure, more than that of another heuristic; the sign"),
            beside={
                "Master-AP, clusters, Mbps": Mean("clusters.mpa"),
                "Master-AP, uniform, Mbps": Mean("uniform.mpa"),
            },
        ),
    ),
)


paper = Paper(
    key=KEY,
    title="Hybrid Quantum Convolutional Neural Network-Aided Pilot Assignment in Cell-Free Massive MIMO Systems",
    authors=(
        "Doan Hieu Nguyen",
        "Xuan Tung Nguyen",
        "Seon-Geun Jeong",
        "Trinh Van Chien",
        "Lajos Hanzo",
        "Won Joo Hwang",
    ),
    year=2025,
    doi=None,
    bibtex=BIBTEX,
    claims=(
        *sorted(CELLS.values(), key=lambda claim: claim.number),
        *(C01, C02, C03, C04, C05, C06, C07, C08, C09, C10, C11, C12, C13, C14, C15, C16, C17, C18, C19, C20),
        *(C21, C22, C23, C24, C25, C26, C27, C28, C29, C30, C31, C32, C33, C34, C35, C36, C37, C38, C39, C40),
        *(C41, C42, C43, C44, C45, C46, C47, C48),
    ),
    studies=STUDIES,
    figures=(*FIGURES, *FIGURE_3),
    corrections=CORRECTIONS,
    tables=(beside_print(CELLS),),
    records=RECORDS,
)
