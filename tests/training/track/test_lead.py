"""By how much a challenger is ahead, respect by respect."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from trainings import trained_model

from winprob.features.playbook import Promotion
from winprob.models.measure.metrics import calibration_error, log_loss
from winprob.training.judge.segments import by_stage
from winprob.training.track.comparison import Comparison
from winprob.training.track.lead import Lead, leads

MARGINS = Promotion()


def compared(champion: object, X: bool = True, **more: object) -> Comparison:
    """The tested model beside something else that was said of its test."""
    trained = trained_model()
    rows = trained.evaluation.rows[["won", "weight", "model"]].assign(champion=champion)
    return Comparison(rows, trained.features if X else None, trained.bundle.playbook, **more)  # type: ignore[arg-type]


def by(found: tuple[Lead, ...], respect: str) -> list[Lead]:
    return [lead for lead in found if lead.respect == respect]


def test_the_lead_in_a_stage_is_the_difference_of_both_log_losses_there() -> None:
    comparison = compared(0.4)
    found = by(leads(comparison, MARGINS), "stage")
    assert found
    cut = {each.name.en: each.chosen for each in by_stage(trained_model().features, comparison.playbook)}  # type: ignore[arg-type]
    for lead in found:
        rows = comparison.rows[cut[lead.name.en]]
        theirs, own = (log_loss(rows["won"], rows[name], rows["weight"]) for name in ("champion", "model"))
        assert lead.by.value == pytest.approx(theirs - own)
        assert lead.by.low <= lead.by.value <= lead.by.high
        assert lead.margin == MARGINS.segment_margin
        assert lead.opportunities == rows.index.get_level_values("opportunity_id").nunique()


def test_calibration_is_compared_by_the_error_that_metrics_tell() -> None:
    rows = trained_model().evaluation.rows
    off = np.clip(rows["model"] + 0.3, 0, 1)
    (lead,) = by(leads(compared(off, X=False), MARGINS), "calibration")
    theirs, own = (calibration_error(rows["won"], p, rows["weight"]) for p in (off, rows["model"]))
    assert lead.by.value == pytest.approx(theirs - own)
    assert lead.by.low < lead.by.value < lead.by.high
    (far,) = by(leads(compared(0.99, X=False), MARGINS), "calibration")
    assert far.by.low > 0


def test_equal_models_have_no_lead_and_no_doubt_about_it() -> None:
    found = leads(compared(trained_model().evaluation.rows["model"]), MARGINS)
    assert {(lead.by.value, lead.by.low, lead.by.high, lead.unacceptable) for lead in found} == {
        (0.0, 0.0, 0.0, False)
    }


def test_dates_are_compared_by_each_horizon_that_was_followed() -> None:
    inner = compared(0.3, X=False)
    found = by(
        leads(compared(0.3, within={30: inner, 90: replace(inner, rows=inner.rows[:0])}), MARGINS), "dates"
    )
    assert [lead.name.en for lead in found] == ["won within 30 days"]
    assert found[0].by == inner.measures.better_by


def test_only_what_is_worse_beyond_noise_and_margin_is_unacceptable() -> None:
    rows = trained_model().evaluation.rows
    knowing = np.where(rows["won"] > 0, 0.99, 0.01)
    worse = leads(compared(knowing), MARGINS)
    assert {lead.unacceptable for lead in worse if lead.respect in ("stage", "calibration")} == {True}
    lenient = Promotion(segment_margin=1.0, calibration_margin=1.0, dates_margin=1.0)
    assert not any(lead.unacceptable for lead in leads(compared(knowing), lenient))


def test_few_opportunities_say_nothing() -> None:
    few = compared(0.5)
    first = few.rows.index.get_level_values("opportunity_id").unique()[:5]
    some = few.rows.index.get_level_values("opportunity_id").isin(first)
    X = few.X
    assert isinstance(X, pd.DataFrame)
    assert leads(Comparison(few.rows[some], X[some], few.playbook), MARGINS) == ()


def test_a_lead_is_said_as_data() -> None:
    (lead,) = by(leads(compared(0.5, X=False), MARGINS), "calibration")
    data = lead.as_data()
    assert (data["respect"], data["name"], data["margin"]) == ("calibration", "calibration error", 0.02)
    assert set(data["lead"]) == {"value", "low", "high"}
