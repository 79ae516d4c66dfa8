"""Events: what a company records beyond the contract, in tables that its playbook declares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
import pandas as pd

from winprob.features.attribute import Attribute
from winprob.features.catalogue import Column, Family, Feature, Kind
from winprob.features.contract import EVENTS
from winprob.features.event_table import EventTable
from winprob.features.message import Message, Verbatim, message
from winprob.features.playbook import Playbook
from winprob.features.texts import Texts
from winprob.features.timeline import AsOf, Floats
from winprob.features.view import Table, View

HUGE = 1e290
"""Numbers beyond it count as this much in a sum, so that no sum is infinite."""


class EventsView(View):
    """The declared tables of events of opportunities at moments."""

    @cached_property
    def tables(self) -> dict[str, Table]:
        """Each table by its name."""
        names = [f"{EVENTS}{name}" for name in self.playbook.events]
        return {name: Table(self.history, name) for name in names}

    @cached_property
    def known(self) -> dict[str, AsOf]:
        """The rows of each table that are known."""
        return {name: self.as_of(table) for name, table in self.tables.items()}

    def last_number(self, name: str) -> Floats:
        """The number of the last event."""
        return self.known[name].last(self.tables[name].numbers("number"))

    def last_text(self, name: str) -> Texts:
        """The text of the last event."""
        texts = self.tables[name].texts("text")
        return texts.take(self.known[name].last_row(np.arange(len(texts))))

    def count(self, name: str) -> Floats:
        """How many events there are."""
        known = self.known[name]
        return self.where(self.recorded(name), known.end - known.begin)

    def sum(self, name: str) -> Floats:
        """The numbers of all events, added up within each opportunity: no other one rounds its sum."""
        table = self.tables[name]
        numbers = pd.Series(np.clip(table.numbers("number"), -HUGE, HUGE))
        so_far = np.asarray(numbers.groupby(table.timeline.group).cumsum(), np.float64)
        known = self.known[name]
        return self.where(self.recorded(name), np.where(known.any, known.last(so_far), 0.0))


Compute = Callable[[EventsView, str], Column]

OF_NUMBERS: dict[str, tuple[Message, str, Kind, Compute]] = {
    "last": (
        message("last value of {name}"),
        "Number of the last event by then.",
        "number",
        EventsView.last_number,
    ),
    "count": (message("number of {name}"), "How many events there are by then.", "number", EventsView.count),
    "sum": (message("sum of {name}"), "Sum of the numbers of all events by then.", "number", EventsView.sum),
}
"""Of each feature of a table of numbers: words, definition, kind and what computes it."""

OF_TEXTS = OF_NUMBERS | {
    "last": (
        message("last value of {name}"),
        "Text of the last event by then.",
        "category",
        EventsView.last_text,
    )
}
"""The same for a table of texts."""


def _feature(name: str, table: EventTable, which: str, playbook: Playbook) -> Feature:
    words, definition, kind, compute = (OF_NUMBERS if table.values == "number" else OF_TEXTS)[which]
    return Feature(
        f"{FAMILY.code}.{name}.{which}",
        FAMILY.code,
        words.with_values(name=Verbatim(name, table.name)),
        definition,
        lambda view: compute(view, f"{EVENTS}{name}"),
        kind=kind,
        value_names=playbook.values.get(f"{EVENTS}{name}", {}) if kind == "category" else {},
    )


def _declared(playbook: Playbook, _: Sequence[Attribute]) -> list[Feature]:
    return [
        _feature(name, table, which, playbook)
        for name, table in playbook.events.items()
        for which in table.features
    ]


FAMILY = Family("events", message("further events"), EventsView, more=_declared)
