"""Proofs behind the analytic claims on the two papers' circuits, executed; numbers re-derived, not copied.

Exact throughout: closed forms against state vectors, or quadrature that is exact for the trigonometric polynomials at
hand. None samples.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from qiskit.quantum_info import Operator, Statevector

from qbench.papers.cloud_edge_qnn.circuits import edge_circuit
from qbench.papers.cloud_qnn import trainability
from qbench.papers.cloud_qnn.circuits import cloud_circuit, connect_circuit, encode_circuit
from qbench.papers.cloud_qnn.closed_forms import expectations, outputs, sample
from qbench.papers.cloud_qnn.resources import mlp_weights, printed_qubits
from qbench.quantum import compile

GRID = 2 * np.pi * np.arange(8) / 8  # exact for degrees below 8


@given(st.floats(0, 1), st.floats(0, math.pi), st.floats(0, 2 * math.pi))
def test_the_printed_lower_bound_does_not_see_its_input(radius: float, a: float, b: float) -> None:
    """ERR-9 and ERR-24: 1/4 and 1/2 for every density matrix; the mean squared derivative is at most 1/8."""
    r = radius * np.array([math.sin(a) * math.cos(b), math.sin(a) * math.sin(b), math.cos(a)])
    x = trainability.density(r)
    assert trainability.printed_lower_bound(x) == pytest.approx(1 / 4, abs=1e-12)
    assert trainability.printed_lower_bound(x, "lemma") == pytest.approx(1 / 2, abs=1e-12)
    mean = float(trainability.mean_squared_derivative(r))
    assert mean == pytest.approx(trainability.mean_squared_derivative_by_quadrature(x), abs=1e-12)
    assert mean <= 1 / 8 + 1e-12


@given(st.floats(-7, 7))
def test_the_encoded_input_has_no_positive_bound(phi: float) -> None:
    """ERR-9 by the circuit of one neuron: mean of (do/dtheta)^2 over theta is cos^2(phi)/8; 0 at phi = pi/2."""
    program = compile(cloud_circuit(1, 1))
    rows = np.stack([np.full(8, phi), GRID], axis=-1)
    slopes = program.vjp(rows, np.array([0.0, 1.0]))[:, 1]
    assert np.mean(slopes**2) == pytest.approx(math.cos(phi) ** 2 / 8, abs=1e-12)


def test_product_rule_and_factor() -> None:
    """ERR-10: the printed Tr[sz dRY m RY^dag] of Eq. (27) is -<X>/2, the derivative of f is +<X>/2."""
    x = trainability.density([0.6, 0.2, -0.5])
    for t in GRID:
        u, du = trainability.ry(t), trainability.ry_derivative(t)
        now = u @ x @ u.conj().T
        mean_x = np.trace(np.array([[0, 1], [1, 0]]) @ now).real
        printed = np.trace(trainability.PAULI_Z @ du @ x @ u.conj().T).real
        step = 1e-6

        def f(s: float) -> float:
            w = trainability.ry(s)
            return float(0.5 - 0.5 * np.trace(trainability.PAULI_Z @ w @ x @ w.conj().T).real)

        assert printed == pytest.approx(-mean_x / 2, abs=1e-12)
        assert (f(t + step) - f(t - step)) / (2 * step) == pytest.approx(mean_x / 2, abs=1e-8)


def test_means_of_fourth_powers() -> None:
    """ERR-10: 3/8, 3/8 and 1/8; RY(t) = exp(-i t sy/2), while Eq. (30) sets cos t - i sin t sy, which is RY(2t)."""
    c, s = np.cos(GRID), np.sin(GRID)
    assert [np.mean(c**4), np.mean(s**4), np.mean((s * c) ** 2)] == pytest.approx([3 / 8, 3 / 8, 1 / 8], abs=1e-15)
    for r in ([1.0, 0.0, 0.0], [0.3, 0.2, -0.8]):  # the two middle terms of Eq. (30) cancel for every input
        assert trainability.integral_of_printed_terms(trainability.density(r)) == pytest.approx(3 / 4, abs=1e-12)
    y = np.array([[0, -1j], [1j, 0]])
    for t in GRID:
        printed = math.cos(t) * np.eye(2) - 1j * math.sin(t) * y
        np.testing.assert_allclose(printed, trainability.ry(2 * t), atol=1e-15)


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_global_parity_has_exponentially_small_gradients(n: int) -> None:
    """ERR-11: L = 1, phi = 0: E ||grad f||^2 = N/4 2^-N: .125, .125, .09375, .0625, against a constant bound."""
    program = compile(cloud_circuit(1, n))
    grid = 2 * np.pi * np.arange(4) / 4  # f'^2 has degree 2 in each angle
    theta = np.array(list(itertools.product(grid, repeat=n)))
    parity = np.array([(-1.0) ** k.bit_count() for k in range(2**n)])
    for phi in (np.zeros(n), np.linspace(0.3, 1.2, n)):
        rows = np.concatenate([np.broadcast_to(phi, theta.shape), theta], axis=-1)
        gradient = program.vjp(rows, -0.5 * parity)[:, n:]
        assert np.mean((gradient**2).sum(axis=-1)) == pytest.approx(trainability.parity_gradient(n, phi), abs=1e-12)
    assert trainability.parity_gradient(n) == pytest.approx([0.125, 0.125, 0.09375, 0.0625][n - 1])


def test_a_function_in_0_1_may_be_steep() -> None:
    """ERR-12: (1 + sin kt)/2 lies in [0, 1] and has squared slope k^2/4: 9/4 > 1 for k = 3."""
    assert max((3 * math.cos(3 * t) / 2) ** 2 for t in (0.0, 1.0)) == pytest.approx(9 / 4)


@given(st.floats(-1, 1), st.floats(-1, 1), st.floats(-1, 1), st.floats(-1, 1))
def test_a_single_sinusoid_in_0_1_is_not(a: float, b: float, c: float, d: float) -> None:
    """ERR-12: degree 1 in [0, 1]: squared slope at most 1/4; degree 2: at most 1, by Bernstein."""
    t = 2 * np.pi * np.arange(400) / 400
    for waves, bound in (((a, b, 0.0, 0.0), 1 / 4), ((a, b, c, d), 1.0)):
        values = waves[0] * np.cos(t) + waves[1] * np.sin(t) + waves[2] * np.cos(2 * t) + waves[3] * np.sin(2 * t)
        slopes = (
            -waves[0] * np.sin(t) + waves[1] * np.cos(t) - 2 * waves[2] * np.sin(2 * t) + 2 * waves[3] * np.cos(2 * t)
        )
        width = values.max() - values.min()
        if width > 1e-6:
            # The grid misses the range by a part in 10^4 at most: half a step squared, times the degree squared.
            assert ((slopes / width) ** 2).max() <= bound * (1 + 1e-3)


def test_no_ancilla_appears() -> None:
    """ERR-13: every qubit is rotated, so L N are needed; none is left over for "connecting"."""
    for layers, n in ((1, 1), (2, 4), (3, 2)):
        circuit = cloud_circuit(layers, n)
        used = {circuit.find_bit(q).index for g in circuit.data for q in g.qubits}
        turned = {circuit.find_bit(g.qubits[0]).index for g in circuit.data if g.operation.name == "ry"}
        assert used == turned == set(range(layers * n))
    assert (printed_qubits(2, 4), printed_qubits(2, 4, "journal")) == (12, 10)


def test_chains_run_in_parallel_across_layers_not_neurons() -> None:
    """ERR-14: L - 1 chains at once, each a serial N - 1 as drawn: the depth of the CZ is N - 1 for every L."""
    for layers, n in itertools.product((2, 3, 5), (2, 4, 7)):
        alone = connect_circuit(layers, n, gates=("cz",))
        assert alone.depth() == n - 1
        assert alone.count_ops()["cz"] == (layers - 1) * (n - 1)
        assert set(connect_circuit(layers, n).count_ops()) == {"cx", "cz", "ry"}


@given(st.floats(-7, 7), st.floats(0.1, 3))
def test_w_of_eq_25(t: float, s: float) -> None:
    """ERR-17: W = -2 sin(s/2) dU for every shift; -.765 at pi/4, and W = dU only at s = -pi/3."""
    found, slope = trainability.printed_derivative(t, s), trainability.ry_derivative(t)
    np.testing.assert_allclose(found, -2 * math.sin(s / 2) * slope, atol=1e-14)
    np.testing.assert_allclose(trainability.printed_derivative(t, -math.pi / 3), slope, atol=1e-14)
    step = 1e-6
    quotient = (trainability.ry(t + step) - trainability.ry(t - step)) / (2 * step)
    np.testing.assert_allclose(slope, quotient, atol=1e-9)


def test_swapped_exponents() -> None:
    """ERR-30: doubling N quadruples the weights of a wide network, doubling L doubles those of a deep one."""
    assert mlp_weights(3, 2**20) / mlp_weights(3, 2**19) == pytest.approx(4, abs=1e-5)
    assert mlp_weights(2**20, 3) / mlp_weights(2**19, 3) == pytest.approx(2, abs=1e-5)


def test_cz_supply_no_nonlinearity() -> None:
    """ERR-31: U_connect with and without CZ differ by a diagonal matrix of signs from the left."""
    theta = np.linspace(0.1, 3, 6)
    whole, bare = (
        Operator(connect_circuit(2, 3, gates=gates).assign_parameters(theta)).data
        for gates in (("ry", "cx", "cz"), ("ry", "cx"))
    )
    ratio = whole @ np.linalg.inv(bare)
    np.testing.assert_allclose(ratio, np.diag(np.sign(np.diag(ratio).real)), atol=1e-12)
    assert len(set(np.sign(np.diag(ratio).real))) == 2


def test_a_measurement_is_coin_tosses_and_xor() -> None:
    """J23 at angles where every bit is certain: the sampler and the circuit give the same single string."""
    for bits in itertools.product((0, 1), repeat=4):
        theta = np.pi * np.array(bits, dtype=float).reshape(2, 2)
        theta[0] = np.pi / 2 - theta[0]  # RY(-+pi/2) takes |+> to |0>, |1>: phi = 0
        circuit = cloud_circuit(2, 2)
        law = Statevector(circuit.assign_parameters(np.concatenate([[0, 0], theta.ravel()]))).probabilities()
        drawn = sample(theta, np.zeros(2), 3, np.random.default_rng(0)).reshape(3, 4)
        assert law[int((drawn[0] << np.arange(4)).sum())] == pytest.approx(1.0)
        assert (drawn == drawn[0]).all()


def test_encoding_reaches_the_equator_only() -> None:
    """Why cos phi is all that is left of the channel: <Z> = 0, <X> = cos phi after H and RZ."""
    phi = np.linspace(-3, 3, 7)
    for f in phi:
        state = Statevector(encode_circuit(1, 1).assign_parameters([f])).data
        x = 2 * (state[0].conj() * state[1]).real
        assert (x, abs(state[0]) ** 2) == pytest.approx((math.cos(f), 0.5))
    assert expectations(np.full((1, 1), 1.0), phi[:, None]).ravel() == pytest.approx(-math.sin(1.0) * np.cos(phi))
    assert outputs(np.zeros((1, 1)), phi[:, None]).ravel() == pytest.approx(0.5)


def test_edge_chains_are_next_to_each_other() -> None:
    """Eq. (20) repeats a CZ chain beside the braces: four CZ on each pair of neighbours, one on (1, K) besides."""
    circuit = edge_circuit(4)
    pairs = [frozenset(circuit.find_bit(q).index for q in g.qubits) for g in circuit.data if g.operation.name == "cz"]
    assert sorted(map(pairs.count, set(pairs))) == [1, 4, 4, 4]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: trainability.density([1.0, 1.0, 0.0]), r"norm at most 1, got \[1.0, 1.0, 0.0\]"),
        (lambda: trainability.density([1.0]), r"bloch must be three numbers of norm at most 1, got \[1.0\]"),
        (lambda: trainability.printed_lower_bound(np.eye(2) / 2, "lemma 3"), "form must be one of equation, lemma"),
        (lambda: trainability.parity_gradient(0), "n_neuron must be a whole number of at least 1, got 0"),
    ],
)
def test_errors(call, message) -> None:
    with pytest.raises(ValueError, match=message):
        call()
