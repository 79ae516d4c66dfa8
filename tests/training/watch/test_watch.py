"""A watch: what is an alarm, and what cannot be watched."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from bundles import simulated_history
from trainings import losing_from, trained_before

from winprob.features.mistake import Mistake
from winprob.models.bundle.manifest import Manifest
from winprob.training.watch.coverage import Coverage
from winprob.training.watch.drift import Drift, Shift
from winprob.training.watch.outcomes import Outcomes
from winprob.training.watch.watch import Watch, watch

SINCE, UNTIL = pd.Timestamp("2024-03-31", tz="UTC"), pd.Timestamp("2024-12-30", tz="UTC")
QUIET = Watch(
    SINCE,
    UNTIL,
    Drift((Shift("amount", 0.05, 0.1, 0.5, 1.0, 1.0),), 100, 300, 13),
    Outcomes(pd.DataFrame({"at": [SINCE] * 2, "claimed": [0.5] * 2, "won": [1.0, 0.0]}), 9),
    Coverage(pd.DataFrame({"period_start": [1], "currency": ["EUR"], "held": [True]})),
)


def only_alarm(seen: Watch) -> tuple[str, str]:
    (alarm,) = seen.alarms
    return alarm.code, alarm.sentence


def test_quiet_is_no_alarm() -> None:
    assert QUIET.alarms == ()


def test_wrong_probabilities_are_an_alarm() -> None:
    rows = pd.DataFrame({"at": [SINCE] * 60, "claimed": np.full(60, 0.5), "won": np.zeros(60)})
    code, sentence = only_alarm(replace(QUIET, outcomes=Outcomes(rows, 9)))
    assert code == "calibration"
    assert (
        "Of 60 opportunities that closed since 2024-03-31, 0 were won where the model expected 30.0"
        in sentence
    )


def test_alpha_decides() -> None:
    rows = pd.DataFrame({"at": [SINCE] * 20, "claimed": np.full(20, 0.5), "won": np.zeros(20)})
    strict = replace(QUIET, outcomes=Outcomes(rows, 9), alpha=0.0001)
    assert strict.alarms == ()
    assert only_alarm(replace(strict, alpha=0.5))[0] == "calibration"


def test_ranges_that_never_hold_are_an_alarm() -> None:
    periods = pd.DataFrame({"period_start": range(4), "currency": "EUR", "held": False})
    code, sentence = only_alarm(replace(QUIET, coverage=Coverage(periods)))
    assert code == "coverage"
    assert "in 0 of 4 quarters" in sentence


def test_drift_is_an_alarm_if_it_is_large_unusual_and_beyond_chance() -> None:
    shift = Shift("amount", 0.4, 0.1, 0.001, 1.0, 1.0)
    code, sentence = only_alarm(replace(QUIET, drift=replace(QUIET.drift, shifts=(shift,))))
    assert code == "drift"
    assert "amount (0.40)" in sentence
    for change in ({"stability": 0.15}, {"usual": 0.5}, {"p_value": 0.01}):
        assert not replace(shift, **change).drifted
    assert not replace(shift, feature="customer_wins").drifted


def test_what_is_missing_is_an_alarm_and_no_drift_beside_it() -> None:
    shift = Shift("amount", 4.0, 0.1, 0.001, 0.97, 0.0)
    lost = replace(
        QUIET.drift, shifts=(shift,), unrecorded="nothing recorded of size, which the model learned from"
    )
    code, sentence = only_alarm(replace(QUIET, drift=lost))
    assert code == "missing"
    assert sentence == (
        "Nothing recorded of size, which the model learned from; nothing is recorded any more of amount "
        "(then 97%); export the tables and columns again."
    )


def test_a_model_and_its_history() -> None:
    bundle, steps = trained_before().bundle, []
    seen = watch(bundle, simulated_history(), progress=lambda *step: steps.append(step[0]))
    assert steps == ["drift", "outcomes", "forecasts"]
    assert (seen.since, seen.until) == (bundle.manifest.data.as_of, simulated_history().last_event)
    assert not {"calibration", "coverage", "missing"} & {alarm.code for alarm in seen.alarms}
    changed = watch(bundle, losing_from(simulated_history(), seen.since, 0.8))
    assert "calibration" in {alarm.code for alarm in changed.alarms}


def test_a_model_that_was_kept_as_text_is_watched_alike() -> None:
    bundle = trained_before().bundle
    kept = replace(bundle, manifest=Manifest.model_validate_json(bundle.manifest.model_dump_json()))
    same, seen = (watch(each, simulated_history()) for each in (kept, bundle))
    assert (same.drift, same.outcomes.evidence) == (seen.drift, seen.outcomes.evidence)


def test_columns_known_only_at_closing_are_left_out_if_they_are_there() -> None:
    bundle = trained_before().bundle
    leaks = bundle.manifest.leaks
    assert leaks is not None
    told = leaks.model_copy(update={"left_out": ("company_size", "no_longer_there")})
    late = replace(bundle, manifest=bundle.manifest.model_copy(update={"leaks": told}))
    assert "attribute.company_size" in watch(late, simulated_history()).drift.unrecorded


def test_what_cannot_be_watched() -> None:
    bundle = trained_before().bundle
    with pytest.raises(
        Mistake, match=r"history: expected one that goes on after 2024-03-.*found that it ends on 2023"
    ):
        watch(bundle, simulated_history().until("2023-12-31"))
    data = bundle.manifest.data.model_copy(update={"as_of": None})
    flat = replace(bundle, manifest=bundle.manifest.model_copy(update={"data": data}))
    with pytest.raises(
        Mistake, match="model: expected one that learned from a dated history, found one of a flat"
    ):
        watch(flat, simulated_history())
