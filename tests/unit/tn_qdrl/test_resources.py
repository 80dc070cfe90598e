"""Costs of a decision: circuits counted again, registers, the table, schemes, ratios."""

from __future__ import annotations

import math

import numpy as np
import pytest
from qiskit.quantum_info import Statevector

from qbench.papers.tn_qdrl import resources
from qbench.papers.tn_qdrl.grover import best_iterations
from qbench.papers.tn_qdrl.grover_circuits import iteration_circuit, search_circuit, start_circuit
from qbench.papers.tn_qdrl.mps import draw_mps
from qbench.papers.tn_qdrl.parameters import MID, SMALL, Setting
from qbench.papers.tn_qdrl.ratios import pairs_giving

# CX and depth of one iteration, and its depth behind the initial layer of H; from the specification.
POWERS = {3: (12, 26, 29), 4: (28, 57, 59), 5: (72, 157, 159), 6: (164, 218, 220), 9: (452, 386, 388)}
# CX of A, an iteration, a decision.
VALID = {12: (1, 30, 61), 108: (8, 260, 2088), 324: (8, 468, 6560)}


def check_counted_circuits():
    for beta, (cx, alone, behind) in POWERS.items():
        size = 2**beta
        step = iteration_circuit(size, size - 1)
        assert resources.gates(step) == (cx, alone)
        assert resources.gates(start_circuit(size).compose(step)) == (cx, behind)
    for n, wanted in VALID.items():
        parts = start_circuit(n), iteration_circuit(n, n - 1), search_circuit(n, n - 1)
        assert tuple(resources.gates(c).cx for c in parts) == wanted
    assert resources.gates(search_circuit(324, 323)).depth == 5872


def check_registers():
    registers = {1: 0, 2: 1, 3: 2, 8: 3, 27: 5, 64: 6, 65: 7, 128: 7, 129: 8, 150: 8}
    assert {d: resources.state_qubits(d) for d in registers} == registers
    assert resources.state_qubits(27, "angle") == 27
    for v, q, e, d in ((3, 1, 2, 27), (10, 2, 4, 150), (14, 2, 4, 202), (20, 4, 5, 425)):
        assert resources.n_features(Setting(n_vehicle=v, n_node=q, n_edge=e)) == d
    assert (resources.n_actions(SMALL), resources.n_actions(MID)) == (324, 703_125_000)


def check_table():
    """Shares of the specification, in percent: small and mid."""
    found = {(r.system, r.encoding, r.metric): r for r in resources.reductions()}
    state, both = "qubits of the state register", "qubits of state and action"
    for key, before, after, share in (
        (("small", "amplitude", state), 5, 3, 40.0),
        (("mid", "amplitude", state), 8, 3, 62.5),
        (("mid", "amplitude", state + " and one ancilla"), 9, 4, 55.6),
        (("small", "amplitude", both), 14, 12, 14.3),
        (("mid", "amplitude", both), 38, 33, 13.2),
        (("small", "angle", both), 36, 17, 52.8),
        (("mid", "angle", both), 180, 38, 78.9),
        (("small", "amplitude", "CX of the state's preparation, bound"), 30, 6, 80.0),
        (("mid", "amplitude", "CX of the state's preparation, bound"), 254, 6, 97.6),
    ):
        row = found[key]
        assert (row.without, row.compressed) == (before, after), key
        assert 100 * row.saved == pytest.approx(share, abs=0.05), key
    assert len(found) == 2 * 2 * len(resources.METRICS)
    assert found["small", "amplitude", "CX of a decision"].saved == pytest.approx(22 / 6586, rel=1e-12)
    assert 0 < found["mid", "amplitude", "CX of a decision"].saved < 1e-4
    assert math.isnan(found["mid", "angle", "CX of the state's preparation"].saved)
    # No metric gives the printed share, and they disagree by tens of points.
    shares = [r.saved for r in found.values() if not math.isnan(r.saved)]
    assert min(abs(s - 0.5819) for s in shares) > 5e-5
    assert max(shares) - min(shares) > 0.9


def test_counted_circuits():
    check_counted_circuits()


def test_registers():
    check_registers()


def test_table():
    check_table()


def test_preparations():
    assert [resources.gates(resources.preparation_circuit(n)).cx for n in (3, 4, 5, 8)] == [4, 11, 26, 247]
    state = Statevector(resources.preparation_circuit(3)).data
    assert np.linalg.norm(state) == pytest.approx(1.0, abs=1e-12)
    assert np.abs(state.imag).max() < 1e-12
    assert len(set(np.round(state.real, 6))) == 8


