import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from winprob.features.playbook import load_playbook
from winprob.models.measure.rules import (
    RULES,
    AnyRule,
    BaseRate,
    CompetitionRule,
    Rule,
    StagePercentage,
    StageWinRates,
    rule_within,
)

X = pd.DataFrame(
    {
        "stage_position": [0.0, 0.0, 1.0, 1.0, np.nan],
        "stage_percentage": [0.1, 0.1, 0.25, 0.25, np.nan],
        "competition_rule": [0.8, np.nan, 0.5, np.nan, np.nan],
    }
)
Y = [0, 0, 1, 0, 1]
BASE_RATE = 3 / 7


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (StagePercentage, [0.1, 0.1, 0.25, 0.25, BASE_RATE]),
        (CompetitionRule, [0.8, BASE_RATE, 0.5, BASE_RATE, BASE_RATE]),
        (StageWinRates, [0.25, 0.25, 0.5, 0.5, BASE_RATE]),
        (BaseRate, [BASE_RATE] * 5),
    ],
)
def test_rules_give_their_probability_and_the_base_rate_elsewhere(
    rule: type[Rule], expected: list[float]
) -> None:
    given = rule.fit(X, Y).predict_proba(X)
    np.testing.assert_allclose(given[:, 1], expected)
    np.testing.assert_allclose(given.sum(axis=1), 1.0)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 1), st.integers(0, 3)), min_size=1, max_size=40))
def test_stage_win_rates_are_counted(rows: list[tuple[int, int, int]]) -> None:
    if not any(weight for _, _, weight in rows):
        rows = [*rows, (0, 1, 1)]
    stage, won, weight = (list(column) for column in zip(*rows, strict=True))
    rates = StageWinRates.fit(pd.DataFrame({"stage_position": stage}), won, weight).rates
    for position in set(stage):
        wins = sum(w for s, y, w in rows if s == position and y)
        total = sum(w for s, _, w in rows if s == position)
        assert rates[position] == pytest.approx((wins + 1) / (total + 2))
    assert set(rates) == set(stage)


def test_a_stage_never_seen_gets_the_base_rate() -> None:
    rule = StageWinRates.fit(X, Y)
    assert rule.predict_proba(pd.DataFrame({"stage_position": [4.0]}))[0, 1] == BASE_RATE


def test_a_rule_applies_where_any_row_has_its_column() -> None:
    empty = X * np.nan
    assert all(rule.fit(X, Y).applies(X) for rule in RULES)
    assert [rule.name for kind in RULES if (rule := kind.fit(X, Y)).applies(empty)] == ["base_rate"]


@pytest.mark.parametrize("kind", RULES)
def test_rules_survive_json(kind: type[Rule]) -> None:
    rule = kind.fit(X, Y)
    assert TypeAdapter(AnyRule).validate_json(rule.model_dump_json()) == rule


@pytest.mark.parametrize(
    ("kind", "column"),
    [
        (StagePercentage, "stage_percentage"),
        (CompetitionRule, "competition_rule"),
        (StageWinRates, "stage_position"),
    ],
)
def test_a_missing_column_is_named(kind: type[Rule], column: str) -> None:
    rule = kind.fit(X, Y)
    message = f"rule {rule.name}: expected the column {column}, found none of that name among 2 columns"
    with pytest.raises(ValueError, match=message):
        rule.predict_proba(X.drop(columns=column))


def test_a_rule_with_a_horizon_says_something_from_its_days_on() -> None:
    project = load_playbook("big-project")
    position, days = np.array([np.nan, -1.0, 3.0, 4.0]), np.array([0.0, 89.9, 90.0, np.inf])
    found = rule_within(project, position, days)
    assert np.isnan(found[:3]).all()
    assert found[3].tolist() == pytest.approx([np.nan, np.nan, 0.5, 0.5], nan_ok=True)
