"""Studies that keep a journal of what they compute, so that a test can count what was computed twice."""

from __future__ import annotations

import itertools
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from qbench.evidence.papers import Study

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbench.evidence.streams import Streams

JOURNAL = "QBENCH_SURVIVAL_JOURNAL"


def note(word: str, units: range) -> None:
    """Append a line to the journal in one write, which the system does not interleave with another's."""
    with Path(os.environ[JOURNAL]).open("ab", buffering=0) as journal:
        journal.write(f"{word} {units.start} {os.getpid()}\n".encode())


def work(params: Mapping[str, Any], streams: Streams, units: range) -> dict[str, np.ndarray]:
    """About a tenth of a second of matrix products, whose last bits would show another number of threads."""
    note("begin", units)
    sums = []
    for unit in units:
        matrix = streams.rng("instance", unit).normal(size=(160, 160)) / 13.0
        product = matrix
        for _ in range(params["products"]):
            product = np.tanh(product @ matrix)
        sums.append(product.sum())
    note("end", units)
    return {"sum": np.array(sums)}


def deadly(params: Mapping[str, Any], streams: Streams, units: range) -> dict[str, np.ndarray]:
    """`work`, but one block always kills its process, as the kernel does when memory runs out."""
    if units.start == params["at"]:
        note("begin", units)
        os.kill(os.getpid(), signal.SIGKILL)
    return work(params, streams, units)


def hog(params: Mapping[str, Any], streams: Streams, units: range) -> dict[str, np.ndarray]:
    """Compiled code that never ends and never lets go of the interpreter's lock."""
    note("begin", units)
    return {"sum": np.full(len(units), float(sum(itertools.repeat(1))))}


CODE = ("tests.survival.studies",)
DEFAULTS = {"products": 60, "at": 20}
WORK = Study("work", 1, "survival", "instance", 5, "fast", "tests.survival.studies:work", CODE, DEFAULTS)
DEADLY = Study("deadly", 1, "survival", "instance", 5, "fast", "tests.survival.studies:deadly", CODE, DEFAULTS)
HOG = Study("hog", 1, "survival", "instance", 5, "fast", "tests.survival.studies:hog", CODE, DEFAULTS)
STUDIES = {study.name: study for study in (WORK, DEADLY, HOG)}
