"""The card as a page of Markdown, for managers and for data scientists."""

from __future__ import annotations

from collections.abc import Iterator

from winprob.features.playbook import Language, Playbook
from winprob.models.bundle.bundle import Bundle
from winprob.models.bundle.card import Card, Grouping, Segment
from winprob.models.bundle.manifest import CrossValidation, DatedSplit, Manifest, Window
from winprob.models.closing.closing_check import ClosingCheck
from winprob.models.measure.metrics import Metrics
from winprob.models.present.card_page import Page, harmless
from winprob.models.present.card_reliability import reliability
from winprob.models.present.card_summary import summary
from winprob.models.wording.rule_names import name_of

MODEL = "model"


def markdown(bundle: Bundle, version: str, language: Language = "en") -> str:
    """Write the whole card.

    Parameters
    ----------
    bundle : Bundle
    version : str
        What the model's version is called.
    language : {"zh", "en"}

    Returns
    -------
    str
        Markdown with tables and without HTML, as GitHub and MLflow show it.

    Examples
    --------
    ``Path("card.md").write_text(markdown(bundle, "3"), encoding="utf-8")``
    """
    page, card = Page(language), bundle.card
    parts = (
        *_test(page, bundle.manifest, card),
        *(part for grouping in card.groupings for part in _grouping(page, grouping)),
        *reliability(page, card),
        *_closing(page, bundle.manifest.closing),
        *_families(page, card),
        *_limits(page, card),
        *_data(page, bundle.manifest, bundle.playbook),
    )
    return "\n\n".join([summary(bundle, version, language).rstrip(), *map(harmless, parts)]) + "\n"


def _test(page: Page, manifest: Manifest, card: Card) -> Iterator[str]:
    """All measures of the model and the rules, and how to read them."""
    yield page.say("## 检验结果", "## How good it was on the test")
    measures = card.overall.measures
    if measures is None or card.auc is None or card.calibration_error is None:
        yield page.too_few
        return
    head = ["", page.say("对数损失", "log loss"), "Brier", "AUC", page.say("校准误差", "calibration error")]
    found = (measures.log_loss, measures.brier, card.auc, card.calibration_error)
    rules = {code: metrics for code, metrics in manifest.metrics.items() if code != MODEL}
    rows = (_rule(page, code, metrics) for code, metrics in rules.items() if metrics is not None)
    yield page.table(head, [[page.name(name_of(MODEL)), *map(page.number, found)], *rows])
    yield page.list(_how_to_read(page, manifest, card))


def _rule(page: Page, code: str, metrics: Metrics) -> list[str]:
    found = (metrics.log_loss, metrics.brier, metrics.auc, metrics.calibration_error)
    return [page.name(name_of(code)), *(f"{value:.3f}" if value == value else "–" for value in found)]


def _how_to_read(page: Page, manifest: Manifest, card: Card) -> Iterator[str]:
    dated = isinstance(manifest.validation, DatedSplit)
    yield page.say(
        "对数损失和Brier：概率离实际结果有多远。越低越好；一律说50%时分别为0.693和0.250。",
        "Log loss and Brier: how far the probabilities were from what happened. Lower is better; saying 50 % "
        "to everything gives 0.693 and 0.250.",
    )
    yield page.say(
        "AUC：赢单行的概率高于丢单行的机会，0.5如同抛硬币，1为完美。",
        "AUC: the chance that a won row stood above a lost one; 0.5 is a coin, 1 is perfect.",
    )
    yield page.say(
        "校准误差：预测与实际的平均差距，0为完美；区间从0开始，则可能只是偶然。",
        "Calibration error: the mean distance of predicted and observed; 0 is perfect. If its interval "
        "begins at 0, chance may be all there is.",
    )
    yield page.say(
        f"括号内是95%区间：换一批商机来检验，结果大致会在此范围内（按商机整体抽样{card.draws:,}次的自助法）。",
        "In brackets, 95 % intervals: what other opportunities in the test might have given (a bootstrap of "
        f"{card.draws:,} draws of opportunities, each with all its rows).",
    )
    rule = page.name(name_of(card.rule))
    yield page.say(
        f"领先：{rule}的对数损失减去模型的。大于0则模型更好；区间跨过0则难分高下。",
        f"Lead: the log loss of the {rule} less that of the model. Above 0 the model is better; an interval "
        "on both sides of 0 cannot tell.",
    )
    yield page.say(
        "一行是一个商机在某个周一的样子，因此一个商机会经过多个阶段。"
        if dated
        else "一行是表中的一行，交叉验证的每次重复各算一次。",
        "A row is an opportunity as it stood on a Monday, so one opportunity can be in several stages."
        if dated
        else "A row is a row of the table, once for each repeat of the cross-validation.",
    )


