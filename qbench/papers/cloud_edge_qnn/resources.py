"""What the edge circuit and the two-stage network cost. K users, N_AP access points, N_Tx antennas each."""

from __future__ import annotations

from qbench._check import one_of, positive_int
from qbench.papers.cloud_edge_qnn.beams import BEAMS
from qbench.papers.cloud_edge_qnn.circuits import MIDDLES


def edge_parameters(n_users: int, middle: str = "independent") -> int:
    """Return 2 K for independent middle angles, K otherwise. Raises ValueError for fewer than 2 users and words."""
    one_of("middle", middle, MIDDLES)
    return positive_int("n_users", n_users, least=2) * (2 if middle == "independent" else 1)


def edge_two_qubit_gates(n_users: int) -> int:
    """Return the CZ of Eq. (20): 2 (K - 1) in braces, two chains of K - 1, one closing: 4 K - 3."""
    return 4 * positive_int("n_users", n_users, least=2) - 3


def edge_one_qubit_gates(n_users: int, middle: str = "independent") -> int:
    """Return K H, K RZ and the RY: 2 K, or K without the middle rotations."""
    rotations = 1 if one_of("middle", middle, MIDDLES) == "identity" else 2
    return positive_int("n_users", n_users, least=2) * (2 + rotations)


def edge_outputs(n_tx: int, kind: str = "zx") -> int:
    """Return how many expectation values a beam takes: N_Tx, twice that where it is read in two bases."""
    one_of("kind", kind, BEAMS)
    return positive_int("n_tx", n_tx) * (2 if kind in {"zx", "xy"} else 1)
