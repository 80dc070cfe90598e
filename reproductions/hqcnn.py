"""Hybrid quantum CNN for pilot assignment in cell-free massive MIMO: what it says, and what checks it.

M access points (APs) of two antennas serve K users on tau pilots. A unit is a replicate of 50 test networks; methods
of a row of Table II see the same ones. Claims T are the cells of that table, claims C all else, in order of number.
"""

from __future__ import annotations

from itertools import pairwise
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qbench.evidence import (
    Band,
    Cell,
    Correction,
    Figure,
    Ledger,
    Mean,
    PairedDifference,
    Paper,
    Part,
    RatioOfMeans,
    Reading,
    Records,
    Series,
    identity,
    none_of,
)
from qbench.evidence.statistics import Exact

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbench.evidence import Claim
    from qbench.evidence.canonical import JSON
    from qbench.evidence.statistics import Statistic

KEY = "hqcnn"
PACKAGE = "qbench.papers.hqcnn"
CODE = (
    PACKAGE,
    "qbench.papers._study",
    "qbench.radio",
    "qbench.assignment",
    "qbench._check",
    "qbench._arrays",
)
RECORDS = Records(Path(__file__).with_name("records") / "hqcnn.json")
LEDGER = Ledger(KEY, PACKAGE, CODE, RECORDS)

# The text prints no year of its own; the latest works it cites are of 2025.
BIBTEX = """@article{nguyen2025hybrid,
  title  = {Hybrid Quantum Convolutional Neural Network-Aided Pilot Assignment in Cell-Free Massive {MIMO} Systems},
  author = {Nguyen, Doan Hieu and Nguyen, Xuan Tung and Jeong, Seon-Geun and Chien, Trinh Van and Hanzo, Lajos
            and Hwang, Won Joo},
  year   = {2025}
}"""

# Table II as printed, Mbps: rows are APs-users-pilots

COLUMNS = ("random", "greedy", "mpa", "lpa", "mlp", "light", "heavy", "hq11", "ours", "epas")
TABLE: Mapping[str, tuple[float, ...]] = {
    "10-6-3": (15.75, 15.76, 17.21, 16.50, 17.14, 17.20, 17.51, 18.05, 18.08, 18.43),
    "10-9-3": (18.34, 19.07, 22.13, 20.67, 21.82, 22.93, 23.13, 23.80, 23.84, 24.29),
    "10-12-3": (23.20, 24.76, 26.22, 25.54, 25.73, 27.18, 27.79, 28.19, 28.19, 28.74),
    "10-15-3": (27.18, 33.68, 35.03, 34.55, 33.89, 35.71, 36.85, 37.36, 37.45),
    "30-20-10": (67.67, 82.93, 78.93, 82.16, 77.65, 89.77, 93.30, 99.41, 99.51),
    "35-20-10": (78.34, 96.98, 90.98, 94.45, 89.69, 103.34, 109.95, 115.44, 115.44),
    "40-20-10": (88.43, 102.31, 98.20, 100.12, 96.51, 111.17, 118.79, 123.72, 124.56),
    "45-20-10": (91.22, 112.45, 110.45, 111.05, 109.60, 122.31, 130.20, 133.04, 133.75),
}
OFFSETS = dict(zip(TABLE, (0, 10, 20, 30, 39, 48, 57, 66), strict=True))
SMALL = tuple(row for row in TABLE if row.startswith("10-"))
MEDIUM = tuple(row for row in TABLE if row not in SMALL)
SEARCHED = tuple(row for row in TABLE if len(TABLE[row]) == len(COLUMNS))
NAMES = {
    "random": "Random",
    "greedy": "Greedy",
    "mpa": "Master-AP",
    "lpa": "location",
    "epas": "exhaustive search",
    "balanced": "a random balanced partition",
    "colour": "colouring",
    "hungarian": "Hungarian blocks",
    "ls": "local search",
    "ls6": "local search from six starts",
    "orthogonal": "a pilot for every user",
}
HEURISTICS = ("random", "greedy", "mpa", "lpa")


