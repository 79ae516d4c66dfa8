from __future__ import annotations

from datetime import date

import pytest
from bundles import trained_bundle
from small import history

from winprob.models.forecast.expectation import Expectation
from winprob.models.forecast.forecast import chances_in
from winprob.models.forecast.period import Period
from winprob.models.forecast.pipeline import pipeline
from winprob.models.forecast.standing import standing

DEALS = [
    {"opportunity_id": "lost", "closed_at": "2026-03-05", "outcome": "lost"},
    {"opportunity_id": "open", "currency": "EUR"},
    {"opportunity_id": "in", "closed_at": "2026-03-05", "outcome": "won"},
    {"opportunity_id": "out", "closed_at": "2026-02-05", "outcome": "won"},
    {"opportunity_id": "for nothing", "closed_at": "2026-03-05", "outcome": "won"},
    {"opportunity_id": "bare"},
]
AMOUNTS = [
    {"opportunity_id": name, "at": "2026-01-02", "amount": 50.0} for name in ("lost", "open", "in", "out")
]


def test_every_opportunity_stands_somewhere() -> None:
    month = Period(date(2026, 3, 1), date(2026, 3, 31))
    found = pipeline(trained_bundle(), history(opportunities=DEALS, amounts=AMOUNTS), "2026-03-20")
    chances = chances_in(found, (month,))[:, 0]
    told = standing(Expectation(found, month, chances))
    assert told["opportunity_id"].tolist() == [row["opportunity_id"] for row in DEALS]
    assert told["status"].tolist() == ["lost", "open", "won", "won_outside", "won", "open"]
    assert told["currency"].tolist() == ["", "EUR", "", "", "", ""]
    assert told["deal"].tolist() == [-1, 0, -1, -1, -1, 1]
    expected = found.deals["final_amount"].iloc[0] * chances[0]
    assert 0 < expected < 50.0
    assert told["amount"].tolist() == [0.0, pytest.approx(expected), 50.0, 0.0, 0.0, 0.0]
