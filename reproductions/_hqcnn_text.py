"""What the report on hqcnn shows beside its claims: figures, Table II, and what is corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbench.evidence import Correction, Extra, Figure, Point, Series, Table
from reproductions._hqcnn_cells import (
    CIRCUITS,
    LEVELS,
    NOISY_CELLS,
    NOISY_ROW,
    PARAMETERS,
    QUBITS,
    SHOWN_EPOCHS,
    convergence_cell,
    row_cells,
    sentence,
    trained_cell,
    untrained,
)
from reproductions._hqcnn_setting import (
    COLUMNS,
    CONTROLS,
    HEURISTICS,
    LEARNED,
    MEDIUM,
    NAMES,
    SEARCHED,
    SMALL,
    TABLE,
    sizes,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbench.evidence import Claim

# Figures


def table_series(rows: tuple[str, ...], position: int) -> tuple[Series, ...]:
    """Return a line for every untrained column; `position`: which number of a row is its x."""
    found = []
    for name in (*HEURISTICS, "epas", "balanced", "colour", "ls", "orthogonal"):
        cells = {
            float(row.split("-")[position]): (row_cells(row)[where.split(".")[0]], where.split(".")[1])
            for row in rows
            for column, where in untrained(row).items()
            if column == name
        }
        if cells:
            column = next(iter(cells.values()))[1]
            label = NAMES[name][0].upper() + NAMES[name][1:]
            found.append(Series.across(label, column, {x: cell for x, (cell, _) in cells.items()}))
    return tuple(found)


FIGURES = tuple(
    Figure(
        key=f"table2-{name}",
        where="Table II",
        title=f"Methods without training, {name} rows",
        x_label=x_label,
        y_label="sum rate (Mbps)",
        series=table_series(rows, position),
        note="Mean over 50 test networks a replicate, the same for every method. Only the first four and the "
        "exhaustive search stand in the paper.",
    )
    for name, rows, position, x_label in (("small", SMALL, 1, "users"), ("medium", MEDIUM, 0, "access points"))
)

FIGURE_3 = (
    Figure(
        key="fig3a",
        where="Fig. 3a",
        title="Training on labels, smallest row",
        x_label="epoch",
        y_label="training loss (nats, all users)",
        series=(
            *(
                Series.curve(
                    sentence(NAMES[model]), convergence_cell(model), {float(e): f"loss_{e}" for e in SHOWN_EPOCHS}
                )
                for model in reversed(LEARNED)
            ),
            Series.curve(
                "Frequencies of the labels, no channel", convergence_cell("ours"), dict.fromkeys((0.0, 200.0), "blind")
            ),
        ),
        note="Labels are Master-AP's pilots, of which those of the first three users are the same for every channel.",
    ),
    Figure(
        key="fig3b",
        where="Fig. 3b",
        title="Sum rate by trained parameters, smallest row",
        x_label="trained parameters",
        y_label="sum rate (Mbps)",
        series=(
            *(
                Series(
                    sentence(NAMES.get(model, CONTROLS.get(model, ""))),
                    (Point(float(count), "rate", trained_cell(SMALL[0], model)),),
                )
                for model, count in PARAMETERS.items()
            ),
        ),
        log_x=True,
        note="The paper divides one by the other. A network that gives one assignment to all channels has the highest "
        "rate per parameter.",
    ),
    Figure(
        key="fig3c",
        where="Fig. 3c",
        title=f"Depolarising noise of rate 0.1, {sizes(NOISY_ROW)}",
        x_label="qubits",
        y_label="sum rate (Mbps)",
        series=(
            *(
                Series.across(label, column, {float(n): CIRCUITS[f"n{n}"] for n in QUBITS})
                for label, column in (
                    ("No noise", "rate"),
                    ("Noise", "noisy"),
                    ("Extrapolated to no noise", "mitigated"),
                )
            ),
            *(
                Series.across(label, column, dict.fromkeys(map(float, QUBITS), NOISY_CELLS[cell]))
                for label, column, cell in (("Balanced partition", "balanced", "row"), ("Local search", "ls", "search"))
            ),
        ),
        note="Noise acts in inference alone; every value is exact, without shots.",
    ),
)

# Table II beside what was measured


def beside_print(cells: Mapping[tuple[str, str], Claim]) -> Table:
    """Return Table II with the columns of the paper that have claims, {(row, column): claim}, and ours at the right."""
    labels = {name: NAMES[name] for name in COLUMNS}
    references = {row: "epas" if row in SEARCHED else "ours" for row in TABLE}
    return Table(
        key="table2",
        where="Table II",
        title="mean sum rate",
        unit="Mbps",
        heading="M-K-tau",
        rows=tuple(TABLE),
        columns=tuple(labels.values()),
        cells={(row, labels[name]): claim.number for (row, name), claim in cells.items()},
        references={row: labels[name] for row, name in references.items()},
        tolerance=0.02,
        readings=tuple(reading.key for reading in LEVELS[1:]),
        extras=(
            Extra("local search (0.5 to 100 ms a network)", NAMES["random"], NAMES["ls"]),
            *(Extra(NAMES[name], NAMES["random"], NAMES[name]) for name in ("ls6", "colour", "hungarian", "balanced")),
        ),
        note="Ratios divide by the exhaustive search, in rows that leave it blank by the proposed network; 0.02 is two "
        "standard errors of a paired ratio over 100 networks. The times are ours, on one core, from K = 6 to 20.",
    )


# What the paper prints and what is used instead

CORRECTIONS = (
    Correction(
        "Eq. (1)",
        "the channel of user k inside the sum over the users j",
        "that of user j",
        "what a pilot brings is the sum of the channels of those who send it (E3)",
    ),
    Correction(
        "Sec. II-A, after Eq. (1)",
        "c_mk with sqrt(tau rho_p beta_mk) above the line",
        "sqrt(tau rho_p) beta_mk",
        "with beta under the root gamma exceeds beta, 3.2e-5 for 1e-9 (C46, E2); gamma is that of one antenna",
    ),
    Correction(
        "Eq. (2)",
        "eta_mk inside the sum over the symbols j, and a channel that is conjugated in one line and not in the next",
        "eta_mj, and g^T conj(ghat)",
        "each symbol has its own coefficient, and only conjugate beams add up in phase (E3)",
    ),
    Correction(
        "Eq. (3)",
        "a first sum over APs that leaves out j = k, and no sum over users in the interference",
        "the bound of Ngo et al. 2017: signal, contamination by the other users of the pilot, power of all beams",
        "as printed it cannot be evaluated; restored it agrees with drawn signals (C25, E3)",
    ),
    Correction(
        "Sec. IV, power control",
        "1/L times the sum of gamma, as the line reads from left to right",
        "1 over L times the sum of gamma",
        "the budget that Sec. II states then holds with equality at every AP; read literally the rates vanish",
    ),
    Correction(
        "Sec. IV, large-scale fading",
        "a path loss in dB, multiplied by the shadowing as a ratio",
        "10^((PL + sigma z)/10)",
        "decibels add; gains are real and positive, not complex as Sec. III has them (E10)",
    ),
    Correction(
        "Eq. (5)",
        "the partial trace of a layer's output written as a pure state, and all layers applied to the last state again",
        "the state of all wires; a wire that a pooling layer measures is read at the end, as nothing touches it again",
        "what is kept is entangled with what is measured: purity 0.30 after the first layer (C48, E9)",
    ),
    Correction(
        "Eq. (7)",
        "minus the norm of the sum of y log h",
        "minus the sum itself, the cross-entropy",
        "the sum is never positive, so that the printed loss falls as predictions leave the labels (C45, E7)",
    ),
    Correction(
        "Eq. (8)",
        "the overlap of a user with itself as q_k^T q_k",
        "1",
        "a user that hedges would see less of its own pilot: gamma is 1.996 beta for q = (1/2, 1/2) (E17)",
    ),
    Correction(
        "Eqs. (9), (11)",
        "a plus between the two shifted values",
        "a minus",
        "with a plus the rule gives the mean over the angle: 0 in place of -0.296 for cos t at 0.3 (C44, E1)",
    ),
    Correction(
        "Sec. III-B2, after Eq. (11)",
        "two circuits for an angle that all blocks share",
        "the sum over the gates it stands in, one shifted at a time; an adjoint pass gives the same",
        "shifting all of them at once is no derivative: -0.034 in place of 0.437 (C15, E4)",
    ),
    Correction(
        "Table I",
        "orders with additive constants, for CNNs k^2 M tau K^2 without the channels of the dense layer",
        "the parameters of the networks as built, biases included",
        "read as numbers heavy and light CNN differ by 2 % on the medium rows; n K tau fits n outputs alone (C14, E6)",
    ),
)
