"""What to know before a probability is believed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from winprob.features.build import catalogue
from winprob.features.checking import unknown_stages
from winprob.features.document import Document
from winprob.features.playbook import Language, Words
from winprob.models.bundle.bundle import Bundle
from winprob.models.wording.contributions import Value, value_text
from winprob.serving.scores.answer import Caution

WHOSE = {
    "customer": Words(zh="客户", en="the customer"),
    "owner": Words(zh="销售人员", en="the seller"),
    "team": Words(zh="团队", en="the team"),
}

FEW = 100
"""Closed opportunities below which an answer says how few they are."""

PARTS = (
    (Words(zh="阶段", en="the stage"), ("stage_position",)),
    (Words(zh="竞争对手", en="the competitors"), ("competitors",)),
    (Words(zh="风险评估", en="the risk form"), ("risk_answered",)),
    (
        Words(zh="客户联系", en="the contacts"),
        ("days_since_contact", "contacts_in_90_days", "days_to_next_contact"),
    ),
    (Words(zh="关键人", en="the key persons"), ("key_persons_identified",)),
    (Words(zh="金额", en="the amount"), ("log_amount",)),
    (Words(zh="创建时间", en="when it was created"), ("age",)),
    (Words(zh="预计赢单日", en="the expected win date"), ("days_to_expected_win", "pushes")),
)
"""Parts of a document, and features of which one has a value wherever the part is recorded."""


def cautions(
    document: Document, values: Mapping[str, Value], bundle: Bundle, language: Language
) -> list[Caution]:
    """List what makes a probability less to be believed, or the opportunity less to be pursued.

    Parameters
    ----------
    document : Document
    values : mapping of str to float, str or None
        Its features; None where one is missing.
    bundle : Bundle
        The model that scored it.
    language : {"zh", "en"}

    Examples
    --------
    See ``tests/serving/test_cautions.py``.
    """
    found = [
        *_unknown_stages(document, bundle),
        *_unknown_values(values, bundle),
        *_unknown_track_record(document),
        *_far_outside(values, bundle, language),
        *_missing_parts(values, bundle),
        *_stage_from_checkpoints(document, values, bundle),
        *_stale_record(values, bundle),
        *_veto(values, bundle),
        *_few_endings(bundle),
        *_no_closing_times(bundle),
    ]
    return [Caution(code=code, message=words.in_language(language)) for code, words in found]


def _unknown_stages(document: Document, bundle: Bundle) -> Iterator[tuple[str, Words]]:
    known = ", ".join(bundle.playbook.stage_codes)
    for stage in unknown_stages(document, bundle.playbook):
        words = Words(
            zh=f"销售漏斗中没有阶段“{stage}”，视为未记录；已有阶段：{known}。",
            en=f"The playbook has no stage {stage!r}: it counts as not recorded. It has {known}.",
        )
        yield "unknown_stage", words


def _unknown_values(values: Mapping[str, Value], bundle: Bundle) -> Iterator[tuple[str, Words]]:
    for name, levels in bundle.manifest.levels.items():
        value = values[name]
        if value is not None and value not in levels:
            words = Words(
                zh=f"模型训练时没有见过{name}的取值“{value}”，视为未记录。",
                en=f"The model has not learned {value!r} of {name}: it counts as not recorded.",
            )
            yield "unknown_value", words


def _unknown_track_record(document: Document) -> Iterator[tuple[str, Words]]:
    """Whose past opportunities would count, if the document or the service's history told them."""
    named = [WHOSE[whose] for whose in document.unstated_track_records()]
    if named:
        words = Words(
            zh=f"未提供{'、'.join(each.zh for each in named)}过去的赢单与丢单，视为未记录："
            "请在 track_records 中提供，或启动服务时指定 --history。",
            en=f"The past opportunities of {', '.join(each.en for each in named)} are not known and count as "
            "not recorded: send track_records, or start the service with --history.",
        )
        yield "track_record_unknown", words


