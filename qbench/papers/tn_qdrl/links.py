"""Radio links from vehicles to edge devices: SINR and rates, Eqs. (13) and (14), in four ways to share a band.

Arrays are (..., V, E): vehicle x, edge device m. A choice (..., V) holds 0 for a vehicle that computes alone and m for
one that offloads to device m = 1..E. The paper names NOMA, prints interference without cancellation in Eq. (13), and
shares the band orthogonally in C7; the main reading follows C7.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qbench.papers.tn_qdrl._sums import ordered_sum
from qbench.papers.tn_qdrl.qkd import shares
from qbench.radio import rate_from_sinr
from qbench.radio._arguments import nonnegative, positive, refuse, same_grid

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import BoolArray, FloatArray, IntArray
    from qbench.papers.tn_qdrl.parameters import Radio


@dataclass(frozen=True, eq=False)
class Links:
    """What every vehicle has on its link; every field (..., V), 0 for a vehicle that computes alone.

    Attributes:
        band_hz: B_x, its band.
        sinr: gamma_x, a power ratio.
        rate: nu_x, bit/s, up and down alike.

    """

    band_hz: FloatArray
    sinr: FloatArray
    rate: FloatArray


def as_choice(choice: ArrayLike, n_vehicle: int, n_edge: int) -> IntArray:
    """Return `choice` (..., V) as int64; ValueError unless it names 0 or a device 1..E for every vehicle."""
    a = np.asarray(choice)
    if a.dtype.kind not in "iu":
        raise ValueError(f"choice must hold whole numbers, 0..{n_edge}, got dtype {a.dtype}")
    if a.ndim < 1 or a.shape[-1] != n_vehicle or a.size == 0:
        raise ValueError(f"choice must name one place for each of the {n_vehicle} vehicles, got shape {a.shape}")
    if a.min() < 0 or a.max() > n_edge:
        raise ValueError(
            f"choice must lie in 0..{n_edge} (0: alone, else the device), got values from {a.min()} to {a.max()}"
        )
    return a.astype(np.int64, copy=False)


def offloads(choice: IntArray, n_edge: int) -> BoolArray:
    """Return (..., V, E): whether vehicle x offloads to device m, for a `choice` (..., V)."""
    return np.asarray(choice[..., np.newaxis] == np.arange(1, n_edge + 1))


def company(choice: IntArray, n_edge: int) -> IntArray:
    """Return (..., V): how many vehicles share the device of each, itself included; 1 for a vehicle alone."""
    n_there = np.zeros(choice.shape, dtype=np.int64)
    for m in range(1, n_edge + 1):
        here = choice == m
        n_there += np.where(here, here.sum(axis=-1, keepdims=True), 0)
    return np.maximum(1, n_there)


def printed_sinr(received: ArrayLike, noise_w: ArrayLike) -> FloatArray:
    """Return gamma_x = P_x/(sum of all other P_i + noise), Eq. (13), (..., V), power ratios.

    `received`: P (..., V), W, at one device, of all V vehicles, whether they offload there or not; `noise_w` broadcasts
    against (...). At most one vehicle reaches 1. The print squares sigma_v, whose Table value is a power already; noise
    is a power here. Raises ValueError for negative powers, noise not above 0 and shapes that do not broadcast.
    """
    power, noise = _powers(received, noise_w)
    n_vehicle = power.shape[-1]
    heard = np.stack([ordered_sum(np.delete(power, x, axis=-1)) for x in range(n_vehicle)], axis=-1)
    return np.asarray(power / (heard + noise))


def sic_sinr(received: ArrayLike, noise_w: ArrayLike) -> FloatArray:
    """Return gamma_x = P_x/(sum of the weaker P_i + noise), (..., V), power ratios: successive cancellation.

    The strongest is decoded first and taken away; among equals the lowest index is. The sum of log2(1 + gamma) is that
    of one user with all the power. Arguments and errors as `printed_sinr`; a vehicle with power 0 is not there.
    """
    power, noise = _powers(received, noise_w)
    order = np.argsort(-power, axis=-1, kind="stable")
    ranked = np.take_along_axis(power, order, axis=-1)
    weaker = np.zeros_like(ranked)
    for k in range(ranked.shape[-1] - 2, -1, -1):
        weaker[..., k] = weaker[..., k + 1] + ranked[..., k + 1]
    sinr = np.empty_like(ranked)
    np.put_along_axis(sinr, order, ranked / (weaker + noise), axis=-1)
    return sinr


def _powers(received: ArrayLike, noise_w: ArrayLike) -> tuple[FloatArray, FloatArray]:
    power = nonnegative("received", received, ndim_at_least=1)
    noise = positive("noise_w", noise_w, hint="a receiver is never silent")[..., np.newaxis]
    shape = same_grid(received=power, noise_w=noise)
    return np.ascontiguousarray(np.broadcast_to(power, shape)), noise


def links(power_w: ArrayLike, gain: ArrayLike, choice: ArrayLike, band_share: ArrayLike, radio: Radio) -> Links:
    """Return bands, SINRs and rates nu = B_x log2(1 + gamma_x), Eq. (14), of a choice.

    `power_w`: p (..., V, E), W; `gain`: g (..., V, E), power ratios; `choice`: (..., V); `band_share`: b (...), the
    vehicles' share of the band B. With n vehicles at a device and noise N_W per Hz, by `radio.access`:
    "ofdma": B_x = b B/n, gamma_x = P_x/(N_W B_x). "noma_literal": B_x = b B for all, Eq. (13) over all V vehicles.
    "noma_sic": B_x = b B, successive cancellation among the n. "fixed": Table II's rate; bands and SINRs as "ofdma".
    An instance has the same bits in any batch. Raises ValueError for negative powers and gains, a share outside [0, 1]
    or of 0, a device that is not there and shapes that do not broadcast.
    """
    p, g = nonnegative("power_w", power_w, ndim_at_least=2), nonnegative("gain", gain, ndim_at_least=2)
    shape = same_grid(power_w=p, gain=g)
    share = shares("band_share", band_share)
    refuse("band_share", share, share <= 0, "above 0", "a band of 0 Hz carries nothing")
    place = as_choice(choice, *shape[-2:])
    lead = same_grid(power_w=np.empty(shape[:-2]), choice=np.empty(place.shape[:-1]), band_share=share)
    n_edge = shape[-1]
    place = np.broadcast_to(place, (*lead, shape[-2]))
    received = np.broadcast_to(p * g, (*lead, *shape[-2:]))
    whole = np.broadcast_to((radio.bandwidth_hz * share)[..., np.newaxis], place.shape)
    there = place > 0
    own = at_device(received, place)
    if radio.access in {"ofdma", "fixed"}:
        band = whole / company(place, n_edge)
        sinr = own / (radio.noise_w_per_hz * band)
    else:
        band = whole
        sinr = np.zeros(place.shape)
        noise = radio.noise_w_per_hz * whole[..., 0]
        for m in range(n_edge):
            here = place == m + 1
            at = received[..., m]
            found = sic_sinr(np.where(here, at, 0.0), noise) if radio.access == "noma_sic" else printed_sinr(at, noise)
            sinr = np.where(here, found, sinr)
    band, sinr = np.where(there, band, 0.0), np.where(there, sinr, 0.0)
    # Contiguous: numpy's logarithm may round otherwise along strides.
    rate = rate_from_sinr(np.ascontiguousarray(sinr), band)
    return Links(band, sinr, np.where(there, radio.fixed_rate, 0.0) if radio.access == "fixed" else rate)


def sinr_of_all(
    received: FloatArray, n_there: IntArray, whole_hz: FloatArray, radio: Radio
) -> tuple[FloatArray, FloatArray]:
    """Return gamma (..., V, E, n, b) and bands (n, b), Hz, of every vehicle at every device, n there, b for vehicles.

    `received`: P (..., V, E), W; `n_there`: (n, 1); `whole_hz`: b B (b,). The bits are those of `links`. For "ofdma",
    "fixed" and "noma_literal", where only the number of vehicles at a device counts.
    """
    own = received[..., np.newaxis, np.newaxis]
    if radio.access != "noma_literal":
        band = whole_hz / n_there
        return np.asarray(own / (radio.noise_w_per_hz * band)), band
    band = np.broadcast_to(whole_hz, (len(n_there), len(whole_hz)))
    there = np.moveaxis(received, -1, -2)[..., np.newaxis, :]
    found = printed_sinr(there, radio.noise_w_per_hz * whole_hz)
    sinr = np.moveaxis(found, -1, -3)[..., np.newaxis, :]
    return np.asarray(np.broadcast_to(sinr, (*received.shape, *band.shape))), band


def at_device(values: FloatArray, choice: IntArray) -> FloatArray:
    """Return (..., V): the entry of `values` (..., V, E) at each vehicle's device; 0 for a vehicle alone."""
    picked = np.take_along_axis(values, np.maximum(choice - 1, 0)[..., np.newaxis], axis=-1)[..., 0]
    return np.where(choice > 0, picked, 0.0)
