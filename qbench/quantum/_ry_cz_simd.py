"""Rotations of a few qubits at once, written as vector instructions for numba.

LLVM's own vectoriser gives up on these loops: for every pair of rows it would have to check at run time that they do
not overlap. So the instructions are emitted here: `rotation` and `unrotation` return a straight block of loads,
multiply-adds and stores. A vector holds consecutive amplitudes: the lowest qubits live inside it, in its lanes, and are
rotated by a shuffle; the others pair up whole vectors, "rows".

A rotation is applied without its cosine, [[1, -t], [t, 1]] with t = tan(angle / 2): one multiply-add per amplitude and
qubit. The product of a layer's cosines is multiplied in where signs are.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast

import llvmlite.binding
import numba
import numba.core.cgutils
from llvmlite import ir
from numba import njit
from numba.extending import intrinsic

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Typed: TypeAlias = Any  # a type of numba's
    Value: TypeAlias = Any  # a value in LLVM's intermediate code, or what makes one
    Instructions: TypeAlias = Callable[..., Any]

F = TypeVar("F", bound="Callable[..., Any]")

_WIDE = bool(llvmlite.binding.get_host_cpu_features().get("avx512f", False))
VECTOR_BYTES = 64 if _WIDE else 32
MOST_QUBITS = 4 if _WIDE else 3
"""Row qubits in one block: 2^4 vectors fit the 32 registers of AVX-512, 2^3 the 16 of AVX2."""
MOST_QUBITS_BACK = 3 if _WIDE else 2
"""The same for two states at a time."""

# numba is typed in parts, and in some versions not at all.
types, cgutils = cast("Any", numba.types), cast("Any", numba.core.cgutils)
_I1, _I32, _I64 = (ir.IntType(bits) for bits in (1, 32, 64))
_FUSE = ("contract",)  # a * b + c may become one instruction; nothing is reordered
_REORDER = {"contract", "reassoc", "nsz"}


def kernel(function: F) -> F:
    """Compile with numba when first called."""
    return cast("F", njit(nogil=True, error_model="numpy")(function))


def summing(function: F) -> F:
    """Compile as `kernel` does, but let sums run in several lanes: another order, the same one every time."""
    return cast("F", njit(nogil=True, error_model="numpy", fastmath=_REORDER)(function))


def _sources() -> int:
    text = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("_ry_cz_*.py")))
    return int.from_bytes(hashlib.sha256(text).digest()[:7], "big")


def entry(factory: Callable[[int], F]) -> F:
    """Compile the function that `factory` makes, and keep the result on disk.

    numba files a compiled function under the file that holds it, and would not notice that a kernel it calls from
    another file has changed. A captured value is part of its key, so the factory captures a digest of all our files.
    """
    return cast("F", njit(cache=True, nogil=True, error_model="numpy")(factory(_SOURCES)))


def emitted(function: Callable[..., Any]) -> Instructions:
    """Make the function that returns a signature and emits instructions a function of compiled code."""
    return cast("Instructions", intrinsic(function))


_SOURCES = _sources()


class _Emitter:
    """Emits instructions on vectors of an array's elements."""

    def __init__(self, context: Value, builder: Value, array: Typed) -> None:
        self.context, self.builder = context, builder
        self.element = context.get_value_type(array.dtype)
        self.lanes = VECTOR_BYTES * 8 // array.dtype.bitwidth
        self.qubits = self.lanes.bit_length() - 1
        self.vector = ir.VectorType(self.element, self.lanes)

    def pointer(self, array: tuple[Typed, Value], index: Value, to: Value) -> Value:
        typed, value = array
        data = self.context.make_array(typed)(self.context, self.builder, value).data
        return self.builder.bitcast(self.builder.gep(data, [index]), to.as_pointer())

    def load(self, pointer: Value) -> Value:
        return self.builder.load(pointer, align=self.element.get_abi_size(self.context.target_data))

    def store(self, value: Value, pointer: Value) -> None:
        self.builder.store(value, pointer, align=self.element.get_abi_size(self.context.target_data))

    def lane_mask(self, lanes: Sequence[int]) -> Value:
        return ir.Constant(ir.VectorType(_I32, self.lanes), list(lanes))

    def splat(self, scalar: Value) -> Value:
        """Return a vector with `scalar` in every lane."""
        if scalar.type != self.element:
            scalar = self.builder.fptrunc(scalar, self.element)
        undefined = ir.Constant(self.vector, ir.Undefined)
        one = self.builder.insert_element(undefined, scalar, ir.Constant(_I32, 0))
        return self.builder.shuffle_vector(one, undefined, self.lane_mask([0] * self.lanes))

    def partner(self, value: Value, qubit: int) -> Value:
        """Return the vector with the lanes exchanged that differ in `qubit`."""
        return self.builder.shuffle_vector(value, value, self.lane_mask([k ^ 1 << qubit for k in range(self.lanes)]))

    def add(self, a: Value, b: Value, c: Value) -> Value:
        """Return c + a b."""
        return self.builder.fadd(c, self.builder.fmul(a, b, flags=_FUSE), flags=_FUSE)

    def subtract(self, a: Value, b: Value, c: Value) -> Value:
        """Return c - a b."""
        return self.builder.fsub(c, self.builder.fmul(a, b, flags=_FUSE), flags=_FUSE)

    def dot(self, pairs: Sequence[tuple[Value, Value]]) -> Value:
        total = self.builder.fmul(*pairs[0], flags=_FUSE)
        for a, b in pairs[1:]:
            total = self.add(a, b, total)
        return total

    def signed(self, value: Value, signs: tuple[Typed, Value], index: Value, scale: Value) -> Value:
        """Return the vector times scale, or -scale where the bits of `signs` from amplitude `index` on are set."""
        b, width = self.builder, ir.IntType(max(8, self.lanes))
        bits = b.load(self.pointer(signs, b.lshr(index, ir.Constant(_I64, 3)), width), align=1)
        if self.lanes < 8:
            bits = b.lshr(bits, b.trunc(b.and_(index, ir.Constant(_I64, 8 - self.lanes)), width))
            bits = b.trunc(bits, ir.IntType(self.lanes))
        negative = b.bitcast(bits, ir.VectorType(_I1, self.lanes))
        return b.fmul(value, b.select(negative, self.splat(b.fneg(scale)), self.splat(scale)))

    def steps(self, start: Value, stride: Value, count: int) -> list[Value]:
        """Return start, start + stride, ..., as `count` indices."""
        indices = [start]
        for _ in range(count - 1):
            indices.append(self.builder.add(indices[-1], stride))
        return indices[:count]


