"""Who is made champion, and why."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest
from bundles import trained_bundle
from small import GRADES
from trainings import (
    against,
    clairvoyant,
    trained_as_text,
    trained_model,
    trained_with,
    trained_without,
)

from winprob.features.playbook import Words
from winprob.models.bundle.manifest import CrossValidation
from winprob.models.bundle.scoring import score
from winprob.models.measure.metrics import log_loss
from winprob.training.fit import Trained, train
from winprob.training.track.promotion import Champion, decide

HALF = 0.6931
"""Log loss of saying one half to everything."""


@pytest.fixture
def better() -> Trained:
    """A model that beats its rules, which believe that nearly all is won."""
    return against(trained_model(), stage=0.99, competition=None, base_rate=0.98)


def _ours(trained: Trained) -> float:
    return trained.evaluation.model.log_loss


def _rule(trained: Trained, name: str) -> float:
    measured = trained.evaluation.rules[name]
    assert measured is not None
    return measured.log_loss


def test_the_first_model_that_beats_every_rule_is_champion(better: Trained) -> None:
    decision = decide(better, None)
    assert decision.promoted
    assert decision.reason == (
        f"its log loss of {_ours(better):.4f} is below that of every rule "
        f"(stage {_rule(better, 'stage'):.4f}, base_rate {_rule(better, 'base_rate'):.4f}), "
        "and there was no champion yet"
    )


def test_each_unbeaten_rule_is_named() -> None:
    decision = decide(against(trained_model(), model=0.5, stage=0.5, competition=0.99, base_rate=0.5), None)
    assert not decision.promoted
    assert decision.reason == f"its log loss of {HALF} is not below that of stage {HALF}, base_rate {HALF}"


def test_an_unbeaten_rule_decides_whatever_the_champion_is() -> None:
    unusable = Champion("1", unusable="booster.txt: gone")
    assert not decide(against(trained_model(), model=0.5, base_rate=0.5), unusable).promoted


def test_equal_is_not_better(better: Trained) -> None:
    decision = decide(better, Champion("3", trained_model().bundle))
    assert not decision.promoted
    assert decision.reason == (
        f"its log loss of {_ours(better):.4f} is not below that of the champion, version 3 "
        f"({_ours(better):.4f}), on the same {len(better.features):,} rows"
    )


def test_the_champion_is_scored_on_the_rows_of_the_new_model(better: Trained) -> None:
    champion = trained_bundle()
    assert champion.manifest.data.as_of is None
    answers = score(champion, better.history, better.moments).probability
    rows = better.evaluation.rows
    theirs = log_loss(rows["won"], answers, rows["weight"])
    decision = decide(better, Champion("3", champion))
    assert f"the champion, version 3 ({theirs:.4f})" in decision.reason
    assert decision.promoted is (_ours(better) < theirs)


@pytest.fixture
def earlier(better: Trained) -> Trained:
    """A model that was trained in the middle of the test of the other."""
    return train(better.history, better.moments["closed_at"].sort_values().iloc[len(better.moments) // 2])


def test_the_champion_is_asked_only_of_what_ended_after_what_it_learned_from(
    better: Trained, earlier: Trained
) -> None:
    known = earlier.bundle.manifest.data.as_of
    later = (better.moments["closed_at"] > known).to_numpy()
    assert 0 < later.sum() < len(later)
    rows = better.evaluation.rows[later]
    answers = score(earlier.bundle, better.history, better.moments[later]).probability
    ours, theirs = (log_loss(rows["won"], told, rows["weight"]) for told in (rows["model"], answers))
    reason = decide(better, Champion("3", earlier.bundle)).reason
    assert f"its log loss of {ours:.4f} is" in reason
    assert f"version 3 ({theirs:.4f}), on the same {later.sum():,} rows" in reason


def test_a_champion_that_knows_the_whole_test_stays(better: Trained) -> None:
    other = better.bundle.manifest.validation.model_copy(update={"calibrate": ()})
    manifest = better.bundle.manifest.model_copy(update={"validation": other})
    decision = decide(clairvoyant(better), Champion("3", replace(better.bundle, manifest=manifest)))
    assert (decision.promoted, decision.comparable) == (False, False)
    assert decision.reason == (
        "the champion, version 3, cannot be compared with it: no opportunity of the test ended after what it "
        "learned from"
    )


def test_a_better_model_takes_the_champions_place(better: Trained) -> None:
    best = clairvoyant(better)
    decision = decide(best, Champion("3", better.bundle))
    assert decision.promoted
    assert decision.reason == (
        f"its log loss of {-math.log(0.99):.4f} is below that of every rule (stage {HALF}, base_rate {HALF}) "
        f"and that of the champion, version 3 ({_ours(better):.4f}), "
        f"on the same {len(better.features):,} rows"
    )


def test_a_champion_may_know_fewer_attributes(better: Trained) -> None:
    champion = trained_without("company_size")
    assert len(champion.bundle.attributes) == len(better.bundle.attributes) - 1
    decision = decide(better, Champion("3", champion.bundle))
    assert decision.comparable
    assert f"the champion, version 3 ({_ours(champion):.4f})" in decision.reason


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        (
            lambda: trained_with(GRADES.model_copy(update={"code": "own"})),
            "it speaks of the playbook 'customer-grades', these data of 'own'",
        ),
        (
            lambda: trained_with(GRADES.model_copy(update={"name": Words(zh="新", en="new")})),
            "the playbook 'customer-grades' has changed since it was trained",
        ),
        (
            lambda: trained_without("company_size"),
            "it knows attributes that these data lack (company_size)",
        ),
        (
            lambda: trained_as_text("employees"),
            "attributes have changed their kind (employees was a number and is a category): declare "
            'employees = "text" or "number" in [input.columns] of the playbook or [columns] of a mapping',
        ),
    ],
)
def test_a_champion_of_other_data_stays(new: Callable[[], Trained], reason: str) -> None:
    decision = decide(clairvoyant(new()), Champion("3", trained_model().bundle))
    assert (decision.promoted, decision.comparable) == (False, False)
    assert decision.reason == f"the champion, version 3, cannot be compared with it: {reason}"


def test_a_champion_that_cannot_be_used_gives_way(better: Trained) -> None:
    decision = decide(better, Champion("3", unusable="booster.txt: expected a file of every bundle"))
    assert decision.promoted
    assert "the champion, version 3, cannot be used any more (booster.txt: expected a file" in decision.reason


def test_a_champion_of_the_same_flat_table_answers_with_its_cross_validation(better: Trained) -> None:
    validation = CrossValidation(folds=10, groups=300)
    manifest = better.bundle.manifest.model_copy(update={"validation": validation})
    own = better.evaluation.model.model_copy(update={"log_loss": 0.1234})
    champion = replace(
        better.bundle, manifest=manifest.model_copy(update={"metrics": {"model": own, "stage": None}})
    )
    new = replace(better, bundle=replace(better.bundle, manifest=manifest))
    assert "version 3 (0.1234), on the same" in decide(new, Champion("3", champion)).reason


def test_without_a_test_the_first_model_is_champion_and_no_other() -> None:
    history = trained_model().history
    untested = train(history, history.opportunities["created_at"].min() + pd.Timedelta(days=2))
    first = decide(untested, None)
    assert first.promoted
    assert first.reason == (
        "no opportunity of the test has ended yet, so nothing says how good it is, and there was no champion "
        "yet"
    )
    later = decide(untested, Champion("3", trained_bundle()))
    assert (later.promoted, later.comparable) == (False, False)
    assert later.reason.endswith("and there is a champion, version 3")
