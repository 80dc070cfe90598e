"""hqcnn: time of the searches for pilots.

No track of their rates: at these sizes that is what claims are about, and those have studies of their own.
"""

from __future__ import annotations

from qbench.evidence.threads import pin_environment

pin_environment()

import numpy as np  # noqa: E402 - thread pools read the environment when numpy loads

from qbench.assignment import Budget, SimulatedAnnealing  # noqa: E402
from qbench.papers.hqcnn.baselines import random_pilots  # noqa: E402
from qbench.papers.hqcnn.colouring import colouring  # noqa: E402
from qbench.papers.hqcnn.exhaustive import Exhaustive, n_partitions  # noqa: E402
from qbench.papers.hqcnn.greedy import greedy  # noqa: E402
from qbench.papers.hqcnn.hungarian import iterative_hungarian  # noqa: E402
from qbench.papers.hqcnn.master_ap import master_ap  # noqa: E402
from qbench.papers.hqcnn.problem import PilotAssignment  # noqa: E402
from qbench.papers.hqcnn.rates import Link  # noqa: E402
from qbench.papers.hqcnn.search import local_search  # noqa: E402
from qbench.papers.hqcnn.system import Parameters, draw_networks  # noqa: E402

SEED = 20_260_304
NETWORKS = 20


def problem(n_ap: int, n_user: int, n_pilot: int, networks: int, mode: str = "equal") -> PilotAssignment:
    """Return `networks` pilot assignments, the same in every run and none of a study's."""
    nets = draw_networks(np.random.default_rng(SEED), networks, Parameters(n_ap=n_ap, n_user=n_user))
    return PilotAssignment(nets.beta, Link(n_pilot=n_pilot, mode=mode))


def rng() -> np.random.Generator:
    """Return the generator of every method that draws."""
    return np.random.default_rng(SEED)


class Partitions:
    """All 2,391,485 partitions of 15 users into at most 3 groups, one network of 10 APs."""

    params = (["equal", "per_user", "printed_c"],)
    param_names = ("mode",)
    number, repeat = 1, 3

    def setup(self, mode):
        self.problem = problem(10, 15, 3, 1, mode)
        # Compiles.
        Exhaustive().solve(problem(10, 6, 3, 1, mode), Budget(), rng())

    def time_exhaustive(self, mode):
        Exhaustive().solve(self.problem, Budget(), rng())

    def track_partitions(self, mode):
        return n_partitions(self.problem.n_agents, self.problem.n_choices)

    track_partitions.unit = "partitions a network"


class Methods:
    """Each method on 20 networks: 10 APs, 12 users, 3 pilots, and 45 APs, 20 users, 10 pilots."""

    params = (["master", "greedy", "colouring", "hungarian", "local", "annealing"], ["small", "medium"])
    param_names = ("method", "size")

    def setup(self, method, size):
        self.problem = problem(10, 12, 3, NETWORKS) if size == "small" else problem(45, 20, 10, NETWORKS)
        start = random_pilots(rng(), (NETWORKS, self.problem.n_agents), self.problem.n_choices)
        self.method = {
            "master": lambda p: master_ap(p.beta, p.n_choices),
            "greedy": lambda p: greedy(p, start),
            "colouring": colouring,
            "hungarian": iterative_hungarian,
            "local": lambda p: local_search(p).assignment,
            "annealing": lambda p: SimulatedAnnealing().solve(p, Budget(1024), rng()).assignment,
        }[method]
        self.method(self.problem)  # compiles

    def time_method(self, method, size):
        self.method(self.problem)
