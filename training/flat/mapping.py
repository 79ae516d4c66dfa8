"""A mapping: when columns become known, and how to read a flat table of closed opportunities."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from winprob.features.input_format import InputFormat
from winprob.features.nearest import nearest
from winprob.features.playbook import Playbook
from winprob.features.problem import InvalidSettings, Problem, problems_of
from winprob.features.text_file import NotText, decode, parse_toml

FIELDS = (
    "as_of",
    "created_at",
    "customer_id",
    "owner_id",
    "team",
    "product",
    "industry",
    "region",
    "source",
    "currency",
    "stage",
    "amount",
    "expected_close",
    "last_contact_at",
    "next_contact_at",
    "competitor_count",
)
"""The fields of a document that a column can fill."""

Values = Annotated[list[str], Field(min_length=1)]

Known = Literal["at_creation", "at_closing"]
"""When a column without dates becomes known: by the time an opportunity is created, or only as it closes."""


class InvalidMapping(InvalidSettings):
    """A mapping that cannot be used, with everything that is wrong with it."""

    what = "mapping"


class Part(BaseModel):
    """Part of a mapping: cannot be changed, and knows no other keys than its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class HistoryMapping(InputFormat):
    """What a history does not say itself: when columns become known, and how its files write values.

    The keys of the playbook's table ``[input]`` stand at the top level; those that are given take the
    place of the playbook's.

    Attributes
    ----------
    missing, decimal, columns, currencies
        As in `winprob.features.input_format.InputFormat`.
    known : dict of str to {"at_creation", "at_closing"}
        By column; ``at_creation`` for those left out. What becomes known only at closing is no feature: of an
        open opportunity it is not known, and that is what is to be scored.

    Examples
    --------
    >>> HistoryMapping(known={"loss_reason": "at_closing", "size": "at_creation"}).known_at_closing
    ('loss_reason',)
    """

    known: dict[str, Known] = Field(default_factory=dict)

    @property
    def known_at_closing(self) -> tuple[str, ...]:
        """The columns that become known only at closing."""
        return tuple(name for name, known in self.known.items() if known == "at_closing")

    def applied_to(self, playbook: Playbook) -> Playbook:
        """Give the playbook with the ways to write values that this mapping states.

        Returns
        -------
        Playbook
            What is trained with it reads later data in the same way.
        """
        stated = {
            name: getattr(self, name) for name in InputFormat.model_fields if name in self.model_fields_set
        }
        return playbook.model_copy(update={"input": playbook.input.model_copy(update=stated)})


class Outcome(Part):
    """Which column tells the outcome.

    Attributes
    ----------
    column : str
    won, lost : list of str
        The values that mean won and lost.
    """

    column: str
    won: Values
    lost: Values


class Source(Part):
    """Where a field of a document comes from.

    Attributes
    ----------
    column : str
    values : dict of str to str, int or float, optional
        What each value of the column means; the values themselves if left out.
    """

    column: str
    values: dict[str, str | int | float] | None = None


class Mapping(HistoryMapping):
    """How to read a flat table.

    Attributes
    ----------
    outcome : Outcome
    playbook : str
        Name or path (from the current folder) of the playbook that stages and risk items belong to.
    delimiter : str, optional
        One character between the columns; recognised by the header if left out.
    opportunity_id : str, optional
        The column that names the opportunity; the row's number if left out.
    fields : dict of str to Source
        Fields of a document (one of `FIELDS`, or ``risk_scores.<item>``) by their columns.
    attributes : list of str, optional
        Columns to take as attributes; all columns not used otherwise if left out.
    known : dict of str to {"at_creation", "at_closing"}
        As in `HistoryMapping`, for columns of fields and attributes alike.

    Examples
    --------
    >>> parse_mapping('outcome = {column = "Status", won = ["W"], lost = ["L"]}', "map.toml").outcome.won
    ['W']
    """

    outcome: Outcome
    playbook: str = "customer-grades"
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    opportunity_id: str | None = None
    fields: dict[str, Source] = Field(default_factory=dict)
    attributes: list[str] | None = None


def load_mapping(path: str | Path) -> Mapping:
    """Read a mapping of a flat table from its file.

    Raises
    ------
    InvalidMapping
        If the file cannot be read or is no mapping; names each key, what was expected and what was found.
    """
    return parse_mapping(_text(path), str(path))


def load_history_mapping(path: str | Path) -> HistoryMapping:
    """Read a mapping of a history from its file.

    Raises
    ------
    InvalidMapping
        As `load_mapping` does.
    """
    return _parsed(_text(path), str(path), HistoryMapping)


def parse_mapping(text: str, place: str) -> Mapping:
    """Read a mapping of a flat table from TOML.

    Parameters
    ----------
    text : str
    place : str
        What to call it in errors.

    Raises
    ------
    InvalidMapping
        As `load_mapping` does.

    Examples
    --------
    >>> parse_mapping("delimeter = ';'", "map.toml")
    Traceback (most recent call last):
    ...
    winprob.training.flat.mapping.InvalidMapping: map.toml cannot be used as a mapping:
      outcome: expected a value, found nothing; add the key
      delimeter: ...
    """
    mapping = _parsed(text, place, Mapping)
    unknown = [
        Problem(
            f"fields.{name}", f"one of {', '.join(FIELDS)}{nearest(name, FIELDS)}", repr(name), "rename it"
        )
        for name in mapping.fields
        if name not in FIELDS and not name.startswith("risk_scores.")
    ]
    if unknown:
        raise InvalidMapping(place, unknown)
    return mapping


Kind = TypeVar("Kind", bound=HistoryMapping)


def _text(path: str | Path) -> str:
    try:
        return decode(Path(path).read_bytes())
    except NotText as error:
        raise InvalidMapping(str(path), [error.problem]) from error
    except OSError as error:
        problem = Problem("file", "a mapping in TOML", str(error.strerror or error), "correct the path")
        raise InvalidMapping(str(path), [problem]) from error


def _parsed(text: str, place: str, kind: type[Kind]) -> Kind:
    try:
        return kind.model_validate(parse_toml(text))
    except NotText as error:
        raise InvalidMapping(place, [error.problem]) from error
    except ValidationError as error:
        raise InvalidMapping(place, problems_of(error, kind)) from error
