"""Joint actions: their order, their components, the parts that schemes may use, arguments."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from qbench.papers.tn_qdrl import actions
from qbench.papers.tn_qdrl.actions import SUBSETS, ActionSpace
from qbench.papers.tn_qdrl.parameters import MID, SMALL
from tests.unit.tn_qdrl.slots import every_action

SPACE = ActionSpace(1, 3, 2)
SIZES = [(1, 3, 2), (2, 2, 3), (1, 1, 1), (2, 3, 2), (1, 4, 2)]


def rows(q, v, e):
    """The list of the spec: itertools.product, the last fastest."""
    return list(
        itertools.product(*[(0.8, 0.9, 1.0)] * q, *[range(e + 1)] * v, range(1, e + 1), (0.9, 0.6)),
    )


def as_rows(action):
    columns = (*action.efficiency.T, *action.choice.T, action.miner, action.band_share)
    return list(zip(*[column.tolist() for column in columns], strict=True))


def check_flat_order(q=1, v=3, e=2):
    space = ActionSpace(q, v, e)
    assert space.n == len(rows(q, v, e))
    assert as_rows(space.action(np.arange(space.n))) == rows(q, v, e)


@pytest.mark.parametrize("sizes", SIZES)
def test_flat_order(sizes):
    check_flat_order(*sizes)


def test_324_actions_by_hand():
    """Index 0: eta = 0.8, all alone, node 1, b = 0.9. The last: eta = 1, all at device 2, node 2, b = 0.6."""
    assert (SPACE.n, SPACE.shape, SPACE.nvec) == (324, (3, 27, 2, 2), (3, 3, 3, 3, 2, 2))
    first, last = SPACE.action(0), SPACE.action(323)
    assert as_rows(SPACE.action([0, 1, 2, 4, 107, 108, 323])) == [
        (0.8, 0, 0, 0, 1, 0.9),
        (0.8, 0, 0, 0, 1, 0.6),
        (0.8, 0, 0, 0, 2, 0.9),
        (0.8, 0, 0, 1, 1, 0.9),
        (0.8, 2, 2, 2, 2, 0.6),
        (0.9, 0, 0, 0, 1, 0.9),
        (1.0, 2, 2, 2, 2, 0.6),
    ]
    assert first.efficiency.shape == (1,)
    assert first.miner.shape == ()
    assert last.choice.tolist() == [2, 2, 2]


def test_the_numbers_of_the_profiles():
    small, mid = ActionSpace.of(SMALL), ActionSpace.of(MID)
    assert small.n == 324
    assert mid.n == 703_125_000
    assert small.is_flat
    assert not mid.is_flat
    assert [ActionSpace(1, v, 2).n for v in (2, 3, 4)] == [108, 324, 972]
    # 3 * 26 * 25 * 2 = 3900 and 3 * 27 * 26 * 2 = 4212, where 4096 is the most.
    assert ActionSpace(1, 1, 25).is_flat
    assert not ActionSpace(1, 1, 26).is_flat


def test_the_longest_list(monkeypatch):
    for most, flat in ((323, False), (324, True)):
        monkeypatch.setattr(actions, "LARGEST_FLAT", most)
        assert ActionSpace(1, 3, 2).is_flat == flat


@pytest.mark.parametrize("sizes", SIZES)
def test_components_and_flat_indices_are_one_list(sizes):
    space = ActionSpace(*sizes)
    components = np.array(list(itertools.product(*map(range, space.nvec))))
    assert as_rows(space.from_components(components)) == as_rows(space.action(np.arange(space.n)))
    e, a, w, b = space.parts(np.arange(space.n))
    assert np.ravel_multi_index((e, a, w, b), space.shape).tolist() == list(range(space.n))
    q, v = space.n_node, space.n_vehicle
    assert space.places[a].tolist() == components[:, q : q + v].tolist()
    assert space.efficiencies[e].tolist() == np.array([0.8, 0.9, 1.0])[components[:, :q]].tolist()


def test_batches_keep_their_axes():
    index = np.arange(24).reshape(2, 3, 4)
    action = SPACE.action(index)
    assert action.choice.shape == (2, 3, 4, 3)
    assert action.band_share.shape == (2, 3, 4)
    assert SPACE.from_components(np.zeros((5, 6), dtype=np.int8)).efficiency.shape == (5, 1)


def test_systems_without_a_list_still_have_components():
    action = ActionSpace.of(MID).from_components([2, 0, *[4] * 10, 3, 1])
    assert action.efficiency.tolist() == [1.0, 0.8]
    assert (action.choice.tolist(), action.miner.item(), action.band_share.item()) == ([4] * 10, 4, 0.6)


# --- parts ---


KEPT = {
    "all": lambda row, q, v: True,
    "alone": lambda row, q, v: not any(row[q : q + v]),
    "fixed_band": lambda row, q, v: row[-1] == 0.9,
    "fixed_keys": lambda row, q, v: set(row[:q]) == {0.9},
}


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("name", SUBSETS)
def test_subsets(name, sizes):
    q, v, _ = sizes
    kept = [i for i, row in enumerate(rows(*sizes)) if KEPT[name](row, q, v)]
    assert ActionSpace(*sizes).subset(name).tolist() == kept


def test_sizes_of_subsets():
    assert [len(SPACE.subset(name)) for name in SUBSETS] == [324, 12, 162, 108]


def test_the_list_is_that_of_other_tests():
    assert as_rows(SPACE.action(np.arange(324))) == as_rows(every_action())


# --- arguments ---


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: ActionSpace(0, 3, 2), "n_node must be a whole number of at least 1, got 0"),
        (lambda: ActionSpace(1, 0, 2), "n_vehicle must be a whole number of at least 1, got 0"),
        (lambda: ActionSpace(1, 3, 1.5), "n_edge must be a whole number of at least 1, got 1.5"),
        (lambda: SPACE.parts([0, 324]), r"index must lie in 0..323, got values from 0 to 324"),
        (lambda: SPACE.parts(-1), r"index must lie in 0..323, got values from -1 to -1"),
        (lambda: SPACE.parts(1.0), "index must hold whole numbers, got dtype float64"),
        (lambda: SPACE.from_components([0.0] * 6), "components must hold whole numbers, got dtype float64"),
        (lambda: SPACE.from_components([0] * 5), r"components must end in \(6,\): .* choices, got \(5,\)"),
        (lambda: SPACE.from_components(0), r"components must end in \(6,\): .* choices, got \(\)"),
        (
            lambda: SPACE.from_components([0, 0, 3, 0, 0, 0]),
            r"components must lie below \(3, 3, 3, 3, 2, 2\), from 0 up, got \[0, 0, 3, 0, 0, 0\]",
        ),
        (lambda: SPACE.from_components([0, 0, -1, 0, 0, 0]), r"from 0 up, got \[0, 0, -1, 0, 0, 0\]"),
        (lambda: SPACE.subset("alnoe"), r"subset must be one of .*, got 'alnoe'; did you mean 'alone'\?"),
        (
            lambda: ActionSpace.of(MID).subset("all"),
            r"703,125,000 joint actions \(V = 10, E = 4, Q = 2\) are more than the 4,096 of a flat list; give the",
        ),
        (lambda: ActionSpace.of(MID).action(0), "are more than the 4,096 of a flat list"),
    ],
)
def test_errors(call, words):
    with pytest.raises(ValueError, match=words):
        call()
