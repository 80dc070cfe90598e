"""What the computed claims of tn_qdrl rest on, for all sizes and not only those that the studies try."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import asin, log, pi, sqrt

import numpy as np
import pytest

from qbench.papers.tn_qdrl import qkd
from qbench.papers.tn_qdrl.actions import ActionSpace
from qbench.papers.tn_qdrl.grover import best_iterations
from qbench.papers.tn_qdrl.grover_circuits import start_circuit
from qbench.papers.tn_qdrl.resources import state_qubits
from qbench.quantum import compile


@pytest.mark.parametrize("beta", range(2, 60))
def test_c19_calls_of_a_search_lie_within_a_call_and_a_half_of_the_square_root(beta) -> None:
    """x <= asin x <= x/sqrt(1 - x^2) bounds tau* + theta by pi/4 sqrt(N), so its logarithm's slope tends to 1/2."""
    n = 2**beta
    calls = best_iterations(n)
    assert pi / 4 * sqrt(n) - 1.5 <= calls <= pi / 4 * sqrt(n)
    assert calls == int(pi / (4 * asin(n**-0.5)))


def test_c20_a_register_is_never_more_than_half_empty() -> None:
    """2^(a - 1) < D <= 2^a defines a = ceil(log2 D): whole numbers alone, far beyond what the study tries."""
    for d in [*range(2, 5000), *(2**k + e for k in range(13, 90) for e in (-1, 0, 1))]:
        a = state_qubits(d)
        assert 2 ** (a - 1) < d <= 2**a


def test_c21_a_sum_of_terms_of_one_variable_each_has_its_optimum_term_by_term() -> None:
    """F as printed is f(keys) + sum_x t_x(a_x, b) + T(w, b), t_x rising as b falls: no variable minds the others."""
    rng = np.random.default_rng(0)
    for _ in range(50):
        terms = [rng.random(size) for size in (3, 4, 2, 5)]
        alone = tuple(int(values.argmin()) for values in terms)
        best = min(
            product(*(range(len(v)) for v in terms)), key=lambda i: sum(v[k] for v, k in zip(terms, i, strict=True))
        )
        assert alone == best


@pytest.mark.parametrize("chi", [1, 2, 4, 8, 16])
def test_c24_what_saves_numbers_at_one_size_saves_them_at_all_larger_ones(chi) -> None:
    """From j to j + 1 cores grow by (j + 1)/j <= 2, amplitudes by 2: induction; 8 sites tie with a bond of 4."""
    first = next(j for j in range(1, 64) if j * 2 * chi**2 < 2**j)
    assert all(Fraction(j + 1, j) <= 2 for j in range(1, 200))
    assert all(j * 2 * chi**2 < 2**j for j in range(first, 200))
    if chi == 4:
        assert 8 * 2 * chi**2 == 2**8
        assert first == 9


@pytest.mark.parametrize("beta", [1, 3, 10])
def test_c26_hadamards_give_equal_amplitudes(beta) -> None:
    state = compile(start_circuit(2**beta)).state(np.zeros(0))
    assert np.abs(np.square(np.abs(state)) - 2.0**-beta).max() < 1e-15
    assert abs(np.vdot(np.ones(2**beta), state)) == pytest.approx(2 ** (beta / 2), abs=1e-12)


def test_c28_a_quarter_of_wrong_bits_leaves_a_key_rate_and_no_key() -> None:
    """E6: (12) is 37.5 less its margin where the secret fraction is -0.6226."""
    entropy = float(qkd.binary_entropy(0.25))
    margin = float(qkd.security_margin(entropy, n_sec=1e6, epsilon=1e-10))
    assert float(qkd.printed_key_rate(1.0, 50.0, 0.25, margin)) == pytest.approx(37.5 - margin, abs=1e-12)
    assert 1 - 2 * entropy == pytest.approx(-0.6226, abs=1e-4)
    assert float(qkd.standard_key_rate(1.0, 50.0, 1.0, 0.25)) == 0.0


def test_c32_every_vehicle_more_multiplies_the_calls_by_the_square_root_of_three() -> None:
    """N = 12 3^V, so log tau* rises by log(3)/2 = 0.549 a vehicle: eleven times the 0.05 of a method that scales."""
    for v in range(3, 30):
        n = ActionSpace(1, v, 2).n
        assert n == 12 * 3**v
        assert abs(best_iterations(n) - pi / 4 * sqrt(n)) <= 1.5
    assert log(3) / 2 > 0.05


def test_c33_a_simulated_iteration_costs_what_argmax_costs() -> None:
    """A diffusion touches every amplitude, argmax every value, once: with tau* >= 1 the difference is never below 0."""
    assert all(best_iterations(n) >= 1 for n in range(2, 5000))
