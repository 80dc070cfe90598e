"""Two ways to write an association of I AVs to J base stations (BSs) on qubits: one qubit a pair, or a code an AV.

Bit q of a basis index is qubit q. Sec. IV-B of the paper ("N vehicle-BS associations ... N qubits") is one-hot; the
binary code is ours, for the paper's figures with fewer qubits.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from qbench._check import one_of, positive_int
from qbench.quantum.ising import MAX_BITS

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import BoolArray, IntArray

_INDEX_BITS = 62  # a basis index is an int64


@dataclass(frozen=True)
class Encoding(ABC):
    """What both encodings share; `agents` = I AVs, `stations` = J BSs."""

    agents: int
    stations: int
    name: ClassVar[str]

    def __post_init__(self) -> None:
        positive_int("agents", self.agents)
        positive_int("stations", self.stations)

    @property
    @abstractmethod
    def n_qubits(self) -> int:
        """The number of qubits."""

    @abstractmethod
    def _associated(self, index: IntArray, agent: int, station: int) -> IntArray:
        """Return u_ij (0 or 1) of every index."""

    @abstractmethod
    def _choice_bits(self, choices: IntArray, agent: int) -> IntArray:
        """Return the bits that say what one agent chose."""

    def encode(self, choices: ArrayLike) -> IntArray:
        """Return the basis index of an association: choices (*B, I), BS of every AV -> (*B,).

        Raises ValueError for a wrong shape, for a choice outside 0..J-1, and beyond 62 qubits.
        """
        self._fits_index()
        c = np.asarray(choices)
        if c.ndim < 1 or c.shape[-1] != self.agents or c.dtype.kind not in "iu":
            raise ValueError(f"choices must be whole numbers of shape (*B, {self.agents}), got {c.dtype} {c.shape}")
        if c.size and (c.min() < 0 or c.max() >= self.stations):
            bad = c.min() if c.min() < 0 else c.max()
            raise ValueError(f"choices must lie in [0, {self.stations - 1}], got {bad}")
        c = c.astype(np.int64)
        index = np.zeros(c.shape[:-1], dtype=np.int64)
        for agent in range(self.agents):
            index |= self._choice_bits(c[..., agent], agent)
        return index

    def associations(self, index: ArrayLike) -> IntArray:
        """Return the matrix u of basis indices, valid or not: (*B,) -> (*B, I, J) of 0 and 1.

        Raises ValueError for an index outside 0..2^n-1.
        """
        k = self._indices(index)
        u = np.empty((*k.shape, self.agents, self.stations), dtype=np.int64)
        for agent in range(self.agents):
            for station in range(self.stations):
                u[..., agent, station] = self._associated(k, agent, station)
        return u

    def decode(self, index: ArrayLike) -> tuple[IntArray, BoolArray]:
        """Return choices (*B, I) and whether every AV has exactly one BS (*B,); an AV with none or several gets -1.

        Raises ValueError for an index outside 0..2^n-1.
        """
        u = self.associations(index)
        one = u.sum(axis=-1) == 1
        return np.where(one, u.argmax(axis=-1), -1), one.all(axis=-1)

    def row_sums(self) -> IntArray:
        """Return sum_j u_ij for every string and AV, shape (2^n, I). Raises ValueError for n > 30."""
        k = self._all()
        rows = np.zeros((k.size, self.agents), dtype=np.int64)
        for agent in range(self.agents):
            for station in range(self.stations):
                rows[:, agent] += self._associated(k, agent, station)
        return rows

    def members(self) -> IntArray:
        """Return who is on each BS for every string, as a bit mask over AVs: (J, 2^n). Raises ValueError for n > 30."""
        k = self._all()
        masks = np.zeros((self.stations, k.size), dtype=np.int64)
        for agent in range(self.agents):
            for station in range(self.stations):
                masks[station] |= self._associated(k, agent, station) << agent
        return masks

    def occupations(self) -> IntArray:
        """Return n_j = sum_i u_ij for every string and BS, shape (2^n, J). Raises ValueError for n > 30."""
        return np.bitwise_count(self.members()).T.astype(np.int64)

    def _all(self) -> IntArray:
        if self.n_qubits > MAX_BITS:
            raise ValueError(f"{self.n_qubits} qubits have too many strings to list (at most {MAX_BITS} qubits)")
        return np.arange(2**self.n_qubits, dtype=np.int64)

    def _fits_index(self) -> None:
        if self.n_qubits > _INDEX_BITS:
            raise ValueError(f"a basis index holds at most {_INDEX_BITS} qubits, got {self.n_qubits}")

    def _indices(self, index: ArrayLike) -> IntArray:
        self._fits_index()
        k = np.asarray(index)
        if k.dtype.kind not in "iu":
            raise ValueError(f"index must be whole numbers, got {k.dtype}")
        if k.size and (k.min() < 0 or k.max() >= 2**self.n_qubits):
            bad = k.min() if k.min() < 0 else k.max()
            raise ValueError(f"index must lie in [0, {2**self.n_qubits - 1}] for {self.n_qubits} qubits, got {bad}")
        return k.astype(np.int64)


@dataclass(frozen=True)
class OneHot(Encoding):
    """One qubit a pair: n = I J, qubit i J + j is u_ij. Row sums other than 1 are invalid."""

    name: ClassVar[str] = "onehot"

    @property
    def n_qubits(self) -> int:
        """The number of qubits I J."""
        return self.agents * self.stations

    def _associated(self, index: IntArray, agent: int, station: int) -> IntArray:
        return np.asarray((index >> (agent * self.stations + station)) & 1)

    def _choice_bits(self, choices: IntArray, agent: int) -> IntArray:
        return np.left_shift(1, agent * self.stations + choices, dtype=np.int64)


@dataclass(frozen=True)
class Log(Encoding):
    """A binary code an AV: n = I ceil(log2 J); qubits i m .. i m + m - 1 hold AV i's BS, low bit first.

    A code >= J names no BS: row sum 0, invalid. Raises ValueError for one BS, which takes no qubit.
    """

    name: ClassVar[str] = "log"

    def __post_init__(self) -> None:
        super().__post_init__()
        positive_int("stations of the log encoding", self.stations, least=2)

    @property
    def bits_per_agent(self) -> int:
        """The number of qubits m = ceil(log2 J) of one AV."""
        return (self.stations - 1).bit_length()

    @property
    def n_qubits(self) -> int:
        """The number of qubits I ceil(log2 J)."""
        return self.agents * self.bits_per_agent

    def _associated(self, index: IntArray, agent: int, station: int) -> IntArray:
        code = (index >> (agent * self.bits_per_agent)) & (2**self.bits_per_agent - 1)
        return np.asarray(code == station, dtype=np.int64)

    def _choice_bits(self, choices: IntArray, agent: int) -> IntArray:
        return np.asarray(choices << (agent * self.bits_per_agent))


_ENCODINGS: dict[str, type[Encoding]] = {kind.name: kind for kind in (OneHot, Log)}


def encoding(name: str, agents: int, stations: int) -> Encoding:
    """Return the encoding "onehot" or "log" for I agents and J stations; ValueError for another name or bad sizes."""
    return _ENCODINGS[one_of("encoding", name, _ENCODINGS)](agents, stations)
