"""What must hold of the engine for every circuit, without another engine: exact, never sampled."""

from functools import partial

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from qiskit import QuantumCircuit
from qiskit.circuit import Parameter, ParameterVector
from qiskit.quantum_info import SparsePauliOp

from qbench.quantum import compile
from qbench.quantum import torch_engine as engine
from qbench.quantum.torch_engine import TorchEngine
from tests.oracles import circuits as c

SOME = c.share(0.6)


@SOME
@given(c.cases())
def test_norm_is_kept(case):
    program = compile(case.circuit)
    assert program.probabilities(case.angles).sum(axis=-1) == pytest.approx(1.0, abs=1e-13)
    assert np.linalg.norm(program.state(case.angles), axis=-1) == pytest.approx(1.0, abs=1e-13)


def undone(circuit):
    """The circuit followed by its inverse, within the supported gates: S is undone by three of it, T by seven."""
    whole = circuit.copy()
    for instruction in reversed(circuit.data):
        operation, qubits = instruction.operation, instruction.qubits
        if operation.name in {"s", "t"}:
            for _ in range({"s": 3, "t": 7}[operation.name]):
                whole.append(operation, qubits)
        elif operation.name != "barrier":
            whole.append(operation.inverse(), qubits)
    whole.global_phase = 0
    return whole


@SOME
@given(c.cases())
def test_a_circuit_and_its_inverse_do_nothing(case):
    circuit = undone(case.circuit)
    assume(circuit.num_parameters == case.angles.shape[-1])  # a parameter of the global phase alone is gone
    state = compile(circuit).state(case.angles)
    assert state == pytest.approx(np.broadcast_to(np.eye(1, state.shape[-1]), state.shape), abs=1e-12)


@SOME
@given(c.cases(st.integers(1, 6), batch=st.integers(2, 9)), st.data())
def test_a_batch_is_its_members_bit_for_bit(case, data):
    program = compile(case.circuit)
    observables = (np.random.default_rng(0).normal(size=2**program.n_qubits), data.draw(c.pauli_sums(program.n_qubits)))
    for run in (program.state, program.probabilities, *bound_to(observables, program.expectation, program.vjp)):
        together = run(case.angles)
        for k, row in enumerate(case.angles):
            assert np.array_equal(together[k], run(row))


def bound_to(observables, *methods):
    """Functions of angles alone."""
    return [partial(lambda m, o, x: m(x, o), method, o) for method in methods for o in observables]


@pytest.mark.parametrize("n", [3, 8, 10])
def test_large_batches_are_their_members_bit_for_bit(n):
    """Batches beyond the widths at which vector units and matrix products change their path."""
    theta = ParameterVector("t", 3 * n)
    circuit = QuantumCircuit(n, global_phase=theta[0])
    for layer in range(3):
        for q in range(n):
            (circuit.rx, circuit.ry, circuit.rz)[layer](theta[layer * n + q] * theta[q].sin() + layer, q)
            circuit.u(theta[q], theta[n + q], theta[layer], q)
        for q in range(n - 1):
            (circuit.cz, circuit.crx, circuit.rzz)[layer](*[theta[q]] * (layer > 0), q, q + 1)
    program = compile(circuit)
    angles = np.random.default_rng(n).normal(size=(37, len(program.parameters)))
    observables = (np.arange(2.0**n), SparsePauliOp(["X" * n, "Y" * n, "Z" * n], [1.0, 2.0, 3.0]))
    for run in (program.state, *bound_to(observables, program.expectation, program.vjp)):
        together = run(angles)
        for size in (1, 2, 5, 16):
            for start in (0, 37 - size):
                part = slice(start, start + size)
                assert np.array_equal(run(angles[part]), together[part])


