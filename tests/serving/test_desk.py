"""Scoring without HTTP: answers add up, and a batch answers what one by one answers."""

import math
from typing import Any

import pytest
from bundles import simulated_history
from hypothesis import given, settings
from hypothesis import strategies as st

from features.build import open_moments
from features.checking import InvalidDocument
from features.record import document_of
from models.scoring import score
from serving.answer import Answer
from serving.desk import Desk, open_desk
from serving.example import example
from serving.request import DOCUMENT_BYTES, MOST_DOCUMENTS, DocumentTooLarge, InvalidBatch

AS_OF = "2024-06-30"


def document(place: int) -> dict[str, Any]:
    """A full document of the simulated company, as a CRM sends it."""
    history = simulated_history()
    rows = open_moments(history, AS_OF)["opportunity"]
    return document_of(history, int(rows.iloc[place % len(rows)]), AS_OF).model_dump(mode="json")


SHORT = st.fixed_dictionaries(
    {"as_of": st.just("2026-03-31")},
    optional={
        "opportunity_id": st.text("abc客", min_size=1, max_size=9),
        "created_at": st.sampled_from(["2026-01-01", "0001-01-01"]),
        "stage": st.sampled_from(["target", "intent", "no such stage"]),
        "amount": st.floats(0, 1e15),
        "expected_close": st.sampled_from(["2026-06-30", "0001-01-01", "9999-12-31T23:59:59.999999"]),
        "last_contact_at": st.sampled_from(["2026-03-30", "2025-01-01"]),
        "next_contact_at": st.sampled_from(["2026-04-30", "2026-01-01"]),
        "competitor_count": st.sampled_from([0, 1, 1000]),
        "risk_scores": st.dictionaries(st.sampled_from(["budget", "credit", "fit"]), st.integers(0, 2)),
        "key_persons": st.lists(
            st.fixed_dictionaries(
                {"role": st.sampled_from(["decision_maker", "coach"])},
                optional={
                    "reached": st.booleans(),
                    "influence": st.floats(0, 1e6, exclude_min=True),
                    "stance": st.sampled_from(["for", "against"]),
                },
            ),
            max_size=3,
        ),
        "industry": st.sampled_from(["chips", "nan", "\0"]),
        "track_records": st.just({"owner": {"won": 1_000_000, "lost": 0}}),
        "language": st.sampled_from(["zh", "en"]),
    },
)
DOCUMENTS = SHORT | st.integers(0, 30).map(document)


def adds_up(answer: Answer) -> None:
    log_odds = answer.base.log_odds + math.fsum(one.log_odds for one in answer.contributions)
    assert log_odds == pytest.approx(answer.log_odds, abs=1e-9)
    assert log_odds == pytest.approx(math.log(answer.probability / (1 - answer.probability)), abs=1e-9)
    points = math.fsum(one.points for one in answer.contributions)
    assert answer.base.probability + points == pytest.approx(answer.probability, abs=1e-9)
    for family in answer.families:
        own = [one for one in answer.contributions if one.family == family.family]
        assert family.log_odds == pytest.approx(math.fsum(one.log_odds for one in own), abs=1e-9)
        assert family.points == pytest.approx(math.fsum(one.points for one in own), abs=1e-9)


@given(DOCUMENTS)
def test_contributions_add_up(desk: Desk, sent: dict[str, Any]) -> None:
    adds_up(desk.score(sent, "en"))


@settings(max_examples=15)
@given(st.lists(DOCUMENTS | st.just({"amount": "much"}), min_size=1, max_size=5))
def test_a_batch_answers_what_one_by_one_answers(desk: Desk, sent: list[dict[str, Any]]) -> None:
    for one, together in zip(sent, desk.score_batch({"documents": sent}, "zh"), strict=True):
        if isinstance(together, Answer):
            assert together == desk.score(one, "zh")
        else:
            with pytest.raises(InvalidDocument) as refused:
                desk.score(one, "zh")
            assert str(together) == str(refused.value)


def test_a_document_scores_as_its_history_does(desk: Desk) -> None:
    moments = open_moments(simulated_history(), AS_OF)
    scores = score(desk.served.bundle, simulated_history(), moments)
    for place in range(5):
        assert desk.score(document(place), "en").probability == scores.probability.iloc[place]


def test_a_bad_document_keeps_no_other_from_its_answer(desk: Desk) -> None:
    sent = [
        {},
        {"stage": 3},
        [],
        {"as_of": "2026-03-31", "activities": [{"at": "2027-01-01"}]},
        {"amount": 5},
    ]
    results = desk.score_batch({"documents": sent}, "en")
    assert [type(result) for result in results] == [
        Answer,
        InvalidDocument,
        InvalidDocument,
        InvalidDocument,
        Answer,
    ]
    fields = [result.problems[0].key for result in results if isinstance(result, InvalidDocument)]
    assert fields == ["stage", "document", "activities[0].at"]


def test_a_batch_of_bad_documents_and_an_empty_one_are_answered(desk: Desk) -> None:
    assert desk.score_batch({"documents": []}, "en") == []
    assert isinstance(desk.score_batch({"documents": [None]}, "en")[0], InvalidDocument)


def test_a_document_too_large_by_itself_is_too_large_in_a_batch(desk: Desk) -> None:
    large = {"attributes": {f"{number}": "x" * 100 for number in range(10_000)}}
    [refused, answered] = desk.score_batch({"documents": [large, {}]}, "en")
    assert isinstance(refused, DocumentTooLarge)
    assert f"document: expected at most {DOCUMENT_BYTES} bytes, found 10" in str(refused)
    assert isinstance(answered, Answer)


def test_a_batch_has_a_limit(desk: Desk) -> None:
    with pytest.raises(InvalidBatch, match="documents: expected at most 500, found 501; send fewer"):
        desk.score_batch({"documents": [{}] * (MOST_DOCUMENTS + 1)}, "en")


@pytest.mark.parametrize(
    ("sent", "line"),
    [
        ([], "document: expected a valid dictionary, found [];"),
        ({}, "documents: expected a value, found nothing; add the key"),
        ({"documents": {}}, "documents: expected a valid list, found {};"),
        ({"documents": [], "document": 1}, "document: expected one of the keys documents (did you mean"),
    ],
)
def test_a_batch_is_an_object_with_documents(desk: Desk, sent: Any, line: str) -> None:
    with pytest.raises(InvalidBatch) as refused:
        desk.score_batch(sent, "en")
    assert str(refused.value).startswith(line)


def test_the_document_chooses_the_language(desk: Desk) -> None:
    assert desk.score({"language": "zh"}, "en").language == "zh"
    assert desk.score({}, "zh").language == "zh"
    with pytest.raises(InvalidDocument, match="language: expected 'zh' or 'en', found 'fr'"):
        desk.score({"language": "fr"}, "en")


def test_an_opened_desk_answers_as_the_model_in_memory(desk: Desk, bundle_folder: Any) -> None:
    opened = open_desk(bundle_folder, "sqlite:///none.db")
    sent = example(desk.served.bundle.playbook)
    assert opened.score(sent, "en").probability == desk.score(sent, "en").probability
    assert opened.model.version == opened.served.bundle.manifest.created_at.isoformat()
