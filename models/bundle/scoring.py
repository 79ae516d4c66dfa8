"""Scoring: the one way from opportunities to probabilities, for the command line and over HTTP alike."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from winprob.features.attribute import Attribute
from winprob.features.company_features import in_terms_of
from winprob.features.contract import OPPORTUNITIES
from winprob.features.document import Document
from winprob.features.document_batch import DocumentBatch
from winprob.features.history import History
from winprob.features.instant import microseconds
from winprob.features.matrix import Matrix
from winprob.features.mistake import Mistake
from winprob.features.notice import Notice
from winprob.features.recorded_table import RecordedTable
from winprob.features.texts import Texts
from winprob.models.bundle.trained_model import TrainedModel
from winprob.models.closing.closing_times import ClosingTimes
from winprob.models.closing.outlook import Outlook
from winprob.models.measure.outcomes import Floats
from winprob.models.measure.rules import StageWinRates
from winprob.models.win.evaluation import Evaluation
from winprob.models.win.explanation import Explanation


@dataclass(frozen=True, eq=False)
class Scores:
    """Probabilities with everything that explains them, one row per moment asked for.

    Attributes
    ----------
    matrix : Matrix
        The features, indexed by opportunity and moment.
    evaluation : Evaluation
        What the model says of them.
    stage_win_rates : StageWinRates
        The rule that learned from the same rows as the model.
    closing_times : ClosingTimes, optional
        What knows when it is won or lost; none if the bundle has none.
    """

    matrix: Matrix
    evaluation: Evaluation
    stage_win_rates: StageWinRates
    closing_times: ClosingTimes | None

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.matrix)

    @property
    def features(self) -> pd.DataFrame:
        """The features as a table, shape (n, k), indexed by ``opportunity_id`` and ``as_of``."""
        return self.matrix.frame

    @cached_property
    def probability(self) -> pd.Series[float]:
        """The win probability, shape (n,)."""
        return pd.Series(self.evaluation.probability, self.matrix.index, name="probability")

    @cached_property
    def ranges(self) -> pd.DataFrame:
        """``low`` and ``high``, shape (n, 2): the 80 % range that tells how much the model knows of it."""
        return pd.DataFrame(self.evaluation.range(), self.matrix.index, ["low", "high"])

    @cached_property
    def explanation(self) -> Explanation:
        """Base and contributions; they add up to the log-odds of `probability` to 1e-9."""
        return self.evaluation.explanation

    @cached_property
    def outlook(self) -> Outlook | None:
        """When it is won or lost; none if the bundle knows no closing times."""
        times = self.closing_times
        return None if times is None else times.outlook(self.matrix, self.matrix.moments)

    @cached_property
    def rules_by_name(self) -> dict[str, Floats]:
        """What the fixed rules say, shape (n,) each, missing where a rule does not apply.

        ``stage`` is the playbook's percentage; the others are ``competition`` and ``stage_win_rate``.
        """
        rates, columns = self.stage_win_rates.rates, self.matrix.columns
        position = np.asarray(columns["stage_position"], np.float64)
        return {
            "stage": np.asarray(columns["stage_percentage"], np.float64),
            "competition": np.asarray(columns["competition_rule"], np.float64),
            "stage_win_rate": np.array([rates.get(place, np.nan) for place in position.tolist()], np.float64),
        }

    @cached_property
    def rules(self) -> pd.DataFrame:
        """The same as a table, shape (n, 3)."""
        return pd.DataFrame(self.rules_by_name, self.matrix.index)


def score(bundle: TrainedModel, history: History, snapshots: pd.DataFrame) -> Scores:
    """Score opportunities at moments.

    Parameters
    ----------
    bundle : TrainedModel
    history : History
        Read with the bundle's playbook. Attributes that the model does not know are passed over; those that
        the history lacks are missing.
    snapshots : pandas.DataFrame
        With the columns ``opportunity`` (row number in ``history.opportunities``) and ``at`` (datetime64[us,
        UTC]), as `winprob.features.build.open_snapshots` or `winprob.features.record.snapshots_of` make it.
        Rows in are rows out.

    Raises
    ------
    winprob.features.mistake.Mistake
        If there are no snapshots, the history has another playbook, or an attribute is of another kind.
    """
    if snapshots.empty:
        raise Mistake("expected at least one moment to score, found none: no opportunity is open then")
    opportunity, moment = snapshots["opportunity"].to_numpy(np.int64), microseconds(snapshots["at"])
    matrix = bundle.compute(_fitted(history, bundle), opportunity, moment)
    return scores_of(bundle, matrix, bundle.model.evaluate(matrix))


def score_documents(bundle: TrainedModel, documents: Sequence[Document]) -> Scores:
    """Score documents, each at its own moment; none sees another.

    Parameters
    ----------
    bundle : TrainedModel
    documents : sequence of Document
        Read by `winprob.features.checking.read_document`; at least one.

    Returns
    -------
    Scores
        One row per document, in their order.
    """
    return scores_of(bundle, *evaluate_documents(bundle, documents))


def evaluate_documents(bundle: TrainedModel, documents: Sequence[Document]) -> tuple[Matrix, Evaluation]:
    """Compute the features of documents, and look at them once for all that is asked of the model.

    Parameters
    ----------
    bundle : TrainedModel
    documents : sequence of Document
        As for `score_documents`.

    Returns
    -------
    Matrix
    Evaluation
        Of its rows.
    """
    batch = DocumentBatch(documents, bundle.playbook, bundle.attributes)
    matrix = bundle.compute(batch, np.arange(len(batch)), batch.moments)
    return matrix, bundle.model.evaluate(matrix)


def scores_of(bundle: TrainedModel, matrix: Matrix, evaluation: Evaluation) -> Scores:
    """Give all that is said of rows.

    Parameters
    ----------
    bundle : TrainedModel
    matrix : Matrix
        Their features.
    evaluation : Evaluation
        What the model says of them.
    """
    return Scores(matrix, evaluation, bundle.stage_win_rates, bundle.closing_times)


def probability(bundle: TrainedModel, features: pd.DataFrame) -> pd.Series[float]:
    """Win probabilities alone; `score` gives them with their explanation.

    Parameters
    ----------
    bundle : TrainedModel
    features : pandas.DataFrame, shape (n, k)
        The matrix of `winprob.features.build`.

    Returns
    -------
    pandas.Series of float64, shape (n,)
    """
    return pd.Series(bundle.model.predict_proba(features)[:, 1], index=features.index, name="probability")


def unrecorded(bundle: TrainedModel, features: pd.DataFrame) -> list[Notice]:
    """Name what the model learned from, but of which nothing is recorded now.

    Parameters
    ----------
    bundle : TrainedModel
    features : pandas.DataFrame, shape (n, k)
        The matrix of `winprob.features.build`, of all that is scored.

    Returns
    -------
    list of Notice
        None or one.
    """
    learned = _learned(bundle)
    return unrecorded_notices(
        bundle, [name for name in features if name in learned and features[name].isna().all()]
    )


def unrecorded_features(bundle: TrainedModel, matrix: Matrix) -> frozenset[str]:
    """Name the features that the model learned from, but of which no row has a value; see `unrecorded`."""
    learned = _learned(bundle)
    return frozenset(
        name for name, column in matrix.columns.items() if name in learned and not _is_any_recorded(column)
    )


def _learned(bundle: TrainedModel) -> frozenset[str]:
    """Names of the features that had values to learn from."""
    numbers = {name for name, (low, high) in bundle.model.learned_ranges_.items() if low < high}
    return frozenset(numbers | {name for name, levels in bundle.model.columns_.levels.items() if levels})


def _is_any_recorded(column: Floats | Texts) -> bool:
    return bool((column.codes >= 0).any() if isinstance(column, Texts) else (~np.isnan(column)).any())


def unrecorded_notices(bundle: TrainedModel, names: Collection[str]) -> list[Notice]:
    """Say that nothing is recorded of features that a model learned from; see `unrecorded`.

    Parameters
    ----------
    bundle : TrainedModel
    names : collection of str
        Of the features.
    """
    if not names:
        return []
    listed = ", ".join(name for name in bundle.model.columns_.names if name in names)
    found = f"nothing recorded of {listed}, which the model learned from"
    taken = "usual for opportunities that are alike in all else"
    return [Notice("unrecorded", "open opportunities", found, taken, "export the tables and columns again")]


def _fitted(history: History, bundle: TrainedModel) -> History:
    """The history with just the attributes, tables of events and modules of features of the model."""
    history = in_terms_of(bundle.playbook, history)
    if history.playbook != bundle.playbook:
        raise Mistake(
            f"expected a history read with the model's playbook {bundle.playbook.code!r}, found one read "
            f"with {history.playbook.code!r} that differs from it; read it with bundle.playbook"
        )
    if history.attributes == bundle.attributes:
        return history
    kinds = {attribute.name: attribute.kind for attribute in history.attributes}
    missing: dict[str, pd.Series] = {}
    for attribute in bundle.attributes:
        found = kinds.get(attribute.name)
        if found == attribute.kind:
            continue
        if found is not None and history.tables[OPPORTUNITIES].is_recorded(attribute.name).any():
            raise Mistake(
                f"opportunities, {attribute.name}: expected a {attribute.kind} as in the model's training, "
                f"found a {found}; correct the column, or train the model anew with a playbook that declares "
                f'{attribute.name} = "text" or "number" in [input.columns]'
            )
        missing[attribute.name] = _nothing(attribute, len(history))
    opportunities = history.tables[OPPORTUNITIES].beside(RecordedTable.of(pd.DataFrame(missing)))
    return replace(history.with_table(OPPORTUNITIES, opportunities), attributes=bundle.attributes)


def _nothing(attribute: Attribute, rows: int) -> pd.Series:
    return pd.Series([None] * rows, dtype="float64" if attribute.kind == "number" else "str")
