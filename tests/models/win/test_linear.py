import tracemalloc

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression

from winprob.models.measure.outcomes import Outcomes
from winprob.models.win.columns import Columns
from winprob.models.win.linear import LinearPart
from winprob.models.win.parameters import Priors
from winprob.models.win.terms import Curve, Levels

Deals = tuple[np.ndarray, Columns, Outcomes]


def deals(rows: int = 400, seed: int = 0) -> Deals:
    """Numbers with and without gaps, skewed, constant and wholly missing, and categories; weighted."""
    draw = np.random.default_rng(seed)
    X = pd.DataFrame({"stage_position": draw.integers(0, 5, rows).astype(float)})
    X["amount"] = draw.lognormal(10, 2, rows)
    X["contacts"] = pd.Series(draw.normal(size=rows)).mask(draw.random(rows) < 0.3)
    X["constant"], X["never"] = 3.0, np.nan
    X["industry"] = draw.choice(["steel", "chips", "bread"], rows)
    X["source"] = pd.Series(draw.choice(["fair", "call", ""], rows), dtype="str").replace("", None)
    true = 0.6 * (X["stage_position"] - 2) + (X["industry"] == "chips") + X["contacts"].isna()
    columns = Columns.learn(X)
    outcomes = Outcomes.of(draw.random(rows) < expit(true), draw.integers(1, 4, rows) / 2)
    return columns.encode(X), columns, outcomes


def design(values: np.ndarray, columns: Columns, weight: np.ndarray) -> np.ndarray:
    """Every derived column written out: standardised rank scores, then indicators of levels and of gaps."""
    derived = []
    for place, name in enumerate(columns.names):
        column = values[:, place]
        if name in columns.levels:
            derived += [column == level for level in range(len(columns.levels[name]))]
        else:
            derived.append(Curve.of_rank_scores(column, weight).contributions(column))
        gap = np.isnan(column)
        derived.append(gap if not gap.all() else np.zeros(len(gap)))
    return np.column_stack(derived).astype(np.float64)


def test_without_directions_it_is_the_penalised_regression_of_scikit_learn() -> None:
    values, columns, outcomes = deals()
    linear = LinearPart.fit(values, columns, {}, outcomes)
    derived = design(values, columns, outcomes.weight)
    slow = LogisticRegression(C=Priors().coefficient ** 2, tol=1e-10, max_iter=10_000)
    slow.fit(derived, outcomes.won, sample_weight=outcomes.weight)
    np.testing.assert_allclose(linear.log_odds(values), slow.decision_function(derived), atol=1e-5)


def test_a_direction_that_the_data_contradict_leaves_the_column_out() -> None:
    values, columns, outcomes = deals()
    against = {"stage_position": -1, "contacts": 1, "elsewhere": 1}
    linear = LinearPart.fit(values, columns, against, outcomes)
    assert (linear.contributions(values)[:, 0] == 0).all()

    def loss(model: LinearPart) -> float:
        fitted = model.log_odds(values)
        return float((outcomes.weight * (np.logaddexp(0, fitted) - outcomes.won * fitted)).sum())

    # The free model is better; this one is the best of those that cannot see the forbidden column.
    free = LinearPart.fit(values, columns, {}, outcomes)
    without = values.copy()
    without[:, 0] = 1.0
    best = LinearPart.fit(without, columns, {"contacts": 1}, outcomes)
    assert loss(free) < loss(linear) - 10
    np.testing.assert_allclose(linear.log_odds(values), best.log_odds(without), atol=1e-5)


