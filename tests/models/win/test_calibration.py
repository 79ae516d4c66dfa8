import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from winprob.models.win.calibration import LogOddsCalibration

Rows = list[tuple[float, bool, int]]

some_rows = st.lists(st.tuples(st.floats(-50, 50), st.booleans(), st.integers(1, 5)), min_size=1, max_size=30)


def penalised_loss(line: tuple[float, float], rows: Rows) -> float:
    """The slow, obvious twin of what the fit minimises."""
    slope, intercept = line
    centre = sum(z * weight for z, _, weight in rows) / sum(weight for _, _, weight in rows)
    shift = slope * centre + intercept - centre
    loss = ((slope - 1) / 0.2) ** 2 / 2 + (shift / 0.05) ** 2 / 2
    for z, won, weight in rows:
        loss += weight * np.logaddexp(0.0, -(slope * z + intercept) if won else slope * z + intercept)
    return float(loss)


@given(some_rows)
def test_no_line_nearby_is_better(rows: Rows) -> None:
    z, won, weight = (np.array(column) for column in zip(*rows, strict=True))
    line = LogOddsCalibration.fit(z, won, weight)
    best = penalised_loss((line.slope, line.intercept), rows)
    for step in (1e-3, 0.1, 1.0):
        for slope in (line.slope - step, line.slope, line.slope + step):
            for intercept in (line.intercept - step, line.intercept, line.intercept + step):
                if slope >= 0:
                    assert best <= penalised_loss((slope, intercept), rows) + 1e-7


@given(some_rows)
def test_a_weight_is_that_many_rows(rows: Rows) -> None:
    z, won, weight = (np.array(column) for column in zip(*rows, strict=True))
    line = LogOddsCalibration.fit(z, won, weight)
    assert line.slope >= 0
    repeated = LogOddsCalibration.fit(np.repeat(z, weight), np.repeat(won, weight))
    assert repeated.slope == pytest.approx(line.slope, abs=1e-5)
    assert repeated.intercept == pytest.approx(line.intercept, abs=1e-3)


def test_with_many_rows_it_is_plain_logistic_regression() -> None:
    draw = np.random.default_rng(3)
    z = draw.normal(0.5, 2.0, 1_000_000)
    won = draw.random(1_000_000) < expit(0.6 * z - 0.4)
    line = LogOddsCalibration.fit(z, won)
    plain = LogisticRegression(C=np.inf, tol=1e-8).fit(z[:, np.newaxis], won)
    assert line.slope == pytest.approx(plain.coef_[0, 0], abs=1e-3)
    assert line.intercept == pytest.approx(plain.intercept_[0], abs=2e-3)
    assert (line.slope, line.intercept) == pytest.approx((0.6, -0.4), abs=0.06)


def test_the_fewer_outcomes_the_less_it_departs_from_the_model() -> None:
    z, won = np.linspace(-2, 2, 200), np.linspace(-2, 2, 200) > 1
    many, some, few = (LogOddsCalibration.fit(z, won, np.full(200, share)) for share in (50, 1, 0.05))
    assert many.slope > some.slope > few.slope > 1.0
    assert many.apply(0.0) < some.apply(0.0) < few.apply(0.0) < 0.0
    assert few.slope == pytest.approx(1.0, abs=0.04)


def test_rows_of_one_outcome_move_the_line_a_little() -> None:
    line = LogOddsCalibration.fit([-1.0, 0.0, 1.0], [1, 1, 1])
    assert line.slope == pytest.approx(1.0, abs=0.05)
    assert 0.0 < line.apply(0.0) < 0.3


def test_a_model_that_ranks_the_wrong_way_round_becomes_the_won_share() -> None:
    z = np.linspace(-3, 3, 200_000)
    line = LogOddsCalibration.fit(z, z < 1)
    assert line.slope == 0.0
    assert expit(line.apply(0.0)) == pytest.approx((z < 1).mean(), abs=1e-2)


def test_equal_log_odds_are_shifted_only() -> None:
    line = LogOddsCalibration.fit([0.3] * 400_000, [1, 0] * 200_000)
    assert line.slope == pytest.approx(1.0, abs=1e-8)
    assert line.apply(0.3) == pytest.approx(0.0, abs=5e-3)


@pytest.mark.parametrize(
    ("z", "y", "message"),
    [
        ([0.1], [0, 1], r"expected log-odds of 2 rows, found shape \(1,\)"),
        ([0.1, np.nan], [0, 1], "expected finite log-odds, found nan in row 1"),
    ],
)
def test_rows_that_cannot_calibrate_are_refused(z: list[float], y: list[int], message: str) -> None:
    with pytest.raises(ValueError, match=f"calibration: .*{message}"):
        LogOddsCalibration.fit(z, y)
