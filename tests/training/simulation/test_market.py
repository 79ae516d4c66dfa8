from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from winprob.training.simulation.company import Company
from winprob.training.simulation.market import (
    REGIONS,
    TRADES,
    TYPICAL_AMOUNT,
    Market,
    customer_names,
    draw_market,
)

COMPANY = Company()
INDUSTRIES = [option.name for option in COMPANY.industries]


@pytest.fixture(scope="module")
def market() -> Market:
    return draw_market(COMPANY, opportunities=6000, weeks=104, rng=np.random.default_rng(0))


def test_a_customer_is_the_same_in_all_its_deals(market: Market) -> None:
    of_customer = market.facts.groupby("customer_id")
    for fact in ("industry", "region", "company_size", "employees", "currency", "team"):
        assert of_customer[fact].nunique().max() == 1
    assert market.facts["customer_id"].nunique() == len(np.unique(market.customer))
    assert (of_customer.size() > 1).mean() > 0.3


def test_a_seller_has_one_team_and_one_skill(market: Market) -> None:
    by_owner = market.facts.assign(skill=market.seller).groupby("owner_id")
    assert by_owner[["team", "skill"]].nunique().max().tolist() == [1, 1]
    assert np.std(by_owner["skill"].first()) == pytest.approx(COMPANY.seller_spread, rel=0.4)


def test_codes_are_what_the_facts_say(market: Market) -> None:
    for fact, codes, options in (
        ("source", market.source, COMPANY.sources),
        ("industry", market.industry, COMPANY.industries),
        ("product", market.product, COMPANY.products),
        ("company_size", market.size, COMPANY.sizes),
    ):
        assert market.facts[fact].tolist() == [options[code].name for code in codes]
    assert (market.facts["currency"].map(TYPICAL_AMOUNT) == market.typical_amount).all()


def test_shares_are_as_given(market: Market) -> None:
    found = market.facts["source"].value_counts(normalize=True)
    assert found.to_dict() == pytest.approx({o.name: o.share for o in COMPANY.sources}, abs=0.03)
    assert sum(region.share for region in REGIONS) == pytest.approx(1)


def test_deals_become_more_from_year_to_year(market: Market) -> None:
    assert (np.diff(market.week) >= 0).all()
    assert (market.week.min(), market.week.max()) == (0, 103)
    growth = (market.week >= 52).sum() / (market.week < 52).sum()
    assert growth == pytest.approx(1 + COMPANY.growth, abs=0.1)


def test_names_are_chinese_at_home_and_english_abroad(market: Market) -> None:
    ascii_names = market.facts["customer_id"].map(str.isascii)
    assert (ascii_names == (market.facts["team"] == "International")).all()


def test_what_only_sellers_see_differs_from_deal_to_deal_and_changes_nothing_else(market: Market) -> None:
    company = replace(COMPANY, unseen=1.0)
    seen = draw_market(company, opportunities=6000, weeks=104, rng=np.random.default_rng(0))
    assert np.std(seen.seller - market.seller) == pytest.approx(1, abs=0.03)
    assert seen.facts.equals(market.facts)
    assert (seen.week == market.week).all()


def test_every_industry_has_its_trades() -> None:
    assert list(TRADES) == INDUSTRIES


def test_names_tell_town_trade_and_language() -> None:
    chinese = customer_names([["成都"]] * 7, INDUSTRIES, np.random.default_rng(0))
    english = customer_names([[]] * 7, INDUSTRIES, np.random.default_rng(0))
    for industry, zh, en in zip(INDUSTRIES, chinese, english, strict=True):
        assert zh.startswith("成都")
        assert TRADES[industry][0] in zh
        assert en.isascii()
        assert TRADES[industry][1] in en


def test_namesakes_are_numbered() -> None:
    names = customer_names([["成都"]] * 2000, ["电力"] * 2000, np.random.default_rng(0))
    assert len(set(names)) == 2000
    assert any(name.endswith(" 2") for name in names)
