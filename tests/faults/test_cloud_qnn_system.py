"""Mistakes in the cell-free system model, its loss and its searches, each with the test that catches it."""

from __future__ import annotations

import numpy as np
import pytest

from qbench.radio import unit_beam
from tests.faults.door import Fault, assert_caught

PAPER = "qbench.papers.cloud_qnn"
UNIT = "tests.unit.cloud_qnn"


def forgets_who_is_taken(_):
    def turns(strength, rounds):
        n_ap, n_user = strength.shape[-2:]
        a = np.full(strength.shape[:-1], -1)
        for turn in range(n_ap if rounds is None else n_user):
            best = np.argmax(strength[..., turn % n_user], axis=-1)[..., None]
            np.put_along_axis(a, best, turn % n_user, axis=-1)
        return a

    return turns


FAULTS = (
    Fault(
        "beam without conjugate",
        (("qbench.radio:maximum_ratio", lambda _: unit_beam),),
        f"{UNIT}.test_rates:test_the_beam_of_appendix_c_forgets_the_conjugate",
    ),
    Fault(
        "steering vector off centre",
        (("qbench.radio.array:antenna_offsets", lambda original: lambda antennas: original(antennas) + 0.5),),
        "tests.unit.radio.test_array:test_steering_by_hand",
    ),
    Fault(
        "path loss applied to the amplitude instead of the power",
        (("qbench.radio:power_law_gain", lambda original: lambda d, kappa: original(d, kappa) ** 2),),
        f"{UNIT}.test_system:test_the_distance_scales_the_channel",
    ),
    Fault(
        "variance of the distance taken for its standard deviation",
        ((f"{PAPER}.system:DISTANCE_VARIANCE", lambda original: original**2),),
        "tests.oracles.test_cloud_qnn_moments:test_folded_distances",
        (0.1,),
    ),
    Fault(
        "rates from the known instead of the true channel",
        ((f"{PAPER}.system:Channels.rated", lambda _: lambda self, rate_channel="h": self.h_hat),),
        f"{UNIT}.test_rates:test_beams_come_from_what_is_known_and_rates_from_the_channel",
    ),
    Fault(
        "dropped interference",
        ((f"{PAPER}.rates:_rate", lambda original: lambda s, d, rho, mu: original(s, 0 * d, rho, mu)),),
        f"{UNIT}.test_rates:test_one_ap_a_user_by_hand",
    ),
    Fault(
        "APs of one user disturb each other",
        ((f"{PAPER}.rates:_rate", lambda original: lambda s, d, rho, mu: original(s, d + s, rho, mu)),),
        f"{UNIT}.test_rates:test_aps_of_one_user_add_up_and_do_not_disturb_it",
    ),
    Fault(
        "sign of the penalty",
        (
            (
                f"{PAPER}.loss:lowest_reward",
                lambda original: lambda rates, who, *, unserved: original(rates, who, unserved=-unserved),
            ),
        ),
        f"{UNIT}.test_loss:test_losses_by_hand",
    ),
    Fault(
        "target without its divisor",
        ((f"{PAPER}.loss:check_snr", lambda original: lambda snr: 2.0 * original(snr)),),
        f"{UNIT}.test_loss:test_gram_target_by_hand",
    ),
    Fault(
        "decoding off by one",
        ((f"{PAPER}.decode:_index", lambda original: lambda *args: original(*args) + 1),),
        f"{UNIT}.test_decode:test_thirds_by_hand",
    ),
    Fault(
        "ties at a threshold left to rounding",
        ((f"{PAPER}.decode:TIE", lambda _: 0.0),),
        f"{UNIT}.test_decode:test_ties_go_up_whichever_way_they_are_rounded",
        (3,),
    ),
    Fault(
        "search takes an AP twice",
        ((f"{PAPER}.search:_turns", forgets_who_is_taken),),
        f"{UNIT}.test_search:test_turns_by_hand",
    ),
    Fault(
        "optimum over assignments that leave users unserved",
        ((f"{PAPER}.assignment:feasible", lambda _: lambda a, n_user: np.ones(a.shape[:-1], bool)),),
        f"{UNIT}.test_assignment:test_exhaustive_is_the_best_of_all_in_plain_python",
        ((4, 3), "sum_rate", 1e6),
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.name)
def test_fault_is_caught(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_caught(fault, monkeypatch)
