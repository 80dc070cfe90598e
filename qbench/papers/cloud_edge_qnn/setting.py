"""What a training of the edge networks depends on beside the channels and the assignment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qbench import radio
from qbench._check import finite_array, in_interval, one_of, positive_int
from qbench.papers.cloud_edge_qnn.beams import BEAMS
from qbench.papers.cloud_edge_qnn.circuits import ALPHAS, MIDDLES
from qbench.papers.cloud_edge_qnn.network import EdgeNetwork
from qbench.papers.cloud_qnn.circuits import ORDERS
from qbench.papers.cloud_qnn.loss import TARGETS
from qbench.papers.cloud_qnn.system import RATE_CHANNELS

if TYPE_CHECKING:
    from qbench._arrays import FloatArray

DATA = ("regenerated", "fixed100", "one")
GRADIENTS = ("psr_on_loss", "chain")
OTHERS = ("current", "mr", "none")

_WORDS = {
    "data": DATA,
    "target": TARGETS,
    "alpha": ALPHAS,
    "beam": BEAMS,
    "middle": MIDDLES,
    "order": ORDERS,
    "gradient": GRADIENTS,
    "others": OTHERS,
    "rate_channel": RATE_CHANNELS,
}


@dataclass(frozen=True, kw_only=True)
class EdgeSetting:
    """A training of edge networks, Algorithm 3 of the journal paper; the defaults are the main reading.

    "stated" is the paper's text; the others are choices that it leaves open.

    Attributes:
        snr_db: transmit SNR, decibels, the same in training and evaluation, as Section V says.
        interference: mu (stated).
        epochs: episodes (stated).
        samples: N_data, iterations an episode (stated).
        rate: step size, divided by sqrt(e + 1) in episode e = 0, 1, ... (stated).
        data: "regenerated": a fresh channel every iteration (stated in V); "fixed100": `samples` channels, the same
            every episode, in order (Algorithms 2 and 3 to the letter; ERR-25); "one": a single channel.
        target: |Phi_precode| of J(18), as `cloud_qnn.loss.ap_targets`. "rank1" is the rate of maximum ratio without
            interference, the only one of the three that a beam can reach.
        alpha: encoding of a user's channel, as `circuits.edge_angles`.
        beam: reading of the output, as `beams.beams`.
        middle, order: readings of Eq. (20), as `circuits.edge_circuit`.
        entangled: False leaves out every CZ, a control.
        gradient: "psr_on_loss": the shift rule on the loss, Appendix B to the letter, which is no gradient as the loss
            is not linear in expectations (ERR-6); "chain": shift rules on the expectations, then the chain rule.
        others: beams of the other APs while one learns: their networks' of the same iteration ("current"), maximum
            ratio ("mr"), or silence ("none").
        rate_channel: "h", or "h_hat" as J(4)-(5) print, in training and evaluation.

    Raises ValueError for a value outside its range.
    """

    snr_db: float = 10.0
    interference: float = 0.1
    epochs: int = 100
    samples: int = 100
    rate: float = 0.01
    data: str = "regenerated"
    target: str = "rank1"
    alpha: str = "sum"
    beam: str = "zx"
    middle: str = "independent"
    order: str = "operator"
    entangled: bool = True
    gradient: str = "psr_on_loss"
    others: str = "current"
    rate_channel: str = "h"

    def __post_init__(self) -> None:
        for name in ("epochs", "samples"):
            object.__setattr__(self, name, positive_int(name, getattr(self, name)))
        for name in ("snr_db", "rate"):
            object.__setattr__(self, name, float(finite_array(name, getattr(self, name))))
        in_interval("interference", self.interference, 0.0, 1.0)
        in_interval("rate", self.rate, 0.0, np.inf, lo_open=True)
        if not isinstance(self.entangled, bool):
            raise TypeError(f"entangled must be True or False, got {self.entangled!r}")
        for name, allowed in _WORDS.items():
            one_of(name, getattr(self, name), allowed)

    @property
    def snr(self) -> float:
        """Transmit SNR rho, a power ratio."""
        return float(radio.db_to_linear(self.snr_db))

    @property
    def n_training(self) -> int:
        """Training channels of a seed."""
        return {"fixed100": self.samples, "regenerated": self.epochs * self.samples, "one": 1}[self.data]

    def network(self, n_users: int, n_tx: int) -> EdgeNetwork:
        """Return the network of one AP with `n_tx` antennas. Raises ValueError as `EdgeNetwork`."""
        return EdgeNetwork(
            n_users, n_tx, middle=self.middle, order=self.order, kind=self.beam, entangled=self.entangled
        )

    def episode_channels(self, episode: int) -> slice:
        """Return which training channels come in `episode`, from 0, in order; for "one" it is the same always."""
        if self.data == "regenerated":
            return slice(episode * self.samples, (episode + 1) * self.samples)
        return slice(0, self.n_training)


def initial_edge_angles(rng: np.random.Generator, n_ap: int, n_weights: int) -> FloatArray:
    """Draw theta (M, P) uniform in [0, 2 pi), radians: the weights of M edges; more edges keep those of fewer."""
    return np.asarray(2 * np.pi * rng.random((positive_int("n_ap", n_ap), positive_int("n_weights", n_weights))))
