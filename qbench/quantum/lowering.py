"""From a Qiskit circuit to a list of gates and a map from parameters to gate angles."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from qbench.quantum.gates import GATES

if TYPE_CHECKING:
    from collections.abc import Callable

    from qiskit import QuantumCircuit
    from qiskit.circuit import Parameter
    from torch import Tensor

    from qbench._arrays import FloatArray, IntArray


@dataclass(frozen=True)
class Op:
    """One gate: its name, its qubits (first = lowest bit of its matrix), and which gate angles it takes."""

    name: str
    qubits: tuple[int, ...]
    slots: tuple[int, ...]


@dataclass(frozen=True)
class AngleMap:
    """Gate angles from parameters: angle_g = offset_g + sum_k weight_gk * theta[index_gk], where `curved` has no other.

    Attributes:
        index, weight: (angles, terms), padded with weight 0; offset: (angles,).
        curved: (angle, function of all parameters) where the expression is not affine.
    """

    index: IntArray
    weight: FloatArray
    offset: FloatArray
    curved: tuple[tuple[int, Callable[..., Tensor]], ...]

    def __len__(self) -> int:
        return len(self.offset)

    @property
    def affine(self) -> bool:
        """Whether every gate angle is an affine function of the parameters."""
        return not self.curved

    @cached_property
    def selection(self) -> IntArray | None:
        """Which parameter each angle is, where each is one of them as it stands; None elsewhere."""
        chosen = self.index.shape[1] == 1 and bool(np.all(self.weight == 1.0)) and not np.any(self.offset)
        return self.index[:, 0] if chosen and not self.curved else None

    def __call__(self, theta: Tensor) -> Tensor:
        """Return gate angles (*B, angles) of parameters (*B, P), element by element: a batch changes no bits."""
        weight = torch.as_tensor(self.weight, dtype=theta.dtype, device=theta.device)
        offset = torch.as_tensor(self.offset, dtype=theta.dtype, device=theta.device)
        if theta.shape[-1] == 0:
            return offset.expand(*theta.shape[:-1], len(self))
        angles = offset.expand(*theta.shape[:-1], len(self))
        # Term after term, not a reduction: its order, and so its bits, could depend on the batch.
        for k in range(self.index.shape[1]):
            index = torch.as_tensor(self.index[:, k], device=theta.device)
            angles = angles + theta[..., index] * weight[:, k]
        if not self.curved:
            return angles
        columns = list(angles.unbind(dim=-1))
        for slot, function in self.curved:
            columns[slot] = torch.as_tensor(function(*theta.unbind(dim=-1)), dtype=theta.dtype).expand(theta.shape[:-1])
        return torch.stack(columns, dim=-1)


@dataclass(frozen=True)
class Lowered:
    """A circuit as the engine sees it.

    Attributes:
        parameters: in the order of `circuit.parameters`.
        ops: gates in order, without barriers.
        angles: map from parameters to the angles that `slots` name.
        phase: slot of the global phase, None where it is 0.
    """

    n_qubits: int
    parameters: tuple[Parameter, ...]
    ops: tuple[Op, ...]
    angles: AngleMap
    phase: int | None

    @property
    def real(self) -> bool:
        """Whether every amplitude is real for all parameters."""
        return self.phase is None and all(GATES[op.name].real for op in self.ops)

    @property
    def ry_cz(self) -> bool:
        """Whether the circuit has RY and CZ gates only."""
        return self.phase is None and all(op.name in {"ry", "cz"} for op in self.ops)


def lower(circuit: QuantumCircuit) -> Lowered:
    """Return the gates of a circuit and how their angles depend on its parameters.

    Raises ValueError for a gate that the engine does not run (it names those it does), and for complex angles.
    """
    if circuit.num_qubits < 1:
        raise ValueError("the circuit has no qubits; a program needs at least 1")
    parameters = tuple(circuit.parameters)
    expressions: list[Any] = []
    ops = []
    for instruction in circuit.data:
        name = instruction.operation.name
        if name == "barrier":
            continue
        gate = GATES.get(name)
        if gate is None:
            way_out = (
                "drop it with circuit.remove_final_measurements(inplace=False), Program.sample draws shots"
                if name == "measure"
                else "decompose it, or transpile the circuit to these with optimization_level=0"
            )
            raise ValueError(f"the engine does not run {name!r}; it runs {', '.join(sorted(GATES))}; {way_out}")
        # A circuit named "s" that became a gate is called "s" too, and may do anything.
        if not instruction.is_standard_gate():
            raise ValueError(f"the gate {name!r} shares only its name with Qiskit's: decompose or rename it")
        slots = tuple(range(len(expressions), len(expressions) + gate.angles))
        expressions.extend(instruction.operation.params[: gate.angles])
        ops.append(Op(name, tuple(circuit.find_bit(q).index for q in instruction.qubits), slots))
    phase = None
    if getattr(circuit.global_phase, "parameters", None) or float(circuit.global_phase) != 0.0:
        phase = len(expressions)
        expressions.append(circuit.global_phase)
    return Lowered(circuit.num_qubits, parameters, tuple(ops), _angle_map(expressions, parameters), phase)


def _angle_map(expressions: list[Any], parameters: tuple[Parameter, ...]) -> AngleMap:
    position = {p: k for k, p in enumerate(parameters)}
    terms: list[list[tuple[int, float]]] = []
    offsets, curved = [], []
    for slot, expression in enumerate(expressions):
        affine = _affine(expression, position)
        if affine is None:
            curved.append((slot, _function(expression, parameters)))
            affine = ([], 0.0)
        terms.append(affine[0])
        offsets.append(affine[1])
    width = max((len(t) for t in terms), default=0) or 1
    index = np.zeros((len(terms), width), dtype=np.int64)
    weight = np.zeros((len(terms), width))
    for g, of_gate in enumerate(terms):
        for k, (p, w) in enumerate(of_gate):
            index[g, k], weight[g, k] = p, w
    return AngleMap(index, weight, np.array(offsets, dtype=np.float64), tuple(curved))


def _affine(expression: Any, position: dict[Parameter, int]) -> tuple[list[tuple[int, float]], float] | None:  # noqa: ANN401
    """Return terms and offset of an affine expression, None for another; ValueError where it is not real."""
    own = getattr(expression, "parameters", None)
    if not own:
        value = complex(expression)
        if value.imag != 0.0:
            raise ValueError(f"a gate angle must be real, got {expression!r}")
        return [], value.real
    try:
        slopes = [(p, expression.gradient(p)) for p in own]
        if any(getattr(s, "parameters", None) for _, s in slopes):
            return None
        terms = [(position[p], complex(s)) for p, s in slopes]
        offset = complex(expression.bind(dict.fromkeys(own, 0.0)))
    except (RuntimeError, ZeroDivisionError):  # Qiskit differentiates no sign(x) and binds no x = 0 in x * x / x
        return None
    if offset.imag != 0.0 or any(s.imag != 0.0 for _, s in terms):
        raise ValueError(f"a gate angle must be real, got {expression!r}")
    return sorted((k, s.real) for k, s in terms), offset.real


def _function(expression: Any, parameters: tuple[Parameter, ...]) -> Callable[..., Tensor]:  # noqa: ANN401
    """Return a torch function of all parameters that evaluates an expression; autograd differentiates it."""
    import sympy

    symbolic = expression.sympify()
    by_name = {s.name: s for s in symbolic.free_symbols}
    symbols = [by_name.get(p.name, sympy.Dummy()) for p in parameters]
    function: Callable[..., Tensor] = sympy.lambdify(symbols, symbolic, modules="torch", dummify=True)
    return function
