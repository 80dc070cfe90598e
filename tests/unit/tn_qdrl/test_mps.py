"""The encoder: draws, values against plain Python, bits, norms, arguments."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from qbench.papers.tn_qdrl import _mps_kernel
from qbench.papers.tn_qdrl.mps import FEATURES, Mps, contract, draw_mps, site_vectors
from tests.oracles.tn_qdrl_search_reference import encode


def rng(seed=5):
    return np.random.default_rng(seed)


def drawn(j=6, bond=3, n_out=2, label="middle"):
    return draw_mps(rng(), j, bond=bond, n_out=n_out, label=label)


def whole(mps, values, feature="trig"):
    direction, log_norm = contract(mps, values, feature=feature)
    return direction * np.exp(log_norm)[..., np.newaxis]


def check_against_plain_python(label="middle", feature="trig"):
    for j, bond, n_out in ((1, 1, 1), (2, 4, 3), (7, 3, 2), (8, 4, 5)):
        mps = drawn(j, bond, n_out, label)
        values = rng(j).random((3, j))
        wanted = [encode(mps.left, mps.cores, mps.label, mps.right, mps.at, v, feature) for v in values]
        np.testing.assert_allclose(whole(mps, values, feature), wanted, rtol=1e-11)


def check_halves_are_unit_vectors():
    """With the unit matrices as C, direction holds all products L_i R_o: their squares add up to 1."""
    label = np.eye(9).reshape(3, 3, 9).transpose(0, 2, 1)
    mps = drawn(5, 3)
    direction, _ = contract(Mps(mps.left, mps.cores, label, mps.right, 2), rng().random((40, 5)))
    np.testing.assert_allclose((direction**2).sum(axis=-1), 1.0, rtol=1e-12)


def check_draw_order():
    source, j, chi, d = rng(), 5, 3, 2
    mps = drawn(j, chi, d)
    tensors = [mps.left, *mps.cores, mps.label, mps.right]
    for tensor in tensors:
        np.testing.assert_array_equal(tensor, source.normal(0, chi**-0.5, tensor.shape))


@pytest.mark.parametrize("label", ["middle", "end"])
@pytest.mark.parametrize("feature", FEATURES)
def test_against_plain_python(label, feature):
    check_against_plain_python(label, feature)


def test_halves_are_unit_vectors():
    check_halves_are_unit_vectors()


def test_draw_order():
    check_draw_order()


def test_place_of_the_label_core():
    assert [drawn(j).at for j in (1, 2, 5, 27)] == [0, 1, 2, 13]
    assert drawn(5, label="end").at == 5
    middle, end = drawn(5), drawn(5, label="end")
    np.testing.assert_array_equal(middle.cores, end.cores)
    assert not np.allclose(whole(middle, np.full(5, 0.3)), whole(end, np.full(5, 0.3)))


def test_bits_do_not_know_the_batch():
    """Alone, in any place of any batch and in any shape."""
    mps, values = drawn(27, 4, 3), rng().random((150, 27))
    direction, log_norm = contract(mps, values)
    for some in (slice(0, 1), slice(63, 66), slice(149, 20, -3)):
        alone = contract(mps, values[some])
        assert alone[0].tobytes() == np.ascontiguousarray(direction[some]).tobytes()
        assert alone[1].tobytes() == np.ascontiguousarray(log_norm[some]).tobytes()
    shaped = contract(mps, values.reshape(5, 30, 27))
    assert shaped[0].shape == (5, 30, 3)
    assert shaped[0].tobytes() == direction.tobytes()
    single = contract(mps, values[7])
    assert single[0].shape == (3,)
    assert single[1] == log_norm[7]


def test_2200_features_do_not_underflow():
    """Eq. (38) at v = 1/2 with cores that pass the bond on: y = 2^-2200 l C r exactly, in the logarithm."""
    core = np.stack([np.eye(2), np.zeros((2, 2))], axis=1)
    mps = Mps([1.0, 0.0], np.tile(core, (2200, 1, 1, 1)), np.ones((2, 1, 2)), [1.0, 0.0], 1100)
    direction, log_norm = contract(mps, np.full(2200, 0.5), feature="linear")
    assert direction == pytest.approx([1.0], abs=1e-15)
    assert log_norm == pytest.approx(-2200 * math.log(2), rel=1e-14)
    assert float(Fraction(1, 2) ** 2200) == 0.0


@pytest.mark.parametrize("scale", [1e-100, 1e-60, 1e60, 1e100])
def test_cores_of_any_size(scale):
    mps = drawn(6)
    big = Mps(mps.left, np.clip(scale * mps.cores, -1e100, 1e100), mps.label, mps.right, mps.at)
    base, values = Mps(mps.left, big.cores / scale, mps.label, mps.right, mps.at), rng().random((4, 6))
    one, other = contract(big, values), contract(base, values)
    np.testing.assert_allclose(one[0], other[0], rtol=1e-12)
    np.testing.assert_allclose(one[1], other[1] + 6 * math.log(scale), rtol=1e-12)


def test_a_state_that_is_zero():
    direction, log_norm = contract(
        Mps(np.zeros(2), np.ones((4, 2, 2, 2)), np.ones((2, 3, 2)), np.ones(2), 2), [0.5] * 4
    )
    assert log_norm == -np.inf
    np.testing.assert_array_equal(direction, np.zeros(3))


def test_counts():
    mps = draw_mps(rng(), 27, bond=4, n_out=3)
    assert mps.n_parameters == 27 * 2 * 16 + 16 * 3 + 8
    assert mps.n_products == 27 * (2 * 16 + 2 * 4) + 3 * (16 + 4)


def test_site_vectors():
    np.testing.assert_allclose(site_vectors([[0.0, 1.0, 0.5]]), [[[1, 0], [0, 1], [0.5**0.5] * 2]], atol=1e-16)
    np.testing.assert_array_equal(site_vectors([0.25], "linear"), [[0.75, 0.25]])


def test_polynomials_are_cosine_and_sine():
    """To the last digit but one, in every lane, the ends exactly."""
    values = np.concatenate([[0.0, 0.5, 1.0, np.nextafter(0.5, 1.0), 1e-300], rng().random(_mps_kernel.LANES - 5)])
    out = np.empty((1, 2, _mps_kernel.LANES))
    _mps_kernel._site_vectors(values[:, np.newaxis], 0, _mps_kernel.LANES, False, out)
    np.testing.assert_allclose(out[0], site_vectors(values).T, rtol=0, atol=2.3e-16)
    np.testing.assert_array_equal(out[0, :, [0, 2]], [[1, 0], [0, 1]])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: contract(drawn(3), [0.1, 0.2, 1.5]), r"values must lie in \[0, 1\], got 1.5; scale features"),
        (lambda: contract(drawn(3), [0.1, -0.2, 0.5]), r"values must lie in \[0, 1\], got -0.2"),
        (lambda: contract(drawn(3), [0.1, 0.2]), r"values must end in 3, one a core, got shape \(2,\)"),
        (lambda: contract(drawn(3), [0.1, np.nan, 0.2]), "values must be finite, got nan"),
        (lambda: contract(drawn(3), [0.1] * 3, feature="tri"), "feature must be one of linear, trig.*mean 'trig'"),
        (lambda: drawn(0), "n_feature must be a whole number of at least 1, got 0"),
        (lambda: drawn(bond=0), "bond must be a whole number of at least 1, got 0"),
        (lambda: drawn(n_out=0), "n_out must be a whole number of at least 1, got 0"),
        (lambda: drawn(label="start"), "label must be one of end, middle, got 'start'"),
        (lambda: Mps([1.0], np.ones((2, 1, 3, 1)), np.ones((1, 1, 1)), [1.0], 1), r"cores must be \(2, 1, 2, 1\)"),
        (lambda: Mps([1.0], np.ones((2, 1, 2, 1)), np.ones((1, 1, 1)), [1.0], 3), "at must be at most .* 2, got 3"),
        (
            lambda: Mps([2e100], np.ones((2, 1, 2, 1)), np.ones((1, 1, 1)), [1.0], 1),
            r"left must .*1e\+100, got 2e\+100",
        ),
        (lambda: Mps([[1.0]], np.ones((2, 1, 2, 1)), np.ones((1, 1, 1)), [1.0], 1), "left must have 1 axes"),
    ],
)
def test_arguments(call, words):
    with pytest.raises(ValueError, match=words):
        call()
