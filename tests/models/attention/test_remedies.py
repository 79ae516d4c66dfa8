from __future__ import annotations

import pytest
from bundles import simulated_history, trained_bundle

from features.record import document_of
from models.attention.deals import deals_to_look_at
from models.attention.remedies import remedies
from models.coaching import levers
from models.forecast.pipeline import pipeline


def test_the_levers_of_the_deal_that_suit_the_finding() -> None:
    now = pipeline(trained_bundle(), simulated_history(), "2024-06-03")
    every_kind = {each.code: each for each in deals_to_look_at(now).findings}
    findings = [every_kind[code] for code in ("D002", "D005", "D008")]
    for finding, found in zip(findings, remedies(now, findings), strict=True):
        document = document_of(now.history, int(now.deals["opportunity"][finding.deal]), now.at)
        every = levers(now.bundle, document, top=99)
        wanted = [each for each in every if not finding.levers or each.code in finding.levers]
        assert [each.code for each in found] == [each.code for each in wanted]
        assert [each.gain for each in found] == pytest.approx([each.gain for each in wanted])
        for lever in found:
            assert lever.probability - lever.gain == pytest.approx(now.deals["probability"][finding.deal])


def test_of_no_finding_there_is_no_remedy() -> None:
    assert remedies(pipeline(trained_bundle(), simulated_history(), "2024-06-03"), []) == []
