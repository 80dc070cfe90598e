"""Algorithm 1 of the 2022 paper in plain Python, one seed at a time, on Qiskit states: an oracle for `training`.

Independent of qbench on purpose. theta is a list of L lists of M angles; a channel is a list of M lists of K lists of
complex numbers.
"""

from __future__ import annotations

import math

from qiskit import QuantumCircuit
from qiskit.quantum_info import Statevector

from tests.oracles import cloud_qnn_reference as ref


def phases(h_hat):
    return [sum(x.real + x.imag for h in rows for x in h) for rows in h_hat]


def cloud_state(theta, phi):
    layers, n = len(theta), len(phi)
    circuit = QuantumCircuit(layers * n)
    for q in range(n):
        circuit.h(q)
        circuit.rz(phi[q], q)
    for l in range(layers):
        for q in range(n):
            circuit.ry(theta[l][q], l * n + q)
    for l in reversed(range(layers - 1)):
        circuit.cx(l * n + n - 1, (l + 1) * n)
    for l in range(layers - 1):
        for q in range(n - 1):
            circuit.cz(l * n + q + 1, l * n + q)
    return circuit, [(layers - 1) * n + q for q in range(n)]


def reuse_state(theta, phi):
    n = len(phi)
    circuit = QuantumCircuit(n)
    for q in range(n):
        circuit.h(q)
        circuit.rz(phi[q], q)
    for l, layer in enumerate(theta):
        for q in range(n):
            circuit.ry(layer[q], q)
        if l < len(theta) - 1:
            for q in range(n - 1):
                circuit.cz(q, q + 1)
    return circuit, list(range(n))


def outputs(theta, phi, build):
    circuit, read = build(theta, phi)
    state = Statevector(circuit)
    return [float(state.probabilities([q])[1]) for q in read]


def users(o, n_user):
    return [min(math.floor(x * n_user + 1e-9), n_user - 1) for x in o]


def loss(a, h, h_hat, rho, mu, unserved, normalised, target):
    rates = ref.user_rates(h, ref.mr_beams(h_hat, a), a, rho, mu)
    ideal = ref.ideal(h_hat, rho, target, a)
    raw = (ideal - ref.lowest_reward(rates, a, unserved)) ** 2
    return raw / ideal**2 if normalised else raw


class Trainer:
    """One seed's training: `channels` is a list of (h, h_hat)."""

    def __init__(self, build, n_user, rho, mu, *, unserved=-10.0, normalised=False, target="gram"):
        self.build, self.n_user = build, n_user
        self.terms = (rho, mu, unserved, normalised, target)

    def loss(self, theta, channel):
        h, h_hat = channel
        return loss(users(outputs(theta, phases(h_hat), self.build), self.n_user), h, h_hat, *self.terms)

    def turned(self, theta, l, q, angle):
        moved = [list(layer) for layer in theta]
        moved[l][q] = angle
        return moved

    def gradient(self, theta, channel):
        quarter = math.pi / 2
        return [
            [
                (
                    self.loss(self.turned(theta, l, q, t + quarter), channel)
                    - self.loss(self.turned(theta, l, q, t - quarter), channel)
                )
                / 2
                for q, t in enumerate(layer)
            ]
            for l, layer in enumerate(theta)
        ]

    def descend(self, theta, channels, epochs, samples, rate, curve=None):
        """Return the angles and the curve; iteration i takes channel i modulo their number."""
        theta = [list(layer) for layer in theta]
        shown = channels if curve is None else curve
        points = [self.mean(theta, shown)]
        count = 0
        for episode in range(epochs):
            for _ in range(samples):
                g = self.gradient(theta, channels[count % len(channels)])
                step = rate / math.sqrt(episode + 1)
                theta = [[t - step * d for t, d in zip(*rows, strict=True)] for rows in zip(theta, g, strict=True)]
                count += 1
            points.append(self.mean(theta, shown))
        return theta, points

    def mean(self, theta, channels):
        return sum(self.loss(theta, channel) for channel in channels) / len(channels)

    def sweep(self, theta, channel):
        """Rotosolve, angle by angle: -pi/2 - arctan2(2 L0 - L+ - L-, L+ - L-), L0 and L+- at 0 and +-pi/2."""
        for l in range(len(theta)):
            for q in range(len(theta[0])):
                l0, up, down = (
                    self.loss(self.turned(theta, l, q, t), channel) for t in (0.0, math.pi / 2, -math.pi / 2)
                )
                theta = self.turned(theta, l, q, -math.pi / 2 - math.atan2(2 * l0 - up - down, up - down))
        return theta
