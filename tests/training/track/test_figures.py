"""Figures of a training run."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from estimators import own_estimator_bundle
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from trainings import against, trained_model, trained_renaming

from winprob.features.build import catalogue
from winprob.features.catalogue import Feature
from winprob.training.fit import Trained
from winprob.training.judge.evaluation import evaluate
from winprob.training.track.figures import figures, gain_figure, reliability_figure, roc_figure

FOUR = [0.9, 0.6, 0.6, 0.1]
"""Probabilities of a won, a won, a lost and a lost row."""


@pytest.fixture(scope="module")
def drawn() -> dict[str, Figure]:
    return figures(trained_model())


def _axes(figure: Figure) -> Axes:
    return figure.axes[0]


def _line(figure: Figure, label: str) -> np.ndarray:
    (line,) = [line for line in _axes(figure).get_lines() if str(line.get_label()).startswith(label)]
    return np.column_stack([line.get_xdata(), line.get_ydata()])


def _labels(figure: Figure) -> list[str]:
    return [str(text.get_text()).split(" (")[0] for text in _axes(figure).get_legend().get_texts()]  # type: ignore[union-attr]


def test_every_figure_can_be_saved(drawn: dict[str, Figure]) -> None:
    assert list(drawn) == ["reliability", "roc", "gain", "shap", "families"]
    for figure in drawn.values():
        file = BytesIO()
        figure.savefig(file, format="png")
        assert file.getvalue().startswith(b"\x89PNG")
        assert _axes(figure).get_title()
        assert _axes(figure).get_xlabel()


def test_the_reliability_shows_the_model_and_the_rules_that_apply() -> None:
    trained = against(trained_model(), model=0.4, stage=0.7, competition=None, base_rate=0.5)
    figure = reliability_figure(trained.evaluation)
    assert _labels(figure) == ["perfect", "model", "stage percentage"]
    observed = trained.evaluation.model.observed
    np.testing.assert_allclose(_line(figure, "model"), [[0.4, observed]])
    np.testing.assert_allclose(_line(figure, "stage percentage"), [[0.7, observed]])
    told = [text.get_text() for text in _axes(figure).get_legend().get_texts()]  # type: ignore[union-attr]
    assert told[1] == f"model (calibration error {abs(observed - 0.4):.3f})"


def test_gain_is_the_share_of_wins_among_the_highest() -> None:
    evaluation = _four().evaluation
    np.testing.assert_allclose(
        _line(gain_figure(evaluation), "model"), [[0, 0], [0.25, 0.5], [0.75, 1], [1, 1]]
    )
    np.testing.assert_allclose(_line(gain_figure(evaluation), "perfect"), [[0, 0], [0.5, 1], [1, 1]])


def test_roc_is_the_share_of_wins_against_that_of_losses() -> None:
    evaluation = _four().evaluation
    np.testing.assert_allclose(_line(roc_figure(evaluation), "model"), [[0, 0], [0, 0.5], [0.5, 1], [1, 1]])
    assert _labels(roc_figure(evaluation)) == ["chance", "model"]


def test_the_families_are_sorted_by_what_they_move(drawn: dict[str, Figure]) -> None:
    trained = trained_model()
    axes = _axes(drawn["families"])
    widths = dict(
        zip(
            [text.get_text() for text in axes.get_yticklabels()],
            [bar.get_width() for bar in axes.patches],
            strict=True,
        )
    )
    assert list(widths.values()) == sorted(widths.values())
    assert widths == {each.name.en: 100 * each.points for each in trained.bundle.card.families}


def test_the_summary_names_features_in_words(drawn: dict[str, Figure]) -> None:
    names = [text.get_text() for text in _axes(drawn["shap"]).get_yticklabels()]
    assert len(names) == 15
    assert set(names) < {feature.words.en for feature in _features()}


def test_attributes_may_have_names_in_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    trained = trained_renaming("company_size", "公司规模$")
    monkeypatch.setattr("winprob.training.track.figures.DISPLAYED", 100)
    drawn = figures(trained)["shap"]
    drawn.savefig(BytesIO(), format="png")
    names = [text.get_text() for text in _axes(drawn).get_yticklabels()]
    assert {"公司规模\\$", r"\u516c\u53f8\u89c4\u6a21\$"} & set(names)


def test_drawing_changes_nothing_elsewhere() -> None:
    np.random.seed(7)
    before, settings = np.random.get_state()[1], dict(mpl.rcParams)  # type: ignore[index]
    figures(trained_model())
    assert (np.random.get_state()[1] == before).all()  # type: ignore[index]
    assert dict(mpl.rcParams) == settings


def test_no_window_is_left_open() -> None:
    figures(trained_model())
    assert pyplot.get_fignums() == []


def _features() -> tuple[Feature, ...]:
    bundle = trained_model().bundle
    return catalogue(bundle.playbook, bundle.attributes)


def _four() -> Trained:
    """Four rows of equal weight."""
    won, weight = pd.Series([1.0, 1.0, 0.0, 0.0]), pd.Series(np.ones(4))
    return replace(
        trained_model(), evaluation=evaluate(won, weight, np.array(FOUR), {"base_rate": np.full(4, 0.5)})
    )


def test_without_reasons_nothing_is_drawn_of_them() -> None:
    bundle = own_estimator_bundle()
    assert list(figures(replace(trained_model(), bundle=bundle))) == ["reliability", "roc", "gain"]
