"""What the paper on pilot assignment says of its system and search, as proofs that run. Nothing here samples."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from qbench.papers.hqcnn.estimates import constant, gamma_of
from qbench.papers.hqcnn.exhaustive import n_partitions
from qbench.papers.hqcnn.rates import Link
from tests.oracles.hqcnn_reference import partition

# --- C08 ---


def stirling(n, groups):
    """S(n, groups) by inclusion and exclusion."""
    total = sum((-1) ** (groups - j) * math.comb(groups, j) * j**n for j in range(groups + 1))
    return total // math.factorial(groups)


@pytest.mark.parametrize(
    ("users", "pilots", "count"),
    [(6, 3, 122), (9, 3, 3281), (12, 3, 88_574), (15, 3, 2_391_485), (20, 10, 49_344_452_550_230)],
)
def test_partitions_are_counted_by_stirling_numbers(users, pilots, count):
    assert n_partitions(users, pilots) == count
    assert sum(stirling(users, i) for i in range(1, pilots + 1)) == count


@pytest.mark.parametrize(("users", "pilots"), [(4, 2), (6, 3), (5, 7)])
def test_partitions_are_what_is_left_of_all_labels(users, pilots):
    every = itertools.product(range(pilots), repeat=users)
    assert n_partitions(users, pilots) == len({partition(a) for a in every})


# --- C46, E2 ---


def test_e2_the_printed_constant_exceeds_every_gain():
    """gamma/beta = t sqrt(beta)/(t beta + 1) is above 1 where t (sqrt(beta) - beta) > 1: for 4.5e-24 < beta < 1."""
    t = 3 * Link().pilot_snr
    low = (1 - math.sqrt(1 - 4 / t)) / 2  # the smaller root in sqrt(beta)
    assert low**2 < 1e-23
    beta = 10.0 ** np.linspace(-23, -1, 89)
    assert (gamma_of(beta, t, printed=True) > beta).all()
    below = np.array([0.99 * low**2])
    assert (gamma_of(below, t, printed=True) < below).all()
    assert gamma_of(np.array([1e-9]), t, printed=True)[0] == pytest.approx(3.156e-5, rel=1e-3)


def test_e2_the_corrected_constant_gives_the_second_moment():
    """E |c y|^2 = c^2 (t beta + 1), and gamma = sqrt(t) beta c equals it for the corrected c alone."""
    t, beta = 3 * Link().pilot_snr, 10.0 ** np.linspace(-14, -6, 33)
    for printed in (False, True):
        moment = constant(beta, t, printed=printed) ** 2 * (t * beta + 1)
        assert np.allclose(gamma_of(beta, t, printed=printed), moment, rtol=1e-12, atol=0.0) is not printed
    assert (gamma_of(beta, t, printed=False) < beta).all()
    # The corrected c is the LMMSE one: the error (1 - c sqrt(t))^2 beta + c^2 is least there.
    c = constant(beta, t, printed=False)
    error = lambda x: (1 - x * math.sqrt(t)) ** 2 * beta + x**2  # noqa: E731 - one line says it
    assert (error(c) < error(1.01 * c)).all()
    assert (error(c) < error(0.99 * c)).all()
