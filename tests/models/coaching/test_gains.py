from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest
from bundles import simulated_history, trained_bundle
from coaching import SCORES, by_code, document
from small import GRADES

from winprob.features.build import build
from winprob.features.document import Document
from winprob.features.record import document_of, history_of, snapshots_of
from winprob.models.bundle.bundle import Bundle
from winprob.models.bundle.scoring import score_documents
from winprob.models.bundle.trained_model import TrainedModel
from winprob.models.coaching.gains import CAUTION, Lever, log_odds_added, score_with_levers
from winprob.models.coaching.levers import actions


def bundle_documents() -> Iterator[Document]:
    history = simulated_history()
    for row in history.open_at("2024-06-03")[:8]:
        yield document_of(history, int(row), "2024-06-03")
    yield document(
        stage="qualified",
        last_contact_at="2026-01-15",
        expected_close="2026-03-01",
        risk_scores=SCORES,
        key_persons=[{"role": "decision_maker", "reached": False}],
    )
    yield document()


def log_odds(*documents: Document) -> list[float]:
    bundle = trained_bundle()
    history = history_of(documents, bundle.playbook, bundle.attributes)
    X = build(history, snapshots=snapshots_of(documents))
    odds: list[float] = bundle.model.decision_function(X).tolist()
    return odds


def levers(bundle: Bundle, documents: Sequence[Document], top: int = 3) -> list[list[Lever]]:
    """What is offered, beside scores that are those without it."""
    scores, found = score_with_levers(bundle, documents, top)
    alone = score_documents(bundle, documents)
    assert scores.probability.equals(alone.probability)
    assert scores.explanation.contributions.equals(alone.explanation.contributions)
    assert scores.ranges.equals(alone.ranges)
    return found


def test_log_odds_added_are_those_of_the_changed_document_but_for_half_of_a_contact() -> None:
    contacts = 0
    for subject in bundle_documents():
        ((now, own),) = log_odds_added(trained_bundle(), [subject])
        assert now == log_odds(subject)[0]
        assert [action.code for action, _ in own] == list(by_code(subject))
        for action, added in own:
            contact = log_odds(action.control)[0] - now if action.control else 0.0
            assert added == pytest.approx(log_odds(action.document)[0] - now - contact / 2, abs=1e-12)
            contacts += contact != 0
    assert contacts > 5


def test_levers_are_halfway_between_the_deal_and_the_average() -> None:
    bundle = trained_bundle()
    usual = {"find_coach": 0.3, "risk.fit": -2.0, "reach_decision_maker": 0.7}
    bundle = replace(bundle, manifest=bundle.manifest.model_copy(update={"levers": usual}))
    listed = 0
    for subject in bundle_documents():
        ((now, own),) = log_odds_added(bundle, [subject])
        shrunk = {action.code: (added + usual.get(action.code, added)) / 2 for action, added in own}
        found = levers(bundle, [subject], top=100)[0]
        listed += len(found)
        before = 1 / (1 + np.exp(-now))
        for lever in found:
            assert lever.probability == pytest.approx(1 / (1 + np.exp(-now - shrunk[lever.code])))
            assert lever.gain == pytest.approx(lever.probability - before)
        assert {lever.code for lever in found} == {code for code, added in shrunk.items() if added > 0}
        assert [lever.gain for lever in found] == sorted((lever.gain for lever in found), reverse=True)
        assert levers(bundle, [subject])[0] == found[:3]
    assert listed > 20


def test_levers_of_many_are_those_of_each() -> None:
    documents = list(bundle_documents())
    assert levers(trained_bundle(), documents) == [levers(trained_bundle(), [one])[0] for one in documents]
    assert log_odds_added(trained_bundle(), []) == []
    assert levers(trained_bundle(), documents[-1:]) == [[]]


def test_only_what_the_catalogue_calls_a_lever_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    subject = next(one for one in bundle_documents() if len(levers(trained_bundle(), [one])[0]) > 1)
    first, *rest = levers(trained_bundle(), [subject], top=100)[0]
    moved = next(action.feature for action in actions(subject, GRADES) if action.code == first.code)
    fixed = [
        feature if feature.name != moved else type(feature)(**{**vars(feature), "lever": False})
        for feature in trained_bundle().features
    ]
    monkeypatch.setattr(TrainedModel, "features", fixed)
    assert levers(replace(trained_bundle()), [subject], top=100)[0] == rest


def test_the_caution_is_in_both_languages() -> None:
    assert "associations" in CAUTION.en
    assert "not promises" in CAUTION.en
    assert "统计关联" in CAUTION.zh
