"""Figures of a training run: reliability, ROC, gain, and what the features contribute."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import get_font_names
from sklearn.metrics import roc_curve

from winprob.features.message import SOURCE
from winprob.features.timeline import Floats
from winprob.models.bundle.bundle import Bundle
from winprob.models.bundle.card import Card
from winprob.models.measure.metrics import reliability
from winprob.models.win.explanation import Explanation
from winprob.training.fit import Trained
from winprob.training.judge.evaluation import Evaluation
from winprob.training.judge.importance import evenly

SHOWN = {
    "model": ("model", "#1f5fa8", "-"),
    "stage": ("stage percentage", "#d1702a", "--"),
    "competition": ("competition rule", "#7d8a3a", ":"),
}
"""Label, colour and line of what is drawn: the model and the rules that people use without one."""

CHINESE = ("Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "SimHei")
"""Fonts for names of attributes in Chinese, which matplotlib's own has no glyphs for."""

DISPLAYED = 15
"""Features in the SHAP summary at most."""


def figures(trained: Trained) -> dict[str, Figure]:
    """Draw all figures of a training run, from the rows that the model was tested with.

    Returns
    -------
    dict of str to matplotlib.figure.Figure
        ``reliability``, ``roc``, ``gain``, and of a model that gives reasons ``shap`` and ``families``; none
        if nothing was tested. They belong to no window, so there is nothing to close.

    Examples
    --------
    ``figures(trained)["reliability"].savefig("reliability.png")``
    """
    if trained.features.empty:
        return {}
    drawn = {
        "reliability": reliability_figure(trained.evaluation),
        "roc": roc_figure(trained.evaluation),
        "gain": gain_figure(trained.evaluation),
    }
    if trained.bundle.model.gives_reasons:
        X = trained.features.iloc[evenly(len(trained.features))]
        drawn["shap"] = shap_figure(trained.bundle, X, trained.bundle.model.explain(X))
        drawn["families"] = family_figure(trained.bundle.card)
    return drawn


def reliability_figure(evaluation: Evaluation) -> Figure:
    """Predicted beside observed, in ten bins of equal weight."""
    figure, axes = _square("Reliability: do predictions come true?", "predicted probability", "share won")
    axes.plot([0, 1], [0, 1], color="#999999", linewidth=1, label="perfect")
    rows = evaluation.rows
    for name, (label, color, line) in _shown(evaluation):
        bins = reliability(rows["won"], rows[name], rows["weight"])
        error = evaluation.metrics[name]
        told = label if error is None else f"{label} (calibration error {error.calibration_error:.3f})"
        axes.plot(bins["predicted"], bins["observed"], line, marker="o", color=color, label=told)
    axes.legend(loc="upper left", frameon=False)
    return figure


def roc_figure(evaluation: Evaluation) -> Figure:
    """Share of won rows found beside share of lost rows taken for won."""
    figure, axes = _square(
        "ROC: are won deals ranked above lost ones?", "share of lost rows", "share of won rows"
    )
    axes.plot([0, 1], [0, 1], color="#999999", linewidth=1, label="chance")
    for name, (label, color, line) in _shown(evaluation):
        false_positive, true_positive = _roc(evaluation, name)
        metrics = evaluation.metrics[name]
        told = label if metrics is None else f"{label} (AUC {metrics.auc:.3f})"
        axes.plot(false_positive, true_positive, line, color=color, label=told)
    axes.legend(loc="lower right", frameon=False)
    return figure


def gain_figure(evaluation: Evaluation) -> Figure:
    """Share of won rows among the highest probabilities."""
    figure, axes = _square(
        "Cumulative gain: how many wins are on top?",
        "share of all rows, highest probability first",
        "share of won rows",
    )
    rate = evaluation.model.observed
    axes.plot([0, rate, 1], [0, 1, 1], color="#cccccc", linewidth=1, label="perfect")
    axes.plot([0, 1], [0, 1], color="#999999", linewidth=1, label="chance")
    for name, (label, color, line) in _shown(evaluation):
        false_positive, true_positive = _roc(evaluation, name)
        axes.plot(
            rate * true_positive + (1 - rate) * false_positive, true_positive, line, color=color, label=label
        )
    axes.legend(loc="lower right", frameon=False)
    return figure


