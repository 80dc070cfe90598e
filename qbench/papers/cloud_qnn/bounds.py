"""Exact studies of the normalised loss: its range, G(18), and the bounds that G(16) and G(19) put on its gradient.

Both look at one network, the symmetric instance. All M = 4 access points (APs) know the same real channel (x, y) to
each of the K = 3 users, exactly: x + y = pi/6 and x^2 + y^2 = c = 2 (1/2)^-2.3, the mean strength of a link at the
papers' distance 0.5. Every phi_m is then 3 (x + y) = pi/2, every Gram matrix has the eigenvalue 3 c and a 0, and with
mu = 0.1

    |Phi| = 4 log2(1 + 3 c rho/2),    min_k R_k = r = log2(1 + c rho/(0.3 c rho + 1)) where every user is served:

the user with two APs has more than r. An unserved user makes the normalised loss U = (1 + 10/|Phi|)^2, whatever the
rest; otherwise it is V = (1 - r/|Phi|)^2.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, cast

import numpy as np

from qbench import radio
from qbench.papers.cloud_qnn.certificates import lower_bound
from qbench.papers.cloud_qnn.encoding import neuron_angles
from qbench.papers.cloud_qnn.loss import UNSERVED
from qbench.papers.cloud_qnn.networks import CloudNetwork
from qbench.papers.cloud_qnn.system import Channels
from qbench.papers.cloud_qnn.tables import loss_table
from qbench.papers.cloud_qnn.training import surrogate_gradient

if TYPE_CHECKING:
    from qbench._arrays import FloatArray
    from qbench.papers._study import Columns, Params, Streams

APS, USERS, LAYERS = 4, 3, 2
STRENGTH = 2 * 0.5**-2.3
INTERFERENCE = 0.1


def symmetric_instance() -> Channels:
    """Return the one network of the module's docstring, h = h_hat (1, 4, 3, 2)."""
    middle = math.pi / 12
    apart = math.sqrt(STRENGTH / 2 - middle**2)
    h = np.broadcast_to(np.array([middle + apart, middle - apart], dtype=np.complex128), (1, APS, USERS, 2))
    return Channels(h, h)


def normalised_losses(snr: float, unserved: float = UNSERVED) -> FloatArray:
    """Return L/Phi^2 (81,) of every assignment of the symmetric instance at rho = `snr`."""
    table = loss_table(symmetric_instance(), snr=snr, interference=INTERFERENCE, unserved=unserved, normalised=True)
    return np.asarray(table[0])


