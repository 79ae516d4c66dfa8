"""How numbers of findings are written."""

from __future__ import annotations

from math import ceil

from winprob.features.message import Wording, message, plural
from winprob.features.playbook_part import Stage
from winprob.models.wording.percent import percent


def money(amount: float, currency: str) -> str:
    """Write an amount.

    Parameters
    ----------
    amount : float
    currency : str
        Empty where none is recorded.

    Examples
    --------
    >>> money(1_234_567.8, "CNY"), money(500, "")
    ('1,234,568 CNY', '500')
    """
    return f"{amount + 0.0:,.0f} {currency}".rstrip()


def days(count: float) -> Wording:
    """Write a number of whole days.

    Parameters
    ----------
    count : float
        0 or more.

    Examples
    --------
    >>> days(1.4).en, days(12).zh
    ('1 day', '12天')
    """
    whole = int(count)
    return plural("{days} day", "{days} days", whole, days=whole)


def ahead(count: float) -> Wording:
    """Write how far off a day is.

    Parameters
    ----------
    count : float
        Days to its end, above 0: up to one is today.

    Examples
    --------
    >>> ahead(0.5).en, ahead(12.5).en, ahead(13.0).zh
    ('today', 'in 12 days', '还剩12天')
    """
    if count <= 1:
        return message("today")
    left = days(ceil(count) - 1)
    return message("in {left}", left=left)


def staged(stage: Stage) -> Wording:
    """Write a stage with its percentage.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> staged(load_playbook().stages[3]).en
    'Intent (75 %)'
    """
    share = percent(stage.probability)
    return message("{name} ({share})", name=stage.name, share=share)