def test_parts_add_up():
    """One circuit and the sum of its parts have the same CX; gates at the seams overlap in time."""
    small = resources.decision(27, 324)
    assert small.search.cx == small.start.cx + small.oracle_calls * small.iteration.cx == 6560
    assert small.search.depth <= small.start.depth + small.oracle_calls * small.iteration.depth
    assert (small.cx, small.qubits, small.oracle_calls) == (6564, 12, 14)
    mid = resources.decision(150, 703_125_000)
    assert mid.oracle_calls == best_iterations(703_125_000) > resources.LONGEST_WHOLE
    assert mid.search.cx == mid.start.cx + mid.oracle_calls * mid.iteration.cx


def test_variants_of_a_decision():
    plain = resources.decision(27, 324)
    padded = resources.decision(27, 324, padded=True)
    assert (padded.oracle_calls, padded.start.cx, padded.qubits) == (17, 0, plain.qubits)
    chained = resources.decision(27, 324, chained=True)
    assert (chained.ancillas, chained.qubits) == (6, 18)
    assert chained.iteration.cx < plain.iteration.cx
    mps = draw_mps(np.random.default_rng(0), 27, bond=4, n_out=8)
    assert (plain.parameters, plain.products) == (mps.n_parameters, mps.n_products)
    raw = resources.decision(27, 324, compressed=False)
    assert (raw.parameters, raw.products, raw.state_qubits) == (0, 0, 5)
    angle = resources.decision(27, 324, encoding="angle", compressed=False)
    assert (angle.state_qubits, angle.preparation.cx, angle.preparation_bound) == (27, 0, 0)
    one = resources.decision(1, 324, compressed=False)
    assert (one.state_qubits, one.preparation, one.preparation_bound) == (0, (0, 0), 0)
    assert 0 < angle.preparation.depth < plain.preparation.depth


def test_schemes():
    found = resources.schemes(SMALL)
    assert found["TN-QDRL"] == resources.decision(27, 324)
    without = found["[47], text-defined surrogate"]
    assert (without.state_qubits, without.oracle_calls) == (5, 13)
    classical = found["[7], text-defined surrogate"]
    assert {metric(classical) for name, metric in resources.METRICS.items() if "ancilla" not in name} == {0, 1}
    assert (classical.qubits, classical.cx, classical.depth_in_series, classical.oracle_calls) == (0, 0, 0, 0)
    assert found["[7], text-defined surrogate, as if on hardware"] == without


def test_calls_of_a_training():
    assert resources.training_calls(324, 4, 0.5) == 0 + 0 + 1 + 1
    assert resources.training_calls(12, 1000, 0.02) == 50 * 0 + 50 * 1 + 900 * 2


def test_ratios():
    assert pairs_giving("58.19", 2) == ((74, 177), (97, 232))
    assert pairs_giving("62.11", 5) == ((36, 95), (61, 161), (72, 190), (86, 227), (97, 256))
    assert pairs_giving("62.11", kind="gained") == ((95, 154), (161, 261), (190, 308))
    assert pairs_giving("40", 2) == ((3, 5), (6, 10))
    # By brute force: no fraction with a smaller base rounds to it.
    assert not any(round(100 * (1 - a / b), 2) == 58.19 for b in range(1, 177) for a in range(b))
    assert round(100 * (1 - 23 / 55), 2) == 58.18


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: resources.decision(0, 324), "n_feature must be a whole number of at least 1, got 0"),
        (lambda: resources.state_qubits(0), "n_value must be a whole number of at least 1, got 0"),
        (lambda: resources.decision(27, 1), "n_action must be a whole number of at least 2, got 1"),
        (
            lambda: resources.decision(27, 324, encoding="phase"),
            "encoding must be one of amplitude, angle, got 'phase'",
        ),
        (lambda: resources.decision(27, 324, rule="T3"), "rule must be one of T1, T2, got 'T3'"),
        (lambda: resources.preparation_circuit(0), "n_qubit must be a whole number of at least 1, got 0"),
        (lambda: resources.training_calls(12, 0, 0.1), "visits must be a whole number of at least 1, got 0"),
        (lambda: resources.training_calls(12, 5, 0.0), r"rate must lie in \(0, inf\), got 0.0"),
        (lambda: pairs_giving("many"), "percent must be a number as printed, such as '58.19', got 'many'"),
        (lambda: pairs_giving("101"), r"percent must lie in \(0, 100\], got '101'"),
        (lambda: pairs_giving("-1", kind="gained"), r"percent must lie in \(0, inf\), got '-1'"),
        (lambda: pairs_giving("10", 0), "how_many must be a whole number of at least 1, got 0"),
        (lambda: pairs_giving("10", kind="lost"), "kind must be one of gained, saved, got 'lost'"),
    ],
)
def test_arguments(call, words):
    with pytest.raises(ValueError, match=words):
        call()
