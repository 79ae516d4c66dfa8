from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from winprob.models.closing.closing_times import ROWS, ClosingTimes, feature_dropout
from winprob.models.closing.outlook import Outlook
from winprob.models.measure.outcomes import Floats

WON_DAYS, LOST_DAYS, FOLLOWED = 60.0, 190.0, 200.0


def mondays(rows: int) -> pd.Series:
    """Moments of rows, over three years."""
    first = pd.Timestamp("2022-01-03", tz="UTC")
    return pd.Series(first + pd.to_timedelta(np.arange(rows) * 89 % 156 * 7, unit="D")).dt.as_unit("us")


def a_company(rows: int, seed: int = 0) -> tuple[pd.DataFrame, Floats, Floats]:
    """Endings that compete, at constant rates, seen only if they come while they are followed."""
    rng = np.random.default_rng(seed)
    X = pd.DataFrame({"stage_position": np.arange(rows) % 2.0, "source": ["fair", "call"] * (rows // 2)})
    haste = np.where(X["stage_position"] == 1, 3.0, 1.0)
    to_win, to_lose = rng.exponential(WON_DAYS / haste), rng.exponential(LOST_DAYS / haste)
    followed = rng.uniform(0, FOLLOWED, rows)
    won = np.where(to_win < to_lose, 1.0, 0.0)
    days = np.minimum(to_win, to_lose)
    return X, np.minimum(days, followed), np.where(days < followed, won, np.nan)


def true_share(days: float, haste: float) -> float:
    """Both endings have the same timing, that of whichever comes first."""
    return float(-np.expm1(-days * haste * (1 / WON_DAYS + 1 / LOST_DAYS)))


def test_timing_is_that_of_the_company_though_many_endings_are_not_seen() -> None:
    X, days, won = a_company(6000)
    assert np.isnan(won).mean() > 0.1
    outlook = ClosingTimes.fit(X, mondays(len(X)), days, won).outlook(X[:2], mondays(len(X[:2])))
    for share in outlook.shares_within([14, 60, 180]):
        for row, haste in enumerate((1.0, 3.0)):
            expected = [true_share(days, haste) for days in (14, 60, 180)]
            assert share[row] == pytest.approx(expected, abs=0.05)


def test_the_range_of_dates_holds_four_wins_of_five() -> None:
    X, days, won = a_company(6000)
    fresh, later, ending = a_company(4000, seed=1)
    outlook = ClosingTimes.fit(X, mondays(len(X)), days, won).outlook(fresh, mondays(len(fresh)))
    haste = np.where(fresh["stage_position"] == 1, 3.0, 1.0)
    early, late = (outlook.days_to_win(share) for share in (0.1, 0.9))
    inside = [
        true_share(until, quick) - true_share(since, quick)
        for since, until, quick in zip(early, late, haste, strict=True)
    ]
    assert 0.75 < np.mean(inside) < 0.85
    assert np.mean(later[ending == 1] > early[ending == 1]) > 0.8


def test_where_nothing_is_recorded_the_timing_is_that_of_all() -> None:
    X, days, won = a_company(6000)
    nothing = pd.DataFrame({"stage_position": [np.nan], "source": [None]})
    for share in (
        ClosingTimes.fit(X, mondays(len(X)), days, won)
        .outlook(nothing, mondays(len(nothing)))
        .shares_within([14, 60, 180])
    ):
        expected = [np.mean([true_share(days, haste) for haste in (1.0, 3.0)]) for days in (14, 60, 180)]
        assert share[0] == pytest.approx(expected, abs=0.07)


@pytest.mark.parametrize("only", [0.0, 1.0])
def test_an_ending_never_seen_is_expected_when_the_other_comes(only: float) -> None:
    X, days, won = a_company(100)
    seen = np.where(won == only, only, np.nan)
    won_share, lost_share = (
        ClosingTimes.fit(X, mondays(len(X)), days, seen).outlook(X, mondays(len(X))).shares_within([30, 90])
    )
    assert won_share == pytest.approx(lost_share, abs=0.05)


@pytest.mark.parametrize("rows", [2, 20, 40, 100])
def test_few_rows_give_sensible_dates(rows: int) -> None:
    X, days, won = a_company(rows, seed=3)
    won[0], days[0] = 1.0, 10.0
    median = ClosingTimes.fit(X, mondays(len(X)), days, won).outlook(X, mondays(len(X))).days_to_win(0.5)
    assert ((median > 1) & (median < 1000)).all()


def test_rows_that_say_the_same_with_half_the_weight_are_the_same() -> None:
    X, days, won = a_company(30)
    once = ClosingTimes.fit(X, mondays(len(X)), days, won).outlook(X, mondays(len(X)))
    doubled = pd.concat([X, X], ignore_index=True)
    twice = ClosingTimes.fit(
        doubled, pd.concat([mondays(30)] * 2), np.tile(days, 2), np.tile(won, 2), np.full(60, 0.5)
    ).outlook(X, mondays(len(X)))
    assert once.days_to_win(0.5) == pytest.approx(twice.days_to_win(0.5))


def test_the_same_rows_give_the_same_times_and_so_does_their_text() -> None:
    X, days, won = a_company(800)
    times = ClosingTimes.fit(X, mondays(len(X)), days, won)
    assert ClosingTimes.fit(X, mondays(len(X)), days, won).model_dump_json() == times.model_dump_json()
    read = ClosingTimes.model_validate_json(times.model_dump_json())
    assert_same(read.outlook(X, mondays(len(X))), times.outlook(X, mondays(len(X))))


def test_values_never_seen_are_missing_values() -> None:
    X, days, won = a_company(800)
    times = ClosingTimes.fit(X, mondays(len(X)), days, won)
    strange, missing = X[:2].assign(source="friend"), X[:2].assign(source=None)
    assert_same(times.outlook(strange, mondays(len(strange))), times.outlook(missing, mondays(len(missing))))


def test_trees_of_other_columns_are_refused() -> None:
    X, days, won = a_company(800)
    saved = ClosingTimes.fit(X, mondays(len(X)), days, won).model_dump()
    other = ClosingTimes.fit(X[["source"]], mondays(len(X)), days, won).model_dump()
    with pytest.raises(ValidationError, match="won: expected trees of 3 columns, found 2"):
        ClosingTimes.model_validate(saved | {"won": other["won"]})


@pytest.mark.parametrize(
    ("days", "won", "expected"),
    [
        ([1.0, 2.0], [np.nan, np.nan], "won: expected at least one ending, found none"),
        ([1.0, 0.0], [np.nan, 1.0], "days: expected finite days, .* found 0.0 in row 1"),
        ([-1.0, 2.0], [np.nan, 1.0], "days: expected finite days, .* found -1.0 in row 0"),
        ([1.0], [1.0, 0.0], "days: expected one value for each of 2 rows, found"),
    ],
)
def test_what_cannot_be_is_refused(days: list[float], won: list[float], expected: str) -> None:
    with pytest.raises(ValueError, match=expected):
        ClosingTimes.fit(pd.DataFrame({"stage_position": [0.0, 1.0]}), mondays(2), days, won)


def assert_same(found: Outlook, expected: Outlook) -> None:
    assert (found.won == expected.won).all()
    assert (found.lost == expected.lost).all()
    assert (found.since == expected.since).all()
    assert (found.seasons, found.calendar) == (expected.seasons, expected.calendar)


def matrix(rows: int = 3000) -> pd.DataFrame:
    numbers = {f"number_{place}": np.arange(rows) * 10 + place for place in range(8)}
    return pd.DataFrame({**numbers, "source": pd.Categorical(["fair", "call", "web"] * (rows // 3))})


def test_what_is_not_left_out_is_as_it_was() -> None:
    X = matrix()
    found = feature_dropout(X)
    assert list(found) == list(X)
    for name in X:
        kept = found[name].notna()
        assert (found[name][kept] == X[name][kept]).all()


def test_of_a_third_of_the_rows_most_is_left_out() -> None:
    gone = feature_dropout(matrix()).isna()
    touched = gone.any(axis=1)
    assert touched.mean() == pytest.approx(ROWS, abs=0.03)
    assert gone[touched].mean().to_numpy() == pytest.approx(0.75, abs=0.05)


def test_the_same_seed_leaves_out_the_same() -> None:
    X = matrix(300)
    pd.testing.assert_frame_equal(feature_dropout(X), feature_dropout(X))


def test_the_matrix_is_left_alone() -> None:
    X = matrix(300)
    feature_dropout(X)
    assert not X.isna().any(axis=None)
