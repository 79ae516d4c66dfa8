"""The wire model of a forecast explained: base and reasons that add up to what is expected."""

from __future__ import annotations

import datetime

from winprob.features.playbook import Language
from winprob.models.forecast.explained import Explained
from winprob.serving.forecast.parts import DealAmount, PartAmount, open_parts, parts_by_row
from winprob.serving.forecast.question import Opening
from winprob.serving.forecast.records import records
from winprob.serving.scores.answer import ModelName
from winprob.serving.wire.part import Part


class ExplainedRow(Part):
    """What is expected in a period, in one currency, and all that adds up to it.

    Attributes
    ----------
    period_start, period_end : date
        First and last day, in UTC.
    group : str, optional
        The group; empty for the opportunities of which none is recorded, null for the whole.
    currency : str
        Empty for the opportunities of which none is recorded.
    expected : float
        The sum of the parts.
    parts : list of PartAmount
        What is won, what open deals would bring at the base rate, what each family of reasons adds, and deals
        not created yet.
    """

    period_start: datetime.date
    period_end: datetime.date
    group: str | None = None
    currency: str
    expected: float
    parts: list[PartAmount]


class ExplainedAnswer(Part):
    """A forecast split by families of reasons.

    Attributes
    ----------
    as_of : datetime
        In UTC.
    language : str
        Of names.
    group : str, optional
        The column that the rows are grouped by.
    rows : list of ExplainedRow
        As the forecast's.
    model : ModelName
        Which model answered.
    """

    as_of: datetime.datetime
    language: Language
    group: str | None
    rows: list[ExplainedRow]
    model: ModelName


class OpenedAnswer(Part):
    """Parts opened down to the deals.

    Attributes
    ----------
    as_of : datetime
        In UTC.
    language : str
        Of names.
    rows : list of DealAmount
        By period and currency, the largest amounts first; what is 0 is not listed.
    left_out : int
        How many more rows there are.
    model : ModelName
        Which model answered.
    """

    as_of: datetime.datetime
    language: Language
    rows: list[DealAmount]
    left_out: int
    model: ModelName


def explained_answer(explained: Explained, language: Language, model: ModelName) -> ExplainedAnswer:
    """Write the answer.

    Parameters
    ----------
    explained : Explained
    language : str
    model : ModelName
        Which model made it.
    """
    forecast = explained.forecast
    group = forecast.group
    keys = ["period_start", "period_end", *([group] if group else []), "currency", "expected"]
    rows = records(forecast.table[keys], group)
    parts = parts_by_row(explained.parts, len(rows), language)
    return ExplainedAnswer(
        as_of=forecast.pipeline.at,
        language=language,
        group=group,
        rows=[ExplainedRow(parts=own, **row) for row, own in zip(rows, parts, strict=True)],
        model=model,
    )


def explained_deals(
    explained: Explained, opening: Opening, language: Language, model: ModelName
) -> OpenedAnswer:
    """Open a forecast down to the deals.

    Parameters
    ----------
    explained : Explained
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
    forecast = explained.forecast
    rows, left_out = open_parts(explained.deals, explained.parts, forecast.group, opening, language)
    return OpenedAnswer(
        as_of=forecast.pipeline.at, language=language, rows=rows, left_out=left_out, model=model
    )
