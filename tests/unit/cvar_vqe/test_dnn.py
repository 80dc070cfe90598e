"""Training of the neural benchmark: what is learnt, when it ends, and that an ensemble changes nothing."""

from __future__ import annotations

import re
import subprocess
import sys

import numpy as np
import pytest
import torch

from qbench.papers._torch import one_thread
from qbench.papers.cvar_vqe._dnn_network import initial
from qbench.papers.cvar_vqe.baselines import soft_score
from qbench.papers.cvar_vqe.dnn import CONVERGENCE, Trained, Training, train, train_to_convergence

ROOMY = np.array([10, 10, 5, 5])
TIGHT = np.array([2, 1, 1, 1])


def draw(members: int, count: int, agents: int = 4, stations: int = 4, seed: int = 0):
    """Return SINR and weights (members, count, I, J) of about the size that networks have."""
    s = np.random.default_rng(seed).exponential(50.0, (members, count, agents, stations))
    return s, 0.8 * np.log2(1.0 + s)


def generators(count: int, first: int = 0) -> list[np.random.Generator]:
    return [np.random.default_rng(first + k) for k in range(count)]


@pytest.mark.parametrize("softmax", ["row", "flat"])
@pytest.mark.parametrize("capacity", [ROOMY, TIGHT])
def test_member_of_an_ensemble_learns_the_same_bits_alone(softmax, capacity):
    settings = Training(softmax=softmax, epochs=3, batch=32, learning_rate=1e-3)
    s, w = draw(5, 80)
    together = train(settings, s, w, capacity, generators(5))
    soft = together.predict(s)
    for k in range(5):
        alone = train(settings, s[k : k + 1], w[k : k + 1], capacity, generators(1, k))
        np.testing.assert_array_equal(alone.parameters[0], together.parameters[k])
        np.testing.assert_array_equal(alone.losses[0], together.losses[k])
        np.testing.assert_array_equal(alone.predict(s[k : k + 1])[0], soft[k])


def test_module_is_the_trained_network_and_draws_nothing():
    s, w = draw(2, 40)
    for settings in (Training(epochs=1, input="log"), Training(epochs=1, input="log", softmax="flat")):
        trained = train(settings, s, w, ROOMY, generators(2))
        state = torch.random.get_rng_state()
        module = trained.module(1)
        assert torch.equal(torch.random.get_rng_state(), state)
        u = module(torch.tensor(np.log2(1 + s[1]), dtype=torch.float32)).detach().numpy()
        np.testing.assert_allclose(trained.predict(s)[1], u, atol=1e-6)


def test_log_input_is_training_on_the_spectral_efficiency():
    s, w = draw(1, 40)
    log = train(Training(epochs=2, input="log"), s, w, ROOMY, generators(1))
    raw = train(Training(epochs=2), np.log2(1 + s), w, ROOMY, generators(1))
    np.testing.assert_allclose(log.losses[0], raw.losses[0], rtol=1e-5)
    assert log.losses[0][-1] != train(Training(epochs=2), s, w, ROOMY, generators(1)).losses[0][-1]


def test_training_finds_the_better_station_of_every_vehicle():
    """Two vehicles, two stations, one link worth 10 in every row and column."""
    rng = np.random.default_rng(4)
    swapped = rng.random(400) < 0.5
    s = np.where(swapped[:, None, None], 1.0 - np.eye(2), np.eye(2)) * 10 + rng.random((400, 2, 2))
    settings = Training(agents=2, stations=2, learning_rate=1e-3, epochs=15, batch=50)
    trained = train(settings, s[None], s[None], [2, 2], generators(1))
    assert trained.losses[0].shape == (15,)
    assert trained.losses[0][-1] < -20 < trained.losses[0][0]
    choices = trained.predict(s[None])[0].argmax(-1)
    np.testing.assert_array_equal(choices, np.where(swapped[:, None], [1, 0], [0, 1]))


