"""CVaR on exact small laws: every statement is checked against fractions or against another formula, never sampled."""

from fractions import Fraction
from itertools import product
from math import factorial

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from qbench.quantum.cvar import (
    cvar,
    cvar_of_counts,
    cvar_of_samples,
    cvar_sampling_variance,
    cvar_variance_bound,
    lower_quantile,
)

SOME = settings(max_examples=100, deadline=None)
alphas = st.builds(Fraction, st.integers(1, 24), st.just(24))


@st.composite
def laws(draw, least=1, most=6):
    """Integer energies (repeats allowed) with rational masses (zeros allowed), as Python lists."""
    size = draw(st.integers(least, most))
    energies = draw(st.lists(st.integers(-6, 6), min_size=size, max_size=size))
    masses = draw(st.lists(st.integers(0, 5), min_size=size, max_size=size).filter(any))
    return energies, [Fraction(m, sum(masses)) for m in masses]


samples = st.lists(st.integers(-20, 20), min_size=1, max_size=12)


def tail(energies, masses, alpha):
    """The definition: walk up the sorted atoms and take mass until alpha is used up. List of (energy, mass taken)."""
    left, taken = alpha, []
    for energy, mass in sorted(zip(energies, masses, strict=True)):
        part = min(mass, left)
        taken.append((energy, part))
        left -= part
    return [(energy, part) for energy, part in taken if part]


def exact(energies, masses, alpha):
    return sum(e * m for e, m in tail(energies, masses, alpha)) / alpha


def rockafellar_uryasev(energies, masses, alpha):
    """max_t t - E[(t - X)_+] / alpha; concave and piecewise linear in t with kinks at the energies."""
    return max(t - sum(m * max(t - e, 0) for e, m in zip(energies, masses, strict=True)) / alpha for t in energies)


def value(energies, masses, alpha):
    return float(cvar(energies, [float(m) for m in masses], float(alpha))[0])


@SOME
@given(laws(), alphas)
def test_equals_the_definition_and_the_variational_form(law, alpha):
    truth = exact(*law, alpha)
    assert rockafellar_uryasev(*law, alpha) == truth
    assert value(*law, alpha) == pytest.approx(float(truth), abs=1e-12)


@SOME
@given(laws(), alphas)
def test_quantile_is_the_last_energy_of_the_tail(law, alpha):
    energies, masses = law
    assert lower_quantile(energies, [float(m) for m in masses], float(alpha)) == tail(*law, alpha)[-1][0]


@SOME
@given(laws())
def test_rises_with_alpha_from_minimum_to_mean(law):
    energies, masses = law
    curve = np.array([value(*law, Fraction(k, 24)) for k in range(1, 25)])
    assert np.all(np.diff(curve) >= -1e-12)
    mean = float(sum(e * m for e, m in zip(energies, masses, strict=True)))
    ground = min(e for e, m in zip(energies, masses, strict=True) if m)
    assert curve[-1] == pytest.approx(mean, abs=1e-12)
    assert value(*law, 1e-9) == ground
    assert np.all((curve >= ground - 1e-12) & (curve <= mean + 1e-12))


@SOME
@given(laws())
def test_alpha_times_cvar_is_convex_in_alpha(law):
    mass = np.arange(25) / 24
    integral = np.array([0.0] + [a * value(*law, a) for a in mass[1:]])
    assert np.all(np.diff(integral, 2) >= -1e-12)


@SOME
@given(laws(), alphas, st.integers(-9, 9), st.integers(1, 9))
def test_translation_and_positive_scaling(law, alpha, shift, scale):
    energies, masses = law
    moved = [scale * e + shift for e in energies]
    assert value(moved, masses, alpha) == pytest.approx(scale * value(*law, alpha) + shift, abs=1e-10)


@SOME
@given(laws(least=4, most=4), laws(least=4, most=4), alphas, st.integers(0, 8))
def test_convex_in_the_law(one, other, alpha, weight):
    energies, p = one
    _, r = other
    lam = Fraction(weight, 8)
    mixed = [lam * a + (1 - lam) * b for a, b in zip(p, r, strict=True)]
    bound = float(lam) * value(energies, p, alpha) + float(1 - lam) * value(energies, r, alpha)
    assert value(energies, mixed, alpha) <= bound + 1e-12


@SOME
@given(laws(least=2), alphas)
def test_is_the_ground_energy_iff_its_probability_reaches_alpha(law, alpha):
    energies, masses = law
    ground = min(energies)
    p_ground = sum(m for e, m in zip(energies, masses, strict=True) if e == ground)
    assume(abs(p_ground - alpha) > Fraction(1, 10**9))
    assert (value(*law, alpha) == ground) == (p_ground >= alpha)


@SOME
@given(laws(least=2), alphas, st.data())
def test_cotangent_is_the_derivative_within_the_simplex(law, alpha, data):
    energies, masses = law
    below = sum(m for e, m in zip(energies, masses, strict=True) if e < tail(*law, alpha)[-1][0])
    upto = sum(m for e, m in zip(energies, masses, strict=True) if e <= tail(*law, alpha)[-1][0])
    assume(alpha == 1 or below < alpha < upto)  # elsewhere there is a kink
    giving = data.draw(st.sampled_from([k for k, m in enumerate(masses) if m]))
    taking = data.draw(st.sampled_from(range(len(energies))))
    h = Fraction(1, 10**5)
    moved = list(masses)
    moved[giving] -= h
    moved[taking] += h
    _, g = cvar(energies, [float(m) for m in masses], float(alpha))
    slope = (exact(energies, moved, alpha) - exact(energies, masses, alpha)) / h
    assert g[taking] - g[giving] == pytest.approx(float(slope), abs=1e-9)
    assert np.all(g <= 0)


