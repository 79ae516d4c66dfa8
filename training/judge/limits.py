"""What a model does not know: said from its data and its test."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from winprob.features.playbook import Playbook, Words
from winprob.models.bundle.card import Grouping, Limit, Segment
from winprob.models.bundle.leaks import Leaks
from winprob.models.bundle.manifest import DatedSplit, Manifest
from winprob.models.wording.rule_names import name_of
from winprob.training.judge.measures import FEWEST_ENDINGS, FEWEST_OPPORTUNITIES
from winprob.training.judge.not_for import limit


def limits(
    manifest: Manifest, playbook: Playbook, rule: str, overall: Segment, groupings: Sequence[Grouping]
) -> tuple[Limit, ...]:
    """Say what a model does not know.

    Parameters
    ----------
    manifest : Manifest
        Its data, and how it was tested.
    playbook : Playbook
    rule : str
        The rule that it was compared with.
    overall : Segment
        All test rows.
    groupings : sequence of Grouping
        Their segments.

    Returns
    -------
    tuple of Limit
        First what speaks against the model.

    Examples
    --------
    ``[limit.code for limit in limits(manifest, playbook, "base_rate", overall, groupings)]``
    """
    return (
        *_lost(manifest),
        *_unsure(rule, overall),
        *_segments(rule, groupings),
        *_leaks(manifest.leaks or Leaks()),
        *_data(manifest),
        *_vocabulary(manifest, playbook),
    )


def _lost(manifest: Manifest) -> Iterator[Limit]:
    """Rules that the model does not beat."""
    model = manifest.metrics.get("model")
    rules = {code: metrics for code, metrics in manifest.metrics.items() if code != "model"}
    for code, metrics in rules.items():
        if model is not None and metrics is not None and metrics.log_loss <= model.log_loss:
            name, own, other = name_of(code), f"{model.log_loss:.4f}", f"{metrics.log_loss:.4f}"
            yield limit(
                "lost_to_rule",
                zh=f"检验中不如“{name.zh}”（对数损失{own}对{other}）：数据更多之前，请用该规则。",
                en=f"The {name.en} did as well or better on the test (log loss {other} against {own}): rely "
                "on that rule until there are more data.",
            )


def _unsure(rule: str, overall: Segment) -> Iterator[Limit]:
    """What the test as a whole cannot tell."""
    measures, name = overall.measures, name_of(rule)
    if measures is None:
        yield limit(
            "too_few",
            zh=f"检验只有{overall.opportunities:,}个商机，不足以说明模型有多好。",
            en=f"Its test has {overall.opportunities:,} opportunities: too few to tell how good it is.",
        )
    elif measures.better_by.low <= 0 <= measures.better_by.high:
        yield limit(
            "perhaps_chance",
            zh=f"检验中与“{name.zh}”的差别可能只是偶然：其区间包含0。",
            en=f"Its difference to the {name.en} on the test may be chance: the interval holds 0.",
        )


def _segments(rule: str, groupings: Sequence[Grouping]) -> Iterator[Limit]:
    """Where it is worse than the rule, where nobody can tell, and what is not recorded."""
    name = name_of(rule)
    worse = _listed(groupings, lambda each: each.measures is not None and each.measures.better_by.high < 0)
    if worse:
        yield limit(
            "worse_segments",
            zh=f"在以下商机上不如“{name.zh}”：{worse.zh}。",
            en=f"It does worse than the {name.en} on: {worse.en}.",
        )
    few = _listed(groupings, lambda each: each.measures is None)
    if few:
        yield limit(
            "few_in_segments",
            zh=f"无法判断它在以下商机上有多好：{few.zh}（各需{FEWEST_OPPORTUNITIES}个商机，"
            f"其中赢单和丢单各{FEWEST_ENDINGS}个）。",
            en=f"Too few to tell how good it is on: {few.en} (it takes {FEWEST_OPPORTUNITIES} opportunities "
            f"each, {FEWEST_ENDINGS} of them won and {FEWEST_ENDINGS} lost).",
        )
    absent = [grouping.name for grouping in groupings if not grouping.segments]
    if absent:
        yield limit(
            "not_recorded",
            zh=f"检验数据没有记录：{'、'.join(each.zh for each in absent)}。",
            en=f"Not recorded in the test rows: {', '.join(each.en for each in absent)}.",
        )


def _listed(groupings: Sequence[Grouping], chosen: Callable[[Segment], bool]) -> Words | None:
    """Name segments with what they are a segment of; none if none is chosen."""
    found = [
        Words(zh=f"{grouping.name.zh}“{segment.name.zh}”", en=f"{grouping.name.en} {segment.name.en}")
        for grouping in groupings
        for segment in grouping.segments
        if chosen(segment)
    ]
    if not found:
        return None
    return Words(zh="、".join(each.zh for each in found), en=", ".join(each.en for each in found))


def _data(manifest: Manifest) -> Iterator[Limit]:
    """What its data do not reach."""
    data = manifest.data
    if data.first_moment and data.as_of:
        first, last = (f"{time:%Y-%m-%d}" for time in (data.first_moment, data.as_of))
        yield limit(
            "span",
            zh=f"它只了解{first}至{last}这段时间。",
            en=f"It knows nothing before {first} or after {last}.",
        )
    if not isinstance(manifest.validation, DatedSplit):
        yield limit(
            "undated",
            zh="数据没有日期：只做了交叉验证，没有用更晚的商机检验，也看不出哪些值是事后补填的。",
            en="Its data have no dates: it was cross-validated, not tested on later deals, and nobody can "
            "tell which values were filled in afterwards.",
        )
    if data.open:
        yield limit(
            "open",
            zh=f"{data.open:,}个商机当时尚未结束，不在检验之中；已结束商机的权重代表它们。",
            en=f"{data.open:,} opportunities had not ended yet and are not in the test; the weights of those "
            "that had make up for them.",
        )


def _leaks(leaks: Leaks) -> Iterator[Limit]:
    """Features that may know the ending."""
    for feature, codes in leaks.codes_by_feature.items():
        yield limit(
            "allowed_leak",
            zh=f"特征{feature}疑似在结局之后才填写（{codes}），经指定仍被采用：若果真如此，概率与检验结果都不可信。",
            en=f"It learned from {feature} although that seems to know the ending ({codes}): if it does, "
            "neither the probabilities nor the test can be believed.",
        )
    if leaks.not_applicable:
        codes = ", ".join(leaks.not_applicable)
        yield limit(
            "leaks_not_looked_for",
            zh=f"数据不足以检查以下种类的泄漏（事后填写的列）：{codes}。",
            en=f"Its data do not tell whether there are leaks of the kinds {codes}, columns filled in later.",
        )


def _vocabulary(manifest: Manifest, playbook: Playbook) -> Iterator[Limit]:
    """The words that it understands."""
    yield limit(
        "playbook",
        zh=f"它只懂“{playbook.name.zh}”（{playbook.code}）的阶段；按其他漏斗推进的商机需要另外的模型。",
        en=f"It knows the stages of {playbook.name.en} ({playbook.code}): deals that go through another "
        "funnel need a model of their own.",
    )
    yield limit(
        "unseen",
        zh="数据中没有出现过的地区、行业、产品等取值，按未记录处理。",
        en="A region, industry, product or other category that is not in its data counts as not recorded.",
    )
    own = [attribute.name for attribute in manifest.attributes]
    yield limit(
        "attributes",
        zh=f"标准字段之外它只认识：{'、'.join(own)}。" if own else "标准字段之外的列它都不认识。",
        en=f"Beyond the standard fields it knows {', '.join(own)} and nothing else."
        if own
        else "It knows nothing beyond the standard fields.",
    )
