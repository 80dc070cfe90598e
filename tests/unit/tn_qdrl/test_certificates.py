"""Exact studies of tn_qdrl at small sizes against plain counts, and their counterexamples in words."""

from __future__ import annotations

import itertools
import math
import re
from fractions import Fraction

import numpy as np
import pytest

from qbench.evidence.streams import Streams
from qbench.papers.tn_qdrl import certificates, separability
from qbench.papers.tn_qdrl.parameters import SMALL, Setting
from tests.oracles import tn_qdrl_consensus_reference as algorithm
from tests.oracles import tn_qdrl_reference as reference
from tests.unit.tn_qdrl.slots import at, draw_slots

STREAMS = Streams("tn_qdrl/test")
PARAMS = {
    "election": {"stakes": [900, 600], "rounds": 30, "votes": "one", "exclude_producer": False},
    "producer_reward": {"stakes": [900, 600]},
    "key_limits": {"steps": 20, "key_rate": "printed"},
    "table_values": {"keys": 1000},
    "separable": {"instances": 3, "n_vehicle": 2, "n_node": 1, "n_edge": 2},
}


def run(name, **changes):
    module = separability if name == "separable" else certificates
    columns = getattr(module, name)({**PARAMS[name], **changes}, STREAMS, range(1))
    assert all(values.shape == (1,) for values in columns.values())
    return {key: float(values[0]) for key, values in columns.items()}


# --- C22 ---


def counted_wins(stakes, rounds, votes, skip):
    """Wins of the richest at the start, rounds that moved stakes, its shares summed, its last: by the transcription."""
    qk = [Fraction(value) for value in stakes]
    richest, wins, changed, expected = qk.index(max(qk)), 0, 0, Fraction(0)
    for k in range(rounds):
        yes = [True] * len(qk)
        expected += qk[richest] / sum(qk)
        after, p, _ = algorithm.algorithm_1(
            qk, votes=votes[k], approves=yes, valid=yes, a1=20, a2=10, a3=-4, beta=10, skip_producer=skip
        )
        wins += p == richest
        changed += after != qk
        qk = after
    return wins, changed, float(expected), float(qk[richest] / sum(qk))


def check_elections_are_counted(votes="one", *, exclude_producer=False):
    for stakes in ([900, 600], [600, 900], [7, 5, 6]):
        found = run("election", stakes=stakes, votes=votes, exclude_producer=exclude_producer)
        drawn = np.ones((30, len(stakes)), dtype=int)
        if votes == "random":
            drawn = STREAMS.rng("instance", 0).integers(1, 6, (30, len(stakes)))
        wins, changed, expected, last = counted_wins(stakes, 30, drawn.tolist(), exclude_producer)
        assert (found["wins"], found["changed"]) == (wins, changed)
        assert found["share"] == max(stakes) / sum(stakes)
        assert found["excess"] == pytest.approx(wins - 30 * max(stakes) / sum(stakes), abs=1e-12)
        assert found["last"] == pytest.approx(last, abs=1e-12)
        assert found["expected"] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("votes", ["one", "random"])
@pytest.mark.parametrize("exclude", [False, True])
def test_elections_are_counted(votes, exclude):
    check_elections_are_counted(votes, exclude_producer=exclude)


# --- C23 ---


def test_the_reward_cancels_unless_all_reject():
    assert run("producer_reward") == {"derivative": 0.0, "rejected": 0.6, "held": 0.0, "weight": 0.6}
    assert run("producer_reward", stakes=[1, 3])["rejected"] == 0.75


# --- C28 ---


def check_hopeless_points_are_counted(key_rate="printed"):
    bad = positive = hopeless = 0
    for i, pairs, eta in itertools.product(range(21), (10, 20, 50), (0.8, 0.9, 1.0)):
        q = i / 40
        h = reference.entropy(q)
        rate = eta * pairs * (1 - q) - (1e-3 + h + 1e-10)
        if key_rate == "standard":
            rate = eta * pairs * max(0.0, 1 - 2 * h)
        hopeless += 1 - 2 * h <= 0
        bad += 1 - 2 * h <= 0 and rate >= 0
        positive += 1 - 2 * h <= 0 and rate > 0
    found = run("key_limits", key_rate=key_rate)
    assert [found[key] for key in ("violations", "positive", "hopeless", "tried")] == [bad, positive, hopeless, 189]
    assert found["error"] == 0.125
    assert found["fraction"] == pytest.approx(1 - 2 * reference.entropy(0.125), abs=1e-12)
    best = 50 * 0.875 - 1e-3 - reference.entropy(0.125) - 1e-10
    assert found["rate"] == pytest.approx(best if key_rate == "printed" else 0.0, abs=1e-12)


