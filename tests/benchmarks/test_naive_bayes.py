from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from benchmarks.naive_bayes import NaiveBayes

DEALS = pd.DataFrame({"source": ["fair", "fair", "call", "call", "call"], "team": ["A", "B", "A", "A", None]})
WON = pd.Series([1, 1, 0, 0, 1])
STAGE = pd.Series([3.0, 2.0, 0.0, 1.0, 3.0])


def test_it_is_the_formula_worked_by_hand() -> None:
    model = NaiveBayes().fit(DEALS, WON, STAGE)
    # In stage 1: all 3 won ones passed it, and 1 of 2 lost; the total is that of stage 0.
    won = 3 * (2.1 / 3.2) * (1.1 / 2.2) * (3.1 / 3.1)
    lost = 2 * (0.1 / 2.2) * (2.1 / 2.2) * (1.1 / 2.1)
    asked = pd.DataFrame({"source": ["fair"], "team": ["A"]})
    assert model.predict(asked, pd.Series([1.0])) == pytest.approx([won / (won + lost)])


def test_a_won_deal_counts_in_every_stage_and_a_lost_one_up_to_its_own() -> None:
    share = NaiveBayes().fit(DEALS, WON, STAGE).shares["stage"]
    assert share[1].tolist() == [1.0] * 4
    assert share[0].tolist() == pytest.approx([1.0, 1.1 / 2.1, 0.1 / 2.1, 0.1 / 2.1])


def test_what_is_missing_or_new_tells_nothing() -> None:
    model = NaiveBayes().fit(DEALS, WON, STAGE)
    strange = pd.DataFrame({"source": ["tender"], "team": [None]})
    assert model.predict(strange, pd.Series([np.nan])) == pytest.approx([3 / 5])


def test_it_does_without_stages() -> None:
    no_stage = pd.Series([np.nan] * 5)
    model = NaiveBayes().fit(DEALS, WON, no_stage)
    assert set(model.shares) == {"source", "team"}
    np.testing.assert_array_equal(model.predict(DEALS, no_stage), NaiveBayes().fit(DEALS, WON).predict(DEALS))


def test_categories_nobody_has_do_not_count() -> None:
    as_categories = DEALS.astype(pd.CategoricalDtype(["fair", "call", "tender", "A", "B"]))
    np.testing.assert_allclose(
        NaiveBayes().fit(as_categories, WON).predict(as_categories),
        NaiveBayes().fit(DEALS, WON).predict(DEALS),
    )
