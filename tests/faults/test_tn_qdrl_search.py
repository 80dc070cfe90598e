"""Mistakes in the search, the amplitudes and the resource counts of tn_qdrl, each with the test that catches it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.faults.door import Fault, assert_caught

PAPER, UNIT = "qbench.papers.tn_qdrl", "tests.unit.tn_qdrl"
CIRCUIT = f"{UNIT}.test_grover:check_circuit_against_matrices"
STEPS = f"{UNIT}.test_grover:check_steps_against_matrices"
LAW = f"{UNIT}.test_grover:check_law_against_matrices"
CERTIFICATES = f"{UNIT}.test_search_certificates"


def reversed_bits(original):
    def faulty(beta, index, ancillas):
        turned = int(f"{index:0{beta}b}"[::-1], 2)
        return original(beta, turned, ancillas)

    return faulty


def without_a_sign(original):
    def faulty(n_action, *, chained=False):
        circuit = original(n_action, chained=chained)
        circuit.global_phase = 0.0
        return circuit

    return faulty


def next_index(original):
    return lambda n_action, marked, *, chained=False: original(n_action, (marked + 1) % n_action, chained=chained)


def padded_start(original):
    return lambda n_action: original(1 << (n_action - 1).bit_length())


def diffusion_first(_):
    def faulty(n_action, marked, *, chained=False):
        from qbench.papers.tn_qdrl.grover_circuits import diffusion_circuit, oracle_circuit

        oracle = oracle_circuit(n_action, marked, chained=chained)
        return diffusion_circuit(n_action, chained=chained).compose(oracle)

    return faulty


def ancillas_left_dirty(_):
    def faulty(circuit, beta):
        up = [(0, 1, beta)] + [(q, beta + q - 2, beta + q - 1) for q in range(2, beta - 2)]
        for wires in (*up, (beta - 2, 2 * beta - 4, beta - 1)):
            circuit.ccx(*wires)

    return faulty


def others_left_alone(original):
    def faulty(amplitude, action, count):
        grown, old = original(amplitude, action, count), np.asarray(amplitude)
        own = np.take_along_axis(grown, np.asarray(action)[..., np.newaxis], axis=-1)
        kept = old.copy()
        np.put_along_axis(kept, np.asarray(action)[..., np.newaxis], own, axis=-1)
        return kept

    return faulty


FAULTS = (
    Fault(
        "Grover off by one",
        ((f"{PAPER}.grover:best_iterations", lambda f: lambda n: f(n) + 1),),
        f"{UNIT}.test_grover:check_best_number_of_iterations",
    ),
    Fault(
        "an angle of 2 tau theta",
        ((f"{PAPER}.grover:_turned", lambda _: lambda n, tau: 2.0 * np.asarray(tau) * math.asin(n**-0.5)),),
        LAW,
    ),
    Fault("theta from 1/N", ((f"{PAPER}.grover:start_angle", lambda _: lambda n: math.asin(1 / n)),), LAW),
    Fault(
        "epsilon over N, not N - 1",
        (
            (
                f"{PAPER}.grover:equal_epsilon",
                lambda f: lambda n, tau: f(n, tau) * (n - 1) / n,
            ),
        ),
        f"{UNIT}.test_grover:check_equal_epsilon",
    ),
    Fault("oracle marks another index", ((f"{PAPER}.grover_circuits:oracle_circuit", next_index),), CIRCUIT),
    Fault("bit order swapped", ((f"{PAPER}.grover_circuits:_reflection", reversed_bits),), CIRCUIT),
    Fault("diffusion without a sign", ((f"{PAPER}.grover_circuits:diffusion_circuit", without_a_sign),), CIRCUIT),
    Fault("diffusion before the oracle", ((f"{PAPER}.grover_circuits:iteration_circuit", diffusion_first),), CIRCUIT),
    Fault("a start over padded indices", ((f"{PAPER}.grover_circuits:start_circuit", padded_start),), CIRCUIT),
    Fault(
        "ancillas left entangled",
        ((f"{PAPER}.grover_circuits:_toffoli_chain", ancillas_left_dirty),),
        CIRCUIT,
        (12, True),
    ),
    Fault(
        "reflection about zero, not the mean",
        ((f"{PAPER}.grover_steps:diffuse", lambda _: lambda state: -state),),
        STEPS,
    ),
    Fault(
        "an oracle that marks nothing", ((f"{PAPER}.grover_steps:mark", lambda _: lambda state, marked: state),), STEPS
    ),
    Fault(
        "a diffusion that does nothing",
        ((f"{PAPER}.grover_steps:diffuse", lambda _: lambda state: state),),
        f"{CERTIFICATES}:check_orders_of_the_search",
    ),
    Fault(
        "other amplitudes not rescaled",
        ((f"{UNIT}.test_amplitudes:reinforce", others_left_alone),),
        f"{UNIT}.test_amplitudes:check_against_matrices",
    ),
    Fault(
        "reinforced past amplitude 1",
        ((f"{PAPER}.amplitudes:ROUNDING", lambda _: 1.0),),
        f"{UNIT}.test_amplitudes:check_iterations_by_hand",
    ),
    Fault(
        "a qubit too few",
        ((f"{PAPER}.resources:state_qubits", lambda f: lambda n, encoding="amplitude": max(1, f(n, encoding) - 1)),),
        f"{UNIT}.test_resources:check_table",
    ),
    Fault(
        "actions without the producers",
        (
            (f"{PAPER}.resources:n_actions", lambda f: lambda setting: f(setting) // setting.n_edge),
            (f"{PAPER}.search_certificates:n_actions", lambda f: lambda setting: f(setting) // setting.n_edge),
        ),
        f"{CERTIFICATES}:check_values",
    ),
    Fault(
        "gates counted without transpiling",
        ((f"{PAPER}.resources:on_hardware", lambda _: lambda circuit: circuit),),
        f"{UNIT}.test_resources:check_counted_circuits",
    ),
    Fault(
        "storage that forgets the legs",
        ((f"{PAPER}.search_certificates:FEATURE_SIZE", lambda _: 1),),
        f"{CERTIFICATES}:check_values",
    ),
    Fault(
        "a start that is not normalised",
        ((f"{PAPER}.search_certificates:grover.start_angle", lambda f: lambda n: f(n) * 1.1),),
        f"{CERTIFICATES}:check_uniform_start",
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.name)
def test_fault_is_caught(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_caught(fault, monkeypatch)
