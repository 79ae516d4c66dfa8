"""Deals of the small simulated company: all that is shown of one of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd
from bundles import simulated_history, trained_bundle

from winprob.features.calendar import Calendar
from winprob.features.document import Document
from winprob.features.history import History
from winprob.features.playbook import Playbook
from winprob.serving.deals.deals import Deal, Deals
from winprob.serving.deals.found_deal import FoundDeal, find_deal
from winprob.serving.deals.question import DealQuestion
from winprob.serving.forecast.cached_forecasts import CachedForecasts
from winprob.serving.load.served_model import ServedModel
from winprob.serving.scores.scorer import Scorer

AS_OF = "2024-06-30T00:00Z"
"""The moment at which deals are looked at, unless a test says otherwise."""

NOW = pd.Timestamp(AS_OF)

CHINA = Calendar(time_zone="Asia/Shanghai")
"""Its days begin at 16:00 of the day before in UTC."""


@dataclass(frozen=True)
class Given:
    """A history at hand."""

    what: History

    def history(self, playbook: Playbook) -> History:
        """Give it, whatever it was read with."""
        assert playbook == self.what.playbook
        return self.what


@cache
def deals() -> Deals:
    """Those of the small simulated company, by its bundle."""
    served = ServedModel(trained_bundle(), "7")
    forecasts = CachedForecasts(served, Given(simulated_history()))
    return Deals(forecasts, scorer())


@cache
def scorer() -> Scorer:
    """What scores documents with the same model, and counts in the same history."""
    return Scorer(ServedModel(trained_bundle(), "7"), simulated_history())


@cache
def deal_of(opportunity_id: str, as_of: str = AS_OF) -> Deal:
    """All that is shown of a deal."""
    question = DealQuestion.model_validate({"as_of": as_of})
    return deals().deal(opportunity_id, question, {}, "en")


@cache
def open_ids(as_of: str = AS_OF) -> tuple[str, ...]:
    """The deals that are open."""
    history = simulated_history()
    return tuple(history.ids(history.open_at(pd.Timestamp(as_of))))


def found(opportunity_id: str, at: str = AS_OF, history: History | None = None) -> FoundDeal:
    """A deal that is found in a history, the simulated one unless another is given."""
    known = simulated_history() if history is None else history
    return find_deal(known, opportunity_id, pd.Timestamp(at), known.playbook.calendar)


def document(**fields: Any) -> Document:
    """A document of 31 March 2026, noon in UTC, with its rows in the order of time."""
    return Document.model_validate({"as_of": "2026-03-31T12:00Z", **fields})
