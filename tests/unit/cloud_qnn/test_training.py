"""The training against a slow loop on Qiskit states; bits that neither the batch nor the length may change."""

from __future__ import annotations

import numpy as np
import pytest

from qbench.papers.cloud_qnn.closed_forms import shifted_outputs
from qbench.papers.cloud_qnn.encoding import neuron_angles
from qbench.papers.cloud_qnn.networks import CloudNetwork, SharedNetwork, network
from qbench.papers.cloud_qnn.rules import descend
from qbench.papers.cloud_qnn.setting import INIT_VARIANCE, Setting, initial_angles
from qbench.papers.cloud_qnn.system import Parameters, draw_channels
from qbench.papers.cloud_qnn.tables import Lessons, decoded_number
from qbench.papers.cloud_qnn.training import assignments, surrogate_gradient, train
from tests.oracles.cloud_qnn_training_reference import Trainer, cloud_state, reuse_state

PHYSICS = Parameters(csi_var=0.2)


def seeds(count, n, setting):
    """Return channels, lessons and first angles of `count` seeds."""
    channels = [draw_channels(np.random.default_rng([k, 1]), n, PHYSICS) for k in range(count)]
    fields = {"target": setting.target, "unserved": setting.unserved, "normalised": setting.loss == "normalised"}
    each = [Lessons.of(c, snr=setting.train_snr, interference=setting.interference, **fields) for c in channels]
    theta = np.stack([initial_angles(np.random.default_rng([k, 2]), setting, 4) for k in range(count)])
    return channels, each, theta


def as_lists(channels):
    return list(zip(channels.h.tolist(), channels.h_hat.tolist(), strict=True))


def oracle(setting):
    return Trainer(
        reuse_state if setting.circuit == "reuse" else cloud_state,
        3,
        setting.train_snr,
        setting.interference,
        unserved=setting.unserved,
        normalised=setting.loss == "normalised",
        target=setting.target,
    )


CASES = {
    "default": Setting(epochs=2, samples=3),
    "large steps": Setting(epochs=2, samples=4, rate=0.5, snr_db=20.0, train_snr_db=0.0, interference=0.9),
    "small steps": Setting(epochs=3, samples=4, loss="normalised", rate=0.1),
    "normalised": Setting(epochs=2, samples=2, loss="normalised", rate=1.0),
    "printed penalty, rank1": Setting(epochs=1, samples=3, unserved=10.0, target="rank1", rate=0.3),
    "three layers": Setting(epochs=1, samples=2, n_layer=3, rate=0.3),
    "one layer": Setting(epochs=1, samples=3, n_layer=1, rate=0.3),
    "reuse": Setting(epochs=2, samples=3, circuit="reuse", rate=0.3),
    "reuse, three layers": Setting(epochs=1, samples=2, circuit="reuse", n_layer=3, rate=0.3),
    "one channel": Setting(epochs=2, samples=2, data="one", rate=0.3),
    "regenerated": Setting(epochs=2, samples=2, data="regenerated", rate=0.3),
    "normal init": Setting(epochs=1, samples=2, init="normal", rate=0.3),
}


@pytest.mark.parametrize("name", CASES)
def test_training_is_algorithm_1(name) -> None:
    setting = CASES[name]
    channels, each, theta = seeds(2, setting.n_training, setting)
    curve_channels, curve_lessons = None, None
    if setting.data == "regenerated":
        curve_channels = [draw_channels(np.random.default_rng([k, 9]), 3, PHYSICS) for k in range(2)]
        of = {"snr": setting.train_snr, "interference": setting.interference}
        curve_lessons = Lessons.joined([Lessons.of(c, **of) for c in curve_channels])
    found = train(setting, theta, Lessons.joined(each), curve_lessons)
    slow = oracle(setting)
    moved = 0.0
    for k in range(2):
        shown = None if curve_channels is None else as_lists(curve_channels[k])
        angles, curve = slow.descend(
            theta[k].tolist(), as_lists(channels[k]), setting.epochs, setting.samples, setting.rate, shown
        )
        np.testing.assert_allclose(found.theta[k], angles, rtol=1e-12, atol=1e-11)
        np.testing.assert_allclose(found.curve[k], curve, rtol=1e-12)
        moved += float(np.abs(found.theta[k] - theta[k]).max())
    assert moved > 0
    assert found.start.tolist() == theta.tolist()


