"""The cloud circuit without a quantum computer: exact outputs, gradients and samples in O(L N).

Claim, operator order (RY, then CX, then CZ), any L and N: with z_{1,n} = -sin theta_{1,n} cos phi_n and, for l >= 2,
z_{l,n} = cos theta_{l,n},

    <Z_{l,n}> = z_{l,n},   but   <Z_{l+1,1}> = z_{l+1,1} z_{l,N},

and the measured bits are independent Bernoulli variables, P(1) = (1 - z_{l,n}) / 2, after which q_{l+1,1} is replaced
by its XOR with q_{l,N}.
Proof. Before the two-qubit gates the state is a product. RZ(phi) H |0> has <X> = cos phi, <Z> = 0, and |0> has
<X> = 0, <Z> = 1; RY(t)^dag Z RY(t) = cos t Z - sin t X gives z. So the bits of a measurement at that point are
independent. Every CX permutes the basis states, which a measurement commutes with: it acts on the bits as b_t <- b_t
XOR b_c. A qubit q_{l,N} is drawn as control after it was target only if N = 1 and l - 1 came first; l = L - 1 is drawn
first, so every control still has its own bit. CZ is diagonal and changes no probability. Last, E(-1)^(b XOR c) =
E(-1)^b E(-1)^c for independent bits.

Claim, circuit order (CZ, then CX, then RY): <Z_{1,n}> = 0 for every angle and input, unless L = 1 with the printed
range of CZ, which has no CZ, or N = 1: then it is z_{1,n}. <Z_{2,1}> = 0; <Z_{l,n}> = cos theta_{l,n} for l >= 2
otherwise (for N = 1 and L >= 2: all 0).
Proof. RY mixes only <Z> and <X> of its own qubit, so look at these before it, pulled back through CX and CZ to the
encoded product state, where <Z> = 0 on layer 1 and <Z> = 1, <X> = 0 on the layers above. Z of a qubit that is no target
stays: 0 on layer 1, 1 above. X_{1,n} becomes X_{1,n} times the Z of its neighbours in the chain: 0 for N >= 2. Z of a
target q_{l+1,1} gains the Z of its control: <Z_{1,N}> = 0 for l = 1, a factor 1 above, for N >= 2. X of a qubit above
layer 1 stays a product with an X above layer 1: 0. For N = 1, l = 1 is drawn first: Z_l becomes Z_1 ... Z_l and X_l
X_l ... X_L, both 0 for L >= 2.

Consequences in operator order, default L = 2: outputs n >= 2 of the last layer see neither channel nor any other angle,
and output 1 sees the channel of AP N alone. For L >= 3 the last layer does not depend on the channel at all.
Shapes: theta (*B, L, N), phi (*B, N), radians, leading axes broadcast; outputs o = (1 - <Z>) / 2 = P(1) in [0, 1].
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array, one_of, positive_int
from qbench.papers.cloud_qnn.circuits import CZ_RANGES, ORDERS, READOUTS

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from qbench._arrays import FloatArray


def product_values(theta: ArrayLike, phi: ArrayLike) -> FloatArray:
    """Return z (*B, L, N): <Z> of every qubit after the RY of the operator order, before any two-qubit gate.

    Raises ValueError for angles that are empty, not finite, of different N, or whose leading axes do not broadcast.
    """
    return _product(*_angles(theta, phi))


def expectations(theta: ArrayLike, phi: ArrayLike, *, order: str = "operator", cz_range: str = "printed") -> FloatArray:
    """Return <Z_{l,n}> (*B, L, N) of the cloud circuit, exact. Raises ValueError as `product_values`, and for words."""
    one_of("order", order, ORDERS)
    one_of("cz_range", cz_range, CZ_RANGES)
    z = product_values(theta, phi)
    if order == "operator":
        # Every factor is that of the control's own bit: the values before any CX.
        own = z[..., :-1, -1].copy()
        z[..., 1:, 0] *= own
        return z
    layers, n = z.shape[-2:]
    if layers > 1 or (n > 1 and cz_range == "all"):
        z[..., 0, :] = 0.0
    z[..., 1:2, 0] = 0.0
    if n == 1:
        z[..., 1:, :] = 0.0
    return z


def outputs(
    theta: ArrayLike,
    phi: ArrayLike,
    *,
    order: str = "operator",
    readout: str = "last",
    cz_range: str = "printed",
) -> FloatArray:
    """Return o (*B, N), or (*B, L N) for readout "all": P(1) of the qubits that are read, in [0, 1].

    The classical twin of the cloud network: the same angles, the same outputs. Raises ValueError as `expectations`.
    """
    one_of("readout", readout, READOUTS)
    z = expectations(theta, phi, order=order, cz_range=cz_range)
    return 0.5 - 0.5 * _read(z, readout)


def output_jacobian(
    theta: ArrayLike, phi: ArrayLike, *, order: str = "operator", readout: str = "last", cz_range: str = "printed"
) -> FloatArray:
    """Return d o / d theta (*B, outputs, L, N), exact: [o(t + pi/2) - o(t - pi/2)] / 2 for each angle.

    Raises ValueError as `outputs`.
    """
    both = shifted_outputs(theta, phi, order=order, readout=readout, cz_range=cz_range)
    slopes = 0.5 * (both[..., 0, :, :, :] - both[..., 1, :, :, :])
    return np.asarray(np.moveaxis(slopes, -1, -3))


def shifted_outputs(
    theta: ArrayLike,
    phi: ArrayLike,
    *,
    shift: float = np.pi / 2,
    order: str = "operator",
    readout: str = "last",
    cz_range: str = "printed",
) -> FloatArray:
    """Return o (*B, 2, L, N, outputs) with theta_{l,n} alone turned by +shift (first) and by -shift (second).

    What a parameter-shift step of the decoded loss evaluates: 2 L N circuits. Raises ValueError as `outputs`.
    """
    t, f = _angles(theta, phi)
    one_of("readout", readout, READOUTS)
    one_of("order", order, ORDERS)
    if order == "operator" and readout != "all":
        one_of("cz_range", cz_range, CZ_RANGES)
        return shifted_unchecked(t, f, readout, shift=float(shift))
    layers, n = t.shape[-2:]
    moves = float(shift) * np.eye(layers * n).reshape(layers, n, layers, n)
    moved = t[..., None, None, None, :, :] + np.stack([moves, -moves])
    return outputs(moved, f[..., None, None, None, :], order=order, readout=readout, cz_range=cz_range)


def shifted_unchecked(t: FloatArray, f: FloatArray, readout: str, *, shift: float = np.pi / 2) -> FloatArray:
    """Return what `shifted_outputs` does in operator order, of angles that were checked; `readout` "last" or "first".

    For loops that check theta and phi once for many steps. An angle moves at most one output, so nearly all are those
    of no shift.
    """
    layers, n = t.shape[-2:]
    z = _product(t, f)
    turned = _product(t[..., None, :, :] + shift * np.array([1.0, -1.0])[:, None, None], f[..., None, :])
    row = layers - 1 if readout == "last" else 0
    here = z[..., row, :].copy()
    if row:
        here[..., 0] *= z[..., row - 1, -1]
    out = np.empty((*turned.shape, n))
    out[...] = here[..., None, None, None, :]
    for k in range(n):
        out[..., row, k, k] = turned[..., row, k]
    if row:
        out[..., row, 0, 0] *= z[..., None, row - 1, -1]
        out[..., row - 1, -1, 0] = z[..., None, row, 0] * turned[..., row - 1, -1]
    return 0.5 - 0.5 * out


def sample(theta: ArrayLike, phi: ArrayLike, shots: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return `shots` measurements of all qubits in operator order, (*B, shots, L, N): the exact joint law.

    L N Bernoulli bits and L - 1 XOR a shot: the sampler that the L N qubits can do no better than. Raises ValueError as
    `product_values`, and for fewer than 1 shot.
    """
    count = positive_int("shots", shots)
    z = product_values(theta, phi)
    ones = (0.5 - 0.5 * z)[..., None, :, :]
    bits = rng.random((*z.shape[:-2], count, *z.shape[-2:])) < ones
    controls = bits[..., :-1, -1].copy()
    bits[..., 1:, 0] ^= controls
    return bits