@SOME
@given(c.cases(st.integers(1, 4), batch=st.just(6)))
def test_leading_axes_are_a_batch(case):
    program = compile(case.circuit)
    n, p = program.n_qubits, case.angles.shape[-1]
    block = case.angles.reshape(2, 3, p)
    values = np.random.default_rng(1).normal(size=(6, 2**n))
    for flat, shaped, tail in (
        (program.state(case.angles), program.state(block), (2**n,)),
        (program.probabilities(case.angles), program.probabilities(block), (2**n,)),
        (program.expectation(case.angles, values), program.expectation(block, values.reshape(2, 3, -1)), ()),
        (program.vjp(case.angles, values), program.vjp(block, values.reshape(2, 3, -1)), (p,)),
        (
            program.sample(case.angles, 4, np.random.default_rng(2)),
            program.sample(block, 4, np.random.default_rng(2)),
            (4,),
        ),
        (program.state(case.angles)[0], program.state(case.angles[0]), (2**n,)),
    ):
        assert shaped.shape == (*((2, 3) if shaped.size == flat.size and len(flat) == 6 else ()), *tail)
        assert np.array_equal(shaped.reshape(flat.shape), flat)


@SOME
@given(c.cases(values=st.floats(-3, 3)))
def test_float32_is_float64_to_five_digits(case):
    """Angles of the order of 1: rounding an angle x to float32 alone moves it by 6e-8 x."""
    double, single = compile(case.circuit), compile(case.circuit, dtype="float32")
    n = double.n_qubits
    values = np.random.default_rng(3).normal(size=2**n)
    assert single.state(case.angles).dtype == (np.float32 if single.real else np.complex64)
    assert double.state(case.angles).dtype == (np.float64 if double.real else np.complex128)
    angles = np.abs(double.lowered.angles(torch.tensor(case.angles)).numpy()).max(initial=1.0)
    for name, tolerance in (("state", 1e-5), ("probabilities", 1e-5), ("expectation", 1e-4), ("vjp", 1e-3)):
        extra = (values,) if name in {"expectation", "vjp"} else ()
        exact, rounded = getattr(double, name)(case.angles, *extra), getattr(single, name)(case.angles, *extra)
        error = np.abs(exact - rounded).max(initial=0.0)
        assert error <= tolerance * angles, f"{name}: float32 is off by {error:.1e}, allowed {tolerance * angles:.1e}"


@SOME
@given(c.circuits(names=c.REAL, phase=False) | c.circuits())
def test_real_exactly_when_every_gate_is(circuit):
    real = all(i.operation.name in (*c.REAL, "barrier") for i in circuit.data) and circuit.global_phase == 0
    program = compile(circuit)
    assert program.real == real
    state = program.state(np.zeros(circuit.num_parameters))
    assert np.isrealobj(state) == real


@SOME
@given(c.cases(names=c.REAL, phase=False))
def test_the_real_path_is_the_complex_one(case):
    """T eight times is the identity, but not a real gate."""
    complex_circuit = case.circuit.copy()
    for _ in range(8):
        complex_circuit.t(0)
    real, other = compile(case.circuit), compile(complex_circuit)
    assert real.real
    assert not other.real
    assert real.state(case.angles) == pytest.approx(other.state(case.angles), abs=1e-13)
    values = np.random.default_rng(4).normal(size=2**real.n_qubits)
    assert real.vjp(case.angles, values) == pytest.approx(other.vjp(case.angles, values), abs=1e-11, rel=1e-11)


@c.share(0.4)
@given(c.cases(st.integers(1, 6)))
def test_any_width_of_blocks_gives_the_same_state(case):
    program = compile(case.circuit)
    plain = program.state(case.angles)
    values = np.random.default_rng(5).normal(size=2**program.n_qubits)
    gradient = program.vjp(case.angles, values)
    with pytest.MonkeyPatch.context() as patch:
        for width in range(1, 6):
            patch.setattr(engine, "block_width", lambda n, width=width: width)
            other = compile(case.circuit)
            assert max((len(b.qubits) for b in engine_of(other).blocks), default=0) <= max(width, 2)
            assert other.state(case.angles) == pytest.approx(plain, abs=1e-13)
            assert other.vjp(case.angles, values) == pytest.approx(gradient, abs=1e-10, rel=1e-10)


def engine_of(program):
    found = [x for x in vars(program).values() if isinstance(x, TorchEngine)]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("width", [1, 2, 3, 4, 5])