@SOME
@given(laws(least=2), st.integers(1, 23))
def test_cotangent_is_a_subgradient_at_kinks_too(law, k):
    energies, masses = law
    p = np.array([float(m) for m in masses])
    here, g = cvar(energies, p, k / 24)
    for other in np.eye(len(p)):
        there = cvar(energies, other, k / 24)[0]
        assert there >= here + g @ (other - p) - 1e-12


@SOME
@given(samples, alphas, st.randoms(use_true_random=False))
def test_shot_order_does_not_matter(values, alpha, random):
    shuffled = random.sample(values, len(values))
    for convention in ("floor", "ceil", "fractional"):
        one, two = (cvar_of_samples(v, float(alpha), convention) for v in (values, shuffled))
        assert one == two


@SOME
@given(samples, alphas)
def test_sample_conventions_by_their_definitions(values, alpha):
    k, ascending = len(values), sorted(values)
    floor, ceil = max(1, alpha * k // 1), -(-alpha * k // 1)
    found = {c: float(cvar_of_samples(values, float(alpha), c)) for c in ("floor", "ceil", "fractional")}
    assert found["floor"] == pytest.approx(sum(ascending[: int(floor)]) / floor, abs=1e-12)
    assert found["ceil"] == pytest.approx(sum(ascending[: int(ceil)]) / ceil, abs=1e-12)
    assert found["fractional"] == pytest.approx(float(exact(values, [Fraction(1, k)] * k, alpha)), abs=1e-12)
    assert found["floor"] <= found["fractional"] + 1e-12
    assert found["fractional"] <= found["ceil"] + 1e-12
    if (alpha * k).denominator == 1:
        assert found["floor"] == pytest.approx(found["fractional"], abs=1e-12)


@SOME
@given(samples, alphas)
def test_counts_are_samples_with_the_floor_convention(values, alpha):
    levels = sorted(set(values), reverse=True)
    counts = [values.count(level) for level in levels]
    found = cvar_of_counts(levels, [counts, counts], float(alpha))
    assert found == pytest.approx(float(cvar_of_samples(values, float(alpha))), abs=1e-12)


@SOME
@given(laws(least=3, most=3), laws(least=3, most=3), alphas)
def test_batch_equals_one_by_one(one, other, alpha):
    e = np.array([one[0], other[0]])
    p = np.array([one[1], other[1]], dtype=float)
    values, cotangents = cvar(e, p, float(alpha))
    shared, _ = cvar(e[0], p, float(alpha), order=np.argsort(e[0]))
    for b in range(2):
        single, cotangent = cvar(e[b], p[b], float(alpha))
        assert values[b] == pytest.approx(float(single), abs=1e-12)
        assert cotangents[b] == pytest.approx(cotangent, abs=1e-12)
        assert shared[b] == pytest.approx(float(cvar(e[0], p[b], float(alpha))[0]), abs=1e-12)


@SOME
@given(laws(), alphas)
def test_sampling_variance_equals_the_tail_formula(law, alpha):
    energies, masses = law
    parts = tail(*law, alpha)
    q, c = parts[-1][0], exact(*law, alpha)
    v = sum(m * e * e for e, m in parts) / alpha - c * c
    formula = (v + (1 - alpha) * (q - c) ** 2) / alpha
    found = cvar_sampling_variance(energies, [float(m) for m in masses], float(alpha))
    assert float(found) == pytest.approx(float(formula), abs=1e-10)


def floor_variance(energies, masses, shots, m):
    """Exact variance of the mean of the m lowest of `shots` independent samples, over all counts of three energies."""
    first = second = Fraction(0)
    ascending = sorted(zip(energies, masses, strict=True))
    for counts in product(range(shots + 1), repeat=3):
        if sum(counts) != shots:
            continue
        weight = Fraction(factorial(shots))
        for (_, mass), n in zip(ascending, counts, strict=True):
            weight *= mass**n / Fraction(factorial(n))
        left, total = m, Fraction(0)
        for (energy, _), n in zip(ascending, counts, strict=True):
            total += energy * min(n, left)
            left -= min(n, left)
        first += weight * total / m
        second += weight * (total / m) ** 2
    return second - first**2


@pytest.mark.parametrize("middle", [Fraction(1, 4), Fraction(1, 2), Fraction(3, 4)])
def test_variance_bound_holds_for_every_law_exactly(middle):
    """Energies 0, v, 1 with masses k/12, K <= 6, every m <= K, in rationals."""
    energies = [Fraction(0), middle, Fraction(1)]
    tightest = Fraction(0)
    for a, b in product(range(13), repeat=2):
        if a + b > 12 or 12 in (a, b, 12 - a - b):
            continue
        masses = [Fraction(a, 12), Fraction(b, 12), Fraction(12 - a - b, 12)]
        support = [e for e, p in zip(energies, masses, strict=True) if p]
        width = max(support) - min(support)
        for shots in range(1, 7):
            for m in range(1, shots + 1):
                bound = width**2 * Fraction(shots, 4 * m * m)
                variance = floor_variance(energies, masses, shots, m)
                assert variance <= bound
                tightest = max(tightest, variance / bound)
                assert cvar_variance_bound(float(width), m / shots, shots) == pytest.approx(float(bound), rel=1e-12)
    assert tightest == 1  # one shot, two equal atoms at the ends
