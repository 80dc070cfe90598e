"""RY-CZ programs: sizes that cross tiles and blocks, other implementations, tail means and samples."""

import math

import numpy as np
import pytest

from qbench.quantum import _ry_cz_plan as plans
from qbench.quantum import _ry_cz_simd as simd
from qbench.quantum.cvar import cvar, cvar_of_samples
from qbench.quantum.ry_cz import RyCzProgram, SortedEnergies

RNG_SEED = 20250101


def chain(n):
    return "cz", tuple((q, q + 1) for q in range(n - 1))


def every(n):
    return "ry", tuple(range(n))


def ansatz(n, depth):
    return [every(n), *[layer for _ in range(depth) for layer in (chain(n), every(n))]]


def random_layers(rng, n, count):
    """Any subsets of qubits and pairs, in any order."""
    pairs = [(a, b) for a in range(n) for b in range(a)]
    layers = []
    for _ in range(count):
        if rng.random() < 0.5 or n == 1:
            layers.append(("ry", tuple(rng.permutation(n)[: rng.integers(0, n + 1)].tolist())))
        else:
            layers.append(("cz", tuple(pairs[k] for k in rng.permutation(len(pairs))[: rng.integers(0, 2 * n)])))
    return layers


def applied(n, layers, theta):
    """Every gate of one row of angles applied to |0...0>, one by one."""
    state = np.zeros(2**n)
    state[0] = 1.0
    k = np.arange(2**n)
    left = iter(theta)
    for kind, content in layers:
        for item in content:
            if kind == "cz":
                np.negative(state, out=state, where=((k >> item[0]) & (k >> item[1]) & 1).astype(bool))
            else:
                t = next(left)
                zero, one = np.moveaxis(state.reshape(-1, 2, 2**item), 1, 0)
                c, s = math.cos(t / 2), math.sin(t / 2)
                state = np.stack([c * zero - s * one, s * zero + c * one], axis=1).ravel()
    return state


