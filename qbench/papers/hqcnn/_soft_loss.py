"""The compiled soft sum rate as an operation of torch: values, and derivatives by probabilities or logits alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from qbench.papers.hqcnn import _soft_kernels as kernels

if TYPE_CHECKING:
    from torch import Tensor

    from qbench._arrays import FloatArray
    from qbench.papers.hqcnn.losses import SoftRate

MODES = {"equal": kernels.EQUAL, "per_user": kernels.PER_USER, "printed_c": kernels.PRINTED_C}


def fits(beta: Tensor, given: Tensor) -> bool:
    """Return whether the kernels can take gains and probabilities, or logits, and what is asked of them."""
    plain = all(t.device.type == "cpu" and t.dtype == torch.float64 and t.numel() > 0 for t in (beta, given))
    return plain and not (beta.requires_grad and torch.is_grad_enabled())


def loss(rule: SoftRate, beta: Tensor, given: Tensor, *, logits: bool) -> Tensor:
    """Return minus the sum rate (*B,) of gains (*B, M, K) and probabilities, or logits, (*B, K, tau) that fit.

    Derivatives of a derivative are torch's, of the expression behind `SoftRate.rates`.
    """
    if given.requires_grad and torch.is_grad_enabled():
        found: Tensor = _Loss.apply(rule, beta, given, logits)  # type: ignore[no-untyped-call]  # torch
        return found
    return _evaluate(rule, beta, given, given.new_empty(0, *given.shape[-2:]), logits=logits)


class _Loss(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, rule: SoftRate, beta: Tensor, given: Tensor, logits: bool) -> Tensor:  # noqa: ANN401, FBT001
        slope = given.new_empty(given.shape)
        ctx.rule, ctx.logits = rule, logits
        ctx.save_for_backward(beta, given, slope)
        return _evaluate(rule, beta, given, slope, logits=logits)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[None, None, Tensor, None]:  # noqa: ANN401
        beta, given, slope = ctx.saved_tensors
        if not torch.is_grad_enabled():
            return None, None, grad[..., None, None] * slope, None
        q = torch.softmax(given, dim=-1) if ctx.logits else given
        expression = -ctx.rule.rates(beta, q).sum(dim=-1)
        return None, None, torch.autograd.grad(expression, given, grad, create_graph=True)[0], None


def _evaluate(rule: SoftRate, beta: Tensor, given: Tensor, slope: Tensor, *, logits: bool) -> Tensor:
    """Return the losses (*B,) and write their derivatives into slope (*B, K, tau), if it is not empty."""
    reading = kernels.Reading(
        MODES[rule.power],
        rule.n_pilots * rule.rho_p,
        rule.rho_d,
        float(rule.n_antennas),
        rule.interference == "sq",
        rule.literal,
        rule.noncoherent,
        logits,
    )
    found = given.new_empty(given.shape[:-2])
    heard = rule.heard(beta)
    gains = _array(beta)
    kernels.evaluate(
        reading,
        gains,
        gains if heard is beta else _array(heard),
        _array(given),
        found.reshape(-1).numpy(),
        _array(slope),
    )
    return found


def _array(x: Tensor) -> FloatArray:
    """Return x (*B, R, C) as (B, R, C) in C order: the same memory where it lies so already."""
    array: FloatArray = x.detach().contiguous().numpy()
    return array.reshape(-1, *array.shape[-2:])
