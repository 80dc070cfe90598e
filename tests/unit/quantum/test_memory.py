"""Memory is asked for before it is taken."""

import builtins
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from qiskit import QuantumCircuit
from qiskit.circuit import Parameter
from qiskit.quantum_info import SparsePauliOp

from qbench.quantum import compile, memory

CPU = torch.device("cpu")


def test_the_message_names_both_sizes_and_the_way_out(monkeypatch):
    monkeypatch.setattr(memory, "available_memory", lambda device: 3 * 2**30)
    memory.require_memory(3 * 2**30, "a thing", CPU)
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole text is compared below
        memory.require_memory(4 * 2**30 + 2**29, "things", CPU)
    assert str(caught.value) == (
        "things take about 4.5 GiB, 3.0 GiB are free on cpu: use fewer qubits, a smaller batch, or dtype='float32'"
    )


def test_little_is_not_asked_for(monkeypatch):
    monkeypatch.setattr(memory, "available_memory", lambda device: 0)
    memory.require_memory(64 * 2**20 - 1, "little", CPU)
    with pytest.raises(ValueError, match="take about"):
        memory.require_memory(64 * 2**20, "more", CPU)


def test_available_memory_with_and_without_proc(monkeypatch):
    total = memory.available_memory(CPU)
    assert 2**20 < total < 2**50

    def refuse(*args, **kwargs):
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr(builtins, "open", refuse)
        assert memory.available_memory(CPU) >= total // 2


@pytest.mark.parametrize("gate", ["h", "s"])
@pytest.mark.parametrize("n", [40, 62])
def test_forty_qubits_fail_at_once(n, gate):
    circuit = QuantumCircuit(n)
    getattr(circuit, gate)(range(n))
    circuit.ry(Parameter("t"), 0)
    program = compile(circuit)
    size = 8 if gate == "h" else 16
    start = time.perf_counter()
    gib = f"{3 * size * 2**n / 2**30:.1f}"
    for run in (program.state, program.probabilities, lambda x: program.sample(x, 3, np.random.default_rng(0))):
        with pytest.raises(ValueError, match=rf"1 x 2\^{n} amplitudes take about {gib} GiB, .* GiB are free on cpu"):
            run([0.1])
    for run in (program.expectation, program.vjp):
        with pytest.raises(ValueError, match=rf"1 x 2\^{n} amplitudes take about"):
            run([0.1], SparsePauliOp(["Z" * n]))
        with pytest.raises(ValueError, match=f"of {n} qubits is real with last axis"):
            run([0.1], [1.0, 2.0])
    assert time.perf_counter() - start < 5.0


def test_batches_gradients_and_matrices_count(monkeypatch):
    """A batch multiplies, a gradient doubles, and the matrices of a deep circuit outweigh its states."""
    circuit = QuantumCircuit(1)
    for k in range(50):
        circuit.rx(Parameter(f"a{k}"), 0)
    program = compile(circuit)
    asked = []
    monkeypatch.setattr("qbench.quantum.program.require_memory", lambda needed, what, device: asked.append(needed))
    for batch in (1, 7):
        program.state(np.zeros((batch, 50)))
    program.vjp(np.zeros(50), [1.0, 2.0])
    once, seven, gradient = asked
    assert seven == 7 * once
    assert once > 50 * 4 * 16
    assert gradient == once + 3 * 2 * 16


def test_float32_takes_half(monkeypatch):
    circuit = QuantumCircuit(3)
    circuit.rx(0.1, 0)
    asked = []
    monkeypatch.setattr("qbench.quantum.program.require_memory", lambda needed, what, device: asked.append(needed))
    for dtype in ("float64", "float32"):
        compile(circuit, dtype=dtype).state([])
    assert asked[0] == 2 * asked[1]


TWENTY_FOUR = """
import sys
import numpy as np
from qbench.papers.cvar_vqe.circuits import ry_cz_ansatz
from qbench.quantum import compile
from qbench.quantum.objective import CvarObjective

n = int(sys.argv[1])
rng = np.random.default_rng(0)
objective = CvarObjective(compile(ry_cz_ansatz(n, 2)), rng.normal(size=2**n), 0.25)
angles = rng.normal(size=3 * n)
value, gradient = objective.value_and_gradient(angles)
objective.sampled(angles, 1024, [rng])
assert np.isfinite(gradient).all() and value == objective.value(angles)
# Not getrusage: its peak is handed down from the process that started this one.
print(next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) * 1024)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc")
def test_cvar_of_24_qubits_with_all_gradients_and_shots_stays_under_a_gibibyte():
    def peak(n):
        run = [sys.executable, "-c", TWENTY_FOUR, str(n)]
        return int(subprocess.run(run, check=True, capture_output=True, text=True).stdout)

    small = peak(4)  # compiles the kernels, where that is still to do: a compiler is not what is measured
    assert small < peak(24) < 2**30
