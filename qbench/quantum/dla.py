"""Dynamical Lie algebras: the closure of a circuit's generators under commutators, in rational numbers.

An element is a real combination of i P, P a Pauli string. Strings commute or [iP, iQ] = -+2 i R with R their product,
so everything stays in such combinations with rational coefficients, and dimensions are exact: no rank of floats.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from qiskit import QuantumCircuit
    from qiskit.circuit import Parameter

    Terms: TypeAlias = Mapping[str, int | Fraction]
    Vector: TypeAlias = dict[tuple[int, int], Fraction]

CLIFFORDS = ("h", "s", "sdg", "x", "y", "z", "cx", "cy", "cz", "swap")
AXES = {"rx": "X", "ry": "Y", "rz": "Z", "rxx": "XX", "ryy": "YY", "rzz": "ZZ"}


def lie_closure(generators: Iterable[str | Terms], *, most: int = 4096) -> list[dict[str, Fraction]]:
    """Return a basis of the real Lie algebra that i G generate, each element as {string: coefficient}.

    A generator is a Pauli string, or {string: coefficient} for a sum; the letter at the right is qubit 0, as in Qiskit.
    Its identity part, if any, is kept. Raises ValueError for no generators, other letters, several lengths, and more
    than `most` dimensions.
    """
    given = [_vector(g) for g in ({g: 1} if isinstance(g, str) else g for g in generators)]
    sizes = {size for _, size in given}
    if len(sizes) != 1:
        raise ValueError(f"generators must be at least one, all of one length, got lengths {sorted(sizes)}")
    (n,) = sizes
    rows: dict[tuple[int, int], Vector] = {}
    basis: list[Vector] = []
    # Brackets of a generator with an element: nested ones from the left span all others (Jacobi).
    waiting = [v for v, _ in given]
    starts = [v for v in waiting if v]
    while waiting:
        new = _reduced(waiting.pop(), rows)
        if not new:
            continue
        if len(basis) == most:
            raise ValueError(f"the algebra has more than {most} dimensions; raise most, at most 4^n = {4**n} is needed")
        # Scaled, so that numerators and denominators do not grow from bracket to bracket.
        lead = new[max(new)]
        new = {key: value / lead for key, value in new.items()}
        rows[max(new)] = new
        basis.append(new)
        waiting.extend(_bracket(g, new) for g in starts)
    return [{_label(key, n): value for key, value in element.items()} for element in basis]


def dla_dimension(generators: Iterable[str | Terms], *, most: int = 4096) -> int:
    """Return the dimension of the algebra that `lie_closure` spans. Raises ValueError as it does."""
    return len(lie_closure(generators, most=most))


def clifford_generators(circuit: QuantumCircuit) -> list[dict[str, Fraction]]:
    """Return one generator for each parameter, in their order, with the circuit's Clifford gates pushed through.

    With C the Clifford gates before a rotation exp(-i t P / 2), U is a Clifford times the product of the rotations
    about C^dag P C. A parameter in several gates has their sum. Raises ValueError for gates that are neither Clifford
    nor a Pauli rotation by a plain parameter.
    """
    from qiskit import QuantumCircuit
    from qiskit.quantum_info import Clifford, Pauli

    n = circuit.num_qubits
    before = QuantumCircuit(n)
    found: dict[Parameter, dict[str, Fraction]] = {p: {} for p in circuit.parameters}
    for gate in circuit.data:
        name, wires = gate.operation.name, [circuit.find_bit(q).index for q in gate.qubits]
        if name in CLIFFORDS:
            before.append(gate.operation, wires)
            continue
        if name not in AXES or gate.operation.params[0] not in found:
            raise ValueError(
                f"gates must be Clifford ({', '.join(CLIFFORDS)}) or {', '.join(AXES)} by a plain parameter, got "
                f"{name!r} on qubits {wires}; transpile to these first"
            )
        letters = ["I"] * n
        for q, letter in zip(wires, AXES[name], strict=True):
            letters[n - 1 - q] = letter
        pushed = Pauli("".join(letters)).evolve(Clifford(before)).to_label()
        sign, label = (-1, pushed[1:]) if pushed.startswith("-") else (1, pushed)
        terms = found[gate.operation.params[0]]
        terms[label] = terms.get(label, Fraction(0)) + sign
    return [{label: c for label, c in terms.items() if c} for terms in found.values()]


def _vector(terms: Terms) -> tuple[Vector, int]:
    """Return {(x mask, z mask): coefficient} and the number of qubits."""
    out: Vector = {}
    lengths: Sequence[int] = sorted({len(label) for label in terms})
    if len(lengths) != 1 or lengths[0] == 0:
        raise ValueError(f"a generator must have strings of one length of at least 1, got {sorted(terms)}")
    for label, coefficient in terms.items():
        if set(label) - set("IXYZ"):
            raise ValueError(f"generators are strings of I, X, Y and Z, got {label!r}")
        x = sum(1 << q for q, letter in enumerate(reversed(label)) if letter in "XY")
        z = sum(1 << q for q, letter in enumerate(reversed(label)) if letter in "YZ")
        if coefficient:
            out[x, z] = Fraction(coefficient)
    return out, lengths[0]


def _label(key: tuple[int, int], n: int) -> str:
    return "".join("IZXY"[2 * ((key[0] >> q) & 1) + ((key[1] >> q) & 1)] for q in reversed(range(n)))


def _reduced(vector: Vector, rows: Mapping[tuple[int, int], Vector]) -> Vector:
    """Return what is left of a vector after elimination by rows, whose largest key is their pivot."""
    left = dict(vector)
    done: Vector = {}
    while left:
        top = max(left)
        value = left.pop(top)
        row = rows.get(top)
        if row is None:
            done[top] = value
            continue
        factor = value / row[top]
        for key, entry in row.items():
            if key != top:
                rest = left.get(key, Fraction(0)) - factor * entry
                if rest:
                    left[key] = rest
                else:
                    left.pop(key, None)
    return done


def _bracket(a: Vector, b: Vector) -> Vector:
    """Return [a, b] / 2."""
    out: Vector = {}
    for (x, z), one in a.items():
        for (u, w), two in b.items():
            if ((x & w).bit_count() + (z & u).bit_count()) % 2 == 0:
                continue
            # P = i^|x&z| X^x Z^z, so P Q = i^e R with e odd, and [iP, iQ] = -2 P Q.
            key = (x ^ u, z ^ w)
            e = (x & z).bit_count() + (u & w).bit_count() - (key[0] & key[1]).bit_count() + 2 * (z & u).bit_count()
            value = out.get(key, Fraction(0)) + one * two * (-1 if e % 4 == 1 else 1)
            out[key] = value
    return {key: value for key, value in out.items() if value}
