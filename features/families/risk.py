"""Risk: the answers to the customer risk form. A higher score is a lower risk."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from winprob.features.attribute import Attribute
from winprob.features.catalogue import Family, Feature
from winprob.features.message import message
from winprob.features.playbook import Playbook
from winprob.features.playbook_part import RiskItem
from winprob.features.timeline import Floats, Integers
from winprob.features.view import Table, View


class RiskView(View):
    """The risk form of opportunities at moments."""

    @cached_property
    def scores(self) -> Floats:
        """Last score of each item, shape (n_items, n_moments), missing where it is not answered."""
        table = Table(self.history, "assessments")
        items = table.codes("item", [item.code for item in self.playbook.risk_items])
        given = np.append(table.numbers("score"), np.nan)
        last = self.as_of(table).last_row
        rows = np.arange(len(items))
        begin = np.maximum.accumulate(np.where(table.timeline.first_of_group, rows, 0)) if len(rows) else rows
        count = len(self.playbook.risk_items)
        latest = [given[last(_latest(items == number, rows, begin))] for number in range(count)]
        return np.array(latest).reshape(count, len(self.moment))

    @cached_property
    def answered(self) -> Integers:
        """Number of items answered."""
        answered: Integers = np.sum(~np.isnan(self.scores), axis=0, dtype=np.int64)
        return answered

    @cached_property
    def total(self) -> Floats:
        """Sum of weight times score over the items answered, missing where none is."""
        total = np.zeros(len(self.moment))
        for item, scores in zip(self.playbook.risk_items, self.scores, strict=True):
            total += np.where(np.isnan(scores), 0.0, item.weight * scores)
        return np.where(self.answered > 0, total, np.nan)


def _latest(chosen: np.ndarray, rows: Integers, begin: Integers) -> Integers:
    """For each row the last chosen row of its group so far, -1 where none is."""
    latest = np.maximum.accumulate(np.where(chosen, rows, -1)) if len(rows) else rows
    return np.where(latest >= begin, latest, -1)


def _score_of(number: int, item: RiskItem) -> Feature:
    def compute(view: RiskView) -> Floats:
        scores: Floats = view.scores[number]
        return scores

    words = message("risk form: {name}", name=item.name)
    return Feature(
        f"risk.{item.code}",
        "risk",
        words,
        "Last score of the item: 2 good, 1 fair, 0 bad.",
        compute,
        unit="score",
        direction=1,
        lever=item.influence,
    )


def _items(playbook: Playbook, _: Sequence[Attribute]) -> list[Feature]:
    return [_score_of(number, item) for number, item in enumerate(playbook.risk_items)]


FAMILY = Family("risk", message("risk form"), RiskView, more=_items)


@FAMILY.feature(message("risk form total"), direction=1)
def risk_total(view: RiskView) -> Floats:
    """Sum of weight times score over the items answered."""
    return view.total


@FAMILY.feature(message("risk form answered"), kind="share")
def risk_answered(view: RiskView) -> Floats:
    """Share of the playbook's items that are answered."""
    if not view.playbook.risk_items:
        return np.full(len(view.moment), np.nan)
    return view.where(view.recorded("assessments"), view.answered / len(view.playbook.risk_items))


@FAMILY.feature(message("risk form passed"), kind="flag", direction=1)
def risk_passed(view: RiskView) -> Floats:
    """Whether the total reaches the playbook's pass mark."""
    if view.playbook.pass_mark is None:
        return np.full(len(view.moment), np.nan)
    return view.where(~np.isnan(view.total), view.total >= view.playbook.pass_mark)


@FAMILY.feature(message("veto on the risk form"), kind="flag", direction=-1)
def risk_veto(view: RiskView) -> Floats:
    """Whether a key item with a veto was scored 0."""
    vetoes = [number for number, item in enumerate(view.playbook.risk_items) if item.veto]
    if not vetoes:
        return np.full(len(view.moment), np.nan)
    scores = view.scores[vetoes]
    return np.where(np.isnan(scores).all(axis=0), np.nan, (scores == 0).any(axis=0))
