"""What a family of features looks at: opportunities at moments, and the tables as they stood then."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from winprob.features.contract import OPPORTUNITIES, time_of
from winprob.features.recorded import Recorded
from winprob.features.texts import Texts
from winprob.features.timeline import AsOf, Flags, Floats, Integers, Timeline


class View:
    """Opportunities of a history at moments.

    Parameters
    ----------
    history : Recorded
        A history, or documents, to look at.
    opportunity : numpy.ndarray of int64, shape (n_moments,)
        Numbers of the opportunities.
    moment : numpy.ndarray of int64, shape (n_moments,)
        Microseconds since 1970 in UTC.

    Examples
    --------
    Each family has its own view; see `winprob.features.families.stage.StageView`.
    """

    def __init__(self, history: Recorded, opportunity: Integers, moment: Integers) -> None:
        self.history = history
        self.playbook = history.playbook
        self.opportunity = opportunity
        self.moment = moment

    def recorded(self, table: str) -> Flags:
        """Whether a table is kept for the opportunity.

        Parameters
        ----------
        table : str
            One of `winprob.features.event_table.event_tables`.

        Returns
        -------
        numpy.ndarray of bool, shape (n_moments,)
        """
        return self.history.recorded[table][self.opportunity]

    def where(self, flags: Flags, values: Floats | Integers | Flags) -> Floats:
        """Keep values where something holds; elsewhere they are missing.

        Parameters
        ----------
        flags : numpy.ndarray of bool, shape (n_moments,)
            Where it holds.
        values : numpy.ndarray, shape (n_moments,)
            Numbers or flags.

        Returns
        -------
        numpy.ndarray of float64, shape (n_moments,)
        """
        return np.where(flags, values, np.nan)

    def text(self, column: str) -> Texts:
        """A text column of ``opportunities``.

        Parameters
        ----------
        column : str
            Its name.

        Returns
        -------
        Texts, shape (n_moments,)
        """
        return self.history.texts(OPPORTUNITIES, column).take(self.opportunity)

    def as_of(self, table: Table) -> AsOf:
        """The table as it stood at each moment.

        Parameters
        ----------
        table : Table
            A table of the history.
        """
        return table.timeline.at(self.opportunity, self.moment)


class Table:
    """A table of events in the order of a timeline.

    Parameters
    ----------
    history : Recorded
        What the table belongs to.
    name : str
        One of `winprob.features.event_table.event_tables`.

    Attributes
    ----------
    timeline : Timeline
        The rows by opportunity and time.

    Examples
    --------
    >>> import pandas as pd
    >>> from winprob.features.history import History
    >>> from winprob.features.playbook import load_playbook
    >>> day = pd.to_datetime(pd.Series(["2026-01-05", "2026-01-02"]), utc=True)
    >>> history = History.of(load_playbook(), {
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["A"], "created_at": day[1:]}),
    ...     "amounts": pd.DataFrame({"opportunity_id": ["A", "A"], "at": day, "amount": [7.0, 5.0]})})
    >>> Table(history, "amounts").numbers("amount").tolist()
    [5.0, 7.0]
    """

    def __init__(self, history: Recorded, name: str) -> None:
        self.timeline = Timeline(history.owners(name), history.times(name, time_of(name)))
        self._history, self._name = history, name

    def numbers(self, column: str) -> Floats:
        """A column of numbers or flags.

        Parameters
        ----------
        column : str
            Its name in the contract.

        Returns
        -------
        numpy.ndarray of float64, shape (n_rows,)
            In the timeline's order, missing as NaN.
        """
        return self._history.numbers(self._name, column)[self.timeline.order]

    def texts(self, column: str) -> Texts:
        """A column of text.

        Parameters
        ----------
        column : str
            Its name in the contract.

        Returns
        -------
        Texts, shape (n_rows,)
            In the timeline's order.
        """
        return self._history.texts(self._name, column).take(self.timeline.order)

    def times(self, column: str) -> Integers:
        """A column of times.

        Parameters
        ----------
        column : str
            Its name in the contract.

        Returns
        -------
        numpy.ndarray of int64, shape (n_rows,)
            Microseconds since 1970 in UTC, in the timeline's order; `UNKNOWN` where missing.
        """
        return self._history.times(self._name, column)[self.timeline.order]

    def codes(self, column: str, choices: Sequence[str]) -> Integers:
        """A column of codes.

        Parameters
        ----------
        column : str
            Its name in the contract.
        choices : sequence of str
            The codes there are.

        Returns
        -------
        numpy.ndarray of int64, shape (n_rows,)
            Positions in `choices`, in the timeline's order; -1 where missing.
        """
        return self.texts(column).positions(choices)
