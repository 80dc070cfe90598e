"""The sampled studies: columns by hand, units independent of blocks, readings that move what they should."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from qbench.evidence.streams import Streams
from qbench.papers.cvar_vqe.encodings import encoding
from qbench.papers.cvar_vqe.energies import landscapes
from qbench.papers.cvar_vqe.instances import DRAWN, PHYSICS, SIZE, physics, replicate
from qbench.papers.cvar_vqe.noise import Noise, NoisyObjective
from qbench.papers.cvar_vqe.qnn import TrainingStreams, amortised_circuit, features
from qbench.papers.cvar_vqe.solver import solve
from qbench.papers.cvar_vqe.studies.dnn import training_set
from qbench.papers.cvar_vqe.studies.fading import STREAM, fading
from qbench.papers.cvar_vqe.studies.noise import noisy
from qbench.papers.cvar_vqe.studies.rivals import rivals
from qbench.papers.cvar_vqe.studies.vqe import SETTING, setting, vqe, vqe_costs
from qbench.papers.cvar_vqe.system import rates, sum_rate, weighted_rates

SMALL = {**PHYSICS, **SIZE, "agents": 2, "stations": 3, "instances": 3}
VQE = {**SMALL, **SETTING, "epochs": 20, "shots": 64, "method": "instance", "n_train": 200}
FADING = {**SMALL, **SETTING, "epochs": 20, "shots": 64, "draws": 7, "thz_fading": False}
NOISY = {**SMALL, **SETTING, "encoding": "log", "epochs": 6, "shots": 64, "instances": 2}
DEVICE = {"one_qubit": 1e-3, "two_qubit": 1e-2, "readout": 0.02, "noise_scale": 1.0}
RIVALS = {**SMALL, "evaluations": 20, "shots": 64}
STREAMS = Streams("test")


def runs_of(params, unit: int):
    """Return the runs behind unit `unit` of the study."""
    rngs = {"algorithm": STREAMS.rng("algorithm", unit), "shots": STREAMS.rng("shots", unit)}
    return solve(replicate(params, STREAMS, unit), setting(params), **rngs)


def test_columns_are_means_over_the_instances() -> None:
    columns = vqe(VQE, STREAMS, range(1, 2))
    runs, instances = runs_of(VQE, 1), replicate(VQE, STREAMS, 1)
    assert columns["opt"] == instances.optimum.mean()
    for name in ("out", "mode", "mean", "ever"):
        assert columns[f"z_{name}"] == np.mean([getattr(r, name) for r in runs])
        assert columns[f"z_{name}_per_vehicle"] == pytest.approx(columns[f"z_{name}"] / 2)
        assert columns[f"z_{name}_share"] == pytest.approx(columns[f"z_{name}"] / columns["opt"])
    own = np.mean([r.own for r in runs], axis=0)
    assert [float(columns[f"own_{t:03d}"][0]) for t in range(1, 21)] == own.tolist()
    rise = own[0] + 0.9 * (own.max() - own[0])
    assert columns["t90"] == 1 + np.argmax(own >= rise)
    ground = np.mean([r.ground for r in runs], axis=0)
    assert columns["pgs_max"] == ground.max()
    assert columns["t_pgs"] == 1 + ground.argmax()
    energy = np.mean([r.mean_energy for r in runs], axis=0)
    assert columns["energy_change"] == pytest.approx(energy[-1] - energy[ground.argmax()], abs=1e-12)
    hits = []
    for r, best in zip(runs, instances.optimum, strict=True):
        reached = np.flatnonzero(r.best_counted >= 0.9 * best)
        hits.append(reached[0] + 1 if reached.size else 21)
    assert columns["t_hit"] == np.mean(hits)
    assert columns["samples_hit"] == columns["comparator_samples"] == 64 * np.mean(hits)


@pytest.mark.parametrize(
    ("study", "params"),
    [(vqe, VQE), (fading, FADING), (rivals, RIVALS), (noisy, {**NOISY, **DEVICE})],
    ids=["vqe", "fading", "rivals", "noisy"],
)
def test_units_are_independent_of_the_block(study, params) -> None:
    together = study(params, STREAMS, range(2))
    apart = [study(params, STREAMS, range(u, u + 1)) for u in range(2)]
    for name, values in together.items():
        assert values.tolist() == [float(a[name][0]) for a in apart], name


@pytest.mark.parametrize(
    "change",
    [
        {"alpha": 1.0},
        {"depth": 2},
        {"entanglement": "none"},
        {"encoding": "log"},
        {"optimiser": "spsa"},
        {"epochs": 10},
        {"penalty": 0.0},
        {"start": "later-layers-zero"},
        {"alignment_probability": 1.0, "thz_capacity": 1},
        {"geometry": "disc"},
        {"thz_bandwidth_hz": 12.5},
        {"method": "qnn"},
    ],
    ids=lambda c: next(iter(c)),
)
def test_every_reading_moves_the_result(change) -> None:
    base, other = vqe(VQE, STREAMS, range(1)), vqe({**VQE, **change}, STREAMS, range(1))
    assert base["z_mean"] != other["z_mean"]


def test_all_studies_see_the_same_networks() -> None:
    assert vqe(VQE, STREAMS, range(2))["opt"].tolist() == rivals(RIVALS, STREAMS, range(2))["opt"].tolist()
    noise = noisy({**NOISY, **DEVICE, "instances": 3}, STREAMS, range(1))
    assert noise["opt"] == vqe(VQE, STREAMS, range(1))["opt"]


def test_rivals_keep_their_order() -> None:
    columns = rivals(RIVALS, STREAMS, range(3))
    for name, values in columns.items():
        if name.startswith("z_") and not name.endswith(("_per_vehicle", "_share")):
            assert np.all(values <= columns["opt"] + 1e-12), name
    assert np.all(columns["z_local"] >= columns["z_greedy"])
    np.testing.assert_allclose(columns["z_random_1024"], columns["opt"], rtol=1e-12)  # 9 associations in all
    np.testing.assert_allclose(columns["z_annealing_budget"], columns["opt"], rtol=1e-12)


def test_fading_scores_what_was_chosen_without_it() -> None:
    columns = fading(FADING, STREAMS, range(1))
    still = replicate(FADING, STREAMS, 0, fading=False)
    rngs = {"algorithm": STREAMS.rng("algorithm", 0), "shots": STREAMS.rng("shots", 0)}
    chosen = [r.out_string for r in solve(still, setting(FADING), **rngs)]
    coded = encoding("onehot", 2, 3)
    rng = STREAMS.rng("instance", 0, stream=STREAM)
    p = physics(FADING)
    z = []
    for _ in range(7):
        network = still.network.refaded(rng)
        w = weighted_rates(rates(network, p), network.is_thz, p)
        z.append(
            [
                sum_rate(w[m], still.capacity, coded.decode(k)[0][None])[0] if k >= 0 else 0.0
                for m, k in enumerate(chosen)
            ]
        )
    assert columns["mean_rate"] == pytest.approx(np.mean(z))
    assert columns["sd_rate"] == pytest.approx(np.std(z, axis=0, ddof=1).mean())
    assert columns["mean_rate_expected"] >= columns["mean_rate_lsap"] - 1e-12
    assert columns["perfect"] >= columns["mean_rate_expected"] - 1e-12
    # In a disc of 100 m THz links are in use.
    both = [
        fading({**FADING, "geometry": "disc", "thz_fading": f}, STREAMS, range(1))["perfect"] for f in (False, True)
    ]
    assert both[0] != both[1]


def test_without_noise_the_noisy_study_is_the_study() -> None:
    off = {"one_qubit": 0.0, "two_qubit": 0.0, "readout": 0.0, "noise_scale": 1.0}
    quiet = noisy({**NOISY, **off}, STREAMS, range(1))
    plain = vqe({**VQE, **NOISY}, STREAMS, range(1))
    for name, value in quiet.items():
        assert value == pytest.approx(plain[name], abs=1e-9), name
    assert noisy({**NOISY, **DEVICE}, STREAMS, range(1))["z_mean"] != quiet["z_mean"]
    assert noisy({**NOISY, **DEVICE, "noise_scale": 2.0}, STREAMS, range(1))["z_mean"] != quiet["z_mean"]


def test_noise_lowers_the_mass_of_the_ground_state() -> None:
    instances = replicate(NOISY, STREAMS, 0)
    land = next(iter(landscapes(instances, "log", 2.0)))
    best = int(land.energies.argmin())
    from qbench.papers.cvar_vqe.circuits import ry_cz_ansatz

    theta = np.array([np.pi * (best >> q & 1) for q in range(4)] + [0.0] * 4)
    masses = [
        NoisyObjective(ry_cz_ansatz(4, 1), land.energies, 0.25, Noise().scaled(s)).probabilities(theta)[best]
        for s in (0.0, 1.0, 2.0)
    ]
    assert masses[0] == pytest.approx(1.0)
    assert masses[0] > masses[1] > masses[2]


def test_costs_count_circuits_and_shots() -> None:
    costs = vqe_costs({**SIZE, **SETTING})
    assert costs["qubits"] == 16
    assert costs["parameters"] == 32
    assert costs["two_qubit_gates"] == 15
    assert costs["circuit_evaluations"] == 100
    assert costs["shots"] == 102_400
    assert vqe_costs({**SIZE, **SETTING, "optimiser": "sweep"})["circuit_evaluations"] == 3300
    assert vqe_costs({**SIZE, **SETTING, "optimiser": "spsa", "encoding": "log"})["circuit_evaluations"] == 200


def test_amortised_circuit_takes_every_feature_once_and_its_weights_first() -> None:
    circuit = amortised_circuit(8, 16, 1)
    names = [p.vector.name for p in circuit.parameters]
    assert names == ["weight"] * 24 + ["x"] * 16
    assert circuit.count_ops() == {"ry": 40, "cz": 21}
    for p, q in itertools.pairwise(circuit.parameters):
        assert (p.vector.name, p.index) < (q.vector.name, q.index)


def test_features_are_spectral_efficiencies() -> None:
    instances = replicate(SMALL, STREAMS, 0)
    np.testing.assert_allclose(features(instances)[1].reshape(2, 3), np.log2(1.0 + instances.sinr[1]), atol=1e-14)


def test_both_learners_are_trained_on_the_same_networks() -> None:
    params = {**SMALL, "n_train": 10}
    sinr, weights, capacity = training_set(params, STREAMS, 0)
    drawn = replicate({**params, "instances": DRAWN}, TrainingStreams(STREAMS, 2, 3), 0)
    np.testing.assert_array_equal(sinr, drawn.sinr[:10])
    np.testing.assert_array_equal(weights, drawn.weights[:10])
    np.testing.assert_array_equal(capacity, drawn.capacity)
