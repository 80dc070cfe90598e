"""Values and gradients of one seed's `vqc.TnNetwork`, compiled: tensor network, circuit or layer, head.

Samples are lanes, the last axis: no sum crosses lanes but those over a batch in gradients. Scales that normalisation
takes out are constants here: what follows is either homogeneous of degree 0 in them or multiplies them back in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from qbench.papers._compiled import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qbench._arrays import IntArray

    Real = NDArray[np.float32] | NDArray[np.float64]

AMPLITUDE, ANGLE, MLP = 0, 1, 2
"""Variants of `vqc`."""


class Shape(NamedTuple):
    """Sizes of a network: variant; D, chi, d; layers and qubits, or 0 and 0; inputs of the head, N; TINY of `vqc`.

    moved (2^n,): where the ring of CNOTs takes each index; grown: exp(reference), what y is divided by in "angle".
    """

    variant: int
    n_feature: int
    bond: int
    n_out: int
    n_layer: int
    n_qubit: int
    width: int
    n_action: int
    moved: IntArray
    grown: float
    tiny: float


class Parts(NamedTuple):
    """Views of a network's numbers, or of their gradients, in the order of `vqc.TnNetwork.parameters()`.

    left (chi,), cores (D, chi, 2, chi), label (chi, d, chi), right (chi,), middle: angles (layers, qubits) or weight
    (d, width), shift (width,), empty with a circuit, weight (width, N), bias (N,).
    """

    left: Real
    cores: Real
    label: Real
    right: Real
    middle: Real
    shift: Real
    weight: Real
    bias: Real


class Room(NamedTuple):
    """What a forward pass leaves for the backward one, B lanes each.

    left (p + 1, chi, B), right (D - p + 1, chi, B): states from either end; norms (D, B): what each core's state was
    divided by; y (d, B); length (B,): |y|, or in "angle" what y is multiplied by, 0 where y is too short; states
    (gates + 1, 2^n, B); turns (gates, 2, B): cos and sin of half of each angle; hidden (width, B).
    """

    left: Real
    right: Real
    norms: Real
    y: Real
    length: Real
    states: Real
    turns: Real
    hidden: Real


@kernel
def room_of(shape: Shape, like: Real, lanes: int) -> Room:
    """Return room for `lanes` samples in the dtype of `like`."""
    kind, half = like.dtype, shape.n_feature // 2
    n_gate = shape.n_qubit * (shape.n_layer + (1 if shape.variant == ANGLE else 0))
    return Room(
        np.empty((half + 1, shape.bond, lanes), kind),
        np.empty((shape.n_feature - half + 1, shape.bond, lanes), kind),
        np.empty((shape.n_feature, lanes), kind),
        np.empty((shape.n_out, lanes), kind),
        np.empty(lanes, kind),
        np.empty((n_gate + 1, 2**shape.n_qubit, lanes), kind),
        np.empty((n_gate, 2, lanes), kind),
        np.empty((shape.width, lanes), kind),
    )


@kernel
def parts_of(flat: Real, shape: Shape) -> Parts:
    """Return the parts of `flat`."""
    chi, d = shape.bond, shape.n_out
    inner = shape.n_layer * shape.n_qubit if shape.variant != MLP else d * shape.width
    rows = shape.n_layer if shape.variant != MLP else d
    n_shift = shape.width if shape.variant == MLP else 0
    a = chi
    b = a + shape.n_feature * 2 * chi * chi
    c = b + chi * chi * d
    e = c + chi
    f = e + inner
    g = f + n_shift
    h = g + shape.width * shape.n_action
    return Parts(
        flat[:a],
        flat[a:b].reshape((shape.n_feature, chi, 2, chi)),
        flat[b:c].reshape((chi, d, chi)),
        flat[c:e],
        flat[e:f].reshape((rows, inner // rows)),
        flat[f:g],
        flat[g:h].reshape((shape.width, shape.n_action)),
        flat[h:],
    )


@kernel
def through(state: Real, core: Real, site: Real, out: Real) -> None:
    """Write sum_u o_u state M_u (chi, B) into out: core (chi, 2, chi) read from its first axis, site (2, B)."""
    out[:] = 0
    for i in range(core.shape[0]):
        for o in range(core.shape[2]):
            zero, one = core[i, 0, o], core[i, 1, o]
            for w in range(state.shape[1]):
                out[o, w] += state[i, w] * (site[0, w] * zero + site[1, w] * one)


@kernel
def _scaled(state: Real, norm: Real) -> None:
    """Divide every lane of state (chi, B) by its length, which goes into norm (B,); by 1 where it is 0."""
    norm[:] = 0
    for i in range(state.shape[0]):
        for w in range(state.shape[1]):
            norm[w] += state[i, w] * state[i, w]
    for w in range(len(norm)):
        norm[w] = np.sqrt(norm[w]) if norm[w] > 0 else 1
    for i in range(state.shape[0]):
        for w in range(state.shape[1]):
            state[i, w] /= norm[w]


@kernel
def _encode(p: Parts, shape: Shape, sites: Real, room: Room) -> None:
    """Fill the states from either end and y = L C R of sites (D, 2, B)."""
    half, chi = shape.n_feature // 2, shape.bond
    for i in range(chi):
        room.left[0, i] = p.left[i]
        room.right[0, i] = p.right[i]
    for k in range(half):
        through(room.left[k], p.cores[k], sites[k], room.left[k + 1])
        _scaled(room.left[k + 1], room.norms[k])
    for k in range(shape.n_feature - half):
        j = shape.n_feature - 1 - k
        through(room.right[k], p.cores[j].transpose(2, 1, 0), sites[j], room.right[k + 1])
        _scaled(room.right[k + 1], room.norms[j])
    left, right = room.left[half], room.right[shape.n_feature - half]
    room.y[:] = 0
    for d in range(shape.n_out):
        for i in range(chi):
            for o in range(chi):
                value = p.label[i, d, o]
                for w in range(left.shape[1]):
                    room.y[d, w] += value * left[i, w] * right[o, w]


@kernel
def _unit_length(shape: Shape, room: Room) -> None:
    """Fill length with |y|, 0 where it is below TINY."""
    room.length[:] = 0
    for d in range(shape.n_out):
        for w in range(len(room.length)):
            room.length[w] += room.y[d, w] * room.y[d, w]
    for w in range(len(room.length)):
        room.length[w] = np.sqrt(room.length[w]) if room.length[w] >= shape.tiny * shape.tiny else 0


@kernel
def _growth(shape: Shape, room: Room) -> None:
    """Fill length with what normalisation took out, over exp(reference)."""
    for w in range(len(room.length)):
        # Double precision: a product of many norms may leave single.
        product = 1.0 / shape.grown
        for k in range(shape.n_feature):
            product *= room.norms[k, w]
        room.length[w] = product


@kernel
def turn_qubit(state: Real, turn: Real, qubit: int, to: IntArray, out: Real) -> None:
    """Write RY on a qubit of state (2^n, B) into out, index j to row to[j]; turn (2, B): cos and sin of the half."""
    for j in range(state.shape[0]):
        if not j >> qubit & 1:
            k = j | 1 << qubit
            for w in range(state.shape[1]):
                a, b = state[j, w], state[k, w]
                out[to[j], w] = turn[0, w] * a - turn[1, w] * b
                out[to[k], w] = turn[1, w] * a + turn[0, w] * b


@kernel
def _circuit(p: Parts, shape: Shape, room: Room) -> None:
    """Fill the states after every gate, and hidden with <Z> of each qubit."""
    n, first, still = shape.n_qubit, 0, np.arange(len(shape.moved))
    room.states[0] = 0
    if shape.variant == ANGLE:
        room.states[0, 0] = 1
        first = n
        for q in range(n):
            for w in range(len(room.length)):
                phi = np.pi * np.tanh(room.y[q, w] * room.length[w])
                room.turns[q, 0, w], room.turns[q, 1, w] = np.cos(phi / 2), np.sin(phi / 2)
            turn_qubit(room.states[q], room.turns[q], q, still, room.states[q + 1])
    else:
        for d in range(shape.n_out):
            for w in range(len(room.length)):
                short = room.length[w] == 0
                room.states[0, d, w] = (1 if d == 0 else 0) if short else room.y[d, w] / room.length[w]
    for layer in range(shape.n_layer):
        for q in range(n):
            g = first + layer * n + q
            room.turns[g, 0], room.turns[g, 1] = np.cos(p.middle[layer, q] / 2), np.sin(p.middle[layer, q] / 2)
            turn_qubit(room.states[g], room.turns[g], q, shape.moved if q == n - 1 else still, room.states[g + 1])
    last = room.states[len(room.turns)]
    room.hidden[:] = 0
    for j in range(len(last)):
        for q in range(n):
            sign = last.dtype.type(-1 if j >> q & 1 else 1)
            for w in range(last.shape[1]):
                room.hidden[q, w] += sign * last[j, w] * last[j, w]


@kernel
def forward(flat: Real, shape: Shape, sites: Real, room: Room) -> None:
    """Fill `room` for the samples of sites (D, 2, B): the inputs of the head are room.hidden."""
    p = parts_of(flat, shape)
    _encode(p, shape, sites, room)
    if shape.variant == ANGLE:
        _growth(shape, room)
    else:
        _unit_length(shape, room)
    if shape.variant != MLP:
        _circuit(p, shape, room)
        return
    for h in range(shape.width):
        room.hidden[h] = p.shift[h]
        for d in range(shape.n_out):
            for w in range(len(room.length)):
                short = room.length[w] == 0
                unit = (1 if d == 0 else 0) if short else room.y[d, w] / room.length[w]
                room.hidden[h, w] += unit * p.middle[d, h]
        for w in range(len(room.length)):
            if room.hidden[h, w] < 0:
                room.hidden[h, w] = 0


@kernel
def heads(flat: Real, shape: Shape, room: Room, out: Real) -> None:
    """Write the action values (N, B) of what `forward` left into out."""
    p = parts_of(flat, shape)
    for a in range(shape.n_action):
        out[a] = p.bias[a]
        for h in range(shape.width):
            for w in range(out.shape[1]):
                out[a, w] += room.hidden[h, w] * p.weight[h, a]
