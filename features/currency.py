"""Currencies as CRMs write them: those that may be one and the same in other spellings are named."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from winprob.features.notice import Notice

CODE = re.compile(r"[A-Z]{3}")

OTHER_NAMES = frozenset({"RMB", "CNH", "NTD", "STG"})
"""What looks like a code of ISO 4217, but is another name of one (CNY, TWD, GBP)."""


def currency_notices(currencies: pd.Series) -> Iterator[Notice]:
    """Name the currencies that are not written as codes of ISO 4217.

    Parameters
    ----------
    currencies : pandas.Series of str
        The column ``currency``, after the mapping of ``[input.currencies]``.

    Yields
    ------
    Notice
        One, if there are any.

    Examples
    --------
    >>> [notice] = currency_notices(pd.Series(["CNY", "cny", "RMB", None]))
    >>> print(notice)
    opportunities, column currency: 'RMB' (1), 'cny' (1) beside CNY, taken as currencies of their own; map ...
    """
    counts = currencies.value_counts()
    strange = [name for name in sorted(counts.index) if not CODE.fullmatch(name) or name in OTHER_NAMES]
    if not strange:
        return
    listed = ", ".join(f"{name!r} ({counts[name]:,})" for name in strange)
    codes = ", ".join(name for name in sorted(counts.index) if name not in strange)
    beside = f" beside {codes}" if codes else ""
    example = f'"{strange[0]}" = "CNY"'
    remedy = f"map them in [input.currencies] of the playbook or [currencies] of a mapping, such as {example}"
    place = "opportunities, column currency"
    yield Notice("currency_spelling", place, f"{listed}{beside}", "currencies of their own", remedy)
