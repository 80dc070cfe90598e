"""A compiled circuit: states, probabilities, expectations, gradients and shots, batched over leading axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
import torch

from qbench._check import one_of, positive_int
from qbench.quantum.lowering import Lowered, lower
from qbench.quantum.memory import require_memory
from qbench.quantum.observables import as_observable, probabilities
from qbench.quantum.torch_engine import TorchEngine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike
    from qiskit import QuantumCircuit
    from qiskit.circuit import Parameter
    from torch import Tensor

    from qbench._arrays import IntArray
    from qbench.quantum.observables import Diagonal, PauliSum

    Array = TypeVar("Array")  # a numpy array or a torch tensor: what comes in goes out

DTYPES = {"float64": torch.float64, "float32": torch.float32}


def compile(circuit: QuantumCircuit, *, device: str = "cpu", dtype: str = "float64") -> Program:
    """Return the program of a circuit.

    `device`: any torch device. `dtype`: "float64", or "float32" for half the memory and about seven digits. Raises
    ValueError for an unsupported gate (naming those that are supported), another dtype, and no qubits.
    """
    return Program(lower(circuit), circuit, torch.device(device), DTYPES[one_of("dtype", dtype, DTYPES)])


class Program:
    """What a circuit does to |0...0>, as a function of its parameters.

    Every method takes `angles` with last axis `parameters` (radians) and any leading axes *B; numpy arrays give numpy
    arrays, torch tensors give tensors that autograd differentiates (by one adjoint pass). Bit q of a state's index is
    qubit q, Qiskit's order; global phases are kept. Amplitudes are real where every gate is.
    """

    def __init__(self, lowered: Lowered, circuit: QuantumCircuit, device: torch.device, dtype: torch.dtype) -> None:
        self.circuit = circuit
        self.lowered = lowered
        self.device = device
        self.dtype = dtype
        self._engine = TorchEngine(lowered, dtype, device)

    @property
    def n_qubits(self) -> int:
        """Number of qubits n."""
        return self.lowered.n_qubits

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The circuit's parameters, in the order of the last axis of `angles`."""
        return self.lowered.parameters

    @property
    def real(self) -> bool:
        """Whether every amplitude is real."""
        return self.lowered.real

    def state(self, angles: Array) -> Array:
        """Return states (*B, 2^n), real where every gate is. Raises ValueError for wrong or non-finite angles."""
        theta = self.check_angles(angles)
        return _like(self._state(theta), angles)

    def probabilities(self, angles: Array) -> Array:
        """Return probabilities (*B, 2^n). Raises ValueError as `state` does."""
        theta = self.check_angles(angles)
        return _like(probabilities(self._state(theta)), angles)

    def expectation(self, angles: Array, observable: Any) -> Array:  # noqa: ANN401 - arrays and operators
        """Return <O> (*B,) of a diagonal (2^n,) or (*B, 2^n), a Pauli or a SparsePauliOp.

        Raises ValueError as `state` does, and for an observable of another size, or one that is not real and finite.
        """
        theta = self.check_angles(angles)
        known = as_observable(observable, self.n_qubits, self.dtype, self.device, theta.shape[:-1])
        return _like(known.expectation(self._state(theta, known)), angles)

    def vjp(self, angles: Array, cotangent: ArrayLike | Tensor) -> Array:
        """Return the gradient (*B, P) of sum_k cotangent_k p_k by the angles: one adjoint pass.

        `cotangent`: real, (2^n,) or (*B, 2^n), such as the energies (gradient of the mean) or the cotangent that
        `cvar` gives. Raises ValueError as `expectation` does.
        """
        theta = self.check_angles(angles).detach().requires_grad_()
        known = as_observable(_detached(cotangent), self.n_qubits, self.dtype, self.device, theta.shape[:-1])
        with torch.enable_grad():
            total = known.expectation(self._state(theta, known)).sum()
        if not total.requires_grad:
            return _like(torch.zeros_like(theta), angles)
        (gradient,) = torch.autograd.grad(total, theta, allow_unused=True, materialize_grads=True)
        return _like(gradient, angles)

    def sample(self, angles: Array, shots: int, rng: np.random.Generator) -> IntArray:
        """Return `shots` measured indices (*B, shots) each, by inversion of the cumulated probabilities.

        The members of a batch take their uniforms from `rng` one after the other. Raises ValueError as `state` does,
        and for fewer than 1 shot.
        """
        count = positive_int("shots", shots)
        with torch.no_grad():
            law = probabilities(self._state(self.check_angles(angles))).cpu().numpy()
        flat = law.reshape(-1, law.shape[-1]).astype(np.float64)
        drawn = np.stack([inverse_cdf(row, rng.random(count)) for row in flat])
        return drawn.reshape(*law.shape[:-1], count)

    def _state(self, theta: Tensor, observable: Diagonal | PauliSum | None = None) -> Tensor:
        """Return states (*B, 2^n) of checked parameters, where the memory for them and the observable is there."""
        batch = theta.shape[:-1]
        flat = theta.reshape(batch.numel(), theta.shape[-1])
        gradient = theta.requires_grad
        number = (1 if self.real else 2) * self.dtype.itemsize
        # Measured: a state, its permuted copy and the product; with a gradient, the same of the cotangent.
        amplitude = (6 if gradient else 3) * number + (observable.work(gradient=gradient) if observable else 0)
        member = 2**self.n_qubits * amplitude + 3 * self._engine.matrix_entries * number
        require_memory(member * flat.shape[0], f"{flat.shape[0]} x 2^{self.n_qubits} amplitudes", self.device)
        return self._engine.state(self.gate_angles(flat)).reshape(*batch, 2**self.n_qubits)

    def gate_angles(self, flat: Tensor) -> Tensor:
        """Return gate angles (B, G) of parameters (B, P). Raises ValueError where an expression has no value."""
        angles = self.lowered.angles(flat)
        if not self.lowered.angles.affine and not bool(torch.isfinite(angles).all()):
            raise ValueError("a gate angle is not finite: an expression such as log(x) has no value at these angles")
        return angles

    def state_of_gate_angles(self, angles: Tensor) -> Tensor:
        """Return states (B, 2^n) of gate angles (B, G), `lowered.angles` of parameters: where shift rules act."""
        return self._engine.state(angles)

    def check_angles(self, angles: Any) -> Tensor:  # noqa: ANN401 - array or tensor
        """Return parameters as a tensor of this program's dtype and device; ValueError where they do not fit."""
        given = angles if isinstance(angles, torch.Tensor) else np.asarray(angles)
        if given.dtype.is_complex if isinstance(given, torch.Tensor) else np.iscomplexobj(given):
            raise ValueError(f"angles must be real, got {given.dtype}")
        theta = given if isinstance(given, torch.Tensor) else torch.as_tensor(given.astype(np.float64))
        theta = theta.to(dtype=self.dtype, device=self.device)
        wanted = len(self.parameters)
        if theta.dim() < 1 or theta.shape[-1] != wanted:
            raise ValueError(
                f"angles must have {wanted} values on the last axis, one a parameter ({_names(self.parameters)}), "
                f"got shape {tuple(theta.shape)}"
            )
        if theta.shape[:-1].numel() == 0:
            raise ValueError(f"angles must not have an empty batch, got shape {tuple(theta.shape)}")
        finite = torch.isfinite(theta)
        if not bool(finite.all()):
            where = tuple(int(k) for k in torch.nonzero(~finite)[0])
            raise ValueError(f"angles must be finite, got {float(theta[where])} at index {where}")
        return theta


def inverse_cdf(law: np.ndarray, uniforms: np.ndarray) -> IntArray:
    """Return the indices that uniforms in [0, 1) select from a law (D,): never one of probability 0."""
    cumulated = np.cumsum(law)
    drawn = np.searchsorted(cumulated, uniforms * cumulated[-1], side="right")
    # Rounding can leave a uniform at the very end: the last index with mass is then the right one.
    return np.asarray(np.minimum(drawn, int(np.flatnonzero(law > 0.0)[-1])), dtype=np.int64)


def _names(parameters: Sequence[Parameter]) -> str:
    names = [p.name for p in parameters[:4]]
    return ", ".join(names) + (", ..." if len(parameters) > 4 else "") if names else "none"


def _detached(values: Any) -> Any:  # noqa: ANN401 - array or tensor
    return values.detach() if isinstance(values, torch.Tensor) else values


def _like(result: Tensor, given: Array) -> Array:
    """Return a tensor where tensors were given, a numpy array elsewhere."""
    return cast("Array", result if isinstance(given, torch.Tensor) else result.detach().cpu().numpy())
