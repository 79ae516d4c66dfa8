"""Scoring without HTTP: answers add up, and a batch answers what one by one answers."""

import math
from typing import Any

import pandas as pd
import pytest
from bundles import simulated_history
from hypothesis import given, settings
from hypothesis import strategies as st

from winprob.features.build import open_snapshots
from winprob.features.checking import ClosedOpportunity, InvalidDocument
from winprob.features.record import document_of
from winprob.models.bundle.scoring import score
from winprob.serving.load.served_model import open_model
from winprob.serving.scores.answer import Answer
from winprob.serving.scores.detail import Detail
from winprob.serving.scores.example import example
from winprob.serving.scores.scorer import Scorer
from winprob.serving.wire.request import DOCUMENT_BYTES, MOST_DOCUMENTS, DocumentTooLarge, InvalidBatch

AS_OF = "2024-06-30"


def document(place: int) -> dict[str, Any]:
    """A full document of the simulated company, as a CRM sends it."""
    history = simulated_history()
    rows = open_snapshots(history, AS_OF)["opportunity"]
    return document_of(history, int(rows.iloc[place % len(rows)]), AS_OF).model_dump(mode="json")


SHORT = st.fixed_dictionaries(
    {"as_of": st.just("2026-03-31"), "amount": st.floats(0, 1e15)},
    optional={
        "opportunity_id": st.text("abc客", min_size=1, max_size=9),
        "created_at": st.sampled_from(["2026-01-01", "0001-01-01"]),
        "stage": st.sampled_from(["target", "intent", "no such stage"]),
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
def test_contributions_add_up(scorer: Scorer, sent: dict[str, Any]) -> None:
    adds_up(scorer.score(sent, "en", unknown_stages=True))


@settings(max_examples=15)
@given(st.lists(DOCUMENTS | st.just({"amount": "much"}), min_size=1, max_size=5))
def test_a_batch_answers_what_one_by_one_answers(scorer: Scorer, sent: list[dict[str, Any]]) -> None:
    for one, together in zip(sent, scorer.score_batch({"documents": sent}, "zh"), strict=True):
        if isinstance(together, Answer):
            assert together == scorer.score(one, "zh")
        else:
            with pytest.raises(InvalidDocument) as refused:
                scorer.score(one, "zh")
            assert str(together) == str(refused.value)


def test_a_document_scores_as_its_history_does(scorer: Scorer) -> None:
    moments = open_snapshots(simulated_history(), AS_OF)
    scores = score(scorer.served.bundle, simulated_history(), moments)
    for place in range(5):
        assert scorer.score(document(place), "en").probability == scores.probability.iloc[place]


def test_a_bad_document_keeps_no_other_from_its_answer(scorer: Scorer) -> None:
    sent = [
        {"stage": "intent"},
        {"stage": 3},
        [],
        {"as_of": "2026-03-31", "activities": [{"at": "2027-01-01"}]},
        {},
        {"stage": "intent", "outcome": "won"},
        {"amount": 5},
    ]
    first, *refused, last = scorer.score_batch({"documents": sent}, "en")
    assert isinstance(first, Answer)
    assert isinstance(last, Answer)
    found = [(type(each), each.problems[0].key) for each in refused if isinstance(each, InvalidDocument)]
    assert found == [
        (InvalidDocument, "stage"),
        (InvalidDocument, "document"),
        (InvalidDocument, "activities[0].at"),
        (InvalidDocument, "document"),
        (ClosedOpportunity, "outcome"),
    ]


def test_a_batch_of_bad_documents_and_an_empty_one_are_answered(scorer: Scorer) -> None:
    assert scorer.score_batch({"documents": []}, "en") == []
    assert isinstance(scorer.score_batch({"documents": [None]}, "en")[0], InvalidDocument)


def test_a_document_too_large_by_itself_is_too_large_in_a_batch(scorer: Scorer) -> None:
    large = {"attributes": {f"{number}": "x" * 100 for number in range(10_000)}}
    [refused, answered] = scorer.score_batch({"documents": [large, {"amount": 5}]}, "en")
    assert isinstance(refused, DocumentTooLarge)
    assert f"document: expected at most {DOCUMENT_BYTES} bytes, found 10" in str(refused)
    assert isinstance(answered, Answer)


def test_a_batch_has_a_limit(scorer: Scorer) -> None:
    with pytest.raises(InvalidBatch, match="documents: expected at most 500, found 501; send fewer"):
        scorer.score_batch({"documents": [{}] * (MOST_DOCUMENTS + 1)}, "en")


@pytest.mark.parametrize(
    ("sent", "line"),
    [
        ([], "document: expected a valid dictionary, found [];"),
        ({}, "documents: expected a value, found nothing; add the key"),
        ({"documents": {}}, "documents: expected a valid list, found {};"),
        ({"documents": [], "document": 1}, "document: expected one of the keys documents (did you mean"),
    ],
)
def test_a_batch_is_an_object_with_documents(scorer: Scorer, sent: Any, line: str) -> None:
    with pytest.raises(InvalidBatch) as refused:
        scorer.score_batch(sent, "en")
    assert str(refused.value).startswith(line)


def test_the_document_chooses_the_language(scorer: Scorer) -> None:
    assert scorer.score({"amount": 5, "language": "zh"}, "en").language == "zh"
    assert scorer.score({"amount": 5}, "zh").language == "zh"
    with pytest.raises(InvalidDocument, match="language: expected 'en' or 'zh', found 'fr'"):
        scorer.score({"amount": 5, "language": "fr"}, "en")


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"opportunity_id": "A-1", "as_of": "2026-03-31", "language": "en", "win_by": ["2099-12-31"]},
        {"stage": None, "amount": "", "team": "NULL", "attributes": {"employees": "n/a"}},
        {"track_records": {"owner": {"won": 3}}},
    ],
)
def test_where_nothing_is_recorded_there_is_nothing_to_score(scorer: Scorer, sent: dict[str, Any]) -> None:
    with pytest.raises(InvalidDocument) as refused:
        scorer.score(sent, "en")
    assert str(refused.value) == (
        "document: expected something that is recorded of the opportunity, found nothing to score; "
        "send at least its stage, such as 'target'"
    )


