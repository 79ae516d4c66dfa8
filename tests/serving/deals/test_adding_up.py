"""Listed deals and the rest add up to the number that was clicked."""

from __future__ import annotations

from typing import Any

import pytest
from deals import AS_OF, deals

from winprob.models.forecast.category import OPEN
from winprob.serving.deals.adding_up import AddingUp
from winprob.serving.deals.list_question import ListQuestion
from winprob.serving.forecast.question import ForecastQuestion

PERIOD = "2024-07-01"


def sums(**parameters: Any) -> tuple[list[AddingUp], ListQuestion]:
    question = ListQuestion.model_validate({"as_of": AS_OF, "period": PERIOD, **parameters})
    return deals().adding_up(question, deals().listing(question).chosen(question)), question


def forecast_row(question: ListQuestion, currency: str, team: str | None) -> dict[str, Any]:
    asked = ForecastQuestion(by="quarter", periods=2, as_of=question.as_of, group="team" if team else None)
    table = deals().forecasts.forecast(asked).table
    rows = table[(table["period_start"].astype(str) == PERIOD) & (table["currency"] == currency)]
    (row,) = (rows if team is None else rows[rows["team"] == team]).to_dict("records")
    return {str(name): value for name, value in row.items()}


@pytest.mark.parametrize("number", ["expected", "rule_expected", "seller_expected", *OPEN])
def test_the_total_is_the_number_of_the_forecast(number: str) -> None:
    found, question = sums(of=number)
    assert found
    for each in found:
        assert each.total == pytest.approx(forecast_row(question, each.currency, None)[number])
        assert each.listed + each.others + each.won + each.new == pytest.approx(each.total)
        assert each.others == pytest.approx(0.0, abs=1e-6 * max(each.total, 1.0))


def test_what_a_filter_leaves_out_is_the_rest() -> None:
    for each in sums(deal_class="A")[0]:
        assert each.listed + each.others + each.won + each.new == pytest.approx(each.total)
        assert each.others >= -1e-6
    assert any(each.others > 0 for each in sums(deal_class="A")[0])


def test_of_one_team_it_is_the_number_of_the_team() -> None:
    team = deals().forecasts.pipeline().group("team")[0]
    found, question = sums(team=team)
    assert found
    for each in found:
        assert each.total == pytest.approx(forecast_row(question, each.currency, team)["expected"])
        assert each.others == pytest.approx(0.0, abs=1e-6 * max(each.total, 1.0))


def test_of_one_currency_there_is_one_number() -> None:
    assert [each.currency for each in sums(currency="CNY")[0]] == ["CNY"]
