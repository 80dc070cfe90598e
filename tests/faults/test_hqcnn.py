"""Mistakes in the circuits, networks, losses, training and noise of hqcnn, each with the test that catches it."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.faults.door import Fault, assert_caught

PAPER, UNIT = "qbench.papers.hqcnn", "tests.unit.hqcnn"
NOISE, BLOCKS = "tests.oracles.test_hqcnn_noise", "tests.unit.quantum.test_blocks"
KERNELS = f"{PAPER}._soft_kernels"
# Compiled, the pass holds its parts; as Python it looks them up.
IN_PYTHON = ((f"{KERNELS}:evaluate", lambda f: f.py_func),)
SWAP = {(0, 3, 2, 1): (0, 1, 3, 2), (0, 1, 3, 2): (0, 3, 2, 1)}


def draws_what_was_learned(original):
    def draw(params, streams, unit, kind):
        return original(params, streams, unit, "training" if kind == "test" else kind)

    return draw


def first_time_only(original):
    def settled(losses, share=0.98):
        fallen = losses[:, :1] - losses
        return np.argmax(fallen >= share * fallen[:, -1:], axis=1)

    return settled


def first_gate_only(original):
    def rule(layout, h, theta, shift):
        found = original(layout, h, theta, shift)
        found[15:] = 0.0
        return found

    return rule


def own_pilot_unheard(original):
    def quality(rule, beta, own, others):
        energy = rule.n_pilots * rule.rho_p
        return energy * beta.square() / (energy * torch.matmul(beta, others) + 1.0)

    return quality


def with_diagonal(original):
    def overlaps(q):
        own, others = original(q)
        return own, others + torch.diag_embed(own)

    return overlaps


def without_own_signal(original):
    def receive(rule, scratch):
        found = original(rule, scratch)
        np.fill_diagonal(scratch.amplitude, 0.0)
        return found

    return receive


def constant_power(original):
    def back(rule, gain, heard, scratch):
        original(rule, gain, heard, scratch._replace(beams=np.zeros_like(scratch.beams)))

    return back


def own_share_once(original):
    def symmetric(rule, scratch):
        original(rule, scratch)
        scratch.of_overlap[np.diag_indices(len(scratch.noise))] *= 0.5

    return symmetric


def uncircular(original):
    def convolve(y, weight):
        return original(torch.cat([y, torch.zeros_like(y)], dim=2), weight)[..., : y.shape[2]]

    return convolve


def last_weights(original):
    def finish(record, network):
        record.weights = [p.detach().clone() for p in network.parameters()]
        return original(record, network)

    return finish


def unconjugated(original):
    def backward(parts, slope):
        turned = [torch.cat([*p.chunk(2, dim=1)[:1], -p.chunk(2, dim=1)[1]], dim=1) for p in parts]
        return original(turned, slope)

    return backward


FAULTS = (
    Fault(
        "only the first gate of a shared angle shifted",
        ((f"{PAPER}.rules:shared_shift", first_gate_only),),
        "tests.proofs.test_hqcnn_circuits:test_e4_two_circuits_a_shared_angle_are_no_gradient",
        (4,),
    ),
    Fault(
        "qubits read from the other end",
        (("qbench.quantum.blocks:BlockProgram._signs", lambda f: lambda *a: f(*a).flip(0)),),
        f"{BLOCKS}:test_values_are_those_of_a_state_vector",
        ("ring of 8",),
    ),
    Fault(
        "conjugation forgotten in the adjoint pass",
        (("qbench.quantum._block_passes:_outer_backward", unconjugated),),
        f"{UNIT}.test_rules:test_gradients_are_difference_quotients",
        ("layer", 6),
    ),
    Fault(
        "CX the other way round",
        (
            (f"{PAPER}.matrices:_ROWS", lambda rows: tuple(SWAP.get(r, r) for r in rows)),
            (f"{PAPER}.matrices:_COLUMNS", lambda columns: tuple(SWAP.get(c, c) for c in columns)),
            (f"{PAPER}.matrices:_orders", lambda f: f.__wrapped__),
        ),
        f"{UNIT}.test_matrices:test_blocks_are_qiskits_phase_included",
        (True,),
    ),
    Fault(
        "RZ and RY of the block exchanged",
        (
            (f"{PAPER}.matrices:_GATES", lambda g: (g[0], ({"theta": (7, 1.0)}, {"lam": (6, 1.0)}), *g[2:])),
            (f"{PAPER}.matrices:_linear_rows", lambda f: f.__wrapped__),
        ),
        f"{UNIT}.test_matrices:test_blocks_are_qiskits_phase_included",
        (False,),
    ),
    Fault(
        "closing pair after the rows instead of before",
        ((f"{PAPER}.layout:ring_pairs", lambda f: lambda w, t="ring": (*f(w, "chain"), *f(w, t)[: len(w) > 2])),),
        f"{UNIT}.test_circuits:test_wires_of_8_by_hand",
    ),
    Fault(
        "pooling from even wires onto odd ones",
        ((f"{PAPER}.layout:pooling_pairs", lambda f: lambda w: tuple((b, a) for a, b in f(w))),),
        f"{UNIT}.test_circuits:test_pooling_gates_are_those_of_the_reference",
    ),
    Fault(
        "softmax over users instead of pilots",
        ((f"{PAPER}.losses:probabilities", lambda _: lambda logits: torch.softmax(logits.double(), dim=-2)),),
        f"{UNIT}.test_losses:test_logits_are_turned_into_shares_of_each_users_pilots",
    ),
    Fault(
        "own pilot missing from what is heard",
        ((f"{PAPER}.losses:SoftRate._quality", own_pilot_unheard),),
        f"{UNIT}.test_losses:test_one_hot_rows_give_eq_3",
        ("equal", "lin", False),
    ),
    Fault(
        "a user interferes with itself",
        ((f"{PAPER}.losses:_overlaps", with_diagonal),),
        f"{UNIT}.test_losses:test_soft_rows_by_loops",
        ("per_user", "sq", True),
    ),
    Fault(
        "the derivative of a user's own signal dropped",
        (*IN_PYTHON, (f"{KERNELS}:_receive", without_own_signal)),
        f"{UNIT}.test_soft_kernels:check_against_torch",
        ("per_user", "lin", False),
    ),
    Fault(
        "the power control constant in the derivative",
        (*IN_PYTHON, (f"{KERNELS}:_shared_power_back", constant_power)),
        f"{UNIT}.test_soft_kernels:check_against_torch",
        ("equal", "sq", False),
    ),
    Fault(
        "a user's overlap with itself counted once in the derivative",
        (*IN_PYTHON, (f"{KERNELS}:_symmetric", own_share_once)),
        f"{UNIT}.test_soft_kernels:check_against_torch",
        ("printed_c", "lin", True),
    ),
    Fault(
        "networks tested on those that they learned from",
        ((f"{PAPER}.lessons:draw_set", draws_what_was_learned),),
        f"{UNIT}.test_trained:test_trained_networks_are_tested_on_the_networks_of_the_other_methods",
    ),
    Fault(
        "labels of Master-AP in another order of users",
        ((f"{PAPER}.lessons:master_ap", lambda f: lambda beta, tau, order: f(beta, tau, order="index")),),
        f"{UNIT}.test_trained:test_lessons_are_scaled_by_the_training_set_and_labelled",
    ),
    Fault(
        "a loss called settled although it comes back up",
        ((f"{PAPER}.convergence:settled", first_time_only),),
        f"{UNIT}.test_convergence:test_settled_by_hand",
        ([10.0, 0.1, 5.0, 0.0], 3),
    ),
    Fault(
        "second moments forgotten too fast",
        ((f"{PAPER}.adam:BETA2", lambda _: 0.9),),
        f"{UNIT}.test_training:test_adam_is_torchs",
    ),
    Fault(
        "the last weights instead of the best",
        ((f"{PAPER}.training:_Record.finish", last_weights),),
        f"{UNIT}.test_training:test_best_weights_are_kept_and_curves_are_losses",
    ),
    Fault(
        "padded instead of circular convolution",
        ((f"{PAPER}.classical:_circular", uncircular),),
        f"{UNIT}.test_networks:test_twin_by_loops",
    ),
    Fault(
        "PennyLane's rate taken for Qiskit's",
        ((f"{PAPER}.depolarising:CONVENTIONS", lambda _: {"qiskit": 0.75, "pennylane": 0.75}),),
        f"{NOISE}:test_values_are_aers",
        ("4 qubits", 0.1, False),
    ),
    Fault(
        "embedding without noise",
        ((f"{PAPER}.depolarising:Depolarising.embedding", lambda _: property(lambda self: 1.0)),),
        f"{NOISE}:test_values_are_aers",
        ("6 qubits", 0.01, False),
    ),
    Fault(
        "the idle wire of a block's RY depolarises too",
        ((f"{PAPER}.depolarising:_wires", lambda f: lambda a, b: f(min(a, b), min(a, b))),),
        f"{NOISE}:test_values_are_pennylanes",
        ("4 qubits", "gates"),
    ),
    Fault(
        "folding multiplies the rate",
        ((f"{PAPER}.depolarising:Depolarising.kept", lambda _: property(lambda s: 1.0 - s.scale * s.p)),),
        f"{NOISE}:test_folding_gate_by_gate_is_the_power",
        (3,),
    ),
    Fault(
        "weights of the extrapolation in the other order",
        ((f"{PAPER}.extrapolation:extrapolation_weights", lambda f: lambda *a: f(*a)[::-1]),),
        f"{UNIT}.test_extrapolation:test_models_are_numpys_fits",
        ((1.0, 3.0, 5.0),),
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.name)
def test_fault_is_caught(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_caught(fault, monkeypatch)
