"""The verdict rule against an independent, slow one: random ledgers, looked at through the front door.

Columns lie on a dyadic grid, so that means and differences are exact and both sides agree on what is a tie. Where an
edge of a band falls between the two sides' ends of one interval, rounding alone decides: such examples are set aside.
"""

import functools
import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from qbench.evidence.claims import Band, Cell, Part
from qbench.evidence.compare import ROUNDING, compare, locked
from qbench.evidence.estimate import Estimate
from qbench.evidence.judge import PartResult, holm, side, turning_level, verdict_of
from qbench.evidence.record import Recorded
from qbench.evidence.statistics import Mean, PairedDifference, RatioOfMeans, Share
from qbench.evidence.store import Store
from qbench.evidence.tiers import LOOKS, SPEND, TIERS
from qbench.evidence.verify import verify
from tests.reference import rule
from tests.synthetic import claim, paper

STATISTICS = {
    "mean": Mean("x"),
    "share": Share("x"),
    "paired": PairedDifference("a", "b"),
    "ratio": RatioOfMeans("a", "b"),
}
MOST = 40


def exactly(examples):
    """Settings of a property: as many examples, the same ones in every run."""
    return settings(max_examples=examples, deadline=None, derandomize=True)


@pytest.fixture(autouse=True, scope="module")
def remembered():
    """The slow side asks for each interval several times; its arithmetic stays its own."""
    slow = rule.interval

    @functools.cache
    def of(kind, columns, alpha):
        return slow(kind, {name: list(values) for name, values in columns}, alpha)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rule, "interval", lambda kind, c, alpha: of(kind, tuple((k, tuple(c[k])) for k in c), alpha))
        yield


# --- what is drawn: the kinds by hypothesis, the numbers by a seed of its own, so that no case is rare ---


def column(rng, kind, n=MOST):
    """Return n numbers on a dyadic grid."""
    fine = rng.integers(-(2**12), 2**12, n) / 1024.0
    made = {
        "integers": rng.integers(-6, 7, n).astype(float),
        "normal": np.round(rng.normal(size=n) * 1024.0) / 1024.0,
        "shifted": fine + rng.choice([-32.0, 8.0, 64.0]),
        "heavy": rng.integers(-12, 13, n).astype(float) ** 3,
        "ties": rng.choice(fine[:2], n),
        "constant": np.full(n, fine[0]),
        # A spread of 1e-10 of the values: far above rounding, far below what a careless formula survives.
        "tiny": rng.choice([1.0, -3.0, 1000.0]) * (1.0 + rng.integers(-8, 9, n) * 2.0**-33),
        # Without spread at the first looks, with it later.
        "late": np.where(np.arange(n) < rng.choice([5, 10, 20]), fine[0], fine),
    }
    return made[kind].tolist()


KINDS = st.sampled_from(["integers", "normal", "shifted", "heavy", "ties", "constant", "tiny", "late"])
SEEDS = st.integers(0, 2**32 - 1)


@st.composite
def columns_of(draw, kind):
    rng = np.random.default_rng(draw(SEEDS))
    if kind == "share":
        return {"x": (rng.random(MOST) < draw(st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]))).astype(float).tolist()}
    if kind == "mean":
        return {"x": column(rng, draw(KINDS))}
    a, b = column(rng, draw(KINDS)), column(rng, draw(KINDS))
    if kind == "ratio" and draw(st.integers(0, 4)) == 0:  # proportional: a ratio without spread
        a = [rng.choice([0.5, 3.0, -2.0]) * v for v in b]
    if kind == "ratio" and draw(st.booleans()):  # a denominator that is not zero
        b = [v + 8.0 * max(1.0, abs(b[0])) for v in b]
    return {"a": a, "b": b}


