"""Grover's search over N valid actions as Qiskit draws it: beta = ceil(log2 N) qubits, bit q of an action is qubit q.

A makes the uniform superposition of the N valid indices (Shukla and Vedula's construction in Qiskit; Hadamards for
N = 2^beta). An iteration is the oracle, a Z controlled by all qubits between X on the zeros of the marked index, then
A^-1, the same for index 0, and A. Both reflections are I - 2 |.><.|, so that a phase of pi makes the second the
diffusion with its printed sign.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from qbench._check import positive_int
from qbench.papers.tn_qdrl.grover import best_iterations

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

BASIS = ("cx", "rz", "sx", "x")


def n_qubits(n_action: int) -> int:
    """Return beta = ceil(log2 N), exactly. Raises ValueError for fewer than 2 actions."""
    return (positive_int("n_action", n_action, least=2) - 1).bit_length()


def start_circuit(n_action: int) -> QuantumCircuit:
    """Return A: |0..0> to the uniform superposition of the indices 0..N - 1. Raises ValueError as `n_qubits`."""
    from qiskit import QuantumCircuit
    from qiskit.circuit.library import UniformSuperpositionGate

    beta = n_qubits(n_action)
    circuit = QuantumCircuit(beta, name="A")
    if n_action == 2**beta:
        circuit.h(range(beta))
    else:
        circuit.append(UniformSuperpositionGate(n_action, beta), range(beta))
    return circuit


def n_ancillas(n_action: int, *, chained: bool = False) -> int:
    """Return the clean qubits above the beta of the actions: none, or beta - 3 (from 0) for a chain of Toffolis."""
    return max(0, n_qubits(n_action) - 3) if chained else 0


def oracle_circuit(n_action: int, marked: int, *, chained: bool = False) -> QuantumCircuit:
    """Return I - 2 |A><A|; chained: with the ancillas of `n_ancillas`, which end as they began, in |0>.

    Raises ValueError for a marked action that is not one of N >= 2.
    """
    beta = n_qubits(n_action)
    if positive_int("marked", marked, least=0) >= n_action:
        raise ValueError(f"marked must be at most {n_action - 1} for {n_action} actions, got {marked}")
    return _reflection(beta, marked, n_ancillas(n_action, chained=chained))


def diffusion_circuit(n_action: int, *, chained: bool = False) -> QuantumCircuit:
    """Return 2 |s><s| - I about the uniform superposition. Raises ValueError as `n_qubits`."""
    start, wires = start_circuit(n_action), range(n_qubits(n_action))
    circuit = _reflection(len(wires), 0, n_ancillas(n_action, chained=chained))
    circuit = circuit.compose(start.inverse(), wires, front=True).compose(start, wires)
    circuit.name, circuit.global_phase = "diffusion", math.pi
    return circuit


def iteration_circuit(n_action: int, marked: int, *, chained: bool = False) -> QuantumCircuit:
    """Return one iteration, oracle first. Raises ValueError as `oracle_circuit`."""
    oracle = oracle_circuit(n_action, marked, chained=chained)
    circuit = oracle.compose(diffusion_circuit(n_action, chained=chained))
    circuit.name = "iteration"
    return circuit


def search_circuit(
    n_action: int, marked: int, iterations: int | None = None, *, chained: bool = False
) -> QuantumCircuit:
    """Return a whole decision without measurement: A, then tau iterations (default: tau*, the first best number).

    Raises ValueError as `oracle_circuit`, and for tau below 0.
    """
    count = best_iterations(n_action) if iterations is None else positive_int("iterations", iterations, least=0)
    step = iteration_circuit(n_action, marked, chained=chained)
    circuit = step.copy_empty_like("search").compose(start_circuit(n_action), range(n_qubits(n_action)))
    circuit.global_phase = 0.0
    for _ in range(count):
        circuit = circuit.compose(step)
    return circuit


def for_engine(circuit: QuantumCircuit) -> QuantumCircuit:
    """Return the circuit in the gates u and cx, none cancelled, which `qbench.quantum.compile` accepts."""
    from qiskit import transpile

    done: QuantumCircuit = transpile(
        circuit, basis_gates=["u", "cx"], optimization_level=0, seed_transpiler=0, num_processes=1
    )
    return done


def on_hardware(circuit: QuantumCircuit) -> QuantumCircuit:
    """Return the circuit in cx, rz, sx and x, at Qiskit's optimisation level 1, all qubits coupled to all."""
    from qiskit import transpile

    done: QuantumCircuit = transpile(
        circuit, basis_gates=list(BASIS), optimization_level=1, seed_transpiler=0, num_processes=1
    )
    return done


def _reflection(beta: int, index: int, ancillas: int) -> QuantumCircuit:
    """Return I - 2 |index><index|."""
    from qiskit import QuantumCircuit

    circuit = QuantumCircuit(beta + ancillas, name="oracle")
    zeros = [q for q in range(beta) if not index >> q & 1]
    if zeros:
        circuit.x(zeros)
    if beta == 1:
        circuit.z(0)
    else:
        circuit.h(beta - 1)
        if ancillas:
            _toffoli_chain(circuit, beta)
        else:
            circuit.mcx(list(range(beta - 1)), beta - 1)
        circuit.h(beta - 1)
    if zeros:
        circuit.x(zeros)
    return circuit


def _toffoli_chain(circuit: QuantumCircuit, beta: int) -> None:
    """Flip qubit beta - 1 where all below are 1: 2 beta - 5 Toffolis over the beta - 3 qubits above."""
    up = [(0, 1, beta)] + [(q, beta + q - 2, beta + q - 1) for q in range(2, beta - 2)]
    for wires in (*up, (beta - 2, 2 * beta - 4, beta - 1), *reversed(up)):
        circuit.ccx(*wires)
