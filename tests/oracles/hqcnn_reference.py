"""The cell-free pilot assignment of one network in plain Python: Eqs. (1)-(3) restored, and the classical methods.

Independent of qbench on purpose: lists, loops and `math` only. `beta[m][k]` is the gain from AP m to user k, `a[k]` the
pilot of user k, t = tau rho_p the energy of a training sequence.
"""

from __future__ import annotations

import itertools
import math


def gamma(beta, a, t, m, k):
    load = sum(beta[m][j] for j in range(len(a)) if a[j] == a[k])
    c = math.sqrt(t) * beta[m][k] / (t * load + 1)
    return math.sqrt(t) * beta[m][k] * c


def gamma_printed(beta, a, t, m, k):
    """c_mk with beta under the root, as printed."""
    load = sum(beta[m][j] for j in range(len(a)) if a[j] == a[k])
    return math.sqrt(t) * beta[m][k] * math.sqrt(t * beta[m][k]) / (t * load + 1)


def control(estimates, antennas, mode):
    """eta_mk of one AP for its gamma_mk."""
    if mode == "equal":
        return [1 / (antennas * sum(estimates))] * len(estimates)
    if mode == "per_user":
        return [1 / (antennas * len(estimates) * x) for x in estimates]
    return [1.0] * len(estimates)


def powers(beta, a, *, t, rho_d, antennas, mode="equal", noise_aps=None, noncoherent=True):
    """Return lists S_k, I_k, N_k."""
    aps, users = range(len(beta)), range(len(a))
    estimate = gamma_printed if mode == "printed_c" else gamma
    g = [[estimate(beta, a, t, m, k) for k in users] for m in aps]
    eta = [control(g[m], antennas, mode) for m in aps]
    signal, contamination, noise = [], [], []
    for k in users:
        near = sorted(aps, key=lambda m: -beta[m][k])[: noise_aps or len(beta)]
        signal.append(rho_d * antennas**2 * sum(math.sqrt(eta[m][k]) * g[m][k] for m in aps) ** 2)
        contamination.append(
            sum(
                rho_d * antennas**2 * sum(math.sqrt(eta[m][j]) * g[m][j] * beta[m][k] / beta[m][j] for m in aps) ** 2
                for j in users
                if j != k and a[j] == a[k]
            )
        )
        heard = sum(eta[m][j] * g[m][j] * beta[m][k] for j in users for m in near)
        noise.append(rho_d * antennas * heard if noncoherent else 0.0)
    return signal, contamination, noise


def rates(beta, a, **link):
    """Return R_k in bit/s/Hz."""
    return [math.log1p(s / (i + n + 1)) / math.log(2) for s, i, n in zip(*powers(beta, a, **link), strict=True)]


def every_assignment(users, pilots):
    return [list(a) for a in itertools.product(range(pilots), repeat=users)]


def partition(a):
    """The groups of an assignment, whatever they are called."""
    return frozenset(frozenset(k for k in range(len(a)) if a[k] == t) for t in set(a))


def sums(beta):
    return [sum(row[k] for row in beta) for k in range(len(beta[0]))]


def first_least(values):
    return min(range(len(values)), key=lambda i: (values[i], i))


def greedy(beta, start, pilots, rate_of):
    """rate_of(a): the rates of all users."""
    a, total = list(start), sums(beta)
    for _ in range(len(a)):
        k = first_least(rate_of(a))
        load = [sum(total[j] for j in range(len(a)) if j != k and a[j] == t) for t in range(pilots)]
        to = first_least(load)
        if to == a[k]:
            break
        a[k] = to
    return a


def master_ap(beta, pilots, order):
    """order: users as they choose."""
    a = {}
    for i, k in enumerate(order):
        if i < pilots:
            a[k] = i
            continue
        m = first_least([-row[k] for row in beta])
        a[k] = first_least([sum(beta[m][j] for j in a if a[j] == t) for t in range(pilots)])
    return [a[k] for k in range(len(order))]


def serpentine(places, side):
    """Users in the order of the cells."""
    cells = []
    for k, (x, y) in enumerate(places):
        r, c = (min(3, math.floor(4 * v / side)) for v in (y, x))
        cells.append((r, c if r % 2 == 0 else 3 - c, k))
    return [k for _, _, k in sorted(cells)]


def location(places, pilots, side):
    a = [0] * len(places)
    for i, k in enumerate(serpentine(places, side)):
        a[k] = i % pilots
    return a


def location_disjoint(places, pilots, side):
    sets = min(4, pilots)
    turn = dict.fromkeys(range(4), 0)
    a = [0] * len(places)
    for k in serpentine(places, side):
        r, c = (min(3, math.floor(4 * v / side)) for v in (places[k][1], places[k][0]))
        g = 2 * (r % 2) + c % 2
        mine = [t for t in range(pilots) if t % sets == g % sets]
        a[k] = mine[turn[g] % len(mine)]
        turn[g] += 1
    return a


def colouring(w, pilots):
    users = range(len(w))
    order = sorted(users, key=lambda k: (-sum(w[k]), k))
    a = [-1] * len(w)
    for k in order:
        a[k] = first_least([sum(w[k][j] for j in users if a[j] == t) for t in range(pilots)])
    for _ in range(50):
        before = list(a)
        for k in users:
            a[k] = first_least([sum(w[k][j] for j in users if j != k and a[j] == t) for t in range(pilots)])
        if a == before:
            break
    return a


def climb(a, pilots, value, steps=200):
    """Best single move or swap, moves first, as long as it gains more than a relative 1e-12."""
    a = list(a)
    for _ in range(steps):
        around = [[*a[:k], t, *a[k + 1 :]] for k in range(len(a)) for t in range(pilots) if t != a[k]]
        for i, j in itertools.combinations(range(len(a)), 2):
            swapped = list(a)
            swapped[i], swapped[j] = a[j], a[i]
            around.append(swapped)
        if not around:
            break
        best = max(around, key=value)
        if value(best) <= value(a) * (1 + 1e-12):
            break
        a = best
    return a


def iterative_hungarian(w, pilots):
    """Blocks of as many users as pilots, each by trying every way to give it different pilots."""
    users = range(len(w))
    a = [-1] * len(w)
    for _ in range(6):
        for first in range(0, len(w), pilots):
            block = [k for k in users if first <= k < first + pilots]
            for k in block:
                a[k] = -1

            def cost(choice, block=block):
                return sum(w[k][j] for k, t in zip(block, choice, strict=True) for j in users if a[j] == t)

            best = min(
                itertools.permutations(range(pilots), len(block)), key=lambda choice, cost=cost: (cost(choice), choice)
            )
            for k, t in zip(block, best, strict=True):
                a[k] = t
    return a
