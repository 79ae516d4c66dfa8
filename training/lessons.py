"""What a model learns from: known endings and, as far as an earlier model can tell, those to come."""

from __future__ import annotations

import pandas as pd

from models.win_model import WinModel
from training.splits import Side

SLIGHT = 1e-9
"""Less than any sum of weights: no rows have the sum 0."""
HALF_TRUSTED = 300.0
"""Opportunities that a model must have learned from for what it says of unfinished ones to count half."""


def lessons(side: Side, X: pd.DataFrame, earlier: WinModel | None = None, learned: int = 0) -> pd.DataFrame:
    """List rows to learn from, with the outcomes that they are believed to have.

    Quick endings are known first. Weights make up for the slow ones (see `training.censoring`) as long as
    what is recorded looks the same at all times; yet customers get to know us and sellers get experience, and
    of opportunities that look like those of today only the quick endings are known. So unfinished
    opportunities are learned from too: all their moments have the outcome that an earlier model expects at
    the last of them (the expectation step of Dempster, Laird and Rubin, Journal of the Royal Statistical
    Society B 39, 1977; in survival analysis Buckley and James, Biometrika 66, 1979). Then nothing is missing
    and nothing needs a weight to make up for it. The fewer opportunities the earlier model had learned from,
    the less it is trusted, ``t = learned ÷ (learned + HALF_TRUSTED)``: unfinished opportunities count `t`,
    and known endings ``t + (1 - t) ×`` the weight that makes up for the rest.

    Parameters
    ----------
    side : training.splits.Side
        What is known, and what is unfinished.
    X : pandas.DataFrame, shape (n, k)
        The matrix of all weekly moments, of which the sides tell the places.
    earlier : WinModel, optional
        A model that knows nothing that became known after `side`.
    learned : int
        How many opportunities it had learned from.

    Returns
    -------
    pandas.DataFrame
        Indexed by place: ``won`` (1.0 or 0.0), ``weight`` of the moment, and ``say``, by which an opportunity
        has the say of one however many moments it has; the sum of the latter is the number of opportunities
        that have ended. Unfinished moments are there twice, won and lost, with their weight shared out.

    Examples
    --------
    See `training.rolling_origin.fit_calibrated`.
    """
    trust = learned / (learned + HALF_TRUSTED)
    rows = side.moments[["opportunity"]].assign(
        expected=side.moments["won"], weight=trust + (1 - trust) * side.moments["weight"]
    )
    if earlier is not None and trust > 0:
        rows = pd.concat([rows, _expected(side.unfinished, X, earlier).assign(weight=trust)])
    rows["say"] = rows["weight"] / rows.groupby("opportunity")["weight"].transform("size")
    for name in ("weight", "say"):
        rows[name] *= side.opportunities / max(rows[name].sum(), SLIGHT)
    both = pd.concat([_share(rows, 1.0), _share(rows, 0.0)])
    return both.sort_index(kind="stable")


def _expected(unfinished: pd.DataFrame, X: pd.DataFrame, earlier: WinModel) -> pd.DataFrame:
    """What an earlier model expects of unfinished opportunities at the last of their moments."""
    last = unfinished.index.to_series().groupby(unfinished["opportunity"]).max()
    expected = pd.Series(earlier.predict_proba(X.iloc[last])[:, 1] if len(last) else 0.0, last.index)
    return unfinished[["opportunity"]].assign(expected=unfinished["opportunity"].map(expected))


def _share(rows: pd.DataFrame, won: float) -> pd.DataFrame:
    """The part of each row that is believed to end one way."""
    part = rows["expected"] if won else 1 - rows["expected"]
    some = rows[["weight", "say"]].mul(part, axis="index").assign(won=won)
    return some.loc[part > 0, ["won", "weight", "say"]]
