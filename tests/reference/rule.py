"""The verdict rule once more: plain loops, no vectors, nothing shared with the package.

It is written from the text of the rule only, to be compared with the real code. Where the text leaves a choice, the
docstring of the function says which one is taken here.
"""

import math

from scipy import stats

SPEND = (0.005, 0.010, 0.035)
TIERS = ("fast", "standard", "paper")
DECIDES_WITHOUT_SPREAD = 20  # units from which a sample of equal values may decide
ROUNDING = 8 * 2.0**-52  # relative: a mean ratio, a product and a difference, each rounded, stay below it
LOWEST_LEVEL = 1e-290  # a verdict kept down to here is kept at every level


def mean(x):
    """Return the arithmetic mean; rounding may not carry it outside the sample's range (equal values: that value)."""
    m = math.fsum(x) / len(x)
    return min(max(m, min(x)), max(x))


def deviation(x):
    """Return the sample standard deviation with n - 1, scaled by the largest deviation so that no square underflows."""
    m = mean(x)
    off = [v - m for v in x]
    largest = max(abs(d) for d in off)
    if largest == 0.0:
        return 0.0
    return largest * math.sqrt(math.fsum([(d / largest) ** 2 for d in off]) / (len(x) - 1))


def t_quantile(alpha, df):
    """Return the point of Student's t that has probability alpha above it."""
    return float(stats.t.isf(alpha, df))


def columns_of(kind, columns):
    """Return the columns that a kind of estimate reads, checked: equally long, at least two units, all finite."""
    names = {"mean": ["x"], "share": ["x"], "paired": ["a", "b"], "ratio": ["a", "b"]}[kind]
    out = [[float(v) for v in columns[name]] for name in names]
    for column in out:
        if len(column) != len(out[0]):
            raise ValueError("columns differ in length")
        if len(column) < 2:
            raise ValueError("an interval needs two units")
        for v in column:
            if not math.isfinite(v):
                raise ValueError(f"not a finite number: {v}")
    return out


def ratio_value(a, b):
    """Return mean(a) / mean(b), never a mean of per-unit ratios; nan where the denominator's mean is zero."""
    return mean(a) / mean(b) if mean(b) != 0.0 else math.nan


def residuals(a, b, theta):
    """Return a_i - theta * b_i for every unit."""
    return [p - theta * q for p, q in zip(a, b, strict=True)]


def ratio_without_spread(a, b):
    """Tell whether all a_i - value * b_i are equal to within rounding (their mean is zero, so: all zero)."""
    value = ratio_value(a, b)
    if math.isnan(value):
        return False
    size = max([abs(v) for v in a] + [abs(value * v) for v in b])
    return all(abs(r) <= ROUNDING * size for r in residuals(a, b, value))


def without_spread(kind, columns):
    """Tell whether the sample that the interval is built on, reduced to one number a unit, has no spread at all.

    A share of only zeros or only ones is such a sample. For a mean, a share and a paired difference "no spread" is
    exact equality of the numbers as computed; for a ratio it is equality to within rounding.
    """
    data = columns_of(kind, columns)
    if kind == "ratio":
        return ratio_without_spread(data[0], data[1])
    x = residuals(data[0], data[1], 1.0) if kind == "paired" else data[0]
    return all(v == x[0] for v in x)


def mean_interval(x, alpha):
    """Return the interval of Student's t for a mean."""
    value, sd = mean(x), deviation(x)
    half = t_quantile(alpha, len(x) - 1) * sd / math.sqrt(len(x))
    return value, value - half, value + half, sd


def fieller_outside(a, b, theta, t):
    """Tell whether a paired t test of mean(a - theta * b) = 0 rejects theta, that is |mean| > t * standard error."""
    r = residuals(a, b, theta)
    return abs(math.fsum(r) / len(r)) > t * deviation(r) / math.sqrt(len(r))


def fieller_end(a, b, value, t, first_step, sign):
    """Return the end of Fieller's set on one side of the estimate: step outwards until a theta is rejected, bisect.

    The set is convex where it is bounded and the estimate is in it, so there is one end on either side.
    """
    step = first_step
    inside = value
    outside = value + sign * step
    while math.isfinite(outside) and not fieller_outside(a, b, outside, t):
        inside = outside
        step *= 2.0
        outside = value + sign * step
    if not math.isfinite(outside):
        return sign * math.inf
    while True:
        middle = inside + (outside - inside) / 2.0
        if middle in (inside, outside):
            return inside
        if fieller_outside(a, b, middle, t):
            outside = middle
        else:
            inside = middle


