"""Weights shared by a batch of inputs: the unitary is built once, and every input costs one row of a matrix product.

A quantum neural network encodes inputs x, then applies a circuit whose weights w are the same for the whole batch. The
general `Program` runs every input through every gate. Here the weight circuit becomes one unitary U(w); all outputs
<psi_b|U^dag O_o U|psi_b> of a batch are one product of real matrices, the gradient is one more, followed by a sweep
over the gates on 4^n numbers whatever the batch.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from qbench.quantum._shared_engine import SharedEngine, Tape
from qbench.quantum._shared_lowering import split
from qbench.quantum.lowering import lower
from qbench.quantum.program import Program, compile

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike, NDArray
    from qiskit import QuantumCircuit
    from qiskit.circuit import Parameter
    from torch import Tensor

    from qbench._arrays import FloatArray

_CPU = torch.device("cpu")
MAX_QUBITS = 8
"""Beyond, 4^n numbers a gate cost more than a batch saves; the kernels' tables hold indices of 16 bits."""


def share(circuit: QuantumCircuit, inputs: Sequence[Parameter], observables: Sequence[Any]) -> SharedProgram:
    """Return the program of an encoding circuit followed by a weight circuit, read out by m observables.

    `inputs`: the parameters that carry the data, in the order of the last axis of x; all others are weights. Every
    gate that takes an input must come before any weight reaches its qubits. `observables`: diagonals (2^n,), Paulis or
    SparsePauliOps. The global phase is left out: no expectation shows it.

    Raises ValueError for a gate with an input after weights (data re-uploading: use `compile`), inputs that are not
    the circuit's, unsupported gates, more than 8 qubits, and observables of another size, not finite or not real.
    """
    known = tuple(inputs)
    weights = tuple(p for p in circuit.parameters if p not in set(known))
    unknown = [str(p) for p in known if p not in set(circuit.parameters)]
    if unknown:
        own = ", ".join(p.name for p in circuit.parameters) or "no parameters"
        raise ValueError(f"inputs {', '.join(unknown)} are not among the circuit's parameters: it has {own}")
    if len(set(known)) < len(known):
        raise ValueError(f"inputs must differ, got {', '.join(p.name for p in known)}")
    if circuit.num_qubits > MAX_QUBITS:
        raise ValueError(
            f"weights can be shared on at most {MAX_QUBITS} qubits, the circuit has {circuit.num_qubits}: "
            "use qbench.quantum.compile, which costs 2^n a gate and input instead of 4^n a gate"
        )
    if any(hasattr(observables, name) for name in ("paulis", "to_matrix", "to_label")):
        raise ValueError("observables is a sequence: pass [observable] for a single one")
    if len(observables) == 0:
        raise ValueError("observables must not be empty: pass at least one diagonal, Pauli or SparsePauliOp")
    encoder, ansatz = split(circuit, set(known))
    return SharedProgram(compile(encoder), SharedEngine(lower(ansatz), weights, observables), known, weights)


