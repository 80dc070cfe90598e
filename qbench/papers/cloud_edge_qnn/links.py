"""What the edges of a network send, what their users receive, and the losses they learn from. J is the journal paper.

Edge m serves user a_m with a beam v_m. Arrays are (*B, M, ...), one entry an edge; rates are in bit/s/Hz.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

import numpy as np

from qbench import radio
from qbench.papers.cloud_edge_qnn.circuits import edge_angles
from qbench.papers.cloud_qnn.loss import ap_targets
from qbench.papers.cloud_qnn.rates import as_assignment

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qbench._arrays import FloatArray, IntArray
    from qbench.papers.cloud_edge_qnn.setting import EdgeSetting
    from qbench.papers.cloud_qnn.system import Channels

    ComplexArray = NDArray[np.complex128]

LN2 = log(2.0)


@dataclass(frozen=True, eq=False)
class Links:
    """Networks under one assignment each, as their edges see them.

    Attributes:
        phi: inputs of the circuits (*B, M, K), radians, of h_hat.
        known: h_hat of the served users (*B, M, J).
        mine: channel of edge m to its user a_m (*B, M, J), from which rates are computed.
        heard: entry [m, n], the channel of AP n to the user of edge m (*B, M, M, J); 0 for n = m.
        target: |Phi_precode| (*B, M), bit/s/Hz.
    """

    phi: FloatArray
    known: ComplexArray
    mine: ComplexArray
    heard: ComplexArray
    target: FloatArray

    @classmethod
    def of(cls, channels: Channels, assignment: IntArray, setting: EdgeSetting) -> Links:
        """Return the links of `channels` (*B, M, K, J) under assignments (*B, M) of a user to every AP.

        Raises ValueError for another shape, users that are not there, and a silent AP: an edge has a user to serve.
        """
        a = as_assignment(assignment, channels.n_ap, channels.n_user)
        if a.shape != (*channels.batch, channels.n_ap):
            raise ValueError(f"assignment must have shape {(*channels.batch, channels.n_ap)}, got {a.shape}")
        if a.min() < 0:
            raise ValueError("an edge needs a user to serve, got a silent AP (-1) in assignment; give it a user")
        rated = channels.rated(setting.rate_channel)
        # Entry [m, n] is row a_m of AP n.
        heard = np.take_along_axis(np.swapaxes(rated, -2, -3), a[..., :, np.newaxis, np.newaxis], axis=-3)
        edges = np.arange(channels.n_ap)
        mine = heard[..., edges, edges, :].copy()
        heard[..., edges, edges, :] = 0.0
        known = np.take_along_axis(channels.h_hat, a[..., np.newaxis, np.newaxis], axis=-2)[..., 0, :]
        target = ap_targets(channels.h_hat, snr=setting.snr, target=setting.target, assignment=a)
        return cls(edge_angles(channels.h_hat, setting.alpha), known, mine, heard, target)

    def at(self, sample: int) -> Links:
        """Return the links of one channel a seed, for links with batch axes (S, n)."""
        return Links(*(getattr(self, name)[:, sample] for name in self.__dataclass_fields__))


def received_power(channel: ComplexArray, beam: ComplexArray) -> FloatArray:
    """Return |h^T v|^2 (...) of channels and beams (..., J) that broadcast: `radio.beam_gain` without its checks."""
    response = channel[..., 0] * beam[..., 0]
    for j in range(1, channel.shape[-1]):
        response = response + channel[..., j] * beam[..., j]
    return np.asarray(response.real**2 + response.imag**2)


def disturbance(links: Links, beams: ComplexArray) -> FloatArray:
    """Return sum_{n != m} |h_{n, a_m}^T v_n|^2 (*B, M) for the beams (*B, M, J) of all edges: co-serving APs count too.

    J(4) to the letter; J(5) adds them to the signal instead (ERR-22).
    """
    power = received_power(links.heard, beams[..., np.newaxis, :, :])
    total = power[..., 0]
    for n in range(1, power.shape[-1]):
        total = total + power[..., n]
    return total


def link_rate(power: FloatArray, disturbing: FloatArray, *, snr: float, interference: float) -> FloatArray:
    """Return R_{m -> k} of J(4): log2(1 + rho p/(rho mu I + 1)), I the `disturbance`."""
    return np.asarray(np.log1p(snr * power / (snr * interference * disturbing + 1.0)) / LN2)


def edge_losses(
    links: Links, beams: ComplexArray, disturbing: FloatArray, *, snr: float, interference: float
) -> FloatArray:
    """Return L_precode of J(17), (*B, M), (bit/s/Hz)^2: (R_{m -> k} - |Phi_precode|)^2 with beams v_m (*B, M, J)."""
    rate = link_rate(received_power(links.mine, beams), disturbing, snr=snr, interference=interference)
    return np.asarray(np.square(rate - links.target))


def loss_cotangent(
    links: Links, beams: ComplexArray, disturbing: FloatArray, *, snr: float, interference: float
) -> ComplexArray:
    """Return 2 dL_precode/dconj(v_m), (*B, M, J), the other beams held: what `EdgeNetwork.gradient` takes.

    With p = |h^T v|^2 and N = rho mu I + 1: dL/dp = 2 (R - |Phi|) rho/((N + rho p) ln 2), dp/dconj(v) = conj(h) h^T v.
    """
    response = links.mine[..., 0] * beams[..., 0]
    for j in range(1, beams.shape[-1]):
        response = response + links.mine[..., j] * beams[..., j]
    power = response.real**2 + response.imag**2
    noise = snr * interference * disturbing + 1.0
    rate = np.log1p(snr * power / noise) / LN2
    slope = 2.0 * (rate - links.target) * snr / ((noise + snr * power) * LN2)
    return np.asarray(2.0 * (slope * response)[..., np.newaxis] * np.conj(links.mine))


def beams_of_others(links: Links, own: ComplexArray, others: str) -> ComplexArray:
    """Return the beams (*B, M, J) that disturb while an edge learns, `setting.OTHERS`: those sent, MR, or none."""
    if others == "current":
        return own
    return radio.maximum_ratio(links.known) if others == "mr" else np.zeros_like(own)
