from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from small import GRADES
from snapshots import SET, deals, snapshot

from winprob.features.calendar import Calendar
from winprob.models.forecast.pipeline import pipeline


def test_the_day_of_the_sellers_date_still_counts() -> None:
    days = {"2026-03-30": 0.0, "2026-03-31": 1.0, "2026-04-02": 3.0}
    rows = [{**SET, "opportunity_id": day, "expected_close": day} for day in days]
    seen = snapshot(opportunities=deals([*days, "undated"]), close_dates=rows)
    assert seen.days_to_date[:3].tolist() == list(days.values())
    assert np.isnan(seen.days_to_date[3])
    wins = seen.wins_by_date
    assert wins[0] == 0.0 < wins[1] < wins[2]
    assert np.isnan(wins[3])
    assert seen.seller_date(2) == date(2026, 4, 2)


def test_days_are_the_company_s() -> None:
    shanghai = GRADES.model_copy(update={"calendar": Calendar(time_zone="Asia/Shanghai")})
    rows = [{**SET, "expected_close": "2026-03-31T16:00:00Z"}]  # the first of April there
    before, on_the_day, over = (
        snapshot(at, shanghai, opportunities=deals("A"), close_dates=rows)
        for at in ("2026-03-31T15:00:00Z", "2026-04-01T15:00:00Z", "2026-04-01T16:00:00Z")
    )
    assert before.seller_date(0) == date(2026, 4, 1)
    assert [seen.today.day for seen in (before, on_the_day, over)] == [31, 1, 2]
    assert [seen.days_to_date[0] for seen in (before, on_the_day, over)] == [25 / 24, 1 / 24, 0.0]
    assert on_the_day.day(1 / 24) == date(2026, 4, 2)


def test_money_is_expected_where_an_amount_is_recorded() -> None:
    amounts = [{**SET, "opportunity_id": "B", "amount": 1_000.0}]
    seen = snapshot(opportunities=deals("AB"), amounts=amounts)
    assert np.isnan(seen.expected_money[0])
    assert seen.expected_money[1] == 1_000.0 * seen.pipeline.change.ratio * seen.probability[1]


def test_earlier_looks_are_pipelines_of_then() -> None:
    rows = [
        *deals("A"),
        {"opportunity_id": "B", "created_at": "2026-03-10"},
        {"opportunity_id": "C", "created_at": "2026-03-30"},
    ]
    seen = snapshot(opportunities=rows)
    for earlier, days, names in ((seen.week_ago, 7, ["A", "B"]), (seen.month_ago, 28, ["A"])):
        at = seen.pipeline.at - pd.Timedelta(days=days)
        pd.testing.assert_frame_equal(
            earlier.pipeline.deals, pipeline(seen.pipeline.bundle, seen.pipeline.history, at).deals
        )
        assert earlier.pipeline.deals["opportunity_id"].tolist() == names
    assert seen.rows_in(seen.week_ago).tolist() == [0, 1, -1]


def test_before_anything_was_open_there_is_nothing() -> None:
    seen = snapshot(opportunities=[{"created_at": "2026-03-30"}]).month_ago
    for values in (seen.feature("age"), seen.wins_by_date, seen.days_to_win, seen.expected_money):
        assert len(values) == len(seen) == 0
