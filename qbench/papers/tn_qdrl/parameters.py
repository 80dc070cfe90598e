"""Constants of the vehicular network with keys from quantum links, Table II and what it leaves open.

In every list of attributes "stated" is the paper's Table II or text, "inferred" follows from what it states, and "ours"
is a choice that neither settles. Units: B = 8 bit, MB = 1e6 B, KB = 1024 B; a slot is 1 s (ours).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import pi

from qbench.papers.tn_qdrl._checks import check_fields
from qbench.radio import db_to_linear, dbm_to_watt

BITS_PER_MB = 8e6
BITS_PER_KB = 8 * 1024


@dataclass(frozen=True, kw_only=True)
class Qkd:
    """The quantum links, Eqs. (1)-(12); the defaults are the main reading.

    Attributes:
        source_rate: v_s, pairs/s (inferred: the largest entanglement rate of Table II).
        state_angle: theta_k of Eq. (1), rad (ours).
        source_loss_per_km: sigma of Eq. (1), 1/km, natural: a loss of source and coupling (ours).
        fibre_loss_db_per_km: alpha of Eq. (5), dB/km (ours: telecom fibre).
        phase: theta_I of Eq. (2), rad (ours).
        phase_noise: rho of Eq. (2), at least 0 (inferred: visibility 0.95, in the list of Table II).
        coupling: eta_ot of Eq. (4), a share (ours: 1 dB).
        other_errors: eps_err of Eq. (9), at most 1/2 (ours).
        baseline_noise: N_0 of Eq. (8), 1/s (ours: dark counts, about 1 % of the signal).
        noise_amplitude: A of Eq. (7), 1/s^2 (ours).
        noise_swing: B of Eq. (7), 1/s^2 (ours).
        noise_decay_per_s: the product b w of Eq. (7), 1/s (ours).
        noise_turn_per_s: the product m w of Eq. (7), rad/s (ours).
        noise_phase: phi of Eq. (7), rad (ours).
        fluctuation: mu_1 of Eq. (11) (ours).
        entropy_weight: mu_2 of Eq. (11) (ours).
        n_sec: signals behind a key, Eq. (11) (ours).
        epsilon_sec: the security parameter of Eq. (11) (ours).
        key_rate: "printed": Eq. (12), from 0 up. "standard": the asymptotic secret fraction.
        correction_cost: f_EC of the standard fraction: bits told per bit of entropy (ours).
        key_use: "free": every link has the whole source, as printed. "shared_source": a source's pairs in equal parts
            over its V + E links. "consumed": offloaded bits cost keys.
        key_per_bit: bits of key per offloaded bit; only "consumed" reads it (ours: 256 bits per 32 MB).

    Raises ValueError for a value outside its range, TypeError for one of another kind.

    """

    source_rate: float = 50.0
    state_angle: float = pi / 2
    source_loss_per_km: float = 0.01
    fibre_loss_db_per_km: float = 0.2
    phase: float = 0.0
    phase_noise: float = 1 / 0.95 - 1
    coupling: float = 0.8
    other_errors: float = 0.0
    baseline_noise: float = 0.5
    noise_amplitude: float = 0.0
    noise_swing: float = 0.0
    noise_decay_per_s: float = 0.5
    noise_turn_per_s: float = 2.0
    noise_phase: float = 0.0
    fluctuation: float = 1.0
    entropy_weight: float = 1.0
    n_sec: float = 1e6
    epsilon_sec: float = 1e-10
    key_rate: str = "printed"
    correction_cost: float = 1.0
    key_use: str = "free"
    key_per_bit: float = 1e-6

    def __post_init__(self) -> None:
        check_fields(self)


@dataclass(frozen=True, kw_only=True)
class Radio:
    """The radio links, Eqs. (13) and (14), and the bands between blockchain nodes; the defaults are the main reading.

    Attributes:
        bandwidth_hz: B, the band of an edge device (stated: 35 MHz).
        noise_dbm_per_hz: power density of the noise (inferred: Table II prints the density of -174 dBm/Hz as a power).
        access: "ofdma": equal slices for the vehicles of a device, as C7 has it. "noma_literal": Eq. (13), all vehicles
            disturb each other on the whole band. "noma_sic": the vehicles of a device, decoded strongest first, on the
            whole band. "fixed": the rate of Table II, whatever the band.
        fixed_rate: rate of a link, bit/s (stated); only "fixed" reads it.
        threshold_db: threshold of the SINR, dB (stated); reported, never enforced.
        power_max_w: largest transmit power, W (stated), C3.
        gain_max_db: largest channel gain, dB, C4 (ours: a channel does not amplify).
        node_bandwidth_hz: B_max of C8: band of a device, for vehicles and other nodes together (stated: 35 MHz).
        node_efficiency: bit/s/Hz between blockchain nodes (ours).

    Raises ValueError for a value outside its range, TypeError for one of another kind.

    """

    bandwidth_hz: float = 35e6
    noise_dbm_per_hz: float = -174.0
    access: str = "ofdma"
    fixed_rate: float = 15e6
    threshold_db: float = 18.0
    power_max_w: float = 20.0
    gain_max_db: float = 0.0
    node_bandwidth_hz: float = 35e6
    node_efficiency: float = 1.0

    def __post_init__(self) -> None:
        check_fields(self)

    @property
    def noise_w_per_hz(self) -> float:
        """Power density of the noise, W/Hz: -174 dBm/Hz is 3.981e-21."""
        return float(dbm_to_watt(self.noise_dbm_per_hz))

    @property
    def threshold(self) -> float:
        """Threshold of the SINR, a power ratio: 18 dB is 63.096."""
        return float(db_to_linear(self.threshold_db))


@dataclass(frozen=True, kw_only=True)
class Tasks:
    """Tasks and what they cost, Eqs. (15)-(17).

    Attributes:
        share_cpu: whether the n tasks of an edge device get c_e/n each (ours); False: c_e each, as Eq. (16) is written.
        result_share: size of a result, a share of the task's (ours).
        relay_s_per_bit: varsigma of Eq. (16), s/bit where the paper has ms/bit (ours: 1 Gbit/s).
        delay_max_s: T_max of C5, s (stated: 0.2 to 1).

    Raises ValueError for a value outside its range, TypeError for one of another kind.

    """

    share_cpu: bool = True
    result_share: float = 0.05
    relay_s_per_bit: float = 1e-9
    delay_max_s: float = 1.0

    def __post_init__(self) -> None:
        check_fields(self)


@dataclass(frozen=True, kw_only=True)
class Chain:
    """The blockchain, Eqs. (18)-(21).

    Attributes:
        density: rho_b, cycles per bit of a block (stated).
        block_bits: s_b (stated: 2 KB).
        miner_share: c_b as a share of the miner's c_e, not subtracted from it (ours).
        key_weighing_s: c_q of Eq. (19), s per key (ours).
        vote_bits: s_v of Eq. (19) (ours: 1 KB).
        header_bits: s_h of Eq. (20) (ours: 80 B).
        transaction_bits: ds_v of Eq. (20) (ours: 250 B).
        transaction_s: dt_v of Eq. (20), s (ours).
        listed_generation_s: t_g taken from Table II, which lists 10 to 30 s, s; None: Eq. (18).
        finality_max_s: T_b,max of C6, s (stated: 0.2 to 1).

    Raises ValueError for a value outside its range, TypeError for one of another kind.

    """

    density: float = 737.5
    block_bits: float = 2.0 * BITS_PER_KB
    miner_share: float = 0.1
    key_weighing_s: float = 1e-5
    vote_bits: float = 8192.0
    header_bits: float = 640.0
    transaction_bits: float = 2000.0
    transaction_s: float = 1e-3
    listed_generation_s: float | None = None
    finality_max_s: float = 1.0

    def __post_init__(self) -> None:
        check_fields(self)

    @property
    def n_transactions(self) -> int:
        """n_v of Eq. (20): transactions that fit into a block, 8 by default (ours)."""
        return int(self.block_bits // self.transaction_bits)


@dataclass(frozen=True, kw_only=True)
class Weights:
    """Weights of the objective, Eq. (22).

    Attributes:
        delay_weight: xi_1 in (0, 1) (stated, in one list with xi_2).
        key_scale: xi_2 (stated).
        key_floor: least sum of key rates, bit/s: at 0 Eq. (22) divides by 0 (ours).

    Raises ValueError for a value outside its range, TypeError for one of another kind.

    """

    delay_weight: float = 0.4
    key_scale: float = 0.5
    key_floor: float = 1e-6

    def __post_init__(self) -> None:
        check_fields(self)


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A whole system; V, Q and E are nowhere stated.

    Attributes:
        n_vehicle: V (ours).
        n_node: Q, sources of quantum links (ours).
        n_edge: E, edge devices: as many as road-side units, and the nodes of the blockchain (ours).
        qkd: quantum links.
        radio: radio links.
        tasks: tasks.
        chain: blockchain.
        weights: objective.

    Raises ValueError for a number below 1, TypeError for a part of another kind.

    """

    n_vehicle: int = 3
    n_node: int = 1
    n_edge: int = 2
    qkd: Qkd = field(default_factory=Qkd)
    radio: Radio = field(default_factory=Radio)
    tasks: Tasks = field(default_factory=Tasks)
    chain: Chain = field(default_factory=Chain)
    weights: Weights = field(default_factory=Weights)

    def __post_init__(self) -> None:
        check_fields(self)
        for name, kind in (("qkd", Qkd), ("radio", Radio), ("tasks", Tasks), ("chain", Chain), ("weights", Weights)):
            if not isinstance(getattr(self, name), kind):
                raise TypeError(f"{name} must be of {kind.__name__}, got {getattr(self, name)!r}")

    @property
    def n_receiver(self) -> int:
        """V + E, the receivers of a source: vehicles first, then edge devices."""
        return self.n_vehicle + self.n_edge


SMALL = Setting()
"""The system of the claims: three vehicles, one source, two edge devices."""
MID = Setting(n_vehicle=10, n_node=2, n_edge=4)
"""A larger system, for readings alone."""
