"""Energies of every bit string for Eq. (10), corrected and as printed, and the polynomial behind them.

AV i is a row, BS j a column, u_ij = 1 where AV i is on BS j, n_j = sum_i u_ij; weights w_ij = (1 - mu_j) R_ij >= 0 in
b/s/Hz; Eq. (4) is WR_ij = w_ij / min(Q_j, n_j), and 0 on an empty BS. A sampling VQE needs only a classical energy per
string, so nothing is truncated to a quadratic.

The energy is a sum over BSs of a function of the set of AVs on that BS, plus a term in the row sums: one table of 2^I
entries a BS, looked up for every string.
"""

from __future__ import annotations

from math import comb
from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array, positive_int
from qbench.quantum.ising import subset_sums

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray, IntArray
    from qbench.papers.cvar_vqe.encodings import Encoding

_CHUNK = 2**16  # strings


def check_capacities(capacities: ArrayLike, stations: int) -> FloatArray:
    """Return Q_j as floats (*B, J); ValueError unless they are whole numbers of at least 1, one a station."""
    q = finite_array("capacities", capacities, ndim_at_least=1)
    if q.shape[-1] != stations:
        raise ValueError(f"capacities must have one entry a station ({stations}), got shape {q.shape}")
    if np.any(q < 1) or np.any(q != np.floor(q)):
        raise ValueError(f"capacities must be whole numbers of at least 1, got {q.tolist()}")
    return q


def _weights(weights: ArrayLike, encoding: Encoding) -> FloatArray:
    w = finite_array("weights", weights, ndim_at_least=2)
    expected = (encoding.agents, encoding.stations)
    if w.shape[-2:] != expected:
        raise ValueError(f"weights must have shape (*B, {expected[0]}, {expected[1]}), got {w.shape}")
    return w


def default_penalty(weights: ArrayLike) -> FloatArray:
    """Return 2 max_ij w_ij of every problem: (*B, I, J) -> (*B,).

    With l1 = l2 = 2 w_max, sum_j Q_j >= I and w_max > 0, every minimiser of corrected Eq. (10) is feasible; l1 > w_max
    and l2 > 1.5 w_max suffice. Proof: in a row with two entries, dropping one costs at most w_max and gains l1 at
    least. With no row above 1 and one empty, some n_j < Q_j; putting the AV there lowers a mean by at most
    w_max / (n_j + 1), at most w_max / 2 where n_j >= 1 and nothing where n_j = 0, and gains l1. With all rows 1 and
    n_j > Q_j, some n_j' < Q_j'; moving an AV costs at most w_max + w_max / 2 and gains at least l2.
    With w = 0 everywhere the penalty is 0 and nothing is guaranteed. Raises ValueError for a negative weight.
    """
    w = finite_array("weights", weights, ndim_at_least=2)
    if w.min() < 0:
        raise ValueError(f"the default penalty 2 w_max needs weights of at least 0, got {w.min()}; pass penalties")
    return np.asarray(2.0 * w.max(axis=(-2, -1)))


def _rate_table(w: FloatArray, q: FloatArray) -> FloatArray:
    """Return sum_{i in S} w_ij / min(Q_j, |S|) for every set S of AVs, shape (*B, J, 2^I)."""
    sums = subset_sums(w.swapaxes(-1, -2))
    size = _sizes(w.shape[-2])
    return np.asarray(sums / np.minimum(q[..., None], np.maximum(size, 1)))


def _overload_table(agents: int, q: FloatArray) -> FloatArray:
    return np.asarray(np.maximum(_sizes(agents) - q[..., None], 0.0) ** 2)


def _sizes(agents: int) -> IntArray:
    return np.bitwise_count(np.arange(2**agents)).astype(np.int64)


