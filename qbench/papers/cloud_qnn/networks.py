"""Circuits as a training sees them: from angles and inputs to one output for each access point.

theta is (S, L, N), S seeds, phi (S, n, N), n channels a seed, radians; outputs are P(1) in [0, 1].
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from qbench.papers.cloud_qnn.closed_forms import outputs, shifted_outputs

if TYPE_CHECKING:
    from qbench._arrays import FloatArray
    from qbench.papers.cloud_qnn.setting import Setting

REUSE_LAYERS = 2  # the layers of `reuse` that have a closed form


class Network(Protocol):
    """A circuit from angles and inputs to one output for each access point."""

    def outputs(self, theta: FloatArray, phi: FloatArray) -> FloatArray:
        """Return o (S, n, N) in [0, 1] for theta (S, L, N) and phi (S, n, N)."""
        ...

    def shifted(self, theta: FloatArray, phi: FloatArray) -> FloatArray:
        """Return o (S, 2, L, N, N) with each angle turned by +pi/2 and by -pi/2, for phi (S, N)."""
        ...


class CloudNetwork:
    """The cloud circuit through its closed forms."""

    def __init__(self, order: str = "operator", readout: str = "last") -> None:
        self._order, self._readout = order, readout

    def outputs(self, theta: FloatArray, phi: FloatArray) -> FloatArray:
        """As `Network.outputs`."""
        return outputs(theta[:, np.newaxis], phi, order=self._order, readout=self._readout)

    def shifted(self, theta: FloatArray, phi: FloatArray) -> FloatArray:
        """As `Network.shifted`."""
        return shifted_outputs(theta, phi, order=self._order, readout=self._readout)


class ReuseNetwork:
    """The charitable variant `circuits.reuse_circuit` of two layers through its closed form.

    Before the CZ chain the state is a product with <Z> = z_n = -sin theta_1n cos phi_n, <X> = x_n = cos theta_1n
    cos phi_n. The chain keeps Z_n and turns X_n into X_n Z_{n-1} Z_{n+1}, so that after the last RY
    <Z_n> = cos theta_2n z_n - sin theta_2n x_n z_{n-1} z_{n+1}, with a factor 1 beyond either end.
    """

    def outputs(self, theta: FloatArray, phi: FloatArray) -> FloatArray:
        """As `Network.outputs`."""
        return _reuse(theta[:, np.newaxis], phi)

    def shifted(self, theta: FloatArray, phi: FloatArray) -> FloatArray:
        """As `Network.shifted`."""
        return _reuse(_turned(theta), phi[:, np.newaxis, np.newaxis, np.newaxis])


class EngineNetwork:
    """The charitable variant of any number of layers, run by the engine."""

    def __init__(self, n_layer: int, n_neuron: int) -> None:
        from qbench.papers.cloud_qnn.circuits import reuse_circuit
        from qbench.quantum import compile as compiled

        self._program = compiled(reuse_circuit(n_layer, n_neuron))
        bits = (np.arange(2**n_neuron)[:, np.newaxis] >> np.arange(n_neuron)) & 1
        self._ones = [np.flatnonzero(bits[:, q]) for q in range(n_neuron)]

    def outputs(self, theta: FloatArray, phi: FloatArray) -> FloatArray:
        """As `Network.outputs`."""
        return self._run(theta[:, np.newaxis], phi)

    def shifted(self, theta: FloatArray, phi: FloatArray) -> FloatArray:
        """As `Network.shifted`."""
        return self._run(_turned(theta), phi[:, np.newaxis, np.newaxis, np.newaxis])

    def _run(self, theta: FloatArray, phi: FloatArray) -> FloatArray:
        flat = theta.reshape(*theta.shape[:-2], -1)
        lead = np.broadcast_shapes(flat.shape[:-1], phi.shape[:-1])
        both = [np.broadcast_to(x, (*lead, x.shape[-1])) for x in (phi, flat)]
        law = np.asarray(self._program.probabilities(np.concatenate(both, axis=-1)))
        return np.stack([law[..., rows].sum(axis=-1) for rows in self._ones], axis=-1)


def network(setting: Setting, n_neuron: int) -> Network:
    """Return the circuit that `setting` names."""
    if setting.circuit == "cloud":
        return CloudNetwork(setting.order, setting.readout)
    return ReuseNetwork() if setting.n_layer == REUSE_LAYERS else EngineNetwork(setting.n_layer, n_neuron)


def _turned(theta: FloatArray) -> FloatArray:
    """Return (S, 2, L, N, L, N): theta (S, L, N) with each angle alone turned by +pi/2 (first) and by -pi/2."""
    layers, n = theta.shape[-2:]
    moves = np.pi / 2 * np.eye(layers * n).reshape(layers, n, layers, n)
    return np.asarray(theta[:, np.newaxis, np.newaxis, np.newaxis] + np.stack([moves, -moves]))


def _reuse(theta: FloatArray, phi: FloatArray) -> FloatArray:
    first, last = theta[..., 0, :], theta[..., 1, :]
    along = np.cos(phi)
    z, x = -np.sin(first) * along, np.cos(first) * along
    around = np.ones_like(z)
    around[..., 1:] *= z[..., :-1]
    around[..., :-1] *= z[..., 1:]
    return np.asarray(0.5 - 0.5 * (np.cos(last) * z - np.sin(last) * x * around))