def test_blocks_keep_the_order_of_gates_that_share_a_qubit(width):
    """A gate that could slip back into an earlier, smaller block must not pass one that shares a qubit with it."""
    circuit = QuantumCircuit(4)
    circuit.h([0, 1, 2, 3])
    circuit.cx(0, 1)
    circuit.cx(1, 2)
    circuit.rx(0.3, 1)  # must follow the second CX, though the first one's block has room for it
    circuit.cx(2, 3)
    circuit.ry(0.7, 0)  # may join the first block
    circuit.crz(0.9, 3, 0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "block_width", lambda n: width)
        assert compile(circuit).state([]) == pytest.approx(c.by_qiskit(circuit), abs=1e-14)


def test_unused_parameters_have_zero_gradient():
    """Parameters that move nothing: a global phase, a slope of 0, a phase of |0>, a turn after the last |amplitude|."""
    phase, nothing, before, after, used = (Parameter(x) for x in ("phase", "nothing", "before", "after", "used"))
    circuit = QuantumCircuit(2, global_phase=phase)
    circuit.rz(before, 0)
    circuit.ry(used + 0 * nothing, 0)
    circuit.cx(0, 1)
    circuit.rz(after, 1)
    program = compile(circuit)
    names = [p.name for p in program.parameters]
    assert names == ["after", "before", "nothing", "phase", "used"]
    gradient = program.vjp(np.full((3, 5), 0.4), np.array([1.0, 2.0, 3.0, 5.0]))
    assert np.abs(gradient[:, :4]).max() < 1e-15
    assert gradient[:, 4] == pytest.approx(4 * np.sin(0.4) / 2, abs=1e-15)


def test_a_circuit_whose_only_parameter_is_a_phase_has_gradient_zero():
    circuit = QuantumCircuit(1, global_phase=Parameter("t"))
    assert compile(circuit).vjp(np.array([0.3]), [1.0, 2.0]) == pytest.approx([0.0], abs=1e-15)


@SOME
@given(st.permutations(c.POOL), st.integers(1, len(c.POOL)))
def test_parameters_are_in_the_circuits_order(pool, count):
    """Used in any order, each on a qubit of its own: the angle of parameter k turns the qubit that k turns."""
    used = pool[:count]
    circuit = QuantumCircuit(count)
    for qubit, p in enumerate(used):
        circuit.ry(p, qubit)
    program = compile(circuit)
    assert program.parameters == tuple(circuit.parameters)
    for k, p in enumerate(program.parameters):
        state = program.state(np.pi * np.eye(count)[k])
        assert np.abs(state).argmax() == 2 ** used.index(p)


@SOME
@given(c.cases(names=("ry", "h", "cz", "cry", "rx", "crx"), nonlinear=False), st.data())
def test_rotations_have_period_four_pi(case, data):
    """Every parameter may stand in with a factor; turning a gate's own angle by 4 pi is what changes nothing."""
    circuit, moved = case.circuit, case.circuit.copy_empty_like()
    for instruction in circuit.data:
        operation = instruction.operation
        if operation.params:
            operation = operation.to_mutable()
            operation.params = [operation.params[0] + 4 * np.pi * data.draw(st.sampled_from((-1, 0, 1)))]
        moved.append(operation, instruction.qubits)
    assume(moved.parameters == circuit.parameters)
    assert compile(moved).state(case.angles) == pytest.approx(compile(circuit).state(case.angles), abs=1e-12)


def test_two_pi_is_a_sign():
    circuit = QuantumCircuit(1)
    circuit.ry(Parameter("t"), 0)
    state = compile(circuit).state([[0.3], [0.3 + 2 * np.pi], [0.3 + 4 * np.pi]])
    assert state[1] == pytest.approx(-state[0], abs=1e-14)
    assert state[2] == pytest.approx(state[0], abs=1e-14)


@SOME
@given(c.cases(batch=st.integers(1, 3)))
def test_tensors_give_tensors_and_the_same_numbers(case):
    program = compile(case.circuit)
    theta = torch.tensor(case.angles)
    for name in ("state", "probabilities"):
        found = getattr(program, name)(theta)
        assert isinstance(found, torch.Tensor)
        assert np.array_equal(found.numpy(), getattr(program, name)(case.angles))


@SOME
@given(c.cases(batch=st.just(1)))
def test_a_program_is_a_snapshot(case):
    """Running it twice gives the same bits, and gates added to the circuit later do not reach it."""
    program = compile(case.circuit)
    first = program.state(case.angles)
    case.circuit.h(0)
    assert np.array_equal(program.state(case.angles), first)
