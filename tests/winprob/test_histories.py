"""The verb that writes features, in this process and beside what Python gives."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from bundles import simulated_company
from leaking import company, loss_reason, planted
from typer.testing import CliRunner, Result

import winprob as wp
from winprob.command_line import app
from winprob.training.leaks.search import Leaking
from winprob.training.weekly.known_history import TooLittleHistory
from winprob.training.weekly.snapshots import Snapshots

AS_OF = "2024-09-30"
LABELS = ["y", "weight", "group", "time", "split"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the history of a simulated company."""
    folder = tmp_path_factory.mktemp("company")
    simulated_company().write(folder / "history")
    return folder


def features(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["features", str(folder / "history"), *arguments])


def test_the_matrix_of_open_opportunities_is_written(folder: Path) -> None:
    file = folder / "open.parquet"
    done = features(folder, "--out", str(file), "--as-of", AS_OF)
    expected = wp.matrix(wp.read(folder / "history"), AS_OF).reset_index()
    assert done.stdout == f"{file}: {len(expected)} open opportunities\n"
    pd.testing.assert_frame_equal(pd.read_parquet(file), expected)
    features(folder, "--out", str(file))
    pd.testing.assert_frame_equal(pd.read_parquet(file), wp.matrix(wp.read(folder / "history")).reset_index())


def test_weekly_every_snapshot_is_written_also_of_what_is_open(folder: Path) -> None:
    file = folder / "weekly.parquet"
    done = features(folder, "--out", str(file), "--weekly", "--as-of", AS_OF)
    history = wp.read(folder / "history").until(AS_OF)
    expected = Snapshots.weekly(history).X.reset_index()
    assert done.stdout == f"{file}: {len(expected):,} snapshots\n"
    found = pd.read_parquet(file)
    pd.testing.assert_frame_equal(found, expected)
    assert not {*LABELS} & {*found}
    still_open = history.opportunities.loc[history.opportunities["closed_at"].isna(), "opportunity_id"]
    assert {*still_open} & {*found["opportunity_id"]}


@pytest.mark.parametrize("ending", [".parquet", ".csv"])
def test_labels_are_those_of_the_frame(folder: Path, ending: str) -> None:
    file = folder / f"labels{ending}"
    done = features(folder, "--out", str(file), "--weekly", "--labels", "--as-of", "2023-09-30")
    expected = wp.frame(wp.read(folder / "history"), "2023-09-30").table
    assert done.stdout == f"{file}: {len(expected):,} snapshots with a known outcome\n"
    assert list(expected)[-5:] == LABELS
    if ending == ".parquet":
        pd.testing.assert_frame_equal(pd.read_parquet(file), expected)
    else:
        found = pd.read_csv(file)
        assert list(found) == list(expected)
        for name in ("opportunity_id", "y", "group", "split"):
            assert found[name].tolist() == expected[name].tolist()
        assert found["weight"].tolist() == pytest.approx(expected["weight"].tolist())
        assert (pd.to_datetime(found["time"]) == expected["time"]).all()


def test_outcomes_of_open_opportunities_are_refused(folder: Path) -> None:
    done = features(folder, "--out", str(folder / "x.csv"), "--labels")
    assert done.exit_code == 2
    told = " ".join(done.stderr.replace("│", " ").split())
    assert "--labels: expected --weekly beside it, as open opportunities have no outcome yet" in told
    assert "add --weekly, or leave --labels out" in told
    assert not (folder / "x.csv").exists()


def test_allowing_a_leak_without_labels_is_refused(folder: Path) -> None:
    done = features(folder, "--out", str(folder / "x.csv"), "--weekly", "--allow", "attribute.size")
    assert done.exit_code == 2
    told = " ".join(done.stderr.replace("│", " ").split())
    assert (
        "--allow: expected nothing, as leaks are looked for with --labels only, found attribute.size" in told
    )


def test_columns_that_know_the_outcome_are_refused_or_left_out(tmp_path: Path) -> None:
    company(400, 1).write(tmp_path / "history")
    table = planted(400, 1, loss_reason=loss_reason).opportunities
    table.to_csv(tmp_path / "history" / "opportunities.csv", index=False)
    (tmp_path / "map.toml").write_text('[known]\nloss_reason = "at_closing"\n', encoding="utf-8")
    asked = ("--out", str(tmp_path / "x.parquet"), "--weekly", "--labels", "--as-of", "2023-06-30")
    assert isinstance(features(tmp_path, *asked).exception, Leaking)
    unknown = features(tmp_path, *asked, "--allow", "loss_reason").exception
    assert "did you mean 'attribute.loss_reason'?" in str(unknown)
    assert not (tmp_path / "x.parquet").exists()
    assert features(tmp_path, *asked, "--mapping", str(tmp_path / "map.toml")).exit_code == 0
    assert "attribute.loss_reason" not in pd.read_parquet(tmp_path / "x.parquet")


def test_without_labels_a_mapping_leaves_columns_out(folder: Path) -> None:
    (folder / "map.toml").write_text('[known]\nregion = "at_closing"\n', encoding="utf-8")
    file = folder / "x.parquet"
    for weekly in ([], ["--weekly"]):
        features(folder, "--out", str(file), "--mapping", str(folder / "map.toml"), *weekly)
        assert pd.read_parquet(file)["region"].isna().all()


def test_weekly_before_the_first_creation_is_a_mistake(folder: Path) -> None:
    done = features(folder, "--out", str(folder / "x.csv"), "--weekly", "--as-of", "2022-12-31")
    assert isinstance(done.exception, TooLittleHistory)
