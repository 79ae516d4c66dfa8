"""Why something newer is not served, in words."""

from datetime import UTC, datetime

import pytest

from winprob.features.mistake import Mistake
from winprob.serving.follow.rejected import LONGEST_REASON, Rejected


def test_a_mistake_is_told_as_it_is_and_a_fault_by_its_kind() -> None:
    told = [Rejected.because("model", "8", kind("stage")).reason for kind in (Mistake, KeyError, OSError)]
    assert told == ["stage", "KeyError: 'stage'", "OSError: stage"]


def test_a_long_reason_is_cut() -> None:
    reason = Rejected.because("history", None, Mistake("x" * 5000)).reason
    assert reason == "x" * LONGEST_REASON + "…"


@pytest.mark.parametrize(("version", "told"), [("8", "8"), (None, None), ((("model.json", 1, 2),), None)])
def test_only_a_text_is_a_version(version: object, told: str | None) -> None:
    assert Rejected.because("model", version, Mistake("no")).version == told


def test_the_same_at_another_time_is_the_same() -> None:
    one = Rejected.because("model", "8", Mistake("no"))
    later = one.model_copy(update={"at": datetime(2030, 1, 1, tzinfo=UTC)})
    assert later != one
    assert later.same_as(one)
    assert not one.same_as(one.model_copy(update={"reason": "yes"}))


def test_the_log_says_what_is_not_served() -> None:
    assert str(Rejected.because("model", "8", Mistake("no"))) == "Not served: version 8 of the model: no"
    assert str(Rejected.because("history", None, Mistake("no"))) == "Not served: another history: no"