def _assemble(table: FloatArray, encoding: Encoding, *terms: tuple[FloatArray, FloatArray]) -> FloatArray:
    """Look up table (*B, J, 2^I) for every string and add up; plus scale (*B,) times term (*B, 2^n) of every pair."""
    members = encoding.members()
    strings = members.shape[-1]
    batch = np.broadcast_shapes(table.shape[:-2], *(np.broadcast_shapes(s.shape, t.shape[:-1]) for s, t in terms))
    total = np.zeros((*batch, strings))
    # In chunks, so that the largest array but the result is of a fixed size.
    for start in range(0, strings, _CHUNK):
        part = slice(start, start + _CHUNK)
        for station, mask in enumerate(members[:, part]):
            total[..., part] += table[..., station, :].take(mask, axis=-1)
        for scale, term in terms:
            total[..., part] += scale[..., None] * term[..., part]
    return total


def _row_violation(encoding: Encoding) -> FloatArray:
    return np.asarray(((encoding.row_sums() - 1) ** 2).sum(axis=-1), dtype=np.float64)


def rates(weights: ArrayLike, capacities: ArrayLike, encoding: Encoding) -> FloatArray:
    """Return Z = sum_ij u_ij WR_ij of Eq. (5) for every string, feasible or not.

    Shapes: weights (*B, I, J), capacities (J,) or (*B, J); result (*B, 2^n), in the unit of the weights. Note that
    min(Q, n) rewards an overloaded BS: each of n > Q AVs gets R / Q. I = J = 2, Q = (1, 1), w = ((10, 1), (9, 1)): both
    on BS 0 score 19, the optimum is 11.
    Raises ValueError for shapes that do not fit and capacities that are not whole numbers of at least 1.
    """
    w = _weights(weights, encoding)
    return _assemble(_rate_table(w, check_capacities(capacities, encoding.stations)), encoding)


def constraint_violations(capacities: ArrayLike, encoding: Encoding) -> tuple[FloatArray, FloatArray]:
    """Return sum_i (sum_j u_ij - 1)^2 (C1) and sum_j (n_j - Q_j)_+^2 (C2) for every string.

    Shapes: capacities (J,) or (*B, J); results (2^n,) and (*B, 2^n). A string is feasible iff both are 0.
    Raises ValueError for capacities that are not whole numbers of at least 1, one a station.
    """
    q = check_capacities(capacities, encoding.stations)
    return _row_violation(encoding), _assemble(_overload_table(encoding.agents, q), encoding)


def _penalty(name: str, value: ArrayLike | None, w: FloatArray) -> FloatArray:
    return default_penalty(w) if value is None else finite_array(name, value)


def hamiltonian(
    weights: ArrayLike,
    capacities: ArrayLike,
    encoding: Encoding,
    *,
    row_penalty: ArrayLike | None = None,
    overload_penalty: ArrayLike | None = None,
) -> FloatArray:
    """Return corrected Eq. (10) for every string: -Z + l1 sum_i (sum_j u_ij - 1)^2 + l2 sum_j (n_j - Q_j)_+^2.

    Shapes: weights (*B, I, J), capacities (J,) or (*B, J), penalties () or (*B,), 2 w_max each where not given; result
    (*B, 2^n), in the unit of the weights. Feasible strings have energy -Z. The correction: the paper's last term sums
    over j for a fixed AV i and compares with Q_i, see `printed_hamiltonian`.
    Raises ValueError as `rates` and `default_penalty` do.
    """
    w = _weights(weights, encoding)
    q = check_capacities(capacities, encoding.stations)
    l1 = _penalty("row_penalty", row_penalty, w)
    l2 = _penalty("overload_penalty", overload_penalty, w)
    table = l2[..., None, None] * _overload_table(encoding.agents, q) - _rate_table(w, q)
    return _assemble(table, encoding, (l1, _row_violation(encoding)))


