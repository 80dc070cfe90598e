"""The networks: how many numbers they train, what they compute, and that seeds are alone."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from qbench.papers.hqcnn.circuits import qcnn_circuit
from qbench.papers.hqcnn.classical import ConvolutionalNetwork, Perceptron
from qbench.papers.hqcnn.counts import (
    HEAVY,
    LIGHT,
    SIZES,
    convolutional_parameters,
    hybrid_parameters,
    perceptron_parameters,
    printed_parameters,
)
from qbench.papers.hqcnn.depolarising import Depolarising
from qbench.papers.hqcnn.ensemble import Ensemble, decide, distinct
from qbench.papers.hqcnn.layout import Layout
from qbench.papers.hqcnn.networks import HybridNetwork
from qbench.papers.hqcnn.noise import noisy_expectation
from qbench.quantum import compile
from tests.unit.hqcnn.models import MODELS, QUANTUM, generators, inputs, network

# (M, K, tau): Ours, [11], n_out4, n_out2, n_out1, MLP, light and heavy with flatten, light and heavy with gap.
TRAINED = {
    (10, 6, 3): (665, 695, 593, 557, 539, 722, 18546, 87954, 1554, 19986),
    (10, 9, 3): (986, 1016, 878, 824, 797, 1043, 40155, 174363, 1707, 20571),
    (10, 12, 3): (1307, 1337, 1163, 1091, 1055, 1364, 70404, 295332, 1860, 21156),
    (10, 15, 3): (1628, 1658, 1448, 1358, 1313, 1685, 109293, 450861, 2013, 21741),
    (30, 20, 10): (6623, 6653, 5823, 5423, 5223, 6680, 1921448, 7699016, 4648, 31816),
    (35, 20, 10): (7423, 7453, 6623, 6223, 6023, 7480, 2241448, 8979016, 4648, 31816),
    (40, 20, 10): (8223, 8253, 7423, 7023, 6823, 8280, 2561448, 10259016, 4648, 31816),
    (45, 20, 10): (9023, 9053, 8223, 7823, 7623, 9080, 2881448, 11539016, 4648, 31816),
}
LAYOUTS = (Layout(), Layout(sharing="layer"), *(Layout(readout=r) for r in ("n_out4", "n_out2", "n_out1")))


@pytest.mark.parametrize("size", SIZES)
def test_parameters_are_the_closed_forms(size):
    """Q11: sum of numel over the parameters of the modules themselves."""
    m, k, t = size
    built = [MODELS["ours"](k, m, t, generators(1)), MODELS["hq11"](k, m, t, generators(1))]
    built += [HybridNetwork(k, m, t, generators(1), layout) for layout in LAYOUTS[2:]]
    built.append(Perceptron(k, m, t, generators(1)))
    built += [ConvolutionalNetwork(k, m, t, generators(1), c, h) for h in ("flatten", "gap") for c in (LIGHT, HEAVY)]
    counted = [sum(p.numel() for p in one.parameters()) for one in built]
    assert counted == [one.n_parameters for one in built] == list(TRAINED[size])
    closed = [hybrid_parameters(m, k, t, layout) for layout in LAYOUTS]
    closed.append(perceptron_parameters(m, k, t))
    closed += [convolutional_parameters(m, k, t, c, h) for h in ("flatten", "gap") for c in (LIGHT, HEAVY)]
    assert counted == closed


def test_controls_have_their_parameters():
    for k, m, t in ((4, 5, 3), (20, 30, 10)):
        assert (
            MODELS["twin"](k, m, t, generators(2)).n_parameters == MODELS["ours"](k, m, t, generators(1)).n_parameters
        )
        assert MODELS["product"](k, m, t, generators(1)).n_parameters == hybrid_parameters(m, k, t, Layout())
        assert MODELS["const"](k, m, t, generators(1)).n_parameters == k * t
        assert MODELS["pool"](k, m, t, generators(1)).n_parameters == hybrid_parameters(m, k, t, Layout()) + 36
        assert MODELS["symmetric"](k, m, t, generators(1)).n_parameters == 80 + 1040 + 33 * t
        assert Perceptron(k, m, t, generators(1), 64).n_parameters == perceptron_parameters(m, k, t, 64)


def test_table_1_as_printed():
    """Its ratio of heavy to light on the medium rows is 1.01 to 1.02, so that "much lower" cannot follow (E6)."""
    assert [printed_parameters(10, 6, 3, x) for x in ("ours", "hq11", "mlp", "light", "heavy")] == [
        639,
        744,
        688,
        10944,
        28440,
    ]
    assert [printed_parameters(45, 20, 10, x) for x in ("ours", "hq11", "mlp", "light", "heavy")] == [
        *(8815, 8920, 8864),
        *(1621224, 1638720),
    ]
    for size in SIZES[4:]:
        assert 1.01 < printed_parameters(*size, "heavy") / printed_parameters(*size, "light") < 1.02
    for m, k, t in SIZES:
        assert hybrid_parameters(m, k, t, Layout()) == printed_parameters(m, k, t, "ours") + 8 + k * t


def test_perceptron_is_torchs():
    net = network("mlp")
    x = inputs()
    for s in range(2):
        stack = []
        for layer in net.layers:
            own = nn.Linear(*layer.weight.shape[1:])
            own.weight.data, own.bias.data = layer.weight[s].T.clone(), layer.bias[s, 0].clone()
            stack += [own, nn.ReLU()]
        wanted = nn.Sequential(*stack[:-1])(x[s].reshape(6, -1)).reshape(6, 4, 3)
        torch.testing.assert_close(net(x)[s], wanted)


@pytest.mark.parametrize("name", ["light", "heavy gap"])
def test_convolutions_by_loops(name):
    net, x = network(name).double(), inputs(batch=2).double()
    s, image = 1, np.pad(x[1, 0].numpy(), 1)
    weights = [p.detach().numpy() for p in (net.first[s], net.first_bias[s], net.second[s], net.second_bias[s])]
    maps = np.zeros((len(weights[0]), 4, 5))
    for c, k, m in np.ndindex(maps.shape):
        maps[c, k, m] = max(0.0, (weights[0][c, 0] * image[k : k + 3, m : m + 3]).sum() + weights[1][c])
    padded = np.pad(maps, ((0, 0), (1, 1), (1, 1)))
    last = np.zeros((len(weights[2]), 4, 5))
    for c, k, m in np.ndindex(last.shape):
        last[c, k, m] = max(0.0, (weights[2][c] * padded[:, k : k + 3, m : m + 3]).sum() + weights[3][c])
    flat = last.reshape(-1) if name == "light" else last.mean(axis=(1, 2))
    wanted = flat @ net.after.weight[s].detach().numpy() + net.after.bias[s, 0].detach().numpy()
    np.testing.assert_allclose(net(x)[s, 0].detach().numpy(), wanted.reshape(4, 3), rtol=1e-10)


@pytest.mark.parametrize("name", QUANTUM)
def test_hybrid_is_its_circuit_between_two_linear_maps(name):
    net, x = network(name).double(), inputs().double()
    layout = net.layout
    program = compile(qcnn_circuit(layout))
    bits = 1.0 - 2.0 * (np.arange(2**layout.n_qubits)[:, None] >> np.array(layout.read) & 1)
    for s in range(2):
        h = x[s].reshape(6, -1).numpy() @ net.before.weight[s].detach().numpy() + net.before.bias[s].detach().numpy()
        angles = np.concatenate([h, np.tile(net.theta[s].detach().numpy(), (6, 1))], axis=1)
        z = program.probabilities(angles) @ bits
        wanted = z @ net.after.weight[s].detach().numpy() + net.after.bias[s].detach().numpy()
        np.testing.assert_allclose(net(x)[s].detach().numpy(), wanted.reshape(6, 4, 3), atol=1e-12)


def test_hybrid_under_noise():
    noise = Depolarising(p=0.05)
    net, x = HybridNetwork(4, 5, 3, generators(2), noise=noise), inputs()
    z = noisy_expectation(net.layout, net.angles(x).detach().numpy(), net.theta.detach().numpy(), noise)
    np.testing.assert_allclose(net.features(x).detach().numpy(), z, atol=1e-6)
    found = net(x)
    assert found.dtype == torch.float32
    torch.testing.assert_close(net.of_features(torch.tensor(z, dtype=torch.float32)), found)
    found.sum().backward()
    assert all(bool((p.grad != 0).any()) for p in net.parameters())
    # Set or unset, the weights are the same.
    net.noise = None
    torch.testing.assert_close(net(x), network("ours")(x))
    assert (net(x) - found).abs().max() > 0.01


def test_twin_by_loops():
    net, x = network("twin").double(), inputs(batch=3).double()
    s = 1
    y = x[s].reshape(3, -1).numpy() @ net.before.weight[s].detach().numpy() + net.before.bias[s].detach().numpy()
    for weight, bias in ((net.first, net.first_bias), (net.second, net.second_bias)):
        w = weight[s, :, 0].detach().numpy()
        moved = [[sum(w[i] * row[(k + i) % 8] for i in range(len(w))) for k in range(8)] for row in y]
        y = np.tanh(np.array(moved) + bias[s].item())
    wanted = y @ net.after.weight[s].detach().numpy() + net.after.bias[s].detach().numpy()
    np.testing.assert_allclose(net(x)[s].detach().numpy(), wanted.reshape(3, 4, 3), atol=1e-12)


def test_symmetric_follows_users_and_ignores_the_order_of_aps():
    net, x = network("symmetric").double(), inputs().double()
    users, aps = [2, 0, 3, 1], [4, 1, 0, 3, 2]
    torch.testing.assert_close(net(x[:, :, users]), net(x)[:, :, users])
    torch.testing.assert_close(net(x[..., aps]), net(x))
    # Users and entries do matter: it is no constant.
    assert (net(x)[:, :, 0] - net(x)[:, :, 1]).abs().max() > 1e-3
    # The control of the control: the hybrid network has no such symmetry.
    ours = network("ours").double()
    assert (ours(x[:, :, users]) - ours(x)[:, :, users]).abs().max() > 1e-3


def test_symmetric_by_loops():
    net, x = network("symmetric").double(), inputs(batch=2).double()
    s, b = 1, 0

    def dense(layer, v):
        return v @ layer.weight[s].detach().numpy() + layer.bias[s, 0].detach().numpy()

    y = x[s, b].numpy()[..., None]
    for layer in (net.first, net.second):
        rows = np.zeros((4, 5, 16))
        for k, m in np.ndindex(4, 5):
            mixed = [y[k, m], y[k].mean(axis=0), y[:, m].mean(axis=0), y.mean(axis=(0, 1))]
            rows[k, m] = np.maximum(0.0, dense(layer, np.concatenate(mixed)))
        y = rows
    users = y.mean(axis=1)
    wanted = [dense(net.after, np.concatenate([u, users.mean(axis=0)])) for u in users]
    np.testing.assert_allclose(net(x)[s, b].detach().numpy(), wanted, atol=1e-12)


def test_constant_ignores_its_input():
    net = network("const")
    found = decide(net(inputs(batch=9)))
    assert distinct(found).tolist() == [1, 1]
    assert distinct(decide(network("mlp")(5 * inputs(batch=50)))).min() > 1


@pytest.mark.parametrize("name", MODELS)
def test_seeds_are_alone_to_the_bit(name):
    """Values and gradients of some seeds are theirs among all; also after the others have been dropped."""

    def run(net, x):
        logits = net(x)
        logits.sin().sum().backward()
        return [logits.detach(), *(p.grad for p in net.parameters())]

    x = inputs(5, 7)
    whole = run(network(name, seeds=5), x)
    for some in ([0], [4], [1, 2, 4]):
        own = MODELS[name](4, 5, 3, [np.random.default_rng(s) for s in some])
        dropped = network(name, seeds=5)
        dropped.keep(some)
        for net in (own, dropped):
            assert net.seeds == len(some)
            for all_of_them, found in zip(whole, run(net, x[some]), strict=True):
                assert torch.equal(all_of_them[some], found)


def test_first_weights_are_torchs_default():
    net = Perceptron(20, 30, 10, generators(3))
    bound = 1 / np.sqrt(600)
    weight = net.layers[0].weight.detach()
    assert weight.abs().max() <= bound
    assert weight.std().item() == pytest.approx(bound / np.sqrt(3), rel=0.02)
    assert net.layers[0].bias.abs().max() <= bound
    cnn = ConvolutionalNetwork(4, 5, 3, generators(3), HEAVY)
    assert cnn.second.abs().max().item() == pytest.approx(1 / np.sqrt(9 * 32), rel=0.01)
    spread = torch.cat([MODELS["per block"](4, 5, 3, generators(5)).theta.flatten()])
    assert spread.std().item() == pytest.approx(0.3, rel=0.1)


def test_ties_go_to_the_lowest_pilot():
    logits = torch.zeros(1, 2, 3, 4)
    logits[0, 1, 2] = torch.tensor([1.0, 3.0, 3.0, 2.0])
    assert decide(logits).tolist() == [[[0, 0, 0], [0, 0, 1]]]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: network("mlp", users=0), "n_users must be a whole number of at least 1, got 0"),
        (lambda: network("ours", pilots=0), "n_pilots must be a whole number of at least 1, got 0"),
        (lambda: network("const", seeds=0), "the number of generators must be a whole number of at least 1, got 0"),
        (lambda: Perceptron(4, 5, 3, generators(1), 0), "width must be a whole number of at least 1, got 0"),
        (
            lambda: ConvolutionalNetwork(4, 5, 3, generators(1), LIGHT, "pool"),
            "head must be one of flatten, gap, got 'pool'",
        ),
        (
            lambda: network("light")(inputs(2, 6, 5, 4)),
            r"x must be \(seeds, batch, users, APs\) \(2, batch, 4, 5\), got \(2, 6, 5, 4\)",
        ),
        (lambda: network("ours")(inputs(3)), r"\(2, batch, 4, 5\), got \(3, 6, 4, 5\)"),
        (lambda: printed_parameters(10, 6, 3, "hq"), "model must be one of .*got 'hq'"),
        (lambda: convolutional_parameters(0, 6, 3, LIGHT), "n_ap must be a whole number of at least 1, got 0"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_bare_ensemble_is_no_network():
    with pytest.raises(TypeError, match="abstract"):
        Ensemble(4, 5, 3, generators(2))
