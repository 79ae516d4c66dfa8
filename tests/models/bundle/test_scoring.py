from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from bundles import simulated_company, simulated_history, trained_bundle
from histories import histories, times
from hypothesis import given
from pandas.testing import assert_frame_equal, assert_series_equal
from scipy.special import logit

from winprob.features.attribute import Attribute
from winprob.features.build import build, open_snapshots
from winprob.features.document import Document
from winprob.features.history import History
from winprob.features.playbook import load_playbook
from winprob.features.record import document_of
from winprob.models.bundle.bundle import Bundle
from winprob.models.bundle.scoring import Scores, score, score_documents
from winprob.training.learn.recipe import untrained

AT = "2024-06-03"
HISTORY = histories(load_playbook())


def documents_at(history: History, at: pd.Timestamp | str) -> list[Document]:
    return [document_of(history, int(row), at) for row in history.open_at(at)]


def same(left: Scores, right: Scores) -> None:
    assert_series_equal(left.probability, right.probability, check_exact=True)
    assert_frame_equal(left.explanation.contributions, right.explanation.contributions, check_exact=True)
    assert left.explanation.base == right.explanation.base
    assert_frame_equal(left.rules, right.rules, check_exact=True)
    assert left.outlook is not None
    assert right.outlook is not None
    assert (left.outlook.won == right.outlook.won).all()
    assert (left.outlook.lost == right.outlook.lost).all()


def test_base_and_contributions_are_the_log_odds_of_the_probability() -> None:
    scores = score(trained_bundle(), simulated_history(), open_snapshots(simulated_history(), AT))
    assert len(scores) > 40
    assert scores.probability.nunique() > 30
    total = scores.explanation.base + scores.explanation.contributions.sum(axis="columns")
    np.testing.assert_allclose(total, logit(scores.probability), rtol=0, atol=1e-9)
    assert list(scores.explanation.contributions) == list(scores.features)


@given(HISTORY, times)
def test_they_are_for_any_history(history: History, at: pd.Timestamp) -> None:
    snapshots = pd.DataFrame({"opportunity": np.arange(len(history)), "at": at})
    scores = score(trained_bundle(), history, snapshots)
    np.testing.assert_allclose(scores.explanation.log_odds, logit(scores.probability), rtol=0, atol=1e-9)
    assert ((scores.probability > 0) & (scores.probability < 1)).all()


def test_a_document_scores_as_its_history_did_at_that_moment() -> None:
    history = simulated_history()
    whole = score(trained_bundle(), history, open_snapshots(history, AT))
    same(score_documents(trained_bundle(), documents_at(history, AT)), whole)


@given(HISTORY, times)
def test_it_does_for_any_history(history: History, at: pd.Timestamp) -> None:
    snapshots = open_snapshots(history, at)
    if len(snapshots):
        whole = score(trained_bundle(), history, snapshots)
        same(score_documents(trained_bundle(), documents_at(history, at)), whole)


def test_a_batch_scores_as_one_by_one() -> None:
    documents = documents_at(simulated_history(), AT)[:12]
    documents.append(Document(as_of=AT, stage="intent", competitor_count=1))
    together = score_documents(trained_bundle(), documents)
    for row, document in enumerate(documents):
        alone = score_documents(trained_bundle(), [document])
        assert alone.probability.iloc[0] == together.probability.iloc[row]
        assert_series_equal(
            alone.explanation.contributions.iloc[0],
            together.explanation.contributions.iloc[row],
            check_exact=True,
        )
        assert_series_equal(alone.rules.iloc[0], together.rules.iloc[row], check_exact=True)


def test_rules_speak_where_they_apply_and_nowhere_else() -> None:
    bundle = trained_bundle()
    documents = [
        Document(as_of=AT, stage="intent", competitor_count=2),
        Document(as_of=AT, stage="no such stage", competitor_count=0),
        Document(as_of=AT),
    ]
    rules = score_documents(bundle, documents).rules
    position = bundle.playbook.stage_position("intent")
    assert rules["stage"].tolist() == [0.75, *[pytest.approx(np.nan, nan_ok=True)] * 2]
    assert rules["competition"].tolist() == [1 / 3, 0.8, pytest.approx(np.nan, nan_ok=True)]
    assert rules["stage_win_rate"].iloc[0] == bundle.stage_win_rates.rates[position]
    assert rules["stage_win_rate"].isna().tolist() == [False, True, True]


def test_a_stage_without_past_rows_has_no_win_rate() -> None:
    bundle = trained_bundle()
    unseen = replace(bundle, stage_win_rates=bundle.stage_win_rates.model_copy(update={"rates": {0: 0.2}}))
    rules = score_documents(unseen, [Document(as_of=AT, stage=code) for code in ("target", "intent")]).rules
    assert rules["stage_win_rate"].tolist() == [0.2, pytest.approx(np.nan, nan_ok=True)]


