"""The risk form of a deal: each item's score, the total and the pass mark."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from winprob.features.calendar import Calendar
from winprob.features.contradiction import FULL_SCORE
from winprob.features.document import Document
from winprob.features.playbook import Playbook
from winprob.features.playbook_part import RiskItem


@dataclass(frozen=True)
class Assessed:
    """An item of the form.

    Attributes
    ----------
    item : RiskItem
    score : int, optional
        2, 1 or 0, the last that was given; none where the item is not answered.
    on : datetime.date, optional
        When that was, in the company's time zone.
    """

    item: RiskItem
    score: int | None
    on: date | None

    @property
    def vetoes(self) -> bool:
        """Whether this item alone is a reason to drop the customer."""
        return self.item.veto and self.score == 0


@dataclass(frozen=True)
class RiskForm:
    """The form as far as it is filled in.

    Attributes
    ----------
    items : tuple of Assessed
        In the playbook's order.
    pass_mark : float, optional
        The weighted total that passes.
    """

    items: tuple[Assessed, ...]
    pass_mark: float | None

    @property
    def total(self) -> float:
        """The weighted sum of the scores."""
        return sum(assessed.item.weight * (assessed.score or 0) for assessed in self.items)

    @property
    def full_mark(self) -> float:
        """The highest total that there could be."""
        return sum(assessed.item.weight * FULL_SCORE for assessed in self.items)

    @property
    def unanswered(self) -> int:
        """How many items have no score."""
        return sum(assessed.score is None for assessed in self.items)

    @property
    def is_passed(self) -> bool | None:
        """Whether it is passed; none while open items could still decide, or there is no pass mark."""
        if self.pass_mark is None:
            return None
        unanswered = [assessed.item for assessed in self.items if assessed.score is None]
        could_add = sum(item.weight * FULL_SCORE for item in unanswered)
        if any(assessed.vetoes for assessed in self.items) or self.total + could_add < self.pass_mark:
            return False
        if self.total < self.pass_mark or any(item.veto for item in unanswered):
            return None
        return True


def risk_form_of(document: Document, playbook: Playbook, calendar: Calendar) -> RiskForm | None:
    """Take the last score of each item.

    Parameters
    ----------
    document : Document
        Its rows are in the order of time.
    playbook : Playbook
    calendar : Calendar
        Whose days are told.

    Returns
    -------
    RiskForm or None
        None where the form is not recorded, or the company has none.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> playbook = load_playbook()
    >>> rows = [{"at": "2026-03-01", "item": "fit", "score": score} for score in (1, 2)]
    >>> document = Document.model_validate({"as_of": "2026-03-31", "assessments": rows})
    >>> form = risk_form_of(document, playbook, playbook.calendar)
    >>> form.total, form.full_mark, form.unanswered, form.is_passed
    (2.0, 18.0, 8, None)
    """
    if document.assessments is None or not playbook.risk_items:
        return None
    last = {row.item: row for row in document.assessments}
    items = []
    for item in playbook.risk_items:
        row = last.get(item.code)
        items.append(
            Assessed(item, None if row is None else row.score, None if row is None else calendar.day(row.at))
        )
    return RiskForm(tuple(items), playbook.pass_mark)
