"""Certificates of the 2022 paper's analytic claims: what each finds, its counterexample in words, and its costs."""

import numpy as np
import pytest

from qbench.papers.cloud_qnn import certificates, resources
from qbench.papers.cloud_qnn.circuits import ORDERS, cloud_circuit, connect_circuit

PARAMS = {
    "qubit_count": {"layers": 4, "neurons": 5},
    "gradient_count": {"data": 5, "epochs": 7},
    "lower_bound": {"steps": 4},
    "integral": {},
    "shift_sign": {},
    "shifted_unitary": {},
}


def run(name: str) -> dict[str, float]:
    columns = getattr(certificates, name)(PARAMS[name], None, range(1))
    assert all(values.shape == (1,) for values in columns.values())
    return {key: float(values[0]) for key, values in columns.items()}


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("qubit_count", {"violations": 19, "tried": 20, "printed": 12, "drawn": 8}),
        (
            "gradient_count",
            {"deviation": 0, "gradients": 35, "evaluations_per_gradient": 16, "evaluations_per_sweep": 24},
        ),
        (
            "lower_bound",
            {"violations": 80, "violations_lemma": 80, "tried": 80, "largest": 0.125, "smallest_encoded": 0},
        ),
        ("integral", {"deviation": 0.5, "cos4": 0.375, "sin2cos2": 0.125}),
        ("shift_sign", {"deviation": -2, "printed": -1}),
        ("shifted_unitary", {"factor": -0.7653668647, "proportional": 0}),
    ],
)
def test_values(name: str, wanted: dict[str, float]) -> None:
    found = run(name)
    assert {key: found[key] for key in wanted} == pytest.approx(wanted, abs=1e-9)
    if name == "shifted_unitary":
        assert found["deviation"] > 0.5


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("qubit_count", "gives 12 qubits.* has 8, .*differs at 19 of 20 sizes"),
        ("lower_bound", "bound is 1/4 .* at most 0.125 and 0.000 .* fails for 80 of 80"),
        ("integral", r"cos\^4 is 0.375, not 1/8 .* by 0.5"),
        ("shift_sign", r"Eq. \(17\) gives -1, the derivative is 1"),
        ("shifted_unitary", "-0.765 times the derivative"),
    ],
)
def test_witnesses(name: str, words: str) -> None:
    import re

    columns = getattr(certificates, name)(PARAMS[name], None, range(1))
    assert re.search(words, getattr(certificates, f"{name}_witness")(columns))


def test_costs_are_those_of_the_drawn_circuit() -> None:
    circuit = cloud_circuit()
    assert certificates.qubit_count_costs({}) == {
        "qubits": circuit.num_qubits,
        "two_qubit_gates": circuit.count_ops()["cz"] + circuit.count_ops()["cx"],
        "depth": circuit.depth(),
        "parameters": circuit.num_parameters - 4,
    }


@pytest.mark.parametrize("rotations", [1, 3])
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(("layers", "n"), [(1, 1), (1, 4), (2, 1), (2, 4), (3, 3), (4, 2)])
def test_closed_forms_are_counts(layers: int, n: int, order: str, rotations: int) -> None:
    circuit = cloud_circuit(layers, n, order=order, rotations=rotations)
    sizes = [len(g.qubits) for g in circuit.data]
    assert circuit.num_qubits == resources.qubits(layers, n)
    assert sizes.count(2) == resources.two_qubit_gates(layers, n)
    assert sizes.count(1) == resources.one_qubit_gates(layers, n, rotations)
    assert circuit.num_parameters - n * rotations == layers * n


def test_depths() -> None:
    """Encoding included: 3, 6, 7 for L = 1, 2, 3 at N = 4, 10 for N = 8; other schedules and the other order."""
    assert [resources.circuit_depth(l, 4) for l in (1, 2, 3)] == [3, 6, 7]
    assert resources.circuit_depth(2, 8) == 10
    found = {
        (s, o, n): cloud_circuit(2, n, schedule=s, order=o).depth()
        for s in ("ascending", "descending")
        for o in ORDERS
        for n in (4, 8)
    }
    assert found["descending", "operator", 4] == 7
    assert found["descending", "operator", 8] == 11
    assert (found["ascending", "circuit", 4], found["ascending", "circuit", 8]) == (7, 11)
    assert (found["descending", "circuit", 4], found["descending", "circuit", 8]) == (6, 10)
    assert [resources.connect_depth(2, n) for n in range(2, 17)] == [max(3, n) for n in range(2, 17)]
    assert [resources.factor_depth("cz", l, 5) for l in (2, 3, 4)] == [4, 4, 4]
    assert resources.factor_depth("cx", 5, 1) == 4
    assert connect_circuit(1, 4).depth() == 1


def test_evaluations_and_mlp() -> None:
    assert (resources.evaluations(8), resources.evaluations(8, "rotosolve")) == (16, 24)
    assert resources.mlp_weights(3, 4) == 2 * (16 + 4)
    assert resources.mlp_weights(3, 4, biases=False) == 32
    assert resources.degree([n**3 - n for n in range(1, 7)]) == 3
    assert resources.degree([5, 5]) == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: resources.qubits(0, 4), "n_layer must be a whole number of at least 1, got 0"),
        (lambda: resources.two_qubit_gates(2, 0), "n_neuron must be a whole number of at least 1, got 0"),
        (lambda: resources.printed_qubits(2, 4, "letter"), "paper must be one of conference, journal, got 'letter'"),
        (lambda: resources.evaluations(8, "adam"), "optimiser must be one of psr, rotosolve, got 'adam'"),
        (lambda: resources.degree([1, 2, 4]), "3 values show no degree; pass at least two more"),
    ],
)
def test_errors(call, message) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_columns_are_float_arrays() -> None:
    assert certificates.one(a=True)["a"].dtype == np.float64
