"""What no win model must be used for."""

from __future__ import annotations

from winprob.features.playbook import Words
from winprob.models.bundle.card import Limit


def limit(code: str, *, zh: str, en: str) -> Limit:
    """Write down a limit.

    Parameters
    ----------
    code : str
        Does not change between versions.
    zh, en : str
        What it says.
    """
    return Limit(code=code, words=Words(zh=zh, en=en))


NOT_FOR = (
    limit(
        "people",
        zh="不用于评价、排名或奖惩销售人员，也不用于评价客户方的人：它衡量的是已记录的商机，而不是人。",
        en="Not for judging, ranking or paying sellers, nor for judging people at the customer: it measures "
        "opportunities as they were recorded, not people.",
    ),
    limit(
        "other_deals",
        zh="不用于数据中没有的商机类型、产品或市场：概率在那里没有经过检验。",
        en="Not for deals of a kind, product or market that is not in its data: the probability is untested "
        "there.",
    ),
    limit(
        "promises",
        zh="改进建议是以往商机中的关联，不是承诺。在模拟公司里强制执行这些建议："
        "凡是记录本身决定成败的，机会的变化与所示相近或更大；销售挑自己看好的商机去做的，所示有时偏大；"
        "记录只是表象、并不决定成败的，机会毫无变化——而这从历史数据中看不出来。"
        "单纯的联系、约定下次联系和改预计日期几乎不改变机会，因此不作为建议。",
        en="Levers are associations in past deals, not promises. Forced on deals of simulated companies, "
        "they moved the chance about as shown or by more where what is recorded decides; by less, for some, "
        "where sellers work on the deals that they believe in; and not at all where the record is only a "
        "sign of what decides, which a history cannot tell. A contact as such, a plan for the next one and a "
        "new expected date moved next to nothing: they are not offered.",
    ),
    limit(
        "changed_times",
        zh="销售方式、价格、产品或市场改变之后不再适用：请用改变之后的数据重新训练。",
        en="Not after the way of selling, prices, products or the market have changed: train anew on data "
        "from after the change.",
    ),
    limit(
        "single_deals",
        zh="不用于断言单个商机的结局：十个概率为70%的商机中，约有三个会丢单。",
        en="Not for calling the end of a single deal: of ten deals at 70 %, about three are lost.",
    ),
)
"""True of every win model, whatever its numbers."""
