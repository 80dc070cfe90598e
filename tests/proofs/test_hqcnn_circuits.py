"""Proofs behind the analytic claims on circuits, losses and noise, and the paper's errors as counterexamples that run.

E-n are the numbers of the corrections in the specification of the paper, as the docstrings of the package use them.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch
from qiskit.quantum_info import DensityMatrix, partial_trace

from qbench.papers.hqcnn.circuits import n_blocks, qcnn_circuit, shift_executions
from qbench.papers.hqcnn.counts import SIZES, hybrid_parameters, printed_parameters
from qbench.papers.hqcnn.ensemble import decide
from qbench.papers.hqcnn.layout import Layout
from qbench.papers.hqcnn.losses import SoftRate, supervised_loss
from qbench.papers.hqcnn.reach import reachable_assignments
from qbench.papers.hqcnn.rules import circuit_values, exact_gradient, occurrence_shift, shared_shift, shift_rule
from tests.oracles import hqcnn_circuit_reference as reference

H, THETA = 0.1 * np.arange(1, 9), 0.1 * np.arange(1, 16)
"""The circuit of E4: h_i = (i + 1)/10, theta_j = (j + 1)/10."""
WIRE = {
    4: {
        0: (0.436837, -0.034362, -0.078113),
        6: (0.470028, 0.019812, -0.068974),
        7: (0.154178, -0.092457, 0.005856),
        8: (0.038837, -0.035353, 0.376236),
        14: (0.132497, -0.076365, -0.061854),
    },
    0: {
        0: (-0.548761, 0.235661, -0.209628),
        6: (0.100486, -0.121930, -0.099704),
        7: (0.412112, -0.162871, -0.064309),
        8: (0.012849, -0.227654, 0.149330),
        14: (-0.091174, -0.004492, 0.249792),
    },
}
"""True derivative, shared shift with a minus, Eq. (11), of <Z> of a wire by an angle: from another implementation."""


# --- C44, E1: Eqs. (9) and (11) ---


def test_e1_the_printed_rule_returns_the_constant():
    s = math.pi / 2
    assert shift_rule(math.cos(0.3 + s), math.cos(0.3 - s), s, "printed") == pytest.approx(0.0, abs=1e-15)
    assert shift_rule(math.cos(0.3 + s), math.cos(0.3 - s)) == pytest.approx(-0.295520, abs=1e-6)
    for a, b, c in ((0.2, 1.0, -3.0), (-5.0, 0.1, 0.1)):
        wave = [a + b * math.cos(0.3 + x) + c * math.sin(0.3 + x) for x in (s, -s)]
        assert shift_rule(*wave, s, "printed") == pytest.approx(a)
        assert shift_rule(*wave) == pytest.approx(c * math.cos(0.3) - b * math.sin(0.3))


# --- C15, E4: shared angles ---


@pytest.mark.parametrize("wire", WIRE)
def test_e4_two_circuits_a_shared_angle_are_no_gradient(wire):
    exact, minus, plus = (
        f[:, wire]
        for f in (
            exact_gradient(Layout(), H, THETA),
            shared_shift(Layout(), H, THETA),
            shared_shift(Layout(), H, THETA, sign="printed"),
        )
    )
    value = circuit_values(Layout(), H, THETA[None])[0, wire]
    assert value == pytest.approx({4: -0.349134, 0: 0.261418}[wire], abs=1e-6)
    for angle, row in WIRE[wire].items():
        assert (exact[angle], minus[angle], plus[angle]) == pytest.approx(row, abs=1e-6)
    # The sum over gates is the gradient; neither rule on the angle is.
    np.testing.assert_allclose(occurrence_shift(Layout(), H, THETA)[:, wire], exact, atol=1e-12)
    assert np.abs(minus - exact).max() > 0.1
    assert np.abs(plus - exact).max() > 0.1


@pytest.mark.parametrize(("wire", "last"), [(4, 11), (0, 10)])
def test_e4_frequencies_of_a_shared_angle(wire, last):
    """13 gates take the angle, so <Z> has up to 13 frequencies where the two-term rule holds for one."""
    points = 40
    for angle, highest in ((0, 13), (6, 13), (7, 13), (8, 13), (14, last)):
        moved = np.tile(THETA, (points, 1))
        moved[:, angle] = 2 * np.pi * np.arange(points) / points
        spectrum = np.abs(np.fft.rfft(circuit_values(Layout(), H, moved)[:, wire])) / points
        assert np.flatnonzero(spectrum > 1e-10).max() == highest


def test_c15_sharing_saves_no_circuits():
    assert shift_executions(Layout()) == shift_executions(Layout(sharing="layer")) == 2 * 15 * 13 == 390


# --- C13, E5: what [11] shares ---


def test_e5_four_numbers_for_one_circuit():
    """T sum_i 2^i = 210 and 15 n = 120 in the paper; [11]'s own code has 45 and 6, without sharing it would be 195."""
    counts = {r: Layout(sharing=r).n_angles for r in ("layer", "block")}
    assert counts == {"layer": 45, "block": 195}
    assert Layout(sharing="layer", pooling=True).n_angles == 45 + 6
    assert 15 * sum(2**i for i in (1, 2, 3)) == 210
    # T log2(n) = 45 is given for "Ours", whose count in Table I is 15, and is what [11] has.
    assert 15 * round(math.log2(8)) == Layout(sharing="layer").n_angles != Layout().n_angles
    assert n_blocks(Layout()) == 13


