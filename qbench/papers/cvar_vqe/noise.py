"""A noisy device for the ansatz: depolarising gates and flipped readout bits, simulated exactly by Aer.

After every RY the qubit becomes (1 - l) rho + l 1/2, after every CZ the pair (1 - l) rho + l 1/4 (Aer's convention for
`depolarizing_error(l, k)`; PennyLane's DepolarizingChannel(p) is l = 4p/3). Then each measured bit is flipped with its
own probability.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from qbench._check import finite_array, in_interval, positive_int
from qbench.quantum.cvar import cvar_of_samples
from qbench.quantum.program import inverse_cdf

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qiskit import QuantumCircuit

    from qbench._arrays import FloatArray, IntArray

MAX_QUBITS = 12
"""A density matrix of 12 qubits takes 256 MiB, and every gate passes over it."""


@dataclass(frozen=True, kw_only=True)
class Noise:
    """Depolarising strengths after RY and CZ, and the chance of a flipped readout bit, all in [0, 1].

    Defaults: ours; the paper names none.
    """

    one_qubit: float = 1e-3
    two_qubit: float = 1e-2
    readout: float = 0.02

    def __post_init__(self) -> None:
        for name in ("one_qubit", "two_qubit", "readout"):
            in_interval(name, getattr(self, name), 0.0, 1.0)

    def scaled(self, factor: float) -> Noise:
        """Return all strengths times `factor`."""
        return Noise(
            one_qubit=factor * self.one_qubit, two_qubit=factor * self.two_qubit, readout=factor * self.readout
        )


def flipped(law: FloatArray, readout: float) -> FloatArray:
    """Return the law (*B, 2^n) of strings whose bits are each flipped with probability `readout`."""
    size = law.shape[-1]
    out = law
    for q in range(size.bit_length() - 1):
        zero, one = np.moveaxis(out.reshape(*law.shape[:-1], -1, 2, 2**q), -2, 0)
        kept = 1.0 - readout
        out = np.stack([kept * zero + readout * one, readout * zero + kept * one], axis=-2).reshape(law.shape)
    return out


class NoisyObjective:
    """CVaR of the strings that a noisy device measures, one set of angles at a time.

    Raises ValueError for alpha outside (0, 1], energies that do not fit the circuit, and more than 12 qubits.
    """

    def __init__(self, circuit: QuantumCircuit, energies: FloatArray, alpha: float, noise: Noise) -> None:
        n = circuit.num_qubits
        if n > MAX_QUBITS:
            raise ValueError(f"a noisy device is simulated up to {MAX_QUBITS} qubits, got {n}; use the log encoding")
        self.alpha = in_interval("alpha", alpha, 0.0, 1.0, lo_open=True)
        self.energies = finite_array("energies", energies, ndim_at_least=1)
        if self.energies.shape != (2**n,):
            raise ValueError(f"energies must have shape ({2**n},) for {n} qubits, got {self.energies.shape}")
        self._noise = noise
        self._simulator, self._circuit = _prepared(circuit, noise)

    def probabilities(self, angles: FloatArray) -> FloatArray:
        """Return the law (*B, 2^n) of measured strings at angles (*B, P), radians."""
        theta = finite_array("angles", angles, ndim_at_least=1)
        rows = [self._law(row) for row in theta.reshape(-1, theta.shape[-1])]
        return np.reshape(rows, (*theta.shape[:-1], self.energies.size))

    def sampled(
        self, angles: FloatArray, shots: int, rngs: Sequence[np.random.Generator]
    ) -> tuple[FloatArray, IntArray]:
        """Return the CVaR (*B,) of `shots` samples each, Eq. (15), and the samples (*B, shots).

        `rngs`: a generator a member. Raises ValueError for fewer than 1 shot and another number of generators.
        """
        count = positive_int("shots", shots)
        law = self.probabilities(angles)
        rows = law.reshape(-1, self.energies.size)
        if len(rngs) != len(rows):
            raise ValueError(f"rngs must hold one generator a member, {len(rows)}, got {len(rngs)}")
        drawn = np.stack([inverse_cdf(row, rng.random(count)) for row, rng in zip(rows, rngs, strict=True)])
        samples = drawn.reshape(*law.shape[:-1], count)
        return cvar_of_samples(self.energies[samples], self.alpha), samples

    def value_and_gradient(self, angles: FloatArray) -> tuple[FloatArray, FloatArray]:  # noqa: ARG002
        """Raise ValueError: a device gives no adjoint pass."""
        raise ValueError("a noisy device gives no exact gradient, which adam needs; use cobyla or spsa")

    def _law(self, theta: FloatArray) -> FloatArray:
        bound = self._circuit.assign_parameters(theta)
        law = np.asarray(self._simulator.run(bound, shots=1).result().data()["probabilities"])
        # Rounding of the density matrix leaves masses of -1e-18.
        law = flipped(np.maximum(law, 0.0), self._noise.readout)
        return np.asarray(law / law.sum())


def _prepared(circuit: QuantumCircuit, noise: Noise) -> tuple[Any, QuantumCircuit]:
    from qiskit import transpile
    from qiskit_aer import AerSimulator
    from qiskit_aer.noise import NoiseModel, depolarizing_error

    model = NoiseModel(basis_gates=["ry", "cz"])
    if noise.one_qubit:
        model.add_all_qubit_quantum_error(depolarizing_error(noise.one_qubit, 1), ["ry"])
    if noise.two_qubit:
        model.add_all_qubit_quantum_error(depolarizing_error(noise.two_qubit, 2), ["cz"])
    simulator = AerSimulator(method="density_matrix", noise_model=model, max_parallel_threads=1)
    measured = circuit.copy()
    measured.save_probabilities()
    # Level 0: nothing may be cancelled or merged, for every gate carries its noise.
    return simulator, transpile(measured, simulator, optimization_level=0)
