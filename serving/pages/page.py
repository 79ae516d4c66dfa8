"""How pages are written: templates that escape everything, in Chinese or English."""

from __future__ import annotations

from datetime import date
from functools import cache, partial
from typing import Any

from fastapi import Response
from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from winprob.features.message import in_context, languages, message, plural
from winprob.features.playbook import Language, Playbook
from winprob.models.forecast.group import group_words
from winprob.models.forecast.period import UNIT_NAMES, UNITS, Period
from winprob.models.present.figures.money import Money
from winprob.models.present.figures.period_name import period_name
from winprob.models.wording.percent import percent
from winprob.serving.pages.dates import day_text, time_text
from winprob.serving.pages.words import KINDS, WORDS


def page(template: str, language: Language, root: str, **values: Any) -> Response:
    """Write a page.

    Parameters
    ----------
    template : str
        Its name among the templates.
    language : str
    root : str
        The path that every link of the page begins with; see `winprob.serving.http.prefix`.
    **values
        What the template shows; of a page that shows days the ``question`` that was asked, since it leads to
        others that ask the same, and the ``calendar`` whose days they are.
    """
    text = _environment(language).get_template(template).render(root=root, **values)
    headers = {"Content-Language": language, "Vary": "Accept-Language"}
    return Response(text, headers=headers, media_type="text/html")


@cache
def _environment(language: Language) -> Environment:
    environment = Environment(
        loader=PackageLoader("winprob.serving.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["language"] = language
    environment.globals["units"] = UNITS
    own_name = WORDS["own_name"]
    others = {other: own_name.in_language(other) for other in languages() if other != language}
    environment.globals["other_languages"] = others
    environment.globals["words"] = {name: words.in_language(language) for name, words in WORDS.items()}
    environment.globals |= {
        "message": lambda text, **values: message(text, **values).in_language(language),
        "plural": lambda *texts, **values: plural(*texts, **values).in_language(language),
        "in_context": lambda *texts, **values: in_context(*texts, **values).in_language(language),
    }
    environment.filters |= {
        "money": partial(_money, language),
        "exactly": partial(_exactly, language),
        "signed": partial(_signed, language),
        "span": partial(_span, language),
        "period": _period,
        "percent": partial(_percent, language),
        "column": partial(_column, language),
        "value": partial(_value, language),
        "unit": partial(_unit, language),
        "words": lambda wording: wording.in_language(language),
        "day": lambda day, today=None: day_text(day, language, today),
        "momentday": lambda moment, calendar, today=None: day_text(calendar.day(moment), language, today),
        "time": lambda moment, calendar: time_text(moment, language, calendar),
        "points_to": partial(_points_to, language),
        "kind": partial(_kind, language),
    }
    return environment


def _column(language: Language, name: str, playbook: Playbook) -> str:
    return group_words(playbook, name).in_language(language)


def _value(language: Language, value: str, column: str, playbook: Playbook) -> str:
    return playbook.value_words(column, value).in_language(language)


def _unit(language: Language, text: str) -> str:
    """Name a unit of periods; dates stay as they are."""
    return UNIT_NAMES[text].in_language(language) if text in UNIT_NAMES else text


def _money(language: Language, amount: float, currency: str) -> str:
    return Money(currency, language).short(round(amount))


def _exactly(language: Language, amount: float, currency: str) -> str:
    return Money(currency, language).full(amount)


def _span(language: Language, low: float, high: float, currency: str) -> str:
    return Money(currency, language).span(round(low), round(high))


def _signed(language: Language, amount: float) -> str:
    return Money("", language).signed(round(amount))


@pass_context
def _period(context: Context, start: date, end: date) -> str:
    return period_name(Period(start, end, context["calendar"]), context["language"])


def _percent(language: Language, share: float) -> str:
    return percent(share).in_language(language)


def _points_to(language: Language, before: float, after: float) -> str:
    """Write a change of a probability in whole points: that of the percentages as they are written."""
    points = round(100 * after) - round(100 * before)
    return message("{points} points", points=f"{points:+d}").in_language(language)


def _kind(language: Language, kind: str | None) -> str:
    return KINDS[kind or "other"].in_language(language)
