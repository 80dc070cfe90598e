"""Rates of pilot assignments, compiled: loaded by the first problem that is scored.

Everything follows from sums over groups, the users of one pilot. With load_gm = sum_j beta_mj over group g and
w_gm = tau rho_p/(tau rho_p load_gm + 1) the amplitude that user j's beams send to user k of its group is

    EQUAL      sum_m w_gm (L sum_g w_gm sum_{j in g} beta_mj^2)^-1/2 beta_mj beta_mk, the same from k to j
    PER_USER   sum_m (w_gm/(L K))^1/2 beta_mk, whatever j
    PRINTED_C  sum_m w_gm beta_mj^1/2 beta_mk

Sums run over users and APs in order, groups in the order of their first users: a value has the same bits under every
name of the pilots, alone or in a batch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from qbench.papers._compiled import kernel

if TYPE_CHECKING:
    from qbench._arrays import FloatArray, IntArray

EQUAL, PER_USER, PRINTED_C = 0, 1, 2


class Model(NamedTuple):
    """What the kernels ask of a link and an objective.

    EQUAL, PER_USER or PRINTED_C; tau rho_p; rho_d L^2; rho_d; L; B/ln 2; whether the lowest rate counts, not the sum.
    """

    mode: int
    training: float
    coherent: float
    snr: float
    antennas: float
    scale: float
    lowest: bool


class Gains(NamedTuple):
    """Networks, users leading since sums run over the APs of a user: all (B, K, M) but noise (B, K).

    beta; sent: beta^1/2 for PRINTED_C, else beta; heard: what counts of beta in N_k; noise: N_k, not read for
    PRINTED_C, where it depends on the pilots.
    """

    beta: FloatArray
    sent: FloatArray
    heard: FloatArray
    noise: FloatArray


@kernel
def worth(model: Model, product: float, least: float, ratio: FloatArray) -> float:
    """Return the value of SINRs: `product` is that of all 1 + SINR_k, minus 1; `least` the lowest SINR_k.

    One logarithm for the sum of all, and nothing lost of small SINRs; `ratio` (K,) is read where the product is too
    large for a float.
    """
    if model.lowest:
        return float(model.scale * np.log1p(least))
    if product < np.inf:
        return float(model.scale * np.log1p(product))
    total = 0.0
    for k in range(len(ratio)):
        total += np.log1p(ratio[k])
    return model.scale * total


@kernel
def ratios(model: Model, gains: Gains, b: int, a: IntArray, sums: FloatArray, out: FloatArray) -> None:
    """Write SINR_k in network `b` of assignment a (K,), its groups named in order, into out (K,).

    sums (5, K, M) is scratch.
    """
    n_user, n_ap = out.shape[0], sums.shape[2]
    beta, sent = gains.beta, gains.sent
    load, square, factor, flood, root = sums[0], sums[1], sums[2], sums[3, 0], sums[4, 0]
    used = a.max() + 1
    load[:used] = 0.0
    square[:used] = 0.0
    for k in range(n_user):
        for m in range(n_ap):
            load[a[k], m] += beta[b, k, m]
            square[a[k], m] += sent[b, k, m] * beta[b, k, m]
    flood[:] = 0.0
    for g in range(used):
        for m in range(n_ap):
            factor[g, m] = model.training / (model.training * load[g, m] + 1.0)
            flood[m] += factor[g, m] * square[g, m]
    for m in range(n_ap):
        flood[m] *= model.antennas
        root[m] = 1.0 / np.sqrt(flood[m])
    for g in range(used):
        for m in range(n_ap):
            if model.mode == EQUAL:
                factor[g, m] *= root[m]
            elif model.mode == PER_USER:
                factor[g, m] = np.sqrt(factor[g, m] / (model.antennas * n_user))
    for k in range(n_user):
        signal, contamination, noise = 0.0, 0.0, gains.noise[b, k]
        others = 0
        for j in range(n_user):
            if a[j] != a[k]:
                continue
            others += j != k
            if model.mode == PER_USER and j != k:
                continue
            amplitude = 0.0
            for m in range(n_ap):
                link = beta[b, k, m] if model.mode == PER_USER else sent[b, j, m] * beta[b, k, m]
                amplitude += factor[a[k], m] * link
            if j == k:
                signal = amplitude * amplitude
            else:
                contamination += amplitude * amplitude
        if model.mode == PER_USER:
            contamination = others * signal
        if model.mode == PRINTED_C:
            noise = 0.0
            for m in range(n_ap):
                noise += flood[m] * gains.heard[b, k, m]
            noise *= model.snr
        out[k] = model.coherent * signal / (model.coherent * contamination + noise + 1.0)


@kernel
def score(model: Model, gains: Gains, a: IntArray, sinr: FloatArray, value: FloatArray) -> None:
    """Write SINR_k and values of assignments a (B, k, K) into sinr (B, k, K) and value (B, k)."""
    n_user = a.shape[2]
    sums = np.empty((5, n_user, gains.beta.shape[2]))
    named = np.empty(n_user, np.int64)
    name = np.empty(a.max() + 1 if a.size else 1, np.int64)
    for b in range(a.shape[0]):
        for i in range(a.shape[1]):
            name[:] = -1
            used = 0
            for k in range(n_user):
                if name[a[b, i, k]] < 0:
                    name[a[b, i, k]] = used
                    used += 1
                named[k] = name[a[b, i, k]]
            ratios(model, gains, b, named, sums, sinr[b, i])
            product, least = 0.0, np.inf
            for k in range(n_user):
                product = product + sinr[b, i, k] + product * sinr[b, i, k]
                least = min(least, sinr[b, i, k])
            value[b, i] = worth(model, product, least, sinr[b, i])