@pytest.mark.parametrize("key_rate", ["printed", "standard"])
def test_hopeless_points_are_counted(key_rate):
    check_hopeless_points_are_counted(key_rate)


def test_a_grid_of_two_points():
    """Q = 0 is no violation, Q = 1/2 is one at every rate and efficiency."""
    found = run("key_limits", steps=1)
    assert (found["tried"], found["violations"], found["error"], found["fraction"]) == (18, 9, 0.5, -1)
    with pytest.raises(ValueError, match="key_rate must be one of printed, standard, got 'print'; did you mean"):
        run("key_limits", key_rate="print")


# --- C29 ---


def test_values_that_the_paper_lists():
    assert certificates.ENTANGLEMENT_RATES == (10.0, 20.0, 50.0)
    assert certificates.EFFICIENCIES == (0.8, 0.9, 1.0)
    assert certificates.TABLE_RATES == (0.001, 0.01, 0.05)
    assert certificates.FIGURE_RATES == (0.1, 0.01, 0.001, 0.0001)


def test_values_that_table_ii_implies():
    found = run("table_values")
    assert found["generation_s"] == pytest.approx(737.5 * 2048 * 8 / 2.5e9, rel=1e-14)
    assert found["finality_s"] == pytest.approx(10 + 1000e-5 + 8192 / 3.5e6 + (640 / 2000 + 8) * 1e-3, rel=1e-14)
    assert found["efficiency"] == 1.6
    assert found["missing"] == 2
    assert found["band_mhz"] == pytest.approx(15 / math.log2(1 + 10**1.8), rel=1e-14)
    assert run("table_values", keys=0)["finality_s"] == pytest.approx(found["finality_s"] - 0.01, rel=1e-14)


# --- C21 ---


def check_table_against_plain_python(system="printed"):
    """F of every joint action of two slots, one number at a time."""
    setting = Setting(n_vehicle=2, n_node=2, n_edge=2)
    slots = draw_slots(2, setting=setting, seed=31)
    for slot in (at(slots, 0), at(slots, 1)):
        if system == "printed":
            table = separability.printed_objective(slot, setting)
        else:
            table = separability.objective_table(slot, setting, (0.9, 0.6))
        assert table.shape == (3, 3, 3, 3, 2, 2)
        for eta1, eta2, a1, a2, w, b in itertools.product(*map(range, table.shape)):
            share = (0.9, 0.6)[b]
            want = plain_objective(slot, [(0.8, 0.9, 1.0)[eta1], (0.8, 0.9, 1.0)[eta2]], [a1, a2], w + 1, share, system)
            assert table[eta1, eta2, a1, a2, w, b] == pytest.approx(want, rel=1e-12)


def plain_objective(slot, efficiencies, choice, miner, share, system):
    p = SMALL.qkd
    constants = {"v_s": 50, "sigma": 0.01, "alpha": 0.2, "fringe": 0.95, "coupling": 0.8, "noise": 0.5, "err": 0}
    margins = {"mu1": 1, "mu2": 1, "n_sec": 1e6, "eps": p.epsilon_sec}
    rates = [
        [reference.link(float(km), eta, **constants, **margins)[4] for km in row]
        for eta, row in zip(efficiencies, slot.length_km, strict=True)
    ]
    access = "noma_literal" if system == "printed" else "ofdma"
    radio = {"share": 1.0, "band": 35e6 / 2} if system == "printed" else {"share": share, "band": 35e6}
    _, _, nu = reference.radio(
        slot.power_w.tolist(), slot.gain.tolist(), choice, **radio, density=10**-20.4, access=access
    )
    tasks = [
        reference.task(
            choice[x],
            bits=slot.size_bits[x],
            cycles=slot.cycles[x],
            rate=nu[x],
            vehicle_hz=slot.vehicle_hz[x],
            edge_hz=slot.edge_hz,
            n_there=len(reference.others(choice, x)),
            share_cpu=system == "main",
            result=0.05,
            relay=1e-9,
        )
        for x in range(2)
    ]
    finality = reference.block(
        miner,
        keys=slot.keys,
        edge_hz=slot.edge_hz,
        left_hz=(1 - share) * 35e6,
        density=737.5,
        bits=16384,
        share=0.1,
        c_q=1e-5,
        vote=8192,
        header=640,
        transaction=2000,
        each=1e-3,
    )
    return reference.objective(rates, tasks, finality)


