"""Keys, links, latencies, blocks and the grid walk in plain Python: Eqs. (1)-(22) restored, one number at a time.

Independent of qbench on purpose: lists, loops and `math` only. Vehicles count from 0, devices from 1; 0 is no device.
"""

from __future__ import annotations

import math


def entropy(q):
    return 0.0 if q in {0.0, 1.0} else -q * math.log2(q) - (1 - q) * math.log2(1 - q)


def link(length_km, eta, *, v_s, sigma, alpha, fringe, coupling, noise, err, mu1, mu2, n_sec, eps, parts=1):
    """Return p, Q, h, Delta, K of (12) and K of the standard fraction for one quantum link, theta_k = pi/2."""
    k_ent = v_s * math.exp(-sigma * length_km) / parts
    p = 10 ** (-alpha * length_km / 10)
    s = k_ent * p * coupling * eta
    q = min(max((s * (1 - fringe) / 2 + noise / 2) / (s + noise) + err, 0.0), 0.5)
    h = entropy(q)
    delta = math.sqrt(mu1 / n_sec) + mu2 * h + eps
    printed = max(0.0, eta * k_ent * (1 - q) - delta)
    standard = eta * k_ent * p * max(0.0, 1 - 2 * h)
    return p, q, h, delta, printed, standard


def literal_error(fringe, eta_sys, p, s, noise, err):
    return 0.5 * (1 - fringe * math.exp(eta_sys) * p * s / noise) + err


def noise_by_steps(t, *, n0, a, b, decay, turn, phase, steps=20000):
    """N(t) by Simpson's rule over f."""
    f = lambda x: a * math.exp(-decay * x) + b * math.cos(turn * x + phase)  # noqa: E731 - one line says it
    width = t / steps
    inner = sum((4 if i % 2 else 2) * f(i * width) for i in range(1, steps))
    return n0 + width / 3 * (f(0.0) + inner + f(t))


def others(choice, x):
    return [i for i in range(len(choice)) if choice[i] == choice[x]]


def radio(power, gain, choice, *, share, band, density, access, fixed=15e6):
    """Return lists of band, SINR and rate, one a vehicle; power[x][m-1] in W."""
    found = []
    for x, m in enumerate(choice):
        if m == 0:
            found.append((0.0, 0.0, 0.0))
            continue
        at = [power[i][m - 1] * gain[i][m - 1] for i in range(len(choice))]
        if access in {"ofdma", "fixed"}:
            own = share * band / len(others(choice, x))
            sinr = at[x] / (density * own)
        else:
            own = share * band
            if access == "noma_literal":
                louder = [at[i] for i in range(len(choice)) if i != x]
            else:
                # Decoded after x: the weaker ones, and among equals those with a higher index.
                louder = [at[i] for i in others(choice, x) if at[i] < at[x] or (at[i] == at[x] and i > x)]
            sinr = at[x] / (sum(louder) + density * own)
        found.append((own, sinr, fixed if access == "fixed" else own * math.log2(1 + sinr)))
    return [list(part) for part in zip(*found, strict=True)]


def task(place, *, bits, cycles, rate, vehicle_hz, edge_hz, n_there, share_cpu, result, relay):
    if place == 0:
        return cycles / vehicle_hz
    speed = edge_hz[place - 1] / (n_there if share_cpu else 1)
    return bits / rate + cycles / speed + max(result * bits / rate, relay * result * bits)


def block(miner, *, keys, edge_hz, left_hz, density, bits, share, c_q, vote, header, transaction, each, listed=None):
    """Return T_b; the miner's links to all other nodes have equal parts of left_hz at 1 bit/s/Hz."""
    generation = density * bits / (share * edge_hz[miner - 1]) if listed is None else listed
    slowest = 0.0
    for w in range(1, len(keys) + 1):
        if w != miner:
            slowest = max(slowest, vote / (left_hz / (len(keys) - 1)))
    verification = (header / transaction + bits // transaction) * each
    return generation + keys[miner - 1] * c_q + slowest + verification


def objective(rates, tasks, finality, *, xi1=0.4, xi2=0.5, floor=1e-6):
    total = max(floor, sum(sum(row) for row in rates))
    return (1 - xi1) / (xi2 * total) + xi1 * (sum(tasks) + finality)


# --- the grid: a vehicle is a place and a heading, both in metres, and walks ---

EAST, NORTH, WEST, SOUTH = (1, 0), (0, 1), (-1, 0), (0, -1)


def ways(x, y):
    """Headings that stay on the grid from the junction at x, y, m."""
    return [h for h in (EAST, NORTH, WEST, SOUTH) if 0 <= x + 150 * h[0] <= 450 and 0 <= y + 150 * h[1] <= 450]


def directed_streets():
    return [(x, y, h) for y in range(0, 451, 150) for x in range(0, 451, 150) for h in ways(x, y)]


def drive(street, offset, uniforms):
    """Places of one vehicle, a list of (x, y), one a uniform, which is read on arrival at a junction in its slot."""
    x, y, heading = directed_streets()[street]
    x, y = x + 10 * offset * heading[0], y + 10 * offset * heading[1]
    places = [(x, y)]
    for u in uniforms[1:]:
        x, y = x + 10 * heading[0], y + 10 * heading[1]
        if x % 150 == 0 and y % 150 == 0:
            onward = [h for h in ways(x, y) if h != (-heading[0], -heading[1])]
            heading = onward[int(u * len(onward))]
        places.append((x, y))
    return places
