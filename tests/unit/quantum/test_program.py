"""The program's contract: what it takes, gives back and refuses."""

import importlib
import subprocess
import sys

import numpy as np
import pytest
import torch
from qiskit import QuantumCircuit
from qiskit.circuit import Parameter, ParameterVector

from qbench.quantum import Program, compile, cvar, resources


@pytest.fixture(scope="module")
def program():
    circuit = QuantumCircuit(2)
    circuit.ry(Parameter("a"), 0)
    circuit.rz(Parameter("b"), 1)
    return compile(circuit)


METHODS = {
    "state": lambda p, x: p.state(x),
    "probabilities": lambda p, x: p.probabilities(x),
    "expectation": lambda p, x: p.expectation(x, np.arange(4.0)),
    "vjp": lambda p, x: p.vjp(x, np.arange(4.0)),
    "sample": lambda p, x: p.sample(x, 3, np.random.default_rng(0)),
}


@pytest.mark.parametrize("run", METHODS.values(), ids=METHODS)
@pytest.mark.parametrize(
    ("angles", "message"),
    [
        ([0.1], r"must have 2 values on the last axis, one a parameter \(a, b\), got shape \(1,\)"),
        (np.zeros((2, 3)), r"2 values on the last axis.* got shape \(2, 3\)"),
        (0.5, r"got shape \(\)"),
        ([], r"got shape \(0,\)"),
        ([0.1, np.nan], r"angles must be finite, got nan at index \(1,\)"),
        ([[0.1, 0.2], [np.inf, 0.2]], r"angles must be finite, got inf at index \(1, 0\)"),
        (torch.tensor([0.1, -torch.inf]), r"angles must be finite, got -inf at index \(1,\)"),
        (np.zeros((0, 2)), r"must not have an empty batch, got shape \(0, 2\)"),
        (np.zeros((3, 0, 2)), r"must not have an empty batch, got shape \(3, 0, 2\)"),
        (np.array([0.1j, 0.2]), "angles must be real, got complex128"),
        (torch.tensor([0.1j, 0.2]), "angles must be real, got torch.complex64"),
        (["a", "b"], "could not convert string to float"),
    ],
)
def test_angles_that_do_not_fit(program, run, angles, message):
    with pytest.raises(ValueError, match=message):
        run(program, angles)


def test_many_parameters_are_named_in_part():
    circuit = QuantumCircuit(1)
    for p in ParameterVector("t", 6):
        circuit.rx(p, 0)
    with pytest.raises(ValueError, match=r"6 values .* \(t\[0\], t\[1\], t\[2\], t\[3\], \.\.\.\), got shape \(2,\)"):
        compile(circuit).state([0.1, 0.2])


def test_without_parameters_the_last_axis_is_empty():
    circuit = QuantumCircuit(1)
    circuit.x(0)
    program = compile(circuit)
    assert program.parameters == ()
    assert program.state([]).tolist() == [0, 1]
    assert program.state(np.zeros((3, 0))).tolist() == [[0, 1]] * 3
    assert program.vjp(np.zeros((3, 0)), [1.0, 2.0]).shape == (3, 0)
    assert program.sample(np.zeros((3, 0)), 2, np.random.default_rng(0)).tolist() == [[1, 1]] * 3
    with pytest.raises(ValueError, match=r"0 values on the last axis, one a parameter \(none\), got shape \(1,\)"):
        program.state([0.1])


def test_without_gates_the_state_is_the_first():
    program = compile(QuantumCircuit(2))
    assert program.state([]).tolist() == [1, 0, 0, 0]
    assert program.state(np.zeros((2, 0))).tolist() == [[1, 0, 0, 0]] * 2
    phase = QuantumCircuit(1, global_phase=np.pi / 2)
    assert compile(phase).state([]) == pytest.approx([1j, 0], abs=1e-15)


@pytest.mark.parametrize("shots", [0, -1, 1.5, True, "3", None])
def test_shots_are_a_whole_number_of_at_least_one(program, shots):
    with pytest.raises(ValueError, match=f"shots must be a whole number of at least 1, got {shots!r}"):
        program.sample([0.1, 0.2], shots, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("dtype", "hint"), [("float46", "; did you mean 'float64'"), ("complex128", ""), (torch.float32, ""), (None, "")]
)
def test_an_unknown_dtype(dtype, hint):
    with pytest.raises(ValueError, match=f"dtype must be one of float32, float64, got .*{hint}"):
        compile(QuantumCircuit(1), dtype=dtype)