def shap_figure(bundle: Bundle, X: pd.DataFrame, why: Explanation) -> Figure:
    """Contributions of the features that matter most: one dot per row.

    Parameters
    ----------
    bundle : Bundle
    X : pandas.DataFrame, shape (n, k)
        The matrix that was explained.
    why : Explanation
        Its explanation.
    """
    with warnings.catch_warnings():
        # What shap still uses of matplotlib.
        warnings.filterwarnings("ignore", category=PendingDeprecationWarning, module=r"shap\.")
        import shap

    words = {feature.name: feature.words.in_language(SOURCE) for feature in bundle.features}
    # Grey, as categories are: of a column that is missing throughout no value is high or low.
    unknown = {str(name): X[name].astype("category") for name in X if X[name].isna().all()}
    values = shap.Explanation(
        values=why.contributions.to_numpy(),
        base_values=np.full(len(why), why.base),
        data=X.assign(**unknown),
        feature_names=[_label(words[str(name)]) for name in X],
    )
    shown = min(DISPLAYED, len(words))
    figure = Figure(figsize=(10, 0.4 * shown + 1.5), layout="constrained")
    axes = figure.add_subplot()
    with _same_jitter():
        shap.plots.beeswarm(
            values,
            max_display=shown,
            group_remaining_features=False,
            ax=axes,
            plot_size=None,
            show=False,
            s=9,
            color_bar_label="value of the feature (grey: missing, or a category)",
        )
    axes.set_title(f"What moves the probability: the {shown} features that matter most")
    axes.set_xlabel("contribution to the log-odds of winning", fontsize="medium")
    axes.tick_params("both", labelsize="medium", labelfontfamily=["DejaVu Sans", *_chinese_fonts()])
    return figure


def family_figure(card: Card) -> Figure:
    """Mean size of the contribution of each family of features, in percentage points."""
    families = card.families[::-1]
    figure = Figure(figsize=(7, 4.5), layout="constrained")
    axes = figure.add_subplot()
    sizes = [100 * family.points for family in families]
    bars = axes.barh([family.name.en for family in families], sizes, color=SHOWN["model"][1])
    axes.bar_label(bars, fmt="%.1f", padding=3)
    axes.set_title("What moves the probability: families of features")
    axes.set_xlabel("mean size of the contribution, percentage points")
    axes.spines[["top", "right"]].set_visible(False)
    axes.margins(x=0.1)
    return figure


def _square(title: str, x: str, y: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(6, 6), layout="constrained")
    axes = figure.add_subplot(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), aspect="equal", xlabel=x, ylabel=y)
    axes.set_title(title)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _shown(evaluation: Evaluation) -> Iterator[tuple[str, tuple[str, str, str]]]:
    return ((name, style) for name, style in SHOWN.items() if name in evaluation.rows)


def _roc(evaluation: Evaluation, name: str) -> tuple[Floats, Floats]:
    rows = evaluation.rows
    false_positive, true_positive, _ = roc_curve(rows["won"], rows[name], sample_weight=rows["weight"])
    return false_positive, true_positive


def _label(words: str) -> str:
    """Write an attribute's name so that it can be drawn: no formula, and no glyphs that no font has."""
    drawable = words if _chinese_fonts() else words.encode("ascii", "backslashreplace").decode()
    return drawable.replace("$", r"\$")


def _chinese_fonts() -> list[str]:
    return [font for font in CHINESE if font in get_font_names()]


@contextmanager
def _same_jitter() -> Iterator[None]:
    """Let dots be laid out alike each time; shap draws from numpy's global generator."""
    before = np.random.get_state()
    np.random.seed(0)
    try:
        yield
    finally:
        np.random.set_state(before)