def test_overload_penalty_spreads_vehicles_that_all_want_one_station():
    """Two vehicles worth 10 and 9 at station 0, 0 at station 1: apart 10, together 9.5, but 19 counted as printed."""
    w = np.tile([[10.0, 0.0], [9.0, 0.0]], (64, 1, 1))[None]
    settings = Training(agents=2, stations=2, learning_rate=1e-3, epochs=60, batch=64)
    apart = train(settings, w, w, [1, 1], generators(1))
    assert apart.losses[0][-1] == pytest.approx(-10, abs=0.5)
    np.testing.assert_array_equal(apart.predict(w)[0, 0].argmax(-1), [0, 1])


@pytest.mark.parametrize("softmax", ["row", "flat"])
def test_logits_far_beyond_the_range_of_the_exponential(softmax):
    """Raw SINR is not scaled: at 10^9 the softmax is one-hot, and nothing overflows."""
    s, w = draw(1, 40)
    settings = Training(epochs=1, learning_rate=1e-12, softmax=softmax)
    trained = train(settings, s * 1e9, w, ROOMY, generators(1))
    u = trained.predict(s * 1e9)[0]
    assert ((u < 1e-9) | (u > 1 - 1e-9)).all()
    assert trained.losses[0][0] == pytest.approx(-soft_score(u, w[0]).mean(), rel=1e-5)


def test_no_epoch_leaves_a_finite_network():
    s, w = draw(2, 9)
    trained = train(Training(epochs=0), s, w, ROOMY, generators(2))
    assert [len(losses) for losses in trained.losses] == [0, 0]
    assert np.isfinite(trained.predict(s)).all()
    for own, rng in zip(trained.parameters, generators(2), strict=True):
        np.testing.assert_array_equal(own, initial(4, 4, rng).astype(np.float32))


def test_every_epoch_has_a_fresh_order_and_uses_all_instances():
    """The generator is left where E permutations after the initial parameters leave it."""
    s, w = draw(1, 10)
    rng, expected = np.random.default_rng(5), np.random.default_rng(5)
    train(Training(epochs=3, batch=4), s, w, ROOMY, [rng])
    initial(4, 4, expected)
    orders = [expected.permutation(10).tolist() for _ in range(3)]
    assert len({tuple(order) for order in orders}) == 3
    assert rng.random() == expected.random()


def test_convergence_returns_the_best_epoch():
    s, w = draw(2, 64)
    held_s, held_w = draw(2, 64, seed=9)
    settings = Training(learning_rate=3e-3, epochs=400, batch=32, input="log")
    found = train_to_convergence(settings, s, w, ROOMY, generators(2), (held_s, held_w), patience=3)
    soft = found.trained.predict(held_s)
    for k in range(2):
        curve, best = found.validation[k], found.epochs[k]
        assert best == np.argmin(curve) > 0
        assert found.flat[k]
        assert len(curve) == 1 + best + 3 == 1 + len(found.trained.losses[k])
        assert -soft_score(soft[k], held_w[k]).mean() == pytest.approx(curve[best], rel=1e-5)
        # The same generator without a validation set goes the same way.
        short = Training(learning_rate=3e-3, epochs=int(best), batch=32, input="log")
        again = train(short, s[k : k + 1], w[k : k + 1], ROOMY, generators(1, k))
        np.testing.assert_array_equal(again.parameters[0], found.trained.parameters[k])


def test_convergence_stops_when_the_epochs_run_out():
    s, w = draw(1, 32)
    found = train_to_convergence(Training(epochs=2), s, w, ROOMY, generators(1), (s, w))
    assert len(found.validation[0]) == 3
    assert not found.flat[0]
    assert Training(**CONVERGENCE).learning_rate == 1e-3