# --- E6: Table I ---


def test_e6_table_1_cannot_say_both_that_it_says():
    """Read as equalities, heavy is at most 1.02 light on the medium rows, and neither is near "Ours"."""
    for size in SIZES[4:]:
        ours, light, heavy = (printed_parameters(*size, m) for m in ("ours", "light", "heavy"))
        assert heavy / light < 1.02
        assert light / ours > 100
    # n K (M + tau) counts an output layer of n inputs: all wires are read.
    m, k, t = SIZES[0]
    assert printed_parameters(m, k, t, "ours") + 8 + k * t == hybrid_parameters(m, k, t, Layout())
    assert printed_parameters(m, k, t, "ours") + 8 + k * t != hybrid_parameters(m, k, t, Layout(readout="n_out4"))


# --- C45, E7: Eq. (7) ---


def test_e7_the_printed_loss_prefers_the_worse_fit():
    def printed(h):
        return -abs(sum(y * math.log(x) for y, x in zip((1.0, 0.0), h, strict=True)))

    good, bad = (0.9, 0.1), (0.1, 0.9)
    assert printed(good) == pytest.approx(-0.105, abs=1e-3)
    assert printed(bad) == pytest.approx(-2.303, abs=1e-3)
    assert printed(bad) < printed(good)
    ours = [float(supervised_loss(torch.log(torch.tensor([h])), torch.tensor([0]))) for h in (good, bad)]
    assert ours[0] < ours[1]
    # Nor is the printed one bounded: the surer the wrong answer, the lower.
    assert printed((1e-300, 1.0)) < -690


# --- C22, E8 (ii), (v): Lemma 2 ---


def partitions(users, pilots):
    """Number of ways to share at most `pilots` pilots: sum of Stirling numbers, by their recursion."""
    row = [1] + [0] * pilots
    for _ in range(users):
        row = [0] + [row[i - 1] + i * row[i] for i in range(1, pilots + 1)]
    return sum(row)


def test_e8_ii_some_optima_are_out_of_reach():
    assert [partitions(k, 3) for k in (6, 9, 12, 15)] == [122, 3281, 88574, 2391485]
    assert partitions(20, 10) == 49_344_452_550_230
    # Even counting labelled assignments as different, some of the partitions are missing for these features:
    assert all(reachable_assignments(20, 10, n) < partitions(20, 10) for n in (1, 2, 4))
    assert reachable_assignments(6, 3, 1) < partitions(6, 3)
    # With eight there is no such obstruction, nor with four for six users.
    assert reachable_assignments(20, 10, 8) > partitions(20, 10)
    assert reachable_assignments(6, 3, 4) == 3**6


def test_e8_ii_one_feature_by_enumeration():
    """All assignments that K = 6, tau = 3 give along a line: breakpoints of every pair of logits, cells between."""
    rng = np.random.default_rng(0)
    most = 0
    for _ in range(20):
        slope, start = rng.normal(size=(6, 3)), rng.normal(size=(6, 3))
        breaks = [
            -(start[k, i] - start[k, j]) / (slope[k, i] - slope[k, j])
            for k in range(6)
            for i, j in itertools.combinations(range(3), 2)
        ]
        edges = np.sort(breaks)
        z = np.concatenate([[edges[0] - 1], (edges[1:] + edges[:-1]) / 2, [edges[-1] + 1]])
        found = decide(torch.tensor(start + slope * z[:, None, None]))
        count = len(np.unique(found, axis=0))
        assert count <= reachable_assignments(6, 3, 1) == 13
        most = max(most, count)
    assert most > 6


