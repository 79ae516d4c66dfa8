from __future__ import annotations

import numpy as np
import pytest
from snapshots import snapshot

from winprob.features.build import catalogue
from winprob.models.attention.reason import Reason, reasons
from winprob.models.attention.snapshot import Snapshot

CREATED = "2026-01-01"
FEATURES = {feature.name: feature for feature in catalogue(snapshot().pipeline.bundle.playbook)}


def fallen() -> Snapshot:
    stages = [{"at": CREATED, "stage": "near_won"}, {"at": "2026-03-28", "stage": "target"}]
    return snapshot(stage_changes=stages, competitors=[{"competitor": "C", "entered_at": "2026-03-29"}])


def why_of(now: Snapshot) -> Reason:
    first = np.array([0])
    (why,) = reasons(now.week_ago, first, now, first)
    assert why is not None
    return why


def test_the_families_add_up_to_the_fall() -> None:
    """Slow: the parts of all families along the straight path, of which the reason is the largest."""
    now = fallen()
    then = now.week_ago
    assert now.pipeline.scores is not None
    assert then.pipeline.scores is not None
    bundle = now.pipeline.bundle
    families = {feature.name: feature.family for feature in catalogue(bundle.playbook, bundle.attributes)}
    after, before = (
        scores.explanation.by_family(families).contributions.iloc[0]
        for scores in (now.pipeline.scores, then.pipeline.scores)
    )
    lost = now.probability[0] - then.probability[0]
    parts = (after - before) * lost / (after - before).sum()
    assert parts.sum() == pytest.approx(lost)
    assert why_of(now).points == pytest.approx(parts.min())


def test_the_feature_is_of_the_family_with_its_values() -> None:
    now = fallen()
    why = why_of(now)
    assert (why.family.en, why.feature.family, why.lever) == ("stage", "stage", None)
    then, now = (
        float(scores.features[why.feature.name].iloc[0])
        for scores in (now.week_ago.pipeline.scores, now.pipeline.scores)
        if scores is not None
    )
    assert (why.before, why.now) == (then, now)
    assert then != now


@pytest.mark.parametrize(
    ("feature", "before", "now", "english", "chinese"),
    [
        ("competitors", 1.0, 2.0, "Competitors in the deal: 2 (before: 1)", "在场竞争对手数：2（当时：1）"),
        ("competitors", 2.0, 2.0, "Competitors in the deal: 2", "在场竞争对手数：2"),
        (
            "days_to_expected_win",
            -3.0,
            57.0,
            "57 days to the expected win (before: 3 days past the expected win)",
            "距预计赢单57天（当时：预计赢单已过3天）",
        ),
    ],
)
def test_tells_a_value_and_what_it_was(
    feature: str, before: float, now: float, english: str, chinese: str
) -> None:
    why = Reason(FEATURES[feature].words, -0.1, FEATURES[feature], before, now)
    assert (why.in_language("en"), why.in_language("zh")) == (english, chinese)


def test_nothing_explains_a_look_without_deals() -> None:
    seen = snapshot(opportunities=[{"created_at": "2026-03-28"}])
    with pytest.raises(ValueError, match="expected a snapshot with open deals, found an empty one"):
        why_of(seen)