def printed_hamiltonian(
    weights: ArrayLike,
    capacities: ArrayLike,
    encoding: Encoding,
    *,
    row_penalty: ArrayLike | None = None,
    overload_penalty: ArrayLike | None = None,
) -> FloatArray:
    """Return Eq. (10) as printed, whose last term l2 sum_i (sum_j u_ij - Q_i)_+^2 compares AV i's row sum with Q_i.

    Shapes and units as `hamiltonian`. Where every row sum is 1 the last term is 0, so C2 is never enforced: with I = J
    = 2, Q = (1, 1), w = ((10, 1), (9, 1)) and l1 = l2 = 20 the minimum is -19, both AVs on BS 0.
    Raises ValueError as `hamiltonian` does, and for I > J, where Q_i does not exist.
    """
    w = _weights(weights, encoding)
    q = check_capacities(capacities, encoding.stations)
    if encoding.agents > encoding.stations:
        raise ValueError(
            f"Eq. (10) as printed reads Q_i for every AV i, so it needs agents <= stations, "
            f"got {encoding.agents} > {encoding.stations}; use hamiltonian()"
        )
    l1 = _penalty("row_penalty", row_penalty, w)
    l2 = _penalty("overload_penalty", overload_penalty, w)
    literal = np.maximum(encoding.row_sums() - q[..., None, : encoding.agents], 0.0) ** 2
    return _assemble(-_rate_table(w, q), encoding, (l1, _row_violation(encoding)), (l2, literal.sum(axis=-1)))


def rate_coefficients(column: ArrayLike, capacity: int) -> FloatArray:
    """Return the multilinear coefficients of one BS's rate f(S) = sum_{i in S} w_i / min(Q, |S|), f(empty) = 0.

    Shapes: column (*B, I), the weights of the AVs on this BS; result (*B, 2^I), set T as an index. Claim: for t = |T|
    >= 1 a(T) = (sum_{i in T} w_i) sum_{k=0}^{t-1} (-1)^(t-1-k) C(t-1, k) g(k + 1) with g(m) = 1 / min(Q, m); where Q
    >= I it is (-1)^(t-1)/t sum_{i in T} w_i. Proof: a(T) = sum_{S in T} (-1)^(t-|S|) f(S); collect w_i over the C(t-1,
    k) sets S of k + 1 AVs that hold i; and sum_k (-1)^k C(t-1, k) / (k + 1) = 1 / t. So Q = 1 gives a linear function,
    and for I >= 3, Q >= 2 the cubic factor is 1/2 (Q = 2) or 1/3 (Q >= 3), never 0: Eq. (5) is then no quadratic form
    (Sec. III of the paper says it is).
    Raises ValueError for a capacity below 1 and weights that are empty or not finite.
    """
    w = finite_array("column", column, ndim_at_least=1)
    cap = positive_int("capacity", capacity)
    share = [1.0 / min(cap, m) for m in range(1, w.shape[-1] + 1)]
    factor = [0.0] + [_difference(share, t - 1) for t in range(1, w.shape[-1] + 1)]
    return np.asarray(subset_sums(w) * np.asarray(factor)[_sizes(w.shape[-1])])


def _difference(values: list[float], order: int) -> float:
    """Return the forward difference of this order at 0."""
    return sum((-1.0) ** (order - k) * comb(order, k) * values[k] for k in range(order + 1))


def overload_degree(agents: int, capacity: int) -> int:
    """Return the degree in the u_ij of the penalty (n_j - Q_j)_+^2 with I AVs; 0 where it vanishes identically.

    Claim: for I >= 3 and 1 <= Q < I the degree is I, except for I = 2Q, where it is I - 1. So it is 3 at least and
    never quadratic. Proof: a symmetric function's coefficient on t AVs is the t-th difference at 0 of phi(n) = (n -
    Q)_+^2. The third difference of phi is 1 at n = Q - 2 and n = Q - 1 and 0 elsewhere, hence the I-th at 0 is
    (-1)^(I-Q-1) [C(I-3, Q-2) - C(I-3, Q-1)], which is 0 iff I = 2Q; then the one below is not.
    Raises ValueError unless both are whole numbers of at least 1.
    """
    i, q = positive_int("agents", agents), positive_int("capacity", capacity)
    phi = [float(max(n - q, 0) ** 2) for n in range(i + 1)]
    return max((t for t in range(1, i + 1) if _difference(phi, t) != 0), default=0)