@st.composite
def bands(draw, kind, columns):
    """Return a band beside, around or against what the columns will show; its sides may be what they show exactly."""
    n = draw(st.sampled_from([5, 10, 20, 40]))
    value, _, _, sd = rule.interval(kind, rule.head(columns, n), 0.01)
    if math.isnan(value):
        value, sd = 0.0, 1.0
    unit = sd / math.sqrt(n)
    far = st.integers(0, 24).map(lambda k: k * unit / 2.0 + (k == 0) * draw(st.sampled_from([0.0, 1.0])))
    where = draw(st.sampled_from(["above", "below", "around", "beyond", "under", "whole"]))
    if where == "whole":
        lo = draw(st.integers(-3, 3))
        return (float(lo), float(lo + draw(st.integers(0, 9))))
    low, high = sorted([draw(far), draw(far)])
    return {
        "above": (value - high, math.inf),
        "below": (-math.inf, value + high),
        "around": (value - low, value + high),
        "beyond": (value + low, draw(st.sampled_from([math.inf, value + high]))),
        "under": (draw(st.sampled_from([-math.inf, value - high])), value - low),
    }[where]


@st.composite
def parts(draw, most=4, kinds=tuple(STATISTICS)):
    """Return 1 to `most` parts as the slow side reads them."""
    found = []
    for _ in range(draw(st.integers(1, most))):
        kind = draw(st.sampled_from(kinds))
        columns = draw(columns_of(kind))
        found.append({"kind": kind, "columns": columns, "band": draw(bands(kind, columns))})
    return found


# --- the same for the package ---


def as_part(name, part):
    lo, hi = part["band"]
    cells = {"cell": Cell("replay", {"columns": part["columns"]})}
    return Part(name, cells, STATISTICS[part["kind"]], Band(lo=lo, hi=hi, unit="", why="drawn"))


def as_claim(ledger):
    return claim(parts=tuple(as_part(f"p{i}", part) for i, part in enumerate(ledger)))


def as_arrays(part, n):
    return {name: np.array(values[:n]) for name, values in part["columns"].items()}


def agreed(part, n, alpha):
    """Hold one estimate against the slow one; return it, or None where rounding decides on which side it lies."""
    found = STATISTICS[part["kind"]].estimate(as_arrays(part, n), alpha)
    value, lo, hi, sd = rule.interval(part["kind"], rule.head(part["columns"], n), alpha)
    assert (found.n, found.alpha) == (n, alpha)
    size = max(abs(v) for values in part["columns"].values() for v in values[:n])
    steepness = 1.0
    if part["kind"] == "ratio":
        b = part["columns"]["b"][:n]
        centre, error = rule.mean(b), rule.t_quantile(alpha, n - 1) * rule.deviation(b) / math.sqrt(n)
        if abs(abs(centre) - error) <= 1e-9 * error:
            return None  # bounded or not: a matter of rounding
        if math.isnan(value):
            assert (found.lo, found.hi) == (lo, hi)
            return found
        size = (max(abs(v) for v in part["columns"]["a"][:n]) + abs(value) * max(abs(v) for v in b)) / abs(centre)
        steepness = max(1.0, 1.0 / abs(1.0 - (error / centre) ** 2))
    slack = 1e-13 * size
    assert found.value == pytest.approx(value, rel=1e-12, abs=slack)
    assert found.sd == pytest.approx(sd, rel=1e-9, abs=slack)
    assert math.isinf(found.lo) == math.isinf(lo)
    assert math.isinf(found.hi) == math.isinf(hi)
    if math.isfinite(lo) and math.isfinite(hi):
        room = 1e-9 * (hi - lo) + steepness * (1e-9 * (hi - lo) + 100.0 * slack)
        assert (found.lo, found.hi) == (pytest.approx(lo, rel=0, abs=room), pytest.approx(hi, rel=0, abs=room))
    for edge in part["band"]:
        for ours, theirs in ((found.lo, lo), (found.hi, hi)):
            if ours != theirs and min(ours, theirs) <= edge <= max(ours, theirs):
                return None
    return found


def all_agree(ledger, looks):
    """Hold every interval that the rule may ask for against the slow one; False where rounding decides."""
    return all(
        agreed(part, n, alpha) is not None
        for n, spent in zip(looks, SPEND, strict=False)
        for part in ledger
        for alpha in {spent, spent / len(ledger)}
    )


