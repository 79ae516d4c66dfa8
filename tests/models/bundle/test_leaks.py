from __future__ import annotations

from bundles import trained_bundle

from winprob.models.bundle.leaks import Finding, Leaks
from winprob.models.bundle.manifest import Manifest


def finding(code: str, feature: str) -> Finding:
    return Finding(code=code, name="filled_at_closing", feature=feature, evidence="0 of 61 open ones")


def test_a_finding_is_one_line_with_code_feature_and_evidence() -> None:
    assert str(finding("L001", "industry")) == "L001 filled_at_closing, industry: 0 of 61 open ones"


def test_what_was_allowed_stays_with_the_model() -> None:
    leaks = Leaks(
        allowed=(finding("L001", "a"), finding("L003", "a"), finding("L001", "b")),
        not_applicable={"L005": "no dates"},
        left_out=("loss_reason",),
    )
    manifest = trained_bundle().manifest.model_copy(update={"leaks": leaks})
    assert Manifest.model_validate_json(manifest.model_dump_json()) == manifest
    assert leaks.codes_by_feature == {"a": "L001, L003", "b": "L001"}


def test_a_model_that_nobody_searched_says_so() -> None:
    old = trained_bundle().manifest.model_dump(mode="json", exclude={"leaks"})
    assert Manifest.model_validate(old).leaks is None
