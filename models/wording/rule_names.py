"""What people call the model and the rules that stand beside it."""

from __future__ import annotations

from winprob.features.playbook import Words

NAMES = {
    "model": Words(zh="模型", en="model"),
    "stage": Words(zh="阶段百分比", en="stage percentage"),
    "competition": Words(zh="竞争规则", en="competition rule"),
    "stage_win_rate": Words(zh="阶段赢单率", en="stage win rates"),
    "base_rate": Words(zh="总体赢单率", en="base rate"),
}
"""By the name under which their metrics are kept."""


def name_of(code: str) -> Words:
    """Name the model or a rule.

    Parameters
    ----------
    code : str
        The name under which its metrics are kept.

    Returns
    -------
    Words
        The code itself where there is no other name.

    Examples
    --------
    >>> name_of("stage").en, name_of("oracle").zh
    ('stage percentage', 'oracle')
    """
    return NAMES.get(code) or Words(zh=code, en=code)
