import lightgbm
import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from winprob.models.measure.outcomes import Outcomes
from winprob.models.win import boosting
from winprob.models.win.columns import Columns
from winprob.models.win.parameters import Growth

GROWTH = Growth(trees=40, learning_rate=0.1, leaves=8, minimum_leaf=2.0, column_share=0.5, ridge=1.0, seed=0)


def table(rows: int, seed: int = 0) -> tuple[pd.DataFrame, Outcomes]:
    draw = np.random.default_rng(seed)
    X = pd.DataFrame({"stage": draw.integers(0, 5, rows).astype(float), "age": draw.exponential(60, rows)})
    X["age"] = X["age"].mask(draw.random(rows) < 0.2)
    X["region"] = draw.choice(["east", "north", "west"], rows)
    log_odds = X["stage"] - 2 + (X["region"] == "west") - X["age"].fillna(60) / 60
    return X, Outcomes.of(draw.random(rows) < 1 / (1 + np.exp(-log_odds)), draw.integers(1, 4, rows))


def grown(growth: Growth, X: pd.DataFrame, outcomes: Outcomes) -> tuple[lightgbm.Booster, np.ndarray]:
    columns = Columns.learn(X)
    values = columns.encode(X)
    return boosting.grow(growth, values, columns, outcomes), values


def trees_of(booster: lightgbm.Booster) -> str:
    return booster.model_to_string().split("\nparameters:")[0]


def test_threads_do_not_change_the_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    X, outcomes = table(5000)
    one, _ = grown(GROWTH, X, outcomes)
    monkeypatch.setattr(boosting, "THREADS", 2)
    two, _ = grown(GROWTH, X, outcomes)
    assert trees_of(one) == trees_of(two)


def test_the_seed_draws_the_columns() -> None:
    X, outcomes = table(500)
    again = [trees_of(grown(GROWTH.model_copy(update={"seed": seed}), X, outcomes)[0]) for seed in (1, 1, 2)]
    assert again[0] == again[1] != again[2]


def test_a_weight_is_as_many_rows() -> None:
    X, outcomes = table(200)
    X["age"] = (X["age"] // 10) * 10  # more values than bins are binned by rows
    times = outcomes.weight.astype(int)
    repeated = X.loc[X.index.repeat(times)].reset_index(drop=True)
    weighted, values = grown(GROWTH, X, outcomes)
    counted, _ = grown(GROWTH, repeated, Outcomes.of(np.repeat(outcomes.won, times)))
    np.testing.assert_allclose(
        boosting.log_odds(weighted, values), boosting.log_odds(counted, values), rtol=0, atol=1e-6
    )


def test_answers_are_those_of_the_saved_text_to_the_last_bit() -> None:
    booster, values = grown(GROWTH, *table(500))
    read = lightgbm.Booster(model_str=booster.model_to_string())
    assert read.model_to_string() == booster.model_to_string()
    assert (boosting.log_odds(read, values) == boosting.log_odds(booster, values)).all()
    assert (boosting.contributions(read, values)[1] == boosting.contributions(booster, values)[1]).all()


def test_contributions_add_up_over_thousands_of_deep_trees_with_large_answers() -> None:
    X, outcomes = table(400)
    deep = GROWTH.model_copy(
        update={"trees": 3000, "leaves": 60, "minimum_leaf": 0.001, "ridge": 0.0, "learning_rate": 0.5}
    )
    booster, values = grown(deep, X, outcomes)
    base, shares = boosting.contributions(booster, values)
    summed = base + shares.sum(axis=1)
    assert np.abs(summed).max() > 15
    np.testing.assert_allclose(summed, boosting.log_odds(booster, values), rtol=0, atol=1e-9)


def test_a_column_that_no_tree_uses_contributes_nothing() -> None:
    X, outcomes = table(300)
    X["constant"] = 1.0
    booster, values = grown(GROWTH, X, outcomes)
    assert (boosting.contributions(booster, values)[1][:, 3] == 0).all()


@pytest.mark.parametrize(("direction", "sign"), [(1, 1.0), (-1, -1.0)])
def test_directions_hold_everywhere(direction: int, sign: float) -> None:
    X, outcomes = table(2000)
    growth = GROWTH.model_copy(update={"directions": {"age": direction, "stage": direction, "unheard": 1}})
    booster, values = grown(growth, X, outcomes)
    draw = np.random.default_rng(1)
    for place, step in ((0, 1.0), (1, 50.0)):
        low = values[~np.isnan(values[:, place])]
        high = low.copy()
        high[:, place] += step * draw.random(len(low))
        change = boosting.log_odds(booster, high) - boosting.log_odds(booster, low)
        assert (sign * change >= 0).all()
    assert np.ptp(boosting.log_odds(booster, values)) > 0


def test_a_direction_of_a_category_is_refused() -> None:
    X, outcomes = table(50)
    with pytest.raises(
        ValueError, match=r"directions: .* found one of the category column region; give it the"
    ):
        grown(GROWTH.model_copy(update={"directions": {"region": 1, "stage": 1}}), X, outcomes)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("trees", 0, "greater than or equal to 1"),
        ("learning_rate", 1.5, "less than or equal to 1"),
        ("leaves", 1, "greater than or equal to 2"),
        ("minimum_leaf", 0.0, "greater than or equal to 0.001"),
        ("column_share", 0.0, "greater than 0"),
        ("directions", {"stage": 2}, "directions.stage\n.*should be -1, 0 or 1"),
    ],
)
def test_a_wrong_parameter_is_named(name: str, value: object, message: str) -> None:
    with pytest.raises(ValidationError, match=message) as refused:
        Growth.model_validate(GROWTH.model_dump() | {name: value})
    assert name in str(refused.value)
