"""The losses against Eq. (3) by loops, and against finite differences."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch

from qbench.papers.hqcnn.losses import INTERFERENCES, POWERS, SoftRate, supervised_loss
from qbench.papers.hqcnn.rates import Link, user_rates
from tests.oracles import hqcnn_circuit_reference as reference
from tests.unit.hqcnn.models import gains, soft


@pytest.mark.parametrize("power", POWERS)
@pytest.mark.parametrize("interference", ["lin", "sq"])
@pytest.mark.parametrize("literal", [False, True])
def test_one_hot_rows_give_eq_3(power, interference, literal):
    beta = gains(4, 5, 6)
    a = np.random.default_rng(1).integers(0, 3, (4, 6))
    rule = soft(power=power, interference=interference, literal=literal, n_antennas=3)
    found = rule.rates(torch.tensor(beta), torch.eye(3, dtype=torch.float64)[a])
    for b in range(4):
        wanted = reference.rates(
            beta[b], reference.same_pilot(a[b]), tau=3, rho_p=2.0, rho_d=5.0, antennas=3, power=power
        )
        np.testing.assert_allclose(found[b], wanted, rtol=1e-12)
    torch.testing.assert_close(rule.loss(torch.tensor(beta), torch.eye(3, dtype=torch.float64)[a]), -found.sum(-1))


@pytest.mark.parametrize("power", POWERS)
@pytest.mark.parametrize("interference", ["lin", "sq"])
@pytest.mark.parametrize("literal", [False, True])
def test_gradients_are_difference_quotients(power, interference, literal):
    rule = soft(power=power, interference=interference, literal=literal)
    beta = torch.tensor(gains(2, 3, 4, seed=2))
    logits = torch.tensor(np.random.default_rng(3).normal(size=(2, 4, 3)), requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: rule.loss(beta, torch.softmax(x, -1)), (logits,))


@pytest.mark.parametrize("power", POWERS)
@pytest.mark.parametrize("interference", ["lin", "sq"])
@pytest.mark.parametrize("literal", [False, True])
def test_soft_rows_by_loops(power, interference, literal):
    beta = gains(3, 4, 5, seed=4)
    q = np.random.default_rng(5).dirichlet([1, 1, 1], (3, 5))
    rule = soft(power=power, interference=interference, literal=literal)
    rates = rule.rates(torch.tensor(beta), torch.tensor(q))
    found = rule.loss(torch.tensor(beta), torch.tensor(q))
    for b in range(3):
        o = q[b] @ q[b].T
        own = np.diag(o) if literal else None
        wanted = reference.rates(
            beta[b], o, tau=3, rho_p=2.0, rho_d=5.0, antennas=2, power=power, interference=interference, own=own
        )
        np.testing.assert_allclose(rates[b], wanted, rtol=1e-12)
        assert found[b].item() == pytest.approx(-wanted.sum(), rel=1e-12)


@pytest.mark.parametrize("power", POWERS)
@pytest.mark.parametrize("noise", [{"noncoherent": False}, {"noise_aps": 2}, {"noise_aps": 1}, {"noise_aps": 9}])
def test_what_counts_of_all_beams_by_loops(power, noise):
    beta = gains(3, 4, 5, seed=7)
    q = np.random.default_rng(8).dirichlet([1, 1, 1], (3, 5))
    found = soft(power=power, **noise).rates(torch.tensor(beta), torch.tensor(q))
    for b in range(3):
        wanted = reference.rates(beta[b], q[b] @ q[b].T, tau=3, rho_p=2.0, rho_d=5.0, antennas=2, power=power, **noise)
        np.testing.assert_allclose(found[b], wanted, rtol=1e-12)


def check_hard(mode, noncoherent, noise_aps):
    """Compare one-hot rows with the hard rates of the same link at the paper's powers, in both interferences."""
    link = Link(n_pilot=3, n_antenna=3, bandwidth_hz=1e6, mode=mode, noncoherent=noncoherent, noise_aps=noise_aps)
    beta = 10.0 ** np.random.default_rng(9).uniform(-14, -8, (4, 5, 6))
    a = np.random.default_rng(10).integers(0, 3, (4, 6))
    wanted = user_rates(beta, a, link) / 1e6
    for word, literal in itertools.product(INTERFERENCES, [False, True]):
        rule = SoftRate.of(link, interference=word, literal=literal)
        assert (rule.interference, rule.literal) == (word, literal)
        found = rule.rates(torch.tensor(beta), torch.eye(3, dtype=torch.float64)[a])
        np.testing.assert_allclose(found, wanted, rtol=1e-12)


@pytest.mark.parametrize("mode", POWERS)
@pytest.mark.parametrize("noncoherent", [True, False])
@pytest.mark.parametrize("noise_aps", [None, 2])
def test_one_hot_rows_are_the_hard_rates_of_the_link(mode, noncoherent, noise_aps):
    check_hard(mode, noncoherent, noise_aps)


