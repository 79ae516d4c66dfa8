"""How many wins came in the close window that was told."""

from __future__ import annotations

from typing import Annotated, Self

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field

from winprob.models.closing.outlook import Outlook


class ClosingCheck(BaseModel):
    """What a test says of the close window, which is to hold four wins of five.

    Attributes
    ----------
    moments, opportunities : int
        Moments with a win that was seen, and of how many opportunities.
    coverage : float
        Share of the moments whose win came between the 10 % and the 90 % quantile.

    Notes
    -----
    A win after the end of the test cannot be seen, so each is placed among those that could: the share of
    wins by then, divided by the share by the end of the test, is evenly spread from 0 to 1 if the times are
    right (the probability integral transform, Rosenblatt 1952, given that the win comes in time).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    moments: Annotated[int, Field(ge=1)]
    opportunities: Annotated[int, Field(ge=1)]
    coverage: Annotated[float, Field(ge=0, le=1)]

    @classmethod
    def of(
        cls, outlook: Outlook, days: npt.ArrayLike, followed: npt.ArrayLike, opportunity: npt.ArrayLike
    ) -> Self:
        """Compare an outlook with the wins that came.

        Parameters
        ----------
        outlook : Outlook
            Of n moments, at least one, whose opportunities were won.
        days : array-like of shape (n,)
            From each moment to the win.
        followed : array-like of shape (n,)
            From each moment to the end of the test, no less than `days`.
        opportunity : array-like of shape (n,)
            Which opportunity each moment is of.

        Examples
        --------
        >>> from winprob.models.closing.periods import PERIODS
        >>> rates = np.full((4, PERIODS), 0.01)
        >>> outlook = Outlook(rates, rates, np.zeros(4))
        >>> ClosingCheck.of(outlook, [1, 30, 60, 80], [400] * 4, [0, 0, 1, 1]).coverage
        0.75
        """
        shares, _ = outlook.shares_within(np.column_stack([days, followed]))
        place = shares[:, 0] / shares[:, 1]
        return cls(
            moments=len(place),
            opportunities=len(np.unique(opportunity)),
            coverage=float(((place > 0.1) & (place < 0.9)).mean()),
        )
