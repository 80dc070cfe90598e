"""Other forms of the encoder's tensor network: dense, with a gauge, canonical, and trains made from dense tensors.

A train is a tuple of cores (left bond, leg, right bond), the outer bonds 1, as Tensorly's: Eq. (36) has a bond between
any two neighbours and none outside, so j cores have j - 1 bonds (the paper sums one more).
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from qbench._check import finite_array, positive_int

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray
    from qbench.papers.tn_qdrl.mps import Mps

    Train: TypeAlias = tuple[FloatArray, ...]

MOST_ENTRIES = 2**24


def train(mps: Mps) -> Train:
    """Return the j + 1 cores of a state, the label core among them, l and r drawn into the outermost."""
    cores = [*mps.cores[: mps.at], mps.label, *mps.cores[mps.at :]]
    cores[0] = np.tensordot(mps.left[np.newaxis], cores[0], axes=1)
    cores[-1] = np.tensordot(cores[-1], mps.right[:, np.newaxis], axes=1)
    return tuple(cores)


def dense(cores: Sequence[FloatArray]) -> FloatArray:
    """Return the tensor of a train, one axis a leg in order. Raises ValueError for more than 2^24 entries."""
    entries = math.prod(core.shape[1] for core in cores)
    if entries > MOST_ENTRIES:
        raise ValueError(f"a dense tensor must have at most {MOST_ENTRIES} entries, got {entries}; take fewer cores")
    tensor = np.ones((1, 1))
    for core in cores:
        tensor = np.tensordot(tensor, core, axes=1)
    return np.asarray(tensor[0, ..., 0].reshape([core.shape[1] for core in cores]))


def with_gauge(mps: Mps, bond: int, matrix: ArrayLike) -> Mps:
    """Return the state with X X^-1 put on a bond: other tensors, the same contraction.

    bond: 0..j + 1, from that of l with its neighbour to that of r; matrix: X (chi, chi). Raises ValueError for another
    bond or shape and for a singular X.
    """
    j, chi = mps.n_feature, mps.bond
    b, x = positive_int("bond", bond, least=0), finite_array("matrix", matrix)
    if b > j + 1:
        raise ValueError(f"bond must be at most {j + 1} for {j} cores, got {b}")
    if x.shape != (chi, chi) or np.linalg.matrix_rank(x) < chi:
        raise ValueError(f"matrix must be ({chi}, {chi}) and of full rank, got shape {x.shape}; take another X")
    chain = [mps.left, *mps.cores[: mps.at], mps.label, *mps.cores[mps.at :], mps.right]
    chain[b] = np.tensordot(chain[b], x, axes=1)
    chain[b + 1] = np.tensordot(np.linalg.inv(x), chain[b + 1], axes=1)
    label = chain.pop(mps.at + 1)
    return replace(mps, left=chain[0], cores=np.stack(chain[1:-1]), label=label, right=chain[-1])


def canonical(cores: Sequence[FloatArray]) -> tuple[Train, float]:
    """Return the left-canonical train of unit norm, and the logarithm of the norm of the one given.

    Every core but the last is an isometry from its left bond and leg to its right bond; bonds never grow. Raises
    ValueError for the tensor of zeros, which has no such form.
    """
    found, carried, log_norm = [], np.ones((1, 1)), 0.0
    for k, core in enumerate(cores):
        merged = np.tensordot(carried, core, axes=1)
        # Before the factorisation, so that a long train does not leave the range of floats.
        norm = float(np.linalg.norm(merged))
        if norm == 0.0:
            raise ValueError("cores must not contract to zeros, which no unit vector is; leave the zero core out")
        log_norm += math.log(norm)
        merged = merged / norm
        if k == len(cores) - 1:
            found.append(merged)
            break
        q, carried = np.linalg.qr(merged.reshape(-1, merged.shape[-1]))
        found.append(q.reshape(*merged.shape[:2], q.shape[1]))
    return tuple(found), log_norm


def decompose(tensor: ArrayLike, bond: int) -> Train:
    """Return the train of a tensor with bonds of at most `bond`: singular values cut one leg after another (Tensorly).

    Raises ValueError for fewer than two axes, values that are not finite and a bond below 1.
    """
    whole = finite_array("tensor", tensor, ndim_at_least=2, hint="a train needs two legs")
    ranks = [1, *[positive_int("bond", bond)] * (whole.ndim - 1), 1]
    from tensorly.decomposition import tensor_train  # type: ignore[import-untyped]

    return tuple(np.asarray(core, dtype=np.float64) for core in tensor_train(whole, rank=ranks))


def truncation_error(tensor: ArrayLike, bond: int) -> float:
    """Return the 2-norm of what `decompose` leaves out, over that of the tensor.

    For one cut it is the root of the sum of the squared singular values left out, over that of all. Raises ValueError
    as `decompose`, and for a tensor of zeros.
    """
    whole = finite_array("tensor", tensor, ndim_at_least=2)
    norm = float(np.linalg.norm(whole))
    if norm == 0.0:
        raise ValueError("tensor must not be zeros: a share of nothing has no value; give one with an entry")
    return float(np.linalg.norm(whole - dense(decompose(whole, bond)))) / norm
