"""How a probability is written: what is not certain is never told as 0 or 100 percent."""

from __future__ import annotations

from winprob.features.message import Wording, message


def percent(share: float) -> Wording:
    """Write a probability, or a share, in whole percent.

    Parameters
    ----------
    share : float
        From 0 to 1. What would round to 0 or 100 percent is told as under 1 or over 99, unless it is exact.

    Examples
    --------
    >>> percent(0.47).en, percent(0.002).en, percent(0.998).zh, percent(0.0).en
    ('47 %', 'under 1 %', '超过99%', '0 %')
    """
    whole = f"{100 * share:.0f}"
    if whole == "0" and share > 0:
        return message("under 1 %")
    if whole == "100" and share < 1:
        return message("over 99 %")
    return message("{whole} %", whole=whole)
