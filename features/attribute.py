"""An attribute: a column of ``opportunities`` that the contract does not name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Attribute:
    """A column of ``opportunities`` that the contract does not name.

    Attributes
    ----------
    name : str
        The column's name.
    kind : {"number", "category"}
        How its values are read.

    Examples
    --------
    >>> Attribute("company_size", "category").kind
    'category'
    """

    name: str
    kind: Literal["number", "category"]
