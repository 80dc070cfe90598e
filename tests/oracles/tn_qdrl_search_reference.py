"""The encoder, Grover's search and its register in plain Python and dense numpy, one number at a time.

Independent of qbench on purpose: loops, `math` and explicit matrices only.
"""

from __future__ import annotations

import math

import numpy as np


def site_vector(v, feature):
    return (1 - v, v) if feature == "linear" else (math.cos(math.pi * v / 2), math.sin(math.pi * v / 2))


def encode(left, cores, label, right, at, values, feature="trig"):
    """y (d,) of one sample by loops over bonds, nothing normalised."""
    chi, d = label.shape[:2]
    row = list(left)
    for k in range(at):
        o = site_vector(values[k], feature)
        row = [sum(o[u] * row[i] * cores[k][i][u][q] for i in range(chi) for u in (0, 1)) for q in range(chi)]
    table = [[sum(row[i] * label[i][c][q] for i in range(chi)) for q in range(chi)] for c in range(d)]
    for k in range(at, len(cores)):
        o = site_vector(values[k], feature)
        table = [
            [sum(o[u] * line[i] * cores[k][i][u][q] for i in range(chi) for u in (0, 1)) for q in range(chi)]
            for line in table
        ]
    return np.array([sum(line[i] * right[i] for i in range(chi)) for line in table])


def search(n_action, marked, iterations):
    """Amplitudes after Grover's iterations by dense matrices, oracle first."""
    start = np.full(n_action, n_action**-0.5)
    oracle = np.diag([-1.0 if i == marked else 1.0 for i in range(n_action)])
    diffusion = 2 * np.outer(start, start) - np.eye(n_action)
    return np.linalg.matrix_power(diffusion @ oracle, iterations) @ start


def amplify(amplitude, action, count):
    """Amplitudes after `count` iterations about the state itself, towards `action`, by dense matrices."""
    c = np.array(amplitude, dtype=float)
    oracle = np.eye(len(c))
    oracle[action, action] = -1.0
    return np.linalg.matrix_power((2 * np.outer(c, c) - np.eye(len(c))) @ oracle, count) @ c
