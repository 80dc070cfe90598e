"""Where vehicles and base stations stand, and the network that they make (the paper, Sec. II and V-A)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from qbench._check import finite_array, positive_int
from qbench.radio import rayleigh_power_gain, spawn

if TYPE_CHECKING:
    from qbench._arrays import BoolArray, FloatArray


@dataclass(frozen=True, eq=False)
class Network:
    """Vehicles and base stations: places, bands and fading gains; arrays are copied and read-only.

    Everywhere i (row) is the vehicle and j (column) the base station, as in Eqs. (5), (6) and (10); Eqs. (1)-(4) print
    the two the other way round.

    Attributes:
        agent_xy: places of the vehicles (..., I, 2), m.
        station_xy: places of the base stations (..., J, 2), m.
        is_thz: which base stations are THz (J,), bool; the others are RF.
        fading: power gain H_ij of the links (..., I, J), at least 0. Drawn for every link; the parameters of the SINR
            decide which links use it, so that all readings of the paper see the same draws.

    Raises ValueError for shapes that do not agree, values that are not finite, and negative fading gains.

    """

    agent_xy: FloatArray
    station_xy: FloatArray
    is_thz: BoolArray
    fading: FloatArray

    def __post_init__(self) -> None:
        for name in ("agent_xy", "station_xy", "fading"):
            array = finite_array(name, getattr(self, name), ndim_at_least=2).copy()
            array.flags.writeable = False
            object.__setattr__(self, name, array)
        bands = np.array(self.is_thz)
        bands.flags.writeable = False
        object.__setattr__(self, "is_thz", bands)

        for name, places in (("agent_xy", self.agent_xy), ("station_xy", self.station_xy)):
            if places.shape[-1] != 2:
                raise ValueError(f"{name} must end in an axis of length 2 (x, y), got shape {places.shape}")
        if bands.dtype != np.bool_ or bands.shape != (self.stations,):
            raise ValueError(
                f"is_thz must be {self.stations} bools, one a station, got shape {bands.shape} of {bands.dtype}"
            )
        expected = (*self.batch, self.agents, self.stations)
        if self.station_xy.shape[:-2] != self.batch or self.fading.shape != expected:
            raise ValueError(
                f"arrays must agree: agent_xy {self.agent_xy.shape} and {self.stations} stations ask for station_xy "
                f"{(*self.batch, self.stations, 2)} and fading {expected}, got {self.station_xy.shape} and "
                f"{self.fading.shape}"
            )
        if self.fading.min() < 0:
            raise ValueError(
                f"fading must be at least 0, got {self.fading.min()}; it is a power gain, not an amplitude"
            )

    @property
    def batch(self) -> tuple[int, ...]:
        """Lengths of the leading axes."""
        return self.agent_xy.shape[:-2]

    @property
    def agents(self) -> int:
        """Number of vehicles, I."""
        return int(self.agent_xy.shape[-2])

    @property
    def stations(self) -> int:
        """Number of base stations, J."""
        return int(self.station_xy.shape[-2])

    @property
    def distances_m(self) -> FloatArray:
        """Horizontal distances d_ij (..., I, J), m: the 2D distance of Sec. II, without antenna heights."""
        offset = self.agent_xy[..., :, np.newaxis, :] - self.station_xy[..., np.newaxis, :, :]
        return np.hypot(offset[..., 0], offset[..., 1])

    def first(self, agents: int | None = None, stations: int | None = None) -> Network:
        """Return the network of the first `agents` vehicles and `stations` base stations (None: all of them).

        Equals a draw of that size from the same generator. Raises ValueError for more than there are, or none.
        """
        i = _at_most("agents", agents, self.agents)
        j = _at_most("stations", stations, self.stations)
        return Network(
            self.agent_xy[..., :i, :], self.station_xy[..., :j, :], self.is_thz[:j], self.fading[..., :i, :j]
        )

    def rf_first(self) -> Network:
        """Return the network with RF stations before THz stations, each in the order drawn.

        The convention of every array (..., I, J) handed on. Take `first` before it: sorting ends the nesting.
        """
        order = np.argsort(self.is_thz, kind="stable")
        return Network(self.agent_xy, self.station_xy[..., order, :], self.is_thz[order], self.fading[..., order])

    def refaded(self, rng: np.random.Generator) -> Network:
        """Return the same places with fresh fading gains."""
        return replace(self, fading=draw_fading(rng, batch=self.batch, agents=self.agents, stations=self.stations))


def draw_fading(rng: np.random.Generator, *, batch: tuple[int, ...], agents: int, stations: int) -> FloatArray:
    """Draw Rayleigh power gains H_ij ~ Exp(1), shape (*batch, I, J), nested in I and J.

    H_i of Eq. (1) has no index for the vehicle; here every link has its own gain. Raises TypeError for another
    generator, ValueError for a length below 1.
    """
    # One generator a station, vehicles on the first axis: neither a further station nor a further vehicle moves a draw.
    gains = [rayleigh_power_gain(child, (agents, *batch)) for child in spawn(rng, stations)]
    return np.moveaxis(np.stack(gains), (1, 0), (-2, -1))


def highway_lanes(uniform: FloatArray, *, length_m: float, lanes: int, lane_spacing_m: float) -> FloatArray:
    """Map points (..., 2) of the unit square to vehicles on a road: x along it, y in the middle of a lane, m."""
    lane = np.floor(lanes * uniform[..., 1])
    return np.stack([length_m * uniform[..., 0], lane_spacing_m * (lane + 0.5)], axis=-1)


def highway_roadsides(uniform: FloatArray, *, length_m: float, width_m: float) -> FloatArray:
    """Map points (..., 2) of the unit square to stations on either side of the road: y is 0 or `width_m`, m."""
    side = np.floor(2.0 * uniform[..., 1])
    return np.stack([length_m * uniform[..., 0], width_m * side], axis=-1)


def disc(uniform: FloatArray, *, radius_m: float) -> FloatArray:
    """Map points (..., 2) of the unit square to a disc around the origin, equal areas to equal areas, m."""
    radius = radius_m * np.sqrt(uniform[..., 0])
    angle = 2.0 * np.pi * uniform[..., 1]
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)


def _at_most(name: str, wanted: int | None, there: int) -> int:
    if wanted is None:
        return there
    if positive_int(name, wanted) > there:
        raise ValueError(f"{name} must be at most {there}, the number in this network, got {wanted}; draw a larger one")
    return wanted
