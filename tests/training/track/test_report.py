"""The report of a training run."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table
from trainings import against, trained_model

from winprob.models.bundle.leaks import Finding, Leaks
from winprob.models.bundle.manifest import CrossValidation, DatedSplit, Window
from winprob.training.fit import Trained
from winprob.training.judge.evaluation import evaluate
from winprob.training.track.report import caption, report


def _cells(table: Table) -> list[list[str]]:
    return [list(row) for row in zip(*(column.cells for column in table.columns), strict=True)]


def _validated(validation: CrossValidation | DatedSplit) -> Trained:
    trained = trained_model()
    manifest = trained.bundle.manifest.model_copy(update={"validation": validation})
    return replace(trained, bundle=replace(trained.bundle, manifest=manifest))


def test_the_model_stands_beside_its_rules() -> None:
    trained = trained_model()
    table = report(trained)
    assert [column.header for column in table.columns] == [
        "",
        "log loss",
        "Brier",
        "AUC",
        "calibration error",
    ]
    rows = _cells(table)
    assert [row[0] for row in rows] == [
        "model",
        "stage percentage",
        "competition rule",
        "stage win rates",
        "base rate",
    ]
    model = trained.evaluation.model
    values = (model.log_loss, model.brier, model.auc, model.calibration_error)
    assert rows[0][1:] == [f"{value:.4f}" for value in values]
    assert rows[4][3] == "0.5000"


def test_a_rule_that_never_applies_is_not_applicable() -> None:
    rows = _cells(report(against(trained_model(), stage=0.5, competition=None)))
    assert rows[2] == ["competition rule", "not applicable", "", "", ""]


def test_what_is_not_defined_is_said() -> None:
    won, one = pd.Series([1.0, 1.0]), pd.Series([1.0, 1.0])
    told = replace(trained_model(), evaluation=evaluate(won, one, np.array([0.9, 0.7]), {}))
    assert _cells(report(told))[0][3] == "not defined"
    assert caption(told).endswith(
        "Won: 100.0% of the test rows, predicted 80.0%.\nauc: not defined, all 2 rows are won"
    )


def test_a_dated_split_tells_its_times_and_counts() -> None:
    ends = [datetime(2026, month, 1, tzinfo=UTC) for month in (1, 2, 3)]
    split = DatedSplit(
        train=Window(end=ends[1], rows=4000, opportunities=300),
        calibrate=(
            Window(start=ends[0] - timedelta(days=31), end=ends[0], rows=300, opportunities=60),
            Window(start=ends[0], end=ends[1], rows=200, opportunities=40),
        ),
        test=Window(start=ends[1], end=ends[2], rows=400, opportunities=50),
        served=Window(end=ends[2], rows=4500, opportunities=350),
    )
    assert caption(_validated(split)).startswith(
        "Split by time, no opportunity on both sides: learned from 4,000 rows of 300 opportunities up to "
        "2026-02-01; calibrated by how 2 models of the past did in the windows after them (500 rows); tested "
        "on 400 rows of 50 opportunities after 2026-02-01 up to 2026-03-01. Then learned anew from all of "
        "it, to be served: 4,500 rows of 350 opportunities up to 2026-03-01. Rows are weekly snapshots "
        "of opportunities whose outcome is known; weights stand in for those still open.\n"
    )


def test_cross_validation_says_that_nothing_is_dated() -> None:
    assert caption(_validated(CrossValidation(folds=10, groups=437, repeats=3))).startswith(
        "Nothing is dated, so there is no test on later rows: 10-fold cross-validation, repeated 3 times, "
        "the rows of each of 437 groups in one fold.\n"
    )
    once = caption(_validated(CrossValidation(folds=5, groups=437)))
    assert "5-fold cross-validation, the rows" in once


def test_leaks_that_were_allowed_left_out_or_not_looked_for_are_said() -> None:
    trained = trained_model()
    assert "ending" not in caption(trained)
    found = Finding(code="L004", name="names_the_ending", feature="attribute.[status]", evidence="all")
    leaks = Leaks(allowed=(found,), left_out=("price", "reason"), not_applicable={"L001": "too few"})
    manifest = trained.bundle.manifest.model_copy(update={"leaks": leaks})
    told = replace(trained, bundle=replace(trained.bundle, manifest=manifest))
    assert caption(told).splitlines()[-3:] == [
        "Allowed although it seems to know the ending: L004 names_the_ending, attribute.[status]: all.",
        "Left out, known only at closing: price, reason.",
        "Leaks of the kind L001 could not be looked for: too few.",
    ]
    console = Console(width=200, record=True, file=StringIO())
    console.print(report(told))
    assert "attribute.[status]" in console.export_text()


def test_it_fits_a_terminal() -> None:
    console = Console(width=80, record=True, file=StringIO())
    console.print(report(trained_model()))
    text = console.export_text()
    assert "calibration error" in text
    assert max(map(len, text.splitlines())) <= 80
