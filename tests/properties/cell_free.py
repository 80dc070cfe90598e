"""Small cell-free networks, assignments and numbers for hypothesis."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, settings
from hypothesis import strategies as st

from qbench.papers.cloud_qnn.search import strengths
from qbench.papers.cloud_qnn.system import Channels

exact = settings(deadline=None, max_examples=50)

CLOSE = {"rtol": 1e-9, "atol": 1e-12}


def between(lo, hi):
    return st.floats(lo, hi, allow_nan=False, allow_subnormal=False)


PART = st.just(0.0) | between(0.01, 5.0) | between(-5.0, -0.01)
SNR = between(1e-3, 1e4)
FACTOR = between(0.0, 1.0)


@st.composite
def vectors(draw, antennas=2, count=1):
    parts = draw(st.lists(PART, min_size=2 * antennas * count, max_size=2 * antennas * count))
    return np.array(parts).reshape(count, antennas, 2) @ np.array([1, 1j])


@st.composite
def networks(draw, exact_csi=None, sizes=None):
    """Channels of one network, every link of strength at least 1e-4."""
    m, k = sizes or (draw(st.integers(2, 5)), draw(st.integers(1, 3)))
    h = draw(vectors(count=m * k)).reshape(m, k, 2)
    known = (
        h if (draw(st.booleans()) if exact_csi is None else exact_csi) else draw(vectors(count=m * k)).reshape(m, k, 2)
    )
    assume((strengths(h) > 1e-4).all() and (strengths(known) > 1e-4).all())
    return Channels(h, known)


@st.composite
def assigned(draw, silent=False, **options):
    channels = draw(networks(**options))
    users = st.integers(-1 if silent else 0, channels.n_user - 1)
    return channels, np.array(draw(st.lists(users, min_size=channels.n_ap, max_size=channels.n_ap)))