def test_rotosolve_sweeps_once_an_iteration() -> None:
    setting = Setting(epochs=1, samples=2, optimiser="rotosolve")
    channels, each, theta = seeds(2, 2, setting)
    found = train(setting, theta, Lessons.joined(each))
    slow = oracle(setting)
    for k in range(2):
        angles = theta[k].tolist()
        for channel in as_lists(channels[k]):
            angles = slow.sweep(angles, channel)
        assert np.cos(found.theta[k] - angles) == pytest.approx(np.ones((2, 4)), abs=1e-12)


@pytest.mark.parametrize("circuit", ["cloud", "reuse"])
def test_shift_rule_on_looked_up_losses(circuit) -> None:
    setting = Setting(circuit=circuit)
    channels, each, theta = seeds(3, 1, setting)
    lessons = Lessons.joined(each)
    found = surrogate_gradient(network(setting, 4), theta, lessons.phi[:, 0], lessons.losses[:, 0], 3)
    slow = oracle(setting)
    expected = [slow.gradient(theta[k].tolist(), as_lists(channels[k])[0]) for k in range(3)]
    np.testing.assert_allclose(found, expected, atol=1e-10)
    assert np.any(found != 0)


@pytest.mark.parametrize(
    "setting",
    [
        Setting(epochs=6, samples=7, rate=0.3),
        Setting(epochs=6, samples=7, rate=0.3, data="regenerated"),
        Setting(epochs=6, samples=7, rate=0.3, circuit="reuse"),
        Setting(epochs=2, samples=3, rate=0.3, circuit="reuse", n_layer=3),
        Setting(epochs=2, samples=7, optimiser="rotosolve"),
        Setting(epochs=2, samples=7, order="circuit", rate=0.3),
    ],
    ids=["cloud", "regenerated", "reuse", "three layers of reuse", "rotosolve", "circuit order"],
)
def test_seeds_side_by_side_are_seeds_alone(setting) -> None:
    _, each, theta = seeds(5, setting.n_training, setting)
    together = train(setting, theta, Lessons.joined(each))
    for k in range(5):
        alone = train(setting, theta[k : k + 1], each[k])
        for name in ("theta", "curve", "spread"):
            assert getattr(together, name)[k].tolist() == getattr(alone, name)[0].tolist(), name


@pytest.mark.parametrize("data", ["fixed100", "one"])
def test_a_short_run_is_the_prefix_of_a_long_one(data) -> None:
    long, short = (Setting(epochs=e, samples=5, rate=0.3, data=data) for e in (9, 4))
    _, each, theta = seeds(3, 5, long)
    lessons = Lessons.joined(each)
    a, b = train(long, theta, lessons), train(short, theta, lessons)
    assert a.curve[:, :5].tolist() == b.curve.tolist()
    assert a.curve[:, 5:].tolist() != b.curve[:, :5].tolist()


def test_a_short_run_on_fresh_channels_is_the_prefix_too() -> None:
    """Channels are nested: those of a longer run begin with those of a shorter one."""
    curves = []
    for epochs in (6, 2):
        setting = Setting(epochs=epochs, samples=4, rate=0.3, data="regenerated")
        _, each, theta = seeds(2, setting.n_training, setting)
        shown = Lessons.of(draw_channels(np.random.default_rng(4), 9, PHYSICS), snr=10.0, interference=0.1)
        curves.append(train(setting, theta, Lessons.joined(each), Lessons.joined([shown, shown])).curve)
    assert curves[0][:, :3].tolist() == curves[1].tolist()


