"""The wire model of an answer: a probability with everything that explains it."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from winprob.features.playbook import Language
from winprob.serving.scores.closing import Closing, WonBy
from winprob.serving.wire.part import Part, Probability


class Rules(Part):
    """What the fixed rules say; null where a rule does not apply.

    Attributes
    ----------
    stage : float, optional
        The playbook's fixed percentage of the stage.
    competition : float, optional
        1/(n+1) for n competitors, 0.80 for none.
    stage_win_rate : float, optional
        How many of the opportunities in this stage were won in the past.
    """

    stage: Probability | None
    competition: Probability | None
    stage_win_rate: Probability | None


class Range(Part):
    """How much the model knows of a probability: the range that is meant to hold the true one.

    Attributes
    ----------
    low, high : float
        The ends; the probability lies between them.
    coverage : float
        How many such ranges are meant to hold the true probability.
    """

    low: Probability
    high: Probability
    coverage: Probability


class Base(Part):
    """What the model says before it knows anything of an opportunity."""

    probability: Probability
    log_odds: float


class Contribution(Part):
    """What one feature adds, or all that a family does not record.

    Attributes
    ----------
    feature, name : str
        The feature's code, and what people call it; ``<family>.not_recorded`` for all that is not recorded.
    family, family_name : str
        The family that it belongs to.
    value : bool, float or str, optional
        Null for what is not recorded.
    value_text : str
        The value as people read it.
    log_odds : float
        Base log-odds and all contributions add up to the log-odds of the probability.
    points : float
        Base probability and all contributions add up to the probability; 0.01 is one percentage point.
    sentence : str
        For people.
    unrecorded : list of str
        Codes of the features that are not recorded; none where one feature is told.
    """

    feature: str
    name: str
    family: str
    family_name: str
    value: bool | float | str | None
    value_text: str
    log_odds: float
    points: float
    sentence: str
    unrecorded: list[str] = Field(default=[])


class Rest(Part):
    """What the features that are not listed add together.

    Attributes
    ----------
    features : int
        How many they are.
    log_odds, points : float
        As of a `Contribution`.
    """

    features: int
    log_odds: float
    points: float


class FamilyContribution(Part):
    """What the features of one family add together."""

    family: str
    name: str
    log_odds: float
    points: float


class LeverAnswer(Part):
    """Something to do, and the probability of the opportunity as it would be recorded after it.

    Attributes
    ----------
    code : str
        The action's code.
    action : str
        What to do.
    probability : float
        The probability after it, from scoring the changed document.
    points : float
        The difference.
    """

    code: str
    action: str
    probability: Probability
    points: float


class ModelName(Part):
    """Which model answered."""

    name: str
    version: str


class Caution(Part):
    """Something to know before the probability is believed.

    Attributes
    ----------
    code : str
        The kind of warning: ``unknown_stage``, ``unknown_value``, ``track_record_unknown``, ``far_outside``,
        ``missing_part``, ``stale_record``, ``veto``, ``few_endings``, ``no_closing_times`` or ``no_reasons``.
    message : str
        What it is about.
    """

    code: str
    message: str


class Answer(Part):
    """The win probability of one opportunity at one moment, and why.

    Attributes
    ----------
    opportunity_id : str
        As in the document.
    as_of : datetime
        The moment, in UTC.
    language : str
        Of names and sentences.
    probability : float
        The chance that the opportunity is won in the end.
    log_odds : float
        log(probability / (1 - probability)).
    range : Range
        How much the model knows of it.
    closing : Closing, optional
        When it closes; null if the model does not know when opportunities close, or dates are not wanted.
    win_by : list of WonBy, optional
        What has become of it by the end of each of the next 12 months, and by the dates asked for; null like
        `closing`. In a brief answer by the dates asked for alone.
    rules : Rules
        What the fixed rules say instead.
    base : Base
        Where the contributions start from.
    contributions : list of Contribution
        One for each feature, the largest first; in a brief answer the five largest.
    rest : Rest, optional
        All others together, so that they add up; null where all are listed.
    families : list of FamilyContribution
        The same by family, the largest first; none in an answer without reasons.
    levers : list of LeverAnswer
        What could be done, the best first; none if they are not wanted.
    levers_note : str
        How the levers are to be taken; empty if they are not wanted.
    model : ModelName
        Which model answered.
    warnings : list of Caution
        What to know before the probability is believed.
    """

    opportunity_id: str
    as_of: datetime
    language: Language
    probability: Probability
    log_odds: float
    range: Range
    closing: Closing | None
    win_by: list[WonBy] | None
    rules: Rules
    base: Base
    contributions: list[Contribution]
    rest: Rest | None
    families: list[FamilyContribution]
    levers: list[LeverAnswer]
    levers_note: str
    model: ModelName
    warnings: list[Caution]
