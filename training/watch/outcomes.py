"""What has closed since a model learned, beside what the model said of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from winprob.features.build import open_snapshots
from winprob.features.contract import OPPORTUNITIES
from winprob.features.history import History
from winprob.features.instant import UNKNOWN, microseconds
from winprob.features.timeline import Floats
from winprob.models.bundle.scoring import score
from winprob.models.bundle.trained_model import TrainedModel
from winprob.training.watch.e_value import TOLERANCE, restarted_evidence

WINDOW = 91
"""Days from a snapshot to the end of its window. In a shorter one the claim rests more on when things close,
which models of few opportunities know badly: in windows of 28 days simulated companies won a seventh less
than was claimed by models of 350 opportunities, and 2 of 20 raised a false alarm, where 1 is promised."""

COLUMNS = ("opportunity_id", "at", "closed_at", "probability", "claimed", "won")


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Opportunities that closed after a model had learned, each judged once.

    Time after the training is cut into windows of 13 weeks. An opportunity is judged in the window in which
    it closes, by what was known of it, and by what the model says, when that window began. The claim is the
    probability that it is won, given that it closes within the window:

        ``p W(d) / (p W(d) + (1 - p) L(d))``,

    where `p` is the win probability and `W` and `L` are the shares of wins and of losses that come within the
    window's `d` days. The win probability alone could not be judged fairly before everything has closed: of
    those that were open, the quick ones are known first, and if losses take longer than wins, any model looks
    too timid at first. The claim is of complete windows, of which nothing is missing, and stays the same
    whenever it is looked at.

    What that can and cannot say: the claim rests on the win model and on the closing times, and an alarm does
    not tell which of them is off. An error in when things close that is the same for wins and losses cancels.
    Opportunities that close in the window in which they were created are not judged, nor is what the model
    says of a time beyond 13 weeks, but for what it says again when the next window begins. Opportunities
    are taken as independent, given what is known of each: a shock that moves many at once is evidence, and
    should be.

    Attributes
    ----------
    rows : pandas.DataFrame
        One row for each opportunity, in the order of closing: ``opportunity_id``, ``at`` (when its window
        began, UTC), ``closed_at``, ``probability``, ``claimed`` and ``won`` (1.0 or 0.0).
    windows : int
        How many windows have ended.
    tolerance : float
        In log-odds, see `winprob.training.watch.e_value.calibration_evidence`.
    """

    rows: pd.DataFrame
    windows: int
    tolerance: float = TOLERANCE

    def __len__(self) -> int:
        """Count the opportunities."""
        return len(self.rows)

    @cached_property
    def evidence(self) -> float:
        """The highest e-value that an end of a window has seen; 1 where nothing has closed."""
        if not len(self):
            return 1.0
        values = restarted_evidence(self._claimed, self._won, self.rows["at"].tolist(), self.tolerance)
        return max(1.0, float(values.max()))

    @property
    def won(self) -> int:
        """How many were won."""
        return int(self._won.sum())

    @property
    def expected_won(self) -> float:
        """How many were to be won by what the model says."""
        return float(self._claimed.sum())

    @property
    def log_loss(self) -> float:
        """The mean of -log of what the model gave to what happened; NaN where nothing has closed."""
        given = np.where(self._won == 1.0, self._claimed, 1 - self._claimed)
        return float(-np.log(given).mean()) if len(self) else float("nan")

    @property
    def expected_log_loss(self) -> tuple[float, float]:
        """What the log loss was to be if the claims are true, and its standard deviation by chance."""
        if not len(self):
            return float("nan"), float("nan")
        p = self._claimed
        mean = -(p * np.log(p) + (1 - p) * np.log1p(-p)).mean()
        spread = np.sqrt((p * (1 - p) * np.log(p / (1 - p)) ** 2).sum()) / len(p)
        return float(mean), float(spread)

    @property
    def _claimed(self) -> Floats:
        return self.rows["claimed"].to_numpy(np.float64)

    @property
    def _won(self) -> Floats:
        return self.rows["won"].to_numpy(np.float64)


def outcomes_since(
    model: TrainedModel,
    history: History,
    since: pd.Timestamp,
    window: int = WINDOW,
    tolerance: float = TOLERANCE,
) -> Outcomes:
    """Judge a model by what closed after it had learned.

    Parameters
    ----------
    model : TrainedModel
        One that knows closing times; nothing can be judged by one that does not.
    history : History
        All that is known now.
    since : pandas.Timestamp
        When the data that the model learned from end, UTC.
    window : int
        Days.
    tolerance : float
        In log-odds.

    Examples
    --------
    ``outcomes_since(bundle, history, bundle.manifest.data.as_of).evidence``
    """
    length = pd.Timedelta(days=window)
    begins = pd.date_range(since, history.last_event - length, freq=length)
    snapshots = _closing(history, begins, length)
    if model.closing_times is None or snapshots.empty:
        return Outcomes(pd.DataFrame(columns=list(COLUMNS)), len(begins), tolerance)
    scores = score(model, history, snapshots)
    assert scores.outlook is not None  # there are closing times
    won_by, lost_by = (shares[:, 0] for shares in scores.outlook.shares_within([float(window)]))
    p = scores.probability.to_numpy()
    of_wins, of_losses = p * won_by, (1 - p) * lost_by
    opportunity = snapshots["opportunity"].to_numpy()
    rows = pd.DataFrame(
        {
            "opportunity_id": history.ids(opportunity),
            "at": snapshots["at"].array,
            "closed_at": history.tables[OPPORTUNITIES].column("closed_at").take(opportunity).array,
            "probability": p,
            "claimed": of_wins / (of_wins + of_losses),
            "won": history.texts(OPPORTUNITIES, "outcome").equal_to("won")[opportunity].astype(np.float64),
        }
    )
    return Outcomes(rows.sort_values("closed_at", kind="stable", ignore_index=True), len(begins), tolerance)


def _closing(history: History, begins: pd.DatetimeIndex, length: pd.Timedelta) -> pd.DataFrame:
    """The opportunities that were open when a window began, and closed in it."""
    found = [open_snapshots(history, begin) for begin in begins]
    snapshots = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=["opportunity", "at"])
    closed = history.times(OPPORTUNITIES, "closed_at")[snapshots["opportunity"].to_numpy(np.int64)]
    end = microseconds(snapshots["at"] + length)
    within: pd.DataFrame = snapshots[(closed != UNKNOWN) & (closed <= end)]
    return within.reset_index(drop=True)
