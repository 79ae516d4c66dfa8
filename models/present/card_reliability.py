"""The part of the card that says whether probabilities came true, and how far they may be off."""

from __future__ import annotations

from collections.abc import Iterator

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
    yield page.say("## 预测是否成真", "## Do its probabilities come true?")
    if not card.reliability:
        yield page.too_few
        return
    head = (
        page.say("概率", "probability"),
        page.say("预测", "predicted"),
        page.say("实际赢单", "won"),
        page.say("商机", "opportunities"),
        page.say("行", "rows"),
        *(
            [page.say("80%范围", "80 % range"), page.say("相符", "agrees")]
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
        "检验行按概率从低到高分成几组：每组实际赢单的比例应与预测相近。",
        "Test rows from the lowest probability to the highest, in bins: as many should be won as predicted.",
    )
    yield page.table(head, rows)
    yield page.list(_widths(page, card))
    yield page.say(f"图：MLflow运行中的`{FIGURE}`。", f"The figure: `{FIGURE}` in the MLflow run.")


def _range(page: Page, found: Bin) -> list[str]:
    if found.range is None:
        return []
    agrees = page.say("是", "yes") if found.range.agrees else page.say("否", "no")
    return [f"{100 * found.range.low:.0f}–{page.share(found.range.high)}", agrees]


def _widths(page: Page, card: Card) -> Iterator[str]:
    """Say how much the model knows of single opportunities, and what was tested of that."""
    overall, stages = card.overall, card.groupings[0].segments
    if overall.width is None:
        yield page.say(
            "每个概率的范围没有检验：交叉验证中的概率出自其他模型。",
            "The ranges of single probabilities are untested: other models predicted the rows of the "
            "cross-validation.",
        )
        return
    points = page.say("个百分点", " points")
    of_stages = [
        f"{page.name(each.name)} {100 * each.width:.0f}" for each in stages if each.width is not None
    ]
    yield page.say(
        f"每个概率带有80%范围，平均宽{100 * overall.width:.0f}{points}（{'、'.join(of_stages)}）。",
        f"Each probability comes with an 80 % range, on average {100 * overall.width:.0f}{points} wide "
        f"({', '.join(of_stages)}).",
    )
    yield page.say(
        "相符：实际赢单比例的区间与该组的平均范围有重叠。单个商机的真实概率无从得见，所以这只能否定范围，不能证实。",
        "Agrees: the interval of what was won meets the mean range of the bin. Nobody sees the true "
        "probability of a single deal, so this can refute the ranges, not prove them.",
    )