def test_attributes_of_a_history_are_those_that_the_model_knows() -> None:
    history, bundle = simulated_history(), trained_bundle()
    snapshots = open_snapshots(history, AT)
    told = history.with_table(
        "opportunities", history.opportunities.assign(colour="red", number_of_sites=None)
    )
    more = replace(told, attributes=(Attribute("colour", "category"), *history.attributes))
    same(score(bundle, more, snapshots), score(bundle, history, snapshots))

    without = [name.name for name in bundle.attributes]
    bare = history.with_table("opportunities", history.opportunities.drop(columns=without))
    less = replace(bare, attributes=())
    features = score(bundle, less, snapshots).features
    assert features[[f"attribute.{name}" for name in without]].isna().all(axis=None)


def test_an_attribute_of_another_kind_is_refused_unless_it_is_empty() -> None:
    history, bundle = simulated_history(), trained_bundle()
    snapshots = open_snapshots(history, AT)
    kinds = tuple(Attribute(attribute.name, "category") for attribute in history.attributes)
    told = history.with_table(
        "opportunities", history.opportunities.assign(employees=["many"] * len(history))
    )
    words = replace(told, attributes=kinds)
    with pytest.raises(
        ValueError,
        match="opportunities, employees: expected a number as in the model's training, found a category",
    ):
        score(bundle, words, snapshots)
    nothing = history.opportunities.assign(employees=pd.Series(dtype="str"))
    empty = replace(history.with_table("opportunities", nothing), attributes=kinds)
    features = score(bundle, empty, snapshots).features
    assert features["attribute.employees"].isna().all()


def test_a_history_of_another_playbook_is_refused() -> None:
    history = replace(simulated_history(), playbook=load_playbook("big-project"))
    with pytest.raises(
        ValueError, match="the model's playbook 'customer-grades', found one read with 'big-project'"
    ):
        score(trained_bundle(), history, open_snapshots(history, AT))


def test_nothing_to_score_is_said() -> None:
    history = simulated_history()
    with pytest.raises(ValueError, match="expected at least one moment to score, found none"):
        score(trained_bundle(), history, open_snapshots(history, "1990-01-01"))


PARTS = [
    ("stage_changes", "checkpoints"),
    ("amounts",),
    ("close_dates",),
    ("created_at",),
    ("activities",),
    ("key_persons",),
    ("competitors",),
    ("assessments",),
    ("industry", "region", "source", "product"),
]


@pytest.mark.parametrize("part", PARTS)
def test_whatever_a_document_lacks_its_range_is_wider(part: tuple[str, ...]) -> None:
    bundle = bundle_as_trained()
    documents = documents_at(simulated_history(), AT)
    lacking = [document.model_copy(update=dict.fromkeys(part)) for document in documents]
    with_it, without = score_documents(bundle, documents), score_documents(bundle, lacking)
    assert width(without) > width(with_it)
    log_odds = logit(without.probability)
    np.testing.assert_allclose(without.explanation.log_odds, log_odds, rtol=0, atol=1e-9)


def test_the_less_documents_hold_the_wider_are_their_ranges() -> None:
    bundle = bundle_as_trained()
    documents = documents_at(simulated_history(), AT)
    widths = [width(score_documents(bundle, documents))]
    for part in PARTS:
        documents = [document.model_copy(update=dict.fromkeys(part)) for document in documents]
        widths.append(width(score_documents(bundle, documents)))
    # A deal of which something unusual is left out may have a range that is a little narrower.
    assert all(wider > 0.995 * width for width, wider in pairwise(widths))
    assert widths[-1] > 1.2 * widths[0]


@cache
def bundle_as_trained() -> Bundle:
    """A bundle of a model with the start and the families that training gives it."""
    history = simulated_history()
    looks = pd.date_range(history.opportunities["created_at"].min(), pd.Timestamp(AT, tz="UTC"), freq="28D")[
        1:
    ]
    snapshots = pd.concat([open_snapshots(history, look) for look in looks], ignore_index=True)
    won = (simulated_company().outcomes["outcome"] == "won").to_numpy()[snapshots["opportunity"]]
    weight = 1 / snapshots.groupby("opportunity")["at"].transform("size")
    model = untrained(history.playbook, history.attributes, seed=0)
    model.fit(build(history, snapshots=snapshots), won.astype(float), weight)
    return replace(trained_bundle(), model=model)


def width(scores: Scores) -> float:
    """Mean width of the ranges in log-odds."""
    return float((logit(scores.ranges["high"]) - logit(scores.ranges["low"])).mean())
