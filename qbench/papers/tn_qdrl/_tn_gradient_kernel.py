"""The backward pass of `_tn_kernel`, from the head to the ends of the tensor network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench.papers._compiled import kernel
from qbench.papers.tn_qdrl._dqn_kernel import copy
from qbench.papers.tn_qdrl._tn_kernel import ANGLE, MLP, parts_of, through

if TYPE_CHECKING:
    from qbench._arrays import IntArray
    from qbench.papers.tn_qdrl._tn_kernel import Parts, Real, Room, Shape


@kernel
def add_gradient(
    flat: Real, gradient: Real, shape: Shape, sites: Real, room: Room, actions: IntArray, slopes: Real
) -> None:
    """Add the gradient of sum_w slopes_w Q_w to `gradient`, Q_w the value of actions[w] in lane w; slopes (B,).

    `room`: what `forward` left for `sites` (D, 2, B).
    """
    p, of = parts_of(flat, shape), parts_of(gradient, shape)
    of_hidden, of_y = np.empty_like(room.hidden), np.empty_like(room.y)
    for w in range(len(actions)):
        a = actions[w]
        of.bias[a] += slopes[w]
        for h in range(shape.width):
            of.weight[h, a] += slopes[w] * room.hidden[h, w]
            of_hidden[h, w] = slopes[w] * p.weight[h, a]
    if shape.variant == MLP:
        _through_layer(p, of, shape, room, of_hidden, of_y)
    else:
        _through_circuit(of, shape, room, of_hidden, of_y)
    if shape.variant != ANGLE:
        _through_length(shape, room, of_y)
    _through_network(p, of, shape, sites, room, of_y)


@kernel
def _through_layer(p: Parts, of: Parts, shape: Shape, room: Room, of_hidden: Real, of_unit: Real) -> None:
    of_unit[:] = 0
    for h in range(shape.width):
        for w in range(len(room.length)):
            if room.hidden[h, w] > 0:
                of.shift[h] += of_hidden[h, w]
                for d in range(shape.n_out):
                    short = room.length[w] == 0
                    unit = (1 if d == 0 else 0) if short else room.y[d, w] / room.length[w]
                    of.middle[d, h] += unit * of_hidden[h, w]
                    of_unit[d, w] += p.middle[d, h] * of_hidden[h, w]


@kernel
def _through_circuit(of: Parts, shape: Shape, room: Room, of_hidden: Real, of_in: Real) -> None:
    """Write the cotangent of the amplitudes, or of y in "angle", (d, B) into of_in, and add that of the angles."""
    n, lanes, n_gate = shape.n_qubit, len(room.length), len(room.turns)
    cotangent, before = np.zeros_like(room.states[0]), np.empty_like(room.states[0])
    of_angle, still = np.empty_like(room.length), np.arange(len(shape.moved))
    for j in range(len(cotangent)):
        for q in range(n):
            sign = cotangent.dtype.type(-2 if j >> q & 1 else 2)
            for w in range(lanes):
                cotangent[j, w] += sign * of_hidden[q, w] * room.states[n_gate, j, w]
    first = n if shape.variant == ANGLE else 0
    for g in range(n_gate - 1, -1, -1):
        q = g % n
        ends_layer = g >= first and q == n - 1
        _unturn(room.states[g], room.turns[g], q, shape.moved if ends_layer else still, cotangent, before, of_angle)
        cotangent, before = before, cotangent
        if g >= first:
            for w in range(lanes):
                of.middle[(g - first) // n, q] += of_angle[w]
        else:
            for w in range(lanes):
                bent = np.tanh(room.y[q, w] * room.length[w])
                of_in[q, w] = of_angle[w] * np.pi * (1 - bent * bent) * room.length[w]
    if shape.variant != ANGLE:
        for d in range(shape.n_out):
            copy(cotangent[d], of_in[d])


@kernel
def _unturn(state: Real, turn: Real, qubit: int, to: IntArray, of_out: Real, of_state: Real, of_angle: Real) -> None:
    """Write the cotangents of the state (2^n, B) before a gate of `_tn_kernel.turn_qubit` and of its angle (B,)."""
    # Of the arrays' own kind: a whole number would make the product double.
    half = state.dtype.type(0.5)
    of_angle[:] = 0
    for j in range(state.shape[0]):
        if not j >> qubit & 1:
            k = j | 1 << qubit
            for w in range(state.shape[1]):
                c, s, a, b = turn[0, w], turn[1, w], state[j, w], state[k, w]
                of_a, of_b = of_out[to[j], w], of_out[to[k], w]
                of_state[j, w] = c * of_a + s * of_b
                of_state[k, w] = c * of_b - s * of_a
                of_angle[w] += half * (of_b * (c * a - s * b) - of_a * (s * a + c * b))


@kernel
def _through_length(shape: Shape, room: Room, of_y: Real) -> None:
    """Replace the cotangent of y/|y| (d, B) by that of y: 0 where y stands for |0..0>."""
    for w in range(len(room.length)):
        if room.length[w] == 0:
            of_y[:, w] = 0
            continue
        along = of_y.dtype.type(0)
        for d in range(shape.n_out):
            along += of_y[d, w] * room.y[d, w] / room.length[w]
        for d in range(shape.n_out):
            of_y[d, w] = (of_y[d, w] - along * room.y[d, w] / room.length[w]) / room.length[w]


@kernel
def _through_network(p: Parts, of: Parts, shape: Shape, sites: Real, room: Room, of_y: Real) -> None:
    half, chi = shape.n_feature // 2, shape.bond
    left, right = room.left[half], room.right[shape.n_feature - half]
    of_left, of_right = np.zeros_like(left), np.zeros_like(right)
    for i in range(chi):
        for d in range(shape.n_out):
            for o in range(chi):
                value, total = p.label[i, d, o], of_y.dtype.type(0)
                for w in range(left.shape[1]):
                    total += left[i, w] * right[o, w] * of_y[d, w]
                    of_left[i, w] += value * right[o, w] * of_y[d, w]
                    of_right[o, w] += value * left[i, w] * of_y[d, w]
                of.label[i, d, o] += total
    for k in range(half - 1, -1, -1):
        of_left = _through_core(p.cores[k], of.cores[k], room.left[k], room.norms[k], sites[k], of_left)
    for k in range(shape.n_feature - half - 1, -1, -1):
        j = shape.n_feature - 1 - k
        back, of_back = p.cores[j].transpose(2, 1, 0), of.cores[j].transpose(2, 1, 0)
        of_right = _through_core(back, of_back, room.right[k], room.norms[j], sites[j], of_right)
    for i in range(chi):
        for w in range(left.shape[1]):
            of.left[i] += of_left[i, w]
            of.right[i] += of_right[i, w]


@kernel
def _through_core(core: Real, of_core: Real, state: Real, norm: Real, site: Real, cotangent: Real) -> Real:
    """Return the cotangent (chi, B) of a core's input `state` for that of its scaled output, and add the core's."""
    for o in range(len(cotangent)):
        for w in range(len(norm)):
            cotangent[o, w] /= norm[w]
    for i in range(core.shape[0]):
        for o in range(core.shape[2]):
            zero, one = cotangent.dtype.type(0), cotangent.dtype.type(0)
            for w in range(len(norm)):
                product = state[i, w] * cotangent[o, w]
                zero += product * site[0, w]
                one += product * site[1, w]
            of_core[i, 0, o] += zero
            of_core[i, 1, o] += one
    before = np.empty_like(cotangent)
    through(cotangent, core.transpose(2, 1, 0), site, before)
    return before
