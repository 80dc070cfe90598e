"""The energy and the rate of every bit string of one replicate: what a sampling VQE looks up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qbench.papers.cvar_vqe.encodings import Encoding, encoding
from qbench.papers.cvar_vqe.hamiltonian import constraint_violations, default_penalty, hamiltonian, rates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qbench._arrays import BoolArray, FloatArray
    from qbench.papers.cvar_vqe.instances import Instances

TIE = 1e-9
"""Energies this close to the least belong to the ground level (absolute, in the unit of the energies)."""

CHUNK = 2**22
"""Energies of so many strings are held at a time: 32 MiB."""


@dataclass(frozen=True, eq=False)
class Landscape:
    """What every string of one instance is worth, shapes (2^n,).

    Attributes:
        energies: corrected Eq. (10).
        rate: Z, 0 where the string is infeasible.
        feasible: whether C1 and C2 hold.
        encoding: what the strings mean.
    """

    energies: FloatArray
    rate: FloatArray
    feasible: BoolArray
    encoding: Encoding

    @property
    def ground(self) -> BoolArray:
        """Which strings belong to the ground level."""
        return np.asarray(self.energies <= self.energies.min() + TIE)

    @property
    def lowest(self) -> BoolArray:
        """Which strings are the ceil(2^n / 100) of lowest energy, ties to the lowest index."""
        count = -(-self.energies.size // 100)
        edge = np.partition(self.energies, count - 1)[count - 1]
        chosen: BoolArray = np.asarray(self.energies < edge)
        ties = np.flatnonzero(self.energies == edge)
        chosen[ties[: count - np.count_nonzero(chosen)]] = True
        return chosen

    def draws_to(self, share: float, *, feasible_only: bool) -> float:
        """Return how many uniform draws it takes on average until one has `share` of the best rate.

        Draws are of feasible strings, or of all strings; 1 over the share of strings that are good enough.
        """
        good = np.count_nonzero(self.feasible & (self.rate >= share * self.rate.max()))
        return float((np.count_nonzero(self.feasible) if feasible_only else self.rate.size) / good)


def landscapes(instances: Instances, code: str, penalty: float) -> Iterator[Landscape]:
    """Yield the landscape of every instance in turn; `penalty` is l1 = l2 in units of w_max, the main reading 2."""
    agents, stations = instances.weights.shape[-2:]
    coded = encoding(code, agents, stations)
    rows, overload = constraint_violations(instances.capacity, coded)
    feasible = (rows == 0) & (overload == 0)
    size = max(1, CHUNK >> coded.n_qubits)
    for start in range(0, len(instances.weights), size):
        w = instances.weights[start : start + size]
        strength = default_penalty(w) * (penalty / 2.0)
        energies = hamiltonian(w, instances.capacity, coded, row_penalty=strength, overload_penalty=strength)
        rate = np.where(feasible, rates(w, instances.capacity, coded), 0.0)
        for e, r in zip(energies, rate, strict=True):
            yield Landscape(e, r, feasible, coded)
