"""Texts for people: English in the code, every other language in the catalogues under ``winprob/locale/``.

A language is a folder there, with one catalogue (``.po``) for each of ``features``, ``models``, ``training``,
``serving`` and ``winprob``: a new folder is a new language, and nothing else changes. ``make messages``
brings the catalogues up to date with the code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCE = "en"
"""The language in the code."""


@cache
def languages() -> tuple[str, ...]:
    """Name the languages that there are catalogues for, and English.

    Examples
    --------
    >>> languages()
    ('en', 'zh')
    """
    found = (folder.name for folder in files("winprob").joinpath("locale").iterdir() if folder.is_dir())
    return tuple(sorted({SOURCE, *found}))


if TYPE_CHECKING:
    Language: TypeAlias = str
else:
    Language: TypeAlias = Literal[languages()]


SUFFIXES: dict[str, str] = {
    language: "" if language == SOURCE else f".{language}" for language in languages()
}
"""What the name of a file has in each language: ``card.md``, ``card.zh.md``."""


class Wording(Protocol):
    """A text that can be said in every language."""

    def in_language(self, language: Language) -> str:
        """Give the text in one language; in English where the language has none."""

    @property
    def en(self) -> str:
        """In English."""
        return self.in_language("en")

    @property
    def zh(self) -> str:
        """In Chinese."""
        return self.in_language("zh")


@dataclass(frozen=True)
class Message(Wording):
    """A text of the code, made by `message`, `plural` or `in_context`.

    Attributes
    ----------
    text, more : str
        In English, with the names of values in braces; `more` for any other count than 1, empty if there is
        none.
    context : str
        Tells texts apart that are the same in English only.
    count : int
        What decides between the singular and the plurals of a language.
    values : tuple of (str, value)
        Texts among them are said in the same language.
    """

    text: str
    more: str = ""
    context: str = ""
    count: int = 1
    values: tuple[tuple[str, Any], ...] = ()

    def in_language(self, language: Language) -> str:
        """Give the text in one language.

        Parameters
        ----------
        language : str

        Examples
        --------
        >>> message("yes").in_language("zh")
        '是'
        """
        catalogue = _catalogue(language)
        if self.more:
            text = catalogue.ngettext(self.text, self.more, self.count)
        else:
            text = (
                catalogue.pgettext(self.context, self.text) if self.context else catalogue.gettext(self.text)
            )
        values = {name: _said(value, language) for name, value in self.values}
        return text.format(**values) if values else text

    def with_values(self, **values: Any) -> Message:
        """Fill in values.

        Examples
        --------
        >>> message("{days} pushed").with_values(days=3).in_language("en")
        '3 pushed'
        """
        return replace(self, values=(*self.values, *values.items()))


@dataclass(frozen=True)
class Verbatim(Wording):
    """A text as the data have it, unless a playbook gives it a name.

    Attributes
    ----------
    text : str
    names : mapping of str to str
        What it is called, by language.

    Examples
    --------
    >>> partner = Verbatim("partner", {"zh": "渠道伙伴"})
    >>> partner.in_language("zh"), partner.in_language("en")
    ('渠道伙伴', 'partner')
    """

    text: str
    names: Mapping[str, str] = field(default_factory=dict)

    def in_language(self, language: Language) -> str:
        """Give its name in one language, or the text itself.

        Parameters
        ----------
        language : str
        """
        return self.names.get(language, self.text)


@dataclass(frozen=True)
class Listing(Wording):
    """Several texts one after the other.

    Attributes
    ----------
    items : tuple of Wording
    between : Message
        What stands between two of them.
    """

    items: tuple[Wording, ...]
    between: Message

    def in_language(self, language: Language) -> str:
        """Give all in one language.

        Parameters
        ----------
        language : str
        """
        return self.between.in_language(language).join(item.in_language(language) for item in self.items)


def message(text: str, /, **values: Any) -> Message:
    """Make a text.

    Parameters
    ----------
    text : str
        English, as a constant: that is how it is found and translated.
    **values : value
        By the names in its braces; numbers may have a format there.

    Examples
    --------
    >>> message("{name}: {value}", name="D-1", value=7).in_language("en")
    'D-1: 7'
    """
    return Message(text, values=tuple(values.items()))


def plural(one: str, more: str, count: int, /, **values: Any) -> Message:
    """Make a text that depends on a number.

    Parameters
    ----------
    one, more : str
        For 1 and for all other counts, in English.
    count : int
    **values : value
        By the names in its braces; the number itself as well, if it is said.

    Examples
    --------
    >>> plural("{days} day", "{days} days", 2, days=2).in_language("en")
    '2 days'
    """
    return Message(one, more, count=count, values=tuple(values.items()))


def in_context(context: str, text: str, /, **values: Any) -> Message:
    """Make a text that is translated otherwise than the same English elsewhere.

    Parameters
    ----------
    context : str
        Tells the translator which one it is.
    text : str
        English.
    **values : value
        By the names in its braces.
    """
    return Message(text, context=context, values=tuple(values.items()))


def listed(items: Iterable[Wording], between: Message | None = None) -> Listing:
    """Put texts one after the other.

    Parameters
    ----------
    items : iterable of Wording
    between : Message, optional
        A comma if left out.

    Examples
    --------
    >>> both = listed([message("yes"), Verbatim("A")])
    >>> both.in_language("en"), both.in_language("zh")
    ('yes, A', '是、A')
    """
    return Listing(tuple(items), between or in_context("between items of a list", ", "))


def _said(value: Any, language: Language) -> Any:
    return value.in_language(language) if hasattr(value, "in_language") else value


@cache
def _catalogue(language: Language) -> NullTranslations:
    """The catalogues of a language, each the fallback of the one before."""
    folder, found = files("winprob") / "locale" / language, NullTranslations()
    if folder.is_dir():
        for file in sorted(folder.iterdir(), key=lambda file: file.name):
            with file.open("rb") as opened:
                texts = read_po(opened, locale=language)
            compiled = BytesIO()
            write_mo(compiled, texts)
            compiled.seek(0)
            translations = GNUTranslations(compiled)
            translations.add_fallback(found)
            found = translations
    return found
