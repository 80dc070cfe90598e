"""Which rates exceed |Phi|, against plain loops."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from qbench.papers.cloud_edge_qnn.bounds import ideal_rates, ideal_rates_witness, separate_cells, spread_channels
from tests.oracles import cloud_qnn_reference as reference

FAIR = [a for a in itertools.product(range(3), repeat=4) if len(set(a)) == 3]


def beam(h):
    # Towards a user that it does not reach an AP has no direction to prefer.
    return reference.mr_beam(h) if any(h) else [1 / math.sqrt(2)] * 2


def slow(h, a, rho):
    """Link rates, lowest rate, and |Phi| of every AP for each target, by loops; h[m][k][j]."""
    v = reference.mr_beams(h, a, beam)
    links = [reference.link_rate(m, h, v, a, rho, 0.1) for m in range(4)]
    targets = {
        suffix: [reference.ideal([h[m]], rho, name, [a[m]]) for m in range(4)]
        for suffix, name in (("", "gram"), ("_rank1", "rank1"), ("_rank1_half", "rank1_half"))
    }
    return links, min(reference.user_rates(h, v, a, rho, 0.1)), targets


def test_counts_by_loops() -> None:
    found = ideal_rates({"channels": 2, "snr_db": [0.0, 30.0]}, None, range(1))
    wanted = dict.fromkeys(found, 0.0) | {"gap": math.inf}
    networks = [x.tolist() for x in np.concatenate([separate_cells(), spread_channels(2)])]
    for rho, h, a in itertools.product((1.0, 1000.0), networks, FAIR):
        links, lowest, targets = slow(h, a, rho)
        for suffix, target in targets.items():
            wanted[f"violations_precode{suffix}"] += sum(r > t + 1e-9 for r, t in zip(links, target, strict=True))
            wanted[f"violations_assign{suffix}"] += lowest > sum(target) + 1e-9
        wanted["links"] += 4
        wanted["networks"] += 1
        wanted["gap"] = min(wanted["gap"], sum(targets[""]) - lowest)
    wanted |= {"rate": math.log2(1001), "target": math.log2(501)}
    assert {name: float(values[0]) for name, values in found.items()} == pytest.approx(wanted, rel=1e-9)


def test_separate_cells_are_the_counterexample() -> None:
    found = ideal_rates({"channels": 0, "snr_db": [10.0]}, None, range(1))
    # Of 36 assignments, AP m serves the user that it reaches, alone, in some; that is what gram and rank1_half miss.
    reached = sum(a[m] == (0, 1, 2, 2)[m] for a in FAIR for m in range(4))
    noisy = sum(a[2] == a[3] == 2 for a in FAIR)
    assert 2 * noisy < reached
    assert reached - 2 * noisy <= found["violations_precode"][0] <= reached
    assert found["violations_precode_rank1"][0] == 0
    assert found["violations_assign"][0] == 0
    words = ideal_rates_witness(found)
    assert "its rate is 3.459, |Phi_precode| 2.585" in words
    assert f"by {found['violations_precode'][0]:g} of 144 links" in words
    assert "by 0 of 36 networks" in words


def test_spread_channels() -> None:
    moduli = np.abs(spread_channels(50))
    assert 0.1 <= moduli.min() < 0.2
    assert 5.0 < moduli.max() <= 10.0
    assert len(np.unique(moduli)) == moduli.size
