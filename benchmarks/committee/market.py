"""Who buys what: the fixed facts of every opportunity, and the committee that it begins with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.committee.deals import DECISION_MAKER, ROLES, SEATS, Array, Deals
from benchmarks.hidden_interest.market import INDUSTRIES, PRODUCTS, REGIONS, SIZES
from benchmarks.hidden_interest.signs import RIVALS

SOURCES = {  # share of the deals, what it adds to our leanings and to theirs, weeks to the vote
    "referral": (0.15, 0.5, 0.0, 22),
    "partner": (0.20, 0.3, 0.1, 22),
    "exhibition": (0.15, 0.0, 0.0, 30),
    "website": (0.20, 0.1, 0.2, 18),
    "cold call": (0.15, -0.2, 0.0, 32),
    "tender": (0.15, -0.2, 0.5, 11),
}
GROWTH = 5.0
"""Deals created in the last week, for one in the first."""
SELLERS = 24
INFLUENCE = (5.0, 2.5, 1.0, 1.2, 0.7)
"""Of a person, by role, before they differ; the decision maker hardly ever outweighs all others."""
OTHER_SEATS = (0.0, 0.30, 0.25, 0.15, 0.30)
"""How likely the seats after the second have each role; the second is a recommender's."""
RIVALS_AT_FIRST = 0.2


@dataclass(frozen=True)
class Market:
    """The opportunities in the order of creation: `facts` for the contract's table, the rest (n,)."""

    facts: pd.DataFrame
    week: Array
    amount: Array
    deals: Deals


def draw_market(opportunities: int, weeks: int, rng: np.random.Generator) -> Market:
    """Draw the opportunities of a growing business, over some weeks."""
    n = opportunities
    week = np.sort(weeks * np.log1p(rng.random(n) * (GROWTH - 1)) / np.log(GROWTH)).astype(np.int64)
    customer, seller = rng.integers(max(1, n // 3), size=n), rng.integers(SELLERS, size=n)
    size, source = rng.integers(len(SIZES), size=n), rng.choice(len(SOURCES), n, p=_of_source(0))
    product, industry = rng.integers(len(PRODUCTS), size=n), rng.integers(len(INDUSTRIES), size=n)
    region = np.array(REGIONS)[rng.integers(len(REGIONS), size=SELLERS)][seller]
    dear = rng.normal(0.0, 0.6, n)
    facts = pd.DataFrame(
        {
            "opportunity_id": [f"K-{number:05d}" for number in range(1, n + 1)],
            "customer_id": [f"C-{number:05d}" for number in customer],
            "owner_id": [f"S-{number:02d}" for number in seller],
            "team": region,
            "product": np.array(PRODUCTS)[product],
            "industry": np.array(INDUSTRIES)[industry],
            "region": region,
            "source": np.array(list(SOURCES))[source],
            "currency": "EUR",
            "company_size": np.array(list(SIZES))[size],
        }
    )
    fits = rng.normal(0.0, 0.4, (len(PRODUCTS), len(INDUSTRIES)))[product, industry]
    amount = np.round(np.array(list(SIZES.values()))[size] * np.exp(dear), -2)
    return Market(facts, week, amount, _first_deals(customer, seller, source, fits, dear, rng))


def _first_deals(
    customer: Array, seller: Array, source: Array, fits: Array, dear: Array, rng: np.random.Generator
) -> Deals:
    """Draw what is hidden: committees and budgets of customers, habits of sellers, projects."""
    n, customers = len(customer), customer.max() + 1
    role, influence = _committees(customers, rng)
    goodwill, wealth = rng.normal(0.0, 0.3, customers)[customer], rng.normal(0.0, 0.6, customers)[customer]
    effort, optimism = rng.normal(0.0, 0.4, SELLERS)[seller], rng.normal(0.2, 0.3, SELLERS)[seller]
    planned = np.maximum(3, _of_source(3)[source] * rng.lognormal(0.0, 0.5, n)).astype(np.int64)
    first_known = rng.integers(1, 1 + (influence > 0).sum(axis=1)[customer] // 2 + 1)  # never the top
    return Deals(
        number=np.arange(n),
        role=role[customer],
        influence=influence[customer],
        ours=(goodwill + _of_source(1)[source])[:, None] + rng.normal(0.0, 0.6, (n, SEATS)),
        theirs=_of_source(2)[source][:, None] + rng.normal(0.0, 0.6, (n, SEATS)),
        offer=fits + rng.normal(0.0, 0.4, n),
        rival_offer=rng.normal(0.0, 0.5, n),
        rivals=rng.random((n, len(RIVALS))) < RIVALS_AT_FIRST,
        budget=wealth + rng.normal(0.0, 0.6, n) - 0.5 * dear,
        weeks_left=planned,
        weeks_planned=planned.copy(),
        closes_in=np.full(n, -1),
        known=np.arange(SEATS) == first_known[:, None],
        reached=np.zeros((n, SEATS), bool),
        perceived=optimism.copy(),
        effort=effort,
        optimism=optimism,
        tidiness=rng.uniform(0.3, 1.0, SELLERS)[seller],
    )


def _committees(customers: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Draw 3 to 7 persons for each customer: their roles and their shares of the vote."""
    role = rng.choice(len(ROLES), (customers, SEATS), p=OTHER_SEATS)
    role[:, DECISION_MAKER], role[:, 1] = DECISION_MAKER, ROLES.index("recommender")
    seated = np.arange(SEATS) < rng.integers(3, SEATS + 1, size=customers)[:, None]
    influence = np.array(INFLUENCE)[role] * rng.lognormal(0.0, 0.4, role.shape) * seated
    return role, influence / influence.sum(axis=1, keepdims=True)


def _of_source(column: int) -> Array:
    return np.array([source[column] for source in SOURCES.values()])
