from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winprob.features.playbook import Language
from winprob.features.playbook_part import Words
from winprob.models.present.figures.money import INTERVALS, Money

SIZES = {"": 1.0, "k": 1e3, "M": 1e6, "B": 1e9, "万": 1e4, "亿": 1e8}
AMOUNTS = st.floats(-1e12, 1e12)
LANGUAGES: st.SearchStrategy[Language] = st.sampled_from(["zh", "en"])


def read(text: str) -> float:
    """What people take a written amount for."""
    found = re.fullmatch(r"([+-]?[\d,]+(?:\.\d+)?)([kMB万亿]?)", text)
    assert found, text
    return float(found[1].replace(",", "")) * SIZES[found[2]]


@given(AMOUNTS, LANGUAGES)
def test_three_digits_count(amount: float, language: Language) -> None:
    money = Money("CNY", language)
    for text in (
        money.number(amount),
        money.short(amount).removesuffix(" CNY").removesuffix("元"),
        money.signed(amount),
    ):
        assert read(text) == pytest.approx(amount, rel=0.005, abs=0.006)


@given(AMOUNTS)
def test_full_amounts_are_whole(amount: float) -> None:
    assert float(Money("", "en").full(amount).replace(",", "")) == round(amount)
    assert Money("EUR", "zh").full(amount).endswith("欧元")
    assert not Money("EUR", "zh").full(amount).startswith("-0欧")


@given(st.lists(st.one_of(AMOUNTS, st.just(float("nan"))), max_size=9), AMOUNTS)
def test_an_axis_has_room_for_all_amounts_between_round_marks(others: list[float], one: float) -> None:
    amounts = [one, *others]
    axis = Money("CNY", "en").axis(amounts)
    ticks = np.array(axis["tickvals"])
    low, high = axis["range"]  # type: ignore[misc]
    room = 1e-9 * (high - low)
    assert low - room <= np.nanmin(amounts)
    assert np.nanmax(amounts) <= high + room
    assert (ticks[0], ticks[-1]) == (low, high)
    assert 2 <= len(ticks) <= INTERVALS + 2
    assert np.diff(ticks) == pytest.approx(ticks[1] - ticks[0])
    assert len(axis["ticktext"]) == len(ticks)  # type: ignore[arg-type]


def test_ranges_and_titles_name_the_currency_or_that_it_is_missing() -> None:
    amount = Words(zh="金额", en="Amount")
    assert Money("USD", "en").span(1e6, 2.5e6) == "1M to 2.5M USD"
    assert Money("USD", "zh").span(1e6, 2.5e6) == "100万至250万美元"
    assert Money("USD", "en").titled(amount) == "Amount (USD)"
    assert Money("", "zh").titled(amount) == "金额（币种未记录）"
    assert Money("", "en").short(12_000) == "12k"
