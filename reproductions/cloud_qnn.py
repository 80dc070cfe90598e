"""Quantum neural networks for assignment in cell-free MIMO (2022): what the paper says, and what checks it.

M = 4 access points (APs), K = 3 users, two antennas an AP. A unit is a replicate of eight training seeds, each with its
own initial angles, training channels and 1000 test channels, common to every SNR, interference factor and reading.
"""

from __future__ import annotations

from itertools import pairwise
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

from qbench.evidence import (
    Band,
    Cell,
    Correction,
    Figure,
    Ledger,
    Mean,
    PairedDifference,
    Paper,
    Part,
    RatioOfMeans,
    Reading,
    Records,
    Series,
    identity,
    none_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbench.evidence import Study
    from qbench.evidence.canonical import JSON
    from qbench.evidence.statistics import Statistic

KEY = "cloud_qnn"
PACKAGE = "qbench.papers.cloud_qnn"
CODE = (
    PACKAGE,
    "qbench.papers._study",
    "qbench.papers._compiled",
    "qbench.quantum",
    "qbench.radio",
    "qbench.assignment",
    "qbench._check",
    "qbench._arrays",
)
RECORDS = Records(Path(__file__).with_name("records") / "cloud_qnn.json")
LEDGER = Ledger(KEY, PACKAGE, CODE, RECORDS)

BIBTEX = """@inproceedings{narottama2022quantum,
  title  = {Quantum Neural Networks for Optimal Resource Allocation in Cell-Free {MIMO} Systems},
  author = {Narottama, Bhaskara and Duong, Trung Q.},
  year   = {2022}
}"""

PHYSICS: Mapping[str, JSON] = {
    "n_path": 1,
    "gain_index": "antenna",
    "angle": "literal",
    "distance": "fixed",
    "mean_distance": 0.5,
    "d_floor": "abs",
    "kappa": 2.3,
    "csi_var": 0.01,
}
SIZE: Mapping[str, JSON] = {"seeds": 8, "curve_channels": 1000, "test_channels": 1000}
EVALUATION: Mapping[str, JSON] = {"snr_db": 10.0, "interference": 0.1, "rate_channel": "h"}
SETTING: Mapping[str, JSON] = {
    **EVALUATION,
    "train_snr_db": None,
    "epochs": 100,
    "samples": 100,
    "rate": 0.01,
    "n_layer": 2,
    "init": "uniform",
    "data": "fixed100",
    "optimiser": "psr",
    "arctan": "arctan2",
    "loss": "raw",
    "unserved": -10.0,
    "target": "gram",
    "alpha": "sum",
    "order": "operator",
    "readout": "last",
    "circuit": "cloud",
}
SNRS_DB = (0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0)
MEAN_DISTANCES = (0.1, 0.3, 0.5, 0.7)


def sampled_study(name: str, seconds: float, defaults: Mapping[str, JSON], *, engine: str) -> Study:
    """Return a study of replicates, all of one stream: trained networks and their rivals see the same channels."""
    return LEDGER.study(
        name,
        f"studies:{name}",
        seconds,
        unit="replicate",
        block=5,
        tier="standard",
        defaults={**PHYSICS, **SIZE, **defaults},
        costs="studies:cloud_costs" if name == "cloud" else None,
        engine=engine,
    )


STUDIES = (
    sampled_study("cloud", 1.0, SETTING, engine="numpy: closed forms of the cloud circuit"),
    sampled_study("rivals", 0.9, EVALUATION, engine="numpy"),
    LEDGER.exact_study("qubit_count", "certificates", 0.4, costs=True, layers=5, neurons=6),
    LEDGER.exact_study("gradient_count", "certificates", 0.5, data=100, epochs=100),
    LEDGER.exact_study("gradient_bound", "bounds", 0.1, snr_db=[-10.0, 0.0, 10.0, 20.0, 30.0]),
    LEDGER.exact_study("gradient_floor", "bounds", 0.9, steps=12, snr_db=[-10.0, 0.0, 10.0, 20.0, 30.0]),
    LEDGER.exact_study("normalised_range", "bounds", 0.1, snr_db=10.0),
    LEDGER.exact_study("integral", "certificates", 0.1),
    LEDGER.exact_study("shift_sign", "certificates", 0.1),
    LEDGER.exact_study("shifted_unitary", "certificates", 0.1),
)


BASE = Reading("base", why="the statement as printed")
RATE, LOSS = "bit/s/Hz", "(bit/s/Hz)^2"
RISES = {"lo": 1e-9, "hi": inf}
FALLS = {"lo": -inf, "hi": -1e-9}
NO_SIZE = "the paper claims a direction and no size; exactly zero is none"

# Readings

RAW = Reading(
    "raw",
    why="the loss of Algorithm 1, a network for each SNR; 2 layers, angles from U[0, 2 pi), 100 fixed channels",
)
NORMALISED = Reading(
    "normalised", params={"loss": "normalised"}, why="Appendix B and the bounds are about the normalised loss"
)
CLOUD = (
    RAW,
    NORMALISED,
    Reading(
        "normalised-init0",
        params={"loss": "normalised", "init": "zero"},
        why="how the angles begin is not stated: at zero, where the shift rule never moves the last layer",
    ),
    Reading(
        "normalised-reuse",
        params={"loss": "normalised", "circuit": "reuse"},
        why="a charitable circuit that neither paper has: every output depends on several inputs",
    ),
    Reading(
        "rotosolve",
        params={"optimiser": "rotosolve"},
        why="Algorithm 1 and Appendix A allow Rotosolve; one sweep an iteration, with arctan2",
    ),
)
TRAIN10 = Reading(
    "train10", params={"train_snr_db": 10.0}, why="at which SNR a network is trained is not stated: all at 10 dB"
)
RATES = ("user_zero", "start_user_zero", "user_zero_quiet")
RIVALS = {
    "search of the journal (round robin)": "search",
    "best sum rate with every user served": "max_sum",
    "best lowest rate": "max_min",
    "static (0, 1, 2, 2)": "static",
    "random": "random",
    "all APs to one user, which violates the constraint": "all_to_one",
}


def rescored(key: str, why: str) -> Reading:
    """Return the reading that counts a trial with an unserved user in another way, for every policy."""
    names = [*RATES, *(f"{policy}_user_zero{suffix}" for policy in RIVALS.values() for suffix in ("", "_quiet"))]
    return Reading(key.replace("_", "-"), columns={name: name.replace("user_zero", key) for name in names}, why=why)


SCORES = (
    rescored("zero_trial", "what a trial counts that leaves a user unserved is not stated: nothing"),
    rescored("plus10", "the penalty as printed, +10 for each unserved user: a control, it rewards the violation"),
)
DISTANCES = tuple(
    Reading(f"d{x:g}", params={"mean_distance": x}, why=f"Sec. IV has mean distances 0.1 to 0.7: {x:g}")
    for x in MEAN_DISTANCES
    if x != PHYSICS["mean_distance"]
)
SINGLE = (
    Reading(
        "regenerated", params={"data": "regenerated"}, why="the size of the set is not stated: always new channels"
    ),
    Reading("one", params={"data": "one"}, why="the keywords say online: one channel, 100 iterations an episode"),
    Reading("snr0", params={"snr_db": 0.0}, why="no SNR is printed: 0 dB"),
    Reading("snr20", params={"snr_db": 20.0}, why="no SNR is printed: 20 dB"),
)

# G1-G3: the sum rate of Fig. 3


def at(snr_db: float, study: str = "cloud", **changes: JSON) -> Cell:
    """Return a run at one SNR with the distances of Sec. IV, N(0.5, 0.1)."""
    return Cell(study, {"snr_db": snr_db, "distance": "normal", **changes})


def name_at(snr_db: float) -> str:
    """Return the name of the cell at one SNR."""
    return f"r{snr_db:g}"


def rise_part(low: float, high: float) -> Part:
    """Return the part that the sum rate rises from one SNR to the next."""
    lo, hi = name_at(low), name_at(high)
    beside: dict[str, Statistic] = {
        "sum rate at the higher SNR": Mean(f"{hi}.user_zero"),
        "the same before training": Mean(f"{hi}.start_user_zero"),
        "the rise before training": PairedDifference(f"{hi}.start_user_zero", f"{lo}.start_user_zero"),
        "lowest rate at the higher SNR": Mean(f"{hi}.min_rate"),
        "share of trials that serve every user, no unit": Mean(f"{hi}.feasible"),
        "the same before training, no unit": Mean(f"{hi}.start_feasible"),
        "share of trials with a seed's commonest assignment, no unit": Mean(f"{hi}.one_assignment"),
    }
    beside |= {f"sum rate, {label}": Mean(f"rivals.{policy}_user_zero") for label, policy in RIVALS.items()}
    beside["lowest rate, search of the journal"] = Mean("rivals.search_min_rate")
    beside["lowest rate, best"] = Mean("rivals.max_min_min_rate")
    return Part(
        f"{low:g} to {high:g} dB",
        {lo: at(low), hi: at(high), "rivals": at(high, "rivals")},
        PairedDifference(f"{hi}.user_zero", f"{lo}.user_zero"),
        Band(**RISES, unit=RATE, why=NO_SIZE),
        beside=beside,
    )


G1 = LEDGER.claim(
    "rate-rises",
    "G1",
    "Sec. IV, Fig. 3",
    "The sum rate increases with the SNR.",
    unit=RATE,
    readings=(*CLOUD, *SCORES, *DISTANCES, TRAIN10),
    parts=tuple(rise_part(low, high) for low, high in pairwise(SNRS_DB)),
)


BEND = {0.0: 1.0, 10.0: -1.0, 20.0: -1.0, 30.0: 1.0}


def bend(column: str, weight: float = 1.0, cells: str = "r") -> dict[str, float]:
    """Return [R(30) - R(20)] - [R(10) - R(0)] of a column as a quantity; cells "r" are networks, "s" their rivals."""
    return {f"{cells}{snr:g}.{column}": weight * sign for snr, sign in BEND.items()}


BENT = {name_at(snr): at(snr) for snr in BEND} | {f"s{snr:g}": at(snr, "rivals") for snr in BEND}
SEARCH, SEARCH_QUIET = (f"search_user_zero{suffix}" for suffix in ("", "_quiet"))
G2 = LEDGER.claim(
    "steepness-falls",
    "G2",
    "Sec. IV, Fig. 3",
    "The curve gets less steep with the SNR because of interference.",
    unit=RATE,
    readings=(*CLOUD, *SCORES, TRAIN10),
    parts=(
        Part(
            "rise from 20 to 30 dB less that from 0 to 10 dB",
            BENT,
            Mean(bend("user_zero")),
            Band(**FALLS, unit=RATE, why=NO_SIZE),
            beside={
                "before training": Mean(bend("start_user_zero")),
                "search of the journal": Mean(bend(SEARCH, cells="s")),
            },
        ),
        Part(
            "the same less what it is without interference",
            BENT,
            Mean(bend("user_zero") | bend("user_zero_quiet", -1.0)),
            Band(**FALLS, unit=RATE, why="the paper gives interference as the cause and no size; the sign"),
            beside={
                "without interference": Mean(bend("user_zero_quiet")),
                "search of the journal": Mean(bend(SEARCH, cells="s") | bend(SEARCH_QUIET, -1.0, "s")),
            },
        ),
    ),
)

G3 = LEDGER.untestable(
    "four-distances",
    "G3",
    "Sec. IV, Fig. 3",
    "Four mean distances, 0.1 to 0.7, give four curves.",
    "not-empirical: the text states no order of the curves, and no difference between them",
)

# G4, G5: the loss of Fig. 4

FALL_PART = Part(
    "L(0) less the mean of L(91) to L(100)",
    {"cloud": Cell("cloud")},
    PairedDifference("loss_000", "late"),
    Band(**RISES, unit=LOSS, why=NO_SIZE),
    beside={
        "L(0)": Mean("loss_000"),
        "mean of L(91) to L(100)": Mean("late"),
        "share of trials that serve every user, before training, no unit": Mean("start_feasible"),
        "share of trials that serve every user, after training, no unit": Mean("feasible"),
    },
)
G4 = LEDGER.claim(
    "loss-falls",
    "G4",
    "Sec. IV, Fig. 4",
    "The training loss decreases with the episodes.",
    unit=LOSS,
    readings=(*CLOUD, *SINGLE),
    parts=(FALL_PART,),
)
G5 = LEDGER.claim(
    "converged-at-30",
    "G5",
    "Sec. IV, Fig. 4",
    "The loss has converged at about the 30th episode.",
    claimed=30.0,
    unit="episodes",
    readings=(*CLOUD, *SINGLE),
    parts=(
        Part(
            FALL_PART.name,
            FALL_PART.cells,
            FALL_PART.statistic,
            Band(**RISES, unit=LOSS, why="nothing converges that does not fall"),
            beside=FALL_PART.beside,
        ),
        Part(
            "share of the fall left at episodes 26 to 35",
            {"cloud": Cell("cloud")},
            RatioOfMeans({"mid": 1.0, "late": -1.0}, {"loss_000": 1.0, "late": -1.0}),
            Band(lo=-0.1, hi=0.1, unit="", why="10 % of the drop either side, what a figure shows"),
            beside={"first episode with at most a tenth of the fall left": Mean("e90")},
        ),
    ),
)

# G6-G13: what is computed

CIRCUIT_PROOFS = "tests/proofs/test_cloud_circuits.py::test_"
BOUND_PROOFS = "tests/proofs/test_cloud_bounds.py::test_"

G6 = LEDGER.computed(
    "lemma-1-qubits",
    "G6",
    "Lemma 1",
    "The cloud circuit takes (L - 1) + (N - 1) + L N qubits.",
    BASE,
    unit="sizes",
    parts=(
        LEDGER.exact_part(
            "qubit_count",
            "violations",
            none_of("sizes", "an equality: it must hold for every size"),
            "sizes at which the formula is not the number of qubits",
            {"qubits of the formula at L = 2, N = 4": "printed", "qubits of the circuit, L N": "drawn"},
            witness="certificates:qubit_count_witness",
        ),
    ),
    proof=f"{CIRCUIT_PROOFS}no_ancilla_appears",
)
G7 = LEDGER.computed(
    "gradients-per-training",
    "G7",
    "Sec. III-C",
    "The training takes one gradient an iteration.",
    BASE,
    unit="gradients",
    kind="exact",
    parts=(
        LEDGER.exact_part(
            "gradient_count",
            "deviation",
            none_of("gradients", "an equality of counts"),
            "gradients less iterations",
            {
                "loss evaluations of a gradient, 2 L N": "evaluations_per_gradient",
                "loss evaluations of a sweep of Rotosolve, 3 L N": "evaluations_per_sweep",
            },
        ),
    ),
)
G8 = LEDGER.computed(
    "gradient-upper-bound",
    "G8",
    "Eqs. (16), (19), Lemma 2",
    "The mean squared norm of the gradient of the normalised loss is at most L N.",
    BASE,
    Reading(
        "exact-gradient",
        columns={"violations": "violations_exact"},
        why="the derivative of the decoded loss, 0 but on a null set, in place of the shift rule that the paper uses",
    ),
    unit="SNRs",
    parts=(
        LEDGER.exact_part(
            "gradient_bound",
            "violations",
            none_of("SNRs", "no SNR is printed, so that the bound must hold at every one"),
            "SNRs of -10, 0, 10, 20, 30 dB at which one network exceeds L N = 8",
            {f"mean squared norm at {snr} dB": f"norm_{i}" for i, snr in enumerate((-10, 0, 10, 20, 30))},
            witness="bounds:gradient_bound_witness",
        ),
    ),
    proof=f"{BOUND_PROOFS}enumeration_is_the_closed_form",
)
G9 = LEDGER.computed(
    "gradient-lower-bound",
    "G9",
    "Eqs. (16), (19), Lemma 2",
    "The mean squared norm of the gradient is at least (Tr[x]^2 + Tr[Z x Z]^2)/8, which is 1/4 for every state x.",
    BASE,
    Reading(
        "exact-gradient",
        columns={"violations": "violations_exact"},
        why="Eq. (16) is about the loss: the derivative of the decoded loss, 0 but on a null set",
    ),
    Reading(
        "surrogate",
        columns={"violations": "violations_surrogate"},
        why="Eq. (16) is about the loss: the shift rule on the normalised loss, at five SNRs",
    ),
    unit="inputs",
    parts=(
        LEDGER.exact_part(
            "gradient_floor",
            "violations",
            none_of("inputs", "a lower bound must hold for every input"),
            "inputs at which f of Eq. (26) is below the bound",
            {"inputs tried": "tried", "largest mean squared derivative, against 1/4": "largest"},
            witness="certificates:lower_bound_witness",
        ),
    ),
    proof=f"{CIRCUIT_PROOFS}the_printed_lower_bound_does_not_see_its_input",
)
G10 = LEDGER.computed(
    "integral-eq-30",
    "G10",
    "Eq. (30)",
    "The integrals over the angle equal 1/8 (Tr[x]^2 + Tr[Z x Z]^2).",
    BASE,
    parts=(
        LEDGER.exact_part(
            "integral",
            "deviation",
            identity(1e-9, "an equality; the tolerance of the quadrature"),
            "integrals less 1/8 + 1/8",
            {"mean of cos^4": "cos4", "mean of sin^2 cos^2": "sin2cos2"},
            witness="certificates:integral_witness",
        ),
    ),
    proof=f"{CIRCUIT_PROOFS}means_of_fourth_powers",
)
G11 = LEDGER.computed(
    "normalised-loss-in-0-1",
    "G11",
    "Eq. (18)",
    "The normalised loss lies in [0, 1].",
    BASE,
    Reading(
        "unserved-0",
        columns={"violations": "violations_zero"},
        why="an unserved user without any penalty, rate 0: its loss is 1, the end of the interval",
    ),
    unit="assignments",
    parts=(
        LEDGER.exact_part(
            "normalised_range",
            "violations",
            none_of("assignments", "a range must hold for every assignment, the penalty -10 of Table II included"),
            "assignments of one network with a loss outside [0, 1]",
            {"largest loss, no unit": "largest"},
            witness="bounds:normalised_range_witness",
        ),
    ),
    proof=f"{BOUND_PROOFS}losses_by_loops_and_by_formula",
)
G12 = LEDGER.computed(
    "shift-rule-eq-17",
    "G12",
    "Eq. (17)",
    "The shift rule as printed is the gradient.",
    BASE,
    parts=(
        LEDGER.exact_part(
            "shift_sign",
            "deviation",
            identity(1e-12, "an equality; the tolerance is double rounding"),
            "Eq. (17) less the derivative, of sin at 0",
            witness="certificates:shift_sign_witness",
        ),
    ),
    proof="tests/unit/cloud_qnn/test_rules.py::test_the_printed_sign_ascends",
)
G13 = LEDGER.computed(
    "shifted-unitary-eq-25",
    "G13",
    "Eq. (25)",
    "Half the difference of two shifted rotations is the derivative of the rotation.",
    BASE,
    parts=(
        LEDGER.exact_part(
            "shifted_unitary",
            "deviation",
            identity(1e-12, "an equality; the tolerance is double rounding"),
            "largest entry of their difference",
            {"W over the derivative": "factor"},
            witness="certificates:shifted_unitary_witness",
        ),
    ),
    proof=f"{CIRCUIT_PROOFS}w_of_eq_25",
)
G14 = LEDGER.untestable(
    "advantage",
    "G14",
    "Abstract",
    "Numerical results show the advantage of the quantum network.",
    "missing: comparator; Sec. IV compares with nothing. Beside G1 stand other policies on the same channels",
)

# Figures


def fig3_series(mean_distance: float) -> Series:
    """Return the curve of one mean distance."""
    return Series.across(
        f"mean distance {mean_distance:g}", "user_zero", {x: at(x, mean_distance=mean_distance) for x in SNRS_DB}
    )


FIGURES = (
    Figure(
        key="fig3",
        where="Fig. 3",
        title="Sum rate of trained networks",
        x_label="transmit SNR (dB)",
        y_label="sum rate (bit/s/Hz)",
        series=(
            *(fig3_series(x) for x in MEAN_DISTANCES),
            Series.across("before training, 0.5", "start_user_zero", {x: at(x) for x in SNRS_DB}),
            Series.across("search of the journal, 0.5", "search_user_zero", {x: at(x, "rivals") for x in SNRS_DB[1:]}),
            Series.across(
                "best with every user served, 0.5", "max_sum_user_zero", {x: at(x, "rivals") for x in SNRS_DB[1:]}
            ),
        ),
        note="No SNR is printed. Where a user is unserved the rates of the others count. Distances are at least 0.05.",
    ),
    Figure(
        key="fig4",
        where="Fig. 4",
        title="Training loss at 10 dB",
        x_label="episodes",
        y_label="loss ((bit/s/Hz)^2)",
        series=(
            Series.curve("100 fixed channels", Cell("cloud"), {float(e): f"loss_{e:03d}" for e in range(101)}),
            Series.curve(
                "always new channels",
                Cell("cloud", {"data": "regenerated"}),
                {float(e): f"loss_{e:03d}" for e in range(101)},
            ),
        ),
        note="Mean loss after each episode, 0 before training; new channels are judged on 1000 others.",
    ),
)

# What the paper prints and what is used instead

CORRECTIONS = (
    Correction(
        "Eq. (2)",
        "offsets n - (J - 1)/2 for n = 1, ..., J - 1",
        "n = 0, ..., J - 1",
        "an array of J antennas has J offsets, and the printed ones are off centre",
    ),
    Correction(
        "Eqs. (9), (10)",
        "the floor of o K, and an example in which an output names an AP",
        "user floor(o K) counted from 0, at most K - 1; the output of an AP names its user",
        "o = 1 is reached and gives K; the example contradicts the definition",
    ),
    Correction(
        "Eq. (8), Table II",
        "an unserved user has the rate -r_penalty = +10",
        "-10, the negative reward that the text describes",
        "with +10 the loss favours assignments that leave users out",
    ),
    Correction(
        "Eq. (12)",
        "eigenvalues of a channel vector",
        "those of the Gram matrix of an AP's channels, divided by the number of antennas",
        "a vector has none; this matches every dependence that is printed",
    ),
    Correction(
        "Eq. (14)",
        "a rotation by a complex vector",
        "a rotation by the sum of its real and imaginary parts",
        "a rotation by a complex angle is not unitary",
    ),
    Correction(
        "Sec. IV",
        "distances from a normal law around 0.1 to 0.7 with variance 0.1",
        "their absolute values, at least 0.05",
        "up to 38 % are negative and have no path loss",
    ),
    Correction(
        "Eq. (17)",
        "the difference of the shifted losses the wrong way round",
        "L(t + s) - L(t - s) over 2 sin s",
        "the printed sign makes descent an ascent (G12)",
    ),
    Correction(
        "Lemma 1",
        "(L - 1) + (N - 1) + L N qubits",
        "L N",
        "gates that connect qubits need no others (G6)",
    ),
    Correction(
        "Eq. (30)",
        "1/8 for the mean of cos^4",
        "3/8",
        "1/8 is the mean of sin^2 cos^2 (G10)",
    ),
)

paper = Paper(
    key=KEY,
    title="Quantum Neural Networks for Optimal Resource Allocation in Cell-Free MIMO Systems",
    authors=("Bhaskara Narottama", "Trung Q. Duong"),
    year=2022,
    doi=None,
    bibtex=BIBTEX,
    claims=(G1, G2, G3, G4, G5, G6, G7, G8, G9, G10, G11, G12, G13, G14),
    studies=STUDIES,
    figures=FIGURES,
    corrections=CORRECTIONS,
    records=RECORDS,
)
