"""Verification: look by look, until every claim is decided or its looks are spent."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from qbench.evidence.compare import Outcome, compare, locked
from qbench.evidence.findings import ClaimResult, ReadingResult, Verification
from qbench.evidence.judge import judge_parts, turning_level, verdict_of, with_beside
from qbench.evidence.measure import MeasurementError, Results, claim_costs, part_tasks
from qbench.evidence.registry import paper_of
from qbench.evidence.statistics import Exact
from qbench.evidence.sweep import SerialExecutor, Summary, sweep
from qbench.evidence.tiers import LOOKS, SPEND, TIERS, Tier, tier_rank
from qbench.evidence.wording import counterexample

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Executor

    from qbench.evidence.claims import Claim, Part, Reading
    from qbench.evidence.papers import Paper
    from qbench.evidence.store import Store
    from qbench.evidence.tasks import TaskResult, TaskSpec


@dataclass
class _Track:
    """A claim under a reading on its way through the looks."""

    claim: Claim
    paper: Paper
    reading: Reading
    result: ReadingResult | None = None

    @property
    def open(self) -> bool:
        return self.result is None or (self.result.verdict == "inconclusive" and self.result.error is None)

    @property
    def parts(self) -> tuple[Part, ...]:
        return self.claim.parts_under(self.reading)

    def looks(self, tier: Tier) -> int:
        return max(len(p.looks_at(tier)) for p in self.parts)

    def tasks(self, tier: Tier, salt: int, look: int) -> dict[str, dict[str, list[TaskSpec]]]:
        """Return the tasks of every part and cell up to a look."""
        found = {}
        for part in self.parts:
            looks = part.looks_at(tier)
            found[part.name] = part_tasks(self.paper, part, self.reading, salt, looks[min(look, len(looks) - 1)])
        return found

    def judge(self, results: Results, tier: Tier, salt: int, look: int) -> ReadingResult:
        """Judge the claim at one look from stored results."""
        tasks = self.tasks(tier, salt, look)
        try:
            results.check_reading(tasks.values(), self.reading)
            columns = {name: results.columns(cells, self.reading) for name, cells in tasks.items()}
            judged = judge_parts(self.parts, columns, SPEND[look])
            parts = tuple(with_beside(r, columns[r.part.name], SPEND[look]) for r in judged)
            # Holm's procedure is over main verdicts; the search for a level costs as much as all the rest.
            level = turning_level(self.claim, columns, look) if self.reading is self.claim.main else None
            witnesses = tuple(w for r in parts if r.outside and (w := counterexample(r, columns[r.part.name])))
        except MeasurementError as error:
            return ReadingResult(self.reading, "inconclusive", look, error=str(error), tier=tier)
        except (KeyError, ValueError) as error:
            message = f"{self.claim.id} under {self.reading.key}: {error.args[0] if error.args else error}"
            return ReadingResult(self.reading, "inconclusive", look, error=message, tier=tier)
        seconds: dict[str, float] = {}
        for cells in tasks.values():
            seconds.update(results.seconds(cells))
        verdict = verdict_of(self.claim, parts)
        whole = sum(seconds.values())
        return ReadingResult(self.reading, verdict, look, parts, level, witnesses, seconds=whole, tier=tier)

    def judge_stored(self, results: Results, tier: Tier) -> bool:
        """Judge the looks of which the store holds every unit; return whether the tier's looks came to an end."""
        self.result = None
        for look in range(self.looks(tier)):
            result = self.judge(results, tier, 0, look)
            if result.error is not None:
                return False
            self.result = result
            if not self.open:
                break
        return True


