"""What a run says of a model: parameters, data, leaks, metrics and figures."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from winprob.models.bundle.card import Estimate
from winprob.models.bundle.leaks import Leaks
from winprob.models.measure.metrics import Metrics
from winprob.training.backtest.accuracy import accuracy
from winprob.training.fit import Trained
from winprob.training.judge.measures import measures
from winprob.training.track.comparison import CHAMPION
from winprob.training.track.figures import figures
from winprob.training.track.past_forecasts import forecast_figure, past_forecasts
from winprob.training.track.promotion import Decision
from winprob.training.track.pyfunc import signature
from winprob.training.track.registry import PREDICTIONS

MEASURES = ("log_loss", "brier", "auc", "calibration_error", "observed", "predicted", "rows")

TAG_LENGTH = 5000
"""MLflow's limit for a tag; the manifest has all features, with their digests."""

DIGEST_LENGTH = 36
"""MLflow's limit for the digest of a data set; the run's tag ``data.digest`` has the whole of it."""


def log_decision(decision: Decision) -> None:
    """Log in the active run whether the model is champion, why, and by how much it leads the one before."""
    import mlflow

    mlflow.set_tags(
        {
            "promotion": CHAMPION if decision.promoted else "refused",
            "promotion.reason": decision.reason,
            "promotion.caution": decision.caution or "none",
        }
    )
    if decision.lead is not None:
        mlflow.log_metrics(_lead(CHAMPION, decision.lead))


def log_facts(trained: Trained, phases: Mapping[str, float]) -> None:
    """Log parameters, data, metrics and figures in the active run; `phases` are seconds by what was done."""
    import mlflow
    from mlflow.data.code_dataset_source import CodeDatasetSource
    from mlflow.data.meta_dataset import MetaDataset

    manifest, playbook = trained.bundle.manifest, trained.bundle.playbook
    until = manifest.data.as_of
    of_data = {"playbook": playbook.code, "as_of": "none" if until is None else until.isoformat()}
    mlflow.log_params({**of_data, **trained.parameters})
    data = MetaDataset(  # type: ignore[abstract]  # MLflow means it to be used as it is
        CodeDatasetSource(tags={}),
        name="history" if manifest.validation.kind == "dated_split" else "table",
        digest=manifest.data.digest[:DIGEST_LENGTH],
        schema=signature(trained.bundle).inputs,
    )
    mlflow.log_input(data, context="training")
    mlflow.set_tags({f"data.{name}": value for name, value in manifest.data.model_dump(mode="json").items()})
    mlflow.set_tag("features", f"{len(manifest.features)}: {', '.join(manifest.features)}"[:TAG_LENGTH])
    mlflow.set_tags(_leak_tags(manifest.leaks or Leaks()))
    past = past_forecasts(trained)
    mlflow.log_metrics({**_metrics(trained, past), **_seconds(phases)})
    for step, loss in enumerate(_window_losses(trained)):
        mlflow.log_metric("window.log_loss", loss, step=step)
    with TemporaryDirectory() as folder:
        file = Path(folder) / PREDICTIONS
        trained.evaluation.rows.to_parquet(file)
        mlflow.log_artifact(str(file))
    drawn = figures(trained) | ({"forecasts": forecast_figure(past)} if len(past) else {})
    for name, figure in drawn.items():
        mlflow.log_figure(figure, f"figures/{name}.png")


def _leak_tags(leaks: Leaks) -> dict[str, str]:
    """Say briefly what became of the search for leaks; the manifest has the evidence."""
    allowed = [f"{feature} ({codes})" for feature, codes in leaks.codes_by_feature.items()]
    return {
        "leaks.allowed": ", ".join(allowed) or "none",
        "leaks.left_out": ", ".join(leaks.left_out) or "none",
        "leaks.not_applicable": ", ".join(leaks.not_applicable) or "none",
    }


def _metrics(trained: Trained, past: pd.DataFrame) -> dict[str, float]:
    """What matters first: the model's measures and leads, its forecasts, its closing dates; then the rules'.

    Those that are not defined are left out.
    """
    evaluation, closing = trained.evaluation, trained.bundle.manifest.closing
    applying = {name: metrics for name, metrics in evaluation.rules.items() if metrics is not None}
    found = _measures("", evaluation.model)
    if evaluation.model.rows and applying:
        best = min(applying, key=lambda name: applying[name].log_loss)
        found |= _lead("best_rule", measures(evaluation.rows, best).better_by)
    if len(past):
        whole = accuracy(past).query("method == 'forecast'").iloc[0]
        found |= {
            f"forecast.{name}": float(whole[name]) for name in ("wmape", "bias", "coverage_80", "periods")
        }
    if closing is not None:
        found["closing.coverage_80"] = closing.coverage
    for name, metrics in applying.items():
        found |= _measures(f"rule.{name}.", metrics)
    return {name: value for name, value in found.items() if not math.isnan(value)}


def _measures(prefix: str, metrics: Metrics) -> dict[str, float]:
    return {f"{prefix}{name}": float(getattr(metrics, name)) for name in MEASURES}


def _lead(over: str, lead: Estimate) -> dict[str, float]:
    return {f"lead.{over}": lead.value, f"lead.{over}.low": lead.low, f"lead.{over}.high": lead.high}


def _seconds(phases: Mapping[str, float]) -> dict[str, float]:
    """MLflow takes letters, digits and a few signs in a name; numbered phases of one kind are added up."""
    found: dict[str, float] = {}
    for phase, seconds in phases.items():
        name = f"seconds.{phase.partition(' ')[0]}"
        found[name] = found.get(name, 0.0) + seconds
    return found


def _window_losses(trained: Trained) -> Iterator[float]:
    """Log loss of each model of the past in the window after it, calibrated by those before."""
    return (past.log_loss for past in trained.past if past.round.tells)
