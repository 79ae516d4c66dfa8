"""What a family of features looks at: opportunities at moments, and the tables as they stood then."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from winprob.features.contract import time_of
from winprob.features.history import History
from winprob.features.instant import microseconds
from winprob.features.timeline import AsOf, Flags, Floats, Integers, Timeline


class View:
    """Opportunities of a history at moments.

    Parameters
    ----------
    history : History
        The history to look at.
    opportunity : numpy.ndarray of int64, shape (n_moments,)
        Row numbers in ``history.opportunities``.
    moment : numpy.ndarray of int64, shape (n_moments,)
        Microseconds since 1970 in UTC.

    Examples
    --------
    Each family has its own view; see `winprob.features.families.stage.StageView`.
    """

    def __init__(self, history: History, opportunity: Integers, moment: Integers) -> None:
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

    def text(self, column: str) -> pd.Categorical:
        """A text column of ``opportunities``.

        Parameters
        ----------
        column : str
            Its name.

        Returns
        -------
        pandas.Categorical, shape (n_moments,)
        """
        values = self.history.opportunities[column]
        return pd.Categorical(values).take(self.opportunity)

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
    history : History
        The history that the table belongs to.
    name : str
        One of `winprob.features.event_table.event_tables`.

    Attributes
    ----------
    timeline : Timeline
        The rows by opportunity and time.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> day = pd.to_datetime(pd.Series(["2026-01-05", "2026-01-02"]), utc=True)
    >>> history = History.of(load_playbook(), {
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["A"], "created_at": day[1:]}),
    ...     "amounts": pd.DataFrame({"opportunity_id": ["A", "A"], "at": day, "amount": [7.0, 5.0]})})
    >>> Table(history, "amounts").numbers("amount").tolist()
    [5.0, 7.0]
    """

    def __init__(self, history: History, name: str) -> None:
        rows = history.events[name]
        self.timeline = Timeline(rows["opportunity"].to_numpy(), microseconds(rows[time_of(name)]))
        self._rows = rows

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
        values = self._rows[column].to_numpy(dtype=np.float64, na_value=np.nan)
        return values[self.timeline.order]

    def texts(self, column: str) -> pd.Categorical:
        """A column of text.

        Parameters
        ----------
        column : str
            Its name in the contract.

        Returns
        -------
        pandas.Categorical, shape (n_rows,)
            In the timeline's order.
        """
        return pd.Categorical(self._rows[column]).take(self.timeline.order)

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
        return microseconds(self._rows[column])[self.timeline.order]

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
        return codes(self._rows[column], choices)[self.timeline.order]


def codes(values: pd.Series, choices: Sequence[str]) -> Integers:
    """Find the positions of text values in a list.

    Parameters
    ----------
    values : pandas.Series of str
        The values, which may be missing.
    choices : sequence of str
        The list.

    Returns
    -------
    numpy.ndarray of int64
        -1 where the value is missing or not in the list.

    Examples
    --------
    >>> codes(pd.Series(["b", None, "a"]), ["a", "b"]).tolist()
    [1, -1, 0]
    """
    # Several times as fast as an index or a Categorical of the choices, for one row and for millions.
    code, seen = pd.factorize(values)
    position = {choice: number for number, choice in enumerate(choices)}
    return np.array([*(position.get(value, -1) for value in seen), -1], np.int64)[code]
