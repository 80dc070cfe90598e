"""The neighbours that simulated annealing proposes: by hand, as likely as the way back, and the same when compiled."""

import itertools

import numpy as np
import pytest

from qbench.assignment import LinearAssignment, occupancies, uniform_feasible
from qbench.assignment._annealing_kernel import proposal
from qbench.assignment.annealing import proposals

# A case every rule of the proposals meets: room [2, 1, 3], agents 0 and 3 on choice 2, 1 on 1, 2 on 0.
ROOM = np.array([2, 1, 3])
HERE = np.array([2, 1, 0, 2])


@pytest.mark.parametrize(
    ("u", "neighbour"),
    [
        ((0.5, 0.0, 0.00), [0, 1, 0, 2]),  # agent 0 on 2 moves to the lowest other choice, 0, which has room
        ((0.5, 0.0, 0.49), [0, 1, 0, 2]),
        ((0.5, 0.0, 0.50), [1, 2, 0, 2]),  # to choice 1, full: changes places with agent 1
        ((0.5, 0.3, 0.00), [2, 0, 0, 2]),  # agent 1 on 1 moves to 0
        ((0.5, 0.3, 0.50), [2, 2, 0, 2]),  # and to 2, which has room for one more
        ((0.5, 0.5, 0.00), [2, 0, 1, 2]),  # agent 2 to full choice 1
        ((0.4, 0.0, 0.00), [1, 2, 0, 2]),  # swap: agent 0 and the first of agents 1, 2 on other choices
        ((0.4, 0.0, 0.50), [0, 1, 2, 2]),  # the second
        ((0.4, 0.3, 0.99), [2, 2, 0, 1]),  # agent 1 with the last of agents 0, 2, 3
    ],
)
def test_proposals_by_hand(u, neighbour):
    n = occupancies(HERE, 3)
    assert proposals(HERE[None], n[None], ROOM, 0.45, np.array([u])).tolist() == [neighbour]


def test_a_full_choice_gives_up_each_of_its_agents_equally_often():
    # Agent 0 alone on 0; agents 1, 2, 3 fill choice 1; a third choice is out of the way of the first half of u.
    a = np.tile([0, 1, 1, 1], (600, 1))
    u = np.column_stack((np.full(600, 0.9), np.zeros(600), (np.arange(600) + 0.5) / 1200))
    found = proposals(a, occupancies(a, 3), np.array([1, 3, 1]), 0.5, u)
    partners = [np.flatnonzero(b[1:] == 0).item() for b in found]
    assert np.bincount(partners).tolist() == [200, 200, 200]


@pytest.mark.parametrize("room", [[3, 3, 3], [1, 1, 2], [2, 1, 1], [2, 2, 2]])
@pytest.mark.parametrize("swaps", [0.0, 0.5])
def test_every_proposal_is_feasible_and_as_likely_as_the_way_back(room, swaps):
    """All triples of midpoints of 12 cells: 12 divides evenly by 3 agents, 2 other choices and 2 or 3 partners."""
    room = np.array(room)
    cells = (np.arange(12) + 0.5) / 12
    u = np.array(list(itertools.product(cells[::6], cells, cells)))
    states = [a for a in itertools.product(range(3), repeat=3) if np.all(np.bincount(a, minlength=3) <= room)]
    times = dict.fromkeys(itertools.product(states, repeat=2), 0)
    for a in states:
        rows = np.tile(a, (len(u), 1))
        for b in proposals(rows, occupancies(rows, 3), room, swaps, u):
            times[a, tuple(b.tolist())] += 1  # a KeyError: the proposal passes a capacity
    assert all(times[a, b] == times[b, a] for a, b in times)
    repeats = {a for a in states if times[a, a]}
    assert repeats == ({(j, j, j) for j in range(3) if room[j] == 3} if swaps else set())
    reached = {a: {b for b in states if times[a, b]} for a in states}
    seen, new = set(), {states[0]}
    while new:
        seen |= new
        new = set().union(*(reached[a] for a in new)) - seen
    assert seen == set(states)


@pytest.mark.parametrize(("agents", "room"), [(1, [1]), (1, [1, 1, 1]), (3, [3]), (7, [2, 3, 1, 4])])
def test_the_compiled_proposal_is_the_same(agents, room):
    choices = len(room)
    rng = np.random.default_rng(1)
    problem = LinearAssignment(np.ones((400, agents, choices)), room)
    a = uniform_feasible(problem, 1, rng)[:, 0]
    n = occupancies(a, choices)
    u = rng.random((400, 3))
    for swaps in (0.0, 0.3, 0.9) if agents > 1 else (0.0,):
        expected = proposals(a, n, np.array(room), swaps, u)
        for row, (i, k, to) in enumerate(proposal(a[b], n[b], np.array(room), swaps, u[b]) for b in range(400)):
            one = a[row].copy()
            one[i] = to
            if k >= 0:
                one[k] = a[row, i]
            assert one.tolist() == expected[row].tolist()
