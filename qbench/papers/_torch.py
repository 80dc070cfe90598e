"""How papers hold torch while they train."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import torch

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def one_thread() -> Iterator[None]:
    """Hold torch to one thread, and let numbers below the normal range be 0, which they cost a hundred times more.

    Moments of Adam at silent units fade into that range within a thousand steps. Both settings are put back.
    """
    threads = torch.get_num_threads()
    flushed = not (np.array([5e-324]) * 1.0).any()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(flushed)
        torch.set_num_threads(threads)
