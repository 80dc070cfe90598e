"""What a study function receives: the random streams, as a protocol, so that papers need no import from `evidence`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

    from qbench._arrays import FloatArray

    Columns: TypeAlias = Mapping[str, FloatArray]
    Params: TypeAlias = Mapping[str, object]


class Streams(Protocol):
    """Independent random generators by axis and unit."""

    def rng(self, axis: str, unit: int, stream: str | None = None) -> np.random.Generator:
        """Return the generator of `axis` ("instance", "algorithm" or "shots") for one unit."""
        ...
