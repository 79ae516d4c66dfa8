"""Champion and challenger are asked of rows that neither has learned from."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from trainings import trained_model, trained_without

from winprob.models.bundle.manifest import CrossValidation
from winprob.models.bundle.scoring import score
from winprob.models.measure.metrics import log_loss
from winprob.training.fit import Trained, train
from winprob.training.track.comparison import compare, incomparable


@pytest.fixture(scope="module")
def earlier() -> Trained:
    """A model that was trained in the middle of the test of the other."""
    later = trained_model()
    return train(later.history, later.snapshots["closed_at"].sort_values().iloc[len(later.snapshots) // 2])


def test_the_champion_is_asked_only_of_what_closed_after_what_it_learned_from(earlier: Trained) -> None:
    trained = trained_model()
    later = (trained.snapshots["closed_at"] > earlier.bundle.manifest.data.as_of).to_numpy()
    assert 0 < later.sum() < len(later)
    comparison = compare(trained, earlier.bundle, None)
    answers = score(earlier.bundle, trained.history, trained.snapshots[later]).probability
    assert comparison.rows["champion"].to_numpy() == pytest.approx(answers.to_numpy())
    rows = trained.evaluation.rows[later]
    assert comparison.rows["model"].tolist() == rows["model"].tolist()
    measured = comparison.measures
    assert measured.log_loss.value == pytest.approx(log_loss(rows["won"], rows["model"], rows["weight"]))
    assert measured.rule_log_loss.value == pytest.approx(log_loss(rows["won"], answers, rows["weight"]))
    assert measured.better_by.value == pytest.approx(measured.rule_log_loss.value - measured.log_loss.value)


def test_dates_are_compared_on_rows_that_were_followed_for_as_long(earlier: Trained) -> None:
    trained = trained_model()
    known, end = (each.bundle.manifest.data.as_of for each in (earlier, trained))
    comparison = compare(trained, earlier.bundle, None)
    assert list(comparison.within) == [30, 90]
    for days, asked in comparison.within.items():
        at = asked.rows.index.get_level_values("as_of")
        assert (at + pd.Timedelta(days=days) <= end).all()
        deals = trained.history.opportunities.set_index("opportunity_id")
        ended = deals.loc[asked.rows.index.get_level_values("opportunity_id")]
        closed = pd.DatetimeIndex(ended["closed_at"])
        assert (closed > known).all()
        won = (ended["outcome"] == "won").to_numpy() & (closed <= at + pd.Timedelta(days=days))
        assert asked.rows["won"].to_numpy().tolist() == won.astype(float).tolist()
        whole = comparison.rows.loc[asked.rows.index]
        for name in ("model", "champion"):
            assert (asked.rows[name] <= whole[name]).all()
    first, second = comparison.within.values()
    both = first.rows.index.intersection(second.rows.index)
    assert (first.rows.loc[both, ["model", "champion"]] <= second.rows.loc[both, ["model", "champion"]]).all(
        axis=None
    )
    scored = score(
        earlier.bundle,
        trained.history,
        trained.snapshots[
            (trained.snapshots["closed_at"] > known).to_numpy()
            & (trained.snapshots["at"] + pd.Timedelta(days=90) <= end).to_numpy()
        ],
    )
    assert scored.outlook is not None
    share, _ = scored.outlook.shares_within([90.0])
    assert second.rows["champion"].to_numpy() == pytest.approx(scored.probability.to_numpy() * share[:, 0])


def test_no_dates_are_compared_where_a_model_knows_none(earlier: Trained) -> None:
    timeless = replace(earlier.bundle, closing_times=None)
    assert compare(trained_model(), timeless, None).within == {}


def test_models_of_the_same_time_are_compared_by_their_tests() -> None:
    trained, other = trained_model(), trained_without("company_size")
    comparison = compare(trained, other.bundle, other.evaluation.rows)
    assert len(comparison.rows) == len(trained.evaluation.rows)
    assert comparison.rows["champion"].tolist() == pytest.approx(
        other.evaluation.rows["model"].loc[comparison.rows.index].tolist()
    )
    assert compare(trained, other.bundle, None).opportunities == 0


def test_tests_are_compared_before_a_champion_that_has_learned_for_longer_is_asked(earlier: Trained) -> None:
    trained = trained_model()
    comparison = compare(trained, earlier.bundle, earlier.evaluation.rows)
    both = trained.evaluation.rows.index.intersection(earlier.evaluation.rows.index)
    assert comparison.rows.index.sort_values().equals(both.sort_values())
    assert comparison.rows["champion"].tolist() == pytest.approx(
        earlier.evaluation.rows["model"].loc[comparison.rows.index].tolist()
    )
    assert comparison.X is not None
    assert comparison.X.index.equals(comparison.rows.index)
    asked = compare(trained, earlier.bundle, None)
    for days, rows in comparison.within.items():
        assert rows.rows.equals(asked.within[days].rows)
    few = earlier.evaluation.rows.iloc[:5]
    assert compare(trained, earlier.bundle, few).rows.equals(asked.rows)


def test_rows_of_other_tests_are_left_out() -> None:
    trained = trained_model()
    some = trained.evaluation.rows.iloc[::2]
    comparison = compare(trained, trained.bundle, some.assign(model=0.5))
    assert comparison.rows.index.sort_values().equals(some.index.sort_values())
    assert (comparison.rows["champion"] == 0.5).all()


def test_flat_tables_are_compared_by_opportunity_over_all_repeats() -> None:
    trained = trained_model()
    validation = CrossValidation(folds=10, groups=300)
    manifest = trained.bundle.manifest.model_copy(update={"validation": validation})
    data = manifest.data.model_copy(update={"as_of": None})
    bundle = replace(trained.bundle, manifest=manifest.model_copy(update={"data": data}))
    rows = pd.concat([trained.evaluation.rows.assign(model=p) for p in (0.2, 0.4)])
    table = replace(
        trained,
        bundle=bundle,
        evaluation=replace(trained.evaluation, rows=rows),
        features=pd.concat([trained.features] * 2),
        snapshots=pd.concat([trained.snapshots] * 2),
    )
    comparison = compare(table, bundle, rows.assign(model=0.7))
    assert len(comparison.rows) == comparison.opportunities
    assert comparison.rows["model"].to_numpy() == pytest.approx(0.3)
    assert comparison.rows["champion"].to_numpy() == pytest.approx(0.7)


def test_what_a_playbook_says_of_training_keeps_no_model_from_being_compared() -> None:
    bundle = trained_model().bundle
    other = bundle.playbook.model_copy(update={"model": {"trees": 300}})
    assert incomparable(replace(bundle, playbook=other), bundle) == ""
    assert incomparable(replace(bundle, playbook=other.model_copy(update={"pass_mark": 3.0})), bundle) != ""
