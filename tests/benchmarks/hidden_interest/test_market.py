from __future__ import annotations

import numpy as np

from benchmarks.hidden_interest.market import HOME, SIZES, SOURCES, Market, draw_market


def market(n: int = 4000) -> Market:
    return draw_market(n, weeks=50, rng=np.random.default_rng(0))


def test_beliefs_are_distributions() -> None:
    found = market()
    np.testing.assert_allclose(found.belief.sum(axis=1), 1.0)
    assert (found.belief >= 0).all()


def test_a_plain_deal_begins_as_its_source_says() -> None:
    found = market()
    facts = found.facts
    usual = facts["company_size"].map(SIZES).to_numpy()
    home = [pair in HOME for pair in zip(facts["product"], facts["industry"], strict=True)]
    for source, (interest, position) in SOURCES.items():
        row = np.flatnonzero((facts["source"] == source) & ~np.array(home) & (found.amount <= 2 * usual))[0]
        states = found.belief[row].reshape(4, 3)
        np.testing.assert_allclose(states.sum(axis=1), interest)
        np.testing.assert_allclose(states.sum(axis=0), position)


def test_what_is_irrelevant_tells_nothing() -> None:
    found = market()
    telling = ["source", "product", "industry", "company_size"]
    alike = found.facts.assign(big=found.amount, first=found.belief[:, 0]).groupby(telling)
    assert (alike["first"].nunique() <= 2).all()  # what is left is whether the amount is too much
    assert alike["campaign"].nunique().max() == 5


def test_they_come_in_the_order_of_creation() -> None:
    found = market()
    assert (np.diff(found.week) >= 0).all()
    assert found.week.min() == 0
    assert found.week.max() == 49
