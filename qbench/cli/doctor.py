"""`qbench doctor`: what this installation is."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import click

from qbench.cli._common import console, store_option, store_path

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@store_option
def doctor(store: Path | None) -> None:
    """Print versions, threads, the torch build, the store and the disk; exit 3 where something is broken."""
    from qbench.evidence.threads import pin_environment, pools

    pin_environment()
    from qbench.evidence.provenance import provenance, versions
    from qbench.evidence.store import Store, StoreError

    out = console()
    facts = provenance()
    broken = []
    out.print(f"qbench     {facts['qbench']} on Python {facts['python']}, {facts['platform']}")
    out.print(f"cores      {os.cpu_count()}")
    for name, version in versions().items():
        out.print(f"  {name:<16} {version}")
    try:
        import torch

        build = f"CUDA {torch.version.cuda}" if torch.version.cuda else "CPU only"
        out.print(f"torch      {torch.__version__} ({build}), {torch.get_num_threads()} thread")
    except (ImportError, OSError) as error:
        broken.append(f"torch does not load: {error}")
    import numpy  # noqa: ICN001, F401 - loaded so that its pool is counted

    for pool in pools():
        out.print(f"  pool {pool['internal_api']!s:<11} {pool['num_threads']} thread, version {pool['version']}")
    from qbench.evidence.registry import papers

    try:
        found = papers()
        out.print(f"papers     {', '.join(f'{p.key} ({len(p.claims)} claims)' for p in found) or 'none registered'}")
    except Exception as error:  # noqa: BLE001 - any paper may break in any way, and that is the answer
        broken.append(f"a registered paper does not load: {error}")
    where = store_path(store)
    try:
        if where.exists():
            with Store(where, readonly=True) as opened:
                out.print(f"store      {where}: {len(opened)} results, {where.stat().st_size / 2**20:.1f} MiB")
        else:
            out.print(f"store      {where}: not there yet, the first run makes it")
    except (StoreError, OSError) as error:
        broken.append(str(error))
    nearest = next(p for p in (where.absolute(), *where.absolute().parents) if p.exists())
    if not where.exists() and not (nearest.is_dir() and os.access(nearest, os.W_OK)):
        broken.append(f"no store can be made at {where}: {nearest} is no folder that may be written; use --store")
    folder = nearest if nearest.is_dir() else nearest.parent
    free = shutil.disk_usage(folder).free / 2**30
    out.print(f"disk       {free:.1f} GiB free at {folder}")
    for problem in broken:
        out.print(f"[red]broken[/]     {problem}")
    if broken:
        raise SystemExit(3)
