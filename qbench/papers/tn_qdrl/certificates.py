"""Exact studies of what the paper says of its consensus, its key constraints and its Table II: one unit each."""

from __future__ import annotations

from fractions import Fraction
from math import log2
from typing import TYPE_CHECKING, cast

import numpy as np

from qbench._check import finite_array, one_of, positive_int
from qbench.papers.tn_qdrl import chain_delays, qkd
from qbench.papers.tn_qdrl.consensus import Rules, draw_votes, poqks_round
from qbench.papers.tn_qdrl.parameters import SMALL
from qbench.papers.tn_qdrl.qkd_printed import printed_system_efficiency

if TYPE_CHECKING:
    from qbench._arrays import FloatArray
    from qbench.papers._study import Columns, Params, Streams

ENTANGLEMENT_RATES = (10.0, 20.0, 50.0)
EFFICIENCIES = (0.8, 0.9, 1.0)
TABLE_RATES = (0.001, 0.01, 0.05)
"""Learning rates that Table II lists."""
FIGURE_RATES = (0.1, 0.01, 0.001, 0.0001)
"""Learning rates that Fig. 4 compares."""
MINER_HZ = 2.5e9
LISTED_GENERATION_S = 10.0


def one(**values: float) -> dict[str, FloatArray]:
    """Return columns of one unit."""
    return {name: np.array([float(value)]) for name, value in values.items()}


def election(params: Params, streams: Streams, units: range) -> Columns:
    """C22: blocks of the node that starts richest, less what its share of the stake would give it.

    Params: stakes (E,), at the start; rounds; votes, "one" or "random"; exclude_producer; all nodes approve and every
    block is valid. Columns: excess, wins less rounds times the share at the start; wins; share; rounds; expected, the
    sum of the node's shares over the rounds, which differs from rounds times share where stakes move; changed, how many
    rounds moved stakes; last, its share after the last round.
    """
    (unit,) = units
    stakes: tuple[float | Fraction, ...] = tuple(finite_array("stakes", cast("list[float]", params["stakes"])).tolist())
    rounds = positive_int("rounds", params["rounds"])
    rules = Rules(votes=str(params["votes"]), exclude_producer=cast("bool", params["exclude_producer"]))
    drawn = None
    if rules.votes == "random":
        drawn = draw_votes(rounds, len(stakes), streams.rng("instance", unit)).tolist()
    richest = max(range(len(stakes)), key=lambda i: (stakes[i], -i))
    share = Fraction(stakes[richest]) / sum(Fraction(value) for value in stakes)
    wins, changed, expected = 0, 0, 0.0
    for k in range(rounds):
        expected += float(stakes[richest]) / float(sum(stakes))
        found = poqks_round(stakes, rules, votes=None if drawn is None else drawn[k])
        wins += found.election.producer == richest
        changed += found.stakes != stakes
        stakes = found.stakes
    return one(
        excess=float(wins - rounds * share),
        wins=wins,
        share=float(share),
        rounds=rounds,
        expected=expected,
        changed=changed,
        last=float(stakes[richest]) / float(sum(stakes)),
    )


def election_witness(columns: Columns) -> str:
    """Say who produced."""
    return (
        f"the node that starts with {columns['share'][0]:g} of the stake produces {columns['wins'][0]:g} of "
        f"{columns['rounds'][0]:g} blocks; {columns['changed'][0]:g} of these rounds move any stake"
    )


