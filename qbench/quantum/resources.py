"""Resource counts of a circuit: qubits, parameters, gates and depths, as drawn and in a basis of gates.

Depth is the longest chain of gates in which each shares a qubit with the one before: the number of time steps when a
gate starts as soon as its qubits are free. Two-qubit depth counts only the two-qubit gates of such a chain. Barriers,
measurements and the global phase are left out before anything is counted, so a barrier holds no gate back (Qiskit's own
`depth` lets it).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qiskit import QuantumCircuit


@dataclass(frozen=True)
class Counts:
    """Gates and depths of one form of a circuit.

    Attributes:
        gates: how many by name.
        one_qubit_gates, two_qubit_gates, larger_gates: how many by the number of their qubits.
        depth, two_qubit_depth: see the module.
    """

    gates: Mapping[str, int] = field(hash=False)
    one_qubit_gates: int
    two_qubit_gates: int
    larger_gates: int
    depth: int
    two_qubit_depth: int

    def as_costs(self) -> dict[str, int]:
        """Return the counts without those by name."""
        return {f.name: getattr(self, f.name) for f in fields(Counts) if f.name != "gates"}


@dataclass(frozen=True)
class Resources(Counts):
    """Counts of a circuit as drawn, and after transpiling.

    Attributes:
        qubits: the circuit's, idle ones included.
        parameters: free parameters.
        basis, transpiled: the counts after transpiling to this basis.
    """

    qubits: int
    parameters: int
    basis: tuple[str, ...]
    transpiled: Counts

    def as_costs(self) -> dict[str, int]:
        """Return everything but the counts by name as plain integers, for the costs of a claim."""
        after = {f"transpiled_{name}": count for name, count in self.transpiled.as_costs().items()}
        return {"qubits": self.qubits, "parameters": self.parameters, **super().as_costs(), **after}


def resources(circuit: QuantumCircuit, basis: Sequence[str] = ("u", "cx")) -> Resources:
    """Return the resource counts of a circuit, as drawn and in a basis of gates.

    Transpiling is `qiskit.transpile` at optimisation level 0 for all-to-all coupling: gates are replaced one by one and
    nothing is cancelled, so the counts depend on the circuit alone.
    Raises ValueError for reset and control flow, and for a basis with unknown gates or one that cannot express the
    circuit.
    """
    names = _basis(basis)
    bare = _gates_only(circuit)
    return Resources(
        **vars(_count(bare)),
        qubits=circuit.num_qubits,
        parameters=circuit.num_parameters,
        basis=names,
        transpiled=_count(_transpiled(bare, names)),
    )


def _basis(basis: Sequence[str]) -> tuple[str, ...]:
    if isinstance(basis, str) or not basis:
        raise ValueError(f'basis must be a sequence of gate names such as ("u", "cx"), got {basis!r}')
    from qiskit.circuit.library import get_standard_gate_name_mapping

    unknown = sorted(set(basis) - set(get_standard_gate_name_mapping()))
    if unknown:
        raise ValueError(f"basis has unknown gates {', '.join(unknown)}; take Qiskit's names, such as u, cx, rz")
    return tuple(basis)


def _gates_only(circuit: QuantumCircuit) -> QuantumCircuit:
    """Return the circuit without barriers, other directives and measurements."""
    bare = circuit.copy_empty_like()
    for instruction in circuit.data:
        operation = instruction.operation
        if operation.name == "reset" or hasattr(operation, "blocks"):
            raise ValueError(f"only gates can be counted, not {operation.name!r}; count the parts around it")
        if operation.name != "measure" and not getattr(operation, "_directive", False):
            bare.append(instruction)
    return bare


def _transpiled(circuit: QuantumCircuit, basis: tuple[str, ...]) -> QuantumCircuit:
    from qiskit import transpile
    from qiskit.exceptions import QiskitError

    try:
        result: QuantumCircuit = transpile(
            circuit, basis_gates=list(basis), optimization_level=0, seed_transpiler=0, num_processes=1
        )
    except QiskitError as error:
        names = ", ".join(sorted(circuit.count_ops()))
        raise ValueError(
            f"basis {basis!r} cannot express this circuit's gates ({names}); "
            'take a universal one such as ("u", "cx") or ("rz", "sx", "x", "cz")'
        ) from error
    return result


def _count(circuit: QuantumCircuit) -> Counts:
    gates: Counter[str] = Counter()
    sizes: Counter[int] = Counter()
    every, pairs = [0] * circuit.num_qubits, [0] * circuit.num_qubits
    for instruction in circuit.data:
        wires = [circuit.find_bit(q).index for q in instruction.qubits]
        if not wires:  # a global phase as a gate
            continue
        gates[instruction.operation.name] += 1
        sizes[len(wires)] += 1
        for levels, step in ((every, 1), (pairs, int(len(wires) == 2))):
            reached = max(levels[w] for w in wires) + step
            for w in wires:
                levels[w] = reached
    return Counts(
        gates=dict(sorted(gates.items())),
        one_qubit_gates=sizes[1],
        two_qubit_gates=sizes[2],
        larger_gates=sum(count for size, count in sizes.items() if size > 2),
        depth=max(every, default=0),
        two_qubit_depth=max(pairs, default=0),
    )
