"""From Qiskit's circuit to gates and angles: affine maps exactly, what is curved, and every refusal."""

import numpy as np
import pytest
import torch
from qiskit import QuantumCircuit
from qiskit.circuit import Gate, Parameter, ParameterVector
from qiskit.circuit.library import CRYGate, CXGate, RYGate

from qbench.quantum.lowering import Op, lower

A, B, C = Parameter("a"), Parameter("b"), Parameter("c")


def one(expression):
    circuit = QuantumCircuit(1)
    circuit.rx(expression, 0)
    return lower(circuit)


def dense(lowered):
    """Slopes (angles, parameters) of an affine map."""
    m = lowered.angles
    found = np.zeros((len(m), len(lowered.parameters)))
    for g in range(len(m)):
        for k, w in zip(m.index[g], m.weight[g], strict=True):
            if w:  # padding has weight 0, whatever its index
                found[g, k] += w
    return found


@pytest.mark.parametrize(
    ("expression", "slopes", "offset"),
    [
        (0.25, [], 0.25),
        (A, [1], 0),
        (-A, [-1], 0),
        (2 * A + 1, [2], 1),
        ((A + 1) * 3 - A, [2], 3),
        (A - B / 4, [1, -0.25], 0),
        (A + B + C - 2, [1, 1, 1], -2),
        (A - 3 * C + 2 * B, [1, 2, -3], 0),
        (0 * A, [0], 0),
        (np.pi * A, [np.pi], 0),
    ],
)
def test_affine_expressions(expression, slopes, offset):
    lowered = one(expression)
    assert lowered.angles.affine
    assert dense(lowered).tolist() == [slopes]
    assert lowered.angles.offset.tolist() == [offset]


@pytest.mark.parametrize(
    ("expression", "function"),
    [
        (A.sin(), lambda a, b: np.sin(a)),
        (A * B, lambda a, b: a * b),
        (A**3, lambda a, b: a**3),
        (A**-1, lambda a, b: 1 / a),
        (A / B, lambda a, b: a / b),
        (A**B, lambda a, b: a**b),
        (A.exp() - B.log(), lambda a, b: np.exp(a) - np.log(b)),
        (A.tan() + A.cos() * 2, lambda a, b: np.tan(a) + 2 * np.cos(a)),
        (A.arctan() + B.arcsin() - B.arccos(), lambda a, b: np.arctan(a) + np.arcsin(b) - np.arccos(b)),
        (abs(A - B), lambda a, b: np.abs(a - b)),
        ((A - B).sign() * A, lambda a, b: np.sign(a - b) * a),
        # Constant slopes or no value at 0, yet not an affine map as Qiskit sees it.
        (A * A / A, lambda a, b: a),
        ((A * B) / B, lambda a, b: a),
        ((A + B) ** 2 - A**2 - 2 * A * B - B**2 + A, lambda a, b: a),
    ],
    # Not the functions: their addresses differ between the workers of pytest-xdist.
    ids=lambda value: "" if callable(value) and not hasattr(value, "parameters") else str(value),
)
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_curved_expressions(expression, function, dtype):
    lowered = one(expression)
    assert not lowered.angles.affine
    values = torch.tensor([[0.3, 0.7], [0.9, 0.2]], dtype=dtype)
    theta = values[:, : len(lowered.parameters)]
    found = lowered.angles(theta)
    assert found.dtype == dtype
    expected = function(*values.double().numpy().T)
    assert found[:, 0].numpy() == pytest.approx(expected, rel=1e-15 if dtype == torch.float64 else 1e-6, abs=1e-15)


@pytest.mark.parametrize("names", ["lambda", "I", "pi", "E", "S", "N", "x y", "$\\theta$", "φ", "def", "torch", "a.b"])
def test_names_of_parameters_mean_nothing(names):
    """A name that Python, sympy or torch knows is a name like any other in a curved expression."""
    p, q = Parameter(names), Parameter("zz")
    lowered = one(p * q + p.sin())
    values = dict(zip(lowered.parameters, (0.3, 0.7), strict=True))
    found = lowered.angles(torch.tensor([0.3, 0.7], dtype=torch.float64))
    assert float(found[0]) == pytest.approx(values[p] * values[q] + np.sin(values[p]), abs=1e-15)


def test_elements_of_a_vector_and_a_parameter_that_looks_like_one():
    vector, other = ParameterVector("theta", 12), Parameter("theta_1")
    circuit = QuantumCircuit(1)
    circuit.rx(vector[10] * vector[2], 0)
    circuit.ry(other * vector[2], 0)
    lowered = lower(circuit)
    assert lowered.parameters == tuple(circuit.parameters)
    values = {vector[2]: 0.5, vector[10]: 3.0, other: 7.0}
    theta = torch.tensor([values[p] for p in lowered.parameters], dtype=torch.float64)
    assert lowered.angles(theta).tolist() == [1.5, 3.5]


def test_gates_in_order_with_qubits_and_slots():
    circuit = QuantumCircuit(3, global_phase=B)
    circuit.cry(A, 2, 0)
    circuit.barrier()
    circuit.h(1)
    circuit.u(1.0, A, 2.0, 2)
    lowered = lower(circuit)
    assert lowered.n_qubits == 3
    assert lowered.ops == (Op("cry", (2, 0), (0,)), Op("h", (1,), ()), Op("u", (2,), (1, 2, 3)))
    assert lowered.phase == 4
    assert len(lowered.angles) == 5
    assert lowered.angles(torch.tensor([[0.5, 0.7]], dtype=torch.float64)).tolist() == [[0.5, 1.0, 0.5, 2.0, 0.7]]


