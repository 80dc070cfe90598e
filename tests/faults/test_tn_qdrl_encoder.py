"""Mistakes in the encoder and in the circuit behind it of tn_qdrl, each with the test that catches it."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from tests.faults.door import Fault, assert_caught

PAPER, UNIT = "qbench.papers.tn_qdrl", "tests.unit.tn_qdrl"
MPS = f"{UNIT}.test_mps:check_against_plain_python"
VQC = f"{UNIT}.test_vqc:check_values_on_engine"
KERNEL = f"{PAPER}._mps_kernel"
PLAIN = (f"{KERNEL}:contract", lambda compiled: compiled.py_func)
"""The kernel as Python, which calls its parts by name."""


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