def normalised_range(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001 - the signature
    """G11: how many of the 81 assignments have a normalised loss outside [0, 1]; params: snr_db.

    All that leave a user unserved do, as U > 1. Columns: violations; largest loss; both with suffix _zero where an
    unserved user counts 0 instead of -10 (U becomes 1, the end of the interval), and _printed where +10.
    """
    snr = float(radio.db_to_linear(cast("float", params["snr_db"])))
    columns: dict[str, FloatArray] = {}
    for suffix, unserved in (("", UNSERVED), ("_zero", 0.0), ("_printed", -UNSERVED)):
        losses = normalised_losses(snr, unserved)
        columns[f"violations{suffix}"] = np.array([float(np.count_nonzero((losses < 0.0) | (losses > 1.0)))])
        columns[f"largest{suffix}"] = np.array([float(losses.max())])
    return columns


def normalised_range_witness(columns: Columns) -> str:
    """Say the counterexample to [0, 1]."""
    return (
        f"{columns['violations'][0]:g} of the {USERS**APS} assignments of one network leave a user unserved; their "
        f"normalised loss is {columns['largest'][0]:.4g} > 1"
    )


def arcs() -> list[tuple[float, float]]:
    """Return (middle, share of the circle) of the arcs between the angles at which an output of a turn is a threshold.

    Output n >= 2 of the last layer is (1 - cos t)/2, and (1 +- sin t)/2 for t +- pi/2; its thresholds are 1/3 and 2/3,
    so that users change where |cos t| = 1/3 or |sin t| = 1/3, and nowhere else.
    """
    quarter = (math.asin(1 / 3), math.acos(1 / 3))
    ends = [k * math.pi / 2 + t for k in range(4) for t in quarter]
    return [((a + b) / 2, (b - a) / (2 * math.pi)) for a, b in pairwise([*ends, ends[0] + 2 * math.pi])]


def expected_square(snr: float) -> float:
    """Return E |g|^2 over uniform angles of the shift rule g on the normalised loss of the symmetric instance, exact.

    L = 2, 8 angles. As cos phi_4 = 0, output 1 of the last layer is 1/2 whatever the angles: AP 1 serves user 1, and
    the derivatives by layer 1 and by theta_21 are 0. The other three outputs have one angle each, and the loss is
    constant on every product of three `arcs`: a sum over 8^3 cells.
    """
    middles, shares = np.array(arcs()).T
    cells = np.stack(np.meshgrid(*[np.arange(len(middles))] * (APS - 1), indexing="ij"), axis=-1).reshape(-1, APS - 1)
    theta = np.ones((len(cells), LAYERS, APS))
    theta[:, 1, 1:] = middles[cells]
    phi = np.broadcast_to(neuron_angles(symmetric_instance().h_hat), (len(cells), APS))
    losses = np.broadcast_to(normalised_losses(snr), (len(cells), USERS**APS))
    gradient = surrogate_gradient(CloudNetwork(), theta, phi, losses, USERS)
    return float(np.sum(shares[cells].prod(axis=-1) * np.square(gradient).sum(axis=(1, 2))))


def expected_square_formula(snr: float) -> float:
    """Return the same in closed form, 12 q [(1 - q)^2 - (1 - 2 q)^2] [(U - V)/2]^2 with q = arccos(1/3)/pi.

    An AP n >= 2 serves user 0, 1, 2 with probability q, 1 - 2 q, q. Its two turns serve users (0, 2) or (2, 0) with
    probability q each, and (1, 1) otherwise. AP 1 serves user 1, so these two differ in whether all are served if and
    only if exactly one of users 0 and 2 is among those of the other two APs: 2 [(1 - q)^2 - (1 - 2 q)^2]. Three APs.
    As rho -> 0 |Phi| -> 0 and U -> infinity: no bound holds for every rho.
    """
    q = math.acos(1 / 3) / math.pi
    phi = APS * math.log2(1 + USERS * STRENGTH * snr / 2)
    lowest = math.log2(1 + STRENGTH * snr / (3 * INTERFERENCE * STRENGTH * snr + 1))
    step = ((1 - UNSERVED / phi) ** 2 - (1 - lowest / phi) ** 2) / 2
    return 12 * q * ((1 - q) ** 2 - (1 - 2 * q) ** 2) * step**2


def gradient_bound(params: Params, streams: Streams, units: range) -> Columns:  # noqa: ARG001
    """G8: E |g|^2 against its printed bound L N = 8 on the symmetric instance; params: snr_db, a list.

    Columns: violations, the SNRs at which `expected_square` exceeds 8; norm_0, norm_1, ...: its values; bound: 8;
    violations_exact: the same count for the derivative of the decoded loss, which is 0 but on a null set.
    """
    bound = float(LAYERS * APS)
    norms = [expected_square(float(radio.db_to_linear(x))) for x in cast("list[float]", params["snr_db"])]
    columns = {f"norm_{i}": np.array([value]) for i, value in enumerate(norms)}
    columns |= {"violations": np.array([float(sum(value > bound for value in norms))]), "bound": np.array([bound])}
    return columns | {"violations_exact": np.zeros(1)}


def gradient_floor(params: Params, streams: Streams, units: range) -> Columns:
    """G9: the printed lower bound 1/4, for three readings of the function it bounds; params: steps, snr_db.

    The columns of `certificates.lower_bound`, for f of Eq. (26); violations_surrogate: the SNRs at which
    `expected_square` is below 1/4; violations_exact: those at which the derivative of the decoded loss is, all of them:
    it is 0 but on a null set. floor_0, floor_1, ...: values of `expected_square`.
    """
    norms = [expected_square(float(radio.db_to_linear(x))) for x in cast("list[float]", params["snr_db"])]
    columns = dict(lower_bound(params, streams, units))
    columns |= {f"floor_{i}": np.array([value]) for i, value in enumerate(norms)}
    columns["violations_surrogate"] = np.array([float(sum(value < 1 / 4 for value in norms))])
    columns["violations_exact"] = np.array([float(len(norms))])
    return columns


def gradient_bound_witness(columns: Columns) -> str:
    """Say the counterexample to E |g|^2 <= L N."""
    largest = max(float(values[0]) for name, values in columns.items() if name.startswith("norm_"))
    return f"E |g|^2 = {largest:.4g} > {columns['bound'][0]:g} = L N on the symmetric instance, every channel the same"
