"""The soft rate, exactly: what one-hot rows, hedging and each reading imply."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import find, given
from hypothesis import strategies as st

from qbench.papers.hqcnn.losses import INTERFERENCES, POWERS, SoftRate
from tests.oracles import hqcnn_circuit_reference as reference

seeds, sizes = st.integers(0, 2**32 - 1), st.integers(1, 6)
powers, words = st.sampled_from(POWERS), st.sampled_from(INTERFERENCES)

# With beta under the root, as c_mk is printed, gamma exceeds beta (E2).
physical = st.sampled_from(["equal", "per_user"])


@st.composite
def systems(draw, literal=False, powers=powers):
    """A rule, gains (M, K) and probabilities (K, tau): gains over six decades, powers over four."""
    aps, users, pilots, antennas = draw(sizes), draw(sizes), draw(st.integers(1, 4)), draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(seeds))
    rho_p, rho_d = 10.0 ** rng.uniform(-1, 3, 2)
    rule = SoftRate(
        n_pilots=pilots,
        rho_p=float(rho_p),
        rho_d=float(rho_d),
        n_antennas=antennas,
        power=draw(powers),
        interference=draw(words),
        literal=literal,
        noncoherent=draw(st.booleans()),
        noise_aps=draw(st.none() | sizes),
    )
    beta = 10.0 ** rng.uniform(-3, 3, (aps, users))
    sharp = 10.0 ** rng.uniform(-1, 1.5)
    logits = sharp * rng.normal(size=(users, pilots))
    q = np.exp(logits - logits.max(axis=1, keepdims=True))
    return rule, beta, q / q.sum(axis=1, keepdims=True), rng.integers(0, pilots, users)


def one_hot(a, pilots):
    return torch.eye(pilots, dtype=torch.float64)[a]


@given(systems(), st.booleans())
def test_p10_one_hot_is_hard(system, literal):
    rule, beta, _, a = system
    chosen = SoftRate(**{**vars(rule), "literal": literal})
    found = chosen.rates(torch.tensor(beta), one_hot(a, rule.n_pilots)).numpy()
    wanted = reference.rates(
        beta,
        reference.same_pilot(a),
        tau=rule.n_pilots,
        rho_p=rule.rho_p,
        rho_d=rule.rho_d,
        antennas=rule.n_antennas,
        power=rule.power,
        noncoherent=rule.noncoherent,
        noise_aps=rule.noise_aps,
    )
    np.testing.assert_allclose(found, wanted, rtol=1e-11, atol=1e-12)


@given(systems(powers=physical))
def test_p10_quality_never_exceeds_the_gain(system):
    rule, beta, q, _ = system
    gamma = rule.quality(torch.tensor(beta), torch.tensor(q)).numpy()
    assert (gamma > 0).all()
    assert (gamma <= beta * (1 + 1e-12)).all()


@given(systems())
def test_p10_squares_interfere_less(system):
    rule, beta, q, _ = system
    given_q = torch.tensor(beta), torch.tensor(q)
    lin, sq = (SoftRate(**{**vars(rule), "interference": w}).rates(*given_q).numpy() for w in ("lin", "sq"))
    assert (sq >= lin * (1 - 1e-12)).all()


@given(systems())
def test_p10_gradients_are_finite_at_one_hot_rows(system):
    rule, beta, _, a = system
    q = one_hot(a, rule.n_pilots).requires_grad_()
    rule.loss(torch.tensor(beta), q).backward()
    assert torch.isfinite(q.grad).all()


@given(systems())
def test_pilots_have_no_names_and_users_have_no_numbers(system):
    rule, beta, q, a = system
    b, p = torch.tensor(beta), torch.tensor(q)
    rates = rule.rates(b, p)
    order = np.random.default_rng(int(a.sum())).permutation(rule.n_pilots)
    torch.testing.assert_close(rule.rates(b, p[:, order]), rates, rtol=1e-10, atol=1e-12)
    users = np.random.default_rng(int(a.sum()) + 1).permutation(len(q))
    torch.testing.assert_close(rule.rates(b[:, users], p[users]), rates[users], rtol=1e-10, atol=1e-12)


@given(systems())
def test_members_of_a_batch_are_alone(system):
    rule, beta, q, a = system
    hot = one_hot(a, rule.n_pilots).numpy()
    both = rule.rates(torch.tensor(np.stack([beta, 2 * beta, beta])), torch.tensor(np.stack([q, hot, hot])))
    assert torch.equal(both[0], rule.rates(torch.tensor(beta[None]), torch.tensor(q[None]))[0])
    assert torch.equal(both[1], rule.rates(torch.tensor(2 * beta[None]), torch.tensor(hot[None]))[0])


def with_slope(loss, given):
    x = torch.tensor(given[None]).requires_grad_()
    found = loss(x)
    found.sum().backward()
    return found.item(), x.grad[0].numpy()


@given(systems() | systems(literal=True), st.booleans())
def test_kernels_are_the_expression(system, hard):
    """The compiled loss and its derivative by q, soft or one-hot, to 1e-12."""
    rule, beta, q, a = system
    beta = torch.tensor(beta[None])
    given_q = one_hot(a, rule.n_pilots).numpy() if hard else q
    value, slope = with_slope(lambda x: -rule.rates(beta, x).sum(-1), given_q)
    found, of_q = with_slope(lambda x: rule.loss(beta, x), given_q)
    assert abs(found - value) <= 1e-12 * abs(value)
    assert np.abs(of_q - slope).max() <= 1e-12 * (abs(value) + np.abs(slope).max())


@given(systems() | systems(literal=True), st.floats(-3, 3))
def test_shifted_logits_are_the_same_shares(system, shift):
    rule, beta, q, _ = system
    beta, logits = torch.tensor(beta[None]), np.log(np.maximum(q, 1e-300))
    value, slope = with_slope(lambda x: rule.loss_of_logits(x, beta), logits)
    moved, of_moved = with_slope(lambda x: rule.loss_of_logits(x, beta), logits + shift)
    assert abs(moved - value) <= 1e-11 * abs(value)
    size = abs(value) + np.abs(slope).max()
    assert np.abs(of_moved - slope).max() <= 1e-11 * size
    # So the derivative is 0 along a shift.
    assert np.abs(slope.sum(-1)).max() <= 1e-12 * size


def test_p11_the_literal_reading_lets_quality_exceed_the_gain():
    """E17: hypothesis finds it."""

    def exceeds(system):
        rule, beta, q, _ = system
        return bool((rule.quality(torch.tensor(beta), torch.tensor(q)).numpy() > beta * 1.01).any())

    rule, beta, q, _ = find(systems(literal=True, powers=physical), exceeds)
    assert rule.literal
    assert (rule.quality(torch.tensor(beta), torch.tensor(q)).numpy() > beta).any()
