"""Amount: what the opportunity is worth and how that has moved."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from winprob.features.catalogue import Family
from winprob.features.message import message
from winprob.features.texts import Texts
from winprob.features.timeline import AsOf, Floats
from winprob.features.view import Table, View


class AmountView(View):
    """The amounts of opportunities at moments."""

    @cached_property
    def table(self) -> Table:
        """The table ``amounts``."""
        return Table(self.history, "amounts")

    @cached_property
    def amounts(self) -> AsOf:
        """The rows of ``amounts``."""
        return self.as_of(self.table)

    @cached_property
    def now(self) -> Floats:
        """The amount at the moment, in the opportunity's currency."""
        return self.amounts.last(self.table.numbers("amount"))


FAMILY = Family("amount", message("amount"), AmountView)


@FAMILY.feature(message("amount"), unit="log", relative_to="currency")
def log_amount(view: AmountView) -> Floats:
    """Natural logarithm of 1 + the amount in the opportunity's currency."""
    return np.log1p(view.now)


@FAMILY.feature(message("currency"), kind="category")
def currency(view: AmountView) -> Texts:
    """The opportunity's currency, in which its amount is counted."""
    return view.text("currency")


@FAMILY.feature(message("change of the amount"), unit="log ratio")
def amount_change(view: AmountView) -> Floats:
    """Logarithm of the amount now over the first, each plus 1; missing where the past is not recorded."""
    first = view.amounts.first(view.table.numbers("amount"))
    return view.where(view.amounts.complete, np.log1p(view.now) - np.log1p(first))
