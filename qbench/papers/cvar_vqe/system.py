"""The multi-band vehicular network of the paper, Sec. II and V-A: Eqs. (1)-(5).

Arrays are (..., I, J): row i is the vehicle (AV), column j the base station (BS). The paper prints i as the BS and j as
the AV in Eqs. (1)-(4), and the reverse in (5), (6) and (10); the latter is used throughout. C2 of Eq. (5), printed
"n_i <= Q_i for all j", is read n_j <= Q_j for all j.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from qbench import radio
from qbench._check import finite_array, in_interval, one_of, positive_int
from qbench.papers.cvar_vqe.geometry import Network, disc, draw_fading, highway_lanes, highway_roadsides

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from qbench._arrays import BoolArray, FloatArray, IntArray

__all__ = [
    "Network",
    "Parameters",
    "capacities",
    "draw_network",
    "link_distances",
    "rate_of_sinr",
    "rates",
    "sinr",
    "sum_rate",
    "weighted_rates",
]

GEOMETRIES = ("highway", "disc")
BANDS = ("rf", "thz")
_COUNTS = ("rf_capacity", "thz_capacity", "lanes")
_FLAGS = ("fading", "thz_fading", "molecular_noise")
_ABOVE_ZERO = ("rf_frequency_hz", "thz_frequency_hz", "transmit_power_w", "road_length_m", "disc_radius_m")
_SHARES = ("alignment_probability", "rf_handoff_penalty", "thz_handoff_penalty")


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """Constants of the network; the defaults are the main reading of the paper.

    "stated" is the paper's text (V-A); "group" is public code of the same group's earlier work, evidence and not proof;
    "ours" is a choice that neither settles.

    Attributes:
        rf_frequency_hz: carrier f_R, Hz (stated).
        thz_frequency_hz: carrier f_T, Hz (stated).
        rf_path_loss_exponent: rho of Eq. (1), without unit (stated). Eq. (2) fixes 2 for THz.
        absorption_per_m: molecular absorption K_a(f_T), 1/m (stated).
        transmit_power_w: power of every BS, W (stated).
        noise_power_w: noise at every receiver, W (stated as -70 dBm); 0 leaves the interference alone.
        rf_gain_db: gain of the RF transmit and of the RF receive antenna, dB each (stated).
        thz_gain_db: gain of the THz transmit and of the THz receive antenna, dB each (stated).
        rf_height_m: height difference of RF antenna and vehicle, m (ours; unstated). Caps the gain at short range.
        thz_height_m: the same for THz, m (ours; unstated).
        rf_bandwidth_hz: W_R of Eq. (3), Hz; 1 gives rates in bit/s/Hz, as "we normalize by the bandwidth" (V-A). The
            group has 40e6.
        thz_bandwidth_hz: W_T, Hz; likewise 1. The group has 500e6.
        alignment_probability: q, the chance that an interfering THz BS and the vehicle align their main lobes; scales
            THz interference. (30/360)^2 from the group's beam width of 30 degrees at both ends; 1 is its matrices.
        rf_handoff_penalty: mu of Eq. (4) at an RF BS, a share of the rate (ours; the paper says THz pays more).
        thz_handoff_penalty: mu at a THz BS (ours).
        rf_capacity: Q_R, vehicles that an RF BS serves (group).
        thz_capacity: Q_T, vehicles that a THz BS serves (group).
        sinr_threshold_db: gamma_th, dB; links below it have rate 0. None, the main reading: Eq. (5) does not use it.
        fading: whether links fade at all; False sets every H to 1.
        thz_fading: whether THz links fade too: Eq. (2) has no H, the group applies one. Needs `fading`.
        molecular_noise: whether the power that the medium absorbs on THz links comes back as noise in Eq. (2).
        station_pattern: bands in the order in which BSs are drawn, repeated as needed: ("rf", "thz") has ceil(J/2) RF.
        geometry: "highway" (stated) or "disc", where vehicles and BSs are uniform in a disc (group).
        road_length_m: length of the highway, m (stated).
        lanes: lanes of the highway, all in one direction (stated).
        lane_spacing_m: width of a lane, m (group); vehicles drive in its middle, BSs stand on both sides of the road.
        disc_radius_m: radius of the disc, m (group).

    Raises ValueError for a value outside its range, TypeError for one of another kind.

    """

    rf_frequency_hz: float = 2.1e9
    thz_frequency_hz: float = 1e12
    rf_path_loss_exponent: float = 2.5
    absorption_per_m: float = 0.05
    transmit_power_w: float = 1.0
    noise_power_w: float = 1e-10
    rf_gain_db: float = 0.0
    thz_gain_db: float = 25.0
    rf_height_m: float = 10.0
    thz_height_m: float = 5.0
    rf_bandwidth_hz: float = 1.0
    thz_bandwidth_hz: float = 1.0
    alignment_probability: float = 1 / 144
    rf_handoff_penalty: float = 0.1
    thz_handoff_penalty: float = 0.3
    rf_capacity: int = 10
    thz_capacity: int = 5
    sinr_threshold_db: float | None = None
    fading: bool = True
    thz_fading: bool = False
    molecular_noise: bool = False
    station_pattern: tuple[str, ...] = BANDS
    geometry: str = "highway"
    road_length_m: float = 1000.0
    lanes: int = 4
    lane_spacing_m: float = 4.0
    disc_radius_m: float = 100.0

    def __post_init__(self) -> None:
        pattern: object = self.station_pattern
        if isinstance(pattern, str) or not self.station_pattern:
            raise ValueError(f"station_pattern must list bands, such as ('rf', 'thz'), got {pattern!r}")
        object.__setattr__(self, "station_pattern", tuple(self.station_pattern))
        for band in self.station_pattern:
            one_of("every band in station_pattern", band, BANDS)
        one_of("geometry", self.geometry, GEOMETRIES)
        for field in fields(self):
            if field.name not in {"station_pattern", "geometry"}:
                object.__setattr__(self, field.name, _checked(field.name, getattr(self, field.name)))


def _checked(name: str, value: object) -> float | None:
    if name in _FLAGS:
        if not isinstance(value, bool):
            raise TypeError(f"{name} must be True or False, got {value!r}")
        return value
    if name in _COUNTS:
        return positive_int(name, value)
    if value is None and name == "sinr_threshold_db":
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise TypeError(f"{name} must be a number, got {value!r}")
    if name.endswith("_db"):
        return in_interval(name, float(value), -300.0, 300.0)
    if name in _SHARES:
        return in_interval(name, float(value), 0.0, 1.0)
    return in_interval(name, float(value), 0.0, np.inf, lo_open=name in _ABOVE_ZERO, hi_open=True)


def draw_network(
    rng: np.random.Generator, *, batch: int, agents: int, stations: int, parameters: Parameters
) -> Network:
    """Draw `batch` independent networks of I = `agents` vehicles and J = `stations` BSs (Sec. V-A).

    Highway: vehicles uniform along the road, lanes equally likely; BSs uniform along the road, either side equally
    likely. Disc: all uniform in it. Bands follow `station_pattern` in the order drawn. Nested: the first vehicles and
    BSs of a larger draw from the same state of `rng` are the smaller draw, bit for bit, and `rng` ends in the same
    state. Raises TypeError for another generator, ValueError for a number below 1.
    """
    positive_int("batch", batch)
    positive_int("agents", agents)
    positive_int("stations", stations)
    agent_rng, station_rng, fading_rng = radio.spawn(rng, 3)
    # The axis that may grow comes first in every draw; see Network.first.
    agent_uv = agent_rng.random((agents, batch, 2)).swapaxes(0, 1)
    station_uv = station_rng.random((stations, batch, 2)).swapaxes(0, 1)
    if parameters.geometry == "disc":
        agent_xy = disc(agent_uv, radius_m=parameters.disc_radius_m)
        station_xy = disc(station_uv, radius_m=parameters.disc_radius_m)
    else:
        length, spacing = parameters.road_length_m, parameters.lane_spacing_m
        agent_xy = highway_lanes(agent_uv, length_m=length, lanes=parameters.lanes, lane_spacing_m=spacing)
        station_xy = highway_roadsides(station_uv, length_m=length, width_m=parameters.lanes * spacing)
    pattern = parameters.station_pattern
    is_thz = np.array([pattern[j % len(pattern)] == "thz" for j in range(stations)], dtype=np.bool_)
    return Network(
        agent_xy, station_xy, is_thz, draw_fading(fading_rng, batch=(batch,), agents=agents, stations=stations)
    )


def link_distances(network: Network, parameters: Parameters) -> FloatArray:
    """Return r_ij = sqrt(d_ij^2 + h_j^2) (..., I, J), m: the length of the links (text below Eq. (1))."""
    return np.hypot(network.distances_m, _by_band(network.is_thz, parameters.rf_height_m, parameters.thz_height_m))


def sinr(network: Network, parameters: Parameters) -> FloatArray:
    """Return the SINR s_ij of every link (..., I, J), a power ratio: Eq. (1) at RF and Eq. (2) at THz columns.

    Eq. (1): P G G (c/(4 pi f_R))^2 H_ij r_ij^-rho over noise plus the same from the other RF BSs. It is dimensionally
    consistent only with r in units of 1 m. Eq. (2): P G G (c/(4 pi f_T))^2 exp(-K_a r_ij) r_ij^-2 over noise plus q
    times the same from the other THz BSs; the printed list swaps N_T and I_T, and q is in the text but not in the
    formula. Raises ValueError where a link has length 0, or where neither noise nor interference is left.
    """
    p, is_thz = parameters, network.is_thz
    r = link_distances(network, p)
    emitted = p.transmit_power_w * _by_band(
        is_thz,
        radio.db_to_linear(2 * p.rf_gain_db) * radio.reference_gain(p.rf_frequency_hz),
        radio.db_to_linear(2 * p.thz_gain_db) * radio.reference_gain(p.thz_frequency_hz),
    )
    absorption = _by_band(is_thz, 0.0, p.absorption_per_m)
    spread = emitted * radio.power_law_gain(r, _by_band(is_thz, p.rf_path_loss_exponent, 2.0))
    faded = (~is_thz | p.thz_fading) & p.fading
    received = spread * radio.absorption_gain(r, absorption) * np.where(faded, network.fading, 1.0)

    noise = np.full(received.shape, p.noise_power_w)
    if p.molecular_noise:
        # From every THz BS, the serving one included, whatever the beams do; RF links do not hear it.
        radiated = np.where(is_thz, spread * radio.absorbed_share(r, absorption), 0.0)
        noise += np.where(is_thz, _sum_stations(radiated), 0.0)
    coupling = radio.band_coupling(is_thz, _by_band(is_thz, 1.0, p.alignment_probability))
    return radio.sinr_from_powers(received, noise, coupling)


def rates(network: Network, parameters: Parameters) -> FloatArray:
    """Return R_ij = W_j log2(1 + s_ij), Eq. (3), shape (..., I, J), in bit/s/Hz for W = 1, else bit/s.

    Links whose SINR is below `sinr_threshold_db` have rate 0. Raises ValueError as `sinr` does.
    """
    return rate_of_sinr(sinr(network, parameters), network.is_thz, parameters)


def rate_of_sinr(s: FloatArray, is_thz: BoolArray, parameters: Parameters) -> FloatArray:
    """Return R_ij of Eq. (3) for SINR s (..., I, J), power ratios, and the bands (J,) of the BSs; as `rates`."""
    bandwidth = _by_band(is_thz, parameters.rf_bandwidth_hz, parameters.thz_bandwidth_hz)
    rate = radio.rate_from_sinr(s, bandwidth)
    if parameters.sinr_threshold_db is None:
        return rate
    return np.where(s < radio.db_to_linear(parameters.sinr_threshold_db), 0.0, rate)


def weighted_rates(
    rate: ArrayLike, is_thz: BoolArray, parameters: Parameters, *, previous: ArrayLike | None = None
) -> FloatArray:
    """Return w_ij = (1 - mu_j) R_ij, Eq. (4) before the division by min(Q_j, n_j); shape and unit of `rate`.

    `rate`: R (..., I, J). `is_thz`: (J,) bools. `previous`: the BS (..., I) to which each vehicle belonged; with it
    only a change of BS costs mu. Without it every vehicle pays, as Eq. (4) is written. Raises ValueError for shapes
    that do not fit and for a previous BS that is not there.
    """
    value = finite_array("rate", rate, ndim_at_least=2)
    stations = value.shape[-1]
    if np.shape(is_thz) != (stations,):
        raise ValueError(f"is_thz must have shape {(stations,)}, one entry a column of rate, got {np.shape(is_thz)}")
    penalty = _by_band(np.asarray(is_thz), parameters.rf_handoff_penalty, parameters.thz_handoff_penalty)
    if previous is not None:
        before = _choices("previous", previous, stations)
        if before.shape != value.shape[:-1]:
            raise ValueError(f"previous must have shape {value.shape[:-1]}, one BS a vehicle, got {before.shape}")
        penalty = np.where(before[..., np.newaxis] == np.arange(stations), 0.0, penalty)
    return (1.0 - penalty) * value


def capacities(is_thz: BoolArray, parameters: Parameters) -> IntArray:
    """Return Q_j (J,), the largest number of vehicles at BS j: Q_R or Q_T (Sec. II)."""
    return np.where(is_thz, parameters.thz_capacity, parameters.rf_capacity).astype(np.int64)


def sum_rate(weights: ArrayLike, capacity: ArrayLike, association: ArrayLike) -> FloatArray:
    """Return Z = sum_ij u_ij w_ij / min(Q_j, n_j), Eqs. (4) and (5) as printed, shape (..., k).

    `weights`: w (..., I, J), its unit is that of Z. `capacity`: Q (J,), whole numbers of at least 1. `association`:
    k candidates (..., k, I), the BS of each vehicle; u_ij = 1 where it is j. An empty BS gives 0, where the print
    divides by 0. As printed, a BS above its capacity is rewarded: C2 is the business of the caller.
    Raises ValueError for shapes that do not fit, a capacity below 1, and a BS that is not there.
    """
    w = finite_array("weights", weights, ndim_at_least=2)
    agents, stations = w.shape[-2:]
    q = np.asarray(capacity)
    if q.shape != (stations,) or q.dtype.kind not in "iu" or q.min() < 1:
        raise ValueError(f"capacity must be {stations} whole numbers of at least 1, one a BS, got {capacity!r}")
    choice = _choices("association", association, stations)
    if choice.ndim < 2 or choice.shape[-1] != agents:
        raise ValueError(f"association must have shape (..., k, {agents}), one BS a vehicle, got {choice.shape}")
    try:
        batch = np.broadcast_shapes(w.shape[:-2], choice.shape[:-2])
    except ValueError:
        raise ValueError(f"leading axes must broadcast, got weights {w.shape} and association {choice.shape}") from None
    total = np.zeros((*batch, choice.shape[-2]))
    for j in range(stations):
        here = choice == j
        occupancy = here.sum(axis=-1)
        served = np.where(here, w[..., np.newaxis, :, j], 0.0).sum(axis=-1)
        total += served / np.minimum(q[j], np.maximum(1, occupancy))
    return total


def _by_band(is_thz: BoolArray, rf: ArrayLike, thz: ArrayLike) -> FloatArray:
    return np.where(is_thz, thz, rf).astype(np.float64)


def _sum_stations(power: FloatArray) -> FloatArray:
    # One station after the other: the bits of a vehicle's sum do not depend on the memory layout.
    total = np.zeros_like(power[..., :1])
    for j in range(power.shape[-1]):
        total += power[..., j : j + 1]
    return total


def _choices(name: str, values: ArrayLike, stations: int) -> IntArray:
    array = np.asarray(values)
    if array.dtype.kind not in "iu" or array.size == 0:
        raise ValueError(f"{name} must be whole numbers, indices of BSs, got {array.dtype} of shape {array.shape}")
    bad = array[(array < 0) | (array >= stations)]
    if bad.size:
        raise ValueError(f"{name} must name BSs 0 to {stations - 1}, got {bad[0]}")
    return array.astype(np.int64)
