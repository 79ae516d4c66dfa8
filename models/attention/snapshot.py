"""What kinds of findings look at: the open deals of a moment, and the same some weeks earlier."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial

import numpy as np
import pandas as pd

from winprob.features.playbook_part import Stage
from winprob.features.timeline import Flags, Floats, Integers
from winprob.models.closing.deadlines import day_after
from winprob.models.forecast.pipeline import Pipeline, pipeline

WEEK, MONTH = 7, 28
"""Days back with which now is compared: what changed since the last weekly review, and since the one of the
month before, in whole weeks so that the days of the week are the same."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The open deals of a moment, as kinds of findings read them.

    Attributes
    ----------
    pipeline : Pipeline
    pipeline_at : callable, optional
        Gives the pipeline of an earlier moment, by the same model; made anew if left out.

    Examples
    --------
    ``Snapshot(pipeline(bundle, history)).feature("days_since_contact")``
    """

    pipeline: Pipeline
    pipeline_at: Callable[[pd.Timestamp], Pipeline] | None = None

    def __len__(self) -> int:
        """Count the open deals."""
        return len(self.pipeline)

    def feature(self, name: str) -> Floats:
        """Read a feature as the model reads it.

        Parameters
        ----------
        name : str
            A number or a flag of the catalogue.

        Returns
        -------
        numpy.ndarray of float64, shape (n,)
            NaN where it is not recorded.
        """
        return self._numbers[name] if len(self) else np.empty(0)

    @cached_property
    def probability(self) -> Floats:
        """The chance that each deal is won in the end, shape (n,)."""
        return self.pipeline.deals["probability"].to_numpy(np.float64)

    @cached_property
    def claimed(self) -> Floats:
        """The playbook's percentage for the seller's stage as a share, shape (n,); NaN without a stage."""
        return self.pipeline.deals["rule"].to_numpy(np.float64)

    @cached_property
    def supported(self) -> Integers:
        """The stage whose percentage is nearest to the win probability, shape (n,): its position."""
        shares = np.array([stage.probability for stage in self.pipeline.bundle.playbook.stages])
        nearest: Integers = np.abs(self.probability[:, np.newaxis] - shares).argmin(axis=1)
        return nearest

    @cached_property
    def overstaged(self) -> Flags:
        """Whether the record supports an earlier stage only, shape (n,); False without a stage."""
        shares = np.array([stage.probability for stage in self.pipeline.bundle.playbook.stages])
        overstaged: Flags = shares[self.supported] < self.claimed
        return overstaged

    @cached_property
    def expected_money(self) -> Floats:
        """Final amount times win probability, shape (n,); NaN where no amount is recorded."""
        deals = self.pipeline.deals
        return np.where(deals["amount"].isna(), np.nan, deals["final_amount"] * self.probability)

    @cached_property
    def days_to_date(self) -> Floats:
        """Days to the end of the day that the seller expects, shape (n,); 0 or less once it is over."""
        calendar = self.pipeline.calendar
        over = calendar.day_over(self.pipeline.deals["expected_close"])
        left = (over - self.pipeline.at) / pd.Timedelta(days=1)
        return np.asarray(left, dtype=np.float64)

    @cached_property
    def wins_by_date(self) -> Floats:
        """Share of the wins that come by the seller's date, shape (n,): of such deals, if they are won."""
        scores = self.pipeline.scores
        if scores is None or scores.outlook is None:
            return np.empty(0)
        asked = np.nan_to_num(self.days_to_date)[:, np.newaxis]
        return np.where(np.isnan(self.days_to_date), np.nan, scores.outlook.shares_within(asked)[0][:, 0])

    @cached_property
    def days_to_win(self) -> Floats:
        """Days within which half of such deals are won, if they are won, shape (n,)."""
        scores = self.pipeline.scores
        if scores is None or scores.outlook is None:
            return np.empty(0)
        return scores.outlook.days_to_win(0.5)

    @property
    def today(self) -> date:
        """The day of the moment, in the company's time zone."""
        return self.pipeline.calendar.day(self.pipeline.at)

    def day(self, days: float) -> date:
        """Name the day some days from the moment.

        Returns
        -------
        datetime.date
            In the company's time zone.
        """
        return day_after(self.pipeline.at.to_pydatetime(), days, self.pipeline.calendar)

    def seller_date(self, deal: int) -> date:
        """Name the day that the seller expects.

        Parameters
        ----------
        deal : int
            Row of a deal of which it is recorded.

        Returns
        -------
        datetime.date
            In the company's time zone.
        """
        return self.pipeline.calendar.day(self.pipeline.deals["expected_close"].iloc[deal])

    def stage(self, deal: int) -> Stage:
        """Look up the seller's stage.

        Parameters
        ----------
        deal : int
            Row of a deal of which it is recorded.
        """
        playbook = self.pipeline.bundle.playbook
        return playbook.stages[playbook.stage_position(str(self.pipeline.deals["stage"].iloc[deal]))]

    @cached_property
    def week_ago(self) -> Snapshot:
        """A week earlier, as it was known then, by the same model."""
        return self._before(WEEK)

    @cached_property
    def month_ago(self) -> Snapshot:
        """Four weeks earlier, as it was known then, by the same model."""
        return self._before(MONTH)

    def rows_in(self, earlier: Snapshot) -> Integers:
        """Find the deals in an earlier snapshot.

        Returns
        -------
        numpy.ndarray of int64, shape (n,)
            Their rows there, -1 for those not open then.
        """
        then = pd.Index(earlier.pipeline.deals["opportunity_id"])
        rows: Integers = then.get_indexer(pd.Index(self.pipeline.deals["opportunity_id"])).astype(np.int64)
        return rows

    @cached_property
    def _numbers(self) -> dict[str, Floats]:
        """The columns of the matrix that are numbers or flags."""
        scores = self.pipeline.scores
        matrix = pd.DataFrame() if scores is None else scores.features.select_dtypes("number")
        return {str(name): column.to_numpy(np.float64) for name, column in matrix.items()}

    def _before(self, days: int) -> Snapshot:
        now, at = self.pipeline, self.pipeline.at - pd.Timedelta(days=days)
        make = self.pipeline_at or partial(pipeline, now.bundle, now.history)
        return Snapshot(make(at), self.pipeline_at)
