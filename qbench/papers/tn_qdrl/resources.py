"""What one decision costs on a quantum machine, with the tensor network and without: counted on transpiled circuits.

The paper prints one number, 58.19 % fewer quantum resources, and no metric (C02). Here is every metric that it could
mean, so that a table answers. Circuits are in cx, rz, sx and x (`grover_circuits.on_hardware`). State and action
registers do not interact, for the oracle's action is known classically: whether they run in parallel or in series is a
further choice of any metric that holds a depth. The tensor network itself is classical; its numbers stand beside.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from qbench._check import one_of, positive_int
from qbench.papers.tn_qdrl.grover import best_iterations, start_angle
from qbench.papers.tn_qdrl.grover_circuits import (
    iteration_circuit,
    n_ancillas,
    n_qubits,
    on_hardware,
    search_circuit,
    start_circuit,
)
from qbench.papers.tn_qdrl.parameters import MID, SMALL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from qiskit import QuantumCircuit

    from qbench.papers.tn_qdrl.parameters import Setting

ENCODINGS = ("amplitude", "angle")
N_EFFICIENCY, N_BAND = 3, 2
N_OUT, BOND = 8, 4
LONGEST_WHOLE = 64
"""Most iterations of a decision that is transpiled as one circuit; above, its parts are added up."""


class Gates(NamedTuple):
    """CX and depth of a transpiled circuit."""

    cx: int
    depth: int


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Costs of one decision.

    Attributes:
        state_qubits, action_qubits, ancillas: registers.
        preparation: of the observation's state, generic real amplitudes; preparation_bound: 2^n - 2 CX.
        start, iteration, search: the uniform start, one iteration, and start and all iterations together.
        oracle_calls: tau.
        parameters, products: the tensor network's numbers and multiply-adds, classical; 0 without.
    """

    state_qubits: int
    action_qubits: int
    ancillas: int
    preparation: Gates
    preparation_bound: int
    start: Gates
    iteration: Gates
    search: Gates
    oracle_calls: int
    parameters: int = 0
    products: int = 0

    @property
    def qubits(self) -> int:
        """All registers."""
        return self.state_qubits + self.action_qubits + self.ancillas

    @property
    def cx(self) -> int:
        """CX of a decision, preparation and search."""
        return self.preparation.cx + self.search.cx

    @property
    def depth_in_series(self) -> int:
        """Depth where the search waits for the preparation."""
        return self.preparation.depth + self.search.depth

    @property
    def depth_in_parallel(self) -> int:
        """Depth where both registers work at once."""
        return max(self.preparation.depth, self.search.depth)


METRICS: Mapping[str, Callable[[Decision], int]] = {
    "qubits of the state register": lambda d: d.state_qubits,
    "qubits of the state register and one ancilla": lambda d: d.state_qubits + 1,
    "qubits of state and action": lambda d: d.state_qubits + d.action_qubits,
    "qubits of state, action and ancillas": lambda d: d.qubits,
    "amplitudes of the state register": lambda d: 2**d.state_qubits,
    "CX of the state's preparation, bound": lambda d: d.preparation_bound,
    "CX of the state's preparation": lambda d: d.preparation.cx,
    "depth of the state's preparation": lambda d: d.preparation.depth,
    "CX of a decision with one iteration": lambda d: d.preparation.cx + d.start.cx + d.iteration.cx,
    "CX of a decision": lambda d: d.cx,
    "depth of a decision, in series": lambda d: d.depth_in_series,
    "depth of a decision, in parallel": lambda d: d.depth_in_parallel,
    "qubits times depth, in series": lambda d: d.qubits * d.depth_in_series,
    "qubits times depth, in parallel": lambda d: d.qubits * d.depth_in_parallel,
    "oracle calls": lambda d: d.oracle_calls,
}


class Row(NamedTuple):
    """One cell of the table: a metric without and with the tensor network, and what is saved, a share (nan of 0)."""

    system: str
    encoding: str
    metric: str
    without: int
    compressed: int
    saved: float


def n_features(setting: Setting) -> int:
    """Return D = 2 Q (V + E) + 2 V E + V + E, the length of an observation, Eq. (24)."""
    v, q, e = setting.n_vehicle, setting.n_node, setting.n_edge
    return 2 * q * (v + e) + 2 * v * e + v + e


def n_actions(setting: Setting) -> int:
    """Return N = 3^Q (E + 1)^V E 2, the joint actions of Eq. (25) with 3 efficiencies and 2 shares of the band."""
    e = setting.n_edge
    return int(N_EFFICIENCY**setting.n_node * (e + 1) ** setting.n_vehicle * e * N_BAND)


def state_qubits(n_value: int, encoding: str = "amplitude") -> int:
    """Return the qubits that hold so many values: ceil(log2 n), 0 for one value, or one each for "angle".

    Raises ValueError for fewer than 1 value and another word.
    """
    n = positive_int("n_value", n_value)
    return n if one_of("encoding", encoding, ENCODINGS) == "angle" else (n - 1).bit_length()


