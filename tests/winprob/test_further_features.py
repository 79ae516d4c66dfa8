"""Features of a company's own and its tables of events, from the command line to the registered model."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from command import verb
from feature_modules import write

from winprob import terminal
from winprob.features.mistake import Mistake

pytestmark = pytest.mark.long

PLAYBOOK = """
[events.support_tickets]
name = { en = "support tickets", zh = "支持工单" }
features = ["count", "sum"]
"""


@pytest.fixture(scope="module")
def company(home: Path) -> Path:
    """A folder with a history that has tickets, a playbook that declares them, and a module of features."""
    write(home)
    made = pd.read_csv(home / "history" / "opportunities.csv")
    tickets = pd.DataFrame(
        {"opportunity_id": made["opportunity_id"], "at": made["created_at"], "number": range(len(made))}
    )
    tickets.to_csv(home / "history" / "events_support_tickets.csv", index=False)
    shipped = Path(__file__).parents[2] / "features" / "playbooks" / "customer-grades.toml"
    (home / "ours.toml").write_text(shipped.read_text(encoding="utf-8") + PLAYBOOK, encoding="utf-8")
    return home


@pytest.fixture(scope="module")
def trained(company: Path) -> dict[str, object]:
    """What the training said."""
    assert (company / "my_features.py").is_file()
    done = verb("train", "history", "--playbook", "ours.toml", "--features", "my_features.py", "--json")
    assert done.exit_code in (0, 4), done.output
    told: dict[str, object] = json.loads(done.stdout)
    (company / "my_features.py").unlink()  # the model has it
    return told


def test_the_model_scores_watches_and_is_trained_anew(trained: dict[str, object]) -> None:
    model = f"models:/winprob/{trained['version']}"
    scored = verb("score", "history", "--model", model, "--out", "scores.csv", "--explain")
    assert scored.exit_code == 0, scored.output
    assert "undeclared" not in scored.output
    assert verb("watch", "history", "--model", model).exit_code in (0, 3)
    again = verb("retrain", "history", "--json")
    assert json.loads(again.stdout)["parameters"] == trained["parameters"]


@pytest.mark.usefixtures("trained")
def test_the_registered_model_has_the_features() -> None:
    import mlflow

    from winprob.training.track.registry import opened_registry

    with opened_registry():
        model = mlflow.pyfunc.load_model("models:/winprob@champion")
    names = {column.name for column in model.metadata.get_input_schema().inputs}
    assert {"contacts_of_the_week", "region_letter", "events.support_tickets.sum"} <= names
    answer = model.predict(pd.DataFrame({"stage_position": [3], "contacts_of_the_week": [2.0]}))
    assert answer["probability"].between(0, 1).all()


def test_what_is_there_is_said(company: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal.out, "width", 120)  # a console keeps the width that it began with
    told = verb("check", "history", "--playbook", "ours.toml").output
    assert "events_support_tickets" in told
    told = verb("check", str(company / "history")).output
    assert "events_support_tickets.csv: events that the playbook does not declare" in " ".join(told.split())
    assert "| number |" in verb("contract", "events_support_tickets").output


def test_the_matrix_and_the_backtest_have_them_too(company: Path) -> None:
    file = write(company)
    done = verb("features", "history", "--features", str(file), "--out", "matrix.csv")
    assert done.exit_code == 0, done.output
    assert "contacts_of_the_week" in pd.read_csv("matrix.csv")
    done = verb("backtest", "history", "--features", str(file), "--every", "quarter")
    assert done.exit_code == 0, done.output


def test_a_file_that_is_not_there_is_a_mistake() -> None:
    refused = verb("train", "history", "--features", "no_such_file.py")
    assert isinstance(refused.exception, Mistake)
    assert str(refused.exception).startswith("no_such_file.py: expected a Python file, found No such file")
