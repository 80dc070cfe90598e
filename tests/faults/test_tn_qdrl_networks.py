"""Mistakes in the networks of tn_qdrl and in how they learn, each with the test that catches it."""

from __future__ import annotations
import __future__

import inspect

import numpy as np
import pytest

from tests.faults.door import Fault, assert_caught

PAPER, UNIT = "qbench.papers.tn_qdrl", "tests.unit.tn_qdrl"
DEEP, TENSOR = f"{PAPER}._dqn_kernel", f"{PAPER}._tn_kernel"
BACK, LOOP = f"{PAPER}._tn_gradient_kernel", f"{PAPER}._tn_learning_kernel"
RUN = f"{UNIT}.test_networks:check_run_against_plain_torch"
TENSOR_RUN = f"{UNIT}.test_tensor_learner:check_run_against_plain_torch"
VALUES = f"{UNIT}.test_tensor_learner:check_values_and_gradients"


def written(old, new):
    """Write the kernel anew with `new` in place of `old`; it runs as Python, and calls the compiled others."""

    def faulty(original):
        function = original.py_func
        source = inspect.getsource(function).removeprefix("@kernel\n")
        assert source.count(old) == 1, f"{old!r} stands {source.count(old)} times in {function.__name__}"
        names = dict(function.__globals__)
        code = compile(source.replace(old, new), function.__name__, "exec", __future__.annotations.compiler_flag)
        exec(code, names)  # noqa: S102 - our own kernel
        return names[function.__name__]

    return faulty


def deep(name, old, new, caught_by=RUN):
    return Fault(name, ((f"{DEEP}:learn", written(old, new)),), caught_by)


def tensor(name, old, new):
    return Fault(name, ((f"{LOOP}:learn", written(old, new)),), TENSOR_RUN)


def plainly(module, *callers):
    """Let compiled callers run as Python, where they find what is patched."""
    return tuple((f"{module}:{name}", lambda original: original.py_func) for name in callers)


def one_generator(_):
    shared = np.random.default_rng(0)
    return lambda generator: shared


FAULTS = (
    deep("target never copied", "t % course.every == 0", "t == 0"),
    deep(
        "target copied a slot late",
        "t % course.every == 0",
        "t % course.every == 1",
        f"{UNIT}.test_networks:check_target_is_the_network_of_the_last_copy",
    ),
    deep("the network that learns bootstraps", "values(target,", "values(flat,"),
    deep("bootstraps from the slot itself", "seen[k + 1, eta[k + 1]]", "seen[k, eta[k]]"),
    deep("sees the eta of its own slot", "seen[k, eta[k]]", "seen[k, eta[k + 1]]"),
    deep("reward of the next slot", "choices.parts, t, i)", "choices.parts, min(t + 1, n_slot - 1), i)"),
    deep("learning rate for the discount", "course.discount * row.max()", "course.rate * row.max()"),
    deep("mean for the maximum", "row.max()", "row.mean()"),
    deep("episodes end in nothing", "course.discount * row", "(k % 20 != 19) * course.discount * row"),
    deep("gradients pile up", "gradient[:] = 0", "pass"),
    deep("a sum for the mean over a batch", "1.0 / batch", "1.0"),
    deep("Adam's steps counted from slot 0", "t - course.first + 1", "t + 1"),
    deep("a first update too early", "t < course.first", "t < course.first - 1"),
    deep("greedy when it should explore", ">= max(", "< max("),
    deep(
        "epsilon falls from the first update",
        "1.0 - t / course.decay",
        "1.0 - max(0, t - course.first) / course.decay",
        f"{UNIT}.test_networks:check_epsilon_falls_by_the_slot",
    ),
    deep(
        "epsilon falls to nothing",
        "course.least, ",
        "0.0, ",
        f"{UNIT}.test_networks:check_epsilon_falls_by_the_slot",
    ),
    Fault(
        "a silent unit learns",
        ((f"{DEEP}:add_gradient", written("if second[h] > 0 else 0", "")),),
        f"{UNIT}.test_networks:check_gradient_against_autograd",
    ),
    Fault(
        "second moments not corrected",
        ((f"{DEEP}:move", written("np.sqrt(v) * scale", "np.sqrt(v)")),),
        f"{UNIT}.test_networks:check_adam_against_torch",
    ),
    Fault(
        "a memory that forgets nothing",
        ((f"{PAPER}.replay:replay_slots", lambda f: lambda rng, n, *, memory, batch: f(rng, n, batch=batch)),),
        f"{UNIT}.test_networks:check_memory_is_the_last_transitions",
    ),
    Fault(
        "replay of another seed",
        ((f"{PAPER}.networks:deepcopy", one_generator),),
        f"{UNIT}.test_networks:check_bits_for_any_list",
    ),
    Fault(
        "rewards in their own unit",
        ((f"{PAPER}.lessons:reward_unit", lambda _: lambda calibration: 1.0),),
        f"{UNIT}.test_networks:check_rewards_have_a_unit",
    ),
    Fault(
        "discount 0.9 whatever the agent's",
        ((f"{PAPER}.networks:course_of", lambda f: lambda agent: f(agent)._replace(discount=0.9)),),
        f"{UNIT}.test_networks:check_learns_in_a_unit",
    ),
    Fault(
        "tables in the networks' places",
        ((f"{PAPER}.agents:Scheme.network", lambda _: lambda scheme, agent: None),),
        f"{UNIT}.test_networks:check_networks_change_their_own_columns_alone",
    ),
    tensor("maximum over the batch", "values[:, w].max()", "values[w].max()"),
    tensor("tensor network's target never copied", "t % course.every == 0", "t == 0"),
    tensor("tensor network's own values bootstrap", "forward(target, shape", "forward(flat, shape"),
    tensor("values of the next slots' actions", "chosen[replay[t, w]]", "chosen[min(replay[t, w] + 1, t)]"),
    tensor("slopes of half the squares", "2.0 * (values", "1.0 * (values"),
    Fault(
        "right cores read from the wrong side",
        ((f"{TENSOR}:_encode", written("p.cores[j].transpose(2, 1, 0)", "p.cores[j]")), *plainly(TENSOR, "forward")),
        VALUES,
    ),
    Fault(
        "the ring of CNOTs backwards",
        ((f"{PAPER}.tensor_learner:ring_order", lambda f: lambda n: np.argsort(f(n))),),
        VALUES,
    ),
    Fault("no reference for y", ((f"{PAPER}.tensor_learner:exp", lambda _: lambda x: 1.0),), VALUES, ("angle",)),
    Fault(
        "amplitudes' length without a slope",
        ((f"{BACK}:add_gradient", written("_through_length(shape, room, of_y)", "pass")),),
        VALUES,
    ),
    Fault(
        "angles turned the other way in the backward pass",
        (
            (f"{BACK}:_unturn", written("c * of_a + s * of_b", "c * of_a - s * of_b")),
            *plainly(BACK, "_through_circuit", "add_gradient"),
        ),
        VALUES,
    ),
    Fault(
        "norms of cores forgotten in the backward pass",
        (
            (f"{BACK}:_through_core", written("cotangent[o, w] /= norm[w]", "pass")),
            *plainly(BACK, "_through_network", "add_gradient"),
        ),
        VALUES,
    ),
    Fault(
        "a network from another generator",
        ((f"{PAPER}.tensor_learner:deepcopy", one_generator),),
        f"{UNIT}.test_tensor_learner:check_greedy_by_the_drawn_network",
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.name)
def test_fault_is_caught(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_caught(fault, monkeypatch)
