"""From a circuit with inputs and weights to what a shared program runs: an encoder, Pauli rotations, and readouts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from qbench.quantum.observables import Diagonal, as_observable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from numpy.typing import NDArray
    from qiskit import QuantumCircuit
    from qiskit.circuit import Parameter

    from qbench._arrays import FloatArray, IntArray
    from qbench.quantum.lowering import Lowered

ROTATIONS: dict[str, tuple[tuple[str, int, float], ...]] = {
    "rx": (("X", 0, 1.0),),
    "ry": (("Y", 0, 1.0),),
    "rz": (("Z", 0, 1.0),),
    "rzz": (("ZZ", 0, 1.0),),
    "crx": (("IX", 0, 0.5), ("ZX", 0, -0.5)),
    "cry": (("IY", 0, 0.5), ("ZY", 0, -0.5)),
    "crz": (("IZ", 0, 0.5), ("ZZ", 0, -0.5)),
    "u": (("Z", 2, 1.0), ("Y", 0, 1.0), ("Z", 1, 1.0)),
    "t": (("Z", -1, np.pi / 4),),
}
"""Gates as products of exp(-i phi/2 P), the first acting first: P on the gate's qubits in their order, which of the
gate's angles phi takes, and times what; -1: phi is that constant. Up to a phase, which no expectation shows."""

CLIFFORDS = frozenset({"h", "x", "y", "z", "s", "cx", "cz", "swap"})


@dataclass(frozen=True)
class Rotations:
    """A weight circuit as rotations exp(-i angle/2 P) before one Clifford circuit.

    Attributes:
        x, z: (K,) bit masks of the Paulis.
        index, slope, offset: (K, T), (K, T), (K,); angle = offset + slope @ values[index]. Values are the weights, or,
            where a gate angle is not affine in them, the gate angles.
        last: the Clifford circuit.
    """

    x: IntArray
    z: IntArray
    index: IntArray
    slope: FloatArray
    offset: FloatArray
    last: Any


@dataclass(frozen=True)
class Readout:
    """What one measurement gives: a unitary (parts, D, D) before it, None for none, and m diagonals (m, D)."""

    basis: FloatArray | None
    diagonals: FloatArray


def split(circuit: QuantumCircuit, inputs: Collection[Parameter]) -> tuple[QuantumCircuit, QuantumCircuit]:
    """Return the gates that need no weight and those after them, without global phase.

    A gate goes to the first where no weight has acted on its qubits. ValueError for a gate with an input that cannot.
    """
    encoder, ansatz = circuit.copy_empty_like(), circuit.copy_empty_like()
    encoder.global_phase = ansatz.global_phase = 0.0
    weighted: dict[int, str] = {}  # qubits that a weight has reached, and by which gate
    for place, instruction in enumerate(circuit.data):
        operation = instruction.operation
        if operation.name == "barrier":
            continue
        qubits = [circuit.find_bit(q).index for q in instruction.qubits]
        own = {p for e in operation.params for p in getattr(e, "parameters", ())}
        fed = sorted(p.name for p in own if p in inputs)
        reached = [q for q in qubits if q in weighted]
        gate = f"{operation.name}({', '.join(map(str, operation.params))}) on qubits {qubits} (instruction {place})"
        if fed and (reached or len(fed) < len(own)):
            why = f"comes after {weighted[reached[0]]} on qubit {reached[0]}" if reached else "mixes inputs and weights"
            raise ValueError(
                f"{gate} takes the input {fed[0]} but {why}: weights can be shared by a batch of inputs only where "
                "every input is encoded first; use qbench.quantum.compile for this circuit"
            )
        if own - set(inputs) or reached:
            ansatz.append(instruction)
            weighted.update(dict.fromkeys(set(qubits) - set(weighted), gate))
        else:
            encoder.append(instruction)
    return encoder, ansatz


