"""What the paper on pilot assignment says of its system, search and circuits, as proofs that run."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
import sympy
from qiskit import QuantumCircuit, transpile
from qiskit.quantum_info import Statevector

from qbench.papers.hqcnn.circuits import embedding_circuit
from qbench.papers.hqcnn.depths import amplitude_circuit
from qbench.papers.hqcnn.equations import rotation
from qbench.papers.hqcnn.estimates import constant, gamma_of
from qbench.papers.hqcnn.exhaustive import n_partitions
from qbench.papers.hqcnn.layout import Layout
from qbench.papers.hqcnn.master_ap import master_ap
from qbench.papers.hqcnn.rates import Link
from qbench.papers.hqcnn.rules import exact_gradient, shared_shift
from qbench.papers.hqcnn.shot_noise import shot_moments, variance_ratio
from tests.oracles.hqcnn_reference import partition

# --- C08 ---


def stirling(n, groups):
    """S(n, groups) by inclusion and exclusion."""
    total = sum((-1) ** (groups - j) * math.comb(groups, j) * j**n for j in range(groups + 1))
    return total // math.factorial(groups)


@pytest.mark.parametrize(
    ("users", "pilots", "count"),
    [(6, 3, 122), (9, 3, 3281), (12, 3, 88_574), (15, 3, 2_391_485), (20, 10, 49_344_452_550_230)],
)
def test_partitions_are_counted_by_stirling_numbers(users, pilots, count):
    assert n_partitions(users, pilots) == count
    assert sum(stirling(users, i) for i in range(1, pilots + 1)) == count


@pytest.mark.parametrize(("users", "pilots"), [(4, 2), (6, 3), (5, 7)])
def test_partitions_are_what_is_left_of_all_labels(users, pilots):
    every = itertools.product(range(pilots), repeat=users)
    assert n_partitions(users, pilots) == len({partition(a) for a in every})


# --- C46, E2 ---


def test_e2_the_printed_constant_exceeds_every_gain():
    """gamma/beta = t sqrt(beta)/(t beta + 1) is above 1 where t (sqrt(beta) - beta) > 1: for 4.5e-24 < beta < 1."""
    t = 3 * Link().pilot_snr
    low = (1 - math.sqrt(1 - 4 / t)) / 2  # the smaller root in sqrt(beta)
    assert low**2 < 1e-23
    beta = 10.0 ** np.linspace(-23, -1, 89)
    assert (gamma_of(beta, t, printed=True) > beta).all()
    below = np.array([0.99 * low**2])
    assert (gamma_of(below, t, printed=True) < below).all()
    assert gamma_of(np.array([1e-9]), t, printed=True)[0] == pytest.approx(3.156e-5, rel=1e-3)


def test_e2_the_corrected_constant_gives_the_second_moment():
    """E |c y|^2 = c^2 (t beta + 1), and gamma = sqrt(t) beta c equals it for the corrected c alone."""
    t, beta = 3 * Link().pilot_snr, 10.0 ** np.linspace(-14, -6, 33)
    for printed in (False, True):
        moment = constant(beta, t, printed=printed) ** 2 * (t * beta + 1)
        assert np.allclose(gamma_of(beta, t, printed=printed), moment, rtol=1e-12, atol=0.0) is not printed
    assert (gamma_of(beta, t, printed=False) < beta).all()
    # The corrected c is the LMMSE one: the error (1 - c sqrt(t))^2 beta + c^2 is least there.
    c = constant(beta, t, printed=False)
    error = lambda x: (1 - x * math.sqrt(t)) ** 2 * beta + x**2  # noqa: E731 - one line says it
    assert (error(c) < error(1.01 * c)).all()
    assert (error(c) < error(0.99 * c)).all()


# --- C12: what [11] trains ---


def hur_angles():
    """Places in the vector of angles that each gate of [11] takes, layer by layer, as its published code has them."""
    u, found = 15, []
    layers = [
        [(0, 7), (0, 1), (2, 3), (4, 5), (6, 7), (1, 2), (3, 4), (5, 6)],
        [(0, 6), (0, 2), (4, 6), (2, 4)],
        [(0, 4)],
    ]
    pools = [[(1, 0), (3, 2), (5, 4), (7, 6)], [(2, 0), (6, 4)], [(0, 4)]]
    for i, (blocks, pairs) in enumerate(zip(layers, pools, strict=True)):
        found += [("su4", wires, range(u * i, u * (i + 1))) for wires in blocks]
        found += [("pool", wires, range(3 * u + 2 * i, 3 * u + 2 * (i + 1))) for wires in pairs]
    return found


def test_c12_the_published_code_has_51_angles():
    gates = hur_angles()
    assert len({place for _, _, places in gates for place in places}) == 51
    assert len({place for kind, _, places in gates for place in places if kind == "su4"}) == 45
    layout = Layout(sharing="layer", pooling=True, readout="n_out1")
    assert layout.n_angles == Layout(sharing="layer", pooling=True).n_angles == 51
    assert [(b.kind, b.wires, b.angles) for b in layout.blocks] == [(kind, w, p[0]) for kind, w, p in gates]
    assert layout.read == (4,)


# --- C15, E4: by Qiskit alone ---


def test_c15_two_circuits_are_no_gradient_by_qiskit_alone():
    """The derivative of every wire's <Z> by the first angle: a difference quotient, and 13 gates shifted one by one."""
    h, theta = 0.1 * np.arange(1, 9), 0.1 * np.arange(1, 16)
    wires = [(0, 7), (0, 1), (2, 3), (4, 5), (6, 7), (1, 2), (3, 4), (5, 6), (0, 6), (0, 2), (4, 6), (2, 4), (0, 4)]

    def values(moves):
        circuit = QuantumCircuit(8)
        for q, x in enumerate(h):
            circuit.ry(2 * x, q)
        for (a, b), move in zip(wires, moves, strict=True):
            t = theta.copy()
            t[0] += move
            circuit.u(*t[0:3], a)
            circuit.u(*t[3:6], b)
            circuit.cx(a, b)
            circuit.ry(t[6], a)
            circuit.rz(t[7], b)
            circuit.cx(b, a)
            circuit.ry(t[8], a)
            circuit.cx(a, b)
            circuit.u(*t[9:12], a)
            circuit.u(*t[12:15], b)
        p = Statevector(circuit).probabilities()
        return np.array([p[(np.arange(256) >> q) & 1 == 0].sum() * 2 - 1 for q in range(8)])

    all_at_once, one_by_one, step = np.ones(13), np.eye(13), 1e-5
    derivative = (values(step * all_at_once) - values(-step * all_at_once)) / (2 * step)
    s = math.pi / 2
    naive = (values(s * all_at_once) - values(-s * all_at_once)) / 2
    summed = sum((values(s * move) - values(-s * move)) / 2 for move in one_by_one)
    np.testing.assert_allclose(summed, derivative, atol=1e-8)
    assert np.abs(naive - derivative).max() > 0.4
    np.testing.assert_allclose(exact_gradient(Layout(), h, theta)[0], derivative, atol=1e-8)
    np.testing.assert_allclose(shared_shift(Layout(), h, theta)[0], naive, atol=1e-10)


