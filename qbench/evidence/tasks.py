"""Tasks: one fixed block of units of one study. The only thing that ever runs, here or on another machine."""

from __future__ import annotations

import importlib
import time
import traceback
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from qbench.evidence.canonical import SCHEMA, as_json, sha256
from qbench.evidence.fingerprint import fingerprint
from qbench.evidence.provenance import provenance
from qbench.evidence.streams import Streams
from qbench.evidence.threads import one_thread

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qbench._arrays import FloatArray
    from qbench.evidence.canonical import JSON
    from qbench.evidence.papers import Study


@dataclass(frozen=True)
class TaskSpec:
    """What to run, in plain picklable values.

    Attributes:
        study: "<paper>/<study>".
        run: "module:function".
        stream: with params filled in.
        params: every parameter of the study, as canonical JSON would spell it.
        units: half-open range (start, stop).
        code: fingerprint of the sources.
    """

    study: str
    version: int
    run: str
    stream: str
    params: Mapping[str, JSON]
    salt: int
    units: tuple[int, int]
    code: str
    engine: str
    sampler: str

    def spec(self) -> dict[str, JSON]:
        """Return what the key is a hash of."""
        return {
            "schema": SCHEMA,
            "study": self.study,
            "version": self.version,
            "run": self.run,
            "stream": self.stream,
            "code": self.code,
            "params": as_json("params", self.params),
            "salt": self.salt,
            "units": list(self.units),
            "engine": self.engine,
            "sampler": self.sampler,
        }

    @cached_property
    def key(self) -> str:
        """SHA-256 of the canonical JSON of `spec()`: the name of the result."""
        return sha256(self.spec())


@dataclass(frozen=True)
class TaskResult:
    """What a task gave: columns, or an error. Both are results and both are kept.

    Attributes:
        columns: {name: values of the units}, None after an error.
        error: the traceback, None after success.
        digest: SHA-256 of the columns (or of the error): two runs are bit-identical when their digests are equal.
        seconds, provenance: how long, where and with what: outside the digest.
    """

    key: str
    spec: Mapping[str, JSON]
    columns: Mapping[str, list[float]] | None
    error: str | None
    digest: str
    seconds: float
    provenance: Mapping[str, JSON]


def tasks_of(paper: str, study: Study, params: Mapping[str, JSON], salt: int, stop: int) -> Iterator[TaskSpec]:
    """Yield the blocks of units [0, stop) of a study; `stop` is a multiple of the block."""
    full = study.resolve(params)
    stop = 1 if study.unit == "exact" else stop
    for start in range(0, stop, study.block):
        yield TaskSpec(
            study=f"{paper}/{study.name}",
            version=study.version,
            run=study.run,
            stream=study.stream.format(**full),
            params=full,
            salt=salt,
            units=(start, start + study.block),
            code=fingerprint(study.code),
            engine=study.engine,
            sampler=study.sampler,
        )


def load(spelling: str) -> Any:  # noqa: ANN401 - a function of whatever signature
    """Return the object named "module:name"; ValueError saying which of the two is missing."""
    module, _, name = spelling.partition(":")
    try:
        return getattr(importlib.import_module(module), name)
    except ModuleNotFoundError as error:
        raise ValueError(f"{spelling!r} cannot be loaded: {error}") from error
    except AttributeError as error:
        raise ValueError(f"{spelling!r} cannot be loaded: {module} has no {name!r}") from error


def checked(columns: Mapping[str, FloatArray], count: int) -> dict[str, list[float]]:
    """Return columns as lists; ValueError where one is not a finite vector with a value for each unit."""
    if not columns:
        raise ValueError("the study returned no column")
    plain: dict[str, list[float]] = {}
    for name, values in columns.items():
        if np.iscomplexobj(values):
            raise ValueError(f"column {name!r} is complex; return its real part, or its parts as two columns")
        array = np.asarray(values, dtype=np.float64)
        if array.shape != (count,):
            raise ValueError(f"column {name!r} must have shape ({count},), one value a unit, got {array.shape}")
        if not np.isfinite(array).all():
            unit = int(np.flatnonzero(~np.isfinite(array))[0])
            raise ValueError(f"column {name!r} is {array[unit]} at unit {unit} of the block; a result must be finite")
        plain[name] = array.tolist()
    return plain


def execute(task: TaskSpec) -> TaskResult:
    """Run one task in this process. Never raises for what the study does: an error is a result."""
    start = time.perf_counter()
    try:
        run = load(task.run)
        with one_thread():
            got = run(dict(task.params), Streams(task.stream, task.salt), range(*task.units))
        columns = checked(got, task.units[1] - task.units[0])
    except (Exception, SystemExit):  # noqa: BLE001 - the error is recorded, not hidden
        return failure(task, traceback.format_exc(), time.perf_counter() - start)
    seconds = time.perf_counter() - start
    return TaskResult(task.key, task.spec(), columns, None, sha256(columns), seconds, provenance())


def failure(task: TaskSpec, error: str, seconds: float = 0.0) -> TaskResult:
    """Return the result of a task that failed; its digest is of the error's last line, the one without paths."""
    digest = sha256({"error": error.strip().splitlines()[-1]})
    return TaskResult(task.key, task.spec(), None, error, digest, seconds, provenance())
