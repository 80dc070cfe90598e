"""What the cloud circuit sees of a channel."""

import numpy as np
import pytest

from qbench.papers.cloud_qnn.encoding import ALPHAS, alpha, neuron_angles

H = np.array([[[1 + 2j, -1j], [0, 3]], [[-2, 0.5], [1j, 1j]]])  # 2 APs, 2 users, 2 antennas


def test_by_hand() -> None:
    np.testing.assert_allclose(alpha(H), [[2.0, 3.0], [-1.5, 2.0]])
    np.testing.assert_allclose(neuron_angles(H), [5.0, 0.5])
    np.testing.assert_allclose(alpha(H, "arg"), [[np.arctan2(2, 1) - np.pi / 2, 0.0], [np.pi, np.pi]])
    np.testing.assert_allclose(alpha(H, "norm"), [[np.sqrt(6), 3.0], [np.sqrt(4.25), np.sqrt(2)]])


@pytest.mark.parametrize("kind", ALPHAS)
def test_leading_axes(kind: str) -> None:
    batch = np.stack([H, 2 * H, 1j * H])
    np.testing.assert_array_equal(neuron_angles(batch, kind)[1], neuron_angles(2 * H, kind))
    assert neuron_angles(batch[:, None], kind).shape == (3, 1, 2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: alpha(H, "sums"), "alpha must be one of arg, norm, sum, got 'sums'; did you mean 'sum'"),
        (lambda: alpha(1.0), r"channels must be \(\*B, antennas\) and not empty, got shape \(\)"),
        (lambda: neuron_angles(H[0]), r"\(\*B, APs, users, antennas\) and not empty, got shape \(2, 2\)"),
        (lambda: neuron_angles(np.zeros((2, 0, 2))), r"not empty, got shape \(2, 0, 2\)"),
        (lambda: neuron_angles(np.where(H == 0, np.nan, H)), r"finite, got .* at index \(0, 1, 0\) \(1 such\).*clip"),
    ],
    ids=["word", "scalar", "axes", "empty", "nan"],
)
def test_errors(call, message) -> None:
    with pytest.raises(ValueError, match=message):
        call()
