"""COBYLA's own arithmetic beside SciPy's, 32 angles, 100 evaluations of an objective that costs nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import minimize

from qbench.quantum.optimise import cobyla
from tests.peers.harness import Engine, compare

ANGLES, EVALUATIONS = 32, 100


def test_cobyla(benchmark: Any) -> None:
    rng = np.random.default_rng(5)
    start, shift = rng.uniform(-np.pi, np.pi, ANGLES), rng.normal(size=ANGLES)

    def objective(theta: Any) -> float:
        return float(np.cos(theta - shift).sum())

    def scipys() -> Any:
        options = {"rhobeg": 1.0, "maxiter": EVALUATIONS}
        return minimize(objective, start, method="COBYLA", tol=1e-4, options=options).x

    ours = Engine("qbench", lambda: cobyla(lambda _, x: objective(x), start, evaluations=EVALUATIONS).best_theta)
    compare(benchmark, "COBYLA, 32 angles, 100 evaluations", ours, [Engine("SciPy", scipys, tolerance=0.0)])
