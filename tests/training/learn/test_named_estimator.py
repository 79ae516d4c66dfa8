from __future__ import annotations

import sys
from pathlib import Path

import pytest
from lightgbm import LGBMClassifier

from winprob.features.mistake import Mistake
from winprob.training.learn.named_estimator import named_estimator


def test_a_class_and_its_parameters() -> None:
    made = named_estimator("lightgbm:LGBMClassifier", {"n_estimators": "50", "boosting_type": "dart"})
    assert isinstance(made, LGBMClassifier)
    assert (made.n_estimators, made.boosting_type) == (50, "dart")


def test_a_function_of_a_module_in_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "from sklearn.naive_bayes import GaussianNB\ndef make():\n    return GaussianNB()\n"
    (tmp_path / "my_estimators_1.py").write_text(text)
    monkeypatch.chdir(tmp_path)
    path = list(sys.path)
    assert type(named_estimator("my_estimators_1:make")).__name__ == "GaussianNB"
    assert sys.path == path


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("LGBMClassifier", "expected MODULE:NAME such as lightgbm:LGBMClassifier, found 'LGBMClassifier'"),
        (
            "no_such_module:make",
            "expected a module no_such_module that can be imported, found ModuleNotFound",
        ),
        ("lightgbm:Classifier", "expected a class or function Classifier in lightgbm, found none"),
        ("sklearn.pipeline:Pipeline", r"expected Pipeline\(\) to make a classifier, found TypeError"),
        ("sklearn.linear_model:Ridge", "expected a classifier of scikit-learn's kind, found a Ridge"),
        ("pathlib:Path", "expected a classifier of scikit-learn's kind, found a PosixPath"),
    ],
)
def test_what_is_wrong_is_named(name: str, expected: str) -> None:
    with pytest.raises(Mistake, match=f"^--estimator.*{expected}"):
        named_estimator(name)


def test_a_wrong_parameter_is_named_with_the_nearest() -> None:
    with pytest.raises(Mistake, match=r"n_estimator: expected a parameter of LGBMClassifier.*n_estimators"):
        named_estimator("lightgbm:LGBMClassifier", {"n_estimator": "3"})
