"""How many assignments a linear map of n_out features can tell apart, whatever comes before it.

Logits are affine in the features z, so the argmax of every user is constant on the cells of an arrangement of
hyperplanes in R^n_out, one for each user and pair of pilots. With the last layer's weights fixed, no more assignments
than cells come out, whatever the circuit and the number of qubits: against Lemma 2 (E8).
"""

from __future__ import annotations

from math import comb

from qbench._check import positive_int


def reachable_assignments(n_users: int, n_pilots: int, n_features: int) -> int:
    """Return the most labelled assignments for fixed last weights: sum_{i <= n_out} C(K tau (tau - 1) / 2, i).

    For one feature, K (tau - 1) + 1: a user's logits are lines, whose upper envelope has at most tau - 1 kinks. Never
    more than tau^K. Raises ValueError for sizes below 1.
    """
    k, tau = positive_int("n_users", n_users), positive_int("n_pilots", n_pilots)
    n = positive_int("n_features", n_features)
    planes = k * tau * (tau - 1) // 2
    cells = k * (tau - 1) + 1 if n == 1 else sum(comb(planes, i) for i in range(n + 1))
    return int(min(cells, tau**k))