def producer_reward(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001 - the signature of a study
    """C23: d qk(p)/d alpha_1 of a round, exact: stakes are affine in alpha_1, so a step of 1 gives it.

    Params: stakes (E,), numbers taken exactly. Columns: derivative, on a valid block; rejected, if no node finds it
    valid; held, the same where line 24 waits for a valid block; weight, w_p, which the reward as announced has.
    """
    stakes = [Fraction(value) for value in cast("list[float]", params["stakes"])]

    def derivative(*, valid: bool, pay_only_if_valid: bool = False) -> Fraction:
        after = []
        for alpha1 in (20, 21):
            rules = Rules(alpha1=alpha1, pay_only_if_valid=pay_only_if_valid)
            found = poqks_round(stakes, rules, valid=[valid] * len(stakes))
            after.append(Fraction(found.stakes[cast("int", found.election.producer)]))
        return after[1] - after[0]

    return one(
        derivative=float(derivative(valid=True)),
        rejected=float(derivative(valid=False)),
        held=float(derivative(valid=False, pay_only_if_valid=True)),
        weight=float(poqks_round(stakes).election.weight),
    )


def producer_reward_witness(columns: Columns) -> str:
    """Say what the producer gets."""
    return (
        f"w_p = {columns['weight'][0]:g}: a larger alpha_1 gives the producer of a valid block "
        f"{columns['derivative'][0]:g} of each unit, for line 16 takes what line 24 pays; of a block that every node "
        f"rejects it gives {columns['rejected'][0]:g}"
    )


def key_limits(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001
    """C28: points with C1 and C2 true where 1 - 2 h(Q) <= 0, so that no key can be distilled.

    Over Q = 0, 1/(2 steps), .. 1/2, and the entanglement rates and efficiencies of Table II, at p = 1, where C1 holds.
    Params: steps; key_rate, "printed", Eq. (12) without its floor, or "standard". Columns: violations; positive, those
    of them with K > 0, for C2 admits K = 0; tried; hopeless, points with 1 - 2 h(Q) <= 0; error, rate and fraction at
    the least Q among the violations with the largest K there, 0 if there is none.
    """
    q = 0.5 * np.arange(positive_int("steps", params["steps"]) + 1) / cast("int", params["steps"])
    error, pairs, eta = (x.ravel() for x in np.meshgrid(q, ENTANGLEMENT_RATES, EFFICIENCIES, indexing="ij"))
    entropy = qkd.binary_entropy(error)
    arriving = np.ones(error.shape)
    if one_of("key_rate", str(params["key_rate"]), ("printed", "standard")) == "standard":
        rate = qkd.standard_key_rate(eta, pairs, arriving, error)
    else:
        p = SMALL.qkd
        margin = qkd.security_margin(
            entropy, n_sec=p.n_sec, fluctuation=p.fluctuation, entropy_weight=p.entropy_weight, epsilon=p.epsilon_sec
        )
        rate = qkd.printed_key_rate(eta, pairs, error, margin)
    hopeless = 1.0 - 2.0 * entropy <= 0.0
    admitted = (arriving >= 0) & (arriving <= 1) & (rate >= 0)
    bad = hopeless & admitted
    example = min(np.flatnonzero(bad), key=lambda i: (error[i], -rate[i]), default=None)
    return one(
        violations=bad.sum(),
        positive=(bad & (rate > 0)).sum(),
        tried=error.size,
        hopeless=hopeless.sum(),
        error=0.0 if example is None else error[example],
        rate=0.0 if example is None else rate[example],
        fraction=0.0 if example is None else 1.0 - 2.0 * entropy[example],
    )


def key_limits_witness(columns: Columns) -> str:
    """Say a point that the constraints admit."""
    return (
        f"at Q = {columns['error'][0]:g} C1 and C2 hold with K = {columns['rate'][0]:.4g} bit/s where 1 - 2 h(Q) = "
        f"{columns['fraction'][0]:.3f}; so do {columns['violations'][0]:g} of {columns['tried'][0]:g} points, "
        f"{columns['positive'][0]:g} of them with K above 0"
    )


def table_values(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001
    """C29: five values that Table II implies, to be held against those that it lists.

    Params: keys, n_w of the miner. Columns: generation_s, t_g of Eq. (18) for a block of 2 KB at 2.5 GHz; finality_s,
    T_b of Eq. (21) with the least listed t_g, 10 s, and the rest as in the main reading; efficiency, Eq. (4) as printed
    for two detectors of 0.8 without coupling; missing, rates of Fig. 4 that Table II does not list; band_mhz, what one
    link takes for 15 Mbit/s at 18 dB, MHz.
    """
    chain, radio = SMALL.chain, SMALL.radio
    left = radio.node_bandwidth_hz - 0.9 * radio.bandwidth_hz
    propagation = chain_delays.propagation_time(
        cast("float", params["keys"]),
        key_weighing_s=chain.key_weighing_s,
        vote_bits=chain.vote_bits,
        node_rates=[radio.node_efficiency * left],
    )
    verification = chain_delays.verification_time(
        chain.header_bits,
        transaction_bits=chain.transaction_bits,
        n_transactions=chain.n_transactions,
        transaction_s=chain.transaction_s,
    )
    return one(
        generation_s=float(chain_delays.generation_time(chain.block_bits, density=chain.density, miner_hz=MINER_HZ)),
        finality_s=float(chain_delays.finality_time(LISTED_GENERATION_S, propagation, verification)),
        efficiency=float(printed_system_efficiency([EFFICIENCIES[0]] * 2, 0.0)),
        missing=len(set(FIGURE_RATES) - set(TABLE_RATES)),
        band_mhz=radio.fixed_rate / log2(1.0 + radio.threshold) / 1e6,
    )


def table_values_witness(columns: Columns) -> str:
    """Say the five values."""
    return (
        f"2 KB at 737.5 cycles/bit and 2.5 GHz take {1e3 * columns['generation_s'][0]:.3f} ms, not 10 to 30 s; with "
        f"10 s a block is final after {columns['finality_s'][0]:.2f} s, not 1 s; two detectors of 0.8 add up to "
        f"{columns['efficiency'][0]:g}; {columns['missing'][0]:g} learning rates of Fig. 4 are not listed; 15 Mbit/s "
        f"at 18 dB take {columns['band_mhz'][0]:.3f} MHz"
    )
