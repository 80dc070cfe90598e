"""Random circuits over every gate of the engine, and the independent engines that run them.

A case draws its angles from numbers, parameters, parameters used again, affine expressions of several, and nonlinear
expressions. What a gate takes is written down here, not read from the engine.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pennylane as qml
from hypothesis import settings
from hypothesis import strategies as st
from qiskit import QuantumCircuit
from qiskit.circuit import Parameter, ParameterVector
from qiskit.quantum_info import SparsePauliOp, Statevector
from qiskit_aer import AerSimulator

FIXED_ONE, FIXED_TWO = ("h", "x", "y", "z", "s", "t"), ("cx", "cz", "swap")
TURNED_ONE, TURNED_TWO = ("rx", "ry", "rz", "u"), ("crx", "cry", "crz", "rzz")
ONE_QUBIT, TWO_QUBITS = FIXED_ONE + TURNED_ONE, FIXED_TWO + TURNED_TWO
NAMES = ONE_QUBIT + TWO_QUBITS
REAL = ("h", "x", "z", "ry", "cx", "cz", "cry", "swap")

VECTOR = ParameterVector("theta", 12)
# Qiskit's order is neither that of creation nor that of plain text: a2 < a10 in a vector, a10 < a2 otherwise.
POOL = (VECTOR[10], Parameter("b"), VECTOR[2], Parameter("a2"), Parameter("a10"), Parameter("φ"), Parameter("S"))


def share(part):
    """Settings with this share of the profile's examples, for tests that cost more than others."""
    return settings(max_examples=max(1, round(part * settings().max_examples)))


SPECIAL = tuple(k * np.pi / 4 for k in range(-8, 17))
numbers = st.one_of(st.sampled_from(SPECIAL), st.floats(-7.0, 7.0))
SMALL, FEW = st.integers(1, 6), st.integers(1, 3)
factors = st.sampled_from((-2.0, -1.0, -1 / 3, 0.0, 0.5, 1.0, 1.7))


@dataclass(frozen=True)
class Case:
    """A circuit and a batch (B, P) of values of its parameters."""

    circuit: QuantumCircuit
    angles: np.ndarray

    def bound(self) -> list[QuantumCircuit]:
        """One circuit without parameters for each member of the batch."""
        return [
            self.circuit.assign_parameters(dict(zip(self.circuit.parameters, row, strict=True))) for row in self.angles
        ]

    def __repr__(self) -> str:
        return f"{self.circuit}\nparameters {[p.name for p in self.circuit.parameters]}, angles {self.angles.tolist()}"


@st.composite
def sized_lists(draw, elements, most, **options):
    """A list of any length up to `most`, all as likely; plain lists are mostly short."""
    size = draw(st.integers(0, most))
    return draw(st.lists(elements, min_size=size, max_size=size, **options))


@st.composite
def expressions(draw, parameters, *, nonlinear=True):
    """A gate angle."""
    if not parameters:
        return draw(numbers)
    kinds = ["number", "parameter", "affine"] + ["sine", "product", "power", "quotient", "nested"] * nonlinear
    kind = draw(st.sampled_from(kinds))
    if kind == "number":
        return draw(numbers)
    p = draw(st.sampled_from(parameters))
    if kind == "parameter":
        return p
    q, c = draw(st.sampled_from(parameters)), draw(factors)
    if kind == "affine":
        terms = c * p + draw(factors) * q
        return terms + draw(numbers) - (draw(st.sampled_from(parameters)) if draw(st.booleans()) else 0)
    return {
        "sine": lambda: c * p.sin() + q,
        "product": lambda: p * q + c,
        "power": lambda: (p + c) ** draw(st.integers(2, 3)),
        "quotient": lambda: p / (2 + q.cos()),
        "nested": lambda: (p * q + c).sin() * draw(st.sampled_from(parameters)) - q,
    }[kind]()


