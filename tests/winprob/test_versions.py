"""The data scientist's verbs on a registry of their own: train, search, compare, promote, roll back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command import verb

from winprob.asked_training import KEPT
from winprob.features.mistake import Mistake
from winprob.training.track.registry import open_registry, quiet_mlflow

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def company(home: Path) -> Path:
    """The folder after two trainings: as usual, and with few trees."""
    assert verb("train", "history", "--run-name", "usual").exit_code == 0
    few = verb(
        "train", "history", "--set", "trees=3", "--set", "leaves=2", "--seed", "4", "--tag", "why=fewer"
    )
    assert few.exit_code in (0, KEPT)
    return home


def listed() -> dict[str, dict[str, object]]:
    versions = json.loads(verb("models", "--json").stdout)["versions"]
    return {version["version"]: version for version in versions}


@pytest.mark.usefixtures("company")
def test_runs_and_versions_say_what_was_asked() -> None:
    found = listed()
    assert found["1"]["run_name"] == "usual"
    with quiet_mlflow():
        client = open_registry()
        run = client.get_run(client.get_model_version("winprob", "2").run_id)
    assert run.data.params.items() >= {"trees": "3", "leaves": "2", "seed": "4"}.items()
    assert run.data.tags["why"] == "fewer"
    assert run.data.tags["data.path"].endswith("/history")
    assert {name for name in run.data.metrics if name.startswith("seconds.")} >= {"seconds.calibration"}


@pytest.mark.usefixtures("company")
def test_all_of_it_in_json_with_the_status_of_one_that_is_kept() -> None:
    done = verb("train", "history", "--json")
    told = json.loads(done.stdout)
    assert done.exit_code == (0 if told["promoted"] else KEPT) == KEPT
    assert told["reason"].startswith("not better beyond noise, nor learned from newer data")
    assert told["parameters"]["trees"] == 150
    assert {lead["respect"] for lead in told["leads_over_champion"]} >= {"stage", "calibration"}
    assert told["metrics"]["model"]["log_loss"] > 0
    assert listed()[told["version"]]["status"] == "refused"


@pytest.mark.usefixtures("company")
def test_versions_are_compared_on_the_rows_of_both() -> None:
    told = json.loads(verb("compare", "2", "1", "--json").stdout)
    assert told["better_by"]["low"] <= told["better_by"]["value"] <= told["better_by"]["high"]
    assert {lead["respect"] for lead in told["leads"]} == {"calibration"}
    assert told["forecasts"] is None
    shown = verb("compare", "2", "1").stdout
    assert "calibration error" in shown
    assert "version 1" in shown
    assert f"{told['better_by']['value']:.4f}" in shown
    same = json.loads(verb("compare", "1", "1", "--json").stdout)
    assert same["better_by"] == {"value": 0.0, "low": 0.0, "high": 0.0}
    later = verb("compare", "2", "1", "history")
    assert isinstance(later.exception, Mistake)
    assert "expected opportunities that closed after both had learned, found none" in str(later.exception)


@pytest.mark.usefixtures("company")
def test_a_person_promotes_and_goes_back_and_exactly_one_version_is_champion() -> None:
    (before,) = [version for version, found in listed().items() if found["status"] == "champion"]
    other = "2" if before == "1" else "1"
    assert "promotion by " in verb("promote", other, "--why", "a trial").stdout
    assert [version for version, found in listed().items() if found["status"] == "champion"] == [other]
    assert "rollback by " in verb("rollback", "--why", "the trial is over").stdout
    found = listed()
    assert [version for version, each in found.items() if each["status"] == "champion"] == [before]
    assert found[before]["why"] == "the trial is over"
    shown = verb("models").stdout
    assert "a trial" in shown
    assert "the trial is over" in shown


@pytest.mark.usefixtures("company")
def test_a_search_ends_with_a_model_and_its_trials_are_runs_below_it() -> None:
    done = verb("search", "history", "--trials", "2", "--json")
    told = json.loads(done.stdout)
    assert told["search"]["trials"] == 2
    with quiet_mlflow():
        client = open_registry()
        run = client.get_run(told["run_id"])
        below = client.search_runs(
            [run.info.experiment_id], f"tags.`mlflow.parentRunId` = '{run.info.run_id}'"
        )
    assert sorted(each.info.run_name for each in below) == ["trial 1", "trial 2"]
    assert run.data.params["trees"] == str(told["search"]["best"]["trees"])
    assert run.data.metrics["search.log_loss"] <= run.data.metrics["search.log_loss.usual"]


@pytest.mark.usefixtures("company")
def test_a_run_that_failed_says_why() -> None:
    done = verb("train", "history", "--as-of", "2000-01-01", "--run-name", "too early")
    assert isinstance(done.exception, Mistake)
    with quiet_mlflow():
        client = open_registry()
        (experiment,) = (each.experiment_id for each in client.search_experiments() if each.name == "winprob")
        (run,) = client.search_runs([experiment], "tags.`mlflow.runName` = 'too early'")
    assert run.info.status == "FAILED"
    assert "expected a time after the first creation" in run.data.tags["failure"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("train", "history", "--set", "trees"), "expected NAME=VALUE, found 'trees'"),
        (("train", "history", "--tag", "a=1", "--tag", "a=2"), "expected each name once, found a twice"),
        (("promote", "1"), "--why"),
    ],
)
@pytest.mark.usefixtures("company")
def test_mistakes_on_the_command_line_are_named(arguments: tuple[str, ...], said: str) -> None:
    done = verb(*arguments)
    assert done.exit_code == 2
    assert said in done.output
