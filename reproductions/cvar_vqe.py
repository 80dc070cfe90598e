"""CVaR-VQE for user association in handoff-aware vehicular networks: what the paper says, and what checks it.

Main setting: I = 4 vehicles, J = 4 base stations (BSs), two RF and two THz. The readings and their reasons stand in
docs/papers/cvar_vqe.md too.
"""

from __future__ import annotations

from math import inf
from pathlib import Path

from qbench.evidence import Band, Cell, Claim, Exact, Mean, Paper, Part, Reading, Records, Study

KEY = "cvar_vqe"
PACKAGE = "qbench.papers.cvar_vqe"
CODE = (PACKAGE, "qbench.papers._study", "qbench.quantum", "qbench._check", "qbench._arrays")
NETWORK_CODE = (*CODE, "qbench.radio", "qbench.assignment")
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


STUDIES = (
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
        run=f"{PACKAGE}.studies:estimators",
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
        run=f"{PACKAGE}.studies:stations_exact",
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

BASE = Reading("base", why="the default of every ambiguity")


def exact_part(study: str, column: str, band: Band, *, name: str, atol: float = 0.0, witness: bool = False) -> Part:
    """Return a part that reads one column of an exact study."""
    spelling = f"{PACKAGE}.certificates:{study}_witness" if witness else None
    return Part(name, {study: Cell(study)}, Exact(column, atol), band, witness=spelling)


def none_of(what: str, why: str) -> Band:
    """Return the band of a count that must be zero."""
    return Band(lo=0.0, hi=0.0, unit=what, why=why)


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

paper = Paper(
    key=KEY,
    title="CVaR-Based Variational Quantum Optimization for User Association in Handoff-Aware Vehicular Networks",
    authors=("Zijiang Yan", "Hao Zhou", "Jianhua Pei", "Aryan Kaushik", "Hina Tabassum", "Ping Wang"),
    year=2025,
    doi=None,
    bibtex=BIBTEX,
    claims=(C09, C10, C13, C16, C17, C18, C32, C33, C34, C35),
    studies=STUDIES,
    records=RECORDS,
)