def test_no_parameters_and_no_angles():
    circuit = QuantumCircuit(1)
    circuit.h(0)
    assert lower(circuit).angles(torch.zeros((4, 0), dtype=torch.float64)).shape == (4, 0)
    circuit.rx(0.5, 0)
    assert lower(circuit).angles(torch.zeros((2, 3, 0), dtype=torch.float64)).tolist() == [[[0.5]] * 3] * 2
    assert lower(QuantumCircuit(1)).ops == ()


@pytest.mark.parametrize(
    ("build", "real"),
    [
        (lambda c: None, True),
        (lambda c: (c.ry(A, 0), c.cz(0, 1), c.h(0)), True),
        (lambda c: (c.ry(A, 0), c.s(0)), False),
        (lambda c: c.rz(0.0, 0), False),
        (lambda c: setattr(c, "global_phase", A), False),
        (lambda c: setattr(c, "global_phase", 1.0), False),
        (lambda c: setattr(c, "global_phase", 2 * np.pi), True),  # Qiskit takes phases modulo 2 pi
    ],
)
def test_real(build, real):
    """Real for every angle: RZ(0) is the identity, but RZ is no real gate."""
    circuit = QuantumCircuit(2)
    build(circuit)
    assert lower(circuit).real == real


SUPPORTED = "crx, cry, crz, cx, cz, h, rx, ry, rz, rzz, s, swap, t, u, x, y, z"


@pytest.mark.parametrize("name", ["sdg", "sx", "p", "id", "ecr", "rxx", "ch"])
def test_an_unsupported_gate_is_named_with_those_supported(name):
    circuit = QuantumCircuit(2)
    getattr(circuit, name)(*[0.1] * (name in {"p", "rxx"}), *range(1 + (name in {"ecr", "rxx", "ch"})))
    with pytest.raises(ValueError, match=f"^the engine does not run '{name}'; it runs {SUPPORTED}; decompose it, or"):
        lower(circuit)


def test_the_way_out_of_an_unsupported_gate_works():
    """The message says: transpile to the supported gates at level 0."""
    from qiskit import transpile

    circuit = QuantumCircuit(3)
    circuit.ccx(0, 1, 2)
    circuit.sdg(0)
    with pytest.raises(ValueError, match="'ccx'"):
        lower(circuit)
    assert lower(transpile(circuit, basis_gates=SUPPORTED.split(", "), optimization_level=0)).n_qubits == 3


def test_measure_has_a_hint_of_its_own_that_works():
    circuit = QuantumCircuit(1)
    circuit.h(0)
    circuit.measure_all()
    with pytest.raises(
        ValueError, match=r"does not run 'measure'; it runs .*remove_final_measurements\(inplace=False\)"
    ):
        lower(circuit)
    assert len(lower(circuit.remove_final_measurements(inplace=False)).ops) == 1


@pytest.mark.parametrize(
    "gate", [CXGate(ctrl_state=0), CRYGate(0.1, ctrl_state=0), RYGate(0.1).control(2, annotated=False)]
)
def test_other_controls_are_refused(gate):
    """A control on 0 is another gate: it must not pass for the usual one."""
    circuit = QuantumCircuit(3)
    circuit.append(gate, range(gate.num_qubits))
    with pytest.raises(ValueError, match=f"does not run '{gate.name}'"):
        lower(circuit)


def test_control_flow_reset_and_blocks_are_refused():
    circuit = QuantumCircuit(1, 1)
    with circuit.if_test((circuit.clbits[0], 1)):
        circuit.x(0)
    with pytest.raises(ValueError, match="does not run 'if_else'"):
        lower(circuit)
    circuit = QuantumCircuit(1)
    circuit.reset(0)
    with pytest.raises(ValueError, match="does not run 'reset'"):
        lower(circuit)


def test_a_gate_that_shares_only_its_name_is_refused():
    """A circuit called "s" turns into a gate called "s", whatever it does; so does an opaque gate."""
    inner = QuantumCircuit(1, name="s")
    inner.x(0)
    circuit = QuantumCircuit(1)
    circuit.append(inner.to_gate(), [0])
    with pytest.raises(ValueError, match="gate 's' shares only its name with Qiskit's: decompose or rename it"):
        lower(circuit)
    assert [op.name for op in lower(circuit.decompose()).ops] == ["x"]
    circuit = QuantumCircuit(1)
    circuit.append(Gate("ry", 1, [0.1]), [0])
    with pytest.raises(ValueError, match="'ry' shares only its name"):
        lower(circuit)


def test_labels_change_nothing():
    circuit = QuantumCircuit(1)
    circuit.append(RYGate(0.1, label="rx"), [0])
    assert lower(circuit).ops[0].name == "ry"


@pytest.mark.parametrize("expression", [1j * A, A + 1j])
def test_complex_angles_are_refused(expression):
    with pytest.raises(ValueError, match="a gate angle must be real"):
        one(expression)


def test_a_circuit_needs_a_qubit():
    with pytest.raises(ValueError, match="the circuit has no qubits; a program needs at least 1"):
        lower(QuantumCircuit(0))
