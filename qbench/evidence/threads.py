"""Every thread pool is one, in the driver too: thread counts change bits, and two pools in one process cost 14x."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "NUMBA_NUM_THREADS")


def pin_environment() -> None:
    """Tell libraries that are not loaded yet, here and in child processes, to start one thread."""
    for name in VARIABLES:
        os.environ[name] = "1"


@contextmanager
def one_thread() -> Iterator[None]:
    """Hold every loaded pool to one thread; before the first heavy import the environment must say so too."""
    from threadpoolctl import threadpool_limits

    pin_environment()
    with threadpool_limits(limits=1):
        yield


def pools() -> list[dict[str, object]]:
    """Return what threadpoolctl sees: library, version and threads of every pool in this process."""
    from threadpoolctl import threadpool_info

    return [{k: info[k] for k in ("internal_api", "version", "num_threads")} for info in threadpool_info()]
