"""Certificates of the journal paper's analytic claims: what each finds, its counterexample in words, and its costs."""

import re

import numpy as np
import pytest

from qbench.papers.cloud_edge_qnn import bounds, certificates, counts, resources
from qbench.papers.cloud_edge_qnn.circuits import MIDDLES, edge_circuit

PARAMS = {
    "measurements": {"aps": 4, "tx": 2},
    "qubit_count": {"layers": 4, "neurons": 5},
    "depth": {"neurons": 16},
    "factor_depths": {"layers": 4, "neurons": 5},
    "parameter_count": {"layers": 4, "neurons": 6},
    "classical_growth": {},
    "gradient_counts": {"data": 3, "epochs": 4, "aps": 4},
    "two_rounds": {"neurons": 16},
    "edge_sizes": {"users": 6},
    "gradient_bound": {"snr_db": [-10.0, 20.0]},
    "gradient_floor": {"steps": 4, "snr_db": [-10.0, 20.0]},
    "ideal_rates": {"channels": 2, "snr_db": [0.0, 30.0]},
    "integral": {},
    "shift_rule": {},
    "rotosolve_formula": {"phases": 40},
    "classical_sampler": {"layers": 3, "neurons": 3, "angles": 3},
    "maximum_ratio": {"channels": 100},
    "controlled_gates": {"angles": 10},
}


def home_of(name: str):
    # bounds and certificates also hold what they import: the module that defines a study is its home.
    homes = (counts, certificates, bounds)
    return next(m for m in homes if getattr(getattr(m, name, None), "__module__", None) == m.__name__)


def columns_of(name: str):
    return getattr(home_of(name), name)(PARAMS[name], None, range(1))


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        (
            "measurements",
            {"violations": 1, "violations_per_device": 0, "network": 8, "with_cloud": 12, "central": 8, "bases": 16},
        ),
        (
            "qubit_count",
            {"violations": 15, "violations_cloud": 15, "violations_edge": 0, "tried": 20, "printed": 10, "drawn": 8},
        ),
        ("depth", {"violations": 0, "violations_descending": 0, "largest": 1, "formula": 0}),
        ("factor_depths", {"violations": 0, "violations_one_neuron": 2}),
        ("parameter_count", {"violations": 0, "tried": 24}),
        ("classical_growth", {"violations": 2, "violations_macs": 2, "neurons": 2, "layers": 1, "above": 1}),
        ("gradient_counts", {"deviation": 0, "deviation_cloud": 0, "per_edge": 0, "evaluations": 12}),
        ("two_rounds", {"violations": 0, "largest": 4}),
        ("edge_sizes", {"violations": 0}),
        ("gradient_bound", {"violations": 1, "bound": 8, "violations_exact": 0}),
        ("gradient_floor", {"violations": 80, "violations_lemma": 80, "largest": 0.125, "violations_exact": 2}),
        ("integral", {"deviation": 0.5}),
        ("shift_rule", {"printed": 0.3865306, "exact": -0.5989191, "expectations": 0, "other_shift": 0.3221088}),
        ("rotosolve_formula", {"deviation": 3.4, "deviation_arctan2": 0, "landing": -0.8292037, "maxima": 0.5}),
        ("classical_sampler", {"followed": 27, "deviation": 0, "tried": 27, "operations": 11}),
        ("maximum_ratio", {"deviation": 0, "deviation_printed": 0}),
        (
            "controlled_gates",
            {"violations": 1, "violations_circuit": 0, "change": 0, "change_circuit_last": 0, "neurons_cx": 1},
        ),
    ],
)
def test_values(name: str, wanted: dict[str, float]) -> None:
    found = columns_of(name)
    assert all(values.shape == (1,) and values.dtype == np.float64 for values in found.values())
    assert {key: float(found[key][0]) for key in wanted} == pytest.approx(wanted, abs=1e-7)


def test_what_differs_does_so_clearly() -> None:
    rule = columns_of("shift_rule")
    assert rule["deviation"][0] == pytest.approx(rule["printed"][0] - rule["exact"][0])
    gates = columns_of("controlled_gates")
    assert min(gates["change_circuit"][0], gates["change_cx"][0]) > 0.1
    assert columns_of("classical_sampler")["deviation"][0] < 1e-12
    assert columns_of("maximum_ratio")["deviation"][0] < 1e-12
    assert columns_of("shift_rule")["expectations"][0] < 1e-12


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("measurements", "together have 8 outputs, with the cloud 12; .* has 8"),
        ("qubit_count", r"gives 10 qubits, the circuit has 8; it differs at 15 of 20 sizes \(edge circuits: 0 of 5\)"),
        ("classical_growth", "degree 2 in N and 1 in L; printed are 1 and 2"),
        ("gradient_bound", "> 8 = L N"),
        ("gradient_floor", "fails for 80 of 80 inputs; Lemma 3's 1/2 for 80"),
        ("integral", "by 0.5"),
        ("shift_rule", "gives 0.3865, the derivative is -0.5989"),
        ("rotosolve_formula", "lands at -0.8292, 3.4 above the minimum.*50% of all phases"),
        ("classical_sampler", "^11 coin tosses and XOR .* of 27 circuits they follow 27$"),
        ("controlled_gates", "no output .* changes .*; they come|CX change 1 of 8 outputs"),
    ],
)
def test_witnesses(name: str, words: str) -> None:
    assert re.search(words, getattr(home_of(name), f"{name}_witness")(columns_of(name)))


def test_costs_are_those_of_the_drawn_circuits() -> None:
    edge = edge_circuit()
    assert counts.qubit_count_costs({}) == {
        "qubits": 3,
        "two_qubit_gates": edge.count_ops()["cz"],
        "depth": edge.depth(),
        "parameters": edge.num_parameters - 3,
    }
    assert counts.depth_costs({"neurons": 16}) == {"qubits": 32, "two_qubit_gates": 16, "depth": 16, "parameters": 32}


@pytest.mark.parametrize("middle", MIDDLES)
@pytest.mark.parametrize("k", [2, 3, 4, 5])
def test_closed_forms_are_counts(k: int, middle: str) -> None:
    circuit = edge_circuit(k, middle=middle)
    sizes = [len(g.qubits) for g in circuit.data]
    assert sizes.count(2) == resources.edge_two_qubit_gates(k)
    assert sizes.count(1) == resources.edge_one_qubit_gates(k, middle)
    assert circuit.num_parameters - k == resources.edge_parameters(k, middle)


def test_outputs_of_a_beam() -> None:
    assert {kind: resources.edge_outputs(2, kind) for kind in ("zx", "xy", "o", "phase")} == {
        "zx": 4,
        "xy": 4,
        "o": 2,
        "phase": 2,
    }


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: resources.edge_parameters(1), "n_users must be a whole number of at least 2, got 1"),
        (lambda: resources.edge_one_qubit_gates(3, "no"), "middle must be one of"),
        (lambda: resources.edge_outputs(0), "n_tx must be a whole number of at least 1, got 0"),
        (lambda: resources.edge_outputs(2, "z"), "kind must be one of"),
    ],
)
def test_errors(call, message) -> None:
    with pytest.raises(ValueError, match=message):
        call()
