"""The encoder of tn_qdrl: exact properties of contractions, forms and decompositions."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from qbench.papers.tn_qdrl.mps import FEATURES, LABELS, Mps, contract, draw_mps, site_vectors
from qbench.papers.tn_qdrl.tensor_trains import canonical, decompose, dense, train, truncation_error, with_gauge
from tests.properties.hqcnn_networks import exact

SEED = st.integers(0, 2**32 - 1)


@st.composite
def encoders(draw, most=8):
    """A state of up to `most` sites, bonds to 4, outputs to 3; a batch of values in [0, 1], ends included; a map."""
    rng = np.random.default_rng(draw(SEED))
    j, bond, n_out = draw(st.integers(1, most)), draw(st.integers(1, 4)), draw(st.integers(1, 3))
    mps = draw_mps(rng, j, bond=bond, n_out=n_out, label=draw(st.sampled_from(LABELS)))
    value = st.one_of(st.sampled_from((0.0, 0.5, 1.0)), st.floats(0.0, 1.0, allow_subnormal=False))
    values = draw(st.lists(st.lists(value, min_size=j, max_size=j), min_size=1, max_size=4))
    return mps, np.array(values), draw(st.sampled_from(FEATURES))


def raw(mps, values, feature, absolute=False):
    """y (B, d) by the dense tensor, nothing normalised; absolute: of absolute terms, the scale of its rounding."""
    cores = [abs(c) if absolute else c for c in train(mps)]
    tensor = np.moveaxis(dense(cores), mps.at, -1)
    rows = []
    for sites in site_vectors(values, feature):
        y = tensor
        for o in sites:
            y = np.tensordot(o, y, axes=1)
        rows.append(y)
    return np.array(rows)


def whole(mps, values, feature):
    direction, log_norm = contract(mps, values, feature=feature)
    return direction * np.exp(log_norm)[..., np.newaxis]


@exact
@given(encoders())
def test_contraction_is_the_dense_sum(case):
    mps, values, feature = case
    scale = raw(mps, values, feature, absolute=True)
    assert (np.abs(whole(mps, values, feature) - raw(mps, values, feature)) <= 1e-12 * scale).all()


@exact
@given(encoders(), st.floats(-50.0, 50.0))
def test_normalising_changes_no_sign_and_no_order(case, reference):
    """What a code is made of: y against a threshold, here another sample's y, whatever constant is taken off."""
    mps, values, feature = case
    direction, log_norm = contract(mps, values, feature=feature)
    wanted, rounding = raw(mps, values, feature), 1e-11 * raw(mps, values, feature, absolute=True)
    clear = np.abs(wanted) > rounding
    assert (np.sign(direction) == np.sign(wanted))[clear].all()
    y = direction * np.exp(log_norm - reference)[:, np.newaxis]
    for a in range(len(y)):
        apart = np.abs(wanted[a] - wanted) > rounding[a] + rounding
        assert ((y[a] > y) == (wanted[a] > wanted))[apart].all()


@exact
@given(encoders(), st.data())
def test_gauges_change_nothing(case, data):
    mps, values, feature = case
    bond, rng = data.draw(st.integers(0, mps.n_feature + 1)), np.random.default_rng(data.draw(SEED))
    # Orthogonal times diagonal: far from singular, and no symmetry left.
    x = np.linalg.qr(rng.normal(size=(mps.bond, mps.bond)))[0] * rng.uniform(0.5, 2.0, mps.bond)
    turned = with_gauge(mps, bond, x)
    scale = raw(mps, values, feature, absolute=True) + raw(turned, values, feature, absolute=True)
    assert (np.abs(whole(turned, values, feature) - whole(mps, values, feature)) <= 1e-12 * scale).all()


@exact
@given(encoders())
def test_canonical_form_has_unit_norm_and_isometries(case):
    cores = train(case[0])
    found, log_norm = canonical(cores)
    assert abs(np.linalg.norm(dense(found)) - 1.0) <= 1e-12
    for old, core in zip(cores, found, strict=True):
        assert core.shape[0] <= old.shape[0]
        assert core.shape[2] <= old.shape[2]
    for core in found[:-1]:
        flat = core.reshape(-1, core.shape[-1])
        np.testing.assert_allclose(flat.T @ flat, np.eye(core.shape[-1]), atol=1e-12)
    np.testing.assert_allclose(dense(found) * math.exp(log_norm), dense(cores), atol=1e-12 * math.exp(log_norm))


@exact
@given(st.integers(2, 8), SEED)
def test_a_bond_of_half_the_legs_holds_any_tensor(j, seed):
    tensor = np.random.default_rng(seed).normal(size=(2,) * j)
    np.testing.assert_allclose(dense(decompose(tensor, 2 ** (j // 2))), tensor, atol=1e-12)
    assert truncation_error(tensor, 2 ** (j // 2)) <= 1e-13


@exact
@given(st.integers(2, 9), st.integers(2, 9), st.data())
def test_one_cut_loses_the_singular_values_left_out(rows, columns, data):
    matrix = np.random.default_rng(data.draw(SEED)).normal(size=(rows, columns))
    bond = data.draw(st.integers(1, min(rows, columns)))
    sigma = np.linalg.svd(matrix, compute_uv=False)
    wanted = math.sqrt((sigma[bond:] ** 2).sum() / (sigma**2).sum())
    assert abs(truncation_error(matrix, bond) - wanted) <= 1e-12


@exact
@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=12))
def test_norms_of_features(values):
    v = np.array(values)
    np.testing.assert_allclose((site_vectors(v) ** 2).sum(axis=-1), 1.0, rtol=1e-14)
    square = (site_vectors(v, "linear") ** 2).sum(axis=-1)
    np.testing.assert_allclose(square, 1 - 2 * v + 2 * v * v, rtol=1e-14)
    assert (square >= 0.5).all()
    assert (square <= 1.0).all()


@exact
@given(encoders(), st.data())
def test_bits_know_neither_batch_nor_place(case, data):
    mps, values, feature = case
    padding = data.draw(st.integers(0, 130))
    direction, log_norm = contract(mps, values, feature=feature)
    more = np.concatenate([np.full((padding, mps.n_feature), 0.25), values[::-1]])
    other, logs = contract(mps, more, feature=feature)
    assert other[padding:][::-1].tobytes() == direction.tobytes()
    assert logs[padding:][::-1].tobytes() == log_norm.tobytes()


@exact
@given(encoders(), st.floats(-30.0, 30.0))
def test_a_factor_of_a_core_is_a_term_of_the_logarithm(case, log_factor):
    mps, values, feature = case
    cores = mps.cores.copy()
    cores[0] *= math.exp(log_factor)
    scaled = Mps(mps.left, cores, mps.label, mps.right, mps.at)
    one, other = contract(mps, values, feature=feature), contract(scaled, values, feature=feature)
    np.testing.assert_allclose(other[1], one[1] + log_factor, atol=1e-11)
    np.testing.assert_allclose(other[0], one[0], atol=1e-11 * (1 + np.abs(one[0]).max()))