def printed(row: str, column: str) -> float:
    """Return a printed cell, Mbps."""
    return TABLE[row][COLUMNS.index(column)]


def sizes(row: str) -> str:
    """Return the row in words."""
    m, k, tau = row.split("-")
    return f"M = {m}, K = {k}, {tau} pilots"


# Studies

PHYSICS: Mapping[str, JSON] = {
    "wrap": False,
    "shadowing": "all",
    "users": "uniform",
    "cluster_m": 100.0,
    "fixed_aps": False,
}
LINK: Mapping[str, JSON] = {"n_antenna": 2, "mode": "equal", "noncoherent": True, "noise_aps": None}
NETWORKS: Mapping[str, JSON] = {"row": "10-6-3", **PHYSICS, **LINK, "test": 50, "score": "mbps"}
REPLICATES: Mapping[str, Any] = {
    "unit": "replicate",
    "block": 5,
    "stream": f"{KEY}/{{row}}",
    "engine": "numba: closed-form rates, user by user",
}
GAINS_DB: list[JSON] = [float(x) for x in range(-140, -59, 5)]
# One input and one vector of angles for the claims on the circuit: h_i = i/10, theta_j = j/10.
HALF_ANGLES: list[JSON] = [i / 10 for i in range(1, 9)]
ANGLES: list[JSON] = [j / 10 for j in range(1, 16)]
# Gains between three APs and three users: the best pilots jump where the first two users change places.
JUMP_GAINS: list[JSON] = [[1e-8, 1e-10, 5e-9], [1e-10, 1e-8, 1e-10], [1e-10, 1e-10, 1e-9]]

STUDIES = (
    LEDGER.study("heuristics", "studies:heuristics", 0.3, tier="fast", defaults=NETWORKS, **REPLICATES),
    LEDGER.study(
        "searches",
        "studies:searches",
        2.0,
        tier="standard",
        defaults={**NETWORKS, "multistart": False},
        **REPLICATES,
    ),
    LEDGER.study("exhaustive", "studies:exhaustive", 2.0, tier="standard", defaults=NETWORKS, **REPLICATES),
    LEDGER.study(
        "moments",
        "moments:moments",
        0.5,
        unit="replicate",
        block=5,
        tier="fast",
        stream=f"{KEY}/moments",
        defaults={"systems": 4, "draws": 20_000, "mode": "equal", "n_antenna": 2},
    ),
    LEDGER.study(
        "enumeration",
        "enumeration:enumeration",
        8.0,
        unit="exact",
        block=1,
        tier="standard",
        stream=f"{KEY}/{{row}}",
        engine=str(REPLICATES["engine"]),
        defaults={**PHYSICS, **LINK, "row": "10-15-3", "test": 50, "networks": 3, "larger": "40-20-10"},
    ),
    LEDGER.exact_study(
        "printed",
        "printed",
        0.1,
        table={row: dict(zip(COLUMNS, cells, strict=False)) for row, cells in TABLE.items()},
        small=list(SMALL),
        medium=list(MEDIUM),
        first=SMALL[0],
        last=MEDIUM[-1],
    ),
    LEDGER.exact_study(
        "printed_estimate", "estimates", 0.1, pilots=3, gains_db=GAINS_DB, example_db=-90.0, draws=100_000
    ),
    LEDGER.exact_study("circuit_angles", "network_costs", 0.1, size=SMALL[0]),
    LEDGER.exact_study("network_sizes", "network_costs", 1.2, rows=list(TABLE)),
    LEDGER.exact_study("preprocessing", "network_costs", 0.1, rows=list(TABLE)),
    LEDGER.exact_study("drawn_depth", "depths", 0.1),
    LEDGER.exact_study("embedding_depth", "depths", 0.2, qubits=8),
    LEDGER.exact_study("shared_shift_rule", "gradients", 0.2, h=HALF_ANGLES, theta=ANGLES, sizes=[2, 4, 8, 16]),
    LEDGER.exact_study("printed_shift_rule", "gradients", 1.0, h=HALF_ANGLES, theta=ANGLES, angle=0.3, shift=0.9),
    LEDGER.exact_study(
        "extrapolated_noise",
        "shot_noise",
        2.0,
        shots=1000,
        z=[0.0, 0.3, 0.9],
        kept=[0.9, 0.5],
        scales=[1, 2, 3],
        longer=[1, 3, 5],
        repetitions=20_000,
    ),
    LEDGER.exact_study("shot_noise", "shot_noise", 0.1, z=[0.0, 0.3, 0.9], shots=[10, 100, 1000]),
    LEDGER.exact_study("optimum_jump", "jump", 1.0, beta=JUMP_GAINS, pilots=2, points=101, size=SMALL[0], maps=20),
    LEDGER.exact_study("label_loss", "equations", 0.1, steps=19, good=0.9, bad=0.1),
    LEDGER.exact_study("unitarity", "equations", 0.1, draws=100),
    LEDGER.exact_study("pooled_purity", "equations", 0.1, h=HALF_ANGLES, theta=ANGLES),
)

