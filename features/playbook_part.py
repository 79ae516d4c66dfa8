"""The parts that a playbook is made of, each with its names in Chinese and English."""

from __future__ import annotations

import re
from typing import Annotated, Literal, TypeAlias
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from winprob.features.message import Language, Wording, languages
from winprob.features.nearest import nearest


def _code(value: str) -> str:
    if not re.fullmatch(r"\w[\w.-]*", value):
        raise PydanticCustomError("code", "a code of letters, digits, '_', '-' and '.'")
    return value


def _text(value: str) -> str:
    if not value.strip():
        raise PydanticCustomError("text", "a text that is not blank")
    return value


def _zone(name: str) -> str:
    known = available_timezones() | {"UTC"}
    if name not in known:
        raise ValueError(f"expected an IANA time zone such as Asia/Shanghai{nearest(name, sorted(known))}")
    return name


def _country(code: str) -> str:
    if not re.fullmatch("[A-Z]{2}", code):
        raise ValueError("expected a country code of two capital letters (ISO 3166-1), such as CN")
    from holidays import list_supported_countries  # its calendars take a while, and not every company has any

    if code not in list_supported_countries():
        raise ValueError("expected a country whose public holidays are known, such as CN")
    return code


Code: TypeAlias = Annotated[str, AfterValidator(_code)]
Text: TypeAlias = Annotated[str, AfterValidator(_text)]
Share: TypeAlias = Annotated[float, Field(gt=0, lt=1, strict=True)]
Weight: TypeAlias = Annotated[float, Field(gt=0, strict=True, allow_inf_nan=False)]
Days: TypeAlias = Annotated[int, Field(gt=0, strict=True)]
Switch: TypeAlias = Annotated[bool, Field(strict=True)]
Zone: TypeAlias = Annotated[str, AfterValidator(_zone)]
Country: TypeAlias = Annotated[str, AfterValidator(_country)]
Month: TypeAlias = Annotated[int, Field(ge=1, le=12, strict=True)]


class Part(BaseModel):
    """Part of a playbook: cannot be changed, and knows no other keys than its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(Part):
    """A name in each language.

    Attributes
    ----------
    zh, en : str
        The name in Chinese and in English; a playbook may give it in further languages for which there are
        catalogues.

    Examples
    --------
    >>> Words(zh="入围客户", en="Shortlisted").in_language("en")
    'Shortlisted'
    """

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Text]

    zh: Text
    en: Text

    @model_validator(mode="after")
    def _languages(self) -> Words:
        unknown = sorted(set(self.__pydantic_extra__) - set(languages()))
        if unknown:
            raise PydanticCustomError("extra_forbidden", f"no other languages than {', '.join(languages())}")
        return self

    @classmethod
    def of(cls, wording: Wording) -> Words:
        """Keep what a text says in each language."""
        return cls(**{language: wording.in_language(language) for language in languages()})

    def in_language(self, language: Language) -> str:
        """Give the name in one language; in English where it is not given in that one.

        Parameters
        ----------
        language : str
        """
        name: str = getattr(self, language, self.en)
        return name


class AttributeNames(Part):
    """What people call a column of ``opportunities`` beyond the contract.

    Attributes
    ----------
    name : dict of str to str
        By language; in another one the column's own name is shown.
    """

    name: dict[Language, Text]


class Checkpoint(Part):
    """A check point or telling factor of a stage.

    Attributes
    ----------
    code : str
        As in the table ``checkpoints``.
    name : Words
        What is checked.
    """

    code: Code
    name: Words


class Within(Part):
    """A rule with a horizon: from the stage on, so much is won within so many days, at least.

    Attributes
    ----------
    days : int
        From any moment in the stage.
    probability : float
        A share, above 0 and below 1.
    """

    days: Days
    probability: Share


class Stage(Part):
    """A stage of the seller's funnel; won and lost are outcomes, not stages.

    Attributes
    ----------
    code : str
        As in the table ``stage_changes``.
    name : Words
        For people.
    probability : float
        The stage's fixed percentage as a share, above 0 and below 1.
    checkpoints : tuple of Checkpoint
        What tells that an opportunity is in the stage.
    within : Within, optional
        What is said of winning by a date.
    entry : Words, optional
        The standard that an opportunity has to meet to enter the stage.
    responsible : tuple of Words
        Who leads an opportunity in the stage, such as the account manager; the first before the others.
    """

    code: Code
    name: Words
    probability: Share
    checkpoints: tuple[Checkpoint, ...] = ()
    within: Within | None = None
    entry: Words | None = None
    responsible: tuple[Words, ...] = ()


class BuyerStage(Part):
    """A step of the customer's purchasing process.

    Attributes
    ----------
    code : str
        As in the table ``buyer_stage_changes``.
    name : Words
        For people.
    until : float, optional
        The highest fixed percentage, as a share, of a seller's stage that goes with the step, where there are
        not as many steps as stages. If left out, the steps are beside the stages, one to one.
    """

    code: Code
    name: Words
    until: Share | None = None


class RiskItem(Part):
    """An item of the risk form, scored 0, 1 or 2; the higher, the lower the risk.

    Attributes
    ----------
    code : str
        As in the table ``assessments``.
    name : Words
        The question.
    weight : float
        How much the item counts.
    veto : bool
        Whether a score of 0 alone is a reason to drop the customer.
    influence : bool
        Whether a seller can do something about it, so that to improve it is advice.
    """

    code: Code
    name: Words
    weight: Weight = 1.0
    veto: Switch = False
    influence: Switch = False


class Role(Part):
    """A role in the customer's buying group.

    Attributes
    ----------
    code : str
        As in the table ``key_persons``.
    name : Words
        For people.
    weight : float
        The share of influence that the role has beside the other roles.
    """

    code: Literal["decision_maker", "recommender", "facilitator", "coach", "other"]
    name: Words
    weight: Weight = 1.0


class ContactRule(Part):
    """The 1-15-30 rule: how many days without contact are too many.

    Attributes
    ----------
    review_days : int
        Each opportunity is gone through this often ("1": every week).
    follow_up_days : int
        The customer must be followed up again by then.
    decide_days : int
        Progress by then decides whether the customer's intent is real.
    """

    review_days: Days = 7
    follow_up_days: Days = 15
    decide_days: Days = 30


Margin = Annotated[float, Field(ge=0, le=1)]


class Promotion(Part):
    """When a new model takes the champion's place although it is not better beyond noise.

    Attributes
    ----------
    margin : float, default 0.005
        How much higher its log loss may be if it learned from newer data. Half a percent of a coin toss's is
        what a year of deals cannot tell from nothing, and a market that changes costs more.
    segment_margin : float, default 0.02
        How much higher its log loss may be in a stage, a region or a band of the amount, beyond noise. Of
        some fifteen segments the worst looks a little worse by chance alone.
    calibration_margin : float, default 0.02
        How much higher its calibration error may be, beyond noise: two points of probability on average.
    dates_margin : float, default 0.01
        How much higher its log loss of "won within 30 days" and "within 90 days" may be, beyond noise.
    """

    margin: Margin = 0.005
    segment_margin: Margin = 0.02
    calibration_margin: Margin = 0.02
    dates_margin: Margin = 0.01


class ForecastCategories(Part):
    """From which chance of being won in a period an open opportunity is in a category of its forecast.

    Attributes
    ----------
    commit, best_case, pipeline : float
        Shares above 0 and below 1, falling; what lies below the last one is omitted.
    """

    commit: Share = 0.6
    best_case: Share = 0.3
    pipeline: Share = 0.05
