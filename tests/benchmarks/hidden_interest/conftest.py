"""One small company of hidden interest, shared by the tests of this folder."""

from __future__ import annotations

import pytest

from benchmarks.hidden_interest import Simulated, simulate


@pytest.fixture(scope="session")
def simulated() -> Simulated:
    return simulate(opportunities=1500, years=2, seed=3)
