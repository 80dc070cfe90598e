"""CVaR-VQE for user association in handoff-aware vehicular networks: what the paper says, and what checks it.

Main setting: I = 4 vehicles, J = 4 base stations (BSs), two RF and two THz. The readings and their reasons stand in
docs/papers/cvar_vqe.md too.
"""

from __future__ import annotations

from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qbench.evidence import (
    Band,
    Cell,
    Claim,
    Correction,
    Exact,
    Figure,
    Mean,
    PairedDifference,
    Paper,
    Part,
    Point,
    RatioOfMeans,
    Reading,
    Records,
    Series,
    Study,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbench.evidence.canonical import JSON
    from qbench.evidence.tiers import Tier

KEY = "cvar_vqe"
PACKAGE = "qbench.papers.cvar_vqe"
CODE = (PACKAGE, "qbench.papers._study", "qbench.papers._torch", "qbench.quantum", "qbench._check", "qbench._arrays")
NETWORK_CODE = (*CODE, "qbench.radio", "qbench.assignment")
STANDARD = "standard"
RECORDS = Records(Path(__file__).with_name("records") / "cvar_vqe.json")

BIBTEX = """@misc{yan2025cvar,
  title  = {{CVaR}-Based Variational Quantum Optimization for User Association in Handoff-Aware Vehicular Networks},
  author = {Yan, Zijiang and Zhou, Hao and Pei, Jianhua and Kaushik, Aryan and Tabassum, Hina and Wang, Ping},
  year   = {2025}
}"""


def exact_study(name: str, *, seconds: float, costs: bool = False, **defaults: int) -> Study:
    """Return a study of `certificates` that runs once."""
    return Study(
        name=name,
        version=1,
        stream=KEY,
        unit="exact",
        block=1,
        tier="fast",
        run=f"{PACKAGE}.certificates:{name}",
        code=NETWORK_CODE,
        defaults=defaults,
        seconds=seconds,
        costs=f"{PACKAGE}.certificates:{name}_costs" if costs else None,
        engine="qiskit.Statevector" if costs else "numpy",
    )


EXACT_STUDIES = (
    exact_study("variance_bound", shots=6, seconds=3.0),
    exact_study("basis_states", qubits=4, depth=3, seconds=1.0, costs=True),
    exact_study("third_difference", seconds=0.1),
    exact_study("ising_form", seconds=0.1),
    exact_study("printed_penalty", seconds=0.1),
    exact_study("qubit_count", seconds=0.1),
    Study(
        name="estimators",
        version=1,
        stream=KEY,
        unit="replicate",
        block=5,
        tier="fast",
        run=f"{PACKAGE}.studies.estimators:estimators",
        code=CODE,
        defaults={"alpha": 0.25, "least": 6, "most": 14, "samples": 400},
        seconds=0.8,
    ),
    Study(
        name="stations_exact",
        version=1,
        stream=KEY,
        unit="replicate",
        block=5,
        tier="fast",
        run=f"{PACKAGE}.studies.stations:stations_exact",
        code=NETWORK_CODE,
        defaults={
            "geometry": "highway",
            "rf_handoff_penalty": 0.1,
            "thz_handoff_penalty": 0.3,
            "rf_capacity": 10,
            "thz_capacity": 5,
            "agents": 4,
            "instances": 250,
            "first": 2,
            "last": 8,
        },
        seconds=0.2,
    ),
)

PHYSICS: Mapping[str, JSON] = {
    "geometry": "highway",
    "alignment_probability": 1 / 144,
    "rf_bandwidth_hz": 1.0,
    "thz_bandwidth_hz": 1.0,
    "rf_handoff_penalty": 0.1,
    "thz_handoff_penalty": 0.3,
    "rf_capacity": 10,
    "thz_capacity": 5,
}
SIZE: Mapping[str, JSON] = {"agents": 4, "stations": 4, "instances": 25}
SETTING: Mapping[str, JSON] = {
    "alpha": 0.25,
    "depth": 1,
    "entanglement": "linear",
    "encoding": "onehot",
    "optimiser": "cobyla",
    "epochs": 100,
    "shots": 1024,
    "penalty": 2.0,
    "start": "uniform",
}


def sampled_study(
    name: str,
    run: str,
    seconds: float,
    defaults: Mapping[str, JSON],
    *,
    block: int = 1,
    engine: str = "numpy",
    circuits: bool = True,
    tier: Tier = "standard",
) -> Study:
    """Return a study of replicates of 25 fresh networks, all of one stream: every method sees the same."""
    return Study(
        name=name,
        version=1,
        stream=KEY,
        unit="replicate",
        block=block,
        tier=tier,
        run=f"{PACKAGE}.studies.{run}",
        code=NETWORK_CODE,
        defaults={**PHYSICS, **SIZE, **defaults},
        seconds=seconds,
        costs=f"{PACKAGE}.studies.vqe:vqe_costs" if circuits else None,
        engine=engine,
        sampler="inverse-cdf" if circuits else "none",
    )


NOISE: Mapping[str, JSON] = {"one_qubit": 1e-3, "two_qubit": 1e-2, "readout": 0.02, "noise_scale": 1.0}
TRAINING: Mapping[str, JSON] = {
    "n_train": 10_000,
    "input": "raw",
    "softmax": "row",
    "learning_rate": 1e-4,
    "batch": 128,
    "epochs": 100,
}
STUDIES = (
    *EXACT_STUDIES,
    sampled_study("vqe", "vqe:vqe", 2.5, {**SETTING, "method": "instance", "n_train": 10_000}, engine="qbench.ry_cz"),
    sampled_study(
        "noisy", "noise:noisy", 40.0, {**SETTING, "encoding": "log", **NOISE}, engine="aer.density_matrix", tier="paper"
    ),
    sampled_study(
        "fading", "fading:fading", 2.0, {**SETTING, "draws": 200, "thz_fading": False}, engine="qbench.ry_cz"
    ),
    # The same runs as `vqe` and `dnn`, for other numbers of vehicles: tier paper, so that standard leaves them out.
    sampled_study(
        "users",
        "vqe:vqe",
        2.0,
        {**SETTING, "encoding": "log", "method": "instance", "n_train": 10_000},
        engine="qbench.ry_cz",
        tier="paper",
    ),
    sampled_study("users_dnn", "dnn:dnn", 7.0, TRAINING, block=5, circuits=False, tier="paper"),
    sampled_study("dnn", "dnn:dnn", 7.0, TRAINING, block=5, circuits=False),
    sampled_study(
        "ceiling", "dnn:ceiling", 6.0, {"n_train": 10_000, "input": "log", "softmax": "row"}, block=5, circuits=False
    ),
    sampled_study("rivals", "rivals:rivals", 4.5, {"evaluations": 100, "shots": 1024}, circuits=False),
)

BASE = Reading("base", why="the default of every ambiguity")


def exact_part(study: str, column: str, band: Band, *, name: str, atol: float = 0.0, witness: bool = False) -> Part:
    """Return a part that reads one column of an exact study."""
    spelling = f"{PACKAGE}.certificates:{study}_witness" if witness else None
    return Part(name, {study: Cell(study)}, Exact(column, atol), band, witness=spelling)


def none_of(what: str, why: str) -> Band:
    """Return the band of a count that must be zero."""
    return Band(lo=0.0, hi=0.0, unit=what, why=why)


def untestable(key: str, number: str, where: str, says: str, reason: str) -> Claim:
    """Return a claim that the paper gives no way to test."""
    return Claim(
        id=f"{KEY}/{key}",
        number=number,
        where=where,
        says=says,
        claimed=None,
        unit="",
        parameters="inferred",
        readings=(),
        parts=(),
        kind="untestable",
        untestable=reason,
        decides_at="fast",
        recorded=RECORDS.get(number),
    )


def vqe(**changes: JSON) -> Cell:
    """Return a CVaR-VQE run: S0 (4 x 4, 16 one-hot qubits, p = 1, alpha 0.25, COBYLA), but for `changes`."""
    return Cell("vqe", changes)


LOG = {"encoding": "log"}
ALPHAS = {"a1": vqe(alpha=1.0), "a05": vqe(alpha=0.5), "a025": vqe()}
AT_LEAST_0, AT_MOST_0 = {"lo": 0.0, "hi": inf}, {"lo": -inf, "hi": 0.0}
SIGN = "the paper claims an order and no size: the sign"


def rel(more: str, less: str, optimum: str) -> RatioOfMeans:
    """Return (mean more - mean less) / mean optimum."""
    return RatioOfMeans({more: 1.0, less: -1.0}, optimum)


def measured(key: str, number: str, where: str, says: str, **fields: Any) -> Claim:  # noqa: ANN401 - fields of Claim
    """Return a claim that replicates decide at `standard`, its parameters inferred, unless `fields` say otherwise."""
    plain = {"claimed": None, "unit": "", "parameters": "inferred", "decides_at": STANDARD}
    return Claim(
        id=f"{KEY}/{key}",
        number=number,
        where=where,
        says=says,
        kind="measured",
        recorded=RECORDS.get(number),
        **{**plain, **fields},
    )


P2 = Reading("p2", params={"depth": 2}, why="Fig. 4(b) is the same plot at depth 2")
P3 = Reading("p3", params={"depth": 3}, why="Fig. 4(c) is the same plot at depth 3")
SPSA = Reading("spsa", params={"optimiser": "spsa"}, why="the optimiser is not named: two evaluations an epoch")
ADAM = Reading(
    "adam", params={"optimiser": "adam"}, why="the optimiser is not named: exact gradients, one step an epoch"
)
SWEEP = Reading(
    "sweep",
    params={"optimiser": "sweep"},
    why="an epoch is not defined: one more evaluation than there are angles, what COBYLA takes for its first simplex",
)


def log_reading(columns: Mapping[str, str] | None = None) -> Reading:
    """Return the reading on 8 qubits, a binary code a vehicle; strings are read as the most likely one."""
    given = {"z_out": "z_mode"} if columns is None else columns
    return Reading("log", params=LOG, columns=given, why="Fig. 4(d) has 2 to 6 qubits: a code of log2 J bits a vehicle")


# C01: the headline and its grid

MAIN_CELL = "n10000-raw-hard-onehot-final"
SCORES = {"hard": {}, "soft-max1": {"z_hard": "z_soft_max1"}}
READOUTS = {"final": {}, "ever": {"z_out": "z_ever"}, "mode": {"z_out": "z_mode"}}
UNSTATED = {
    "n": "how many networks it was trained on is not stated",
    "log": "the scale of its inputs is not stated: log2(1 + SINR)",
    "soft-max1": "Sec. V-B calls its output continuous: the relaxed score that stays below the optimum",
    "encoding": "Fig. 4(d) has 2 to 6 qubits: a code of log2 J bits a vehicle",
    "ever": "what is read out is not stated: the best string ever measured",
    "mode": "what is read out is not stated: the most likely string",
}


def grid_reading(n_train: int, scale: str, score: str, encoding: str, readout: str) -> Reading:
    """Return one of the 120 cells of the headline's grid."""
    cells: dict[str, dict[str, Any]] = {}
    why = []
    if (n_train, scale) != (10_000, "raw"):
        cells["dnn"] = {"n_train": n_train, "input": scale}
        why += [UNSTATED["n"]] if n_train != 10_000 else []
        why += [UNSTATED["log"]] if scale == "log" else []
    if encoding == "log":
        cells |= {"vqe": dict(LOG), "product": dict(LOG)}
        why.append(UNSTATED["encoding"])
    why += [UNSTATED[word] for word in (score, readout) if word in UNSTATED]
    return Reading(
        f"n{n_train}-{scale}-{score}-{encoding}-{readout}",
        cells=cells,
        columns={**SCORES[score], **READOUTS[readout]},
        why="; ".join(why)
        or "raw and one-hot are the text's words; 10,000 networks are the group's; hard is (5) itself",
    )


GRID = sorted(
    (
        grid_reading(n_train, scale, score, encoding, readout)
        for n_train in (128, 512, 1280, 2560, 10_000)
        for scale in ("raw", "log")
        for score in SCORES
        for encoding in ("onehot", "log")
        for readout in READOUTS
    ),
    key=lambda reading: reading.key != MAIN_CELL,
)

ONE_AT_A_TIME = (
    Reading(
        "soft-n", columns={"z_hard": "z_soft_n"}, why="the relaxed score divided by n, which can exceed the optimum"
    ),
    Reading("flat", cells={"dnn": {"softmax": "flat"}}, why="Sec. V-B has one softmax on the output layer"),
    Reading(
        "qnn",
        cells={"vqe": {"method": "qnn"}},
        why="Sec. IV-A and Fig. 2 train one circuit for all networks, which enter as rotations",
    ),
    Reading("shot-mean", columns={"z_out": "z_mean"}, why="what is read out is not stated: the mean over the shots"),
    Reading("a05", cells={"vqe": {"alpha": 0.5}}, why="alpha of the headline is not stated"),
    Reading("a1", cells={"vqe": {"alpha": 1.0}}, why="alpha of the headline is not stated"),
    Reading("p2", cells={"vqe": {"depth": 2}}, why="the depth of the headline is not stated"),
    Reading("p3", cells={"vqe": {"depth": 3}}, why="the depth of the headline is not stated"),
    Reading(
        "mu0", params={"rf_handoff_penalty": 0.0, "thz_handoff_penalty": 0.0}, why="the handoff penalties are not given"
    ),
    Reading("q1", params={"alignment_probability": 1.0}, why="public matrices of the same group have q = 1"),
    Reading("disc", params={"geometry": "disc"}, why="public code of the same group places all nodes in a disc"),
    Reading(
        "bandwidths",
        params={"rf_bandwidth_hz": 40e6, "thz_bandwidth_hz": 500e6},
        why="rates in bit/s with the group's bandwidths: THz links count 12.5 times as much",
    ),
    Reading("long", cells={"vqe": {"epochs": 600}}, why="the number of epochs of the VQE is not stated"),
    Reading(
        "greedy", columns={"z_hard": "z_greedy"}, why="max-rate greedy in place of the network: what no training gives"
    ),
    Reading("stress", params={"rf_capacity": 2, "thz_capacity": 1}, why="capacities are not given: ones that bind"),
)

BUDGET_ROWS = {
    "exact optimum": "vqe.opt",
    "CVaR-VQE": "vqe.z_out",
    "DNN": "dnn.z_hard",
    "DNN with log input, trained until it learns no more": "ceiling.z_hard",
    "CVaR-VQE without entanglement, p = 0": "product.z_out",
    "best of 102,400 random associations": "rivals.z_random_budget",
    "best of 1,024 random associations": "rivals.z_random_1024",
    "best of 102,400 random strings": "rivals.z_strings_budget",
    "max-rate greedy": "rivals.z_greedy",
    "greedy and local search": "rivals.z_local",
    "annealing, 102,400 evaluations": "rivals.z_annealing_budget",
    "annealing, 1,000 evaluations": "rivals.z_annealing_1000",
    "cross-entropy, 102,400 samples": "rivals.z_cross_entropy_budget",
}

C01 = measured(
    "gain-over-dnn",
    "C01",
    "Abstract, Secs. I and VI",
    "CVaR-VQE achieves 23.5 % more than the DNN.",
    claimed=1.235,
    unit="",
    parameters="unstated",
    readings=(*GRID, *ONE_AT_A_TIME),
    parts=(
        Part(
            "rate of CVaR-VQE over that of the DNN",
            {
                "vqe": vqe(),
                "dnn": Cell("dnn"),
                "ceiling": Cell("ceiling"),
                "product": vqe(depth=0),
                "rivals": Cell("rivals"),
            },
            RatioOfMeans("vqe.z_out", "dnn.z_hard"),
            Band(
                lo=1.185, hi=1.285, unit="", why="five points either side, a fifth of the claim; no spread is printed"
            ),
            beside={
                "optimum over DNN: the ceiling of any method": RatioOfMeans("vqe.opt", "dnn.z_hard"),
                **{name: Mean(column) for name, column in BUDGET_ROWS.items()},
                "different outputs of the DNN on 25 networks": Mean("dnn.distinct"),
            },
        ),
    ),
)

C02 = untestable(
    "lower-complexity",
    "C02",
    "Sec. I",
    "CVaR-VQE has significantly less computational complexity than the DNN.",
    "missing: complexity measure; parameters, operations an instance and training order the two differently",
)

# C03-C08: the training curves of Fig. 4(a-c)

CURVES = (
    P2,
    P3,
    Reading(
        "shot-mean",
        columns={name: f"{name}_shot_mean" for name in ("t90", "t_near", "late_steps", "c20")},
        why="the vertical axis is not named: the mean rate of an epoch's shots",
    ),
    Reading(
        "best",
        columns={name: f"{name}_best" for name in ("t90", "t_near", "late_steps", "c20")},
        why="the vertical axis is not named: the best feasible rate of an epoch's shots",
    ),
    SWEEP,
    SPSA,
    ADAM,
    log_reading({}),
)
S0_BASE = Reading(
    "base", why="S0: one circuit an instance, 16 one-hot qubits, p = 1, COBYLA, an epoch is an evaluation"
)


def order_part(name: str, column: str, first: str, second: str, unit: str, *, more: bool) -> Part:
    """Return the part that `first` has more (or less) of `column` than `second`; both are cells of ALPHAS."""
    return Part(
        name,
        {first: ALPHAS[first], second: ALPHAS[second]},
        PairedDifference(f"{first}.{column}", f"{second}.{column}"),
        Band(**(AT_LEAST_0 if more else AT_MOST_0), unit=unit, why=SIGN),
    )


C03 = measured(
    "a1-fastest",
    "C03",
    "Sec. V-C1, Fig. 4(a-c)",
    "alpha = 1 converges fastest and is near-optimal within 20 epochs.",
    readings=(S0_BASE, *CURVES),
    parts=(
        order_part("t90 of alpha 1 less that of 0.5", "t90", "a1", "a05", "epochs", more=False),
        order_part("t90 of alpha 1 less that of 0.25", "t90", "a1", "a025", "epochs", more=False),
        Part(
            "curve of alpha 1 at epoch 20 over the optimum",
            {"a1": ALPHAS["a1"]},
            RatioOfMeans("c20", "opt"),
            Band(lo=0.9, hi=inf, unit="", why="within 10 % of the optimum is read as near-optimal"),
        ),
    ),
)

C04 = measured(
    "a1-unstable",
    "C04",
    "Sec. V-C1, Fig. 4(a-c)",
    "alpha = 1 is unstable in later epochs.",
    readings=(S0_BASE, *CURVES),
    parts=(
        order_part("late steps of alpha 1 less those of 0.5", "late_steps", "a1", "a05", "", more=True),
        order_part("late steps of alpha 1 less those of 0.25", "late_steps", "a1", "a025", "", more=True),
    ),
)

C05 = measured(
    "a05-time",
    "C05",
    "Sec. V-C1, Fig. 4(a-c)",
    "alpha = 0.5 is more stable and takes 40 to 50 epochs to come close to the optimum.",
    readings=(S0_BASE, *CURVES),
    parts=(
        Part(
            "epochs of alpha 0.5 to 0.9 of the optimum",
            {"a05": ALPHAS["a05"]},
            Mean("t_near"),
            Band(lo=30.0, hi=60.0, unit="epochs", why="40 to 50, and 10 for reading a plot"),
        ),
        order_part("late steps of alpha 0.5 less those of 1", "late_steps", "a05", "a1", "", more=False),
    ),
)

C06 = measured(
    "a025-slow-stable",
    "C06",
    "Sec. V-C1, Fig. 4(a-c)",
    "alpha = 0.25 is slowest and most stable.",
    readings=(S0_BASE, *CURVES),
    parts=(
        order_part("t90 of alpha 0.25 less that of 0.5", "t90", "a025", "a05", "epochs", more=True),
        order_part("t90 of alpha 0.25 less that of 1", "t90", "a025", "a1", "epochs", more=True),
        order_part("late steps of alpha 0.25 less those of 0.5", "late_steps", "a025", "a05", "", more=False),
        order_part("late steps of alpha 0.25 less those of 1", "late_steps", "a025", "a1", "", more=False),
    ),
)

C07 = measured(
    "a025-like-a05",
    "C07",
    "Sec. V-C1, Fig. 4(a-c)",
    "Results for alpha = 0.25 and 0.5 are practically the same.",
    readings=(S0_BASE, P2, P3, log_reading(), SPSA, ADAM),
    parts=(
        Part(
            "rate of alpha 0.25 less that of 0.5, over the optimum",
            ALPHAS,
            rel("a025.z_out", "a05.z_out", "a025.opt"),
            Band(lo=-0.05, hi=0.05, unit="", why="half of what counts as near-optimal"),
            beside={"the same against alpha 1": rel("a025.z_out", "a1.z_out", "a025.opt")},
        ),
    ),
)

C08 = measured(
    "pgs-rise-and-fall",
    "C08",
    "Sec. V-C1, Fig. 4(a-c)",
    "At alpha = 1 the ground-state probability rises to 5 %, then drops almost to 0 while the objective improves.",
    claimed=0.05,
    readings=(S0_BASE, log_reading({}), P2, P3, SWEEP, SPSA, ADAM),
    parts=(
        Part(
            "largest mean ground-state probability",
            {"a1": ALPHAS["a1"]},
            Mean("pgs_max"),
            Band(lo=0.02, hi=0.08, unit="", why="one printed digit, three points either side"),
        ),
        Part(
            "last ground-state probability over the largest",
            {"a1": ALPHAS["a1"]},
            RatioOfMeans("pgs_last", "pgs_max"),
            Band(lo=0.0, hi=0.1, unit="", why="almost to zero: a tenth at most"),
        ),
        Part(
            "mean energy at the end less that at the largest probability",
            {"a1": ALPHAS["a1"]},
            Mean("energy_change"),
            Band(**AT_MOST_0, unit="bit/s/Hz", why="the objective goes on improving: the sign"),
        ),
    ),
)


C09 = Claim(
    id=f"{KEY}/variance-bound",
    number="C09",
    where="Sec. V-C1",
    says="The variance of the CVaR objective estimated from K samples is O(1/(alpha^2 K)).",
    claimed=None,
    unit="",
    parameters="inferred",
    readings=(BASE,),
    parts=(
        exact_part(
            "variance_bound",
            "violations",
            none_of(
                "violations", "every law with masses k/12 on three energies, K <= 6, obeys K alpha^2 Var/B^2 <= 1/4"
            ),
            name="violations of the bound",
        ),
    ),
    kind="analytic",
    proof="tests/proofs/test_cvar_vqe.py::test_variance_bound_by_efron_stein",
    decides_at="fast",
    recorded=RECORDS.get("C09"),
)

SLOPE = Band(lo=-0.6, hi=-0.4, unit="", why="the central limit theorem's slope -1/2, 20 % either side")


def slope_part(column: str, name: str) -> Part:
    """Return the part that reads one slope of log RMSE on log K."""
    return Part(name, {"estimators": Cell("estimators")}, Mean(column), SLOPE)


C10 = Claim(
    id=f"{KEY}/estimators-converge",
    number="C10",
    where="Eqs. (13), (15)-(17)",
    says="The sample mean converges to the energy, and the mean of the lowest samples to the CVaR, as K grows.",
    claimed=None,
    unit="",
    parameters="inferred",
    readings=(
        Reading(
            "base", why="the target of Eq. (15) is the CVaR with its boundary atom split, as Eq. (17) needs for atoms"
        ),
        Reading(
            "literal",
            columns={"cvar_normal": "literal_normal", "cvar_atoms": "literal_atoms"},
            why="the target is the conditional mean that Eq. (16) prints first: another number on laws with atoms",
        ),
        Reading(
            "literal-gap",
            columns={"cvar_normal": "literal_normal", "cvar_atoms": "literal_gap"},
            why="the same target on -2 with 0.6 and -1 with 0.4 at alpha 0.8, where both printed forms are wrong",
        ),
    ),
    parts=(
        slope_part("mean_normal", "Eq. (13), normal"),
        slope_part("mean_atoms", "Eq. (13), five atoms"),
        slope_part("cvar_normal", "Eq. (15), normal"),
        slope_part("cvar_atoms", "Eq. (15), atoms"),
    ),
    kind="measured",
    decides_at="fast",
    recorded=RECORDS.get("C10"),
)

# C11, C12: Fig. 4(d)

VEHICLES = range(2, 7)
USERS = {f"v{i}": Cell("users", {"agents": i}) for i in VEHICLES} | {
    f"d{i}": Cell("users_dnn", {"agents": i}) for i in VEHICLES
}
WHO = {
    "optimum": ("v", "opt_per_vehicle"),
    "CVaR-VQE": ("v", "z_mode_per_vehicle"),
    "DNN": ("d", "z_hard_per_vehicle"),
}
USERS_BASE = Reading(
    "base", why="the axis that suits DNN and optimum too: 2 to 6 vehicles at 4 BSs, log encoding, rate per vehicle"
)
OUT_PER_VEHICLE = {"z_mode_per_vehicle": "z_out_per_vehicle", "z_mode": "z_out"}


def users_step(who: str, i: int) -> str:
    """Return the name of the part from i to i + 1 vehicles."""
    return f"{who}, {i} to {i + 1} vehicles"


def users_part(who: str, i: int) -> Part:
    """Return the part that the rate per vehicle falls from i to i + 1 vehicles."""
    letter, column = WHO[who]
    few, many = f"{letter}{i}", f"{letter}{i + 1}"
    return Part(
        users_step(who, i),
        {few: USERS[few], many: USERS[many]},
        PairedDifference(f"{many}.{column}", f"{few}.{column}"),
        Band(**AT_MOST_0, unit="bit/s/Hz", why="a trend without a size: the sign, step by step"),
    )


def smaller(key: str, why: str, sizes: Mapping[int, dict[str, Any]], columns: Mapping[str, str]) -> Reading:
    """Return a reading in which the cells of i vehicles take other sizes, and only the steps between them count."""
    cells = {
        f"{letter}{i}": {k: v for k, v in size.items() if letter == "v" or k != "encoding"}
        for i, size in sizes.items()
        for letter in "vd"
    }
    steps = [i for i in sizes if i + 1 in sizes]
    return Reading(
        key, cells=cells, columns=columns, parts=tuple(users_step(who, i) for who in WHO for i in steps), why=why
    )


SUM_RATE = {f"{name}_per_vehicle": name for name in ("opt", "z_mode", "z_hard")}
C11 = measured(
    "rate-falls-with-qubits",
    "C11",
    "Sec. V-C2, Fig. 4(d)",
    "From 2 to 6 qubits the average rate falls for all methods.",
    unit="bit/s/Hz",
    parameters="unstated",
    decides_at="paper",
    readings=(
        USERS_BASE,
        Reading("sum-rate", columns=SUM_RATE, why="the metric of the figure is not named: the sum rate Z"),
        Reading("out", columns=OUT_PER_VEHICLE, why="what is read out is not stated: the best of the final shots"),
        smaller(
            "d2",
            "2, 4 and 6 log qubits are 1, 2 and 3 vehicles at 4 BSs",
            {2: {"agents": 1}, 3: {"agents": 2}, 4: {"agents": 3}},
            {},
        ),
        smaller(
            "d3",
            "2, 4 and 6 one-hot qubits are 2 vehicles at 1, 2 and 3 BSs",
            {i: {"agents": 2, "stations": i - 1, "encoding": "onehot"} for i in (2, 3, 4)},
            OUT_PER_VEHICLE,
        ),
        smaller(
            "onehot",
            "one qubit an association, as Sec. IV-B says; beyond 4 vehicles it takes 20 and 24 qubits",
            {i: {"agents": i, "encoding": "onehot"} for i in (2, 3, 4)},
            OUT_PER_VEHICLE,
        ),
    ),
    parts=tuple(users_part(who, i) for who in WHO for i in VEHICLES if i + 1 in VEHICLES),
)

HALVES = {f"h{i}": Cell("users", {"agents": i, "alpha": 0.5}) for i in VEHICLES}
WHOLES = {f"o{i}": Cell("users", {"agents": i, "alpha": 1.0}) for i in VEHICLES}


def slope_of(letter: str, column: str) -> dict[str, float]:
    """Return the least-squares slope over 2..6 vehicles as a quantity."""
    return {f"{letter}{i}.{column}": (i - 4) / 10 for i in VEHICLES}


def steeper_part(name: str, who: str) -> Part:
    """Return the part that the DNN's slope is below that of another method."""
    letter, column = WHO[who]
    return Part(
        name,
        USERS,
        PairedDifference(slope_of("d", "z_hard_per_vehicle"), slope_of(letter, column)),
        Band(**AT_MOST_0, unit="bit/s/Hz a vehicle", why=SIGN),
    )


def closest_part(name: str, letter: str, rival: dict[str, Cell]) -> Part:
    """Return the part that alpha 0.25 gives more than another alpha, summed over 2..6 vehicles."""
    more = {f"v{i}.z_mode": 1.0 for i in VEHICLES} | {f"{letter}{i}.z_mode": -1.0 for i in VEHICLES}
    cells = {name: cell for name, cell in USERS.items() if name[0] == "v"} | rival
    return Part(
        name,
        cells,
        RatioOfMeans(more, {f"v{i}.opt": 1.0 for i in VEHICLES}),
        Band(**AT_LEAST_0, unit="", why=SIGN),
    )


C12 = measured(
    "dnn-steepest",
    "C12",
    "Sec. V-C2, Fig. 4(d)",
    "The DNN declines most steeply, alpha = 0.25 stays closest to the optimum, and CVaR-VQE stays high.",
    unit="",
    parameters="unstated",
    decides_at="paper",
    readings=(
        USERS_BASE,
        Reading("sum-rate", columns=SUM_RATE, why="the metric of the figure is not named: the sum rate Z"),
        Reading("out", columns=OUT_PER_VEHICLE, why="what is read out is not stated: the best of the final shots"),
        Reading(
            "relative",
            columns={f"{name}_per_vehicle": f"{name}_share" for name in ("opt", "z_mode", "z_hard")},
            why="a decline may be meant beside the optimum's own: slopes of Z over the optimum",
        ),
    ),
    parts=(
        steeper_part("slope of the DNN less that of CVaR-VQE", "CVaR-VQE"),
        steeper_part("slope of the DNN less that of the optimum", "optimum"),
        closest_part("rate of alpha 0.25 less that of 0.5, over the optimum", "h", HALVES),
        closest_part("rate of alpha 0.25 less that of 1, over the optimum", "o", WHOLES),
        Part(
            "CVaR-VQE over the optimum at 6 vehicles",
            {"v6": USERS["v6"]},
            RatioOfMeans("z_mode", "opt"),
            Band(lo=0.9, hi=inf, unit="", why="within 10 % of the optimum is read as high"),
        ),
    ),
)


FALLS = Band(lo=-inf, hi=0.0, unit="bit/s/Hz", why="the paper claims a trend and no size: the sign, step by step")


def step_part(column: str, name: str) -> Part:
    """Return the part that reads one difference of the rate against the number of BSs."""
    return Part(name, {"stations_exact": Cell("stations_exact")}, Mean(column), FALLS)


STEPS = ("step_5", "step_6", "step_7", "step_8", "excess")
C13 = Claim(
    id=f"{KEY}/fewer-rate-past-4-bs",
    number="C13",
    where="Sec. V-C3, Fig. 4(e)",
    says="With 4 vehicles the average rate falls as BSs are added, more so past 4 BSs, because of the handoff penalty.",
    claimed=None,
    unit="bit/s/Hz",
    parameters="unstated",
    readings=(
        Reading("base", why="rate per vehicle of the exact optimum; both penalties always paid, as Eq. (4) is written"),
        Reading(
            "per-bs",
            columns={name: name.replace("step", "step_per_bs").replace("excess", "excess_per_bs") for name in STEPS},
            why="the metric of the figure is not named: the optimum divided by the number of BSs",
        ),
        Reading(
            "mu0",
            params={"rf_handoff_penalty": 0.0, "thz_handoff_penalty": 0.0},
            why="the penalty's value is not given: none at all, so that no effect can be its doing",
        ),
        Reading(
            "mu15",
            params={"rf_handoff_penalty": 0.1, "thz_handoff_penalty": 0.5},
            why="the penalty's value is not given: a harder one at THz",
        ),
        Reading(
            "stress",
            params={"rf_capacity": 2, "thz_capacity": 1, "first": 3},
            why="capacities are not given: small ones, from 3 BSs on, where four vehicles first fit",
        ),
        Reading("disc", params={"geometry": "disc"}, why="public code of the same group places all nodes in a disc"),
    ),
    parts=(
        step_part("step_5", "4 to 5 BSs"),
        step_part("step_6", "5 to 6 BSs"),
        step_part("step_7", "6 to 7 BSs"),
        step_part("step_8", "7 to 8 BSs"),
        step_part("excess", "mean step past 4 less mean step up to 4"),
    ),
    kind="measured",
    decides_at="standard",
    recorded=RECORDS.get("C13"),
)

# C14, C15: Fig. 4(e), 4(f)

BS_CELLS = {"j2": vqe(stations=2), "j3": vqe(stations=3), "j4": vqe()}
FROM_3 = {"j2": {"stations": 3}, "j3": {"stations": 4}, "j4": {"stations": 5}}


def gap_part(name: str, more: str, fewer: str) -> Part:
    """Return the part that the gap to the optimum, per vehicle, widens from one number of BSs to the next."""
    gap = {"opt_per_vehicle": 1.0, "z_out_per_vehicle": -1.0}
    return Part(
        name,
        {more: BS_CELLS[more], fewer: BS_CELLS[fewer]},
        PairedDifference(*({f"{cell}.{column}": w for column, w in gap.items()} for cell in (more, fewer))),
        Band(**AT_LEAST_0, unit="bit/s/Hz", why=SIGN),
    )


C14 = measured(
    "gap-widens",
    "C14",
    "Sec. V-C3, Fig. 4(e)",
    "The gap between the optimum and CVaR-VQE widens with the number of BSs.",
    unit="bit/s/Hz",
    parameters="unstated",
    readings=(
        Reading("base", why="the absolute gap is the text's word; 2 to 4 BSs are 8 to 16 one-hot qubits"),
        Reading(
            "relative",
            columns={"opt_per_vehicle": "opt_share", "z_out_per_vehicle": "z_out_share"},
            why="a gap may be meant beside the optimum: 1 - Z/Opt",
        ),
        Reading(
            "from-3", cells=FROM_3, why="the figure's first number of BSs is not readable: 3 to 5, up to 20 qubits"
        ),
        Reading(
            "stress",
            params={"rf_capacity": 2, "thz_capacity": 1},
            cells=FROM_3,
            why="capacities are not given: small ones, from 3 BSs on, where four vehicles first fit",
        ),
    ),
    parts=(gap_part("2 to 3 BSs", "j3", "j2"), gap_part("3 to 4 BSs", "j4", "j3")),
)

DEPTHS = {"p1": vqe(), "p2": vqe(depth=2), "p3": vqe(depth=3)}
A05 = Reading("a05", params={"alpha": 0.5}, why="alpha is not stated here")
A1 = Reading("a1", params={"alpha": 1.0}, why="alpha is not stated here")


def depth_part(name: str, better: str, worse: str) -> Part:
    """Return the part that one depth gives no less than another."""
    return Part(
        name,
        {better: DEPTHS[better], worse: DEPTHS[worse], "p0": vqe(depth=0)},
        rel(f"{better}.z_out", f"{worse}.z_out", f"{better}.opt"),
        Band(**AT_LEAST_0, unit="", why=SIGN),
        beside={
            "without entanglement, p = 0, over the optimum": RatioOfMeans("p0.z_out", "p0.opt"),
            f"{better} over the optimum": RatioOfMeans(f"{better}.z_out", f"{better}.opt"),
            f"{worse} over the optimum": RatioOfMeans(f"{worse}.z_out", f"{worse}.opt"),
        },
    )


C15 = measured(
    "p1-best",
    "C15",
    "Sec. V-C4, Fig. 4(f)",
    "Depth p = 1 is best, and performance degrades for p > 2.",
    parameters="unstated",
    readings=(
        S0_BASE,
        A05,
        A1,
        Reading(
            "epochs",
            cells={"p1": {"epochs": 100}, "p2": {"epochs": 150}, "p3": {"epochs": 200}},
            why="one number of epochs for every depth is not stated: 50 (p + 1)",
        ),
        SPSA,
        ADAM,
        log_reading(),
    ),
    parts=(
        depth_part("p = 1 less p = 2, over the optimum", "p1", "p2"),
        depth_part("p = 1 less p = 3, over the optimum", "p1", "p3"),
        depth_part("p = 2 less p = 3, over the optimum", "p2", "p3"),
    ),
)


C16 = Claim(
    id=f"{KEY}/ansatz-spans",
    number="C16",
    where="Sec. IV-A, Fig. 3",
    says="The variational form of RY rotations and controlled-Z gates reaches all basis states.",
    claimed=None,
    unit="",
    parameters="inferred",
    readings=(BASE,),
    parts=(
        exact_part(
            "basis_states",
            "deviation",
            Band(lo=-1e-12, hi=1e-12, unit="", why="an identity, P(b) = 1; the tolerance is double rounding"),
            name="largest |1 - P(b)|",
            atol=1e-12,
        ),
    ),
    kind="analytic",
    proof="tests/proofs/test_cvar_vqe.py::test_ansatz_reaches_every_basis_state",
    decides_at="fast",
    recorded=RECORDS.get("C16"),
)

C17 = Claim(
    id=f"{KEY}/all-quadratic",
    number="C17",
    where="Sec. III",
    says="Objective and constraints of the association problem (5) are quadratic functions of its binary variables.",
    claimed=None,
    unit="bit/s/Hz",
    parameters="inferred",
    readings=(BASE,),
    parts=(
        exact_part(
            "third_difference",
            "third_difference",
            none_of("bit/s/Hz", "a third difference of a quadratic is 0 on every cube of strings"),
            name="third difference",
            witness=True,
        ),
    ),
    kind="analytic",
    proof="tests/proofs/test_cvar_vqe.py::test_third_difference_vanishes_for_every_quadratic",
    decides_at="fast",
    recorded=RECORDS.get("C17"),
)

C18 = Claim(
    id=f"{KEY}/ising-form",
    number="C18",
    where="Eqs. (8), (9), (12)",
    says="The QUBO equals sum(Q)/4 - H/2, and the ground state of the Ising Hamiltonian H solves it.",
    claimed=None,
    unit="",
    parameters="inferred",
    readings=(BASE,),
    parts=(
        exact_part(
            "ising_form",
            "failures",
            none_of(
                "failures", "an equality must hold on every string of both instances, and so must the least string"
            ),
            name="strings that differ and ground states that differ",
            witness=True,
        ),
    ),
    kind="analytic",
    proof="tests/proofs/test_cvar_vqe.py::test_ising_form_corrected_on_every_string",
    decides_at="fast",
    recorded=RECORDS.get("C18"),
)

# C20-C30

C20 = measured(
    "fewer-samples",
    "C20",
    "Sec. IV",
    "CVaR-VQE gives accurate results with fewer samples than existing approaches.",
    unit="samples",
    readings=(
        Reading("base", why="the existing approach is the VQE, alpha = 1; accurate: a sample at 0.9 of the optimum"),
        Reading(
            "random-associations",
            columns={"comparator_samples": "draws_feasible"},
            why="the existing approach is not named: uniform draws of feasible associations, on average",
        ),
        Reading(
            "random-strings",
            columns={"comparator_samples": "draws_strings"},
            why="the existing approach is not named: uniform draws of strings, on average",
        ),
        log_reading({}),
        SPSA,
        ADAM,
    ),
    parts=(
        Part(
            "samples of alpha 0.25 less those of alpha 1",
            {"a025": ALPHAS["a025"], "a1": ALPHAS["a1"]},
            PairedDifference("a025.samples_hit", "a1.comparator_samples"),
            Band(**AT_MOST_0, unit="samples", why=SIGN),
            beside={
                "alpha 0.25": Mean("a025.samples_hit"),
                "alpha 1": Mean("a1.samples_hit"),
                "uniform draws of feasible associations": Mean("a1.draws_feasible"),
                "uniform draws of strings": Mean("a1.draws_strings"),
            },
        ),
    ),
)

NOISY = {
    "c025": vqe(**LOG),
    "n025": Cell("noisy"),
    "c1": vqe(alpha=1.0, **LOG),
    "n1": Cell("noisy", {"alpha": 1.0}),
}
C21 = measured(
    "noise-resilient",
    "C21",
    "Abstract, Secs. I and IV",
    "CVaR makes the VQE more resilient to decoherence and operational errors.",
    parameters="unstated",
    decides_at="paper",
    readings=(
        Reading("base", why="8 log qubits, optimised and read out under depolarising gates and readout flips"),
        Reading("out", columns={"z_mode": "z_out"}, why="what is read out is not stated: the best of the final shots"),
        Reading("noise-x2", params={"noise_scale": 2.0}, why="no strength is given: twice ours"),
    ),
    parts=(
        Part(
            "loss to noise at alpha 0.25 less that at alpha 1, over the optimum",
            NOISY,
            RatioOfMeans({"c025.z_mode": 1.0, "n025.z_mode": -1.0, "c1.z_mode": -1.0, "n1.z_mode": 1.0}, "c025.opt"),
            Band(**AT_MOST_0, unit="", why=SIGN),
            beside={
                "alpha 0.25 without noise, over the optimum": RatioOfMeans("c025.z_mode", "c025.opt"),
                "alpha 0.25 with noise, over the optimum": RatioOfMeans("n025.z_mode", "n025.opt"),
                "alpha 1 without noise, over the optimum": RatioOfMeans("c1.z_mode", "c1.opt"),
                "alpha 1 with noise, over the optimum": RatioOfMeans("n1.z_mode", "n1.opt"),
            },
        ),
    ),
)

C22 = measured(
    "entanglement-hurts",
    "C22",
    "Sec. V-C4",
    "Excess entanglement causes the loss at depth.",
    readings=(
        Reading("base", why="p = 3 with no CZ, a chain, and all pairs: as many angles each"),
        log_reading(),
        SPSA,
        ADAM,
        Reading("start", params={"start": "later-layers-zero"}, why="angles may start at 0 beyond the first layer"),
    ),
    parts=tuple(
        Part(
            f"{less} less {more}, over the optimum",
            {"less": vqe(depth=3, entanglement=a), "more": vqe(depth=3, entanglement=b)},
            rel("less.z_out", "more.z_out", "less.opt"),
            Band(**AT_LEAST_0, unit="", why=SIGN),
        )
        for less, more, a, b in (("no CZ", "a chain", "none", "linear"), ("a chain", "all pairs", "linear", "full"))
    ),
)

C23 = measured(
    "concentrates",
    "C23",
    "Sec. IV-C",
    "CVaR concentrates the probability on the lowest energies.",
    readings=(
        S0_BASE,
        A05,
        log_reading({}),
        Reading("ground", columns={"lowest_gain": "pgs_gain"}, why="the lowest energy alone: ground-state probability"),
    ),
    parts=(
        Part(
            "gain of mass on the lowest hundredth of strings",
            {"a025": ALPHAS["a025"]},
            Mean("lowest_gain"),
            Band(lo=0.25, hi=inf, unit="", why="an optimum of the CVaR guarantees mass alpha on the ground state"),
        ),
    ),
)


def two_part(name: str, first: str, second: str, cells: dict[str, Cell], column: str, unit: str, *, more: bool) -> Part:
    """Return the part on a difference: over the optimum for rates, plain for times."""
    rates = column.startswith("z_")
    statistic = (
        rel(f"{first}.{column}", f"{second}.{column}", f"{first}.opt")
        if rates
        else PairedDifference(f"{first}.{column}", f"{second}.{column}")
    )
    return Part(name, cells, statistic, Band(**(AT_LEAST_0 if more else AT_MOST_0), unit=unit, why=SIGN))


AGAINST_VQE = {"a025": ALPHAS["a025"], "a1": ALPHAS["a1"]}
C26 = measured(
    "better-than-vqe",
    "C26",
    "Abstract, Secs. I and IV-C",
    "CVaR improves convergence and robustness over the standard VQE.",
    readings=(
        S0_BASE,
        Reading("a05", cells={"a025": {"alpha": 0.5}}, why="which alpha stands for CVaR is not stated"),
        log_reading(),
        P2,
        P3,
        SWEEP,
        SPSA,
        ADAM,
    ),
    parts=(
        two_part("epochs to a sample near the optimum", "a025", "a1", AGAINST_VQE, "t_hit", "epochs", more=False),
        two_part("rate, over the optimum", "a025", "a1", AGAINST_VQE, "z_out", "", more=True),
    ),
)

PRODUCT = {"p1": vqe(), "p0": vqe(depth=0)}
C27 = measured(
    "product-states-impair",
    "C27",
    "Sec. III",
    "Fully separable states impair encoding and training.",
    readings=(
        S0_BASE,
        Reading(
            "epochs",
            cells={"p1": {"epochs": 100}, "p0": {"epochs": 50}},
            why="one number of epochs for every depth is not stated: 50 (p + 1)",
        ),
        log_reading(),
        SPSA,
        ADAM,
    ),
    parts=(
        two_part("rate of p = 1 less that of p = 0, over the optimum", "p1", "p0", PRODUCT, "z_out", "", more=True),
        two_part(
            "epochs of p = 1 to a sample near the optimum less those of p = 0",
            "p1",
            "p0",
            PRODUCT,
            "t_hit",
            "epochs",
            more=False,
        ),
    ),
)

FADING = {"a025": Cell("fading"), "a1": Cell("fading", {"alpha": 1.0})}
C28 = measured(
    "robust-to-fading",
    "C28",
    "Secs. I and VI",
    "CVaR-VQE is robust against fading and other randomness of the network.",
    parameters="unstated",
    readings=(
        Reading(
            "base", why="chosen without fading, scored under it; robust: no worse on average than the VQE, steadier"
        ),
        Reading("thz-fading", params={"thz_fading": True}, why="public code of the same group lets THz links fade too"),
    ),
    parts=(
        Part(
            "mean rate of alpha 0.25 over that of alpha 1",
            FADING,
            RatioOfMeans("a025.mean_rate", "a1.mean_rate"),
            Band(lo=1.0, hi=inf, unit="", why="no worse on average"),
            beside={
                "optimum without fading, under fading": Mean("a025.mean_rate_lsap"),
                "optimum of the mean rates, under fading": Mean("a025.mean_rate_expected"),
                "optimum of every draw": Mean("a025.perfect"),
                "alpha 0.25": Mean("a025.mean_rate"),
                "alpha 1": Mean("a1.mean_rate"),
            },
        ),
        Part(
            "standard deviation over draws, alpha 0.25 less alpha 1",
            FADING,
            PairedDifference("a025.sd_rate", "a1.sd_rate"),
            Band(**AT_MOST_0, unit="bit/s/Hz", why="steadier"),
            beside={"optimum without fading": Mean("a025.sd_rate_lsap")},
        ),
    ),
)

PENALTIES = {"full": vqe(), "weak": vqe(penalty=0.0)}
C29 = measured(
    "penalties-help",
    "C29",
    "Abstract",
    "Combining the objective with penalties for the constraints improves quality and stability.",
    readings=(
        Reading("base", why="penalties of twice the largest weighted rate against none"),
        *(
            Reading(
                f"against-{word}", cells={"weak": {"penalty": value}}, why="which penalties are compared is not said"
            )
            for word, value in (("half", 0.5), ("one", 1.0), ("five", 5.0))
        ),
    ),
    parts=(
        two_part("rate, over the optimum", "full", "weak", PENALTIES, "z_out", "", more=True),
        two_part("late steps", "full", "weak", PENALTIES, "late_steps", "", more=False),
    ),
)

ENCODINGS = {"log": vqe(**LOG), "onehot": vqe()}
C30 = measured(
    "qubits-reduce",
    "C30",
    "Sec. V-C2",
    "A greater number of qubits reduces performance.",
    readings=(
        Reading("base", why="the same problem on 8 and on 16 qubits, the most likely string read out of both"),
        Reading("out", columns={"z_mode": "z_out"}, why="what is read out is not stated: the best of the final shots"),
        Reading("mean", columns={"z_mode": "z_mean"}, why="what is read out is not stated: the mean over the shots"),
    ),
    parts=(
        two_part(
            "rate on 8 qubits less that on 16, over the optimum", "log", "onehot", ENCODINGS, "z_mode", "", more=True
        ),
    ),
)

C31 = untestable(
    "more-bs-more-handovers",
    "C31",
    "Sec. V-C3",
    "More BSs raise the chance of handovers.",
    "missing: handover process; no speed, no interval, no previous association",
)


C32 = Claim(
    id=f"{KEY}/qubit-count",
    number="C32",
    where="Secs. IV-B, V-A, V-C2, Fig. 4(d)",
    says="N associations take N qubits; the network has 4 BSs; the figure shows 2 to 6 qubits.",
    claimed=None,
    unit="qubits",
    parameters="inferred",
    readings=(BASE,),
    parts=(
        exact_part(
            "qubit_count",
            "qubits",
            Band(lo=16.0, hi=16.0, unit="qubits", why="4 x 4 associations, the input size that Sec. V-B names"),
            name="qubits at 4 x 4",
        ),
        exact_part(
            "qubit_count",
            "unreachable",
            none_of("sizes", "every size of the figure must be I x 4 for some number I of vehicles"),
            name="sizes of Fig. 4(d) that fit no I",
            witness=True,
        ),
    ),
    kind="consistency",
    decides_at="fast",
    recorded=RECORDS.get("C32"),
)

C33 = Claim(
    id=f"{KEY}/penalty-enforces-c2",
    number="C33",
    where="Eq. (10)",
    says="The second penalty acts where a BS serves more vehicles than it can, and so balances constraint C2.",
    claimed=None,
    unit="",
    parameters="inferred",
    readings=(BASE,),
    parts=(
        exact_part(
            "printed_penalty",
            "violations",
            none_of("violations", "the minimiser of an energy that enforces C2 violates it nowhere"),
            name="violations of C2 by the literal minimiser",
            witness=True,
        ),
    ),
    kind="analytic",
    proof="tests/proofs/test_cvar_vqe.py::test_corrected_penalty_makes_every_minimiser_feasible",
    decides_at="fast",
    recorded=RECORDS.get("C33"),
)


C34 = untestable(
    "energy-trade-off",
    "C34",
    "Sec. V-C1",
    "The method finds the best trade-off between performance and energy efficiency.",
    "missing: energy model",
)
C35 = untestable(
    "background",
    "C35",
    "Sec. I",
    "VQE resists noise better than purely quantum algorithms, shallow circuits suit hardware, classical methods fail.",
    "external: statements of the works it cites",
)

# Figures, drawn from whatever of their cells is in the store

EPOCHS = range(1, 101)
BY_ALPHA = {"alpha = 1": 1.0, "alpha = 0.5": 0.5, "alpha = 0.25": 0.25}


def curves(depth: int, column: str) -> tuple[Series, ...]:
    """Return a curve of one column an epoch for each alpha."""
    return tuple(
        Series.curve(label, vqe(alpha=alpha, depth=depth), {t: f"{column}_{t:03d}" for t in EPOCHS})
        for label, alpha in BY_ALPHA.items()
    )


def training_figure(letter: str, depth: int) -> Figure:
    """Return one of Fig. 4(a-c)."""
    return Figure(
        key=f"fig4{letter}",
        where=f"Fig. 4({letter})",
        title=f"Training at depth p = {depth}: minus the sampled objective, mean of 25 networks a replicate",
        x_label="epoch (objective evaluations of COBYLA)",
        y_label="minus the objective, bit/s/Hz",
        series=(*curves(depth, "own"), Series.curve("exact optimum", vqe(depth=depth), dict.fromkeys(EPOCHS, "opt"))),
        note="The objective of each alpha is another tail of the same energies: they differ by that too.",
    )


FIGURES = (
    *(training_figure(letter, depth) for letter, depth in (("a", 1), ("b", 2), ("c", 3))),
    Figure(
        key="fig4a-ground",
        where="Sec. V-C1",
        title="Exact ground-state probability while training, p = 1",
        x_label="epoch (objective evaluations of COBYLA)",
        y_label="probability",
        series=curves(1, "pgs"),
    ),
    Figure(
        key="fig4d",
        where="Fig. 4(d)",
        title="Rate per vehicle against the number of vehicles, 4 BSs, log encoding",
        x_label="vehicles (two qubits each)",
        y_label="rate per vehicle, bit/s/Hz",
        series=(
            Series.across("exact optimum", "opt_per_vehicle", {i: USERS[f"v{i}"] for i in VEHICLES}),
            *(
                Series.across(
                    f"CVaR-VQE, {label}",
                    "z_mode_per_vehicle",
                    {i: Cell("users", {"agents": i, "alpha": alpha}) for i in VEHICLES},
                )
                for label, alpha in BY_ALPHA.items()
            ),
            Series.across("DNN", "z_hard_per_vehicle", {i: USERS[f"d{i}"] for i in VEHICLES}),
        ),
        note="The paper's axis is 2 to 6 qubits, which fits no DNN: here it is vehicles. Tier paper.",
    ),
    Figure(
        key="fig4e",
        where="Fig. 4(e)",
        title="Rate per vehicle against the number of BSs, 4 vehicles",
        x_label="BSs",
        y_label="rate per vehicle, bit/s/Hz",
        series=(
            Series(
                "exact optimum, 250 networks a replicate",
                tuple(Point(j, f"rate_{j}", Cell("stations_exact")) for j in range(2, 9)),
            ),
            Series.across(
                "exact optimum of the same networks",
                "opt_per_vehicle",
                {2: BS_CELLS["j2"], 3: BS_CELLS["j3"], 4: BS_CELLS["j4"]},
            ),
            Series.across(
                "CVaR-VQE, alpha = 0.25", "z_out_per_vehicle", {2: BS_CELLS["j2"], 3: BS_CELLS["j3"], 4: BS_CELLS["j4"]}
            ),
        ),
        note="CVaR-VQE takes 8, 12 and 16 one-hot qubits.",
    ),
    Figure(
        key="fig4f",
        where="Fig. 4(f)",
        title="Rate against the depth of the circuit, alpha = 0.25",
        x_label="depth p (0: no entanglement)",
        y_label="rate Z, bit/s/Hz",
        series=(
            Series.across("CVaR-VQE", "z_out", {p: vqe() if p == 1 else vqe(depth=p) for p in range(4)}),
            Series.across("DNN", "z_hard", dict.fromkeys(range(4), Cell("dnn"))),
            Series.across("exact optimum", "opt", dict.fromkeys(range(4), vqe())),
        ),
    ),
)


# What the paper prints and what is used instead; docs/papers/cvar_vqe.md names the tests that run each

CORRECTIONS = (
    Correction(
        "Eqs. (1)-(4)",
        "i counts the BSs and j the vehicles",
        "i is the vehicle and j the BS everywhere",
        "Eqs. (5), (6) and (10) have it so, the opposite of Eqs. (1)-(4)",
    ),
    Correction(
        "Eq. (1)",
        "a power of the distance r that is not -2, as if r had no unit",
        "r in units of 1 m",
        "the SINR would have a dimension otherwise",
    ),
    Correction(
        "Eq. (2)",
        "the list of symbols swaps noise and interference, and the alignment q stands in the text alone",
        "q multiplies the interference of the other THz BSs",
        "the text gives q as the chance that two beams meet; the formula has no place for it",
    ),
    Correction(
        "Eq. (4)",
        "the rate of a vehicle divides by min(Q, n), which is 0 at an empty BS",
        "the same, but an empty BS gives 0; overload is left to a constraint C2 that works, see Eq. (10)",
        "0 is what nobody earns; and by itself the minimum would reward a BS above its capacity",
    ),
    Correction(
        "Eq. (5), C2",
        "a bound on vehicle i, for every BS j",
        "at most Q_j vehicles at BS j",
        "the index of the sum and that of the bound do not fit",
    ),
    Correction(
        "Sec. III",
        "objective and constraints are called quadratic",
        "the energy of every string, nothing cut down to a quadratic form",
        "the rate divides by a count, and its third difference is 2 where that of a quadratic is 0 (C17)",
    ),
    Correction(
        "Eq. (8)",
        "a constant of sum(Q)/4",
        "(sum(Q) + tr Q)/4",
        "the diagonal is lost, and the form misses the QUBO on every string of two instances (C18)",
    ),
    Correction(
        "Eqs. (8), (12)",
        "the ground state of H is sought",
        "the energy is minimised, which is to maximise H",
        "the energy is a constant less H/2, so the ground state of H is the worst string (C18)",
    ),
    Correction(
        "Eq. (10), third term",
        "the row sum of a vehicle is compared with a capacity",
        "the number of vehicles at a BS is compared with that BS's capacity",
        "a row sum is 1, so the printed term never acts and C2 is never enforced (C33)",
    ),
    Correction(
        "Eq. (16)",
        "two forms, a conditional mean and an integral up to a quantile",
        "the CVaR with its boundary atom split",
        "a state of finitely many qubits has atoms, where the two forms differ from each other and from the CVaR (C10)",
    ),
    Correction(
        "Fig. 4(d)",
        "an axis of 2 to 6 qubits, for the DNN too",
        "2 to 6 vehicles at four BSs, two qubits each",
        "with four BSs only one of those sizes is a whole number of vehicles, and a DNN has no qubits (C32)",
    ),
)


paper = Paper(
    key=KEY,
    title="CVaR-Based Variational Quantum Optimization for User Association in Handoff-Aware Vehicular Networks",
    authors=("Zijiang Yan", "Hao Zhou", "Jianhua Pei", "Aryan Kaushik", "Hina Tabassum", "Ping Wang"),
    year=2025,
    doi=None,
    bibtex=BIBTEX,
    claims=(
        *(C01, C02, C03, C04, C05, C06, C07, C08, C09, C10, C11, C12, C13, C14, C15, C16, C17, C18),
        *(C20, C21, C22, C23, C26, C27, C28, C29, C30, C31, C32, C33, C34, C35),
    ),
    studies=STUDIES,
    figures=FIGURES,
    corrections=CORRECTIONS,
    records=RECORDS,
)
