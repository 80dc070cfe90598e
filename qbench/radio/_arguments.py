"""Checks that only the physics needs: signs, shapes that broadcast, generators."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from qbench._check import finite_array

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from qbench._arrays import BoolArray, FloatArray

    ComplexArray: TypeAlias = NDArray[np.complex128]


def nonnegative(name: str, values: ArrayLike, *, ndim_at_least: int = 0, hint: str = "") -> FloatArray:
    """Return `values` as float64; ValueError unless all are finite and at least 0."""
    array = finite_array(name, values, ndim_at_least=ndim_at_least, hint=hint)
    refuse(name, array, array < 0, "at least 0", hint)
    return array


def positive(name: str, values: ArrayLike, *, hint: str = "") -> FloatArray:
    """Return `values` as float64; ValueError unless all are finite and above 0."""
    array = finite_array(name, values, hint=hint)
    refuse(name, array, array <= 0, "above 0", hint)
    return array


def refuse(name: str, array: FloatArray, bad: BoolArray, limit: str, hint: str = "") -> None:
    """Raise a ValueError that names the first `bad` entry of `array`, if there is one."""
    if bad.any():
        where = np.argwhere(bad)
        index = tuple(int(k) for k in where[0])
        way_out = f"; {hint}" if hint else ""
        raise ValueError(f"{name} must be {limit}, got {array[index]} at index {index} ({len(where)} such){way_out}")


def same_grid(**arrays: FloatArray) -> tuple[int, ...]:
    """Return the shape to which the named arrays broadcast; ValueError naming them all if they do not."""
    try:
        return np.broadcast_shapes(*(array.shape for array in arrays.values()))
    except ValueError:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise ValueError(
            f"shapes must broadcast, got {shapes}; give axes of length 1 where an array is constant"
        ) from None


def complex_array(name: str, values: ArrayLike, *, ndim_at_least: int = 0, hint: str = "") -> ComplexArray:
    """Return `values` as complex128; ValueError for an empty array, too few axes, or a value that is not finite."""
    array = np.asarray(values, dtype=np.complex128)
    way_out = f"; {hint}" if hint else ""
    if array.ndim < ndim_at_least:
        raise ValueError(f"{name} must have at least {ndim_at_least} axes, got shape {array.shape}{way_out}")
    if array.size == 0:
        raise ValueError(f"{name} must not be empty, got shape {array.shape}{way_out}")
    bad = ~np.isfinite(array)
    if bad.any():
        where = tuple(int(k) for k in np.argwhere(bad)[0])
        raise ValueError(f"{name} must be finite, got {array[where]} at index {where} ({bad.sum()} such){way_out}")
    return array


def require_generator(rng: object) -> np.random.Generator:
    """Return `rng`; TypeError unless it is a numpy.random.Generator."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a numpy.random.Generator, got {rng!r}; make one with numpy.random.default_rng")
    return rng
