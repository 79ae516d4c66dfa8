import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winprob.models.measure.metrics import (
    Metrics,
    auc,
    brier,
    calibration_error,
    log_loss,
    measure,
    reliability,
)

Rows = list[tuple[int, float, int]]

# A coarse grid of probabilities makes ties, which are what is hard about bins and AUC.
some_rows = st.lists(
    st.tuples(st.integers(0, 1), st.integers(1, 19).map(lambda twentieth: twentieth / 20), st.integers(1, 4)),
    min_size=1,
    max_size=60,
)


def columns(rows: Rows) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    won, p, weight = (np.array(column) for column in zip(*rows, strict=True))
    return won, p, weight


def slow_bins(rows: Rows, bins: int) -> dict[int, Rows]:
    """Rows by bin: that of the middle of the weight of all rows with their probability."""
    total = sum(weight for _, _, weight in rows)
    found: dict[int, Rows] = {}
    for value in sorted({p for _, p, _ in rows}):
        below = sum(weight for _, p, weight in rows if p < value)
        same = [row for row in rows if row[1] == value]
        # Twice the middle, in whole numbers: floor(bins * (below + same / 2) / total).
        number = bins * (2 * below + sum(weight for _, _, weight in same)) // (2 * total)
        found.setdefault(min(number, bins - 1), []).extend(same)
    return found


@given(some_rows)
def test_metrics_equal_their_definitions(rows: Rows) -> None:
    y, p, w = columns(rows)
    total = w.sum()
    slow_loss = sum(-weight * math.log(chance if won else 1 - chance) for won, chance, weight in rows) / total
    slow_brier = sum(weight * (chance - won) ** 2 for won, chance, weight in rows) / total
    measured = measure(y, p, w)
    assert measured.log_loss == log_loss(y, p, w) == pytest.approx(slow_loss)
    assert measured.brier == brier(y, p, w) == pytest.approx(slow_brier)
    assert measured.observed == pytest.approx(sum(won * weight for won, _, weight in rows) / total)
    assert measured.predicted == pytest.approx(sum(chance * weight for _, chance, weight in rows) / total)
    assert measured.rows == len(rows)


@given(some_rows.filter(lambda rows: len({won for won, _, _ in rows}) == 2))
def test_auc_is_the_chance_of_a_pair_in_order(rows: Rows) -> None:
    pairs = [
        (w1 * w0, 1.0 if p1 > p0 else 0.5 if p1 == p0 else 0.0)
        for y1, p1, w1 in rows
        for y0, p0, w0 in rows
        if y1 > y0
    ]
    expected = sum(weight * order for weight, order in pairs) / sum(weight for weight, _ in pairs)
    assert auc(*columns(rows)) == pytest.approx(expected)


@given(some_rows, st.integers(1, 12))
def test_reliability_equals_bins_made_by_hand(rows: Rows, bins: int) -> None:
    table = reliability(*columns(rows), bins=bins)
    expected = [found for _, found in sorted(slow_bins(rows, bins).items())]
    assert table["rows"].tolist() == [len(found) for found in expected]
    error = 0.0
    for row, found in zip(table.itertuples(), expected, strict=True):
        won, p, weight = columns(found)
        assert (row.lowest, row.highest, row.weight) == (p.min(), p.max(), weight.sum())
        assert row.predicted == pytest.approx(np.average(p, weights=weight))
        assert row.observed == pytest.approx(np.average(won, weights=weight))
        error += weight.sum() * abs(np.average(p, weights=weight) - np.average(won, weights=weight))
    total = sum(weight for _, _, weight in rows)
    assert calibration_error(*columns(rows), bins=bins) == pytest.approx(error / total)


@given(some_rows, st.randoms(use_true_random=False))
def test_order_does_not_matter_and_a_weight_is_that_many_rows(rows: Rows, random: object) -> None:
    table = reliability(*columns(rows))
    shuffled = rows.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert reliability(*columns(shuffled)).equals(table)
    repeated = [(won, p, 1) for won, p, weight in rows for _ in range(weight)]
    again = reliability(*columns(repeated)).drop(columns="rows")
    np.testing.assert_allclose(again, table.drop(columns="rows"))


def test_bins_hold_equal_counts_where_nothing_ties() -> None:
    draw = np.random.default_rng(0)
    p = draw.random(1000)
    table = reliability(draw.random(1000) < p, p)
    assert table["rows"].tolist() == [100] * 10
    assert table["lowest"].is_monotonic_increasing


def test_rows_of_weight_zero_are_as_if_not_there() -> None:
    assert measure([1, 0, 1], [0.9, 0.2, 0.1], [1, 1, 0]).model_dump(exclude={"rows"}) == measure(
        [1, 0], [0.9, 0.2]
    ).model_dump(exclude={"rows"})


def test_calibration_error_is_about_nil_for_true_probabilities_and_sees_false_ones() -> None:
    draw = np.random.default_rng(1)
    p = draw.random(50_000)
    won = draw.random(50_000) < p
    assert calibration_error(won, p) < 0.01
    assert calibration_error(won, p * 0.8) == pytest.approx(0.1, abs=0.01)


@pytest.mark.parametrize(("y", "word"), [([1, 1, 1], "won"), ([0, 0, 0], "lost")])
def test_one_outcome_leaves_auc_undefined_and_says_so(y: list[int], word: str) -> None:
    measured = measure(y, [0.2, 0.5, 0.5])
    assert math.isnan(measured.auc)
    assert measured.remarks == (f"auc: not defined, all 3 rows are {word}",)
    assert measured.log_loss > 0


def test_both_outcomes_leave_nothing_to_remark() -> None:
    assert measure([0, 1], [0.2, 0.5]).remarks == ()


def test_sure_and_wrong_is_bad_but_finite() -> None:
    assert 30 < log_loss([1, 0], [0.0, 1.0]) < 40


def test_metrics_survive_json_even_where_auc_is_undefined() -> None:
    measured = measure([1, 1], [0.2, 0.5])
    read = Metrics.model_validate_json(measured.model_dump_json())
    assert math.isnan(read.auc)
    assert read.model_dump(exclude={"auc"}) == measured.model_dump(exclude={"auc"})


@pytest.mark.parametrize(
    ("p", "message"),
    [
        ([0.5, 1.5], "expected numbers from 0 to 1, found 1.5 in row 1"),
        ([np.nan, 0.5], "found nan in row 0"),
        ([0.5], r"expected one for each of 2 outcomes, found shape \(1,\)"),
    ],
)
def test_other_probabilities_are_refused(p: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=f"probability: .*{message}"):
        measure([0, 1], p)


def test_without_rows_nothing_is_measured() -> None:
    nothing = measure([], [])
    assert nothing.rows == 0
    assert math.isnan(nothing.log_loss)
    assert nothing.remarks == ("nothing measured: no opportunity of the test has ended yet",)
    with pytest.raises(ValueError, match="y: expected outcomes of at least one row, found none"):
        log_loss([], [])
