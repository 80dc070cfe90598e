"""Figures of tn_qdrl, drawn again, and what we changed in its formulas."""

from __future__ import annotations

from qbench.evidence import Cell, Correction, Figure, Point, Series
from reproductions._tn_qdrl_setting import MAIN, RATES, SIZES_MB, VEHICLES, at_rate, at_size, at_vehicles

NAMES = {
    "tn": "TN-QDRL",
    "rarl": "RARL",
    "rars": "RARS",
    "rafbz": "RAFBZ",
    "ralc": "RALC",
    "ranqkd": "RANQKD",
    "myopic": "Best action of each slot",
    "state": "Best action of each state",
    "constant": "Best constant action",
}
SCHEMES = ("tn", "rarl", "rars", "rafbz", "ralc", "ranqkd")
MIDDLES = tuple(range(10, 800, 20))
"""Episodes in the middle of the windows of a curve."""


def curve(label: str, cell: Cell, name: str) -> Series:
    """Return a learning curve: means over 20 episodes."""
    return Series.curve(label, cell, {float(k): f"curve_{name}_{k:03d}" for k in MIDDLES})


def over_sizes(column: str, names: tuple[str, ...]) -> tuple[Series, ...]:
    """Return a column of schemes against the mean size of tasks."""
    cells = {size: at_size(size) for size in SIZES_MB}
    return tuple(Series.across(NAMES[name], f"{column}_{name}", cells) for name in names)


def over_vehicles(column: str, names: tuple[str, ...]) -> tuple[Series, ...]:
    """Return a column of schemes against the number of vehicles."""
    cells = {float(v): at_vehicles(v) for v in VEHICLES}
    return tuple(Series.across(NAMES[name], f"{column}_{name}", cells) for name in names)


RETURN, EPISODE = "return of an episode", "episode"
WITH_KEYS = ("tn", "rarl", "rars", "rafbz", "ralc", "myopic")
SETTLING = Cell("settling")
METRICS = {
    "declared": "95 % of the way, mean of 20 episodes",
    "early": "90 % of the way, mean of 20 episodes",
    "late": "99 % of the way, mean of 20 episodes",
    "smooth": "95 % of the way, mean of 50 episodes",
}
PER_VISIT = (0.005, 0.01, 0.02, 0.05, 0.2, 0.5)
DECAY = (1000.0, 2000.0, 4000.0, 8000.0, 12000.0, 16000.0)


def settling(scheme: str, grid: tuple[float, ...]) -> tuple[Series, ...]:
    """Return the episodes of convergence over a grid of exploration, a series a measure."""
    return tuple(
        Series(label, tuple(Point(x, f"{scheme}_{metric}_{k}", SETTLING) for k, x in enumerate(grid)))
        for metric, label in METRICS.items()
    )


FIGURES = (
    Figure(
        key="fig4",
        where="Fig. 4",
        title="TN-QDRL by learning rate",
        x_label=EPISODE,
        y_label=RETURN,
        series=(
            *(curve(f"Learning rate {rate:g}", at_rate(rate), "tn") for rate in RATES),
            curve(NAMES["myopic"], at_rate(RATES[0]), "myopic"),
            curve("Uniform draws, in expectation", at_rate(RATES[0]), "random"),
        ),
        note="Levels are a convention: the reward is scaled to 200 for the best action of each slot. 0.02 iterations a "
        "visit.",
    ),
    Figure(
        key="fig5",
        where="Fig. 5",
        title="Schemes on common streams",
        x_label=EPISODE,
        y_label=RETURN,
        series=(
            *(curve(label, MAIN, name) for name, label in NAMES.items()),
            curve("Classical bandit, no states", Cell("comparators"), "bandit"),
        ),
        note="Exploration tuned for TN-QDRL and RARL alike. RANQKD is paid without its keys. The best constant "
        "action and the best of each state were chosen with the run known: bounds, not methods. The bandit keeps the "
        "mean reward of each action.",
    ),
    Figure(
        key="fig6",
        where="Fig. 6",
        title="Delay by size of tasks, three vehicles",
        x_label="mean size of a task (MB)",
        y_label="delay of a task (s)",
        series=over_sizes("delay", (*SCHEMES, "myopic")),
        log_x=True,
        note="Last 100 of 800 episodes. Computing alone takes as long whatever the size.",
    ),
    Figure(
        key="fig7",
        where="Fig. 7",
        title="Keys by size of tasks, three vehicles",
        x_label="mean size of a task (MB)",
        y_label="key rate of a link (bit/s)",
        series=over_sizes("keys", WITH_KEYS),
        log_x=True,
        note="Eq. (12) does not depend on tasks: a scheme's keys say how often it chooses an efficiency of 1.",
    ),
    Figure(
        key="fig8",
        where="Fig. 8",
        title="Delay by number of vehicles, 10 MB",
        x_label="vehicles",
        y_label="delay of a task (s)",
        series=over_vehicles("delay", (*SCHEMES, "myopic")),
        note="Two edge devices. The mean delay of computing alone depends neither on vehicles nor on sizes.",
    ),
    Figure(
        key="fig9",
        where="Fig. 9",
        title="Keys by number of vehicles, 10 MB",
        x_label="vehicles",
        y_label="key rate of a link (bit/s)",
        series=over_vehicles("keys", WITH_KEYS),
    ),
    Figure(
        key="fig10",
        where="Fig. 10",
        title="Oracle calls of a decision",
        x_label=EPISODE,
        y_label="iterations of Grover's search",
        series=(curve("TN-QDRL", Cell("comparators"), "calls"),),
        note="The unit of the paper's cost is not said. Iterations grow with the visits of a state, up to 14 of 324 "
        "actions; epsilon-greedy Q-learning with the same law makes none.",
    ),
    Figure(
        key="c01-tn",
        where="Abstract (C01)",
        title="Convergence of TN-QDRL by schedule and measure",
        x_label="iterations a visit",
        y_label="episode of convergence",
        series=settling("tn", PER_VISIT),
        log_x=True,
        note="The paper defines neither; a run that does not converge counts 800.",
    ),
    Figure(
        key="c01-rarl",
        where="Abstract (C01)",
        title="Convergence of RARL by schedule and measure",
        x_label="slots until epsilon is 0.01",
        y_label="episode of convergence",
        series=settling("rarl", DECAY),
        log_x=True,
        note="The paper defines neither; a run that does not converge counts 800.",
    ),
)

