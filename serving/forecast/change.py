"""The wire model of a forecast's change: what happened to deals adds up to it."""

from __future__ import annotations

import datetime

from winprob.features.playbook import Language
from winprob.models.forecast.change import KEYS, Change
from winprob.serving.forecast.explained import OpenedAnswer
from winprob.serving.forecast.parts import PartAmount, open_parts, parts_by_row
from winprob.serving.forecast.question import Opening
from winprob.serving.forecast.records import records
from winprob.serving.scores.answer import ModelName
from winprob.serving.wire.part import Part


class ChangeRow(Part):
    """What was expected in a period, in one currency, what is expected now, and all that lies between.

    Attributes
    ----------
    period_start, period_end : date
        First and last day, in UTC.
    currency : str
        Empty for the opportunities of which none is recorded.
    before, after : float
        Expected then and now.
    parts : list of PartAmount
        They add up to `after` - `before`.
    """

    period_start: datetime.date
    period_end: datetime.date
    currency: str
    before: float
    after: float
    parts: list[PartAmount]


class ChangeAnswer(Part):
    """Why a forecast has moved.

    Attributes
    ----------
    since, as_of : datetime
        The two moments, in UTC.
    language : str
        Of names.
    rows : list of ChangeRow
        By period and currency.
    model : ModelName
        Which model answered.
    """

    since: datetime.datetime
    as_of: datetime.datetime
    language: Language
    rows: list[ChangeRow]
    model: ModelName


class OpenedChange(OpenedAnswer):
    """A change opened down to the deals.

    Attributes
    ----------
    since : datetime
        The earlier moment, in UTC.
    """

    since: datetime.datetime


def change_answer(change: Change, language: Language, model: ModelName) -> ChangeAnswer:
    """Write the answer.

    Parameters
    ----------
    change : Change
    language : str
    model : ModelName
        Which model made it.
    """
    rows = change.parts[KEYS].drop_duplicates()
    for name, forecast in (("before", change.then), ("after", change.now)):
        expected = forecast.whole[[*KEYS, "expected"]].rename(columns={"expected": name})
        rows = rows.merge(expected, how="left", on=KEYS)
    parts = parts_by_row(change.parts, len(rows), language)
    return ChangeAnswer(
        since=change.then.pipeline.at,
        as_of=change.now.pipeline.at,
        language=language,
        rows=[ChangeRow(parts=own, **row) for row, own in zip(records(rows.fillna(0.0)), parts, strict=True)],
        model=model,
    )


def change_deals(change: Change, opening: Opening, language: Language, model: ModelName) -> OpenedChange:
    """Open a change down to the deals.

    Parameters
    ----------
    change : Change
    opening : Opening
        Which part, and how many rows.
    language : str
    model : ModelName
        Which model made it.

    Raises
    ------
    winprob.serving.wire.query.InvalidQuery
        If there is no such part, currency or period.
    """
    rows, left_out = open_parts(change.deals, change.parts, None, opening, language)
    return OpenedChange(
        since=change.then.pipeline.at,
        as_of=change.now.pipeline.at,
        language=language,
        rows=rows,
        left_out=left_out,
        model=model,
    )
