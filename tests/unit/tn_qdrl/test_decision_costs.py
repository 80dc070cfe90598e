"""Costs of a decision, beside the verdicts."""

from __future__ import annotations

from qbench.papers.tn_qdrl.decision_costs import decision_costs
from qbench.papers.tn_qdrl.resources import decision
from qbench.papers.tn_qdrl.scenario import SYSTEM


def test_a_flat_search() -> None:
    assert decision_costs(SYSTEM) == {"qubits": 12, "cx": 6564, "depth": 5888, "oracle_calls": 14}


def test_more_features_and_more_actions() -> None:
    wide = decision_costs({**SYSTEM, "observation": "aug"})
    assert wide["cx"] == 6564  # the network hides them
    more = decision_costs({**SYSTEM, "n_vehicle": 2})
    assert more["oracle_calls"] == 8
    assert more["qubits"] == decision(17, 108).qubits


def test_a_search_a_component_adds_up() -> None:
    costs = decision_costs({**SYSTEM, "n_vehicle": 10, "n_node": 2, "n_edge": 4})
    # Two of 3 values, ten of 5, one of 8: 2 + 10 + 2 calls, on the register of the largest.
    assert costs["oracle_calls"] == 14
    assert costs["qubits"] == 3 + 3
    parts = {n: decision(150, n) for n in (3, 5, 8)}
    assert costs["cx"] == 2 * parts[3].cx + 10 * parts[5].cx + parts[8].cx
