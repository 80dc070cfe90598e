"""How two-qubit blocks on a product state are grouped, so that most of the work is matrices of one size.

Blocks that stand first grow small entangled sets of wires, each simulated by itself (`Head`); what follows is cut into
runs whose blocks touch few wires (`Run`). Blocks change places only where they share no wire.
"""

from __future__ import annotations

from dataclasses import dataclass

WIDTH = 4
"""Wires a group may have: a matrix of 16 x 16 costs little to build and keeps a product of matrices busy."""


@dataclass(frozen=True)
class Group:
    """Blocks whose wires are few; `blocks` are indices in the circuit's order, `wires` ascending."""

    wires: tuple[int, ...]
    blocks: tuple[int, ...]


@dataclass(frozen=True)
class Plan:
    """`heads` share no wire and cover all; `runs` come after all of them, in order."""

    heads: tuple[Group, ...]
    runs: tuple[Group, ...]

    @property
    def orders(self) -> tuple[tuple[int, ...], ...]:
        """The qubit of each bit of a state's index, highest first: after the heads, then for each run.

        Before a run its wires are moved to the front, where the product leaves them.
        """
        found = [tuple(q for head in self.heads for q in reversed(head.wires))]
        for run in self.runs:
            found.append((*reversed(run.wires), *(q for q in found[-1] if q not in run.wires)))
        return tuple(found)


def plan(n_qubits: int, pairs: tuple[tuple[int, int], ...], width: int = WIDTH) -> Plan:
    """Return the plan of blocks on `pairs` in this order, on qubits that start as a product."""
    members = {q: {q} for q in range(n_qubits)}
    taken: dict[int, list[int]] = {q: [] for q in range(n_qubits)}
    left: list[int] = []
    held: set[int] = set()
    for k, (a, b) in enumerate(pairs):
        union = members[a] | members[b]
        if {a, b} & held or len(union) > width:
            held |= {a, b}
            left.append(k)
            continue
        # In the circuit's order, though two sets meet: blocks of one never touch the other's wires.
        own = sorted({k, *taken[a], *taken[b]})
        for q in union:
            members[q], taken[q] = union, own
    heads = {min(some): Group(tuple(sorted(some)), tuple(taken[min(some)])) for some in members.values()}
    return Plan(tuple(heads[q] for q in sorted(heads)), tuple(_runs(left, pairs, width)))


def _runs(left: list[int], pairs: tuple[tuple[int, int], ...], width: int) -> list[Group]:
    found = []
    while left:
        wires: set[int] = set()
        held: set[int] = set()
        taken, later = [], []
        for k in left:
            pair = set(pairs[k])
            if pair & held or len(wires | pair) > width:
                held |= pair
                later.append(k)
            else:
                wires |= pair
                taken.append(k)
        found.append(Group(tuple(sorted(wires)), tuple(taken)))
        left = later
    return found