# Readings

BASE = Reading("base", why="the paper's text, and the default of every choice that it leaves open")
PER_USER = Reading(
    "per-user",
    params={"mode": "per_user"},
    why="the coefficient is printed without brackets and called uniform: the budget in K equal parts",
)
PER_USER_L1 = Reading(
    "per-user-l1",
    params={"mode": "per_user", "n_antenna": 1},
    why="the same with one antenna, though the table states two",
)
NO_NONCOHERENT = Reading(
    "no-noncoherent",
    params={"noncoherent": False, "score": "nats"},
    why="exploratory, found by search after seeing the table: no power of the beams in the noise, rates in nats",
)
PRINTED_C = Reading(
    "printed-c",
    params={"mode": "printed_c", "score": "nats"},
    why="exploratory, found by search after seeing the table: beta under the root in c as printed, eta = 1, nats",
)
GREEDY_FRESH = Reading(
    "greedy-fresh",
    columns={"greedy": "greedy_fresh", "rival_of_mpa": "rival_of_mpa_greedy_fresh"},
    why="where Greedy starts is not stated: a random draw of its own",
)
MPA_GAIN = Reading(
    "mpa-gain",
    columns={"mpa": "mpa_gain", "rival_of_greedy": "rival_of_greedy_mpa_gain"},
    why="in what order Master-AP takes the users is not stated: by falling sum of gains",
)
LPA_DISJOINT = Reading(
    "lpa-disjoint",
    columns={
        "lpa": "lpa_disjoint",
        "ln_lpa": "ln_lpa_disjoint",
        "rival_of_mpa": "rival_of_mpa_lpa_disjoint",
        "rival_of_greedy": "rival_of_greedy_lpa_disjoint",
    },
    why="how regions share the pilots is not stated: neighbouring cells have different ones, as far as these go",
)
LEVELS = (BASE, PER_USER, PER_USER_L1, NO_NONCOHERENT, PRINTED_C)
OWN = {"greedy": (GREEDY_FRESH,), "mpa": (MPA_GAIN,), "lpa": (LPA_DISJOINT,)}
GEOMETRY = (
    Reading("wrap", params={"wrap": True}, why="distances on a torus, as the source of the setting has them"),
    Reading("sh-far", params={"shadowing": "far"}, why="shadowing beyond 50 m alone, as the source of the setting"),
    Reading("sh-none", params={"shadowing": "none"}, why="a control: no shadowing"),
    Reading("top5", params={"noise_aps": 5}, why="Eq. (3) prints a set of APs of a user: the five strongest"),
    Reading("fixed-aps", params={"fixed_aps": True}, why="whether APs move is not stated: one layout a replicate"),
)
AS_PRINTED = Reading("base", why="the printed numbers")

# T001-T075: Table II, cell by cell

RISES: Mapping[str, float] = {"lo": 0.0, "hi": inf}
FALLS: Mapping[str, float] = {"lo": -inf, "hi": 0.0}
NO_SIZE = "the paper gives no size; the sign"


