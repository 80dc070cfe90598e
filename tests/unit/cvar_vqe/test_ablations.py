"""Tables of the docs that carry no verdict: costs of the two methods, and how often the best BS changes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from qbench.evidence.streams import Streams
from qbench.papers.cvar_vqe.baselines import association_dnn, parameter_count
from qbench.papers.cvar_vqe.complexity import complexity, main
from qbench.papers.cvar_vqe.instances import PHYSICS
from qbench.papers.cvar_vqe.studies.handovers import handovers, moved
from qbench.papers.cvar_vqe.system import Parameters, draw_network

DOCS = Path(__file__).parents[3] / "docs" / "papers" / "cvar_vqe.md"
SMALL = {**PHYSICS, "agents": 3, "instances": 20, "first": 2, "last": 5, "step_m": 25.0}


def test_costs_by_hand() -> None:
    c = complexity()
    assert c.vqe_parameters == 32
    assert c.dnn_parameters == parameter_count(association_dnn(4, 4)) == 59_920
    # 32 RYs on 2^15 pairs of amplitudes: four products and two sums each, 100 times.
    assert c.vqe_flop == 100 * 32 * 2**15 * 6
    assert c.dnn_inference_flop == 2 * (16 * 64 + 64 * 128 + 128 * 256 + 256 * 64 + 64 * 16)
    assert (c.break_even - 1) * (c.vqe_flop - c.dnn_inference_flop) < c.dnn_training_flop
    assert c.break_even * (c.vqe_flop - c.dnn_inference_flop) >= c.dnn_training_flop
    assert complexity(depth=3).vqe_flop == 2 * c.vqe_flop


def test_the_docs_show_what_the_command_prints(capsys) -> None:
    main()
    printed = capsys.readouterr().out
    text = DOCS.read_text(encoding="utf-8")
    numbers = [word for word in printed.split() if "," in word and word.strip(",").replace(",", "").isdigit()]
    assert len(numbers) == 4
    assert [n for n in numbers if n not in text] == []
    assert "564" in printed
    assert "564 instances" in text.replace("\n", " ")


def test_costs_refuse_nonsense() -> None:
    with pytest.raises(ValueError, match="evaluations must be a whole number of at least 1"):
        complexity(evaluations=0)


def test_shares_and_a_standing_network() -> None:
    columns = handovers(SMALL, Streams("test"), range(2))
    assert len(columns) == 8
    for name, values in columns.items():
        assert np.all((values >= 0.0) & (values <= 1.0)), name
    for j in range(2, 6):
        # Leaving costs more than staying: never more changes on average where only a change is charged.
        assert columns[f"changed_charged_{j}"].mean() <= columns[f"changed_{j}"].mean()


def test_vehicles_move_along_the_road_and_come_round() -> None:
    p = Parameters()
    network = draw_network(np.random.default_rng(0), batch=4, agents=3, stations=2, parameters=p)
    at_the_end = replace(network, agent_xy=np.full((4, 3, 2), [990.0, 2.0]))
    after = moved(at_the_end, 25.0, p)
    np.testing.assert_allclose(after.agent_xy[..., 0], 15.0)
    np.testing.assert_array_equal(after.agent_xy[..., 1], 2.0)
    np.testing.assert_array_equal(after.station_xy, network.station_xy)
