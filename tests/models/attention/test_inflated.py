from __future__ import annotations

import pytest
from bundles import simulated_history, trained_bundle
from looks import PASSED, SET, found, look
from small import Row

from models.attention.inflated import FAR, Inflated
from models.attention.look import Look
from models.attention.slipping import Slipping
from models.forecast.pipeline import pipeline

BAD_FORM: list[Row] = [
    {**SET, "item": item, "score": 0} for item in ("budget", "credit", "fit", "edge_product")
]


def claimed(stage: str, *dates: str, amounts: bool = True, form: list[Row] = BAD_FORM) -> Look:
    return look(
        opportunities=[{"currency": "CNY"}],
        stage_changes=[{**SET, "stage": stage}],
        amounts=[{**SET, "amount": 1_000_000}] if amounts else [],
        close_dates=[{**SET, "expected_close": day} for day in dates],
        assessments=form,
    )


def test_the_claim_far_above_the_model() -> None:
    assert found(Inflated, claimed("near_won"))
    assert not found(Inflated, claimed("target"))
    assert not found(Inflated, claimed("near_won", form=PASSED))


def test_says_both_in_money() -> None:
    seen = claimed("near_won")
    finding, end = found(Inflated, seen)["A"], seen.probability[0]
    model = seen.pipeline.deals["final_amount"][0] * end
    assert finding.at_stake == pytest.approx(900_000 - model)
    assert finding.evidence.en == (
        f"The stage is Near won (90%); the chance that it is won in the end: {end:.0%}; "
        f"900,000 CNY claimed, {model:,.0f} CNY expected."
    )
    assert f"按阶段计900,000 CNY，模型预期{model:,.0f} CNY。" in finding.evidence.zh


def test_the_date_is_part_of_the_claim_if_it_might_hold() -> None:
    seen = claimed("near_won", "2026-05-01", form=PASSED)
    by_date, end = seen.pipeline.won_within([32.0])[0, 0], seen.probability[0]
    evidence = found(Inflated, seen)["A"].evidence
    assert f"won by 2026-05-01: {by_date:.0%}, in the end {end:.0%};" in evidence.en
    assert f"到2026-05-01赢单的概率为{by_date:.0%}，最终{end:.0%}；" in evidence.zh
    assert by_date < 0.9 - FAR < end


@pytest.mark.parametrize("day", ["2026-03-01", "2026-03-31"])
def test_a_date_that_slips_is_a_finding_of_its_own(day: str) -> None:
    seen = claimed("near_won", day, form=PASSED)
    assert found(Slipping, seen)
    assert not found(Inflated, seen)


def test_without_an_amount_it_is_still_told() -> None:
    finding = found(Inflated, claimed("near_won", amounts=False))["A"]
    assert finding.at_stake != finding.at_stake
    assert finding.evidence.en.endswith("; no amount is recorded.")
    assert finding.evidence.zh.endswith("；金额未记录。")


def test_the_change_is_the_stage_and_the_date_that_the_record_supports() -> None:
    seen = claimed("near_won")
    half = str(seen.day(seen.days_to_win[0]))
    change = found(Inflated, seen)["A"].change
    assert change.en.endswith(f"{half}.")
    assert "Near won" not in change.en
    assert half in change.zh


def test_without_a_stage_it_is_not_applicable() -> None:
    kind = Inflated(look(amounts=[{**SET, "amount": 1_000_000}]))
    assert not list(kind.findings())
    assert kind.not_applicable is not None


def test_equals_a_look_at_one_deal_after_another() -> None:
    seen = Look(pipeline(trained_bundle(), simulated_history(), "2024-06-03"))
    slipping, expected = found(Slipping, seen), set()
    for row, deal in seen.pipeline.deals.iterrows():
        left = (deal["expected_close"].normalize() - seen.pipeline.at).days + 1
        dated = left > 0 and deal["opportunity_id"] not in slipping
        chance = seen.pipeline.won_within([left])[row, 0] if dated else deal["probability"]
        if deal["rule"] - chance >= FAR:
            expected.add(deal["opportunity_id"])
    assert set(found(Inflated, seen)) == expected
    assert len(expected) < 0.2 * len(seen)
