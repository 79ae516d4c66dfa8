"""The part of the card that says whether probabilities came true, and how far they may be off."""

from __future__ import annotations

from collections.abc import Iterator

from winprob.features.message import Verbatim, in_context, listed, message
from winprob.models.bundle.card import Bin, Card
from winprob.models.present.card_page import Page

FIGURE = "figures/reliability.png"
"""Where the figure of predicted beside observed lies in the MLflow run, beside this page."""


def reliability(page: Page, card: Card) -> Iterator[str]:
    """Write predicted beside observed, and what is known of the ranges.

    Yields
    ------
    str
        A block of Markdown.
    """
    yield page.say(message("## Do its probabilities come true?"))
    if not card.reliability:
        yield page.too_few
        return
    head = (
        page.say(message("probability")),
        page.say(message("predicted")),
        page.say(in_context("of rows in a bin", "won")),
        page.say(message("opportunities")),
        page.say(message("rows")),
        *(
            [page.say(in_context("of rows in a bin", "80 % range")), page.say(message("agrees"))]
            if card.overall.width is not None
            else []
        ),
    )
    rows = (
        (
            f"{100 * found.lowest:.0f}–{page.share(found.highest)}",
            page.share(found.predicted),
            page.percent(found.observed),
            f"{found.opportunities:,}",
            f"{found.rows:,}",
            *_range(page, found),
        )
        for found in card.reliability
    )
    yield page.say(
        message(
            "Test rows from the lowest probability to the highest, in bins: as many should be won as "
            "predicted."
        )
    )
    yield page.table(head, rows)
    yield page.list(_widths(page, card))
    yield page.say(message("The figure: `{figure}` in the MLflow run.", figure=FIGURE))


def _range(page: Page, found: Bin) -> list[str]:
    if found.range is None:
        return []
    agrees = page.say(message("yes")) if found.range.agrees else page.say(message("no"))
    return [f"{100 * found.range.low:.0f}–{page.share(found.range.high)}", agrees]


def _widths(page: Page, card: Card) -> Iterator[str]:
    """Say how much the model knows of single opportunities, and what was tested of that."""
    overall, stages = card.overall, card.groupings[0].segments
    if overall.width is None:
        yield page.say(
            message(
                "The ranges of single probabilities are untested: other models predicted the rows of the "
                "cross-validation."
            )
        )
        return
    points = page.say(message(" points"))
    of_stages = [
        Verbatim(f"{page.say(each.name)} {100 * each.width:.0f}") for each in stages if each.width is not None
    ]
    yield page.say(
        message(
            "Each probability comes with an 80 % range, on average {width:.0f}{points} wide ({of_stages}).",
            width=100 * overall.width,
            points=points,
            of_stages=listed(of_stages),
        )
    )
    yield page.say(
        message(
            "Agrees: the interval of what was won meets the mean range of the bin. Nobody sees the true "
            "probability of a single deal, so this can refute the ranges, not prove them."
        )
    )