def rotations(lowered: Lowered, weights: Sequence[Parameter]) -> Rotations:
    """Return the rotations of a weight circuit: its Clifford gates are moved to the end, through the Paulis.

    Raises ValueError for a gate of the general engine that has no such form here.
    """
    from qiskit import QuantumCircuit
    from qiskit.quantum_info import Clifford, Pauli

    n = lowered.n_qubits
    before, pending = Clifford(QuantumCircuit(n)), QuantumCircuit(n)
    found: list[tuple[int, int, int, float]] = []
    for op in lowered.ops:
        if op.name in CLIFFORDS:
            getattr(pending, op.name)(*op.qubits)
            continue
        if op.name not in ROTATIONS:
            raise ValueError(
                f"weights cannot be shared through {op.name!r}, only through "
                f"{', '.join(sorted({*ROTATIONS, *CLIFFORDS}))}; use qbench.quantum.compile for this circuit"
            )
        if pending.data:
            before, pending = before.compose(Clifford(pending)), QuantumCircuit(n)
        for letters, slot, factor in ROTATIONS[op.name]:
            label = ["I"] * n
            for letter, q in zip(letters, op.qubits, strict=True):
                label[n - 1 - q] = letter
            # R(P) C = C R(C^dag P C)
            pauli = Pauli("".join(label)).evolve(before, frame="h")
            sign = -1.0 if pauli.phase == 2 else 1.0
            found.append((_mask(pauli.x), _mask(pauli.z), op.slots[slot] if slot >= 0 else -1, sign * factor))
    table = np.array(found, dtype=np.float64).reshape(-1, 4)
    x, z, slots = table[:, :3].T.astype(np.int64)
    index, slope, offset = _angles(lowered, weights, slots, table[:, 3])
    return Rotations(x, z, index, slope, offset, before.compose(Clifford(pending)))


def _mask(bits: Any) -> Any:  # noqa: ANN401 - one row of bits or several
    return np.asarray(bits, dtype=np.int64) @ (1 << np.arange(np.shape(bits)[-1]))


def _angles(
    lowered: Lowered, weights: Sequence[Parameter], slot: IntArray, factor: FloatArray
) -> tuple[IntArray, FloatArray, FloatArray]:
    """Return index, slope and offset of `Rotations`."""
    constant, angles = slot < 0, lowered.angles
    if not angles.affine:
        return slot[:, None].clip(0), np.where(constant, 0.0, factor)[:, None], np.where(constant, factor, 0.0)
    if not len(angles) or not lowered.parameters:
        fixed = np.append(angles.offset, 1.0)[slot] * factor  # slot -1: the appended 1
        return np.zeros((len(slot), 0), dtype=np.int64), np.zeros((len(slot), 0)), fixed
    column = np.array([weights.index(p) for p in lowered.parameters], dtype=np.int64)
    slope = np.where(constant[:, None], 0.0, factor[:, None] * angles.weight[slot])
    return column[angles.index[slot]], slope, np.append(angles.offset, 1.0)[slot] * factor


