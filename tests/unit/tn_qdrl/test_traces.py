"""Trace files and their parts: round trips, every malformed line, wraps by hand, the trace in the package."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections import Counter
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

from qbench.papers.tn_qdrl.traces import Trace, parts, read_trace, recorded, write_trace

ROOT = Path(__file__).parents[3]


def generators(*seeds):
    return [np.random.default_rng(seed) for seed in seeds]


def numbered(n_slot=7, n_vehicle=3):
    """A trace whose places tell slot and vehicle: x = slot, y = vehicle."""
    slot, vehicle = np.meshgrid(np.arange(float(n_slot)), np.arange(float(n_vehicle)), indexing="ij")
    return Trace(np.stack([slot, vehicle], axis=-1), "by hand")


@pytest.mark.parametrize("name", ["trace.csv", "trace.csv.gz"])
def test_round_trip(tmp_path, name):
    places = np.random.default_rng(0).normal(200, 100, (5, 3, 2))
    places[0, 0] = -0.0, 1e-300
    write_trace(tmp_path / name, Trace(places, "two words\nand a line"))
    back = read_trace(tmp_path / name)
    np.testing.assert_array_equal(back.places.view(np.int64), places.view(np.int64))
    assert back.source == "two words\nand a line"
    assert (back.n_slot, back.n_vehicle) == (5, 3)
    assert (tmp_path / name).read_bytes()[:2] == (b"\x1f\x8b" if name.endswith("gz") else b"# ")


def test_a_file_by_hand(tmp_path):
    file = tmp_path / "by_hand.csv"
    file.write_bytes(b"# from nowhere\r\nslot,x0,y0,x1,y1\r\n0,0,1.5, 2 ,-3\r\n1,1e1,1.5,2,4\r\n")
    trace = read_trace(str(file))
    assert trace.places.tolist() == [[[0, 1.5], [2, -3]], [[10, 1.5], [2, 4]]]
    assert trace.source == "from nowhere"
    write_trace(file, trace)
    assert file.read_text() == "# from nowhere\nslot,x0,y0,x1,y1\n0,0.0,1.5,2.0,-3.0\n1,10.0,1.5,2.0,4.0\n"


def test_the_same_trace_gives_the_same_file(tmp_path):
    for name in ("a.csv.gz", "b.csv.gz"):
        write_trace(tmp_path / name, numbered())
    packed = (tmp_path / "a.csv.gz").read_bytes()
    assert packed == (tmp_path / "b.csv.gz").read_bytes()
    # The time of day, which gzip keeps in these bytes, would change the file.
    assert packed[4:8] == bytes(4)


GOOD = "# words\nslot,x0,y0\n0,1,2\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"line 1: a trace needs the columns slot,x0,y0,\.\.\., the file ends here"),
        ("# words\n", r"line 2: a trace needs the columns"),
        ("slot,x0,y0\n", r"line 2: a trace needs a row of slot 0, the file ends here"),
        ("0,1,2\n", r"line 1: the columns must be named slot,x0,y0,x1,y1,\.\.\., got '0,1,2'"),
        ("slot,x0\n0,1\n", r"line 1: the columns must be named"),
        ("slot,x0,y0,x1\n0,1,2,3\n", r"line 1: the columns must be named"),
        ("slot,x0,y0,x2,y2\n", r"line 1: the columns must be named"),
        ("slot,y0,x0\n", r"line 1: the columns must be named"),
        ("slot\n0\n", r"line 1: the columns must be named"),
        ("\n" + GOOD, r"line 1: the columns must be named slot,x0,y0,x1,y1,\.\.\., got ''"),
        (GOOD + "1,1\n", r"line 4: a row must have 3 fields, as many as columns, got 2"),
        (GOOD + "1,1,2,3\n", r"line 4: a row must have 3 fields, as many as columns, got 4"),
        (GOOD + "\n", r"line 4: a row must have 3 fields, as many as columns, got 1"),
        (GOOD + "# late words\n", r"line 4: a row must have 3 fields"),
        (GOOD + "2,1,2\n", r"line 4: slots must run 0, 1, 2, \.\.\. without gaps: here 1, got '2'"),
        (GOOD + "0,1,2\n", r"line 4: slots must run 0, 1, 2, \.\.\. without gaps: here 1, got '0'"),
        (GOOD + "1.0,1,2\n", r"line 4: slots must run 0, 1, 2, \.\.\. without gaps: here 1, got '1\.0'"),
        (GOOD + "1,1,east\n", r"line 4: places must be finite numbers of metres, got 'east'"),
        (GOOD + "1,1,nan\n", r"line 4: places must be finite numbers of metres, got 'nan'"),
        (GOOD + "1,inf,2\n", r"line 4: places must be finite numbers of metres, got 'inf'"),
        (GOOD + "1,,2\n", r"line 4: places must be finite numbers of metres, got ''"),
        (GOOD + "1,1e999,2\n", r"line 4: places must be finite numbers of metres, got '1e999'"),
    ],
)
@pytest.mark.parametrize("name", ["bad.csv", "bad.csv.gz"])
def test_malformed_files(tmp_path, name, text, message):
    file = tmp_path / name
    file.write_bytes(gzip.compress(text.encode()) if name.endswith("gz") else text.encode())
    with pytest.raises(ValueError, match=f"{name}, {message}"):
        read_trace(file)


def test_files_that_are_no_text(tmp_path):
    file = tmp_path / "bad.csv"
    file.write_bytes(GOOD.encode() + b"1,1,2\n2,\xff,2\n")
    with pytest.raises(ValueError, match=r"bad\.csv, line 5: a trace is text in UTF-8, invalid start byte"):
        read_trace(file)


def test_files_that_are_not_packed(tmp_path):
    whole = gzip.compress(GOOD.encode() + b"".join(b"%d,1,2\n" % k for k in range(1, 4000)))
    broken = bytearray(whole)
    broken[len(whole) // 2] ^= 0xFF
    for content in (GOOD.encode(), whole[: len(whole) // 2], bytes(broken), whole[:10] + 100 * b"\xff"):
        file = tmp_path / "bad.csv.gz"
        file.write_bytes(content)
        with pytest.raises(ValueError, match=r"bad\.csv\.gz, (after )?line \d+: "):
            read_trace(file)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere\.csv"):
        read_trace(tmp_path / "nowhere.csv")


def check_parts_by_hand():
    """Offsets and vehicles from the generators, slot by slot: slots wrap, vehicles stay who they are."""
    trace = numbered()
    found = parts(trace, generators(1, 2, 3), n_vehicle=2, n_slot=16)
    assert found.shape == (3, 16, 2, 2)
    offsets = set()
    for part, rng in zip(found, generators(1, 2, 3), strict=True):
        offset, who = int(rng.integers(7)), rng.permutation(3)[:2].tolist()
        assert part.tolist() == [[[(offset + t) % 7, vehicle] for vehicle in who] for t in range(16)]
        offsets.add(offset)
    assert len(offsets) > 1


def test_parts_by_hand():
    check_parts_by_hand()


def check_part_bits():
    trace = numbered(50, 6)
    together = parts(trace, generators(4, 5), n_vehicle=6, n_slot=60)
    for s, seed in enumerate((4, 5)):
        np.testing.assert_array_equal(parts(trace, generators(seed), n_vehicle=6, n_slot=60)[0], together[s])
        shorter = parts(trace, generators(seed), n_vehicle=2, n_slot=9)[0]
        np.testing.assert_array_equal(shorter, together[s, :9, :2])


def test_part_bits():
    check_part_bits()


def test_every_offset_and_vehicle_occurs():
    """Uniform over both: of 3000 seeds each of 7 x 3 pairs gets about 143; five standard deviations are 58."""
    found = parts(numbered(), generators(*range(3000)), n_vehicle=1, n_slot=1)[:, 0, 0]
    seen = Counter(map(tuple, found.tolist()))
    assert len(seen) == 21
    assert max(abs(n - 3000 / 21) for n in seen.values()) < 58


def test_parts_keep_the_trace_as_it_is():
    trace = numbered()
    parts(trace, generators(1), n_vehicle=3, n_slot=7)[:] = np.nan
    assert np.isfinite(trace.places).all()
    with pytest.raises(ValueError, match="read-only"):
        trace.places[0] = 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Trace(np.zeros((3, 2))), r"places must have at least 3 axes, got shape \(3, 2\)"),
        (lambda: Trace(np.zeros((3, 2, 3))), r"places must be \(n_slot, n_vehicle, 2\), got shape \(3, 2, 3\)"),
        (lambda: Trace(np.full((1, 1, 2), np.nan)), r"places must be finite, got nan at index \(0, 0, 0\)"),
        (lambda: parts(numbered(), [], n_vehicle=1, n_slot=1), r"rngs must hold a generator for each seed, got none"),
        (
            lambda: parts(numbered(), generators(0), n_vehicle=4, n_slot=1),
            r"n_vehicle must be at most 3, the vehicles of the trace, got 4; python -m .*sumo --record records more",
        ),
        (lambda: parts(numbered(), generators(0), n_vehicle=0, n_slot=1), r"n_vehicle must be a whole number"),
        (lambda: parts(numbered(), generators(0), n_vehicle=1, n_slot=0), r"n_slot must be a whole number"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_seed_is_no_generator():
    with pytest.raises(TypeError, match=r"rng must be a numpy.random.Generator, got 7; make one"):
        parts(numbered(), [7], n_vehicle=1, n_slot=1)


def test_the_recorded_trace_is_what_it_says():
    trace = recorded()
    assert trace.places.shape == (3600, 10, 2)
    assert trace.source.startswith("SUMO 1.")
    assert recorded() is trace


def test_the_recorded_trace_is_in_the_wheel(tmp_path):
    """hatch decides what the wheel holds; the file beside the code is not proof."""
    pytest.importorskip("hatchling", reason="hatchling builds the wheel: pip install hatchling")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    name = "qbench/papers/tn_qdrl/data/sumo_grid.csv.gz"
    with ZipFile(wheel) as packed:
        assert packed.read(name) == (ROOT / name).read_bytes()
        assert packed.getinfo(name).file_size < 200_000
