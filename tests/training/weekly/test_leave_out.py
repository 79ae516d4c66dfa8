from __future__ import annotations

import pandas as pd
import pytest
from bundles import simulated_history

from winprob.features.build import build, catalogue
from winprob.features.mistake import Mistake
from winprob.training.weekly.leave_out import leave_out


def test_an_attribute_that_is_left_out_is_no_feature() -> None:
    history = simulated_history()
    without = leave_out(history, ["company_size"])
    names = [feature.name for feature in catalogue(without.playbook, without.attributes)]
    assert "attribute.company_size" not in names
    whole = build(history, as_of="2024-06-03")
    pd.testing.assert_frame_equal(
        build(without, as_of="2024-06-03"), whole.drop(columns="attribute.company_size")
    )


def test_of_a_column_of_the_contract_nothing_is_known() -> None:
    history = simulated_history()
    assert build(leave_out(history, ["industry"]), as_of="2024-06-03")["industry"].isna().all()
    assert history.opportunities["industry"].notna().any()


def test_nothing_left_out_changes_nothing() -> None:
    history = simulated_history()
    pd.testing.assert_frame_equal(leave_out(history, ()).opportunities, history.opportunities)


@pytest.mark.parametrize("column", ["outcome", "created_at", "company_sise"])
def test_other_columns_cannot_be_left_out(column: str) -> None:
    with pytest.raises(
        Mistake, match=f"opportunities, {column}: expected a column to leave out, one of company"
    ):
        leave_out(simulated_history(), [column])
