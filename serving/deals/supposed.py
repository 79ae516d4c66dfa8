"""What if something else were recorded of a deal: its probability, its dates, and the forecast."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from winprob.features.playbook import Language
from winprob.serving.deals.found_deal import FoundDeal
from winprob.serving.deals.known_answer import KnownAnswer, known_answer
from winprob.serving.forecast.cached_forecasts import CachedForecasts
from winprob.serving.forecast.question import WhatIfQuestion
from winprob.serving.scores.scorer import Scorer

PERIODS = 2
"""The quarter that runs, and the next: what can still be influenced."""


@dataclass(frozen=True)
class PeriodMove:
    """What becomes of the forecast of a period.

    Attributes
    ----------
    start, end : datetime.date
        Its first and last day.
    currency : str
        Of the deal; empty where none is recorded.
    before, after : float
        What is expected, as it is and as it would be.
    """

    start: date
    end: date
    currency: str
    before: float
    after: float


@dataclass(frozen=True)
class Supposed:
    """A deal as it would be.

    Attributes
    ----------
    fields : dict
        What is supposed, as it was asked.
    known : KnownAnswer
        What would be recorded, and the answer to it.
    periods : tuple of PeriodMove
        The forecast of all deals in the deal's currency.
    """

    fields: dict[str, Any]
    known: KnownAnswer
    periods: tuple[PeriodMove, ...]


def suppose(
    forecasts: CachedForecasts,
    scorer: Scorer,
    deal: FoundDeal,
    as_of: date | None,
    fields: Mapping[str, Any],
    language: Language,
) -> Supposed:
    """Forecast anew as if something else were recorded of an open deal.

    Parameters
    ----------
    forecasts : CachedForecasts
    scorer : Scorer
    deal : FoundDeal
        It is open.
    as_of : datetime.date or datetime.datetime, optional
        As it was asked.
    fields : mapping
        Of a `winprob.models.forecast.supposition.Supposition`, still to be read.
    language : str

    Raises
    ------
    winprob.models.forecast.supposition.InvalidSupposition
        Naming every field that is unknown or wrong.
    """
    changes = {deal.opportunity_id: dict(fields)}
    found = forecasts.what_if(
        WhatIfQuestion(by="quarter", periods=PERIODS, as_of=as_of, changes=changes, language=language)
    )
    history = found.after.pipeline.history
    known = known_answer(scorer, history, deal, language)
    currency = known.document.currency or ""
    before, after = (
        table[table["currency"] == currency].set_index("period_start")
        for table in (found.before.table, found.after.table)
    )
    periods = (
        PeriodMove(
            row["period_start"],
            row["period_end"],
            currency,
            row["expected"],
            float(after["expected"][row["period_start"]]),
        )
        for row in before.reset_index().to_dict("records")
    )
    return Supposed(dict(fields), known, tuple(periods))