def test_mean_and_variance_are_those_of_the_curve_set() -> None:
    setting = Setting(epochs=1, samples=6, rate=0.3)
    _, each, theta = seeds(2, 6, setting)
    lessons = Lessons.joined(each)
    found = train(setting, theta, lessons)
    for angles, at in ((found.start, 0), (found.theta, 1)):
        number = assignments(CloudNetwork(), angles, lessons.phi, 3)
        for k in range(2):
            losses = [lessons.losses[k, i, number[k, i]] for i in range(6)]
            assert found.curve[k, at] == pytest.approx(np.mean(losses), rel=1e-13)
            assert found.spread[k, at] == pytest.approx(np.var(losses), rel=1e-11)


def test_zero_is_a_fixed_point_of_the_second_layer() -> None:
    """Spec 1.6: both turns of a layer-2 angle at 0 give o = 1/2, so that the rule never moves it."""
    setting = Setting(epochs=3, samples=5, rate=0.5, init="zero")
    _, each, theta = seeds(2, 5, setting)
    assert not train(setting, theta, Lessons.joined(each)).theta[:, 1].any()


def reuse_by_hand(theta, phi):
    """Two layers, N neurons: the CZ chain turns X_n into X_n Z_{n-1} Z_{n+1} and keeps Z_n."""
    z = [-np.sin(t) * np.cos(f) for t, f in zip(theta[0], phi, strict=True)]
    x = [np.cos(t) * np.cos(f) for t, f in zip(theta[0], phi, strict=True)]
    padded = [1.0, *z, 1.0]
    return [(1 - np.cos(t) * z[n] + np.sin(t) * x[n] * padded[n] * padded[n + 2]) / 2 for n, t in enumerate(theta[1])]


def test_reuse_is_its_circuit() -> None:
    rng = np.random.default_rng(3)
    theta, phi = rng.uniform(-7, 7, (3, 2, 4)), rng.uniform(-7, 7, (3, 5, 4))
    circuit = SharedNetwork(2, 4)
    found, turned = circuit.outputs(theta, phi), circuit.shifted(theta, phi[:, 1])
    assert (found.shape, turned.shape) == ((3, 5, 4), (3, 2, 2, 4, 4))
    for k in range(3):
        for i in range(5):
            assert found[k, i] == pytest.approx(reuse_by_hand(theta[k], phi[k, i]), abs=1e-12)
        for place in np.ndindex(2, 4):
            for sign, move in enumerate((np.pi / 2, -np.pi / 2)):
                moved = theta[k].copy()
                moved[place] += move
                assert turned[(k, sign, *place)] == pytest.approx(reuse_by_hand(moved, phi[k, 1]), abs=1e-12)


def test_cloud_network_reads_the_closed_forms() -> None:
    rng = np.random.default_rng(3)
    theta, phi = rng.uniform(-7, 7, (3, 2, 4)), rng.uniform(-7, 7, (3, 4))
    found = CloudNetwork(readout="first").shifted(theta, phi)
    np.testing.assert_array_equal(found, shifted_outputs(theta, phi, readout="first"))
    assert isinstance(network(Setting(circuit="reuse"), 4), SharedNetwork)
    assert network(Setting(circuit="reuse", n_layer=3), 4).outputs(
        rng.uniform(0, 6, (3, 3, 4)), phi[:, None]
    ).shape == ((3, 1, 4))


def test_initial_angles() -> None:
    drawn = {
        (init, layers): initial_angles(np.random.default_rng(1), Setting(init=init, n_layer=layers), 500)
        for init in ("uniform", "zero", "normal")
        for layers in (1, 3)
    }
    for init in ("uniform", "zero", "normal"):
        np.testing.assert_array_equal(drawn[init, 1], drawn[init, 3][:1])
    assert drawn["uniform", 3].min() >= 0
    assert 6.2 < drawn["uniform", 3].max() < 2 * np.pi
    assert not drawn["zero", 3].any()
    assert drawn["normal", 3].var() == pytest.approx(INIT_VARIANCE, rel=0.1)


