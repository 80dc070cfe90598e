"""Proof of quantum-key stake (PoQKS), Algorithm 1: one round in exact arithmetic, and walks of stakes.

Nodes count from 0. Lines are those of Algorithm 1. It has no term for offloading, though Sec. III-D says that a node
gains stake by completing offloading tasks: none is added here.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array, positive_int
from qbench.papers.tn_qdrl.consensus_rules import DEFAULT, Amount, Rules, exact
from qbench.radio._arguments import require_generator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray, IntArray

__all__ = ["DEFAULT", "Amount", "Election", "Round", "Rules", "draw_votes", "elect", "poqks_round", "stake_walk"]

MOST_VOTES = 5
"""Votes "random" are uniform over 1 to 5 (ours: the paper does not say how many a node has)."""


@dataclass(frozen=True)
class Election:
    """Lines 5-11: who agreed, and who may produce.

    Attributes:
        share: share of the voting weight that approved, exact.
        producer: p; None without consensus.
        weight: w_p, exact; 0 without consensus.

    """

    share: Fraction
    producer: int | None
    weight: Fraction


@dataclass(frozen=True)
class Round:
    """What one round did; amounts are Fractions, or floats where a stake was a float.

    Attributes:
        election: lines 5-11.
        accepted_by: the node that found the block valid; None if none did, or without consensus.
        asked: nodes that line 14 reached, in order; the last one accepted, unless none did.
        reward: qr_p, line 12, announced: on a valid block lines 16 and 24 cancel.
        gains: what each node got in all; the change of its stake.
        stakes: after the round.

    """

    election: Election
    accepted_by: int | None
    asked: tuple[int, ...]
    reward: Amount
    gains: tuple[Amount, ...]
    stakes: tuple[Amount, ...]

    @property
    def consensus(self) -> bool:
        """Whether approvals exceeded the threshold."""
        return self.election.producer is not None


def elect(
    stakes: Sequence[Amount],
    rules: Rules = DEFAULT,
    *,
    votes: Sequence[int] | None = None,
    approves: Sequence[bool] | None = None,
    producers: Sequence[int] | None = None,
) -> Election:
    """Return who may produce, lines 5-11 of Algorithm 1.

    Weights are w_i = qk(i)/T of the producers, T the sum over all nodes, times votes; p has the largest (lowest index
    among equals). Decided in rationals: a share of exactly 2/3 fails. Arguments and errors as `poqks_round`.
    """
    qk = checked_stakes(stakes, rules)
    n = len(qk)
    nodes = _nodes("producers", producers, n)
    cast, agreed = _votes(votes, n, rules), _flags("approves", approves, n)
    total = sum(qk, Fraction(0))
    weight = {i: qk[i] / total * cast[i] for i in nodes}
    all_votes = sum(weight.values(), Fraction(0))
    if all_votes <= 0:
        raise ValueError(
            f"voting weights must sum to more than 0, got {float(all_votes):g}: nobody to vote; "
            "give votes to a producer with stake"
        )
    share = sum((weight[i] for i in nodes if agreed[i]), Fraction(0)) / all_votes
    if share <= rules.threshold:
        return Election(share, None, Fraction(0))
    p = max(nodes, key=lambda i: (weight[i], -i))
    return Election(share, p, qk[p] / total)


def poqks_round(
    stakes: Sequence[Amount],
    rules: Rules = DEFAULT,
    *,
    votes: Sequence[int] | None = None,
    approves: Sequence[bool] | None = None,
    valid: Sequence[bool] | None = None,
    producers: Sequence[int] | None = None,
    validators: Sequence[int] | None = None,
) -> Round:
    """Return one round of Algorithm 1.

    `stakes`: qk, one a node; `votes`: v, one a node, whole numbers from 0 up, given if and only if `rules.votes` is
    "random"; `approves`: who agrees in line 10, all by default; `valid`: what each node finds of the block, True by
    default (the printed IsValid does not depend on the node); `producers`: I_p, all nodes by default; `validators`:
    I_v, all by default, which only the rule "I_v" reads.

    The sum of stakes changes by w_p ((k - 1) alpha3 + alpha2 - beta) if the k-th node accepts, and by
    w_p (n alpha3 + alpha1) if none of n does; without consensus nothing changes. w_p is that of the start throughout.
    Everything is exact: Fractions and ints give Fractions, and with a float among the stakes every result is rounded to
    float once. So a round that pays nothing on balance changes no bit. Raises ValueError for stakes that are negative
    (unless `rules.debts`), not finite, not whole under `rules.integer_keys`, or sum to 0 or less; for lengths that
    differ, nodes that are not there, votes below 0, and for nobody to vote or to validate.
    """
    qk = checked_stakes(stakes, rules)
    n, inexact = len(qk), any(isinstance(value, (float, np.floating)) for value in stakes)
    found, reading = _flags("valid", valid, n), _nodes("validators", validators, n)
    election = elect(stakes, rules, votes=votes, approves=approves, producers=producers)
    p = election.producer
    gains, asked, accepted_by, reward = [Fraction(0)] * n, [], None, Fraction(0)
    if p is not None:
        reward = _payment(rules.alpha1, election.weight, rules)
        queue = _queue(qk, _nodes("producers", producers, n) if rules.validators == "I_p" else reading, p, rules)
        for j in queue:
            asked.append(j)
            if found[j]:
                accepted_by = j
                gains[p] -= reward + _payment(rules.beta, election.weight, rules)
                gains[j] += _payment(rules.alpha2, election.weight, rules)
                break
            gains[j] += _payment(rules.alpha3, election.weight, rules)
        if accepted_by is not None or not rules.pay_only_if_valid:
            gains[p] += reward
    after = [before + gain for before, gain in zip(qk, gains, strict=True)]
    kind = float if inexact else Fraction
    return Round(
        election,
        accepted_by,
        tuple(asked),
        kind(reward),
        tuple(map(kind, gains)),
        tuple(kind(value) for value in after),
    )


def stake_walk(keys: ArrayLike, n_slot: int, rules: Rules = DEFAULT, *, votes: ArrayLike | None = None) -> FloatArray:
    """Return stakes (..., n_slot, E) at the start of each slot, with one round a slot: all approve, blocks are valid.

    `keys`: stakes (..., E) at the start of slot 0; `votes`: (..., n_slot, E), given if and only if `rules.votes` is
    "random". With one vote a node the walk is constant from the first round that changes nothing, which the default
    rules make the first one: the richest produces, validates its own block and has paid itself. A walk has the same
    bits in any batch. Raises ValueError for an `n_slot` below 1, votes of another shape, and as `poqks_round`, naming
    the slot.
    """
    slots = positive_int("n_slot", n_slot)
    start = finite_array("keys", keys, ndim_at_least=1)
    if (votes is None) != (rules.votes == "one"):
        raise ValueError(_WHOSE_VOTES.format(rules.votes, "none" if votes is None else "some"))
    cast = None if votes is None else np.asarray(votes)
    if cast is not None and cast.shape != (*start.shape[:-1], slots, start.shape[-1]):
        raise ValueError(
            f"votes must have shape {(*start.shape[:-1], slots, start.shape[-1])}, one a slot and node, "
            f"got {cast.shape}"
        )
    walk = np.empty((*start.shape[:-1], slots, start.shape[-1]))
    for index in np.ndindex(start.shape[:-1]):
        walk[index] = _one_walk(start[index], slots, rules, None if cast is None else cast[index])
    return walk


def draw_votes(n_slot: int, n_node: int, rng: np.random.Generator) -> IntArray:
    """Return votes (n_slot, n_node), uniform over 1 to 5; ValueError for numbers below 1, TypeError for another rng."""
    shape = (positive_int("n_slot", n_slot), positive_int("n_node", n_node))
    return np.asarray(require_generator(rng).integers(1, MOST_VOTES + 1, size=shape))


def _one_walk(start: FloatArray, slots: int, rules: Rules, votes: IntArray | None) -> FloatArray:
    walk = np.empty((slots, len(start)))
    now: tuple[Amount, ...] = tuple(start.tolist())
    # The last slot has its round as well: its stakes are checked like all others.
    for slot in range(slots):
        walk[slot] = now
        try:
            after = poqks_round(now, rules, votes=None if votes is None else votes[slot].tolist()).stakes
        except ValueError as error:
            raise ValueError(f"slot {slot}: {error}") from None
        if after == now and votes is None:
            walk[slot:] = now
            break
        now = after
    return walk


def checked_stakes(stakes: Sequence[Amount], rules: Rules) -> list[Fraction]:
    """Return stakes as the Fractions that they store; ValueError for those that `poqks_round` refuses."""
    qk = [exact(f"stake of node {i}", value) for i, value in enumerate(stakes)]
    if not qk:
        raise ValueError("stakes must hold one number a node, got none")
    for i, value in enumerate(qk):
        if value < 0 and not rules.debts:
            raise ValueError(
                f"stakes must be at least 0, got {float(value):g} of node {i}; Algorithm 1 does not check this: "
                "Rules(debts=True) goes on"
            )
        if rules.integer_keys and value.denominator != 1:
            raise ValueError(f"stakes must be whole with integer_keys, got {float(value):g} of node {i}; round it")
    total = sum(qk, Fraction(0))
    if total <= 0:
        raise ValueError(f"stakes must sum to more than 0, got {float(total):g}: weights divide by it; give keys")
    return qk


def _votes(votes: Sequence[int] | None, n: int, rules: Rules) -> list[int]:
    if (votes is None) != (rules.votes == "one"):
        raise ValueError(_WHOSE_VOTES.format(rules.votes, "none" if votes is None else "some"))
    if votes is None:
        return [1] * n
    _one_each("votes", votes, n)
    return [positive_int(f"votes of node {i}", value, least=0) for i, value in enumerate(votes)]


def _flags(name: str, flags: Sequence[bool] | None, n: int) -> list[bool]:
    if flags is None:
        return [True] * n
    _one_each(name, flags, n)
    for i, flag in enumerate(flags):
        if not isinstance(flag, (bool, np.bool_)):
            raise TypeError(f"{name} must hold True or False, got {flag!r} of node {i}")
    return [bool(flag) for flag in flags]


def _nodes(name: str, nodes: Sequence[int] | None, n: int) -> list[int]:
    if nodes is None:
        return list(range(n))
    found = sorted(positive_int(f"a node of {name}", i, least=0) for i in nodes)
    if not found or found[-1] >= n or len(set(found)) < len(found):
        raise ValueError(f"{name} must name nodes 0..{n - 1}, each at most once and one at least, got {list(nodes)}")
    return found


def _one_each(name: str, values: Sequence[object], n: int) -> None:
    if len(values) != n:
        raise ValueError(f"{name} must hold one value for each of the {n} nodes, got {len(values)}")


def _queue(qk: list[Fraction], nodes: list[int], p: int, rules: Rules) -> list[int]:
    """Return the nodes that line 14 goes through, in the order of line 13."""
    queue = [i for i in nodes if not (rules.exclude_producer and i == p)]
    if not queue:
        raise ValueError(f"validators must hold a node besides the producer {p}, got none: nobody to validate")
    if rules.order == "index":
        return queue
    sign = -1 if rules.order == "descending" else 1
    return sorted(queue, key=lambda i: (sign * qk[i], i))


def _payment(factor: Amount, weight: Fraction, rules: Rules) -> Fraction:
    paid = Fraction(factor) * weight
    return Fraction(round(paid)) if rules.integer_keys else paid


_WHOSE_VOTES = 'votes must be given if and only if rules.votes is "random", got rules.votes {!r} and {} given'
