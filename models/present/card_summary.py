"""The beginning of the card: what the model is, how good it proved to be, what it must not be used for."""

from __future__ import annotations

from collections.abc import Iterator

from winprob.features.playbook import Language
from winprob.models.bundle.bundle import Bundle
from winprob.models.bundle.card import Card
from winprob.models.bundle.manifest import Data, DatedSplit, Manifest
from winprob.models.present.card_page import Page, harmless
from winprob.models.wording.rule_names import name_of


def summary(bundle: Bundle, version: str, language: Language = "en") -> str:
    """Write the beginning of the card.

    Parameters
    ----------
    bundle : Bundle
    version : str
        What the model's version is called.
    language : {"zh", "en"}

    Returns
    -------
    str
        Markdown without HTML: a title and two short lists.

    Examples
    --------
    ``print(summary(bundle, "3", "zh"))``
    """
    page, manifest, card = Page(language), bundle.manifest, bundle.card
    title = page.say("模型卡片：", "Model card: ")
    lines = [
        page.say(
            "它给每个未结束的商机一个赢单概率，并说明原因。",
            "It gives every open opportunity a probability of being won, with reasons.",
        ),
        _known(page, manifest.data),
        _learned(page, manifest),
        *_verdict(page, card),
        *_moved_by(page, card),
    ]
    never = page.say("不得用于", "What it must not be used for")
    parts = (
        f"# {title}{manifest.name} {version}",
        page.list(lines),
        f"## {never}",
        page.list(page.name(limit.words) for limit in card.not_for),
    )
    return harmless("\n\n".join(parts) + "\n")


def _known(page: Page, data: Data) -> str:
    """Say what its data are."""
    span = ("", "")
    if data.first_moment and data.as_of:
        first, last = (f"{time:%Y-%m-%d}" for time in (data.first_moment, data.as_of))
        span = (f"{first}至{last}的", f" from {first} to {last}")
    return page.say(
        f"数据：{span[0]}{data.opportunities:,}个商机，{data.won:,}个赢单，{data.lost:,}个丢单，"
        f"{data.open:,}个未结束。",
        f"Its data: {data.opportunities:,} opportunities{span[1]}, {data.won:,} won, {data.lost:,} lost, "
        f"{data.open:,} still open.",
    )


def _learned(page: Page, manifest: Manifest) -> str:
    """Say what it learned from and what it was tested with."""
    data, split = manifest.data, manifest.validation
    if isinstance(split, DatedSplit):
        learned, tested, served = split.train, split.test, split.served
        return page.say(
            f"它先学习了{learned.end:%Y-%m-%d}之前结束的{learned.opportunities:,}个商机，"
            f"并用此后至{tested.end:%Y-%m-%d}结束的另外{tested.opportunities:,}个商机检验；"
            f"检验之后，它又学习了全部{served.opportunities:,}个已结束的商机，再投入使用。",
            f"It learned from {learned.opportunities:,} opportunities that ended by {learned.end:%Y-%m-%d}, "
            f"and was tested on {tested.opportunities:,} others that ended after that, by "
            f"{tested.end:%Y-%m-%d}. After the test it learned anew from all {served.opportunities:,} that "
            "had ended, and so it is served.",
        )
    return page.say(
        f"它学习了{data.opportunities:,}个没有日期的已结束商机，并用交叉验证检验。",
        f"It learned from {data.opportunities:,} closed opportunities without dates, and was tested by "
        f"cross-validation: each by a model that had not seen it.",
    )


def _verdict(page: Page, card: Card) -> Iterator[str]:
    """Say how it did beside the rule, and whether its probabilities came true on the whole."""
    measures = card.overall.measures
    if measures is None:
        yield page.say(
            f"检验中只有{card.overall.opportunities:,}个商机：不足以说明它有多好。",
            f"The test has {card.overall.opportunities:,} opportunities: too few to tell how good it is.",
        )
        return
    name, lead = page.name(name_of(card.rule)), measures.better_by
    rule = page.say(f"最好的规则“{name}”", f"the best rule, the {name}")
    if lead.low > 0:
        verdict = page.say(f"好于{rule}", f"better than {rule}")
    elif lead.high < 0:
        verdict = page.say(f"不如{rule}", f"worse than {rule}")
    else:
        verdict = page.say(f"与{rule}难分高下", f"not surely different from {rule}")
    own, other = f"{measures.log_loss.value:.3f}", f"{measures.rule_log_loss.value:.3f}"
    yield page.say(
        f"检验中它{verdict}：对数损失{own}对{other}，越低越好；领先{page.number(lead)}。",
        f"On the test it is {verdict}: log loss {own} against {other}, lower is better; it leads by "
        f"{page.number(lead)}.",
    )
    predicted = page.share(measures.predicted.value)
    yield page.say(
        f"检验行平均预测{predicted}，实际赢单{page.percent(measures.won)}。",
        f"It said {predicted} on average, and {page.percent(measures.won)} of the test rows were won.",
    )


def _moved_by(page: Page, card: Card) -> Iterator[str]:
    """Name the families that move probabilities most."""
    names = [page.name(each.name) for each in card.families[:3] if each.points > 0]
    if names:
        yield page.say(f"影响最大的是：{'、'.join(names)}。", f"What moves it most: {', '.join(names)}.")
