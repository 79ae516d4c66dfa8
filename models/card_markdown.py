"""The card as a page of Markdown, for managers and for data scientists."""

from __future__ import annotations

from collections.abc import Iterator

from features.playbook import Language, Playbook
from models.bundle import Bundle
from models.card import Card, Grouping, Segment
from models.card_page import Page
from models.card_summary import summary
from models.manifest import CrossValidation, DatedSplit, Manifest, Window
from models.rule_names import name_of

FIGURE = "figures/reliability.png"
"""Where the figure of predicted beside observed lies in the MLflow run, beside this page."""


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
        Markdown with tables, as GitHub and MLflow show it.

    Examples
    --------
    ``Path("card.md").write_text(markdown(bundle, "3"), encoding="utf-8")``
    """
    page, card = Page(language), bundle.card
    parts = (
        summary(bundle, version, language).rstrip(),
        *_not_for(page, card),
        *_test(page, bundle.manifest, card),
        *(part for grouping in card.groupings for part in _grouping(page, card, grouping)),
        *_reliability(page, card),
        *_families(page, card),
        *_limits(page, card),
        *_data(page, bundle.manifest, bundle.playbook),
    )
    return "\n\n".join(parts) + "\n"


def _not_for(page: Page, card: Card) -> Iterator[str]:
    yield page.say("## 不得用于", "## What it must not be used for")
    yield page.list(page.name(limit.words) for limit in card.not_for)


def _test(page: Page, manifest: Manifest, card: Card) -> Iterator[str]:
    """All measures of the model and the rules, and how to read them."""
    yield page.say("## 检验结果", "## How good it was on the test")
    head = ["", page.say("对数损失", "log loss"), "Brier", "AUC", page.say("校准误差", "calibration error")]
    rules = (
        [
            page.name(name_of(code)),
            *(f"{value:.3f}" for value in (m.log_loss, m.brier, m.auc, m.calibration_error)),
        ]
        for code, m in manifest.metrics.items()
        if m is not None and code != "model"
    )
    yield page.table(head, [_model_row(page, manifest, card), *rules])
    yield page.list(_how_to_read(page, manifest, card))


def _model_row(page: Page, manifest: Manifest, card: Card) -> list[str]:
    measures, metrics = card.overall.measures, manifest.metrics["model"]
    name = page.name(name_of("model"))
    if measures is None or card.auc is None or card.calibration_error is None or metrics is None:
        return [name, *[page.say("太少，无法判断", "too few to tell")] * 4]
    found = (measures.log_loss, measures.brier, card.auc, card.calibration_error)
    return [name, *map(page.number, found)]


def _how_to_read(page: Page, manifest: Manifest, card: Card) -> Iterator[str]:
    dated = isinstance(manifest.validation, DatedSplit)
    yield page.say(
        "对数损失和Brier：概率离实际结果有多远。越低越好；一律说50 %时分别为0.693和0.250。",
        "Log loss and Brier: how far the probabilities were from what happened. Lower is better; saying 50 % "
        "to everything gives 0.693 and 0.250.",
    )
    yield page.say(
        "AUC：赢单的概率高于丢单的机会，0.5如同抛硬币，1为完美。校准误差：预测与实际的平均差距，0为完美。",
        "AUC: the chance that a won row stood above a lost one; 0.5 is a coin, 1 is perfect. Calibration "
        "error: the mean distance of predicted and observed; 0 is perfect.",
    )
    yield page.say(
        f"括号内是95 %区间：检验如果碰到别的商机，结果可能在此范围内（按商机抽样{card.draws:,}次的自助法）。",
        "In brackets, 95 % intervals: what other opportunities in the test might have given (a bootstrap of "
        f"{card.draws:,} draws of opportunities, each with all its rows).",
    )
    yield page.say(
        "每行是一个商机在某个周一的样子。" if dated else "每行是表中的一行，每次重复各算一次。",
        "A row is an opportunity as it stood on a Monday."
        if dated
        else "A row is a row of the table, once for each repeat of the cross-validation.",
    )


def _grouping(page: Page, card: Card, grouping: Grouping) -> Iterator[str]:
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
        page.say("领先", "ahead of the ") + page.name(name_of(card.rule)),
        "Brier",
    )
    yield page.table(head, (_segment(page, segment) for segment in grouping.segments))


def _segment(page: Page, segment: Segment) -> list[str]:
    counts = [page.name(segment.name), f"{segment.opportunities:,}", f"{segment.rows:,}"]
    measures = segment.measures
    if measures is None:
        return [*counts, page.say("太少，无法判断", "too few to tell"), *[""] * 4]
    losses = (measures.log_loss, measures.better_by, measures.brier)
    shares = (page.percent(measures.won), f"{100 * measures.predicted.value:.0f} %")
    return [*counts, *shares, *map(page.number, losses)]


def _reliability(page: Page, card: Card) -> Iterator[str]:
    yield page.say("## 预测是否成真", "## Do its probabilities come true?")
    if not card.reliability:
        yield page.say("商机太少，无法判断。", "Too few opportunities to tell.")
        return
    head = (
        page.say("概率", "probability"),
        page.say("平均预测", "mean"),
        page.say("实际赢单", "won"),
        page.say("商机", "opportunities"),
        page.say("行", "rows"),
    )
    rows = (
        (
            f"{100 * found.lowest:.0f}–{100 * found.highest:.0f} %",
            f"{100 * found.predicted:.0f} %",
            page.percent(found.observed),
            f"{found.opportunities:,}",
            f"{found.rows:,}",
        )
        for found in card.reliability
    )
    yield page.table(head, rows)
    yield page.say(f"图：MLflow运行中的`{FIGURE}`。", f"The figure: `{FIGURE}` in the MLflow run.")


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
        (page.name(each.name), f"{100 * each.points:.1f}", f"{each.log_odds:.2f}") for each in card.families
    )
    yield page.table(head, rows)
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
        page.say(
            f"商机：{data.opportunities:,}个（{data.won:,}赢单，{data.lost:,}丢单，{data.open:,}未结束）",
            f"Opportunities: {data.opportunities:,} ({data.won:,} won, {data.lost:,} lost, "
            f"{data.open:,} open)",
        ),
        *_split(page, manifest),
        page.say("销售流程：", "Playbook: ") + f"{page.name(playbook.name)} ({playbook.code})",
        page.say("训练于", "Made ")
        + f"{manifest.created_at:%Y-%m-%d %H:%M} UTC, winprob {versions.winprob}, "
        f"Python {versions.python}, LightGBM {versions.lightgbm}",
        f"SHA-256 {page.say('数据', 'of the data')}: `{data.digest}`",
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
        (page.say("学习", "Learned from"), (split.train,)),
        (page.say("校准", "Calibrated on"), split.calibrate),
        (page.say("检验", "Tested on"), (split.test,)),
    ):
        yield f"{name}: {'; '.join(_window(page, window) for window in windows)}"


def _window(page: Page, window: Window) -> str:
    start = f"{window.start:%Y-%m-%d}" if window.start else page.say("开始", "the beginning")
    return page.say(
        f"{start}至{window.end:%Y-%m-%d}（{window.opportunities:,}个商机，{window.rows:,}行）",
        f"{start} to {window.end:%Y-%m-%d} ({window.opportunities:,} opportunities, {window.rows:,} rows)",
    )
