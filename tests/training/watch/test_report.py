"""The report of a watch."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
from bundles import simulated_history
from trainings import trained_before

from winprob.training.watch.coverage import Coverage
from winprob.training.watch.drift import Drift, Shift
from winprob.training.watch.outcomes import Outcomes
from winprob.training.watch.report import SHOWN, as_data, as_markdown
from winprob.training.watch.watch import Watch, watch

DAY = pd.Timestamp("2024-03-31", tz="UTC")
NOTHING = Watch(
    DAY,
    DAY,
    Drift((), 3, 20, 13),
    Outcomes(pd.DataFrame(columns=["at", "claimed", "won"]), 0),
    Coverage(pd.DataFrame(columns=["period_start", "currency", "held"])),
)


def test_a_page_and_data_say_the_same() -> None:
    seen = watch(trained_before().bundle, simulated_history())
    page, data = as_markdown(seen, "7"), as_data(seen, "7")
    assert page.startswith("# Model version 7, 2024-03-")
    assert (
        f"{data['outcomes']['opportunities']} opportunities closed in {data['outcomes']['windows']} windows"
        in page
    )
    assert f"in {data['coverage']['held']} of {data['coverage']['forecasts']} quarters" in page
    assert page.count("\n| `") == SHOWN < len(data["drift"]["features"])
    assert json.loads(json.dumps(data, allow_nan=False)) == data


def test_where_nothing_can_be_said_the_page_says_so() -> None:
    page = as_markdown(NOTHING, "7")
    assert "## Alarms\n\nNone." in page
    assert page.count("Nothing can be said") == 3
    assert "3 opportunities are open, 20 were in the reference, and 30 of each are needed" in page
    assert as_data(NOTHING, "7")["outcomes"]["log_loss"] is None
    json.dumps(as_data(NOTHING, "7"), allow_nan=False)


def test_alarms_are_sentences() -> None:
    drift = Drift((Shift("amount", 0.4, 0.1, 0.001, 1.0, 1.0),), 100, 300, 13)
    page, data = (write(replace(NOTHING, drift=drift), "7") for write in (as_markdown, as_data))
    assert "- **drift**: The 100 opportunities open now differ" in page
    assert data["alarms"][0]["code"] == "drift"
    assert "| `amount` | 0.400 | 0.100 | 0.001 | 100% | 100% | yes |" in page
