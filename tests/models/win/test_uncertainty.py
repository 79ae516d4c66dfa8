from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit

from winprob.models.measure.outcomes import Floats, Outcomes
from winprob.models.win.columns import Columns
from winprob.models.win.imputation import Imputation
from winprob.models.win.linear import LinearPart
from winprob.models.win.parameters import Priors
from winprob.models.win.uncertainty import Uncertainty
from winprob.models.win.win_model import WinModel

PRIORS = Priors()


def additive(rows: int, seed: int, strength: float = 0.3) -> tuple[pd.DataFrame, Floats, Floats]:
    """Twenty columns with effects of the expected size around a stated probability, and the truth."""
    draw = np.random.default_rng(seed)
    X = pd.DataFrame(draw.uniform(-(3**0.5), 3**0.5, size=(rows, 20))).rename(columns=str)
    X["stated"] = draw.choice([0.2, 0.5, 0.8], rows)
    effects = np.random.default_rng(1000 + seed).normal(0, strength, 20)
    truth = expit(logit(X["stated"]).to_numpy() + X.iloc[:, :20].to_numpy() @ effects)
    return X, (draw.random(rows) < truth).astype(float), truth


def test_it_is_the_inverse_of_the_information_written_out() -> None:
    X, won, _ = additive(80, seed=0)
    columns = Columns.learn(X)
    values, weight = columns.encode(X), np.linspace(0.5, 2, 80)
    linear = LinearPart.fit(values, columns, {}, Outcomes(won, weight), "stated")
    design = [np.ones(80), *(term.rank_score_of(values[:, place]) for place, term in enumerate(linear.terms))]
    p = expit(linear.log_odds(values))
    information = np.diag([PRIORS.intercept**-2, *[PRIORS.coefficient**-2] * 20, PRIORS.stated_slope**-2])
    for row in range(80):
        d = np.array([column[row] for column in design])
        information += weight[row] * p[row] * (1 - p[row]) * np.outer(d, d)
    found = Uncertainty.of(linear.evaluate(values), Outcomes(won, weight), 0.0, Priors())
    np.testing.assert_allclose(found.covariance, np.linalg.inv(information), rtol=1e-6, atol=1e-12)
    d = np.array([column[7] for column in design])
    expected = np.sqrt(d @ np.linalg.inv(information) @ d + PRIORS.misfit**2)
    imputation = Imputation.learn(linear.evaluate(values), weight, columns, {})
    imputed = imputation.impute(linear, columns, values)
    assert found.standard_error(linear, imputed, np.zeros(80))[7] == pytest.approx(expected)


def test_where_something_is_missing_it_is_the_law_of_total_variance_written_out() -> None:
    X, won, _ = additive(200, seed=4)
    columns = Columns.learn(X)
    values, outcomes = columns.encode(X), Outcomes.of(won)
    linear = LinearPart.fit(values, columns, {}, outcomes, "stated")
    imputation = Imputation.learn(linear.evaluate(values), outcomes.weight, columns, {})
    row, gone = values[7:8].copy(), [3, 20]
    row[0, gone] = np.nan
    imputed = imputation.impute(linear, columns, row)
    uncertainty = Uncertainty.of(linear.evaluate(values), outcomes, 0.5, Priors())
    # Draw what may be there, and the coefficients, and look at how the log-odds vary.
    draw, draws = np.random.default_rng(0), 200_000
    [gap] = imputed.unrecorded
    slopes = np.array([term.slope for term in linear.terms])  # type: ignore[union-attr]
    mean = np.array([term.rank_score_of(imputed.values[:, at])[0] for at, term in enumerate(linear.terms)])
    rank_scores = np.tile(np.append(1.0, mean), (draws, 1))
    unit = np.array([1.0, imputed.effect[20] / slopes[20]])
    rank_scores[:, [at + 1 for at in gone]] += draw.multivariate_normal([0, 0], gap.covariance, draws) * unit
    coefficients = draw.multivariate_normal(np.append(0.0, slopes), uncertainty.covariance, draws)
    expected = (rank_scores * coefficients).sum(axis=1).var() + PRIORS.misfit**2 + 0.3**2 * 0.5
    found = uncertainty.standard_error(linear, imputed, np.array([0.3]))[0]
    assert found**2 == pytest.approx(expected, rel=0.01)


def test_the_coefficients_of_levels_are_as_unsure_as_their_rows_are_few() -> None:
    X = pd.DataFrame({"region": ["north"] * 30 + ["south"] * 10})
    columns, won = Columns.learn(X), np.tile([0.0, 1.0], 20)
    values, outcomes = columns.encode(X), Outcomes.of(won)
    linear = LinearPart.fit(values, columns, {}, outcomes)
    p = expit(linear.log_odds(values))
    north, south = (p * (1 - p))[:30].sum(), (p * (1 - p))[30:].sum()
    expected = 0.75 * 0.25 / (north + PRIORS.coefficient**-2) + 0.25 * 0.75 / (south + PRIORS.coefficient**-2)
    uncertainty = Uncertainty.of(linear.evaluate(values), outcomes, 0.0, Priors())
    assert uncertainty.of_levels == (pytest.approx(expected),)
    imputation = Imputation.learn(linear.evaluate(values), outcomes.weight, columns, {})
    known, gone = (imputation.impute(linear, columns, np.array([[value]])) for value in (0.0, np.nan))
    added = [uncertainty.standard_error(linear, each, np.zeros(1))[0] ** 2 for each in (known, gone)]
    assert added[1] - added[0] == pytest.approx(gone.total[0] + expected)


def test_ranges_hold_the_probability_and_shrink_as_data_grow() -> None:
    later, _, _ = additive(300, seed=1)
    widths = []
    for rows in (0, 30, 300, 3000):
        X, won, _ = additive(3000, seed=1)
        model = WinModel(trees=20, start="stated").fit(X[:rows], won[:rows])
        low, high = model.predict_range(later).T
        p = model.predict_proba(later)[:, 1]
        assert ((low < p) & (p < high)).all()
        widths.append((high - low).mean())
    assert widths[0] > widths[1] > widths[2] > widths[3]


def test_a_higher_coverage_is_a_wider_range() -> None:
    X, won, _ = additive(200, seed=2)
    model = WinModel(trees=20, start="stated").fit(X, won)
    narrow, wide = model.predict_range(X, coverage=0.5), model.predict_range(X, coverage=0.95)
    assert (wide[:, 0] < narrow[:, 0]).all()
    assert (narrow[:, 1] < wide[:, 1]).all()
    with pytest.raises(ValueError, match=r"coverage: expected a share above 0 and below 1, found 80"):
        model.predict_range(X, coverage=80)


@pytest.mark.parametrize(("rows", "strength"), [(100, 0.3), (1000, 0.3)])
def test_about_as_many_true_probabilities_lie_inside_as_promised(rows: int, strength: float) -> None:
    inside = []
    for seed in range(6):
        X, won, truth = additive(rows + 300, seed, strength)
        model = WinModel(start="stated").fit(X[:rows], won[:rows])
        low, high = model.predict_range(X[rows:]).T
        inside.append(((low <= truth[rows:]) & (truth[rows:] <= high)).mean())
    assert 0.75 <= np.mean(inside) <= 0.95
