from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from winprob.features.calendar import Calendar
from winprob.features.playbook import Language
from winprob.models.forecast.period import UNITS, Period, periods
from winprob.models.present.figures.period_name import period_name, unit_of

MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1))
units = st.sampled_from(UNITS)


@given(MOMENTS, units)
def test_units_of_the_calendar_are_known(at: datetime, unit: str) -> None:
    (period,) = periods(at, unit)
    assert unit_of(period) == unit
    assert unit_of(Period(period.start, period.end - timedelta(days=1))) is None
    assert unit_of(Period(period.start + timedelta(days=1), period.end + timedelta(days=1))) is None


@given(MOMENTS, units, st.sampled_from(["zh", "en"]))
def test_no_two_periods_of_a_forecast_have_one_name(at: datetime, unit: str, language: Language) -> None:
    names = [period_name(each, language) for each in periods(at, unit, 30)]
    assert len(set(names)) == 30


@given(MOMENTS, st.integers(2, 12), st.sampled_from(["zh", "en"]))
def test_quarters_of_a_fiscal_year_are_named_by_it(at: datetime, month: int, language: Language) -> None:
    calendar = Calendar(fiscal_year_starts=month)
    found = periods(at, "quarter", 30, calendar)
    assert {unit_of(each) for each in found} == {"quarter"}
    assert len({period_name(each, language) for each in found}) == 30
    first = next(each for each in found if each.start.month == month)
    year = f"{first.start.year}/{(first.start.year + 1) % 100:02}"
    assert period_name(first, language) in (f"Q1 FY{year}", f"{year}财年一季度")


def test_names() -> None:
    week = Period(date(2026, 11, 16), date(2026, 11, 22))
    month = Period(date(2026, 11, 1), date(2026, 11, 30))
    other = Period(date(2026, 11, 3), date(2026, 12, 24))
    assert [period_name(each, "zh") for each in (week, month, other)] == [
        "2026-11-16 当周",
        "2026年11月",
        "2026-11-03 至 2026-12-24",
    ]
    assert [period_name(each, "en").replace("\N{NO-BREAK SPACE}", " ") for each in (week, month, other)] == [
        "Week of 16 Nov 2026",
        "Nov 2026",
        "3 Nov 2026 to 24 Dec 2026",
    ]
