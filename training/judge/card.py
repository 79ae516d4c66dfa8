"""Draw up the card of a model from the rows that it was tested with."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from winprob.features.build import catalogue
from winprob.features.company_features import family_names
from winprob.features.message import message
from winprob.features.playbook import Playbook
from winprob.features.timeline import Floats
from winprob.models.bundle.card import Bin, Card, Estimate, Grouping, Range
from winprob.models.bundle.manifest import DatedSplit, Manifest
from winprob.models.measure.metrics import reliability
from winprob.models.win.calibrated import CalibratedClassifier
from winprob.training.judge.bootstrap import DRAWS
from winprob.training.judge.evaluation import MODEL, Evaluation
from winprob.training.judge.importance import importance
from winprob.training.judge.limits import limits
from winprob.training.judge.measures import HIGH, LOW, bootstrap, segment, tells, weighted
from winprob.training.judge.not_for import NOT_FOR
from winprob.training.judge.segments import Rows, by_amount, by_region, by_stage

ALL = message("all")


def draw_up(
    model: CalibratedClassifier,
    playbook: Playbook,
    manifest: Manifest,
    evaluation: Evaluation,
    X: pd.DataFrame,
) -> Card:
    """Draw up the card.

    Parameters
    ----------
    model : CalibratedClassifier
        That was tested.
    playbook : Playbook
    manifest : Manifest
        Of the model.
    evaluation : Evaluation
        Its test.
    X : pandas.DataFrame, shape (n, k)
        The matrix of the test rows, indexed by ``opportunity_id``. Rows of one opportunity stay together in
        the bootstrap, so repeats of a row by cross-validation are one opportunity.

    Examples
    --------
    ``draw_up(model, playbook, manifest, evaluation, X_test).overall.measures``
    """
    rows = evaluation.rows.assign(**_ranges(model, manifest, X))
    rule = _best_rule(evaluation)
    overall = segment(rows, rule, Rows(ALL, np.ones(len(rows), bool)))
    groupings = tuple(
        Grouping(code=code, name=name, segments=tuple(segment(rows, rule, found) for found in cut))
        for code, name, cut in (
            ("stage", message("stage"), by_stage(X, playbook)),
            ("region", message("region"), by_region(X, playbook)),
            ("amount", message("amount"), by_amount(X)),
        )
    )
    auc, calibration_error = _of_all(rows)
    return Card(
        rule=rule,
        draws=DRAWS,
        overall=overall,
        auc=auc,
        calibration_error=calibration_error,
        groupings=groupings,
        reliability=tuple(_bins(rows)),
        families=importance(
            model, catalogue(playbook, manifest.attributes), family_names(playbook), X, rows["weight"]
        ),
        not_for=NOT_FOR,
        limits=limits(manifest, playbook, rule, overall, groupings),
    )


def _best_rule(evaluation: Evaluation) -> str:
    """Name the rule that did best on the test: the one that the model has to beat."""
    applying = {name: metrics.log_loss for name, metrics in evaluation.rules.items() if metrics is not None}
    return min(applying, key=applying.__getitem__, default="base_rate")


def _of_all(rows: pd.DataFrame) -> tuple[Estimate | None, Estimate | None]:
    """AUC and calibration error."""
    if not tells(rows):
        return None, None
    drawing = bootstrap(rows)
    won, p = rows["won"].to_numpy(), rows[MODEL].to_numpy()
    bins = np.searchsorted(reliability(won, p, drawing.weight)["highest"], p)
    return drawing.auc(won, p), drawing.calibration_error(won, p, bins)


def _bins(rows: pd.DataFrame) -> Iterator[Bin]:
    """Predicted beside observed, with the interval of what was observed."""
    if not tells(rows):
        return
    for found in reliability(rows["won"], rows[MODEL], rows["weight"]).to_dict("records"):
        own = rows[rows[MODEL].between(found["lowest"], found["highest"])]
        drawing = bootstrap(own)
        (observed,) = drawing.means(own[["won"]].to_numpy())
        yield Bin(
            lowest=found["lowest"],
            highest=found["highest"],
            predicted=found["predicted"],
            observed=observed,
            opportunities=drawing.opportunities,
            rows=len(own),
            range=_range(own, observed) if LOW in own else None,
        )


def _ranges(model: CalibratedClassifier, manifest: Manifest, X: pd.DataFrame) -> dict[str, Floats]:
    """Ends of the range of each row; none where the rows were not predicted by the model itself."""
    if X.empty or not isinstance(manifest.validation, DatedSplit):
        return {}
    return dict(zip((LOW, HIGH), model.predict_range(X).T, strict=True))


def _range(rows: pd.DataFrame, observed: Estimate) -> Range:
    low, high = weighted(rows, LOW), weighted(rows, HIGH)
    return Range(low=low, high=high, agrees=low <= observed.high and observed.low <= high)
