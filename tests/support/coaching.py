"""Documents of the usual playbook, and what can be done about them."""

from __future__ import annotations

from typing import Any

import pandas as pd
from small import AT, GRADES

from winprob.features.build import build, catalogue
from winprob.features.checking import read_document
from winprob.features.document import Document
from winprob.features.record import history_of, snapshots_of
from winprob.models.coaching.levers import actions

SCORES = {item.code: score for item, score in zip(GRADES.risk_items, [0, 1, 2] * 3, strict=True)}
LEVERS = {feature.name for feature in catalogue(GRADES) if feature.lever}


def document(**fields: Any) -> Document:
    """A document with these fields, whose stage need not be known."""
    return read_document({"as_of": AT, **fields}, GRADES, unknown_stages=True)


def by_code(subject: Document) -> dict[str, Document]:
    """What can be done about a document: by its code the document after it."""
    return {action.code: action.document for action in actions(subject, GRADES)}


def features_of(*documents: Document) -> pd.DataFrame:
    """The matrix of documents."""
    return build(history_of(documents, GRADES), snapshots=snapshots_of(documents))


def changes(subject: Document, code: str) -> dict[str, tuple[Any, Any]]:
    """The lever features that an action moves, before and after; `None` is missing."""
    moved = features_of(subject, by_code(subject)[code])[sorted(LEVERS)].astype(object)
    before, after = moved.where(moved.notna(), None).to_dict("records")
    return {str(name): (before[name], after[name]) for name in before if before[name] != after[name]}
