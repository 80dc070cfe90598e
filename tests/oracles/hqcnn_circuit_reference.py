"""Rates of Eq. (3) by sums, one at a time, in bit/s/Hz: written for the tests, from the equations alone."""

from __future__ import annotations

import math

import numpy as np


def quality(beta, overlap, *, tau, rho_p, own=None):
    """gamma (M, K) of gains beta (M, K) and overlaps (K, K) of pilots; `own`: o_kk, 1 if not given."""
    m_all, k_all = range(beta.shape[0]), range(beta.shape[1])
    gamma = np.zeros(beta.shape)
    for m in m_all:
        for k in k_all:
            heard = (1.0 if own is None else own[k]) * beta[m, k]
            heard += sum(overlap[j][k] * beta[m, j] for j in k_all if j != k)
            gamma[m, k] = tau * rho_p * beta[m, k] ** 2 / (tau * rho_p * heard + 1)
    return gamma


def rates(beta, overlap, *, tau, rho_p, rho_d, antennas, power="equal", interference="lin", own=None):
    """log2(1 + SINR) of every user."""
    m_all, k_all = range(beta.shape[0]), range(beta.shape[1])
    gamma = quality(beta, overlap, tau=tau, rho_p=rho_p, own=own)
    eta = np.zeros(beta.shape)
    for m in m_all:
        for k in k_all:
            total = sum(gamma[m, j] for j in k_all)
            eta[m, k] = 1 / (antennas * total) if power == "equal" else 1 / (antennas * len(k_all) * gamma[m, k])
    found = []
    for k in k_all:
        s = sum(math.sqrt(eta[m, k]) * gamma[m, k] for m in m_all) ** 2
        i = sum(
            overlap[j][k] ** (2 if interference == "sq" else 1)
            * sum(math.sqrt(eta[m, j]) * gamma[m, j] * beta[m, k] / beta[m, j] for m in m_all) ** 2
            for j in k_all
            if j != k
        )
        n = rho_d * antennas * sum(eta[m, j] * gamma[m, j] * beta[m, k] for m in m_all for j in k_all)
        scale = rho_d * antennas**2
        found.append(math.log2(1 + scale * s / (scale * i + n + 1)))
    return np.array(found)


def same_pilot(a):
    """Overlaps of an assignment: 1 where two users have one pilot."""
    return [[float(x == y) for y in a] for x in a]
