from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from forecasts import forecast_at

from models.forecast.moves import learned, moves
from models.forecast.pipeline import Pipeline
from models.forecast.reasons import reasons

THEN, NOW = "2024-05-10", "2024-06-01"


def test_open_deals_move_by_amount_chance_and_time_as_one_by_one_computation_says() -> None:
    then, now = forecast_at(THEN), forecast_at(NOW)
    told = moves(then.pipeline, now.pipeline, now.periods[0]).set_index(["opportunity_id", "part"])["amount"]
    why = reasons(then.pipeline), reasons(now.pipeline)
    ids = [list(each.pipeline.deals["opportunity_id"]) for each in (then, now)]
    both = [name for name in ids[0] if name in ids[1]]
    assert len(both) > 20
    for name in both:
        rows = [found.index(name) for found in ids]
        old, new = (
            _factors(each.pipeline, each.chances[row, 0], row)
            for each, row in zip((then, now), rows, strict=True)
        )
        amount, probability, share = _one_after_another(old, new)
        timing = told.get((name, "slipped_out"), 0.0) + told.get((name, "pulled_in"), 0.0)
        assert timing == pytest.approx(share, abs=1e-6)
        assert told.get((name, "amount_changed"), 0.0) == pytest.approx(amount, abs=1e-6)
        moved = why[1].contributions.iloc[rows[1]] - why[0].contributions.iloc[rows[0]]
        for family, step in moved.items():
            expected = probability * step / moved.sum()
            assert told.get((name, f"probability.{family}"), 0.0) == pytest.approx(
                expected, rel=1e-6, abs=1e-6
            )


def test_timing_is_told_by_its_sign() -> None:
    found = moves(forecast_at(THEN).pipeline, forecast_at(NOW).pipeline, forecast_at(NOW).periods[1])
    assert (found[found["part"] == "pulled_in"]["amount"] > 0).all()
    assert (found[found["part"] == "slipped_out"]["amount"] < 0).all()
    assert {"pulled_in", "slipped_out"} <= set(found["part"])


def test_learning_anew_moves_deals_that_stay_as_they_are() -> None:
    now = forecast_at(NOW).pipeline
    other = replace(now, change=replace(now.change, ratio=now.change.ratio * 1.1))
    found = learned(now, other, forecast_at(NOW).periods[0])
    assert set(found["part"]) == {"amount_outlook"}
    expected = now.deals["final_amount"] @ forecast_at(NOW).chances[:, 0] * 0.1
    assert found["amount"].sum() == pytest.approx(expected)


def _factors(pipeline: Pipeline, chance: float, row: int) -> tuple[float, float, float]:
    deal = pipeline.deals.iloc[row]
    return deal["final_amount"], deal["probability"], chance / deal["probability"]


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
