from __future__ import annotations

import pytest
from plotly.graph_objects import Bar, Figure

from winprob.features.mistake import Mistake
from winprob.models.present.figures.currencies import by_currency
from winprob.models.present.figures.look import laid_out
from winprob.models.present.figures.money import Money

AMOUNTS = {"CNY": [5.0, 7.0], "": [3.0], "USD": [2.0, 4.0, 9.0]}


def draw(money: Money) -> Figure:
    """A figure that differs in its traces and its layout."""
    amounts = AMOUNTS[money.currency]
    figure = Figure([Bar(x=[str(number)], y=[amount]) for number, amount in enumerate(amounts)])
    figure.update_layout(height=300 + len(amounts)).update_yaxes(money.axis(amounts))
    return laid_out(figure, money.short(amounts[0]), "")


def chosen(figure: Figure, label: str) -> Figure:
    """What a browser makes of a choice in the menu."""
    (menu,) = figure.layout.updatemenus
    (button,) = (button for button in menu.buttons if button.label == label)
    traces, layout = button.args
    shown = [trace for trace, seen in zip(figure.data, traces["visible"], strict=True) if seen]
    path = {key.replace(".", "_"): value for key, value in layout.items()}
    return Figure(shown, figure.layout).update_layout(path)


def test_the_menu_shows_what_one_currency_alone_would() -> None:
    found = by_currency(list(AMOUNTS), None, draw, "en")
    names = {"CNY": "CNY", "": "currency not recorded", "USD": "USD"}
    assert [button.label for button in found.layout.updatemenus[0].buttons] == list(names.values())
    for currency, name in names.items():
        alone, seen = draw(Money(currency, "en")), chosen(found, name)
        assert [trace.y for trace in seen.data] == [trace.y for trace in alone.data]
        seen.layout.updatemenus = None
        assert seen.layout == alone.layout


def test_it_begins_with_the_first() -> None:
    found = by_currency(["USD", "CNY"], None, draw, "zh")
    assert [trace.visible for trace in found.data] == [True, True, True, False, False]
    assert found.layout.title.text == "2美元"


@pytest.mark.parametrize(("found", "asked"), [(["CNY", "USD"], "USD"), (["USD"], None), (["USD"], "USD")])
def test_one_currency_needs_no_menu(found: list[str], asked: str | None) -> None:
    figure = by_currency(found, asked, draw, "en")
    assert figure.layout.title.text == "2 USD"
    assert not figure.layout.updatemenus


def test_an_unknown_currency_is_named_with_those_there_are() -> None:
    with pytest.raises(Mistake, match="currency: expected one of 'CNY', '', found 'EUR'"):
        by_currency(["CNY", ""], "EUR", draw, "en")
    with pytest.raises(Mistake, match="currency: expected one of none, found 'EUR'"):
        by_currency([], "EUR", draw, "en")


def test_nothing_there_is_said() -> None:
    assert by_currency([], None, draw, "en").layout.title.text == "There are no amounts to draw yet"
