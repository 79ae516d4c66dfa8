"""From a history to the frame that an estimator of one's own learns from, as training has it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from winprob.features.company_features import with_features
from winprob.features.history import History
from winprob.features.instant import Instant
from winprob.training.leaks.first_snapshots import first_snapshots
from winprob.training.leaks.search import settle
from winprob.training.weekly.frame import Frame
from winprob.training.weekly.known_history import known_history
from winprob.training.weekly.leave_out import leave_out as without
from winprob.training.weekly.snapshots import MOST_SNAPSHOTS, Snapshots
from winprob.training.weekly.splits import CUTS, split


def frame(
    history: History,
    as_of: Instant | None = None,
    *,
    allow: Collection[str] = (),
    leave_out: Sequence[str] = (),
    cuts: Sequence[float] = CUTS,
) -> Frame:
    """Make features, outcomes, weights and splits of a history: the very rows that `winprob.train` has.

    Parameters
    ----------
    history : History
    as_of : str, datetime or pandas.Timestamp, optional
        Nothing recorded later is known, no outcome either; of the company's time zone if it says none.
        Everything is if left out.
    allow, leave_out, cuts
        As for `winprob.training.fit.train`.

    Returns
    -------
    Frame
        Without rows if nothing has closed yet.

    Raises
    ------
    winprob.training.weekly.known_history.TooLittleHistory
        If no opportunity had been created yet.
    winprob.training.leaks.search.Leaking
        If features that are not allowed seem to know the ending; gives the evidence.

    Examples
    --------
    >>> from lightgbm import LGBMClassifier
    >>> from sklearn.model_selection import cross_val_score
    >>> from winprob.features.playbook import load_playbook
    >>> from winprob.training.simulation import simulate
    >>> data = frame(History.of(load_playbook(), simulate(opportunities=200, years=2).tables))
    >>> model = LGBMClassifier(n_estimators=20, verbose=-1, n_jobs=1)
    >>> cross_val_score(model, data.X, data.y, cv=data.rounds, scoring="neg_log_loss").shape
    (4,)
    >>> learn, judge = data.test
    >>> fitted = model.fit(data.X.iloc[learn], data.y.iloc[learn], data.test.learn_weight)
    >>> fitted.predict_proba(data.X.iloc[judge]).shape == (len(judge), 2)
    True
    """
    history = with_features(history)
    known = known_history(history, as_of, leave_out)
    # All that is there, not only what is known: a column without dates is as it was filled in since.
    settle(first_snapshots(without(history, leave_out)), allow, leave_out)
    return Frame.of(split(Snapshots.weekly(known, most=MOST_SNAPSHOTS), cuts))
