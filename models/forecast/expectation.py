"""What is expected of open deals in one period."""

from __future__ import annotations

from dataclasses import dataclass

from winprob.features.timeline import Floats
from winprob.models.forecast.forecast import Forecast
from winprob.models.forecast.period import Period
from winprob.models.forecast.pipeline import Pipeline


@dataclass(frozen=True, eq=False)
class Expectation:
    """Open deals and a period.

    Attributes
    ----------
    pipeline : Pipeline
        The deals.
    period : Period
    chances : numpy.ndarray of float64, shape (n,)
        How likely each is won in the period, row by row as in ``pipeline.deals``.

    Examples
    --------
    ``Expectation.of(forecast, forecast.periods[0]).money.sum()``
    """

    pipeline: Pipeline
    period: Period
    chances: Floats

    @classmethod
    def of(cls, forecast: Forecast, period: Period) -> Expectation:
        """Take a period out of a forecast.

        Parameters
        ----------
        forecast : Forecast
        period : Period
            One of the forecast's.
        """
        return cls(forecast.pipeline, period, forecast.chances[:, forecast.periods.index(period)])

    @property
    def amounts(self) -> Floats:
        """What each deal is expected to come to if it is won, in its currency, shape (n,)."""
        return self.pipeline.deals["final_amount"].to_numpy(float)

    @property
    def money(self) -> Floats:
        """What is expected of each deal in the period, in its currency, shape (n,)."""
        return self.amounts * self.chances
