"""Readings of hqcnn, and the runs that its claims and figures set side by side."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from qbench.evidence import Band, Cell, Mean, Part, RatioOfMeans, Reading
from reproductions._hqcnn_rates import learning_rate
from reproductions._hqcnn_setting import (
    HEURISTICS,
    NAMES,
    SEARCHED,
    SMALL,
    TRAINED_LOOKS,
    printed,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbench.evidence.canonical import JSON
    from qbench.evidence.statistics import Statistic

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
ON_TRAIN = Reading(
    "on-train",
    params={"evaluated": "training"},
    columns={"rate": "seen_rate"},
    why="on which networks methods were compared is not stated: on those that the networks learned from",
)
GAP = Reading(
    "gap",
    cells={"light": {"head": "gap"}, "heavy": {"head": "gap"}},
    why="what follows the convolutions is not stated: a mean over the image in place of a flattened one",
)


def read_at(word: str, *cells: str) -> Reading:
    """Return the reading in which the circuits of these cells are read at other wires."""
    why = "which wires are read is not stated: " + {"n_out1": "one, as [11] does", "n_out4": "four"}[word]
    return Reading(word.replace("_", "-"), cells={cell: {"readout": word} for cell in cells}, why=why)


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


def sentence(words: str) -> str:
    """Return the words with a capital in front."""
    return words[0].upper() + words[1:]


def cell_band(row: str, value: float) -> Band:
    """Return the band around a printed cell."""
    delta = 0.04 if row in SMALL else 0.02
    return Band(
        lo=round(value * (1 - delta) - 0.005, 6),
        hi=round(value * (1 + delta) + 0.005, 6),
        unit="Mbps",
        why=f"the printed digits, and two standard errors of a mean over 100 networks that spread by {5 * delta:.0%}",
    )


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


def rate_of(row: str, model: str, loss: str = "unsupervised") -> dict[str, JSON]:
    """Return the params that name a model's rate on a row; the descent without a network has one of its own."""
    size = "small" if row in SMALL else "medium"
    return {} if model == "free" else {"rate": learning_rate(loss, size, model)}


def trained_cell(row: str, model: str, **params: JSON) -> Cell:
    """Return the run that trains a model for a row."""
    return Cell("trained", {"row": row, "model": model, **rate_of(row, model), **params})


def trained_part(
    name: str,
    cells: Mapping[str, Cell],
    statistic: Statistic,
    band: Band,
    beside: Mapping[str, Statistic] | None = None,
) -> Part:
    """Return a part whose runs train networks."""
    return Part(name, cells, statistic, band, looks=TRAINED_LOOKS, beside=beside or {})


def best_known(row: str) -> str:
    """Return the name of the best assignments known for a row."""
    return next(reversed(untrained(row)))


def controls(row: str, model: str) -> tuple[str, ...]:
    """Return what is trained beside a cell: for all, one assignment; for circuits, the same without entanglement.

    The network that follows any renumbering is kept to small rows: on medium ones it costs more than all the others
    but the heavy CNN.
    """
    more = {"ours": ("product", "twin", *(("symmetric",) if row in SMALL else ()), "free"), "hq11": ("product",)}
    return ("const", *more.get(model, ()))


SHOWN_EPOCHS = (*range(11), 12, 15, 20, 25, 30, 40, 50, 75, 100, 125, 150, 175, 200)


def convergence_cell(model: str) -> Cell:
    """Return the run that trains a model to epoch 200 on labels."""
    study = "convergence" if model == "ours" else "convergence_others"
    return Cell(study, {"row": SMALL[0], "model": model, **rate_of(SMALL[0], model, "supervised")})


PARAMETERS = {"ours": 665, "hq11": 695, "mlp": 722, "light": 18546, "heavy": 87954, "const": 18}
"""Trained numbers at the smallest row; a test counts them in the networks themselves."""


NOISY_ROW = "40-20-10"
QUBITS = (4, 6, 8)


CIRCUITS = {f"n{n}": Cell("noisy", {"row": NOISY_ROW, "n_qubits": n, **rate_of(NOISY_ROW, "ours")}) for n in QUBITS}
NOISY_CELLS = {**CIRCUITS, "row": Cell("heuristics", {"row": NOISY_ROW}), "search": row_cells(NOISY_ROW)["search"]}


def heuristics_cell(row: str) -> dict[str, Cell]:
    """Return the run of the heuristics on a row, alone."""
    return {"row": Cell("heuristics", {"row": row})}