def test_channels_come_in_order() -> None:
    order = {
        data: [Setting(epochs=2, samples=3, data=data).channel_at(e, i) for e in range(2) for i in range(3)]
        for data in ("fixed100", "regenerated", "one")
    }
    assert order == {"fixed100": [0, 1, 2, 0, 1, 2], "regenerated": [0, 1, 2, 3, 4, 5], "one": [0] * 6}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"epochs": 0}, "epochs must be a whole number of at least 1, got 0"),
        ({"samples": 2.5}, "samples must be a whole number"),
        ({"rate": 0.0}, r"rate must lie in \(0, inf\), got 0.0"),
        ({"interference": 1.5}, r"interference must lie in \[0, 1\], got 1.5"),
        ({"snr_db": float("nan")}, "snr_db must be finite"),
        ({"train_snr_db": float("inf")}, "train_snr_db must be finite"),
        ({"data": "fixed"}, "fixed100"),
        ({"optimiser": "adam"}, "psr"),
        ({"readout": "all"}, "last"),
        ({"circuit": "reuse", "order": "circuit"}, "circuit 'reuse' is drawn in one order"),
    ],
)
def test_settings_are_checked(change, words) -> None:
    with pytest.raises(ValueError, match=words):
        Setting(**change)


def test_snrs() -> None:
    assert Setting(snr_db=20.0).train_snr == pytest.approx(100.0)
    both = Setting(snr_db=20.0, train_snr_db=10)
    assert (both.snr, both.train_snr) == pytest.approx((100.0, 10.0))


def test_shapes_are_checked() -> None:
    setting = Setting(epochs=1, samples=3)
    _, each, theta = seeds(2, 3, setting)
    with pytest.raises(ValueError, match=r"theta must have shape \(seeds, layers, APs\) \(2, 2, 4\), got \(1, 2, 4\)"):
        train(setting, theta[:1], Lessons.joined(each))
    with pytest.raises(ValueError, match="data 'fixed100' needs 4 training channels a seed, got 3"):
        train(Setting(epochs=1, samples=4), theta, Lessons.joined(each))


@pytest.mark.parametrize("fields", [{}, {"circuit": "reuse"}, {"order": "circuit"}, {"readout": "first"}], ids=str)
def test_an_unchecked_step_is_the_checked_one(fields) -> None:
    setting = Setting(epochs=3, samples=4, rate=0.3, snr_db=3.0, **fields)
    _, each, theta = seeds(3, 4, setting)
    lessons = Lessons.joined(each)
    circuit, slow = network(setting, 4), theta
    for episode in range(3):
        for at in range(4):
            g = surrogate_gradient(circuit, slow, lessons.phi[:, at], lessons.losses[:, at], 3)
            slow = descend(slow, g, setting.rate, episode)
    assert train(setting, theta, lessons).theta.tolist() == slow.tolist()


def test_steps_out_of_range_are_refused() -> None:
    setting = Setting(epochs=1, samples=3)
    _, each, theta = seeds(2, 3, setting)
    lessons = Lessons.joined(each)
    broken = lessons.losses.copy()
    broken[1, 2] = np.nan
    for losses, rate in ((broken, 0.01), (lessons.losses, 1e308)):
        with (
            pytest.raises(ValueError, match=r"theta must be finite, got .*lower rate, check losses"),
            np.errstate(all="ignore"),
        ):
            train(Setting(epochs=1, samples=3, rate=rate), theta, Lessons(lessons.phi, losses, 3))
    bad = lessons.phi.copy()
    bad[0, 1, 2] = np.inf
    with pytest.raises(ValueError, match=r"phi must be finite, got inf at index \(0, 1, 2\)"):
        train(setting, theta, Lessons(bad, lessons.losses, 3))


def test_encoding_reaches_the_lessons() -> None:
    channels = draw_channels(np.random.default_rng(0), 2, PHYSICS)
    for alpha in ("sum", "arg", "norm"):
        lessons = Lessons.of(channels, alpha, snr=10.0, interference=0.1)
        np.testing.assert_array_equal(lessons.phi[0], neuron_angles(channels.h_hat, alpha))
    assert decoded_number(np.full((1, 4), 0.5), 3).tolist() == [40]
