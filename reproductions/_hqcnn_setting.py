"""What the ledger of hqcnn stands on: Table II as printed, the names of its columns, the studies."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qbench.evidence import Ledger, Records

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbench.evidence.canonical import JSON
    from qbench.evidence.tiers import Tier

KEY = "hqcnn"
PACKAGE = "qbench.papers.hqcnn"
CODE = (
    PACKAGE,
    "qbench.papers._study",
    "qbench.papers._compiled",
    "qbench.papers._torch",
    "qbench.radio",
    "qbench.assignment",
    "qbench._check",
    "qbench._arrays",
)
RECORDS = Records(Path(__file__).with_name("records") / "hqcnn.json")
LEDGER = Ledger(KEY, PACKAGE, CODE, RECORDS)

# The text prints no year of its own; the latest works it cites are of 2025.
BIBTEX = """@article{nguyen2025hybrid,
  title  = {Hybrid Quantum Convolutional Neural Network-Aided Pilot Assignment in Cell-Free Massive {MIMO} Systems},
  author = {Nguyen, Doan Hieu and Nguyen, Xuan Tung and Jeong, Seon-Geun and Chien, Trinh Van and Hanzo, Lajos
            and Hwang, Won Joo},
  year   = {2025}
}"""

# Table II as printed, Mbps: rows are APs-users-pilots

COLUMNS = ("random", "greedy", "mpa", "lpa", "mlp", "light", "heavy", "hq11", "ours", "epas")
TABLE: Mapping[str, tuple[float, ...]] = {
    "10-6-3": (15.75, 15.76, 17.21, 16.50, 17.14, 17.20, 17.51, 18.05, 18.08, 18.43),
    "10-9-3": (18.34, 19.07, 22.13, 20.67, 21.82, 22.93, 23.13, 23.80, 23.84, 24.29),
    "10-12-3": (23.20, 24.76, 26.22, 25.54, 25.73, 27.18, 27.79, 28.19, 28.19, 28.74),
    "10-15-3": (27.18, 33.68, 35.03, 34.55, 33.89, 35.71, 36.85, 37.36, 37.45),
    "30-20-10": (67.67, 82.93, 78.93, 82.16, 77.65, 89.77, 93.30, 99.41, 99.51),
    "35-20-10": (78.34, 96.98, 90.98, 94.45, 89.69, 103.34, 109.95, 115.44, 115.44),
    "40-20-10": (88.43, 102.31, 98.20, 100.12, 96.51, 111.17, 118.79, 123.72, 124.56),
    "45-20-10": (91.22, 112.45, 110.45, 111.05, 109.60, 122.31, 130.20, 133.04, 133.75),
}
OFFSETS = dict(zip(TABLE, (0, 10, 20, 30, 39, 48, 57, 66), strict=True))
SMALL = tuple(row for row in TABLE if row.startswith("10-"))
MEDIUM = tuple(row for row in TABLE if row not in SMALL)
SEARCHED = tuple(row for row in TABLE if len(TABLE[row]) == len(COLUMNS))
NAMES = {
    "random": "Random",
    "greedy": "Greedy",
    "mpa": "Master-AP",
    "lpa": "location",
    "mlp": "MLP",
    "light": "light CNN",
    "heavy": "heavy CNN",
    "hq11": "the circuit of [11]",
    "ours": "the proposed network",
    "epas": "exhaustive search",
    "balanced": "a random balanced partition",
    "colour": "colouring",
    "hungarian": "Hungarian blocks",
    "ls": "local search",
    "ls6": "local search from six starts",
    "orthogonal": "a pilot for every user",
}
HEURISTICS = ("random", "greedy", "mpa", "lpa")
LEARNED = ("mlp", "light", "heavy", "hq11", "ours")
CONTROLS = {
    "const": "one assignment for all networks, trained",
    "product": "the proposed network without entanglement",
    "twin": "a classical network of as many parameters",
    "symmetric": "a network that follows any renumbering",
    "free": "descent on each network by itself",
}
"""Our own trained models and the descent without a network, by their word."""
TRAINED_LOOKS: Mapping[Tier, tuple[int, ...]] = {"fast": (5,), "standard": (5, 10, 20), "paper": (5, 10, 20)}
"""Of every part with trained networks: core-hours a look."""


def printed(row: str, column: str) -> float:
    """Return a printed cell, Mbps."""
    return TABLE[row][COLUMNS.index(column)]


def sizes(row: str) -> str:
    """Return the row in words."""
    m, k, tau = row.split("-")
    return f"M = {m}, K = {k}, {tau} pilots"


# Studies

PHYSICS: Mapping[str, JSON] = {
    "wrap": False,
    "shadowing": "all",
    "users": "uniform",
    "cluster_m": 100.0,
    "fixed_aps": False,
}
LINK: Mapping[str, JSON] = {"n_antenna": 2, "mode": "equal", "noncoherent": True, "noise_aps": None}
SETS: Mapping[str, JSON] = {"test": 50, "validation": 256, "training": 1024}
NETWORKS: Mapping[str, JSON] = {
    "row": "10-6-3",
    **PHYSICS,
    **LINK,
    **SETS,
    "evaluated": "test",
    "score": "mbps",
}
SHAPE: Mapping[str, JSON] = {
    "n_qubits": 8,
    "readout": "all",
    "sharing": None,
    "pooling": False,
    "topology": "ring",
    "head": "flatten",
    "width": 8,
    "train_p": 0.0,
}
TRAINING: Mapping[str, JSON] = {
    "row": "10-6-3",
    **PHYSICS,
    **LINK,
    **SETS,
    **SHAPE,
    "model": "ours",
    "loss": "lin",
    "scaling": "global",
    "score": "mbps",
    "epochs": 100,
    "patience": 20,
    "rate": 0.01,
    "rate_factor": 1.0,
}
SUPERVISED: Mapping[str, JSON] = {**TRAINING, "loss": "labels", "epochs": 200, "patience": None}
REPLICATES: Mapping[str, Any] = {
    "unit": "replicate",
    "block": 5,
    "stream": f"{KEY}/{{row}}",
    "engine": "numba: closed-form rates, user by user",
}
TRAINED: Mapping[str, Any] = {
    "unit": "replicate",
    "block": 5,
    "stream": f"{KEY}/{{row}}",
    "engine": "torch: seeds side by side; qbench blocks of real pairs of wires",
}
GAINS_DB: list[JSON] = [float(x) for x in range(-140, -59, 5)]
# One input and one vector of angles for the claims on the circuit: h_i = i/10, theta_j = j/10.
HALF_ANGLES: list[JSON] = [i / 10 for i in range(1, 9)]
ANGLES: list[JSON] = [j / 10 for j in range(1, 16)]
# Gains between three APs and three users: the best pilots jump where the first two users change places.
JUMP_GAINS: list[JSON] = [[1e-8, 1e-10, 5e-9], [1e-10, 1e-8, 1e-10], [1e-10, 1e-10, 1e-9]]

STUDIES = (
    LEDGER.study("heuristics", "studies:heuristics", 0.3, tier="fast", defaults=NETWORKS, **REPLICATES),
    LEDGER.study(
        "searches",
        "studies:searches",
        2.0,
        tier="standard",
        defaults={**NETWORKS, "multistart": False},
        **REPLICATES,
    ),
    LEDGER.study("exhaustive", "studies:exhaustive", 2.0, tier="standard", defaults=NETWORKS, **REPLICATES),
    LEDGER.study("trained", "trained:trained", 10.0, tier="paper", defaults=TRAINING, **TRAINED),
    LEDGER.study("noisy", "noisy:noisy", 5.0, tier="paper", defaults=TRAINING, **TRAINED),
    # One function twice: of the claims on Fig. 3a, C10 needs the proposed network alone and decides at standard.
    LEDGER.study("convergence", "convergence:convergence", 12.0, tier="standard", defaults=SUPERVISED, **TRAINED),
    LEDGER.study("convergence_others", "convergence:convergence", 20.0, tier="paper", defaults=SUPERVISED, **TRAINED),
    LEDGER.study(
        "moments",
        "moments:moments",
        0.5,
        unit="replicate",
        block=5,
        tier="fast",
        stream=f"{KEY}/moments",
        defaults={"systems": 4, "draws": 20_000, "mode": "equal", "n_antenna": 2},
    ),
    LEDGER.study(
        "enumeration",
        "enumeration:enumeration",
        8.0,
        unit="exact",
        block=1,
        tier="standard",
        stream=f"{KEY}/{{row}}",
        engine=str(REPLICATES["engine"]),
        defaults={**PHYSICS, **LINK, "row": "10-15-3", "test": 50, "networks": 3, "larger": "40-20-10"},
    ),
    LEDGER.exact_study(
        "printed",
        "printed",
        0.1,
        table={row: dict(zip(COLUMNS, cells, strict=False)) for row, cells in TABLE.items()},
        small=list(SMALL),
        medium=list(MEDIUM),
        first=SMALL[0],
        last=MEDIUM[-1],
    ),
    LEDGER.exact_study(
        "printed_estimate", "estimates", 0.1, pilots=3, gains_db=GAINS_DB, example_db=-90.0, draws=100_000
    ),
    LEDGER.exact_study("circuit_angles", "network_costs", 0.1, size=SMALL[0]),
    LEDGER.exact_study("network_sizes", "network_costs", 1.2, rows=list(TABLE)),
    LEDGER.exact_study("preprocessing", "network_costs", 0.1, rows=list(TABLE)),
    LEDGER.exact_study("drawn_depth", "depths", 0.1),
    LEDGER.exact_study("embedding_depth", "depths", 0.2, qubits=8),
    LEDGER.exact_study("shared_shift_rule", "gradients", 0.2, h=HALF_ANGLES, theta=ANGLES, sizes=[2, 4, 8, 16]),
    LEDGER.exact_study("printed_shift_rule", "gradients", 1.0, h=HALF_ANGLES, theta=ANGLES, angle=0.3, shift=0.9),
    LEDGER.exact_study(
        "extrapolated_noise",
        "shot_noise",
        2.0,
        shots=1000,
        z=[0.0, 0.3, 0.9],
        kept=[0.9, 0.5],
        scales=[1, 2, 3],
        longer=[1, 3, 5],
        repetitions=20_000,
    ),
    LEDGER.exact_study("shot_noise", "shot_noise", 0.1, z=[0.0, 0.3, 0.9], shots=[10, 100, 1000]),
    LEDGER.exact_study("optimum_jump", "jump", 1.0, beta=JUMP_GAINS, pilots=2, points=101, size=SMALL[0], maps=20),
    LEDGER.exact_study("label_loss", "equations", 0.1, steps=19, good=0.9, bad=0.1),
    LEDGER.exact_study("unitarity", "equations", 0.1, draws=100),
    LEDGER.exact_study("pooled_purity", "equations", 0.1, h=HALF_ANGLES, theta=ANGLES),
)
