"""What of a history is known at a moment and can be learned from."""

from __future__ import annotations

from collections.abc import Sequence

from winprob.features.history import History
from winprob.features.instant import Instant
from winprob.features.mistake import Mistake
from winprob.training.weekly.leave_out import leave_out as without


class TooLittleHistory(Mistake):
    """A history in which nothing has happened yet."""


def known_history(history: History, as_of: Instant | None = None, leave_out: Sequence[str] = ()) -> History:
    """Take what is known at a moment, of the opportunities whose creation is plausible.

    Parameters
    ----------
    history : History
    as_of : str, datetime or pandas.Timestamp, optional
        Nothing recorded later is known; of the company's time zone if it says none. Everything is if left
        out. Either way time ends with the last event known.
    leave_out : sequence of str
        Columns of ``opportunities`` of which nothing is to be known, see
        `winprob.training.weekly.leave_out`.

    Raises
    ------
    TooLittleHistory
        If no opportunity had been created yet.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> from winprob.training.simulation import simulate
    >>> history = History.of(load_playbook(), simulate(opportunities=20, years=1).tables)
    >>> known = known_history(history, "2023-06-30")
    >>> len(known) < len(history), str(known.last_event.date()) <= "2023-06-30"
    (True, True)
    """
    known = history if as_of is None else history.until(as_of)
    if not len(known):
        raise TooLittleHistory(
            f"as_of: expected a time after the first creation, found {as_of}; choose a later one"
        )
    known = without(known.until(known.last_event), leave_out)
    return known.keep(known.learnable)
