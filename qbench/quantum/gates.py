"""The gates that the engine runs, as matrices in Qiskit's convention: a gate's first qubit is the lowest bit."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

import torch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from torch import Tensor

Matrix: TypeAlias = "Callable[[Tensor, torch.dtype], Tensor]"


@dataclass(frozen=True)
class Gate:
    """One kind of gate.

    Attributes:
        qubits, angles: how many of each.
        real: whether the matrix is real for every angle.
        diagonal: whether it is diagonal for every angle.
        matrix: angles (..., angles), dtype -> (..., 2^qubits, 2^qubits); without angles, no leading axes.
        frequencies: of each angle, the positive frequencies of an expectation in it, for shift rules.
    """

    qubits: int
    angles: int
    real: bool
    diagonal: bool
    matrix: Matrix
    frequencies: tuple[tuple[float, ...], ...] = ()


def _stack(rows: list[list[Tensor]], dtype: torch.dtype) -> Tensor:
    return torch.stack([torch.stack([x.to(dtype) for x in row], dim=-1) for row in rows], dim=-2)


def _fixed(values: list[list[complex]]) -> Matrix:
    def matrix(angles: Tensor, dtype: torch.dtype) -> Tensor:
        whole = torch.tensor(values, dtype=torch.complex128, device=angles.device)
        return whole.to(dtype) if dtype.is_complex else whole.real.to(dtype)

    return matrix


def polar(lengths: Tensor, angles: Tensor) -> Tensor:
    """Return lengths * exp(i angles).

    From real products: torch's complex ones, and its exp, give other bits at the end of an array than within it, so
    that a batch would not be its members bit for bit.
    """
    return torch.complex(lengths * torch.cos(angles), lengths * torch.sin(angles))


def _half(angles: Tensor) -> tuple[Tensor, Tensor]:
    half = angles[..., 0] / 2
    return torch.cos(half), torch.sin(half)


def _rx(angles: Tensor, dtype: torch.dtype) -> Tensor:
    c, s = _half(angles)
    return _stack([[c, -1j * s], [-1j * s, c]], dtype)


def _ry(angles: Tensor, dtype: torch.dtype) -> Tensor:
    c, s = _half(angles)
    return _stack([[c, -s], [s, c]], dtype)


def _rz(angles: Tensor, dtype: torch.dtype) -> Tensor:
    c, s = _half(angles)
    zero = torch.zeros_like(c)
    return _stack([[c - 1j * s, zero], [zero, c + 1j * s]], dtype)


def _u(angles: Tensor, dtype: torch.dtype) -> Tensor:
    c, s = _half(angles)
    phi, lam = angles[..., 1], angles[..., 2]
    return _stack(
        [[c, polar(-s, lam)], [polar(s, phi), polar(c, phi + lam)]],
        dtype,
    )


def _controlled(single: Matrix) -> Matrix:
    """Control on the first qubit, the lowest bit: the matrix acts on the odd indices 1 and 3."""

    def matrix(angles: Tensor, dtype: torch.dtype) -> Tensor:
        small = single(angles, dtype)
        whole = torch.zeros((*small.shape[:-2], 4, 4), dtype=dtype, device=angles.device)
        whole[..., 0, 0] = whole[..., 2, 2] = 1.0
        whole[..., 1::2, 1::2] = small
        return whole

    return matrix


def _rzz(angles: Tensor, dtype: torch.dtype) -> Tensor:
    c, s = _half(angles)
    even, odd = c - 1j * s, c + 1j * s
    return torch.diag_embed(torch.stack([even, odd, odd, even], dim=-1).to(dtype))


_R = 0.5**0.5
_X: list[list[complex]] = [[0, 1], [1, 0]]
_Z: list[list[complex]] = [[1, 0], [0, -1]]
ONE = ((1.0,),)
CONTROLLED = ((0.5, 1.0),)
"""A controlled rotation's generator has the eigenvalues 0 and +-1/2: two frequencies, so a four-term shift rule."""

GATES: Mapping[str, Gate] = MappingProxyType(
    {
        "h": Gate(1, 0, real=True, diagonal=False, matrix=_fixed([[_R, _R], [_R, -_R]])),
        "x": Gate(1, 0, real=True, diagonal=False, matrix=_fixed(_X)),
        "y": Gate(1, 0, real=False, diagonal=False, matrix=_fixed([[0, -1j], [1j, 0]])),
        "z": Gate(1, 0, real=True, diagonal=True, matrix=_fixed(_Z)),
        "s": Gate(1, 0, real=False, diagonal=True, matrix=_fixed([[1, 0], [0, 1j]])),
        "t": Gate(1, 0, real=False, diagonal=True, matrix=_fixed([[1, 0], [0, (1 + 1j) * _R]])),
        "rx": Gate(1, 1, real=False, diagonal=False, matrix=_rx, frequencies=ONE),
        "ry": Gate(1, 1, real=True, diagonal=False, matrix=_ry, frequencies=ONE),
        "rz": Gate(1, 1, real=False, diagonal=True, matrix=_rz, frequencies=ONE),
        "u": Gate(1, 3, real=False, diagonal=False, matrix=_u, frequencies=ONE * 3),
        "cx": Gate(2, 0, real=True, diagonal=False, matrix=_controlled(_fixed(_X))),
        "cz": Gate(2, 0, real=True, diagonal=True, matrix=_controlled(_fixed(_Z))),
        "crx": Gate(2, 1, real=False, diagonal=False, matrix=_controlled(_rx), frequencies=CONTROLLED),
        "cry": Gate(2, 1, real=True, diagonal=False, matrix=_controlled(_ry), frequencies=CONTROLLED),
        "crz": Gate(2, 1, real=False, diagonal=True, matrix=_controlled(_rz), frequencies=CONTROLLED),
        "swap": Gate(
            2, 0, real=True, diagonal=False, matrix=_fixed([[1, 0, 0, 0], [0, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 1]])
        ),
        "rzz": Gate(2, 1, real=False, diagonal=True, matrix=_rzz, frequencies=ONE),
    }
)
"""What `compile` accepts, beside barriers and a global phase."""
