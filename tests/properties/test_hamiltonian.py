"""Eq. (10) and its relatives against loops written from the definitions: no table, no bit trick is shared."""

from itertools import combinations, product
from math import comb

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from qbench.papers.cvar_vqe.encodings import encoding
from qbench.papers.cvar_vqe.hamiltonian import (
    constraint_violations,
    hamiltonian,
    overload_degree,
    printed_hamiltonian,
    rate_coefficients,
    rates,
)
from qbench.papers.cvar_vqe.qubo import matching_qubo
from qbench.quantum.ising import moebius_transform, qubo_energies

SOME = settings(max_examples=40, deadline=None)
ENCODINGS = ["onehot", "log"]


@st.composite
def problems(draw, agents=(1, 3), stations=(2, 3), batch=()):
    """Integer weights 0..9 (*batch, I, J) and capacities 1..3."""
    i, j = draw(st.integers(*agents)), draw(st.integers(*stations))
    w = draw(arrays(np.int64, (*batch, i, j), elements=st.integers(0, 9)))
    return w, draw(st.lists(st.integers(1, 3), min_size=j, max_size=j))


def matrix(name, index, agents, stations):
    """u of a basis index, from the two layouts in words."""
    u = [[0] * stations for _ in range(agents)]
    if name == "onehot":
        for i, j in product(range(agents), range(stations)):
            u[i][j] = (index >> (i * stations + j)) & 1
        return u
    m = 1 if stations == 2 else 2
    for i in range(agents):
        code = sum(((index >> (i * m + b)) & 1) << b for b in range(m))
        if code < stations:
            u[i][code] = 1
    return u


def total_rate(u, w, capacities):
    value = 0.0
    for j, capacity in enumerate(capacities):
        n = sum(row[j] for row in u)
        for i, row in enumerate(u):
            if row[j]:
                value += w[i][j] / min(capacity, n)
    return value


def c1(u):
    return sum((sum(row) - 1) ** 2 for row in u)


def c2(u, capacities):
    return sum(max(sum(row[j] for row in u) - q, 0) ** 2 for j, q in enumerate(capacities))


def best_value(w, capacities):
    agents, stations = len(w), len(capacities)
    values = []
    for choices in product(range(stations), repeat=agents):
        u = [[int(c == j) for j in range(stations)] for c in choices]
        if c2(u, capacities) == 0:
            values.append(total_rate(u, w, capacities))
    return max(values)


@SOME
@given(problems(), st.integers(0, 20), st.integers(0, 20))
@pytest.mark.parametrize("name", ENCODINGS)
def test_energy_of_every_string(name, problem, l1, l2):
    w, capacities = problem
    code = encoding(name, *w.shape)
    energies = hamiltonian(w, capacities, code, row_penalty=l1, overload_penalty=l2)
    rate = rates(w, capacities, code)
    for index in range(2**code.n_qubits):
        u = matrix(name, index, *w.shape)
        value = total_rate(u, w, capacities)
        assert rate[index] == pytest.approx(value, abs=1e-12)
        assert energies[index] == pytest.approx(-value + l1 * c1(u) + l2 * c2(u, capacities), abs=1e-11)


@SOME
@given(problems(agents=(1, 2)), st.integers(0, 20), st.integers(0, 20))
@pytest.mark.parametrize("name", ENCODINGS)
def test_printed_energy_of_every_string(name, problem, l1, l2):
    w, capacities = problem
    code = encoding(name, *w.shape)
    energies = printed_hamiltonian(w, capacities, code, row_penalty=l1, overload_penalty=l2)
    for index in range(2**code.n_qubits):
        u = matrix(name, index, *w.shape)
        literal = sum(max(sum(row) - capacities[i], 0) ** 2 for i, row in enumerate(u))
        value = -total_rate(u, w, capacities) + l1 * c1(u) + l2 * literal
        assert energies[index] == pytest.approx(value, abs=1e-11)


@SOME
@given(problems(agents=(2, 2), batch=(3,)))
@pytest.mark.parametrize("build", [hamiltonian, printed_hamiltonian])
@pytest.mark.parametrize("name", ENCODINGS)
def test_batch_equals_one_by_one_with_default_penalties(name, build, problem):
    w, capacities = problem
    code = encoding(name, *w.shape[1:])
    batch = build(w, capacities, code)
    per_instance = build(w, [capacities] * 3, code)
    for b in range(3):
        penalty = 2 * w[b].max()
        single = build(w[b], capacities, code, row_penalty=penalty, overload_penalty=penalty)
        assert np.array_equal(batch[b], single)
        assert np.array_equal(per_instance[b], single)
    penalties = np.array([0.0, 1.0, 2.0])
    swept = build(w[0], capacities, code, row_penalty=penalties, overload_penalty=1.0)
    assert np.array_equal(swept[2], build(w[0], capacities, code, row_penalty=2.0, overload_penalty=1.0))


