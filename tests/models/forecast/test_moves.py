from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import permutations

import numpy as np
import pytest
from bundles import trained_bundle
from forecasts import forecast_at
from hypothesis import given
from hypothesis import strategies as st
from small import history

from winprob.models.forecast.expectation import Expectation
from winprob.models.forecast.forecast import chances_in
from winprob.models.forecast.moves import learned, moves, shares_of_change, status_in
from winprob.models.forecast.period import Period
from winprob.models.forecast.pipeline import pipeline
from winprob.models.forecast.reasons import reasons

THEN, NOW = "2024-05-10", "2024-06-01"
FACTORS = st.lists(st.floats(0, 1e6), min_size=6, max_size=6)
DEALS = [
    {"opportunity_id": "lost", "closed_at": "2026-03-05", "outcome": "lost"},
    {"opportunity_id": "open", "currency": "EUR"},
    {"opportunity_id": "in", "closed_at": "2026-03-05", "outcome": "won"},
    {"opportunity_id": "out", "closed_at": "2026-02-05", "outcome": "won"},
    {"opportunity_id": "for nothing", "closed_at": "2026-03-05", "outcome": "won"},
    {"opportunity_id": "bare"},
]
AMOUNTS = [
    {"opportunity_id": name, "at": "2026-01-02", "amount": 50.0} for name in ("lost", "open", "in", "out")
]


def expected(at: str, number: int = 0) -> Expectation:
    """What was expected of open deals in the running quarter, or the one after it."""
    found = forecast_at(at)
    return Expectation.of(found, found.periods[number])


def test_open_deals_move_by_amount_chance_and_time_as_one_by_one_computation_says() -> None:
    both = expected(THEN), expected(NOW)
    told = moves(*both).set_index(["opportunity_id", "part"])["amount"]
    why = [reasons(each.pipeline).contributions for each in both]
    ids = [list(each.pipeline.deals["opportunity_id"]) for each in both]
    stay = [name for name in ids[0] if name in ids[1]]
    assert len(stay) > 20
    for name in stay:
        rows = [found.index(name) for found in ids]
        old, new = (_factors(each, row) for each, row in zip(both, rows, strict=True))
        amount, probability, share = _one_after_another(old, new)
        timing = told.get((name, "slipped_out"), 0.0) + told.get((name, "pulled_in"), 0.0)
        assert timing == pytest.approx(share, abs=1e-6)
        assert told.get((name, "amount_changed"), 0.0) == pytest.approx(amount, abs=1e-6)
        moved = why[1].iloc[rows[1]] - why[0].iloc[rows[0]]
        for family, step in moved.items():
            found = told.get((name, f"probability.{family}"), 0.0)
            assert found == pytest.approx(probability * step / moved.sum(), rel=1e-6, abs=1e-6)


def test_timing_is_told_by_its_sign() -> None:
    found = moves(expected(THEN, 1), expected(NOW, 1))
    assert (found[found["part"] == "pulled_in"]["amount"] > 0).all()
    assert (found[found["part"] == "slipped_out"]["amount"] < 0).all()
    assert {"pulled_in", "slipped_out"} <= set(found["part"])


def test_learning_anew_moves_deals_that_stay_as_they_are() -> None:
    now = expected(NOW)
    more = now.pipeline.deals.assign(final_amount=now.amounts * 1.1)
    found = learned(now, replace(now, pipeline=replace(now.pipeline, deals=more), chances=now.chances / 2))
    assert set(found["part"]) == {"amount_outlook", "model_changed"}
    sums = found.groupby("part")["amount"].sum() / now.money.sum()
    assert sums.tolist() == pytest.approx([0.1, -0.55])


def test_every_opportunity_has_a_status() -> None:
    month = Period(date(2026, 3, 1), date(2026, 3, 31))
    found = pipeline(trained_bundle(), history(opportunities=DEALS, amounts=AMOUNTS), "2026-03-20")
    chances = chances_in(found, (month,))[:, 0]
    told = status_in(Expectation(found, month, chances))
    assert told["opportunity_id"].tolist() == [row["opportunity_id"] for row in DEALS]
    assert told["status"].tolist() == ["lost", "open", "won", "won_outside", "won", "open"]
    assert told["currency"].tolist() == ["", "EUR", "", "", "", ""]
    assert told["deal"].tolist() == [-1, 0, -1, -1, -1, 1]
    expected = found.deals["final_amount"].iloc[0] * chances[0]
    assert 0 < expected < 50.0
    assert told["amount"].tolist() == [0.0, pytest.approx(expected), 50.0, 0.0, 0.0, 0.0]


@given(FACTORS)
def test_three_factors_share_as_the_formula_says(found: list[float]) -> None:
    x, y, z, x2, y2, z2 = found
    before, after = [np.array([each]) for each in (x, y, z)], [np.array([each]) for each in (x2, y2, z2)]
    first, second, third = (share.item() for share in shares_of_change(before, after))
    scale = 1e-12 * max(x, x2) * max(y, y2) * max(z, z2) + 1e-300
    assert first + second + third == pytest.approx(x2 * y2 * z2 - x * y * z, abs=10 * scale)
    assert first == pytest.approx((x2 - x) * (2 * y * z + y2 * z + y * z2 + 2 * y2 * z2) / 6, abs=scale)


@given(FACTORS)
def test_the_order_of_the_factors_does_not_matter(found: list[float]) -> None:
    before, after = np.array(found[:3])[:, np.newaxis], np.array(found[3:])[:, np.newaxis]
    told = shares_of_change(list(before), list(after))
    turned = shares_of_change(list(before[::-1]), list(after[::-1]))
    largest = np.prod(np.maximum(before, after))
    assert np.concatenate(told) == pytest.approx(np.concatenate(turned[::-1]), abs=1e-12 * largest)


def test_a_factor_that_stays_has_no_share() -> None:
    told = shares_of_change([np.array([5.0]), np.array([0.5])], [np.array([5.0]), np.array([0.7])])
    assert [each.item() for each in told] == pytest.approx([0.0, 1.0])


def _factors(expected: Expectation, row: int) -> tuple[float, float, float]:
    deal = expected.pipeline.deals.iloc[row]
    return deal["final_amount"], deal["probability"], expected.chances[row] / deal["probability"]


def _one_after_another(old: tuple[float, ...], new: tuple[float, ...]) -> list[float]:
    """Means over all orders in which the factors can change."""
    gains = np.zeros(3)
    for order in permutations(range(3)):
        factors = list(old)
        for changed in order:
            before = np.prod(factors)
            factors[changed] = new[changed]
            gains[changed] += (np.prod(factors) - before) / 6
    return gains.tolist()
