"""One small simulated company, shared by the tests of this folder."""

from __future__ import annotations

import pytest

from winprob.training.simulation import Simulated, simulate


@pytest.fixture(scope="session")
def simulated() -> Simulated:
    return simulate(opportunities=1500, years=2, seed=3)
