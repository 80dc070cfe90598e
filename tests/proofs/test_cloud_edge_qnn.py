"""Proofs behind the analytic claims of the journal paper, and its errors as counterexamples that run.

Exact throughout; the one test that draws takes channels of the test stream by a fixed key. ERR-n are the numbers of the
corrections in the ledger.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbench.evidence.streams import Streams
from qbench.papers.cloud_edge_qnn.bounds import separate_cells
from qbench.papers.cloud_edge_qnn.circuits import edge_circuit
from qbench.papers.cloud_edge_qnn.network import EdgeNetwork
from qbench.papers.cloud_edge_qnn.resources import edge_outputs
from qbench.papers.cloud_qnn.assignment import exhaustive
from qbench.papers.cloud_qnn.circuits import connect_circuit
from qbench.papers.cloud_qnn.decode import decode
from qbench.papers.cloud_qnn.draws import PHYSICS, draw_sets
from qbench.papers.cloud_qnn.encoding import neuron_angles
from qbench.papers.cloud_qnn.loss import ap_targets, network_target
from qbench.papers.cloud_qnn.networks import CloudNetwork
from qbench.papers.cloud_qnn.rates import assigned_rates, feasible, link_rates, mr_table, received
from qbench.papers.cloud_qnn.search import printed_search, strengths
from qbench.papers.cloud_qnn.system import Channels
from qbench.radio import beam_gain, maximum_ratio, unit_beam

SIZES = list(itertools.product((2, 3, 4), range(2, 9)))
parts = st.lists(st.floats(-3, 3), min_size=48, max_size=48)


def pairs(circuit, gate):
    return [{circuit.find_bit(q).index for q in g.qubits} for g in circuit.data if g.operation.name == gate]


# --- J9 ---


@pytest.mark.parametrize(("kind", "bases"), [("phase", 1), ("o", 1), ("zx", 2), ("xy", 2)])
def test_the_edges_together_have_no_fewer_outputs(kind, bases):
    """ERR-29 on the networks themselves: four beams of two entries are the 8 entries that one network would give."""
    network = EdgeNetwork(kind=kind)
    beams = network.beams(np.ones((4, 3)), np.ones((4, network.n_weights)))
    cloud = CloudNetwork().outputs(np.ones((1, 2, 4)), np.ones((1, 4)))
    assert beams.size == 4 * 2
    assert beams.size + cloud.size == 12
    # Real numbers that have to be estimated: a complex entry of two of them takes two bases.
    assert beams.size * bases == 4 * edge_outputs(2, kind)


# --- J11, J12, J13, J26: the factors of Eq. (12) ---


@pytest.mark.parametrize(("layers", "n"), SIZES)
def test_depth_is_at_most_that_of_the_factors(layers, n):
    """J11: N - 1 for a serial chain, the same for every layer at once, 1 for all CX and 1 for all RY: at most N + 1."""
    for schedule in ("ascending", "descending"):
        chain = connect_circuit(layers, n, schedule=schedule, gates=("cz",)).depth()
        assert chain == n - 1
        assert connect_circuit(layers, n, schedule=schedule).depth() <= chain + 1 + 1


@pytest.mark.parametrize(("layers", "n"), SIZES)
def test_cx_and_ry_meet_no_qubit_twice(layers, n):
    """J12: the CX join disjoint pairs, unless N = 1, where they are a chain on one wire; one RY on each qubit."""
    circuit = connect_circuit(layers, n)
    joined = pairs(circuit, "cx")
    assert len(joined) == layers - 1
    assert len(set().union(*joined)) == 2 * (layers - 1)
    assert sorted(map(tuple, pairs(circuit, "ry"))) == [(q,) for q in range(layers * n)]
    alone = pairs(connect_circuit(layers, 1), "cx")
    assert all(len(a & b) == 1 for a, b in itertools.pairwise(alone))


@pytest.mark.parametrize(("layers", "n"), SIZES)
def test_every_angle_stands_in_one_rotation(layers, n):
    """J13: L N rotations, no two of a common angle, and no angle anywhere else."""
    circuit = connect_circuit(layers, n)
    angles = [list(g.operation.params) for g in circuit.data]
    assert all((len(a) == 1) == (g.operation.name == "ry") for a, g in zip(angles, circuit.data, strict=True))
    assert len({a[0] for a in angles if a}) == sum(map(len, angles)) == circuit.num_parameters == layers * n


@pytest.mark.parametrize(("layers", "n"), SIZES)
def test_two_rounds_of_cz_meet_no_qubit_twice(layers, n):
    """J26: CZ on pairs that begin at even, then at odd neurons; with CX and RY the depth is at most 4."""
    drawn = pairs(connect_circuit(layers, n, schedule="even-odd", gates=("cz",)), "cz")
    assert sorted(map(sorted, drawn)) == sorted(map(sorted, pairs(connect_circuit(layers, n), "cz")))
    for parity in (0, 1):
        together = [p for p in drawn if min(p) % n % 2 == parity]
        assert len(set().union(*together)) == 2 * len(together)
    assert connect_circuit(layers, n, schedule="even-odd").depth() <= 2 + 1 + 1


# --- J29 ---


@given(st.lists(st.floats(-1e6, 1e6, allow_subnormal=False), min_size=2, max_size=16))
def test_matched_beams_have_norm_1(values):
    """J29, with the conjugate and without it, whatever the channel; h = 0 has a beam of norm 1 too."""
    h = np.array(values[: len(values) // 2 * 2]).reshape(2, -1)
    channel = h[0] + 1j * h[1]
    for beam in (maximum_ratio(channel), unit_beam(channel)):
        assert np.linalg.norm(beam) == pytest.approx(1.0, abs=1e-14)


# --- J21 ---


@given(parts, st.floats(-20, 40), st.sampled_from([a for a in itertools.product(range(3), repeat=4) if len({*a}) == 3]))
def test_each_step_to_the_upper_bound(values, snr_db, a):
    """J21: min_k R_k <= sum_k R_k/3 <= sum_m log2(1 + rho x_m)/3 <= sum_m log2(1 + rho x_m/2) <= |Phi_assign|."""
    h = (np.array(values[:24]) + 1j * np.array(values[24:])).reshape(4, 3, 2)
    rho, channels = 10 ** (snr_db / 10), Channels(h, h)
    rates = assigned_rates(mr_table(channels), np.array(a), snr=rho, interference=0.1)
    x = np.array([np.sum(np.abs(h[m, k]) ** 2) for m, k in enumerate(a)])
    top = [np.linalg.eigvalsh(h[m].conj().T @ h[m])[-1] for m in range(4)]
    steps = [
        rates.min(),
        rates.sum() / 3,
        # Without interference, and log(1 + a + b) <= log(1 + a) + log(1 + b) over the APs of a user.
        np.log2(1 + rho * x).sum() / 3,
        # log2(1 + x/2) >= log2(1 + x)/2, as the logarithm is concave.
        np.log2(1 + rho * x / 2).sum(),
        # x_m is the norm of a row of H_m, at most its largest singular value; the other eigenvalue only adds.
        np.log2(1 + rho * np.array(top) / 2).sum(),
        float(network_target(h, snr=rho)),
    ]
    assert all(low <= high + 1e-9 for low, high in itertools.pairwise(steps))


def test_a_link_exceeds_its_target():
    """J21 in a network of the paper's size in which every user is served: one bit too much at high SNR."""
    h, a = separate_cells(), np.array([[0, 1, 2, 2]])
    assert feasible(a, 3).all()
    rate = link_rates(received(mr_table(Channels(h, h)), a), a, snr=1e6, interference=0.1)[0]
    target = ap_targets(h, snr=1e6, assignment=a)[0]
    assert rate[:2] - target[:2] == pytest.approx([1.0, 1.0], abs=1e-5)
    assert (rate <= ap_targets(h, snr=1e6, target="rank1", assignment=a)[0] + 1e-12).all()


