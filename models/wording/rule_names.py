"""What people call the model and the rules that stand beside it."""

from __future__ import annotations

from winprob.features.message import Verbatim, Wording, message

NAMES = {
    "model": message("model"),
    "stage": message("stage percentage"),
    "competition": message("competition rule"),
    "stage_win_rate": message("stage win rates"),
    "base_rate": message("base rate"),
}
"""By the name under which their metrics are kept."""


def name_of(code: str) -> Wording:
    """Name the model or a rule.

    Parameters
    ----------
    code : str
        The name under which its metrics are kept.

    Returns
    -------
    Wording
        The code itself where there is no other name.

    Examples
    --------
    >>> name_of("stage").en, name_of("oracle").zh
    ('stage percentage', 'oracle')
    """
    return NAMES.get(code) or Verbatim(code)
