"""Why a probability fell: the family of reasons that explains most of it, and the feature behind that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from winprob.features.catalogue import Feature
from winprob.features.company_features import family_names
from winprob.features.families import UNEXPLAINED
from winprob.features.message import Wording, message
from winprob.features.playbook import Language
from winprob.features.texts import Texts
from winprob.features.timeline import Floats, Integers
from winprob.models.attention.snapshot import Snapshot
from winprob.models.bundle.scoring import Scores
from winprob.models.wording.contributions import Value, fact, value_text


@dataclass(frozen=True)
class Reason:
    """What explains most of a fall.

    Attributes
    ----------
    family : Wording
        The family of reasons.
    points : float
        Its part of the fall as probability, below 0: with the parts of all families it adds up to the fall.
    feature : Feature
        That which took most in the family; one that is not recorded only if no other took anything.
    before, now : float, str or None
        Its values.
    lever : Feature or None
        That which took most in the family among those that have changed and that the seller can change, if
        any.

    Examples
    --------
    >>> from winprob.features.families.contact import FAMILY
    >>> Reason(FAMILY.words, -0.2, FAMILY.declared[0], 3.0, 34.0).in_language("en")
    '34 days since the last contact (before: 3 days since the last contact)'
    """

    family: Wording
    points: float
    feature: Feature
    before: Value
    now: Value
    lever: Feature | None = None

    def in_language(self, language: Language) -> str:
        """Say what the feature is, and what it was."""
        now = fact(self.feature, self.now, language)
        tell = fact if self.feature.unit == "days" else value_text
        before = tell(self.feature, self.before, language)
        if before == tell(self.feature, self.now, language):
            return now
        return message("{now} (before: {before})", now=now, before=before).in_language(language)


def reasons(
    before: Snapshot, rows_before: Integers, now: Snapshot, rows_now: Integers
) -> list[Reason | None]:
    """Find what explains most of the fall of each deal's probability; none if the model gives no reasons.

    Parameters
    ----------
    before : Snapshot
        By the same model as `now`.
    rows_before : numpy.ndarray of int64, shape (m,)
        The deals' rows in it.
    now : Snapshot
    rows_now : numpy.ndarray of int64, shape (m,)
        The deals' rows in it.

    Notes
    -----
    The features' changes in log-odds add up to the change of the log-odds. Their points are shared out in
    proportion, which is the straight path of `winprob.models.win.explanation.Explanation` from then to now.
    """
    if not len(rows_now):
        return []
    then_scores, now_scores = _scores(before), _scores(now)
    if UNEXPLAINED in now_scores.evaluation.names:
        return [None] * len(rows_now)
    (_, then_added), (_, now_added) = (
        scores.evaluation.take(rows).contributions
        for scores, rows in ((then_scores, rows_before), (now_scores, rows_now))
    )
    moved = now_added - then_added
    lost = now.probability[rows_now] - before.probability[rows_before]
    points = moved * (lost / moved.sum(axis=1))[:, np.newaxis]
    values = then_scores.matrix.take(rows_before).columns, now_scores.matrix.take(rows_now).columns
    bundle = now.pipeline.bundle
    features = {feature.name: feature for feature in bundle.features}
    columns = [features[name] for name in now_scores.evaluation.names]
    names = family_names(bundle.playbook)
    return [_reason(columns, own, row, values, names) for row, own in enumerate(points.tolist())]


def _reason(
    columns: Sequence[Feature],
    points: Sequence[float],
    row: int,
    values: tuple[Mapping[str, Floats | Texts], Mapping[str, Floats | Texts]],
    names: Mapping[str, Wording],
) -> Reason:
    by_family: dict[str, float] = {}
    for feature, part in zip(columns, points, strict=True):
        by_family[feature.family] = by_family.get(feature.family, 0.0) + part
    family = min(by_family, key=lambda name: (by_family[name], name))
    own = sorted(
        (part, place)
        for place, (feature, part) in enumerate(zip(columns, points, strict=True))
        if feature.family == family and part < 0
    )
    taken = [columns[place] for _, place in own]
    before, now = (
        {feature.name: _value(of_columns[feature.name], row) for feature in taken} for of_columns in values
    )
    recorded = [feature for feature in taken if now[feature.name] is not None]
    feature = (recorded or taken)[0]
    lever = next((each for each in taken if each.lever and before[each.name] != now[each.name]), None)
    return Reason(names[family], by_family[family], feature, before[feature.name], now[feature.name], lever)


def _value(column: Floats | Texts, row: int) -> Value:
    (value,) = (
        column[row : row + 1].tolist() if isinstance(column, np.ndarray) else column.take(np.array([row]))
    )
    return None if value != value else value  # NaN is not itself


def _scores(snapshot: Snapshot) -> Scores:
    if snapshot.pipeline.scores is None:
        raise ValueError("expected a snapshot with open deals, found an empty one")
    return snapshot.pipeline.scores
