"""The edge circuit of one AP, Eqs. (19)-(20) of the journal paper: K qubits, one for each user.

Eq. (20), without the kets: RY(t_1; 1) prod_{k=2}^K CZ(k, k-1) [x]_k RY(q_k) CZ(1, K) prod_{k=2}^K CZ(k, k-1)
prod_{k=2}^K {CZ(k, k-1) RY(t_k; k) CZ(k, k-1)}. The middle RY is printed without an angle. Readings of it:

"independent" (default): s_k of its own, 2 K angles, so that two-term shift rules hold for every expectation;
"shared": s_k = t_k, K angles as in "theta_k, k in {1..K}", each in two gates, so that two-term rules are wrong;
"identity": no rotation, K angles: in operator order <Z_k> = 0 for every angle and input.

Read as a product of operators ("operator", the default) the rightmost factor acts first and, within a product, k = K;
read as a drawing ("circuit"), the leftmost and k = 2. The assignment gamma_m is named as an input of the precoding
network in Section IV-B but stands in neither equation: the circuit does not see it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench._check import one_of, positive_int
from qbench.papers.cloud_qnn.circuits import ORDERS, encode_circuit
from qbench.papers.cloud_qnn.encoding import alpha, finite_channels

if TYPE_CHECKING:
    from numpy.typing import ArrayLike
    from qiskit import QuantumCircuit
    from qiskit.circuit import Parameter

    from qbench._arrays import FloatArray

MIDDLES = ("independent", "shared", "identity")
ALPHAS = ("sum", "rel", "arg1", "arg", "norm")


def edge_angles(channels: ArrayLike, kind: str = "sum") -> FloatArray:
    """Return phi (*B, K), radians, of channels (*B, K, N_Tx) from one AP: the angle alpha(h_{m,k}) of qubit k.

    "sum", "arg", "norm": as in the cloud. "rel": arg(h_2 conj(h_1)), the only scalar from which a beam of equal gain
    can be learned; "arg1": arg h_1. Raises ValueError for another word, for channels that are empty, not finite or of
    fewer than two axes, and for "rel" with a single antenna.
    """
    one_of("alpha", kind, ALPHAS)
    h = finite_channels(channels, 2)
    if kind == "arg1":
        return np.asarray(np.angle(h[..., 0]))
    if kind == "rel":
        if h.shape[-1] < 2:
            raise ValueError(
                f"alpha 'rel' needs at least 2 antennas on the last axis, got shape {h.shape}; take 'arg1' for one"
            )
        return np.asarray(np.angle(h[..., 1] * np.conj(h[..., 0])))
    return alpha(h, kind)


def edge_connect_circuit(
    n_users: int = 3, *, middle: str = "independent", order: str = "operator", entangled: bool = True
) -> QuantumCircuit:
    """Return U_connect of one AP, Eq. (20), every gate as printed: 4 K - 3 CZ; none of them unless `entangled`.

    Parameters theta: t_1..t_K and, for "independent", s_1..s_K, radians. Without CZ a qubit knows nothing of the other
    users: the control that tells what entanglement adds. Raises ValueError for fewer than 2 users (Eq. (20) would have
    CZ(1, 1)) and unknown words.
    """
    n = positive_int("n_users", n_users, least=2)
    one_of("middle", middle, MIDDLES)
    one_of("order", order, ORDERS)
    from qiskit import QuantumCircuit
    from qiskit.circuit import ParameterVector

    theta = ParameterVector("theta", 2 * n if middle == "independent" else n)
    circuit = QuantumCircuit(n, name=f"edge_K{n}_{middle}_{order}" + ("" if entangled else "_product"))

    def cz(a: int, b: int) -> None:
        if entangled:
            circuit.cz(a, b)

    # Factors as they stand in Eq. (20), from left to right; qubit k is index k - 1.
    def first() -> None:
        circuit.ry(theta[0], 0)

    def chain() -> None:
        for q in range(1, n) if order == "circuit" else range(n - 1, 0, -1):
            cz(q, q - 1)

    def middle_layer() -> None:
        if middle != "identity":
            for q in range(n):
                circuit.ry(theta[q + n if middle == "independent" else q], q)

    def closing() -> None:
        cz(0, n - 1)

    def braces() -> None:
        for q in range(1, n) if order == "circuit" else range(n - 1, 0, -1):
            cz(q, q - 1)
            circuit.ry(theta[q], q)
            cz(q, q - 1)

    factors = [first, chain, middle_layer, closing, chain, braces]
    for factor in factors if order == "circuit" else factors[::-1]:
        factor()
    return circuit


def edge_circuit(
    n_users: int = 3, *, middle: str = "independent", order: str = "operator", entangled: bool = True
) -> QuantumCircuit:
    """Return U_connect U_encode of one AP on |0>^K, Eqs. (19)-(20); the encoding is H, then RZ(phi_k) on qubit k - 1.

    Parameters: phi (K,), then those of `edge_connect_circuit`. Raises ValueError as it does.
    """
    connect = edge_connect_circuit(n_users, middle=middle, order=order, entangled=entangled)
    whole = encode_circuit(connect.num_qubits, connect.num_qubits).compose(connect)
    whole.name = connect.name
    return whole


def weights(circuit: QuantumCircuit) -> list[Parameter]:
    """Return the trained angles, in their order; the others are phi."""
    return [p for p in circuit.parameters if p.name.startswith("theta[")]
