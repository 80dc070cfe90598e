"""From outputs of the cloud circuit to users: the floor rule of both papers, with its end and its ties settled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array, one_of, positive_int
from qbench.papers.cloud_qnn.rates import SILENT, as_assignment

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray, IntArray

EDGES = ("clamp", "wrap", "drop")

TIE = 1e-12
"""Added to o K before the floor: o = k/K, which theta = 0 and Rotosolve hit exactly, is user k on either side of it."""

_SLACK = 1e-9  # what rounding may put outside [0, 1]; more than that is not a probability


def decode(outputs: ArrayLike, n_user: int, *, edge: str = "clamp") -> IntArray:
    """Return the user floor(o K + 1e-12), 0-based, of every AP: the shape of `outputs` o in [0, 1].

    As printed, floor(o K) takes the K + 1 values 0..K on [0, 1] for K users: counted from 0, o = 1 names user K, who is
    not there; counted from 1, o < 1/K names user 0, who is not there either. `edge` says what o = 1 means: "clamp":
    user K - 1; "wrap": user 0; "drop": no user, `SILENT`. That the output of AP m is the index of its user is the
    papers' definition; their examples read it as the index of an AP for user m (ERR-2).
    Raises ValueError for an output outside [0, 1] by more than rounding, for no users, and for another edge.
    """
    one_of("edge", edge, EDGES)
    index = _index(outputs, positive_int("n_user", n_user), TIE)
    last = index >= n_user
    if edge == "clamp":
        return np.minimum(index, n_user - 1)
    return np.where(last, 0 if edge == "wrap" else SILENT, index)


def decode_unchecked(outputs: FloatArray, n_user: int) -> IntArray:
    """Return `decode` with edge "clamp" of outputs that are known to lie in [0, 1]: for the loop of the training."""
    return np.minimum(_floor(outputs, n_user, TIE), n_user - 1)


def printed_index(outputs: ArrayLike, n_user: int) -> IntArray:
    """Return floor(o K) as printed below G(15) and J(12), 0..K, the shape of `outputs`. Errors as `decode`."""
    return np.minimum(_index(outputs, positive_int("n_user", n_user), 0.0), n_user)


def assignment_matrix(assignment: ArrayLike, n_user: int) -> IntArray:
    """Return gamma of G(10), J(7), (..., M, K), for assignments (..., M): 1 where AP m serves user k, else 0.

    Every row has one 1; a silent AP's row is 0. Raises ValueError as `rates.as_assignment`.
    """
    a = np.asarray(assignment)
    users = np.arange(positive_int("n_user", n_user))
    one: IntArray = (as_assignment(a, a.shape[-1] if a.ndim else 1, n_user)[..., np.newaxis] == users).astype(np.int64)
    return one


def _index(outputs: ArrayLike, n_user: int, tie: float) -> IntArray:
    o: FloatArray = finite_array("outputs", outputs, hint="outputs are probabilities (1 - <Z>)/2")
    low, high = o.min(), o.max()
    if low < -_SLACK or high > 1 + _SLACK:
        raise ValueError(
            f"outputs must lie in [0, 1], got {low if low < -_SLACK else high}; an output is the probability "
            "(1 - <Z>)/2, not <Z>"
        )
    return _floor(o, n_user, tie)


def _floor(o: FloatArray, n_user: int, tie: float) -> IntArray:
    index: IntArray = np.maximum(np.floor(o * n_user + tie), 0.0).astype(np.int64)
    return index
