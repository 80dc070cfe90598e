"""The encoder against dense einsum, Tensorly and, where it is installed, quimb."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from qbench.papers.tn_qdrl.mps import FEATURES, contract, draw_mps, site_vectors
from qbench.papers.tn_qdrl.tensor_trains import canonical, decompose, dense, train, truncation_error


def case(j=7, bond=4, n_out=3, label="middle"):
    rng = np.random.default_rng([j, bond, n_out])
    return draw_mps(rng, j, bond=bond, n_out=n_out, label=label), rng.random((6, j))


def whole(mps, values, feature="trig"):
    direction, log_norm = contract(mps, values, feature=feature)
    return direction * np.exp(log_norm)[..., np.newaxis]


@pytest.mark.parametrize("label", ["middle", "end"])
@pytest.mark.parametrize("feature", FEATURES)
def test_against_einsum(feature, label):
    """One sum over all bonds, by numpy."""
    mps, values = case(4, 3, 2, label)
    o, m = site_vectors(values, feature), mps.cores
    places = (
        "a,aib,bjc,cdf,fkg,glh,h,zi,zj,zk,zl->zd" if label == "middle" else "a,aib,bjc,cke,elf,fdh,h,zi,zj,zk,zl->zd"
    )
    cores = [m[0], m[1], mps.label, m[2], m[3]] if label == "middle" else [*m, mps.label]
    wanted = np.einsum(places, mps.left, *cores, mps.right, *(o[:, k] for k in range(4)), optimize=True)
    np.testing.assert_allclose(whole(mps, values, feature), wanted, rtol=1e-11)


def test_against_tensorly():
    """Its dense tensor of the train, legs multiplied with the features by its mode products."""
    import tensorly
    from tensorly.tenalg import multi_mode_dot
    from tensorly.tt_tensor import TTTensor, tt_to_tensor

    mps, values = case()
    cores = train(mps)
    tensor = tt_to_tensor(TTTensor([tensorly.tensor(c) for c in cores]))
    np.testing.assert_allclose(dense(cores), tensor, rtol=1e-12)
    legs = [k for k in range(8) if k != mps.at]
    for v, y in zip(site_vectors(values), whole(mps, values), strict=True):
        np.testing.assert_allclose(y, multi_mode_dot(tensor, list(v), modes=legs), rtol=1e-10)


def test_decompositions_against_tensorly():
    from tensorly.tt_tensor import TTTensor, tt_to_tensor

    tensor = np.random.default_rng(0).normal(size=(2,) * 7)
    for bond in (1, 3, 8):
        cores = decompose(tensor, bond)
        again = tt_to_tensor(TTTensor(list(cores)))
        np.testing.assert_allclose(dense(cores), again, atol=1e-13)
        share = np.linalg.norm(tensor - again) / np.linalg.norm(tensor)
        assert truncation_error(tensor, bond) == pytest.approx(share, abs=1e-13)


def test_against_quimb():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its optional parts
        qtn = pytest.importorskip("quimb.tensor")
    mps, values = case(9, 4, 3)
    chain = [*mps.cores[: mps.at], mps.label, *mps.cores[mps.at :]]
    tensors = [qtn.Tensor(mps.left, inds=["b0"]), qtn.Tensor(mps.right, inds=[f"b{len(chain)}"])]
    names = [f"s{k}" for k in range(mps.at)] + ["y"] + [f"s{k}" for k in range(mps.at, 9)]
    tensors += [
        qtn.Tensor(c, inds=[f"b{k}", n, f"b{k + 1}"]) for k, (c, n) in enumerate(zip(chain, names, strict=True))
    ]
    network = qtn.TensorNetwork(tensors)
    for v, y in zip(site_vectors(values), whole(mps, values), strict=True):
        state = network & qtn.TensorNetwork([qtn.Tensor(o, inds=[f"s{k}"]) for k, o in enumerate(v)])
        np.testing.assert_allclose(y, state.contract(output_inds=["y"]).data, rtol=1e-10)


def test_canonical_form_against_quimb():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        qtn = pytest.importorskip("quimb.tensor")
    cores = train(case(6, 4, 2)[0])
    arrays = [cores[0][0], *[c.transpose(0, 2, 1) for c in cores[1:-1]], cores[-1][..., 0]]
    arrays[0] = arrays[0].T
    state = qtn.MatrixProductState(arrays, shape="lrp")
    _, log_norm = canonical(cores)
    assert log_norm == pytest.approx(np.log(float(state.norm())), rel=1e-12)
