"""A picture of how models in service fare when the market changes."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure

LINES = (("#222222", "-"), ("#d1702a", "-"), ("#1f5fa8", "-"), ("#4a9c5d", "--"))
"""Colour and style of each strategy, so that one that lies on another is seen."""


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
    for (color, style), (strategy, own) in zip(LINES, rows.groupby("strategy", sort=False), strict=False):
        found = own.groupby("week")["loss"].agg(["mean", "min", "max"])
        axes.plot(found.index, found["mean"], color=color, linestyle=style, label=strategy)
        axes.fill_between(found.index, found["min"], found["max"], color=color, alpha=0.1, linewidth=0)
    axes.axvline(0, color="#888888", linestyle=":")
    at = axes.get_xaxis_transform()  # weeks across, a share of the height up
    axes.annotate("the market changes", (0, 0), (4, 6), at, "offset points", color="#555555")
    axes.set_xlabel("weeks from the change")
    axes.set_ylabel("log loss above the best possible")
    axes.set_ylim(bottom=0)
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside lower center", ncols=4, frameon=False)
    with mpl.rc_context({"svg.hashsalt": "loop"}):  # the same rows make the same file
        figure.savefig(file, format="svg", metadata={"Date": None})
