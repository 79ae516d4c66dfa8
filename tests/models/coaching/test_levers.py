from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from coaching import LEVERS, SCORES, by_code, changes, document, features_of
from histories import histories, times
from hypothesis import given
from hypothesis import strategies as st
from small import AT, GRADES

from winprob.features.checking import read_document
from winprob.features.document import SHORT_FORMS, Document
from winprob.features.history import History
from winprob.features.record import document_of
from winprob.models.coaching.levers import actions

day = st.dates(pd.Timestamp("2026-01-01").date(), pd.Timestamp("2026-05-31").date()).map(str)
short_forms = st.fixed_dictionaries(
    {"as_of": st.just(AT)},
    optional={
        "stage": st.sampled_from([*GRADES.stage_codes, "verbal"]),
        "expected_close": day,
        "last_contact_at": day.filter(lambda text: text <= AT),
        "next_contact_at": day,
        "competitor_count": st.integers(0, 3),
        "risk_scores": st.dictionaries(st.sampled_from(sorted(SCORES)), st.integers(0, 2)),
        "checkpoints": st.lists(
            st.fixed_dictionaries({"at": st.just(AT), "checkpoint": st.sampled_from(GRADES.checkpoint_codes)})
        ),
        "key_persons": st.lists(
            st.fixed_dictionaries(
                {"role": st.sampled_from(["decision_maker", "recommender", "facilitator", "coach", "other"])},
                optional={
                    "reached": st.none() | st.booleans(),
                    "influence": st.floats(0.1, 5),
                    "stance": st.sampled_from(["for", "neutral", "against"]),
                    "person_id": st.sampled_from(["p1", "coach 1", "key person 2"]),
                },
            ),
            max_size=4,
        ),
    },
)


@given(short_forms)
def test_changed_short_forms_can_be_scored(fields: dict[str, Any]) -> None:
    check_actions(document(**fields))


@given(histories(GRADES), times)
def test_changed_tables_can_be_scored(history: History, at: pd.Timestamp) -> None:
    for row in history.open_at(at):
        check_actions(document_of(history, int(row), at).model_copy(update={"attributes": {}}))


def check_actions(subject: Document) -> None:
    found = list(actions(subject, GRADES))
    assert len({action.code for action in found}) == len(found)
    if not found:
        return
    before, *after = features_of(subject, *(action.document for action in found)).to_dict("records")
    for action, then in zip(found, after, strict=True):
        read_document(action.document, GRADES, unknown_stages=True)
        assert forms(action.document) == forms(subject)
        assert action.document.as_of == subject.as_of
        assert action.feature in LEVERS
        assert not pd.isna(then[action.feature])
        assert then[action.feature] != before[action.feature]
        newly = [name for name in before if pd.isna(before[name]) and not pd.isna(then[name])]
        assert not {"competitors", "log_amount", "risk_total", "checkpoints_met"}.intersection(newly)


def forms(subject: Document) -> set[str]:
    """Which tables a document has, and which short forms."""
    names = {name for name in [*SHORT_FORMS, *SHORT_FORMS.values()] if getattr(subject, name) is not None}
    return names - {"last_contact_at", "next_contact_at"} | ({"contact"} if _contact(subject) else set())


def _contact(subject: Document) -> bool:
    return subject.last_contact_at is not None or subject.next_contact_at is not None


def test_an_empty_record_cannot_be_acted_upon() -> None:
    assert by_code(document()) == {}
    assert by_code(document(stage="intent", competitor_count=2, amount=5.0)) == {}


def test_the_first_open_check_point_of_the_stage_is_met() -> None:
    first, second = GRADES.stages[1].checkpoints
    met = [{"at": "2026-03-01", "checkpoint": first.code}]
    subject = document(stage="qualified", checkpoints=met)
    assert changes(subject, f"checkpoint.{second.code}") == {"checkpoints_met": (0.5, 1.0)}
    (action,) = actions(subject, GRADES)
    assert action.words.en == f"Meet the check point of this stage: {second.name.en}"
    assert action.words.zh == f"达成本阶段检查点：{second.name.zh}"
    moved = [{"at": "2026-03-10", "stage": "target"}, {"at": "2026-03-01", "stage": "intent"}]
    back = document(stage_changes=moved, checkpoints=met)
    assert f"checkpoint.{GRADES.stages[0].checkpoints[0].code}" in by_code(back)
    assert by_code(document(stage="qualified")) == {}
    assert by_code(document(stage="near_won", checkpoints=met)) == {}


def test_without_a_stage_the_check_points_say_which_it_is() -> None:
    target, qualified = GRADES.stages[:2]
    met = [checkpoint.code for checkpoint in (*target.checkpoints, qualified.checkpoints[1])]
    rows = [{"at": "2026-03-01", "checkpoint": code} for code in met]
    assert by_code(document(checkpoints=rows)) == {}  # still in the first stage, whose check points are met
    assert by_code(document(checkpoints=rows[-1:], stage="verbal")) == {}


def test_risk_items_that_can_be_influenced_rise_one_step() -> None:
    scores = {"edge_price": 0, "fit": 1, "relationship": 2, "budget": 0, "entry_timing": 0}
    for subject in (
        document(risk_scores=scores),
        document(
            assessments=[{"at": "2026-03-02", "item": item, "score": score} for item, score in scores.items()]
            + [{"at": "2026-03-01", "item": "edge_price", "score": 2}]
        ),
    ):
        assert set(by_code(subject)) == {"risk.edge_price", "risk.fit"}
        assert changes(subject, "risk.edge_price") == {"risk.edge_price": (0.0, 1.0)}
        assert changes(subject, "risk.fit") == {"risk.fit": (1.0, 2.0)}


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("close_dates", [{"expected_close": "2026-06-01"}, {"expected_close": "2026-03-01"}]),
        ("assessments", [{"item": "budget", "score": 2}, {"item": "budget", "score": 0}]),
        ("stage_changes", [{"stage": "qualified"}, {"stage": "target"}]),
        ("activities", [{"next_at": "2026-06-01"}, {}]),
        ("activities", [{"next_at": "2026-03-10", "effective": True}, {"next_at": "2026-06-01"}]),
    ],
)
def test_of_rows_at_one_time_levers_look_at_the_one_that_counts(
    table: str, rows: list[dict[str, Any]]
) -> None:
    at = [{"at": "2026-02-01"} | row for row in rows]
    one, other = (document(checkpoints=[], **{table: order}) for order in (at, at[::-1]))
    assert [action.code for action in actions(one, GRADES)] == [
        action.code for action in actions(other, GRADES)
    ]
    for order in (one, other):
        check_actions(order)
