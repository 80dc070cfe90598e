"""Mistakes in the search, the encoder and the variational circuit of tn_qdrl, each with the test that catches it."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from tests.faults.door import Fault, assert_caught

PAPER, UNIT = "qbench.papers.tn_qdrl", "tests.unit.tn_qdrl"
CIRCUIT = f"{UNIT}.test_grover:check_circuit_against_matrices"
STEPS = f"{UNIT}.test_grover:check_steps_against_matrices"
LAW = f"{UNIT}.test_grover:check_law_against_matrices"
MPS = f"{UNIT}.test_mps:check_against_plain_python"
VQC = f"{UNIT}.test_vqc:check_values_on_engine"
CERTIFICATES = f"{UNIT}.test_search_certificates"
KERNEL = f"{PAPER}._mps_kernel"
PLAIN = (f"{KERNEL}:contract", lambda compiled: compiled.py_func)
"""The kernel as Python, which calls its parts by name."""


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


def norm_not_logged(original):
    def faulty(state, norm, product, logs):
        before = product.copy(), logs.copy()
        original(state, norm, product, logs)
        product[:], logs[:] = before

    return faulty


def one_logged_twice(original):
    def faulty(state, norm, product, logs):
        original(state, norm, product, logs)
        product *= norm

    return faulty


def features_swapped(original):
    def faulty(core, site, state, weighted):
        original(core, site[::-1], state, weighted)

    return faulty


def feature_of_the_next_site(original):
    def faulty(values, first, count, linear, out):
        original(np.roll(values, 1, axis=1), first, count, linear, out)

    return faulty


def bonds_not_swapped(original):
    def faulty(self):
        ends, forward, backward = original.func(self)
        return ends, forward, np.ascontiguousarray(backward.transpose(0, 3, 2, 1))

    return property(faulty)


def without_normalising(original):
    def faulty(state, norm, product, logs):
        norm[:] = 1.0

    return faulty


def core_after_label_first(_):
    def faulty(rng, n_feature, *, bond=4, n_out=3, label="middle"):
        from qbench.papers.tn_qdrl.mps import Mps

        scale = bond**-0.5
        left, middle = rng.normal(0, scale, bond), rng.normal(0, scale, (bond, n_out, bond))
        cores = rng.normal(0, scale, (n_feature, bond, 2, bond))
        return Mps(left, cores, middle, rng.normal(0, scale, bond), n_feature // 2)

    return faulty


def first_bond_backwards(original):
    def faulty(mps):
        cores = original(mps)
        return (cores[0], cores[1][::-1], *cores[2:])

    return faulty


def gauge_without_its_inverse(_):
    return lambda matrix: np.eye(len(matrix))


def others_left_alone(original):
    def faulty(amplitude, action, count):
        grown, old = original(amplitude, action, count), np.asarray(amplitude)
        own = np.take_along_axis(grown, np.asarray(action)[..., np.newaxis], axis=-1)
        kept = old.copy()
        np.put_along_axis(kept, np.asarray(action)[..., np.newaxis], own, axis=-1)
        return kept

    return faulty


def ring_backwards(original):
    return lambda n_qubit: np.argsort(original(n_qubit))


def highest_qubit_first(original):
    return lambda angles: original(angles.flip(1))


def angle_not_half(original):
    return lambda angles: original(2 * angles)


def over_the_square(_):
    return lambda y: y / y.square().sum(dim=-1, keepdim=True)


def other_half_first(original):
    return lambda state, site, core: original(state, site.flip(2), core)


def scale_dropped(original):
    return lambda self, features: (original(self, features)[0], torch.zeros(features.shape[:2], dtype=features.dtype))


def gradient_lost(original):
    return lambda angles: original(angles.detach()) + 0 * original(angles)


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
    Fault("norm of a core not logged", (PLAIN, (f"{KERNEL}:_scale", norm_not_logged)), MPS),
    Fault("norm of a core logged twice", (PLAIN, (f"{KERNEL}:_scale", one_logged_twice)), MPS),
    Fault(
        "cores not normalised",
        (PLAIN, (f"{KERNEL}:_scale", without_normalising)),
        f"{UNIT}.test_mps:check_halves_are_unit_vectors",
    ),
    Fault("sine and cosine swapped", (PLAIN, (f"{KERNEL}:_step", features_swapped)), MPS),
    Fault("feature of the site before", (PLAIN, (f"{KERNEL}:_site_vectors", feature_of_the_next_site)), MPS),
    Fault("bonds of the right half not swapped", ((f"{PAPER}.mps:Mps.sweeps", bonds_not_swapped),), MPS),
    Fault(
        "label core drawn before the others",
        ((f"{UNIT}.test_mps:draw_mps", core_after_label_first),),
        f"{UNIT}.test_mps:check_draw_order",
    ),
    Fault(
        "X without its inverse",
        ((f"{PAPER}.tensor_trains:np.linalg.inv", gauge_without_its_inverse),),
        f"{UNIT}.test_tensor_trains:check_gauges_change_nothing",
    ),
    Fault(
        "a bond of a train backwards",
        ((f"{UNIT}.test_tensor_trains:train", first_bond_backwards),),
        f"{UNIT}.test_tensor_trains:check_dense_is_what_is_contracted",
    ),
    Fault(
        "the norm left in the canonical form",
        (
            (
                f"{UNIT}.test_tensor_trains:canonical",
                lambda f: lambda cores: ((*f(cores)[0][:-1], f(cores)[0][-1] * math.exp(f(cores)[1])), f(cores)[1]),
            ),
        ),
        f"{UNIT}.test_tensor_trains:check_canonical_form",
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
    Fault("ring of CNOTs backwards", ((f"{PAPER}.vqc:ring_order", ring_backwards),), VQC),
    Fault("highest qubit turned first", ((f"{PAPER}.vqc:_turns", highest_qubit_first),), VQC),
    Fault("turns by twice the angle", ((f"{PAPER}.vqc:_turns", angle_not_half),), VQC),
    Fault("amplitudes over their squared norm", ((f"{PAPER}.vqc:_unit", over_the_square),), VQC),
    Fault("site vectors from the end", ((f"{PAPER}.vqc:_through", other_half_first),), VQC),
    Fault("scale of y forgotten", ((f"{PAPER}.vqc:TnNetwork.encode", scale_dropped),), VQC, ("angle",)),
    Fault(
        "angles that learn nothing",
        ((f"{PAPER}.vqc:_turns", gradient_lost),),
        f"{UNIT}.test_vqc:check_gradients_on_engine",
    ),
    Fault(
        "a hidden layer without its kink",
        (("torch:relu", lambda _: lambda x: x),),
        f"{UNIT}.test_vqc:check_control",
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.name)
def test_fault_is_caught(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_caught(fault, monkeypatch)
