"""Exact studies: small instances on which a statement of the paper is true, or false, in full."""

from __future__ import annotations

import itertools
from fractions import Fraction
from math import comb
from typing import TYPE_CHECKING, cast

import numpy as np

from qbench.papers.cvar_vqe.circuits import cz_pairs, ry_cz_ansatz
from qbench.papers.cvar_vqe.encodings import OneHot
from qbench.papers.cvar_vqe.hamiltonian import constraint_violations, hamiltonian, printed_hamiltonian
from qbench.papers.cvar_vqe.qubo import printed_energies, printed_ground_state_differs, strings_where_printed_differs
from qbench.papers.cvar_vqe.system import sum_rate
from qbench.quantum.ising import qubo_energies

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qbench._arrays import FloatArray
    from qbench.papers._study import Columns, Params, Streams

ENTANGLEMENTS = ("linear", "ring", "full")


def _one(**values: float) -> dict[str, FloatArray]:
    return {name: np.array([float(value)]) for name, value in values.items()}


# Variance of the CVaR estimator


def laws(denominator: int, middles: tuple[Fraction, ...]) -> Iterator[tuple[tuple[int, ...], tuple[Fraction, ...]]]:
    """Yield every law (weights over `denominator`, energies) on the energies 0, v, 1, point masses left out."""
    for v in middles:
        for a in range(denominator + 1):
            for b in range(denominator + 1 - a):
                weights = (a, b, denominator - a - b)
                if max(weights) < denominator:
                    yield weights, (Fraction(0), v, Fraction(1))


def tail_sum_variance(
    weights: tuple[int, ...], energies: tuple[Fraction, ...], denominator: int, shots: int, lowest: int
) -> Fraction:
    """Return Var(sum of the `lowest` lowest of `shots` samples), exactly, by enumeration of all counts."""
    first = second = Fraction(0)
    for c0 in range(shots + 1):
        for c1 in range(shots + 1 - c0):
            counts = (c0, c1, shots - c0 - c1)
            ways = comb(shots, c0) * comb(shots - c0, c1)
            weight = ways * weights[0] ** c0 * weights[1] ** c1 * weights[2] ** counts[2]
            if weight == 0:
                continue
            left, total = lowest, Fraction(0)
            for count, energy in zip(counts, energies, strict=True):
                taken = min(count, left)
                total += taken * energy
                left -= taken
            first += weight * total
            second += weight * total * total
    whole = Fraction(denominator**shots)
    return second / whole - (first / whole) * (first / whole)


