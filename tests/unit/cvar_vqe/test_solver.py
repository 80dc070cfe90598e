"""CVaR-VQE against a second implementation, and its bookkeeping by hand."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import scipy.optimize
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from qiskit.quantum_info import Statevector

from qbench.evidence.streams import Streams
from qbench.papers.cvar_vqe.circuits import ry_cz_ansatz
from qbench.papers.cvar_vqe.encodings import encoding
from qbench.papers.cvar_vqe.energies import Landscape, landscapes
from qbench.papers.cvar_vqe.instances import PHYSICS, Instances, replicate
from qbench.papers.cvar_vqe.solver import Run, Setting, solve, start_angles
from qbench.papers.cvar_vqe.system import sum_rate
from qbench.radio import spawn

SMALL = {**PHYSICS, "agents": 2, "stations": 2, "instances": 3}
TIGHT = {**SMALL, "rf_capacity": 1, "thz_capacity": 1}
FEW = {"epochs": 20, "shots": 64}


def networks(params=SMALL, unit: int = 0) -> Instances:
    return replicate(params, Streams("test"), unit)


def run(setting: Setting, params=SMALL) -> list[Run]:
    streams = Streams("test")
    rngs = {"algorithm": streams.rng("algorithm", 0), "shots": streams.rng("shots", 0)}
    return solve(networks(params), setting, **rngs)


def second_implementation(land: Landscape, setting: Setting, theta0, rng) -> list[float]:
    """Return the objective at every evaluation: Qiskit's state vector, a sorted list, SciPy's COBYLA."""
    circuit = ry_cz_ansatz(land.encoding.n_qubits, setting.depth, setting.entanglement)
    curve = []

    def objective(theta) -> float:
        law = Statevector(circuit.assign_parameters(theta)).probabilities()
        drawn = np.searchsorted(np.cumsum(law), rng.random(setting.shots) * law.sum(), side="right")
        energies = sorted(land.energies[drawn].tolist())
        lowest = energies[: max(1, int(setting.alpha * setting.shots))]
        curve.append(sum(lowest) / len(lowest))
        return curve[-1]

    options = {"rhobeg": 1.0, "maxiter": setting.epochs + 1}
    scipy.optimize.minimize(objective, theta0, method="COBYLA", tol=1e-4, options=options)
    return curve


@pytest.mark.parametrize(("encoding", "depth", "alpha"), [("onehot", 1, 0.25), ("onehot", 2, 1.0), ("log", 1, 0.5)])
def test_the_curve_is_that_of_a_second_implementation(encoding: str, depth: int, alpha: float) -> None:
    # COBYLA's first simplex; later, rounding of the two decides between shots of equal value, and the ways part.
    count = (depth + 1) * (4 if encoding == "onehot" else 2) + 1
    setting = Setting(encoding=encoding, depth=depth, alpha=alpha, epochs=count, shots=64)
    runs = run(setting)
    streams = Streams("test")
    angle_rng, _ = spawn(streams.rng("algorithm", 0), 2)
    lands = list(landscapes(networks(), encoding, 2.0))
    theta = start_angles(setting, lands[0].encoding.n_qubits, 3, angle_rng)
    shot_rngs = [spawn(rng, 3)[0] for rng in spawn(streams.rng("shots", 0), 3)]
    for one, land, theta0, rng in zip(runs, lands, theta, shot_rngs, strict=True):
        curve = second_implementation(land, setting, theta0, rng)[:count]
        np.testing.assert_allclose(-one.own, curve, atol=1e-9)


def test_landscape_against_eq_5_and_10_string_by_string() -> None:
    for params in (SMALL, TIGHT):
        instances = networks(params)
        for m, land in enumerate(landscapes(instances, "onehot", 3.0)):
            w = instances.weights[m]
            for k in range(16):
                u = np.array([k >> q & 1 for q in range(4)]).reshape(2, 2)
                n, rows = u.sum(axis=0), u.sum(axis=1)
                over = np.maximum(n - instances.capacity, 0)
                z = sum(w[:, j] @ u[:, j] / min(n[j], instances.capacity[j]) for j in range(2) if n[j])
                penalty = 3.0 * w.max() * (((rows - 1) ** 2).sum() + (over**2).sum())
                assert land.energies[k] == pytest.approx(penalty - z, abs=1e-12)
                feasible = bool(np.all(rows == 1) and np.all(over == 0))
                assert land.feasible[k] == feasible
                assert land.rate[k] == pytest.approx(z if feasible else 0.0, abs=1e-12)


def test_landscape_counts() -> None:
    land = next(iter(landscapes(networks({**SMALL, "agents": 3, "stations": 3}), "onehot", 2.0)))
    assert land.lowest.sum() == 6  # ceil(512 / 100)
    assert land.energies[land.lowest].max() <= land.energies[~land.lowest].min()
    assert land.ground.sum() >= 1
    good = [z for z, ok in zip(land.rate, land.feasible, strict=True) if ok and z >= 0.9 * land.rate.max()]
    assert land.draws_to(0.9, feasible_only=True) == 27 / len(good)
    assert land.draws_to(0.9, feasible_only=False) == 512 / len(good)


@given(arrays(np.int64, st.integers(1, 700), elements=st.integers(0, 9)))
def test_of_equal_energies_the_lowest_indices_are_among_the_lowest(energies):
    chosen = Landscape(energies.astype(float), np.zeros(0), np.zeros(0, dtype=bool), encoding("onehot", 1, 2)).lowest
    first = np.argsort(energies, kind="stable")[: -(-energies.size // 100)]
    assert set(np.flatnonzero(chosen)) == set(first)


def test_readouts_are_what_they_say() -> None:
    """A circuit that is certain of one string: every readout is that string's rate."""
    instances = networks()
    for optimiser in ("cobyla", "spsa", "adam"):
        for one in solve(
            instances,
            Setting(optimiser=optimiser, epochs=30, encoding="log", shots=256),
            algorithm=np.random.default_rng(0),
            shots=np.random.default_rng(1),
        ):
            assert one.mean <= one.out <= one.ever
            assert one.mode <= one.ever + 1e-12
            assert one.own.shape == one.ground.shape == (30,)
            assert np.all(one.shot_mean <= one.best + 1e-12)
            assert np.all(np.diff(one.best_counted) >= 0)
            assert one.samples == (512 if optimiser == "spsa" else 256)


