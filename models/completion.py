"""Completion: what a deal like this one usually looks like where a CRM does not record it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict

from models.columns import Columns
from models.linear import LinearPart
from models.outcomes import Floats
from models.terms import Curve

Flags = npt.NDArray[np.bool_]

SHARED = 0.05
"""Share of each standing that is taken as its own, so that columns which say the same do not cancel out."""


@dataclass(frozen=True, eq=False)
class Completed:
    """A matrix without the gaps that the model has not learnt, and what is lost by them.

    Attributes
    ----------
    values : numpy.ndarray of float64, shape (n, k)
        With what is expected in place of what is not recorded.
    variance : numpy.ndarray of float64, shape (n, k)
        By how much the additive part's log-odds may vary because of it, shared out among the columns.
    """

    values: Floats
    variance: Floats

    @cached_property
    def total(self) -> Floats:
        """Variance of the log-odds because of what is not recorded, shape (n,)."""
        return np.asarray(self.variance.sum(axis=1), dtype=np.float64)

    @cached_property
    def parts(self) -> Floats:
        """Each column's share of the variance, shape (n, k): 1 in all, or 0 where all is recorded."""
        total = self.variance.sum(axis=1, keepdims=True)
        return np.asarray(self.variance / np.where(total > 0, total, 1.0), dtype=np.float64)

    @cached_property
    def towards_even(self) -> Floats:
        """Factor of the log-odds, shape (n,), with which they give the mean probability over what may be.

        1 / √(1 + π/8 · variance): D. J. C. MacKay, "The evidence framework applied to classification
        networks", Neural Computation 4, 1992.
        """
        return np.asarray(1 / np.sqrt(1 + np.pi / 8 * self.total), dtype=np.float64)


class Completion(BaseModel):
    """How the number columns of a matrix go together.

    A column that always had a value in the fit and now has none is not recorded by this CRM, and so are then
    the other empty columns of its family: *no contact yet* and *contacts are not recorded* look alike in one
    column, but not in all of them. What is not recorded is expected to be as it usually is in rows that are
    alike in all that is recorded.

    Attributes
    ----------
    family : tuple of int
        Number of each column's family.
    correlation : tuple of tuple of float
        Of the standings of all columns, 0 for categories and for what never varied: k by k.

    Notes
    -----
    The standings are taken as normal variables, so what is expected is the regression of one column on all
    recorded ones, ``R_uo R_oo^-1 s_o`` with the correlations `R` and the recorded standings `s_o`
    (conditional mean imputation; R. Little and D. Rubin, "Statistical Analysis with Missing Data", 2019,
    4.2).

    Examples
    --------
    See `models.blend.Blend`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    family: tuple[int, ...]
    correlation: tuple[tuple[float, ...], ...]

    @classmethod
    def learn(
        cls, linear: LinearPart, values: Floats, weight: Floats, columns: Columns, families: Mapping[str, str]
    ) -> Self:
        """Learn how columns go together.

        Parameters
        ----------
        linear : LinearPart
            The additive part, for its standings.
        values : numpy.ndarray of float64, shape (n, k)
            The encoded matrix of the fit.
        weight : numpy.ndarray of float64, shape (n,)
            How many rows each stands for.
        columns : Columns
            What its columns are.
        families : mapping of str to str
            The family of each column; a column without one is its own.

        Returns
        -------
        Completion
        """
        standings = _standings(linear, values)
        share = weight / max(1.0, weight.sum())
        centred = standings - np.einsum("n,nj->j", share, standings)
        covariance = np.einsum("ni,nj->ij", centred, centred * share[:, np.newaxis])
        spread = np.sqrt(np.diag(covariance))
        scale = np.where(spread > 0, spread, 1.0)
        correlation = covariance / np.outer(scale, scale)
        _, family = np.unique([families.get(name, f" {name}") for name in columns.names], return_inverse=True)
        return cls(family=tuple(family.tolist()), correlation=tuple(map(tuple, correlation.tolist())))

    def complete(self, linear: LinearPart, columns: Columns, values: Floats) -> Completed:
        """Fill in what is not recorded.

        Parameters
        ----------
        linear : LinearPart
            The additive part.
        columns : Columns
            What the columns are.
        values : numpy.ndarray of float64, shape (n, k)
            The encoded matrix with its gaps.

        Returns
        -------
        Completed
        """
        gaps = self.unrecorded(columns, values)
        completed, variance = values.copy(), np.zeros(values.shape)
        for rows, pattern in _patterns(gaps):
            own = np.ix_(rows, np.flatnonzero(pattern))
            completed[own], variance[own] = self._expected(linear, values[rows], pattern)
        stated = gaps & np.isnan(completed)
        completed[stated] = np.broadcast_to(columns.stand_ins, values.shape)[stated]
        return Completed(completed, variance)

    def unrecorded(self, columns: Columns, values: Floats) -> Flags:
        """Tell which gaps are of columns that are not recorded.

        Parameters
        ----------
        columns : Columns
            What the columns are.
        values : numpy.ndarray of float64, shape (n, k)
            The encoded matrix with its gaps.

        Returns
        -------
        numpy.ndarray of bool, shape (n, k)
        """
        gaps = np.isnan(values)
        numbers = np.ones(values.shape[1], dtype=bool)
        numbers[list(columns.categories)] = False
        strange = gaps & ~np.isnan(columns.stand_ins)
        found = np.zeros(values.shape, dtype=bool)
        for family in set(self.family):
            own = np.array(self.family) == family
            found[:, own] = gaps[:, own] & strange[:, own].any(axis=1, keepdims=True)
        return found & numbers

    def _expected(self, linear: LinearPart, values: Floats, gaps: Flags) -> tuple[Floats, Floats]:
        """What is expected in the gaps of rows that have the same ones, and the variance around it."""
        curves = np.array([isinstance(term, Curve) for term in linear.terms])
        known = curves & ~gaps
        correlation = np.array(self.correlation)
        across = correlation[np.ix_(known, gaps)]
        weights = np.linalg.solve(correlation[np.ix_(known, known)] + SHARED * np.eye(known.sum()), across)
        standings = np.einsum("no,ou->nu", _standings(linear, values)[:, known], weights)
        terms = [linear.terms[place] for place in np.flatnonzero(gaps)]
        expected = [
            np.interp(standing, term.standings, term.values) if isinstance(term, Curve) else standing * np.nan
            for standing, term in zip(standings.T, terms, strict=True)
        ]
        slopes = np.array([term.slope if isinstance(term, Curve) else 0.0 for term in terms])
        left = correlation[np.ix_(gaps, gaps)] - np.einsum("ou,ov->uv", across, weights)
        return np.column_stack(expected), np.maximum(slopes * (left @ slopes), 0.0)


def _standings(linear: LinearPart, values: Floats) -> Floats:
    standings = np.zeros(values.shape)
    for place, term in enumerate(linear.terms):
        if isinstance(term, Curve):
            standings[:, place] = term.standing_of(values[:, place])
    return standings


def _patterns(filled: Flags) -> list[tuple[npt.NDArray[np.intp], Flags]]:
    """Group rows that have the same columns to fill in."""
    patterns, pattern = np.unique(filled, axis=0, return_inverse=True)
    rows = [np.flatnonzero(pattern == number) for number in range(len(patterns))]
    return [(own, gaps) for own, gaps in zip(rows, patterns, strict=True) if gaps.any()]
