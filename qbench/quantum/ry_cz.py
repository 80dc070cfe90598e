"""Circuits of RY and CZ gates alone: amplitudes stay real, and layers of gates become a few sweeps over memory.

All CZ of a layer are one vector of signs. The RYs of a layer commute: they are applied several to a pass while a block
of amplitudes is in the cache, and one adjoint pass yields the derivative by every angle. The first RY layer acts on
|0...0>, where it makes a product state. CVaR needs energies sorted once, not once an evaluation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from qbench._check import finite_array, in_interval, positive_int
from qbench.quantum import _ry_cz_readout as readout
from qbench.quantum._ry_cz_plan import Plan, Workspace
from qbench.quantum.cvar import cvar_of_samples
from qbench.quantum.memory import require_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from numpy.typing import ArrayLike, DTypeLike, NDArray

    from qbench._arrays import FloatArray, IntArray

    Layer: TypeAlias = (
        tuple[Literal["ry"], Sequence[int]]
        | tuple[Literal["cz"], Sequence[tuple[int, int]]]
        | tuple[str, Sequence[Any]]
    )
    Objective: TypeAlias = Callable[[NDArray[Any]], tuple[ArrayLike, ArrayLike]]


class SortedEnergies:
    """Energies of all strings with their order: made once, used for every CVaR.

    Attributes:
        energies: (D,) or (B, D) as given, in any unit.
        order: of the same shape, the strings by ascending energy.

    Shapes: energies (D,) for all states of a batch, or (B, D), a row for each. `order` = np.argsort(energies, axis=-1)
    spares the sort. Raises ValueError for what is empty or not finite, D not a power of two, and an order that does not
    sort.

    """

    def __init__(self, energies: ArrayLike, order: IntArray | None = None) -> None:
        self.energies = np.ascontiguousarray(finite_array("energies", energies, ndim_at_least=1))
        size = self.energies.shape[-1]
        if self.energies.ndim > 2 or size & (size - 1):
            raise ValueError(f"energies must have shape (2^n,) or (B, 2^n), got {self.energies.shape}")
        given = order is not None
        if order is None:
            order = np.argsort(self.energies, axis=-1, kind="stable")
        elif order.shape != self.energies.shape:
            raise ValueError(f"order must have the shape of energies {self.energies.shape}, got {order.shape}")
        self.order = np.ascontiguousarray(order, dtype=np.int32)
        del order  # as large as the energies, and twice what is kept
        flat, by_energy = self.energies.reshape(-1, size), self.order.reshape(-1, size)
        if given and np.any(np.diff(np.take_along_axis(flat, by_energy, axis=-1), axis=-1) < 0):
            raise ValueError("order does not sort the energies; pass np.argsort(energies, axis=-1)")
        buckets = np.empty(by_energy.shape, dtype=np.uint8)
        count = min(size, readout.BUCKETS)
        ranks = np.repeat(np.arange(count, dtype=np.uint8), size // count)
        for row, strings in zip(buckets, by_energy, strict=True):
            row[strings] = ranks
        self._rows = flat, by_energy, buckets

    def __len__(self) -> int:
        """Return how many rows of energies there are."""
        return len(self._rows[0])

    def rows(self, part: slice) -> tuple[NDArray[Any], ...]:
        """Return energies, order and buckets of the states `part` of a batch, (m or 1, ...)."""
        return tuple(array[part] if len(self) > 1 else array for array in self._rows)


class RyCzProgram:
    """A circuit on |0...0> of layers of RY(t) = exp(-i t Y / 2) and of CZ; bit q of a state's index is qubit q.

    Attributes:
        n_qubits: at most 28.
        n_parameters: how many RY there are; angles come in the order of the layers, within a layer of its qubits.
        dtype: of states and probabilities, float64 or float32. Values and gradients come as float64, but are only as
            good as the states: n qubits and L layers in float32 end about 2^-25 sqrt(n L) away in norm.

    `layers`: ("ry", qubits) with at most one RY a qubit, and ("cz", pairs), in the order they act. Each state of a
    batch is computed by itself: its bits do not depend on the batch. Work space is kept from call to call (a state, for
    gradients two, each 2^n numbers), so one object serves one thread at a time.
    Raises ValueError for qubits out of range, repeated or paired with themselves, an unknown kind of layer or dtype,
    and states that take more memory than is free.
    """

    def __init__(self, n_qubits: int, layers: Sequence[Layer], *, dtype: DTypeLike = np.float64) -> None:
        self._plan = Plan(n_qubits, layers, np.dtype(dtype))
        self._work = Workspace(self._plan)
        self.n_qubits, self.n_parameters, self.dtype = self._plan.n_qubits, len(self._plan.slots), self._plan.dtype

    def state(self, theta: ArrayLike) -> NDArray[Any]:
        """Return the amplitudes, (B, n_parameters) radians -> (B, 2^n).

        Raises ValueError for angles of another shape or not finite, and a result that memory cannot hold; so do all
        methods below.
        """
        angles = self._angles(theta)
        out = self._large(len(angles))
        for part in self._prepared(angles):
            readout.amplitudes(self._work.states, self._work.scales, self._plan.signs, self._plan.last_signs, out[part])
        return out

    def probabilities(self, theta: ArrayLike) -> NDArray[Any]:
        """Return the probabilities of all strings, (B, n_parameters) radians -> (B, 2^n)."""
        angles = self._angles(theta)
        out = self._large(len(angles))
        for part in self._prepared(angles):
            readout.probabilities(self._work.states, self._work.scales, out[part])
        return out

    def vjp_probabilities(self, theta: ArrayLike, cotangent: ArrayLike) -> FloatArray:
        """Return the gradient of sum_k cotangent_k p_k by every angle, (B, n_parameters), in one adjoint pass.

        Shapes: theta (B, n_parameters) in radians, cotangent (2^n,) or (B, 2^n).
        """
        angles = self._angles(theta)
        g = self._cotangent(cotangent, len(angles))
        out = np.empty((len(angles), self.n_parameters))
        for part in self._prepared(angles):
            out[part] = self._pulled_back(part, g[part] if len(g) > 1 else g)
        return _finite("cotangent", out)

    def value_and_gradient(self, theta: ArrayLike, objective: Objective) -> tuple[FloatArray, FloatArray]:
        """Return values (B,) of an objective of the probabilities, and their gradients (B, n_parameters).

        objective(probabilities (2^n,)) -> (value, derivative by the probabilities (2^n,)): called once a state, in
        order; it may not keep its argument. Each state is prepared once for both.
        """
        angles = self._angles(theta)
        values, out = np.empty(len(angles)), np.empty((len(angles), self.n_parameters))
        laws = self._large(min(len(angles), self._work.batch))
        for part in self._prepared(angles):
            m = part.stop - part.start
            readout.probabilities(self._work.states, self._work.scales, laws[:m])
            pairs = [objective(law) for law in laws[:m]]
            values[part] = np.array([value for value, _ in pairs], dtype=np.float64)
            out[part] = self._pulled_back(part, self._cotangent(pairs[0][1] if m == 1 else [g for _, g in pairs], m))
        return values, _finite("the objective's derivative", out)

    def cvar(self, theta: ArrayLike, energies: SortedEnergies | ArrayLike, alpha: float) -> FloatArray:
        """Return the mean of the lowest mass alpha of each state's energies (B,), as `qbench.quantum.cvar.cvar` does.

        Shapes: theta (B, n_parameters) in radians; energies (2^n,) or (B, 2^n), sorted at every call unless they come
        as `SortedEnergies`. In the unit of the energies. alpha in (0, 1]; the boundary atom is split.
        """
        return self._cvar(theta, energies, alpha, with_gradient=False)[0]

    def cvar_gradient(
        self, theta: ArrayLike, energies: SortedEnergies | ArrayLike, alpha: float
    ) -> tuple[FloatArray, FloatArray]:
        """Return what `cvar` does, and the gradient (B, n_parameters); a subgradient where CVaR has a kink."""
        return self._cvar(theta, energies, alpha, with_gradient=True)

    def sample(self, theta: ArrayLike, shots: int, rng: np.random.Generator) -> IntArray:
        """Return strings drawn from each state, (B, shots), independent and in no order: one uniform of `rng` each.

        Strings without mass are never drawn. Raises ValueError for fewer than 1 shot.
        """
        angles = self._angles(theta)
        uniforms = rng.random((len(angles), positive_int("shots", shots)))
        out = np.empty(uniforms.shape, dtype=np.int64)
        for part in self._prepared(angles):
            readout.draw(self._work.states, 2**self.n_qubits, uniforms[part], out[part])
        return out

    def sampled_cvar(
        self,
        theta: ArrayLike,
        energies: SortedEnergies | ArrayLike,
        alpha: float,
        shots: int,
        rng: np.random.Generator,
        *,
        convention: str = "floor",
    ) -> FloatArray:
        """Return CVaR estimated from shots, (B,): `cvar_of_samples` of the energies of `sample`."""
        strings = self.sample(theta, shots, rng)
        rows = self._sorted(energies, len(strings)).rows(slice(None))[0]
        of_each = np.broadcast_to(rows, (len(strings), rows.shape[1]))
        return cvar_of_samples(np.take_along_axis(of_each, strings, axis=-1), alpha, convention)

    def _angles(self, theta: ArrayLike) -> FloatArray:
        angles = np.asarray(theta, dtype=np.float64)
        if angles.ndim != 2 or angles.shape[1] != self.n_parameters:
            raise ValueError(
                f"theta must have shape (B, {self.n_parameters}), an angle for each RY, got {angles.shape}; "
                "flatten leading axes, and pass theta[None] for one set of angles"
            )
        if not np.isfinite(angles).all():
            raise ValueError(f"theta must be finite, got {angles[~np.isfinite(angles)][0]}")
        return self._plan.by_layer(angles)

    def _prepared(self, angles: FloatArray) -> Iterator[slice]:
        """Prepare the states of a few rows of angles at a time; yield which."""
        for first in range(0, len(angles), self._work.batch):
            part = slice(first, min(first + self._work.batch, len(angles)))
            self._work.prepare(angles[part])
            yield part

    def _large(self, batch: int) -> NDArray[Any]:
        require_memory(
            batch * 2**self.n_qubits * self.dtype.itemsize,
            f"{batch} results of {self.n_qubits} qubits",
        )
        return np.empty((batch, 2**self.n_qubits), dtype=self.dtype)

    def _cotangent(self, cotangent: Any, batch: int) -> FloatArray:  # noqa: ANN401 - an array or a list of arrays
        g = np.ascontiguousarray(cotangent, dtype=np.float64)
        shape = (2**self.n_qubits,)
        if g.shape not in {shape, (1, *shape), (batch, *shape)}:
            raise ValueError(f"cotangents must have shape {shape} or {(batch, *shape)}, got {g.shape}")
        return g.reshape(-1, *shape)

    def _sorted(self, energies: SortedEnergies | ArrayLike, batch: int) -> SortedEnergies:
        levels = energies if isinstance(energies, SortedEnergies) else SortedEnergies(energies)
        if levels.energies.shape[-1] != 2**self.n_qubits or len(levels) not in {1, batch}:
            raise ValueError(
                f"energies must have shape ({2**self.n_qubits},) or ({batch}, {2**self.n_qubits}), a number for each "
                f"string of {self.n_qubits} qubits, got {levels.energies.shape}"
            )
        return levels

    def _pulled_back(self, part: slice, cotangent: FloatArray) -> FloatArray:
        return self._work.pull_back(part.stop - part.start, cotangent, np.zeros(part.stop - part.start), np.inf, 1.0)

    def _cvar(
        self, theta: ArrayLike, energies: SortedEnergies | ArrayLike, alpha: float, *, with_gradient: bool
    ) -> tuple[FloatArray, FloatArray]:
        angles = self._angles(theta)
        a = in_interval("alpha", alpha, 0.0, 1.0, lo_open=True)
        levels = self._sorted(energies, len(angles))
        values, quantiles = np.empty(len(angles)), np.empty(len(angles))
        gradient = np.empty((len(angles), self.n_parameters))
        for part in self._prepared(angles):
            rows = levels.rows(part)
            readout.tail_means(self._work.states, self._work.scales, *rows, a, values[part], quantiles[part])
            if with_gradient:
                # The cotangent is min(E - q, 0) / alpha: `cvar` says why.
                gradient[part] = self._work.pull_back(part.stop - part.start, rows[0], quantiles[part], 0.0, 1.0 / a)
        return values, gradient


def _finite(name: str, gradient: FloatArray) -> FloatArray:
    # Looked for in the few results instead of in 2^n numbers at every call.
    if not np.isfinite(gradient).all():
        raise ValueError(
            f"{name} must be finite and not overflow, got a gradient of {gradient[~np.isfinite(gradient)][0]}"
        )
    return gradient
