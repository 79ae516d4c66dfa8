"""Who buys what: the fixed facts of every opportunity, and what they tell of it before anything happens."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.hidden_interest.states import Array, by_interest, by_position

SOURCES = {  # interest (none, looking, project, buying) and position (behind, level, ahead) at the beginning
    "referral": ((0.10, 0.40, 0.40, 0.10), (0.10, 0.40, 0.50)),
    "partner": ((0.20, 0.45, 0.30, 0.05), (0.20, 0.50, 0.30)),
    "exhibition": ((0.45, 0.45, 0.09, 0.01), (0.30, 0.50, 0.20)),
    "website": ((0.40, 0.44, 0.15, 0.01), (0.30, 0.50, 0.20)),
    "cold call": ((0.65, 0.30, 0.04, 0.01), (0.40, 0.50, 0.10)),
    "tender": ((0.01, 0.09, 0.50, 0.40), (0.65, 0.30, 0.05)),
}
SOURCE_SHARES = (0.15, 0.20, 0.15, 0.20, 0.15, 0.15)
INDUSTRIES = ("energy", "water", "health", "manufacturing", "retail")
PRODUCTS = ("platform", "gateway", "service")
HOME = (("platform", "energy"), ("platform", "water"), ("gateway", "manufacturing"), ("service", "health"))
AT_HOME = (0.5, 1.0, 2.5)
"""What a product made for the industry does to the weights of behind, level and ahead."""
SIZES = {"small": 60_000, "medium": 150_000, "large": 400_000}
"""What a deal usually costs, by the size of the customer."""
TOO_MUCH = (1.6, 1.0, 0.7, 0.4)
"""What twice the usual cost does to the weights of none, looking, project and buying."""
REGIONS = ("north", "south", "east", "west")
CAMPAIGNS = ("spring letter", "summer fair", "autumn letter", "winter fair", "newsletter")


@dataclass(frozen=True)
class Market:
    """The opportunities in the order of creation.

    Attributes
    ----------
    facts : pandas.DataFrame
        Columns of the contract's `opportunities` that never change. Source, product, industry, company_size
        and the first amount tell something of the hidden state; customer, owner, team, region, campaign and
        catalogue_pages tell nothing.
    week : array of int (n,)
        Week of creation, counted from the first Monday of the history.
    amount : array of float (n,)
        The first amount.
    belief : array of float (n, states)
        Distribution of the first hidden state.
    """

    facts: pd.DataFrame
    week: Array
    amount: Array
    belief: Array


def draw_market(opportunities: int, weeks: int, rng: np.random.Generator) -> Market:
    """Draw the opportunities.

    Parameters
    ----------
    opportunities : int
        How many, over the whole history.
    weeks : int
        Length of the history.
    rng : numpy.random.Generator
        The source of chance.

    Examples
    --------
    >>> market = draw_market(opportunities=3, weeks=10, rng=np.random.default_rng(0))
    >>> market.facts["opportunity_id"].tolist(), market.belief.shape
    (['D-00001', 'D-00002', 'D-00003'], (3, 12))
    """
    n = opportunities
    region, size = rng.choice(REGIONS, n), rng.choice(list(SIZES), n, p=(0.4, 0.35, 0.25))
    source = rng.choice(list(SOURCES), n, p=SOURCE_SHARES)
    product, industry = rng.choice(PRODUCTS, n), rng.choice(INDUSTRIES, n)
    usual = np.array([SIZES[each] for each in size], np.float64)
    amount = np.round(usual * rng.lognormal(0.0, 0.6, n), -2)
    facts = pd.DataFrame(
        {
            "opportunity_id": [f"D-{number:05d}" for number in range(1, n + 1)],
            "customer_id": [f"C-{number:05d}" for number in rng.integers(max(1, n // 2), size=n)],
            "owner_id": [f"S-{number:02d}" for number in rng.integers(20, size=n)],
            "team": region,
            "product": product,
            "industry": industry,
            "region": region,
            "source": source,
            "currency": "EUR",
            "company_size": size,
            "campaign": rng.choice(CAMPAIGNS, n),
            "catalogue_pages": rng.integers(4, 200, size=n),
        }
    )
    home = np.array([each in HOME for each in zip(product, industry, strict=True)])
    belief = _first_belief(source, home, amount > 2 * usual)
    return Market(facts, np.sort(rng.integers(weeks, size=n)), amount, belief)


def _first_belief(source: Array, home: Array, expensive: Array) -> Array:
    """Weigh the states of new deals: the facts work together, not each by itself."""
    interest, position = (np.array([SOURCES[each][part] for each in source]) for part in (0, 1))
    interest = interest * np.where(expensive[:, None], TOO_MUCH, 1.0)
    position = position * np.where(home[:, None], AT_HOME, 1.0)
    weight = by_interest(interest) * by_position(position)
    belief: Array = weight / weight.sum(axis=1, keepdims=True)
    return belief