def variance_bound(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001 - the signature of a study
    """C09: K alpha^2 Var(CVaR_K)/B^2 over all small laws, in rationals.

    Masses k/12 on the energies 0, v, 1 (v = 1/4, 1/2, 3/4; laws of two atoms are among them), K up to `shots`, alpha =
    m/K for m = 1..K, B the range of the law. Columns: violations of <= 1/4; cases tried; the largest value; the largest
    of K alpha Var/B^2, which shows how loose the alpha^2 is.
    """
    most, denominator = cast("int", params["shots"]), 12
    violations = tried = 0
    largest = tight = Fraction(0)
    for weights, energies in laws(denominator, (Fraction(1, 4), Fraction(1, 2), Fraction(3, 4))):
        support = [e for w, e in zip(weights, energies, strict=True) if w]
        width = max(support) - min(support)
        for shots in range(1, most + 1):
            for lowest in range(1, shots + 1):
                # Var(CVaR) = Var(S)/m^2 and alpha = m/K, so K alpha^2 Var(CVaR)/B^2 = Var(S)/(K B^2).
                value = tail_sum_variance(weights, energies, denominator, shots, lowest) / (shots * width**2)
                violations += value > Fraction(1, 4)
                tried += 1
                largest = max(largest, value)
                tight = max(tight, value * shots / lowest)
    return _one(violations=violations, tried=tried, largest=float(largest), largest_k_alpha_var=float(tight))


# The ansatz


def basis_states(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001
    """C16: the largest |1 - P(b)| over all basis states b with theta_0 = pi b and every other angle 0.

    n up to `qubits`, p up to `depth`, linear, ring and full entanglement. RY(pi) flips a qubit, CZ changes signs only
    and RY(0) is the identity, so P(b) = 1: every basis state is reached.
    """
    from qiskit.quantum_info import Statevector

    worst, tried = 0.0, 0
    for n in range(1, cast("int", params["qubits"]) + 1):
        for p, entanglement in itertools.product(range(cast("int", params["depth"]) + 1), ENTANGLEMENTS):
            circuit = ry_cz_ansatz(n, p, entanglement)
            for b in range(2**n):
                bits = np.array([(b >> q) & 1 for q in range(n)])
                angles = np.concatenate([np.pi * bits, np.zeros(p * n)])
                amplitude = Statevector(circuit.assign_parameters(angles)).data[b]
                worst = max(worst, abs(1.0 - abs(amplitude) ** 2))
                tried += 1
    return _one(deviation=worst, tried=tried)


def basis_states_costs(params: Params) -> Mapping[str, int]:
    """Costs of the largest circuit of `basis_states`."""
    n, p = cast("int", params["qubits"]), cast("int", params["depth"])
    circuit = ry_cz_ansatz(n, p, "full")
    return {
        "qubits": n,
        "two_qubit_gates": p * len(cz_pairs(n, "full")),
        "depth": circuit.depth(),
        "parameters": circuit.num_parameters,
    }


# The QUBO


def third_difference(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001
    """C17: a third difference of the objective of Eq. (5), which is 0 for every quadratic.

    I = 3, J = 2, Q = (3, 3), w = ((6, 0), (0, 0), (0, 0)). On the eight associations that C1 allows, b_i = u_i0 fixes u
    linearly, so any quadratic in u is one in b, and sum_b (-1)^(3 - |b|) Z(b) vanishes for it. Here Z = 6 b_0/(b_0 +
    b_1 + b_2).
    """
    weights = np.array([[6.0, 0.0], [0.0, 0.0], [0.0, 0.0]])
    cube = np.array(list(itertools.product((0, 1), repeat=3)))
    # b_i = 1 puts vehicle i on BS 0.
    z = sum_rate(weights, np.array([3, 3]), 1 - cube)
    signs = (-1.0) ** (3 - cube.sum(axis=-1))
    values = {f"z_{''.join(map(str, b))}": value for b, value in zip(cube.tolist(), z.tolist(), strict=True)}
    return _one(third_difference=float(signs @ z), **values)


def third_difference_witness(columns: Columns) -> str:
    """Say the counterexample to "quadratic"."""
    shown = ", ".join(f"Z({name[2:]})={columns[name][0]:g}" for name in sorted(columns) if name.startswith("z_"))
    return (
        "3 vehicles, 2 BSs, Q=(3,3), w=((6,0),(0,0),(0,0)); b_i=1 where vehicle i is on BS 0: "
        f"{shown}; third difference {columns['third_difference'][0]:g}, but 0 for every quadratic"
    )


E1 = np.array([[-1.0]])
E2 = np.array([[-1.0, 2.0, 0.0], [2.0, -2.0, 1.0], [0.0, 1.0, -1.0]])
"""Two QUBO matrices on which Eqs. (8) and (12) fail."""


def ising_form(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001
    """C18: strings of E1 and E2 where Eq. (8) as printed differs from E, and whether the ground states differ.

    Columns: failures, the sum of all; differing strings and ground states; the least E, and E where H is least.
    """
    strings = sum(int(strings_where_printed_differs(q)) for q in (E1, E2))
    ground = sum(int(printed_ground_state_differs(q)) for q in (E1, E2))
    energies, printed = qubo_energies(E2), printed_energies(E2)
    # f = const - H/2: the largest f as printed is where H is least.
    chosen = int(np.argmax(printed))
    return _one(
        failures=strings + ground,
        strings=strings,
        ground_states=ground,
        energy_of_solution=float(energies.min()),
        energy_of_printed_ground_state=float(energies[chosen]),
        printed_ground_state=chosen,
    )


def ising_form_witness(columns: Columns) -> str:
    """Say the counterexample to the Ising form."""
    where = format(int(columns["printed_ground_state"][0]), "03b")[::-1]
    return (
        f"Q={E2.astype(int).tolist()}: H of Eq. (9) is least at x={where}, where E="
        f"{columns['energy_of_printed_ground_state'][0]:g}, the maximum; the minimum of E is "
        f"{columns['energy_of_solution'][0]:g}. The constant lacks tr(Q)/4, so Eq. (8) differs from E on "
        f"{columns['strings'][0]:g} of the 10 strings of this and the smallest instance, Q=[[-1]]"
    )


def printed_penalty(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001
    """C33: what the literal minimiser of Eq. (10) violates, over all 16 strings of a 2 by 2 instance.

    I = J = 2, Q = (1, 1), w = ((10, 1), (9, 1)), l1 = l2 = 20. Columns: violations of C2 by the string of least literal
    energy; that energy; violations by the minimiser of the corrected form, and its energy.
    """
    weights, limits = np.array([[10.0, 1.0], [9.0, 1.0]]), np.array([1, 1])
    encoding = OneHot(2, 2)
    _, overload = constraint_violations(limits, encoding)
    literal = printed_hamiltonian(weights, limits, encoding, row_penalty=20.0, overload_penalty=20.0)
    corrected = hamiltonian(weights, limits, encoding, row_penalty=20.0, overload_penalty=20.0)
    a, b = int(np.argmin(literal)), int(np.argmin(corrected))
    return _one(
        violations=float(overload[a]),
        energy=float(literal[a]),
        minimiser=a,
        corrected_violations=float(overload[b]),
        corrected_energy=float(corrected[b]),
    )


def printed_penalty_witness(columns: Columns) -> str:
    """Say the counterexample to the printed second penalty."""
    u = format(int(columns["minimiser"][0]), "04b")[::-1]
    return (
        "I=J=2, Q=(1,1), w=((10,1),(9,1)), both penalties 20: Eq. (10) as printed is least "
        f"({columns['energy'][0]:g}) at u=({u[0]}{u[1]},{u[2]}{u[3]}), two vehicles on a BS that takes one; the "
        f"corrected form is least ({columns['corrected_energy'][0]:g}) at a matching"
    )


def qubit_count(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001
    """C32: the paper's own numbers. Qubits of 4 x 4 associations, and which of the 2..6 qubits of Fig. 4(d) fit J = 4.

    With one qubit an association, N = 4 I. Columns: qubits at 4 x 4; how many N in 2..6 no I gives.
    """
    reachable = {OneHot(agents, 4).n_qubits for agents in range(1, 7)}
    return _one(qubits=OneHot(4, 4).n_qubits, unreachable=sum(n not in reachable for n in range(2, 7)))


def qubit_count_witness(columns: Columns) -> str:
    """Say which sizes do not fit."""
    return (
        f"{columns['unreachable'][0]:g} of the sizes 2, 3, 4, 5, 6 are not 4 I for any number I of vehicles; only 4 is"
    )
