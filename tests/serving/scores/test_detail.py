"""How much an answer says."""

from __future__ import annotations

import pytest

from winprob.serving.scores.detail import FULL, Detail, Reasons


@pytest.mark.parametrize(
    ("reasons", "listed", "months"), [("none", 0, 0), ("brief", 5, 0), ("full", None, 12)]
)
def test_the_more_is_wanted_the_more_is_said(reasons: Reasons, listed: int | None, months: int) -> None:
    detail = Detail(reasons)
    assert (detail.listed, detail.months) == (listed, months)
    assert detail.with_levers == detail.with_dates == (reasons != "none")
    assert not Detail(reasons, levers=False).with_levers
    assert not Detail(reasons, dates=False).with_dates
    assert Detail("full") == FULL
