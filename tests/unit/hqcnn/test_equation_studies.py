"""Studies of printed equations and rules, at values of their own, against other ways to the same numbers."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
import torch

from qbench.assignment import Budget, Enumeration
from qbench.evidence.streams import Streams
from qbench.papers.hqcnn.draws import Row
from qbench.papers.hqcnn.equations import (
    label_loss,
    label_loss_witness,
    pooled_purity,
    pooled_purity_witness,
    printed_loss,
    purity,
    rotation,
    unitarity,
)
from qbench.papers.hqcnn.gradients import (
    drawn_executions,
    gradient_circuits,
    gradient_cost_witness,
    printed_shift_rule,
    printed_shift_rule_witness,
    shared_shift_rule,
    shared_shift_rule_witness,
)
from qbench.papers.hqcnn.jump import distance_of, jumps, optimum_jump, optimum_jump_witness, reached_by_line
from qbench.papers.hqcnn.layout import Layout
from qbench.papers.hqcnn.problem import PilotAssignment
from qbench.papers.hqcnn.rates import Link
from qbench.papers.hqcnn.rules import circuit_values, exact_gradient
from qbench.papers.hqcnn.shot_noise import extrapolated_noise, shot_moments, shot_noise, variance_ratio

STREAMS = Streams("test")
RNG = np.random.default_rng(7)
CIRCUIT = {"h": RNG.uniform(-1, 1, 8).tolist(), "theta": RNG.uniform(-3, 3, 15).tolist()}


def run(study, params):
    return {name: values.item() for name, values in study(params, STREAMS, range(1)).items()}


# --- shift rules ---


def test_printed_rule_on_a_cosine() -> None:
    found = run(printed_shift_rule, {**CIRCUIT, "angle": 1.1, "shift": 0.4})
    # cos(t + s) + cos(t - s) = 2 cos t cos s.
    assert found["printed"] == pytest.approx(0.0, abs=1e-15)
    assert found["printed_9"] == pytest.approx(math.cos(1.1) / math.tan(0.4))
    assert found["exact"] == pytest.approx(-math.sin(1.1))
    assert found["deviation"] == pytest.approx(math.sin(1.1))
    assert found["deviation_9"] == pytest.approx(math.cos(1.1) / math.tan(0.4) + math.sin(1.1))
    assert found["constant"] == pytest.approx(0.0, abs=1e-15)
    assert found["minus"] < 1e-12 < 0.1 < min(found["circuit"], found["circuit_9"])
    words = printed_shift_rule_witness(printed_shift_rule({**CIRCUIT, "angle": 0.3, "shift": 0.4}, STREAMS, range(1)))
    assert "the derivative is -0.2955" in words
    with pytest.raises(ValueError, match=r"shift must lie in \(0, 3.14159\), got 0.0"):
        printed_shift_rule({**CIRCUIT, "angle": 1.1, "shift": 0.0}, STREAMS, range(1))


def test_shared_rule_against_the_adjoint_pass() -> None:
    columns = shared_shift_rule({**CIRCUIT, "sizes": [2, 4]}, STREAMS, range(1))
    found = {name: values.item() for name, values in columns.items()}
    exact = exact_gradient(Layout(), CIRCUIT["h"], CIRCUIT["theta"])
    assert (found["exact_0"], found["exact_4"]) == (exact[0, 0], exact[0, 4])
    quarter = math.pi / 2 * np.eye(15)[0]
    plus, minus = circuit_values(
        Layout(), CIRCUIT["h"], np.array([CIRCUIT["theta"] + quarter, CIRCUIT["theta"] - quarter])
    )
    for wire in (0, 4):
        assert found[f"shared_{wire}"] == pytest.approx((plus[wire] - minus[wire]) / 2)
        assert found[f"printed_{wire}"] == pytest.approx((plus[wire] + minus[wire]) / 2)
    for wire in (0, 4):
        assert abs(found[f"shared_{wire}"] - found[f"exact_{wire}"]) <= found["deviation"]
        assert abs(found[f"printed_{wire}"] - found[f"exact_{wire}"]) <= found["deviation_printed"]
    assert found["deviation_gates"] < 1e-12 < 0.1 < min(found["deviation"], found["deviation_printed"])
    assert f"wire 4: {exact[0, 4]:.4f}, two circuits give {found['shared_4']:.4f}" in shared_shift_rule_witness(columns)
    assert "390 circuits with one vector for all blocks and 390 with one a layer" in gradient_cost_witness(columns)


def test_circuits_of_a_gradient_by_hand() -> None:
    """Blocks of a ring on n wires: n, or 1 for a pair; pooling gates: half the wires, one angle pair each."""
    assert gradient_circuits(2) == (30, 30, 30 + 4 * 2)
    assert gradient_circuits(4) == (30 * 5, 30 * 5, 30 * 5 + 4 * 2 * (2 + 1))
    assert gradient_circuits(8) == (30 * 13, 30 * 13, 30 * 13 + 4 * 2 * (4 + 2 + 1))
    assert drawn_executions(Layout(n_qubits=4, topology="chain")) == 30 * 4


def test_sizes_count_that_are_not_exponentially_cheaper(monkeypatch) -> None:
    params = {**CIRCUIT, "sizes": [2, 4, 8, 16]}
    found = run(shared_shift_rule, params)
    assert (found["violations"], found["violations_pooling"], found["tried"], found["ratio"]) == (4, 4, 4, 1)
    # At the ratio of the printed counts, T log2 n over T (2 n - 2), no size would count.
    costs = lambda n: (15 * round(math.log2(n)), 15 * (2 * n - 2), 15 * (2 * n - 2) - 1)  # noqa: E731 - one line says it
    monkeypatch.setattr("qbench.papers.hqcnn.gradients.gradient_circuits", costs)
    cheaper = run(shared_shift_rule, params)
    assert (cheaper["violations"], cheaper["violations_pooling"]) == (0, 4)


# --- shots ---


@pytest.mark.parametrize("shots", [1, 2, 7, 30])
@pytest.mark.parametrize("z", ["0", "0.3", "-0.9", "1"])
def test_moments_of_shots(z, shots) -> None:
    exact = Fraction(z)
    assert shot_moments(exact, shots) == (exact, (1 - exact**2) / shots)


def test_shots_that_help() -> None:
    found = run(shot_noise, {"z": [0.0, 0.5], "shots": [4, 16]})
    assert (found["rises"], found["steps"], found["bias"], found["deviation"]) == (0, 2, 0, 0)
    assert (found["most"], found["least"]) == (1 / 4, 1 / 16)
    # A certain outcome has no noise that could fall, and fewer shots have more.
    assert run(shot_noise, {"z": [1.0], "shots": [4, 16]})["rises"] == 1
    assert run(shot_noise, {"z": [0.0], "shots": [4, 2, 8]})["rises"] == 1


def test_a_wrong_variance_shows(monkeypatch) -> None:
    monkeypatch.setattr("qbench.papers.hqcnn.shot_noise.shot_variance", lambda z, s: (1 - z) / s)
    # 3/16 where (1 - z)/S says 2/16.
    assert run(shot_noise, {"z": [0.0, 0.5], "shots": [4]})["deviation"] == pytest.approx(0.75 / 4 - 0.5 / 4)


def test_extrapolation_makes_shot_noise_larger() -> None:
    params = {"shots": 20, "z": [0.0, 0.5], "kept": [0.8], "scales": [1, 2], "longer": [1, 3]}
    found = run(extrapolated_noise, {**params, "repetitions": 4000})
    # Weights 2, -1, and 3/2, -1/2.
    assert (found["ratio"], found["ratio_longer"], found["same_cost"]) == (5, 2.5, 10)
    assert (found["violations"], found["cases"]) == (0, 4)
    assert found["smallest"] == 2.5
    # Away from 0 the noisier values have more shot noise.
    one, three = 0.5 * 0.8, 0.5 * 0.8**3
    alone = run(extrapolated_noise, {**params, "z": [0.5], "repetitions": 50})
    assert alone["smallest"] == pytest.approx(2.25 + 0.25 * (1 - three**2) / (1 - one**2))
    # The ratio of two variances of 4000 draws: five standard errors of sqrt(4/4000).
    assert found["sampled"] == pytest.approx(5, rel=5 * math.sqrt(4 / 4000))
    assert found["sampled"] != 5


def test_cases_count_in_which_nothing_is_added(monkeypatch) -> None:
    monkeypatch.setattr("qbench.papers.hqcnn.shot_noise.extrapolation_weights", lambda scales: [1.0, 0.0])
    params = {"shots": 4, "z": [0.0, 0.5], "kept": [0.8], "scales": [1, 2], "longer": [1, 3]}
    assert run(extrapolated_noise, {**params, "repetitions": 50})["violations"] == 4


def test_shots_refuse_what_is_no_expectation() -> None:
    with pytest.raises(ValueError, match=r"z must lie in \[-1, 1\], got 3/2"):
        shot_moments(Fraction(3, 2), 5)
    with pytest.raises(ValueError, match="shots must be a whole number of at least 1, got 0"):
        variance_ratio([Fraction(0)] * 2, [1, 2], 0)
    params = {"shots": 4, "z": [0.0], "kept": [0.8], "scales": [1, 2.5], "longer": [1, 3], "repetitions": 50}
    with pytest.raises(ValueError, match=r"scales must be a whole number of at least 1, got 2.5"):
        extrapolated_noise(params, STREAMS, range(1))


# --- equations ---


def test_printed_loss_is_minus_the_cross_entropy() -> None:
    rng = np.random.default_rng(0)
    h = rng.dirichlet([1, 1, 1], (4, 5))
    labels = np.eye(3)[rng.integers(0, 3, (4, 5))]
    wanted = [sum(math.log(h[b, k, labels[b, k].argmax()]) for k in range(5)) for b in range(4)]
    np.testing.assert_allclose(printed_loss(labels, h), wanted, rtol=1e-12)
    with pytest.raises(ValueError, match=r"predictions must lie in \(0, 1\], got 0 to 1; take a softmax"):
        printed_loss([[1.0, 0.0]], [[1.0, 0.0]])


def test_better_fits_have_higher_printed_losses() -> None:
    params = {"steps": 3, "good": 0.8, "bad": 0.25}
    found = run(label_loss, params)
    assert (found["violations"], found["violations_restored"], found["pairs"]) == (3, 0, 3)
    assert (found["good"], found["bad"]) == pytest.approx((math.log(0.8), math.log(0.25)))
    assert (found["good_restored"], found["bad_restored"]) == pytest.approx((-math.log(0.8), -math.log(0.25)))
    assert f"the loss {math.log(0.8):.3f}" in label_loss_witness(label_loss(params, STREAMS, range(1)))


def test_a_loss_of_the_right_sign_would_hold(monkeypatch) -> None:
    right = lambda labels, h: -(np.asarray(labels) * np.log(h)).sum(axis=(-2, -1))  # noqa: E731 - one line says it
    monkeypatch.setattr("qbench.papers.hqcnn.equations.printed_loss", right)
    assert run(label_loss, {"steps": 3, "good": 0.8, "bad": 0.25})["violations"] == 0


def test_rotation_by_hand() -> None:
    wanted = [
        [np.exp(-0.2j) * np.cos(0.7), -np.exp(0.5j) * np.sin(0.7)],
        [np.exp(-0.5j) * np.sin(0.7), np.exp(0.2j) * np.cos(0.7)],
    ]
    np.testing.assert_allclose(rotation([0.2, 1.0], [0.5, 1.0], [0.7, 1.0])[0], wanted, rtol=1e-14)
    found = run(unitarity, {"draws": 5})
    assert 0 < found["deviation"] < 1e-14
    assert found["determinant"] < 1e-14


def test_a_matrix_that_is_not_unitary_shows(monkeypatch) -> None:
    monkeypatch.setattr("qbench.papers.hqcnn.equations.rotation", lambda a, b, f: np.abs(rotation(a, b, f)))
    found = run(unitarity, {"draws": 5})
    # |U| |U|^T has sin(2 phi) off its diagonal; its determinant is cos(2 phi).
    assert found["deviation"] > 0.1
    assert found["determinant"] > 0.1


def test_purity_of_known_states() -> None:
    bell = np.array([1, 0, 0, 1]) / math.sqrt(2)
    assert purity(bell, (0,)) == pytest.approx(0.5)
    assert purity(bell, (0, 1)) == pytest.approx(1.0)
    # A pair on qubits 0 and 1, qubit 2 alone: index = bits q2 q1 q0.
    three = np.zeros(8)
    three[[0b000, 0b011]] = 1 / math.sqrt(2)
    assert [purity(three, (q,)) for q in range(3)] == pytest.approx([0.5, 0.5, 1.0])
    assert purity(three, (0, 1)) == pytest.approx(1.0)


def test_pooling_leaves_a_mixture() -> None:
    columns = pooled_purity(CIRCUIT, STREAMS, range(1))
    found = {name: values.item() for name, values in columns.items()}
    assert 1 / 16 < found["purity"] < 0.9
    assert found["deviation"] == found["purity"] - 1
    assert (found["product"], found["whole"]) == pytest.approx((1.0, 1.0))
    assert f"{found['purity']:.4f}, where a pure state has 1" in pooled_purity_witness(columns)


# --- Lemma 2 ---

GAINS = np.array([[1e-8, 2e-10, 4e-9], [2e-10, 1e-8, 1e-10], [3e-10, 3e-10, 2e-9]])
JUMP = {"beta": GAINS.tolist(), "pilots": 2, "points": 7, "size": "2-3-2", "maps": 5}


def test_distances_forget_the_names_of_pilots() -> None:
    assert distance_of([0, 1, 1], [1, 0, 0], 2) == 0
    assert distance_of([0, 1, 1], [0, 1, 0], 2) == pytest.approx(math.sqrt(2))
    assert distance_of([0, 1, 2, 2], [0, 0, 1, 2], 3) == pytest.approx(2.0)


def test_jumps_are_where_the_optimum_changes() -> None:
    link = Link(n_pilot=2)
    strings = np.array([[0, 0, 0], [0, 0, 1], [0, 1, 0], [0, 1, 1]])
    swapped = GAINS[:, [1, 0, 2]]

    def best(s):
        problem = PilotAssignment((1 - s) * GAINS + s * swapped, link)
        return Enumeration().solve(problem, Budget(), np.random.default_rng(0)).assignment.tolist()

    found = jumps(GAINS, link, strings, 7)
    assert len(found) >= 1
    for distance, place, before, after in found:
        assert best(place - 1e-8) == before.tolist()
        assert best(place + 1e-8) == after.tolist()
        assert distance == distance_of(before, after, 2) > 0
    columns = optimum_jump(JUMP, STREAMS, range(1))
    values = {name: column.item() for name, column in columns.items()}
    assert values["bound"] == max(jump[0] for jump in found) / 2
    assert values["jumps"] == len(found)
    assert (values["cells"], values["partitions"]) == (3 * 1 + 1, 4)
    assert 1 < values["reached"] <= 4
    assert values["ahead"] > 0
    # The largest, and of these the one where users 0 and 1 are alike.
    (middle,) = (jump for jump in found if abs(jump[1] - 0.5) < 1e-6)
    assert values["place"] == middle[1]
    words = optimum_jump_witness(columns)
    assert f"({', '.join(str(t) for t in middle[2])}) to ({', '.join(str(t) for t in middle[3])})" in words
    # Users that are alike do not jump.
    alike = np.full((2, 3), 1e-9)
    assert jumps(alike, link, strings, 7) == []
    with pytest.raises(ValueError, match="a jump of the best assignment, got none on a grid of 7 points; take gains"):
        optimum_jump({**JUMP, "beta": alike.tolist()}, STREAMS, range(1))


def test_cells_of_a_line_by_many_points() -> None:
    row = Row(2, 4, 3)
    for seed in range(5):
        rng = np.random.default_rng(seed)
        slope, start = rng.normal(size=(2, 4, 3))
        z = np.tan(np.linspace(-math.pi / 2, math.pi / 2, 200_003)[1:-1])
        logits = torch.from_numpy(start + slope * z[:, None, None])
        seen = len(np.unique(logits.argmax(dim=-1).numpy(), axis=0))
        assert reached_by_line(np.random.default_rng(seed), row) == seen
    with pytest.raises(ValueError, match="the number of pilots must be a whole number of at least 2, got 1"):
        reached_by_line(np.random.default_rng(0), Row(2, 4, 1))
