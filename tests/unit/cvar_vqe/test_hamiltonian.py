"""The paper's errors in Eq. (10) and Sec. III as numbers, and every error message of the Hamiltonians."""

import re
import time
from itertools import product

import numpy as np
import pytest

from qbench.papers.cvar_vqe.encodings import Log, OneHot, encoding
from qbench.papers.cvar_vqe.hamiltonian import (
    constraint_violations,
    default_penalty,
    hamiltonian,
    overload_degree,
    printed_hamiltonian,
    rate_coefficients,
    rates,
)

CROWDED = [[10.0, 1.0], [9.0, 1.0]]  # both AVs prefer BS 0, which has room for one
BOTH_ON_0, MATCHING = [0, 0], [0, 1]


def test_printed_eq_10_never_enforces_the_capacity():
    """Literal minimum -19 with both AVs on BS 0; corrected minimum -11 at the optimal matching."""
    code = OneHot(2, 2)
    penalties = {"row_penalty": 20, "overload_penalty": 20}
    literal = printed_hamiltonian(CROWDED, [1, 1], code, **penalties)
    corrected = hamiltonian(CROWDED, [1, 1], code, **penalties)
    assert (literal.min(), literal.argmin()) == (-19, code.encode(BOTH_ON_0))
    assert (corrected.min(), corrected.argmin()) == (-11, code.encode(MATCHING))
    assert np.count_nonzero(literal == -19) == np.count_nonzero(corrected == -11) == 1
    assert constraint_violations([1, 1], code)[1][literal.argmin()] == 1


def test_printed_third_term_is_zero_wherever_c1_holds():
    code = OneHot(2, 3)
    w = np.ones((2, 3))
    with_term = printed_hamiltonian(w, [1, 2, 1], code, row_penalty=0, overload_penalty=100)
    without = printed_hamiltonian(w, [1, 2, 1], code, row_penalty=0, overload_penalty=0)
    valid = code.decode(np.arange(2**6))[1]
    assert np.array_equal(with_term[valid], without[valid])
    assert np.any(with_term != without)


def test_dividing_by_the_capacity_rewards_overload():
    code = OneHot(2, 2)
    rate = rates(CROWDED, [1, 1], code)
    assert rate[code.encode(BOTH_ON_0)] == 19
    assert rate[code.encode(MATCHING)] == 11
    assert rates(CROWDED, [2, 1], code)[code.encode(BOTH_ON_0)] == 9.5


def test_an_empty_station_scores_nothing():
    assert rates(CROWDED, [1, 1], OneHot(2, 2))[0] == 0


def test_a_code_without_a_station_counts_as_row_sum_zero():
    """J = 3: code 3 has no rate and pays the row penalty once."""
    w = [[5.0, 6.0, 7.0]]
    assert hamiltonian(w, [1, 1, 1], Log(1, 3)).tolist() == [-5, -6, -7, 14]


def test_objective_is_no_quadratic_form():
    """Third difference over the eight points u_i0 = b_i of three AVs and two BSs; it is 0 for every quadratic."""
    code = OneHot(3, 2)
    w = [[6.0, 0.0], [0.0, 0.0], [0.0, 0.0]]
    corners = list(product((0, 1), repeat=3))
    z = rates(w, [3, 3], code)[code.encode([[1 - b for b in corner] for corner in corners])]
    assert [v for v in z.tolist() if v] == [6, 3, 3, 2]
    assert sum((-1) ** (3 - sum(corner)) * v for corner, v in zip(corners, z, strict=True)) == 2


def test_smallest_cubic_coefficient():
    coefficients = rate_coefficients([1.0, 0.0, 0.0], 3)
    assert coefficients[0b111] == pytest.approx(1 / 3, abs=1e-15)
    assert coefficients[0b011] == pytest.approx(-1 / 2, abs=1e-15)


@pytest.mark.parametrize("capacity", range(2, 8))
@pytest.mark.parametrize("agents", range(3, 8))
def test_cubic_factor_never_vanishes_but_the_top_one_can(agents, capacity):
    sizes = np.bitwise_count(np.arange(2**agents))
    coefficients = rate_coefficients(np.ones(agents), capacity)
    cubic = coefficients[sizes == 3] / 3
    assert cubic == pytest.approx(np.full(len(cubic), 1 / 2 if capacity == 2 else 1 / 3), abs=1e-14)
    top_vanishes = abs(coefficients[-1]) < 1e-12
    assert top_vanishes == ((agents, capacity) in {(5, 3), (7, 5)})


