"""Studies and runs behind the claims of tn_qdrl: systems, exploration as tuned, readings.

Tuned rates are those of the best mean return over all 800 episodes, five units of the stream tn_qdrl/tune, V = 3 and
10 MB, once for each reward; the study `tune` shows the whole grids beside C44.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qbench.evidence import Cell, Ledger, Reading, Records

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbench.evidence import Study
    from qbench.evidence.canonical import JSON

KEY = "tn_qdrl"
PACKAGE = "qbench.papers.tn_qdrl"
CODE = (
    PACKAGE,
    "qbench.papers._study",
    "qbench.papers._compiled",
    "qbench.papers._torch",
    "qbench.quantum",
    "qbench.radio",
    "qbench._check",
    "qbench._arrays",
)
RECORDS = Records(Path(__file__).with_name("records") / "tn_qdrl.json")
LEDGER = Ledger(KEY, PACKAGE, CODE, RECORDS)

BIBTEX = """@article{zhang2025variational,
  title   = {Variational Quantum Reinforcement Learning for Joint Resource Allocation of Blockchain-based Vehicular Edge
             Computing and Quantum Internet},
  author  = {Zhang, Kening and Lee, Carman K. M. and Tsang, Yung Po and Wu, Chun Ho},
  journal = {IEEE Transactions on Vehicular Technology},
  year    = {2025}
}"""

SYSTEM: Mapping[str, JSON] = {
    "n_vehicle": 3,
    "n_node": 1,
    "n_edge": 2,
    "size_mb": 10.0,
    "access": "ofdma",
    "share_cpu": True,
    "key_rate": "printed",
    "key_use": "free",
    "observation": "literal",
    "reward": "shift",
    "episodes": 800,
    "seeds": 8,
    "traffic": "manhattan",
}
NAIVE: Mapping[str, JSON] = {"per_visit": 0.02, "decay": 8000}
TUNED: Mapping[str, Mapping[str, JSON]] = {
    "shift": {"per_visit": 0.5, "decay": 8000},
    "neg": {"per_visit": 0.2, "decay": 4000},
    "add": {"per_visit": 0.5, "decay": 1000},
}
AGENT: Mapping[str, JSON] = {
    "learning_rate": 0.1,
    "discount": 0.9,
    **TUNED["shift"],
    "law": False,
    "start_value": 0.0,
    "bond": 4,
    "n_bit": 3,
    "feature": "trig",
    "label": "middle",
    "rival_state": "mps",
    "agent": "grover",
    "rival": "table",
    "network_rate": 1e-3,
    "network_decay": 8000,
}


def sampled_study(name: str, module: str, seconds: float, *, stream: str = f"{KEY}/main", **extra: JSON) -> Study:
    """Return a study of replicates: eight fresh streams with fresh agents each, fewer where nothing is decided."""
    return LEDGER.study(
        name,
        f"{module}:{name}",
        seconds,
        stream=stream,
        unit="replicate",
        block=5,
        tier="standard",
        defaults={**SYSTEM, **AGENT, **extra},
        costs="decision_costs:decision_costs" if name == "schemes" else None,
        engine="numpy and numba: law of the circuit in closed form",
    )


STUDIES = (
    sampled_study("schemes", "studies", 2.0, curve_points=0),
    sampled_study("tune", "sweeps", 0.5, stream=f"{KEY}/tune", seeds=1),
    sampled_study("settling", "sweeps", 0.5, seeds=1),
    sampled_study("comparators", "sweeps", 0.8, curve_points=40, seeds=2),
    sampled_study("compression", "compression", 1.1),
    LEDGER.exact_study("growth", "search_certificates", 0.1, first=8, last=20),
    LEDGER.exact_study("registers", "search_certificates", 0.1, top=4096),
    LEDGER.exact_study("storage", "search_certificates", 0.1, bond=4, first=9, last=64),
    LEDGER.exact_study("uniform_start", "search_certificates", 0.5, first=1, last=10),
    LEDGER.exact_study("diffusion_only", "search_certificates", 0.1, qubits=3),
    LEDGER.exact_study("decision_calls", "search_certificates", 0.1, first=3, last=20),
    LEDGER.exact_study("simulated_search", "search_certificates", 0.1, first=3, last=20),
    LEDGER.exact_study("separable", "separability", 2.0, instances=200, n_vehicle=4, n_node=2, n_edge=2),
    LEDGER.exact_study(
        "election", "certificates", 0.2, stakes=[900.0, 600.0], rounds=2000, votes="one", exclude_producer=False
    ),
    LEDGER.exact_study("producer_reward", "certificates", 0.1, stakes=[900.0, 600.0]),
    LEDGER.exact_study("key_limits", "certificates", 0.1, steps=500, key_rate="printed"),
    LEDGER.exact_study("table_values", "certificates", 0.1, keys=1000.0),
)

CURVE: Mapping[str, JSON] = {"curve_points": 40}
SIZES_MB = (1.0, 10.0, 30.0, 60.0)
VEHICLES = (2, 3, 4)
RATES = (0.1, 0.01, 0.001, 0.0001)

MAIN = Cell("schemes", CURVE)
"""Three vehicles, 10 MB, tuned exploration."""


def at_size(size_mb: float) -> Cell:
    """Return the run at a mean size of tasks."""
    return MAIN if size_mb == SYSTEM["size_mb"] else Cell("schemes", {"size_mb": size_mb})


def at_vehicles(n_vehicle: int) -> Cell:
    """Return the run with other vehicles, each system's reward calibrated anew."""
    return MAIN if n_vehicle == SYSTEM["n_vehicle"] else Cell("schemes", {"n_vehicle": n_vehicle})