# --- C20, C33: shots ---


def outcomes(z, shots):
    """Estimate and probability of every string of outcomes, +1 or -1 a shot."""
    for signs in itertools.product((1, -1), repeat=shots):
        yield Fraction(sum(signs), shots), math.prod((1 + sign * z) / 2 for sign in signs)


def spread(law):
    mean = sum(x * p for x, p in law)
    return sum((x - mean) ** 2 * p for x, p in law)


@pytest.mark.parametrize("z", [Fraction(0), Fraction(3, 10), Fraction(9, 10), Fraction(-1)])
def test_c33_variance_of_shots_by_all_outcomes(z):
    for shots in range(1, 9):
        law = list(outcomes(z, shots))
        assert sum(p for _, p in law) == 1
        assert shot_moments(z, shots) == (sum(x * p for x, p in law), spread(law)) == (z, (1 - z * z) / shots)


@pytest.mark.parametrize(("scales", "ratio"), [((1, 2, 3), Fraction(19)), ((1, 3, 5), Fraction(167, 32))])
def test_c20_extrapolated_variance_by_all_outcomes(scales, ratio):
    """Weights as the parabola through three points has them at 0, and three shots a scale in all 2^9 ways."""
    weights = [
        Fraction(math.prod(o for o in scales if o != own), math.prod(o - own for o in scales if o != own))
        for own in scales
    ]
    assert [sum(c * x**k for c, x in zip(weights, scales, strict=True)) for k in range(3)] == [1, 0, 0]
    for z, f in ((Fraction(0), Fraction(1, 2)), (Fraction(9, 10), Fraction(4, 5))):
        values = [z * f**x for x in scales]
        laws = [list(outcomes(v, 3)) for v in values]
        joint = [
            (sum(c * x for c, (x, _) in zip(weights, some, strict=True)), math.prod(p for _, p in some))
            for some in itertools.product(*laws)
        ]
        found = spread(joint) / spread(laws[0])
        assert variance_ratio(values, list(scales), 3) == found > 1
        if z == 0:
            assert found == ratio
    assert float(ratio) == {3: 19.0, 5: 5.21875}[scales[-1]]


