"""The blocks as matrices against Qiskit's."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator

from qbench.papers.hqcnn.circuits import su4_circuit
from qbench.papers.hqcnn.layout import Layout
from qbench.papers.hqcnn.matrices import layout_matrices, pool_matrices, su4_matrices, which


@pytest.mark.parametrize("entangled", [True, False])
def test_blocks_are_qiskits_phase_included(entangled):
    p = np.random.default_rng(0).uniform(-7, 7, (2, 3, 15))
    found = su4_matrices(torch.tensor(p), entangled=entangled).numpy()
    for k in np.ndindex(2, 3):
        wanted = Operator(su4_circuit(entangled=entangled).assign_parameters(p[k])).data
        np.testing.assert_allclose(found[k], wanted, atol=1e-13)


def test_pooling_gate_is_qiskits():
    p = np.random.default_rng(1).uniform(-7, 7, (4, 2))
    for angles, found in zip(p, pool_matrices(torch.tensor(p)).numpy(), strict=True):
        circuit = QuantumCircuit(2)
        circuit.crz(angles[0], 0, 1)
        circuit.x(0)
        circuit.crx(angles[1], 0, 1)
        np.testing.assert_allclose(found, Operator(circuit).data, atol=1e-13)


def test_gradients_are_difference_quotients():
    p = torch.tensor(np.random.default_rng(2).uniform(-7, 7, (3, 15)), requires_grad=True)
    q = torch.tensor(np.random.default_rng(3).uniform(-7, 7, (3, 2)), requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: torch.view_as_real(su4_matrices(x)), (p,))
    assert torch.autograd.gradcheck(lambda x: torch.view_as_real(pool_matrices(x)), (q,))


def test_a_layouts_matrices_in_their_order():
    layout = Layout(sharing="layer", pooling=True)
    theta = torch.tensor(np.random.default_rng(4).uniform(-7, 7, (2, 51)))
    found = layout_matrices(layout, theta)
    assert found.shape == (2, 6, 4, 4)
    for block, number in zip(layout.blocks, which(layout), strict=True):
        size, make = (15, su4_matrices) if block.kind == "su4" else (2, pool_matrices)
        own = make(theta[:, block.angles : block.angles + size])
        torch.testing.assert_close(found[:, number], own, rtol=0, atol=1e-14)


def test_seeds_are_alone():
    layout = Layout(sharing="block")
    theta = torch.tensor(np.random.default_rng(5).uniform(-7, 7, (5, 195)), dtype=torch.float32)
    whole = layout_matrices(layout, theta)
    for some in ([0], [1, 4], [0, 2, 3]):
        assert torch.equal(whole[some], layout_matrices(layout, theta[some]))


def test_errors():
    with pytest.raises(ValueError, match=r"a block takes 15 angles on the last axis, got shape \(3, 14\)"):
        su4_matrices(torch.zeros(3, 14))
    with pytest.raises(ValueError, match=r"a pooling gate takes 2 angles on the last axis, got shape \(15,\)"):
        pool_matrices(torch.zeros(15))
    with pytest.raises(ValueError, match=r"theta must be \(seeds, 15\) for this layout, got shape \(2, 45\)"):
        layout_matrices(Layout(), torch.zeros(2, 45))