class SharedProgram:
    """What a circuit with shared weights does to a batch of encoded inputs.

    Weights are (*S, W), in radians: the leading axes are an ensemble (seeds, settings), and every member is computed
    to the bit as if it were alone. States are (B, 2^n), which the whole ensemble shares, or (*S, B, 2^n), one batch a
    member: what `encode` returns, or any other real or complex vectors, used as they are. All is float64 on the CPU.
    Numpy arrays give numpy arrays; where one argument is a torch tensor, the result is a tensor.

    Attributes:
        inputs, weights: parameters in the order of the last axes of x and of weights.
    """

    def __init__(
        self, encoder: Program, engine: SharedEngine, inputs: tuple[Parameter, ...], weights: tuple[Parameter, ...]
    ) -> None:
        self.inputs, self.weights = inputs, weights
        self._encoder, self._engine = encoder, engine
        self._columns = np.array([inputs.index(p) for p in encoder.parameters], dtype=np.int64)

    @property
    def n_qubits(self) -> int:
        """Number of qubits n."""
        return self._encoder.n_qubits

    def encode(self, x: Any) -> Any:  # noqa: ANN401 - array or tensor, and the same comes out
        """Return states (*B, 2^n) of inputs x (*B, len(inputs)), radians: once for all steps of a training.

        Real where every encoding gate is. Differentiable by torch. Raises ValueError for x of another shape, empty or
        not finite.
        """
        given = x if isinstance(x, torch.Tensor) else np.asarray(x)
        if given.ndim < 1 or given.shape[-1] != len(self.inputs):
            raise ValueError(
                f"x must have {len(self.inputs)} values on the last axis, one an input ({_names(self.inputs)}), "
                f"got shape {tuple(given.shape)}"
            )
        return self._encoder.state(given[..., self._columns])

    def expectation(self, states: Any, weights: Any) -> Any:  # noqa: ANN401 - arrays or tensors
        """Return <O_o> (*S, B, m). Differentiable by torch, once, in states and weights.

        Raises ValueError for states and weights of other shapes, empty or not finite.
        """
        if _any_tensor(states, weights):
            return _Expectation.apply(self, _double(states), _double(weights))  # type: ignore[no-untyped-call]  # torch
        return self.pullback(states, weights)[0]

    def vjp(self, states: Any, weights: Any, cotangent: ArrayLike | Tensor) -> Any:  # noqa: ANN401 - arrays or tensors
        """Return the gradient (*S, W) of sum_bo cotangent_bo <O_o>_b by the weights; cotangent (*S, B, m).

        Raises ValueError as `expectation` does, and for a cotangent that is not finite or does not broadcast.
        """
        gradient = self.pullback(states, weights)[1](cotangent)
        return torch.from_numpy(gradient) if _any_tensor(states, weights, cotangent) else gradient

    def pullback(self, states: Any, weights: Any) -> tuple[FloatArray, Callable[[Any], FloatArray]]:  # noqa: ANN401
        """Return <O_o> (*S, B, m) and the function from a cotangent (*S, B, m) to the gradient (*S, W); numpy arrays.

        Value and gradient of a loss for one forward pass: `values, pull = pullback(states, w)`, then
        `pull(dloss_dvalues)`. `states` must not change in between. Raises ValueError as `vjp` does.
        """
        values, tapes = self._run(states, weights)

        def pull(cotangent: Any) -> FloatArray:  # noqa: ANN401 - array or tensor
            gradient = self._engine.pull(tapes, _cotangent(cotangent, values.shape))
            return gradient.reshape(*values.shape[:-2], len(self.weights))

        return values, pull

    def jacobian(self, states: Any, weights: Any) -> Any:  # noqa: ANN401 - arrays or tensors
        """Return the derivatives (*S, B, m, W) of every <O_o> by every weight.

        The derivative of U by a weight is a sum of unitaries with one rotation shifted by pi; all of them meet all
        inputs in one product of matrices. Raises ValueError as `expectation` does.
        """
        values, tapes = self._run(states, weights)
        result = self._engine.jacobian(tapes).reshape(*values.shape, len(self.weights))
        return torch.from_numpy(result) if _any_tensor(states, weights) else result

    def _run(self, states: Any, weights: Any) -> tuple[FloatArray, list[Tape]]:  # noqa: ANN401 - arrays or tensors
        """Return the values (*S, B, m) and the forward pass of checked arguments."""
        theta, psi = _real("weights", weights), np.asarray(_numpy(states))
        lead, size = theta.shape[:-1], 2**self.n_qubits
        if theta.ndim < 1 or theta.shape[-1] != len(self.weights) or 0 in lead:
            raise ValueError(
                f"weights must be (*S, {len(self.weights)}), one value a weight ({_names(self.weights)}) and no empty "
                f"axis before, got shape {theta.shape}"
            )
        _require_finite("weights", theta)
        if psi.dtype.kind not in "fiuc":
            raise ValueError(f"states must be real or complex, got {psi.dtype}")
        psi = np.ascontiguousarray(psi, dtype=np.complex128 if psi.dtype.kind == "c" else np.float64)
        if psi.ndim < 2 or psi.shape[-1] != size or psi.shape[:-2] not in {(), lead} or psi.shape[-2] == 0:
            raise ValueError(
                f"states must be (B, {size}), or {(*lead, 'B', size)} after the weights' leading axes, with B at least "
                f"1, got shape {psi.shape}"
            )
        members, batch = math.prod(lead), psi.shape[-2]
        # Re and Im of a complex amplitude lie side by side: this is a view, not a copy.
        inputs = psi.view(np.float64).reshape(-1, batch, psi.itemsize // 8 * size)
        # One sum of squares is faster than to look at every value, and finite unless one is not or overflows.
        if not math.isfinite(np.vdot(inputs, inputs)):
            _require_finite("states", psi)
        tapes = self._engine.run(inputs, theta.reshape(members, len(self.weights)))
        values = tapes[0].values if len(tapes) == 1 else np.concatenate([tape.values for tape in tapes])
        return values.reshape(*lead, batch, -1), tapes


class _Expectation(torch.autograd.Function):
    """`SharedProgram.expectation` for autograd."""

    @staticmethod
    def forward(ctx: Any, program: SharedProgram, states: Tensor, weights: Tensor) -> Tensor:  # noqa: ANN401
        values, ctx.tapes = program._run(states, weights)  # noqa: SLF001 - this module's
        ctx.engine, ctx.shape = program._engine, weights.shape  # noqa: SLF001
        # The tapes hold a copy of the weights, but a view of the states: torch notices where these are overwritten.
        ctx.save_for_backward(states)
        return torch.from_numpy(values)

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:  # noqa: ANN401
        (states,) = ctx.saved_tensors
        cotangent = np.reshape(_numpy(grad), (-1, *grad.shape[-2:]))
        by_states = by_weights = None
        if ctx.needs_input_grad[1]:
            found = ctx.engine.pull_inputs(ctx.tapes, cotangent)
            found = found.sum(axis=0) if states.dim() == 2 else found.reshape(*states.shape[:-1], -1)
            by_states = torch.from_numpy(found.view(np.complex128) if states.is_complex() else found)
        if ctx.needs_input_grad[2]:
            gradient = ctx.engine.pull(ctx.tapes, cotangent)
            by_weights = torch.from_numpy(gradient.reshape(ctx.shape))
        return None, by_states, by_weights


def _any_tensor(*values: Any) -> bool:  # noqa: ANN401 - arrays or tensors
    return any(isinstance(v, torch.Tensor) for v in values)


def _numpy(values: Any) -> NDArray[Any] | ArrayLike:  # noqa: ANN401 - array or tensor
    return values.detach().cpu().resolve_conj().resolve_neg().numpy() if isinstance(values, torch.Tensor) else values


def _double(values: Any) -> Tensor:  # noqa: ANN401 - array or tensor
    """Return a tensor of double precision on the CPU; a list's floats never pass through torch's single precision."""
    tensor = values if isinstance(values, torch.Tensor) else torch.from_numpy(np.array(values))
    return tensor.to(_CPU, torch.complex128 if tensor.is_complex() else torch.float64)


def _real(name: str, values: Any) -> FloatArray:  # noqa: ANN401 - array or tensor
    """Return a copy that is contiguous and writable: for another kind of array the kernels would compile again."""
    given = np.asarray(_numpy(values))
    if given.dtype.kind not in "fiu":
        raise ValueError(f"{name} must be real numbers, got {given.dtype}")
    return np.array(given, dtype=np.float64, order="C")


def _require_finite(name: str, values: NDArray[Any]) -> None:
    finite = np.isfinite(values)
    if not finite.all():
        where = tuple(int(k) for k in np.argwhere(~finite)[0])
        raise ValueError(f"{name} must be finite, got {values[where]} at index {where}")


def _cotangent(cotangent: Any, shape: tuple[int, ...]) -> FloatArray:  # noqa: ANN401 - array or tensor
    """Return a finite cotangent as (S, B, m)."""
    given = _real("cotangent", cotangent)
    _require_finite("cotangent", given)
    if given.shape != shape:
        try:
            given = np.broadcast_to(given, shape)
        except ValueError as error:
            raise ValueError(f"cotangent must broadcast to (*S, B, m) = {shape}, got shape {given.shape}") from error
    return given.reshape(-1, *shape[-2:])


def _names(parameters: Sequence[Parameter]) -> str:
    names = [p.name for p in parameters[:4]]
    return ", ".join(names) + (", ..." if len(parameters) > 4 else "") if names else "none"
