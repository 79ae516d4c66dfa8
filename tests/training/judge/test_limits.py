"""What is said that a model does not know."""

from __future__ import annotations

from typing import Any

import pytest
from bundles import trained_bundle
from trainings import trained_model

from winprob.features.attribute import Attribute
from winprob.features.playbook_part import Words
from winprob.models.bundle.card import Estimate, Grouping, Measures, Segment
from winprob.models.bundle.leaks import Finding, Leaks
from winprob.models.bundle.manifest import CrossValidation, Manifest
from winprob.training.judge.limits import limits
from winprob.training.judge.not_for import NOT_FOR

REGION = Words(zh="地区", en="region")


def lead(low: float, high: float) -> Segment:
    """A segment in which the model's lead over the rule has this interval."""
    some = Estimate(value=0.5, low=0.4, high=0.6)
    ahead = Estimate(value=(low + high) / 2, low=low, high=high)
    measures = dict.fromkeys(("won", "predicted", "log_loss", "rule_log_loss", "brier"), some)
    return Segment(
        name=Words(zh="南", en="south"),
        opportunities=50,
        rows=70,
        measures=Measures(**measures, better_by=ahead),
    )


FEW = Segment(name=Words(zh="北", en="north"), opportunities=3, rows=9)


def said(
    overall: Segment | None = None, *segments: Segment, manifest: Manifest | None = None, **changes: Any
) -> dict[str, str]:
    """What is said in English, by code."""
    bundle = trained_bundle()
    manifest = (manifest or bundle.manifest).model_copy(update=changes)
    grouping = Grouping(code="region", name=REGION, segments=segments)
    overall = overall or lead(0.1, 0.2)
    found = limits(manifest, bundle.playbook, "stage_win_rate", overall, [grouping])
    assert all(each.words.zh and each.words.en for each in found)
    return {each.code: each.words.en for each in found}


def test_a_clear_lead_needs_no_caution() -> None:
    assert set(said(None, lead(0.1, 0.2))) == {"playbook", "unseen", "attributes"}


def test_a_rule_that_is_not_beaten_is_named_with_the_numbers() -> None:
    metrics = trained_bundle().manifest.metrics
    model = metrics["model"]
    assert model is not None
    better = model.model_copy(update={"log_loss": 0.1234})
    found = said(metrics={**metrics, "base_rate": better})
    assert (
        f"The base rate did as well or better on the test (log loss 0.1234 against {model.log_loss:.4f})"
        in (found["lost_to_rule"])
    )
    assert "lost_to_rule" in said(metrics={**metrics, "base_rate": model})  # as well is not better
    assert "lost_to_rule" not in said(metrics={**metrics, "base_rate": None})


@pytest.mark.parametrize(
    ("overall", "code"),
    [(lead(-0.1, 0.1), "perhaps_chance"), (lead(0.0, 0.1), "perhaps_chance"), (FEW, "too_few")],
)
def test_a_test_that_cannot_tell_says_so(overall: Segment, code: str) -> None:
    assert code in said(overall)
    assert {"perhaps_chance", "too_few"} & set(said(overall)) == {code}


def test_segments_are_named_where_it_is_worse_or_nobody_can_tell() -> None:
    found = said(None, lead(-0.2, -0.1), lead(-0.1, 0.1), FEW)
    assert found["worse_segments"] == "It does worse than the stage win rates on: region south."
    assert found["few_in_segments"] == (
        "Too few to tell how good it is on: region north "
        "(it takes 20 opportunities each, 5 of them won and 5 lost)."
    )


def test_what_is_not_recorded_is_said() -> None:
    assert said()["not_recorded"] == "Not recorded in the test rows: region."


def test_the_data_tell_their_span_and_the_opportunities_still_open() -> None:
    manifest = trained_model().bundle.manifest
    found = said(manifest=manifest)
    first, last = (f"{time:%Y-%m-%d}" for time in (manifest.data.first_moment, manifest.data.as_of))
    assert found["span"] == f"It knows nothing before {first} or after {last}."
    assert found["open"].startswith(f"{manifest.data.open} opportunities had not ended yet")
    assert "undated" not in found


def test_undated_data_say_so() -> None:
    found = said(validation=CrossValidation(folds=10, repeats=5, groups=40))
    assert "not tested on later deals" in found["undated"]
    assert "span" not in found


def test_it_tells_which_words_it_understands() -> None:
    assert "Customer grades (customer-grades)" in said()["playbook"]
    both = (Attribute("size", "number"), Attribute("tier", "category"))
    assert said(attributes=both)["attributes"] == (
        "Beyond the standard fields it knows size, tier and nothing else."
    )
    assert said(attributes=())["attributes"] == "It knows nothing beyond the standard fields."


def test_what_it_is_never_for_has_stable_codes() -> None:
    codes = [each.code for each in NOT_FOR]
    assert codes == ["people", "other_deals", "promises", "changed_times", "single_deals"]


def test_leaks_that_were_allowed_or_not_looked_for_are_told() -> None:
    found = [
        Finding(code=code, name="", feature="attribute.price", evidence="AUC 0.99")
        for code in ("L001", "L002")
    ]
    leaks = Leaks(allowed=tuple(found), not_applicable={"L004": "no texts", "L005": "no dates"})
    told = said(leaks=leaks)
    assert (
        "It learned from attribute.price although that seems to know the ending (L001, L002)"
        in (told["allowed_leak"])
    )
    assert "of the kinds L004, L005" in told["leaks_not_looked_for"]
    assert not {"allowed_leak", "leaks_not_looked_for"} & set(said(leaks=Leaks()))
