from __future__ import annotations

import numpy as np
import pandas as pd

from winprob.training.simulation.calendar import START, Calendar, monday


def test_history_begins_on_a_monday() -> None:
    assert monday(0).day_name() == "Monday"
    assert monday(0) == pd.Timestamp(START, tz="UTC")
    assert monday(60) - monday(8) == pd.Timedelta(weeks=52)


def test_moments_are_working_minutes_in_order() -> None:
    drawn = Calendar(np.random.default_rng(0)).moments(week=3, n=5000, each=5)
    assert (np.diff(drawn, axis=1) > np.timedelta64(0)).all()
    times = pd.Series(drawn.ravel()).dt.tz_localize("UTC")
    assert times.min() > monday(3)
    assert times.max() < monday(4)
    assert set(times.dt.day_name()) == {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday"}
    assert times.dt.tz_convert("Asia/Shanghai").dt.hour.between(8, 18).all()


def test_each_row_can_have_its_own_week() -> None:
    weeks = np.arange(100)
    calendar = Calendar(np.random.default_rng(0))
    for drawn in (calendar.moments(weeks, n=100)[:, 0], calendar.days(weeks)):
        assert ((drawn - START) // np.timedelta64(7, "D")).tolist() == weeks.tolist()
