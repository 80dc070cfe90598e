"""Tune a model's learning rate: `python -m reproductions._hqcnn_tuning LOSS SIZE MODEL...`.

Prints the lines of `qbench.papers.hqcnn.learning_rates.FOUND`; minutes a model for small rows, an hour for the largest.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from qbench.evidence.streams import Streams
from qbench.papers.hqcnn.tuning import stream, validation_losses
from reproductions._hqcnn_rates import GRID

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str]) -> None:
    """Tune every model that is named. Raises ValueError for unknown words."""
    loss, size, *models = arguments
    for model in models:
        losses = ", ".join(
            f"{value:.5f}" for value in validation_losses(Streams(stream(size)), loss, size, model, GRID)
        )
        print(f'    ("{loss}", "{size}", "{model}"): ({losses}),', flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
