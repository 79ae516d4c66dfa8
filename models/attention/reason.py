"""Why a probability fell: the family of reasons that explains most of it, and the feature behind that."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from winprob.features.catalogue import Feature
from winprob.features.company_features import family_names
from winprob.features.families import UNEXPLAINED
from winprob.features.message import Wording, message
from winprob.features.playbook import Language
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


def reason(before: Snapshot, row_before: int, now: Snapshot, row_now: int) -> Reason | None:
    """Find what explains most of the fall of a deal's probability; none if the model gives no reasons.

    Parameters
    ----------
    before : Snapshot
        By the same model as `now`, not empty.
    row_before : int
        The deal's row in it.
    now : Snapshot
        Not empty.
    row_now : int
        The deal's row in it.

    Notes
    -----
    The features' changes in log-odds add up to the change of the log-odds. Their points are shared out in
    proportion, which is the straight path of `winprob.models.win.explanation.Explanation` from then to now.
    """
    bundle = now.pipeline.bundle
    known = {feature.name: feature for feature in bundle.features}
    then_scores, now_scores = _scores(before), _scores(now)
    if UNEXPLAINED in now_scores.explanation.contributions:
        return None
    moved = _contributions(now_scores, row_now) - _contributions(then_scores, row_before)
    points = moved * (now.probability[row_now] - before.probability[row_before]) / moved.sum()
    by_family = points.groupby([known[str(name)].family for name in points.index]).sum()
    family = str(by_family.idxmin())
    own = points[[known[str(name)].family == family for name in points.index]].sort_values()
    taken = [known[str(name)] for name in own[own < 0].index]
    then_has, now_has = then_scores.features.iloc[row_before], now_scores.features.iloc[row_now]
    recorded = [each for each in taken if not pd.isna(now_has[each.name])]
    feature = (recorded or taken)[0]
    same = (then_has == now_has) | (then_has.isna() & now_has.isna())
    lever = next((each for each in taken if each.lever and not same[each.name]), None)
    values = then_has[feature.name], now_has[feature.name]
    return Reason(family_names(bundle.playbook)[family], float(by_family[family]), feature, *values, lever)


def _scores(snapshot: Snapshot) -> Scores:
    if snapshot.pipeline.scores is None:
        raise ValueError("expected a snapshot with open deals, found an empty one")
    return snapshot.pipeline.scores


def _contributions(scores: Scores, row: int) -> pd.Series[float]:
    return scores.explanation.contributions.iloc[row]
