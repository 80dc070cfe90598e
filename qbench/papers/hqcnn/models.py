"""The networks by name, as a study's params ask for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from qbench._check import in_interval, one_of
from qbench.papers.hqcnn.classical import (
    ConstantNetwork,
    ConvolutionalNetwork,
    Perceptron,
    SymmetricNetwork,
    TwinNetwork,
)
from qbench.papers.hqcnn.counts import HEAVY, LIGHT
from qbench.papers.hqcnn.depolarising import Depolarising
from qbench.papers.hqcnn.draws import Row
from qbench.papers.hqcnn.layout import Layout
from qbench.papers.hqcnn.networks import HybridNetwork

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np

    from qbench.papers._study import Params
    from qbench.papers.hqcnn.ensemble import Ensemble

HYBRID = ("ours", "hq11", "product")
CLASSICAL = ("mlp", "light", "heavy")
CONTROLS = ("const", "twin", "symmetric")
MODELS = (*HYBRID, *CLASSICAL, *CONTROLS)
"""The proposed network, that of [11], the proposed one without entanglement; the paper's classical ones; ours."""

SHAPE: Mapping[str, Any] = {
    "n_qubits": 8,
    "readout": "all",
    "sharing": None,
    "pooling": False,
    "topology": "ring",
    "head": "flatten",
    "width": 8,
    "train_p": 0.0,
}
"""Params that shape a model, with the values of the main reading; sharing None: "layer" for [11], else "all".

train_p: the error rate of depolarising noise under which a hybrid model trains, 0 for none."""


def layout_of(params: Params) -> Layout:
    """Return the circuit of a hybrid model; params: model and SHAPE. Raises ValueError as `Layout` does."""
    model = one_of("model", cast("str", params["model"]), HYBRID)
    sharing = params["sharing"]
    return Layout(
        n_qubits=cast("Any", params["n_qubits"]),
        readout=cast("Any", params["readout"]),
        sharing=cast("Any", ("layer" if model == "hq11" else "all") if sharing is None else sharing),
        topology=cast("Any", params["topology"]),
        pooling=bool(params["pooling"]),
        entangled=model != "product",
    )


def network(params: Params, rngs: Sequence[np.random.Generator]) -> Ensemble:
    """Return the untrained network of a row, a seed for every generator; params: row, model and SHAPE.

    Raises ValueError for a model that is none of MODELS and for shapes that its class refuses.
    """
    row, model = Row.of(params["row"]), one_of("model", cast("str", params["model"]), MODELS)
    size = (row.n_user, row.n_ap, row.n_pilot, rngs)
    if model in HYBRID:
        p = in_interval("train_p", cast("Any", params["train_p"]), 0.0, 1.0)
        return HybridNetwork(*size, layout_of(params), Depolarising(p=p) if p else None)
    if model == "mlp":
        return Perceptron(*size, cast("Any", params["width"]))
    if model in CLASSICAL:
        return ConvolutionalNetwork(*size, LIGHT if model == "light" else HEAVY, cast("Any", params["head"]))
    return {"const": ConstantNetwork, "twin": TwinNetwork, "symmetric": SymmetricNetwork}[model](*size)
