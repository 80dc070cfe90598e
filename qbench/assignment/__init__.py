"""Agents to choices: the assignment problem that several papers share, with exact and classical solvers.

A problem (`LinearAssignment`, `OccupancyAssignment`, `CustomAssignment`, or anything with the members of
`AssignmentProblem`) says what an assignment is worth and whether it is allowed; a solver takes any problem that offers
the structure it needs; `compare` runs several of them on one problem. Nothing here knows of any paper.
"""

from qbench.assignment._arguments import occupancies
from qbench.assignment.annealing import SimulatedAnnealing
from qbench.assignment.compare import SOLVERS, Row, compare
from qbench.assignment.cross_entropy import CrossEntropy
from qbench.assignment.custom import CustomAssignment
from qbench.assignment.enumeration import Enumeration, optima
from qbench.assignment.greedy import Greedy
from qbench.assignment.hungarian import Hungarian
from qbench.assignment.local_search import LocalSearch
from qbench.assignment.milp import Milp
from qbench.assignment.occupancy import OccupancyVectors
from qbench.assignment.problem import AssignmentProblem, LinearAssignment, OccupancyAssignment
from qbench.assignment.random_search import RandomSearch, uniform_feasible
from qbench.assignment.solution import Budget, NotApplicableError, Solution, Solver

__all__ = [
    "SOLVERS",
    "AssignmentProblem",
    "Budget",
    "CrossEntropy",
    "CustomAssignment",
    "Enumeration",
    "Greedy",
    "Hungarian",
    "LinearAssignment",
    "LocalSearch",
    "Milp",
    "NotApplicableError",
    "OccupancyAssignment",
    "OccupancyVectors",
    "RandomSearch",
    "Row",
    "SimulatedAnnealing",
    "Solution",
    "Solver",
    "compare",
    "occupancies",
    "optima",
    "uniform_feasible",
]
