"""Delays of the blockchain: block generation, propagation, verification and finality, Eqs. (18)-(21)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench.radio._arguments import nonnegative, positive, same_grid

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray


def generation_time(block_bits: ArrayLike, *, density: ArrayLike, miner_hz: ArrayLike) -> FloatArray:
    """Return t_g = rho_b s_b/c_b, Eq. (18), s.

    `block_bits`: s_b; `density`: rho_b, cycles/bit; `miner_hz`: c_b, cycles/s. A block of 2 KB takes 4.833 ms at
    2.5 GHz: the 10 to 30 s that Table II lists would need a miner of about 1 MHz. Raises ValueError for negative
    values, a miner of 0 Hz and shapes that do not broadcast.
    """
    size, cycles, speed = nonnegative("block_bits", block_bits), nonnegative("density", density), miner_hz
    c = positive("miner_hz", speed)
    same_grid(block_bits=size, density=cycles, miner_hz=c)
    return np.asarray(cycles * size / c)


def propagation_time(
    keys: ArrayLike, *, key_weighing_s: ArrayLike, vote_bits: ArrayLike, node_rates: ArrayLike
) -> FloatArray:
    """Return t_c = n_w c_q + max_i s_v/B_wi, Eq. (19), s, shape (...).

    `keys`: n_w (...), keys of the miner; `key_weighing_s`: c_q, s per key; `vote_bits`: s_v; `node_rates`: B_wi
    (..., n), bit/s, from the miner to each of the n other nodes; without others the maximum is 0. As printed, the more
    keys elect a node the slower it is. Raises ValueError for negative values, a rate of 0 and shapes that do not
    broadcast.
    """
    n, weighing = nonnegative("keys", keys), nonnegative("key_weighing_s", key_weighing_s)
    vote, rates = nonnegative("vote_bits", vote_bits), np.asarray(node_rates, dtype=np.float64)
    if rates.ndim < 1:
        raise ValueError(f"node_rates must have shape (..., other nodes), got {rates.shape}")
    if rates.shape[-1] == 0:
        slowest = np.zeros(rates.shape[:-1])
    else:
        slowest = (vote[..., np.newaxis] / positive("node_rates", rates)).max(axis=-1)
    same_grid(keys=n, key_weighing_s=weighing, node_rates=slowest)
    return np.asarray(n * weighing + slowest)


def verification_time(
    header_bits: ArrayLike, *, transaction_bits: ArrayLike, n_transactions: ArrayLike, transaction_s: ArrayLike
) -> FloatArray:
    """Return t_v = (s_h/ds_v + n_v) dt_v, Eq. (20), s.

    `header_bits`: s_h; `transaction_bits`: ds_v; `n_transactions`: n_v; `transaction_s`: dt_v, s. Raises ValueError for
    negative values, transactions of 0 bits and shapes that do not broadcast.
    """
    header, size = nonnegative("header_bits", header_bits), positive("transaction_bits", transaction_bits)
    n, each = nonnegative("n_transactions", n_transactions), nonnegative("transaction_s", transaction_s)
    same_grid(header_bits=header, transaction_bits=size, n_transactions=n, transaction_s=each)
    return np.asarray((header / size + n) * each)


def finality_time(
    generation_s: ArrayLike, propagation_s: ArrayLike, verification_s: ArrayLike, produces: ArrayLike = 1.0
) -> FloatArray:
    """Return T_b = (t_g + t_c + t_v) I_w, Eq. (21), s: the time to finality if node w produces the block.

    `produces`: I_w, 0 or 1. Raises ValueError for negative values and shapes that do not broadcast.
    """
    g, c = nonnegative("generation_s", generation_s), nonnegative("propagation_s", propagation_s)
    v, one = nonnegative("verification_s", verification_s), nonnegative("produces", produces)
    same_grid(generation_s=g, propagation_s=c, verification_s=v, produces=one)
    return np.asarray((g + c + v) * one)
