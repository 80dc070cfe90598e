from __future__ import annotations

import numpy as np
import pytest

from qbench.papers.cloud_qnn.decode import assignment_matrix, decode, printed_index


def test_thirds_by_hand():
    o = [0.0, 0.3333, 0.3334, 0.6666, 0.6667, 0.9999, 1.0]
    assert decode(o, 3).tolist() == [0, 0, 1, 1, 2, 2, 2]
    assert decode(o, 3, edge="wrap").tolist() == [0, 0, 1, 1, 2, 2, 0]
    assert decode(o, 3, edge="drop").tolist() == [0, 0, 1, 1, 2, 2, -1]
    assert printed_index(o, 3).tolist() == [0, 0, 1, 1, 2, 2, 3]


@pytest.mark.parametrize("n_user", range(1, 9))
def test_ties_go_up_whichever_way_they_are_rounded(n_user):
    for k in range(n_user + 1):
        tie = k / n_user
        expected = min(k, n_user - 1)
        for o in (tie, np.nextafter(tie, 2.0), np.nextafter(tie, -1.0)):
            assert decode(o, n_user) == expected, (k, o)


def test_rounding_outside_0_and_1_is_forgiven():
    assert decode([-1e-16, 1 + 1e-15], 3).tolist() == [0, 2]
    assert decode(1 + 1e-15, 3, edge="drop") == -1
    assert printed_index([-1e-16, 1 + 1e-15], 3).tolist() == [0, 3]


def test_shapes_are_kept():
    assert decode(np.zeros((2, 5, 4)), 3).shape == (2, 5, 4)


def test_the_matrix_of_an_assignment():
    assert assignment_matrix([0, 2, 2, -1], 3).tolist() == [[1, 0, 0], [0, 0, 1], [0, 0, 1], [0, 0, 0]]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: decode([0.5, -0.2], 3), r"outputs must lie in \[0, 1\], got -0.2; .*\(1 - <Z>\)/2, not <Z>"),
        (lambda: decode(1.1, 3), r"outputs must lie in \[0, 1\], got 1.1"),
        (lambda: decode(np.nan, 3), r"outputs must be finite, got nan"),
        (lambda: decode([], 3), r"outputs must not be empty"),
        (lambda: decode(0.5, 0), r"n_user must be a whole number of at least 1, got 0"),
        (lambda: decode(0.5, 3, edge="clip"), r"edge must be one of clamp, drop, wrap, got 'clip'"),
        (lambda: assignment_matrix([0, 3], 3), r"assignment must name users 0..2"),
        (lambda: assignment_matrix([], 3), r"assignment must not be empty"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()
