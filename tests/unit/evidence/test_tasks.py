"""Tasks: what names a result, and what is accepted as one."""

import json
import pickle
import sys
from dataclasses import fields, replace

import numpy as np
import pytest

from qbench.evidence import tasks
from qbench.evidence.canonical import SCHEMA, canonical_json, sha256
from qbench.evidence.fingerprint import fingerprint
from qbench.evidence.tasks import TaskSpec, checked, execute, load, tasks_of
from tests.synthetic import BROKEN, CODE, COUNT, FRAGILE, INFINITE, NORMAL, STOPPING

TASK = TaskSpec(
    study="synthetic/normal",
    version=1,
    run="tests.synthetic:normal",
    stream="synthetic",
    params={"mean": 0.5, "sd": 1.0},
    salt=0,
    units=(5, 10),
    code="abc",
    engine="numpy",
    sampler="none",
)
CHANGES = {
    "study": "synthetic/other",
    "version": 2,
    "run": "tests.synthetic:fragile",
    "stream": "synthetic/1",
    "params": {"mean": 0.5, "sd": 1.5},
    "salt": 1,
    "units": (5, 15),
    "code": "abd",
    "engine": "torch",
    "sampler": "aer",
}


def only(study, params=None, stop=5, salt=0):
    (task,) = tasks_of("synthetic", study, params or {}, salt, stop)
    return task


# --- keys ---


def test_every_field_enters_the_key():
    assert set(CHANGES) == {f.name for f in fields(TaskSpec)}
    keys = {replace(TASK, **{name: value}).key for name, value in CHANGES.items()}
    assert len(keys | {TASK.key}) == len(CHANGES) + 1


def test_the_schema_enters_the_key(monkeypatch):
    before = TASK.key
    monkeypatch.setattr(tasks, "SCHEMA", SCHEMA + 1)
    # A task hashes itself once; one made after the change has another key.
    assert replace(TASK).key != before


def test_the_key_is_the_hash_of_the_spec():
    assert TASK.key == sha256(TASK.spec())
    assert TASK.spec()["units"] == [5, 10]
    # What is hashed is what is stored, and reads back as it was.
    assert json.loads(canonical_json(TASK.spec())) == TASK.spec()


def test_specs_are_picklable():
    task = only(NORMAL, {"mean": 1.0})
    assert pickle.loads(pickle.dumps(task)).key == task.key  # noqa: S301 - our own bytes


# --- from a study to its tasks ---


def test_blocks_cover_the_units_and_do_not_depend_on_the_look():
    of_20 = list(tasks_of("synthetic", NORMAL, {}, 0, 20))
    assert [t.units for t in of_20] == [(0, 5), (5, 10), (10, 15), (15, 20)]
    assert [t.key for t in tasks_of("synthetic", NORMAL, {}, 0, 10)] == [t.key for t in of_20[:2]]


def test_an_exact_study_runs_once():
    assert [t.units for t in tasks_of("synthetic", COUNT, {}, 0, 20)] == [(0, 1)]


def test_what_a_task_says_of_its_study():
    study = replace(NORMAL, stream="synthetic/{mean}", version=3, engine="torch", sampler="aer")
    task = only(study, {"mean": 2}, salt=7)
    assert (task.study, task.version, task.run) == ("synthetic/normal", 3, "tests.synthetic:normal")
    assert (task.stream, task.params, task.salt) == ("synthetic/2.0", {"mean": 2.0, "sd": 1.0}, 7)
    assert (task.engine, task.sampler, task.code) == ("torch", "aer", fingerprint(CODE))


def test_defaults_enter_the_key_even_where_a_cell_is_silent():
    other = replace(NORMAL, defaults={"mean": 0.0, "sd": 2.0})
    assert only(NORMAL).key != only(other).key
    assert only(NORMAL, {"sd": 2.0}).key == only(other).key


# --- loading ---


def test_load():
    assert load("tests.synthetic:normal").__name__ == "normal"
    with pytest.raises(ValueError, match=r"'no.such:thing' cannot be loaded: No module named 'no'"):
        load("no.such:thing")
    with pytest.raises(ValueError, match=r"tests.synthetic has no 'thing'"):
        load("tests.synthetic:thing")


