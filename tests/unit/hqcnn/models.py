"""The networks of the paper by name, and small data for their tests."""

from __future__ import annotations

import numpy as np
import torch

from qbench.papers.hqcnn.classical import (
    ConstantNetwork,
    ConvolutionalNetwork,
    Perceptron,
    SymmetricNetwork,
    TwinNetwork,
)
from qbench.papers.hqcnn.counts import HEAVY, LIGHT
from qbench.papers.hqcnn.depolarising import Depolarising
from qbench.papers.hqcnn.layout import Layout
from qbench.papers.hqcnn.losses import SoftRate
from qbench.papers.hqcnn.networks import HybridNetwork

MODELS = {
    "ours": HybridNetwork,
    "hq11": lambda k, m, t, r: HybridNetwork(k, m, t, r, Layout(sharing="layer")),
    "pool": lambda k, m, t, r: HybridNetwork(k, m, t, r, Layout(sharing="layer", pooling=True)),
    "per block": lambda k, m, t, r: HybridNetwork(k, m, t, r, Layout(sharing="block")),
    "n_out1": lambda k, m, t, r: HybridNetwork(k, m, t, r, Layout(readout="n_out1")),
    "product": lambda k, m, t, r: HybridNetwork(k, m, t, r, Layout(entangled=False)),
    "noisy": lambda k, m, t, r: HybridNetwork(k, m, t, r, Layout(n_qubits=4), Depolarising(p=0.1)),
    "6 qubits": lambda k, m, t, r: HybridNetwork(k, m, t, r, Layout(n_qubits=6)),
    "mlp": Perceptron,
    "light": lambda k, m, t, r: ConvolutionalNetwork(k, m, t, r, LIGHT),
    "heavy": lambda k, m, t, r: ConvolutionalNetwork(k, m, t, r, HEAVY),
    "light gap": lambda k, m, t, r: ConvolutionalNetwork(k, m, t, r, LIGHT, "gap"),
    "heavy gap": lambda k, m, t, r: ConvolutionalNetwork(k, m, t, r, HEAVY, "gap"),
    "const": ConstantNetwork,
    "twin": TwinNetwork,
    "symmetric": SymmetricNetwork,
}
QUANTUM = ("ours", "hq11", "pool", "per block", "n_out1", "product", "6 qubits")


def generators(seeds, first=0):
    return [np.random.default_rng(first + s) for s in range(seeds)]


def network(name, users=4, aps=5, pilots=3, seeds=2):
    return MODELS[name](users, aps, pilots, generators(seeds))


def inputs(seeds=2, batch=6, users=4, aps=5, first=50):
    return torch.stack(
        [torch.randn(batch, users, aps, generator=torch.Generator().manual_seed(first + s)) for s in range(seeds)]
    )


def gains(*shape, seed=0):
    """Gains over six decades, (*B, M, K), and powers that go with them."""
    return 10.0 ** np.random.default_rng(seed).uniform(-3, 3, shape)


def soft(**changes):
    return SoftRate(**{"n_pilots": 3, "rho_p": 2.0, "rho_d": 5.0} | changes)
