"""A playbook: how a company sells, as data. Stages, risk form, roles and contact rule, read from TOML."""

from __future__ import annotations

from collections.abc import Collection
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, PrivateAttr, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from winprob.features.buyer_steps import named_buyer_stages
from winprob.features.calendar import Calendar
from winprob.features.contradiction import contradictions
from winprob.features.event_table import EventTable
from winprob.features.feature_module import FeatureModule
from winprob.features.identity import Identity
from winprob.features.input_format import InputFormat
from winprob.features.message import Language, Verbatim
from winprob.features.nearest import nearest
from winprob.features.playbook_part import (
    AttributeNames,
    BuyerStage,
    Code,
    ContactRule,
    ForecastCategories,
    Part,
    Promotion,
    RiskItem,
    Role,
    Stage,
    Switch,
    Text,
    Weight,
    Words,
)
from winprob.features.problem import InvalidSettings, Problem, problems_of
from winprob.features.text_file import NotText, decode, parse_toml
from winprob.features.values import ValueReader

__all__ = ["InvalidPlaybook", "Language", "Playbook", "load_playbook", "parse_playbook"]


class InvalidPlaybook(InvalidSettings):
    """A playbook that cannot be used, with everything that is wrong with it."""

    what = "playbook"


class Playbook(Part):
    """How a company sells.

    Attributes
    ----------
    code : str
        The playbook's own name.
    name : Words
        For people.
    judgement : {"any_factor", "ordered_list"}
        How check points tell the stage, see `stage_from_checkpoints`.
    stages : tuple of Stage
        The seller's stages in order; their probabilities rise.
    buyer_stages : tuple of BuyerStage
        The customer's steps, or the name of some that come along, see `winprob.features.buyer_steps`.
    risk_items : tuple of RiskItem
        The risk form; may be empty.
    pass_mark : float, optional
        The weighted total that passes the risk form, at most twice the sum of the weights.
    roles : tuple of Role
        The roles that key persons can have.
    contact : ContactRule
        When silence is too long.
    forecast_categories : ForecastCategories
        Which chances of being won in a period make a deal commit, best case or pipeline.
    seller_features : bool
        Whether the seller's and the team's record may be used as features.
    identity : Identity
        Which columns have names, and where the CRM shows opportunities.
    attributes : dict of str to AttributeNames
        What people call columns of ``opportunities`` beyond the contract, by the column's name.
    events : dict of str to EventTable
        Tables of events beyond the contract, by what follows ``events_`` in a table's name.
    values : dict of str to dict
        What people call values, by column (such as ``source``) or table of events, value and language.
    input : InputFormat
        How files and documents write values.
    calendar : Calendar
        Time zone, fiscal year and holidays.
    model : dict
        Parameters of the win model, where they are not to be the usual ones; training checks them.
    promotion : Promotion
        When a new model takes the champion's place.

    Examples
    --------
    >>> name = {"zh": "接触", "en": "Contact"}
    >>> stages = [{"code": "contact", "name": name, "probability": 0.3}]
    >>> Playbook(code="short", name=name, stages=stages).stage_codes
    ('contact',)
    """

    code: Code
    name: Words
    judgement: Literal["any_factor", "ordered_list"] = "any_factor"
    stages: tuple[Stage, ...]
    buyer_stages: Annotated[tuple[BuyerStage, ...], BeforeValidator(named_buyer_stages)] = ()
    risk_items: tuple[RiskItem, ...] = ()
    pass_mark: Weight | None = None
    roles: tuple[Role, ...] = ()
    contact: ContactRule = ContactRule()
    forecast_categories: ForecastCategories = ForecastCategories()
    seller_features: Switch = True
    identity: Identity = Identity()
    attributes: dict[str, AttributeNames] = Field(default_factory=dict)
    events: dict[Code, EventTable] = Field(default_factory=dict)
    values: dict[str, dict[str, dict[Language, Text]]] = Field(default_factory=dict)
    input: InputFormat = InputFormat()
    calendar: Calendar = Calendar()
    model: dict[str, Any] = Field(default_factory=dict)
    promotion: Promotion = Promotion()
    _feature_modules: tuple[FeatureModule, ...] = PrivateAttr(())

    @model_validator(mode="after")
    def _holds_together(self) -> Playbook:
        found = contradictions(self.model_dump())
        if found:
            raise PydanticCustomError("contradiction", "{lines}", {"lines": "; ".join(map(str, found))})
        return self

    def __hash__(self) -> int:
        """Hash by the code: what is named in a playbook may be a mapping, which has no hash."""
        return hash(self.code)

    @property
    def feature_modules(self) -> tuple[FeatureModule, ...]:
        """Modules of the company's own features: as code, no part of a playbook's file."""
        return self._feature_modules

    def with_features(self, modules: tuple[FeatureModule, ...]) -> Playbook:
        """The same playbook with these modules of features."""
        changed = self.model_copy()
        changed._feature_modules = modules
        return changed

    @property
    def reader(self) -> ValueReader:
        """What reads values as this company writes them."""
        return ValueReader(ZoneInfo(self.calendar.time_zone), self.input)

    @property
    def stage_codes(self) -> tuple[str, ...]:
        """Codes of the stages in order."""
        return tuple(stage.code for stage in self.stages)

    @property
    def checkpoint_codes(self) -> tuple[str, ...]:
        """Codes of all check points in the order of the stages."""
        return tuple(point.code for stage in self.stages for point in stage.checkpoints)

    def attribute_words(self, column: str) -> Verbatim:
        """Name a column of ``opportunities`` beyond the contract."""
        return Verbatim(column, self.attributes[column].name if column in self.attributes else {})

    def value_words(self, column: str, value: str) -> Verbatim:
        """Name a value of a column of ``opportunities``."""
        return Verbatim(value, self.values.get(column, {}).get(value, {}))

    def stage_position(self, code: str) -> int:
        """Find the place of a stage, counted from 0.

        Raises
        ------
        ValueError
            If the playbook has no such stage.
        """
        _known([code], self.stage_codes, "a stage", self.code)
        return self.stage_codes.index(code)

    def stage_from_checkpoints(self, met: Collection[str]) -> str | None:
        """Judge the stage of an opportunity by its check points.

        Two modes (励销云: 判断项目处于哪个阶段的要素): by ``any_factor`` the furthest stage with any met
        counts; by ``ordered_list`` the furthest up to which all are met. One without any is never reached.

        Parameters
        ----------
        met : collection of str
            Codes of the check points met, in any order.

        Returns
        -------
        str or None
            The stage's code; `None` if no stage is reached.

        Raises
        ------
        ValueError
            If the playbook has no such check point.

        Examples
        --------
        >>> load_playbook("big-project").stage_from_checkpoints(["shortlisted", "interested"])
        'approval'
        >>> load_playbook("eight-step").stage_from_checkpoints(["customer_graded", "first_choice"])
        'set_up'
        """
        _known(met, self.checkpoint_codes, "a check point", self.code)
        reached = None
        for stage in self.stages:
            ticked = [checkpoint.code in met for checkpoint in stage.checkpoints]
            if self.judgement == "ordered_list" and not all(ticked):
                break
            if any(ticked):
                reached = stage.code
        return reached


