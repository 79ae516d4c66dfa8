"""How much deals move together: in some periods nearly all go better than expected, in others worse."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class CommonFactor(BaseModel):
    """How far the deals of a period are off together.

    Independent deals even out, so the total of many would be nearly certain. It is not: a market, a product
    or a model's own error moves all deals of a period the same way.

    Attributes
    ----------
    spread : float
        Standard deviation, over periods, of what is added to the log-odds of all deals of a period. The
        default is what is expected before anything could be learned.

    Examples
    --------
    >>> CommonFactor(spread=0.0) == CommonFactor()
    False
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    spread: float = Field(default=0.15, ge=0.0)
