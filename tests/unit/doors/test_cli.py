"""The command line, on the papers of this repository and on the paper of known truth."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from qbench.evidence import registry
from qbench.evidence.documents import schema
from qbench.evidence.estimate import Estimate
from qbench.evidence.figures import Figure, Series
from qbench.evidence.record import Recorded
from qbench.evidence.store import Store
from tests import synthetic as s

HEAVY = ("torch", "qiskit", "qiskit_aer", "pennylane", "numba", "tensorly", "scipy", "matplotlib", "jinja2")


def held(verdict: str = "reproduced", value: float = 2.93) -> Recorded:
    estimate = Estimate(value, value - 1, value + 1, 0.01, 10, 1.0, "Student t")
    return Recorded(verdict, "it was measured", "2026-01-02", "standard", {"a": estimate})


def test_list_names_every_claim_with_its_record(qbench) -> None:
    result = qbench("list")
    assert result.exit_code == 0
    for paper in registry.papers():
        for claim in paper.claims:
            assert claim.number in result.output
            assert claim.id.split("/")[1] in result.output


def test_brackets_of_a_claim_are_text_and_no_markup(qbench) -> None:
    assert "Tr[x]^2" in "".join(qbench("list", "cloud_qnn").output.split())
    assert "Tr[x]^2" in qbench("show", "G9").output


def test_list_json_has_the_documented_fields(qbench) -> None:
    claims = json.loads(qbench("list", "cvar_vqe", "--json").output)["claims"]
    fields = [
        "id",
        "number",
        "paper",
        "where",
        "says",
        "claimed",
        "unit",
        "parts",
        "proof",
        "untestable",
        "decides_at",
        "recorded",
    ]
    for claim in claims:
        assert set(fields) <= set(claim)
        for part in claim["parts"]:
            assert set(part) == {"name", "band"}
            assert {"lo", "hi", "why"} <= set(part["band"])
    steps = next(c for c in claims if c["number"] == "C13")["parts"]
    assert steps[0]["band"]["lo"] is None
    assert steps[0]["band"]["hi"] == 0.0


def test_verify_json_obeys_its_schema_for_every_outcome(qbench, known, tmp_path: Path) -> None:
    bad = s.Part("a", {"c": s.Cell("broken")}, s.Mean("a"), s.band())
    known(
        s.claim(recorded=held()),
        s.exact_claim(2),
        s.untestable_claim(),
        s.claim("edge", "C04", parts=(s.part(0.0),)),
        s.claim("bad", "C05", parts=(bad,)),
    )
    result = qbench("verify", "--json", str(tmp_path / "deep" / "v.json"), "--report", str(tmp_path / "report"))
    assert result.exit_code == 3
    document = json.loads((tmp_path / "deep" / "v.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, schema())
    assert [c["outcome"] for c in document["claims"]] == [
        "as recorded",
        "contradicts",
        "as recorded",
        "contradicts",
        "error",
    ]
    assert document["claims"][1]["costs"] == {"qubits": 4, "two_qubit_gates": 2}
    assert document["claims"][1]["counterexamples"] == ["2 strings differ"]
    assert "the antenna fell off" in result.output
    assert (tmp_path / "report" / "synthetic" / "index.html").read_text(encoding="utf-8").count("<article") == 5


def test_json_to_standard_output_is_json_alone(qbench, known) -> None:
    known(s.claim(recorded=held()))
    assert json.loads(qbench("verify", "--json", "-").output)["claims"][0]["verdict"] == "reproduced"


def test_the_report_draws_the_papers_figures(qbench, known, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    line = Series.across("ours", "a", {3: s.Cell("normal", {"mean": 3.0})})
    figure = Figure("fig4a", "Fig. 4(a)", "Rate", "BSs", "rate (bit/s/Hz)", (line,))
    paper = replace(known(s.claim(recorded=held())), figures=(figure,))
    monkeypatch.setattr(registry, "papers", lambda: (paper,))
    assert qbench("verify", "--report", str(tmp_path / "report")).exit_code == 0
    table = (tmp_path / "report" / "synthetic" / "fig4a.csv").read_text(encoding="utf-8").splitlines()
    assert table[1].startswith("3.0,ours,2.93")
    assert table[1].endswith(",10")
    assert (tmp_path / "report" / "synthetic" / "fig4a.svg").exists()
    assert 'src="fig4a.svg"' in (tmp_path / "report" / "synthetic" / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("claim", "args", "code"),
    [
        (s.claim(recorded=held()), (), 0),
        (s.claim(recorded=held("not reproduced")), (), 1),
        (s.claim(recorded=held(value=9.0)), (), 1),
        (s.claim(recorded=held()), ("--tier", "fast"), 1),
        (s.claim(), (), 1),
    ],
    ids=["as recorded", "contradicts", "left lock", "nothing decided", "no record"],
)
def test_exit_codes(qbench, known, claim, args, code) -> None:
    known(claim)
    assert qbench("verify", *args).exit_code == code


def test_strict_turns_undecided_into_failure(qbench, known) -> None:
    exact = s.exact_claim(0, recorded=Recorded("reproduced", "w", "2026-01-02", "fast", {"violations": zero()}))
    known(s.claim(recorded=held()), exact)
    assert qbench("verify", "--tier", "fast").exit_code == 0
    assert qbench("verify", "--tier", "fast", "--strict").exit_code == 1


def zero() -> Estimate:
    return Estimate(0.0, 0.0, 0.0, 0.0, 0, 0.0, "exact")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("verfy",), "Did you mean 'verify'?"),
        (("verify", "cvar_vqa"), "did you mean 'cvar_vqe'?"),
        (("verify", "cvar_vqe/variance-bond"), "did you mean 'cvar_vqe/variance-bound'?"),
        (("verify", "--tier", "quick"), "'quick' is not one of"),
        (("verify", "--salt", "-1"), "-1 is not in the range"),
        (("verify", "--workers", "0"), "0 is not in the range x>=1"),
        (("verify", "--workers", "all"), "'all' is not a valid integer"),
        (("verify", "cvar_vqe/C13", "--reading", "discs"), "Did you mean 'disc'?"),
        (("show", "cvar_vqe"), "is a paper with"),
        (("show", "C99"), "no paper or claim is called 'C99'"),
        (("power", "cvar_vqe/C17"), "is analytic: no number of units bears on it"),
        (("record", "cvar_vqe/C17", "cvar_vqe/C18", "--why", "x"), "record them one by one"),
    ],
)
def test_wrong_usage_says_what_and_what_next(qbench, args, words) -> None:
    result = qbench(*args)
    assert result.exit_code == 2
    assert words in " ".join(result.output.split())


def test_numbers_names_and_papers_mean_the_same_claim(qbench) -> None:
    outputs = {
        json.dumps(json.loads(qbench("list", name, "--json").output))
        for name in ("G6", "g6", "cloud_qnn/G6", "cloud_qnn/lemma-1-qubits")
    }
    assert len(outputs) == 1


def test_power_from_the_store_then_from_the_record(qbench, known) -> None:
    known(s.claim(recorded=held()), s.claim("bare", "C04", parts=(s.part(0.5),)))
    assert "spread from the record of 2026-01-02" in qbench("power", "C01").output
    assert qbench("power", "C04").exit_code == 2
    qbench("verify")
    text = qbench("power", "C04").output
    assert "spread from this store" in text
    assert "5, 10, 20 units at standard" in text


def test_quiet_prints_nothing_and_no_colour_in_pipes(qbench, known) -> None:
    known(s.claim(recorded=held()))
    assert qbench("verify", "-q").output == ""
    assert "\x1b[" not in qbench("verify").output


def test_doctor_reports_what_matters(qbench) -> None:
    result = qbench("doctor")
    assert result.exit_code == 0
    for words in ("numpy", "torch", "1 thread", "cvar_vqe", "store", "GiB free"):
        assert words in result.output


def test_doctor_exits_3_on_a_broken_paper(qbench, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken():
        raise RuntimeError("no such entry point")

    monkeypatch.setattr(registry, "papers", broken)
    result = qbench("doctor")
    assert result.exit_code == 3
    assert "a registered paper does not load: no such entry point" in " ".join(result.output.split())


@pytest.mark.parametrize("statement", ["import qbench", "import qbench.pytest_plugin", "import qbench.cli"])
def test_doors_load_nothing_heavy(statement: str) -> None:
    code = f"import sys; {statement}; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom qbench.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")
    assert "Exit codes: 0 nothing contradicts" in " ".join(done.stdout.split())


@pytest.mark.parametrize("option", ["--json", "--report"])
def test_a_place_that_cannot_be_written_is_refused_before_anything_runs(qbench, known, option, tmp_path: Path) -> None:
    known(s.claim(recorded=held()))
    (tmp_path / "file").write_text("x", encoding="utf-8")
    s.CALLS.clear()
    result = qbench("verify", option, str(tmp_path / "file" / "below"))
    assert result.exit_code == 2
    assert "cannot be written to" in result.output
    assert s.CALLS == []


@pytest.mark.parametrize("workers", [(), ("--workers", "1"), ("--workers", "3")], ids=str)
def test_any_number_of_workers_finds_the_same(qbench, known, workers, tmp_path: Path) -> None:
    known(s.claim(recorded=held()), s.claim("open", "C04", parts=(s.part(0.1),)))
    found = json.loads(qbench("verify", *workers, "--json", "-").output)
    parts = [c["parts"] for c in found["claims"]]
    with Store(tmp_path / "store.sqlite") as store:
        digests = {r.key: r.digest for r in store}
    (tmp_path / "store.sqlite").unlink()
    again = json.loads(qbench("verify", "--workers", "1", "--json", "-").output)
    assert [c["parts"] for c in again["claims"]] == parts
    with Store(tmp_path / "store.sqlite") as store:
        assert {r.key: r.digest for r in store} == digests
    assert found["tasks"] == {"stored": 0, "computed": 6, "failed": 0}


def test_what_comes_from_the_store_is_said_before_and_after(qbench, known) -> None:
    known(s.claim(recorded=held()))
    first, again = qbench("verify").output, qbench("verify").output
    assert "look 1: 1 tasks, 0 from the store, about 1 s left on" in first
    assert "2 tasks computed, 0 from the store" in first
    assert "look 1: 1 tasks, 1 from the store\n" in again
    assert "0 tasks computed, 2 from the store" in again


def test_a_damaged_store_is_set_aside_by_verify_and_by_nothing_else(qbench, known, tmp_path: Path) -> None:
    known(s.claim(recorded=held()))
    path = tmp_path / "store.sqlite"
    qbench("verify")
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) // 2])
    for command in (("show", "C01"), ("power", "C01"), ("doctor",)):
        result = qbench(*command)
        assert result.exit_code in {2, 3}
        assert "is damaged (database disk image is malformed): `qbench verify` sets it aside" in " ".join(
            result.output.split()
        )
    assert len(list(tmp_path.glob("store.sqlite.damaged-*"))) == 0
    result = qbench("verify")
    assert result.exit_code == 0
    (aside,) = tmp_path.glob("store.sqlite.damaged-*")
    assert f"Note: the store {path} was damaged (database disk image is malformed); it now lies at {aside}." in (
        result.stderr
    )
    assert "Note" not in qbench("verify").stderr


def test_a_place_where_no_store_can_be_is_a_failure_and_not_wrong_usage(qbench, tmp_path: Path) -> None:
    result = qbench("verify", "cvar_vqe/C09", "--store", "/dev/null/x.sqlite")
    assert result.exit_code == 3
    assert "cannot be opened" in result.stderr
    assert "it and its folder must be writable" in result.stderr


def test_an_empty_environment_variable_is_none(qbench, known, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    known(s.claim(recorded=held()))
    monkeypatch.setenv("QBENCH_STORE", "")
    monkeypatch.chdir(tmp_path)
    assert qbench("verify").exit_code == 0
    assert (tmp_path / ".qbench" / "results.sqlite").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_under_the_json_loses_no_result(qbench, known) -> None:
    known(s.claim(recorded=held()))
    result = qbench("verify", "--json", "/dev/full")
    assert result.exit_code == 3
    assert "could not be written" in result.stderr
    assert "they are in the store: run again" in result.stderr
    assert json.loads(qbench("verify", "--json", "-").output)["tasks"] == {"stored": 2, "computed": 0, "failed": 0}


def test_a_number_that_cannot_be_estimated_is_told_even_when_quiet(qbench, known) -> None:
    known(s.claim(recorded=held(), parts=(s.part(beside={"typo": s.Mean("c")}),)))
    result = qbench("verify", "-q")
    assert result.exit_code == 3
    assert "'typo' beside 'a' was not estimated: no column 'c': the study gave a, b" in result.output


def test_an_empty_reason_is_no_reason(qbench, known) -> None:
    known(s.claim(recorded=held()))
    result = qbench("record", "C01", "--why", " ")
    assert result.exit_code == 2
    assert "--why must say why" in result.output


def test_a_paper_that_does_not_load_exits_3(qbench, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken():
        raise ValueError("records are damaged")

    monkeypatch.setattr(registry, "papers", broken)
    result = qbench("list")
    assert result.exit_code == 3
    assert "a registered paper does not load: ValueError: records are damaged" in result.output


def test_show_and_power_make_no_store(qbench, known, tmp_path: Path) -> None:
    known(s.claim(recorded=held()))
    assert qbench("show", "C01").exit_code == 0
    assert qbench("power", "C01").exit_code == 0
    assert not (tmp_path / "store.sqlite").exists()


def test_doctor_sees_a_store_that_cannot_be_made(qbench, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    result = qbench("doctor", "--store", str(tmp_path / "file" / "store.sqlite"))
    assert result.exit_code == 3
    assert "no store can be made" in result.output


def test_an_unknown_reading_among_many_is_not_answered_by_a_list_of_all() -> None:
    call = "import sys; from qbench.cli import main; sys.argv[0] = 'qbench'; main()"
    command = [sys.executable, "-c", call, "verify", "cvar_vqe/C01", "--reading", "n512-raw-hard-log-fina"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    said = " ".join(done.stderr.split())
    assert "Did you mean 'n512-raw-hard-log-final'? They have: 135 readings" in said
    assert len(said) < 500
