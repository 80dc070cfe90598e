"""The cloud circuit: Eqs. (13)-(15) of the 2022 paper, (10)-(12) of the journal.

L layers of N neurons, one qubit a neuron: q_{l,n} is qubit (l - 1) N + n - 1. The encoding acts on layer 1 alone, so
N is the number of APs. U_connect is printed as (CZ within layers)(CX between layers)(RY on every qubit). Read as a
product of operators, as the notation of Eq. (10) has it, the rightmost factor acts first: RY, then CX, then CZ
("operator", the default). Read as a drawing, from left to right: CZ, CX, RY ("circuit").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbench._check import one_of, positive_int

if TYPE_CHECKING:
    from qiskit import QuantumCircuit
    from qiskit.circuit import Parameter

ORDERS = ("operator", "circuit")
SCHEDULES = ("ascending", "descending", "even-odd")
CZ_RANGES = ("printed", "all")
READOUTS = ("last", "first", "all")


def cz_schedule(n_neuron: int, schedule: str = "ascending") -> list[tuple[int, int]]:
    """Return the N - 1 pairs (n, n + 1), from 0, of one layer's CZ chain, in the order in which they are drawn.

    They commute, so the schedule changes the depth alone: "ascending" and "descending" are serial, "even-odd" draws
    the pairs (0, 1), (2, 3), ... first and (1, 2), (3, 4), ... after them, the two rounds of the journal's footnote 17.
    Raises ValueError for fewer than 1 neuron and an unknown schedule.
    """
    chain = [(n, n + 1) for n in range(positive_int("n_neuron", n_neuron) - 1)]
    one_of("schedule", schedule, SCHEDULES)
    if schedule == "descending":
        return chain[::-1]
    return chain[::2] + chain[1::2] if schedule == "even-odd" else chain


def readout_qubits(n_layer: int, n_neuron: int, readout: str = "last") -> list[int]:
    """Return the qubits whose P(1) are the outputs: the last layer, as in feed-forward networks; the first; or all.

    The papers say only that there are N_AP outputs. Raises ValueError for fewer than 1 layer or neuron and an unknown
    readout.
    """
    layers, n = positive_int("n_layer", n_layer), positive_int("n_neuron", n_neuron)
    one_of("readout", readout, READOUTS)
    if readout == "all":
        return list(range(layers * n))
    first = 0 if readout == "first" else (layers - 1) * n
    return list(range(first, first + n))


def connect_circuit(
    n_layer: int,
    n_neuron: int,
    *,
    order: str = "operator",
    schedule: str = "ascending",
    cz_range: str = "printed",
    gates: tuple[str, ...] = ("ry", "cx", "cz"),
) -> QuantumCircuit:
    """Return U_connect, Eq. (15) of the 2022 paper, (12) of the journal: L N angles theta, layer by layer, radians.

    `cz_range`: "printed" is layers 1..L - 1, so a single layer has no two-qubit gate at all; "all" adds layer L.
    `gates`: which of the three factors to draw; leaving one out is for counting and for ablations.
    The CX run from q_{l,N} to q_{l+1,1}; in operator order the product's rightmost, l = L - 1, is drawn first. They
    share no qubit for N >= 2, and are a chain on one wire for N = 1.
    Raises ValueError for fewer than 1 layer or neuron and unknown words.
    """
    layers, n = positive_int("n_layer", n_layer), positive_int("n_neuron", n_neuron)
    one_of("order", order, ORDERS)
    one_of("cz_range", cz_range, CZ_RANGES)
    for gate in gates:
        one_of("gates", gate, ("ry", "cx", "cz"))
    pairs = cz_schedule(n, schedule)
    from qiskit import QuantumCircuit
    from qiskit.circuit import ParameterVector

    # A vector, because qiskit sorts loose parameters by name: theta10 would come before theta2.
    theta = ParameterVector("theta", layers * n)
    circuit = QuantumCircuit(layers * n, name=f"cloud_L{layers}_N{n}_{order}")
    for factor in ("ry", "cx", "cz") if order == "operator" else ("cz", "cx", "ry"):
        if factor not in gates:
            continue
        if factor == "ry":
            for qubit in range(layers * n):
                circuit.ry(theta[qubit], qubit)
        elif factor == "cx":
            for layer in range(layers - 1)[:: -1 if order == "operator" else 1]:
                circuit.cx((layer + 1) * n - 1, (layer + 1) * n)
        else:
            for layer in range(layers - (cz_range == "printed")):
                for a, b in pairs:
                    circuit.cz(layer * n + b, layer * n + a)
    return circuit


def encode_circuit(n_qubits: int, n_neuron: int, rotations: int = 1) -> QuantumCircuit:
    """Return U_encode, Eq. (14) of the 2022 paper, (11) of the journal: H, then `rotations` RZ, on the first N qubits.

    With 1 rotation its parameters are phi (N,), the sums of the users' angles; with K, the K angles of AP 1, then those
    of AP 2, and so on, as printed. The K rotations of a qubit add up. Radians. Raises ValueError for numbers below 1
    and for more neurons than qubits.
    """
    size, n = positive_int("n_qubits", n_qubits), positive_int("n_neuron", n_neuron)
    each = positive_int("rotations", rotations)
    if n > size:
        raise ValueError(f"n_neuron must be at most n_qubits = {size}, got {n}; the encoding takes one qubit an AP")
    from qiskit import QuantumCircuit
    from qiskit.circuit import ParameterVector

    phi = ParameterVector("phi", n * each)
    circuit = QuantumCircuit(size, name="encode")
    for qubit in range(n):
        circuit.h(qubit)
        for k in range(each):
            circuit.rz(phi[qubit * each + k], qubit)
    return circuit


def cloud_circuit(
    n_layer: int = 2,
    n_neuron: int = 4,
    *,
    order: str = "operator",
    schedule: str = "ascending",
    cz_range: str = "printed",
    rotations: int = 1,
    gates: tuple[str, ...] = ("ry", "cx", "cz"),
) -> QuantumCircuit:
    """Return U_connect U_encode on |0>^(L N): the encoding, then `connect_circuit`, whose arguments these are.

    Two layers are the fewest in which every factor of the printed product exists; with three or more no output of the
    last layer depends on the channel (`closed_forms`). Parameters: phi, then theta, each in its own order.
    Raises ValueError as `encode_circuit` and `connect_circuit` do.
    """
    connect = connect_circuit(n_layer, n_neuron, order=order, schedule=schedule, cz_range=cz_range, gates=gates)
    whole = encode_circuit(connect.num_qubits, n_neuron, rotations).compose(connect)
    whole.name = connect.name
    return whole


def reuse_circuit(n_layer: int = 2, n_neuron: int = 4, *, schedule: str = "ascending") -> QuantumCircuit:
    """Return the charitable variant, in neither paper: N qubits, used again by every layer.

    H and RZ(phi_n), then L - 1 blocks of an RY layer and a CZ chain, then an RY layer: L N angles as in
    `cloud_circuit`, but every output depends on several inputs. phi is as blind to which user is strong as before.
    Raises ValueError for fewer than 1 layer or neuron and an unknown schedule.
    """
    layers, n = positive_int("n_layer", n_layer), positive_int("n_neuron", n_neuron)
    pairs = cz_schedule(n, schedule)
    from qiskit.circuit import ParameterVector

    theta = ParameterVector("theta", layers * n)
    circuit = encode_circuit(n, n)
    circuit.name = f"reuse_L{layers}_N{n}"
    for layer in range(layers):
        for qubit in range(n):
            circuit.ry(theta[layer * n + qubit], qubit)
        if layer < layers - 1:
            for a, b in pairs:
                circuit.cz(b, a)
    return circuit


def inputs(circuit: QuantumCircuit) -> list[Parameter]:
    """Return the parameters phi, which carry the channel, in their order; all others are weights."""
    return [p for p in circuit.parameters if p.name.startswith("phi[")]
