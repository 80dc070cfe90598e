"""Mistakes in the agents of tn_qdrl and in what they see and are paid, each with the test that catches it."""

from __future__ import annotations

import importlib
import inspect
from dataclasses import replace

import numpy as np
import pytest

from qbench.radio.draws import spawn
from tests.faults.door import Fault, assert_caught
from tests.unit.tn_qdrl.plays import make_play

PAPER, UNIT = "qbench.papers.tn_qdrl", "tests.unit.tn_qdrl"
AGENTS = f"{UNIT}.test_agents:check_against_plain_python"
AMPLITUDES = f"{UNIT}.test_agents:check_amplitudes_against_plain_python"
MENU = f"{UNIT}.test_menu:check_bits_of_evaluate"
COMPONENTS = f"{UNIT}.test_factored:check_components_against_plain_python"
FACTORED = f"{PAPER}._factored_kernel:learn_factored"
LEARN, REINFORCE = f"{PAPER}._tabular_kernel:learn", f"{PAPER}._tabular_kernel:reinforce"


def edited(old, new):
    """A compiled loop with some of its words changed, as plain Python: what is compiled does not see a patch."""

    def faulty(kernel):
        source = inspect.getsource(kernel.py_func).split("@kernel\n", 1)[1]
        assert source.count(old) == 1, f"{old!r} stands {source.count(old)} times in {kernel.py_func.__name__}"
        names = dict(vars(importlib.import_module(kernel.py_func.__module__)))
        exec(compile(source.replace(old, new), f"<{new}>", "exec"), names)  # noqa: S102 - our own source
        return names[kernel.py_func.__name__]

    return faulty


def in_studies_of_its_own(check, *arguments, **options):
    """Run a check on plays drawn under the fault, and forget them afterwards."""
    make_play.cache_clear()
    try:
        module, _, name = check.partition(":")
        getattr(importlib.import_module(module), name)(*arguments, **options)
    finally:
        make_play.cache_clear()


def seen_after_this_action(original):
    """Codes of slot t + 1 in the place of t: the entropies are those of the efficiency that is just being chosen."""

    def faulty(*arguments, **options):
        play = original(*arguments, **options)
        return replace(play, codes=np.roll(play.codes, -1, axis=0))

    return faulty


def another_order(_):
    return lambda rng, count: spawn(rng, count)[::-1]


def best_efficiency_seen(original):
    return lambda self, slots, efficiency: original(self, slots, np.ones_like(efficiency))


def keys_weighed_twice(original):
    def faulty(miner_hz, keys, band_share, setting):
        return original(miner_hz, 2 * keys, band_share, setting)

    return faulty


def one_generator_for_all(original):
    return lambda *of, instance, algorithm: original(*of, instance=algorithm, algorithm=algorithm)


