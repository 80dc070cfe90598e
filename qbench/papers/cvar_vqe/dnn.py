"""The paper's neural benchmark (Sec. V-B), trained: one network for all instances, without labels.

A network maps SINR matrices to soft associations u. It is trained to raise the relaxed score of u (`soft_score` with
max(1, n)) on fresh instances, and judged by the rate, Eq. (5), of the association that its rows' largest entries make.
An ensemble is E networks, each with its own training set and generator; they are trained one after the other, because
one network's parameters, gradient and moments just fit a core's second-level cache. So what one of them learns is the
same to the bit in every ensemble.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array, in_interval, one_of, positive_int
from qbench.papers.cvar_vqe.baselines import SOFTMAXES, association_dnn
from qbench.papers.cvar_vqe.hamiltonian import check_capacities, default_penalty

if TYPE_CHECKING:
    from collections.abc import Sequence

    import torch
    from numpy.typing import ArrayLike, NDArray

    from qbench._arrays import BoolArray, FloatArray, IntArray
    from qbench.papers.cvar_vqe._dnn_training import Data

INPUTS = ("raw", "log")


@dataclass(frozen=True, kw_only=True)
class Training:
    """How a network is built and trained; the defaults are baseline B9, the main reading.

    Attributes:
        agents: I, number of AVs.
        stations: J, number of BSs.
        softmax: "row", every AV's associations sum to 1, or "flat", all I J of them do.
        input: "raw", the SINR as a power ratio, unscaled, or "log", log2(1 + SINR).
        learning_rate: of Adam, constant; its other constants are PyTorch's.
        batch: instances a step; the last batch of an epoch may be shorter.
        epochs: passes over the training set.

    Raises ValueError for an unknown word, a number below 1 (epochs: below 0), and a rate that is not above 0.

    """

    agents: int = 4
    stations: int = 4
    softmax: str = "row"
    input: str = "raw"
    learning_rate: float = 1e-4
    batch: int = 128
    epochs: int = 100

    def __post_init__(self) -> None:
        for name, least in (("agents", 1), ("stations", 1), ("batch", 1), ("epochs", 0)):
            positive_int(name, getattr(self, name), least=least)
        one_of("softmax", self.softmax, SOFTMAXES)
        one_of("input", self.input, INPUTS)
        in_interval("learning_rate", self.learning_rate, 0.0, np.inf, lo_open=True, hi_open=True)


@dataclass(frozen=True, eq=False)
class Trained:
    """An ensemble of E trained networks.

    Attributes:
        settings: how they were trained.
        parameters: (E, P), float32, in the order of `association_dnn(...).parameters()`.
        losses: mean loss over each epoch, the network changing meanwhile: one array (epochs,) a network, bit/s/Hz.

    """

    settings: Training
    parameters: NDArray[np.float32]
    losses: tuple[FloatArray, ...]

    def predict(self, sinr: ArrayLike) -> FloatArray:
        """Return the soft associations u (E, B, I, J) for SINR matrices (E, B, I, J), a batch for every network.

        Raises ValueError for another shape and for values that are negative or not finite.
        """
        from qbench.papers.cvar_vqe._dnn_training import logits, one_thread

        x = features("sinr", sinr, self.settings, members=len(self.parameters))
        with one_thread():
            z = np.stack([logits(self.settings, theta, own) for theta, own in zip(self.parameters, x, strict=True)])
        return softmax(z.astype(np.float64), self.settings.softmax)

    def module(self, member: int) -> torch.nn.Module:
        """Return one network as `association_dnn` with its parameters; it reads features, see `Training.input`."""
        import torch

        with torch.random.fork_rng(devices=[]):  # the initial weights are overwritten: draw none from the user
            module = association_dnn(self.settings.agents, self.settings.stations, softmax=self.settings.softmax)
        own = torch.tensor(self.parameters[member])
        torch.nn.utils.vector_to_parameters(own, module.parameters())
        return module


@dataclass(frozen=True, eq=False)
class Converged:
    """An ensemble at its best epochs.

    Attributes:
        trained: the networks as they were after the epoch of least validation loss.
        epochs: which epochs these are (E,), from 1; 0 where no epoch beat the start.
        flat: whether training ended because the validation loss was flat (E,), not because the epochs ran out.
        validation: the validation loss before training and after every epoch: one array (1 + epochs,) a network.

    """

    trained: Trained
    epochs: IntArray
    flat: BoolArray
    validation: tuple[FloatArray, ...]


def train(
    settings: Training,
    sinr: ArrayLike,
    weights: ArrayLike,
    capacity: ArrayLike,
    rngs: Sequence[np.random.Generator],
) -> Trained:
    """Train one network per generator.

    sinr, weights: (E, N, I, J), a training set for every network; weights w_ij = (1 - mu_j) R_ij >= 0, bit/s/Hz.
    capacity: Q (J,). Loss: the mean of 2 w_max sum_j (n_j - Q_j)_+^2 - `soft_score`, w_max that of the instance, as in
    Eq. (10); the penalty is 0 unless some Q_j < I. rngs: each gives one network's initial parameters, of the law that
    torch.nn.Linear has, and a fresh permutation of its training set every epoch. Float32, one thread.
    Raises ValueError for shapes that do not fit, values that are negative or not finite, capacities that are not whole
    numbers of at least 1, and a loss that overflows.
    """
    from qbench.papers.cvar_vqe._dnn_training import Run, one_thread

    data = training_data(settings, sinr, weights, capacity, members=len(rngs))
    results = []
    with one_thread():
        for own, rng in zip(data, rngs, strict=True):
            run = Run(settings, own, rng)
            losses = np.array([run.epoch() for _ in range(settings.epochs)])
            results.append((run.parameters.numpy().copy(), losses))
    return Trained(settings, np.stack([p for p, _ in results]), tuple(losses for _, losses in results))


CONVERGENCE = {"learning_rate": 1e-3, "epochs": 1000}
"""Settings of baseline B10, `Training(**CONVERGENCE)`: the amortised ceiling. `epochs` is the most that it takes."""


def train_to_convergence(
    settings: Training,
    sinr: ArrayLike,
    weights: ArrayLike,
    capacity: ArrayLike,
    rngs: Sequence[np.random.Generator],
    validation: tuple[ArrayLike, ArrayLike],
    *,
    patience: int = 20,
) -> Converged:
    """Train until the loss on a validation set is flat: no new least value in `patience` epochs (B10).

    As `train`, but `settings.epochs` is the most that a network takes. validation: SINR and weights (E, M, I, J).
    Raises ValueError as `train` does.
    """
    from qbench.papers.cvar_vqe._dnn_training import Run, one_thread

    positive_int("patience", patience)
    data = training_data(settings, sinr, weights, capacity, members=len(rngs))
    held_out = training_data(settings, *validation, capacity, members=len(rngs), name="validation ")
    results, epochs, flat, curves = [], [], [], []
    with one_thread():
        for own, judge, rng in zip(data, held_out, rngs, strict=True):
            run = Run(settings, own, rng)
            curve, best, at = [run.loss(judge)], run.parameters.clone(), 0
            losses: list[float] = []
            while len(losses) < settings.epochs and len(losses) - at < patience:
                losses.append(run.epoch())
                curve.append(run.loss(judge))
                if curve[-1] < curve[at]:
                    at = len(losses)
                    best.copy_(run.parameters)
            results.append((best.numpy(), np.array(losses)))
            epochs.append(at)
            flat.append(len(losses) - at >= patience)
            curves.append(np.array(curve))
    trained = Trained(settings, np.stack([p for p, _ in results]), tuple(losses for _, losses in results))
    return Converged(trained, np.array(epochs), np.array(flat), tuple(curves))


def training_data(
    settings: Training, sinr: ArrayLike, weights: ArrayLike, capacity: ArrayLike, *, members: int, name: str = ""
) -> list[Data]:
    """Return what each network of an ensemble is trained on; ValueError as `train` says."""
    from qbench.papers.cvar_vqe._dnn_training import Data

    if members < 1:
        raise ValueError("rngs must hold one generator a network, got none")
    x = features(f"{name}sinr", sinr, settings, members=members)
    w = _matrices(f"{name}weights", weights, settings, members)
    if w.shape != x.shape:
        raise ValueError(f"{name}weights must have the shape of {name}sinr, {x.shape}, got {w.shape}")
    q = check_capacities(capacity, settings.stations)
    if q.ndim != 1:
        raise ValueError(f"capacity must have shape ({settings.stations},), the same for all instances, got {q.shape}")
    # Where every BS has room for all AVs no excess arises, and the penalty is 0 whatever its factor.
    return [Data(*own, q) for own in zip(x, w, default_penalty(w), strict=True)]


def features(name: str, sinr: ArrayLike, settings: Training, *, members: int) -> FloatArray:
    """Return what the network reads, (E, B, I, J): the SINR itself or log2(1 + SINR)."""
    s = _matrices(name, sinr, settings, members)
    return np.log1p(s) / np.log(2.0) if settings.input == "log" else s


def softmax(z: FloatArray, kind: str) -> FloatArray:
    """Return the softmax of logits (*B, I, J) over every row, or over all I J entries ("flat")."""
    axis = -1 if kind == "row" else (-2, -1)
    u = np.exp(z - z.max(axis=axis, keepdims=True))
    return np.asarray(u / u.sum(axis=axis, keepdims=True))


def _matrices(name: str, values: ArrayLike, settings: Training, members: int) -> FloatArray:
    array = finite_array(name, values, ndim_at_least=4)
    expected = (members, settings.agents, settings.stations)
    if array.ndim != 4 or (len(array), *array.shape[-2:]) != expected:
        raise ValueError(
            f"{name} must have shape ({members}, N, {settings.agents}, {settings.stations}), "
            f"one set a network, got {array.shape}"
        )
    if array.min() < 0:
        raise ValueError(f"{name} must be at least 0, got {array.min()}; decibels, say, are not meant")
    return array