def _pairs(qubits: int, qubit: int) -> list[tuple[int, int]]:
    return [(k, k | 1 << qubit) for k in range(2**qubits) if not k >> qubit & 1]


@emitted
def lanes_of(_: Typed, array: Typed) -> tuple[Typed, Instructions]:
    """Return how many of the array's elements a vector holds, as a constant."""
    lanes = VECTOR_BYTES * 8 // array.dtype.bitwidth
    return types.int64(array), lambda *_: ir.Constant(_I64, lanes)


@emitted
def lane_qubits_of(_: Typed, array: Typed) -> tuple[Typed, Instructions]:
    """Return how many qubits live inside a vector of the array's elements, as a constant."""
    lanes = VECTOR_BYTES * 8 // array.dtype.bitwidth
    return types.int64(array), lambda *_: ir.Constant(_I64, lanes.bit_length() - 1)


def _signature(args: Sequence[Typed]) -> Typed:
    # Constants come as types of their own, which nothing here needs.
    return types.void(types.StarArgTuple([types.int64 if isinstance(a, types.Integer) else a for a in args]))


def rotation(qubits: int, *, lanes: bool, signed: bool) -> Instructions:
    """Return the instructions that rotate `qubits` row qubits, and with `lanes` those inside the vectors first.

    Arguments: (source, i, w, j, stride, t, t_at, lane_t, lane_t_at, signs, sign_at, sign_stride, scale). 2^qubits
    vectors are read from source[i], source[i + stride], ..., and written to w[j], w[j + stride], ...; arrays of any
    shape, indices into their flat form. Tangents of the row qubits: t[t_at], t[t_at + 1], ...; of those inside the
    vectors, -t and t by lane, from lane_t[lane_t_at] on. With `signed` the amplitudes are first multiplied by +-scale;
    in the signs they have the numbers sign_at, sign_at + sign_stride, ...
    """

    @emitted
    def rotate(_: Typed, *args: Typed) -> tuple[Typed, Instructions]:
        def codegen(context: Value, builder: Value, _: Typed, given: Sequence[Value]) -> Value:
            a = cgutils.unpack_tuple(builder, given[0])
            source, w, t, lane_t, signs = ((args[k], a[k]) for k in (0, 2, 5, 7, 9))
            i, j, stride, t_at, lane_t_at, sign_at, sign_stride, scale = (a[k] for k in (1, 3, 4, 6, 8, 10, 11, 12))
            e, count = _Emitter(context, builder, args[2]), 2**qubits
            vs = [e.load(e.pointer(source, k, e.vector)) for k in e.steps(i, stride, count)]
            if signed:
                numbers = e.steps(sign_at, sign_stride, count)
                vs = [e.signed(v, signs, k, scale) for v, k in zip(vs, numbers, strict=True)]
            if lanes:
                for qubit, k in enumerate(e.steps(lane_t_at, ir.Constant(_I64, e.lanes), e.qubits)):
                    tangent = e.load(e.pointer(lane_t, k, e.vector))
                    vs = [e.add(e.partner(v, qubit), tangent, v) for v in vs]
            for qubit, k in enumerate(e.steps(t_at, ir.Constant(_I64, 1), qubits)):
                tangent = e.splat(e.load(e.pointer(t, k, e.element)))
                for low, high in _pairs(qubits, qubit):
                    x, y = vs[low], vs[high]
                    vs[low], vs[high] = e.subtract(tangent, y, x), e.add(tangent, x, y)
            for v, k in zip(vs, e.steps(j, stride, count), strict=True):
                e.store(v, e.pointer(w, k, e.vector))
            return context.get_dummy_value()

        return _signature(args), codegen

    return rotate