FAULTS = (
    Fault(
        "delays are earned, not paid",
        ((f"{PAPER}.reward:Reward.__call__", lambda _: lambda self, cost: self.base + self.scale * cost),),
        f"{UNIT}.test_reward:check_shift_by_hand",
    ),
    Fault(
        "F itself is the reward",
        ((LEARN, edited("reward_of(world, choices.parts, t, i) +", "-reward_of(world, choices.parts, t, i) +")),),
        AGENTS,
        ("tn", "neg"),
    ),
    Fault("Eq. (30): the rate in the discount's place", ((LEARN, edited("rule.discount", "rule.step")),), AGENTS),
    Fault("the best of the old state", ((LEARN, edited("table[after].max()", "table[state].max()")),), AGENTS),
    Fault(
        "no discounted future at all",
        ((LEARN, edited("rule.discount * table[after].max()", "0.0")),),
        AGENTS,
    ),
    Fault(
        "ties fall by index",
        ((f"{PAPER}.play:tie_order", lambda _: lambda order, subset: (subset, np.arange(len(subset)))),),
        AGENTS,
        ("tn", "neg"),
    ),
    Fault(
        "visits counted before the draw",
        ((LEARN, edited("rule.per_visit * visits[state]", "rule.per_visit * (visits[state] + 1)")),),
        AGENTS,
    ),
    Fault(
        "an iteration too many",
        ((f"{PAPER}.play:epsilons", lambda f: lambda n: np.append(f(n)[1:], f(n)[-1])),),
        AGENTS,
    ),
    Fault(
        "an iteration too few at the end",
        ((f"{UNIT}.test_agents:epsilons", lambda f: lambda n: f(n)[:-1]),),
        f"{UNIT}.test_agents:check_laws_are_equal",
    ),
    Fault(
        "epsilon without the share of the marked action",
        ((f"{PAPER}.agents:equal_epsilon", lambda f: lambda n, tau: f(n, tau) * (n - 1) / n),),
        f"{UNIT}.test_agents:check_laws_are_equal",
        (12,),
    ),
    Fault(
        "greed where exploration was drawn",
        ((LEARN, edited("uniform[t, 0] >= epsilon", "uniform[t, 0] < epsilon")),),
        AGENTS,
    ),
    Fault(
        "one uniform for both draws",
        ((LEARN, edited("uniform[t, 1] * n", "uniform[t, 0] * n")),),
        AGENTS,
    ),
    Fault(
        "draws counted in the order of ties",
        ((LEARN, edited("choices.place[int(uniform[t, 1] * n)]", "int(uniform[t, 1] * n)")),),
        AGENTS,
    ),
    Fault("epsilon never falls", ((LEARN, edited("1.0 - t / rule.decay", "1.0")),), AGENTS, ("rarl",)),
    Fault(
        "the state before the action led on",
        ((LEARN, edited("        state = after\n", "")),),
        AGENTS,
    ),
    Fault(
        "entropies at the efficiency of the slot itself",
        ((f"{UNIT}.plays:draw_play", seen_after_this_action),),
        f"{__name__}:in_studies_of_its_own",
        (AGENTS,),
    ),
    Fault(
        "entropies of the best efficiency",
        ((f"{PAPER}.scenario:Scenario.see", best_efficiency_seen),),
        f"{__name__}:in_studies_of_its_own",
        (f"{UNIT}.test_observation:check_only_keys_know_the_action_before",),
    ),
    Fault(
        "the stream comes from the policy's generator",
        ((f"{PAPER}.play:Play.draw", one_generator_for_all),),
        f"{__name__}:in_studies_of_its_own",
        (AGENTS,),
    ),
    Fault(
        "an agent's generators in another order",
        ((f"{PAPER}.agents:spawn", another_order),),
        f"{__name__}:in_studies_of_its_own",
        (AGENTS,),
    ),
    Fault(
        "children of a stream in another order",
        ((f"{PAPER}.stream:spawn", another_order),),
        f"{UNIT}.test_stream:check_children_in_order",
    ),
    Fault(
        "RANQKD is paid with keys",
        ((f"{PAPER}.agents:Scheme.cost", lambda _: lambda self, own: own),),
        AGENTS,
        ("ranqkd", "add"),
    ),
    Fault(
        "RANQKD weighs keys",
        ((f"{PAPER}.menu:replace", lambda _: lambda record, **changes: record),),
        MENU,
    ),
    Fault("keys weighed twice", ((f"{PAPER}.menu:finality", keys_weighed_twice),), MENU),
    Fault(
        "a crowd is nobody",
        (
            (f"{PAPER}._menu_kernel:task_sums", edited("together[a, m] - 1", "0")),
            (f"{PAPER}._menu_kernel:chosen_times", edited("there[m] - 1", "0")),
        ),
        MENU,
    ),
    Fault(
        "keys cost twice",
        ((f"{PAPER}.menu:key_costs", lambda f: lambda key_sum, weights, kind: 2 * f(key_sum, weights, kind)),),
        MENU,
    ),
    Fault(
        "the last of the bits first",
        ((f"{PAPER}.encoding:Encoder.codes", lambda f: lambda self, x: self.n_state - 1 - f(self, x)),),
        f"{UNIT}.test_encoding:check_codes_against_plain_python",
    ),
    Fault(
        "the last component fastest but one",
        ((f"{PAPER}.actions:product", lambda f: lambda *a, **k: [row[::-1] for row in f(*a, **k)]),),
        f"{UNIT}.test_actions:check_flat_order",
    ),
    Fault(
        "amplitudes that nothing reinforces",
        ((REINFORCE, edited("scale * (r + best)", "0.0 * (r + best)")),),
        AMPLITUDES,
    ),
    Fault("amplitudes past their best", ((REINFORCE, edited("- 0.5 + ROUNDING", "+ 1.5")),), AMPLITUDES),
    Fault("other amplitudes left as they were", ((REINFORCE, edited("row[k] *= others", "pass")),), AMPLITUDES),
    Fault(
        "the worth of what was done without what follows",
        ((REINFORCE, edited("scale * (r + best)", "scale * r")),),
        AMPLITUDES,
    ),
    Fault("components look at the old state", ((FACTORED, edited("[c, after, :", "[c, state, :")),), COMPONENTS),
    Fault(
        "components that all explore together",
        ((FACTORED, edited("uniform[t, c, 0] >=", "uniform[t, 0, 0] >=")),),
        COMPONENTS,
    ),
    Fault(
        "components with the law of the largest",
        ((FACTORED, edited("rule.epsilon[c, turn]", "rule.epsilon[-1, turn]")),),
        COMPONENTS,
    ),
    Fault(
        "a crowd of any size is as likely",
        ((f"{PAPER}.descent:comb", lambda _: lambda n, k: 1),),
        f"{UNIT}.test_factored:check_the_mean_over_all_actions",
    ),
    Fault(
        "descent that stops after one round",
        ((f"{PAPER}._factored_kernel:descend", edited("while moved:", "for _ in range(1):")),),
        f"{UNIT}.test_factored:check_descent_stops_where_no_component_alone_improves",
    ),
    Fault(
        "a final window of a quarter",
        (
            (
                f"{PAPER}.scores:Windows.final",
                lambda _: property(lambda self: slice(self.n_episode - self.n_episode // 4, self.n_episode)),
            ),
        ),
        f"{UNIT}.test_scores:check_columns_against_loops",
    ),
    Fault(
        "convergence at the middle of its mean",
        ((f"{UNIT}.test_scores:convergence", lambda f: lambda *a, **k: f(*a, **k) - k.get("smoothing", 20) // 2),),
        f"{UNIT}.test_scores:check_convergence_by_hand",
    ),
    Fault(
        "a heavier ridge",
        ((f"{PAPER}.compression:RIDGE", lambda _: 100.0),),
        f"{UNIT}.test_studies:check_compression_by_brute_force",
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.name)
def test_fault_is_caught(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_caught(fault, monkeypatch)
