"""The tensor network in front of a variational circuit (reading R-B), many seeds side by side as one torch module.

A trainable matrix product state, as `mps` draws it with d = 8 outputs, gives y; y over its norm are the amplitudes of 3
qubits; 2 layers of RY and a ring of CNOTs, `vqc_circuits.layers_circuit`; <Z> of the 3 qubits; a linear head to the N
values. Variant "angle": d = 4, tanh(y) pi as angles of RY on 4 qubits. Control "mlp": a hidden ReLU layer in the place
of the circuit. Seeds lead every array and every product of matrices, and no product or sum mixes them, so that a seed
has the same bits whatever seeds are beside it, for the same batch.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from qbench._check import one_of, positive_int
from qbench.papers.tn_qdrl.mps import draw_mps
from qbench.papers.tn_qdrl.vqc_circuits import N_LAYERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from qbench._arrays import FloatArray

VARIANTS = ("amplitude", "angle", "mlp")
OUTPUTS = {"amplitude": 8, "angle": 4, "mlp": 8}
QUBITS = {"amplitude": 3, "angle": 4}
BOND = 4
TINY = 1e-12
"""A y that is shorter stands for |0..0>."""
UNSCALED = 4
"""Cores between two normalisations: far from the limits of single precision."""


class TnNetwork(nn.Module):
    """The network of S seeds; features (S, B, D) in [0, 1] in, action values (S, B, N) out.

    mps_rngs, rngs: two generators a seed, for the tensor network and for the rest, which is drawn in the order angles
    (uniform in +-pi; of "mlp" the hidden weight and bias), head's weight, head's bias (as torch.nn.Linear). dtype:
    torch.float32 or torch.float64. Raises ValueError for sizes below 1, no generators or other numbers of them, and
    another variant.

    Attributes:
        variant, n_feature, n_action, seeds: as given.
        left (S, chi), cores (S, D, chi, 2, chi), label (S, chi, d, chi), right (S, chi): the tensor network.
        middle: angles (S, layers, qubits), or the hidden weight (S, d, width), with shift its bias (S, 1, width).
        weight (S, inputs, N), bias (S, 1, N): the head.
        reference: (S,), the logarithm taken off y's scale in "angle"; 0 until `calibrate`.

    """

    left: nn.Parameter
    cores: nn.Parameter
    label: nn.Parameter
    right: nn.Parameter
    reference: Tensor

    def __init__(
        self,
        mps_rngs: Sequence[np.random.Generator],
        rngs: Sequence[np.random.Generator],
        n_feature: int,
        n_action: int,
        *,
        variant: str = "amplitude",
        dtype: torch.dtype = torch.float32,
    ) -> None:
        super().__init__()
        self.variant = one_of("variant", variant, VARIANTS)
        self.n_feature, self.n_action = positive_int("n_feature", n_feature), positive_int("n_action", n_action)
        self.seeds = positive_int("the number of generators", len(rngs))
        if len(mps_rngs) != self.seeds:
            raise ValueError(f"mps_rngs must be as many as rngs, {self.seeds}, got {len(mps_rngs)}")
        drawn = [draw_mps(rng, n_feature, bond=BOND, n_out=OUTPUTS[variant]) for rng in mps_rngs]
        for name in ("left", "cores", "label", "right"):
            setattr(self, name, _parameter([getattr(mps, name) for mps in drawn], dtype))
        rest = [self._draw(rng) for rng in rngs]
        *middle, weight, bias = (_parameter([r[k] for r in rest], dtype) for k in range(len(rest[0])))
        self.middle, self.shift = middle[0], middle[1] if len(middle) > 1 else None
        self.weight, self.bias = weight, bias
        self.register_buffer("reference", torch.zeros(self.seeds, dtype=dtype))

    @property
    def n_parameters(self) -> int:
        """Trained numbers of one seed."""
        return sum(p.numel() for p in self.parameters()) // self.seeds

    def forward(self, features: Tensor) -> Tensor:
        """Return action values (S, B, N) of features (S, B, D). Raises ValueError for another shape."""
        y, log_norm = self.encode(features)
        if self.shift is not None:
            hidden = torch.relu(torch.bmm(_unit(y), self.middle) + self.shift)
        elif self.variant == "angle":
            scale = torch.exp(log_norm - self.reference[:, None])
            hidden = self._measured(_product_state(torch.tanh(y * scale[..., None]) * math.pi))
        else:
            hidden = self._measured(_unit(y))
        return torch.bmm(hidden, self.weight) + self.bias

    def encode(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Return direction (S, B, d) and log_norm (S, B), y = direction exp(log_norm); see `mps.contract`.

        Unlike there, l and r are of unit length also where no core is on their side. ValueError for another shape.
        """
        if features.dim() != 3 or features.shape != (self.seeds, features.shape[1], self.n_feature):
            wanted = f"({self.seeds}, batch, {self.n_feature})"
            raise ValueError(f"features must be (seeds, batch, features) {wanted}, got {tuple(features.shape)}")
        v = features.to(self.bias.dtype)
        site = torch.stack([torch.cos(0.5 * math.pi * v), torch.sin(0.5 * math.pi * v)], dim=-1)
        half, n_batch = self.n_feature // 2, v.shape[1]
        # Both halves run towards the label core at once, the right one with its bonds swapped: half as many products.
        inward, outward = self.cores.permute(0, 1, 3, 2, 4), self.cores.permute(0, 1, 3, 4, 2).flip(1)
        steps = torch.cat([inward[:, :half], outward[:, :half]]).flatten(2, 3).unbind(1)
        sites = torch.cat([site[:, :, :half], site.flip(2)[:, :, :half]])[..., None].unbind(2)
        state = torch.cat([self.left, self.right])[:, None].expand(-1, n_batch, -1)
        log_norm = v.new_zeros(2 * self.seeds, n_batch)
        for k, (step, o) in enumerate(zip(steps, sites, strict=True)):
            state = _through(state, o, step)
            if k % UNSCALED == UNSCALED - 1:
                state, log_norm = _scaled(state, log_norm)
        state, log_norm = _scaled(state, log_norm)
        (left, right), logs = state.chunk(2), log_norm[: self.seeds] + log_norm[self.seeds :]
        if self.n_feature % 2:
            last = outward[:, half].flatten(1, 2)
            right, logs = _scaled(_through(right, site[:, :, half, :, None], last), logs)
        pairs = (left[..., :, None] * right[..., None, :]).flatten(2)
        return torch.bmm(pairs, self.label.transpose(2, 3).flatten(1, 2)), logs

    @torch.no_grad()
    def calibrate(self, features: Tensor) -> None:
        """Set `reference` to the mean log_norm over features (S, T, D), as 1.6 has lam_bar. ValueError as `encode`."""
        self.reference.copy_(self.encode(features)[1].mean(dim=1))

    def _measured(self, state: Tensor) -> Tensor:
        """Return <Z> (S, B, n) of real states (S, B, 2^n) after the layers."""
        n = QUBITS[self.variant]
        angles, ring = self.middle, torch.from_numpy(ring_order(n)).to(state.device)
        for layer in range(angles.shape[1]):
            # The matrix of a layer, rows moved by the ring, acts on row vectors as its transpose.
            turned = _turns(angles[:, layer])[:, ring]
            state = torch.bmm(state, turned.transpose(1, 2))
        signs = 1.0 - 2.0 * (
            torch.arange(2**n, device=state.device)[:, None] >> torch.arange(n, device=state.device) & 1
        )
        return torch.bmm(state.square(), signs.to(state.dtype).expand(self.seeds, -1, -1))

    def _draw(self, rng: np.random.Generator) -> list[FloatArray]:
        d, n_action = OUTPUTS[self.variant], self.n_action
        if self.variant == "mlp":
            width = matched_width(n_action)
            found, inputs = [_linear(rng, d, d, width), _linear(rng, d, 1, width)], width
        else:
            inputs = QUBITS[self.variant]
            found = [rng.uniform(-math.pi, math.pi, (N_LAYERS, inputs))]
        return [*found, _linear(rng, inputs, inputs, n_action), _linear(rng, inputs, 1, n_action)]


