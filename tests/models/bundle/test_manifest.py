from __future__ import annotations

import json
import math
import platform
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

import pytest
from bundles import trained_bundle
from pydantic import ValidationError

from winprob.features.playbook import load_playbook
from winprob.models.bundle.card import Estimate
from winprob.models.bundle.manifest import CrossValidation, Data, Manifest

PLAYBOOK = load_playbook()


def test_a_manifest_says_what_made_the_model_and_what_it_knows() -> None:
    bundle = trained_bundle()
    manifest = bundle.manifest
    assert manifest.versions.winprob == version("winprob")
    assert manifest.versions.lightgbm == version("lightgbm")
    assert manifest.versions.python == platform.python_version()
    assert datetime.now(UTC) - manifest.created_at < timedelta(days=1)
    assert manifest.attributes == bundle.attributes
    assert set(manifest.levels["industry"]) == set(bundle.model.columns_.levels["industry"]) != set()
    assert manifest.features == {feature.name: feature.digest for feature in bundle.features}
    assert list(manifest.features) == list(bundle.model.columns_.names)


def test_a_manifest_reads_back_what_it_wrote() -> None:
    manifest = trained_bundle().manifest
    assert Manifest.model_validate_json(manifest.model_dump_json()) == manifest


def test_cross_validation_is_told_from_a_dated_split() -> None:
    manifest = trained_bundle().manifest
    flat = manifest.model_copy(
        update={
            "validation": CrossValidation(folds=10, repeats=3, groups=346),
            "data": Data(rows=448, opportunities=448, won=227, lost=221, open=0, digest="d"),
        }
    )
    read = Manifest.model_validate_json(flat.model_dump_json())
    assert read.validation == CrossValidation(folds=10, repeats=3, groups=346)
    assert read.data.as_of is None


def test_one_outcome_in_the_test_rows_is_written_and_read() -> None:
    manifest = trained_bundle().manifest
    measured = manifest.metrics["model"]
    assert measured is not None
    update = {"metrics": {"model": measured.model_copy(update={"auc": float("nan")})}}
    undefined = manifest.model_copy(update=update)
    for text in (undefined.model_dump_json(), json.dumps(undefined.model_dump(mode="json"), allow_nan=False)):
        assert json.loads(text)["metrics"]["model"]["auc"] is None
        read = Manifest.model_validate_json(text)
        assert read.metrics["model"] is not None
        assert math.isnan(read.metrics["model"].auc)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_card_has_no_number_that_could_not_be_read_back(value: float) -> None:
    with pytest.raises(ValidationError, match="finite number"):
        Estimate(value=value, low=0.0, high=1.0)


def test_times_without_a_zone_are_refused() -> None:
    with pytest.raises(ValidationError, match="as_of"):
        Data(rows=1, opportunities=1, won=1, lost=0, open=0, digest="d", as_of=datetime(2026, 3, 31))