# --- C23: embeddings ---


def test_c23_amplitudes_take_exponentially_many_cx():
    """2^n - n - 1 CX by Qiskit, one more than doubled with every qubit; a rotation a qubit takes none."""
    for n in range(2, 9):
        circuit = transpile(
            amplitude_circuit(n, np.random.default_rng(n)), basis_gates=["u", "cx"], optimization_level=0
        )
        assert circuit.count_ops().get("cx", 0) == 2**n - n - 1
        assert circuit.depth() > 2**n - n - 1
        assert embedding_circuit(n).depth() == 1
        assert embedding_circuit(n).num_nonlocal_gates() == 0


# --- C47: Eq. (10) ---


def test_c47_columns_of_eq_10_are_orthonormal():
    a, b, f = sympy.symbols("alpha beta varphi", real=True)
    cos, sin, power = sympy.cos(f), sympy.sin(f), lambda x: sympy.exp(sympy.I * x)
    u = sympy.Matrix([[power(-a) * cos, -power(b) * sin], [power(-b) * sin, power(a) * cos]])
    assert (u * u.H).applyfunc(sympy.simplify) == sympy.eye(2)
    assert sympy.simplify(u.det()) == 1
    at = {a: 0.3, b: -1.2, f: 0.8}
    np.testing.assert_allclose(rotation(*at.values()), np.array(u.subs(at).evalf(), dtype=complex), atol=1e-14)
    # With the second row's phases exchanged it would be none.
    other = sympy.Matrix([[u[0, 0], u[0, 1]], [power(a) * sin, power(b) * cos]])
    assert sympy.simplify((other * other.H)[0, 1]) != 0


# --- E16: the labels of Fig. 3a ---


@pytest.mark.parametrize(("users", "pilots"), [(6, 3), (9, 3), (20, 10)])
def test_e16_labels_of_the_first_users_are_constants(users, pilots):
    """Master-AP in index order names the pilots by the first users, whatever the channel: nothing to learn there."""
    beta = 10.0 ** np.random.default_rng(users).uniform(-14, -6, (200, 10, users))
    labels = master_ap(beta, pilots)
    assert (labels[:, :pilots] == np.arange(pilots)).all()
    assert all(len(np.unique(labels[:, k])) == pilots for k in range(pilots, users))
    # Taken by falling gain, the same users get different labels.
    assert (np.ptp(master_ap(beta, pilots, order="gain")[:, :pilots], axis=0) > 0).all()