def ratio_interval(a, b, alpha):
    """Return Fieller's interval: every theta that a paired t test on a - theta * b does not reject.

    The set is bounded just where the same test rejects that the denominator's mean is zero. Any unbounded set (the
    line, a ray, two rays) is given as the whole line. The deviation is that of (a_i - value * b_i) / mean(b).
    """
    n = len(a)
    t = t_quantile(alpha, n - 1)
    value = ratio_value(a, b)
    if math.isnan(value):
        return value, -math.inf, math.inf, math.nan
    sd = deviation(residuals(a, b, value)) / abs(mean(b))
    if not abs(mean(b)) > t * deviation(b) / math.sqrt(n):
        return value, -math.inf, math.inf, sd
    if ratio_without_spread(a, b):
        return value, value, value, sd
    first_step = max(sd / math.sqrt(n), abs(value) * 2.0**-50)
    lo = fieller_end(a, b, value, t, first_step, -1.0)
    hi = fieller_end(a, b, value, t, first_step, +1.0)
    if not (math.isfinite(lo) and math.isfinite(hi)):
        return value, -math.inf, math.inf, sd
    return value, lo, hi, sd


def binomial_tail(n, k, p):
    """Return the probability of k or more successes in n trials of probability p, summed term by term."""
    if k <= 0 or p >= 1.0:
        return 1.0
    if p <= 0.0:
        return 0.0
    terms = []
    for j in range(k, n + 1):
        terms.append(math.exp(math.log(math.comb(n, j)) + j * math.log(p) + (n - j) * math.log1p(-p)))  # noqa: PERF401
    return min(1.0, math.fsum(terms))


def lowest_share(n, k, alpha):
    """Return the share at which k or more successes out of n have probability alpha, by bisection (0 if k = 0)."""
    if k == 0:
        return 0.0
    below, above = 0.0, 1.0
    while True:
        middle = (below + above) / 2.0
        if middle in (below, above):
            return middle
        if binomial_tail(n, k, middle) < alpha:
            below = middle
        else:
            above = middle


def share_interval(x, alpha):
    """Return Clopper's and Pearson's interval from its definition: both ends make the observed count an alpha tail."""
    for v in x:
        if v not in (0.0, 1.0):
            raise ValueError(f"a share needs zeros and ones, not {v}")
    n = len(x)
    k = sum(1 for v in x if v == 1.0)
    lo = lowest_share(n, k, alpha)
    hi = 1.0 - lowest_share(n, n - k, alpha)
    return k / n, lo, hi, deviation(x)


def interval(kind, columns, alpha):
    """Return value, lower end, upper end and deviation per unit; alpha is the error on each of the two sides."""
    if not 0.0 < alpha <= 0.5:
        raise ValueError(f"alpha per side lies in (0, 0.5], not {alpha}")
    data = columns_of(kind, columns)
    if kind == "mean":
        return mean_interval(data[0], alpha)
    if kind == "paired":
        return mean_interval(residuals(data[0], data[1], 1.0), alpha)
    if kind == "ratio":
        return ratio_interval(data[0], data[1], alpha)
    return share_interval(data[0], alpha)


def head(columns, n):
    """Return the first n units of every column."""
    for name, column in columns.items():
        if len(column) < n:
            raise ValueError(f"column {name} has fewer than {n} units")
    return {name: list(column[:n]) for name, column in columns.items()}


def may_decide(part, n):
    """Tell whether a part's first n units may decide at all: they spread, or there are twenty of them."""
    return n >= DECIDES_WITHOUT_SPREAD or not without_spread(part["kind"], head(part["columns"], n))


def lies_inside(part, n, alpha):
    """Tell whether a part's interval over its first n units lies in its closed band: touching an edge is inside."""
    if not may_decide(part, n):
        return False
    _, lo, hi, _ = interval(part["kind"], head(part["columns"], n), alpha)
    return part["band"][0] <= lo and hi <= part["band"][1]