def at_rate(rate: float) -> Cell:
    """Return the run at a learning rate, exploration not tuned."""
    return Cell("schemes", {**CURVE, **NAIVE, "learning_rate": rate})


# Readings

BASE = Reading("base", why="F as a cost, shifted and scaled to 200 at best; exploration tuned for both sides")
LEARNING_BASE = Reading("base", why="F as a cost, shifted and scaled to 200 at best; 0.02 iterations a visit")
EXACT = Reading("base", why="the statement as printed")

NEG = Reading(
    "neg", params={"reward": "neg", **TUNED["neg"]}, why="the objective is minimised and called a reward: its negative"
)
ADD = Reading(
    "add",
    params={"reward": "add", **TUNED["add"]},
    why="a scheme without keys is said to lose half, and keys are said to be maximised: they add to the reward",
)
RW = (NEG, ADD)
RW_NAIVE = (
    Reading("neg", params={"reward": "neg"}, why=NEG.why),
    Reading("add", params={"reward": "add"}, why=ADD.why),
)
G0 = Reading("g0", params={"discount": 0.0}, why="actions do not move the system: nothing to look ahead for")
AG = (
    Reading("naive", params=NAIVE, why="no schedule of exploration is printed: 0.02 iterations a visit, half the run"),
    Reading("law", params={"law": True}, why="Q-learning with the very law of Grover's search"),
    Reading("raw", params={"rival_state": "raw"}, why="no states of RARL are printed: patterns of the raw features"),
    G0,
)
AUG = Reading("aug", params={"observation": "aug"}, why="Eq. (24) leaves out the tasks that actions are about")
SY = (
    Reading("cpu-unshared", params={"share_cpu": False}, why="Eq. (16) as written: c_e for every task of a device"),
    Reading("nu15", params={"access": "fixed"}, why="Table II lists a rate of 15 Mbit/s for every link"),
    AUG,
)
KG = (
    Reading("k-std", params={"key_rate": "standard"}, why="a key rate with loss and the asymptotic secret fraction"),
    Reading("shared-source", params={"key_use": "shared_source"}, why="a source serves its V + E links in turn"),
    Reading("consumed", params={"key_use": "consumed"}, why="offloaded data is encrypted, which costs keys"),
)
SUMO = Reading("sumo", params={"traffic": "sumo"}, why="vehicles drive in SUMO; its scenario is not printed")
NETWORK = (
    Reading("bond1", params={"bond": 1}, why="no bond dimension is printed: 1, a network without entanglement"),
    Reading("bond2", params={"bond": 2}, why="no bond dimension is printed: 2"),
    Reading("bond8", params={"bond": 8}, why="no bond dimension is printed: 8"),
    Reading("bits5", params={"n_bit": 5}, why="no size of the encoded state is printed: 32 states"),
    Reading("linear", params={"feature": "linear"}, why="the map of Eq. (38), which has no unit norm"),
    Reading("end", params={"label": "end"}, why="where the output leg stands is not printed: at the end"),
)
VQC = Reading(
    "tn-vqc",
    params={"agent": "vqc"},
    why="a circuit that is trained, in place of Algorithm 2's search: the paper names it and defines neither",
)
MLP = Reading(
    "mlp",
    params={"agent": "mlp"},
    why="the control of tn-vqc: a hidden layer of as many numbers in the circuit's place",
)
DQN = Reading("dqn", params={"rival": "dqn"}, why="RARL may be a deep Q-network: Eqs. (32) and (33) have weights")
SCHEMES = ("tn", "rarl", "rars", "rafbz", "ralc", "ranqkd")
TOTAL = Reading(
    "sum",
    columns={f"delay_{name}": f"total_delay_{name}" for name in (*SCHEMES, "myopic", "constant", "state")},
    why="whether a delay is of a vehicle or of all together is not said",
)
AGAINST_RARS = Reading(
    "vs-rars", columns={"delay_rarl": "delay_rars"}, why="which learner the others are set against is not said: RARS"
)


def rates_vqc(*rates: float) -> Reading:
    """Return the trained circuit at the learning rates of Fig. 4."""
    cells = {f"r{rate:g}": {"network_rate": rate} for rate in rates}
    return Reading(VQC.key, params=VQC.params, cells=cells, why=VQC.why)


def mid(*kept: str) -> Reading:
    """Return the larger system; cells that need a list of joint actions, `kept`, stay with the small one."""
    small = {name: SYSTEM[name] for name in ("n_vehicle", "n_node", "n_edge")}
    return Reading(
        "mid",
        params={"n_vehicle": 10, "n_node": 2, "n_edge": 4},
        cells=dict.fromkeys(kept, small),
        why="a larger system, 7e8 joint actions: a table for each component",
    )