def test_logits_are_turned_into_shares_of_each_users_pilots():
    logits = np.random.default_rng(6).normal(size=(2, 5, 3)).astype(np.float32)
    shares = np.exp(logits.astype(np.float64))
    shares /= shares.sum(axis=2, keepdims=True)
    beta = torch.tensor(gains(2, 4, 5))
    wanted = soft().loss(beta, torch.tensor(shares))
    # Compiled, and torch's expression.
    for given in (beta, beta.clone().requires_grad_()):
        found = soft().loss_of_logits(torch.tensor(logits), given)
        assert found.dtype == torch.float64
        np.testing.assert_allclose(found.detach(), wanted, rtol=1e-12)


def test_quality_exceeds_the_gain_in_the_literal_reading_alone():
    """E17: K = 1, tau rho_p beta = 1000, q = (1/2, 1/2): gamma/beta = 1000/501; one-hot 1000/1001."""
    beta, half = torch.ones(1, 1, dtype=torch.float64), torch.full((1, 2), 0.5, dtype=torch.float64)
    literal = SoftRate(n_pilots=2, rho_p=500.0, rho_d=1.0, literal=True)
    assert literal.quality(beta, half).item() == pytest.approx(1000 / 501, rel=1e-12)
    one = torch.tensor([[1.0, 0.0]], dtype=torch.float64)
    assert literal.quality(beta, one).item() == pytest.approx(1000 / 1001, rel=1e-12)
    assert SoftRate(n_pilots=2, rho_p=500.0, rho_d=1.0).quality(beta, half).item() == pytest.approx(1000 / 1001)


def test_supervised_loss_by_hand():
    q = torch.tensor([[[0.9, 0.1], [0.25, 0.75]]], dtype=torch.float64)
    found = supervised_loss(q.log() + 7.0, torch.tensor([[0, 1]]))
    assert found.tolist() == pytest.approx([-math.log(0.9) - math.log(0.75)])
    logits = torch.randn(3, 4, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    labels = torch.tensor(np.random.default_rng(0).integers(0, 5, (3, 4)))
    theirs = torch.nn.functional.cross_entropy(logits.reshape(-1, 5), labels.reshape(-1), reduction="none")
    torch.testing.assert_close(supervised_loss(logits, labels), theirs.reshape(3, 4).sum(-1))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: soft(n_pilots=0), "n_pilots must be a whole number of at least 1, got 0"),
        (lambda: soft(n_antennas=-1), "n_antennas must be a whole number of at least 1, got -1"),
        (lambda: soft(rho_p=0.0), r"rho_p must lie in \(0, inf\), got 0.0"),
        (lambda: soft(rho_d=math.inf), r"rho_d must lie in \(0, inf\), got inf"),
        (lambda: soft(power="equals"), "power must be one of .*did you mean 'equal'"),
        (lambda: soft(noise_aps=0), "noise_aps must be a whole number of at least 1, got 0"),
        (lambda: SoftRate.of(Link(), interference="cube"), "interference must be one of lin, sq, got 'cube'"),
        (lambda: soft(interference="square"), "interference must be one of lin, sq, got 'square'"),
        (
            lambda: soft().rates(torch.ones(5, 4), torch.ones(5, 3)),
            r"with the same B and users, got \(5, 4\) and \(5, 3\)",
        ),
        (lambda: soft().quality(torch.ones(5, 4), torch.ones(4, 2)), r"q \(\*B, users, 3\).*got \(5, 4\) and \(4, 2\)"),
        (lambda: soft().loss(torch.ones(2, 5, 4), torch.ones(3, 4, 3)), r"the same B and users"),
        (
            lambda: supervised_loss(torch.ones(2, 4, 3), torch.tensor([[0, 1, 2, 3], [0, 0, 0, 0]])),
            r"labels must lie in 0\.\.2 for 3 pilots, got 3 at index \(0, 3\)",
        ),
        (
            lambda: supervised_loss(torch.ones(2, 4, 3), torch.full((2, 4), -1)),
            r"labels must lie in 0\.\.2 for 3 pilots, got -1 at index \(0, 0\)",
        ),
        (
            lambda: supervised_loss(torch.ones(2, 4, 3), torch.zeros(2, 4, 3, dtype=torch.int64)),
            r"labels must be \(\*B, users\) \(2, 4\), a pilot for every user, got \(2, 4, 3\)",
        ),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_noncoherent_is_yes_or_no():
    with pytest.raises(TypeError, match="noncoherent must be True or False, got 0"):
        soft(noncoherent=0)


def test_one_hot_labels_are_named():
    with pytest.raises(
        TypeError, match=r"labels must be whole numbers, got torch\.float32; take argmax of one-hot rows"
    ):
        supervised_loss(torch.ones(2, 4, 3), torch.ones(2, 4, 3))
