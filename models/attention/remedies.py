"""Remedies: what the actions that would change a finding do to the win probability, by scoring them."""

from __future__ import annotations

from collections.abc import Sequence

from features.record import document_of
from models.attention.finding import Finding
from models.coaching import Lever, levers_of_each
from models.forecast.pipeline import Pipeline


def remedies(pipeline: Pipeline, findings: Sequence[Finding]) -> list[list[Lever]]:
    """Score what would change findings.

    Parameters
    ----------
    pipeline : Pipeline
        In which they were found.
    findings : sequence of Finding
        A few: each deal is written down as a document and scored after each action, some milliseconds.

    Returns
    -------
    list of list of models.coaching.Lever
        For each finding, those of its actions that raise the probability, the largest gain first. They are
        associations, not promises: see `models.coaching.CAUTION`.

    Examples
    --------
    ``remedies(now, deals_to_look_at(now).findings[:5])``
    """
    deals = list(dict.fromkeys(finding.deal for finding in findings))
    rows = pipeline.deals["opportunity"].to_numpy()
    documents = [document_of(pipeline.history, int(rows[deal]), pipeline.at) for deal in deals]
    every = dict(zip(deals, levers_of_each(pipeline.bundle, documents, top=len(rows) + 1), strict=True))
    return [
        [lever for lever in every[finding.deal] if not finding.levers or lever.code in finding.levers]
        for finding in findings
    ]
