"""A champion and its challenger on the same rows, which neither has learned from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from winprob.features.column import DECLARE_COLUMN
from winprob.features.company_features import in_terms_of
from winprob.models.bundle.bundle import Bundle
from winprob.models.bundle.card import Measures
from winprob.models.bundle.manifest import DatedSplit
from winprob.models.bundle.scoring import probability
from winprob.models.measure.metrics import Metrics, measure
from winprob.training.fit import Trained
from winprob.training.judge.evaluation import MODEL
from winprob.training.judge.measures import measures

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
    """

    rows: pd.DataFrame

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

    What is served has learned from all that was known to it, so the champion is asked of opportunities that
    closed later. Where these are fewer than `ENOUGH`, its predictions of its own test are taken, of the rows
    that were in both tests.

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
    if tested is None or asked.opportunities >= ENOUGH:
        return asked
    dated = isinstance(trained.bundle.manifest.validation, DatedSplit)
    both = both_tested(trained.evaluation.rows, tested, dated)
    return max(asked, both, key=lambda comparison: comparison.opportunities)


def _asked(trained: Trained, bundle: Bundle) -> Comparison:
    known = bundle.manifest.data.as_of
    later = (
        trained.snapshots["closed_at"] > known
        if known is not None
        else np.zeros(len(trained.snapshots), bool)
    )
    rows, snapshots = trained.evaluation.rows[np.asarray(later)], trained.snapshots[np.asarray(later)]
    X = trained.features[np.asarray(later)]
    if len(X) and in_terms_of(bundle.playbook, trained.history) is not trained.history:
        X = bundle.matrix(trained.history, snapshots)  # it knows features that the new model does not have
    answers = probability(bundle, X[list(bundle.model.columns_.names)]) if len(X) else np.empty(0)
    return Comparison(rows[["won", "weight", MODEL]].assign(**{CHAMPION: np.asarray(answers)}))


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
