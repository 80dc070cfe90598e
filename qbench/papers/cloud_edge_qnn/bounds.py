"""Exact studies of the journal paper's bounds: of the gradient, Eq. (21) and Lemma 3, and of rates, footnote 16."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, cast

import numpy as np

from qbench import radio
from qbench.papers.cloud_edge_qnn.certificates import spread
from qbench.papers.cloud_qnn import bounds as conference
from qbench.papers.cloud_qnn.certificates import lower_bound_witness, one
from qbench.papers.cloud_qnn.loss import TARGETS, ap_targets
from qbench.papers.cloud_qnn.rates import feasible, link_rates, mr_table, received, sum_last, user_rates
from qbench.papers.cloud_qnn.system import Channels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qbench.papers._study import Columns, Params, Streams

APS, USERS, ANTENNAS = 4, 3, 2
ROUNDING = 1e-9
"""By how much, in bit/s/Hz, a rate must exceed a target to count: a target that is attained differs by rounding."""


def gradient_bound(params: Params, streams: Streams, units: range) -> Columns:
    """J15, upper bound of Eq. (21), L N: as G8 of the 2022 paper."""
    return conference.gradient_bound(params, streams, units)


def gradient_bound_witness(columns: Columns) -> str:
    """Say the counterexample to the upper bound."""
    return conference.gradient_bound_witness(columns)


def gradient_floor(params: Params, streams: Streams, units: range) -> Columns:
    """J15, lower bound: as G9; violations is for Eq. (21), 1/4, violations_lemma for Lemma 3, 1/2 (ERR-24)."""
    return conference.gradient_floor(params, streams, units)


def gradient_floor_witness(columns: Columns) -> str:
    """Say by how much both lower bounds fail."""
    return f"{lower_bound_witness(columns)}; Lemma 3's 1/2 for {columns['violations_lemma'][0]:g}"


def separate_cells() -> NDArray[np.complex128]:
    """Return one network (1, 4, 3, 2) in which AP m reaches user (0, 1, 2, 2)[m] alone, from one antenna, with gain 1.

    Every user is served under (0, 1, 2, 2), and APs 1 and 2 have no interference.
    """
    h = np.zeros((1, APS, USERS, ANTENNAS), dtype=np.complex128)
    for m, k in enumerate((0, 1, 2, 2)):
        h[0, m, k, 0] = 1.0
    return h


def ideal_rates(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001 - the signature of a study
    """J21: links and networks whose rate exceeds |Phi|, beams by maximum ratio, channels known, interference 0.1.

    Networks: `separate_cells` and `channels` of spread moduli and phases; all 36 assignments that serve every user; an
    SNR of `snr_db` each. Columns, for the target "gram": violations_precode, links with R_{m -> k} > |Phi_precode|,
    and links, how many there are; violations_assign, networks with min_k R_k > |Phi_assign|, and networks; the same two
    violations with _rank1 and _rank1_half for those targets; chain, how often a step of the proof in
    `loss.network_target` fails; gap, the smallest |Phi_assign| - min_k R_k; rate and target, of AP 1 of the separate
    cells at the last SNR. Maximum ratio is the best own beam of a link, so that no other beam has more.
    """
    h = np.concatenate([separate_cells(), spread_channels(cast("int", params["channels"]))])
    every = np.array(list(itertools.product(range(USERS), repeat=APS)))
    fair = every[feasible(every, USERS)]
    a = np.broadcast_to(fair, (len(h), *fair.shape))
    wide = np.broadcast_to(h[:, np.newaxis], (*a.shape[:2], *h.shape[1:]))
    powers = received(mr_table(Channels(h, h)), a)
    own = np.diagonal(np.take_along_axis(powers, a[..., np.newaxis, :], axis=-1), axis1=-2, axis2=-1)
    counts = {f"violations_{what}_{target}": 0 for what in ("precode", "assign") for target in TARGETS}
    links = networks = chain = 0
    gap, rate, ideal = np.inf, np.nan, np.nan
    for snr_db in cast("list[float]", params["snr_db"]):
        rho = float(radio.db_to_linear(snr_db))
        link = link_rates(powers, a, snr=rho, interference=0.1)
        lowest = user_rates(powers, a, snr=rho, interference=0.1).min(axis=-1)
        targets = {name: ap_targets(wide, snr=rho, target=name, assignment=a) for name in TARGETS}
        for name, target in targets.items():
            counts[f"violations_precode_{name}"] += int((link > target + ROUNDING).sum())
            counts[f"violations_assign_{name}"] += int((lowest > sum_last(target) + ROUNDING).sum())
        whole = sum_last(targets["gram"])
        steps = (
            lowest,
            sum_last(np.log2(1 + rho * own)) / USERS,
            sum_last(np.log2(1 + rho * own / ANTENNAS)),
            whole,
        )
        chain += sum(int((low > high + ROUNDING).sum()) for low, high in itertools.pairwise(steps))
        links, networks = links + link.size, networks + lowest.size
        gap = min(gap, float((whole - lowest).min()))
        at = fair.tolist().index([0, 1, 2, 2])
        rate, ideal = float(link[0, at, 0]), float(targets["gram"][0, at, 0])
    plain = {name.removesuffix("_gram"): value for name, value in counts.items()}
    return one(**plain, links=links, networks=networks, chain=chain, gap=gap, rate=rate, target=ideal)


def ideal_rates_witness(columns: Columns) -> str:
    """Say the counterexample to |Phi_precode|."""
    return (
        f"an AP that reaches one user alone, from one antenna of two: its rate is {columns['rate'][0]:.4g}, "
        f"|Phi_precode| {columns['target'][0]:.4g} bit/s/Hz; exceeded by {columns['violations_precode'][0]:g} of "
        f"{columns['links'][0]:g} links. |Phi_assign|: by {columns['violations_assign'][0]:g} of "
        f"{columns['networks'][0]:g} networks"
    )


def spread_channels(count: int) -> NDArray[np.complex128]:
    """Return h (count, 4, 3, 2) with moduli from 0.1 to 10 and phases that no symmetry singles out."""
    shape = (count, APS, USERS, ANTENNAS)
    size = count * APS * USERS * ANTENNAS
    moduli = 10.0 ** (spread(size, first=1) / np.pi - 1.0)
    return np.asarray((moduli * np.exp(1j * spread(size))).reshape(shape))
