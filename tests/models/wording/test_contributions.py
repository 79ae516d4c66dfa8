from __future__ import annotations

import math
import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small import GRADES

from winprob.features.attribute import Attribute
from winprob.features.build import catalogue
from winprob.features.catalogue import Feature
from winprob.features.playbook import Language, load_playbook
from winprob.features.playbook_part import AttributeNames, Words
from winprob.models.wording.contributions import Value, effect, fact, sentence, value_text

ATTRIBUTES = [Attribute("company_size", "number"), Attribute("segment", "category")]
FEATURES = {feature.name: feature for feature in catalogue(load_playbook("eight-step"), ATTRIBUTES)}
MONEY = 1_234_567.0

FACTS = [
    ("days_since_contact", 34.0, "34 days since the last contact", "距最近一次联系34天"),
    ("days_since_contact", 1.2, "1 day since the last contact", "距最近一次联系1天"),
    ("days_since_contact", 0.42, "0.4 days since the last contact", "距最近一次联系0.4天"),
    (
        "days_since_contact",
        math.nan,
        "Days since the last contact: not recorded",
        "距最近一次联系天数：未记录",
    ),
    ("age", 1600.0, "Age: 1,600 days", "商机已存在1,600天"),
    ("days_pushed", -10.0, "-10 days pushed", "预计赢单日累计推迟-10天"),
    ("days_to_next_contact", 3.0, "3 days to the next contact", "距下次联系3天"),
    ("days_to_next_contact", -3.0, "3 days past the next contact", "下次联系已过3天"),
    ("pushes", 2.0, "Pushes of the expected win date: 2", "预计赢单日推迟2次"),
    ("competitors", 0.0, "Competitors in the deal: 0", "在场竞争对手数：0"),
    ("decision_maker_reached", 0.0, "Decision maker reached: no", "已接触决策人：否"),
    ("decision_maker_reached", 1.0, "Decision maker reached: yes", "已接触决策人：是"),
    ("checkpoints_met", 2 / 3, "Check points of this stage met: 67%", "本阶段检查点达标率：67%"),
    ("stage_position", 0.0, "Stage number: 1", "销售阶段序号：1"),
    ("log_amount", math.log1p(MONEY), "Amount: 1,234,567", "金额：1,234,567"),
    ("log_amount", math.log1p(49.5), "Amount: 49.5", "金额：49.5"),
    ("amount_change", math.log(0.7), "Change of the amount: -30%", "金额变化：-30%"),
    ("key_person_stance", -0.25, "Stance of the key persons: -0.25", "关键人立场：-0.25"),
    ("industry", "半导体", "Industry: 半导体", "行业：半导体"),
    ("industry", None, "Industry: not recorded", "行业：未记录"),
    ("attribute.company_size", 120_000.0, "company_size: 120,000", "company_size：120,000"),
    ("attribute.company_size", 0.0012, "company_size: 0.0012", "company_size：0.0012"),
    ("attribute.segment", pd.NA, "segment: not recorded", "segment：未记录"),
]


@pytest.mark.parametrize(("name", "value", "english", "chinese"), FACTS)
def test_facts_read_well_in_both_languages(name: str, value: Value, english: str, chinese: str) -> None:
    assert fact(FEATURES[name], value, "en") == english
    assert fact(FEATURES[name], value, "zh") == chinese


def test_a_score_says_out_of_how_much() -> None:
    item = next(feature for name, feature in FEATURES.items() if name.startswith("risk."))
    assert value_text(item, 1.0, "en") == "1 of 2"
    assert value_text(item, 1.0, "zh") == "1分（满分2分）"


@pytest.mark.parametrize(
    ("points", "english", "chinese"),
    [
        (0.061, "raises the win probability by 6.1 points", "使赢单概率提高6.1个百分点"),
        (-0.2, "lowers the win probability by 20.0 points", "使赢单概率降低20.0个百分点"),
        (0.0, "does not change the win probability", "对赢单概率没有影响"),
        (-0.0, "does not change the win probability", "对赢单概率没有影响"),
        (-0.0004, "hardly changes the win probability", "对赢单概率几乎没有影响"),
    ],
)
def test_effects_in_both_languages(points: float, english: str, chinese: str) -> None:
    assert effect(points).en == english
    assert effect(points).zh == chinese


def test_a_sentence_is_the_fact_and_its_effect() -> None:
    contact = FEATURES["days_since_contact"]
    english = "34 days since the last contact – lowers the win probability by 6.1 points."
    assert sentence(contact, 34.0, -0.061, "en") == english
    assert sentence(contact, 34.0, -0.061, "zh") == "距最近一次联系34天，使赢单概率降低6.1个百分点。"


def test_what_is_all_but_nothing_has_no_sign() -> None:
    assert value_text(FEATURES["effective_share"], -1e-9, "en") == "0%"
    assert value_text(FEATURES["amount_change"], -1e-9, "en") == "+0%"


@given(
    st.sampled_from(sorted(FEATURES)),
    st.one_of(st.floats(-1e6, 1e6), st.just(math.nan)),
    st.floats(-1, 1),
    st.sampled_from(["zh", "en"]),
)
def test_every_feature_has_a_sentence_for_every_value(
    name: str, number: float, points: float, language: Language
) -> None:
    feature = FEATURES[name]
    value = _value(feature, number)
    said = sentence(feature, value, points, language)
    assert said.endswith("。" if language == "zh" else ".")
    assert not re.search(r"nan|None|inf|e\+|(?<!\d)-0(?![\d.])", said)
    assert ("not recorded" in said or "未记录" in said) == (isinstance(value, float) and math.isnan(value))


def test_a_new_feature_needs_nothing_here() -> None:
    words = Words(zh="样品合格率", en="samples passed")
    new = Feature("samples", "quality", words, "Share of samples passed.", lambda view: view, kind="share")
    assert sentence(new, 0.5, 0.02, "en") == "Samples passed: 50% – raises the win probability by 2.0 points."
    assert sentence(new, 0.5, 0.02, "zh") == "样品合格率：50%，使赢单概率提高2.0个百分点。"
    measured = Feature(
        "weight", "quality", Words(zh="重量", en="weight"), "Weight.", lambda view: view, unit="kg"
    )
    assert value_text(measured, 2.5, "en") == "2.5 kg"


def test_what_a_playbook_names_is_called_so_in_that_language() -> None:
    named = GRADES.model_copy(
        update={
            "attributes": {"size": AttributeNames(name={"zh": "客户规模"})},
            "values": {"size": {"large": {"zh": "大型"}}, "source": {"partner": {"zh": "渠道伙伴"}}},
        }
    )
    features = {each.name: each for each in catalogue(named, [Attribute("size", "category")])}
    assert fact(features["attribute.size"], "large", "zh") == "客户规模：大型"
    assert fact(features["attribute.size"], "large", "en") == "size: large"
    assert fact(features["attribute.size"], "small", "zh") == "客户规模：small"
    assert fact(features["source"], "partner", "zh") == "商机来源：渠道伙伴"
    assert fact(features["source"], "partner", "en") == "Source: partner"


def _value(feature: Feature, number: float) -> Value:
    if feature.kind == "category":
        return "retail"
    return min(number, 20.0) if "log" in feature.unit else number
