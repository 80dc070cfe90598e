"""Constants: what Table II states, what follows from it, and what is refused."""

from __future__ import annotations

import pytest

from qbench.papers.tn_qdrl.parameters import MID, SMALL, Chain, Qkd, Radio, Setting, Tasks, Weights
from qbench.papers.tn_qdrl.qkd import visibility


def test_constants_of_table_ii():
    radio, chain, weights = Radio(), Chain(), Weights()
    assert (radio.bandwidth_hz, radio.fixed_rate, radio.power_max_w) == (35e6, 15e6, 20.0)
    # A density: 35 MHz of it are 0.139 pW, -98.56 dBm.
    assert radio.noise_w_per_hz * 35e6 == pytest.approx(1.39337509694e-13, rel=1e-11, abs=0)
    assert radio.threshold == pytest.approx(63.0957, rel=1e-6)
    assert (chain.density, chain.block_bits, chain.n_transactions) == (737.5, 16384.0, 8)
    assert (weights.delay_weight, weights.key_scale) == (0.4, 0.5)
    assert Qkd().source_rate == 50.0
    assert visibility(Qkd().phase, Qkd().phase_noise) == pytest.approx(0.95, rel=1e-15)
    assert Tasks().delay_max_s == Chain().finality_max_s == 1.0


def test_profiles():
    assert (SMALL.n_vehicle, SMALL.n_node, SMALL.n_edge, SMALL.n_receiver) == (3, 1, 2, 5)
    assert (MID.n_vehicle, MID.n_node, MID.n_edge, MID.n_receiver) == (10, 2, 4, 14)
    assert MID.qkd == SMALL.qkd


def test_a_block_holds_whole_transactions():
    assert [Chain(block_bits=kb * 8192.0).n_transactions for kb in (1, 2, 4, 8)] == [4, 8, 16, 32]
    assert Chain(block_bits=1999.0).n_transactions == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Setting(n_vehicle=0), r"n_vehicle must be a whole number of at least 1, got 0"),
        (lambda: Setting(n_edge=2.0), r"n_edge must be a whole number of at least 1, got 2.0"),
        (lambda: Qkd(phase_noise=-0.1), r"phase_noise must lie in \[0, inf\), got -0.1"),
        (lambda: Qkd(source_rate=0.0), r"source_rate must lie in \(0, inf\), got 0.0"),
        (lambda: Qkd(coupling=1.6), r"coupling must lie in \[0, 1\], got 1.6"),
        (lambda: Qkd(other_errors=0.6), r"other_errors must lie in \[0, 0.5\], got 0.6"),
        (lambda: Qkd(key_rate="standart"), r"key_rate must be one of printed, standard, .*; did you mean 'standard'"),
        (lambda: Qkd(key_use="none"), r"key_use must be one of consumed, free, shared_source, got 'none'"),
        (lambda: Radio(access="noma"), r"access must be one of fixed, noma_literal, noma_sic, ofdma, got 'noma'"),
        (lambda: Radio(bandwidth_hz=0.0), r"bandwidth_hz must lie in \(0, inf\), got 0.0"),
        (lambda: Radio(noise_dbm_per_hz=float("nan")), r"noise_dbm_per_hz must lie in \[-3000, 3000\], got nan"),
        (lambda: Chain(miner_share=1.5), r"miner_share must lie in \(0, 1\], got 1.5"),
        (lambda: Chain(listed_generation_s=-20.0), r"listed_generation_s must lie in \[0, inf\), got -20.0"),
        (lambda: Weights(delay_weight=1.0), r"delay_weight must lie in \(0, 1\), got 1.0"),
        (lambda: Weights(key_floor=0.0), r"key_floor must lie in \(0, inf\), got 0.0"),
    ],
)
def test_values_outside_their_range(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Tasks(share_cpu=1), r"share_cpu must be True or False, got 1"),
        (lambda: Tasks(result_share="5 %"), r"result_share must be a number, got '5 %'"),
        (lambda: Chain(vote_bits=None), r"vote_bits must be a number, got None"),
        (lambda: Setting(qkd=Radio()), r"qkd must be of Qkd, got Radio\("),
    ],
)
def test_values_of_another_kind(call, message):
    with pytest.raises(TypeError, match=message):
        call()
