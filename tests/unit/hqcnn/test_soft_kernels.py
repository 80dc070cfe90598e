"""The compiled soft rate against torch's expression, and what only one of the two can do."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch

from qbench.papers.hqcnn import _soft_kernels as kernels
from qbench.papers.hqcnn.losses import INTERFERENCES, POWERS, SoftRate
from tests.unit.hqcnn.models import gains, soft

NOISES = ({}, {"noncoherent": False}, {"noise_aps": 2})
SIZES = ((1, 1, 1), (1, 4, 2), (5, 1, 3), (7, 5, 3), (10, 9, 3), (45, 20, 10))


def draw(size, networks=3, seed=0):
    """Return gains over the paper's six decades and logits, from even shares to one-hot rows."""
    aps, users, pilots = size
    rng = np.random.default_rng(seed)
    sharp = 10.0 ** rng.uniform(-1, 3, (networks, users, 1))
    beta = 10.0 ** rng.uniform(-14, -8, (networks, aps, users))
    return torch.tensor(beta), torch.tensor(sharp * rng.normal(size=(networks, users, pilots)))


def paper_rule(pilots, **reading):
    return SoftRate(n_pilots=pilots, rho_p=1.57e11, rho_d=3.14e11, **reading)


def with_gradient(loss, given):
    given = given.clone().requires_grad_()
    found = loss(given)
    # Weights that differ, since a cotangent of ones would hide one that is lost.
    weights = torch.arange(1, 1 + found.numel(), dtype=torch.float64).reshape(found.shape)
    (found * weights).sum().backward()
    return found.detach(), given.grad / weights[..., None, None]


def assert_same(found, wanted):
    """Losses to 1e-12 of their size, and derivatives to that of the loss and the largest of the network."""
    torch.testing.assert_close(found[0], wanted[0], rtol=1e-12, atol=0.0)
    size = wanted[0].abs() + wanted[1].abs().amax(dim=(-1, -2))
    assert ((found[1] - wanted[1]).abs().amax(dim=(-1, -2)) <= 1e-12 * size).all()


def check_against_torch(power, interference, literal):
    for size, noise in itertools.product(SIZES, NOISES):
        rule = paper_rule(size[2], power=power, interference=interference, literal=literal, **noise)
        beta, logits = draw(size)
        q = torch.softmax(logits, -1)
        expression = with_gradient(lambda x, r=rule, b=beta: -r.rates(b, x).sum(-1), q)
        assert_same(with_gradient(lambda x, r=rule, b=beta: r.loss(b, x), q), expression)
        expression = with_gradient(lambda x, r=rule, b=beta: -r.rates(b, torch.softmax(x, -1)).sum(-1), logits)
        assert_same(with_gradient(lambda x, r=rule, b=beta: r.loss_of_logits(x, b), logits), expression)


@pytest.mark.parametrize("power", POWERS)
@pytest.mark.parametrize("interference", INTERFERENCES)
@pytest.mark.parametrize("literal", [False, True])
def test_kernels_are_the_expression(power, interference, literal):
    check_against_torch(power, interference, literal)


@pytest.mark.parametrize("power", POWERS)
@pytest.mark.parametrize("interference", INTERFERENCES)
@pytest.mark.parametrize("noise", NOISES)
def test_derivatives_by_logits_are_difference_quotients(power, interference, noise):
    rule = soft(power=power, interference=interference, literal=True, **noise)
    beta = torch.tensor(gains(2, 3, 4, seed=2))
    logits = torch.tensor(np.random.default_rng(3).normal(size=(2, 4, 3)), requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: rule.loss_of_logits(x, beta), (logits,))


@pytest.mark.parametrize("power", POWERS)
@pytest.mark.parametrize("size", [(7, 5, 3), (10, 9, 3), (30, 20, 10)])
def test_a_network_has_its_bits_in_any_batch(power, size):
    rule = paper_rule(size[2], power=power)
    beta, logits = draw(size, networks=6)
    q = torch.softmax(logits, -1)
    for loss, given in ((lambda x, b: rule.loss(b, x), q), (rule.loss_of_logits, logits)):
        together = with_gradient(lambda x, f=loss: f(x, beta), given)
        seeds = with_gradient(
            lambda x, f=loss: f(x, beta.reshape(2, 3, *beta.shape[1:])), given.reshape(2, 3, *given.shape[1:])
        )
        assert torch.equal(seeds[0].flatten(), together[0])
        for b in range(6):
            alone = given[b].clone().requires_grad_()
            found = loss(alone, beta[b])
            found.backward()
            assert torch.equal(found.detach(), together[0][b])
            again = given[[b, 0, b]].clone().requires_grad_()
            loss(again, beta[[b, 0, b]]).sum().backward()
            assert torch.equal(again.grad[0], alone.grad)
            assert torch.equal(again.grad[2], alone.grad)


