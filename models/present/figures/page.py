"""Figures on a page of their own: one file that needs no network."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from plotly.graph_objects import Figure
from plotly.io import to_html

from winprob.features.message import in_context
from winprob.features.playbook import Language
from winprob.models.present.figures.look import FONT

PAGE = """<!doctype html>
<html lang="{language}">
<head><meta charset="utf-8"><title>{title}</title></head>
<body style="margin: 0 auto; padding: 0 16px; max-width: 1100px; font-family: {font}">
{figures}
</body>
</html>
"""
CONFIG = {"displaylogo": False, "responsive": True}
HEIGHT = 480
"""Pixels, of figures that say nothing of their height."""


def page(title: str, figures: Mapping[str, Figure], language: Language = "en") -> str:
    """Write figures one below the other.

    Parameters
    ----------
    title : str
        Of the page.
    figures : mapping of str to plotly.graph_objects.Figure
        Each with its name on the page; at least one.
    language : str

    Returns
    -------
    str
        HTML with Plotly's code in it, about 5 MB.

    Examples
    --------
    ``Path("forecast.html").write_text(page("Forecast", {"fan": fan(found)}), encoding="utf-8")``
    """
    parts = [
        to_html(
            figure,
            config=CONFIG,
            include_plotlyjs=number == 0,
            full_html=False,
            default_height=f"{HEIGHT}px",
            div_id=name,
        )
        for number, (name, figure) in enumerate(figures.items())
    ]
    return PAGE.format(
        language=in_context("language of an HTML page", "en").in_language(language),
        title=escape(title),
        font=escape(FONT),
        figures="\n".join(parts),
    )