BETA = 1e-10 * np.array([[100.0, 1, 50], [1, 100, 1], [1, 1, 10]])
SWAPPED = BETA[:, [1, 0, 2]]
RHO_P, RHO_D = 1.57213e11, 3.14426e11


def sum_rate(s, a):
    beta = (1 - s) * BETA + s * SWAPPED
    rule = SoftRate(n_pilots=2, rho_p=RHO_P, rho_d=RHO_D)
    hot = torch.eye(2, dtype=torch.float64)[list(a)]
    found = float(-rule.loss(torch.tensor(beta), hot))
    wanted = reference.rates(beta, reference.same_pilot(a), tau=2, rho_p=RHO_P, rho_d=RHO_D, antennas=2).sum()
    assert found == pytest.approx(wanted, rel=1e-12)
    return found


def test_e8_v_the_best_assignment_jumps():
    """At s = 1/2 two assignments tie by symmetry and beat the others; just beside it each wins alone."""
    others = [a for a in itertools.product(range(2), repeat=3) if a[0] == 0]
    left, right = (0, 1, 1), (0, 1, 0)
    assert sum_rate(0.5, left) == pytest.approx(sum_rate(0.5, right), rel=1e-14)
    for s, best in ((0.5 - 1e-6, left), (0.5 + 1e-6, right)):
        assert max(others, key=lambda a: sum_rate(s, a)) == best
    assert all(sum_rate(0.5, left) > sum_rate(0.5, a) + 1e-3 for a in others if a not in {left, right})
    # Their matrices are apart under every relabelling of the pilots, so a continuous map is off by half of it.
    one, two = (np.eye(2)[list(a)] for a in (left, right))
    apart = min(np.linalg.norm(one - two[:, list(p)]) for p in itertools.permutations(range(2)))
    assert apart >= math.sqrt(2) - 1e-12
    assert apart / 2 > 0.5


# --- C48, E9: Eq. (5) ---


def test_e9_what_a_pooling_layer_leaves_is_no_pure_state():
    first = qcnn_circuit(Layout(readout="n_out4")).assign_parameters(np.concatenate([H, THETA]))
    left = partial_trace(DensityMatrix(first), [1, 3, 5, 7])
    assert left.purity().real < 0.9
    # Without entanglement it is pure, as Eq. (5) has it.
    product = Layout(readout="n_out4", entangled=False)
    alone = qcnn_circuit(product).assign_parameters(np.concatenate([H, THETA]))
    assert partial_trace(DensityMatrix(alone), [1, 3, 5, 7]).purity().real == pytest.approx(1.0, abs=1e-9)


# --- C43, E15 ---


def test_e15_any_rate_over_few_parameters_is_the_most_efficient():
    """Random's printed rate over the 18 biases of one constant assignment beats every network's over its own."""
    rates = {"ours": 18.08, "hq11": 18.05, "mlp": 17.14, "light": 17.20, "heavy": 17.51}
    efficiency = [rate / printed_parameters(10, 6, 3, m) for m, rate in rates.items()]
    assert 30 * max(efficiency) < 15.75 / (6 * 3)


# --- E17: Eq. (8) ---


def test_e17_the_relaxation_pays_for_hedging_that_no_assignment_has():
    """One user alone, two pilots, tau rho_p beta = 1000: hedging doubles gamma beyond beta, and with it the rate."""
    literal = SoftRate(n_pilots=2, rho_p=500.0, rho_d=1.0, literal=True)
    beta = torch.ones(1, 1, dtype=torch.float64)
    hedged, chosen = (torch.tensor([q], dtype=torch.float64) for q in ([0.5, 0.5], [1.0, 0.0]))
    assert literal.quality(beta, hedged).item() == pytest.approx(1000 / 501)
    assert literal.quality(beta, chosen).item() == pytest.approx(1000 / 1001)
    assert literal.loss(beta, hedged) < literal.loss(beta, chosen)
    ours = SoftRate(n_pilots=2, rho_p=500.0, rho_d=1.0)
    assert ours.loss(beta, hedged) == ours.loss(beta, chosen)
