"""When an opportunity closes: what the answer says of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winprob.features.calendar import Calendar
from winprob.features.checking import InvalidDocument
from winprob.features.playbook import Language
from winprob.features.playbook_part import Within
from winprob.serving.scores.answer import Answer
from winprob.serving.scores.closing import WonBy
from winprob.serving.scores.scorer import Scorer
from winprob.serving.wire.request import MOST_DATES

AS_OF = date(2026, 3, 31)
MONTH_ENDS = [
    *("2026-04-30", "2026-05-31", "2026-06-30", "2026-07-31", "2026-08-31", "2026-09-30"),
    *("2026-10-31", "2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28", "2027-03-31"),
]


def answered(scorer: Scorer, language: Language = "en", **sent: Any) -> Answer:
    return scorer.score(
        {"as_of": str(AS_OF), "created_at": "2026-01-10", "stage": "intent", **sent}, language
    )


def by(answer: Answer) -> dict[str, WonBy]:
    assert answer.win_by is not None
    return {str(one.date): one for one in answer.win_by}


def test_the_next_twelve_months_are_answered(scorer: Scorer) -> None:
    assert list(by(answered(scorer))) == MONTH_ENDS


def test_dates_asked_for_stand_among_them_in_the_order_of_time(scorer: Scorer) -> None:
    found = by(answered(scorer, win_by=["2030-01-01", "2026-04-01", "2026-12-31", "2026-04-01", str(AS_OF)]))
    assert list(found) == [str(AS_OF), "2026-04-01", *MONTH_ENDS, "2030-01-01"]


@given(
    st.lists(st.dates(AS_OF, date(2100, 1, 1)), max_size=5),
    st.sampled_from(["target", "shortlisted", "near_won"]),
)
def test_it_is_one_consistent_answer(scorer: Scorer, dates: list[date], stage: str) -> None:
    answer = answered(scorer, stage=stage, win_by=[str(day) for day in dates])
    found = list(by(answer).values())
    for one in found:
        assert one.won + one.lost + one.open == pytest.approx(1, abs=1e-12)
        assert one.won == pytest.approx(answer.probability * one.share_of_wins, abs=1e-12)
        assert one.lost == pytest.approx((1 - answer.probability) * one.share_of_losses, abs=1e-12)
    for name in ("won", "lost"):
        rising = [getattr(one, name) for one in found]
        assert rising == sorted(rising)


def test_in_the_end_everything_is_won_or_lost(scorer: Scorer) -> None:
    answer = answered(scorer, win_by=["9999-12-31"])
    last = by(answer)["9999-12-31"]
    assert last.won == pytest.approx(answer.probability)
    assert last.open == pytest.approx(0, abs=1e-9)


def test_half_of_the_wins_come_by_the_median_and_four_of_five_in_the_range(scorer: Scorer) -> None:
    closing = answered(scorer).closing
    assert closing is not None
    assert AS_OF <= closing.earliest <= closing.median <= closing.latest
    dates = [closing.earliest, closing.median, closing.latest]
    found = by(answered(scorer, win_by=[str(day) for day in dates]))
    before = by(answered(scorer, win_by=[str(max(day - timedelta(days=1), AS_OF)) for day in dates]))
    for day, share in zip(dates, (0.1, 0.5, 0.9), strict=True):
        assert before[str(max(day - timedelta(days=1), AS_OF))].share_of_wins < share
        assert found[str(day)].share_of_wins >= share - 1e-6


@pytest.mark.parametrize(
    "sent",
    [
        {"expected_close": "2026-06-30T08:00:00+08:00"},
        {
            "close_dates": [
                {"at": "2026-02-01", "expected_close": "2026-05-01"},
                {"at": "2026-03-01", "expected_close": "2026-06-30"},
            ]
        },
    ],
)
def test_what_the_seller_expects_stands_beside_it(scorer: Scorer, sent: dict[str, Any]) -> None:
    answer = answered(scorer, **sent)
    assert answer.closing is not None
    assert answer.closing.seller_expected_close == date(2026, 6, 30)
    assert answer.closing.probability_by_seller_date == by(answer)["2026-06-30"].won


def test_what_the_seller_has_not_said_is_null(scorer: Scorer) -> None:
    closing = answered(scorer).closing
    assert closing is not None
    assert closing.seller_expected_close is None
    assert closing.probability_by_seller_date is None


def test_by_a_date_that_is_over_nothing_is_won(scorer: Scorer) -> None:
    closing = answered(scorer, expected_close="2026-03-01").closing
    assert closing is not None
    assert closing.seller_expected_close == date(2026, 3, 1)
    assert closing.probability_by_seller_date == 0
    assert "The date that the seller expected, 2026-03-01, has passed." in closing.sentence


@pytest.mark.parametrize(
    ("language", "start", "end"),
    [("en", "If it is won, then", "%."), ("zh", "如果赢单，一半在", "%。")],
)
def test_it_is_said_in_words(scorer: Scorer, language: Language, start: str, end: str) -> None:
    closing = answered(scorer, language, expected_close="2026-06-30").closing
    assert closing is not None
    assert closing.sentence.startswith(start)
    assert closing.sentence.endswith(end)
    for day in (closing.earliest, closing.median, closing.latest, closing.seller_expected_close):
        assert str(day) in closing.sentence


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (
            ["2026-12-31", "2026-03-30"],
            r"^win_by\[1\]: expected a date not before as_of \(2026-03-31\), found '2026-03-30'; "
            "ask for a later date$",
        ),
        (["soon"], r"^win_by\[0\]: expected a date such as 2026-12-31, found 'soon'"),
        ([20261231], r"^win_by\[0\]: expected a date such as 2026-12-31, found 20261231"),
        (
            ["2026-02-30"],
            r"^win_by\[0\]: expected a date such as 2026-12-31 \(day is out of range for month\)",
        ),
        ("2026-12-31", "^win_by: expected a valid list"),
        (["2026-12-31"] * (MOST_DATES + 1), "^win_by: expected at most 50, found 51; send fewer"),
    ],
)
def test_dates_that_cannot_be_are_refused_by_name(scorer: Scorer, dates: Any, expected: str) -> None:
    with pytest.raises(InvalidDocument, match=expected):
        answered(scorer, win_by=dates)


def test_the_day_of_the_moment_is_not_over(scorer: Scorer) -> None:
    sent = {"as_of": "2026-03-31T23:30:00-02:00", "stage": "intent", "win_by": ["2026-04-01"]}
    assert "2026-04-01" in by(scorer.score(sent, "en"))
    with pytest.raises(InvalidDocument, match=r"as_of \(2026-04-01\), found '2026-03-31'"):
        scorer.score(sent | {"win_by": ["2026-03-31"]}, "en")


@pytest.mark.parametrize("as_of", ["0001-01-01", "9999-12-31T23:59:59.999999", "9999-06-15"])
def test_at_the_edges_of_the_calendar_there_is_an_answer(scorer: Scorer, as_of: str) -> None:
    answer = scorer.score({"as_of": as_of, "expected_close": "9999-12-31T23:59:59.999999"}, "en")
    assert answer.closing is not None
    assert answer.closing.seller_expected_close == date.max


def test_a_model_without_dates_says_that_it_does_not_know(scorer: Scorer) -> None:
    bundle = replace(scorer.served.bundle, closing_times=None)
    undated = Scorer(replace(scorer.served, bundle=bundle))
    answer = answered(undated, win_by=["2026-12-31"])
    assert answer.closing is None
    assert answer.win_by is None
    assert {one.code for one in answer.warnings} - {"missing_part"} == {"no_closing_times"}
    assert answer.probability == answered(scorer).probability


def test_what_the_playbook_says_of_winning_by_a_date_stands_beside_it(scorer: Scorer) -> None:
    bundle = scorer.served.bundle
    stages = [
        stage.model_copy(
            update={"within": Within(days=90, probability=0.5)} if stage.code == "intent" else {}
        )
        for stage in bundle.playbook.stages
    ]
    playbook = bundle.playbook.model_copy(update={"stages": tuple(stages)})
    ruled = Scorer(replace(scorer.served, bundle=replace(bundle, playbook=playbook)))
    dates = ["2026-06-28", "2026-06-29"]
    found = by(answered(ruled, win_by=dates))
    assert [found[day].rule for day in (*dates, "2027-03-31")] == [None, 0.5, 0.5]
    for other in ({"stage": "target"}, {"stage": None}):
        assert {one.rule for one in by(answered(ruled, **other)).values()} == {None}
    assert {one.rule for one in by(answered(scorer)).values()} == {None}


def test_dates_are_the_company_s(scorer: Scorer) -> None:
    bundle = scorer.served.bundle
    playbook = bundle.playbook.model_copy(update={"calendar": Calendar(time_zone="Asia/Shanghai")})
    there = Scorer(replace(scorer.served, bundle=replace(bundle, playbook=playbook)))
    sent = {"as_of": "2026-03-31T16:00:00Z", "expected_close": "2026-04-01T15:00:00Z"}
    answer = answered(there, **sent)
    assert next(iter(by(answer))) == "2026-04-30"
    assert answer.closing is not None
    assert answer.closing.seller_expected_close == AS_OF + timedelta(days=1)
    assert "has passed" not in answer.closing.sentence
    with pytest.raises(InvalidDocument, match="2026-04-01"):
        answered(there, **sent, win_by=["2026-03-31"])


def test_a_small_chance_is_not_told_as_none(scorer: Scorer) -> None:
    answer = answered(scorer, expected_close="2026-03-31T12:00:00Z")
    assert answer.closing is not None
    assert answer.closing.probability_by_seller_date is not None
    assert 0 < answer.closing.probability_by_seller_date < 0.005
    assert "with a probability of under 1 %." in answer.closing.sentence
