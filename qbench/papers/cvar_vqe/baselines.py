"""The paper's neural benchmark (Sec. V-B) and the relaxed score of its output."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from qbench._check import one_of, positive_int

if TYPE_CHECKING:
    import torch

    from qbench._arrays import FloatArray

    Array = TypeVar("Array", FloatArray, torch.Tensor)

HIDDEN = (64, 128, 256, 64)
SOFTMAXES = ("row", "flat")
DIVISORS = ("max1", "n")


def association_dnn(agents: int, stations: int, *, softmax: str = "row") -> torch.nn.Module:
    """Return the DNN of Sec. V-B: I J -> 64 -> 128 -> 256 -> 64 -> I J, ReLU after each hidden layer, softmax last.

    It maps SINR matrices (*B, I, J) to soft associations (*B, I, J). The paper's "decoder back to 64" followed by a
    softmax cannot be the output of 16 associations, so a last linear map to I J is added: five linear maps, 59,920
    parameters at 4 x 4. "row": every AV's row sums to 1 (C1 holds by construction); "flat": one softmax over all I J
    entries. PyTorch's default initialisation, from torch's global generator.
    Raises ValueError for sizes below 1 and an unknown softmax.
    """
    size = positive_int("agents", agents) * positive_int("stations", stations)
    one_of("softmax", softmax, SOFTMAXES)
    from torch import nn

    layers: list[nn.Module] = [nn.Flatten(-2)]
    widths = (size, *HIDDEN)
    for before, after in zip(widths, HIDDEN, strict=False):
        layers += [nn.Linear(before, after), nn.ReLU()]
    layers.append(nn.Linear(HIDDEN[-1], size))
    matrix = nn.Unflatten(-1, (agents, stations))
    layers += [matrix, nn.Softmax(dim=-1)] if softmax == "row" else [nn.Softmax(dim=-1), matrix]
    return nn.Sequential(*layers)


def parameter_count(module: torch.nn.Module) -> int:
    """Return the number of trainable scalars of a module."""
    return sum(p.numel() for p in module.parameters() if p.requires_grad)


def soft_score(association: Array, weights: Array, divisor: str = "max1") -> Array:
    """Return sum_ij u_ij w_ij / d_j of a relaxed association, with n_j = sum_i u_ij and d_j = max(1, n_j) or n_j.

    Shapes: association and weights (*B, I, J), numpy or torch; result (*B,), in the unit of the weights. An empty BS
    scores 0. Claim: for row sums <= 1 and w >= 0, "max1" never exceeds the best matching of w. Proof: u_ij / max(1,
    n_j) has row and column sums <= 1, so it lies in the hull of the partial matchings. "n" can exceed it: w = ((10,
    10), (0, 0)), u = ((e, 1 - e), (0, 1)) scores 10 + 10 (1 - e)/(2 - e), which tends to 15; the optimum is 10.
    Raises ValueError for an unknown divisor.
    """
    one_of("divisor", divisor, DIVISORS)
    n = association.sum(-2)
    d = n.clip(min=1.0) if divisor == "max1" else n + (n == 0)
    score: Array = ((association * weights).sum(-2) / d).sum(-1)
    return score
