"""The tensor network with a circuit behind it: values, gradients, draws, bits, sizes, arguments."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch

from qbench.papers.tn_qdrl.grover_circuits import for_engine
from qbench.papers.tn_qdrl.mps import contract, draw_mps
from qbench.papers.tn_qdrl.vqc import BOND, OUTPUTS, QUBITS, VARIANTS, TnNetwork, matched_width, ring_order
from qbench.papers.tn_qdrl.vqc_circuits import amplitude_circuit, angle_circuit, layers_circuit
from qbench.quantum import compile

DOUBLE = torch.float64


def rngs(seed, count=2):
    return [np.random.default_rng([seed, k]) for k in range(count)]


def network(variant="amplitude", n_feature=5, n_action=4, seeds=2, dtype=DOUBLE):
    return TnNetwork(rngs(1, seeds), rngs(2, seeds), n_feature, n_action, variant=variant, dtype=dtype)


def features(n_feature=5, seeds=2, batch=3):
    return torch.from_numpy(np.random.default_rng(3).random((seeds, batch, n_feature)))


def signs(n):
    return 1.0 - 2.0 * (np.arange(2**n) >> np.arange(n)[:, None] & 1)


def by_engine(net, x):
    """Action values by `mps.contract`, the circuits on the engine, and the head in numpy."""
    found = []
    for s, rng in enumerate(rngs(1, net.seeds)):
        mps = draw_mps(rng, net.n_feature, bond=BOND, n_out=OUTPUTS[net.variant])
        direction, log_norm = contract(mps, x[s].numpy())
        theta = net.middle[s].detach().numpy().ravel()
        rows = []
        for y, log in zip(direction, log_norm, strict=True):
            if net.variant == "angle":
                phi = np.pi * np.tanh(y * np.exp(log - float(net.reference[s])))
                circuit, angles = angle_circuit(QUBITS["angle"]), np.concatenate([phi, theta])
            else:
                circuit, angles = for_engine(amplitude_circuit(y)), theta
            law = compile(circuit).probabilities(angles)
            rows.append(signs(QUBITS[net.variant]) @ law)
        found.append(np.array(rows) @ net.weight[s].detach().numpy() + net.bias[s].detach().numpy())
    return np.array(found)


def check_values_on_engine(variant="amplitude", n_feature=5):
    net, x = network(variant, n_feature), features(n_feature)
    if variant == "angle":
        net.calibrate(x)
    np.testing.assert_allclose(net(x).detach().numpy(), by_engine(net, x), atol=1e-10)


def check_control():
    """The hidden ReLU layer in numpy, at an input that some units let through and some do not."""
    net, x = network("mlp"), features()
    y = net.encode(x)[0].detach().numpy()
    hidden = y / np.linalg.norm(y, axis=-1, keepdims=True) @ net.middle.detach().numpy() + net.shift.detach().numpy()
    assert (hidden > 0).any()
    assert (hidden < 0).any()
    wanted = np.maximum(hidden, 0) @ net.weight.detach().numpy() + net.bias.detach().numpy()
    np.testing.assert_allclose(net(x).detach().numpy(), wanted, atol=1e-12)


def check_gradients_on_engine():
    """By the circuit's angles: the engine's adjoint pass; amplitude and angle."""
    for variant in QUBITS:
        net, x = network(variant, seeds=1), features(seeds=1, batch=1)
        net(x)[0, 0, 2].backward()
        n, theta = QUBITS[variant], net.middle[0].detach().numpy().ravel()
        direction, log_norm = (t.detach().numpy()[0, 0] for t in net.encode(x))
        if variant == "angle":
            circuit = angle_circuit(n)
            angles = np.concatenate([np.pi * np.tanh(direction * np.exp(log_norm)), theta])
        else:
            circuit, angles = for_engine(amplitude_circuit(direction)), theta
        cotangent = net.weight[0, :, 2].detach().numpy() @ signs(n)
        wanted = compile(circuit).vjp(angles, cotangent)[-len(theta) :]
        np.testing.assert_allclose(net.middle.grad.numpy().ravel(), wanted, atol=1e-12)


def check_slopes_by_differences():
    """Every parameter and every variant against differences of values, in double precision."""
    for variant in VARIANTS:
        net, x = network(variant, n_feature=4, n_action=2), features(4)
        names = [name for name, _ in net.named_parameters()]
        values = [p.detach().clone().requires_grad_() for p in net.parameters()]

        def function(*given, net=net, names=names, x=x):
            return torch.func.functional_call(net, dict(zip(names, given, strict=True)), (x,))

        assert torch.autograd.gradcheck(function, values, atol=1e-6)


@pytest.mark.parametrize("variant", ["amplitude", "angle"])
@pytest.mark.parametrize("n_feature", [1, 2, 9, 12])
def test_values_on_engine(variant, n_feature):
    check_values_on_engine(variant, n_feature)


def test_control():
    check_control()


def test_gradients_on_engine():
    check_gradients_on_engine()


def test_slopes_by_differences():
    check_slopes_by_differences()


def test_ring():
    """0 > 1 > 2 > 0 on |q2 q1 q0>: 001 becomes 111 becomes 110; as a permutation, and as the circuit has it."""
    assert int(np.flatnonzero(ring_order(3) == 0b001)[0]) == 0b110
    for n in (2, 3, 4):
        circuit = layers_circuit(n, 1)
        for start in range(2**n):
            angles = [math.pi * (start >> q & 1) for q in range(n)]
            law = compile(circuit).probabilities(np.array(angles))
            assert ring_order(n)[int(law.argmax())] == start


def test_bits_do_not_know_other_seeds():
    """Values and gradients of a seed, alone and among others, in both precisions."""
    for variant in VARIANTS:
        for dtype in (DOUBLE, torch.float32):
            x = features(11, seeds=5, batch=7)
            together, alone = network(variant, 11, 6, 5, dtype), network(variant, 11, 6, 5, dtype)
            values = together(x)
            values.square().sum().backward()
            for s in (0, 3, 4):
                for p in alone.parameters():
                    p.grad = None
                one = TnNetwork(rngs(1, 5)[s : s + 1], rngs(2, 5)[s : s + 1], 11, 6, variant=variant, dtype=dtype)
                value = one(x[s : s + 1])
                value.square().sum().backward()
                assert torch.equal(value[0], values[s])
                for a, b in zip(one.parameters(), together.parameters(), strict=True):
                    assert torch.equal(a[0], b[s])
                    assert torch.equal(a.grad[0], b.grad[s])


def test_a_state_too_short_is_the_first_basis_state():
    for variant, factor in itertools.product(("amplitude", "mlp"), (1e-14, 0.0)):
        net, x = network(variant), features()
        with torch.no_grad():
            net.label.mul_(factor)
        values = net(x)
        assert torch.equal(values[:, 0], values[:, 2])
        values.sum().backward()
        assert all(bool(torch.isfinite(p.grad).all()) for p in net.parameters())
    net = network()
    with torch.no_grad():
        net.label.mul_(1e-14)
        net.middle.zero_()
    # |000> through rings alone: all <Z> are 1.
    np.testing.assert_allclose(
        net(features()).detach(), (net.weight.sum(dim=1) + net.bias[:, 0])[:, None].expand(-1, 3, -1).detach()
    )


def test_scale_counts_for_angles_alone():
    x = features()
    for variant, same in (("amplitude", True), ("angle", False)):
        net = network(variant)
        before = net(x).detach()
        net.calibrate(x)
        assert float(net.reference.abs().min()) > 0.1
        assert torch.equal(net(x).detach(), before) is same
    np.testing.assert_allclose(net.encode(x)[1].mean(dim=1).detach(), net.reference)


def test_many_features_in_single_precision():
    net = network("angle", 425, dtype=torch.float32)
    net.calibrate(features(425))
    values = net(features(425))
    values.sum().backward()
    assert all(bool(torch.isfinite(p.grad).all()) for p in net.parameters())
    assert float(net.cores.grad.abs().max()) > 0
    # A thousandth a core: 1e-1275 all together, below any float.
    before = net.encode(features(425))
    with torch.no_grad():
        net.cores.mul_(1e-3)
    after = net.encode(features(425))
    np.testing.assert_allclose(after[0].detach(), before[0].detach(), atol=1e-3)
    np.testing.assert_allclose((after[1] - before[1]).detach(), 425 * math.log(1e-3), rtol=1e-5)


def test_sizes():
    assert [matched_width(n) for n in (1, 4, 5, 6, 12, 324, 10**6)] == [1, 1, 1, 2, 2, 3, 3]
    assert network(n_feature=27, n_action=324).n_parameters == 27 * 32 + 8 + 128 + 6 + 4 * 324
    assert network("angle", 27, 324).n_parameters == 27 * 32 + 8 + 64 + 8 + 5 * 324
    assert network("mlp", 27, 324).n_parameters == 27 * 32 + 8 + 128 + 9 * 3 + 4 * 324
    assert [name for name, _ in network("mlp").named_parameters()] == [
        "left",
        "cores",
        "label",
        "right",
        "middle",
        "shift",
        "weight",
        "bias",
    ]


def test_draws():
    """Angles, weight, bias from a seed's second generator; no two seeds alike."""
    net, rng = network(), rngs(2)[1]
    np.testing.assert_array_equal(net.middle[1].detach(), rng.uniform(-math.pi, math.pi, (2, 3)))
    np.testing.assert_array_equal(net.weight[1].detach(), rng.uniform(-(3**-0.5), 3**-0.5, (3, 4)))
    np.testing.assert_array_equal(net.bias[1].detach(), rng.uniform(-(3**-0.5), 3**-0.5, (1, 4)))
    assert all(not torch.equal(p[0], p[1]) for p in net.parameters())


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: network("phase"), "variant must be one of amplitude, angle, mlp, got 'phase'"),
        (lambda: TnNetwork([], [], 3, 2), "the number of generators must be a whole number of at least 1, got 0"),
        (lambda: TnNetwork(rngs(1), rngs(2, 3), 3, 2), "mps_rngs must be as many as rngs, 3, got 2"),
        (lambda: network(n_feature=0), "n_feature must be a whole number of at least 1, got 0"),
        (lambda: network(n_action=0), "n_action must be a whole number of at least 1, got 0"),
        (lambda: network()(features(4)), r"features must be .* \(2, batch, 5\), got \(2, 3, 4\)"),
        (lambda: network()(features()[0]), r"features must be .* got \(3, 5\)"),
        (lambda: matched_width(0), "n_action must be a whole number of at least 1, got 0"),
        (lambda: layers_circuit(1), "n_qubit must be a whole number of at least 2, got 1"),
        (lambda: amplitude_circuit(np.ones(6)), r"amplitude must be \(2\^n,\) .*got shape \(6,\); pad it"),
        (lambda: amplitude_circuit(np.ones((2, 2))), r"got shape \(2, 2\)"),
    ],
)
def test_arguments(call, words):
    with pytest.raises(ValueError, match=words):
        call()
