"""Groups of a forecast: any column of the opportunities that sorts them."""

from __future__ import annotations

from winprob.features.contract import OPPORTUNITIES
from winprob.features.history import History
from winprob.features.message import Wording, in_context, message
from winprob.features.mistake import Mistake
from winprob.features.nearest import nearest
from winprob.features.playbook import Playbook
from winprob.features.texts import Texts

COLUMNS = {
    "customer_id": message("customer"),
    "owner_id": in_context("a person", "seller"),
    "team": message("team"),
    "product": message("product"),
    "industry": message("industry"),
    "region": message("region"),
    "source": message("source"),
}
"""What people call the columns of the contract."""
NOT_GROUPS = frozenset({"opportunity_id", "created_at", "closed_at", "outcome", "currency"})


def group_names(history: History) -> tuple[str, ...]:
    """List the columns that a forecast can be grouped by.

    Returns
    -------
    tuple of str
        Columns of ``opportunities`` in which something is recorded, but for times, endings and numbers.

    Examples
    --------
    ``group_names(history)``
    """
    numbers = {attribute.name for attribute in history.attributes if attribute.kind == "number"}
    table = history.tables[OPPORTUNITIES]
    usable = [name for name in table.columns if name not in NOT_GROUPS | numbers]
    return tuple(name for name in usable if table.is_recorded(name).any())


def group_words(playbook: Playbook, name: str) -> Wording:
    """Name a column that a forecast is grouped by.

    Parameters
    ----------
    playbook : Playbook
        May name columns beyond the contract.
    name : str
        One of `group_names`.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> group_words(load_playbook(), "team").in_language("zh")
    '团队'
    """
    return COLUMNS.get(name) or playbook.attribute_words(name)


def group_of(history: History, name: str) -> Texts:
    """Tell which group every opportunity of a history is in.

    Parameters
    ----------
    history : History
    name : str
        One of `group_names`.

    Returns
    -------
    Texts
        One for each opportunity, empty where nothing is recorded.

    Raises
    ------
    winprob.features.mistake.Mistake
        If there is no such column; lists those that there are.

    Examples
    --------
    ``group_of(history, "team").levels``
    """
    there = group_names(history)
    if name not in there:
        raise Mistake(
            f"group: expected one of {', '.join(there) or 'none'}{nearest(name, there)}, found {name!r}; "
            "choose one, or leave it out"
        )
    return history.texts(OPPORTUNITIES, name).filled("")
