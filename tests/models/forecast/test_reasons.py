from __future__ import annotations

import numpy as np
from bundles import trained_bundle
from forecasts import pipeline_at
from small import history

from winprob.models.forecast.pipeline import pipeline
from winprob.models.forecast.reasons import family_codes, reasons


def test_families_explain_the_probability_of_each_deal() -> None:
    found = pipeline_at("2024-06-01")
    why = reasons(found)
    assert tuple(why.contributions) == family_codes(found.bundle)
    np.testing.assert_allclose(why.probability, found.deals["probability"], rtol=1e-9)


def test_where_nothing_is_open_there_are_families_without_rows() -> None:
    closed = history(opportunities=[{"closed_at": "2026-02-01", "outcome": "lost"}])
    why = reasons(pipeline(trained_bundle(), closed, "2026-03-31"))
    assert why.points.shape == (0, len(family_codes(trained_bundle())))
