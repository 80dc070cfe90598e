"""What an assignment and a beam for every AP are worth together: rates, in every reading of an unserved user."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench import radio
from qbench.papers.cloud_edge_qnn.links import received_power
from qbench.papers.cloud_qnn.rates import INFEASIBLE, served, sum_rate, user_rates

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qbench._arrays import FloatArray, IntArray
    from qbench.papers.cloud_qnn.system import Channels

BEAMFORMERS = ("mr", "printed_mr", "equal_gain", "slnr", "random")


def network_scores(
    channels: Channels,
    assignment: IntArray,
    beams: NDArray[np.complex128],
    *,
    snr: float,
    interference: float,
    rate_channel: str = "h",
) -> dict[str, float]:
    """Return means over n networks with assignments (n, M) and beams (n, M, J); rates of J(5), bit/s/Hz.

    user_zero, zero_trial, plus10: sum rate, as `cloud_qnn.rates.sum_rate`; min_rate: lowest R_k, 0 where a user is
    unserved; feasible: share of networks in which every user is served. Raises ValueError as `user_rates`.
    """
    powers: FloatArray = received_power(channels.rated(rate_channel), beams[..., np.newaxis, :])
    rates = user_rates(powers, assignment, snr=snr, interference=interference)
    serves = served(assignment, channels.n_user)
    found = {name: float(sum_rate(rates, serves, infeasible=name).mean()) for name in INFEASIBLE}
    return found | {
        "min_rate": float(rates.min(axis=-1).mean()),
        "feasible": float(serves.all(axis=-1).mean()),
    }


def known_beams(
    channels: Channels, assignment: IntArray, kind: str, *, snr: float, interference: float, rng: np.random.Generator
) -> NDArray[np.complex128]:
    """Return the beams (*B, M, J) of APs that know h_hat of all their users, for assignments (*B, M).

    "mr": maximum ratio, optimal for (15), where only |h^T v| counts; "printed_mr": h/||h||, Appendix C without the
    conjugate (ERR-16); "equal_gain"; "slnr": the beam of largest signal to leakage and noise, which spares the other
    users and so looks at the sum rate; "random": uniform on the sphere, the only one that takes `rng`.
    """
    user = np.maximum(assignment, 0)[..., np.newaxis, np.newaxis]  # a silent AP's beam is heard by nobody
    mine = np.take_along_axis(channels.h_hat, user, axis=-2)[..., 0, :]
    if kind == "mr":
        return radio.maximum_ratio(mine)
    if kind == "printed_mr":
        return radio.unit_beam(mine)
    if kind == "equal_gain":
        return radio.equal_gain(mine)
    if kind == "random":
        return radio.isotropic_beam(rng, mine.shape)
    if kind != "slnr":
        raise ValueError(f"kind must be one of {', '.join(BEAMFORMERS)}, got {kind!r}")
    # (H^H H + I/(mu rho))^-1 h^H, as `radio.zero_forcing` has it for all users; without interference nothing leaks.
    gram = np.conj(np.swapaxes(channels.h_hat, -1, -2)) @ channels.h_hat
    inner = interference * snr * gram + np.eye(channels.n_tx)
    return radio.unit_beam(np.linalg.solve(inner, np.conj(mine)[..., np.newaxis])[..., 0])