def test_a_capacity_of_one_makes_the_rate_linear():
    sizes = np.bitwise_count(np.arange(2**5))
    coefficients = rate_coefficients(np.arange(1.0, 6.0), 1)
    assert not np.any(coefficients[sizes != 1])


def test_monomials_of_the_rate_at_four_by_four():
    assert 4 * np.count_nonzero(rate_coefficients(np.ones(4), 4)) == 60


@pytest.mark.parametrize(
    ("agents", "capacity", "degree"), [(3, 1, 3), (4, 2, 3), (6, 3, 5), (2, 1, 2), (4, 4, 0), (4, 5, 0), (5, 2, 5)]
)
def test_degree_of_the_overload_penalty(agents, capacity, degree):
    assert overload_degree(agents, capacity) == degree


def test_smallest_overload_penalty_that_is_not_quadratic():
    """Q = 1, three AVs: 0, 0, 1, 4; the quadratic through the first three is n(n - 1)/2, which is 3 at n = 3."""
    _, overload = constraint_violations([1], OneHot(3, 1))
    assert [overload[2**n - 1] for n in range(4)] == [0, 0, 1, 4]


def test_default_penalty_is_twice_the_largest_weight():
    assert default_penalty(CROWDED) == 20
    assert default_penalty([CROWDED, np.ones((2, 2))]).tolist() == [20, 2]
    assert default_penalty(np.zeros((2, 2))) == 0


@pytest.mark.parametrize("name", ["onehot", "log"])
def test_four_by_four_batch_is_quick(name):
    """25 instances of 16 qubits take well under a second; the limit leaves room for a busy machine."""
    w = np.random.default_rng(0).random((25, 4, 4))
    start = time.process_time()
    energies = hamiltonian(w, [10, 5, 10, 5], encoding(name, 4, 4))
    assert time.process_time() - start < 1.0
    assert energies.shape == (25, 2**16 if name == "onehot" else 2**8)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: rates(CROWDED, [1, 1], OneHot(2, 3)), "weights must have shape (*B, 2, 3), got (2, 2)"),
        (
            lambda: hamiltonian(CROWDED, [1], OneHot(2, 2)),
            "capacities must have one entry a station (2), got shape (1,)",
        ),
        (
            lambda: hamiltonian(CROWDED, [0, 1], OneHot(2, 2)),
            "capacities must be whole numbers of at least 1, got [0.0, 1.0]",
        ),
        (lambda: hamiltonian(CROWDED, [1.5, 1], OneHot(2, 2)), "whole numbers of at least 1, got [1.5, 1.0]"),
        (lambda: constraint_violations(1, OneHot(1, 1)), "capacities must have at least 1 axes, got shape ()"),
        (lambda: hamiltonian([[np.nan, 1]], [1, 1], OneHot(1, 2)), "weights must be finite, got nan at index (0, 0)"),
        (
            lambda: hamiltonian([[-1.0, 1]], [1, 1], OneHot(1, 2)),
            "2 w_max needs weights of at least 0, got -1.0; pass penalties",
        ),
        (
            lambda: hamiltonian(CROWDED, [1, 1], OneHot(2, 2), row_penalty=np.inf),
            "row_penalty must be finite, got inf at index ()",
        ),
        (
            lambda: printed_hamiltonian(np.ones((3, 2)), [1, 1], OneHot(3, 2)),
            "Eq. (10) as printed reads Q_i for every AV i, so it needs agents <= stations, got 3 > 2",
        ),
        (lambda: rate_coefficients([], 1), "column must not be empty"),
        (lambda: rate_coefficients([1.0], 0), "capacity must be a whole number of at least 1, got 0"),
        (lambda: overload_degree(0, 1), "agents must be a whole number of at least 1, got 0"),
        (lambda: overload_degree(1, 0), "capacity must be a whole number of at least 1, got 0"),
    ],
)
def test_errors_name_the_value_and_the_limit(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()
