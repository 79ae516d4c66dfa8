"""Forecasts without HTTP: each made once, of a history that is read once."""

import threading
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd
import pytest
from bundles import simulated_history, trained_bundle

from winprob.features.calendar import Calendar
from winprob.features.history import History
from winprob.features.mistake import Mistake
from winprob.features.playbook import Playbook
from winprob.models.forecast.forecast import Forecast, forecast
from winprob.models.forecast.pipeline import pipeline
from winprob.serving.forecast import cached_forecasts as module
from winprob.serving.forecast.cached_forecasts import CachedForecasts
from winprob.serving.forecast.question import ForecastQuestion
from winprob.serving.load.served_model import ServedModel
from winprob.serving.wire.query import InvalidQuery


@dataclass
class Given:
    """A history at hand."""

    what: History
    asked: int = 0

    def history(self, playbook: Playbook) -> History:
        assert playbook == trained_bundle().playbook
        self.asked += 1
        return self.what


@dataclass
class Elsewhere:
    """A history of a company with another playbook."""

    what: History

    def history(self, playbook: Playbook) -> History:
        assert playbook == self.what.playbook
        return self.what


@pytest.fixture(scope="module")
def source() -> Given:
    return Given(simulated_history())


@pytest.fixture(scope="module")
def forecasts(source: Given) -> CachedForecasts:
    return CachedForecasts(ServedModel(trained_bundle(), "7"), source)


def test_a_forecast_is_that_of_the_models(forecasts: CachedForecasts) -> None:
    expected = forecast(
        pipeline(trained_bundle(), simulated_history(), "2024-06-30T00:00Z"), "month", 2, "team"
    )
    asked = ForecastQuestion.model_validate(
        {"by": "month", "periods": 2, "group": "team", "as_of": "2024-06-30T00:00Z"}
    )
    pd.testing.assert_frame_equal(forecasts.forecast(asked).table, expected.table)


def test_the_latest_moment_is_the_last_event(forecasts: CachedForecasts) -> None:
    assert forecasts.forecast(ForecastQuestion()).pipeline.at == simulated_history().last_event


def test_the_history_is_read_once(forecasts: CachedForecasts, source: Given) -> None:
    forecasts.forecast(ForecastQuestion(by="week"))
    assert source.asked == 1


def test_a_forecast_is_made_once_however_many_ask(
    forecasts: CachedForecasts, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Forecast] = []
    all_have_asked = threading.Barrier(4, timeout=10)

    def slowly(*asked: object) -> Forecast:
        made.append(forecast(*asked))  # type: ignore[arg-type]
        return made[-1]

    def ask() -> None:
        all_have_asked.wait()
        answers.append(forecasts.forecast(ForecastQuestion(periods=3)))

    monkeypatch.setattr(module, "forecast", slowly)
    answers: list[Forecast] = []
    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert all(answer is made[0] for answer in answers)


