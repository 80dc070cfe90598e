"""A paper of known truth: its studies draw from laws whose means are known, so that every verdict can be foreseen."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from qbench.evidence.claims import Band, Cell, Claim, Part, Reading
from qbench.evidence.estimate import Estimate
from qbench.evidence.papers import Paper, Study
from qbench.evidence.record import Recorded
from qbench.evidence.statistics import Exact, Mean, PairedDifference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbench.evidence.record import Verdict
    from qbench.evidence.streams import Streams
    from qbench.evidence.tiers import Tier

CALLS: list[tuple[int, int]] = []
"""Blocks that `normal` was asked for, in this process."""


def normal(params: Mapping[str, Any], streams: Streams, units: range) -> dict[str, np.ndarray]:
    """Columns a ~ N(mean, sd) and b ~ N(0, sd), the same instances for every mean."""
    CALLS.append((units.start, units.stop))
    draws = np.array([streams.rng("instance", u).normal(size=2) for u in units])
    return {"a": params["mean"] + params["sd"] * draws[:, 0], "b": params["sd"] * draws[:, 1]}


def count(params: Mapping[str, Any], streams: Streams, units: range) -> dict[str, np.ndarray]:
    """An exact number."""
    return {"count": np.full(len(units), float(params["count"]))}


def broken(params: Mapping[str, Any], streams: Streams, units: range) -> dict[str, np.ndarray]:
    """A study that fails."""
    raise RuntimeError("the antenna fell off")


def infinite(params: Mapping[str, Any], streams: Streams, units: range) -> dict[str, np.ndarray]:
    """A study whose last unit is infinite."""
    return {"a": np.array([*range(len(units) - 1), np.inf])}


FAILING: set[int] = set()
"""First units of the blocks at which `fragile` fails, in this process."""

STOPPING: set[int] = set()
"""First units of the blocks at which `fragile` is interrupted, as by Ctrl-C."""

EXITING: set[int] = set()
"""First units of the blocks at which `fragile` leaves the interpreter, as `sys.exit` does."""


def fragile(params: Mapping[str, Any], streams: Streams, units: range) -> dict[str, np.ndarray]:
    """`normal`, but failing or interrupted where the test says so."""
    if units.start in STOPPING:
        raise KeyboardInterrupt
    if units.start in EXITING:
        raise SystemExit(4)
    if units.start in FAILING:
        raise RuntimeError(f"no power at unit {units.start}")
    return normal(params, streams, units)


def replay(params: Mapping[str, Any], streams: Streams, units: range) -> dict[str, np.ndarray]:
    """Columns that the test wrote itself, unit by unit."""
    return {name: np.array(values[units.start : units.stop]) for name, values in params["columns"].items()}


def pools(params: Mapping[str, Any], streams: Streams, units: range) -> dict[str, np.ndarray]:
    """The most threads that a pool of this process has while a study runs, and what child processes would be told."""
    from threadpoolctl import threadpool_info

    most = max((info["num_threads"] for info in threadpool_info()), default=0)
    told = float(os.environ.get("OMP_NUM_THREADS", "nan"))
    return {"threads": np.full(len(units), float(most)), "told": np.full(len(units), told)}


def costs(params: Mapping[str, Any]) -> dict[str, int]:
    """Two costs."""
    return {"qubits": 4, "two_qubit_gates": int(params["count"])}


def witness(columns: Mapping[str, np.ndarray]) -> str:
    """The counterexample in words."""
    return f"{columns['count'][0]:g} strings differ"


CODE = ("tests.synthetic",)
NORMAL = Study(
    "normal", 1, "synthetic", "replicate", 5, "fast", "tests.synthetic:normal", CODE, {"mean": 0.0, "sd": 1.0}
)
COUNT = Study(
    "count",
    1,
    "synthetic",
    "exact",
    1,
    "fast",
    "tests.synthetic:count",
    CODE,
    {"count": 0},
    costs="tests.synthetic:costs",
)
BROKEN = Study("broken", 1, "synthetic", "replicate", 5, "fast", "tests.synthetic:broken", CODE)
INFINITE = Study("infinite", 1, "synthetic", "replicate", 5, "fast", "tests.synthetic:infinite", CODE)
SLOW = replace(NORMAL, name="slow", tier="standard", seconds=9.0)
FRAGILE = replace(NORMAL, name="fragile", run="tests.synthetic:fragile")
REPLAY = Study(
    "replay", 1, "synthetic", "replicate", 5, "fast", "tests.synthetic:replay", CODE, {"columns": {}, "other": 0}
)
POOLS = Study("pools", 1, "synthetic", "replicate", 5, "fast", "tests.synthetic:pools", CODE)
STUDIES = (NORMAL, COUNT, BROKEN, INFINITE, SLOW, FRAGILE, REPLAY, POOLS)
MAIN = Reading("main", why="the only one")


def band(lo: float = 0.0, hi: float = np.inf) -> Band:
    return Band(lo=lo, hi=hi, unit="dB", why="chosen for the test")


def part(mean: float = 3.0, *, name: str = "a", study: str = "normal", sd: float = 1.0, **kwargs: Any) -> Part:
    given = {"statistic": Mean("a"), "band": band(), **kwargs}
    return Part(name, {"cell": Cell(study, {"mean": mean, "sd": sd})}, **given)


def claim(key: str = "holds", number: str = "C01", **kwargs: Any) -> Claim:
    given: dict[str, Any] = {
        "where": "Fig. 1",
        "says": "a is positive",
        "claimed": 3.0,
        "unit": "dB",
        "parameters": "stated",
        "readings": (MAIN,),
        "parts": (part(),),
        "kind": "measured",
        "decides_at": "standard",
    }
    return Claim(id=f"synthetic/{key}", number=number, **{**given, **kwargs})


def exact_claim(count: int, key: str = "exact", number: str = "C02", **kwargs: Any) -> Claim:
    cells = {"cell": Cell("count", {"count": count})}
    exact = Part("violations", cells, Exact("count"), band(0, 0), witness="tests.synthetic:witness")
    given = {"parts": (exact,), "kind": "exact", "decides_at": "fast", "unit": "strings", "claimed": None}
    return claim(key, number, **{**given, **kwargs})


def untestable_claim(number: str = "C03") -> Claim:
    return claim(
        "open", number, parts=(), readings=(), kind="untestable", untestable="missing: energy model", claimed=None
    )


def replayed(columns: Mapping[str, Any], *, name: str = "a", **kwargs: Any) -> Part:
    """A part whose units are known one by one."""
    plain = {column: np.asarray(values, dtype=float).tolist() for column, values in columns.items()}
    given = {"statistic": Mean("a"), "band": band(), **kwargs}
    return Part(name, {"cell": Cell("replay", {"columns": plain})}, **given)


def estimate(value: float, sd: float = 1.0, n: int = 20, *, half: float = 0.5) -> Estimate:
    return Estimate(value=value, lo=value - half, hi=value + half, alpha=0.035, n=n, sd=sd, method="Student t")


def exact_estimate(value: float) -> Estimate:
    return Estimate(value=value, lo=value, hi=value, alpha=0.0, n=0, sd=0.0, method="exact")


def recorded(verdict: Verdict, tier: Tier = "standard", **parts: Estimate) -> Recorded:
    return Recorded(verdict=verdict, why="as measured in the test", date="2026-01-02", tier=tier, parts=parts)


def paper(*claims: Claim, studies: tuple[Study, ...] = STUDIES) -> Paper:
    return Paper("synthetic", "A known truth", ("A. Tester",), 2026, None, "@misc{t}", claims, studies)


PAIRED = PairedDifference("a", "b")
