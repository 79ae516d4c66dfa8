"""What is answered of a deal is what a CRM would be answered, and what the forecast counts with."""

from __future__ import annotations

import pandas as pd
import pytest
from bundles import simulated_history
from deals import AS_OF, NOW, deal_of, found, open_ids, scorer
from forecasts import pipeline_at

from winprob.features.record import document_of
from winprob.models.closing.deadlines import day_after
from winprob.serving.deals.known_answer import KnownAnswer, known_answer
from winprob.serving.scores.answer import Answer


def known(opportunity_id: str) -> KnownAnswer:
    return deal_of(opportunity_id).known


def scored(number: int, at: pd.Timestamp, language: str = "en") -> Answer:
    """What is answered to the document that a CRM would send."""
    sent = document_of(simulated_history(), number, at).model_dump(mode="json")
    return scorer().score(sent | {"language": language}, "en")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_is_the_answer_to_the_document(language: str) -> None:
    for opportunity_id in open_ids()[::9]:
        deal = found(opportunity_id)
        answer = known_answer(scorer(), simulated_history(), deal, language).answer
        assert answer == scored(deal.number, deal.at, language)
        assert answer.language == language


def test_probability_and_dates_are_those_of_the_forecast() -> None:
    pipeline = pipeline_at(AS_OF)
    assert pipeline.scores is not None
    assert pipeline.scores.outlook is not None
    median = pipeline.scores.outlook.days_to_win(0.5)
    for place, row in pipeline.deals.iterrows():
        answer = known(row["opportunity_id"]).answer
        assert answer.probability == row["probability"]
        assert [answer.range.low, answer.range.high] == pipeline.scores.ranges.iloc[place].tolist()
        assert answer.rules.stage == row["rule"]
        assert answer.closing is not None
        assert answer.closing.median == day_after(NOW, median[place], pipeline.calendar)
        assert answer.win_by is not None
        year = pipeline.calendar.end_of(answer.win_by[-1].date) - NOW
        won = pipeline.won_within([year / pd.Timedelta(days=1)])[place, 0]
        assert answer.win_by[-1].won == pytest.approx(won, rel=1e-9)


def test_a_closed_deal_is_answered_as_it_was_just_before() -> None:
    rows = simulated_history().opportunities
    closed = rows[rows["closed_at"] <= NOW].iloc[::40]
    assert len(closed) > 3
    for number, row in closed.iterrows():
        answer = known(row["opportunity_id"]).answer
        assert answer == scored(number, row["closed_at"] - pd.Timedelta(microseconds=1))


def test_the_amount_is_the_last_and_competitors_are_those_who_have_not_left() -> None:
    history = simulated_history()
    amounts, competitors = history.events["amounts"], history.events["competitors"]
    left = 0
    for opportunity_id in open_ids():
        deal = found(opportunity_id)
        mine = amounts[(amounts["opportunity"] == deal.number) & (amounts["at"] <= NOW)]
        last = None if mine.empty else mine["amount"].iloc[-1]
        assert known(opportunity_id).amount == last
        there = competitors[(competitors["opportunity"] == deal.number) & (competitors["entered_at"] <= NOW)]
        gone = there["left_at"] <= NOW
        left += int(gone.sum())
        assert sorted(known(opportunity_id).competitors or ()) == sorted(there["competitor"][~gone])
    assert left > 0
