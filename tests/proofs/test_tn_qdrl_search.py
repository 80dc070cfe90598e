"""What the paper on keys and vehicles says of its search and its encoder, as proofs and counterexamples that run.

E-n are the numbers of the corrections in the specification of the paper, as the docstrings of the package use them.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from qiskit.quantum_info import Operator

from qbench.papers.tn_qdrl import grover, grover_steps
from qbench.papers.tn_qdrl.grover_circuits import diffusion_circuit, for_engine, oracle_circuit, start_circuit
from qbench.papers.tn_qdrl.mps import Mps, contract, draw_mps, site_vectors
from qbench.quantum import compile


def chances(order, n=8, marked=5, most=4):
    return [grover_steps.after_iterations(n, marked, tau, order)[marked] ** 2 for tau in range(most)]


# --- Eqs. (45)-(50) ---


def test_e21_a_bracket_to_a_power_and_the_order_of_oracle_and_diffusion():
    """Eq. (50): the diffusion alone is its own inverse; O D from the start wastes a call; on |psi_1> it is right."""
    assert chances("bracket") == pytest.approx([0.125, 0.78125, 0.125, 0.78125], abs=1e-12)
    assert chances("text_on_start") == pytest.approx([0.125, 0.125, 0.78125, 0.9453125], abs=1e-12)
    assert chances("text") == pytest.approx([0.125, 0.78125, 0.9453125, 0.330078125], abs=1e-12)
    assert chances("restored") == pytest.approx(chances("text"), abs=1e-12)
    for n in (2, 3, 8, 20):
        state = np.random.default_rng(n).normal(size=n)
        np.testing.assert_allclose(grover_steps.diffuse(grover_steps.diffuse(state)), state, atol=1e-14)


@pytest.mark.parametrize("n", [2, 3, 5, 8])
def test_e21_g_q_on_psi_1_is_grovers_up_to_a_sign(n):
    """(O D)^tau O = O (D O)^tau: the last oracle turns a sign that no measurement sees. N <= 8, every mark."""
    start = grover_steps.uniform(n)
    diffusion = 2 * np.outer(start, start) - np.eye(n)
    for marked in range(n):
        oracle = np.eye(n)
        oracle[marked, marked] = -1
        for tau in range(5):
            text = np.linalg.matrix_power(oracle @ diffusion, tau) @ oracle
            right = oracle @ np.linalg.matrix_power(diffusion @ oracle, tau)
            np.testing.assert_allclose(text, right, atol=1e-12)
            np.testing.assert_allclose(grover_steps.after_iterations(n, marked, tau, "text"), right @ start, atol=1e-12)


def test_e21_the_exact_chances_are_fractions():
    """N = 8: D O on the pair (marked amplitude, each other) in units of 8^-1/2, in whole numbers and fractions."""
    own, other, found = Fraction(1), Fraction(1), []
    for _ in range(4):
        found.append(float(own**2 / 8))
        mean = (-own + 7 * other) / 8
        own, other = 2 * mean + own, 2 * mean - other
    assert chances("restored") == pytest.approx(found, abs=1e-12)
    assert found == [0.125, 0.78125, 0.9453125, 0.330078125]


@pytest.mark.parametrize("beta", [1, 2, 3, 6])
def test_e22_the_printed_orthogonal_state_is_the_oracles_ancilla(beta):
    """Below Eq. (47): norm (2/2^beta)^1/2, not 1; for one qubit it overlaps the marked state by 0.707."""
    printed = grover_steps.printed_perpendicular(beta)
    assert np.linalg.norm(printed) == pytest.approx(math.sqrt(2 / 2**beta), rel=1e-14)
    for marked in range(2**beta):
        right = grover_steps.perpendicular(2**beta, marked)
        assert right[marked] == 0
        assert np.linalg.norm(right) == pytest.approx(1.0, rel=1e-14)
        if beta == 1:
            assert abs(printed[marked]) == pytest.approx(0.7071, abs=1e-4)
        whole = grover_steps.printed_start(beta, marked)
        # The start that Eq. (47) sets out from is not what its last line says.
        assert np.abs(whole - grover_steps.uniform(2**beta)).max() > 0.1


def test_e32_the_middle_line_is_no_state():
    """Eq. (45) printed without brackets: 2^(-beta/2) |0..0> + ... + |1..1>, each later term with a factor 1."""
    for beta in (1, 2, 3):
        size = 2**beta
        printed = np.ones(size)
        printed[0] = size**-0.5
        assert np.linalg.norm(printed) == pytest.approx(math.sqrt(1 / size + size - 1), rel=1e-14)
        assert np.linalg.norm(printed) > 1.2
        state = compile(start_circuit(size)).state(np.zeros(0))
        np.testing.assert_allclose(state, np.full(size, size**-0.5), atol=1e-14)


def test_eq_46_is_right():
    """(1/2^1/2)^beta = 2^(-beta/2): the tensor power of a normalised H, which the start is. No error."""
    h = np.array([[1.0, 1.0], [1.0, -1.0]])
    power = np.eye(1)
    for beta in range(1, 5):
        power = np.kron(power, h)
        matrix = power / math.sqrt(2**beta)
        np.testing.assert_allclose(Operator(start_circuit(2**beta)).data, matrix, atol=1e-13)


# --- a search that cannot search ---


def test_e43_two_actions_cannot_be_searched():
    """N = 2: 1/2 for every tau, as theta = pi/4 turns by right angles; on the engine as well."""
    own, other = grover.law(2, np.arange(50))
    np.testing.assert_allclose(own, 0.5, atol=1e-12)
    np.testing.assert_allclose(other, 0.5, atol=1e-12)
    np.testing.assert_allclose(grover.equal_epsilon(2, np.arange(50)), 1.0, atol=1e-12)
    circuit = start_circuit(2)
    for _ in range(4):
        circuit = circuit.compose(oracle_circuit(2, 1)).compose(diffusion_circuit(2))
        law = compile(for_engine(circuit)).probabilities(np.zeros(0))
        np.testing.assert_allclose(law, [0.5, 0.5], atol=1e-12)
    # Joined with any other component it can: 3 of 4, 6 of 6 actions are found with a chance above 3/4.
    assert all(grover.law(n, grover.best_iterations(n))[0] > 0.75 for n in range(3, 2000))


# --- the encoder, Eqs. (38) and (40) ---


def test_e27_linear_features_are_states_at_the_ends_alone():
    """Eq. (38): norm^2 = 1 - 2v + 2v^2 lies in [1/2, 1], and is 1 for v in {0, 1} only."""
    for k in range(101):
        v = Fraction(k, 100)
        square = (1 - v) ** 2 + v**2
        assert Fraction(1, 2) <= square <= 1
        assert (square == 1) == (k in {0, 100})
        assert (site_vectors([float(v)], "linear") ** 2).sum() == pytest.approx(float(square), rel=1e-14)
        assert (site_vectors([float(v)]) ** 2).sum() == pytest.approx(1.0, rel=1e-14)


@pytest.mark.parametrize(("j", "norm"), [(27, 8.6e-5), (150, 2.6e-23)])
def test_e27_products_of_linear_features_fade(j, norm):
    """v = 1/2 at every site: 2^(-j/2)."""
    product = np.prod(np.linalg.norm(site_vectors(np.full(j, 0.5), "linear"), axis=-1))
    assert product == pytest.approx(norm, rel=0.02)
    assert product == pytest.approx(2 ** (-j / 2), rel=1e-12)


def test_e27_2200_sites_leave_the_floats():
    """2^-1100 = 7e-332 is below every float; a running product sticks at the smallest one, the logarithm does not."""
    running = 1.0
    for _ in range(2200):
        running *= 0.5**0.5
    assert running == 5e-324
    assert Fraction(1, 2**1100) < Fraction(5e-324)
    assert float(Fraction(10) ** 332 / 2**1100) == pytest.approx(7.36, abs=0.01)
    # v + (1 - v) = 1, so that a core of two equal entries multiplies by them: 2^-1/2 a site.
    core = np.full((1, 1, 2, 1), 0.5**0.5)
    mps = Mps(np.ones(1), np.tile(core, (2200, 1, 1, 1)), np.ones((1, 1, 1)), np.ones(1), 1100)
    direction, log_norm = contract(mps, np.full(2200, 0.5), feature="linear")
    assert log_norm == pytest.approx(-1100 * math.log(2), rel=1e-13)
    assert direction == pytest.approx([1.0])


def test_e27_a_scalar_cannot_be_an_observation():
    """Eq. (40) gives one number; with v in {0, 1} only, continuous states between give no new ones: here they do."""
    mps = draw_mps(np.random.default_rng(0), 6, n_out=3)
    grid = np.linspace(0, 1, 11)[:, np.newaxis] * np.ones(6)
    direction, log_norm = contract(mps, grid)
    y = direction * np.exp(log_norm)[:, np.newaxis]
    assert y.shape == (11, 3)
    assert len(np.unique(np.round(y, 9), axis=0)) == 11
    assert np.linalg.matrix_rank(y) == 3
