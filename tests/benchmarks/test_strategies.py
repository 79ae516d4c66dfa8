"""Strategies differ in whether a new model takes the place of the one in service."""

from __future__ import annotations

import pytest
from trainings import against, losing_from, trained_before, trained_model

from benchmarks.strategies import STRATEGIES, Strategy, pass_month

NEVER, UNGATED, GATED, ON_ALARM = STRATEGIES


@pytest.mark.parametrize(
    ("strategy", "promoted"), [(NEVER, False), (UNGATED, True), (GATED, False), (ON_ALARM, False)]
)
def test_what_the_gate_refuses_is_served_only_without_one(strategy: Strategy, promoted: bool) -> None:
    before, worse = trained_before(), against(trained_model(), model=0.99, base_rate=0.3)
    month = pass_month(strategy, before, lambda: worse, worse.history)
    assert month.promoted is promoted
    assert month.serves is (worse if promoted else before)


def test_only_an_alarm_asks_for_a_model_where_the_strategy_waits_for_one() -> None:
    before, better = trained_before(), trained_model()
    since = before.bundle.manifest.data.as_of
    assert since is not None
    quiet, changed = better.history, losing_from(better.history, since, 0.8)
    assert "calibration" not in pass_month(ON_ALARM, before, lambda: better, quiet).alarms
    alarmed = pass_month(ON_ALARM, before, lambda: better, changed)
    assert "calibration" in alarmed.alarms
    assert alarmed.promoted == pass_month(GATED, before, lambda: better, changed).promoted
