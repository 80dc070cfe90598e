"""Non-centralized quantum neural networks for cell-free MIMO (the journal paper): what it says, and what checks it.

A cloud network assigns M = 4 access points (APs) to K = 3 users, then each AP's edge network chooses its beam for two
antennas. System, cloud circuit and training are those of the 2022 paper, cloud_qnn; claims stand in order of subject.
"""

from __future__ import annotations

from pathlib import Path

from qbench.evidence import Correction, Ledger, Paper, Reading, Records, identity, none_of

KEY = "cloud_edge_qnn"
PACKAGE = "qbench.papers.cloud_edge_qnn"
CODE = (
    PACKAGE,
    "qbench.papers.cloud_qnn",
    "qbench.papers._study",
    "qbench.quantum",
    "qbench.radio",
    "qbench.assignment",
    "qbench._check",
    "qbench._arrays",
)
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

STUDIES = (
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
        *(J2, J3),
        *(J9, J10, J11, J12, J13, J14),
        *(J15, J16, J17, J18, J19, J20, J21, J22, J23),
        *(J26, J27, J28, J29),
        J31,
    ),
    studies=STUDIES,
    corrections=CORRECTIONS,
    records=RECORDS,
)