def row_cells(row: str) -> dict[str, Cell]:
    """Return the runs that a row of the table sets side by side."""
    cells = {
        "row": Cell("heuristics", {"row": row}),
        "search": Cell("searches", {"row": row, "multistart": row in SMALL}),
    }
    return {**cells, "best": Cell("exhaustive", {"row": row})} if row in SEARCHED else cells


def untrained(row: str) -> dict[str, str]:
    """Return the untrained columns of a row: name -> column among those of its cells; the best known one comes last."""
    names = (*HEURISTICS, "balanced", "colour", "hungarian", "orthogonal")
    found = {name: f"row.{name}" for name in names} | {"ls": "search.ls"}
    if row in SMALL:
        found["ls6"] = "search.ls6"
    return {**found, "epas": "best.epas"} if row in SEARCHED else found


def beside_cell(row: str, column: str) -> dict[str, Statistic]:
    """Return what stands beside a cell: its share of the best that is known, and the other columns of its row."""
    columns = untrained(row)
    best = next(reversed(columns))
    of_paper = "epas" if row in SEARCHED else "ours"
    found: dict[str, Statistic] = {}
    if column != best:
        share = printed(row, column) / printed(row, of_paper)
        label = f"over {NAMES[best]}, no unit; {share:.3f} of {'the search' if of_paper == 'epas' else 'Ours'} in print"
        found[label] = RatioOfMeans(columns[column], columns[best])
    if column == "random":
        most = printed(row, of_paper) / printed(row, column)
        found[f"a pilot for every user over Random, no unit; the best of the row has {most:.3f} in print"] = (
            RatioOfMeans(columns["orthogonal"], columns[column])
        )
    return found | {NAMES[name]: Mean(where) for name, where in columns.items() if name != column}


def table_cell(row: str, column: str) -> Claim:
    """Return the claim of a cell without training."""
    value, delta = printed(row, column), 0.04 if row in SMALL else 0.02
    return LEDGER.claim(
        f"table2-{column}-{row}",
        f"T{OFFSETS[row] + COLUMNS.index(column) + 1:03d}",
        "Table II",
        f"{NAMES[column].capitalize()}, {sizes(row)}: {value:.2f} Mbps on average.",
        claimed=value,
        unit="Mbps",
        parameters="unstated" if column == "lpa" else "inferred",
        readings=(*LEVELS, *OWN.get(column, ())),
        parts=(
            Part(
                "mean sum rate",
                row_cells(row),
                Mean(untrained(row)[column]),
                Band(
                    lo=round(value * (1 - delta) - 0.005, 6),
                    hi=round(value * (1 + delta) + 0.005, 6),
                    unit="Mbps",
                    why="the printed digits, and two standard errors of a mean over 100 networks that spread by "
                    f"{5 * delta:.0%}",
                ),
                beside=beside_cell(row, column),
            ),
        ),
    )


