"""Small cell-free networks, links and pilots for hypothesis."""

from __future__ import annotations

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from qbench.papers.hqcnn.rates import Link

exact = settings(deadline=None, max_examples=50)

CLOSE = {"rtol": 1e-9, "atol": 0.0}
PHYSICAL = st.sampled_from(["equal", "per_user"])
MODES = st.sampled_from(["equal", "per_user", "printed_c"])


def powers_of_ten(lo, hi):
    return st.floats(lo, hi, allow_nan=False, allow_subnormal=False).map(lambda x: 10.0**x)


@st.composite
def links(draw, mode=PHYSICAL, n_pilot=None):
    """Links with tau and L 1 to 4 and SNRs 0.1 to 1000."""
    return Link(
        n_pilot=draw(st.integers(1, 4)) if n_pilot is None else n_pilot,
        n_antenna=draw(st.integers(1, 4)),
        pilot_snr=draw(powers_of_ten(-1, 3)),
        downlink_snr=draw(powers_of_ten(-1, 3)),
        bandwidth_hz=1.0,
        mode=draw(mode),
    )


@st.composite
def gains(draw, sizes=None, least_users=1):
    """Gains (M, K), 1e-3 to 1e3, M and K up to 6."""
    m, k = sizes or (draw(st.integers(1, 6)), draw(st.integers(least_users, 6)))
    return np.array(draw(st.lists(powers_of_ten(-3, 3), min_size=m * k, max_size=m * k))).reshape(m, k)


@st.composite
def assigned(draw, mode=PHYSICAL, **options):
    """Gains, pilots (K,) and a link."""
    beta, link = draw(gains(**options)), draw(links(mode))
    pilots = draw(st.lists(st.integers(0, link.n_pilot - 1), min_size=beta.shape[1], max_size=beta.shape[1]))
    return beta, np.array(pilots), link
