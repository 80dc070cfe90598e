"""Algorithm 1 of the journal as separate parties that know only what they are told: one cloud, M edges, the air.

What passes between them is what the paper lets pass. Edge to cloud: the channels that its own AP estimated (lines 2, 4,
9). Cloud to edges: the assignment gamma (line 6). Beside these the users report rates: of assignments that the cloud
tries with maximum-ratio beams, and of beams that their own AP tries. The paper computes these rates without saying
where; an edge could not, as the interference in R_{m -> k} comes from APs whose channels it does not know.

One network at a time, a message at a time. `training.train_edges` and `cloud_qnn.training.train` do the same for many
seeds in one call, and the tests hold them to the same angles.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from qbench import radio
from qbench.papers.cloud_edge_qnn.circuits import edge_angles
from qbench.papers.cloud_edge_qnn.links import link_rate
from qbench.papers.cloud_qnn.decode import decode
from qbench.papers.cloud_qnn.encoding import neuron_angles
from qbench.papers.cloud_qnn.loss import ap_targets, assignment_loss, network_target
from qbench.papers.cloud_qnn.networks import network
from qbench.papers.cloud_qnn.rates import served, user_rates
from qbench.papers.cloud_qnn.rules import descend, shift_gradient

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from qbench._arrays import FloatArray, IntArray
    from qbench.papers.cloud_edge_qnn.setting import EdgeSetting
    from qbench.papers.cloud_qnn.setting import Setting
    from qbench.papers.cloud_qnn.system import Channels

    ComplexArray = NDArray[np.complex128]


@dataclass(frozen=True)
class Message:
    """One message: who sent it to whom, what it is, and how many real numbers it takes (an index counts as one)."""

    sender: str
    receiver: str
    kind: str
    numbers: int


@dataclass
class Wire:
    """Carries the messages and counts them."""

    log: list[Message] = field(default_factory=list)

    def send(self, sender: str, receiver: str, kind: str, content: NDArray[np.generic]) -> None:
        """Note a message; what it says is handed over by the call that sends it."""
        size = content.size * (2 if np.iscomplexobj(content) else 1)
        self.log.append(Message(sender, receiver, kind, size))


class Air:
    """The channels of one network, which no party sees, and what its users measure. Rates are in bit/s/Hz."""

    def __init__(self, channels: Channels, snr: float, interference: float, rate_channel: str = "h") -> None:
        """Take one network (M, K, J)."""
        if channels.batch:
            raise ValueError(f"the parties meet in one network (APs, users, antennas), got {channels.h.shape}")
        self._h_hat = channels.h_hat
        self._rated = channels.rated(rate_channel)
        self._level = {"snr": snr, "interference": interference}

    def estimated_by(self, ap: int) -> ComplexArray:
        """Return h_hat of AP `ap` to all users (K, J): what its pilots tell it."""
        known: ComplexArray = self._h_hat[ap]
        return known

    def rates_of(self, assignment: IntArray) -> FloatArray:
        """Return R_k (k, K) that the users report under candidate assignments (k, M) with maximum-ratio beams."""
        beams = radio.maximum_ratio(self._h_hat)
        # Row [m, u, k]: what user k receives of AP m while it sends the beam of user u.
        power = radio.beam_gain(self._rated[:, np.newaxis], beams[:, :, np.newaxis])
        chosen = power[np.arange(len(power)), assignment]
        return user_rates(chosen, assignment, **self._level)

    def rate_on_link(self, ap: int, user: int, tried: ComplexArray, sent: ComplexArray) -> FloatArray:
        """Return R_{m -> k} (t,) that `user` reports for beams `tried` (t, J) of AP m = `ap`, among those `sent`."""
        own = radio.beam_gain(self._rated[ap, user], tried)
        others = [n for n in range(len(sent)) if n != ap]
        total = sum((radio.beam_gain(self._rated[n, user], sent[n]) for n in others), start=np.zeros(()))
        return link_rate(own, np.asarray(total), **self._level)


class Cloud:
    """The central unit: it holds the angles theta (L, M) of the assignment network, Algorithm 2."""

    def __init__(self, setting: Setting, theta: FloatArray) -> None:
        """Take how it learns, with the shift rule alone, and its first angles."""
        if setting.optimiser != "psr":
            raise ValueError(f"the protocol learns with the shift rule, got optimiser {setting.optimiser!r}; use 'psr'")
        self._setting, self.theta = setting, np.array(theta, dtype=np.float64)
        self._circuit = network(setting, self.theta.shape[-1])

    def assign(self, reports: Sequence[ComplexArray]) -> IntArray:
        """Return gamma (M,), a user for every AP, from the reported channels (K, J) of each."""
        h_hat = np.stack(reports)
        phi = neuron_angles(h_hat, self._setting.alpha)
        return decode(self._circuit.outputs(self.theta[np.newaxis], phi[np.newaxis, np.newaxis])[0, 0], h_hat.shape[-2])

    def candidates(self, reports: Sequence[ComplexArray]) -> IntArray:
        """Return the 2 P assignments (2 P, M) of the shifted angles, +pi/2 before -pi/2, whose rates it asks for."""
        h_hat = np.stack(reports)
        phi = neuron_angles(h_hat, self._setting.alpha)
        turned = self._circuit.shifted(self.theta[np.newaxis], phi[np.newaxis])
        return decode(turned, h_hat.shape[-2]).reshape(-1, len(h_hat))

    def learn(self, reports: Sequence[ComplexArray], tried: IntArray, rates: FloatArray, episode: int) -> None:
        """Move the angles by the losses of the assignments `tried` (2 P, M), given their R_k (2 P, K)."""
        s, h_hat = self._setting, np.stack(reports)
        spread = np.broadcast_to(h_hat, (len(tried), *h_hat.shape))
        ideal = network_target(spread, snr=s.train_snr, target=s.target, assignment=tried)
        losses = assignment_loss(
            rates,
            served(tried, h_hat.shape[-2]),
            ideal,
            unserved=s.unserved,
            normalised=s.loss == "normalised",
        ).reshape(2, *self.theta.shape)
        self.theta = descend(self.theta, shift_gradient(losses[0], losses[1]), s.rate, episode)


class Edge:
    """The unit of one AP: it holds the weights theta (P,) of its precoding network, Algorithm 3."""

    def __init__(self, ap: int, setting: EdgeSetting, theta: FloatArray, n_user: int, n_tx: int) -> None:
        """Take which AP it serves, how it learns (what its user can report suffices for the shift rule alone)."""
        if setting.gradient != "psr_on_loss":
            raise ValueError(
                f"an edge knows rates, not their derivatives, got gradient {setting.gradient!r}; use 'psr_on_loss', or "
                "training.train_edges"
            )
        if setting.others != "current":
            raise ValueError(f"all edges learn at once here, got others {setting.others!r}; use 'current'")
        self.ap, self._setting, self.theta = ap, setting, np.array(theta, dtype=np.float64)
        self._network = setting.network(n_user, n_tx)
        self._h_hat: ComplexArray | None = None

    def estimate(self, h_hat: ComplexArray) -> ComplexArray:
        """Note the channels (K, J) of the own AP, and return them as the report to the cloud."""
        self._h_hat = h_hat
        return h_hat

    @property
    def _known(self) -> ComplexArray:
        if self._h_hat is None:
            raise ValueError(f"edge {self.ap} knows no channel yet; call estimate first")
        return self._h_hat

    def beam(self) -> ComplexArray:
        """Return the beam (J,) for the channels noted."""
        return self._network.beams(edge_angles(self._known, self._setting.alpha), self.theta)

    def probes(self) -> ComplexArray:
        """Return the 2 P beams (2 P, J) of the shifted weights, +pi/2 before -pi/2, whose rates it asks for."""
        turned = self._network.shifted_beams(edge_angles(self._known, self._setting.alpha), self.theta)
        return turned.reshape(-1, turned.shape[-1])

    def learn(self, user: int, rates: FloatArray, episode: int) -> None:
        """Move the weights by the losses of the probes, given the rates (2 P,) that the user reports."""
        s = self._setting
        # Only the own row counts for this AP's target.
        target = ap_targets(self._known[np.newaxis], snr=s.snr, target=s.target, assignment=np.array([user]))[0]
        losses = np.square(rates - target).reshape(2, -1)
        self.theta = descend(self.theta, 0.5 * (losses[0] - losses[1]), s.rate, episode)


@dataclass
class TwoStage:
    """A cloud with its edges, and the wire between them."""

    cloud: Cloud
    edges: Sequence[Edge]
    wire: Wire = field(default_factory=Wire)

    def _reports(self, air: Air) -> list[ComplexArray]:
        reports = []
        for edge in self.edges:
            report = edge.estimate(air.estimated_by(edge.ap))
            self.wire.send(f"edge {edge.ap}", "cloud", "channels", report)
            reports.append(report)
        return reports

    def _broadcast(self, reports: list[ComplexArray]) -> IntArray:
        gamma = self.cloud.assign(reports)
        for edge in self.edges:
            self.wire.send("cloud", f"edge {edge.ap}", "assignment", gamma)
        return gamma

    def teach_cloud(self, air: Air, episode: int) -> None:
        """Run one iteration of Algorithm 2."""
        reports = self._reports(air)
        tried = self.cloud.candidates(reports)
        rates = air.rates_of(tried)
        self.wire.send("users", "cloud", "rates", rates)
        self.cloud.learn(reports, tried, rates, episode)

    def teach_edges(self, air: Air, episode: int) -> None:
        """Run lines 4 to 7: the cloud assigns, every edge makes one iteration of Algorithm 3."""
        gamma = self._broadcast(self._reports(air))
        sent = np.stack([edge.beam() for edge in self.edges])
        for edge in self.edges:
            user = int(gamma[edge.ap])
            rates = air.rate_on_link(edge.ap, user, edge.probes(), sent)
            self.wire.send(f"user {user}", f"edge {edge.ap}", "rates", rates)
            edge.learn(user, rates, episode)

    def deploy(self, air: Air) -> tuple[IntArray, ComplexArray]:
        """Run line 9: return gamma (M,) and the beams (M, J)."""
        gamma = self._broadcast(self._reports(air))
        return gamma, np.stack([edge.beam() for edge in self.edges])