def _known(codes: Collection[str], known: tuple[str, ...], what: str, playbook: str) -> None:
    for code in codes:
        if code not in known:
            raise ValueError(
                f"expected {what} of the playbook {playbook!r}: one of {', '.join(known) or 'none'}"
                f"{nearest(code, known)}, found {code!r}"
            )


def load_playbook(name_or_path: str | Path = "customer-grades") -> Playbook:
    """Read a playbook that comes with this package, or one of your own.

    Parameters
    ----------
    name_or_path : str or Path
        ``customer-grades``, ``big-project`` or ``eight-step``, or the path of a TOML file.

    Raises
    ------
    InvalidPlaybook
        If there is no such playbook, or it is not right; says everything that is wrong.

    Examples
    --------
    >>> [stage.probability for stage in load_playbook().stages]
    [0.1, 0.25, 0.5, 0.75, 0.9]
    """
    shipped, place = _shipped(), str(name_or_path)
    source = shipped.get(place, Path(name_or_path))
    try:
        text = decode(source.read_bytes())
    except NotText as error:
        raise InvalidPlaybook(place, [error.problem]) from error
    except OSError as error:
        known = f"{', '.join(shipped)}, or the path of a TOML file{nearest(place, shipped)}"
        problem = Problem("playbook", known, f"{place!r}: {error.strerror}", "correct the name or the path")
        raise InvalidPlaybook(place, [problem]) from error
    return parse_playbook(text, place)


def parse_playbook(text: str, place: str) -> Playbook:
    """Make a playbook of its TOML text.

    Parameters
    ----------
    text : str
        TOML with the keys of `Playbook`.
    place : str
        Where the text is from, for messages.

    Raises
    ------
    InvalidPlaybook
        If the text is not TOML or the playbook is not right; says everything that is wrong.

    Examples
    --------
    >>> parse_playbook("code = 7", "mine.toml")
    Traceback (most recent call last):
    ...
    winprob.features.playbook.InvalidPlaybook: mine.toml cannot be used as a playbook:
      code: expected a valid string, found 7; correct the value
      name: expected a value, found nothing; add the key
      stages: expected a value, found nothing; add the key
    """
    try:
        data = parse_toml(text)
    except NotText as error:
        raise InvalidPlaybook(place, [error.problem]) from error
    try:
        return Playbook.model_validate(data)
    except ValidationError as error:
        problems = problems_of(error, Playbook) + contradictions(data)
        raise InvalidPlaybook(place, problems) from error


def _shipped() -> dict[str, Traversable]:
    folder = files("winprob.features") / "playbooks"
    playbooks = sorted(folder.iterdir(), key=lambda file: file.name)
    return {file.name[:-5]: file for file in playbooks if file.name.endswith(".toml")}
