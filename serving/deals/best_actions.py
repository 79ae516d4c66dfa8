"""The best thing to do about each open deal, and what the win probability would be after it."""

from __future__ import annotations

import numpy as np

from winprob.features.record import documents_of
from winprob.features.timeline import Integers
from winprob.models.bundle.bundle import Bundle
from winprob.models.coaching.gains import Lever, score_with_levers
from winprob.models.forecast.pipeline import Pipeline

MOST = 400
"""Deals that are weighed at most, the largest of each currency first: they take a second or two."""


def best_actions(bundle: Bundle, pipeline: Pipeline) -> dict[int, Lever]:
    """Find the best action for each of the largest open deals.

    Parameters
    ----------
    bundle : Bundle
    pipeline : Pipeline
        The open deals of a moment.

    Returns
    -------
    dict of int to Lever
        By row of ``pipeline.deals``: the action that raises the probability most; none where no action does,
        or the deal is not among the `MOST` with the largest amounts.
    """
    rows = largest(pipeline)
    numbers = pipeline.deals["opportunity"].to_numpy(np.int64)[rows]
    documents = documents_of(pipeline.history, numbers, pipeline.at)
    if not documents:
        return {}
    _, levers = score_with_levers(bundle, documents)
    return {int(row): own[0] for row, own in zip(rows, levers, strict=True) if own}


def largest(pipeline: Pipeline) -> Integers:
    """The rows of the deals with the most money, in order; as many of each currency as there are."""
    rank = pipeline.deals.groupby("currency")["final_amount"].rank(method="first", ascending=False)
    return np.sort(np.argsort(rank.to_numpy(), kind="stable")[:MOST])