def verify(  # the verb of the house: every door calls it
    claims: Sequence[Claim],
    papers: Sequence[Paper],
    store: Store,
    *,
    tier: Tier = "standard",
    salt: int = 0,
    readings: Sequence[str] = (),
    executor: Executor | None = None,
    on_plan: Callable[[int, Sequence[TaskSpec], int], None] = lambda _look, _missing, _stored: None,
    on_done: Callable[[TaskResult], None] = lambda _: None,
    on_wait: Callable[[str], None] = lambda _study: None,
) -> Verification:
    """Measure and judge `claims` at `tier`.

    `readings` names the readings to run beside the main one. None named: at tier "paper" all run, below it none; the
    main one's own name runs it alone. `on_plan(look, missing, stored)` is called before each look, with the tasks to
    compute and the number of those that the store has, `on_done(result)` after each task that is computed,
    `on_wait(study)` where another process computes that study.
    """
    executor = executor or SerialExecutor()
    tracks = _tracks(claims, papers, tier, readings)
    results = Results(store)
    computed: dict[str, TaskResult] = {}

    def note(result: TaskResult) -> None:
        computed[result.key] = result
        on_done(result)

    for look in range(len(LOOKS[tier])):
        active = [t for t in tracks if t.open and look < t.looks(tier)]
        if not active:
            break
        tasks = {
            task.key: task
            for track in active
            for cells in track.tasks(tier, salt, look).values()
            for blocks in cells.values()
            for task in blocks
        }
        sweep(tasks.values(), store, executor, note, on_start=partial(on_plan, look), on_wait=on_wait)
        for track in active:
            track.result = track.judge(results, tier, salt, look)
    done = tuple(_finish(claim, papers, tracks, results, tier, salt) for claim in claims)
    # Tasks seen at an early look are asked for again at the next, a failed one even computed again: count them once.
    used = {task.key for t in tracks if t.result for task in _used(t, tier, salt)}
    failed = sum(result.error is not None for result in computed.values())
    return Verification(tier, salt, done, Summary(len(used - computed.keys()), len(computed), failed))


def _used(track: _Track, tier: Tier, salt: int) -> list[TaskSpec]:
    look = track.result.look if track.result and track.result.look is not None else 0
    return [task for cells in track.tasks(tier, salt, look).values() for blocks in cells.values() for task in blocks]


def _tracks(claims: Sequence[Claim], papers: Sequence[Paper], tier: Tier, readings: Sequence[str]) -> list[_Track]:
    """Return a track for every claim that this tier measures, and for every reading that has tasks of its own."""
    tracks = []
    for claim in claims:
        paper = paper_of(claim, papers)
        if not claim.parts or tier_rank(paper.claim_tier(claim)) > tier_rank(tier):
            continue
        for reading in claim.readings:
            wanted = reading is claim.main or reading.key in readings or (tier == "paper" and not readings)
            if wanted and (reading is claim.main or not reading.rescores):
                tracks.append(_Track(claim, paper, reading))
    return tracks


def _finish(
    claim: Claim, papers: Sequence[Paper], tracks: Sequence[_Track], results: Results, tier: Tier, salt: int
) -> ClaimResult:
    """Compare a claim with its record and add the readings that only re-score."""
    if claim.untestable is not None:
        same = claim.recorded is None or claim.recorded.verdict == "untestable"
        outcome = Outcome.AS_RECORDED if same else Outcome.CONTRADICTS
        return ClaimResult(claim, "untestable", outcome, (claim.untestable,), None)
    paper = paper_of(claim, papers)
    own = [t for t in tracks if t.claim is claim]
    if not own:
        lowest = paper.claim_tier(claim)
        reason = f"not measured at {tier}: a study of it runs from {lowest} on, about {_cost(paper, claim, lowest)}"
        return ClaimResult(claim, "inconclusive", Outcome.UNDECIDED, (reason,), None)
    main = own[0].result
    if main is None:  # a track always has a result after its first look
        raise RuntimeError(f"{claim.id} was never judged")
    rescored = [_replay(own[0], reading, results, tier, salt) for reading in claim.readings[1:] if reading.rescores]
    others = (*rescored, *(t.result for t in own[1:] if t.result is not None))
    outcome, reasons = _outcome(claim, main, tier, salt)
    costs: dict[str, int] = {}
    try:
        costs = claim_costs(paper, claim)
    except MeasurementError as error:
        outcome, reasons = Outcome.ERROR, (*reasons, str(error))
    return ClaimResult(claim, main.verdict, outcome, reasons, main, others, costs)


