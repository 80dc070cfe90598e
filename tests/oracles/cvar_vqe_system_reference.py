"""The network model of the CVaR-VQE paper, Eqs. (1)-(5), link by link in plain Python.

Independent of qbench on purpose: lists, loops and `math` only, each equation written out once for RF and once for THz.
One network at a time: `agents` and `stations` are lists of (x, y), `is_thz` a list of bool, `h[i][j]` the fading.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

C = 299792458.0


@dataclass
class Constants:
    f_rf: float = 2.1e9
    f_thz: float = 1e12
    rho: float = 2.5
    k_a: float = 0.05
    power: float = 1.0
    n0: float = 1e-10
    gain_rf_db: float = 0.0
    gain_thz_db: float = 25.0
    height_rf: float = 10.0
    height_thz: float = 5.0
    w_rf: float = 1.0
    w_thz: float = 1.0
    q: float = 1 / 144
    mu_rf: float = 0.1
    mu_thz: float = 0.3
    q_rf: int = 10
    q_thz: int = 5
    gamma_th_db: float | None = None
    fading: bool = True
    thz_fading: bool = False
    molecular: bool = False


def link_length(agent, station, height):
    dx = agent[0] - station[0]
    dy = agent[1] - station[1]
    return math.sqrt(dx * dx + dy * dy + height * height)


def rf_power(i, j, agents, stations, h, k):
    """Numerator of Eq. (1) divided by r^rho."""
    antenna = 10.0 ** (k.gain_rf_db / 10.0)
    lam = C / (4.0 * math.pi * k.f_rf)
    gain = h[i][j] if k.fading else 1.0
    return k.power * antenna * antenna * lam * lam * gain / link_length(agents[i], stations[j], k.height_rf) ** k.rho


def thz_unabsorbed_power(i, j, agents, stations, k):
    antenna = 10.0 ** (k.gain_thz_db / 10.0)
    lam = C / (4.0 * math.pi * k.f_thz)
    r = link_length(agents[i], stations[j], k.height_thz)
    return k.power * antenna * antenna * lam * lam / (r * r)


def thz_power(i, j, agents, stations, h, k):
    """Numerator of Eq. (2)."""
    r = link_length(agents[i], stations[j], k.height_thz)
    gain = h[i][j] if k.fading and k.thz_fading else 1.0
    return thz_unabsorbed_power(i, j, agents, stations, k) / math.exp(k.k_a * r) * gain


def sinr(agents, stations, is_thz, h, k):
    table = []
    for i in range(len(agents)):
        row = []
        for j in range(len(stations)):
            if is_thz[j]:
                noise = k.n0
                interference = 0.0
                for other in range(len(stations)):
                    if not is_thz[other]:
                        continue
                    if other != j:
                        interference += k.q * thz_power(i, other, agents, stations, h, k)
                    if k.molecular:
                        r = link_length(agents[i], stations[other], k.height_thz)
                        noise -= thz_unabsorbed_power(i, other, agents, stations, k) * math.expm1(-k.k_a * r)
                row.append(thz_power(i, j, agents, stations, h, k) / (noise + interference))
            else:
                interference = 0.0
                for other in range(len(stations)):
                    if other != j and not is_thz[other]:
                        interference += rf_power(i, other, agents, stations, h, k)
                row.append(rf_power(i, j, agents, stations, h, k) / (k.n0 + interference))
        table.append(row)
    return table


def rates(agents, stations, is_thz, h, k):
    table = []
    for row in sinr(agents, stations, is_thz, h, k):
        out = []
        for j, s in enumerate(row):
            width = k.w_thz if is_thz[j] else k.w_rf
            cut = k.gamma_th_db is not None and s < 10.0 ** (k.gamma_th_db / 10.0)
            out.append(0.0 if cut else width * math.log1p(s) / math.log(2.0))
        table.append(out)
    return table


def objective(rate, is_thz, u, k):
    """Z of Eq. (5) for a 0/1 matrix u, with Eq. (4) for each served link."""
    z = 0.0
    for j in range(len(is_thz)):
        n = sum(u[i][j] for i in range(len(u)))
        limit = k.q_thz if is_thz[j] else k.q_rf
        mu = k.mu_thz if is_thz[j] else k.mu_rf
        for i in range(len(u)):
            if u[i][j] == 1:
                z += rate[i][j] * (1.0 - mu) / min(limit, n)
    return z