def pair_table(rotations: Rotations, n: int) -> tuple[IntArray, IntArray, NDArray[np.uint16]]:
    """Return, for rotations P: their indices z 2^n + x (K,), rows (K,) of a table, and the table (rows, 4^n/4).

    Row of P: the Paulis Q that do not commute with P and have i P Q = R, not -R, for a Pauli R with sign +.
    """
    size = 2**n
    paulis = rotations.z * size + rotations.x
    distinct, rows = np.unique(paulis, return_inverse=True)
    q = np.arange(size * size)
    table = np.empty((len(distinct), size * size // 4), dtype=np.uint16)
    for row, p in zip(table, distinct, strict=True):
        # P Q = i^(y_P + y_Q - y_R) (-1)^|z_P & x_Q| R, where y counts the Y of a Pauli.
        commute = (_ones((p // size) & (q % size)) + _ones((p % size) & (q // size))) % 2 == 0
        power = 1 + _ys(p, size) + _ys(q, size) - _ys(p ^ q, size) + 2 * _ones((p // size) & (q % size))
        row[:] = q[~commute & (power % 4 == 0)]
    return paulis, rows.astype(np.int64).reshape(-1), table


def trace_signs(n: int) -> FloatArray:
    """Return the signs (2^n, 2^n), by z and x, that i^y leaves before the real sum that is Im tr(i^y X^x Z^z K)."""
    size = 2**n
    y = _ys(np.arange(size * size), size).reshape(size, size)
    return np.where((y + 1) // 2 % 2 == 1, -1.0, 1.0)


def readouts(observables: Sequence[Any], n: int, last: Any) -> list[Readout]:  # noqa: ANN401 - a Clifford
    """Return the measurements that together give all observables, of states before the Clifford circuit `last`.

    Pauli strings that agree qubit by qubit share a measurement in a product basis. Where that takes more measurements
    than there are observables, each that is not diagonal is measured in its own eigenbasis.
    """
    strings = _strings(observables, n, last)
    skew = sorted({o for o, _, x, _ in strings if x})
    found = _grouped(strings, n, len(observables))
    if sum(r.basis is not None for r in found) <= len(skew):
        return found
    found = _grouped([s for s in strings if s[0] not in skew], n, len(observables))
    for o in skew:
        values, vectors = np.linalg.eigh(_matrix([s for s in strings if s[0] == o], n))
        diagonals = np.zeros((len(observables), 2**n))
        diagonals[o] = values
        found.append(Readout(_parts(vectors.conj().T), diagonals))
    return found


def _strings(observables: Sequence[Any], n: int, last: Any) -> list[tuple[int, float, int, int]]:  # noqa: ANN401
    """Return (observable, coefficient, x, z) of every Pauli string C^dag P C, those without X and Y first."""
    from qiskit.quantum_info import PauliList

    size = 2**n
    found = []
    for o, observable in enumerate(observables):
        try:
            known = as_observable(observable, n, torch.float64, torch.device("cpu"))
        except ValueError as error:
            raise ValueError(f"observable {o}: {error}") from error
        if isinstance(known, Diagonal):
            if known.values.dim() != 1:
                raise ValueError(f"observable {o}: a diagonal has shape ({size},), got {tuple(known.values.shape)}")
            x, z = np.zeros(size, dtype=np.int64), np.arange(size)
            coefficients = _walsh(n) @ known.values.detach().numpy() / size
        else:
            x, z = known.x.numpy(), known.z.numpy()
            # A Hermitian string of these masks has the phase i^|x&z|, or minus that.
            coefficients = ((known.coefficients * known.phase).numpy() * (-1j) ** _ones(x & z)).real
        bits = np.arange(n)
        moved = PauliList.from_symplectic(z[:, None] >> bits & 1, x[:, None] >> bits & 1).evolve(last, frame="h")
        coefficients = coefficients * (1.0 - moved.phase)  # phase 2 is the sign -
        found += [(o, c, x, z) for c, x, z in zip(coefficients, _mask(moved.x), _mask(moved.z), strict=True) if c]
    return sorted(found, key=lambda string: bool(string[2]))


def _grouped(strings: Iterable[tuple[int, float, int, int]], n: int, count: int) -> list[Readout]:
    """Return measurements in product bases, each string in the first that agrees with it on every qubit."""
    walsh = _walsh(n)
    # The computational basis comes first, and stays where nothing else does: an observable may be 0.
    groups: list[tuple[list[int], FloatArray]] = [([0, 2**n - 1], np.zeros((count, 2**n)))]
    for o, coefficient, x, z in strings:
        group = next((g for g in groups if _agree(g[0], x, z)), None)
        if group is None:
            group = ([0, 0], np.zeros((count, 2**n)))
            groups.append(group)
        basis, diagonals = group
        basis[0] |= x
        basis[1] |= z
        diagonals[o] += coefficient * walsh[x | z]
    used = [g for g in groups if np.any(g[1])] or groups[:1]
    return [Readout(_product_basis(x, z, n), diagonals) for (x, z), diagonals in used]


def _agree(basis: Sequence[int], x: int, z: int) -> bool:
    """Return whether a string has the basis' Pauli on every qubit that both act on."""
    return not ((basis[0] ^ x) | (basis[1] ^ z)) & (basis[0] | basis[1]) & (x | z)


def _product_basis(x: int, z: int, n: int) -> FloatArray | None:
    """Return the unitary (parts, D, D) that turns X, or Y = i X Z, into Z on the qubits of x; None for none."""
    if not x:
        return None
    hadamard = np.array([[1, 1], [1, -1]]) * 0.5**0.5
    whole = np.ones((1, 1))
    for q in range(n):
        is_x, is_z = x >> q & 1, z >> q & 1
        one = hadamard @ np.diag([1, -1j]) if is_x and is_z else hadamard if is_x else np.eye(2)
        whole = np.kron(one, whole)
    return _parts(whole)


def _parts(matrix: NDArray[Any]) -> FloatArray:
    return np.stack([matrix.real, matrix.imag]) if np.any(matrix.imag) else np.ascontiguousarray(matrix.real)[None]


def _matrix(strings: Iterable[tuple[int, float, int, int]], n: int) -> NDArray[Any]:
    """Return the matrix of a sum of strings, real where every entry is."""
    whole, column = np.zeros((2**n, 2**n), dtype=np.complex128), np.arange(2**n)
    for _, coefficient, x, z in strings:
        whole[column ^ x, column] += coefficient * 1j ** _ones(x & z) * _walsh(n)[z]
    return whole if np.any(whole.imag) else whole.real


def _walsh(n: int) -> FloatArray:
    """Return (-1)^|j&k| (2^n, 2^n)."""
    k = np.arange(2**n)
    return np.asarray(1.0 - 2.0 * (_ones(k[:, None] & k) % 2))


def _ones(bits: Any) -> Any:  # noqa: ANN401 - array or number
    return np.bitwise_count(bits).astype(np.int64)


def _ys(pauli: Any, size: int) -> Any:  # noqa: ANN401 - array or number
    return _ones((pauli // size) & (pauli % size))
