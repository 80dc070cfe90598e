"""Minimisers that step a whole ensemble side by side: SPSA, Adam, Rotosolve, and COBYLA member by member.

Every one takes a start theta0 of shape (*B, P), angles in radians, minimises each of the prod(B) members on its own,
and returns a `Trace`. A member's bits do not depend on the other members: only elementwise arithmetic in float64, the
transcendental functions one number at a time, and one random generator a member. (The objective has to keep that
promise too.) Nothing here knows of circuits: the objective is any callable.
"""

from __future__ import annotations

from qbench.quantum.optimise.adam import adam
from qbench.quantum.optimise.cobyla import cobyla, hold_to_end
from qbench.quantum.optimise.rotosolve import rotosolve
from qbench.quantum.optimise.spsa import calibrate, gradient_estimate, spsa
from qbench.quantum.optimise.trace import Trace

__all__ = ["Trace", "adam", "calibrate", "cobyla", "gradient_estimate", "hold_to_end", "rotosolve", "spsa"]
