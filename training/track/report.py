"""The report of a training run for the terminal: the model beside the rules that it replaces."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rich.table import Table
from rich.text import Text

from winprob.features.message import SOURCE
from winprob.models.bundle.leaks import Leaks
from winprob.models.bundle.manifest import CrossValidation, DatedSplit, Window
from winprob.models.measure.metrics import Metrics
from winprob.models.wording.rule_names import name_of
from winprob.training.fit import Trained
from winprob.training.search import Searched
from winprob.training.track.tracking import Logged

COLUMNS = ("log loss", "Brier", "AUC", "calibration error")


def report(trained: Trained) -> Table:
    """Lay out how good a model proved to be, beside the rules on the same rows.

    Returns
    -------
    rich.table.Table
        One row for the model and one for each rule. The caption says how they were measured.

    Examples
    --------
    ``rich.print(report(trained))``
    """
    table = Table("", caption=Text(caption(trained)), caption_justify="left")
    for column in COLUMNS:
        table.add_column(column, justify="right")
    for name, metrics in trained.evaluation.metrics.items():
        style = "bold" if name == "model" else None
        table.add_row(name_of(name).in_language(SOURCE), *_cells(metrics), style=style)
    return table


def as_data(trained: Trained, logged: Logged, searched: Searched | None = None) -> dict[str, Any]:
    """Say the same as `report`, and what became of the model, as data for JSON; no number is NaN."""
    manifest, decision = trained.bundle.manifest, logged.decision
    data = {
        "name": logged.name,
        "version": logged.version,
        "run_id": logged.run_id,
        "card": logged.card,
        "promoted": decision.promoted,
        "reason": decision.reason,
        "comparable": decision.comparable,
        "caution": decision.caution,
        "lead_over_champion": None if decision.lead is None else decision.lead.model_dump(mode="json"),
        "leads_over_champion": [lead.as_data() for lead in decision.leads],
        "forecasts_since_champion": asdict(decision.forecasts) if decision.forecasts else None,
        "parameters": trained.parameters,
        "data": manifest.data.model_dump(mode="json"),
        "metrics": {
            name: None if metrics is None else metrics.model_dump(mode="json")
            for name, metrics in trained.evaluation.metrics.items()
        },
        "remarks": caption(trained).splitlines(),
    }
    if searched is not None:
        data["search"] = {
            "trials": len(searched.trials),
            "best": searched.best.parameters,
            "importance": searched.importance,
        }
    return data


def searched_table(searched: Searched) -> Table:
    """Lay out what a search found, parameter by parameter, those that mattered most first."""
    usual, best = searched.trials[0], searched.best
    told = (
        f"Log loss in the windows before the test: {best.log_loss:.4f}, with the usual parameters "
        f"{usual.log_loss:.4f}. The best of many trials is a little too good; the test was not looked at."
    )
    table = Table("parameter", caption=Text(told), caption_justify="left")
    for column in ("usual", "best", "mattered"):
        table.add_column(column, justify="right")
    for name in sorted(best.parameters, key=lambda name: -searched.importance.get(name, 0.0)):
        share = searched.importance.get(name)
        values = (f"{trial.parameters[name]:.4g}" for trial in (usual, best))
        table.add_row(name, *values, "" if share is None else f"{share:.0%}")
    return table


def caption(trained: Trained) -> str:
    """Say how the metrics were measured, and what could not be.

    Returns
    -------
    str
        A few lines.
    """
    manifest = trained.bundle.manifest
    validation = manifest.validation
    told = _dated(validation) if isinstance(validation, DatedSplit) else _undated(validation)
    model = trained.evaluation.model
    lines = [told]
    if model.rows:
        lines.append(f"Won: {model.observed:.1%} of the test rows, predicted {model.predicted:.1%}.")
    return "\n".join([*lines, *model.remarks, *leaks(manifest.leaks or Leaks())])


def leaks(known: Leaks) -> list[str]:
    """Say what became of the search for features that know the ending; nothing where there is nothing to say.

    Returns
    -------
    list of str
        A line each.

    Examples
    --------
    >>> leaks(Leaks(left_out=("loss_reason",)))
    ['Left out, known only at closing: loss_reason.']
    """
    lines = [f"Allowed although it seems to know the ending: {finding}." for finding in known.allowed]
    if known.left_out:
        lines.append(f"Left out, known only at closing: {', '.join(known.left_out)}.")
    return lines + [
        f"Leaks of the kind {code} could not be looked for: {reason}."
        for code, reason in known.not_applicable.items()
    ]


def _dated(split: DatedSplit) -> str:
    rows, models = sum(window.rows for window in split.calibrate), len(split.calibrate)
    how = f"by how {models} models of the past did in the windows after them ({rows:,} rows)"
    return (
        f"Split by time, no opportunity on both sides: learned from {_window(split.train)}; "
        f"{'calibrated ' + how if models else 'not calibrated, as too few have closed'}; tested on "
        f"{_window(split.test)}. Then learned anew from all of it, to be served: {_window(split.served)}. "
        "Rows are weekly snapshots of opportunities whose outcome is known; weights stand in for those still "
        "open."
    )


def _window(window: Window) -> str:
    since = "" if window.start is None else f"after {window.start:%Y-%m-%d} "
    return (
        f"{window.rows:,} rows of {window.opportunities:,} opportunities {since}up to {window.end:%Y-%m-%d}"
    )


def _undated(validation: CrossValidation) -> str:
    repeated = f", repeated {validation.repeats} times" if validation.repeats > 1 else ""
    return (
        f"Nothing is dated, so there is no test on later rows: {validation.folds}-fold cross-validation"
        f"{repeated}, the rows of each of {validation.groups:,} groups in one fold."
    )


def _cells(metrics: Metrics | None) -> list[str]:
    if metrics is None:
        return ["not applicable", *[""] * (len(COLUMNS) - 1)]
    values = (metrics.log_loss, metrics.brier, metrics.auc, metrics.calibration_error)
    return ["not defined" if value != value else f"{value:.4f}" for value in values]