def _cost(paper: Paper, claim: Claim, tier: Tier) -> str:
    """Return in words what the last look of a claim takes on one core."""
    seconds: dict[str, float] = {}
    for part in claim.parts:
        for cell in part.cells.values():
            study = paper.study(cell.study)
            run = f"{study.name} {dict(cell.params)}"
            seconds[run] = max(seconds.get(run, 0.0), study.seconds * part.looks_at(tier)[-1])
    whole = sum(seconds.values())
    return f"{whole / 60:.0f} minutes on one core" if whole >= 90 else f"{whole:.0f} s on one core"


def _replay(track: _Track, reading: Reading, results: Results, tier: Tier, salt: int) -> ReadingResult:
    """Judge a re-scoring at the looks whose tasks the main reading has already paid for."""
    again = _Track(track.claim, track.paper, reading)
    last = track.result.look if track.result is not None and track.result.look is not None else 0
    result = again.judge(results, tier, salt, 0)
    for look in range(1, last + 1):
        if result.verdict != "inconclusive" or result.error is not None:
            break
        result = again.judge(results, tier, salt, look)
    return result


def _outcome(claim: Claim, main: ReadingResult, tier: Tier, salt: int) -> tuple[Outcome, tuple[str, ...]]:
    """Return the outcome and its reasons."""
    if main.error is not None:
        return Outcome.ERROR, (main.error,)
    outcome = compare(main.verdict, main.units, claim, tier, salt)
    reasons = []
    if outcome is Outcome.UNDECIDED:
        needed = main.units_to_decide
        tail = f"; about {needed} units would decide" if needed else ""
        reasons.append(
            f"{main.units} units leave it open at {tier}; its verdict is recorded at {claim.decides_at}{tail}"
        )
    elif outcome is Outcome.CONTRADICTS and claim.recorded is None:
        reasons.append(f"{main.verdict}, and no verdict is on record: `qbench record {claim.id} --why TEXT` writes one")
    elif outcome is Outcome.CONTRADICTS and claim.recorded is not None:
        reasons.append(f"now {main.verdict}, on record since {claim.recorded.date}: {claim.recorded.verdict}")
    if salt == 0 and claim.recorded is not None:
        for result in main.parts:
            recorded = claim.recorded.parts.get(result.part.name)
            atol = result.part.statistic.atol if isinstance(result.part.statistic, Exact) else 0.0
            if recorded is None:
                outcome = Outcome.CONTRADICTS
                reasons.append(f"part {result.part.name!r} has no estimate on record")
            elif not locked(result.estimate, recorded, atol):
                outcome = Outcome.CONTRADICTS
                basis = "exact" if recorded.exact else f"n={recorded.n}, a drift beyond chance"
                reasons.append(
                    f"part {result.part.name!r} left its lock: {result.estimate.value:.6g} now, "
                    f"{recorded.value:.6g} on record ({basis})"
                )
    return outcome, tuple(reasons)


def stored(claim: Claim, paper: Paper, store: Store, tier: Tier = "standard") -> ClaimResult | None:
    """Judge a claim from what the store already holds, computing nothing; None without the units of a first look.

    Readings with tasks of their own are shown too, where `stored_readings` finds them.
    """
    results = Results(store)
    tracks = _tracks([claim], [paper], tier, ())[:1]
    if not tracks:
        return None
    tracks[0].judge_stored(results, tier)
    if tracks[0].result is None:
        return None
    own = [_Track(claim, paper, found.reading, found) for found in stored_readings(claim, paper, store)]
    return _finish(claim, [paper], [*tracks, *own], results, tier, 0)


def stored_readings(claim: Claim, paper: Paper, store: Store) -> tuple[ReadingResult, ...]:
    """Judge, computing nothing, every reading with tasks of its own of which the store holds a first look.

    Each at the highest tier whose looks it saw to the end; where there is none, at the highest of which it saw any.
    """
    results = Results(store)
    found = []
    for reading in claim.readings[1:]:
        if reading.rescores:
            continue
        best: ReadingResult | None = None
        for tier in reversed(TIERS[tier_rank(paper.claim_tier(claim)) :]):
            track = _Track(claim, paper, reading)
            ended = track.judge_stored(results, tier)
            if ended or best is None:
                best = track.result
            if ended:
                break
        if best is not None:
            found.append(best)
    return tuple(found)
