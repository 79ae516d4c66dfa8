"""How numbers of findings are written."""

from __future__ import annotations

from math import ceil

from winprob.features.playbook import Stage, Words
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


def days(count: float) -> Words:
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
    return Words(zh=f"{whole}天", en=f"{whole} day" if whole == 1 else f"{whole} days")


def ahead(count: float) -> Words:
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
        return Words(zh="就在今天", en="today")
    left = days(ceil(count) - 1)
    return Words(zh=f"还剩{left.zh}", en=f"in {left.en}")


def staged(stage: Stage) -> Words:
    """Write a stage with its percentage.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> staged(load_playbook().stages[3]).en
    'Intent (75 %)'
    """
    share = percent(stage.probability)
    return Words(zh=f"{stage.name.zh}（{share.zh}）", en=f"{stage.name.en} ({share.en})")
