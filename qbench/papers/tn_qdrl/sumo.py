"""Traffic from the real simulator: SUMO drives vehicles through the grid of `mobility`.

The paper names SUMO 1.16 and gives no scenario; this one is ours. Streets are 150 m long, with a lane a direction and a
limit of 10 m/s; at a junction a vehicle takes any street but the U-turn, equally likely. Everything else, right of way
and drivers among it, is SUMO's own default.

`python -m qbench.papers.tn_qdrl.sumo --record FILE` writes a trace file: that is how the one in the package came to be.
It wants the optional extra: pip install "qbench-reproductions[sumo]".
"""

from __future__ import annotations

import argparse
import importlib
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from qbench._check import positive_int
from qbench.papers.tn_qdrl.mobility import BLOCK_M, SIDE, STEP_M, streets
from qbench.papers.tn_qdrl.traces import Trace, write_trace
from qbench.radio._arguments import require_generator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qbench._arrays import FloatArray, IntArray

VEHICLES, SLOTS, SEED = 10, 3600, 1
"""What the trace in the package was recorded with."""

WARM_UP = 300
"""Slots before the first that counts: by then vehicles have entered, and are 16 streets away on average."""


class MissingSumoError(ImportError):
    """SUMO is not installed."""


def simulate(rng: np.random.Generator, *, n_vehicle: int, n_slot: int) -> FloatArray:
    """Return places (n_slot, n_vehicle, 2), m, of vehicles that SUMO drives, rounded to cm, one slot a second.

    Vehicles enter anywhere, warm up for `WARM_UP` slots and never leave. They keep to their lanes, 1.6 m beside the
    middle of the street, so places lie between -1.6 and 451.6. From `rng`: the seed of SUMO, the first streets, then
    one uniform a junction and vehicle. A longer run keeps the slots of a shorter one. Equal draws give equal bits
    under one version of SUMO; versions differ. Raises MissingSumoError without SUMO, TypeError for another generator,
    ValueError for numbers below 1 and more vehicles than find room, RuntimeError where SUMO runs already in this
    process or takes a vehicle off the streets.
    """
    vehicles, slots = positive_int("n_vehicle", n_vehicle), positive_int("n_slot", n_slot)
    own = require_generator(rng)
    libsumo = _module("libsumo")
    if libsumo.isLoaded():
        raise RuntimeError("SUMO runs once in a process, and it runs already: close it with libsumo.close()")
    seed = int(own.integers(2**31))
    street = _routes(own, vehicles, WARM_UP + slots)
    with tempfile.TemporaryDirectory() as folder:
        net, routes = Path(folder, "grid.net.xml"), Path(folder, "grid.rou.xml")
        _generate_grid(net)
        routes.write_text(_routes_xml(street), encoding="utf-8")
        silent = ("--no-step-log", "--no-warnings", "--time-to-teleport", "-1", "--collision.action", "none")
        libsumo.start(["sumo", "-n", str(net), "-r", str(routes), "--seed", str(seed), *silent])
        try:
            places = _drive(libsumo, vehicles, slots)
        finally:
            libsumo.close()
    return places


def version() -> str:
    """Return SUMO's version in its own words, such as "SUMO 1.28.0"; raises MissingSumoError without SUMO."""
    return str(_module("libsumo").getVersion()[1])


def record(seed: int = SEED, *, n_vehicle: int = VEHICLES, n_slot: int = SLOTS) -> Trace:
    """Return the trace of one run, its source in words; arguments and errors as `simulate`, `seed` for its generator.

    The defaults recorded the trace in the package.
    """
    start = positive_int("seed", seed, least=0)
    places = simulate(np.random.default_rng(start), n_vehicle=n_vehicle, n_slot=n_slot)
    scenario = f"{SIDE} x {SIDE} junctions, {BLOCK_M:g} m apart, {STEP_M:g} m/s, seed {start}"
    return Trace(places, f"{version()}\n{scenario}\nqbench.papers.tn_qdrl.sumo")


