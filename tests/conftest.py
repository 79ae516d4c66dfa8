"""The suite is seeded, offline and quiet on every machine, and leaves no test out where it counts."""

from __future__ import annotations

import os

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[threads] = "1"  # before numpy is imported: threads that wait for each other make tests slow

import pytest
from hypothesis import HealthCheck, Phase, settings

settings.register_profile(
    "suite",
    deadline=None,
    derandomize=True,
    max_examples=40,
    print_blob=False,
    phases=[Phase.explicit, Phase.generate],  # shrinking a history can take minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile(
    "fuzz",
    deadline=None,
    max_examples=400,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Fail in CI where a test was skipped: nobody would look at it again."""
    if os.environ.get("CI") and terminalreporter.stats.get("skipped"):
        pytest.exit("a test was skipped: in CI that is a failure", returncode=1)
