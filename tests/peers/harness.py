"""How engines are compared: same value first, then time in turns, so that a slow minute hits all alike."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Engine:
    """One way to compute a workload.

    Attributes:
        name: shown in the table.
        run: returns the value.
        rounds: how often it is timed; slow engines get fewer.
        tolerance: how far its value may lie from ours: 1e-9, or what its shots allow.
    """

    name: str
    run: Callable[[], Any]
    rounds: int = 15
    tolerance: float = 1e-9


def same_values(ours: Engine, peers: list[Engine]) -> None:
    """Assert that every engine computes what ours does."""
    expected = np.asarray(ours.run())
    assert np.isfinite(expected).all()
    for peer in peers:
        value = np.asarray(peer.run())
        assert value.shape == expected.shape, peer.name
        worst = float(np.abs(value - expected).max())
        assert worst <= peer.tolerance, f"{peer.name} differs from {ours.name} by {worst}"


def interleaved(engines: list[Engine]) -> dict[str, np.ndarray]:
    """Return seconds by engine, timed in turns; ours repeats within a round so that its clock resolves."""
    for engine in engines:
        engine.run()
    times: dict[str, list[float]] = {e.name: [] for e in engines}
    for turn in range(max(e.rounds for e in engines)):
        for engine in engines:
            if turn >= engine.rounds:
                continue
            repeats = 5 if engine.rounds >= 15 else 1
            start = time.perf_counter()
            for _ in range(repeats):
                engine.run()
            times[engine.name].append((time.perf_counter() - start) / repeats)
    return {name: np.array(values) for name, values in times.items()}


def ratio_rows(times: dict[str, np.ndarray], ours: str) -> dict[str, dict[str, float]]:
    """Return for every peer its median time, and the ratio to ours with the quartiles of the ratio round by round."""
    rows = {}
    for name, values in times.items():
        if name == ours:
            continue
        count = min(len(values), len(times[ours]))
        ratios = values[:count] / times[ours][:count]
        low, middle, high = np.percentile(ratios, [25, 50, 75])
        rows[name] = {
            "milliseconds": 1e3 * float(np.median(values)),
            "ratio": float(middle),
            "low": float(low),
            "high": float(high),
        }
    return rows


def compare(benchmark: Any, workload: str, ours: Engine, peers: list[Engine]) -> None:
    """Compare values, then, unless benchmarks are disabled, times; the table is made from what is recorded here."""
    if benchmark.disabled:
        # `make test`: values only, and not those of engines that take seconds.
        same_values(ours, [p for p in peers if p.rounds > 2])
        benchmark(ours.run)
        return
    same_values(ours, peers)
    times = interleaved([ours, *peers])
    benchmark.extra_info["workload"] = workload
    benchmark.extra_info["milliseconds"] = 1e3 * float(np.median(times[ours.name]))
    benchmark.extra_info["peers"] = ratio_rows(times, ours.name)
    benchmark.pedantic(ours.run, rounds=20, iterations=5, warmup_rounds=2)