def test_threads_and_small_numbers_are_put_back():
    tiny = np.array([1e-310])
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        with one_thread():
            assert torch.get_num_threads() == 1
            assert (tiny * 0.5)[0] == 0.0
        assert torch.get_num_threads() == 2
        with pytest.raises(ValueError, match="lower the rate"):
            train(Training(learning_rate=1e30), S[:1], W[:1], ROOMY, generators(1))
        assert torch.get_num_threads() == 2
        assert (tiny * 0.5)[0] == 5e-311
        with one_thread():
            with one_thread():
                pass
            assert (tiny * 0.5)[0] == 0.0
    finally:
        torch.set_num_threads(threads)


S, W = draw(2, 6)
NEGATIVE = np.where(np.arange(96).reshape(1, 6, 4, 4) == 0, -1.0, S[:1])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Training(softmax="rows"), "softmax must be one of flat, row, got 'rows'; did you mean 'row'?"),
        (lambda: Training(input="db"), "input must be one of log, raw, got 'db'"),
        (lambda: Training(epochs=-1), "epochs must be a whole number of at least 0, got -1"),
        (lambda: Training(batch=0), "batch must be a whole number of at least 1, got 0"),
        (lambda: Training(learning_rate=0.0), "learning_rate must lie in (0, inf), got 0.0"),
        (lambda: train(Training(), S, W, ROOMY, []), "rngs must hold one generator a network, got none"),
        (
            lambda: train(Training(), S, W, ROOMY, generators(3)),
            "sinr must have shape (3, N, 4, 4), one set a network, got (2, 6, 4, 4)",
        ),
        (
            lambda: train(Training(agents=5), S, W, ROOMY, generators(2)),
            "sinr must have shape (2, N, 5, 4), one set a network, got (2, 6, 4, 4)",
        ),
        (
            lambda: train(Training(), S, W[:, :5], ROOMY, generators(2)),
            "weights must have the shape of sinr, (2, 6, 4, 4), got (2, 5, 4, 4)",
        ),
        (lambda: train(Training(), NEGATIVE, W[:1], ROOMY, generators(1)), "sinr must be at least 0, got -1.0"),
        (lambda: train(Training(), S[:1], NEGATIVE, ROOMY, generators(1)), "weights must be at least 0, got -1.0"),
        (lambda: train(Training(), S * np.inf, W, ROOMY, generators(2)), "sinr must be finite, got inf"),
        (lambda: train(Training(), S, W, [1, 2], generators(2)), "capacities must have one entry a station (4)"),
        (lambda: train(Training(), S, W, [1, 2, 3, 0], generators(2)), "whole numbers of at least 1"),
        (
            lambda: train(Training(), S, W, np.ones((2, 4)), generators(2)),
            "capacity must have shape (4,), the same for all instances, got (2, 4)",
        ),
        (
            lambda: train(Training(learning_rate=1e30, epochs=9), S, W, ROOMY, generators(2)),
            "at learning rate 1e+30; lower the rate",
        ),
        (
            lambda: train_to_convergence(Training(), S, W, ROOMY, generators(2), (S[0], W[0])),
            "validation sinr must have at least 4 axes, got shape (6, 4, 4)",
        ),
        (
            lambda: train_to_convergence(Training(), S, W, ROOMY, generators(2), (S, W), patience=0),
            "patience must be a whole number of at least 1, got 0",
        ),
        (
            lambda: Trained(Training(), np.zeros((2, 59_920), np.float32), ()).predict(S[:1]),
            "sinr must have shape (2, N, 4, 4), one set a network, got (1, 6, 4, 4)",
        ),
    ],
)
def test_errors_name_the_value_the_limit_and_the_way_out(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


def test_importing_loads_nothing_heavy():
    code = (
        "import sys\n"
        "from qbench.papers.cvar_vqe import dnn, dnn_scores\n"
        "sys.exit(repr({'torch', 'numba', 'qiskit', 'scipy'} & set(sys.modules) or ''))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stderr.strip() in {"", "''"}, done.stderr
