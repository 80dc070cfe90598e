"""Rates of Eq. (3) by sums, one at a time, in bit/s/Hz: written for the tests, from the equations alone."""

from __future__ import annotations

import math

import numpy as np


def quality(beta, overlap, *, tau, rho_p, own=None, exponent=2.0):
    """gamma (M, K) of gains beta (M, K) and overlaps (K, K) of pilots; `own`: o_kk, 1 if not given."""
    m_all, k_all = range(beta.shape[0]), range(beta.shape[1])
    gamma = np.zeros(beta.shape)
    for m in m_all:
        for k in k_all:
            heard = (1.0 if own is None else own[k]) * beta[m, k]
            heard += sum(overlap[j][k] * beta[m, j] for j in k_all if j != k)
            gamma[m, k] = tau * rho_p * beta[m, k] ** exponent / (tau * rho_p * heard + 1)
    return gamma


def rates(
    beta,
    overlap,
    *,
    tau,
    rho_p,
    rho_d,
    antennas,
    power="equal",
    interference="lin",
    own=None,
    noncoherent=True,
    noise_aps=None,
):
    """log2(1 + SINR) of every user."""
    m_all, k_all = range(beta.shape[0]), range(beta.shape[1])
    exponent = 1.5 if power == "printed_c" else 2.0
    gamma = quality(beta, overlap, tau=tau, rho_p=rho_p, own=own, exponent=exponent)
    eta = np.ones(beta.shape)
    for m in m_all:
        for k in k_all:
            total = sum(gamma[m, j] for j in k_all)
            if power == "equal":
                eta[m, k] = 1 / (antennas * total)
            if power == "per_user":
                eta[m, k] = 1 / (antennas * len(k_all) * gamma[m, k])
    found = []
    for k in k_all:
        s = sum(math.sqrt(eta[m, k]) * gamma[m, k] for m in m_all) ** 2
        i = sum(
            overlap[j][k] ** (2 if interference == "sq" else 1)
            * sum(math.sqrt(eta[m, j]) * gamma[m, j] * beta[m, k] / beta[m, j] for m in m_all) ** 2
            for j in k_all
            if j != k
        )
        near = sorted(m_all, key=lambda m: -beta[m, k])[:noise_aps]
        n = rho_d * antennas * sum(eta[m, j] * gamma[m, j] * beta[m, k] for m in near for j in k_all) * noncoherent
        scale = rho_d * antennas**2
        found.append(math.log1p(scale * s / (scale * i + n + 1)) / math.log(2))
    return np.array(found)


def same_pilot(a):
    """Overlaps of an assignment: 1 where two users have one pilot."""
    return [[float(x == y) for y in a] for x in a]
