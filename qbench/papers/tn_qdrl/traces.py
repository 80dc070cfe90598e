"""Traces: places of vehicles that somebody recorded, and the parts of them that a run drives.

A trace file is text in UTF-8, packed by gzip where its name ends in .gz:

    # free words, in any number of lines: where the trace is from
    slot,x0,y0,x1,y1
    0,12.5,-1.6,451.6,200.0
    1,22.5,-1.6,451.6,210.0

One row a slot, from 0 on without gaps; x and y of every vehicle in m, on the axes of `mobility`: junctions at 0, 150,
300 and 450. A slot is 1 s.
"""

from __future__ import annotations

import gzip
import math
import zlib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array, positive_int
from qbench.radio._arguments import require_generator

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from qbench._arrays import FloatArray


@dataclass(frozen=True, eq=False)
class Trace:
    """A recorded trace.

    Attributes:
        places: (n_slot, n_vehicle, 2), m.
        source: where it is from, free words, one line or several.

    Raises ValueError for another shape and for values that are not finite.

    """

    places: FloatArray
    source: str = ""

    def __post_init__(self) -> None:
        places = finite_array("places", self.places, ndim_at_least=3).copy()
        if places.ndim != 3 or places.shape[-1] != 2:
            raise ValueError(f"places must be (n_slot, n_vehicle, 2), got shape {places.shape}")
        places.setflags(write=False)
        object.__setattr__(self, "places", places)

    @property
    def n_slot(self) -> int:
        """T, the slots of the trace."""
        return len(self.places)

    @property
    def n_vehicle(self) -> int:
        """Vehicles of the trace."""
        return int(self.places.shape[1])


@cache
def recorded() -> Trace:
    """Return the trace that ships with qbench: an hour of ten vehicles in SUMO, 3600 slots.

    `python -m qbench.papers.tn_qdrl.sumo` recorded it; `source` names SUMO's version.
    """
    with resources.as_file(resources.files("qbench.papers.tn_qdrl") / "data" / "sumo_grid.csv.gz") as path:
        return read_trace(path)


def parts(trace: Trace, rngs: Sequence[np.random.Generator], *, n_vehicle: int, n_slot: int) -> FloatArray:
    """Return places (seeds, n_slot, n_vehicle, 2), m: a part of the trace for each seed, one seed a generator.

    Slot t of a part is slot (offset + t) mod T of the trace: after its last slot a trace goes on with its first, and
    there vehicles jump. From each generator: the offset, uniform over the T slots, then a permutation of the trace's
    vehicles, of which the part has the first. A longer part keeps the slots of a shorter one, and fewer
    vehicles are the first of more. A seed has the same bits in any batch. Raises TypeError for another generator,
    ValueError for none, for numbers below 1 and for more vehicles than the trace has.
    """
    vehicles, slots = positive_int("n_vehicle", n_vehicle), positive_int("n_slot", n_slot)
    if vehicles > trace.n_vehicle:
        raise ValueError(
            f"n_vehicle must be at most {trace.n_vehicle}, the vehicles of the trace, got {n_vehicle}; "
            "python -m qbench.papers.tn_qdrl.sumo --record records more"
        )
    if not len(rngs):
        raise ValueError("rngs must hold a generator for each seed, got none")
    found = np.empty((len(rngs), slots, vehicles, 2))
    for part, rng in zip(found, map(require_generator, rngs), strict=True):
        offset = int(rng.integers(trace.n_slot))
        who = rng.permutation(trace.n_vehicle)[:vehicles]
        when = (offset + np.arange(slots)) % trace.n_slot
        part[:] = trace.places[when[:, np.newaxis], who]
    return found


def write_trace(path: str | Path, trace: Trace) -> None:
    """Write `trace` to `path`, packed where the name ends in .gz; `read_trace` gives the same bits back."""
    columns = ",".join(f"x{k},y{k}" for k in range(trace.n_vehicle))
    lines = [f"# {line}" for line in trace.source.splitlines()] + [f"slot,{columns}"]
    rows = trace.places.reshape(trace.n_slot, -1).tolist()
    lines += [f"{slot}," + ",".join(map(repr, row)) for slot, row in enumerate(rows)]
    data = ("\n".join(lines) + "\n").encode()
    # Without the time of day the same trace gives the same file.
    Path(path).write_bytes(gzip.compress(data, mtime=0) if Path(path).suffix == ".gz" else data)


def read_trace(path: str | Path) -> Trace:
    """Return the trace in the file `path`.

    Raises ValueError, naming the file and the line, for anything that is no trace as the module describes it, and
    OSError for a file that cannot be opened.
    """
    if Path(path).suffix == ".gz":
        with gzip.open(path, "rb") as packed:
            return _read(str(path), packed)
    with Path(path).open("rb") as file:
        return _read(str(path), file)


def _read(name: str, file: Iterable[bytes]) -> Trace:
    source: list[str] = []
    rows: list[list[float]] = []
    width, number = 0, 0
    for number, line in _lines(name, file):
        where = f"{name}, line {number}"
        if not width and line.startswith("#"):
            source.append(line.removeprefix("#").strip())
        elif not width:
            width = _width(where, line)
        else:
            rows.append(_row(where, line, width, len(rows)))
    if not rows:
        wanted = "a row of slot 0" if width else "the columns slot,x0,y0,..."
        raise ValueError(f"{name}, line {number + 1}: a trace needs {wanted}, the file ends here")
    return Trace(np.array(rows).reshape(len(rows), -1, 2), "\n".join(source))


def _lines(name: str, file: Iterable[bytes]) -> Iterator[tuple[int, str]]:
    """Yield (number, line) without the line's end."""
    number = 0
    try:
        for number, raw in enumerate(file, 1):
            yield number, raw.decode().rstrip("\r\n")
    except UnicodeDecodeError as why:
        raise ValueError(f"{name}, line {number}: a trace is text in UTF-8, {why.reason}") from None
    except (EOFError, gzip.BadGzipFile, zlib.error) as why:
        raise ValueError(f"{name}, after line {number}: a name in .gz wants a whole gzip file, {why}") from None


def _width(where: str, line: str) -> int:
    """Return the number of columns that the line of their names declares."""
    names = line.split(",")
    vehicles = (len(names) - 1) // 2
    wanted = ["slot", *(f"{axis}{k}" for k in range(max(1, vehicles)) for axis in "xy")]
    if names != wanted:
        raise ValueError(f"{where}: the columns must be named slot,x0,y0,x1,y1,..., got {line!r:.60}")
    return len(names)


def _row(where: str, line: str, width: int, slot: int) -> list[float]:
    """Return the places in the line of `slot`."""
    first, *fields = line.split(",")
    if len(fields) + 1 != width:
        raise ValueError(f"{where}: a row must have {width} fields, as many as columns, got {len(fields) + 1}")
    if first.strip() != str(slot):
        raise ValueError(f"{where}: slots must run 0, 1, 2, ... without gaps: here {slot}, got {first!r:.60}")
    return [_metres(where, field) for field in fields]


def _metres(where: str, field: str) -> float:
    try:
        value = float(field)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"{where}: places must be finite numbers of metres, got {field!r:.60}")
    return value
