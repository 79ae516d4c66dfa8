"""A champion and its challenger on the same rows, which neither has learned from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

import numpy as np
import pandas as pd

from winprob.features.column import DECLARE_COLUMN
from winprob.features.company_features import in_terms_of
from winprob.features.playbook import Playbook
from winprob.models.bundle.bundle import Bundle
from winprob.models.bundle.card import Measures
from winprob.models.bundle.manifest import DatedSplit
from winprob.models.measure.metrics import Metrics, measure
from winprob.training.fit import Trained
from winprob.training.judge.evaluation import MODEL
from winprob.training.judge.measures import measures
from winprob.training.track.answers import HORIZONS, Answers

ENOUGH = 30
"""Opportunities of which a difference says something: with fewer, a bootstrap's interval is too short."""

CHAMPION = "champion"
"""Alias of the model that is served, and the column of its probabilities."""


@dataclass(frozen=True, eq=False)
class RegisteredVersion:
    """A version of the registered model, such as the champion.

    Attributes
    ----------
    version : str
        Its version in the registry.
    bundle : Bundle or None
        None if this version of the software cannot use it.
    unusable : str
        Why it cannot be used.
    tested : pandas.DataFrame, optional
        What it predicted when it was tested, as `winprob.training.judge.evaluation.Evaluation.rows`.
    """

    version: str
    bundle: Bundle | None = None
    unusable: str = ""
    tested: pd.DataFrame | None = None


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two models on the same rows.

    Attributes
    ----------
    rows : pandas.DataFrame
        Indexed by ``opportunity_id`` and ``as_of``: ``won``, ``weight``, and the probabilities ``model`` (the
        challenger's) and ``champion``.
    X : pandas.DataFrame, optional
        The matrix of the rows, where it is known.
    playbook : Playbook, optional
        Whose stages the matrix speaks of.
    within : mapping of int to Comparison
        The same, asked whether a row is won within so many days; of rows that were followed for as long.
    """

    rows: pd.DataFrame
    X: pd.DataFrame | None = None
    playbook: Playbook | None = None
    within: Mapping[int, Comparison] = field(default_factory=dict)

    @cached_property
    def opportunities(self) -> int:
        """How many opportunities the rows are of."""
        return int(self.rows.index.get_level_values("opportunity_id").nunique())

    def metrics(self, column: str) -> Metrics:
        """Measure one of the two, ``model`` or ``champion``."""
        return measure(self.rows["won"], self.rows[column], self.rows["weight"])

    @cached_property
    def measures(self) -> Measures:
        """Of the challenger, beside the champion as the rule; of at least one row."""
        return measures(self.rows, CHAMPION)


def compare(trained: Trained, bundle: Bundle, tested: pd.DataFrame | None) -> Comparison:
    """Put a champion beside a new model on rows of the new model's test.

    Their tests are compared, on the rows that were in both: then each was asked as long after it had learned.
    Where these are of fewer than `ENOUGH` opportunities, the champion is asked of those that closed after it
    had learned. As it is served, it has learned from all that was known to it, up to half a year more than
    the model that the new one was tested by; so dates, which a test does not keep, are compared to the
    champion's advantage.

    Parameters
    ----------
    trained : Trained
        The new model with its test.
    bundle : Bundle
        The champion; see `incomparable`.
    tested : pandas.DataFrame, optional
        What it predicted when it was tested.

    Returns
    -------
    Comparison
        Without any row if there is none that both can be asked of.
    """
    asked = _asked(trained, bundle)
    if tested is None:
        return asked
    dated = isinstance(trained.bundle.manifest.validation, DatedSplit)
    both = both_tested(trained.evaluation.rows, tested, dated)
    if both.opportunities < min(ENOUGH, asked.opportunities):
        return asked
    if not dated:
        return both
    X = trained.features.loc[both.rows.index]
    return replace(both, X=X, playbook=trained.bundle.playbook, within=asked.within)


def _asked(trained: Trained, bundle: Bundle) -> Comparison:
    known = bundle.manifest.data.as_of
    later = (
        trained.snapshots["closed_at"] > known
        if known is not None
        else np.zeros(len(trained.snapshots), bool)
    )
    later = np.asarray(later)
    rows, X, moments = trained.evaluation.rows[later], trained.features[later], trained.snapshots[later]
    if not len(X):
        return Comparison(rows[["won", "weight", MODEL]].assign(**{CHAMPION: 0.0}))
    own = Answers.of(rows[MODEL].to_numpy(np.float64), X, trained.closing_times, moments["at"])
    known_to_it = X
    if in_terms_of(bundle.playbook, trained.history) is not trained.history:
        known_to_it = bundle.matrix(trained.history, moments)  # features that the new model does not have
    answers = {MODEL: own, CHAMPION: Answers.by(bundle, known_to_it, moments["at"])}
    return side_by_side(
        rows, X, moments, answers, trained.bundle.playbook, trained.bundle.manifest.data.as_of
    )


def side_by_side(
    rows: pd.DataFrame,
    X: pd.DataFrame,
    moments: pd.DataFrame,
    answers: Mapping[str, Answers],
    playbook: Playbook,
    end: datetime | None,
) -> Comparison:
    """Put what two models say of the same rows beside one another.

    Parameters
    ----------
    rows : pandas.DataFrame, shape (n, k)
        ``won`` and ``weight``.
    X : pandas.DataFrame, shape (n, m)
        Their matrix, for the segments.
    moments : pandas.DataFrame, shape (n, k)
        ``at`` and ``closed_at`` of each row.
    answers : mapping of str to Answers
        Of ``model`` and ``champion``.
    playbook : Playbook
    end : datetime, optional
        Until when the rows were followed, UTC; nothing is asked of dates where that is not known.
    """
    told = {name: found.probability for name, found in answers.items()}
    both = rows[["won", "weight"]].set_axis(X.index).assign(**told)
    shares = {name: found.within for name, found in answers.items() if found.within is not None}
    if end is None or len(shares) < len(answers):
        return Comparison(both, X, playbook)
    days = (moments["closed_at"] - moments["at"]).to_numpy() / pd.Timedelta(days=1)
    followed = (end - moments["at"]).to_numpy() / pd.Timedelta(days=1)
    within = {}
    for place, horizon in enumerate(HORIZONS):
        asked = {name: share[:, place] for name, share in shares.items()}
        won = both["won"].where(days <= horizon, 0.0)
        within[horizon] = Comparison(both.assign(won=won, **asked)[followed >= horizon])
    return Comparison(both, X, playbook, within)


def both_tested(own: pd.DataFrame, tested: pd.DataFrame, dated: bool) -> Comparison:
    """Pair the rows of two tests, `Evaluation.rows` of each; `own` are the challenger's.

    Of a table without dates an opportunity is one row, however often it was predicted.
    """
    keys = ["opportunity_id", "as_of"] if dated else ["opportunity_id"]
    own, other = (rows.groupby(level=keys)[["won", "weight", MODEL]].mean() for rows in (own, tested))
    both = own.join(other[MODEL].rename(CHAMPION), how="inner")
    if not dated:
        both.index = pd.MultiIndex.from_arrays([both.index, both.index], names=["opportunity_id", "as_of"])
    return Comparison(both)


def incomparable(new: Bundle, champion: Bundle) -> str:
    """Say why a champion cannot answer for a new model's rows; empty if it can."""
    stated = {"model", "promotion", "events"}  # what a playbook says of training does not touch an answer
    if champion.playbook.code != new.playbook.code:
        return f"it speaks of the playbook {champion.playbook.code!r}, these data of {new.playbook.code!r}"
    if champion.playbook.model_dump(exclude=stated) != new.playbook.model_dump(exclude=stated):
        return f"the playbook {new.playbook.code!r} has changed since it was trained"
    held = {name: table.values for name, table in new.playbook.events.items()}
    lost = [name for name, table in champion.playbook.events.items() if held.get(name) != table.values]
    if lost:
        return f"it knows events that these data lack, or have with other values ({', '.join(lost)})"
    kinds = {attribute.name: attribute.kind for attribute in new.attributes}
    missing = [attribute.name for attribute in champion.attributes if attribute.name not in kinds]
    if missing:
        return f"it knows attributes that these data lack ({', '.join(missing)})"
    changed = [
        f"{attribute.name} was a {attribute.kind} and is a {kinds[attribute.name]}"
        for attribute in champion.attributes
        if attribute.kind != kinds[attribute.name]
    ]
    if changed:
        declare = DECLARE_COLUMN.format(name=changed[0].split(" was a ")[0])
        return f"attributes have changed their kind ({', '.join(changed)}): {declare}"
    return ""
