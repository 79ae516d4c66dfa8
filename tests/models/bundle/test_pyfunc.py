"""The bundle as MLflow's generic Python model, without MLflow."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from bundles import simulated_history, trained_bundle
from estimators import own_estimator_bundle
from scipy.special import logit

from winprob.features.build import build
from winprob.features.mistake import Mistake
from winprob.models.bundle import pyfunc
from winprob.models.bundle.pyfunc import BundleModel, _load_pyfunc
from winprob.models.bundle.travelling_code import travelling_files
from winprob.models.present.score_table import score_table

AT = "2024-06-03"


@pytest.fixture(scope="module")
def model() -> BundleModel:
    return BundleModel(trained_bundle())


@pytest.fixture(scope="module")
def matrix() -> pd.DataFrame:
    return build(simulated_history(), AT)


def test_a_probability_alone_unless_asked_for_more(model: BundleModel, matrix: pd.DataFrame) -> None:
    answer = model.predict(matrix)
    assert list(answer) == ["probability"]
    np.testing.assert_array_equal(answer["probability"], model.bundle.model.predict_proba(matrix)[:, 1])
    pd.testing.assert_frame_equal(model.predict(matrix, {"explain": False, "range": False}), answer)


def test_range_and_explanation_are_those_of_the_score_table(model: BundleModel, matrix: pd.DataFrame) -> None:
    answer = model.predict(matrix, {"explain": True, "range": True}).reset_index(drop=True)
    table = score_table(model.bundle, simulated_history(), AT, "1", explain=True)
    same = ["probability", *(name for name in answer if name.startswith("why."))]
    pd.testing.assert_frame_equal(answer[same], table[same].fillna(0.0))
    assert table[same].isna().any(axis=None)
    np.testing.assert_array_equal(
        answer[["low", "high"]], table[["probability_low", "probability_high"]].to_numpy()
    )
    total = answer.filter(like="why.").sum(axis="columns")
    np.testing.assert_allclose(total, logit(answer["probability"]), rtol=0, atol=1e-9)
    assert set(answer) == {"low", "high", *same}


@pytest.mark.parametrize(
    "kept",
    [["stage_position"], ["days_in_stage", "log_amount"], ["region"]],
    ids=lambda kept: kept[0],
)
def test_a_column_left_out_is_not_recorded(model: BundleModel, matrix: pd.DataFrame, kept: list[str]) -> None:
    gone = [name for name in matrix if name not in kept]
    asked = {"explain": True, "range": True}
    pd.testing.assert_frame_equal(
        model.predict(matrix[kept], asked), model.predict(matrix.assign(**dict.fromkeys(gone, np.nan)), asked)
    )


def test_columns_may_come_in_any_order_among_others(model: BundleModel, matrix: pd.DataFrame) -> None:
    backwards = matrix[matrix.columns[::-1]].assign(note="call again")
    pd.testing.assert_frame_equal(model.predict(backwards), model.predict(matrix))


def test_flags_may_be_true_false_or_none(model: BundleModel, matrix: pd.DataFrame) -> None:
    flag = "next_contact_planned"
    told = matrix[flag].map({0.0: False, 1.0: True}).astype("object")
    told[matrix[flag].isna()] = None
    assert {type(value) for value in told} >= {bool}
    pd.testing.assert_frame_equal(model.predict(matrix.assign(**{flag: told})), model.predict(matrix))


def test_numbers_may_be_categories_or_texts(model: BundleModel, matrix: pd.DataFrame) -> None:
    whole = matrix["stage_position"].astype("Int64")
    for kind in ("category", "str", "object"):
        told = matrix.assign(stage_position=whole.astype(kind))
        pd.testing.assert_frame_equal(model.predict(told), model.predict(matrix), obj=kind)


@pytest.mark.parametrize("kind", ["float64", "object"])
def test_codes_of_a_category_may_be_numbers_with_gaps(
    model: BundleModel, matrix: pd.DataFrame, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    monkeypatch.setattr(pyfunc, "probability", lambda _, known: seen.append(known) or known["stage_position"])
    codes = pd.Series([7.0, np.nan, 12.0] * len(matrix)).head(len(matrix)).to_numpy()
    model.predict(matrix.assign(region=pd.Series(codes, matrix.index).astype(kind)))
    assert [str(code) for code in seen[0]["region"].dropna().unique()] == ["7", "12"]


def test_what_is_no_number_and_no_text_is_refused(model: BundleModel, matrix: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="days_in_stage: expected numbers as in the fit, found 'long'"):
        model.predict(matrix.assign(days_in_stage="long"))
    with pytest.raises(
        Mistake, match=r"days_in_stage: expected numbers or texts, found datetime64\[.*, UTC\]"
    ):
        model.predict(matrix.assign(days_in_stage=pd.Timestamp("2026-01-01", tz="UTC")))


def test_a_table_of_other_columns_is_refused(model: BundleModel) -> None:
    with pytest.raises(
        Mistake, match=r"expected at least one of the model's columns \(stage_position, .*, …\), found none"
    ):
        model.predict(pd.DataFrame({"Stage": [3], "Amount": [1e6]}))


def test_another_code_than_came_with_the_model_is_named(tmp_path: Path) -> None:
    bundle = trained_bundle().save(tmp_path / "data" / "bundle")
    for place, file in travelling_files().items():
        target = tmp_path / "code" / place
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.read_bytes())
    assert isinstance(_load_pyfunc(str(bundle)), BundleModel)
    (tmp_path / "code" / "winprob" / "models" / "win" / "calibration.py").write_text("# as it was\n")
    with pytest.warns(
        UserWarning,
        match=r"expected the winprob that was registered.*\(1 files differ, such as winprob/models/win/cal",
    ):
        _load_pyfunc(str(bundle))


def test_a_model_without_reasons_has_one_contribution(matrix: pd.DataFrame) -> None:
    answer = BundleModel(own_estimator_bundle()).predict(matrix, {"explain": True})
    assert list(answer) == ["probability", "why.base", "why.unexplained"]
    total = answer.filter(like="why.").sum(axis="columns")
    np.testing.assert_allclose(total, logit(answer["probability"]), rtol=0, atol=1e-9)