def test_arguments_lie_in_any_order_and_stay_as_they_are():
    rule = paper_rule(3)
    beta, logits = draw((7, 5, 3), networks=4)
    wanted = with_gradient(lambda x: rule.loss_of_logits(x, beta), logits)
    turned = beta.permute(2, 1, 0).contiguous().permute(2, 1, 0)
    kept = beta.clone(), logits.clone()
    found = with_gradient(lambda x: rule.loss_of_logits(x.mT.contiguous().mT, turned), logits)
    assert torch.equal(found[0], wanted[0])
    assert torch.equal(found[1], wanted[1])
    with torch.no_grad():
        assert torch.equal(rule.loss_of_logits(logits, beta), wanted[0])
        assert torch.equal(
            rule.loss_of_logits(logits.float(), beta), rule.loss_of_logits(logits.float().double(), beta)
        )
    assert torch.equal(beta, kept[0])
    assert torch.equal(logits, kept[1])


def test_derivatives_have_the_precision_of_the_logits():
    logits = torch.zeros(2, 4, 3, requires_grad=True)
    soft().loss_of_logits(logits, torch.tensor(gains(2, 5, 4))).sum().backward()
    assert logits.grad.dtype == torch.float32


@pytest.mark.parametrize("power", POWERS)
@pytest.mark.parametrize("interference", INTERFERENCES)
@pytest.mark.parametrize("literal", [False, True])
@pytest.mark.parametrize("decades", [(-60, -20), (20, 60), (-40, 40)])
def test_probabilities_of_0_and_extreme_gains(power, interference, literal, decades):
    rng = np.random.default_rng(4)
    beta = torch.tensor(10.0 ** rng.uniform(*decades, (8, 5, 6)))
    logits = torch.tensor(rng.choice([-1e4, 0.0, 1e4], (8, 6, 3)))
    assert (torch.softmax(logits, -1) == 0).any()
    rule = soft(power=power, interference=interference, literal=literal)
    found = with_gradient(lambda x: rule.loss_of_logits(x, beta), logits)
    assert torch.isfinite(found[0]).all()
    assert torch.isfinite(found[1]).all()
    assert (found[0] <= 0).all()
    assert_same(found, with_gradient(lambda x: -rule.rates(beta, torch.softmax(x, -1)).sum(-1), logits))


@pytest.fixture
def calls(monkeypatch):
    """Count the calls of the kernels."""
    seen = []
    evaluate = kernels.evaluate
    monkeypatch.setattr(kernels, "evaluate", lambda *a: (seen.append(len(a)), evaluate(*a))[1])
    return seen


@pytest.mark.parametrize("power", POWERS)
def test_derivatives_by_gains_are_torchs(power, calls):
    rule = soft(power=power, noise_aps=2)
    beta = torch.tensor(np.random.default_rng(5).uniform(0.5, 2.0, (3, 4)), requires_grad=True)
    logits = torch.tensor(np.random.default_rng(6).normal(size=(4, 3)), requires_grad=True)
    assert torch.autograd.gradcheck(lambda b, z: rule.loss_of_logits(z, b), (beta, logits))
    assert torch.autograd.gradcheck(lambda b, z: rule.loss(b, torch.softmax(z, -1)), (beta, logits))
    assert not calls
    with torch.no_grad():
        rule.loss(beta, torch.softmax(logits, -1))
    rule.loss_of_logits(logits, beta.detach())
    assert len(calls) == 2


def test_other_precisions_devices_and_empty_batches_are_torchs(calls):
    beta, q = torch.tensor(gains(2, 5, 4)), torch.full((2, 4, 3), 1 / 3, dtype=torch.float64)
    assert soft().loss(beta.float(), q.float()).dtype == torch.float32
    assert soft().loss(beta.to("meta"), q.to("meta")).device.type == "meta"
    none = q[:0].clone().requires_grad_()
    soft().loss(beta[:0], none).sum().backward()
    assert none.grad.shape == (0, 4, 3)
    assert not calls
    soft().loss(beta, q)
    assert len(calls) == 1


@pytest.mark.parametrize("power", POWERS)
@pytest.mark.parametrize("logits", [False, True])
def test_second_derivatives(power, logits, calls):
    rule = soft(power=power)
    beta = torch.tensor(gains(2, 3, 3, seed=7))
    given = torch.tensor(np.random.default_rng(8).dirichlet([1, 1, 1], (2, 3)), requires_grad=True)
    loss = (lambda x: rule.loss_of_logits(x, beta)) if logits else (lambda x: rule.loss(beta, x))
    assert torch.autograd.gradgradcheck(loss, (given,))
    assert calls
    plain = torch.autograd.grad(loss(given).sum(), given)[0]
    torch.testing.assert_close(
        torch.autograd.grad(loss(given).sum(), given, create_graph=True)[0], plain, rtol=1e-10, atol=1e-13
    )
