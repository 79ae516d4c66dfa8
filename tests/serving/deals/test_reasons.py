"""Reasons add up to the probability, as they are written."""

from __future__ import annotations

from decimal import Decimal

import pytest
from deals import deal_of, open_ids
from hypothesis import example, given
from hypothesis import strategies as st

from winprob.serving.deals.reasons import Reasons, reasons_of, rounded


def written(amounts: list[float]) -> Decimal:
    """Their sum, as somebody adds them up who reads them."""
    return sum((Decimal(f"{amount:.1f}") for amount in amounts), Decimal(0))


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=12))
@example([33.33, 33.33, 33.34])
@example([0.05] * 9)
@example([-0.04, 0.04, 0.0])
@example([0.1 + 0.2, 0.3, 29.4])
def test_rounded_amounts_add_up_and_are_near(amounts: list[float]) -> None:
    total = round(sum(amounts), 1)
    found = rounded(amounts, total)
    assert written(found) == Decimal(f"{total:.1f}")
    for exact, amount in zip(amounts, found, strict=True):
        assert abs(amount - exact) <= 0.1 + 1e-9
        assert float(f"{amount:.1f}") == amount
    assert "-0.0" not in [f"{amount}" for amount in found]


def test_reasons_add_up_to_the_probability() -> None:
    for opportunity_id in open_ids():
        deal = deal_of(opportunity_id)
        reasons = deal.reasons
        assert reasons.probability == round(100 * deal.known.answer.probability, 1)
        points = [reason.points for reason in reasons.reasons]
        assert written([reasons.base, *points]) == Decimal(f"{reasons.probability:.1f}")
        assert reasons.base == pytest.approx(100 * deal.known.answer.base.probability, abs=0.1)


def test_every_contribution_is_in_one_reason() -> None:
    answer = deal_of(open_ids()[3]).known.answer
    reasons = reasons_of(answer).reasons
    told = [contribution for reason in reasons for contribution in reason.contributions]
    assert sorted(told, key=str) == sorted(answer.contributions, key=str)
    for reason in reasons:
        exact = 100 * sum(contribution.points for contribution in reason.contributions)
        assert reason.points == pytest.approx(exact, abs=0.1 + 1e-9)
        if reason.is_recorded:
            assert {contribution.family_name for contribution in reason.contributions} == {reason.name}
            assert not any(contribution.unrecorded for contribution in reason.contributions)


def test_what_is_not_recorded_comes_last_whatever_it_adds() -> None:
    answer = deal_of(open_ids()[3]).known.answer
    one, *others = answer.contributions
    missing = [one.model_copy(update={"unrecorded": [one.feature], "points": 0.5}), *others]
    reasons = reasons_of(answer.model_copy(update={"contributions": missing})).reasons
    assert [reason.is_recorded for reason in reasons] == [True] * (len(reasons) - 1) + [False]
    assert one.feature in reasons[-1].contributions[0].unrecorded
    sizes = [abs(sum(each.points for each in reason.contributions)) for reason in reasons[:-1]]
    assert sizes == sorted(sizes, reverse=True)


def test_bars_are_drawn_against_the_largest() -> None:
    reasons = deal_of(open_ids()[0]).reasons
    assert reasons.largest == max(abs(reason.points) for reason in reasons.reasons) > 0
    assert Reasons(20.0, 20.0, ()).largest == 0
