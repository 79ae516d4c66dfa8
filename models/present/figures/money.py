"""How amounts of one currency are written on a figure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from babel.numbers import get_currency_name

from winprob.features.message import Wording, message
from winprob.features.playbook import Language

UNITS = {
    "en": ((1e9, "B"), (1e6, "M"), (1e3, "k"), (1.0, "")),
    "zh": ((1e8, "亿"), (1e4, "万"), (1.0, "")),
}
"""What large numbers are counted in, the largest first."""
YUAN = "元"
"""What an amount of Chinese money is called; the full name of the currency stands for the currency itself."""
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
INTERVALS = 6
"""Between the marks of an axis, at most."""


@dataclass(frozen=True)
class Money:
    """Amounts of one currency in one language.

    Attributes
    ----------
    currency : str
        As recorded; empty where none is.
    language : str

    Examples
    --------
    >>> Money("CNY", "en").short(12_345_678), Money("CNY", "zh").short(12_345_678)
    ('12.3M CNY', '1,230万元')
    >>> Money("", "en").full(12_345_678.4)
    '12,345,678'
    """

    currency: str
    language: Language

    def short(self, amount: float) -> str:
        """Write an amount with three digits that count."""
        return self._with_currency(self.number(amount))

    def full(self, amount: float) -> str:
        """Write an amount to the last digit before the point."""
        return self._with_currency(f"{round(amount):,}")

    def span(self, low: float, high: float) -> str:
        """Write a range."""
        between = message(" to ").in_language(self.language)
        return f"{self.number(low)}{between}{self.short(high)}"

    def number(self, amount: float) -> str:
        """Write an amount with three digits that count, hundredths at most, and no currency.

        Examples
        --------
        >>> [Money("CNY", "en").number(amount) for amount in (0, 85, 999_999, -2_500_000)]
        ['0', '85', '1M', '-2.5M']
        """
        rounded = round(float(f"{amount:.3g}"), 2)
        units = UNITS.get(self.language, UNITS["en"])
        size, unit = next((each for each in units if abs(rounded) >= each[0]), units[-1])
        return f"{rounded / size + 0.0:,.6g}{unit}"

    def signed(self, amount: float) -> str:
        """Write a change with three digits that count, and no currency.

        Examples
        --------
        >>> Money("CNY", "zh").signed(12_345), Money("CNY", "zh").signed(-12_345)
        ('+1.23万', '-1.23万')
        """
        return f"+{self.number(amount)}" if amount > 0 else self.number(amount)

    def _with_currency(self, number: str) -> str:
        """Write the currency behind a number, in Chinese by its name."""
        if self.language != "zh" or not self.currency:
            return f"{number} {self.currency}".rstrip()
        name = YUAN if self.currency == "CNY" else get_currency_name(self.currency, locale=self.language)
        return f"{number} {name}" if name == self.currency else f"{number}{name}"

    @property
    def name(self) -> str:
        """The currency, or that there is none."""
        missing = message("currency not recorded")
        return self.currency or missing.in_language(self.language)

    def titled(self, words: Wording) -> str:
        """Say what is measured, and in which currency.

        Examples
        --------
        >>> from winprob.features.message import Verbatim
        >>> Money("", "en").titled(Verbatim("Amount"))
        'Amount (currency not recorded)'
        """
        text = words.in_language(self.language)
        return message("{text} ({name})", text=text, name=self.name).in_language(self.language)

    def axis(self, amounts: Iterable[float]) -> dict[str, object]:
        """Lay out an axis of amounts.

        Parameters
        ----------
        amounts : iterable of float
            Everything that is drawn; missing ones are passed over.

        Returns
        -------
        dict
            What Plotly's axes take: range, marks and their texts, from round number to round number.

        Examples
        --------
        >>> Money("CNY", "zh").axis([0, 2_400_000])["ticktext"]
        ['0', '50万', '100万', '150万', '200万', '250万']
        """
        drawn = np.array(list(amounts), dtype=np.float64)
        low, high = np.nanmin(drawn), np.nanmax(drawn)
        step = _step((high - low) / INTERVALS) if high > low else 1.0
        first, last = np.floor(low / step), np.ceil(high / step)
        ticks = step * np.arange(first, max(last, first + 1) + 1)
        return {
            "range": [float(ticks[0]), float(ticks[-1])],
            "tickvals": ticks.tolist(),
            "ticktext": [self.number(tick) for tick in ticks],
        }


def _step(least: float) -> float:
    """The least round number that is not below another."""
    size = 10.0 ** np.floor(np.log10(least))
    return float(next(size * step for step in STEPS if size * step >= least * (1 - 1e-9)))