def test_a_table_without_rows_is_something_to_score(scorer: Scorer) -> None:
    assert scorer.score({"activities": []}, "en").probability > 0


def test_past_opportunities_are_counted_in_the_history_of_the_service(scorer: Scorer) -> None:
    with_history = Scorer(scorer.served, simulated_history())
    full = document(3)
    bare = {name: value for name, value in full.items() if name != "track_records"}
    stated = scorer.score(full, "en")
    assert with_history.score(bare, "en") == stated
    assert scorer.score(bare, "en").probability != stated.probability
    other = {"track_records": {whose: {"won": 0, "lost": 9, "open": 1} for whose in ("owner", "team")}}
    assert with_history.score(full | other, "en").probability != stated.probability
    assert with_history.read(full | other).track_records.owner.lost == 9
    # Of the customer the document says nothing, so the history does.
    assert with_history.read(full | other).track_records.customer == scorer.read(full).track_records.customer


def test_an_opportunity_that_the_history_does_not_have_is_open_itself(scorer: Scorer) -> None:
    history = simulated_history()
    name = str(history.opportunities["owner_id"].iloc[0])
    asked = {"as_of": "2024-06-30", "owner_id": name}
    with_history = Scorer(scorer.served, history)
    known = str(history.opportunities["opportunity_id"].iloc[0])
    found, new = (
        with_history.read({**asked, "opportunity_id": each}).track_records.owner for each in (known, "new")
    )
    assert (new.won, new.lost, new.open) == (found.won, found.lost, (found.open or 0) + 1)
    nobody = with_history.read(asked | {"opportunity_id": "new", "owner_id": "nobody"}).track_records.owner
    assert (nobody.won, nobody.lost, nobody.open) == (0, 0, 1)


def test_a_loaded_scorer_answers_as_the_model_in_memory(scorer: Scorer, bundle_folder: Any) -> None:
    opened = Scorer(open_model(bundle_folder, "sqlite:///none.db"))
    sent = example(scorer.served.bundle.playbook)
    assert opened.score(sent, "en").probability == scorer.score(sent, "en").probability
    assert opened.model.version == opened.served.bundle.manifest.created_at.isoformat()


def test_no_table_of_pandas_is_made_for_an_answer(scorer: Scorer, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    for kind in (pd.DataFrame, pd.Series, pd.Categorical):
        init = kind.__init__
        monkeypatch.setattr(
            kind,
            "__init__",
            lambda self, *given, init=init, **named: (
                made.append(type(self).__name__) or init(self, *given, **named)
            ),
        )
    pd.Series([1.0])
    assert made == ["Series"]
    full = document(3)
    made.clear()
    assert scorer.score(full, "en").levers
    assert made == []


def test_documents_that_have_been_read_are_answered_in_their_order(scorer: Scorer) -> None:
    sent = [document(place) for place in (3, 5)]
    read, brief = [scorer.read(each) for each in sent], Detail("brief", levers=False)
    assert scorer.answer(read, "zh") == [scorer.score(each, "zh") for each in sent]
    assert scorer.answer(read[:1], "zh", brief) == [scorer.score(sent[0], "zh", detail=brief)]
    assert scorer.answer([], "en") == []