def decision(
    n_feature: int,
    n_action: int,
    *,
    encoding: str = "amplitude",
    compressed: bool = True,
    padded: bool = False,
    rule: str = "T1",
    chained: bool = False,
) -> Decision:
    """Return the costs of one decision over N actions from D features; the marked index is the last.

    compressed: the register holds the tensor network's 8 outputs, not the D features. padded: the start is uniform over
    2^beta indices. rule: "T1", tau* iterations from the uniform start, or "T2", as many as do not pass amplitude 1.
    chained: beta - 3 ancillas and chains of Toffolis. Raises ValueError for counts below 1, fewer than 2 actions, and
    other words.
    """
    one_of("rule", rule, ("T1", "T2"))
    positive_int("n_feature", n_feature)
    beta = n_qubits(n_action)
    n = 2**beta if padded else n_action
    tau = best_iterations(n) if rule == "T1" else math.floor(math.pi / (4 * start_angle(n)) - 0.5)
    register = state_qubits(N_OUT if compressed else n_feature, encoding)
    chi = BOND
    start, iteration, search = _search(n, tau, chained=chained)
    return Decision(
        state_qubits=register,
        action_qubits=beta,
        ancillas=n_ancillas(n, chained=chained),
        preparation=_prepared(register) if encoding == "amplitude" else Gates(0, _turns(1)),
        preparation_bound=max(0, 2**register - 2) if encoding == "amplitude" else 0,
        start=start,
        iteration=iteration,
        search=search,
        oracle_calls=tau,
        parameters=n_feature * 2 * chi**2 + chi**2 * N_OUT + 2 * chi if compressed else 0,
        products=(2 * n_feature + N_OUT) * (chi**2 + chi) if compressed else 0,
    )


def nothing() -> Decision:
    """Return the costs of a decision on a classical machine: no qubit and no gate."""
    none = Gates(0, 0)
    return Decision(
        state_qubits=0,
        action_qubits=0,
        ancillas=0,
        preparation=none,
        preparation_bound=0,
        start=none,
        iteration=none,
        search=none,
        oracle_calls=0,
    )


def schemes(setting: Setting) -> dict[str, Decision]:
    """Return the costs of a decision of each scheme of Fig. 10, the comparators as surrogates defined by text alone.

    "[47]": the paper without the tensor network, in the rule T2; "[7]": T2 on classical amplitudes, so no quantum cost
    (E33); "[7] as if on hardware": what [47] costs.
    """
    d, n = n_features(setting), n_actions(setting)
    raw = decision(d, n, compressed=False, rule="T2")
    return {
        "TN-QDRL": decision(d, n),
        "[47], text-defined surrogate": raw,
        "[7], text-defined surrogate": nothing(),
        "[7], text-defined surrogate, as if on hardware": raw,
    }


def reductions(systems: Mapping[str, Setting] | None = None) -> tuple[Row, ...]:
    """Return what the tensor network saves in every metric, for every encoding and system (default: small and mid)."""
    rows = []
    for name, setting in (systems or {"small": SMALL, "mid": MID}).items():
        for encoding in ENCODINGS:
            without, compressed = (
                decision(n_features(setting), n_actions(setting), encoding=encoding, compressed=c)
                for c in (False, True)
            )
            for metric, value in METRICS.items():
                a, b = value(without), value(compressed)
                rows.append(Row(name, encoding, metric, a, b, 1 - b / a if a else math.nan))
    return tuple(rows)


def training_calls(n_action: int, visits: int, rate: float) -> int:
    """Return the oracle calls of a state's first `visits` decisions, min(tau*, floor(rate k)) at the k-th from 0.

    Raises ValueError for counts below 1 and a rate that is not positive and finite.
    """
    if not 0 < rate < math.inf:
        raise ValueError(f"rate must lie in (0, inf), got {rate!r}")
    most = best_iterations(n_action)
    return sum(min(most, math.floor(rate * k)) for k in range(positive_int("visits", visits)))


def gates(circuit: QuantumCircuit) -> Gates:
    """Return CX and depth of a circuit after transpiling."""
    done = on_hardware(circuit)
    return Gates(int(done.count_ops().get("cx", 0)), int(done.depth()))


def preparation_circuit(n_qubit: int) -> QuantumCircuit:
    """Return Qiskit's preparation of a state of n qubits with generic positive amplitudes.

    Raises ValueError for fewer than 1 qubit.
    """
    from qiskit import QuantumCircuit
    from qiskit.circuit.library import StatePreparation

    size = 2 ** positive_int("n_qubit", n_qubit)
    # Amplitudes that no two are alike: special states need fewer gates.
    amplitude = 0.1 + np.mod((math.sqrt(5.0) - 1) / 2 * np.arange(1.0, size + 1) ** 1.5, 1.0)
    circuit = QuantumCircuit(n_qubit, name="preparation")
    circuit.append(StatePreparation(amplitude / np.linalg.norm(amplitude)), range(n_qubit))
    return circuit


@cache
def _prepared(n_qubit: int) -> Gates:
    return gates(preparation_circuit(n_qubit)) if n_qubit else Gates(0, 0)


@cache
def _turns(n_qubit: int) -> int:
    """Return the depth of one RY a qubit."""
    from qiskit import QuantumCircuit

    circuit = QuantumCircuit(n_qubit)
    circuit.ry(0.3, range(n_qubit))
    return gates(circuit).depth


@cache
def _search(n_action: int, tau: int, *, chained: bool) -> tuple[Gates, Gates, Gates]:
    """Return start, one iteration, and start and tau iterations together."""
    marked = n_action - 1
    start = gates(start_circuit(n_action))
    iteration = gates(iteration_circuit(n_action, marked, chained=chained))
    if tau <= LONGEST_WHOLE:
        return start, iteration, gates(search_circuit(n_action, marked, tau, chained=chained))
    return start, iteration, Gates(start.cx + tau * iteration.cx, start.depth + tau * iteration.depth)
