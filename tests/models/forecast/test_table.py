from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from bundles import trained_bundle
from small import history

from winprob.features.history import History
from winprob.features.instant import instant
from winprob.features.mistake import Mistake
from winprob.models.forecast.amounts import AmountChange
from winprob.models.forecast.period import periods
from winprob.models.forecast.pipeline import Pipeline
from winprob.models.forecast.table import COLUMNS, QUANTILES, table

AT = instant("2026-05-10T12:00")
JULY = date(2026, 7, 31)
OPEN = [  # chances of May and June, and of July
    {"opportunity_id": "A", "team": "north", "currency": "EUR", "amount": 100.0, "close": "2026-05-20"},
    {"opportunity_id": "B", "team": "north", "currency": "EUR", "amount": 50.0, "close": "2026-04-01"},
    {"opportunity_id": "C", "team": "south", "currency": "EUR", "amount": None, "close": "2026-06-30T23:59"},
    {"opportunity_id": "D", "team": None, "currency": "EUR", "amount": 10.0, "close": "2026-07-01"},
    {"opportunity_id": "E", "team": "north", "currency": "CNY", "amount": 900.0, "close": None},
]
CHANCES = np.array([[0.7, 0.1], [0.3, 0.0], [0.5, 0.2], [0.04, 0.2], [0.1, 0.5]])
WON = [
    {"opportunity_id": "F", "team": "south", "currency": "EUR", "outcome": "won", "closed_at": "2026-05-10"},
    {"opportunity_id": "G", "team": "south", "currency": "EUR", "outcome": "won", "closed_at": "2026-05-09"},
]


def known() -> History:
    rows = [{name: row[name] for name in ("opportunity_id", "team", "currency")} for row in OPEN]
    paid = [{"opportunity_id": each, "at": "2026-05-01", "amount": 7.0} for each in "FG"]
    return history(opportunities=rows + WON, amounts=paid)


def made() -> Pipeline:
    """A pipeline made by hand: its deals are all that the table looks at."""
    amount = pd.Series([row["amount"] for row in OPEN], dtype="float64")
    deals = pd.DataFrame(
        {
            "opportunity": np.arange(len(OPEN)),
            "opportunity_id": [row["opportunity_id"] for row in OPEN],
            "currency": [row["currency"] for row in OPEN],
            "amount": amount,
            "final_amount": 0.9 * amount.fillna(0.0),
            "stage": "intent",
            "probability": CHANCES.sum(axis=1),
            "rule": [0.75, 0.5, 0.5, 0.5, np.nan],
            "expected_close": pd.to_datetime([row["close"] for row in OPEN], utc=True, format="ISO8601"),
        }
    )
    return Pipeline(trained_bundle(), known(), AT, deals, AmountChange(0.9, 0.1), None)


def drawn(group: str | None = None) -> pd.DataFrame:
    spans = periods(AT, [date(2026, 6, 30), JULY], begin=date(2026, 5, 10))
    return table(made(), spans, CHANCES, group)


def row(found: pd.DataFrame, currency: str, period: int = 0, **group: object) -> dict[str, float]:
    mine = found[found["currency"] == currency]
    for name, value in group.items():
        mine = mine[mine[name].isna() if value is None else mine[name] == value]
    return dict(mine.iloc[period])


def test_columns_are_in_their_order() -> None:
    assert tuple(drawn()) == COLUMNS
    assert tuple(drawn("team")) == (*COLUMNS[:2], "team", *COLUMNS[2:])
    assert set(drawn()["period_start"]) == {date(2026, 5, 10), date(2026, 7, 1)}
    assert set(drawn()["period_end"]) == {date(2026, 6, 30), JULY}


def test_the_sums_are_those_of_the_deals() -> None:
    present = row(drawn(), "EUR")
    assert present["won"] == 7.0  # F closed on the first day, G before it
    assert present["open_expected"] == pytest.approx(0.9 * (0.7 * 100 + 0.3 * 50 + 0.04 * 10))
    assert present["seller_expected"] == pytest.approx(7 + 100 + 50)  # B is overdue, C has no amount
    assert present["rule_expected"] == pytest.approx(7 + 75 + 25)
    assert (present["deals"], present["without_amount"]) == (4, 1)
    categories = [present[name] for name in ("commit", "best_case", "pipeline", "omitted")]
    assert categories == [100, 50, 0, 10]


def test_a_later_period_has_neither_what_was_won_nor_what_is_overdue() -> None:
    later = row(drawn(), "EUR", 1)
    assert later["won"] == 0
    assert later["seller_expected"] == 10
    assert later["rule_expected"] == 5
    assert later["open_expected"] == pytest.approx(0.9 * (0.1 * 100 + 0.2 * 10))
    assert [later[name] for name in ("commit", "best_case", "pipeline", "omitted")] == [0, 0, 110, 50]


def test_a_deal_without_a_date_or_a_stage_counts_for_the_model_alone() -> None:
    present = row(drawn(), "CNY")
    assert (present["rule_expected"], present["seller_expected"]) == (0, 0)
    assert present["expected"] == pytest.approx(0.1 * 0.9 * 900)


def test_expected_is_what_is_won_open_and_new() -> None:
    found = drawn("team")
    parts = found["won"] + found["open_expected"] + found["new_expected"]
    assert found["expected"].tolist() == parts.tolist()


def test_each_group_has_its_row_and_so_have_those_without_one() -> None:
    found = drawn("team")
    rows = found[["period_start", "currency", "team"]].fillna({"team": "whole"}).to_numpy().tolist()
    one = [["CNY", "whole"], ["CNY", "north"]]
    one += [["EUR", "whole"], ["EUR", ""], ["EUR", "north"], ["EUR", "south"]]
    assert rows == [[start, *each] for start in (date(2026, 5, 10), date(2026, 7, 1)) for each in one]
    south = row(found, "EUR", team="south")
    assert (south["won"], south["expected"], south["median"]) == (7, 7, 7)
    assert (south["deals"], south["without_amount"]) == (1, 1)


def test_a_group_that_has_nothing_has_no_row() -> None:
    lost = [{"opportunity_id": "Z", "team": "west", "currency": "EUR", "outcome": "lost", "closed_at": AT}]
    deals = known().opportunities
    more = pd.concat([deals, history(opportunities=lost).opportunities], ignore_index=True)
    pipeline = replace(made(), history=known().with_table("opportunities", more))
    found = table(pipeline, periods(AT, [JULY], begin=date(2026, 5, 10)), CHANCES[:, :1], "team")
    assert "west" not in set(found["team"])
    assert "south" in set(found["team"])


def test_the_whole_is_the_same_with_and_without_groups() -> None:
    found = drawn("team")
    whole = found[found["team"].isna()].drop(columns="team").reset_index(drop=True)
    pd.testing.assert_frame_equal(whole, drawn())


def test_ranges_lie_in_each_other() -> None:
    found = drawn("team")
    rising = ["low_95", "low_80", "low_50", "median", "high_50", "high_80", "high_95"]
    assert sorted(rising) == sorted(QUANTILES)
    assert (np.diff(found[rising].to_numpy(), axis=1) >= 0).all()
    assert (found["low_95"] >= found["won"]).all()


def test_a_group_with_the_name_of_a_column_is_refused() -> None:
    with pytest.raises(Mistake, match="name that no column of a forecast has, found 'pipeline'"):
        drawn("pipeline")


@pytest.mark.parametrize("name", ["taem", "currency"])
def test_an_unknown_group_is_refused(name: str) -> None:
    with pytest.raises(Mistake, match=f"group: expected one of team.*, found '{name}'"):
        drawn(name)
