"""pytest: one item a claim. What each outcome means stands in the README and in `pytest --help`.

passed: reproduced as recorded. xfailed: not reproduced, refuted or untestable, as recorded. skipped: undecided here,
with its interval and the tier that decides. failed: contradicts the record or left its lock. error: not measured.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qbench.evidence.claims import Claim
    from qbench.evidence.findings import ClaimResult
    from qbench.evidence.papers import Paper
    from qbench.evidence.store import Store

TIERS = ("fast", "standard", "paper")


class ClaimNotMet(AssertionError):  # noqa: N818 - a verdict, not an error
    """The claim is not reproduced or refuted."""


class ClaimUntestable(Exception):  # noqa: N818 - a verdict, not an error
    """The claim cannot be tested, for the reason that was declared before any run."""


class ClaimContradicts(AssertionError):  # noqa: N818 - an outcome, not an error
    """The verdict differs from the one on record, or an estimate left its lock."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the ledger."""
    group = parser.getgroup("qbench", "published claims (files in a folder named reproductions)")
    default = os.environ.get("QBENCH_TIER") or "fast"
    group.addoption("--qbench-tier", choices=TIERS, default=default, help="tier to verify at [QBENCH_TIER, else fast]")
    group.addoption("--qbench-store", type=Path, help="results store [QBENCH_STORE, else .qbench below the rootdir]")
    group.addoption("--qbench-salt", type=int, default=0, help="another salt repeats everything with fresh randomness")


def pytest_configure(config: pytest.Config) -> None:
    """Pin thread pools before a study starts any, and open no store yet."""
    from qbench.evidence.threads import pin_environment

    if config.option.qbench_tier not in TIERS:  # argparse does not check a default
        raise pytest.UsageError(f"QBENCH_TIER is {config.option.qbench_tier!r}: it must be {', '.join(TIERS)} or unset")
    pin_environment()
    config.stash[_STORE] = None


def pytest_unconfigure(config: pytest.Config) -> None:
    """Close the store."""
    store = config.stash.get(_STORE, None)
    if store is not None:
        store.close()


_STORE: pytest.StashKey[Store | None] = pytest.StashKey()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a module of a folder named `reproductions` as a paper."""
    from qbench.evidence.loading import holds_paper

    if not holds_paper(file_path):
        return None
    collector: PaperFile = PaperFile.from_parent(parent, path=file_path)
    return collector


class PaperFile(pytest.File):
    """A module whose `paper` holds claims."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield one item a claim."""
        from qbench.evidence.loading import LoadError, paper_at

        try:
            paper = paper_at(self.path)
        except LoadError as error:
            raise self.CollectError(str(error)) from error
        for claim in paper.claims:
            yield ClaimItem.from_parent(self, name=claim.id, paper=paper, claim=claim)


