"""The journal's edge training a second time: loops, Qiskit state vectors and the printed formulas, one edge at a time.

Nothing of `qbench.papers.cloud_edge_qnn` is used but its drawing of Eq. (20), which has oracles of its own.
"""

from __future__ import annotations

import math

import numpy as np
from qiskit.quantum_info import SparsePauliOp, Statevector

from qbench.papers.cloud_edge_qnn.circuits import edge_circuit


def alpha_sum(h):
    return sum(z.real + z.imag for z in h)


def beam(phi, theta):
    """Return v (J = 2,) of the reading "zx"."""
    circuit = edge_circuit(len(phi))
    own = dict(zip([p for p in circuit.parameters if p.name.startswith("phi[")], phi, strict=True))
    own |= dict(zip([p for p in circuit.parameters if p.name.startswith("theta[")], theta, strict=True))
    state = Statevector(circuit.assign_parameters(own))
    n = len(phi)

    def mean(pauli, q):
        return state.expectation_value(SparsePauliOp.from_sparse_list([(pauli, [q], 1.0)], n)).real

    v = [complex(mean("Z", q), mean("X", q)) for q in range(2)]
    length = math.sqrt(sum(abs(z) ** 2 for z in v))
    return [z / length for z in v]


def power(h, v):
    return abs(sum(a * b for a, b in zip(h, v, strict=True))) ** 2


def loss(h, h_hat, a, m, mine, sent, rho, mu):
    """Return (R_{m -> k} - |Phi|)^2 with beam `mine` for AP m and `sent` for the others; |Phi| of `rank1`."""
    k = a[m]
    heard = sum(power(h[n][k], sent[n]) for n in range(len(h)) if n != m)
    rate = math.log2(1 + rho * power(h[m][k], mine) / (rho * mu * heard + 1))
    return (rate - math.log2(1 + rho * sum(abs(z) ** 2 for z in h_hat[m][k]))) ** 2


def psr_on_loss(h, h_hat, a, theta, rho, mu):
    """Return what every edge descends along, (M, P)."""
    phis = [[alpha_sum(u) for u in ap] for ap in h_hat]
    sent = [beam(phis[m], theta[m]) for m in range(len(h))]
    step = np.zeros_like(theta)
    for m in range(len(h)):
        for p in range(theta.shape[1]):
            values = []
            for sign in (1, -1):
                turned = theta[m].copy()
                turned[p] += sign * math.pi / 2
                values.append(loss(h, h_hat, a, m, beam(phis[m], turned), sent, rho, mu))
            step[m, p] = (values[0] - values[1]) / 2
    return step


def mean_loss(hs, h_hats, a, theta, rho, mu):
    """Return the mean loss of every edge over channels, (M,)."""
    total = np.zeros(len(theta))
    for h, h_hat in zip(hs, h_hats, strict=True):
        sent = [beam([alpha_sum(u) for u in ap], t) for ap, t in zip(h_hat, theta, strict=True)]
        total += [loss(h, h_hat, a, m, sent[m], sent, rho, mu) for m in range(len(theta))]
    return total / len(hs)


def train(hs, h_hats, a, theta, *, rho, mu, epochs, samples, rate, regenerated=True):
    """Return the weights after training."""
    theta = theta.copy()
    for e in range(epochs):
        for i in range(samples):
            at = e * samples + i if regenerated else i
            theta -= rate / math.sqrt(e + 1) * psr_on_loss(hs[at], h_hats[at], a, theta, rho, mu)
    return theta
