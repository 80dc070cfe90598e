"""The trained tensor network of reading R-B in the proposed agent's place: draws it, then lets the compiled loop learn.

Networks and their gradients are those of `vqc.TnNetwork`, which torch differentiates: more than ten times slower at a
batch of 32, where a core's arithmetic costs less than its call.
"""

from __future__ import annotations

from copy import deepcopy
from math import exp
from typing import TYPE_CHECKING

import numpy as np
import torch

from qbench.papers._torch import one_thread
from qbench.papers.tn_qdrl import _tn_kernel as kernels
from qbench.papers.tn_qdrl._tn_learning_kernel import learn
from qbench.papers.tn_qdrl.agents import SCHEMES
from qbench.papers.tn_qdrl.lessons import Lesson
from qbench.papers.tn_qdrl.outcomes import Chosen
from qbench.papers.tn_qdrl.replay import replay_slots
from qbench.papers.tn_qdrl.vqc import BOND, OUTPUTS, QUBITS, TINY, TnNetwork, ring_order
from qbench.papers.tn_qdrl.vqc_circuits import N_LAYERS

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

    from qbench._arrays import FloatArray
    from qbench.papers.tn_qdrl._dqn_kernel import Course
    from qbench.papers.tn_qdrl._tn_kernel import Real, Shape
    from qbench.papers.tn_qdrl.play import Play

VARIANTS = {"vqc": "amplitude", "vqc_angle": "angle", "mlp": "mlp"}
"""What `vqc` calls them."""
CODES = {"amplitude": kernels.AMPLITUDE, "angle": kernels.ANGLE, "mlp": kernels.MLP}


def flat_of(model: TnNetwork) -> tuple[Real, Shape]:
    """Return the numbers of a network of one seed in a row, and what the kernels know of it.

    Raises ValueError for more seeds and for fewer than 2 features.
    """
    if model.seeds != 1 or model.n_feature < 2:
        raise ValueError(f"one seed of at least 2 features, got {model.seeds} of {model.n_feature}; take them in turn")
    n_qubit = QUBITS.get(model.variant, 0)
    moved = np.empty(2**n_qubit, dtype=np.int64)
    moved[ring_order(n_qubit)] = np.arange(2**n_qubit)
    shape = kernels.Shape(
        variant=CODES[model.variant],
        n_feature=model.n_feature,
        bond=BOND,
        n_out=OUTPUTS[model.variant],
        n_layer=N_LAYERS if n_qubit else 0,
        n_qubit=n_qubit,
        width=model.weight.shape[1],
        n_action=model.n_action,
        moved=moved,
        grown=exp(float(model.reference[0])),
        tiny=TINY,
    )
    return np.concatenate([p.detach().numpy().ravel() for p in model.parameters()]), shape


def site_pairs(seen: FloatArray, dtype: DTypeLike = np.float32) -> Real:
    """Return cos and sin of pi v/2, (..., 2), of features (...)."""
    angle = 0.5 * np.pi * seen
    return np.stack([np.cos(angle), np.sin(angle)], axis=-1, dtype=dtype, casting="same_kind")


def run_tensor(play: Play, course: Course, name: str) -> Chosen:
    """Return what the network "vqc", "vqc_angle" or "mlp" chose in each slot of a unit.

    All its numbers, those of the tensor network first, come from the unit's generator `training`.
    """
    lesson, rng = Lesson.of(play, SCHEMES[0]), deepcopy(play.training)
    model = TnNetwork([rng], [rng], play.seen.shape[-1], len(lesson.kept), variant=VARIANTS[name])
    with one_thread():
        model.calibrate(torch.from_numpy(play.calibration.sample)[None])
        flat, shape = flat_of(model)
        found = learn(
            lesson.world,
            lesson.choices,
            course,
            shape,
            site_pairs(play.seen),
            lesson.uniform,
            replay_slots(rng, play.menu.n_slot),
            flat,
            np.zeros_like(flat),
        )
    return Chosen.flat(play.menu, lesson.kept[found])
