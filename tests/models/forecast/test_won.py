from __future__ import annotations

from datetime import date

import pandas as pd
from bundles import simulated_history
from small import history

from winprob.features.instant import microseconds
from winprob.models.forecast.amounts import amounts_at
from winprob.models.forecast.period import Period
from winprob.models.forecast.won import Won

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
DEALS = [
    {"opportunity_id": "first", "outcome": "won", "closed_at": "2026-03-01"},
    {"opportunity_id": "last", "outcome": "won", "closed_at": "2026-03-31T23:59:59.999999"},
    {"opportunity_id": "before", "outcome": "won", "closed_at": "2026-02-28T23:59:59.999999"},
    {"opportunity_id": "after", "outcome": "won", "closed_at": "2026-04-01"},
    {"opportunity_id": "unknown", "outcome": "won", "closed_at": "2026-03-02"},
    {"opportunity_id": "lost", "outcome": "lost", "closed_at": "2026-03-02"},
    {"opportunity_id": "open"},
]
AMOUNTS = [
    {"opportunity_id": row["opportunity_id"], "at": at, "amount": amount}
    for row in DEALS
    if row["opportunity_id"] != "unknown"
    for at, amount in (("2026-01-01", 9.0), ("2026-02-28", 5.0))
]


def test_a_period_has_what_closed_from_its_first_day_to_the_end_of_its_last() -> None:
    won = Won.of(history(opportunities=DEALS, amounts=AMOUNTS))
    assert won.opportunity.tolist() == [0, 1, 2, 3, 4]
    assert won.amount.tolist() == [5.0, 5.0, 5.0, 5.0, 0.0]
    assert won.within(MARCH).tolist() == [5.0, 5.0, 0.0, 0.0, 0.0]


def test_in_a_companys_history_it_is_each_wins_amount_at_closing() -> None:
    known = simulated_history()
    won, deals = Won.of(known), known.opportunities
    mine = deals[deals["outcome"] == "won"]
    assert won.opportunity.tolist() == mine.index.tolist()
    assert (won.amount > 0).all()
    assert (
        won.amount.tolist()
        == amounts_at(known, mine.index.to_numpy(), microseconds(mine["closed_at"])).tolist()
    )
    days = pd.to_datetime(won.closed, unit="us").date
    for period in (MARCH, Period(date(2024, 1, 1), date(2024, 3, 31))):
        inside = (days >= period.start) & (days <= period.end)
        assert won.within(period).sum() == won.amount[inside].sum()