def unrotation(qubits: int, *, lanes: bool, signed: bool) -> Instructions:
    """Return the instructions that undo `rotation` on two states psi and lam, in place, and contract them.

    Arguments: (psi, lam, j, stride, t, t_at, lane_t, lane_t_at, sums, sums_at, signs, sign_at, sign_stride, psi_scale,
    lam_scale), as in `rotation`. Just before a row qubit is undone, lam_1 psi_0 - lam_0 psi_1, summed over its pairs,
    is added by lane to the vector sums[sums_at + its number * lanes]. For a qubit inside the vectors, numbered from -1
    down to minus their count, that is lam_k psi_k' in lane k, where k' differs in the qubit: signs are left to the
    reader.
    """

    @emitted
    def unrotate(_: Typed, *args: Typed) -> tuple[Typed, Instructions]:
        def codegen(context: Value, builder: Value, _: Typed, given: Sequence[Value]) -> Value:
            a = cgutils.unpack_tuple(builder, given[0])
            psi, lam, t, lane_t, sums, signs = ((args[k], a[k]) for k in (0, 1, 4, 6, 8, 10))
            j, stride, t_at, lane_t_at, sums_at, sign_at, sign_stride = (a[k] for k in (2, 3, 5, 7, 9, 11, 12))
            psi_scale, lam_scale = a[13:]
            e, count = _Emitter(context, builder, args[0]), 2**qubits
            where = e.steps(j, stride, count)
            ps, ls = ([e.load(e.pointer(state, k, e.vector)) for k in where] for state in (psi, lam))
            if signed:
                numbers = e.steps(sign_at, sign_stride, count)
                ps = [e.signed(v, signs, k, psi_scale) for v, k in zip(ps, numbers, strict=True)]
                ls = [e.signed(v, signs, k, lam_scale) for v, k in zip(ls, numbers, strict=True)]

            def accumulate(value: Value, number: int) -> None:
                pointer = e.pointer(sums, builder.add(sums_at, ir.Constant(_I64, number * e.lanes)), e.vector)
                e.store(builder.fadd(e.load(pointer), value), pointer)

            if lanes:
                for qubit, k in enumerate(e.steps(lane_t_at, ir.Constant(_I64, e.lanes), e.qubits)):
                    tangent = e.load(e.pointer(lane_t, k, e.vector))
                    swapped = [e.partner(v, qubit) for v in ps]
                    products = list(zip(ls, swapped, strict=True))
                    accumulate(builder.fadd(e.dot(products[::2]), e.dot(products[1::2])), qubit - e.qubits)
                    ps = [e.subtract(x, tangent, v) for x, v in zip(swapped, ps, strict=True)]
                    ls = [e.subtract(e.partner(v, qubit), tangent, v) for v in ls]
            for qubit, k in enumerate(e.steps(t_at, ir.Constant(_I64, 1), qubits)):
                tangent = e.splat(e.load(e.pointer(t, k, e.element)))
                pairs = _pairs(qubits, qubit)
                up, down = e.dot([(ls[y], ps[x]) for x, y in pairs]), e.dot([(ls[x], ps[y]) for x, y in pairs])
                accumulate(builder.fsub(up, down), qubit)
                for vs in (ps, ls):
                    for low, high in pairs:
                        x, y = vs[low], vs[high]
                        vs[low], vs[high] = e.add(tangent, y, x), e.subtract(tangent, x, y)
            for state, vs in ((psi, ps), (lam, ls)):
                for v, k in zip(vs, where, strict=True):
                    e.store(v, e.pointer(state, k, e.vector))
            return context.get_dummy_value()

        return _signature(args), codegen

    return unrotate