@st.composite
def circuits(draw, qubits=SMALL, *, names=NAMES, most=20, parametric=True, nonlinear=True, phase=True):
    """A circuit; `qubits` is a strategy or a number."""
    n = qubits if isinstance(qubits, int) else draw(qubits)
    pool = draw(sized_lists(st.sampled_from(POOL), 4, unique=True)) if parametric else []
    angle = expressions(pool, nonlinear=nonlinear)
    circuit = QuantumCircuit(n)
    usable = [name for name in (*names, "barrier") if n > 1 or name not in TWO_QUBITS]
    for name in draw(sized_lists(st.sampled_from(usable), most)):
        first = draw(st.integers(0, n - 1))
        if name == "barrier":
            circuit.barrier(range(first, n))
            continue
        wires = [first]
        if name in TWO_QUBITS:
            second = draw(st.integers(0, n - 2))
            wires.append(second + (second >= first))
        turns = {"u": 3}.get(name, 1) if name in TURNED_ONE + TURNED_TWO else 0
        getattr(circuit, name)(*[draw(angle) for _ in range(turns)], *wires)
    if phase and draw(st.booleans()):
        circuit.global_phase = draw(angle)
    return circuit


@st.composite
def cases(draw, qubits=SMALL, *, batch=FEW, values=numbers, **options):
    """A circuit with a batch of parameter values."""
    circuit = draw(circuits(qubits, **options))
    size = draw(batch)
    count = size * circuit.num_parameters
    drawn = draw(st.lists(values, min_size=count, max_size=count))
    return Case(circuit, np.array(drawn, dtype=np.float64).reshape(size, circuit.num_parameters))


energies = st.floats(-10.0, 10.0)


def diagonals(n, members=()):
    """Energies (*members, 2^n) of the basis states; from a seed, for a drawn list of 2^n numbers is slow."""
    shape = (*members, 2**n)
    return st.integers(0, 2**32 - 1).map(lambda seed: np.random.default_rng(seed).normal(size=shape))


@st.composite
def pauli_sums(draw, n):
    """A sum of up to four Pauli strings, repeated ones and Y included."""
    labels = draw(st.lists(st.text("IXYZ", min_size=n, max_size=n), min_size=1, max_size=4))
    weights = draw(st.lists(energies, min_size=len(labels), max_size=len(labels)))
    return SparsePauliOp(labels, weights)


def by_qiskit(circuit):
    """The state by qiskit.quantum_info."""
    return Statevector(circuit).data


_AER = AerSimulator(method="statevector", max_parallel_threads=1)


def by_aer(bound):
    """The states of several circuits by Aer."""
    saved = [c.copy() for c in bound]
    for c in saved:
        c.save_statevector()
    result = _AER.run(saved).result()
    return np.array([result.get_statevector(k).data for k in range(len(saved))])


PENNYLANE = {
    "h": qml.Hadamard,
    "x": qml.PauliX,
    "y": qml.PauliY,
    "z": qml.PauliZ,
    "s": qml.S,
    "t": qml.T,
    "rx": qml.RX,
    "ry": qml.RY,
    "rz": qml.RZ,
    "u": qml.U3,
    "cx": qml.CNOT,
    "cz": qml.CZ,
    "crx": qml.CRX,
    "cry": qml.CRY,
    "crz": qml.CRZ,
    "swap": qml.SWAP,
    "rzz": qml.IsingZZ,
}


def pennylane_operations(circuit):
    """The gates for PennyLane: wire 0 is its high bit, so qubit q is wire n - 1 - q; GlobalPhase(x) is exp(-i x)."""
    n = circuit.num_qubits
    found = [qml.GlobalPhase(-float(circuit.global_phase), wires=range(n))]
    for instruction in circuit.data:
        if instruction.operation.name != "barrier":
            wires = [n - 1 - circuit.find_bit(q).index for q in instruction.qubits]
            angles = [float(x) for x in instruction.operation.params]
            found.append(PENNYLANE[instruction.operation.name](*angles, wires=wires))
    return found


def by_pennylane(circuit, device="default.qubit"):
    """The state by PennyLane."""
    machine = qml.device(device, wires=circuit.num_qubits)
    return machine.execute(qml.tape.QuantumScript(pennylane_operations(circuit), [qml.state()]))
