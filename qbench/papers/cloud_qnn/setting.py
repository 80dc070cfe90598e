"""What a training of the cloud network depends on beside the channels, and how its angles begin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qbench import radio
from qbench._check import finite_array, in_interval, one_of, positive_int
from qbench.papers.cloud_qnn.circuits import ORDERS
from qbench.papers.cloud_qnn.encoding import ALPHAS
from qbench.papers.cloud_qnn.loss import TARGETS, UNSERVED
from qbench.papers.cloud_qnn.system import RATE_CHANNELS

if TYPE_CHECKING:
    from qbench._arrays import FloatArray

INITS = ("uniform", "zero", "normal")
DATA = ("fixed100", "regenerated", "one")
OPTIMISERS = ("psr", "rotosolve")
LOSSES = ("raw", "normalised")
CIRCUITS = ("cloud", "reuse")
ARCTANS = ("arctan2", "arctan")

_WORDS = {
    "init": INITS,
    "data": DATA,
    "optimiser": OPTIMISERS,
    "arctan": ARCTANS,
    "loss": LOSSES,
    "target": TARGETS,
    "alpha": ALPHAS,
    "order": ORDERS,
    "readout": ("last", "first"),
    "circuit": CIRCUITS,
    "rate_channel": RATE_CHANNELS,
}

INIT_VARIANCE = 0.1
"""Of the angles under init "normal": the second argument of N(0, .1) is a variance, as in d ~ N(mu_d, .1) of G IV."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A training of the cloud network; the defaults are the main reading of the 2022 paper.

    "stated" is the papers' text; the others are choices that it leaves open.

    Attributes:
        snr_db: transmit SNR of the evaluation, and of the training unless `train_snr_db` says another, decibels.
        train_snr_db: SNR of the training, or None: each SNR has a network of its own.
        interference: mu (stated).
        epochs: episodes (stated).
        samples: N_data, iterations an episode (stated in the journal).
        rate: step size, divided by sqrt(e + 1) in episode e = 0, 1, ... (stated).
        n_layer: L.
        init: "uniform" in [0, 2 pi); "zero"; "normal", N(0, 0.1).
        data: "fixed100": `samples` channels, the same every episode, in order (2022 paper); "regenerated": a fresh one
            every iteration (journal); "one": a single channel at every iteration.
        optimiser: "psr", the shift rule on the loss; "rotosolve", one sweep over the angles an iteration.
        arctan: of Rotosolve: "arctan2", or "arctan" as printed.
        loss: "raw", G(11), J(13), or "normalised", G(18), J(22).
        unserved: R_k of an unserved user in the loss, bit/s/Hz; -10 is what the texts describe, +10 what they print.
        target: |Phi|, as `loss.ap_targets`.
        alpha: encoding of a channel vector, as `encoding.alpha`.
        order, readout: of the cloud circuit, as `closed_forms.outputs`; "reuse" has but one.
        circuit: "cloud", or "reuse", the charitable variant of `circuits.reuse_circuit`.
        rate_channel: "h", or "h_hat" as J(4)-(5) print, in training and evaluation.

    Raises ValueError for a value outside its range.
    """

    snr_db: float = 10.0
    train_snr_db: float | None = None
    interference: float = 0.1
    epochs: int = 100
    samples: int = 100
    rate: float = 0.01
    n_layer: int = 2
    init: str = "uniform"
    data: str = "fixed100"
    optimiser: str = "psr"
    arctan: str = "arctan2"
    loss: str = "raw"
    unserved: float = UNSERVED
    target: str = "gram"
    alpha: str = "sum"
    order: str = "operator"
    readout: str = "last"
    circuit: str = "cloud"
    rate_channel: str = "h"

    def __post_init__(self) -> None:
        for name in ("epochs", "samples", "n_layer"):
            object.__setattr__(self, name, positive_int(name, getattr(self, name)))
        for name in ("snr_db", "unserved", "rate") + (("train_snr_db",) if self.train_snr_db is not None else ()):
            object.__setattr__(self, name, float(finite_array(name, getattr(self, name))))
        in_interval("interference", self.interference, 0.0, 1.0)
        in_interval("rate", self.rate, 0.0, np.inf, lo_open=True)
        for name, allowed in _WORDS.items():
            one_of(name, getattr(self, name), allowed)
        if self.circuit == "reuse" and (self.order != "operator" or self.readout != "last"):
            raise ValueError(
                f"circuit 'reuse' is drawn in one order and read at its end, got order {self.order!r} and readout "
                f"{self.readout!r}; leave both as they are"
            )

    @property
    def snr(self) -> float:
        """Transmit SNR rho of the evaluation, a power ratio."""
        return float(radio.db_to_linear(self.snr_db))

    @property
    def train_snr(self) -> float:
        """Transmit SNR rho of the training, a power ratio."""
        return self.snr if self.train_snr_db is None else float(radio.db_to_linear(self.train_snr_db))

    @property
    def n_training(self) -> int:
        """Training channels of a seed."""
        return {"fixed100": self.samples, "regenerated": self.epochs * self.samples, "one": 1}[self.data]

    def channel_at(self, episode: int, sample: int) -> int:
        """Return which training channel comes at `sample` of `episode`, both from 0."""
        return (episode * self.samples + sample) % self.n_training


def initial_angles(rng: np.random.Generator, setting: Setting, n_neuron: int) -> FloatArray:
    """Draw theta (L, N), radians. More layers keep the angles of fewer, and no other field but `init` matters."""
    uniform, normal = radio.spawn(rng, 2)
    shape = (setting.n_layer, positive_int("n_neuron", n_neuron))
    if setting.init == "zero":
        return np.zeros(shape)
    if setting.init == "normal":
        return np.asarray(np.sqrt(INIT_VARIANCE) * normal.standard_normal(shape))
    return 2 * np.pi * uniform.random(shape)