# --- the properties ---


def test_intervals_and_sides():
    seen = Counter()

    @exactly(400)
    @given(parts(most=1), st.sampled_from([5, 10, 20, 40]), st.sampled_from(SPEND), st.integers(1, 4))
    def holds(ledger, n, spent, of):
        (part,) = ledger
        alpha = spent / of
        found = agreed(part, n, alpha)
        assume(found is not None)
        lies = side(found, as_part("p", part).band)
        inside, outside = rule.lies_inside(part, n, alpha), rule.lies_outside(part, n, alpha)
        assert lies == ("inside" if inside else "outside" if outside else "open")
        # Over a mean of exactly 0 there is no ratio, hence no spread of it; its interval is the line.
        if not (part["kind"] == "ratio" and np.mean(part["columns"]["b"][:n]) == 0.0):
            assert (found.sd == 0.0) == rule.without_spread(part["kind"], rule.head(part["columns"], n))
        seen[part["kind"], lies] += 1
        seen["flat", n >= 20] += found.sd == 0.0

    holds()
    # A property that never saw a case says nothing of it.
    assert min(seen[kind, lies] for kind in STATISTICS for lies in ("inside", "outside", "open")) >= 1
    assert min(seen["flat", late] for late in (False, True)) >= 5


@pytest.mark.parametrize(("tier", "examples"), [("fast", 100), ("standard", 150), ("paper", 80)])
def test_verdicts_look_by_look(tier, examples):
    seen = Counter()

    @exactly(examples)
    @given(parts())
    def holds(ledger):
        looks = LOOKS[tier]
        assume(all_agree(ledger, looks))
        wanted, look = rule.verdict(ledger, looks)
        of = as_claim(ledger)
        with Store(None) as store:
            (result,) = verify([of], [paper(of)], store, tier=tier).claims
        assert result.main.error is None
        assert result.verdict == wanted
        assert result.main.look == (len(looks) - 1 if look is None else look)
        for shown, part in zip(result.main.parts, ledger, strict=True):
            n, spent = looks[result.main.look], SPEND[result.main.look]
            for estimate, level in ((shown.estimate, spent), (shown.wide, spent / len(ledger))):
                assert estimate == STATISTICS[part["kind"]].estimate(as_arrays(part, n), level)
        seen[wanted, look] += 1
        seen[len(ledger)] += 1

    holds()
    assert min(seen["reproduced", 0], seen["inconclusive", None]) >= 1
    assert min(seen["not reproduced", look] for look in range(len(LOOKS[tier]))) >= 1
    assert min(seen[k] for k in (1, 2, 3, 4)) >= 5


finite = st.floats(-1e6, 1e6, allow_nan=False)
VERDICTS = ("reproduced", "not reproduced", "refuted", "inconclusive")


@exactly(300)
@given(*[st.sampled_from(VERDICTS)] * 2, *[st.integers(0, 60)] * 2, *[st.sampled_from(TIERS)] * 2, st.integers(0, 3))
def test_compare(now, on_record, units, recorded_units, tier, decides_at, salt):
    seen = Estimate(value=1.0, lo=1.0, hi=1.0, alpha=0.0, n=recorded_units, sd=0.0, method="drawn")
    record = Recorded(verdict=on_record, why="drawn", date="2026-01-02", tier=decides_at, parts={"a": seen})
    wanted = rule.compare(now, units, on_record, recorded_units, tier, decides_at, salt)
    assert compare(now, units, claim(recorded=record, decides_at=decides_at), tier, salt).value == wanted


def point(value, n, sd):
    return Estimate(value=value, lo=value, hi=value, alpha=0.01, n=n, sd=sd, method="drawn")


