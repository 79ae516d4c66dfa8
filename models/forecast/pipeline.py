"""The pipeline: every opportunity open at a moment, what it is worth and how likely it is won by when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from winprob.features.build import open_snapshots
from winprob.features.calendar import Calendar
from winprob.features.company_days import company_days
from winprob.features.contract import OPPORTUNITIES
from winprob.features.families.stage import StageView
from winprob.features.families.timing import TimingView
from winprob.features.history import History
from winprob.features.instant import UNKNOWN, Instant, microseconds
from winprob.features.mistake import Mistake
from winprob.features.open_pipeline import open_pipeline
from winprob.features.timeline import Floats
from winprob.models.bundle.scoring import Scores, score
from winprob.models.bundle.trained_model import TrainedModel
from winprob.models.forecast.amounts import AmountChange, amounts_at
from winprob.models.forecast.group import group_of


@dataclass(frozen=True, eq=False)
class Pipeline:
    """Open opportunities as of a moment.

    Attributes
    ----------
    bundle : TrainedModel
        Whose model is asked: a bundle, or what is to become one.
    history : History
        What was known then: nothing recorded later.
    at : pandas.Timestamp
        The moment, in UTC.
    deals : pandas.DataFrame
        One row per open opportunity, numbered from 0: ``opportunity`` (row number in
        ``history.opportunities``), ``opportunity_id``, ``currency`` (empty where none is recorded),
        ``amount`` (missing where none is recorded), ``final_amount`` (what it is expected to come to if it
        is won; 0 where no amount is recorded), ``stage`` (code, empty before the first), ``probability`` (won
        in the end), ``rule`` (the playbook's percentage for the stage, a share) and ``expected_close`` (the
        seller's date, in UTC; missing where none is recorded).
    change : AmountChange
        How amounts change until opportunities are won.
    scores : Scores, optional
        Everything about the probabilities, row by row as in `deals`; none where nothing is open.
    past : History, optional
        What tells how amounts change and how much new business comes, if that is not `history` itself:
        endings that are only supposed teach nothing.
    """

    bundle: TrainedModel
    history: History
    at: pd.Timestamp
    deals: pd.DataFrame
    change: AmountChange
    scores: Scores | None
    past: History | None = None

    def __len__(self) -> int:
        """Count the open opportunities."""
        return len(self.deals)

    @property
    def calendar(self) -> Calendar:
        """The company's days and fiscal year: those of the bundle's playbook."""
        return self.bundle.playbook.calendar

    def won_within(self, days: npt.ArrayLike) -> Floats:
        """Say how likely each opportunity is won within some days.

        Parameters
        ----------
        days : array-like of shape (m,)
            From the moment; 0 or more, infinity for the end.

        Returns
        -------
        numpy.ndarray of float64, shape (n, m)
            At most ``deals["probability"]``.
        """
        asked = np.asarray(days, dtype=np.float64)
        if self.scores is None or self.scores.outlook is None:
            return np.zeros((0, len(asked)))
        shares, _ = self.scores.outlook.shares_within(asked)
        return self.scores.probability.to_numpy()[:, np.newaxis] * shares

    def exposure(self, since: Floats, until: Floats) -> Floats:
        """Count days, each as often as the calendar says that opportunities are won on it.

        Parameters
        ----------
        since, until : numpy.ndarray of float64, shape (m,)
            From when to when, in days from the moment.

        Returns
        -------
        numpy.ndarray of float64, shape (m,)
        """
        times = self.bundle.closing_times
        if times is None:
            return until - since
        now = company_days(times.calendar, pd.Series([self.at]))
        return times.won.seasonality.exposure(times.calendar, now + since, now + until)

    def group(self, name: str) -> pd.Series[str]:
        """Tell which group each opportunity is in.

        Parameters
        ----------
        name : str
            A column of ``opportunities`` that `group_names` lists.

        Returns
        -------
        pandas.Series of str
            Empty where nothing is recorded.

        Raises
        ------
        winprob.features.mistake.Mistake
            If there is no such column.
        """
        group = group_of(self.history, name).take(self.deals["opportunity"].to_numpy())
        return pd.Series(group.tolist(), dtype="str", name=name)


def pipeline(
    bundle: TrainedModel, history: History, as_of: Instant | None = None, past: History | None = None
) -> Pipeline:
    """Score all that is open at a moment.

    Parameters
    ----------
    bundle : TrainedModel
    history : History
        Read with the bundle's playbook.
    as_of : str, datetime or pandas.Timestamp, optional
        of the company's time zone if it says none; the time of the last event if left out.
    past : History, optional
        What tells how amounts change and how much new business comes: the same opportunities, as they were
        known at the moment. `history` itself if left out.

    Raises
    ------
    winprob.features.mistake.Mistake
        If the model does not know when opportunities close, or the history does not suit it.

    Examples
    --------
    ``pipeline(Bundle.load("bundle/"), read("history/")).deals.nlargest(10, "amount")``
    """
    if bundle.closing_times is None:
        raise Mistake(
            "forecast: expected a model that knows when opportunities close, found one that learned from a "
            "table without dates or before anything had closed; train on a dated history"
        )
    at = history.moment(as_of)
    known = history.until(at)
    # What is closed by now is a large part of a history, and its events answer nothing of what is open.
    waiting = open_pipeline(known, at)
    snapshots = open_snapshots(waiting, at)
    number, moment = snapshots["opportunity"].to_numpy(np.int64), microseconds(snapshots["at"])
    scores = score(bundle, waiting, snapshots) if len(snapshots) else None
    change = AmountChange.learn(known if past is None else past)
    amount = amounts_at(waiting, number, moment)
    position = StageView(waiting, number, moment).position
    codes = np.array([*bundle.playbook.stage_codes, ""], dtype=object)
    expected = TimingView(waiting, number, moment).expected
    deals = pd.DataFrame(
        {
            "opportunity": known.open_at(at),
            "opportunity_id": pd.Series(waiting.ids(number), dtype="str"),
            "currency": pd.Series(waiting.texts(OPPORTUNITIES, "currency").filled("").tolist(), dtype="str"),
            "amount": amount,
            "final_amount": np.nan_to_num(amount) * change.ratio,
            "stage": codes[np.where(position >= 0, position, -1).astype(np.int64)],
            "probability": np.empty(0) if scores is None else scores.probability.to_numpy(),
            "rule": np.empty(0) if scores is None else scores.rules["stage"].to_numpy(),
            "expected_close": pd.to_datetime(
                pd.Series(expected).astype("Int64").mask(expected == UNKNOWN), unit="us", utc=True
            ),
        }
    )
    return Pipeline(bundle, known, at, deals, change, scores, past)
