import json
import sys
from datetime import UTC, datetime
from importlib import metadata

from qbench import __version__
from qbench.evidence.provenance import provenance, versions


def test_what_made_a_result():
    facts = provenance()
    assert facts["qbench"] == __version__
    assert facts["python"] == sys.version.split()[0]
    assert all(facts[name] for name in ("platform", "machine", "host"))
    assert abs((datetime.now(UTC) - datetime.fromisoformat(facts["utc"])).total_seconds()) < 5.0
    json.dumps(facts, allow_nan=False)


def test_versions_of_what_is_required():
    assert versions()["numpy"] == metadata.version("numpy")
    assert {"numpy", "scipy", "torch", "qiskit"} <= set(versions())
    assert list(versions()) == sorted(versions())


def test_callers_cannot_spoil_what_others_see():
    provenance()["versions"]["numpy"] = "0"
    assert provenance()["versions"]["numpy"] == metadata.version("numpy")
