from __future__ import annotations

import math

import pandas as pd
import pytest
from small import seen

AMOUNTS = [
    {"at": "2026-01-05", "amount": 99},
    {"at": "2026-02-01", "amount": 999},
    {"at": "2026-03-01", "amount": 199},
]


@pytest.mark.parametrize(("at", "amount"), [("2026-01-05", 99), ("2026-02-28", 999), ("2026-03-31", 199)])
def test_the_amount_is_the_last_one_known_on_a_logarithmic_scale(at: str, amount: float) -> None:
    assert seen(at, amounts=AMOUNTS)["log_amount"] == pytest.approx(math.log(1 + amount))


def test_the_change_is_from_the_first_amount_to_the_one_now() -> None:
    assert seen(amounts=AMOUNTS)["amount_change"] == pytest.approx(math.log(200 / 100))
    assert seen("2026-01-05", amounts=AMOUNTS)["amount_change"] == 0


def test_an_amount_of_nothing_is_an_amount() -> None:
    features = seen(amounts=[{"at": "2026-01-05", "amount": 0}])
    assert (features["log_amount"], features["amount_change"]) == (0, 0)


@pytest.mark.parametrize("tables", [{}, {"amounts": []}, {"amounts": [{"at": "2026-04-01", "amount": 5}]}])
def test_an_amount_not_known_by_then_is_missing(tables: dict[str, list[dict[str, object]]]) -> None:
    features = seen(**tables)
    assert pd.isna(features["log_amount"])
    assert pd.isna(features["amount_change"])


def test_the_currency_in_which_the_amount_is_counted_is_told() -> None:
    assert seen(opportunities=[{"currency": "EUR"}])["currency"] == "EUR"
    assert pd.isna(seen()["currency"])
