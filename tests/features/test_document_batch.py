"""Documents as arrays, beside the history that is made of them."""

from __future__ import annotations

import numpy as np
from small import GRADES, history

from winprob.features.attribute import Attribute
from winprob.features.build import build, compute
from winprob.features.contract import EVENT_TABLES, OPPORTUNITIES, TABLES
from winprob.features.document import Document
from winprob.features.document_batch import DocumentBatch
from winprob.features.record import document_of, history_of, snapshots_of

ATTRIBUTES = (Attribute("size", "number"), Attribute("colour", "category"))
DOCUMENTS = [
    Document.model_validate(sent)
    for sent in (
        {"as_of": "2026-03-31", "stage": "intent", "amount": 7, "competitor_count": 0, "industry": "water"},
        {
            "as_of": "2026-04-30T08:00:00Z",
            "opportunity_id": "B",
            "created_at": "2026-01-05",
            "attributes": {"size": 3.0, "colour": "red"},
            "close_dates": [
                {"at": "2026-03-01", "expected_close": "2026-07-01"},
                {"at": "2026-02-01", "expected_close": "2026-06-01"},
            ],
            "activities": [{"at": "2026-02-01", "effective": True}, {"at": "2026-01-08", "person_id": "P"}],
            "track_records": {"customer": {"won": 1, "lost": 2, "open": 3}},
        },
        {
            "as_of": "2026-03-31",
            "key_persons": [{"role": "coach", "reached": True}],
            "risk_scores": {"fit": 2},
        },
    )
]


def test_columns_are_those_of_the_history_that_is_made_of_them() -> None:
    batch, made = DocumentBatch(DOCUMENTS, GRADES, ATTRIBUTES), history_of(DOCUMENTS, GRADES, ATTRIBUTES)
    everyone = np.arange(len(DOCUMENTS))
    assert len(batch) == len(made) == 3
    assert batch.ids(everyone) == made.ids(everyone)
    assert batch.stated_counts.keys() == (made.stated_counts or {}).keys()
    kinds = {(table, column.name): column.kind for table in TABLES for column in TABLES[table]}
    kinds |= {(OPPORTUNITIES, attribute.name): attribute.kind for attribute in ATTRIBUTES}
    for table in EVENT_TABLES:
        assert batch.recorded[table].tolist() == made.recorded[table].tolist()
        assert batch.owners(table).tolist() == made.owners(table).tolist()
    for (table, column), kind in kinds.items():
        if kind == "time":
            assert batch.times(table, column).tolist() == made.times(table, column).tolist()
        elif kind in ("number", "flag"):
            np.testing.assert_array_equal(batch.numbers(table, column), made.numbers(table, column))
        elif (table, column) == (OPPORTUNITIES, "opportunity_id") or column != "opportunity_id":
            assert batch.texts(table, column).tolist() == made.texts(table, column).tolist()


def test_features_of_documents_are_those_of_their_history() -> None:
    batch, snapshots = DocumentBatch(DOCUMENTS, GRADES, ATTRIBUTES), snapshots_of(DOCUMENTS)
    whole = build(history_of(DOCUMENTS, GRADES, ATTRIBUTES), snapshots=snapshots)
    assert compute(batch, np.arange(3), batch.moments).frame.equals(whole)


def test_rows_are_in_the_order_of_time() -> None:
    batch = DocumentBatch(DOCUMENTS, GRADES)
    times = batch.times("close_dates", "at")
    assert times[0] < times[1]
    assert batch.owners("close_dates").tolist() == [1, 1]


def test_a_document_written_of_a_history_has_its_features() -> None:
    found = history(
        stage_changes=[{"at": "2026-01-06", "stage": "target"}, {"at": "2026-02-06", "stage": "intent"}],
        amounts=[{"at": "2026-01-06", "amount": 5}],
    )
    at = "2026-03-01"
    batch = DocumentBatch([document_of(found, 0, at)], GRADES)
    assert compute(batch, np.arange(1), batch.moments).frame.equals(build(found, as_of=at))


def test_no_document_is_no_row() -> None:
    batch = DocumentBatch([], GRADES)
    assert len(batch) == 0
    assert len(compute(batch, np.arange(0), batch.moments)) == 0