def matched_width(n_action: int) -> int:
    """Return the width of "mlp" whose network has most nearly as many numbers as that of "amplitude", head included.

    Ties to the smaller; at least 1. Raises ValueError for fewer than 1 action.
    """
    n, d, qubits = positive_int("n_action", n_action), OUTPUTS["mlp"], QUBITS["amplitude"]
    wanted = N_LAYERS * qubits + qubits * n
    return min(range(1, qubits + 2), key=lambda width: abs((d + 1) * width + width * n - wanted))


def ring_order(n_qubit: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return, for every index after the ring of CNOTs, the index (2^n,) that it was before."""
    moved = np.arange(2**n_qubit)
    for q in range(n_qubit):
        moved ^= (moved >> q & 1) << (q + 1) % n_qubit
    return np.argsort(moved).astype(np.int64)


def _turns(angles: Tensor) -> Tensor:
    """Return RY(theta_{n-1}) x ... x RY(theta_0) (S, 2^n, 2^n) of angles (S, n): qubit 0 is the lowest bit."""
    c, s = torch.cos(angles / 2), torch.sin(angles / 2)
    single = torch.stack([torch.stack([c, -s], dim=-1), torch.stack([s, c], dim=-1)], dim=-2)
    whole = single[:, 0]
    for q in range(1, angles.shape[1]):
        size = 2 ** (q + 1)
        whole = (single[:, q, :, None, :, None] * whole[:, None, :, None, :]).reshape(-1, size, size)
    return whole


def _product_state(angles: Tensor) -> Tensor:
    """Return the state (S, B, 2^n) of RY(phi_q) on every qubit of |0..0>, angles (S, B, n)."""
    pair = torch.stack([torch.cos(angles / 2), torch.sin(angles / 2)], dim=-1)
    state = pair[..., 0, :]
    for q in range(1, angles.shape[-1]):
        state = (pair[..., q, :, None] * state[..., None, :]).flatten(2)
    return state


def _through(state: Tensor, site: Tensor, core: Tensor) -> Tensor:
    """Return sum_u o_u state M_u: state (S, B, chi), site (S, B, 2, 1), core (S, 2 chi, chi), u first."""
    return torch.bmm((site * state[..., None, :]).flatten(2), core)


def _square(x: Tensor) -> Tensor:
    """Return sums of squares (S, B, 1) over the last axis: as a product of matrices, whose order knows no batch."""
    return torch.bmm(x.square(), x.new_ones(x.shape[-1], 1).expand(x.shape[0], -1, -1))


def _scaled(state: Tensor, log_norm: Tensor) -> tuple[Tensor, Tensor]:
    square = _square(state)
    square = torch.where(square > 0, square, 1.0)
    return state / torch.sqrt(square), log_norm + 0.5 * torch.log(square)[..., 0]


def _unit(y: Tensor) -> Tensor:
    """Return y over its norm, or the first basis vector where the norm is below TINY."""
    square = _square(y)
    short = square < TINY**2
    # Without the inner choice, the derivative of a root at 0 is not a number, chosen or not.
    unit = y / torch.sqrt(torch.where(short, 1.0, square))
    return torch.where(short, torch.eye(1, y.shape[-1], dtype=y.dtype, device=y.device), unit)


def _linear(rng: np.random.Generator, inputs: int, *shape: int) -> FloatArray:
    bound = inputs**-0.5
    return rng.uniform(-bound, bound, shape)


def _parameter(drawn: list[FloatArray], dtype: torch.dtype) -> nn.Parameter:
    return nn.Parameter(torch.from_numpy(np.stack(drawn)).to(dtype))
