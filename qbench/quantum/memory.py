"""Memory: say how much a run would take before the machine does."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

GIB = 2**30


def available_memory(device: torch.device | None = None) -> int:
    """Return the free bytes of a device; for the CPU (None) what the system calls available."""
    if device is not None and device.type == "cuda":
        import torch

        return int(torch.cuda.mem_get_info(device)[0])
    try:
        with open("/proc/meminfo", encoding="ascii") as lines:  # noqa: PTH123 - not a path of ours
            for line in lines:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return int(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))


def require_memory(
    needed: int, what: str, device: torch.device | None = None, *, way_out: str = "a smaller batch"
) -> None:
    """ValueError naming both sizes and the way out where `what` needs more bytes than the device (None: CPU) has."""
    if needed < 64 * 2**20:  # asking costs more than this is worth
        return
    free = available_memory(device)
    if needed > free:
        raise ValueError(
            f"{what} take about {needed / GIB:.1f} GiB, {free / GIB:.1f} GiB are free on {device or 'cpu'}: "
            f"use fewer qubits, {way_out}, or dtype='float32'"
        )
