from __future__ import annotations

import numpy as np
import pandas as pd
from leaking import company
from small import GRADES

from winprob.features.history import History
from winprob.training.leaks import dating
from winprob.training.leaks.first_snapshots import first_snapshots


def overwritten(share: float) -> History:
    """A history that kept the last expected date of each opportunity, as if it had been the first."""
    simulated = company(300, 1)
    opportunities = simulated.tables["opportunities"]
    closed = opportunities["closed_at"].notna() & (
        np.random.default_rng(0).random(len(opportunities)) < share
    )
    own = opportunities[closed]
    wrong = pd.DataFrame(
        {
            "opportunity_id": own["opportunity_id"],
            "at": own["created_at"],
            "expected_close": own["closed_at"].dt.floor("D"),
        }
    )
    dates = simulated.tables["close_dates"]
    others = dates[~dates["opportunity_id"].isin(own["opportunity_id"])]
    tables = simulated.tables | {"close_dates": pd.concat([others, wrong], ignore_index=True)}
    return History.of(GRADES, tables)


def test_an_expected_date_written_over_by_the_day_of_closing_is_found() -> None:
    ((feature, evidence),) = dating.find(first_snapshots(overwritten(0.8)))
    assert feature == "days_to_expected_win"
    assert "is the day of closing" in evidence


def test_plans_that_come_true_now_and_then_are_honest() -> None:
    for share in (0.0, 0.3):
        assert list(dating.find(first_snapshots(overwritten(share)))) == []


def test_without_plans_there_is_nothing_to_compare() -> None:
    tables = {name: table for name, table in company(300, 1).tables.items() if name != "close_dates"}
    snapshots = first_snapshots(History.of(GRADES, tables))
    assert "with an expected win date, found 0" in dating.obstacle(snapshots)
    assert dating.obstacle(first_snapshots(overwritten(0.5))) == ""