class ClaimItem(pytest.Item):
    """One claim, verified at the tier of this session."""

    def __init__(self, *, paper: Paper, claim: Claim, **kwargs: Any) -> None:  # noqa: ANN401 - pytest's own
        super().__init__(**kwargs)
        self.paper = paper
        self.claim = claim
        self.result: ClaimResult | None = None
        self.extra_keyword_matches.update({claim.number, claim.kind, claim.decides_at})
        recorded = claim.recorded.verdict if claim.recorded else ("untestable" if claim.untestable else None)
        if recorded in {"not reproduced", "refuted", "untestable"}:
            why = claim.recorded.why if claim.recorded else claim.untestable
            mark = pytest.mark.xfail(strict=True, raises=(ClaimNotMet, ClaimUntestable), reason=f"{recorded}: {why}")
            self.add_marker(mark)

    def setup(self) -> None:
        """Measure. A study that fails is pytest's "error": the claim was not judged at all."""
        from qbench.evidence.compare import Outcome
        from qbench.evidence.verify import verify

        option = self.config.option
        run = verify([self.claim], [self.paper], _store(self.config), tier=option.qbench_tier, salt=option.qbench_salt)
        self.result = run.claims[0]
        self.user_properties.extend(_properties(self.result))
        self.user_properties.extend(("qbench_note", note) for note in _store(self.config).notes)
        if self.result.outcome is Outcome.ERROR:
            # In set-up this is pytest's "error"; pytrace=False leaves the study's own traceback alone.
            pytest.fail(f"{self.claim.id} could not be measured\n" + "\n".join(self.result.reasons), pytrace=False)

    def runtest(self) -> None:
        """Compare with the record."""
        from qbench.evidence.compare import Outcome

        result = self.result
        if result is None:
            raise RuntimeError(f"{self.claim.id} was not set up")
        message = "\n".join([_headline(result), *(result.main.witnesses if result.main else ()), *result.reasons])
        if result.outcome is Outcome.CONTRADICTS:
            raise ClaimContradicts(message)
        if result.verdict == "untestable":
            raise ClaimUntestable(message)
        if result.verdict in {"not reproduced", "refuted"}:
            raise ClaimNotMet(message)
        if result.verdict == "inconclusive":
            pytest.skip(f"{_headline(result)}; decides at {self.claim.decides_at}. {' '.join(result.reasons)}".strip())

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:  # noqa: ANN401
        """Print verdicts as sentences, other errors as pytest does."""
        if isinstance(excinfo.value, (ClaimNotMet, ClaimUntestable, ClaimContradicts)):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Name the item by number and id."""
        return self.path, 0, f"{self.claim.number} {self.claim.id}"


def _store(config: pytest.Config) -> Store:
    """Return the session's store, opened once."""
    from qbench.evidence.store import Store, StoreError

    store = config.stash[_STORE]
    if store is None:
        default = Path(os.environ.get("QBENCH_STORE") or config.rootpath / ".qbench" / "results.sqlite")
        try:
            store = Store(config.option.qbench_store or default, repair=True)
        except StoreError as error:
            if hasattr(config, "workerinput"):  # xdist takes an exit of one of its workers for a crash
                pytest.fail(str(error), pytrace=False)
            pytest.exit(str(error), returncode=pytest.ExitCode.USAGE_ERROR)
        config.stash[_STORE] = store
    return store


def _headline(result: ClaimResult) -> str:
    """Return verdict and intervals in one line."""
    from qbench.evidence.wording import estimate_text

    parts = result.main.parts if result.main else ()
    shown = "; ".join(f"{r.part.name} {estimate_text(r.estimate, r.part.band.unit)} in {r.part.band}?" for r in parts)
    return f"{result.claim.number} {result.verdict}" + (f": {shown}" if shown else "")


def _properties(result: ClaimResult) -> list[tuple[str, object]]:
    """Return what survives into reports, xdist and JUnit XML: plain strings."""
    return [
        ("qbench_claim", result.claim.id),
        ("qbench_number", result.claim.number),
        ("qbench_verdict", result.verdict),
        ("qbench_outcome", result.outcome.value),
        ("qbench_headline", _headline(result)),
    ]


def pytest_terminal_summary(terminalreporter: Any) -> None:  # noqa: ANN401 - pytest does not export the class
    """Print one line a claim, whatever became of it."""
    seen: dict[str, dict[str, str]] = {}
    notes: set[str] = set()
    for reports in terminalreporter.stats.values():
        for report in reports:
            properties = dict(getattr(report, "user_properties", []))
            if "qbench_note" in properties:
                notes.add(str(properties["qbench_note"]))
            if "qbench_claim" in properties:
                seen[str(properties["qbench_claim"])] = {k: str(v) for k, v in properties.items()}
    if not seen:
        return
    terminalreporter.section(f"claims at tier {terminalreporter.config.option.qbench_tier}")
    for note in sorted(notes):
        terminalreporter.line(f"Note: {note}.")
    for claim, facts in sorted(seen.items()):
        terminalreporter.line(f"{facts['qbench_outcome']:<12} {claim}: {facts['qbench_headline']}")
