"""The DNN of Sec. V-B: sizes, softmax, and what its relaxed scores can and cannot say."""

import re
import subprocess
import sys
from itertools import permutations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from qbench.papers.cvar_vqe.baselines import association_dnn, parameter_count, soft_score

SHOWCASE = np.array([[10.0, 10.0], [0.0, 0.0]])


@pytest.fixture
def dnn():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        yield association_dnn(4, 4)


@pytest.fixture
def sinr():
    return torch.rand(5, 4, 4, generator=torch.Generator().manual_seed(1)) * 100


def test_parameter_count_at_four_by_four(dnn):
    by_hand = sum((a + 1) * b for a, b in [(16, 64), (64, 128), (128, 256), (256, 64), (64, 16)])
    assert parameter_count(dnn) == by_hand == 59_920
    assert sum(isinstance(layer, torch.nn.Linear) for layer in dnn) == 5
    assert sum(isinstance(layer, torch.nn.ReLU) for layer in dnn) == 4


def test_frozen_parameters_do_not_count(dnn):
    dnn[1].weight.requires_grad_(False)
    assert parameter_count(dnn) == 59_920 - 16 * 64


def test_rows_sum_to_one_and_rounding_satisfies_c1(dnn, sinr):
    u = dnn(sinr)
    assert u.shape == (5, 4, 4)
    assert torch.isfinite(u).all()
    assert torch.allclose(u.sum(-1), torch.ones(5, 4), atol=1e-6)
    hard = torch.nn.functional.one_hot(u.argmax(-1), 4)
    assert torch.equal(hard.sum(-1), torch.ones(5, 4, dtype=torch.int64))


def test_flat_softmax_sums_to_one_over_all_entries(sinr):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        flat, row = (association_dnn(4, 4, softmax=s) for s in ("flat", "row"))
    u = flat(sinr)
    assert u.shape == (5, 4, 4)
    assert torch.allclose(u.sum((-1, -2)), torch.ones(5), atol=1e-6)
    assert parameter_count(flat) == parameter_count(row)


def test_permuting_the_batch_permutes_the_output(dnn, sinr):
    order = torch.tensor([3, 1, 4, 0, 2])
    assert torch.allclose(dnn(sinr[order]), dnn(sinr)[order], atol=1e-7)


def test_single_instances_and_other_sizes():
    dnn = association_dnn(2, 3)
    u = dnn(torch.ones(2, 3))
    assert u.shape == (2, 3)
    assert dnn(torch.ones(7, 5, 2, 3)).shape == (7, 5, 2, 3)


def test_soft_score_with_n_can_exceed_the_binary_optimum():
    """10 + 10 (1 - e)/(2 - e), above the optimum 10 and towards 15; with max(1, n) it stays below."""
    for e in (0.5, 0.1, 1e-6):
        u = np.array([[e, 1 - e], [0.0, 1.0]])
        assert soft_score(u, SHOWCASE, "n") == pytest.approx(10 + 10 * (1 - e) / (2 - e), abs=1e-9)
        assert soft_score(u, SHOWCASE) <= 10
    assert soft_score(u, SHOWCASE, "n") == pytest.approx(15, abs=1e-5)


def test_scores_of_binary_associations_are_the_rate():
    u = np.array([[1.0, 0.0, 0.0], [1.0, 0.0, 0.0]])
    w = np.array([[6.0, 1.0, 1.0], [2.0, 1.0, 1.0]])
    assert soft_score(u, w) == soft_score(u, w, "n") == 4


def test_torch_and_numpy_scores_agree_and_have_gradients():
    rng = np.random.default_rng(0)
    u, w = rng.dirichlet(np.ones(3), size=(4, 2)), rng.random((4, 2, 3))
    for divisor in ("max1", "n"):
        tensor = torch.tensor(u, requires_grad=True)
        score = soft_score(tensor, torch.tensor(w), divisor)
        assert score.detach().numpy() == pytest.approx(soft_score(u, w, divisor), abs=1e-14)
        score.sum().backward()
        assert torch.isfinite(tensor.grad).all()


@settings(max_examples=80, deadline=None)
@given(st.data(), st.integers(1, 3), st.integers(0, 2))
def test_soft_score_with_max_1_n_never_exceeds_the_best_matching(data, agents, extra):
    stations = agents + extra
    w = data.draw(arrays(np.int64, (agents, stations), elements=st.integers(0, 9)))
    raw = data.draw(arrays(np.int64, (agents, stations), elements=st.integers(0, 6)))
    u = (raw + (raw.sum(axis=1, keepdims=True) == 0)) / np.maximum(raw.sum(axis=1, keepdims=True), 1)
    u = u / u.sum(axis=1, keepdims=True)
    best = max(sum(w[i, j] for i, j in enumerate(chosen)) for chosen in permutations(range(stations), agents))
    assert soft_score(u, w) <= best + 1e-12


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: association_dnn(0, 4), "agents must be a whole number of at least 1, got 0"),
        (lambda: association_dnn(4, 0), "stations must be a whole number of at least 1, got 0"),
        (lambda: association_dnn(4, 4, softmax="rows"), "got 'rows'; did you mean 'row'?"),
        (lambda: soft_score(SHOWCASE, SHOWCASE, "max"), "got 'max'; did you mean 'max1'?"),
    ],
)
def test_errors_name_the_value_and_the_limit(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


def test_importing_loads_nothing_heavy():
    code = (
        "import sys\n"
        "from qbench.papers.cvar_vqe import baselines, circuits, encodings, hamiltonian, objective, qubo\n"
        "sys.exit(repr({'torch', 'qiskit', 'qiskit_aer', 'pennylane', 'scipy'} & set(sys.modules) or ''))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stderr.strip() in {"", "''"}, done.stderr