def test_compile_refuses_what_lowering_refuses():
    with pytest.raises(ValueError, match="no qubits"):
        compile(QuantumCircuit(0))
    circuit = QuantumCircuit(1, 1)
    circuit.measure(0, 0)
    with pytest.raises(ValueError, match=r"'measure'; .*Program.sample draws shots"):
        compile(circuit)


@pytest.mark.parametrize("run", METHODS.values(), ids=METHODS)
def test_an_expression_without_a_value_is_refused(run):
    circuit = QuantumCircuit(2)
    circuit.rx(Parameter("t").log(), 0)
    program = compile(circuit)
    run(program, [0.5])
    with pytest.raises(ValueError, match="a gate angle is not finite"):
        run(program, [-0.5])


def test_what_comes_in_goes_out(program):
    """Arrays and lists give arrays, tensors tensors; shots are always an array of whole numbers."""
    for name, run in METHODS.items():
        for given in ([0.1, 0.2], (0.1, 0.2), np.array([0.1, 0.2]), np.array([1, 2])):
            assert isinstance(run(program, given), np.ndarray)
        tensor = run(program, torch.tensor([0.1, 0.2]))
        assert isinstance(tensor, np.ndarray if name == "sample" else torch.Tensor)
    assert METHODS["sample"](program, [0.1, 0.2]).dtype == np.int64


def test_shapes(program):
    for batch in ((), (1,), (4,), (2, 3)):
        angles = np.zeros((*batch, 2))
        shapes = {name: run(program, angles).shape for name, run in METHODS.items()}
        assert shapes == {
            "state": (*batch, 4),
            "probabilities": (*batch, 4),
            "expectation": batch,
            "vjp": (*batch, 2),
            "sample": (*batch, 3),
        }


def test_the_arguments_are_left_alone(program):
    angles, values = np.array([[0.1, 0.2]]), np.arange(4.0)
    tensor = torch.tensor([0.1, 0.2], dtype=torch.float64)
    for run in METHODS.values():
        run(program, angles)
        run(program, tensor)
    program.vjp(tensor, values)
    assert angles.tolist() == [[0.1, 0.2]]
    assert values.tolist() == [0, 1, 2, 3]
    assert not tensor.requires_grad
    assert tensor.grad is None


def test_vjp_gives_a_gradient_where_torch_records_none(program):
    """Inside no_grad, and for tensors that need a gradient themselves, without leaving a graph behind."""
    theta = torch.tensor([0.3, 0.2], dtype=torch.float64, requires_grad=True)
    with torch.no_grad():
        gradient = program.vjp(theta, torch.tensor([1.0, 2.0, 1.0, 2.0]))
    assert gradient.tolist() == pytest.approx([np.sin(0.3) / 2, 0.0], abs=1e-15)
    assert not program.vjp(theta, torch.ones(4, requires_grad=True)).requires_grad


def test_gradients_of_gradients_are_refused_by_torch(program):
    """One adjoint pass is once differentiable; saying so beats a wrong second derivative."""
    theta = torch.tensor([0.3, 0.2], dtype=torch.float64, requires_grad=True)
    (first,) = torch.autograd.grad(program.probabilities(theta)[0], theta, create_graph=True)
    with pytest.raises(RuntimeError, match=r"once_differentiable|does not require grad"):
        first.sum().backward()


def test_properties(program):
    assert program.n_qubits == 2
    assert [p.name for p in program.parameters] == ["a", "b"]
    assert not program.real
    assert isinstance(program, Program)
    assert program.circuit.num_qubits == 2


def test_names_of_the_package():
    """`cvar` and `resources` are functions, though modules of theirs have the same name, in whatever order imported."""
    package = importlib.import_module("qbench.quantum")
    for name in ("cvar", "resources"):
        importlib.import_module(f"qbench.quantum.{name}")
        assert callable(getattr(package, name))
    assert (cvar, resources) == (package.cvar, package.resources)
    for name in package.__all__:
        assert getattr(package, name) is not None
    with pytest.raises(AttributeError, match=r"module 'qbench.quantum' has no attribute 'nothing'"):
        _ = package.nothing


@pytest.mark.parametrize("first", ["qbench.quantum", "qbench.quantum.cvar", "qbench.quantum.program"])
def test_importing_the_package_is_light_and_in_any_order(first):
    code = (
        f"import sys, {first}\n"
        "from qbench.quantum import cvar, resources\n"
        "import qbench.quantum.cvar, qbench.quantum.resources\n"
        "from qbench.quantum import cvar as again\n"
        "assert callable(cvar) and callable(resources) and cvar is again\n"
        "print(*[m for m in ('torch', 'qiskit', 'scipy', 'numba') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert first.endswith("program") or not done.stdout.split()
