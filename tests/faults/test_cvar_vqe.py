"""Physical and algorithmic mistakes in cvar_vqe, each with the test that catches it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from qbench.papers.cvar_vqe.noise import Noise
from tests.faults.door import Fault, assert_caught

SYSTEM = "qbench.papers.cvar_vqe.system"
PAPER = "qbench.papers.cvar_vqe"
UNIT = "tests.unit.cvar_vqe"


def no_interference(_):
    return lambda band, factor=1.0: np.zeros((*np.shape(band), np.shape(band)[-1]))


def negated_fields(original):
    def ising(Q, convention="qiskit"):
        right = original(Q, convention)
        return type(right)(right.constant, -right.fields, right.couplings, convention=right.convention)

    return ising


FAULTS = (
    Fault(
        "Ising field sign",
        (("tests.proofs.test_cvar_vqe:ising_from_qubo", negated_fields),),
        "tests.proofs.test_cvar_vqe:test_ising_form_corrected_on_every_string",
    ),
    Fault(
        "bit order of the one-hot code",
        (
            (
                f"{PAPER}.encodings:OneHot._associated",
                lambda original: lambda self, k, i, j: original(self, k, self.agents - 1 - i, self.stations - 1 - j),
            ),
        ),
        f"{UNIT}.test_solver:test_landscape_against_eq_5_and_10_string_by_string",
    ),
    Fault(
        "dropped interference",
        (("qbench.radio:band_coupling", no_interference),),
        f"{UNIT}.test_system:test_interference_stays_in_its_band_by_hand",
    ),
    Fault(
        "alpha taken as 1 - alpha",
        (
            (
                f"{PAPER}.solver:CvarObjective",
                lambda original: lambda program, energies, alpha: original(program, energies, 1.0 - alpha or 1.0),
            ),
        ),
        f"{UNIT}.test_solver:test_the_curve_is_that_of_a_second_implementation",
        ("onehot", 1, 0.25),
    ),
    Fault(
        "decibels taken as linear",
        (("qbench.radio:db_to_linear", lambda _: lambda value: np.asarray(value, dtype=float)),),
        f"{UNIT}.test_system:test_one_thz_link_by_hand",
    ),
    Fault(
        "the highest energies averaged instead of the lowest",
        (
            (
                "qbench.quantum.objective:cvar_of_samples",
                lambda original: lambda samples, alpha, convention="floor": -original(-samples, alpha, convention),
            ),
        ),
        f"{UNIT}.test_solver:test_the_curve_is_that_of_a_second_implementation",
        ("log", 1, 0.5),
    ),
    Fault(
        "handoff penalties of the bands swapped",
        ((f"{SYSTEM}:_by_band", lambda original: lambda is_thz, rf, thz: original(is_thz, thz, rf)),),
        f"{UNIT}.test_system:test_handoff_penalties_and_capacities_follow_the_band",
    ),
    Fault(
        "an overloaded BS costs nothing",
        ((f"{PAPER}.hamiltonian:_overload_table", lambda original: lambda agents, q: 0.0 * original(agents, q)),),
        f"{UNIT}.test_solver:test_landscape_against_eq_5_and_10_string_by_string",
    ),
    Fault(
        "penalty of the wrong sign",
        ((f"{PAPER}.energies:default_penalty", lambda original: lambda weights: -original(weights)),),
        f"{UNIT}.test_solver:test_landscape_against_eq_5_and_10_string_by_string",
    ),
    Fault(
        "a rotation by twice the angle",
        (
            (
                "qbench.quantum.ry_cz:RyCzProgram._angles",
                lambda original: lambda self, theta: 2.0 * original(self, theta),
            ),
        ),
        "tests.unit.quantum.test_layers:test_layers_prepare_the_state_of_the_circuit",
    ),
    Fault(
        "controlled-Z gates left out",
        (("tests.unit.cvar_vqe.test_solver:ry_cz_ansatz", lambda original: lambda n, p, e: original(n, p, "none")),),
        f"{UNIT}.test_solver:test_the_curve_is_that_of_a_second_implementation",
        ("onehot", 2, 1.0),
    ),
    Fault(
        "one stream of shots for every instance",
        (
            (
                f"{PAPER}.solver:spawn",
                lambda original: (
                    lambda rng, count: original(rng, count)[:1] * count if count == 3 else original(rng, count)
                ),
            ),
        ),
        f"{UNIT}.test_solver:test_the_curve_is_that_of_a_second_implementation",
        ("onehot", 1, 0.25),
    ),
    Fault(
        "infeasible strings scored as if they were feasible",
        (
            (
                f"{PAPER}.energies:constraint_violations",
                lambda original: lambda q, code: tuple(0.0 * part for part in original(q, code)),
            ),
        ),
        f"{UNIT}.test_solver:test_landscape_against_eq_5_and_10_string_by_string",
    ),
    Fault(
        "readout flips left out",
        (("tests.oracles.test_noise:flipped", lambda _: lambda law, _: law),),
        "tests.oracles.test_noise:test_flips_by_hand",
    ),
    Fault(
        "two-qubit noise in the other convention",
        (
            (
                f"{PAPER}.noise:_prepared",
                lambda original: (
                    lambda circuit, noise: original(circuit, replace(noise, two_qubit=16 / 15 * noise.two_qubit))
                ),
            ),
        ),
        "tests.oracles.test_noise:test_law_is_that_of_pennylane",
        (Noise(), 2, 1),
    ),
    Fault(
        "no fading",
        (("qbench.papers.cvar_vqe.geometry:rayleigh_power_gain", lambda _: lambda rng, shape: np.ones(shape)),),
        f"{UNIT}.test_vqe_studies:test_fading_scores_what_was_chosen_without_it",
    ),
    Fault(
        "late steps not divided by the curve's own range",
        ((f"{PAPER}.curves:_own_range", lambda original: lambda c: min(1.0, original(c))),),
        f"{UNIT}.test_curves:test_late_steps_are_those_of_the_last_quarter",
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.name)
def test_fault_is_caught(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_caught(fault, monkeypatch)


def test_the_docs_list_every_fault() -> None:
    text = (Path(__file__).parents[2] / "docs" / "papers" / "cvar_vqe.md").read_text(encoding="utf-8")
    assert [
        f.name for f in FAULTS if f"| {f.name} | `" not in text or f"`{f.caught_by.split(':')[1]}`" not in text
    ] == []
