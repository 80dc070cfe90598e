"""Circuits as a training sees them: from angles and inputs to one output for each access point.

theta is (S, L, N), S seeds, phi (S, n, N), n channels a seed, radians; outputs are P(1) in [0, 1].
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from qbench._check import one_of
from qbench.papers.cloud_qnn.circuits import ORDERS
from qbench.papers.cloud_qnn.closed_forms import outputs, shifted_outputs, shifted_unchecked

if TYPE_CHECKING:
    from qbench._arrays import FloatArray
    from qbench.papers.cloud_qnn.setting import Setting


class Network(Protocol):
    """A circuit from angles and inputs to one output for each access point."""

    def outputs(self, theta: FloatArray, phi: FloatArray) -> FloatArray:
        """Return o (S, n, N) in [0, 1] for theta (S, L, N) and phi (S, n, N)."""
        ...

    def shifted(self, theta: FloatArray, phi: FloatArray) -> FloatArray:
        """Return o (S, 2, L, N, N) with each angle turned by +pi/2 and by -pi/2, for phi (S, N)."""
        ...

    def shifted_unchecked(self, theta: FloatArray, phi: FloatArray) -> FloatArray:
        """As `shifted`, for the loop of a training, which checks angles and inputs itself."""
        ...


class CloudNetwork:
    """The cloud circuit through its closed forms."""

    def __init__(self, order: str = "operator", readout: str = "last") -> None:
        self._order, self._readout = one_of("order", order, ORDERS), one_of("readout", readout, ("last", "first"))

    def outputs(self, theta: FloatArray, phi: FloatArray) -> FloatArray:
        """As `Network.outputs`."""
        return outputs(theta[:, np.newaxis], phi, order=self._order, readout=self._readout)

    def shifted(self, theta: FloatArray, phi: FloatArray) -> FloatArray:
        """As `Network.shifted`."""
        return shifted_outputs(theta, phi, order=self._order, readout=self._readout)

    def shifted_unchecked(self, theta: FloatArray, phi: FloatArray) -> FloatArray:
        """As `Network.shifted_unchecked`."""
        if self._order == "operator":
            return shifted_unchecked(theta, phi, self._readout)
        return self.shifted(theta, phi)


class SharedNetwork:
    """The charitable variant `circuits.reuse_circuit`, whose layers share their qubits."""

    def __init__(self, n_layer: int, n_neuron: int) -> None:
        from qbench.papers.cloud_qnn.reuse import ReuseNetwork

        self._circuit = ReuseNetwork(n_layer, n_neuron)

    def outputs(self, theta: FloatArray, phi: FloatArray) -> FloatArray:
        """As `Network.outputs`."""
        return self._circuit.outputs(theta[:, np.newaxis], phi)

    def shifted(self, theta: FloatArray, phi: FloatArray) -> FloatArray:
        """As `Network.shifted`."""
        return self._circuit.shifted_outputs(theta, phi)

    def shifted_unchecked(self, theta: FloatArray, phi: FloatArray) -> FloatArray:
        """As `Network.shifted_unchecked`; here it checks: the circuit costs far more."""
        return self.shifted(theta, phi)


def network(setting: Setting, n_neuron: int) -> Network:
    """Return the circuit that `setting` names."""
    if setting.circuit == "cloud":
        return CloudNetwork(setting.order, setting.readout)
    return SharedNetwork(setting.n_layer, n_neuron)
