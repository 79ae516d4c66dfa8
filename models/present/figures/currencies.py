"""One figure for one currency; a menu to choose from where there are several, as they are never added up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from plotly.graph_objects import Figure

from winprob.features.message import message
from winprob.features.mistake import Mistake
from winprob.features.playbook import Language
from winprob.models.forecast.forecast import Forecast
from winprob.models.present.figures.look import blank
from winprob.models.present.figures.money import Money

NOTHING = message("There are no amounts to draw yet")
Draw = Callable[[Money], Figure]


def by_currency(found: Sequence[str], asked: str | None, draw: Draw, language: Language) -> Figure:
    """Draw a figure of the currency that is asked for, or of all of them with a menu.

    Parameters
    ----------
    found : sequence of str
        The currencies that there are, the one to begin with first; may be empty.
    asked : str or None
        One of them; empty for the amounts without a currency.
    draw : callable
        Draws one currency.
    language : str

    Raises
    ------
    winprob.features.mistake.Mistake
        If there is no such currency; lists those that there are.
    """
    if asked is not None and asked not in found:
        there = ", ".join(repr(each) for each in found) or "none"
        raise Mistake(f"currency: expected one of {there}, found {asked!r}")
    if not found:
        return blank(NOTHING.in_language(language))
    figures = [draw(Money(each, language)) for each in (found if asked is None else [asked])]
    if len(figures) == 1:
        return figures[0]
    names = [Money(each, language).name for each in found]
    return _with_menu(dict(zip(names, figures, strict=True)))


def by_deals(forecast: Forecast) -> list[str]:
    """List the currencies of a forecast.

    Returns
    -------
    list of str
        That of most open deals first.
    """
    deals = forecast.whole.groupby("currency")["deals"].sum()
    return list(deals.sort_values(ascending=False, kind="stable").index)


def _with_menu(figures: dict[str, Figure]) -> Figure:
    """Put figures into one, of which a menu shows one."""
    first = next(iter(figures.values()))
    layouts = {name: _flat(figure.layout.to_plotly_json()) for name, figure in figures.items()}
    keys = sorted({key for layout in layouts.values() for key in layout})
    differing = [key for key in keys if len({repr(layout.get(key)) for layout in layouts.values()}) > 1]
    belongs = [name for name, figure in figures.items() for _ in figure.data]
    buttons = [
        {
            "label": name,
            "method": "update",
            "args": [
                {"visible": [each == name for each in belongs]},
                {key: layout.get(key) for key in differing},
            ],
        }
        for name, layout in layouts.items()
    ]
    whole = Figure([trace for figure in figures.values() for trace in figure.data], first.layout)
    for number, trace in enumerate(whole.data):
        trace.visible = number < len(first.data)
    menu = {"buttons": buttons, "x": 1.0, "xanchor": "right", "y": 1.02, "yanchor": "bottom"}
    return whole.update_layout(updatemenus=[menu])


def _flat(layout: dict[str, Any], within: str = "") -> dict[str, Any]:
    """Write a layout as Plotly's menus take it: title.text instead of a text within a title."""
    flat: dict[str, Any] = {}
    for key, value in layout.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{within}{key}.")
        else:
            flat[within + key] = value
    return flat
