"""The cell-free papers' system model, link by link in plain Python: G(1)-(5), J(3)-(5), losses and Algorithm 4.

Independent of qbench on purpose: lists, loops, `math` and `cmath` only. One network at a time: `h[m][k]` is a list of
J complex numbers, `v[m]` the beam of AP m, `a[m]` its user (0-based) or None for an AP that is silent.
"""

from __future__ import annotations

import cmath
import math


def offsets(antennas):
    return [j - (antennas - 1) / 2 for j in range(antennas)]


def printed_offsets(antennas):
    """G(2) as printed: n runs from 1 to J - 1."""
    return [n - 0.5 * (antennas - 1) for n in range(1, antennas)]


def steering(f, antennas):
    return [cmath.exp(-1j * 2 * math.pi * f * z) for z in offsets(antennas)]


def channel_by_antenna(g, frequencies):
    """h^[j] = 1/sqrt(P) sum_n g^[j] a_j(f_n): g has one entry an antenna."""
    return [
        sum(g[j] * steering(f, len(g))[j] for f in frequencies) / math.sqrt(len(frequencies)) for j in range(len(g))
    ]


def channel_by_path(g, frequencies, antennas):
    """h = 1/sqrt(P) sum_n g_n a(f_n): g has one entry a path."""
    return [
        sum(g[n] * steering(f, antennas)[j] for n, f in enumerate(frequencies)) / math.sqrt(len(frequencies))
        for j in range(antennas)
    ]


def norm_squared(h):
    return sum(abs(x) ** 2 for x in h)


def mr_beam(h):
    return [x.conjugate() / math.sqrt(norm_squared(h)) for x in h]


def unconjugated_beam(h):
    return [x / math.sqrt(norm_squared(h)) for x in h]


def gain(h, v):
    return abs(sum(x * y for x, y in zip(h, v, strict=True))) ** 2


def mr_beams(h_hat, a, beam=mr_beam):
    return [None if k is None else beam(h_hat[m][k]) for m, k in enumerate(a)]


def user_rate(k, h, v, a, rho, mu):
    signal = sum(rho * gain(h[m][k], v[m]) for m in range(len(h)) if a[m] == k)
    noise = rho * sum(mu * gain(h[n][k], v[n]) for n in range(len(h)) if a[n] is not None and a[n] != k) + 1
    return math.log2(1 + signal / noise)


def link_rate(m, h, v, a, rho, mu):
    k = a[m]
    if k is None:
        return 0.0
    others = [n for n in range(len(h)) if n != m and a[n] is not None]
    noise = rho * sum(mu * gain(h[n][k], v[n]) for n in others) + 1
    return math.log2(1 + rho * gain(h[m][k], v[m]) / noise)


def user_rates(h, v, a, rho, mu):
    return [user_rate(k, h, v, a, rho, mu) for k in range(len(h[0]))]


def lowest_reward(rates, a, unserved):
    return min(rate if k in a else unserved for k, rate in enumerate(rates))


def gram_eigenvalues(rows):
    """Eigenvalues of sum_k conj(h_k) h_k^T for two antennas, from trace and determinant."""
    g11 = sum(abs(r[0]) ** 2 for r in rows)
    g22 = sum(abs(r[1]) ** 2 for r in rows)
    g12 = sum(r[0].conjugate() * r[1] for r in rows)
    half, spread = (g11 + g22) / 2, math.sqrt(((g11 - g22) / 2) ** 2 + abs(g12) ** 2)
    return [half + spread, half - spread]


def ideal(h_hat, rho, reading, a=None):
    """|Phi_assign| in the three readings of its eigenvalues (two antennas)."""
    total = 0.0
    for m, rows in enumerate(h_hat):
        if reading == "gram":
            values, count = gram_eigenvalues(rows), len(rows[0])
        else:
            values, count = [norm_squared(rows[a[m]])], 1 if reading == "rank1" else len(rows[0])
        total += sum(math.log2(1 + x / count * rho) for x in values)
    return total


def search_by_sinr(h_hat, rho, mu, disturbers):
    """Algorithm 4, corrected, with the Gamma it prints: `disturbers` "all" (a) or "assigned" (b).

    (a): towards user k every AP, serving it or not, uses its beam to k. (b): only APs that have a user disturb, each
    with its beam to that user.
    """
    aps, users = len(h_hat), len(h_hat[0])
    a = [None] * aps
    taken = set()
    while len(taken) < aps:
        for k in range(users):
            if len(taken) == aps:
                break
            best = None
            for j in range(aps):
                if j in taken:
                    continue
                noise = 1.0
                for n in range(aps):
                    if n == j:
                        continue
                    if disturbers == "all":
                        noise += rho * mu * gain(h_hat[n][k], mr_beam(h_hat[n][k]))
                    elif n in taken:
                        noise += rho * mu * gain(h_hat[n][k], mr_beam(h_hat[n][a[n]]))
                gamma = rho * gain(h_hat[j][k], mr_beam(h_hat[j][k])) / noise
                if best is None or gamma > best[0]:
                    best = (gamma, j)
            a[best[1]] = k
            taken.add(best[1])
    return a
