"""What people call opportunities: the columns that hold their names, and the CRM that shows them."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

from winprob.features.playbook_part import Part, Text


def _link(value: str) -> str:
    if not re.fullmatch(r"https?://\S+", value) or "{opportunity_id}" not in value:
        raise ValueError("expected an address such as https://crm.example.com/deals/{opportunity_id}")
    return value


class Identity(Part):
    """Where the names of opportunities are, and the CRM that shows them; no feature is made of these columns.

    Attributes
    ----------
    title, customer_name, owner_name : str, optional
        Columns of ``opportunities`` beyond the contract with what people call the opportunity, its customer
        and its seller. Their ids are shown where a column is not named, or empty.
    crm_link : str, optional
        The address of an opportunity in the CRM, with ``{opportunity_id}`` in it.

    Examples
    --------
    >>> Identity(title="project").columns
    ('project',)
    """

    title: Text | None = None
    customer_name: Text | None = None
    owner_name: Text | None = None
    crm_link: Annotated[str, AfterValidator(_link)] | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it names."""
        names = (self.title, self.customer_name, self.owner_name)
        return tuple(name for name in names if name is not None)
