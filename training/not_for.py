"""What no win model must be used for."""

from __future__ import annotations

from features.playbook import Words
from models.card import Limit


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
        zh="改进建议是以往商机中的关联，不是承诺：照做之后，机会未必如所示变化。",
        en="Levers are associations in past deals, not promises: the chance need not move as shown when one "
        "is pulled.",
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