# --- ERR-15 ---


@pytest.mark.parametrize("united", [False, True])
def test_err_15_no_number_of_rounds_ends_algorithm_4(united):
    """S is a set of APs, so |S| <= N_AP is always true; where "Set j* u S" assigns nothing, S does not even grow."""
    n_ap, n_user, rounds = 4, 3, 100
    gamma, s = np.zeros((n_ap, n_user)), set()
    assigned = []
    while len(s) <= n_ap and rounds:
        for k in range(n_user):
            # Line 6: over all APs, and over gamma, the matrix to be found.
            best = int(np.argmax(gamma[:, k])) if not united else next((j for j in range(n_ap) if j not in s), 0)
            s |= {best} if united else set()
            assigned.append((best, k))
        rounds -= 1
    assert rounds == 0
    assert len(s) == (n_ap if united else 0)
    if united:  # what the reading with a loop that ends takes: the first four turns
        assert [k for _, k in sorted(assigned[:n_ap])] == printed_search(n_ap, n_user).tolist()
    else:
        assert {j for j, _ in assigned} == {0}


# --- ERR-23 ---


def test_err_23_on_a_channel_of_the_test_stream():
    """Problem (6) is max-min; abstract and figures speak of the sum: on drawn channels these are two assignments."""
    streams = Streams("cloud_edge_qnn")
    (channels, *_) = draw_sets({**PHYSICS, "seeds": 1}, streams, 0, "test", 20)
    table = mr_table(channels)
    lowest = exhaustive(table, snr=10.0, interference=0.1).assignment
    total = exhaustive(table, snr=10.0, interference=0.1, objective="sum_rate").assignment
    at = int(np.flatnonzero((lowest != total).any(axis=-1))[0])
    fair, greedy = (assigned_rates(table[at], a[at], snr=10.0, interference=0.1) for a in (lowest, total))
    assert fair.min() > greedy.min()
    assert fair.sum() < greedy.sum()


# --- ERR-26, ERR-27 ---


def test_err_26_the_assignment_is_not_one_but_depends_on_the_channel():
    """Algorithm 1 computes gamma anew in every iteration, Algorithm 3 holds one: a network gives different ones."""
    h = np.zeros((2, 4, 3, 2))
    h[1, 3, 0, 0] = math.pi  # AP 4's phase drives the output of AP 1
    theta = np.zeros((1, 2, 4))
    theta[:, 0, 3] = -math.pi / 2
    assert decode(CloudNetwork().outputs(theta, neuron_angles(h)), 3)[0].tolist() == [[0, 0, 0, 0], [2, 0, 0, 0]]


def test_err_27_a_beam_that_does_not_see_its_user_cannot_suit_two():
    """Eqs. (19)-(20) have angles for channels and weights and none for gamma: one beam for both of two users."""
    names = {p.name.split("[")[0] for p in edge_circuit().parameters}
    assert names == {"phi", "theta"}
    # Orthogonal channels: what is gained for one user is lost for the other, and half of the best is all both can have.
    h = np.array([[1.0, 1.0], [1.0, -1.0]])
    for v in (maximum_ratio(h[0]), maximum_ratio(h[1]), np.array([1.0, 1j]) / math.sqrt(2)):
        assert beam_gain(h, v).sum() == pytest.approx(strengths(h[None])[0, 0], rel=1e-12)
        assert beam_gain(h, v).min() <= 1.0 + 1e-12