def test_questions_that_fail_are_asked_anew(
    forecasts: CachedForecasts, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(module, "forecast", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            forecasts.forecast(ForecastQuestion(periods=5))
    assert len(forecasts.forecast(ForecastQuestion(periods=5)).periods) == 5


@pytest.mark.parametrize(
    ("asked", "field", "told"),
    [
        ({"group": "tema"}, "group", "team.*did you mean 'team'.*found 'tema'"),
        ({"group": "opportunity_id"}, "group", "expected one of customer_id, owner_id, team"),
        (
            {"as_of": "2024-12-31"},
            "as_of",
            "a time from 2023-01-02.* to 2024-12-27T23:59:59.9.*found 2024-12-31",
        ),
        ({"as_of": "2022-12-31"}, "as_of", "expected a time from 2023-01-02"),
        ({"by": "2024-12-26"}, "by[0]", "from 2024-12-27 .*found 2024-12-26"),
        ({"by": "2024-12-27,2024-12-27"}, "by[1]", "from 2024-12-28 "),
        ({"by": "9999-12-31"}, "by[0]", "to 2034-12-28"),
        (
            {"by": "2024-12-31", "from": "2025-01-01"},
            "from",
            "from 2023-01-01 to 2024-12-31, the first",
        ),
        ({"by": "2024-12-31", "from": "0001-01-01"}, "from", "from 2023-01-01 .*found 0001-01-01"),
    ],
)
def test_what_does_not_suit_the_history_is_named(
    forecasts: CachedForecasts, asked: dict[str, str], field: str, told: str
) -> None:
    with pytest.raises(InvalidQuery, match=told) as refused:
        forecasts.forecast(ForecastQuestion.model_validate(asked))
    assert [problem.key for problem in refused.value.problems] == [field]


def test_a_period_by_its_end_begins_with_the_quarter_or_where_it_is_said(forecasts: CachedForecasts) -> None:
    asked = {"as_of": "2024-11-20", "by": "2024-12-31"}
    quarter, dated, said = (
        forecasts.forecast(ForecastQuestion.model_validate(question))
        for question in ({"as_of": "2024-11-20"}, asked, asked | {"from": "2024-07-01"})
    )
    pd.testing.assert_frame_equal(dated.table, quarter.table)
    assert quarter.table["won"].sum() > 0
    assert [str(period) for period in said.periods] == ["2024-07-01 to 2024-12-31"]
    assert said.table["won"].sum() > dated.table["won"].sum()


def test_a_day_is_known_until_its_end(forecasts: CachedForecasts) -> None:
    day, end = (
        forecasts.forecast(ForecastQuestion.model_validate({"as_of": asked}))
        for asked in ("2024-06-28", "2024-06-28T23:59:59.999999Z")
    )
    assert day is end
    last = forecasts.history.last_event
    assert (
        forecasts.forecast(ForecastQuestion.model_validate({"as_of": f"{last:%Y-%m-%d}"})).pipeline.at > last
    )


def test_days_and_quarters_are_the_company_s() -> None:
    calendar = Calendar(time_zone="Asia/Shanghai", fiscal_year_starts=2)
    bundle = trained_bundle()
    playbook = bundle.playbook.model_copy(update={"calendar": calendar})
    there = replace(simulated_history(), playbook=playbook)
    forecasts = CachedForecasts(ServedModel(replace(bundle, playbook=playbook), "7"), Elsewhere(there))
    found = forecasts.forecast(ForecastQuestion.model_validate({"as_of": "2024-07-31"}))
    assert found.pipeline.at == pd.Timestamp("2024-07-31T15:59:59.999999Z")
    assert [str(period) for period in found.periods] == ["2024-05-01 to 2024-07-31"]
    begin, over = pd.Timestamp("2024-04-30T16:00Z"), pd.Timestamp("2024-07-31T16:00Z")
    deals, closed = there.opportunities, there.opportunities["closed_at"]
    inside = deals["outcome"].eq("won") & (closed >= begin) & (closed < over)
    opened = forecasts.explained(ForecastQuestion.model_validate({"as_of": "2024-07-31"})).deals
    assert set(opened.query("part == 'won'")["opportunity_id"]) == set(deals.loc[inside, "opportunity_id"])
    following = ForecastQuestion.model_validate({"as_of": "2024-07-31T16:00:00Z"})
    assert [str(period) for period in forecasts.forecast(following).periods] == ["2024-08-01 to 2024-10-31"]


def test_all_wrong_dates_are_named(forecasts: CachedForecasts) -> None:
    with pytest.raises(InvalidQuery) as refused:
        forecasts.forecast(ForecastQuestion(by="2020-01-01,9999-12-31,9999-12-30"))
    assert [problem.key for problem in refused.value.problems] == ["by[0]", "by[1]", "by[2]"]


def test_a_model_that_does_not_know_when_deals_close_makes_no_forecasts(source: Given) -> None:
    without = replace(trained_bundle(), closing_times=None)
    with pytest.raises(Mistake, match="forecast: expected a model that knows when opportunities close"):
        CachedForecasts(ServedModel(without, "7"), source)


def test_a_history_of_nothing_makes_no_forecasts() -> None:
    nothing = History.of(trained_bundle().playbook, {"opportunities": simulated_history().opportunities[:0]})
    with pytest.raises(Mistake, match="opportunities: expected at least one, found none"):
        CachedForecasts(ServedModel(trained_bundle(), "7"), Given(nothing))


def test_a_group_of_too_many_values_for_so_many_periods_is_refused(
    forecasts: CachedForecasts, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = simulated_history().opportunities["team"].nunique()
    monkeypatch.setattr(module, "MOST_ROWS_BY_GROUP", 2 * values)
    assert len(forecasts.forecast(ForecastQuestion(by="month", periods=2, group="team")).periods) == 2
    assert len(forecasts.forecast(ForecastQuestion(by="month", periods=2 * values)).periods) == 2 * values
    with pytest.raises(InvalidQuery) as refused:
        forecasts.forecast(ForecastQuestion(by="month", periods=3, group="team"))
    assert str(refused.value.problems[0]) == (
        f"group: expected periods × values of team of at most {2 * values}, "
        f"found 3 × {values} = {3 * values}; ask for at most 2 periods, or choose another group"
    )
    with pytest.raises(InvalidQuery, match=r"group: .* found 1 × \d+ = \d+; leave it out, or choose another"):
        forecasts.explained(ForecastQuestion(by="2024-12-31", group="customer_id"))


def test_a_moment_is_the_end_of_its_day_or_the_last_event(forecasts: CachedForecasts) -> None:
    assert forecasts.moment(None) == simulated_history().last_event
    assert forecasts.moment(date(2024, 6, 30)) == pd.Timestamp("2024-06-30T23:59:59.999999Z")
    assert forecasts.moment(date(2024, 12, 27)) > simulated_history().last_event  # the whole of the last day
    for day in (date(2024, 12, 28), date(2023, 1, 1)):
        with pytest.raises(InvalidQuery, match=r"^as_of: expected a time from 2023-01-02"):
            forecasts.moment(day)
