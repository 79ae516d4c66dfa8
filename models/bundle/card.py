"""The card of a model: what its test says it knows, how sure that is, and what it must not be used for."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from winprob.features.playbook_part import Words
from winprob.models.bundle.manifest import Count, Part

Share = Annotated[float, Field(ge=0, le=1)]


def _kept(value: Any) -> Any:
    return Words.of(value) if hasattr(value, "in_language") else value


EachLanguage = Annotated[Words, BeforeValidator(_kept)]
"""A text as the card keeps it: in each language that there was when it was drawn up."""


class Estimate(Part):
    """A measure of the test rows, and how much it could have come out otherwise.

    Attributes
    ----------
    value : float
        As measured.
    low, high : float
        Ends of its 95 % interval; see `Card.draws`.
    """

    value: float
    low: float
    high: float


class Measures(Part):
    """How good the probabilities were on some of the test rows.

    Attributes
    ----------
    won, predicted : Estimate
        Weighted share of won rows, and weighted mean probability.
    log_loss, rule_log_loss : Estimate
        Of the model, and of the rule that it is compared with (`Card.rule`).
    better_by : Estimate
        The rule's log loss minus the model's, on the same rows: above 0 the model is better. An interval on
        both sides of 0 cannot tell.
    brier : Estimate
        Mean squared difference of probability and outcome.
    """

    won: Estimate
    predicted: Estimate
    log_loss: Estimate
    rule_log_loss: Estimate
    better_by: Estimate
    brier: Estimate


class Segment(Part):
    """Test rows that have something in common.

    Attributes
    ----------
    name : Words
        What they have in common.
    opportunities, rows : int
        Rows, and of how many opportunities. One that moves on is in several segments.
    width : float, optional
        Weighted mean width of the 80 % ranges of the probabilities: 0.2 is 20 percentage points. None where
        the rows were predicted by other models than the one that tells ranges.
    measures : Measures, optional
        None where there are too few opportunities to tell.

    Examples
    --------
    >>> Segment(name=Words(zh="入围", en="shortlisted"), opportunities=3, rows=40).measures is None
    True
    """

    name: EachLanguage
    opportunities: Count
    rows: Count
    width: Share | None = None
    measures: Measures | None = None


class Grouping(Part):
    """All test rows, cut into segments.

    Attributes
    ----------
    code : str
        ``stage``, ``region`` or ``amount``.
    name : Words
    segments : tuple of Segment
        In their order; none where the test rows have nothing recorded to be cut by.
    """

    code: str
    name: EachLanguage
    segments: tuple[Segment, ...]


class Range(Part):
    """Where the true probability is thought to lie.

    Attributes
    ----------
    low, high : float
        Weighted means of the lower and upper ends of the rows' 80 % ranges.
    agrees : bool
        Whether the share that was won may lie between them: whether its 95 % interval meets the range. It
        can refute ranges, not prove them: the true probability of a single opportunity is never seen.
    """

    low: Share
    high: Share
    agrees: bool


class Bin(Part):
    """Test rows of about the same probability.

    Attributes
    ----------
    lowest, highest, predicted : float
        Their lowest, highest and weighted mean probability.
    observed : Estimate
        The share of them that was won.
    opportunities, rows : int
    range : Range, optional
        None as for `Segment.width`.
    """

    lowest: Share
    highest: Share
    predicted: Share
    observed: Estimate
    opportunities: Count
    rows: Count
    range: Range | None = None


class Importance(Part):
    """How much a family of features moves probabilities, up or down.

    Attributes
    ----------
    family : str
        Its code.
    name : Words
    log_odds, points : float
        Weighted mean size of what the family adds to a row: in log-odds, and as probability (0.05 is 5
        percentage points).
    """

    family: str
    name: EachLanguage
    log_odds: float
    points: float


class Limit(Part):
    """Something that the model must not be used for, or does not know.

    Attributes
    ----------
    code : str
        Does not change between versions.
    words : Words
        One or two sentences.
    """

    code: str
    words: EachLanguage


class Card(Part):
    """What the test says that a model knows; its data are in the manifest.

    Attributes
    ----------
    rule : str
        Name of the rule that the model is compared with: the one with the lowest log loss on the test rows.
    draws : int
        Draws of the bootstrap behind every interval. Opportunities are drawn, with all rows of each, since
        the rows of one share its end.
    overall : Segment
        All test rows.
    auc, calibration_error : Estimate, optional
        Of all test rows; none where they are too few to tell.
    groupings : tuple of Grouping
        By stage, region and band of the amount.
    reliability : tuple of Bin
        Predicted beside observed, from the lowest probabilities to the highest; as the figure.
    families : tuple of Importance
        From the family that moves probabilities most.
    not_for : tuple of Limit
        What the model must not be used for, whatever its numbers.
    limits : tuple of Limit
        What this very model does not know.
    """

    rule: str
    draws: Count
    overall: Segment
    auc: Estimate | None = None
    calibration_error: Estimate | None = None
    groupings: tuple[Grouping, ...]
    reliability: tuple[Bin, ...]
    families: tuple[Importance, ...]
    not_for: tuple[Limit, ...]
    limits: tuple[Limit, ...]
