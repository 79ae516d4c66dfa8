"""What a client prefers: the headers that list choices with weights."""

from __future__ import annotations

import math


def preferences(header: str | None) -> list[tuple[str, float]]:
    """Read a header that lists choices with weights (RFC 9110, 12.4.2).

    Parameters
    ----------
    header : str, optional
        Such as the value of ``Accept`` or ``Accept-Language``.

    Returns
    -------
    list of (str, float)
        Each choice in lower case with its weight, in the order of the header: 1 where none is said, 0 where
        it cannot be read.

    Examples
    --------
    >>> preferences("text/markdown, text/*;level=1;q=0.3, */*;q=none")
    [('text/markdown', 1.0), ('text/*', 0.3), ('*/*', 0.0)]
    """
    entries = (entry.split(";") for entry in (header or "").split(",") if entry.strip())
    return [(choice.strip().lower(), _weight(parameters)) for choice, *parameters in entries]


def _weight(parameters: list[str]) -> float:
    named = (parameter.strip().lower().partition("=") for parameter in parameters)
    value = next((value for name, _, value in named if name.strip() == "q"), "1")
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if math.isfinite(weight) else 0.0
