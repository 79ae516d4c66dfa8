from __future__ import annotations

from datetime import date

import pytest
import typer

from winprob.options import dates_of, day_of, moment_of


def test_what_is_left_out_stays_so() -> None:
    assert (moment_of(None), day_of(None), dates_of(None)) == (None, None, [])


@pytest.mark.parametrize("value", ["2026-03-31", "2026-03-31T08:00:00+08:00"])
def test_a_day_and_a_time_are_moments(value: str) -> None:
    assert moment_of(value) == value


def test_dates_stand_between_commas() -> None:
    assert day_of("2026-10-01") == date(2026, 10, 1)
    assert dates_of("2026-12-31,2027-03-31") == dates_of("2026-12-31, 2027-03-31 ")


def test_what_is_no_date_is_told_with_what_was_found() -> None:
    with pytest.raises(typer.BadParameter, match=r"^expected a time .*, found 'soon'; correct the value$"):
        moment_of("soon")
    with pytest.raises(typer.BadParameter, match=r"expected a date such as 2026-10-01, found 'October'"):
        day_of("October")
    with pytest.raises(typer.BadParameter, match=r"expected a unit or dates such as .*, found 'year'"):
        dates_of("year", "a unit or dates")