def test_locked():
    seen = Counter()

    @exactly(300)
    @given(finite, st.floats(-9.0, 9.0), st.floats(0.0, 1e3), st.integers(2, 60), st.integers(2, 60))
    def holds(value, steps, sd, n, recorded_n):
        now = value + steps * sd
        limit = max(
            rule.t_quantile(0.0005, recorded_n - 1) * sd * math.sqrt(1.0 / recorded_n + 1.0 / n),
            ROUNDING * max(abs(now), abs(value)),
        )
        assume(abs(abs(now - value) - limit) > 1e-9 * limit or limit == 0.0)
        wanted = rule.locked(now, n, value, sd, recorded_n) or abs(now - value) <= limit
        assert locked(point(now, n, sd), point(value, recorded_n, sd)) == wanted
        seen[wanted] += 1

    holds()
    assert min(seen[True], seen[False]) >= 30


@exactly(300)
@given(finite, st.floats(-3.0, 3.0), st.floats(0.0, 10.0))
def test_locked_exact(value, steps, atol):
    now = value + steps * atol
    limit = max(atol, ROUNDING * max(abs(now), abs(value)))
    assume(abs(abs(now - value) - limit) > 1e-9 * limit or limit == 0.0)
    wanted = rule.locked(now, 0, value, 0.0, 0, exact_atol=atol) or abs(now - value) <= limit
    assert locked(point(now, 0, 0.0), point(value, 0, 0.0), atol) == wanted


@exactly(300)
@given(
    st.lists(st.one_of(st.floats(0.0, 0.06), st.sampled_from([0.05 / k for k in range(1, 8)])), max_size=8),
    st.sampled_from([0.01, 0.05, 0.2]),
)
def test_holm(levels, share):
    named = {f"c{i}": level for i, level in enumerate(levels)}
    assert list(holm(named, share).items()) == sorted(
        zip(named, rule.holm(levels, share), strict=True), key=lambda item: (named[item[0]], item[0])
    )


def test_turning_levels():
    seen = Counter()

    @exactly(200)
    @given(parts(most=3, kinds=("mean", "paired", "share")), st.integers(0, 2))  # the slow side's ratios take minutes
    def holds(ledger, look):
        n, spent = LOOKS["standard"][look], SPEND[look]
        assume(all(agreed(p, n, a) is not None for p in ledger for a in {spent, spent / len(ledger)}))
        wanted = rule.verdict_at(ledger, n, spent)
        of = as_claim(ledger)
        level = turning_level(of, {f"p{i}": as_arrays(p, n) for i, p in enumerate(ledger)}, look)
        seen[wanted] += 1
        if wanted == "inconclusive":
            assert level is None
            return
        # What the earlier looks spent is added: looking again costs.
        own = level - sum(SPEND[:look])
        largest = max(rule.largest_level(ledger, n, wanted, start=spent), 1e-12)
        assert own == pytest.approx(largest, rel=2e-3, abs=1e-15)
        seen[wanted, own > 1e-11] += 1

    holds()
    assert min(seen[v] for v in ("reproduced", "not reproduced", "inconclusive")) >= 5
    assert min(seen[v, True] for v in ("reproduced", "not reproduced")) >= 3


@exactly(200)
@given(st.lists(st.tuples(*[st.integers(-4, 4)] * 4), min_size=1, max_size=4))
def test_conjunctions_of_any_intervals(sides):
    """Verdicts depend on intervals alone: drawn directly, without samples behind them."""
    results, inside, outside = [], [], []
    for i, (start, length, edge, width) in enumerate(sides):
        lo, hi, left, right = (float(v) for v in (start, start + abs(length), edge, edge + abs(width)))
        estimate = Estimate(value=lo, lo=lo, hi=hi, alpha=0.01, n=20, sd=1.0, method="drawn")
        band = Band(lo=left, hi=right, unit="", why="drawn")
        results.append(PartResult(Part(f"p{i}", {"c": Cell("normal")}, Mean("a"), band), estimate, estimate))
        inside.append(left <= lo and hi <= right)
        outside.append(hi < left or right < lo)
    wanted = "reproduced" if all(inside) else "not reproduced" if any(outside) else "inconclusive"
    assert verdict_of(claim(), results) == wanted