def _far_outside(
    values: Mapping[str, Value], bundle: Bundle, language: Language
) -> Iterator[tuple[str, Words]]:
    """Numbers further from those that were learned from than these are from one another."""
    features = {each.name: each for each in catalogue(bundle.playbook, bundle.attributes)}
    for name, (low, high) in bundle.model.blend_.learned_ranges.items():
        value, width = values[name], high - low
        offset = bundle.model.columns_.offset(name, values)
        if isinstance(value, float) and width > 0 and not -width <= value - offset - low <= 2 * width:
            feature, numbers = features[name], (value, low + offset, high + offset)
            found, *learned = (value_text(feature, number, language) for number in numbers)
            words = Words(
                zh=f"{feature.words.zh}为{found}，远超出模型学习过的范围（{learned[0]}至{learned[1]}），请核对。",
                en=f"{feature.words.en}: {found} is far outside what the model has learned ({learned[0]} to "
                f"{learned[1]}): check it.",
            )
            yield "far_outside", words


def _missing_parts(values: Mapping[str, Value], bundle: Bundle) -> Iterator[tuple[str, Words]]:
    always = bundle.model.blend_.always_recorded
    for part, features in PARTS:
        if always.intersection(features) and all(values[name] is None for name in features):
            words = Words(
                zh=f"未提供{part.zh}，而模型训练时每个商机都有：按情况相似的商机估计，概率范围因此更宽。",
                en=f"Not recorded, though always there in what the model learned from: {part.en}. What is "
                "usual in deals that are alike is expected, and the range is wider.",
            )
            yield "missing_part", words


def _stage_from_checkpoints(
    document: Document, values: Mapping[str, Value], bundle: Bundle
) -> Iterator[tuple[str, Words]]:
    unsent = document.stage is None and not document.stage_changes
    if (
        unsent
        and values["stage_position"] is not None
        and "stage_position" in bundle.model.blend_.always_recorded
    ):
        words = Words(
            zh="未提供阶段，而模型训练时每个商机都有：以已达成的检查点所对应的阶段代替。",
            en="Not recorded, though always there in what the model learned from: the stage. It is taken to "
            "be the one that the check points met give.",
        )
        yield "missing_part", words


def _stale_record(values: Mapping[str, Value], bundle: Bundle) -> Iterator[tuple[str, Words]]:
    days, limit = values["days_since_contact"], bundle.playbook.contact.decide_days
    if isinstance(days, float) and days > limit:
        words = Words(
            zh=f"最近一次联系已是{days:.0f}天前，超过{limit}天，记录可能已经过时。",
            en=f"The last contact was {days:.0f} days ago, more than {limit}: the record may be out of date.",
        )
        yield "stale_record", words


def _few_endings(bundle: Bundle) -> Iterator[tuple[str, Words]]:
    endings = bundle.manifest.learned
    if endings < FEW:
        words = Words(
            zh=f"模型只学习了{endings}个已结束的商机，所知有限：请连同区间一起看。",
            en=f"The model has learned from only {endings} closed opportunities, so it knows little: read "
            "the probability together with its range.",
        )
        yield "few_endings", words


def _no_closing_times(bundle: Bundle) -> Iterator[tuple[str, Words]]:
    if bundle.closing_times is None:
        words = Words(
            zh="模型不知道商机何时成交：训练数据没有日期，或当时还没有已结束的商机。",
            en="The model does not know when opportunities close: what it learned from had no dates, or "
            "nothing had closed yet.",
        )
        yield "no_closing_times", words


def _veto(values: Mapping[str, Value], bundle: Bundle) -> Iterator[tuple[str, Words]]:
    for item in bundle.playbook.risk_items:
        if item.veto and values[f"risk.{item.code}"] == 0:
            words = Words(
                zh=f"风险评估中一票否决项“{item.name.zh}”得0分，按规则应放弃该客户。",
                en=f"Scored 0 on the risk form, by which the customer is to be dropped: {item.name.en}.",
            )
            yield "veto", words
