"""Where the blocks of the convolutional circuit stand, which angles they take and which wires are read.

The paper takes the circuit of its reference [11] (Hur, Kim, Park): ring layers of two-qubit blocks, each on half of the
wires of the one before. It leaves open what is read, whether wires are pooled by gates and what "the same PQC" shares;
every answer is a word here, and the first word of each tuple is the main reading.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from qbench._check import one_of, positive_int

READOUTS = ("all", "n_out1", "wire0", "n_out2", "n_out4")
SHARINGS = ("all", "layer", "block")
TOPOLOGIES = ("ring", "chain")
SU4_ANGLES, POOL_ANGLES = 15, 2


def ring_pairs(wires: tuple[int, ...], topology: str = "ring") -> tuple[tuple[int, int], ...]:
    """Return the pairs of one layer in order: the closing pair (v_0, v_m-1), then (v_0, v_1).., then (v_1, v_2)..

    "chain" leaves the closing pair out, and so do two wires, where it would be the one block again. Raises ValueError
    for fewer than 2 wires and another topology.
    """
    one_of("topology", topology, TOPOLOGIES)
    if len(wires) < 2:
        raise ValueError(f"a layer needs at least 2 wires, got {len(wires)}; take fewer layers or more qubits")
    rows = [(wires[i], wires[i + 1]) for first in (0, 1) for i in range(first, len(wires) - 1, 2)]
    closing = [(wires[0], wires[-1])] if topology == "ring" and len(wires) > 2 else []
    return (*closing, *rows)


def pooling_pairs(wires: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """Return (control, target) of the pooling gates after a layer: odd places onto even ones; of two wires, 0 onto 1.

    As in the code of [11], whose last target, wire 4 of 8, is the one that is read.
    """
    if len(wires) == 2:
        return ((wires[0], wires[1]),)
    return tuple((wires[i + 1], wires[i]) for i in range(0, len(wires) - 1, 2))


def read_out(n_qubits: int, readout: str = "all") -> tuple[int, tuple[int, ...]]:
    """Return the number of layers and the wires that are read, ascending.

    "all": floor(log2 n) layers, every wire (a measured wire's outcome is kept as a feature); "n_out2", "n_out4": as
    many layers as leave 2 or 4 wires, which are read; "n_out1": all layers down to a pair, whose second wire is read
    as in [11]; "wire0": its first. Raises ValueError for fewer than 2 qubits, and where halving does not lead there.
    """
    n = positive_int("n_qubits", n_qubits, least=2)
    one_of("readout", readout, READOUTS)
    depth = n.bit_length() - 1
    if readout == "all":
        return depth, tuple(range(n))
    lists = wire_lists(n, depth)
    if readout in {"n_out1", "wire0"}:
        if len(lists[-1]) != 2:
            raise ValueError(f"halving {n} qubits does not lead to a pair, so {readout!r} has no wire; take 2, 4 or 8")
        return depth, (lists[-1][readout == "n_out1"],)
    wanted = int(readout[-1])
    for layers in range(1, depth + 1):
        kept = lists[layers - 1][::2]
        if len(kept) == wanted:
            return layers, kept
    raise ValueError(f"halving {n} qubits does not leave {wanted} wires, so {readout!r} cannot be read; take 8 qubits")


def wire_lists(n_qubits: int, layers: int) -> tuple[tuple[int, ...], ...]:
    """Return the wires of each layer: all, then always the even places of the list before.

    Raises ValueError for layers that would have fewer than 2 wires: `n_qubits` cannot be pooled so often.
    """
    n = positive_int("n_qubits", n_qubits, least=2)
    found = [tuple(range(n))]
    for _ in range(positive_int("layers", layers) - 1):
        found.append(found[-1][::2])
        if len(found[-1]) < 2:
            raise ValueError(f"{n} qubits can be pooled for at most {len(found) - 1} layers, got layers={layers}")
    return tuple(found)


@dataclass(frozen=True)
class Block:
    """One block.

    Attributes:
        kind: "su4", 15 angles, or "pool", 2 angles.
        wires: first and second wire; of a pooling gate, control and target.
        layer: from 0.
        angles: place of its first angle in the vector.
        vector: which of the distinct vectors of its kind it takes, from 0.
    """

    kind: str
    wires: tuple[int, int]
    layer: int
    angles: int
    vector: int


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A reading of the circuit; the defaults are the main one.

    Attributes:
        n_qubits: n wires; the paper has 4, 6 and 8.
        readout: see `read_out`.
        sharing: who shares one vector of 15 angles: "all" blocks, the blocks of a "layer" (which is what [11] does),
            or no two ("block", which is how the paper describes [11]).
        topology: see `ring_pairs`.
        pooling: [11]'s pooling gates after each layer, 2 angles of their own a layer.
        entangled: False drops every CX of the blocks, the control that tells what entanglement adds.

    Raises ValueError for words and sizes that `read_out` refuses, and for pooling without entanglement.
    """

    n_qubits: int = 8
    readout: str = "all"
    sharing: str = "all"
    topology: str = "ring"
    pooling: bool = False
    entangled: bool = True
    blocks: tuple[Block, ...] = field(init=False, repr=False)
    wires: tuple[tuple[int, ...], ...] = field(init=False, repr=False)
    read: tuple[int, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        layers, read = read_out(self.n_qubits, self.readout)
        one_of("sharing", self.sharing, SHARINGS)
        if self.pooling and not self.entangled:
            raise ValueError("pooling gates entangle: entangled=False goes with pooling=False alone")
        wires = wire_lists(self.n_qubits, layers)
        pairs = [ring_pairs(some, self.topology) for some in wires]
        counts = {"all": 1, "layer": layers, "block": sum(map(len, pairs))}
        pools = SU4_ANGLES * counts[self.sharing]
        blocks: list[Block] = []
        seen = 0
        for layer, of_layer in enumerate(pairs):
            for pair in of_layer:
                vector = {"all": 0, "layer": layer, "block": seen}[self.sharing]
                blocks.append(Block("su4", pair, layer, SU4_ANGLES * vector, vector))
                seen += 1
            if self.pooling:
                at = pools + POOL_ANGLES * layer
                blocks += [Block("pool", pair, layer, at, layer) for pair in pooling_pairs(wires[layer])]
        for name, value in (("blocks", tuple(blocks)), ("wires", wires), ("read", read)):
            object.__setattr__(self, name, value)

    @property
    def n_vectors(self) -> int:
        """Distinct vectors of 15 angles."""
        return 1 + max(b.vector for b in self.blocks if b.kind == "su4")

    @property
    def n_angles(self) -> int:
        """Trained angles: 15 a vector, and 2 a layer where wires are pooled by gates."""
        return SU4_ANGLES * self.n_vectors + (POOL_ANGLES * len(self.wires) if self.pooling else 0)
