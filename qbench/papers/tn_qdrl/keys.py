"""Keys of all quantum links of a slot: Eqs. (1)-(12) in one pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qbench.papers.tn_qdrl import qkd
from qbench.papers.tn_qdrl.channel_noise import noise_rate
from qbench.radio._arguments import nonnegative, same_grid

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray
    from qbench.papers.tn_qdrl.parameters import Qkd


@dataclass(frozen=True, eq=False)
class Keys:
    """What the link from source i to receiver j has; every field broadcasts to (..., Q, J).

    Attributes:
        arriving: p, Eq. (5), a share.
        error: Q, Eq. (9), a share.
        entropy: h(Q), Eq. (10), bits.
        margin: Delta, Eq. (11), without unit.
        rate: K, Eq. (12), bit/s.

    """

    arriving: FloatArray
    error: FloatArray
    entropy: FloatArray
    margin: FloatArray
    rate: FloatArray


def link_keys(length_km: ArrayLike, efficiency: ArrayLike, parameters: Qkd, *, time_s: ArrayLike = 0.0) -> Keys:
    """Return the keys of all links.

    `length_km`: l (..., Q, J), J receivers of each of Q sources; `efficiency`: eta_i (..., Q), of the sources'
    detectors; `time_s`: (...), the age of the system in Eq. (8). K rises in eta on every link, whatever the rest: the
    error falls, the margin follows it. An instance has the same bits in any batch. Raises ValueError for negative
    lengths, shares outside [0, 1] and shapes that do not broadcast.
    """
    p = parameters
    length = nonnegative("length_km", length_km, ndim_at_least=2)
    eta = qkd.shares("efficiency", efficiency)[..., np.newaxis]
    age = nonnegative("time_s", time_s)[..., np.newaxis, np.newaxis]
    same_grid(length_km=length, efficiency=eta, time_s=age)
    pairs = qkd.entangled_rate(
        length, source_rate=p.source_rate, state_angle=p.state_angle, source_loss_per_km=p.source_loss_per_km
    )
    if p.key_use == "shared_source":
        pairs = pairs / length.shape[-1]
    arriving = qkd.transmission(length, p.fibre_loss_db_per_km)
    noise = noise_rate(
        age,
        baseline=p.baseline_noise,
        amplitude=p.noise_amplitude,
        swing=p.noise_swing,
        decay_per_s=p.noise_decay_per_s,
        turn_per_s=p.noise_turn_per_s,
        phase=p.noise_phase,
    )
    signal = qkd.signal_rate(pairs, arriving, qkd.system_efficiency(eta, p.coupling))
    error = qkd.error_rate(qkd.visibility(p.phase, p.phase_noise), signal, noise, other_errors=p.other_errors)
    entropy = qkd.binary_entropy(error)
    margin = qkd.security_margin(
        entropy, n_sec=p.n_sec, fluctuation=p.fluctuation, entropy_weight=p.entropy_weight, epsilon=p.epsilon_sec
    )
    if p.key_rate == "standard":
        rate = qkd.standard_key_rate(eta, pairs, arriving, error, correction_cost=p.correction_cost)
    else:
        rate = qkd.key_rate(eta, pairs, error, margin)
    return Keys(arriving, error, entropy, margin, rate)


def after_use(rate: FloatArray, offloaded_bits: ArrayLike, parameters: Qkd) -> FloatArray:
    """Return key rates (..., Q, V + E), bit/s, less what the tasks of the slot cost: `key_use` "consumed".

    `rate`: K (..., Q, V + E); `offloaded_bits`: (..., V), bits that each vehicle sends in the slot of 1 s. Each bit
    costs `key_per_bit`, taken in equal parts from the Q links of the vehicle, down to 0 (the parts are ours: with one
    source there is one). Raises ValueError for negative sizes and shapes that do not broadcast.
    """
    bits = nonnegative("offloaded_bits", offloaded_bits, ndim_at_least=1)
    n_node, n_vehicle = rate.shape[-2], bits.shape[-1]
    cost = (parameters.key_per_bit * bits / n_node)[..., np.newaxis, :]
    shape = same_grid(rate=rate[..., :n_vehicle], offloaded_bits=cost)
    left = np.broadcast_to(rate, (*shape[:-1], rate.shape[-1])).copy()
    left[..., :n_vehicle] = np.maximum(0.0, left[..., :n_vehicle] - cost)
    return left