def main(arguments: Sequence[str] | None = None) -> None:
    """Record a trace, as the module says. Raises SystemExit in words for wrong arguments and for SUMO's absence."""
    parser = argparse.ArgumentParser(
        prog="python -m qbench.papers.tn_qdrl.sumo", description="Record a trace with SUMO."
    )
    parser.add_argument("--record", metavar="FILE", required=True, help="trace file to write, packed if it ends in .gz")
    parser.add_argument("--vehicles", type=int, default=VEHICLES, help="default: %(default)s")
    parser.add_argument("--slots", type=int, default=SLOTS, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=SEED, help="default: %(default)s")
    given = parser.parse_args(arguments)
    try:
        trace = record(given.seed, n_vehicle=given.vehicles, n_slot=given.slots)
        write_trace(given.record, trace)
    except (MissingSumoError, OSError, ValueError) as why:
        raise SystemExit(str(why)) from why
    print(f"{given.record}: {trace.n_slot} slots of {trace.n_vehicle} vehicles, {version()}")


def _module(name: str) -> Any:  # noqa: ANN401 - neither module has types
    try:
        return importlib.import_module(name)
    except ImportError as why:
        raise MissingSumoError(
            f'{name} is not installed: pip install "qbench-reproductions[sumo]" brings SUMO (about 250 MB); '
            "the trace in the package needs none of it"
        ) from why


def _generate_grid(path: Path) -> None:
    # netgenerate names junctions A0, A1, .. D3, letters to the east, and the street from A0 to B0 A0B0.
    grid = ["--grid", "--grid.number", str(SIDE), "--grid.length", f"{BLOCK_M:g}", "--default.speed", f"{STEP_M:g}"]
    tool = Path(_module("sumo").SUMO_HOME, "bin", "netgenerate")
    command = [str(tool), *grid, "--default.lanenumber", "1", "--no-turnarounds", "--output-file", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - SUMO's own tool
    if done.returncode:
        raise RuntimeError(f"netgenerate ended with {done.returncode}: {done.stderr.strip()}")


def _routes(rng: np.random.Generator, n_vehicle: int, n_second: int) -> IntArray:
    """Return (laps, n_vehicle): streets of `streets()`, more than a vehicle passes in `n_second`."""
    start, _, after, n_after = streets()
    laps = int(n_second * STEP_M // BLOCK_M) + 3
    taken = np.empty((laps, n_vehicle), dtype=np.int64)
    taken[0] = rng.integers(len(start), size=n_vehicle)
    for lap, uniform in enumerate(rng.random((laps - 1, n_vehicle)), 1):
        before = taken[lap - 1]
        taken[lap] = after[before, (uniform * n_after[before]).astype(np.int64)]
    return taken


def _routes_xml(street: IntArray) -> str:
    start, heading, _, _ = streets()
    ends = np.stack([start / BLOCK_M, start / BLOCK_M + heading], axis=1).astype(int)
    names = ["".join(f"{chr(ord('A') + x)}{y}" for x, y in both) for both in ends.tolist()]
    lines = [f'<routes><vType id="car" maxSpeed="{STEP_M:g}" speedFactor="1"/>']
    for vehicle, route in enumerate(street.T):
        edges = " ".join(names[s] for s in route)
        lines.append(f'<vehicle id="{vehicle}" type="car" depart="0" departPos="random_free">')
        lines.append(f'<route edges="{edges}"/></vehicle>')
    return "\n".join([*lines, "</routes>\n"])


def _drive(libsumo: Any, n_vehicle: int, n_slot: int) -> FloatArray:  # noqa: ANN401
    for _ in range(WARM_UP):
        libsumo.simulationStep()
    inside = libsumo.vehicle.getIDCount()
    if inside < n_vehicle:
        raise ValueError(f"n_vehicle must fit onto the streets: {inside} of {n_vehicle} found room; take fewer")
    ids = [str(vehicle) for vehicle in range(n_vehicle)]
    places = np.empty((n_slot, n_vehicle, 2))
    for now in places:
        now[:] = [libsumo.vehicle.getPosition(vehicle) for vehicle in ids]
        libsumo.simulationStep()
    if np.abs(places).max() > SIDE * BLOCK_M:
        raise RuntimeError("SUMO took a vehicle off the streets; record with fewer vehicles or another seed")
    return places.round(2)


if __name__ == "__main__":
    main()
