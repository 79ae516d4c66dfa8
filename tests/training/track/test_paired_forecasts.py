"""Two models forecast the same months, of which neither knew anything."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pandas as pd
from trainings import trained_before, trained_model

from winprob.models.bundle.common_factor import CommonFactor
from winprob.training.track.paired_forecasts import MOST_MONTHS, PairedForecasts, forecasts_of_tested


@cache
def both() -> PairedForecasts | None:
    return forecasts_of_tested(trained_model(), trained_before().bundle)


def test_months_begin_when_both_had_learned_and_are_over() -> None:
    trained = trained_model()
    since = max(trained.past[-1].round.past.end, trained_before().bundle.manifest.data.as_of)  # type: ignore[type-var]
    starts = pd.date_range(since, trained.history.last_event, freq="MS", normalize=True)
    over = [
        each
        for each in starts
        if each >= since and each + pd.DateOffset(months=1) <= trained.history.last_event
    ]
    found = both()
    assert found is not None
    assert found.months == min(len(over), MOST_MONTHS)


def test_a_model_beside_itself_is_equal() -> None:
    trained, older = trained_model(), trained_before()
    same = PairedForecasts.of(
        {"model": older.bundle, "champion": older.bundle}, trained.history, older.history.last_event
    )
    assert same is not None
    assert same.model == same.champion
    assert same.months == MOST_MONTHS


def test_errors_and_shares_are_possible_ones() -> None:
    found = both()
    assert found is not None
    for own in (found.model, found.champion):
        assert 0 <= own.coverage_80 <= 1
        assert abs(own.bias) <= own.wmape + 1e-12
    assert found.model != found.champion


def test_what_the_served_model_learned_of_these_months_is_not_used() -> None:
    trained = trained_model()
    spread = replace(trained.bundle, common_factor=CommonFactor(spread=3.0))
    assert forecasts_of_tested(replace(trained, bundle=spread), trained_before().bundle) == both()


def test_nothing_is_compared_where_no_month_is_over_or_no_dates_are_known() -> None:
    trained = trained_model()
    assert forecasts_of_tested(trained, trained.bundle) is None
    assert forecasts_of_tested(replace(trained, closing_times=None), trained_before().bundle) is None
    assert forecasts_of_tested(trained, replace(trained_before().bundle, closing_times=None)) is None