def joint_law(theta: ArrayLike, phi: ArrayLike) -> FloatArray:
    """Return the law (*B, 2^(L N)) of all measured bits in operator order; bit (l - 1) N + n - 1 is q_{l,n}.

    For comparison with simulators: `sample` draws from it in O(L N). Raises ValueError as `product_values`, and for
    more than 20 qubits.
    """
    z = product_values(theta, phi)
    layers, n = z.shape[-2:]
    if layers * n > 20:
        raise ValueError(f"a law over 2^{layers * n} strings is too long to write down; draw with `sample` instead")
    ones = (0.5 - 0.5 * z).reshape(*z.shape[:-2], layers * n)
    strings = (np.arange(2 ** (layers * n))[:, None] >> np.arange(layers * n)) & 1
    # The bits before the XOR that give these measured strings: the XOR undoes itself, from the first layer on.
    before = strings.reshape(-1, layers, n).copy()
    for layer in range(1, layers):
        before[:, layer, 0] ^= before[:, layer - 1, -1]
    flat = before.reshape(-1, layers * n).astype(bool)
    return np.asarray(np.where(flat, ones[..., None, :], 1.0 - ones[..., None, :]).prod(axis=-1))


def _product(t: FloatArray, f: FloatArray) -> FloatArray:
    """Return z of checked angles."""
    first = -np.sin(t[..., 0, :]) * np.cos(f)
    z = np.empty((*first.shape[:-1], *t.shape[-2:]))
    z[..., 1:, :] = np.cos(t[..., 1:, :])
    z[..., 0, :] = first
    return z


def _read(z: FloatArray, readout: str) -> FloatArray:
    """Return the values (*B, outputs) of the layers that are read."""
    if readout == "all":
        return z.reshape(*z.shape[:-2], -1)
    return z[..., -1 if readout == "last" else 0, :]


def _angles(theta: ArrayLike, phi: ArrayLike) -> tuple[FloatArray, FloatArray]:
    t = finite_array("theta", theta, ndim_at_least=2, hint="theta is (*B, layers, neurons)")
    f = finite_array("phi", phi, ndim_at_least=1, hint="phi is (*B, neurons)")
    if t.shape[-1] != f.shape[-1]:
        raise ValueError(
            f"theta and phi must have the same number of neurons on the last axis, got shapes {t.shape} and {f.shape}; "
            "theta is (*B, layers, neurons), phi (*B, neurons)"
        )
    if t.shape[:-2] == f.shape[:-1]:
        return t, f
    try:
        np.broadcast_shapes(t.shape[:-2], f.shape[:-1])
    except ValueError:
        raise ValueError(
            f"leading axes of theta {t.shape} and phi {f.shape} must broadcast; insert axes of length 1, such as "
            "theta[:, None] for several channels a seed"
        ) from None
    return t, f
