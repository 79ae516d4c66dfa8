"""Features as declared: a name, words for people, a direction, and the function that computes it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import pandas as pd

from winprob.features.attribute import Attribute
from winprob.features.message import Message, Wording
from winprob.features.playbook import Playbook
from winprob.features.texts import Texts
from winprob.features.timeline import Flags, Floats, Integers

Kind = Literal["number", "flag", "share", "category"]
Column = Floats | Integers | Flags | Texts | pd.Categorical


@dataclass(frozen=True)
class Feature:
    """One column of the matrix.

    Attributes
    ----------
    name : str
        The column's name.
    family : str
        Code of the family that it belongs to.
    words : Wording
        What people call it.
    definition : str
        What exactly it is.
    compute : callable
        From the family's view to the column.
    unit : str
        How people read a number: ``days``; ``log``, the natural logarithm of 1 + what they read; ``log
        ratio``, the logarithm of what they read as a change in per cent; ``from 0``, a position of which the
        first is 0; ``score``, out of 2; empty where the number itself is read.
    kind : {"number", "flag", "share", "category"}
        How a value reads: 0.25 is a number or, as a share, 25 %; a flag is yes or no.
    direction : {-1, 0, 1}
        Whether more of it can only lower (-1) or raise (1) the win probability, all else equal.
    lever : bool
        Whether the seller can change it.
    relative_to : str
        The category within which its values compare, such as the currency of an amount; empty if all do.
    phrase : Message, optional
        How its ``{value}`` reads as a sentence; behind the words and a colon if left out.
    past : Message, optional
        The same for a value below 0, said without the sign.
    value_names : mapping of str to mapping
        What a playbook calls its values, by value and language.

    Examples
    --------
    >>> from winprob.features.families.timing import FAMILY
    >>> FAMILY.declared[0].name
    'age'
    """

    name: str
    family: str
    words: Wording
    definition: str
    compute: Callable[[Any], Column]
    unit: str = ""
    kind: Kind = "number"
    direction: Literal[-1, 0, 1] = 0
    lever: bool = False
    relative_to: str = ""
    phrase: Message | None = None
    past: Message | None = None
    value_names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """SHA-256 of what it is: its name, definition, family, kind, unit and direction, not its words.

        A model answers rightly only for features with the digests that they had when it was trained.
        """
        stated = [
            self.name,
            self.definition,
            self.family,
            self.kind,
            self.unit,
            self.direction,
            self.relative_to,
        ]
        return hashlib.sha256(json.dumps(stated, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class Family:
    """Features that look at the same tables.

    Attributes
    ----------
    code : str
        The family's code.
    words : Wording
        What people call it.
    view : callable
        Makes the view that the family's features read, from a history, opportunities and moments.
    declared : list of Feature
        The features that every company has.
    more : callable, optional
        Further features, given the playbook and the attributes of the history.
    enabled : callable, optional
        Whether a playbook wants the family; it does if left out.

    Examples
    --------
    >>> from winprob.features.families.amount import FAMILY
    >>> FAMILY.code, FAMILY.words.en
    ('amount', 'amount')
    """

    code: str
    words: Wording
    view: Callable[..., Any]
    declared: list[Feature] = field(default_factory=list)
    more: Callable[[Playbook, Sequence[Attribute]], list[Feature]] | None = None
    enabled: Callable[[Playbook], bool] | None = None

    def feature(
        self,
        words: Wording,
        *,
        phrase: Message | None = None,
        past: Message | None = None,
        unit: str = "",
        kind: Kind = "number",
        direction: Literal[-1, 0, 1] = 0,
        lever: bool = False,
        relative_to: str = "",
    ) -> Callable[[Callable[[Any], Column]], Callable[[Any], Column]]:
        """Declare a function as a feature of this family: its name and docstring become the feature's.

        Parameters
        ----------
        words : Wording
            What people call it: a `message`, or a `Verbatim` with its names by language.
        phrase, past : Message, optional
            As in `Feature`.
        unit : str
            As in `Feature`.
        kind : {"number", "flag", "share", "category"}
            As in `Feature`.
        direction : {-1, 0, 1}
            As in `Feature`.
        lever : bool
            As in `Feature`.
        relative_to : str
            As in `Feature`.

        Returns
        -------
        callable
            The decorator; it returns the function as it is.

        Examples
        --------
        >>> from winprob.features.message import message
        >>> from winprob.features.view import View
        >>> weather = Family("weather", message("weather"), View)
        >>> @weather.feature(message("temperature"))
        ... def temperature(view: View) -> Floats:
        ...     "Degrees at the customer's."
        >>> weather.declared[0].definition
        "Degrees at the customer's."
        """

        def declare(compute: Callable[[Any], Column]) -> Callable[[Any], Column]:
            name, definition = compute.__name__, str(compute.__doc__)
            how = unit, kind, direction, lever, relative_to, phrase, past
            self.declared.append(Feature(name, self.code, words, definition, compute, *how))
            return compute

        return declare

    def features(self, playbook: Playbook, attributes: Sequence[Attribute]) -> list[Feature]:
        """All features of the family for a company.

        Parameters
        ----------
        playbook : Playbook
            How the company sells.
        attributes : sequence of Attribute
            Columns of ``opportunities`` beyond the contract.

        Returns
        -------
        list of Feature
            None where the playbook switches the family off.

        Examples
        --------
        >>> from winprob.features.families.seller import FAMILY
        >>> from winprob.features.playbook import load_playbook
        >>> FAMILY.features(load_playbook().model_copy(update={"seller_features": False}), ())
        []
        """
        if self.enabled is not None and not self.enabled(playbook):
            return []
        found = [*self.declared, *(self.more(playbook, attributes) if self.more else ())]
        names = [playbook.values.get(feature.name.removeprefix("attribute."), {}) for feature in found]
        return [
            replace(feature, value_names=own) if own else feature
            for feature, own in zip(found, names, strict=True)
        ]
