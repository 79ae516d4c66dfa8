from __future__ import annotations

from dataclasses import replace

import pytest
from bundles import simulated_history, trained_bundle
from small import Row
from snapshots import PASSED, SET, found, snapshot

from winprob.models.attention.inflated import FAR, Inflated
from winprob.models.attention.slipping import Slipping
from winprob.models.attention.snapshot import Snapshot
from winprob.models.forecast.pipeline import pipeline

STAGES = [stage.probability for stage in trained_bundle().playbook.stages]
BAD_FORM: list[Row] = [
    {**SET, "item": item, "score": 0} for item in ("budget", "credit", "fit", "edge_product")
]


def claimed(stage: str, *dates: str, amounts: bool = True, form: list[Row] = BAD_FORM) -> Snapshot:
    return snapshot(
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
        f"The stage is Near won (90 %); the chance that it is won in the end: {100 * end:.0f} %; "
        f"900,000 CNY claimed, {model:,.0f} CNY expected."
    )
    assert f"按阶段计900,000 CNY，模型预期{model:,.0f} CNY。" in finding.evidence.zh


def test_the_date_is_part_of_the_claim_if_it_might_hold() -> None:
    seen = claimed("near_won", "2026-05-01", form=PASSED[:6])
    by_date, end = seen.pipeline.won_within([32.0])[0, 0], seen.probability[0]
    evidence = found(Inflated, seen)["A"].evidence
    assert f"won by 2026-05-01: {100 * by_date:.0f} %, in the end {100 * end:.0f} %;" in evidence.en
    assert f"到2026-05-01赢单的概率为{by_date:.0%}，最终{end:.0%}；" in evidence.zh
    assert by_date < 0.9 - FAR < end


def test_a_stage_that_the_record_supports_is_not_accused_of_its_early_date() -> None:
    seen = claimed("near_won", "2026-05-01", form=PASSED)
    assert not seen.overstaged[0]
    assert seen.pipeline.won_within([32.0])[0, 0] < 0.9 - FAR
    assert not found(Inflated, seen)
    finding = found(Slipping, seen)["A"]
    assert "The seller expects 2026-05-01" in finding.evidence.en
    assert "Near won" not in finding.change.en


def test_no_deal_is_advised_the_stage_that_it_has() -> None:
    seen = Snapshot(pipeline(trained_bundle(), simulated_history(), "2024-06-03"))
    findings = found(Inflated, seen).values()
    assert findings
    for finding in findings:
        stages = trained_bundle().playbook.stages
        [advised] = [stage for stage in stages if f"the stage to {stage.name.en} (" in finding.change.en]
        assert advised.probability < seen.claimed[finding.deal]


def test_a_date_that_holds_is_not_to_be_changed() -> None:
    change = found(Inflated, claimed("near_won", "2027-12-31"))["A"].change
    assert "correct the stage to" in change.en
    assert "date" not in change.en
    assert "日期" not in change.zh


def test_where_no_stage_is_lower_none_is_advised() -> None:
    seen = claimed("near_won").pipeline
    playbook = seen.bundle.playbook.model_copy(update={"stages": seen.bundle.playbook.stages[-1:]})
    alone = Snapshot(replace(seen, bundle=replace(seen.bundle, playbook=playbook)))
    change = found(Inflated, alone)["A"].change
    assert "no stage is lower" in change.en
    assert "没有更低的阶段" in change.zh


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
    assert f"and the date to about {half}" in change.en
    assert "Near won" not in change.en
    assert half in change.zh


def test_without_a_stage_it_is_not_applicable() -> None:
    kind = Inflated(snapshot(amounts=[{**SET, "amount": 1_000_000}]))
    assert not list(kind.findings())
    assert kind.not_applicable is not None


def test_equals_a_look_at_one_deal_after_another() -> None:
    seen = Snapshot(pipeline(trained_bundle(), simulated_history(), "2024-06-03"))
    slipping, expected = found(Slipping, seen), set()
    for row, deal in seen.pipeline.deals.iterrows():
        left = (deal["expected_close"].normalize() - seen.pipeline.at).days + 1
        dated = left > 0 and deal["opportunity_id"] not in slipping
        chance = seen.pipeline.won_within([left])[row, 0] if dated else deal["probability"]
        nearest = min(STAGES, key=lambda share: abs(share - deal["probability"]))
        if deal["rule"] - chance >= FAR and nearest < deal["rule"]:
            expected.add(deal["opportunity_id"])
    assert set(found(Inflated, seen)) == expected
    assert len(expected) < 0.2 * len(seen)
