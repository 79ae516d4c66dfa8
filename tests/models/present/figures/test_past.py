from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

import pandas as pd
from bundles import simulated_history
from hypothesis import given
from hypothesis import strategies as st
from small import history

from winprob.models.forecast.period import UNITS, Period, periods
from winprob.models.present.figures.past import periods_before, won_before

MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1))


@given(MOMENTS, st.sampled_from(UNITS), st.integers(0, 12))
def test_going_back_is_undone_by_going_ahead(at: datetime, unit: str, count: int) -> None:
    (first,) = periods(at, unit)
    before = periods_before(first, count)
    assert len(before) == count
    start = datetime.combine((before or [first])[0].start, datetime.min.time())
    assert (*before, first) == periods(start, unit, count + 1)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 400), st.integers(0, 9))
def test_other_periods_are_as_long_and_leave_nothing_out(start: date, days: int, count: int) -> None:
    first = Period(start, start + timedelta(days=days))
    chain = [*periods_before(first, count), first]
    assert len(chain) == count + 1
    for earlier, later in pairwise(chain):
        assert earlier.end + timedelta(days=1) == later.start


def test_sums_are_those_of_the_deals_one_by_one() -> None:
    known = simulated_history()
    spans = periods(pd.Timestamp("2023-04-10"), "quarter", 5)
    deals, amounts = known.opportunities, known.events["amounts"]
    table = won_before(known, spans)
    for row in table.itertuples():
        total = 0.0
        for number, deal in deals[deals["outcome"] == "won"].iterrows():
            inside = row.period_start <= deal["closed_at"].date() <= row.period_end
            if inside and deal["currency"] == row.currency:
                own = amounts[(amounts["opportunity"] == number) & (amounts["at"] <= deal["closed_at"])]
                total += own.sort_values("at", kind="stable")["amount"].iloc[-1]
        assert row.won == total
    assert len(table) == 5 * known.opportunities["currency"].nunique()
    assert table["won"].sum() > 0


def test_a_period_of_which_not_all_is_known_is_left_out() -> None:
    deals = [{"created_at": "2026-02-03", "closed_at": "2026-03-31T23:59", "outcome": "won"}]
    found = history(opportunities=deals, amounts=[{"at": "2026-02-03", "amount": 70.0}])
    february, march, april = periods(pd.Timestamp("2026-02-01"), "month", 3)
    table = won_before(found, (february, march, april))
    assert table.to_dict("records") == [
        {"period_start": march.start, "period_end": march.end, "currency": "", "won": 70.0},
        {"period_start": april.start, "period_end": april.end, "currency": "", "won": 0.0},
    ]
    assert won_before(found, (february,)).empty
    assert won_before(found.until("2026-01-01"), (march,)).empty