# --- what a result is ---


def test_columns_become_plain_lists():
    plain = checked({"a": np.array([1, 2]), "b": np.array([True, False]), "c": [0.5, 1.5]}, 2)
    assert plain == {"a": [1.0, 2.0], "b": [1.0, 0.0], "c": [0.5, 1.5]}
    assert {type(v) for values in plain.values() for v in values} == {float}


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({}, "returned no column"),
        ({"a": np.zeros(3)}, r"column 'a' must have shape \(2,\), one value a unit, got \(3,\)"),
        ({"a": np.zeros((2, 1))}, r"got \(2, 1\)"),
        ({"a": 1.0}, r"got \(\)"),
        ({"a": np.zeros(2), "b": np.array([0.0, np.nan])}, "column 'b' is nan at unit 1 of the block"),
        ({"a": np.array([-np.inf, 0.0])}, "column 'a' is -inf at unit 0"),
        # NumPy would drop the imaginary part with no more than a warning.
        ({"a": np.array([1j, 0.0])}, "column 'a' is complex"),
        ({"a": np.array(["x", "y"])}, "could not convert"),
    ],
)
def test_columns_that_are_none(columns, message):
    with pytest.raises(ValueError, match=message):
        checked(columns, 2)


def test_executing_a_task():
    result = execute(only(NORMAL, {"mean": 2.0}))
    assert result.error is None
    assert set(result.columns) == {"a", "b"}
    assert [len(v) for v in result.columns.values()] == [5, 5]
    assert result.digest == sha256(dict(result.columns))
    assert result.key == only(NORMAL, {"mean": 2.0}).key
    assert result.seconds > 0.0
    assert {"host", "versions", "utc"} <= set(result.provenance)


def test_the_digest_tells_columns_and_nothing_else():
    one, again, other = (execute(only(NORMAL, {"mean": m})) for m in (2.0, 2.0, 2.5))
    assert one.digest == again.digest != other.digest
    slower = replace(one, seconds=one.seconds + 9.0, provenance={})
    assert slower.digest == one.digest


def test_units_do_not_depend_on_their_block():
    # Unit 7 is unit 7 whether it comes alone or with others.
    whole = execute(next(tasks_of("synthetic", replace(NORMAL, block=20), {}, 0, 20)))
    blocks = [execute(t) for t in tasks_of("synthetic", NORMAL, {}, 0, 20)]
    assert whole.columns["a"] == [v for block in blocks for v in block.columns["a"]]


def test_a_failure_is_a_result_with_its_traceback():
    result = execute(only(BROKEN))
    assert result.columns is None
    assert "RuntimeError: the antenna fell off" in result.error
    assert 'synthetic.py"' in result.error
    # Line numbers and paths of the traceback stay out of the digest.
    assert result.digest == sha256({"error": "RuntimeError: the antenna fell off"})


def test_an_infinite_value_is_a_failure():
    result = execute(only(INFINITE))
    assert result.columns is None
    assert "column 'a' is inf at unit 4 of the block; a result must be finite" in result.error


@pytest.mark.parametrize("run", ["no.such:thing", "tests.synthetic:thing"])
def test_a_function_that_is_not_there_is_a_failure(run):
    result = execute(replace(TASK, run=run))
    assert result.columns is None
    assert "cannot be loaded" in result.error


def test_a_study_cannot_reach_back_into_its_params(monkeypatch):
    def greedy(params, streams, units):
        params["mean"] = 9.0
        return {"a": np.zeros(len(units))}

    monkeypatch.setattr(sys.modules["tests.synthetic"], "normal", greedy)
    task = only(NORMAL)
    before = task.key
    assert execute(task).key == before == task.key


def test_ctrl_c_is_no_result(monkeypatch):
    STOPPING.add(0)
    try:
        with pytest.raises(KeyboardInterrupt):
            execute(only(FRAGILE))
    finally:
        STOPPING.clear()