def _grouping(page: Page, grouping: Grouping) -> Iterator[str]:
    name = page.name(grouping.name)
    yield page.say(f"### 按{name}", f"### By {name}")
    if not grouping.segments:
        yield page.say(f"检验数据没有记录{name}。", f"No {name} is recorded in the test rows.")
        return
    head = (
        name,
        page.say("商机", "opportunities"),
        page.say("行", "rows"),
        page.say("赢单", "won"),
        page.say("预测", "predicted"),
        page.say("对数损失", "log loss"),
        page.say("领先", "lead"),
        "Brier",
    )
    yield page.table(head, (_segment(page, segment) for segment in grouping.segments))


def _segment(page: Page, segment: Segment) -> list[str]:
    counts = [page.name(segment.name), f"{segment.opportunities:,}", f"{segment.rows:,}"]
    measures = segment.measures
    if measures is None:
        return [*counts, page.say("太少，无法判断", "too few to tell"), *[""] * 4]
    losses = (measures.log_loss, measures.better_by, measures.brier)
    shares = (page.percent(measures.won), page.share(measures.predicted.value))
    return [*counts, *shares, *map(page.number, losses)]


def _closing(page: Page, check: ClosingCheck | None) -> Iterator[str]:
    """Say how many wins came in the window that was told."""
    if check is not None:
        yield page.say("## 成交时间是否准确", "## Do deals close when it says?")
        yield page.say(
            f"成交时间范围应包含80%的赢单；检验中包含{page.share(check.coverage)}"
            f"（{check.opportunities:,}个商机，{check.moments:,}行）。",
            "Of the wins, 80 % should come within the close window that it tells. On the test "
            f"{page.share(check.coverage)} did ({check.opportunities:,} opportunities, "
            f"{check.moments:,} rows).",
        )


def _families(page: Page, card: Card) -> Iterator[str]:
    yield page.say("## 什么影响概率", "## What moves its probabilities")
    if not card.families:
        yield page.say("没有检验行可供解释。", "There are no test rows to explain.")
        return
    head = (
        page.say("特征类别", "family of features"),
        page.say("百分点", "percentage points"),
        page.say("对数几率", "log-odds"),
    )
    rows = (
        (page.name(each.name), f"{100 * each.points:.1f}", f"{each.log_odds:.2f}")
        for each in card.families
        if each.points > 0
    )
    yield page.table(head, rows)
    still = [page.name(each.name) for each in card.families if not each.points > 0]
    if still:
        names = page.say("、", ", ").join(still)
        yield page.say(f"没有记录，或没有作用：{names}。", f"Not recorded, or no help: {names}.")
    yield page.say(
        "一个类别把商机的概率平均推高或拉低多少。这是关联，不是原因。",
        "How far a family moves an opportunity's probability on average, up or down: associations, "
        "not causes.",
    )


def _limits(page: Page, card: Card) -> Iterator[str]:
    yield page.say("## 它不知道什么", "## What it does not know")
    yield page.list(page.name(limit.words) for limit in card.limits)


def _data(page: Page, manifest: Manifest, playbook: Playbook) -> Iterator[str]:
    """Where the model comes from, as a list of facts."""
    data, versions = manifest.data, manifest.versions
    yield page.say("## 数据与来源", "## Data and origin")
    facts = [
        *_split(page, manifest),
        page.say("销售流程：", "Playbook: ") + f"{page.name(playbook.name)} ({playbook.code})",
        page.say("训练时间：", "Made: ")
        + f"{manifest.created_at:%Y-%m-%d %H:%M} UTC, winprob {versions.winprob}, "
        f"Python {versions.python}, LightGBM {versions.lightgbm}",
        page.say("数据的SHA-256：", "SHA-256 of the data: ") + f"`{data.digest}`",
    ]
    yield page.list(facts)


def _split(page: Page, manifest: Manifest) -> Iterator[str]:
    split = manifest.validation
    if isinstance(split, CrossValidation):
        yield page.say(
            f"{split.folds}折交叉验证，重复{split.repeats}次；{split.groups:,}组相同的行各在同一折",
            f"Cross-validation with {split.folds} folds, {split.repeats} times; identical rows in one fold "
            f"({split.groups:,} groups)",
        )
        return
    for name, windows in (
        (page.say("学习：", "Learned from: "), (split.train,)),
        (page.say("校准：", "Calibrated on: "), split.calibrate),
        (page.say("检验：", "Tested on: "), (split.test,)),
        (page.say("投入使用的模型学习：", "Served after learning anew from: "), (split.served,)),
    ):
        yield name + page.say("；", "; ").join(_window(page, window) for window in windows)


def _window(page: Page, window: Window) -> str:
    start = f"{window.start:%Y-%m-%d}" if window.start else page.say("开始", "the beginning")
    return page.say(
        f"{start}至{window.end:%Y-%m-%d}（{window.opportunities:,}个商机，{window.rows:,}行）",
        f"{start} to {window.end:%Y-%m-%d} ({window.opportunities:,} opportunities, {window.rows:,} rows)",
    )
