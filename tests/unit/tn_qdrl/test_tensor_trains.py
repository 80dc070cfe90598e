"""Forms of the tensor network: dense, gauges, canonical, decomposed."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from qbench.papers.tn_qdrl.mps import contract, draw_mps, site_vectors
from qbench.papers.tn_qdrl.tensor_trains import canonical, decompose, dense, train, truncation_error, with_gauge


def rng(seed=8):
    return np.random.default_rng(seed)


def whole(mps, values):
    direction, log_norm = contract(mps, values)
    return direction * np.exp(log_norm)[..., np.newaxis]


def check_dense_is_what_is_contracted(label="middle"):
    mps, values = draw_mps(rng(), 5, bond=3, n_out=2, label=label), rng(1).random((4, 5))
    tensor = np.moveaxis(dense(train(mps)), mps.at, -1)
    assert tensor.shape == (2, 2, 2, 2, 2, 2)
    o = site_vectors(values)
    wanted = np.einsum("abcdey,za,zb,zc,zd,ze->zy", tensor, *(o[:, k] for k in range(5)))
    np.testing.assert_allclose(whole(mps, values), wanted, rtol=1e-11)


def check_gauges_change_nothing():
    mps, values, x = draw_mps(rng(), 4, bond=3), rng(1).random((5, 4)), rng(2).normal(size=(3, 3))
    for bond in range(6):
        turned = with_gauge(mps, bond, x)
        changed = sum(
            not np.array_equal(getattr(mps, n), getattr(turned, n)) for n in ("left", "cores", "label", "right")
        )
        assert changed in (1, 2)
        np.testing.assert_allclose(whole(turned, values), whole(mps, values), rtol=1e-9)


def check_canonical_form():
    cores = train(draw_mps(rng(), 7, bond=4, n_out=3))
    found, log_norm = canonical(cores)
    for core in found[:-1]:
        flat = core.reshape(-1, core.shape[-1])
        np.testing.assert_allclose(flat.T @ flat, np.eye(core.shape[-1]), atol=1e-13)
    assert all(a.shape[-1] == b.shape[0] for a, b in itertools.pairwise(found))
    assert np.linalg.norm(dense(found)) == pytest.approx(1.0, rel=1e-13)
    np.testing.assert_allclose(dense(found) * math.exp(log_norm), dense(cores), atol=1e-12)


@pytest.mark.parametrize("label", ["middle", "end"])
def test_dense_is_what_is_contracted(label):
    check_dense_is_what_is_contracted(label)


def test_gauges_change_nothing():
    check_gauges_change_nothing()


def test_canonical_form():
    check_canonical_form()


def test_a_long_train_has_a_norm():
    """2000 cores of norm 1e-3 along one path: 1e-6000 as a logarithm."""
    found, log_norm = canonical([np.array([1e-3, 0.0]).reshape(1, 2, 1)] * 2000)
    assert log_norm == pytest.approx(2000 * math.log(1e-3), rel=1e-13)
    assert found[-1].ravel() == pytest.approx([1.0, 0.0])


def test_decompose_and_what_is_cut():
    tensor = rng().normal(size=(2, 2, 2, 2, 2, 2))
    cores = decompose(tensor, 8)
    assert [c.shape for c in cores] == [(1, 2, 2), (2, 2, 4), (4, 2, 8), (8, 2, 4), (4, 2, 2), (2, 2, 1)]
    np.testing.assert_allclose(dense(cores), tensor, atol=1e-13)
    matrix = rng().normal(size=(8, 8))
    sigma = np.linalg.svd(matrix, compute_uv=False)
    for bond in (1, 3, 7):
        wanted = math.sqrt((sigma[bond:] ** 2).sum() / (sigma**2).sum())
        assert truncation_error(matrix, bond) == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: dense([np.ones((1, 2, 1))] * 25), "at most 16777216 entries, got 33554432; take fewer cores"),
        (lambda: with_gauge(draw_mps(rng(), 3), 5, np.eye(4)), "bond must be at most 4 for 3 cores, got 5"),
        (lambda: with_gauge(draw_mps(rng(), 3), -1, np.eye(4)), "bond must be a whole number of at least 0, got -1"),
        (lambda: with_gauge(draw_mps(rng(), 3), 1, np.eye(3)), r"matrix must be \(4, 4\) .*got shape \(3, 3\)"),
        (lambda: with_gauge(draw_mps(rng(), 3), 1, np.ones((4, 4))), "full rank"),
        (lambda: canonical([np.zeros((1, 2, 1))]), "must not contract to zeros"),
        (lambda: decompose(np.ones(3), 2), r"tensor must have at least 2 axes, got shape \(3,\)"),
        (lambda: decompose(np.ones((2, 2)), 0), "bond must be a whole number of at least 1, got 0"),
        (lambda: truncation_error(np.zeros((2, 2)), 1), "tensor must not be zeros"),
    ],
)
def test_arguments(call, words):
    with pytest.raises(ValueError, match=words):
        call()
