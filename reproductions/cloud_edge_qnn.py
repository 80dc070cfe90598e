"""Non-centralized quantum neural networks for cell-free MIMO (the journal paper): what it says, and what checks it.

A cloud network assigns M = 4 access points (APs) to K = 3 users, then each AP's edge network chooses its beam for two
antennas. System, cloud circuit and training are those of the 2022 paper, cloud_qnn; claims stand in order of subject.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

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
from reproductions import cloud_qnn

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from qbench.evidence.canonical import JSON
    from qbench.evidence.statistics import Statistic

KEY = "cloud_edge_qnn"
PACKAGE = "qbench.papers.cloud_edge_qnn"
CODE = (PACKAGE, *cloud_qnn.CODE)
RECORDS = Records(Path(__file__).with_name("records") / "cloud_edge_qnn.json")
LEDGER = Ledger(KEY, PACKAGE, CODE, RECORDS)

# The text prints no year of its own; the latest work it cites is of May 2025.
BIBTEX = """@article{narottama2025noncentralized,
  title  = {Non-Centralized Quantum Neural Networks for Cell-Free {MIMO} Systems},
  author = {Narottama, Bhaskara and Canberk, Berk and Cotton, Simon L. and Shin, Hyundong
            and Karagiannidis, George K. and Duong, Trung Q.},
  year   = {2025}
}"""

SNRS_DB = (-10, 0, 10, 20, 30)

# System and cloud are those of the 2022 paper, but for the channels, which are always new here.
PHYSICS, SIZE = cloud_qnn.PHYSICS, cloud_qnn.SIZE
CLOUD: Mapping[str, JSON] = {**cloud_qnn.SETTING, "data": "regenerated"}
EDGE: Mapping[str, JSON] = {
    "snr_db": 10.0,
    "interference": 0.1,
    "epochs": 100,
    "samples": 100,
    "rate": 0.01,
    "data": "regenerated",
    "target": "rank1",
    "alpha": "sum",
    "beam": "zx",
    "middle": "independent",
    "order": "operator",
    "entangled": True,
    "gradient": "psr_on_loss",
    "others": "current",
    "rate_channel": "h",
}
LEARNING = (
    "snr_db",
    "interference",
    "rate_channel",
    "train_snr_db",
    "epochs",
    "samples",
    "data",
    "loss",
    "unserved",
    "target",
    "alpha",
)
BELOW: Mapping[str, JSON] = {
    "edge_target": "rank1",
    "edge_alpha": "sum",
    "edge_beam": "zx",
    "edge_gradient": "psr_on_loss",
}

REPLICATES: Mapping[str, Any] = {"unit": "replicate", "block": 5}
CLOSED, KERNEL = "numpy: closed forms of the cloud circuit", "numba: Bloch vectors of the edge circuit"

STUDIES = (
    LEDGER.study(
        "edge",
        "studies:edge",
        1.6,
        costs="studies:edge_costs",
        tier="standard",
        defaults={**PHYSICS, **SIZE, "seeds": 4, **EDGE},
        engine=KERNEL,
        **REPLICATES,
    ),
    LEDGER.study(
        "cloud",
        "cloud_study:cloud",
        2.0,
        costs="cloud_study:cloud_costs",
        tier="standard",
        defaults={**PHYSICS, **SIZE, **CLOUD, "curve_set": "fixed"},
        engine=CLOSED,
        **REPLICATES,
    ),
    LEDGER.study(
        "scorers",
        "cloud_study:scorers",
        2.0,
        tier="paper",
        defaults={**PHYSICS, **SIZE, **{name: CLOUD[name] for name in LEARNING}},
        engine="numpy",
        **REPLICATES,
    ),
    LEDGER.study(
        "framework",
        "framework:framework",
        5.0,
        costs="framework:framework_costs",
        tier="paper",
        defaults={**PHYSICS, **SIZE, **CLOUD, **BELOW},
        engine=f"{CLOSED}; {KERNEL}",
        **REPLICATES,
    ),
    LEDGER.exact_study("measurements", "counts", 0.1, aps=4, tx=2),
    LEDGER.exact_study("qubit_count", "counts", 0.4, costs=True, layers=5, neurons=6),
    LEDGER.exact_study("depth", "counts", 0.3, costs=True, neurons=16),
    LEDGER.exact_study("factor_depths", "counts", 0.1, layers=4, neurons=6),
    LEDGER.exact_study("two_rounds", "counts", 0.3, neurons=16),
    LEDGER.exact_study("parameter_count", "counts", 0.2, layers=5, neurons=6),
    LEDGER.exact_study("classical_growth", "counts", 0.1),
    LEDGER.exact_study("gradient_counts", "counts", 0.1, data=3, epochs=4, aps=4),
    LEDGER.exact_study("gradient_bound", "bounds", 0.1, snr_db=[float(x) for x in SNRS_DB]),
    LEDGER.exact_study("gradient_floor", "bounds", 0.9, steps=12, snr_db=[float(x) for x in SNRS_DB]),
    LEDGER.exact_study("ideal_rates", "bounds", 0.1, channels=20, snr_db=[float(x) for x in SNRS_DB]),
    LEDGER.exact_study("integral", "certificates", 0.1),
    LEDGER.exact_study("shift_rule", "certificates", 1.0),
    LEDGER.exact_study("rotosolve_formula", "certificates", 0.1, phases=40),
    LEDGER.exact_study("classical_sampler", "certificates", 2.0, layers=3, neurons=4, angles=5),
    LEDGER.exact_study("maximum_ratio", "certificates", 0.1, channels=100),
    LEDGER.exact_study("controlled_gates", "certificates", 0.5, angles=10),
)

BASE = Reading("base", why="the statement as printed")
ROUNDING = "an equality; the tolerance is double rounding"

PROOFS = "tests/proofs/test_cloud_edge_qnn.py::test_"
CIRCUIT_PROOFS = "tests/proofs/test_cloud_circuits.py::test_"
BOUND_PROOFS = "tests/proofs/test_cloud_bounds.py::test_"
RULE_PROOFS = "tests/unit/cloud_qnn/test_rules.py::test_"

# J2, J3: what the figure of the 2022 paper shows

J2 = LEDGER.untestable(
    "rate-saturates",
    "J2",
    "Sec. V, Fig. 4",
    "The sum rate grows with the SNR and saturates.",
    "not-empirical: Sec. V does not say it, Sec. IV of the 2022 paper does (cloud_qnn, G1 and G2)",
)
J3 = LEDGER.untestable(
    "interference-costs",
    "J3",
    "Sec. V, Fig. 4",
    "More interference, a lower sum rate.",
    "not-empirical: Sec. V does not say it; for fixed beams and assignment it holds channel by channel",
)

# J9: the two stages

J9 = LEDGER.computed(
    "fewer-measurements",
    "J9",
    "Sec. V",
    "The two stages need fewer quantum measurements for the beams than one network: N_Tx outputs, not N_AP N_Tx.",
    BASE,
    Reading(
        "per-device",
        columns={"violations": "violations_per_device"},
        why="the sentence before speaks of each edge network: one of them alone",
    ),
    unit="networks",
    parts=(
        LEDGER.exact_part(
            "measurements",
            "violations",
            none_of("networks", "fewer: strictly, for the whole network, which is the subject of the sentence"),
            "whether the edges have no fewer outputs than one network",
            {
                "outputs of the edges, no unit": "network",
                "outputs of the edges and the cloud, no unit": "with_cloud",
                "outputs of one network, no unit": "central",
                "expectation values of the edges, two bases an entry, no unit": "bases",
            },
            witness="counts:measurements_witness",
        ),
    ),
    proof=f"{PROOFS}the_edges_together_have_no_fewer_outputs",
)

# J10-J14, J22, J26, J27: complexity

J10 = LEDGER.computed(
    "lemma-1-qubits",
    "J10",
    "Lemma 1",
    "The cloud circuit takes (L - 1) + (L - 1) + L N qubits, the edge circuit one for each user.",
    BASE,
    unit="sizes",
    parts=(
        LEDGER.exact_part(
            "qubit_count",
            "violations_cloud",
            none_of("sizes", "an equality: it must hold for every size"),
            "cloud: sizes at which the formula is not the number of qubits",
            {"qubits of the formula at L = 2, N = 4": "printed", "qubits of the circuit, L N": "drawn"},
            witness="counts:qubit_count_witness",
        ),
        LEDGER.exact_part(
            "qubit_count",
            "violations_edge",
            none_of("sizes", "an equality: it must hold for every size"),
            "edge: numbers of users, 2 to 6, that are not the number of qubits",
        ),
    ),
    proof=f"{CIRCUIT_PROOFS}no_ancilla_appears",
)
J11 = LEDGER.computed(
    "depth-linear",
    "J11",
    "Sec. IV-D",
    "The cloud circuit has a depth of order N.",
    BASE,
    Reading(
        "descending",
        columns={"violations": "violations_descending"},
        why="the order of the CZ of a layer, which commute, is free: drawn from the last neuron down",
    ),
    unit="sizes",
    parts=(
        LEDGER.exact_part(
            "depth",
            "violations",
            none_of("sizes", "serial CZ, one CX and one RY: N - 1 + 1 + 1 at most"),
            "N from 2 to 16, two layers: depths above N + 1",
            {
                "largest depth less N, of both orders": "largest",
                "depths that are not max(3, N)": "formula",
            },
        ),
    ),
    proof=f"{PROOFS}depth_is_at_most_that_of_the_factors",
)
J12 = LEDGER.computed(
    "factors-constant-depth",
    "J12",
    "Sec. IV-D",
    "The CX and the RY of the cloud circuit each add a depth of order 1.",
    BASE,
    Reading(
        "one-neuron",
        columns={"violations": "violations_one_neuron"},
        why="a layer may have one neuron: its CX are a chain on one wire, of depth L - 1",
    ),
    unit="sizes",
    parts=(
        LEDGER.exact_part(
            "factor_depths",
            "violations",
            none_of("sizes", "the depth of each must be 1 at every size"),
            "2 to 4 layers of 2 to 6 neurons: sizes at which either is deeper than 1",
        ),
    ),
    proof=f"{PROOFS}cx_and_ry_meet_no_qubit_twice",
)
J26 = LEDGER.computed(
    "two-rounds",
    "J26",
    "Footnote 17",
    "With the CZ in two rounds the depth of a layer is of order 1.",
    BASE,
    unit="sizes",
    parts=(
        LEDGER.exact_part(
            "two_rounds",
            "violations",
            none_of("sizes", "two rounds, one CX and one RY: 4 at most"),
            "2 and 3 layers of 2 to 16 neurons: depths above 4",
            {"largest depth": "largest"},
        ),
    ),
    proof=f"{PROOFS}two_rounds_of_cz_meet_no_qubit_twice",
)
J13 = LEDGER.computed(
    "parameters",
    "J13",
    "Sec. IV-D",
    "The cloud circuit has of order L N parameters.",
    BASE,
    unit="sizes",
    parts=(
        LEDGER.exact_part(
            "parameter_count",
            "violations",
            none_of("sizes", "an equality: L N at every size"),
            "sizes at which the number of angles is not L N",
            {"sizes tried": "tried"},
        ),
    ),
    proof=f"{PROOFS}every_angle_stands_in_one_rotation",
)
J14 = LEDGER.computed(
    "classical-complexity",
    "J14",
    "Sec. IV-D",
    "A classical network of N_layer equal layers has a complexity of order N_neuron N_layer^2.",
    BASE,
    Reading(
        "multiplications",
        columns={"violations": "violations_macs"},
        why="what complexity counts is not stated: multiplications of a forward pass in place of weights",
    ),
    unit="degrees",
    parts=(
        LEDGER.exact_part(
            "classical_growth",
            "violations",
            none_of("degrees", "growth with each number as printed; what the cited source counts is external"),
            "degrees of the number of weights that are not 1 in N and 2 in L",
            {
                "degree in N": "neurons",
                "degree in L": "layers",
                "degree in N above the printed one": "above",
            },
            witness="counts:classical_growth_witness",
        ),
    ),
    proof=f"{CIRCUIT_PROOFS}swapped_exponents",
)
J27 = LEDGER.untestable(
    "comparable-parameters",
    "J27",
    "Sec. IV-D",
    "The number of parameters is comparable to that of graph networks, of order L N_nodes N_feat.",
    "not-empirical: comparable has no number; L N = 8 against L N F = 96 with F = 2 N_Tx K = 12 real features a node",
)
J22 = LEDGER.computed(
    "gradients-per-training",
    "J22",
    "Sec. IV-D",
    "Algorithm 2 takes N_iter gradients, Algorithm 3 N_AP N_iter.",
    BASE,
    Reading(
        "per-edge",
        columns={"deviation": "per_edge"},
        why="Algorithm 3 is printed for one AP: its own gradients less N_iter",
    ),
    unit="gradients",
    kind="exact",
    parts=(
        LEDGER.exact_part(
            "gradient_counts",
            "deviation_cloud",
            none_of("gradients", "an equality of counts"),
            "Algorithm 2: gradients less N_iter",
        ),
        LEDGER.exact_part(
            "gradient_counts",
            "deviation",
            none_of("gradients", "an equality of counts"),
            "Algorithm 3: gradients of all edges less N_AP N_iter",
            {"loss evaluations of a gradient, 2 P": "evaluations"},
        ),
    ),
)

# J15-J17: trainability and expressivity

LOWER = "inputs at which f of Eq. (27) is below the bound"
J15 = LEDGER.computed(
    "gradient-bounds",
    "J15",
    "Eq. (21), Lemma 3",
    "The mean squared norm of the gradient lies between (Tr[x]^2 + Tr[Z x Z]^2)/8, which is 1/4, and L N.",
    BASE,
    Reading(
        "lemma-3",
        columns={"violations": "violations_lemma"},
        parts=(LOWER,),
        why="Lemma 3 prints the square outside the bracket: 1/2",
    ),
    Reading(
        "exact-gradient",
        columns={"violations": "violations_exact"},
        why="the derivative of the decoded loss, 0 but on a null set, in place of f and of the shift rule",
    ),
    Reading(
        "surrogate",
        columns={"violations": "violations_surrogate"},
        parts=(LOWER,),
        why="Eq. (21) is about the loss: the shift rule on the normalised loss, at five SNRs",
    ),
    parts=(
        LEDGER.exact_part(
            "gradient_bound",
            "violations",
            none_of("SNRs", "no SNR is printed, so that the bound must hold at every one"),
            "SNRs of -10, 0, 10, 20, 30 dB at which one network exceeds L N = 8",
            {f"mean squared norm at {snr} dB": f"norm_{i}" for i, snr in enumerate(SNRS_DB)},
            witness="bounds:gradient_bound_witness",
        ),
        LEDGER.exact_part(
            "gradient_floor",
            "violations",
            none_of("inputs", "a lower bound must hold for every input"),
            LOWER,
            {
                "inputs tried": "tried",
                "inputs below 1/2, the bound of Lemma 3": "violations_lemma",
                "largest mean squared derivative, against 1/4, no unit": "largest",
            },
            witness="bounds:gradient_floor_witness",
        ),
    ),
    proof=f"{BOUND_PROOFS}enumeration_is_the_closed_form",
)
J16 = LEDGER.computed(
    "integral-eq-30",
    "J16",
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
J17 = LEDGER.untestable(
    "expressivity",
    "J17",
    "Lemma 2",
    "The expressivity of the networks is the dimension of their dynamical Lie algebra.",
    "not-empirical: a definition without a number; docs/papers/cloud_edge_qnn.md has the dimensions of the circuits",
)

# J18, J19: the rules of Appendix B

J18 = LEDGER.computed(
    "shift-rule",
    "J18",
    "Appendix B",
    "The shift rule gives the gradient of the losses.",
    BASE,
    Reading(
        "expectations",
        columns={"deviation": "expectations"},
        why="what the rule is a theorem about: the outputs of the circuit, not a loss of them",
    ),
    Reading(
        "other-shift",
        columns={"deviation": "other_shift"},
        why="the factor read literally, 1/2 times sin s, at s = pi/4 on an output; at pi/2 both agree",
    ),
    parts=(
        LEDGER.exact_part(
            "shift_rule",
            "deviation",
            identity(1e-12, ROUNDING),
            "rule less derivative, of (<Z> - 0.3)^2 at 0.7",
            {"rule": "printed", "derivative": "exact"},
            witness="certificates:shift_rule_witness",
        ),
    ),
    proof=f"{RULE_PROOFS}the_rule_on_a_loss_is_not_its_gradient",
)
J19 = LEDGER.computed(
    "rotosolve",
    "J19",
    "Appendix B",
    "The closed form of Rotosolve minimises the loss over an angle.",
    BASE,
    Reading(
        "arctan2",
        columns={"deviation": "deviation_arctan2"},
        why="the arctangent of two arguments, which the cited source has",
    ),
    parts=(
        LEDGER.exact_part(
            "rotosolve_formula",
            "deviation",
            identity(1e-9, "the least value of a sinusoid is its mean less its amplitude; the tolerance is rounding"),
            "value where it lands less the least value, 1.7 sin(t + 2.4) + 0.3",
            {"where it lands (rad)": "landing", "share of phases at which it lands on the largest value": "maxima"},
            witness="certificates:rotosolve_formula_witness",
        ),
    ),
    proof=f"{RULE_PROOFS}printed_rotosolve_lands_on_the_maximum",
)

# J20, J21, J28, J29: the problem and its targets

J20 = LEDGER.untestable(
    "np-hard",
    "J20",
    "Sec. III-B",
    "The problem is not convex and, with more than two users and APs, NP-hard: no optimum in polynomial time.",
    "not-empirical: no reduction is given; for four APs and three users the 36 feasible of 81 are enumerated",
)
ASSIGN, PRECODE = ("networks whose lowest rate exceeds |Phi_assign|", "links whose rate exceeds |Phi_precode|")
J21 = LEDGER.computed(
    "targets-are-ideal",
    "J21",
    "Footnote 16, Eqs. (14), (18)",
    "The targets of both losses are ideal rates, which upper bounds may replace: no rate is above them.",
    Reading("gram", why="the printed eigenvalues, of which a vector has none: those of the Gram matrix of an AP"),
    Reading(
        "rank1",
        columns={f"violations_{what}": f"violations_{what}_rank1" for what in ("assign", "precode")},
        why="the one eigenvalue of h h^H, not divided: the rate of maximum ratio alone, chosen for being a bound",
    ),
    Reading(
        "rank1-half",
        columns={f"violations_{what}": f"violations_{what}_rank1_half" for what in ("assign", "precode")},
        why="the one eigenvalue of h h^H, divided by the number of antennas as printed",
    ),
    parts=(
        LEDGER.exact_part(
            "ideal_rates",
            "violations_assign",
            none_of("networks", "an upper bound must hold for every channel, assignment and SNR"),
            ASSIGN,
            {
                "networks tried": "networks",
                "steps of the proof that fail": "chain",
                "smallest |Phi_assign| less lowest rate, in bit/s/Hz": "gap",
            },
            witness="bounds:ideal_rates_witness",
        ),
        LEDGER.exact_part(
            "ideal_rates",
            "violations_precode",
            none_of("links", "an upper bound must hold for every channel, assignment and SNR"),
            PRECODE,
            {
                "links tried": "links",
                "rate of an AP alone at 30 dB, in bit/s/Hz": "rate",
                "its |Phi_precode|, in bit/s/Hz": "target",
            },
            witness="bounds:ideal_rates_witness",
        ),
    ),
    proof=f"{PROOFS}each_step_to_the_upper_bound",
)
J28 = LEDGER.untestable(
    "pilot-correlation",
    "J28",
    "Footnote 15",
    "The cross-correlation of two users' pilots is at most epsilon over their largest squared ratio of path losses.",
    "missing: the value of epsilon; the left side depends on pilots alone, the right on path losses alone: a rule of "
    "design, not a bound",
)
J29 = LEDGER.computed(
    "maximum-ratio-norm",
    "J29",
    "Sec. IV-A",
    "Maximum-ratio beams meet the power constraint (8b).",
    BASE,
    parts=(
        LEDGER.exact_part(
            "maximum_ratio",
            "deviation",
            identity(1e-12, ROUNDING),
            "largest difference of the norm from 1",
            {"the same without the conjugate, as in Appendix C": "deviation_printed"},
        ),
    ),
    proof=f"{PROOFS}matched_beams_have_norm_1",
)

# J23, J31: what is quantum in it

J23 = LEDGER.computed(
    "superposition-advantage",
    "J23",
    "Sec. I, Sec. II-B",
    "Qubits span exponentially many basis states at once, in which a potential exponential advantage lies.",
    Reading("own-circuit", why="in certain tasks, says the paper: the one at hand is the cloud circuit of Eq. (12)"),
    unit="circuits",
    parts=(
        LEDGER.exact_part(
            "classical_sampler",
            "followed",
            none_of("circuits", "an advantage ends where coin tosses and XOR, O(L N), give the same law to 1e-12"),
            "circuits, up to 3 layers of 4 neurons, whose measured bits a classical sampler draws",
            {
                "circuits tried": "tried",
                "largest difference of two probabilities, no unit": "deviation",
                "coin tosses and XOR of the largest circuit, no unit": "operations",
            },
            witness="certificates:classical_sampler_witness",
        ),
    ),
    proof=f"{CIRCUIT_PROOFS}a_measurement_is_coin_tosses_and_xor",
)
J31 = LEDGER.computed(
    "controlled-gates-nonlinear",
    "J31",
    "Sec. I, footnote 19",
    "The controlled gates make the outputs non-linear.",
    Reading("operator", why="Eq. (12) as a product of operators, the rightmost acts first: the CZ come last"),
    Reading(
        "circuit",
        columns={"violations": "violations_circuit"},
        why="Eq. (12) as a drawing, from left to right: the CZ then make every output of the first layer constant",
    ),
    unit="circuits",
    parts=(
        LEDGER.exact_part(
            "controlled_gates",
            "violations",
            none_of("circuits", "a gate that supplies anything changes an output when it is dropped"),
            "whether every output stays when all CZ are dropped",
            {
                "largest change of an output without CZ, no unit": "change",
                "the same in circuit order, no unit": "change_circuit",
                "the same in circuit order, last layer, no unit": "change_circuit_last",
                "largest change of an output without CX, no unit": "change_cx",
                "outputs of eight that the CX change": "neurons_cx",
            },
            witness="certificates:controlled_gates_witness",
        ),
    ),
    proof=f"{CIRCUIT_PROOFS}cz_supply_no_nonlinearity",
)

# Readings of the claims on trained networks

RATE, LOSS, RISES, NO_SIZE = cloud_qnn.RATE, cloud_qnn.LOSS, cloud_qnn.RISES, cloud_qnn.NO_SIZE

RAW = Reading(
    "raw",
    why="the loss of Algorithm 2 at 10 dB, new channels at every iteration; 2 layers, angles from U[0, 2 pi)",
)
CLOUD_READINGS = (
    RAW,
    Reading("normalised", params={"loss": "normalised"}, why="Appendix D and the bounds are about the normalised loss"),
    Reading(
        "normalised-init0",
        params={"loss": "normalised", "init": "zero"},
        why="how the angles begin is not stated: at zero, where the shift rule never moves the last layer",
    ),
    Reading(
        "normalised-reuse",
        params={"loss": "normalised", "circuit": "reuse"},
        why="a charitable circuit that the paper does not have: every output depends on several inputs",
    ),
    Reading(
        "rotosolve",
        params={"optimiser": "rotosolve"},
        why="Algorithm 2 and Appendix B allow Rotosolve; one sweep an iteration, with arctan2",
    ),
)
SNR0, SNR20 = (Reading(f"snr{x}", params={"snr_db": float(x)}, why=f"no SNR is printed: {x} dB") for x in (0, 20))
EDGE_READINGS = (
    Reading(
        "rank1", why="the rate without interference as target, which a beam can reach; 10 dB, shift rule on the loss"
    ),
    Reading("gram", params={"target": "gram"}, why="the target of the cloud, whose symbol Eq. (18) shares"),
    Reading(
        "rel",
        params={"alpha": "rel"},
        why="a charitable encoding: the phase between the antennas, all that an equal-gain beam needs",
    ),
    Reading("phase", params={"beam": "phase"}, why="exactly N_Tx outputs, each the phase of an antenna"),
    Reading(
        "chain", params={"gradient": "chain"}, why="the exact gradient in place of the shift rule on a squared loss"
    ),
    Reading(
        "chain-one",
        params={"gradient": "chain", "data": "one"},
        why="the exact gradient on a single channel, judged on that channel",
    ),
    Reading(
        "chain-fixed100",
        params={"gradient": "chain", "data": "fixed100"},
        why="the exact gradient on 100 channels that come again, as Algorithm 3 has it, judged on these",
    ),
)
EDGE_LEVELS = (
    Reading("snr-5", params={"snr_db": -5.0}, why="no SNR is printed: -5 dB"),
    SNR0,
    SNR20,
    Reading("mu0.01", params={"interference": 0.01}, why="a tenth of the interference factor of Table III"),
)
# Beyond the levels above, so that the fall in the first episode stands beside its ceiling over a grid (J4).
EDGE_GRID = (
    Reading("snr5", params={"snr_db": 5.0}, why="no SNR is printed: 5 dB"),
    *(
        Reading(
            f"snr{x:g}-mu0.01",
            params={"snr_db": x, "interference": 0.01},
            why=f"{x:g} dB, with a tenth of the interference factor of Table III",
        )
        for x in (-5.0, 0.0, 5.0, 20.0)
    ),
)

# J1, J25: the framework and the search of Appendix C, Fig. 4

RIVALS = {
    "cloud's assignment, maximum-ratio beams": "cloud_mr",
    "cloud's assignment, beams that spare the other users (SLNR)": "cloud_slnr",
    "cloud's assignment, random beams": "cloud_random",
    "both networks before training": "start",
    "search, SLNR beams": "search_slnr",
    "best with every user served, maximum ratio": "max_sum",
    "best lowest rate, maximum ratio": "max_min",
    "static (0, 1, 2, 2), maximum ratio": "static",
    "random assignment, maximum ratio": "random",
    "every AP to its strongest user, maximum ratio": "best_user",
}
SCORERS = {
    "a classical network of eight numbers that scores links, maximum ratio": "link",
    "a classical network of eight numbers on the circuit's inputs, maximum ratio": "linear",
}
POLICIES = ("framework", "search", *RIVALS.values())
SEARCHES = {
    "printed": "Algorithm 4 as printed, beams without conjugate: a control, it sees no channel",
    "printed_conj": "Algorithm 4 as printed, maximum-ratio beams: a control, it sees no channel",
    "one_pass": "every user takes one AP and the fourth stays silent: a control",
}


def level(snr_db: float, mu: float) -> dict[str, JSON]:
    """Return the params of a run at one SNR and interference factor."""
    return {"snr_db": snr_db, "interference": mu}


def duel(snr_db: float, mu: float) -> Part:
    """Return the part that the framework beats the search at one SNR and interference factor."""
    beside: dict[str, Statistic] = {
        "sum rate, framework": Mean("two.framework_zero_trial"),
        "sum rate, search": Mean("two.search_zero_trial"),
        **{f"sum rate, {label}": Mean(f"two.{name}_zero_trial") for label, name in RIVALS.items()},
        **{f"sum rate, {label}": Mean(f"scorers.{name}_zero_trial") for label, name in SCORERS.items()},
        "the difference if the rates of others count where a user is unserved": PairedDifference(
            "two.framework_user_zero", "two.search_user_zero"
        ),
        "lowest rate, framework": Mean("two.framework_min_rate"),
        "lowest rate, search": Mean("two.search_min_rate"),
        "lowest rate, best": Mean("two.max_min_min_rate"),
        "share of trials that serve every user, framework, no unit": Mean("two.framework_feasible"),
        "share of trials that serve every user, before training, no unit": Mean("two.start_feasible"),
        "share of trials that serve every user, search, no unit": Mean("two.search_feasible"),
        **{
            f"share of trials that serve every user, {label}, no unit": Mean(f"scorers.{name}_feasible")
            for label, name in SCORERS.items()
        },
        "share of seeds that serve every user in 99 % of the trials, no unit": Mean("two.sure"),
        "the difference for these seeds alone": RatioOfMeans("two.sure_gain", "two.sure"),
    }
    return Part(
        f"{snr_db:g} dB, interference {mu:g}",
        {"two": Cell("framework", level(snr_db, mu)), "scorers": Cell("scorers", level(snr_db, mu))},
        PairedDifference("two.framework_zero_trial", "two.search_zero_trial"),
        Band(**RISES, unit=RATE, why="the paper claims that it outperforms and no size; exactly zero is none"),
        beside=beside,
    )


def renamed(names: Iterable[str], old: str, new: str) -> dict[str, str]:
    """Return columns that stand in for others: `new` for `old` in each name."""
    return {name: name.replace(old, new) for name in names}


SUM_RATES = tuple(f"{policy}_zero_trial" for policy in (*POLICIES, *SCORERS.values()))
SCORE_NAMES = ("zero_trial", "user_zero", "min_rate", "feasible")
CLOUD_MR = {f"framework_{name}": f"cloud_mr_{name}" for name in SCORE_NAMES}

J1 = LEDGER.claim(
    "framework-beats-search",
    "J1",
    "Sec. V, Fig. 4",
    "The sum rate of the framework is above that of the iterative search, at high interference too.",
    unit=RATE,
    decides_at="paper",
    readings=(
        Reading("framework", why="both stages trained at the SNR of the test; a trial with an unserved user counts 0"),
        Reading("normalised", params={"loss": "normalised"}, why="the cloud learns from the normalised loss"),
        Reading(
            "cloud-mr", columns=CLOUD_MR, why="the cloud with maximum-ratio beams, the framework of the 2022 paper"
        ),
        Reading(
            "cloud-mr-normalised",
            params={"loss": "normalised"},
            columns=CLOUD_MR,
            why="the same with the normalised loss",
        ),
        Reading(
            "user-zero",
            columns=renamed(SUM_RATES, "zero_trial", "user_zero"),
            why="where a user is unserved the rates of the others count, although Eq. (8c) forbids it",
        ),
        Reading(
            "journal-hat", params={"rate_channel": "h_hat"}, why="rates from the known channel, as Eqs. (4), (5) print"
        ),
        Reading(
            "plus10",
            columns=renamed(SUM_RATES, "zero_trial", "plus10"),
            why="the penalty as printed, +10 for each unserved user: a control, it rewards the violation",
        ),
        Reading(
            "literal",
            params={"unserved": 10.0},
            why="the cloud learns with the penalty as printed, +10: a control, it rewards the violation",
        ),
        *(
            Reading(
                f"search-{name.replace('_', '-')}",
                columns={f"search_{score}": f"{name}_{score}" for score in SCORE_NAMES},
                why=why,
            )
            for name, why in SEARCHES.items()
        ),
        *(
            Reading(
                f"mu{mu:g}", params={"interference": mu}, why=f"interference factor {mu:g} in every part, for Fig. 4"
            )
            for mu in (0.3, 0.5)
        ),
        Reading("snr20", params={"snr_db": 20.0}, why="20 dB in every part, for Fig. 4"),
    ),
    parts=tuple(duel(snr_db, mu) for mu in (0.1, 0.9) for snr_db in (0.0, 10.0, 30.0)),
)
J25 = LEDGER.claim(
    "penalty-serves-users",
    "J25",
    "Sec. IV-A, Eq. (6c)",
    "The penalty makes the cloud serve every user.",
    unit="share of trials",
    readings=(
        *CLOUD_READINGS,
        Reading(
            "literal",
            cells={"cloud": {"unserved": 10.0}},
            why="the penalty as printed, a rate of +10 for an unserved user",
        ),
        Reading("one", params={"data": "one"}, why="the keywords of the 2022 paper say online: one channel"),
    ),
    parts=(
        Part(
            "share of trials that serve every user, after less before training",
            {"cloud": Cell("cloud"), "free": Cell("cloud", {"unserved": 0.0})},
            PairedDifference("cloud.feasible", "cloud.start_feasible"),
            Band(**RISES, unit="share of trials", why="the paper says that it encourages, and no size"),
            beside={
                "share after training; 0.99 would satisfy Eq. (8c)": Mean("cloud.feasible"),
                "share before training": Mean("cloud.start_feasible"),
                "share after training without penalty, an unserved user at rate 0": Mean("free.feasible"),
            },
        ),
    ),
)

# J4-J6, J24, J30: the edges, Fig. 6

J4 = LEDGER.untestable(
    "edge-drop-72",
    "J4",
    "Sec. V, Fig. 6",
    "The loss of the edges falls by about 71.9 % in the first episode.",
    "missing: the SNR of the edges' training; from random beams the largest possible fall is 99 % at -15 dB, 38 % at "
    "10 dB and 17 % at 30 dB. Beside J6 stand falls and ceilings over a grid",
)

EDGE10 = {"edge": Cell("edge", {"epochs": 10})}
FIRST_FALL = {"loss_000": 1.0, "loss_001": -1.0}
WHOLE_FALL = {"loss_000": 1.0, "loss_010": -1.0}
FELL = Part(
    "(L(0) - L(10))/L(0)",
    EDGE10,
    RatioOfMeans(WHOLE_FALL, "loss_000"),
    Band(lo=0.1, hi=1.0, unit="", why="a flat curve is stable too, and converges to nothing: a tenth at least"),
    beside={
        "L(0), (bit/s/Hz)^2": Mean("loss_000"),
        "L(10), (bit/s/Hz)^2": Mean("loss_010"),
        "loss of maximum ratio on the test channels, (bit/s/Hz)^2": Mean("loss_mr"),
        "loss of a random beam on the test channels, (bit/s/Hz)^2": Mean("loss_random"),
    },
)
J5 = LEDGER.claim(
    "edge-stable",
    "J5",
    "Sec. V, Fig. 6",
    "Between the second and the tenth episode the loss of the edges varies by about 1.9 %.",
    claimed=0.019,
    readings=(*EDGE_READINGS, *EDGE_LEVELS),
    parts=(
        FELL,
        Part(
            "(L(10) - L(2))/L(2)",
            EDGE10,
            RatioOfMeans({"loss_010": 1.0, "loss_002": -1.0}, "loss_002"),
            Band(lo=-0.04, hi=0.04, unit="", why="twice the printed figure, either side"),
            beside={
                "largest less smallest of L(2) to L(10), over their mean": RatioOfMeans(
                    "swing", {f"loss_{e:03d}": 1 / 9 for e in range(2, 11)}
                )
            },
        ),
    ),
)
J6 = LEDGER.claim(
    "edge-converges-at-once",
    "J6",
    "Sec. V, Fig. 6",
    "The edges converge in the first episode.",
    claimed=1.0,
    readings=(*EDGE_READINGS, *EDGE_LEVELS, *EDGE_GRID),
    parts=(
        FELL,
        Part(
            "(L(0) - L(1))/(L(0) - L(10))",
            EDGE10,
            RatioOfMeans(FIRST_FALL, WHOLE_FALL),
            Band(lo=0.9, hi=1.1, unit="", why="nine tenths of the fall, the usual rule, and as much above"),
            beside={
                "(L(0) - L(1))/L(0), 0.719 in the paper (J4)": RatioOfMeans(FIRST_FALL, "loss_000"),
                "the most that beams can fall from random ones": RatioOfMeans(
                    {"ceiling_random": 1.0, "ceiling_mr": -1.0}, "ceiling_random"
                ),
            },
        ),
    ),
)
OWN_BEAMS = {"random": "a random beam", "fixed": "the beam (1, 1)/sqrt(2)", "equal_gain": "an equal-gain beam"}
J24 = LEDGER.claim(
    "edge-maximises",
    "J24",
    "Sec. IV-B, Eq. (15)",
    "The edge networks maximise the rate of their links.",
    readings=EDGE_READINGS,
    parts=(
        Part(
            "what the rate is short of maximum ratio's, relative",
            {"edge": Cell("edge"), "product": Cell("edge", {"entangled": False})},
            RatioOfMeans({"edge.rate_mr": 1.0, "edge.rate": -1.0}, "edge.rate_mr"),
            Band(lo=0.0, hi=0.05, unit="", why="maximum ratio is the optimum of Eq. (15); up to 5 % short of it"),
            beside={
                "rate of a link, bit/s/Hz": Mean("edge.rate"),
                "rate with maximum ratio in its place, bit/s/Hz": Mean("edge.rate_mr"),
                **{
                    f"the same shortfall, {label}": RatioOfMeans(
                        {"edge.rate_mr": 1.0, f"edge.rate_{name}": -1.0}, "edge.rate_mr"
                    )
                    for name, label in OWN_BEAMS.items()
                },
                "the same shortfall, the network without entanglement": RatioOfMeans(
                    {"product.rate_mr": 1.0, "product.rate": -1.0}, "product.rate_mr"
                ),
            },
        ),
    ),
)
J30 = LEDGER.claim(
    "edge-approaches-minimum",
    "J30",
    "Sec. V, Fig. 6",
    "The curves of the edges show progress towards local minima.",
    unit="(bit/s/Hz)^4",
    readings=EDGE_READINGS,
    parts=(
        Part(
            "squared norm of the gradient of the mean loss, before training less after 10 episodes",
            EDGE10,
            PairedDifference("slope_000", "slope_010"),
            Band(**RISES, unit="(bit/s/Hz)^4", why="the paper says progress towards and no size; the sign"),
            beside={"before training": Mean("slope_000"), "after 10 episodes": Mean("slope_010")},
        ),
    ),
)

# J7, J8: the loss of the cloud, Fig. 5

CLOUD_CELL = {"cloud": Cell("cloud")}
DRAWS = Reading(
    "draws",
    params={"curve_set": "draws"},
    why="on which channels Fig. 5 is drawn is not stated: on those of each episode",
)
J7 = LEDGER.claim(
    "cloud-converges",
    "J7",
    "Sec. V, Fig. 5",
    "The loss of the cloud fluctuates and tends to converge.",
    unit=LOSS,
    readings=(*CLOUD_READINGS, DRAWS, SNR0, SNR20),
    parts=(
        Part(
            "mean of L(1) to L(10) less that of L(91) to L(100)",
            CLOUD_CELL,
            PairedDifference("early", "late"),
            Band(**RISES, unit=LOSS, why=NO_SIZE),
            beside={
                "L(0)": Mean("loss_000"),
                "mean of L(91) to L(100)": Mean("late"),
                "first episode with at most a tenth of the fall left, no unit": Mean("e90"),
                "share of trials that serve every user, after training, no unit": Mean("feasible"),
            },
        ),
        Part(
            "mean step of the loss in the first ten episodes less that in the last ten",
            CLOUD_CELL,
            PairedDifference("unrest_early", "unrest_late"),
            Band(
                **RISES,
                unit=LOSS,
                why="what fluctuates less and less; the steps of the angles shrink by their own rule",
            ),
            beside={"first ten": Mean("unrest_early"), "last ten": Mean("unrest_late")},
        ),
    ),
)
J8 = LEDGER.claim(
    "fluctuation-combinatorial",
    "J8",
    "Sec. V, Fig. 5",
    "The fluctuations come mostly from the combinatorial space, and also from the regenerated channels.",
    readings=CLOUD_READINGS,
    parts=(
        Part(
            "share of the angles in the squared steps of the loss",
            CLOUD_CELL,
            RatioOfMeans("moved", {"moved": 1.0, "drawn": 1.0}),
            Band(lo=0.5, hi=1.0, unit="", why="mostly: at least half"),
            beside={
                "mean squared step of the loss on fixed channels, from moved angles alone, (bit/s/Hz)^4": Mean("moved"),
                "mean squared step from 100 new channels at fixed angles alone, (bit/s/Hz)^4": Mean("drawn"),
                "the share from the eleventh episode on": RatioOfMeans(
                    "moved_late", {"moved_late": 1.0, "drawn_late": 1.0}
                ),
            },
        ),
    ),
)

# Figures


def gain_over(snrs: Iterable[float], mu: float) -> dict[float, Cell]:
    """Return the runs at one interference factor by SNR."""
    return {snr: Cell("framework", level(snr, mu)) for snr in snrs}


FIG4_MU = {0.1: (0.0, 10.0, 20.0, 30.0), 0.3: (0.0, 10.0, 30.0), 0.5: (0.0, 10.0, 30.0), 0.9: (0.0, 10.0, 20.0, 30.0)}
EPISODES = range(101)
FIGURES = (
    Figure(
        key="fig4",
        where="Fig. 4",
        title="Sum rate of the framework and of the search",
        x_label="transmit SNR (dB)",
        y_label="sum rate (bit/s/Hz)",
        series=tuple(
            Series.across(f"{label}, interference {mu:g}", f"{name}_zero_trial", gain_over(snrs, mu))
            for name, label in (("framework", "framework"), ("search", "search"))
            for mu, snrs in FIG4_MU.items()
        ),
        note="A trial that leaves a user unserved counts 0. Neither SNRs nor interference factors are printed.",
    ),
    Figure(
        key="fig4-gain",
        where="Fig. 4",
        title="Framework less search",
        x_label="transmit SNR (dB)",
        y_label="difference of the sum rates (bit/s/Hz)",
        series=tuple(
            Series.across(
                f"{label}, interference {mu:g}", {f"framework_{key}": 1.0, f"search_{key}": -1.0}, gain_over(snrs, mu)
            )
            for key, label in (("zero_trial", "unserved: trial counts 0"), ("user_zero", "unserved: others count"))
            for mu, snrs in FIG4_MU.items()
            if mu in {0.1, 0.9}
        ),
        note="Paired on the same channels; above 0 the framework is ahead.",
    ),
    Figure(
        key="fig5",
        where="Fig. 5",
        title="Loss of the cloud at 10 dB",
        x_label="episodes",
        y_label="loss ((bit/s/Hz)^2)",
        series=(
            Series.curve("on 1000 fixed channels", Cell("cloud"), {float(e): f"loss_{e:03d}" for e in EPISODES}),
            Series.curve(
                "on the channels of each episode",
                Cell("cloud", {"curve_set": "draws"}),
                {float(e): f"loss_{e:03d}" for e in EPISODES},
            ),
        ),
        note="Mean of the seeds after each episode; a single seed fluctuates more.",
    ),
    Figure(
        key="fig6",
        where="Fig. 6",
        title="Loss of the edges at 10 dB",
        x_label="episodes",
        y_label="loss ((bit/s/Hz)^2)",
        series=tuple(
            Series.curve(label, Cell("edge", {"epochs": 10, **params}), {float(e): f"loss_{e:03d}" for e in range(11)})
            for label, params in (
                ("shift rule on the loss", {}),
                ("exact gradient", {"gradient": "chain"}),
                ("relative phase encoded", {"alpha": "rel"}),
                ("exact gradient, one channel", {"gradient": "chain", "data": "one"}),
            )
        )
        + tuple(
            Series.across(label, column, {float(x): Cell("edge", {"epochs": 10}) for x in (0, 10)})
            for label, column in (("maximum ratio", "loss_mr"), ("random beams", "loss_random"))
        ),
        note="Mean over edges and seeds. The paper's curve falls by 71.9 % at the first episode.",
    ),
    Figure(
        key="fig6-drop",
        where="Fig. 6",
        title="Loss of the edges before and after the first episode, and of maximum ratio",
        x_label="transmit SNR (dB)",
        y_label="loss ((bit/s/Hz)^2)",
        series=tuple(
            Series.across(
                f"{label}, interference {mu:g}",
                column,
                {x: Cell("edge", {"epochs": 10, **level(x, mu)}) for x in (-5.0, 0.0, 5.0, 10.0, 20.0)},
            )
            for mu in (0.1, 0.01)
            for label, column in (
                ("before training", "loss_000"),
                ("after one episode", "loss_001"),
                ("maximum ratio", "loss_mr"),
            )
        ),
        note="Beams cannot fall below maximum ratio. At which SNR the paper's edges were trained is not printed.",
    ),
)

# What the paper prints and what is used instead

CORRECTIONS = (
    Correction(
        "Eq. (3)",
        "offsets n - (J - 1)/2 for n = 1, ..., J - 1",
        "n = 0, ..., J - 1",
        "an array of J antennas has J offsets, and the printed ones are off centre (ERR-1)",
    ),
    Correction(
        "Eqs. (4), (5)",
        "rates from the known channel",
        "beams from the known channel, rates from the true one",
        "a rate from the known channel grows with its error without bound, the true one falls (ERR-7)",
    ),
    Correction(
        "Eq. (5)",
        "the set A_m of an AP among the APs of user k",
        "A_k, the APs of user k",
        "a rate of a user cannot run over the set of an AP; Eq. (6c) is also given the words for (6b) (ERR-18)",
    ),
    Correction(
        "Eq. (9)",
        "the floor of o K, and an example in which an output names an AP",
        "user floor(o K) counted from 0, at most K - 1; the output of an AP names its user",
        "o = 1 is reached and gives K; the example contradicts the definition (ERR-2)",
    ),
    Correction(
        "Eq. (11)",
        "a rotation by a complex vector, on a qubit whose index does not depend on the AP",
        "a rotation by the sum of its real and imaginary parts, on qubit m of the first layer",
        "a rotation by a complex angle is not unitary, and each AP has a neuron",
    ),
    Correction(
        "Eq. (14), Table III",
        "an unserved user has the rate -r_penalty = +10",
        "-10, the penalty that the text describes",
        "with +10 the loss favours assignments that leave users out (ERR-3)",
    ),
    Correction(
        "Eqs. (14), (18)",
        "eigenvalues of a channel vector",
        "cloud: those of the Gram matrix of an AP's channels, divided by the number of antennas; edge: ||h||^2",
        "a vector has none; the first matches every dependence that is printed, the second can be attained (J21)",
    ),
    Correction(
        "Eq. (20)",
        "a rotation of every qubit without an angle",
        "an angle of its own for each, 2 K in all",
        "the two-term shift rule then holds for every output; other readings are in the docs",
    ),
    Correction(
        "Lemma 1",
        "(L - 1) + (L - 1) + L N qubits, N_neuron - 1 in its proof",
        "L N",
        "gates that connect qubits need no others, as the same proof has it for the edge (J10, ERR-13)",
    ),
    Correction(
        "Sec. IV-D",
        "N_neuron - 1 chains of CZ at once, and other parts of Eq. (14)",
        "N_layer - 1 chains, and other parts of Eq. (12)",
        "there is a chain for each layer but the last, and Eq. (14) is a reward (ERR-14)",
    ),
    Correction(
        "Sec. IV-D",
        "a classical network of order N L^2",
        "of order N^2 L",
        "doubling the width quadruples the weights, doubling the depth doubles them (J14, ERR-30)",
    ),
    Correction(
        "Appendix B",
        "1/2 times sin s before the difference of two shifted losses",
        "1 over 2 sin s",
        "read literally it gives sin^2(s) times the derivative; at the printed s = pi/2 both agree (ERR-5)",
    ),
    Correction(
        "Appendix B",
        "an arctangent of a quotient",
        "the arctangent of two arguments",
        "for half of all phases the printed one lands on the largest loss (J19, ERR-8)",
    ),
    Correction(
        "Appendix C",
        "maximum-ratio beams without a conjugate",
        "conj(h)/||h||, as in Sec. IV-A",
        "without it two antennas lose 1.76 dB (ERR-16)",
    ),
    Correction(
        "Algorithm 4",
        "a loop while |S| <= N_AP, and the largest entry of the matrix that is to be found, over all APs",
        "a loop while |S| < N_AP, and the largest SINR over the APs that are free",
        "the printed loop never ends, and sees no channel (ERR-15)",
    ),
    Correction(
        "Lemma 3, Eq. (21)",
        "two lower bounds, 1/4 and 1/2",
        "1/4, with 1/2 beside it",
        "the square stands inside the bracket in one and outside in the other; both fail (J15, ERR-9, ERR-24)",
    ),
    Correction(
        "Eq. (30)",
        "1/8 for the mean of cos^4",
        "3/8",
        "1/8 is the mean of sin^2 cos^2 (J16, ERR-10)",
    ),
)

paper = Paper(
    key=KEY,
    title="Non-Centralized Quantum Neural Networks for Cell-Free MIMO Systems",
    authors=(
        "Bhaskara Narottama",
        "Berk Canberk",
        "Simon L. Cotton",
        "Hyundong Shin",
        "George K. Karagiannidis",
        "Trung Q. Duong",
    ),
    year=2025,
    doi=None,
    bibtex=BIBTEX,
    claims=(
        *(J1, J2, J3, J4, J5, J6, J7, J8),
        *(J9, J10, J11, J12, J13, J14),
        *(J15, J16, J17, J18, J19, J20, J21, J22, J23),
        *(J24, J25, J26, J27, J28, J29, J30, J31),
    ),
    studies=STUDIES,
    figures=FIGURES,
    corrections=CORRECTIONS,
    records=RECORDS,
)
