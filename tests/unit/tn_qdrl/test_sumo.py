"""SUMO's traffic: the trace in the package against its own draws and, where SUMO is installed, against a new run.

SUMO's versions drive differently: the run is compared only under the version that the trace names.
"""

from __future__ import annotations

import gzip
import importlib
import itertools
from types import SimpleNamespace

import numpy as np
import pytest

from qbench.papers.tn_qdrl import sumo
from qbench.papers.tn_qdrl.mobility import streets
from qbench.papers.tn_qdrl.traces import read_trace, recorded


def require_sumo():
    for name in ("libsumo", "sumo"):
        pytest.importorskip(name, reason='SUMO is absent: pip install "qbench-reproductions[sumo]"')


def recorded_version():
    return recorded().source.splitlines()[0]


def street_of(place):
    """The directed street on whose lane, 1.6 m to the right of the middle, a place is; None near junctions."""
    start, heading, _, _ = streets()
    for s, (origin, ahead) in enumerate(zip(start, heading, strict=True)):
        along = (place - origin) @ ahead
        right = (place - origin) @ (ahead[1], -ahead[0])
        if 15 < along < 135 and abs(right - 1.6) < 0.01:
            return s
    return None


def streets_driven(places):
    seen = [s for s in map(street_of, places) if s is not None]
    return [s for s, _ in itertools.groupby(seen)]


def check_turns(places, seed, n_second):
    """Every vehicle drives the streets that its draws name, from wherever the warm-up took it."""
    rng = np.random.default_rng(seed)
    rng.integers(2**31)
    routes = sumo._routes(rng, places.shape[1], n_second)
    for vehicle, route in enumerate(routes.T.tolist()):
        driven = streets_driven(places[:, vehicle])
        begins = [k for k in range(len(route)) if route[k : k + len(driven)] == driven]
        assert len(begins) == 1, f"vehicle {vehicle} drives {driven}, drawn {route}"
        # 300 s at 10 m/s are 20 streets at most.
        assert 5 < begins[0] <= 20


def check_recorded_turns():
    places = recorded().places
    check_turns(places[:900], sumo.SEED, sumo.WARM_UP + len(places))


def test_the_recorded_vehicles_take_the_turns_drawn():
    check_recorded_turns()


def test_the_recorded_vehicles_keep_to_the_streets_and_the_limit():
    places = recorded().places
    assert places.min() == pytest.approx(-1.6)
    assert places.max() == pytest.approx(451.6)
    across = np.abs(places - 150 * np.round(places / 150)).min(axis=-1)
    # Lanes are 1.6 m beside the middle; who turns cuts the corner.
    assert across.max() < 7
    assert (across <= 1.61).mean() > 0.95
    step = np.linalg.norm(np.diff(places, axis=0), axis=-1)
    assert step.max() < 10.02
    # It is traffic: vehicles slow down for junctions and each other, and none stands for long.
    assert 7 < step.mean() < 9
    standing = np.lib.stride_tricks.sliding_window_view(step < 0.1, 30, axis=0)
    assert not standing.all(axis=-1).any()


def test_routes_turn_like_the_walk():
    _, _, after, n_after = streets()
    taken = sumo._routes(np.random.default_rng(0), 50, 3000)
    assert taken.shape == (203, 50)
    share = np.zeros(48)
    for before, now in itertools.pairwise(taken):
        assert all(n in after[b, : n_after[b]] for b, n in zip(before, now, strict=True))
        np.add.at(share, now, 1 / now.size / 202)
    # Stationary and uniform over the 48 streets: 10,100 of them drawn, 210 a street.
    assert np.abs(48 * share - 1).max() < 0.5


def test_a_new_run_gives_the_recorded_trace():
    require_sumo()
    here = sumo.version()
    if here != recorded_version():
        pytest.skip(f"the trace was recorded with {recorded_version()}, here is {here}; versions drive differently")
    again = sumo.record()
    assert again.source == recorded().source
    np.testing.assert_array_equal(again.places, recorded().places)


