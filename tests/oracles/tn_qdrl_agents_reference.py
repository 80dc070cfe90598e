"""Observations, states and agents of tn_qdrl in plain Python: one slot, one action, one table entry at a time.

Independent of qbench on purpose: loops, dictionaries and `math`; what a slot costs is asked of the caller.
"""

from __future__ import annotations

import math

from tests.oracles.tn_qdrl_reference import link

MAIN = {
    "v_s": 50.0,
    "sigma": 0.01,
    "alpha": 0.2,
    "fringe": 0.95,
    "coupling": 0.8,
    "noise": 0.5,
    "err": 0.0,
    "mu1": 1.0,
    "mu2": 1.0,
    "n_sec": 1e6,
    "eps": 1e-10,
}


def observation(slot, eta, *, tasks=False, mean_mb=10.0):
    """Eq. (24) of one slot, a list of D numbers, after a slot with efficiencies `eta`."""
    links = [link(length, eta[i], **MAIN) for i, row in enumerate(slot.length_km.tolist()) for length in row]
    most = math.sqrt(1.0 / 1e6) + 1.0 + 1e-10
    found = [each[2] for each in links]
    found += [(p - 1) / 19 for row in slot.power_w.tolist() for p in row]
    found += [(10 * math.log10(g) + 140) / 80 for row in slot.gain.tolist() for g in row]
    found += [each[3] / most for each in links]
    found += [(c / 0.5e9 - 0.7) / 0.3 for c in slot.vehicle_hz.tolist()]
    found += [(c / 2.5e9 - 0.7) / 0.3 for c in slot.edge_hz.tolist()]
    if tasks:
        found += [(f - 0.5e9) / 2.5e9 for f in slot.cycles.tolist()]
        found += [s / (1.5 * mean_mb * 8e6) for s in slot.size_bits.tolist()]
    return [min(1.0, max(0.0, v)) for v in found]


def code(outputs, medians):
    """Bit k tells whether output k is above its median."""
    return sum(2**k for k, (y, m) in enumerate(zip(outputs, medians, strict=True)) if y > m)


def start_angle(n):
    return math.asin(1 / math.sqrt(n))


def most_turns(n):
    """floor(pi/(4 theta)); by whole turns, so that rounding at N = 2 does not matter."""
    tau = 0
    while (tau + 1) * 4 * start_angle(n) <= math.pi * (1 + 1e-12):
        tau += 1
    return tau


def epsilon(n, tau):
    """The epsilon whose law is that of `tau` iterations among n actions; one action leaves no choice."""
    return 0.0 if n == 1 else n / (n - 1) * math.cos((2 * tau + 1) * start_angle(n)) ** 2


def decayed(t, slots):
    return max(0.01, 1 - t / slots)


def pick(row, allowed, order, eps, u):
    """The best of `allowed` by `row` (a dict), the first in `order` of equal ones, or a uniform draw."""
    if u[0] < eps:
        return allowed[int(u[1] * len(allowed))]
    best = max(row[a] for a in allowed)
    return next(a for a in order if a in row and row[a] == best)


def visits_law(n, rate, visits):
    return epsilon(n, min(most_turns(n), math.floor(rate * visits)))


def tabular(world, *, allowed, order, uniform, lr, phi, rate=0.0, decay=0, start=0.0, trace=None):
    """Actions of Algorithm 2, or of Q-learning where `decay` is not 0.

    world: `first` (the joint eta before slot 0), state(t, eta), reward(t, action), eta(action).
    """
    table, visits, chosen, eta = {}, {}, [], world.first
    row_of = lambda s: table.setdefault(s, dict.fromkeys(allowed, start))  # noqa: E731 - one line says it
    for t, u in enumerate(uniform):
        s = world.state(t, eta)
        eps = decayed(t, decay) if decay else visits_law(len(allowed), rate, visits.get(s, 0))
        a = pick(row_of(s), allowed, order, eps, u)
        visits[s] = visits.get(s, 0) + 1
        eta = world.eta(a)
        after = world.state(t + 1, eta)
        target = world.reward(t, a) + phi * max(row_of(after).values())
        row_of(s)[a] = (1 - lr) * row_of(s)[a] + lr * target
        chosen.append(a)
        if trace is not None:
            trace.append((s, u[0] >= eps))
    return chosen


def uniform_policy(allowed, uniform):
    return [allowed[int(u[1] * len(allowed))] for u in uniform]


def amplified(world, *, allowed, order, uniform, lr, phi, gain):
    """Actions drawn from amplitudes, the taken one reinforced: Dong et al. 2008, Fig. 2c; Q as in `tabular`."""
    table, amplitude, chosen, eta = {}, {}, [], world.first
    listed = [a for a in order if a in set(allowed)]
    for t, u in enumerate(uniform):
        s = world.state(t, eta)
        c = amplitude.setdefault(s, dict.fromkeys(listed, 1 / math.sqrt(len(listed))))
        left = u[1]
        for a in listed:
            left -= c[a] ** 2
            if left < 0:
                break
        eta = world.eta(a)
        after, r = world.state(t + 1, eta), world.reward(t, a)
        best = max(table.get((after, b), 0.0) for b in allowed)
        table[s, a] = (1 - lr) * table.get((s, a), 0.0) + lr * (r + phi * best)
        theta = math.asin(min(1.0, abs(c[a])))
        turns = min(int(gain * (r + best)), math.floor(math.pi / (4 * theta) - 0.5 + 1e-12))
        if turns > 0:
            ratio = math.cos((2 * turns + 1) * theta) / math.cos(theta)
            for b in listed:
                c[b] *= ratio
            c[a] = math.sin((2 * turns + 1) * theta)
        chosen.append(a)
    return chosen


def factored(world, *, allowed, order, uniform, lr, phi, rate=0.0, decay=0, start=0.0):
    """Joint actions, lists of one value a component: a table each, all paid alike; `allowed`, `order` a component.

    world: as in `tabular`, with lists in place of actions; `uniform`: (u_1, u_2) a component and slot.
    """
    table, visits, chosen, eta = {}, {}, [], world.first
    row_of = lambda c, s: table.setdefault((c, s), dict.fromkeys(allowed[c], start))  # noqa: E731 - one line says it
    for t, draws in enumerate(uniform):
        s, a = world.state(t, eta), []
        for c, u in enumerate(draws):
            n = len(allowed[c])
            eps = decayed(t, decay) if decay else visits_law(n, rate, visits.get(s, 0))
            a.append(pick(row_of(c, s), allowed[c], order[c], eps, u))
        visits[s] = visits.get(s, 0) + 1
        eta = world.eta(a)
        after, r = world.state(t + 1, eta), world.reward(t, a)
        for c, value in enumerate(a):
            target = r + phi * max(row_of(c, after).values())
            row_of(c, s)[value] = (1 - lr) * row_of(c, s)[value] + lr * target
        chosen.append(a)
    return chosen
