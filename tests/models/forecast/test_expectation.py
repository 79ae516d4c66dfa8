from __future__ import annotations

import pytest
from forecasts import forecast_at

from winprob.models.forecast.expectation import Expectation


def test_what_is_expected_of_deals_adds_up_to_what_is_expected_of_them_all() -> None:
    found = forecast_at("2024-06-01")
    table = found.table.set_index(["period_start", "currency"])["open_expected"]
    for period in found.periods:
        expected = Expectation.of(found, period)
        for currency, rows in found.pipeline.deals.groupby("currency").indices.items():
            assert expected.money[rows].sum() == pytest.approx(table[period.start, currency])