@st.composite
def small_deals(draw: st.DrawFn) -> Deals:
    """Any small table: gaps, ties, constants, wide numbers, text with missing levels; and weights."""
    rows, random = draw(st.integers(2, 40)), np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    X = pd.DataFrame({"wide": random.normal(scale=10.0 ** draw(st.integers(-300, 300)), size=rows)})
    X["ties"] = random.integers(0, draw(st.integers(1, 4)), rows).astype(float)
    X["level"] = pd.Series(random.choice(["x", "y", ""], rows), dtype="str").replace("", None)
    X["wide"] = X["wide"].mask(random.random(rows) < draw(st.sampled_from([0.0, 0.3, 1.0])))
    columns = Columns.learn(X)
    won = (random.random(rows) < 0.5).astype(int)
    won[:2] = [0, 1]
    return columns.encode(X), columns, Outcomes.of(won, random.integers(1, 4, rows))


@given(small_deals(), st.sampled_from([-1, 0, 1]))
def test_it_adds_up_is_centred_and_keeps_directions(table: Deals, direction: int) -> None:
    values, columns, outcomes = table
    linear = LinearPart.fit(values, columns, {"wide": direction, "ties": direction}, outcomes)
    contributions, log_odds = linear.contributions(values), linear.log_odds(values)
    np.testing.assert_allclose(linear.base + contributions.sum(axis=1), log_odds, rtol=0, atol=1e-9)
    np.testing.assert_allclose(np.average(contributions, axis=0, weights=outcomes.weight), 0, atol=1e-9)
    # With a free level the mean probability is the won share.
    assert np.average(expit(log_odds), weights=outcomes.weight) == pytest.approx(outcomes.rate, abs=1e-5)
    assert linear.log_odds(values[-1:])[0] == log_odds[-1]
    for place in (0, 1):
        rising = linear.terms[place].contributions(np.sort(values[:, place][~np.isnan(values[:, place])]))
        assert direction == 0 or (direction * np.diff(rising) >= 0).all()


@given(small_deals())
def test_a_weight_is_as_many_rows(table: Deals) -> None:
    values, columns, outcomes = table
    times = outcomes.weight.astype(int)
    repeated = Outcomes.of(outcomes.won.repeat(times))
    one = LinearPart.fit(values, columns, {}, outcomes)
    other = LinearPart.fit(values.repeat(times, axis=0), columns, {}, repeated)
    np.testing.assert_allclose(one.log_odds(values), other.log_odds(values), atol=1e-6)


def test_columns_that_tell_nothing_add_exactly_nothing() -> None:
    values, columns, outcomes = deals()
    contributions = LinearPart.fit(values, columns, {}, outcomes).contributions(values)
    for name in ("constant", "never"):
        assert (contributions[:, columns.names.index(name)] == 0).all()
    later = values.copy()
    later[:, columns.names.index("never")] = 7.0
    assert (LinearPart.fit(values, columns, {}, outcomes).contributions(later) == contributions).all()


def test_values_beyond_the_data_count_as_its_ends() -> None:
    values, columns, outcomes = deals()
    linear, place = LinearPart.fit(values, columns, {"amount": 1}, outcomes), columns.names.index("amount")
    far, end = values[[0, 0]], values[[0, 0]]
    far[:, place] = [-1e15, 1e15]
    end[:, place] = [values[:, place].min(), values[:, place].max()]
    assert (linear.log_odds(far) == linear.log_odds(end)).all()


def test_missing_counts_where_it_was_seen_and_else_as_the_mean() -> None:
    values, columns, outcomes = deals()
    linear = LinearPart.fit(values, columns, {"contacts": 1}, outcomes)
    terms = dict(zip(columns.names, linear.terms, strict=True))
    assert terms["contacts"].missing > 0.2
    assert terms["source"].missing != 0
    assert terms["industry"].missing == 0
    assert terms["amount"].missing == 0


def test_one_large_amount_does_not_change_what_the_others_tell() -> None:
    values, columns, outcomes = deals()
    place, far = columns.names.index("amount"), values.copy()
    largest = values[:, place].argmax()
    far[largest, place] = 1e15
    usual, stretched = (LinearPart.fit(each, columns, {}, outcomes) for each in (values, far))
    others = np.delete(values, largest, axis=0)
    np.testing.assert_allclose(usual.log_odds(others), stretched.log_odds(others), atol=0.01)


