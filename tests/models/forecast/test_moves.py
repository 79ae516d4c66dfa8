from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from forecasts import forecast_at

from winprob.models.forecast.expectation import Expectation
from winprob.models.forecast.moves import learned, moves
from winprob.models.forecast.reasons import reasons

THEN, NOW = "2024-05-10", "2024-06-01"


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
