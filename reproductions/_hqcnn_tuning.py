"""Tune a model's learning rate: `python -m reproductions._hqcnn_tuning LOSS SIZE MODEL...`.

Prints the lines of `_hqcnn_rates.FOUND`: about a minute a model for small rows, a quarter of an hour for the heavy
CNN on medium ones.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from qbench.evidence.streams import Streams
from qbench.papers.hqcnn.models import MODELS
from qbench.papers.hqcnn.tuning import stream, validation_losses
from reproductions._hqcnn_rates import GRID

if TYPE_CHECKING:
    from collections.abc import Sequence


USAGE = "usage: python -m reproductions._hqcnn_tuning supervised|unsupervised small|medium MODEL..."


def main(arguments: Sequence[str]) -> None:
    """Tune every model that is named. Raises SystemExit in words for too few or unknown ones."""
    if len(arguments) < len(("loss", "size", "model")):
        raise SystemExit(f"{USAGE}; models are {', '.join(MODELS)}")
    loss, size, *models = arguments
    try:
        for model in models:
            found = validation_losses(Streams(stream(size)), loss, size, model, GRID)
            losses = ", ".join(f"{value:.5f}" for value in found)
            print(f'    ("{loss}", "{size}", "{model}"): ({losses}),', flush=True)
    except ValueError as why:
        raise SystemExit(f"{why}\n{USAGE}") from why


if __name__ == "__main__":
    main(sys.argv[1:])