@SOME
@given(problems())
@pytest.mark.parametrize("name", ENCODINGS)
def test_penalties_vanish_exactly_on_feasible_strings(name, problem):
    w, capacities = problem
    code = encoding(name, *w.shape)
    rows, overload = constraint_violations(capacities, code)
    choices, valid = code.decode(np.arange(2**code.n_qubits))
    for index in range(2**code.n_qubits):
        within = valid[index] and all(list(choices[index]).count(j) <= q for j, q in enumerate(capacities))
        assert (rows[index] == 0) == valid[index]
        assert (rows[index] == 0 and overload[index] == 0) == within
    feasible = (rows == 0) & (overload == 0)
    assert np.array_equal(hamiltonian(w, capacities, code)[feasible], -rates(w, capacities, code)[feasible])


@SOME
@given(problems())
@pytest.mark.parametrize("name", ENCODINGS)
def test_every_minimiser_with_default_penalties_is_an_optimum(name, problem):
    w, capacities = problem
    assume(w.max() > 0 and sum(capacities) >= len(w))
    code = encoding(name, *w.shape)
    energies = hamiltonian(w, capacities, code)
    rows, overload = constraint_violations(capacities, code)
    least = energies <= energies.min() + 1e-9
    assert not np.any(rows[least] + overload[least])
    assert energies.min() == pytest.approx(-best_value(w.tolist(), capacities), abs=1e-9)


@SOME
@given(problems())
def test_matching_qubo_by_its_definition_and_its_minimum(problem):
    w, capacities = problem
    Q, constant = matching_qubo(w, row_penalty=7, pair_penalty=5)
    energies = qubo_energies(Q) + constant
    for index in range(len(energies)):
        u = matrix("onehot", index, *w.shape)
        pairs = sum(u[i][j] * u[k][j] for j in range(w.shape[1]) for i, k in combinations(range(len(w)), 2))
        linear = sum(w[i, j] * u[i][j] for i, j in product(range(len(w)), range(w.shape[1])))
        assert energies[index] == -linear + 7 * c1(u) + 5 * pairs
    assume(len(w) <= w.shape[1] and w.max() > 0)
    Q, constant = matching_qubo(w)
    least = float((qubo_energies(Q) + constant).min())
    assert least == pytest.approx(-best_value(w.tolist(), capacities), abs=1e-9)


@SOME
@given(problems(batch=(3,)))
def test_matching_qubo_batch(problem):
    w, _ = problem
    Q, constant = matching_qubo(w)
    for b in range(3):
        single, c = matching_qubo(w[b])
        assert np.array_equal(Q[b], single)
        assert constant[b] == c


@SOME
@given(st.integers(1, 7).flatmap(lambda i: arrays(np.int64, i, elements=st.integers(0, 9))), st.integers(1, 8))
def test_rate_coefficients_are_the_moebius_transform(w, capacity):
    values = [0.0]
    for mask in range(1, 2 ** len(w)):
        inside = [v for i, v in enumerate(w.tolist()) if (mask >> i) & 1]
        values.append(sum(inside) / min(capacity, len(inside)))
    coefficients = rate_coefficients(w, capacity)
    assert coefficients == pytest.approx(moebius_transform(values), abs=1e-9)
    assert moebius_transform(coefficients, inverse=True) == pytest.approx(values, abs=1e-9)
    assert np.array_equal(rate_coefficients(np.stack([w, w]), capacity)[1], coefficients)


@pytest.mark.parametrize("agents", range(3, 9))
@pytest.mark.parametrize("capacity", range(1, 10))
def test_degree_of_the_overload_penalty(agents, capacity):
    overload = [float(max(mask.bit_count() - capacity, 0) ** 2) for mask in range(2**agents)]
    coefficients = moebius_transform(overload)
    degree = max((T.bit_count() for T in range(2**agents) if coefficients[T]), default=0)
    assert overload_degree(agents, capacity) == degree
    if capacity >= agents:
        assert degree == 0
        return
    assert degree == (agents - 1 if agents == 2 * capacity else agents)
    below = comb(agents - 3, capacity - 2) if capacity >= 2 else 0
    top = (-1) ** (agents - capacity - 1) * (below - comb(agents - 3, capacity - 1))
    assert coefficients[-1] == top
