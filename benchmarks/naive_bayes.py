"""The naive Bayes by which Odoo's CRM scores leads, as its source computes it ("predictive lead scoring")."""

from __future__ import annotations

from typing import Self

import numpy as np
import pandas as pd

SMOOTHING = 0.1


class NaiveBayes:
    """Frequencies of won and lost deals by stage and by the value of each field.

    A deal won counts in every stage, since it passed through all of them; a deal lost counts in its own and
    in all earlier ones. With c for won or lost, N(c, f, v) the count of deals with value v in field f plus
    0.1, and T(c, f) the sum of N(c, f, v) over the values of f,

        ``S(c) = prior(c) * product over the fields f of N(c, f, v) / T(c, f)``

    and the probability of winning is S(won) / (S(won) + S(lost)). The total of the stages is that of the
    first stage, in which every deal counts. A field without a value, or with one never seen, is passed over.

    Attributes
    ----------
    prior : pandas.Series
        Deals lost and won, by 0 and 1.
    shares : dict of str to pandas.DataFrame
        For each field, N / T by value and by 0 and 1.

    Examples
    --------
    Of two deals won and one lost, both of the won ones come from a referral:

    >>> deals = pd.DataFrame({"source": ["referral", "referral", "fair"]})
    >>> model = NaiveBayes().fit(deals, pd.Series([1, 1, 0]))
    >>> model.shares["source"].round(3).to_dict("index")
    {'fair': {0: 0.917, 1: 0.045}, 'referral': {0: 0.083, 1: 0.955}}
    >>> model.predict(deals).round(3).tolist()
    [0.958, 0.958, 0.09]
    """

    prior: pd.Series
    shares: dict[str, pd.DataFrame]

    def fit(self, deals: pd.DataFrame, won: pd.Series, stage: pd.Series | None = None) -> Self:
        """Count.

        Parameters
        ----------
        deals : pandas.DataFrame, shape (n, k)
            One row for each closed deal; all columns are fields of values to tell apart.
        won : pandas.Series, shape (n,)
            1 for won, 0 for lost.
        stage : pandas.Series, shape (n,), optional
            Position of the stage in which the deal closed, from 0 up; missing counts in none.

        Returns
        -------
        NaiveBayes
            Itself.
        """
        outcome = won.to_numpy(int)
        self.prior = pd.Series(np.bincount(outcome, minlength=2), [0, 1])
        self.shares = {}
        for field in deals:
            count = pd.crosstab(deals[field].astype(object).to_numpy(), outcome).reindex(
                columns=[0, 1], fill_value=0
            )
            smoothed = count + SMOOTHING
            self.shares[str(field)] = smoothed / smoothed.sum()
        if stage is not None and stage.notna().any():
            self.shares["stage"] = self._stages(stage.to_numpy(float), outcome)
        return self

    def predict(self, deals: pd.DataFrame, stage: pd.Series | None = None) -> np.ndarray:
        """Compute the probability of winning.

        Parameters
        ----------
        deals : pandas.DataFrame, shape (n, k)
            The fields of the fit.
        stage : pandas.Series, shape (n,), optional
            Position of the stage that each deal is in.

        Returns
        -------
        numpy.ndarray of float64, shape (n,)
        """
        log_odds = np.full(len(deals), np.log(self.prior[1] / self.prior[0]))
        for field, share in self.shares.items():
            values = stage if field == "stage" else deals[field]
            if values is not None:
                evidence = np.log(share[1] / share[0])
                log_odds += values.astype(object).map(evidence).fillna(0.0).to_numpy(float)
        return 1 / (1 + np.exp(-log_odds))

    @staticmethod
    def _stages(stage: np.ndarray, outcome: np.ndarray) -> pd.DataFrame:
        positions = np.arange(int(np.nanmax(stage)) + 1)
        count = {
            0: [(stage[outcome == 0] >= position).sum() for position in positions],
            1: [(outcome == 1).sum()] * len(positions),
        }
        smoothed = pd.DataFrame(count, index=positions.astype(float)) + SMOOTHING
        return smoothed / smoothed.iloc[0]
