"""Names of customers, Chinese and English."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

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