def test_out_string_is_the_association_it_scores() -> None:
    instances = networks(TIGHT)
    for m, one in enumerate(run(Setting(**FEW), TIGHT)):
        land = list(landscapes(instances, "onehot", 2.0))[m]
        if one.out_string < 0:
            assert one.out == 0.0
            continue
        choices, valid = land.encoding.decode(one.out_string)
        assert valid
        assert one.out == pytest.approx(sum_rate(instances.weights[m], instances.capacity, choices[None])[0])


def test_same_seed_same_run_and_alphas_share_the_start() -> None:
    first, again = run(Setting(**FEW)), run(Setting(**FEW))
    for a, b in zip(first, again, strict=True):
        for field in dataclasses.fields(Run):
            np.testing.assert_array_equal(getattr(a, field.name), getattr(b, field.name))
    other = run(Setting(alpha=1.0, **FEW))
    for a, b in zip(first, other, strict=True):
        # The same angles and the same uniforms: the same shots at the first evaluation.
        assert a.shot_mean[0] == b.shot_mean[0]
        assert a.ground[0] == b.ground[0]
        assert a.own[0] != b.own[0]


def test_deeper_circuits_begin_with_the_same_angles() -> None:
    shallow = start_angles(Setting(depth=1), 4, 3, np.random.default_rng(0))
    deep = start_angles(Setting(depth=3), 4, 3, np.random.default_rng(0))
    np.testing.assert_array_equal(deep[:, :8], shallow)
    zero = start_angles(Setting(depth=3, start="later-layers-zero"), 4, 3, np.random.default_rng(0))
    np.testing.assert_array_equal(zero[:, :4], shallow[:, :4])
    assert not zero[:, 4:].any()
    assert np.abs(deep).max() <= np.pi


def test_a_sweep_is_one_more_evaluation_than_there_are_angles() -> None:
    plain = run(Setting(epochs=90, shots=64, encoding="log"))
    sweeps = run(Setting(epochs=18, shots=64, encoding="log", optimiser="sweep"))
    for a, b in zip(plain, sweeps, strict=True):
        np.testing.assert_array_equal(a.own[4::5], b.own)  # 4 angles at 2 log qubits
        np.testing.assert_array_equal(a.ground[4::5], b.ground)
        np.testing.assert_array_equal(a.best_counted[4::5], b.best_counted)


def test_adam_finds_the_optimum_of_a_small_problem() -> None:
    instances = networks()
    runs = run(Setting(optimiser="adam", epochs=100, encoding="log", shots=256))
    best = [land.rate.max() for land in landscapes(instances, "log", 2.0)]
    np.testing.assert_allclose(best, instances.optimum, rtol=1e-12)
    # An optimum of the CVaR guarantees mass alpha on the ground state and nothing about the most likely string.
    assert [r.ground[-1] >= 0.25 for r in runs] == [True] * 3
    np.testing.assert_allclose([r.out for r in runs], best, rtol=1e-12)


def test_the_watch_can_be_left_out() -> None:
    rngs = {"algorithm": np.random.default_rng(0), "shots": np.random.default_rng(1)}
    (one, *_) = solve(networks(), Setting(**FEW), **rngs, watch=False)
    assert one.ground.size == one.lowest.size == one.mean_energy.size == 0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"alpha": 0.0}, r"alpha must lie in \(0, 1\], got 0"),
        ({"depth": -1}, "depth must be a whole number of at least 0"),
        ({"entanglement": "star"}, "entanglement must be one of"),
        ({"encoding": "one-hot"}, "encoding must be one of.*did you mean 'onehot'"),
        ({"optimiser": "cobla"}, "optimiser must be one of.*did you mean 'cobyla'"),
        ({"epochs": 0}, "epochs must be a whole number of at least 1"),
        ({"shots": 0}, "shots must be a whole number of at least 1"),
        ({"penalty": -1.0}, "penalty must lie in"),
        ({"start": "zero"}, "start must be one of"),
    ],
    ids=lambda v: next(iter(v)) if isinstance(v, dict) else "",
)
def test_settings_are_checked_at_birth(changes, message) -> None:
    with pytest.raises(ValueError, match=message):
        Setting(**changes)
