"""The words of the pages."""

from __future__ import annotations

from features.playbook import Words

WORDS = {
    "title": Words(zh="销售预测", en="Sales forecast"),
    "as_of": Words(zh="截至", en="As of"),
    "other_language": Words(zh="English", en="中文"),
    "model": Words(zh="模型", en="Model"),
    "by": Words(zh="周期", en="Periods"),
    "by_hint": Words(zh="周、月、季度，或各期最后一天", en="a unit, or last days: 2026-12-31,2027-03-31"),
    "week": Words(zh="周", en="weeks"),
    "month": Words(zh="月", en="months"),
    "quarter": Words(zh="季度", en="quarters"),
    "periods": Words(zh="期数", en="How many"),
    "group": Words(zh="分组", en="Group"),
    "no_group": Words(zh="不分组", en="none"),
    "since": Words(zh="与此前比较", en="Compare with"),
    "latest": Words(zh="最新", en="latest"),
    "show": Words(zh="显示", en="Show"),
    "ahead": Words(zh="未来", en="What is ahead"),
    "beside": Words(zh="与固定百分比和销售预计并列", en="Beside the fixed percentages and the sellers"),
    "beside_note": Words(
        zh="同一批商机：固定百分比按阶段百分比乘以金额，销售预计是销售员预计在本期赢单的金额之和；均含已赢单金额。",
        en="The same deals: fixed percentages are those of the stages times the amounts, the sellers' sum is "
        "the amounts that sellers expect to win in the period; each with what is already won.",
    ),
    "made_of": Words(zh="预测的构成", en="What the forecast is made of"),
    "made_of_note": Words(
        zh="预计 = 已赢单 + 未结商机 + 尚未创建的商机。类别按本期内赢单的概率划分，为未结商机的现有金额。",
        en="Expected = won + open deals + deals not created yet. The categories are the present amounts of "
        "open deals, told by their chance to be won in the period.",
    ),
    "period": Words(zh="周期", en="Period"),
    "currency": Words(zh="币种", en="Currency"),
    "expected": Words(zh="预计", en="Expected"),
    "range_80": Words(zh="80%区间", en="80 % range"),
    "rule": Words(zh="固定百分比", en="Fixed percentages"),
    "seller": Words(zh="销售预计", en="Sellers' sum"),
    "won": Words(zh="已赢单", en="Won"),
    "open": Words(zh="未结商机", en="Open deals"),
    "new": Words(zh="尚未创建的商机", en="Not created yet"),
    "deals": Words(zh="商机数", en="Deals"),
    "without_amount": Words(zh="其中无金额", en="Without amount"),
    "whole": Words(zh="合计", en="all"),
    "not_recorded": Words(zh="未记录", en="not recorded"),
    "by_group": Words(zh="分组明细", en="By group"),
}
"""By what they are called in the templates."""