# 11 is one tile; 12 and 13 have two high qubits, above an even and an odd number of low ones; 14 to 18 leave groups of
# all sizes; from 18 on rows grow.
@pytest.mark.parametrize("n", [7, 11, 12, 13, 14, 16, 17, 18])
@pytest.mark.parametrize("depth", [0, 1, 2, 3])
def test_states_and_gradients_at_sizes_that_cross_tiles(n, depth):
    rng = np.random.default_rng(RNG_SEED + n)
    layers = [*ansatz(n, depth), ("cz", ((0, n - 1), (2, n // 2)))]
    program = RyCzProgram(n, layers)
    theta = rng.uniform(-10, 10, (1, program.n_parameters))
    state = program.state(theta)
    np.testing.assert_allclose(state[0], applied(n, layers, theta[0]), rtol=0, atol=1e-13)
    cotangent = rng.normal(size=2**n)
    gradient = program.vjp_probabilities(theta, cotangent)[0]
    for j in rng.permutation(program.n_parameters)[:4]:
        shift = np.zeros_like(theta)
        shift[0, j] = math.pi / 2
        up, down = (program.probabilities(theta + side) @ cotangent for side in (shift, -shift))
        assert gradient[j] == pytest.approx((up - down).item() / 2, abs=1e-10)
    # All angles at once, by central differences along one direction.
    direction = rng.normal(size=theta.shape)
    step = 1e-5
    up, down = (program.probabilities(theta + side * step * direction) @ cotangent for side in (1, -1))
    assert (up - down).item() / (2 * step) == pytest.approx(gradient @ direction[0], abs=1e-6)


@pytest.mark.parametrize("n", [2, 5, 13, 15])
def test_layers_of_some_qubits_and_any_pairs(n):
    rng = np.random.default_rng(RNG_SEED)
    for _ in range(4):
        layers = random_layers(rng, n, 9)
        program = RyCzProgram(n, layers)
        theta = rng.uniform(-10, 10, (2, program.n_parameters))
        expected = [applied(n, layers, row) for row in theta]
        np.testing.assert_allclose(program.state(theta), expected, rtol=0, atol=1e-13)


@pytest.mark.parametrize("n", [1, 3, 6, 9])
def test_agrees_with_qiskit(n):
    from qiskit import QuantumCircuit
    from qiskit.quantum_info import Statevector

    rng = np.random.default_rng(RNG_SEED)
    layers = random_layers(rng, n, 8)
    program = RyCzProgram(n, layers)
    theta = rng.uniform(-10, 10, (3, program.n_parameters))
    for row, state in zip(theta, program.state(theta), strict=True):
        circuit, angles = QuantumCircuit(n), iter(row)
        for kind, content in layers:
            for item in content:
                if kind == "ry":
                    circuit.ry(next(angles), item)
                else:
                    circuit.cz(*item)
        np.testing.assert_allclose(state, Statevector(circuit).data, rtol=0, atol=1e-13)


@pytest.mark.parametrize("n", [4, 13, 16])
def test_float32_stays_within_single_precision(n):
    rng = np.random.default_rng(RNG_SEED)
    layers = ansatz(n, 4)
    double, single = RyCzProgram(n, layers), RyCzProgram(n, layers, dtype="float32")
    theta = rng.uniform(-10, 10, (2, double.n_parameters))
    assert single.state(theta).dtype == single.probabilities(theta).dtype == np.float32
    # 2 n L roundings of relative size 2^-24, as a random walk, on a vector of norm 1; measured: a third of it.
    bound = 2.0**-24 * math.sqrt(2 * n * 5)
    error = np.linalg.norm(single.state(theta).astype(float) - double.state(theta), axis=-1)
    assert error.max() < bound
    cotangent = rng.uniform(-1, 1, 2**n)
    gradient = single.vjp_probabilities(theta, cotangent)
    assert gradient.dtype == np.float64
    assert np.abs(gradient - double.vjp_probabilities(theta, cotangent)).max() < 4 * bound
    energies = SortedEnergies(cotangent)
    assert np.abs(single.cvar(theta, energies, 0.3) - double.cvar(theta, energies, 0.3)).max() < 4 * bound / 0.3


def test_cz_without_effect():
    rng = np.random.default_rng(RNG_SEED)
    plain = RyCzProgram(4, [every(4), chain(4), every(4)])
    # On |0...0> they do nothing, and twice they cancel, through an empty RY layer too.
    dressed = RyCzProgram(
        4,
        [chain(4), every(4), chain(4), ("cz", ((1, 3),)), ("ry", ()), ("cz", ((3, 1),)), every(4)],
    )
    theta = rng.normal(size=(2, 8))
    assert dressed.state(theta).tobytes() == plain.state(theta).tobytes()


def test_rotations_in_a_row_add_up():
    rng = np.random.default_rng(RNG_SEED)
    twice, once = RyCzProgram(3, [every(3), ("ry", (1,)), chain(3), every(3)]), RyCzProgram(3, ansatz(3, 1))
    theta = rng.normal(size=(1, 7))
    merged = np.concatenate([theta[:, :3], theta[:, 4:]], axis=1)
    merged[:, 1] += theta[:, 3]
    assert twice.state(theta).tobytes() == once.state(merged).tobytes()
    gradient = twice.vjp_probabilities(theta, np.arange(8.0))[0]
    assert gradient[1] == gradient[3]


@pytest.mark.parametrize("n", [3, 12, 16])
def test_every_basis_state_is_reached_exactly(n):
    program = RyCzProgram(n, ansatz(n, 1))
    for string in (0, 1, 2**n - 1, 2 ** (n - 1) + 2):
        theta = np.zeros((1, 2 * n))
        theta[0, n:] = [math.pi * (3 if q % 2 else -1) * (string >> q & 1) for q in range(n)]
        law = program.probabilities(theta)[0]
        assert law[string] == 1.0
        assert np.count_nonzero(law) == 1


def test_no_rotation_at_all():
    for layers in ([], [("cz", ((0, 1),))], [("ry", ())]):
        program = RyCzProgram(2, layers)
        theta = np.empty((3, 0))
        np.testing.assert_array_equal(program.state(theta), [[1, 0, 0, 0]] * 3)
        assert program.vjp_probabilities(theta, np.ones(4)).shape == (3, 0)
        np.testing.assert_array_equal(program.sample(theta, 5, np.random.default_rng(0)), np.zeros((3, 5)))


@pytest.mark.parametrize("n", [9, 14])
def test_calls_leave_nothing_behind(n):
    rng = np.random.default_rng(RNG_SEED)
    program, energies = RyCzProgram(n, ansatz(n, 2)), SortedEnergies(rng.normal(size=2**n))
    theta, others = rng.normal(size=(2, 70, 3 * n))
    first = program.cvar_gradient(theta[:2], energies, 0.2)
    program.state(others)
    program.vjp_probabilities(others, rng.normal(size=2**n))
    program.sample(others, 10, rng)
    again = program.cvar_gradient(theta[:2], energies, 0.2)
    whole = program.cvar_gradient(theta, energies, 0.2)  # more than one portion of the batch
    for a, b, c in zip(first, again, whole, strict=True):
        assert a.tobytes() == b.tobytes() == c[:2].tobytes()


# Walked from the lowest energy; summed by bucket; and, at 19 qubits, by bucket whatever alpha is.
WAYS = [(10, (0.02, 0.7)), (13, (0.02, 0.25, 0.6, 1.0)), (16, (0.1, 0.5)), (19, (0.1,))]


@pytest.mark.parametrize(("n", "alphas"), WAYS)
@pytest.mark.parametrize("spread", [0.05, 3.0])
def test_cvar_and_its_gradient_agree_with_the_law(n, alphas, spread):
    rng = np.random.default_rng(RNG_SEED)
    program = RyCzProgram(n, ansatz(n, 2))
    theta = rng.uniform(-spread, spread, (1, program.n_parameters))  # a narrow spread leaves the mass on few strings
    energies = rng.normal(size=2**n)
    levels, law = SortedEnergies(energies), program.probabilities(theta)
    for alpha in alphas:
        expected, cotangent = cvar(energies, law, alpha)
        value, gradient = program.cvar_gradient(theta, levels, alpha)
        np.testing.assert_allclose(value, expected, rtol=0, atol=1e-12 / alpha)
        np.testing.assert_allclose(gradient, program.vjp_probabilities(theta, cotangent), rtol=0, atol=1e-12 / alpha)


def test_each_state_may_have_its_own_energies():
    rng = np.random.default_rng(RNG_SEED)
    program = RyCzProgram(13, ansatz(13, 1))
    theta, energies = rng.normal(size=(3, 26)), rng.normal(size=(3, 2**13))
    value, gradient = program.cvar_gradient(theta, energies, 0.4)
    for b in range(3):
        alone = program.cvar_gradient(theta[b : b + 1], SortedEnergies(energies[b]), 0.4)
        assert alone[0].tobytes() == value[b : b + 1].tobytes()
        assert alone[1].tobytes() == gradient[b : b + 1].tobytes()
    order = np.argsort(energies, axis=-1)
    assert program.cvar(theta, SortedEnergies(energies, order), 0.4).tobytes() == value.tobytes()


def test_an_objective_of_ones_own():
    rng = np.random.default_rng(RNG_SEED)
    for n in (3, 13):
        program, energies = RyCzProgram(n, ansatz(n, 1)), rng.normal(size=2**n)
        theta = rng.normal(size=(4, 2 * n))
        seen = []

        def purity(law, seen=seen):
            seen.append(law.copy())
            return (law**2).sum(), 2 * law

        value, gradient = program.value_and_gradient(theta, purity)
        law = program.probabilities(theta)
        np.testing.assert_array_equal(seen, law)
        np.testing.assert_array_equal(value, [(row**2).sum() for row in law])
        np.testing.assert_array_equal(gradient, program.vjp_probabilities(theta, 2 * law))
        tail = program.value_and_gradient(theta, lambda law, e=energies: cvar(e, law, 0.3))
        for a, b in zip(tail, program.cvar_gradient(theta, energies, 0.3), strict=True):
            np.testing.assert_allclose(a, b, rtol=0, atol=1e-12)


def test_sampled_cvar_is_that_of_the_samples():
    rng = np.random.default_rng(RNG_SEED)
    program, energies = RyCzProgram(5, ansatz(5, 1)), rng.normal(size=32)
    theta = rng.normal(size=(3, 10))
    value = program.sampled_cvar(theta, energies, 0.3, 100, np.random.default_rng(2), convention="ceil")
    samples = energies[program.sample(theta, 100, np.random.default_rng(2))]
    np.testing.assert_array_equal(value, cvar_of_samples(samples, 0.3, "ceil"))


@pytest.mark.parametrize("n", [3, 4, 9])
def test_sign_bits(n):
    rng = np.random.default_rng(RNG_SEED)
    pairs = [(a, b) for b in range(n) for a in range(b) if rng.random() < 0.5]
    k = np.arange(2**n)
    expected = sum((k >> a) & (k >> b) & 1 for a, b in pairs) & 1
    bits = np.unpackbits(plans.sign_bits(frozenset(pairs), n), bitorder="little")
    np.testing.assert_array_equal(bits, expected)


def test_equal_cz_layers_share_their_signs():
    assert RyCzProgram(6, ansatz(6, 9))._plan.signs.shape == (2, 2**6 // 8)


def test_compiled_calls_know_all_their_sources():
    from qbench.quantum import _ry_cz_adjoint, _ry_cz_kernels, _ry_cz_readout, _ry_cz_tiling

    entries = [_ry_cz_tiling.sweep, _ry_cz_adjoint.unsweep, _ry_cz_kernels.reduce_angles, _ry_cz_kernels.gradients]
    entries += [getattr(_ry_cz_readout, name) for name in ("amplitudes", "probabilities", "seed", "tail_means", "draw")]
    for call in entries:
        assert [cell.cell_contents for cell in call.py_func.__closure__] == [simd._sources()]
