"""How good forecasts were."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winprob.training.backtest.accuracy import ALL, METHODS, accuracy

MONEY = st.floats(0.0, 1e9)


def periods(actual: list[float], said: list[float], currency: str = "EUR", wins: int = 1) -> pd.DataFrame:
    """Periods of which all methods say the same."""
    return pd.DataFrame(
        {
            "currency": currency,
            "actual": actual,
            "wins": wins,
            **dict.fromkeys(METHODS.values(), said),
            **{f"{end}_{level}": said for level in (50, 80, 95) for end in ("low", "high")},
        }
    )


def test_error_and_bias_are_shares_of_what_was_won() -> None:
    found = accuracy(periods([100.0, 300.0, 0.0], [150.0, 200.0, 10.0])).set_index("method")
    assert found.loc["forecast", "wmape"] == (50 + 100 + 10) / 400
    assert found.loc["forecast", "bias"] == (50 - 100 + 10) / 400
    assert (found["periods"] == 3).all()
    assert list(found.index) == list(METHODS)


@given(
    st.lists(st.tuples(MONEY, MONEY), min_size=1, max_size=10).filter(
        lambda rows: sum(a for a, _ in rows) > 1
    )
)
def test_bias_is_never_more_than_the_error(rows: list[tuple[float, float]]) -> None:
    actual, said = map(list, zip(*rows, strict=True))
    found = accuracy(periods(actual, said))
    assert (found["bias"].abs() <= found["wmape"] * (1 + 1e-9)).all()
    right = accuracy(periods(actual, actual))
    assert (right[["wmape", "bias"]] == 0).to_numpy().all()


def test_coverage_counts_both_ends_of_the_range_and_is_the_forecasts_alone() -> None:
    rows = periods([1.0, 2.0, 3.0, 4.0], [2.0] * 4).assign(
        low_80=[1.0, 0.0, 3.1, 0.0], high_80=[5.0, 2.0, 9.0, 3.9]
    )
    found = accuracy(rows).set_index("method")
    assert found.loc["forecast", "coverage_80"] == 0.5
    assert found.loc["forecast", "coverage_95"] == 0.25
    others = found.loc[found.index != "forecast", ["coverage_50", "coverage_80", "coverage_95"]]
    assert others.isna().to_numpy().all()


def test_what_a_method_does_not_say_is_not_held_against_it() -> None:
    rows = periods([100.0, 300.0], [100.0, 300.0]).assign(moving_average=[np.nan, 150.0])
    found = accuracy(rows).set_index("method")
    assert found.loc["moving_average", ["wmape", "periods"]].tolist() == [0.5, 1]
    assert found.loc["forecast", "periods"] == 2


def test_currencies_are_weighed_by_wins_whatever_their_money_is_worth() -> None:
    yuan = periods([1e6, 1e6], [2e6, 2e6], "CNY", wins=3)
    euro = periods([100.0, 100.0], [80.0, 80.0], "EUR", wins=1)
    found = accuracy(pd.concat([yuan, euro])).set_index(["currency", "method"])
    assert list(found.index.get_level_values("currency").unique()) == [ALL, "CNY", "EUR"]
    assert found.loc[("CNY", "forecast"), "wmape"] == 1.0
    assert found.loc[(ALL, "forecast"), "wmape"] == pytest.approx(0.75 * 1.0 + 0.25 * 0.2)
    assert found.loc[(ALL, "forecast"), "bias"] == pytest.approx(0.75 * 1.0 - 0.25 * 0.2)
    assert found.loc[(ALL, "forecast"), "periods"] == 2


def test_a_currency_without_a_win_has_no_error_and_no_say() -> None:
    none = periods([0.0], [5.0], "", wins=0)
    found = accuracy(pd.concat([none, periods([100.0], [80.0])])).set_index(["currency", "method"])
    assert np.isnan(found.loc[("", "forecast"), "wmape"])
    assert found.loc[(ALL, "forecast"), "wmape"] == pytest.approx(0.2)
