from __future__ import annotations

import pandas as pd
import pytest
from contract_tables import VALID, breaches, tables
from small import EIGHT_STEPS

from winprob.features.validation import validate


def test_an_unknown_code_is_told_the_nearest_known() -> None:
    (line,) = breaches(tables(stage_changes={"stage": "negotiations"}))
    assert line == (
        "stage_changes, row 2, opportunity A, column stage: expected one of set_up, first_contact, "
        "solution_design, track_record, solution_confirmed, evaluation, negotiation, signing "
        "(did you mean 'negotiation'?), found 'negotiations'"
    )


def test_numbers_and_times_stored_as_such_are_held_to_the_same_rules() -> None:
    raw = tables()
    raw["amounts"] = raw["amounts"].assign(amount=-5.0)
    raw["assessments"] = raw["assessments"].assign(score=3)
    raw["opportunities"] = raw["opportunities"].assign(closed_at=pd.Timestamp("2025-12-31"))
    assert breaches(raw) == [
        "opportunities, row 2, opportunity A, column closed_at: expected a time not before created_at, "
        "found 2025-12-31 00:00:00",
        "amounts, row 2, opportunity A, column amount: expected a number not below 0, found -5.0",
        "assessments, row 2, opportunity A, column score: expected one of 0, 1, 2, found 3",
    ]


def test_ids_are_unique_and_every_repetition_is_counted() -> None:
    raw = tables()
    raw["opportunities"] = pd.concat([raw["opportunities"]] * 3, ignore_index=True).set_axis([2, 3, 5])
    assert breaches(raw) == [
        "opportunities, row 3, opportunity A, column opportunity_id: "
        "expected an id that no other row has, found 'A', in 2 rows"
    ]


@pytest.mark.parametrize("dtype", ["int64", "Int64", "object", "str"])
def test_whole_numbers_and_text_are_the_same_ids(dtype: str) -> None:
    raw = {name: table.assign(opportunity_id=["7"]) for name, table in tables().items()}
    raw["amounts"] = raw["amounts"].assign(opportunity_id=pd.Series([7], index=[2]).astype(dtype))
    assert breaches(raw) == []


def test_ids_that_are_not_known_are_one_line_with_a_count() -> None:
    raw = tables()
    rows = [VALID["amounts"] | {"opportunity_id": f"X{number % 2000}"} for number in range(6000)]
    raw["amounts"] = pd.DataFrame(rows, index=range(2, 6002))
    assert breaches(raw) == [
        "amounts, row 2, opportunity X0, column opportunity_id: expected an opportunity_id of the table "
        "opportunities, found 'X0' and 1,999 other values, in 6,000 rows"
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_codes_may_be_written_by_their_name(language: str) -> None:
    stage, item, buyer = EIGHT_STEPS.stages[1], EIGHT_STEPS.risk_items[0], EIGHT_STEPS.buyer_stages[2]
    point = stage.checkpoints[0]
    raw = tables(
        stage_changes={"stage": getattr(stage.name, language)},
        buyer_stage_changes={"stage": getattr(buyer.name, language)},
        assessments={"item": getattr(item.name, language)},
        checkpoints={"checkpoint": getattr(point.name, language)},
    )
    read, found, _ = validate(raw, EIGHT_STEPS)
    assert found == []
    assert read["stage_changes"]["stage"].tolist() == [stage.code]
    assert read["buyer_stage_changes"]["stage"].tolist() == [buyer.code]
    assert read["assessments"]["item"].tolist() == [item.code]
    assert read["checkpoints"]["checkpoint"].tolist() == [point.code]
    assert raw["stage_changes"]["stage"].tolist() == [getattr(stage.name, language)]


@pytest.mark.parametrize("stage", ["won", "closed_won", "Closed Lost", "输单"])
@pytest.mark.parametrize("table", ["stage_changes", "buyer_stage_changes"])
def test_an_outcome_is_no_stage(table: str, stage: str) -> None:
    (line,) = breaches(tables(**{table: {"stage": stage}}))
    assert line.endswith(
        f"found {stage!r}; "
        "an outcome is no stage: put it into outcome and closed_at of opportunities, leave this out"
    )


def test_without_ids_of_opportunities_the_other_tables_are_not_blamed() -> None:
    raw = tables()
    raw["opportunities"] = raw["opportunities"].drop(columns="opportunity_id")
    assert [line.split(":")[0] for line in breaches(raw)] == ["opportunities, column opportunity_id"]
