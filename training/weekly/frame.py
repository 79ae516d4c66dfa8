"""A frame: snapshots with a known outcome, split by time, for an estimator of one's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from winprob.features.timeline import Floats, Integers
from winprob.training.weekly.splits import Round, Side, Split

TRAIN, TEST, SERVED = "train", "test", "served"


@dataclass(frozen=True, eq=False)
class Fold:
    """A window of time: the rows that are judged in it, and those that were known when it began.

    It unpacks into `learn` and `judge`, so that scikit-learn takes it, and lists of it, for a split.

    Attributes
    ----------
    name : str
        ``"calibrate 1"``, ``"calibrate 2"``, … in the order of time, or ``"test"``.
    start, end : pandas.Timestamp
        The window (start, end], UTC.
    learn : numpy.ndarray of int64, shape (n,)
        Row numbers in the frame: opportunities whose outcome was known at `start`. None of them is in
        `judge`.
    judge : numpy.ndarray of int64, shape (m,)
        Row numbers in the frame: snapshots in the window of opportunities that closed in it.
    learn_weight : numpy.ndarray of float64, shape (n,)
        The sample weight of each row of `learn`, by what was known at `start`. Like `Frame.weight`.
    judge_weight : numpy.ndarray of float64, shape (m,)
        How many snapshots each row of `judge` stands for, mean 1: what metrics are weighted by. Here an
        opportunity counts by its number of snapshots.

    Examples
    --------
    >>> time = pd.Timestamp("2026-01-01", tz="UTC")
    >>> fold = Fold("test", time, time + pd.Timedelta(days=90), np.array([0, 1]), np.array([2]),
    ...     np.array([0.9, 1.1]), np.array([1.0]))
    >>> learn, judge = fold
    >>> learn.tolist(), judge.tolist()
    ([0, 1], [2])
    """

    name: str
    start: pd.Timestamp
    end: pd.Timestamp
    learn: Integers
    judge: Integers
    learn_weight: Floats
    judge_weight: Floats

    def __iter__(self) -> Iterator[Integers]:
        """Give `learn` and `judge`."""
        return iter((self.learn, self.judge))


@dataclass(frozen=True, eq=False)
class Frame:
    """What there is to learn from, row by row: weekly snapshots of opportunities whose outcome is known.

    The series have the index of `X`: ``opportunity_id`` and ``as_of``.

    Attributes
    ----------
    X : pandas.DataFrame, shape (n, k)
        The matrix of features, as known at each snapshot; see `winprob.features.build.build`.
    y : pandas.Series of int64
        1 if the opportunity was won in the end, 0 if it was lost.
    weight : pandas.Series of float64
        The sample weight. A quick outcome is known sooner than a slow one: each row is weighted by the
        inverse probability that its outcome could be known by now
        (`winprob.training.weekly.splits.ending_weights`), divided by the number of rows of its opportunity,
        as these share one outcome, and scaled so that all add up to the number of opportunities.
    group : pandas.Series of str
        The opportunity. In no fold is one both learned from and judged.
    time : pandas.Series of datetime64[us, UTC]
        The moment of the snapshot.
    split : pandas.Series of category
        The window that a row is judged in: ``"calibrate 1"``, … or ``"test"``. Other rows are only learned
        from: ``"train"`` if the outcome was known before the test, ``"served"`` if the opportunity closed
        during the test, but the snapshot is from before. What may be learned from for the test is thus
        ``"train"`` and all of ``"calibrate …"``; for an earlier window it is what its fold says.
    rounds : tuple of Fold
        The windows before the test, in the order of time: to choose by, and to calibrate by.
    test : Fold
        The last window. Choose nothing by it.

    Examples
    --------
    >>> from winprob.features.history import History
    >>> from winprob.features.playbook import load_playbook
    >>> from winprob.training.simulation import simulate
    >>> from winprob.training.weekly.snapshots import Snapshots
    >>> from winprob.training.weekly.splits import split
    >>> history = History.of(load_playbook(), simulate(opportunities=200, years=2).tables)
    >>> frame = Frame.of(split(Snapshots.weekly(history)))
    >>> list(frame.split.cat.categories)
    ['train', 'calibrate 1', 'calibrate 2', 'calibrate 3', 'calibrate 4', 'test', 'served']
    >>> learn, judge = frame.test
    >>> bool(frame.time.iloc[judge].min() > frame.test.start)
    True
    """

    X: pd.DataFrame
    y: pd.Series[int]
    weight: pd.Series[float]
    group: pd.Series[str]
    time: pd.Series[pd.Timestamp]
    split: pd.Series[str]
    rounds: tuple[Fold, ...]
    test: Fold

    @classmethod
    def of(cls, sides: Split) -> Frame:
        """Take the rows of all sides of a split.

        Parameters
        ----------
        sides : Split
        """
        known, X = sides.known, sides.known.X
        rows = known.rows.set_axis(X.index)
        rounds = tuple(
            _fold(f"calibrate {number}", each, known) for number, each in enumerate(sides.rounds, 1)
        )
        test = _fold(TEST, Round(sides.train, sides.test), known)
        return cls(
            X,
            rows["won"].astype(np.int64).rename("y"),
            rows["sample_weight"].rename("weight"),
            X.index.get_level_values("opportunity_id").to_series(X.index, name="group"),
            rows["at"].rename("time"),
            pd.Series(_windows(len(X), rounds, test), X.index, name="split"),
            rounds,
            test,
        )

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.X)

    @property
    def table(self) -> pd.DataFrame:
        """All of it as one table: ``opportunity_id``, ``as_of``, the features, then the series by name."""
        series = pd.DataFrame(
            {"y": self.y, "weight": self.weight, "group": self.group, "time": self.time, "split": self.split}
        )
        return pd.concat([self.X, series], axis="columns").reset_index()


def _fold(name: str, each: Round, known: Side) -> Fold:
    past, following = each.past, each.next
    return Fold(
        name,
        past.end,
        following.end,
        np.searchsorted(known.places, past.places),
        np.searchsorted(known.places, following.places),
        past.rows["sample_weight"].to_numpy(),
        following.weight,
    )


def _windows(rows: int, rounds: tuple[Fold, ...], test: Fold) -> pd.Categorical:
    """The name of the window of each row."""
    window: npt.NDArray[np.object_] = np.full(rows, SERVED, dtype=object)
    window[test.learn] = TRAIN
    for fold in (*rounds, test):
        window[fold.judge] = fold.name
    return pd.Categorical(window, [TRAIN, *(fold.name for fold in rounds), TEST, SERVED])
