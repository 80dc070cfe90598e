"""The encoder and the search on each engine, the way its documentation would have it run fast."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np

from qbench.papers.tn_qdrl.grover_circuits import n_qubits, search_circuit
from qbench.papers.tn_qdrl.mps import site_vectors
from tests.benchmarks.tn_qdrl_workload import Encoding, Selection


def tensorly_sweep(work: Encoding) -> Callable[[], np.ndarray]:
    """Return the contraction by Tensorly's dot, site by site and the batch at once; it has none of its own for this.

    Both halves towards the label core, a product of matrices a site, no normalisation: 64 sites need none.
    """
    import tensorly as tl

    mps, chi = work.mps, work.mps.bond
    towards = [tl.tensor(c.reshape(chi, 2 * chi)) for c in mps.cores[: mps.at]]
    back = [tl.tensor(c.transpose(2, 1, 0).reshape(chi, 2 * chi)) for c in mps.cores[mps.at :][::-1]]
    label = tl.tensor(mps.label.transpose(0, 2, 1).reshape(chi * chi, -1))

    def half(start: np.ndarray, cores: list[np.ndarray], sites: list[np.ndarray]) -> np.ndarray:
        state = tl.tensor(np.tile(start, (len(work.values), 1)))
        for core, o in zip(cores, sites, strict=True):
            both = tl.dot(state, core)
            state = o[:, :1] * both[:, :chi] + o[:, 1:] * both[:, chi:]
        return state

    def run() -> np.ndarray:
        o = np.ascontiguousarray(site_vectors(work.values).transpose(1, 0, 2))
        left = half(mps.left, towards, list(o[: mps.at]))
        right = half(mps.right, back, list(o[mps.at :][::-1]))
        pairs = tl.reshape(left[:, :, None] * right[:, None, :], (len(left), chi * chi))
        return tl.dot(pairs, label) / work.scale

    return run


def quimb_network(work: Encoding) -> Callable[[], np.ndarray]:
    """Return the contraction by quimb, the batch as an index of all features, its path found beforehand."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its optional parts
        import quimb.tensor as qtn
    mps = work.mps
    chain = [*mps.cores[: mps.at], mps.label, *mps.cores[mps.at :]]
    names = [f"s{k}" for k in range(mps.n_feature)]
    legs = [*names[: mps.at], "y", *names[mps.at :]]
    fixed = [qtn.Tensor(mps.left, inds=["b0"]), qtn.Tensor(mps.right, inds=[f"b{len(chain)}"])]
    fixed += [qtn.Tensor(c, inds=[f"b{k}", n, f"b{k + 1}"]) for k, (c, n) in enumerate(zip(chain, legs, strict=True))]
    sites = site_vectors(work.values)
    features = [qtn.Tensor(sites[:, k], inds=["z", n]) for k, n in enumerate(names)]
    network = qtn.TensorNetwork([*fixed, *features])
    expression = network.contract(output_inds=["z", "y"], optimize="greedy", get="expression")
    cores = [t.data for t in fixed]

    def run() -> np.ndarray:
        o = site_vectors(work.values)
        return np.asarray(expression(*cores, *(o[:, k] for k in range(mps.n_feature)))) / work.scale

    return run


def aer_law(work: Selection) -> Callable[[], np.ndarray]:
    """Return the law by Aer's state vector, in gates that it runs itself, the multi-controlled X among them."""
    from qiskit import transpile
    from qiskit_aer import AerSimulator

    simulator = AerSimulator(method="statevector", max_parallel_threads=1)
    circuit = search_circuit(work.n_action, work.marked)
    circuit.save_probabilities()
    ready = transpile(circuit, simulator, optimization_level=0)

    def run() -> np.ndarray:
        return np.asarray(simulator.run(ready, shots=1).result().data(0)["probabilities"])[: work.n_action]

    return run


def pennylane_law(work: Selection) -> Callable[[], np.ndarray]:
    """Return the law by PennyLane's FlipSign and GroverOperator on default.qubit; N = 2^n only, wire 0 the high bit."""
    import pennylane as qml

    wires = list(range(n_qubits(work.n_action)))

    @qml.qnode(qml.device("default.qubit", wires=wires), diff_method=None)
    def circuit() -> object:
        for w in wires:
            qml.Hadamard(w)
        for _ in range(work.iterations):
            qml.FlipSign(work.marked, wires=wires)
            qml.GroverOperator(wires=wires)
        return qml.probs(wires=wires)

    return lambda: np.asarray(circuit())
