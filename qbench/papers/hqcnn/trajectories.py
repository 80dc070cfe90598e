"""<Z> of the noisy circuit by trajectories on Aer: estimates from shots, for circuits beyond the exact `noise`.

A shot is a state vector of 2^n amplitudes with one draw of errors; 16 qubits are well within reach.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from qbench._check import finite_array, positive_int
from qbench.papers.hqcnn.circuits import qcnn_circuit

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray
    from qbench.papers.hqcnn.depolarising import Depolarising
    from qbench.papers.hqcnn.layout import Layout


def trajectory_expectation(
    layout: Layout, h: ArrayLike, theta: ArrayLike, noise: Depolarising, shots: int, rng: np.random.Generator
) -> FloatArray:
    """Return <Z> (B, read) estimated by `shots` trajectories of each input h (B, n) at angles theta (P,), radians.

    The standard error of a value z is sqrt((1 - z^2)/shots). Raises ValueError for other shapes, values that are not
    finite, no shots, a layout with pooling gates, and noise once a layer, which no gate carries.
    """
    half, angles = finite_array("h", h, ndim_at_least=2), finite_array("theta", theta, ndim_at_least=1)
    if half.ndim != 2 or half.shape[1] != layout.n_qubits or angles.shape != (layout.n_angles,):
        raise ValueError(
            f"h must be (inputs, {layout.n_qubits}) and theta ({layout.n_angles},) for this layout, got shapes "
            f"{half.shape} and {angles.shape}"
        )
    if layout.pooling or noise.places == "per_layer":
        what = "pooling=False" if layout.pooling else "places 'gates' or 'cx_only'"
        raise ValueError(f"trajectories put noise on the gates of blocks alone; take {what}")
    from qiskit import transpile
    from qiskit_aer import AerSimulator

    simulator = AerSimulator(method="statevector", noise_model=_model(noise), max_parallel_threads=1)
    circuit = qcnn_circuit(layout)
    circuit.measure_all()
    # Nothing is merged: every gate as drawn carries its error.
    ready = transpile(circuit, basis_gates=["u", "ry", "rz", "cx"], optimization_level=0)
    bound = [ready.assign_parameters(np.concatenate([row, angles])) for row in half]
    seed = int(rng.integers(2**31))
    result = simulator.run(bound, shots=positive_int("shots", shots), seed_simulator=seed).result()
    return np.stack([_read(layout, result.get_counts(k)) for k in range(len(half))])


def _model(noise: Depolarising) -> Any:  # noqa: ANN401 - qiskit_aer has no types
    from qiskit_aer.noise import NoiseModel, depolarizing_error

    one = depolarizing_error(1.0 - noise.kept, 1)
    model = NoiseModel(basis_gates=["u", "ry", "rz", "cx"])
    if noise.places == "gates":
        model.add_all_qubit_quantum_error(one, ["u", "ry", "rz"])
    pair = one.tensor(one) if noise.convention == "pennylane" else depolarizing_error(1.0 - noise.kept, 2)
    model.add_all_qubit_quantum_error(pair, ["cx"])
    return model


def _read(layout: Layout, counts: dict[str, int]) -> FloatArray:
    """Return <Z> of the wires that are read; bit strings have qubit 0 at their end."""
    ones = sum(
        (
            count * np.array([bits[-1 - q] == "1" for q in layout.read], dtype=np.float64)
            for bits, count in counts.items()
        ),
        np.zeros(len(layout.read)),
    )
    return np.asarray(1.0 - 2.0 * ones / sum(counts.values()))
