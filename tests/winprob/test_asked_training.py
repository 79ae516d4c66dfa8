"""A training as the options ask for it, on a registry of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command import verb

from winprob.asked_training import KEPT
from winprob.features.mistake import Mistake

pytestmark = pytest.mark.long

MODULE = """
from sklearn.naive_bayes import GaussianNB
from sklearn.linear_model import LogisticRegression

class Careful(LogisticRegression):
    pass

def make():
    return Careful(max_iter=2000)

def naive():
    return GaussianNB()
"""


@pytest.fixture(scope="module")
def company(home: Path) -> Path:
    """A folder with a history, and a module of estimators."""
    (home / "our_estimators.py").write_text(MODULE, encoding="utf-8")
    return home


@pytest.mark.usefixtures("company")
def test_an_estimator_of_one_s_own_is_trained_served_and_trained_anew() -> None:
    done = verb(
        "train", "history", "--estimator", "our_estimators:make", "--set", "C=0.05", "--seed", "3", "--json"
    )
    told = json.loads(done.stdout)
    assert done.exit_code == (0 if told["promoted"] else KEPT)
    assert told["parameters"].items() >= {"estimator": "Careful", "estimator__C": 0.05, "seed": 3}.items()
    version = told["version"]
    assert verb("promote", version, "--why", "ours").exit_code in (0, 1)  # it may be champion already
    scored = verb("score", "history", "--model", f"models:/winprob/{version}", "--out", "scores.csv")
    assert scored.exit_code == 0
    again = verb("retrain", "history", "--json")
    assert json.loads(again.stdout)["parameters"] == told["parameters"]


@pytest.mark.usefixtures("company")
def test_without_exact_contributions_somebody_has_to_say_so() -> None:
    refused = verb("train", "history", "--estimator", "our_estimators:naive")
    assert isinstance(refused.exception, Mistake)
    assert "GaussianNB: expected contributions that add up to the log-odds" in str(refused.exception)
    done = verb("train", "history", "--estimator", "our_estimators:naive", "--explain", "none", "--json")
    assert json.loads(done.stdout)["parameters"]["contributions"] == "none"


def test_what_is_asked_wrongly_is_said_before_anything_is_read(company: Path) -> None:
    refused = verb("train", str(company / "history"), "--explain", "lime")
    assert refused.exit_code == 2
    assert "expected shap or none, found 'lime'" in refused.output
