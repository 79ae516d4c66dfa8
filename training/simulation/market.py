"""Customers, sellers and the facts of each opportunity that never change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from winprob.training.simulation.company import Company
from winprob.training.simulation.deals import Array
from winprob.training.simulation.vocabulary import Option


class Region(NamedTuple):
    """Where customers are: their share, the team that serves them, their money and their names."""

    name: str
    share: float
    team: str
    currency: str
    places: tuple[str, ...]  # begin a Chinese company's name; none: names are English


REGIONS = (
    Region("华东", 0.28, "华东一部", "CNY", ("上海", "杭州", "苏州", "宁波", "南京", "合肥")),
    Region("华南", 0.22, "华南部", "CNY", ("深圳", "广州", "佛山", "厦门", "珠海", "东莞")),
    Region("华北", 0.16, "华北部", "CNY", ("北京", "天津", "济南", "石家庄", "太原", "青岛")),
    Region("西南", 0.12, "西南部", "CNY", ("成都", "重庆", "昆明", "贵阳", "绵阳", "大理")),
    Region("Southeast Asia", 0.12, "International", "USD", ()),
    Region("Europe", 0.10, "International", "EUR", ()),
)
TYPICAL_AMOUNT = {"CNY": 900_000, "USD": 130_000, "EUR": 115_000}
TYPICAL_EMPLOYEES = (40, 220, 900, 4000)  # small, medium, large, group

CHINESE = (tuple("海华中金瑞新东博恒天永同"), tuple("川盛岳桥丰源泰远信工嘉安"))
ENGLISH = (
    ("Hal", "Nor", "Mar", "Cas", "Sel", "Tam", "Bren", "Kes", "Os", "Al", "Wes", "Dun"),
    ("den", "vik", "low", "tor", "wyn", "ora", "ta", "trel", "bury", "ston", "more", "field"),
)
FORMS = (("有限公司", "股份有限公司", "集团"), ("Ltd", "Group", "Holdings"))
TRADES = {  # an industry in a customer's name
    "电力": ("电力", "Power"),
    "水务": ("水务", "Water"),
    "医疗": ("医疗", "Health"),
    "教育": ("教育", "Education"),
    "Manufacturing": ("精密制造", "Manufacturing"),
    "Logistics": ("物流", "Logistics"),
    "Retail": ("商贸", "Retail"),
}


@dataclass(frozen=True)
class Market:
    """The fixed facts of every opportunity, in the order of creation.

    Attributes
    ----------
    facts : pd.DataFrame
        The columns of the contract's `opportunities` that never change, attributes `company_size` and
        `employees` among them; row `i` is opportunity number `i`.
    week : array of int
        Week of creation, counted from the first Monday of the history.
    customer : array of int
        Number of the customer.
    seller : array of float
        Log-odds that the owner brings to the deal, and what only they see in it.
    source, industry, product, size : arrays of int
        Codes: positions in the tuples of `Company`.
    typical_amount : array of float
        What an ordinary deal costs, in the opportunity's currency.
    """

    facts: pd.DataFrame
    week: Array
    customer: Array
    seller: Array
    source: Array
    industry: Array
    product: Array
    size: Array
    typical_amount: Array


def draw_market(company: Company, opportunities: int, weeks: int, rng: np.random.Generator) -> Market:
    """Draw who buys what from whom, and when each opportunity comes up.

    Parameters
    ----------
    company : Company
        Shares of sources, industries, products and sizes.
    opportunities : int
        How many, over the whole history.
    weeks : int
        Length of the history.
    rng : np.random.Generator
        The source of chance.

    Examples
    --------
    >>> market = draw_market(Company(), opportunities=4, weeks=10, rng=np.random.default_rng(0))
    >>> market.facts["opportunity_id"].tolist()
    ['OPP-00001', 'OPP-00002', 'OPP-00003', 'OPP-00004']
    """
    customers = _customers(company, max(1, opportunities * 2 // 5), rng)
    customer = _often_the_same(len(customers), opportunities, rng)
    bought_by = customers.iloc[customer].reset_index(drop=True)
    region = bought_by.pop("region_code").to_numpy()
    owner, skill = _owners(company, region, rng)
    source, product = (_codes(options, opportunities, rng) for options in (company.sources, company.products))
    facts = pd.DataFrame(
        {
            "opportunity_id": [f"OPP-{number:05d}" for number in range(1, opportunities + 1)],
            "customer_id": bought_by["customer_id"],
            "owner_id": owner,
            "team": [REGIONS[code].team for code in region],
            "product": [company.products[code].name for code in product],
            "industry": bought_by["industry"],
            "region": [REGIONS[code].name for code in region],
            "source": [company.sources[code].name for code in source],
            "currency": [REGIONS[code].currency for code in region],
            "company_size": bought_by["company_size"],
            "employees": bought_by["employees"],
        }
    )
    week = _weeks_of_creation(opportunities, weeks, company.growth, rng)
    skill = skill + rng.normal(0.0, company.unseen, opportunities)  # drawn last: without it all is as it was
    return Market(
        facts=facts,
        week=week,
        customer=customer,
        seller=skill,
        source=source,
        industry=bought_by["industry_code"].to_numpy(),
        product=product,
        size=bought_by["size_code"].to_numpy(),
        typical_amount=facts["currency"].map(TYPICAL_AMOUNT).to_numpy(),
    )


def customer_names(
    places: Sequence[Sequence[str]], industries: Sequence[str], rng: np.random.Generator
) -> list[str]:
    """Make up a legal name for each customer; namesakes are numbered, since a name is unique in the CRM.

    Parameters
    ----------
    places : sequence of sequences of str (n,)
        Towns, in Chinese, one of which begins the customer's name; none for an English name.
    industries : sequence of str (n,)
        Keys of `TRADES`.
    rng : np.random.Generator
        The source of chance.

    Examples
    --------
    >>> customer_names([["上海"], []], ["电力", "Retail"], np.random.default_rng(0))
    ['上海海安电力有限公司', 'Alfield Retail Group']
    """
    dice = rng.integers(1 << 30, size=(len(industries), 4)).tolist()
    names = [_name(*customer) for customer in zip(places, industries, dice, strict=True)]
    earlier = pd.Series(names, dtype="str").groupby(names).cumcount()
    return [f"{name} {count + 1}" if count else name for name, count in zip(names, earlier, strict=True)]


def _name(places: Sequence[str], industry: str, dice: list[int]) -> str:
    def pick(choices: Sequence[str]) -> str:
        return choices[dice.pop() % len(choices)]

    chinese, english = TRADES[industry]
    if places:
        return pick(places) + "".join(map(pick, CHINESE)) + chinese + pick(FORMS[0])
    return f"{''.join(map(pick, ENGLISH))} {english} {pick(FORMS[1])}"


def _codes(options: tuple[Option, ...] | tuple[Region, ...], n: int, rng: np.random.Generator) -> Array:
    return rng.choice(len(options), size=n, p=[option.share for option in options])


def _customers(company: Company, n: int, rng: np.random.Generator) -> pd.DataFrame:
    drawn = (company.industries, company.sizes, REGIONS)
    industry, size, region = (_codes(options, n, rng) for options in drawn)
    employees = np.array(TYPICAL_EMPLOYEES)[size] * rng.lognormal(0.0, 0.3, n)
    industries = [company.industries[code].name for code in industry]
    return pd.DataFrame(
        {
            "customer_id": customer_names([REGIONS[code].places for code in region], industries, rng),
            "industry": industries,
            "industry_code": industry,
            "company_size": [company.sizes[code].name for code in size],
            "size_code": size,
            "employees": employees.astype(int),
            "region_code": region,
        }
    )


def _often_the_same(customers: int, n: int, rng: np.random.Generator) -> Array:
    """Let a few customers buy often and most of them once or twice."""
    appetite = rng.gamma(0.8, size=customers)
    return rng.choice(customers, size=n, p=appetite / appetite.sum())


def _owners(company: Company, region: Array, rng: np.random.Generator) -> tuple[list[str], Array]:
    """Give each opportunity a seller of its region, one seller per 150 opportunities or so."""
    crew = np.array([max(2, round(share * len(region) / 150)) for share in (r.share for r in REGIONS)])
    skill = rng.normal(0.0, company.seller_spread, crew.sum())
    owner = (crew.cumsum() - crew)[region] + rng.integers(crew[region])
    return [f"S{number:03d}" for number in owner + 1], skill[owner]


def _weeks_of_creation(n: int, weeks: int, growth: float, rng: np.random.Generator) -> Array:
    """Spread the opportunities over the weeks, more of them each year."""
    weight = (1 + growth) ** (np.arange(weeks) / 52)
    return np.sort(rng.choice(weeks, size=n, p=weight / weight.sum()))