CORRECTIONS = (
    Correction(
        "Eq. (3)",
        "an efficiency multiplied by F - F_0",
        "eta_int (1 - mu (F - F_0)), from 0 to 1",
        "the print is 0 at the temperature where it is defined to be eta_int, and has the unit kelvin",
    ),
    Correction(
        "Eq. (4)",
        "a sum over the detectors of all nodes",
        "the product of coupling and the link's own detector",
        "two detectors of Table II's 0.8 add up to 1.6",
    ),
    Correction(
        "Eq. (5)",
        "an exponential to the base e of a loss in dB",
        "10^(-alpha l/10)",
        "10 dB are a tenth; the print leaves 37 %",
    ),
    Correction(
        "Eqs. (7), (8)",
        "a product of rate and time called an angular frequency; an integral without limits",
        "A exp(-b w t) + B cos(m w t + phi), integrated from 0, at least 1e-9",
        "the sum may fall to 0 and below, where Eq. (9) divides",
    ),
    Correction(
        "Eq. (9)",
        "exp(eta) p s/N in place of a share of clicks",
        "(1 - V s/(s + N))/2 + err, within 0 and 1/2",
        "the print falls to -9.5 for values of Table II; the mixture of signal and noise gives Table II's error rates",
    ),
    Correction(
        "Eq. (12)",
        "a rate less a number without unit, which may be negative",
        "the same, from 0 up; the asymptotic secret fraction is a reading",
        "1 - Q is no secret fraction: keys remain where none can be distilled (C28)",
    ),
    Correction(
        "Eq. (13), Table II",
        "a noise of -174 dBm, squared; interference of all vehicles, without cancellation",
        "a density of -174 dBm/Hz; equal parts of the band for the vehicles of a device",
        "two vehicles of a device could never both reach 18 dB; C7 shares the band",
    ),
    Correction(
        "Eqs. (16), (17), C10",
        "an indicator of computing alone whose sum over devices is 1",
        "one place a vehicle: itself or one device; the tasks of a device share its processor",
        "as printed every vehicle computes once by itself and offloads to all other devices at once",
    ),
    Correction(
        "Eqs. (18), (19)",
        "10 to 30 s to generate a block, listed as a parameter",
        "Eq. (18) with Table II's density: 4.8 ms at 2.5 GHz",
        "the listed values exceed the largest finality of C6 by themselves",
    ),
    Correction(
        "Eq. (22)",
        "a sum over all devices, divided by the keys even where there are none",
        "the device that was chosen; at least 1e-6 bit/s of keys",
        "a scheme without keys would have no objective",
    ),
    Correction(
        "Eq. (22), Sec. IV-A",
        "an objective to be minimised, used as a reward to be maximised",
        "its negative, shifted so that the best returns are 200; two other rewards are readings",
        "learned as printed, the method would make delays as long as it can",
    ),
    Correction(
        "Eq. (30)",
        "the learning rate before the value of the next state",
        "the discount",
        "with a reward of 1 the value would end at 1.11 in place of 10",
    ),
    Correction(
        "Eqs. (38), (40)",
        "a map without unit norm; a contraction to one number, of bits",
        "cosine and sine; a label core with an output for each bit of a state; medians cut",
        "2200 features underflow, and one number names no state",
    ),
    Correction(
        "Eqs. (45), (47)",
        "unbalanced brackets; a rest of one qubit",
        "equal amplitudes over the actions; all others over sqrt(N - 1)",
        "the print has the wrong dimension beyond one qubit and is not orthogonal to the wanted action",
    ),
    Correction(
        "Eq. (50)",
        "the diffusion alone, repeated",
        "oracle and diffusion, tau times",
        "a diffusion is its own inverse: repeated alone it amplifies nothing (C27)",
    ),
    Correction(
        "Algorithm 1",
        "a set of validators that is declared and not used; a validity that depends on no validator",
        "all nodes in the order of their stakes; other readings are flags",
        "the producer's reward is taken and given back; the richest node produces every block (C22, C23)",
    ),
    Correction(
        "Algorithm 2",
        "a number of iterations without a schedule",
        "0.5 a visit of a state, up to pi/(4 theta), tuned on streams of their own",
        "which number is used when decides how fast a method seems (C01)",
    ),
)
