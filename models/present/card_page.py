"""A page of Markdown in one language: words, numbers with their intervals, tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from winprob.features.message import Wording, message
from winprob.features.playbook import Language
from winprob.models.bundle.card import Estimate


@dataclass(frozen=True)
class Page:
    """How things are written in one language.

    Attributes
    ----------
    language : str

    Examples
    --------
    >>> page, found = Page("en"), Estimate(value=0.4171, low=0.3902, high=0.4449)
    >>> page.number(found), page.percent(found)
    ('0.417 (0.390 to 0.445)', '42 % (39 to 44)')
    """

    language: Language

    def say(self, words: Wording) -> str:
        """Say it in the page's language."""
        return words.in_language(self.language)

    @property
    def too_few(self) -> str:
        """What is said instead of numbers."""
        return self.say(message("Too few opportunities in the test to tell."))

    def number(self, estimate: Estimate) -> str:
        """Write a measure with its interval."""
        return self._with_interval(f"{estimate.value:.3f}", f"{estimate.low:.3f}", f"{estimate.high:.3f}")

    def percent(self, estimate: Estimate) -> str:
        """Write a share with its interval."""
        low, high = (f"{100 * end:.0f}" for end in (estimate.low, estimate.high))
        return self._with_interval(self.share(estimate.value), low, high)

    def share(self, value: float) -> str:
        """Write a share."""
        return self.say(message("{value:.0f} %", value=100 * value))

    def table(self, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
        r"""Lay out a table.

        Parameters
        ----------
        head : sequence of str
            What the columns are called.
        rows : iterable of sequence of str
            The cells; what would end a cell is written so that it does not.

        Returns
        -------
        str
            The first column is text, the others numbers.

        Examples
        --------
        >>> print(Page("en").table(["stage", "rows"], [["a|b", "7"]]))
        | stage | rows |
        |---|---:|
        | a\|b | 7 |
        """
        lines = ["| " + " | ".join(map(_cell, row)) + " |" for row in (head, *rows)]
        return "\n".join([lines[0], "|---" + "|---:" * (len(head) - 1) + "|", *lines[1:]])

    def list(self, items: Iterable[str]) -> str:
        """Lay out a list."""
        return "\n".join(f"- {_line(item)}" for item in items)

    def _with_interval(self, value: str, low: str, high: str) -> str:
        return self.say(message("{value} ({low} to {high})", value=value, low=low, high=high))


def harmless(markdown: str) -> str:
    """Keep texts that come from data or a playbook from being taken as HTML, links or images.

    Parameters
    ----------
    markdown : str
        A page, without HTML, links and images of its own.

    Examples
    --------
    >>> harmless("| <script>R&D</script> |")
    '| &lt;script&gt;R&amp;D&lt;/script&gt; |'
    >>> harmless("![x](https://example.org)")
    '!&#91;x](https://example.org)'
    """
    return escape(markdown, quote=False).replace("[", "&#91;")


def _line(text: str) -> str:
    # A backslash would take the mark after it, such as the end of a cell, for a letter.
    return " ".join(text.split()).replace("\\", "\\\\")


def _cell(text: str) -> str:
    return _line(text).replace("|", "\\|")