def test_it_is_read_back_exactly_and_knows_its_columns() -> None:
    values, columns, outcomes = deals()
    linear = LinearPart.fit(values, columns, {}, outcomes)
    again = LinearPart.model_validate_json(linear.model_dump_json())
    assert again == linear
    assert again != LinearPart.fit(values, columns, {"stage_position": -1}, outcomes)
    assert [type(term) for term in again.terms] == [Curve] * 5 + [Levels] * 2
    assert (again.contributions(values) == linear.contributions(values)).all()
    assert again == linear
    assert linear.is_of(columns)
    assert not linear.is_of(columns.model_copy(update={"levels": {**columns.levels, "source": ("fair",)}}))
    assert not LinearPart(base=0.0, terms=linear.terms[1:]).is_of(columns)


def test_a_category_of_many_levels_takes_little_room() -> None:
    draw, rows, levels = np.random.default_rng(0), 30_000, 5_000
    values = draw.integers(0, levels, (rows, 1)).astype(np.float64)
    columns = Columns(names=("customer",), levels={"customer": tuple(map(str, range(levels)))}, usual=(None,))
    outcomes = Outcomes.of(draw.random(rows) < expit(np.where(values[:, 0] < levels / 2, -1, 1)))
    tracemalloc.start()
    linear = LinearPart.fit(values, columns, {}, outcomes)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 50e6  # every indicator written out would take 1.2e9 bytes
    known = linear.terms[0].contributions(np.arange(levels, dtype=np.float64))
    assert known[levels // 2 :].mean() - known[: levels // 2].mean() > 0.1


def test_it_starts_from_what_is_stated_and_earns_departures() -> None:
    draw = np.random.default_rng(0)
    stated = draw.choice([0.1, 0.5, 0.9], 4000)
    won = draw.random(4000) < expit(0.4 * logit(stated) - 0.5)
    columns = Columns(names=("stated",), levels={}, usual=(None,))
    values = stated[:, np.newaxis]
    distance = []
    for rows in (0, 20, 4000):
        linear = LinearPart.fit(
            values[:rows], columns, {}, Outcomes(won[:rows] * 1.0, np.ones(rows)), "stated"
        )
        found = linear.log_odds(np.array([[0.1], [0.5], [0.9]]))
        distance.append(abs(found - logit([0.1, 0.5, 0.9])).mean())
    assert distance[0] == pytest.approx(0.0, abs=1e-12)
    assert 0.05 < distance[1] < distance[2]
    assert found == pytest.approx(0.4 * logit([0.1, 0.5, 0.9]) - 0.5, abs=0.15)


def test_a_start_is_the_penalised_regression_written_out() -> None:
    draw = np.random.default_rng(1)
    stated, other = draw.choice([0.2, 0.6], 60), draw.normal(size=60)
    won = (draw.random(60) < 0.3).astype(float)
    columns = Columns(names=("stated", "other"), levels={}, usual=(None, None))
    values = np.column_stack([stated, other])
    linear = LinearPart.fit(values, columns, {}, Outcomes.of(won), "stated")
    rank_score = Curve.of_rank_scores(other, np.ones(60)).contributions(other)

    def loss(point: np.ndarray) -> float:
        fitted = point[0] + point[1] * logit(stated) + point[2] * rank_score
        departures = point[0], (point[1] - 1) / 0.5, point[2] / Priors().coefficient
        penalty = sum(departure**2 / 2 for departure in departures)
        return float((np.logaddexp(0, fitted) - won * fitted).sum() + penalty)

    best = minimize(loss, [0.0, 1.0, 0.0], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12}).x
    expected = best[0] + best[1] * logit(stated) + best[2] * rank_score
    np.testing.assert_allclose(linear.log_odds(values), expected, atol=1e-5)
    assert linear.contributions(values).mean(axis=0) == pytest.approx([0.0, 0.0], abs=1e-9)