CELLS = {
    (row, column): table_cell(row, column)
    for row in TABLE
    for column in (*HEURISTICS, *(("epas",) if row in SEARCHED else ()))
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


def heuristics_cell(row: str) -> dict[str, Cell]:
    """Return the run of the heuristics on a row, alone."""
    return {"row": Cell("heuristics", {"row": row})}


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

# Figures


def table_series(rows: tuple[str, ...], position: int) -> tuple[Series, ...]:
    """Return a line for every untrained column; `position`: which number of a row is its x."""
    found = []
    for name in (*HEURISTICS, "epas", "balanced", "colour", "ls", "orthogonal"):
        cells = {
            float(row.split("-")[position]): (row_cells(row)[where.split(".")[0]], where.split(".")[1])
            for row in rows
            for column, where in untrained(row).items()
            if column == name
        }
        if cells:
            column = next(iter(cells.values()))[1]
            label = NAMES[name][0].upper() + NAMES[name][1:]
            found.append(Series.across(label, column, {x: cell for x, (cell, _) in cells.items()}))
    return tuple(found)


FIGURES = tuple(
    Figure(
        key=f"table2-{name}",
        where="Table II",
        title=f"Methods without training, {name} rows",
        x_label=x_label,
        y_label="sum rate (Mbps)",
        series=table_series(rows, position),
        note="Mean over 50 test networks a replicate, the same for every method. Only the first four and the "
        "exhaustive search stand in the paper.",
    )
    for name, rows, position, x_label in (("small", SMALL, 1, "users"), ("medium", MEDIUM, 0, "access points"))
)

# What the paper prints and what is used instead

CORRECTIONS = (
    Correction(
        "Eq. (1)",
        "the channel of user k inside the sum over the users j",
        "that of user j",
        "what a pilot brings is the sum of the channels of those who send it (E3)",
    ),
    Correction(
        "Sec. II-A, after Eq. (1)",
        "c_mk with sqrt(tau rho_p beta_mk) above the line",
        "sqrt(tau rho_p) beta_mk",
        "with beta under the root gamma exceeds beta, 3.2e-5 for 1e-9 (C46, E2); gamma is that of one antenna",
    ),
    Correction(
        "Eq. (2)",
        "eta_mk inside the sum over the symbols j, and a channel that is conjugated in one line and not in the next",
        "eta_mj, and g^T conj(ghat)",
        "each symbol has its own coefficient, and only conjugate beams add up in phase (E3)",
    ),
    Correction(
        "Eq. (3)",
        "a first sum over APs that leaves out j = k, and no sum over users in the interference",
        "the bound of Ngo et al. 2017: signal, contamination by the other users of the pilot, power of all beams",
        "as printed it cannot be evaluated; restored it agrees with drawn signals (C25, E3)",
    ),
    Correction(
        "Sec. IV, power control",
        "1/L times the sum of gamma, as the line reads from left to right",
        "1 over L times the sum of gamma",
        "the budget that Sec. II states then holds with equality at every AP; read literally the rates vanish",
    ),
    Correction(
        "Sec. IV, large-scale fading",
        "a path loss in dB, multiplied by the shadowing as a ratio",
        "10^((PL + sigma z)/10)",
        "decibels add; gains are real and positive, not complex as Sec. III has them (E10)",
    ),
    Correction(
        "Eq. (5)",
        "the partial trace of a layer's output written as a pure state, and all layers applied to the last state again",
        "the state of all wires; a wire that a pooling layer measures is read at the end, as nothing touches it again",
        "what is kept is entangled with what is measured: purity 0.30 after the first layer (C48, E9)",
    ),
    Correction(
        "Eq. (7)",
        "minus the norm of the sum of y log h",
        "minus the sum itself, the cross-entropy",
        "the sum is never positive, so that the printed loss falls as predictions leave the labels (C45, E7)",
    ),
    Correction(
        "Eq. (8)",
        "the overlap of a user with itself as q_k^T q_k",
        "1",
        "a user that hedges would see less of its own pilot: gamma is 1.996 beta for q = (1/2, 1/2) (E17)",
    ),
    Correction(
        "Eqs. (9), (11)",
        "a plus between the two shifted values",
        "a minus",
        "with a plus the rule gives the mean over the angle: 0 in place of -0.296 for cos t at 0.3 (C44, E1)",
    ),
    Correction(
        "Sec. III-B2, after Eq. (11)",
        "two circuits for an angle that all blocks share",
        "the sum over the gates it stands in, one shifted at a time; an adjoint pass gives the same",
        "shifting all of them at once is no derivative: -0.034 in place of 0.437 (C15, E4)",
    ),
    Correction(
        "Table I",
        "orders with additive constants, for CNNs k^2 M tau K^2 without the channels of the dense layer",
        "the parameters of the networks as built, biases included",
        "read as numbers heavy and light CNN differ by 2 % on the medium rows; n K tau fits n outputs alone (C14, E6)",
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
        *(C03, C04, C05, C06, C08, C09),
        *(C12, C13, C14, C15, C17, C20, C21, C22, C23, C25, C26, C29, C30, C31, C33, C34),
        *(C42, C43, C44, C45, C46, C47, C48),
    ),
    studies=STUDIES,
    figures=FIGURES,
    corrections=CORRECTIONS,
    records=RECORDS,
)
