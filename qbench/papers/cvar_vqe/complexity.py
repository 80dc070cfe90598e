"""What the two methods cost (C02): a table, because no single measure is named and they order the methods differently.

`python -m qbench.papers.cvar_vqe.complexity` prints it.
"""

from __future__ import annotations

from dataclasses import dataclass

from qbench._check import positive_int
from qbench.papers.cvar_vqe.dnn_scores import inference_flop, parameters, training_flop


@dataclass(frozen=True)
class Complexity:
    """Costs at I = J = `size`, one-hot, depth p: counts, and floating-point operations (FLOP) of a simulation.

    Attributes:
        vqe_parameters: n (p + 1).
        dnn_parameters: weights and biases.
        vqe_flop: of one instance, `evaluations` state preparations: 6 operations a pair of amplitudes and RY.
        dnn_inference_flop: of one instance.
        dnn_training_flop: once.
        break_even: instances from which training once and inferring is cheaper than a VQE run each.
    """

    vqe_parameters: int
    dnn_parameters: int
    vqe_flop: int
    dnn_inference_flop: int
    dnn_training_flop: int
    break_even: int


def complexity(size: int = 4, *, depth: int = 1, evaluations: int = 100, n_train: int = 10_000) -> Complexity:
    """Return the costs of both methods; the DNN is trained for 100 epochs. Raises ValueError for numbers below 1."""
    n = positive_int("size", size) ** 2
    angles = n * (positive_int("depth", depth, least=0) + 1)
    vqe = positive_int("evaluations", evaluations) * 6 * 2 ** (n - 1) * angles
    inference = inference_flop(size, size)
    training = training_flop(100 * positive_int("n_train", n_train), size, size)
    # The first whole number of instances beyond which the amortised method has cost less.
    even = -(-training // max(1, vqe - inference))
    return Complexity(angles, parameters(size, size), vqe, inference, training, even)


def main() -> None:
    """Print the table."""
    c = complexity()
    rows = {
        "trainable parameters": (c.vqe_parameters, c.dnn_parameters),
        "FLOP an instance (100 evaluations, one inference)": (c.vqe_flop, c.dnn_inference_flop),
        "FLOP of training, once": (0, c.dnn_training_flop),
    }
    print(f"{'':52}{'CVaR-VQE':>16}{'DNN':>18}")
    for name, (vqe, dnn) in rows.items():
        print(f"{name:52}{vqe:>16,}{dnn:>18,}")
    print(f"Training pays after {c.break_even:,} instances.")


if __name__ == "__main__":
    main()
