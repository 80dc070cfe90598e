"""Studies of trained networks: columns by hand from their parts, whatever the block, on the networks of the others."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from qbench.evidence.streams import Streams
from qbench.papers.hqcnn import trained as module
from qbench.papers.hqcnn.counts import HEAVY, LIGHT, convolutional_parameters, hybrid_parameters, perceptron_parameters
from qbench.papers.hqcnn.draws import KINDS, LINK, PHYSICS, draw_set, generator, link
from qbench.papers.hqcnn.free import free_assignment
from qbench.papers.hqcnn.layout import Layout
from qbench.papers.hqcnn.lessons import LOSSES, lessons
from qbench.papers.hqcnn.losses import SoftRate
from qbench.papers.hqcnn.master_ap import master_ap
from qbench.papers.hqcnn.models import MODELS, SHAPE, layout_of, network
from qbench.papers.hqcnn.rates import user_rates
from qbench.papers.hqcnn.studies import heuristics
from qbench.papers.hqcnn.trained import taught, trained
from qbench.papers.hqcnn.training import Recipe, train
from qbench.papers.hqcnn.tuning import DEFAULTS, stream, validation_losses
from qbench.radio import spawn
from reproductions._hqcnn_tuning import main as tune

STREAMS = Streams("test")
SIZES = {"test": 4, "validation": 5, "training": 40}
TINY = {
    **DEFAULTS,
    **SIZES,
    "row": "4-5-2",
    "model": "ours",
    "loss": "lin",
    "epochs": 3,
    "patience": None,
    "rate_factor": 0.5,
}


def by_hand(params, unit):
    """Return the sum rates of a network trained by hand, Mbps, on test networks and on those that it learned from."""
    known = lessons(params, STREAMS, [unit])
    net = network(params, [generator(STREAMS, unit, "weights")])
    recipe = Recipe(rate=params["rate"] * params["rate_factor"], epochs=params["epochs"], patience=None)
    train(
        net,
        known.loss,
        known.examples("training"),
        known.examples("validation"),
        recipe,
        [generator(STREAMS, unit, "orders")],
    )
    found = {}
    for kind in ("test", "training"):
        beta = draw_set(params, STREAMS, unit, kind).beta[:4]
        pilots = net(known.x[kind][:, :4]).detach().numpy()[0].argmax(axis=-1)
        found[kind] = np.mean([user_rates(b, a, link(params)).sum() for b, a in zip(beta, pilots, strict=True)]) / 1e6
        found[f"{kind} pilots"] = pilots
    return found, net


@pytest.mark.parametrize("model", MODELS)
def test_columns_are_those_of_a_network_trained_by_hand(model) -> None:
    params = {**TINY, "model": model}
    columns = trained(params, STREAMS, range(2, 3))
    found, net = by_hand(params, 2)
    assert columns["rate"] == pytest.approx([found["test"]], rel=1e-12)
    assert columns["seen_rate"] == pytest.approx([found["training"]], rel=1e-12)
    assert columns["ln_rate"] == pytest.approx([math.log(found["test"])], rel=1e-12)
    assert columns["per_parameter"] == pytest.approx([found["test"] / net.n_parameters], rel=1e-12)
    assert columns["distinct"] == [len({tuple(a) for a in found["test pilots"].tolist()})]
    assert columns["idle"] == pytest.approx([np.mean([2 - len(set(a)) for a in found["test pilots"].tolist()])])
    assert columns["last"] == [3]


@pytest.mark.parametrize("model", ["ours", "light", "const"])
def test_columns_do_not_depend_on_how_many_train_side_by_side(model, monkeypatch) -> None:
    params = {**TINY, "model": model, "patience": 1, "epochs": 6}
    together = trained(params, STREAMS, range(3))
    monkeypatch.setattr(module, "TOGETHER", 1)
    alone = trained(params, STREAMS, range(3))
    later = trained(params, STREAMS, range(1, 3))
    for name, values in together.items():
        assert values.tobytes() == alone[name].tobytes()
        assert values[1:].tobytes() == later[name].tobytes()


def test_groups_hold_as_many_seeds_as_fit(monkeypatch) -> None:
    size = network(TINY, [np.random.default_rng(0)]).n_parameters
    monkeypatch.setattr(module, "TOGETHER", 2 * size)
    assert [list(group.units) for group in taught(TINY, STREAMS, range(5))] == [[0, 1], [2, 3], [4]]


def test_trained_networks_are_tested_on_the_networks_of_the_other_methods() -> None:
    params = {"row": "4-5-2", **PHYSICS, **LINK, **SIZES, "score": "mbps", "evaluated": "test"}
    known = lessons(TINY, STREAMS, [1])
    assert np.array_equal(known.beta["test"][0], draw_set(params, STREAMS, 1, "test").beta)
    pilots = master_ap(known.beta["test"][0], 2)
    rates = [user_rates(b, a, link(params)).sum() / 1e6 for b, a in zip(known.beta["test"][0], pilots, strict=True)]
    assert heuristics(params, STREAMS, range(1, 2))["mpa"] == pytest.approx([np.mean(rates)], rel=1e-12)
    # "training": the first of those that the network learns from.
    seen = heuristics({**params, "evaluated": "training"}, STREAMS, range(1, 2))["mpa"]
    beta = known.beta["training"][0][:4]
    rates = [user_rates(b, a, link(params)).sum() / 1e6 for b, a in zip(beta, master_ap(beta, 2), strict=True)]
    assert seen == pytest.approx([np.mean(rates)], rel=1e-12)


def test_lessons_are_scaled_by_the_training_set_and_labelled() -> None:
    for loss in LOSSES:
        known = lessons({**TINY, "loss": loss}, STREAMS, [0, 3])
        assert [known.x[kind].shape for kind in KINDS] == [(2, n, 5, 4) for n in (4, 5, 40)]
        train_x = known.x["training"].double()
        assert train_x.mean(dim=(1, 2, 3)).abs().max() < 1e-6
        assert (train_x.std(dim=(1, 2, 3), correction=0) - 1).abs().max() < 1e-6
        db = 10 * np.log10(known.beta["training"])
        want = (10 * np.log10(known.beta["test"][1]) - db[1].mean()) / db[1].std()
        assert np.abs(known.x["test"][1].numpy() - want.swapaxes(-1, -2)).max() < 1e-5
        logits = torch.from_numpy(np.random.default_rng(0).normal(size=(2, 4, 5, 2)))
        values = known.loss(logits, known.targets["test"])
        if loss.startswith("labels"):
            labels = master_ap(known.beta["test"], 2, order="gain" if loss == "labels_gain" else "index")
            assert (known.targets["test"].numpy() == labels).all()
            log_q = torch.log_softmax(logits, dim=-1).numpy()
            want = -np.take_along_axis(log_q, labels[..., None], axis=-1).sum(axis=(2, 3))
        else:
            soft = SoftRate.of(link(TINY), interference="sq" if loss == "sq" else "lin", literal=loss == "literal")
            want = soft.loss(torch.from_numpy(known.beta["test"]), torch.softmax(logits, dim=-1)).numpy()
        assert values.numpy() == pytest.approx(want, rel=1e-12)


def test_descent_without_a_network_is_each_networks_own() -> None:
    columns = trained({**TINY, "model": "free"}, STREAMS, range(1, 3))
    for k, unit in enumerate((1, 2)):
        for kind, rng, column in zip(
            ("test", "training"), spawn(generator(STREAMS, unit, "free"), 2), ("rate", "seen_rate"), strict=True
        ):
            beta = draw_set(TINY, STREAMS, unit, kind).beta[:4]
            pilots = free_assignment(beta, SoftRate.of(link(TINY)), rng)
            want = np.mean([user_rates(b, a, link(TINY)).sum() for b, a in zip(beta, pilots, strict=True)]) / 1e6
            assert columns[column][k] == pytest.approx(want, rel=1e-12)
            if kind == "test":
                assert columns["distinct"][k] == len({tuple(a) for a in pilots.tolist()})
        assert columns["ln_rate"][k] == pytest.approx(math.log(columns["rate"][k]), rel=1e-12)


def test_words_stand_for_the_networks() -> None:
    rngs = [np.random.default_rng(0)]
    size = {"row": "10-6-3", **SHAPE}
    counted = {model: network({**size, "model": model}, rngs).n_parameters for model in MODELS}
    m, k, tau = 10, 6, 3
    assert counted["ours"] == hybrid_parameters(m, k, tau, Layout()) == counted["product"] == counted["twin"]
    assert counted["hq11"] == hybrid_parameters(m, k, tau, Layout(sharing="layer"))
    assert counted["mlp"] == perceptron_parameters(m, k, tau)
    assert counted["light"] == convolutional_parameters(m, k, tau, LIGHT)
    assert counted["heavy"] == convolutional_parameters(m, k, tau, HEAVY)
    assert counted["const"] == k * tau
    assert network({**size, "model": "light", "head": "gap"}, rngs).n_parameters == 1554
    assert network({**size, "model": "mlp", "width": 64}, rngs).n_parameters == perceptron_parameters(m, k, tau, 64)
    shaped = {**size, "model": "hq11", "n_qubits": 4, "readout": "n_out1", "sharing": "block", "topology": "chain"}
    assert layout_of(shaped) == Layout(n_qubits=4, readout="n_out1", sharing="block", topology="chain")
    assert layout_of({**size, "model": "product"}) == Layout(entangled=False)
    noisy = network({**size, "model": "ours", "train_p": 0.1}, rngs)
    assert noisy.noise.p == 0.1
    assert network({**size, "model": "ours"}, rngs).noise is None


def test_tuning_is_training_on_streams_of_its_own() -> None:
    assert stream("small") == "hqcnn/tuning/10-9-3"
    own = Streams(stream("small"))
    changes = {"row": "4-5-2", "training": 20, "validation": 5, "test": 2, "epochs": 2}
    losses = validation_losses(own, "unsupervised", "small", "const", (1e-3, 1e-2), **changes)
    for rate, value in zip((1e-3, 1e-2), losses, strict=True):
        params = {**TINY, **changes, "model": "const", "patience": 20, "rate": rate, "rate_factor": 1.0}
        groups = taught(params, own, range(3))
        least = np.concatenate([np.nanmin(g.record.validation, axis=1) for g in groups])
        assert value == pytest.approx(least.mean(), rel=1e-12)
    assert len(set(losses)) > 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"model": "transformer"}, "model must be one of"),
        ({"loss": "mse"}, "loss must be one of"),
        ({"readout": "n_out3"}, "readout"),
        ({"head": "max", "model": "light"}, "head"),
        ({"train_p": 1.5}, "train_p"),
        ({"row": "10x6"}, "row must be"),
        ({"rate": 0.0}, "rate must"),
        ({"loss": "labels", "model": "free"}, "loss must be one of"),
    ],
)
def test_errors(changes, message) -> None:
    with pytest.raises(ValueError, match=message):
        trained({**TINY, **changes}, STREAMS, range(1))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "usage: .* models are ours, hq11"),
        (("unsupervised", "small"), "usage"),
        (("unsupervised", "smal", "ours"), "size must be one of"),
        (("labels", "small", "ours"), "loss must be one of"),
        (("supervised", "small", "transformer"), "model must be one of"),
    ],
)
def test_the_tuning_command_answers_in_words(arguments, message) -> None:
    with pytest.raises(SystemExit, match=message):
        tune(arguments)
