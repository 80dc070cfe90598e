"""Oracle and diffusion on state vectors, and what Eqs. (47) and (50) print in their place.

With |s> uniform, O = I - 2 |A><A| and D = 2 |s><s| - I, an iteration is D O: O first. Eq. (50) puts only D in its
bracket; the text has G_q = O D. All orders are here, for they give different searches (E21).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench._check import one_of, positive_int

if TYPE_CHECKING:
    from qbench._arrays import FloatArray

ORDERS = ("restored", "bracket", "text", "text_on_start")


def uniform(n_action: int) -> FloatArray:
    """Return |s> (N,): N^-1/2 everywhere. Raises ValueError for fewer than 1 action."""
    return np.full(positive_int("n_action", n_action), n_action**-0.5)


def perpendicular(n_action: int, marked: int) -> FloatArray:
    """Return |A_perp> (N,), the uniform state of all others: Eq. (47) restored.

    Raises ValueError for fewer than 2 actions and a marked one that is not there.
    """
    _check_marked(positive_int("n_action", n_action, least=2), marked)
    state = np.full(n_action, (n_action - 1) ** -0.5)
    state[marked] = 0.0
    return state


def printed_perpendicular(n_qubit: int) -> FloatArray:
    """Return (|0> - |1>)/2^(beta/2) (2^beta,), as the text below Eq. (47) has |A_perp>.

    That is the oracle's ancilla: its norm is (2/2^beta)^1/2, and it knows nothing of the marked action (E22). Raises
    ValueError for fewer than 1 qubit.
    """
    size = 2 ** positive_int("n_qubit", n_qubit)
    state = np.zeros(size)
    state[0], state[1] = size**-0.5, -(size**-0.5)
    return state


def printed_start(n_qubit: int, marked: int) -> FloatArray:
    """Return the last line of Eq. (47) (2^beta,) with |A_perp> as printed. Raises ValueError as `perpendicular`."""
    size = 2 ** positive_int("n_qubit", n_qubit)
    _check_marked(size, marked)
    state = np.sqrt((size - 1) / size) * printed_perpendicular(n_qubit)
    state[marked] += size**-0.5
    return np.asarray(state)


def mark(state: FloatArray, marked: int) -> FloatArray:
    """Return O state (*B, N): the sign of the marked amplitude turned."""
    turned = state.copy()
    turned[..., marked] *= -1.0
    return turned


def diffuse(state: FloatArray) -> FloatArray:
    """Return D state (*B, N): amplitudes reflected about their mean."""
    return np.asarray(2.0 * state.mean(axis=-1, keepdims=True) - state)


def after_iterations(n_action: int, marked: int, iterations: int, order: str = "restored") -> FloatArray:
    """Return the state (N,) after tau iterations from |s>.

    order: "restored" (D O)^tau |s>; "bracket" D^tau O |s>, Eq. (50) as printed; "text" (O D)^tau O |s>, G_q of the text
    on |psi_1>, the restored one up to the sign of A; "text_on_start" (O D)^tau |s>, an oracle call wasted. Raises
    ValueError as `perpendicular`, for tau below 0 and another word.
    """
    _check_marked(positive_int("n_action", n_action, least=2), marked)
    positive_int("iterations", iterations, least=0)
    state = uniform(n_action)
    if one_of("order", order, ORDERS) in {"bracket", "text"}:
        state = mark(state, marked)
    for _ in range(iterations):
        if order == "restored":
            state = diffuse(mark(state, marked))
        elif order == "bracket":
            state = diffuse(state)
        else:
            state = mark(diffuse(state), marked)
    return state


def _check_marked(n_action: int, marked: int) -> None:
    if positive_int("marked", marked, least=0) >= n_action:
        raise ValueError(f"marked must be at most {n_action - 1} for {n_action} actions, got {marked}")
