"""Latency of tasks, computed by the vehicle or offloaded: Eqs. (15)-(17). Sizes in bits, times in s."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array
from qbench.papers.tn_qdrl._sums import ordered_sum
from qbench.radio._arguments import nonnegative, positive, refuse, same_grid

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import FloatArray


@dataclass(frozen=True, eq=False)
class Offload:
    """The three parts of Eq. (16), s, of any shape.

    Attributes:
        transmission_s: TL = s/nu.
        computation_s: CL = f/c_e.
        backhaul_s: BL = max(s_r/nu, varsigma s_r); the result comes back at the rate of the way up.

    """

    transmission_s: FloatArray
    computation_s: FloatArray
    backhaul_s: FloatArray

    @property
    def total_s(self) -> FloatArray:
        """t_off of Eq. (16), s."""
        return np.asarray(self.transmission_s + self.computation_s + self.backhaul_s)


def local_time(cycles: ArrayLike, vehicle_hz: ArrayLike) -> FloatArray:
    """Return t_loc = f/c_v, Eq. (15), s.

    `cycles`: f, cycles (Table II calls the count "Gcycles/s"); `vehicle_hz`: c_v, cycles/s, above 0. Raises ValueError
    for values outside these ranges and shapes that do not broadcast.
    """
    f, c = nonnegative("cycles", cycles), positive("vehicle_hz", vehicle_hz)
    same_grid(cycles=f, vehicle_hz=c)
    return np.asarray(f / c)


def offload_time(
    size_bits: ArrayLike,
    cycles: ArrayLike,
    *,
    rate: ArrayLike,
    edge_hz: ArrayLike,
    result_bits: ArrayLike,
    relay_s_per_bit: ArrayLike,
) -> Offload:
    """Return the parts of t_off = s/nu + f/c_e + max(s_r/nu, varsigma s_r), Eq. (16).

    `size_bits`: s; `cycles`: f; `rate`: nu, bit/s, above 0; `edge_hz`: c_e that the task gets, cycles/s; `result_bits`:
    s_r; `relay_s_per_bit`: varsigma, s/bit where the paper has ms/bit. Raises ValueError for values outside these
    ranges and shapes that do not broadcast.
    """
    s, f = nonnegative("size_bits", size_bits), nonnegative("cycles", cycles)
    nu = positive("rate", rate, hint="a link without a rate never delivers; let the vehicle compute alone")
    c, result = positive("edge_hz", edge_hz), nonnegative("result_bits", result_bits)
    relay = nonnegative("relay_s_per_bit", relay_s_per_bit)
    same_grid(size_bits=s, cycles=f, rate=nu, edge_hz=c, result_bits=result, relay_s_per_bit=relay)
    return Offload(np.asarray(s / nu), np.asarray(f / c), np.asarray(np.maximum(result / nu, relay * result)))


def task_time(alone: ArrayLike, local_s: ArrayLike, offload_s: ArrayLike) -> FloatArray:
    """Return T_x, Eq. (17) corrected: t_loc where `alone`, else t_off of the one device that was chosen, s.

    All broadcast. Raises TypeError unless `alone` is boolean, ValueError for negative times and other shapes.
    """
    flag = np.asarray(alone)
    if flag.dtype != np.bool_:
        raise TypeError(f"alone must be boolean, one a vehicle, got dtype {flag.dtype}; compare the choice with 0")
    near, far = nonnegative("local_s", local_s), nonnegative("offload_s", offload_s)
    same_grid(alone=np.empty(flag.shape), local_s=near, offload_s=far)
    return np.where(flag, near, far)


def printed_task_time(indicator: ArrayLike, local_s: ArrayLike, offload_s: ArrayLike) -> FloatArray:
    """Return sum_m I_m t_loc + (1 - I_m) t_off,m, Eqs. (17) and (22) as printed: I = 1 means that the vehicle computes.

    `indicator`: I (..., M), 0 or 1; `local_s`: t_loc (...); `offload_s`: t_off (..., M). With C10, sum_m I_m = 1, this
    is one computation by the vehicle and M - 1 at once elsewhere. Raises ValueError for an indicator that is neither 0
    nor 1, negative times and shapes that do not broadcast.
    """
    flag = finite_array("indicator", indicator, ndim_at_least=1)
    refuse("indicator", flag, (flag != 0) & (flag != 1), "0 or 1", "1 is local, 0 offloads")
    near = nonnegative("local_s", local_s)[..., np.newaxis]
    far = nonnegative("offload_s", offload_s, ndim_at_least=1)
    same_grid(indicator=flag, local_s=near, offload_s=far)
    return ordered_sum(flag * near + (1.0 - flag) * far)


def break_even_bits(cycles: ArrayLike, *, rate: ArrayLike, vehicle_hz: ArrayLike, edge_hz: ArrayLike) -> FloatArray:
    """Return s* = nu f (1/c_v - 1/c_e), bits: a task that is larger is done sooner by the vehicle.

    For results of size 0, with c_e what the task gets of the device; negative where c_e < c_v. A result of share r
    with s_r/nu above varsigma s_r divides it by 1 + r. Arguments and errors as `offload_time`.
    """
    f, nu = nonnegative("cycles", cycles), nonnegative("rate", rate)
    near, far = positive("vehicle_hz", vehicle_hz), positive("edge_hz", edge_hz)
    same_grid(cycles=f, rate=nu, vehicle_hz=near, edge_hz=far)
    return np.asarray(nu * f * (1.0 / near - 1.0 / far))
