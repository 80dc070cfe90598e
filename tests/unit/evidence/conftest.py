"""Fixtures of the evidence tests."""

import pytest

from qbench.evidence.store import Store
from tests import synthetic


@pytest.fixture(autouse=True)
def calls():
    """Blocks that the synthetic studies computed in this test; what fails or stops is forgotten after it."""
    synthetic.CALLS.clear()
    yield synthetic.CALLS
    synthetic.FAILING.clear()
    synthetic.STOPPING.clear()
    synthetic.EXITING.clear()


@pytest.fixture
def store():
    with Store(None) as opened:
        yield opened