@pytest.mark.parametrize("system", ["printed", "main"])
def test_table_against_plain_python(system):
    check_table_against_plain_python(system)


def check_excess_by_hand():
    """A sum of parts has none; where the second variable turns the first around, one by one ends at 4, not at 2."""
    parts = np.add.outer(np.add.outer([3.0, 1.0, 2.0], [5.0, 4.0]), [1.0, 7.0])
    assert separability.excess(parts) == 0
    assert separability.excess(np.array([[3.0, 2.5], [2.9, 4.0], [9.0, 2.0]])) == 1.0


def test_excess_by_hand():
    check_excess_by_hand()


def test_mismatches_are_counted():
    """Three instances, their tables above: no mismatch as printed, and crowds in the main reading."""
    found = run("separable")
    slots = separability.draw_instances(3, STREAMS.rng("instance", 0), Setting(n_vehicle=2))
    gaps = [separability.excess(separability.objective_table(slot, Setting(n_vehicle=2), (0.9, 0.6))) for slot in slots]
    assert (found["mismatches"], found["tried"], found["actions"]) == (0, 3, 3 * 9 * 2 * 2)
    assert found["gap"] < 1e-12
    assert found["mismatches_shared"] == sum(gap > 1e-12 for gap in gaps)
    assert found["gap_shared"] == max(gaps) > 0.01


def test_instances_are_those_of_the_main_reading():
    setting = Setting(n_vehicle=4, n_node=2)
    slots = separability.draw_instances(200, np.random.default_rng(0), setting)
    for slot in slots:
        slot.fits(setting)
    size = np.stack([slot.size_bits for slot in slots]) / 8e6
    assert ((size > 5) & (size < 15)).all()
    assert abs(size.mean() - 10) < 0.5
    for name, lo, hi in (
        ("vehicle_hz", 0.35e9, 0.5e9),
        ("edge_hz", 1.75e9, 2.5e9),
        ("length_km", 2, 20),
        ("keys", 500, 1500),
        ("time_s", 0, 0),
    ):
        values = np.stack([getattr(slot, name) for slot in slots])
        assert lo <= values.min() <= lo + 0.05 * (hi - lo)
        assert hi - 0.05 * (hi - lo) <= values.max() <= hi
    assert {float(p) for slot in slots for p in slot.power_w.ravel()} == {1, 5, 10, 20}
    assert {float(f) for slot in slots for f in slot.cycles} == {0.5e9, 1.8e9, 3e9}
    gain_db = 10 * np.log10(np.stack([slot.gain for slot in slots]))
    assert -122 < gain_db.mean() < -108
    assert len(np.unique(gain_db)) == gain_db.size
    assert all((slot.power_w[:, 0] == slot.power_w[:, 1]).all() for slot in slots)
    with pytest.raises(ValueError, match="instances must be a whole number of at least 1, got 0"):
        separability.draw_instances(0, np.random.default_rng(0), setting)


# --- words ---


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("election", r"starts with 0\.6 of the stake produces 30 of 30 blocks; 0 of these rounds move any stake"),
        ("producer_reward", r"w_p = 0\.6: .* 0 of each unit, .* every node rejects it gives 0\.6"),
        (
            "key_limits",
            r"at Q = 0\.125 C1 and C2 hold with K = 43\.21 bit/s .* = -0\.087; so do 144 of 189 points, 144",
        ),
        ("table_values", r"4\.833 ms, .* 10\.02 s, not 1 s; .* 1\.6; 2 learning rates .* 2\.499 MHz"),
        ("separable", r"best of 108 joint actions in 3 of 3 instances; with .* in [012]$"),
    ],
)
def test_witnesses(name, words):
    module = separability if name == "separable" else certificates
    columns = {key: np.array([value]) for key, value in run(name).items()}
    assert re.search(words, getattr(module, f"{name}_witness")(columns))


def test_words_where_not_all_is_separable():
    counts = {"tried": 9, "actions": 12, "mismatches": 2, "mismatches_shared": 5}
    said = separability.separable_witness({name: np.array([float(value)]) for name, value in counts.items()})
    assert "best of 12 joint actions in 7 of 9 instances; with shared bands and processors in 4" in said
