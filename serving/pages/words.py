"""The words of the pages."""

from __future__ import annotations

from winprob.features.playbook import Words

WORDS = {
    "title": Words(zh="销售预测", en="Sales forecast"),
    "as_of": Words(zh="截至", en="As of"),
    "other_language": Words(zh="English", en="中文"),
    "model": Words(zh="模型", en="Model"),
    "by": Words(zh="周期", en="Periods"),
    "by_hint": Words(zh="周、月、季度，或各期最后一天", en="a unit, or last days: 2026-12-31,2027-03-31"),
    "from": Words(zh="自", en="From"),
    "from_hint": Words(
        zh="第一期的第一天，仅与日期同用；不填则为本财季第一天",
        en="beside dates: the first day of the first period; the present fiscal quarter's if left out",
    ),
    "periods": Words(zh="期数", en="How many"),
    "group": Words(zh="分组", en="Group"),
    "no_group": Words(zh="不分组", en="none"),
    "since": Words(zh="与此前比较", en="Compare with"),
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
    "no_currency": Words(zh="币种未记录", en="no currency"),
    "explained": Words(zh="预测的来由", en="Why so much"),
    "explained_note": Words(
        zh="各部分之和即为预计金额：已赢单，未结商机按基准赢单率，各类原因的增减，以及尚未创建的商机。"
        "点击任一数字可展开到商机。",
        en="The parts add up to what is expected: what is won, open deals at the base win rate, what each "
        "family of reasons adds, and deals not created yet. Each number opens down to the deals.",
    ),
    "change": Words(zh="变化，自", en="What has moved it since"),
    "change_note": Words(
        zh="各部分之和即为全部变化：赢单只计超出原预期的部分，丢单计原来预期的部分。点击任一数字可展开到商机。",
        en="The parts add up to the whole change: of a win counts what it brought beyond what was expected "
        "of it, of a loss what was expected of it. Each number opens down to the deals.",
    ),
    "before": Words(zh="当时预计", en="Expected before"),
    "after": Words(zh="现在预计", en="Expected now"),
    "look_at": Words(zh="需要关注的商机", en="Deals to look at"),
    "findings_note": Words(
        zh="各币种内按涉及金额排序，金额下方说明其含义；{deals}个商机需要关注，其中{without_amount}个没有金额。",
        en="In each currency by the money at stake, with what it stands for below it: {deals} deals have "
        "findings, {without_amount} of them have no amount.",
    ),
    "all_findings": Words(zh="查看全部", en="Show all"),
    "not_judged": Words(
        zh="无法判断，不等于没有问题：", en="Could not be judged, which does not mean all is well:"
    ),
    "deal": Words(zh="商机", en="Deal"),
    "deal_class": Words(zh="类", en="Class"),
    "finding": Words(zh="发现", en="Finding"),
    "at_stake": Words(zh="涉及金额", en="At stake"),
    "amount": Words(zh="金额", en="Amount"),
    "probability": Words(zh="赢单概率", en="Win probability"),
    "evidence": Words(zh="依据与对策", en="Evidence, and what would change it"),
    "opened": Words(zh="展开到商机", en="Down to the deals"),
    "period_start": Words(zh="周期开始", en="Period from"),
    "part": Words(zh="部分", en="Part"),
    "left_out": Words(zh="未列出的行数：", en="Rows not listed:"),
    "back": Words(zh="返回预测", en="Back to the forecast"),
    "by_group": Words(zh="分组明细", en="By group"),
}
"""By what they are called in the templates."""
