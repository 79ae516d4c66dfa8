from __future__ import annotations

import numpy as np
import pytest

from winprob.training.simulation.arrival import FIRST_CONTACT, arrive, blank
from winprob.training.simulation.company import Company
from winprob.training.simulation.deals import Deals
from winprob.training.simulation.market import Market, draw_market
from winprob.training.simulation.vocabulary import CONTACTS, WON_BEFORE

COMPANY = Company()


@pytest.fixture(scope="module")
def market() -> Market:
    return draw_market(COMPANY, opportunities=4000, weeks=52, rng=np.random.default_rng(0))


@pytest.fixture(scope="module")
def deals(market: Market) -> Deals:
    numbers = np.arange(1000, 4000)
    return arrive(COMPANY, market, numbers, np.full(3000, WON_BEFORE), np.random.default_rng(1))


def test_new_deals_carry_the_facts_of_the_market(market: Market, deals: Deals) -> None:
    assert deals.number.tolist() == list(range(1000, 4000))
    assert (deals.acquaintance == WON_BEFORE).all()
    assert (deals.source == market.source[1000:]).all()
    assert (deals.typical_amount == market.typical_amount[1000:]).all()
    assert (deals.stage == 0).all()


def test_every_deal_begins_with_one_contact_of_its_source_s_kind(deals: Deals) -> None:
    assert ((deals.contact_kind >= 0).sum(axis=0) == 1).all()
    assert (deals.weeks_since_contact == 0).all()
    for code, source in enumerate(COMPANY.sources):
        kind = CONTACTS.index(FIRST_CONTACT.get(source.name, "visit"))
        assert (deals.contact_kind.max(axis=0)[deals.source == code] == kind).all()


def test_first_contacts_name_sources_of_the_company() -> None:
    assert set(FIRST_CONTACT) <= {source.name for source in COMPANY.sources}


def test_tenders_have_more_rivals(deals: Deals) -> None:
    tender = deals.source == [source.name for source in COMPANY.sources].index("tender")
    rivals = deals.competing.sum(axis=0)
    assert rivals[tender].min() == COMPANY.habits.rivals_in_tender
    assert rivals[tender].mean() > rivals[~tender].mean() + 0.8
    assert ((deals.weeks_since_entry == 0) == (rivals > 0)).all()


def test_persons_are_known_as_often_as_their_seat_says(deals: Deals) -> None:
    expected = [seat.known_at_first for seat in COMPANY.seats]
    assert deals.identified.mean(axis=1) == pytest.approx(expected, abs=0.04)


def test_bigger_customers_buy_more(deals: Deals) -> None:
    price = deals.amount / deals.typical_amount
    medians = [np.median(price[deals.size == size]) for size in range(len(COMPANY.sizes))]
    assert medians == sorted(medians)


def test_nothing_is_blank_about_no_deals() -> None:
    assert len(blank(COMPANY, 0)) == 0
