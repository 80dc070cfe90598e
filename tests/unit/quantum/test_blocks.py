"""Circuits of two-qubit blocks against state vectors by loops, and what a seed's numbers must not depend on."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from qbench.quantum import BlockProgram, _block_passes
from qbench.quantum._block_plan import plan

RING = ((0, 7), (0, 1), (2, 3), (4, 5), (6, 7), (1, 2), (3, 4), (5, 6), (0, 6), (0, 2), (4, 6), (2, 4), (0, 4))
CASES = {
    "ring of 8": (8, RING),
    "one qubit": (1, ()),
    "no block": (3, ()),
    "backwards": (5, ((4, 0), (1, 3), (2, 0), (3, 4), (4, 2), (0, 1), (3, 2))),
    "one pair again": (2, ((0, 1), (1, 0), (0, 1))),
    "idle wire": (6, ((0, 2), (2, 5), (5, 3), (0, 3), (3, 1), (1, 0), (2, 1))),
    "six in a row": (7, tuple((q, q + 1) for q in range(6)) * 2),
}


def unitaries(rng, seeds, count):
    x = rng.normal(size=(seeds, count, 4, 4)) + 1j * rng.normal(size=(seeds, count, 4, 4))
    return np.linalg.qr(x)[0] if count else x


def by_loops(n, pairs, which, read, h, blocks):
    """<Z> of one input by a state vector, qubit q bit q of the index."""
    state = np.ones(1, complex)
    for q in range(n):
        state = np.kron([np.cos(h[q]), np.sin(h[q])], state)
    for (a, b), w in zip(pairs, which, strict=True):
        moved = np.zeros_like(state)
        for index in range(2**n):
            column = (index >> a & 1) + 2 * (index >> b & 1)
            for row in range(4):
                to = index & ~(1 << a) & ~(1 << b) | (row & 1) << a | (row >> 1) << b
                moved[to] += blocks[w][row, column] * state[index]
        state = moved
    law = np.abs(state) ** 2
    return [sum(p * (1 - 2 * (i >> q & 1)) for i, p in enumerate(law)) for q in read]


@pytest.mark.parametrize("case", CASES)
def test_values_are_those_of_a_state_vector(case):
    n, pairs = CASES[case]
    rng = np.random.default_rng(3)
    which = [k % 3 for k in range(len(pairs))]
    read = list(rng.permutation(n)[: max(1, n - 1)])
    blocks = unitaries(rng, 2, 3)
    h = rng.uniform(-3, 3, (2, 3, n))
    program = BlockProgram(n, pairs, which, read)
    found = program.expectation(torch.tensor(h), torch.tensor(blocks)).numpy()
    for s in range(2):
        for i in range(3):
            np.testing.assert_allclose(found[s, i], by_loops(n, pairs, which, read, h[s, i], blocks[s]), atol=1e-12)


@pytest.mark.parametrize("case", [c for c in CASES if CASES[c][1]])
def test_gradients_are_difference_quotients(case):
    n, pairs = CASES[case]
    rng = np.random.default_rng(4)
    which = [k % 2 for k in range(len(pairs))]
    program = BlockProgram(n, pairs, which, range(n))
    h = torch.tensor(rng.uniform(-3, 3, (2, 2, n)), requires_grad=True)
    blocks = torch.tensor(unitaries(rng, 2, 2), requires_grad=True)
    assert torch.autograd.gradcheck(program.expectation, (h, blocks), fast_mode=True)


def gradients(program, h, blocks):
    h, blocks = h.clone().requires_grad_(), blocks.clone().requires_grad_()
    values = program.expectation(h, blocks)
    (values.sin() * torch.linspace(-1, 2, values[0].numel(), dtype=h.dtype).reshape(values[0].shape)).sum().backward()
    return values.detach(), h.grad, blocks.grad


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("batch", [3, 64])
def test_a_seed_is_to_the_bit_what_it_is_alone(dtype, batch):
    rng = np.random.default_rng(5)
    program = BlockProgram(8, RING, [0] * 13, range(8))
    h = torch.tensor(rng.uniform(-3, 3, (5, batch, 8)), dtype=dtype)
    blocks = torch.tensor(unitaries(rng, 5, 1)).to(torch.complex64 if dtype == torch.float32 else torch.complex128)
    whole = gradients(program, h, blocks)
    for some in ([0], [4], [1, 3], [0, 2, 4]):
        for all_of_them, own in zip(whole, gradients(program, h[some], blocks[some]), strict=True):
            assert torch.equal(all_of_them[some], own)


def test_pieces_change_no_bit(monkeypatch):
    rng = np.random.default_rng(6)
    program = BlockProgram(8, RING, [0] * 13, range(8))
    h, blocks = torch.tensor(rng.uniform(-3, 3, (5, 4, 8))), torch.tensor(unitaries(rng, 5, 1))
    whole = gradients(program, h, blocks)
    monkeypatch.setattr(_block_passes, "CACHE", 2**11)
    for one, two in zip(whole, gradients(program, h, blocks), strict=True):
        assert torch.equal(one, two)


def test_single_precision_is_near_double():
    rng = np.random.default_rng(7)
    program = BlockProgram(8, RING, [0] * 13, range(8))
    h, blocks = torch.tensor(rng.uniform(-3, 3, (2, 4, 8))), torch.tensor(unitaries(rng, 2, 1))
    rough = program.expectation(h.float(), blocks.to(torch.complex64))
    assert rough.dtype == torch.float32
    np.testing.assert_allclose(rough, program.expectation(h, blocks), atol=2e-5)


def test_plan_of_the_ring():
    """Two sets of four wires grow from the inputs; the pairs that join them, then the two layers that follow."""
    found = plan(8, RING)
    assert [g.wires for g in found.heads] == [(0, 1, 6, 7), (2, 3, 4, 5)]
    assert [[RING[k] for k in g.blocks] for g in found.runs] == [[(1, 2), (5, 6)], list(RING[8:])]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("width", [2, 3, 4])
def test_plans_keep_the_order_of_blocks_that_share_a_wire(case, width):
    n, pairs = CASES[case]
    found = plan(n, pairs, width)
    order = [k for g in (*found.heads, *found.runs) for k in g.blocks]
    assert sorted(order) == list(range(len(pairs)))
    for q in range(n):
        of_wire = [k for k in order if q in pairs[k]]
        assert of_wire == sorted(of_wire)
    assert sorted(q for g in found.heads for q in g.wires) == list(range(n))
    assert all(len(g.wires) <= width for g in (*found.heads, *found.runs))
    assert all({*pairs[k]} <= {*g.wires} for g in (*found.heads, *found.runs) for k in g.blocks)


def call(h=(2, 3, 4), blocks=(2, 1, 4, 4), dtype=torch.float64):
    program = BlockProgram(4, [(0, 1), (2, 3)], [0, 0], [0])
    return program.expectation(torch.zeros(h, dtype=dtype), torch.zeros(blocks, dtype=torch.complex128))


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda: BlockProgram(17, [], [], [0]), "at most 16 qubits, got 17; use qbench.quantum.compile"),
        (lambda: BlockProgram(0, [], [], [0]), "n_qubits must be a whole number of at least 1, got 0"),
        (lambda: BlockProgram(4, [(0, 4)], [0], [0]), r"two different qubits in 0\.\.3, got \(0, 4\)"),
        (lambda: BlockProgram(4, [(1, 1)], [0], [0]), r"two different qubits in 0\.\.3, got \(1, 1\)"),
        (lambda: BlockProgram(4, [(0, 1)], [0, 0], [0]), "which must name a matrix, from 0, for each of 1 blocks"),
        (lambda: BlockProgram(4, [(0, 1)], [-1], [0]), r"which must name a matrix, from 0, .*got \[-1\]"),
        (lambda: BlockProgram(4, [(0, 1)], [0], []), r"read must name different qubits in 0\.\.3, at least one, got"),
        (lambda: BlockProgram(4, [(0, 1)], [0], [4]), r"read must name different qubits in 0\.\.3.*got \[4\]"),
        (lambda: BlockProgram(4, [(0, 1)], [0], [1, 1]), "read must name different qubits"),
        (lambda: call(h=(2, 3, 5)), r"h must be \(seeds, batch, 4\) and not empty, got \(2, 3, 5\)"),
        (lambda: call(h=(2, 0, 4)), r"h must be \(seeds, batch, 4\) and not empty"),
        (
            lambda: call(blocks=(3, 1, 4, 4)),
            r"blocks must be \(seeds, matrices, 4, 4\) with 2 seeds, got \(3, 1, 4, 4\)",
        ),
        (lambda: call(blocks=(2, 0, 4, 4)), "the circuit takes 1 matrices a seed, got 0"),
    ],
)
def test_errors(act, message):
    with pytest.raises(ValueError, match=message):
        act()


def test_precisions_do_not_mix():
    with pytest.raises(TypeError, match=r"one precision, got torch\.float32 and torch\.complex128"):
        call(dtype=torch.float32)
