"""The wire model of a what-if: the forecast as it is, as it would be, and the difference."""

from __future__ import annotations

import datetime

from winprob.features.playbook import Language
from winprob.models.forecast.what_if import CAUTION, WhatIf
from winprob.serving.forecast.answer import Row, rows_of
from winprob.serving.forecast.question import Supposed
from winprob.serving.scores.answer import ModelName
from winprob.serving.wire.part import Part


class WhatIfAnswer(Part):
    """What a forecast would be if something else were recorded of open deals.

    Attributes
    ----------
    as_of : datetime
        In UTC.
    language : str
        Of the note.
    group : str, optional
        The column that the rows are grouped by.
    changes : dict of str to dict
        What was supposed, by opportunity_id.
    before, after, difference : list of Row
        The forecast as it is, as it would be, and what lies between; a group that has nothing has no row.
    note : str
        How it is to be taken.
    model : ModelName
        Which model answered.
    """

    as_of: datetime.datetime
    language: Language
    group: str | None
    changes: dict[str, Supposed]
    before: list[Row]
    after: list[Row]
    difference: list[Row]
    note: str
    model: ModelName


def what_if_answer(found: WhatIf, language: Language, model: ModelName) -> WhatIfAnswer:
    """Write the answer.

    Parameters
    ----------
    found : WhatIf
    language : str
    model : ModelName
        Which model made it.
    """
    group = found.before.group
    before, after, difference = (
        rows_of(table, group) for table in (found.before.table, found.after.table, found.difference)
    )
    return WhatIfAnswer(
        as_of=found.before.pipeline.at,
        language=language,
        group=group,
        changes={
            opportunity_id: supposition.model_dump(mode="json", exclude_unset=True)
            for opportunity_id, supposition in found.suppositions.items()
        },
        before=before,
        after=after,
        difference=difference,
        note=CAUTION.in_language(language),
        model=model,
    )
