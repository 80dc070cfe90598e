"""How many numbers each network trains, as closed forms, biases included, and Table I's O() read as an equality.

Table I's sums are given as orders with additive constants, which say nothing; read as equalities, its row for "Ours" is
short of the biases, 8 + K tau, and its CNN row leaves the channels out of the dense layer and multiplies it by the
kernel's 9 (E6).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbench._check import one_of, positive_int

if TYPE_CHECKING:
    from qbench.papers.hqcnn.layout import Layout

SIZES = ((10, 6, 3), (10, 9, 3), (10, 12, 3), (10, 15, 3), (30, 20, 10), (35, 20, 10), (40, 20, 10), (45, 20, 10))
"""(M, K, tau) of Table II's rows."""
HEADS = ("flatten", "gap")
"""What follows a CNN's convolutions: see `classical.ConvolutionalNetwork`."""
LIGHT, HEAVY = (8, 16), (32, 64)
"""Output channels of the two convolutions of the light and the heavy CNN (stated)."""
PRINTED = ("ours", "hq11", "mlp", "light", "heavy")
_CHANNELS = {"light": LIGHT, "heavy": HEAVY}


def hybrid_parameters(n_ap: int, n_users: int, n_pilots: int, layout: Layout) -> int:
    """Return n M K + n + n_out K tau + K tau + angles."""
    m, k, t = _sizes(n_ap, n_users, n_pilots)
    return layout.n_qubits * (m * k + 1) + (len(layout.read) + 1) * k * t + layout.n_angles


def perceptron_parameters(n_ap: int, n_users: int, n_pilots: int, width: int = 8) -> int:
    """Return w M K + w + w^2 + w + (w + 1) K tau: 8 M K + 8 + 72 + 9 K tau for w = 8."""
    m, k, t = _sizes(n_ap, n_users, n_pilots)
    w = positive_int("width", width)
    return w * (m * k + 1) + w * (w + 1) + (w + 1) * k * t


def convolutional_parameters(
    n_ap: int, n_users: int, n_pilots: int, channels: tuple[int, int], head: str = "flatten"
) -> int:
    """Return 10 c1 + 9 c1 c2 + c2, and (c2 M K + 1) K tau for "flatten" or (c2 + 1) K tau for "gap"."""
    m, k, t = _sizes(n_ap, n_users, n_pilots)
    first, second = channels
    inputs = second * (m * k if one_of("head", head, HEADS) == "flatten" else 1)
    return 10 * first + 9 * first * second + second + (inputs + 1) * k * t


def printed_parameters(n_ap: int, n_users: int, n_pilots: int, model: str) -> int:
    """Return Table I's entry as a number, n = 8 and k^2 = 9.

    "ours": n K (M + tau) + 15; "hq11": the same + 15 n; "mlp": the same + n^2; "light", "heavy": k^2 (c1 + c1 c2 +
    M tau K^2). Raises ValueError for another word.
    """
    m, k, t = _sizes(n_ap, n_users, n_pilots)
    one_of("model", model, PRINTED)
    if model in _CHANNELS:
        first, second = _CHANNELS[model]
        return 9 * (first + first * second + m * t * k**2)
    return 8 * k * (m + t) + {"ours": 15, "hq11": 120, "mlp": 64}[model]


def _sizes(n_ap: int, n_users: int, n_pilots: int) -> tuple[int, int, int]:
    return positive_int("n_ap", n_ap), positive_int("n_users", n_users), positive_int("n_pilots", n_pilots)