def lies_outside(part, n, alpha):
    """Tell whether a part's interval over its first n units shares no point with its closed band."""
    if not may_decide(part, n):
        return False
    _, lo, hi, _ = interval(part["kind"], head(part["columns"], n), alpha)
    return hi < part["band"][0] or lo > part["band"][1]


def verdict_at(parts, n, level):
    """Return the verdict of one look: all parts inside at the level, or one outside at the level over their number."""
    if not parts:
        raise ValueError("no parts, no verdict")
    if all(lies_inside(part, n, level) for part in parts):
        return "reproduced"
    if any(lies_outside(part, n, level / len(parts)) for part in parts):
        return "not reproduced"
    return "inconclusive"


def verdict(parts, looks, spend=SPEND):
    """Return the verdict of the first look that decides and that look's index; none decides: inconclusive, None."""
    if len(looks) > len(spend):
        raise ValueError("more looks than levels to spend")
    for k, n in enumerate(looks):
        found = verdict_at(parts, n, spend[k])
        if found != "inconclusive":
            return found, k
    return "inconclusive", None


def compare(now_verdict, now_units, recorded_verdict, recorded_units, tier, decides_at, salt):
    """Compare a verdict with the recorded one.

    The same verdict is as recorded. An inconclusive one is excused (undecided) if the tier is below the deciding
    tier, or it saw fewer units than the record, or the randomness was salted. Any other difference contradicts: a
    decided verdict is never excused, and deciding what is recorded as inconclusive contradicts too.
    """
    if now_verdict == recorded_verdict:
        return "as recorded"
    below = TIERS.index(tier) < TIERS.index(decides_at)
    fewer = now_units < recorded_units
    salted = salt != 0
    if now_verdict == "inconclusive" and (below or fewer or salted):
        return "undecided"
    return "contradicts"


def locked(now_value, now_n, rec_value, rec_sd, rec_n, exact_atol=None):
    """Tell whether a value is still where the record has it.

    An exact value may differ by its tolerance. An estimate may differ by the 0.9995 quantile of Student's t (the
    record's degrees of freedom) times the record's deviation over both numbers of units. Both limits are closed.
    """
    distance = abs(now_value - rec_value)
    if exact_atol is not None:
        return distance <= exact_atol
    return distance <= t_quantile(0.0005, rec_n - 1) * rec_sd * math.sqrt(1.0 / rec_n + 1.0 / now_n)


def holm(pvalues, level=0.05):
    """Return, in the given order, which hypotheses Holm's step-down rejects.

    The smallest p is held against level / m, the next against level / (m - 1), and so on; the first that is larger
    than its limit stops the procedure. A p equal to its limit is rejected.
    """
    m = len(pvalues)
    rejected = [False] * m
    for step, i in enumerate(sorted(range(m), key=lambda j: pvalues[j])):
        if not pvalues[i] <= level / (m - step):
            break
        rejected[i] = True
    return rejected


def largest_level(parts, look_n, verdict, start=0.5):
    """Return the level per side at which a decided verdict on look_n units is just lost, going down from start.

    A lower level means wider intervals, which contain the narrower ones, so a decided verdict is kept above one point
    and lost below it; bisection (of the logarithm) finds the point. A verdict kept at every level (a sample without
    spread) has 0. An inconclusive verdict is never lost going down: there is no such level, and a ValueError.
    The level is that of the claim: "not reproduced" tries every part at the level over the number of parts, so the
    result is then len(parts) times the smallest of the parts' own levels, and for "reproduced" the largest of them.
    """
    if verdict not in ("reproduced", "not reproduced"):
        raise ValueError(f"no level for the verdict {verdict}")
    if verdict_at(parts, look_n, start) != verdict:
        raise ValueError(f"the verdict at level {start} is not {verdict}")
    if verdict_at(parts, look_n, LOWEST_LEVEL) == verdict:
        return 0.0
    kept, lost = start, LOWEST_LEVEL
    while True:
        middle = math.sqrt(kept) * math.sqrt(lost)
        if not lost * (1.0 + 1e-14) < middle < kept * (1.0 - 1e-14):
            return kept
        if verdict_at(parts, look_n, middle) == verdict:
            kept = middle
        else:
            lost = middle