def test_runs_nest_and_follow_their_generator():
    """Under any version: a longer run keeps the slots of a shorter one, another seed drives elsewhere."""
    require_sumo()
    short, longer, other = (
        sumo.simulate(np.random.default_rng(seed), n_vehicle=4, n_slot=n) for seed, n in ((5, 40), (5, 90), (6, 40))
    )
    assert longer.shape == (90, 4, 2)
    np.testing.assert_array_equal(longer[:40], short)
    assert not np.array_equal(short, other)
    check_turns(sumo.simulate(np.random.default_rng(5), n_vehicle=4, n_slot=400), 5, sumo.WARM_UP + 400)


def test_more_vehicles_than_find_room():
    require_sumo()
    with pytest.raises(ValueError, match=r"n_vehicle must fit onto the streets: \d+ of 3000 found room; take fewer"):
        sumo.simulate(np.random.default_rng(0), n_vehicle=3000, n_slot=1)
    # SUMO was closed: the next run starts.
    assert sumo.simulate(np.random.default_rng(0), n_vehicle=1, n_slot=1).shape == (1, 1, 2)


def test_sumo_runs_once_in_a_process(monkeypatch):
    monkeypatch.setattr(sumo, "_module", lambda name: SimpleNamespace(isLoaded=lambda: True))
    with pytest.raises(RuntimeError, match=r"SUMO runs once in a process, and it runs already: close it with libsumo"):
        sumo.simulate(np.random.default_rng(0), n_vehicle=1, n_slot=1)


def test_a_vehicle_off_the_streets():
    """SUMO's place of a vehicle that it took away is -2^30 on both axes."""
    vehicle = SimpleNamespace(getIDCount=lambda: 1, getPosition=lambda _: (-1073741824.0, -1073741824.0))
    with pytest.raises(RuntimeError, match=r"SUMO took a vehicle off the streets; record with fewer"):
        sumo._drive(SimpleNamespace(simulationStep=lambda: None, vehicle=vehicle), 1, 3)


def absent(monkeypatch):
    def no_module(name):
        raise ModuleNotFoundError(f"No module named {name!r}")

    monkeypatch.setattr(importlib, "import_module", no_module)


def test_without_sumo(monkeypatch):
    absent(monkeypatch)
    with pytest.raises(
        sumo.MissingSumoError, match=r'libsumo is not installed: pip install "qbench-reproductions\[sumo\]" brings'
    ):
        sumo.simulate(np.random.default_rng(0), n_vehicle=1, n_slot=1)
    with pytest.raises(sumo.MissingSumoError):
        sumo.version()


def test_the_command_without_sumo(monkeypatch, tmp_path):
    absent(monkeypatch)
    with pytest.raises(SystemExit, match=r"libsumo is not installed"):
        sumo.main(["--record", str(tmp_path / "trace.csv")])
    assert not list(tmp_path.iterdir())


def test_the_command_records(tmp_path, capsys):
    require_sumo()
    file = tmp_path / "trace.csv.gz"
    sumo.main(["--record", str(file), "--vehicles", "2", "--slots", "30", "--seed", "9"])
    trace = read_trace(file)
    np.testing.assert_array_equal(trace.places, sumo.record(9, n_vehicle=2, n_slot=30).places)
    assert trace.source.splitlines()[:2] == [sumo.version(), "4 x 4 junctions, 150 m apart, 10 m/s, seed 9"]
    assert "30 slots of 2 vehicles, SUMO" in capsys.readouterr().out
    assert gzip.decompress(file.read_bytes()).decode().splitlines()[3] == "slot,x0,y0,x1,y1"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--slots", "0"], "n_slot must be a whole number of at least 1, got 0"),
        (["--vehicles", "-1"], "n_vehicle must be a whole number of at least 1, got -1"),
        (["--seed", "-1"], "seed must be a whole number of at least 0, got -1"),
    ],
)
def test_wrong_arguments(tmp_path, arguments, message):
    with pytest.raises(SystemExit, match=message):
        sumo.main(["--record", str(tmp_path / "trace.csv"), *arguments])


def test_a_seed_is_no_generator():
    with pytest.raises(TypeError, match=r"rng must be a numpy.random.Generator, got 7; make one"):
        sumo.simulate(7, n_vehicle=1, n_slot=1)
