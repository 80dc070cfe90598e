"""From layers to what the compiled calls take: which angle turns which qubit in which layer, signs, and work space."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench._check import one_of, positive_int
from qbench.quantum import _ry_cz_kernels as kernels
from qbench.quantum import _ry_cz_readout as readout
from qbench.quantum._ry_cz_adjoint import unsweep
from qbench.quantum._ry_cz_simd import VECTOR_BYTES
from qbench.quantum._ry_cz_tiling import sweep
from qbench.quantum.memory import require_memory

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from numpy.typing import NDArray

    from qbench._arrays import FloatArray, IntArray

    Pairs = frozenset[tuple[int, int]]

MAX_QUBITS = 28
TILE_BYTES = 2**14  # a row of one state, and one of the derivative by it, in a first-level cache of 32 KiB
PAD_BYTES = 128
BATCH_AMPLITUDES = 2**13  # so many are prepared in one call, to spare calls where states are small


def _qubit(n: int, qubit: object, where: str) -> int:
    if isinstance(qubit, bool) or not isinstance(qubit, (int, np.integer)) or not 0 <= qubit < n:
        raise ValueError(f"qubits of {where} must be whole numbers from 0 to {n - 1}, got {qubit!r}")
    return int(qubit)


def _turned(n: int, qubits: Sequence[Any], where: str) -> list[int]:
    numbers = [_qubit(n, q, where) for q in qubits]
    if len(set(numbers)) != len(numbers):
        raise ValueError(
            f"{where} must turn a qubit at most once, got {tuple(qubits)}; put the second RY in its own layer"
        )
    return numbers


def _paired(n: int, pairs: Sequence[Any], where: str) -> Pairs:
    found: list[tuple[int, int]] = []
    for pair in pairs:
        try:
            a, b = pair
        except (TypeError, ValueError):
            raise ValueError(f"{where} must hold pairs of qubits, got {pair!r}") from None
        a, b = sorted((_qubit(n, a, where), _qubit(n, b, where)))
        if a == b or (a, b) in found:
            raise ValueError(
                f"{where} must hold pairs of two qubits, each pair once, got {pair!r}; two equal CZ cancel"
            )
        found.append((a, b))
    return frozenset(found)


def _parities(mask: int, n: int) -> NDArray[np.uint8]:
    """Return the parity of k & mask for k < 2^n, n >= 3, eight to a byte."""
    bits = np.packbits([(k & mask).bit_count() & 1 for k in range(8)], bitorder="little")
    for q in range(3, n):
        bits = np.concatenate([bits, ~bits if mask >> q & 1 else bits])
    return bits


def sign_bits(pairs: Pairs, n: int) -> NDArray[np.uint8]:
    """Return for each string k < 2^n, n >= 3, whether the CZ of the pairs negate it, eight to a byte."""
    below = [sum(1 << a for a, b in pairs if b == q) for q in range(n)]
    odd = [sum((k & below[q]).bit_count() for q in range(3) if k >> q & 1) & 1 for k in range(8)]
    bits = np.packbits(odd, bitorder="little")
    for q in range(3, n):
        bits = np.concatenate([bits, bits ^ _parities(below[q], q)])
    return bits


class Plan:
    """Layers brought to the form RY, CZ, RY, ..., RY, CZ.

    Attributes:
        slots: (n_parameters,), where in (layers, width) each angle is added: RYs that follow each other merge.
        layers: RY layers, at least 1.
        width: qubits computed with: at least two more than fit inside a vector. The last ones may stay |0>.
        tile: qubits within a row; `rows` and `pitch` as in `_ry_cz_tiling`.
        partners: (layers, width), bits of the qubits that share a CZ with a qubit between layers k and k + 1.
        signs: (kinds, 2^width / 8), row 0 no CZ at all; `which` (layers,) and `last_signs` say which row is used where.

    """

    def __init__(self, n_qubits: int, layers: Sequence[Any], dtype: np.dtype[Any]) -> None:
        self.n_qubits = positive_int("n_qubits", n_qubits)
        if self.n_qubits > MAX_QUBITS:
            raise ValueError(f"n_qubits must be at most {MAX_QUBITS}, got {n_qubits}: a state takes 2^n numbers")
        if dtype not in {np.dtype(np.float64), np.dtype(np.float32)}:
            raise ValueError(f"dtype must be float64 or float32, got {dtype}")
        self.dtype = dtype
        self.lanes = VECTOR_BYTES // dtype.itemsize
        self.lane_qubits = self.lanes.bit_length() - 1
        self.width = max(self.n_qubits, self.lane_qubits + 2)
        self.slots, between = self._slots_and_pairs(layers)
        last = between.pop()
        self.layers = len(between) + 1
        # States beyond the second-level cache want long rows, which memory reads faster, more than short ones.
        tile = min(self.width, max((TILE_BYTES // dtype.itemsize).bit_length() - 1, (self.width + 6) // 2))
        self.tile = tile - (self.width - tile == 1)  # one high qubit alone is no group
        self.rows = 2 ** (self.width - self.tile)
        self.pitch = 2**self.tile + (PAD_BYTES // dtype.itemsize if self.rows > 1 else 0)
        kinds = [frozenset(), *dict.fromkeys(pairs for pairs in (*between, last) if pairs)]
        require_memory(
            self.rows * self.pitch * dtype.itemsize + len(kinds) * 2**self.width // 8,
            f"a state of {self.n_qubits} qubits and the signs of its {len(kinds) - 1} kinds of CZ layers",
            way_out="fewer kinds of CZ layers",
        )
        self.signs = np.stack([sign_bits(pairs, self.width) for pairs in kinds])
        self.which = np.array([*(kinds.index(pairs) for pairs in between), 0], dtype=np.int64)
        self.last_signs = kinds.index(last)
        self.partners = np.zeros((self.layers, self.width), dtype=np.int64)
        for k, pairs in enumerate(between):
            for a, b in pairs:
                self.partners[k, a] |= 1 << b
                self.partners[k, b] |= 1 << a
        self._distinct = len(np.unique(self.slots)) == len(self.slots)
        self._whole = np.array_equal(self.slots, np.arange(self.layers * self.width))

    def _slots_and_pairs(self, layers: Sequence[Any]) -> tuple[IntArray, list[Pairs]]:
        slots: list[int] = []
        between: list[Pairs] = [frozenset()]  # after each RY layer
        turned = False
        for number, layer in enumerate(layers):
            try:
                kind, content = layer
            except (TypeError, ValueError):
                raise ValueError(f"layer {number} must be ('ry', qubits) or ('cz', pairs), got {layer!r}") from None
            where = f"layer {number}"
            if one_of(f"kind of {where}", kind, ("ry", "cz")) == "cz":
                pairs = _paired(self.n_qubits, content, where)
                if turned:  # before the first RY, on |0...0>, CZ does nothing
                    between[-1] ^= pairs
                continue
            if between[-1]:
                between.append(frozenset())
            slots += [(len(between) - 1) * self.width + q for q in _turned(self.n_qubits, content, where)]
            turned = True
        return np.array(slots, dtype=np.int64), between

    def by_layer(self, theta: FloatArray) -> FloatArray:
        """Return angles (B, n_parameters) as (B, layers, width), 0 where there is no RY."""
        shape = (len(theta), self.layers, self.width)
        if self._whole:
            return np.ascontiguousarray(theta).reshape(shape)
        angles = np.zeros((len(theta), self.layers * self.width))
        if self._distinct:
            angles[:, self.slots] = theta
        else:
            for column, slot in zip(theta.T, self.slots, strict=True):
                angles[:, slot] += column
        return angles.reshape(shape)


def _aligned(shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return an array that begins with a cache line: vectors that straddle two lines cost a third more."""
    size = int(np.prod(shape))
    room = np.empty(size + 64 // dtype.itemsize, dtype=dtype)
    skip = -room.ctypes.data % 64 // dtype.itemsize
    return room[skip : skip + size].reshape(shape)


class Workspace:
    """The arrays of a plan for `batch` states at a time, and the calls that fill them; see `_ry_cz_kernels`."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.batch = batch = max(1, BATCH_AMPLITUDES >> plan.width)
        n, layers, lanes = plan.width, plan.layers, plan.lanes
        self.states = _aligned((batch, plan.rows, plan.pitch), plan.dtype)
        self._t = _aligned((batch, layers, n), plan.dtype)
        self._lane_t = _aligned((batch, layers, plan.lane_qubits, lanes), plan.dtype)
        self.scales, self._flips = np.ones((batch, layers)), np.ones((batch, layers, n))
        self._v, self._dv = np.zeros((batch, n, 2)), np.zeros((batch, n, 2))
        self._hi, self._lo = np.zeros((batch, 2 * plan.rows)), np.zeros((batch, 2 << plan.tile))
        self._low = _aligned((batch, 1, 1 << plan.tile), plan.dtype)
        self._derivatives: NDArray[Any] | None = None

    def prepare(self, angles: FloatArray) -> None:
        """Prepare states of angles (m, layers, width), m <= batch."""
        plan, m = self._plan, len(angles)
        kernels.reduce_angles(
            angles,
            plan.partners,
            self._t,
            self._lane_t,
            self.scales,
            self._flips,
            self._v,
            self._dv,
            self._hi,
            self._lo,
            self._low,
        )
        sweep(self._hi[:m], self._low, self._t, self._lane_t, self.scales, plan.signs, plan.which, self.states)

    def pull_back(self, m: int, cotangent: FloatArray, shift: FloatArray, cap: float, factor: float) -> FloatArray:
        """Return the gradient (m, n_parameters) of sum_k g_k p_k, g = factor min(cotangent - shift, cap).

        cotangent (m or 1, 2^n), shift (m,). The states are used up.
        """
        plan = self._plan
        if self._derivatives is None:
            require_memory(
                self.states.nbytes,
                f"derivatives by a state of {plan.n_qubits} qubits",
                way_out="values without gradients",
            )
            self._derivatives = _aligned(self.states.shape, plan.dtype)
            self._sums = _aligned((plan.width * plan.lanes,), plan.dtype)
            self._sums[:] = 0.0
            self._totals = np.empty((self.batch, plan.layers * plan.width * plan.lanes))
            self._dots, self._edge = np.empty((self.batch, plan.rows)), np.empty((self.batch, 1 << plan.tile))
        readout.seed(self.states, self._derivatives, self.scales, cotangent, shift, cap, factor)
        self._totals[:m] = 0.0
        self._edge[:m] = 0.0
        unsweep(
            self._hi[:m],
            self._lo,
            self._t,
            self._lane_t,
            self.scales,
            plan.signs,
            plan.which,
            self.states,
            self._derivatives,
            self._sums,
            self._totals,
            self._dots,
            self._edge,
        )
        out = np.empty((m, plan.layers, plan.width))
        kernels.gradients(
            self._t,
            self.scales,
            self._flips,
            self._v,
            self._dv,
            self._hi,
            self._lo,
            self._totals,
            self._dots,
            self._edge,
            out,
        )
        return out.reshape(m, -1)[:, plan.slots]
