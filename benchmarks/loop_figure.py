"""A picture of how models in service fare when the market changes."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure

COLORS = ("#222222", "#d1702a", "#1f5fa8", "#4a9c5d")


def draw(rows: pd.DataFrame, file: Path) -> None:
    """Draw the log loss over time of each strategy: the mean of companies, and from lowest to highest.

    Parameters
    ----------
    rows : pandas.DataFrame
        One row for each ``seed``, ``week`` (from the change) and ``strategy``: ``loss`` and ``alarms``.
    file : pathlib.Path
        An SVG.
    """
    figure = Figure(figsize=(8, 4), layout="constrained")
    axes = figure.subplots()
    for color, (strategy, own) in zip(COLORS, rows.groupby("strategy", sort=False), strict=False):
        found = own.groupby("week")["loss"].agg(["mean", "min", "max"])
        axes.plot(found.index, found["mean"], color=color, label=strategy)
        axes.fill_between(found.index, found["min"], found["max"], color=color, alpha=0.1, linewidth=0)
    axes.axvline(0, color="#888888", linestyle=":")
    axes.annotate("the market changes", (0, 1), (4, -10), "axes fraction", "offset points", color="#555555")
    axes.set_xlabel("weeks from the change")
    axes.set_ylabel("log loss above the best possible")
    axes.set_ylim(bottom=0)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="upper left")
    with mpl.rc_context({"svg.hashsalt": "loop"}):  # the same rows make the same file
        figure.savefig(file, format="svg", metadata={"Date": None})
