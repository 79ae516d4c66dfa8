"""Who is made champion, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from bundles import trained_bundle
from small import GRADES
from trainings import (
    against,
    clairvoyant,
    trained_as_text,
    trained_before,
    trained_model,
    trained_with,
    trained_without,
)

from winprob.features.playbook_part import Promotion, Words
from winprob.models.bundle.bundle import Bundle
from winprob.training.fit import Trained, train
from winprob.training.judge.measures import measures
from winprob.training.track.comparison import ENOUGH, RegisteredVersion
from winprob.training.track.promotion import decide


@pytest.fixture(scope="module")
def better() -> Trained:
    """A model that beats its rules, which believe that nearly all is won."""
    return against(trained_model(), stage=0.99, competition=None, base_rate=0.98)


def worse_by(trained: Trained, log_odds: float) -> pd.DataFrame:
    """What a champion predicted of the same test: a little further from what happened, row by row."""
    rows = trained.evaluation.rows
    odds = np.log(rows["model"] / (1 - rows["model"])) - log_odds * np.where(rows["won"] > 0, 1, -1)
    return rows.assign(model=1 / (1 + np.exp(-odds)))


def until(bundle: Bundle, weeks: int) -> Bundle:
    """The same bundle, as if its data had ended earlier; nothing of the test is later than that."""
    data = bundle.manifest.data
    assert data.as_of is not None
    earlier = data.model_copy(update={"as_of": data.as_of - pd.Timedelta(weeks=weeks)})
    return replace(bundle, manifest=bundle.manifest.model_copy(update={"data": earlier}))


def known_to_the_last_closing(trained: Trained) -> Trained:
    """The same, but all of the test had closed by the time that a champion of older data knew."""
    return replace(
        trained, snapshots=trained.snapshots.assign(closed_at=pd.Timestamp("2000-01-01", tz="UTC"))
    )


def test_the_first_model_that_beats_every_rule_is_champion(better: Trained) -> None:
    decision = decide(better, None)
    assert (decision.promoted, decision.caution, decision.lead) == (True, "", None)
    lead = measures(better.evaluation.rows, "stage").better_by
    assert (
        f"below that of rules by stage {lead.value:.4f} ({lead.low:.4f} to {lead.high:.4f}), base_rate"
        in (decision.reason)
    )
    assert decision.reason.endswith(", and there was no champion yet")


def test_a_first_model_that_no_rule_beats_beyond_noise_serves_with_a_caution() -> None:
    rows = trained_model().evaluation.rows
    rate = float(np.average(rows["won"], weights=rows["weight"]))
    decision = decide(
        against(trained_model(), model=rate, stage=rate, competition=0.99, base_rate=rate), None
    )
    assert decision.promoted
    assert decision.caution == "It is not better beyond noise than stage, base_rate."


def test_no_model_is_promoted_that_a_rule_beats_beyond_noise(better: Trained) -> None:
    bad = against(trained_model(), model=0.99, stage=0.5, competition=0.99, base_rate=None)
    for champion in (
        None,
        RegisteredVersion("1", better.bundle),
        RegisteredVersion("1", unusable="booster.txt: gone"),
    ):
        decision = decide(bad, champion)
        assert not decision.promoted
        assert decision.reason.startswith("better than it beyond noise: stage ")
        assert "competition" not in decision.reason


def test_a_model_that_is_better_beyond_noise_takes_the_champions_place(better: Trained) -> None:
    decision = decide(better, RegisteredVersion("3", better.bundle, tested=worse_by(better, 0.5)))
    assert decision.promoted
    assert decision.lead is not None
    assert decision.lead.low > 0
    opportunities = better.features.index.get_level_values("opportunity_id").nunique()
    assert decision.reason.startswith("better beyond noise: its log loss is ")
    assert (
        f"that of the champion, version 3, {measures(worse_by(better, 0.5), 'model').log_loss.value:.4f}"
        in (decision.reason)
    )
    assert decision.reason.endswith(
        f"on the same {len(better.features):,} rows of {opportunities} opportunities"
    )


def test_equal_is_not_better_without_newer_data(better: Trained) -> None:
    decision = decide(better, RegisteredVersion("3", better.bundle, tested=better.evaluation.rows))
    assert (decision.promoted, decision.comparable) == (False, True)
    assert decision.reason.startswith(
        "not better beyond noise, nor learned from newer data: its log loss is "
    )


def test_what_is_no_worse_than_the_margin_and_newer_is_champion(better: Trained) -> None:
    same = known_to_the_last_closing(better)
    older = until(better.bundle, weeks=4)
    assert decide(same, RegisteredVersion("3", older, tested=better.evaluation.rows)).promoted
    a_little = decide(same, RegisteredVersion("3", older, tested=worse_by(better, -0.002)))
    assert a_little.lead is not None
    assert -0.005 < a_little.lead.value < 0
    strict = better.bundle.playbook.model_copy(update={"promotion": Promotion(margin=0.0)})
    own = replace(same, bundle=replace(better.bundle, playbook=strict))
    kept = decide(own, RegisteredVersion("3", older, tested=worse_by(better, -0.002)))
    assert not kept.promoted
    assert kept.comparable


def test_what_is_worse_beyond_noise_is_refused_though_it_is_newer(better: Trained) -> None:
    older = until(better.bundle, weeks=4)
    decision = decide(
        known_to_the_last_closing(better), RegisteredVersion("3", older, tested=worse_by(better, -0.4))
    )
    assert not decision.promoted
    assert decision.reason.startswith("worse beyond noise: ")


def test_a_champion_of_which_too_little_can_be_asked_stays(better: Trained) -> None:
    for tested in (None, better.evaluation.rows.head(3)):
        decision = decide(clairvoyant(better), RegisteredVersion("3", better.bundle, tested=tested))
        assert (decision.promoted, decision.comparable) == (False, False)
        assert f"opportunities to ask both of, and {ENOUGH} are needed" in decision.reason


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        (
            lambda: trained_with(GRADES.model_copy(update={"code": "own"})),
            "it speaks of the playbook 'customer-grades', these data of 'own'",
        ),
        (
            lambda: trained_with(GRADES.model_copy(update={"name": Words(zh="新", en="new")})),
            "the playbook 'customer-grades' has changed since it was trained",
        ),
        (
            lambda: trained_without("company_size"),
            "it knows attributes that these data lack (company_size)",
        ),
        (
            lambda: trained_as_text("employees"),
            "attributes have changed their kind (employees was a number and is a category): declare "
            'employees = "text" or "number" in [input.columns] of the playbook or [columns] of a mapping',
        ),
    ],
)
def test_a_champion_of_other_data_stays(new: Callable[[], Trained], reason: str) -> None:
    decision = decide(clairvoyant(new()), RegisteredVersion("3", trained_model().bundle))
    assert (decision.promoted, decision.comparable) == (False, False)
    assert decision.reason == f"the champion, version 3, cannot be compared with it: {reason}"


def test_a_champion_that_cannot_be_used_stays_until_a_person_decides(better: Trained) -> None:
    decision = decide(better, RegisteredVersion("3", unusable="booster.txt: expected a file of every bundle"))
    assert (decision.promoted, decision.comparable) == (False, False)
    assert "it cannot be used any more (booster.txt: expected a file of every bundle)" in decision.reason


def test_without_a_test_the_first_model_is_champion_and_no_other() -> None:
    history = trained_model().history
    untested = train(history, history.opportunities["created_at"].min() + pd.Timedelta(days=2))
    first = decide(untested, None)
    assert (first.promoted, first.caution) == (True, "Nothing says how good it is.")
    assert first.reason == (
        "no opportunity of the test has ended yet, so nothing says how good it is, and there was no champion "
        "yet"
    )
    later = decide(untested, RegisteredVersion("3", trained_bundle()))
    assert (later.promoted, later.comparable) == (False, False)
    assert later.reason.endswith("and there is a champion, version 3")


def test_what_is_worse_in_a_segment_beyond_noise_and_margin_is_kept_back(better: Trained) -> None:
    """Better on the whole, and much worse in one stage: a champion that knew all endings there."""
    X, rows = better.features, worse_by(better, 2.0)
    stage = (X["stage_position"] == X["stage_position"].mode()[0]).to_numpy()
    knowing = np.where(rows["won"] > 0, 0.995, 0.005)
    told = rows.assign(model=np.where(stage, knowing, rows["model"]))
    margins = Promotion(calibration_margin=1.0)
    playbook = better.bundle.playbook.model_copy(update={"promotion": margins})
    own = replace(better, bundle=replace(better.bundle, playbook=playbook))
    decision = decide(own, RegisteredVersion("3", better.bundle, tested=told))
    assert decision.lead is not None
    assert decision.lead.low > 0
    assert not decision.promoted
    assert decision.reason.startswith("worse beyond noise by more than the playbook's margin in ")
    worse = [lead for lead in decision.leads if lead.unacceptable]
    assert {lead.respect for lead in worse} >= {"stage"}
    lenient = playbook.model_copy(update={"promotion": Promotion(segment_margin=1.0, calibration_margin=1.0)})
    own = replace(better, bundle=replace(better.bundle, playbook=lenient))
    assert decide(own, RegisteredVersion("3", better.bundle, tested=told)).promoted


def test_a_decision_against_a_champion_holds_every_respect(better: Trained) -> None:
    decision = decide(better, RegisteredVersion("3", trained_before().bundle))
    assert {lead.respect for lead in decision.leads} >= {"stage", "calibration", "dates"}
    assert decision.forecasts is not None
