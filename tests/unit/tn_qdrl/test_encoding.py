"""States of a table: bits of the network's outputs against loops, medians, raw patterns by hand."""

from __future__ import annotations

import statistics

import numpy as np
import pytest

from qbench.papers.tn_qdrl.encoding import Encoder, raw_codes
from qbench.papers.tn_qdrl.mps import Mps, draw_mps
from tests.oracles import tn_qdrl_agents_reference as reference
from tests.oracles.tn_qdrl_search_reference import encode


def drawn(n=40, j=9, seed=0):
    return np.random.default_rng(seed).random((n, j))


def plain_outputs(network, values, feature):
    m = network
    return [
        encode(m.left.tolist(), m.cores.tolist(), m.label, m.right.tolist(), m.at, v, feature).tolist()
        for v in values.tolist()
    ]


def check_codes_against_plain_python(feature="trig", label="middle", d=3, chi=4):
    """Raw contractions, medians of the sample, bit k is 2^k; the reference norm is a constant that nothing sees."""
    network = draw_mps(np.random.default_rng(5), 9, bond=chi, n_out=d, label=label)
    sample, values = drawn(), drawn(30, seed=1)
    encoder = Encoder.fit(network, sample, feature=feature)
    medians = [statistics.median(column) for column in zip(*plain_outputs(network, sample, feature), strict=True)]
    wanted = [reference.code(y, medians) for y in plain_outputs(network, values, feature)]
    assert encoder.codes(values).tolist() == wanted
    assert encoder.n_state == 2**d
    assert len(set(wanted)) > min(2, 2**d - 1)
    np.testing.assert_allclose(encoder.medians * np.exp(encoder.reference), medians, rtol=1e-9)


@pytest.mark.parametrize(
    ("feature", "label", "d", "chi"),
    [("trig", "middle", 3, 4), ("linear", "end", 3, 4), ("trig", "end", 5, 2), ("linear", "middle", 1, 8)],
)
def test_codes_against_plain_python(feature, label, d, chi):
    check_codes_against_plain_python(feature, label, d, chi)


def test_half_of_the_sample_is_above_each_median():
    encoder = Encoder.fit(draw_mps(np.random.default_rng(3), 9), sample := drawn(50))
    bits = encoder.codes(sample)[:, np.newaxis] >> np.arange(3) & 1
    assert bits.sum(axis=0).tolist() == [25, 25, 25]


def test_bits_by_hand():
    """A bond of 1 and one feature: y = (1, -1, 2) cos(pi v/2), so bits flip where v passes the median's."""
    network = Mps(np.ones(1), np.array([[[[1.0], [0.0]]]]), np.array([[[1.0], [-1.0], [2.0]]]), np.ones(1), at=1)
    encoder = Encoder.fit(network, np.array([[0.2], [0.4], [0.6]]))
    assert encoder.codes(np.array([[0.3], [0.5], [0.39], [0.41]])).tolist() == [0b101, 0b010, 0b101, 0b010]
    # At the median itself no output is above.
    assert encoder.codes(np.array([0.4])).item() == 0


def test_codes_keep_their_axes_and_bits():
    encoder = Encoder.fit(draw_mps(np.random.default_rng(3), 9), drawn())
    values = np.random.default_rng(2).random((4, 3, 9))
    whole = encoder.codes(values)
    assert whole.shape == (4, 3)
    assert whole.dtype == np.int64
    for i in np.ndindex(4, 3):
        assert encoder.codes(values[i]) == whole[i]


def test_no_scale_of_the_network_is_seen():
    """The norm of 2200 features underflows in Eq. (38); logarithms keep the bits of any scale."""
    network = draw_mps(np.random.default_rng(3), 9)
    scaled = Mps(network.left, network.cores * 1e-60, network.label, network.right, network.at)
    codes = [Encoder.fit(m, drawn()).codes(drawn(seed=1)).tolist() for m in (network, scaled)]
    assert codes[0] == codes[1]


# --- raw features ---


def check_raw_codes_by_hand():
    """Medians 0.5 and 0.5 of four samples; patterns 00, 01, 10, 11 in that order; equal to a median is not above."""
    sample = np.array([[0.0, 0.0], [0.4, 0.4], [0.6, 0.6], [1.0, 1.0]])
    codes, n = raw_codes(np.array([[0.9, 0.1], [0.1, 0.1], [0.9, 0.9], [0.8, 0.0], [0.5, 0.7]]), sample)
    assert (codes.tolist(), n) == ([2, 0, 3, 2, 1], 4)
    # Only patterns that occur have a number.
    codes, n = raw_codes(np.array([[0.9, 0.9], [0.9, 0.1], [0.9, 0.9]]), sample)
    assert (codes.tolist(), n) == ([1, 0, 1], 2)


def test_raw_codes_by_hand():
    check_raw_codes_by_hand()


def test_raw_codes_tell_patterns_of_many_features_apart():
    """27 features take four bytes; axes stay."""
    features, sample = np.random.default_rng(0).random((20, 3, 27)), drawn(31, 27)
    codes, n = raw_codes(features, sample)
    patterns = [tuple(row) for row in (features > np.median(sample, axis=0)).reshape(-1, 27).tolist()]
    assert codes.shape == (20, 3)
    assert codes.ravel().tolist() == [sorted(set(patterns)).index(p) for p in patterns]
    assert n == len(set(patterns))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda m: Encoder.fit(m, drawn(j=8)), r"values must end in 9, one a core, got shape \(40, 8\)"),
        (lambda m: Encoder.fit(m, drawn() * 2), r"values must lie in \[0, 1\], got 1\.9"),
        (lambda m: Encoder.fit(m, drawn()[0]), r"sample must have at least 2 axes, got shape \(9,\)"),
        (lambda m: Encoder.fit(m, drawn(), feature="cubic"), "feature must be one of linear, trig, got 'cubic'"),
        (lambda m: Encoder.fit(m, drawn()).codes(drawn(j=10)), "values must end in 9, one a core"),
    ],
)
def test_errors(call, words):
    with pytest.raises(ValueError, match=words):
        call(draw_mps(np.random.default_rng(3), 9))
