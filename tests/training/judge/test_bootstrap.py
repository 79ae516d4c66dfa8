"""Intervals of measures whose rows share their ends."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winprob.features.timeline import Floats, Integers
from winprob.models.measure import metrics
from winprob.training.judge.bootstrap import DRAWS, INTERVAL, Bootstrap


def company(opportunities: int, seed: int) -> tuple[Integers, Floats, Floats]:
    """Opportunity, end and calibrated probability of each row; opportunities differ much in their rows."""
    random = np.random.default_rng(seed)
    strength = random.normal(-0.8, 1.3, opportunities)
    rows = random.geometric(np.where(strength > 0, 0.3, 0.1))
    probability = 1 / (1 + np.exp(-strength))
    won = random.random(opportunities) < probability
    return np.repeat(np.arange(opportunities), rows), np.repeat(won, rows) * 1.0, np.repeat(probability, rows)


def surprise(won: Floats, p: Floats) -> Floats:
    return -np.log(np.where(won == 1, p, 1 - p))


@pytest.fixture
def rows() -> pd.DataFrame:
    """A few rows, with weights and equal probabilities."""
    opportunity, won, p = company(25, seed=5)
    weight = np.random.default_rng(6).uniform(0.5, 2, len(won))
    return pd.DataFrame({"opportunity": opportunity, "won": won, "p": p.round(1), "weight": weight})


def drawn_plainly(rows: pd.DataFrame) -> list[pd.DataFrame]:
    """The same draws, row by row."""
    random, names = np.random.default_rng(0), rows["opportunity"].unique()
    own = {name: rows[rows["opportunity"] == name] for name in names}
    return [
        pd.concat([own[name] for name in names[random.integers(len(names), size=len(names))]])
        for _ in range(DRAWS)
    ]


def test_intervals_are_those_of_rows_drawn_plainly(rows: pd.DataFrame) -> None:
    bootstrap = Bootstrap.of(rows["opportunity"].tolist(), rows["weight"].to_numpy())
    won, p = rows["won"].to_numpy(), rows["p"].to_numpy()
    share, brier = bootstrap.means(np.column_stack([won, (p - won) ** 2]))
    auc = bootstrap.auc(won, p)
    drawn = drawn_plainly(rows)
    for found, measure in (
        (share, lambda won, _, weight: np.average(won, weights=weight)),
        (brier, metrics.brier),
        (auc, metrics.auc),
    ):
        slow = [measure(each["won"], each["p"], each["weight"]) for each in drawn]
        assert found.value == pytest.approx(measure(won, p, rows["weight"]))
        assert (found.low, found.high) == pytest.approx(tuple(np.nanpercentile(slow, INTERVAL)))


def test_the_calibration_error_is_give_or_take_what_chance_alone_makes(rows: pd.DataFrame) -> None:
    bootstrap = Bootstrap.of(rows["opportunity"].tolist(), rows["weight"].to_numpy())
    won, p = rows["won"].to_numpy(), rows["p"].to_numpy()
    group = np.searchsorted(metrics.reliability(won, p, rows["weight"])["highest"], p)
    found = bootstrap.calibration_error(won, p, group)

    def missed(rows: pd.DataFrame, number: int) -> float:
        own = rows[np.isin(rows["p"], p[group == number])]
        return float((own["weight"] * (own["p"] - own["won"])).sum())

    numbers = range(group.max() + 1)
    chance = [
        sum(abs(missed(each, number) - missed(rows, number)) for number in numbers) / rows["weight"].sum()
        for each in drawn_plainly(rows)
    ]
    assert found.value == pytest.approx(metrics.calibration_error(won, p, rows["weight"]))
    assert found.high - found.value == pytest.approx(np.percentile(chance, 95))
    assert found.low == pytest.approx(max(found.value - np.percentile(chance, 95), 0))


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    _, won, p = company(400_000, seed=0)
    truth = [won.mean(), surprise(won, p).mean(), metrics.auc(won, p)]
    held = np.zeros(4)
    for seed in range(1, 61):
        opportunity, won, p = company(80, seed)
        bootstrap = Bootstrap.of(opportunity.tolist(), np.ones(len(won)))
        group = np.searchsorted(metrics.reliability(won, p)["highest"], p)
        found = [*bootstrap.means(np.column_stack([won, surprise(won, p)])), bootstrap.auc(won, p)]
        held[:3] += [each.low <= true <= each.high for each, true in zip(found, truth, strict=True)]
        held[3] += bootstrap.calibration_error(won, p, group).low == 0  # the probabilities are the truth
    assert (held >= 0.85 * 60).all()
    assert (held[:3] < 60).all()


def test_rows_drawn_by_themselves_would_be_far_too_sure() -> None:
    opportunity, won, _ = company(80, seed=1)
    weight, values = np.ones(len(won)), won[:, np.newaxis]
    (together,) = Bootstrap.of(opportunity.tolist(), weight).means(values)
    (alone,) = Bootstrap.of([str(row) for row in range(len(won))], weight).means(values)
    assert alone.high - alone.low < 0.5 * (together.high - together.low)


def test_repeats_of_each_row_change_nothing() -> None:
    opportunity, won, p = company(30, seed=2)
    once = Bootstrap.of(opportunity.tolist(), np.ones(len(won)))
    times = Bootstrap.of(np.tile(opportunity, 5).tolist(), np.full(5 * len(won), 0.2))
    (first,), (again,) = once.means(won[:, np.newaxis]), times.means(np.tile(won, 5)[:, np.newaxis])
    assert again.model_dump() == pytest.approx(first.model_dump())
    assert times.auc(np.tile(won, 5), np.tile(p, 5)).model_dump() == pytest.approx(
        once.auc(won, p).model_dump()
    )


@given(st.lists(st.tuples(st.integers(0, 4), st.floats(-5, 5), st.floats(0.1, 3)), min_size=1, max_size=20))
def test_a_mean_lies_in_the_range_of_its_values_and_its_interval_too(
    rows: list[tuple[int, float, float]],
) -> None:
    opportunity, values, weight = map(list, zip(*rows, strict=True))
    (found,) = Bootstrap.of(opportunity, np.array(weight)).means(np.array(values)[:, np.newaxis])
    assert min(values) - 1e-9 <= found.low <= found.high <= max(values) + 1e-9
    assert min(values) - 1e-9 <= found.value <= max(values) + 1e-9
