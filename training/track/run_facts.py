"""What a run says of a model: parameters, data, leaks, metrics and figures."""

from __future__ import annotations

import math

from winprob.models.bundle.leaks import Leaks
from winprob.training.fit import Trained
from winprob.training.track.figures import figures
from winprob.training.track.forecast_page import forecast_pages
from winprob.training.track.pyfunc import signature

MEASURES = ("log_loss", "brier", "auc", "calibration_error", "observed", "predicted", "rows")

DIGEST_LENGTH = 36
"""MLflow's limit for the digest of a data set; the run's tag ``data.digest`` has the whole of it."""


def log_facts(trained: Trained) -> None:
    """Log parameters, data, metrics and figures in the active run."""
    import mlflow
    from mlflow.data.code_dataset_source import CodeDatasetSource
    from mlflow.data.meta_dataset import MetaDataset

    manifest, playbook = trained.bundle.manifest, trained.bundle.playbook
    mlflow.log_params({"playbook": playbook.code, **trained.parameters})
    data = MetaDataset(  # type: ignore[abstract]  # MLflow means it to be used as it is
        CodeDatasetSource(tags={}),
        name="history" if manifest.validation.kind == "dated_split" else "table",
        digest=manifest.data.digest[:DIGEST_LENGTH],
        schema=signature(trained.bundle).inputs,
    )
    mlflow.log_input(data, context="training")
    mlflow.set_tags({f"data.{name}": value for name, value in manifest.data.model_dump(mode="json").items()})
    mlflow.set_tag("catalogue_hash", manifest.catalogue_hash)
    mlflow.set_tags(_leak_tags(manifest.leaks or Leaks()))
    mlflow.log_metrics(_metrics(trained))
    for name, figure in figures(trained).items():
        mlflow.log_figure(figure, f"figures/{name}.png")
    # Not by log_figure, whose pages of interactive figures fetch their code from a network.
    for name, text in forecast_pages(trained).items():
        mlflow.log_text(text, f"figures/{name}")


def _leak_tags(leaks: Leaks) -> dict[str, str]:
    """Say briefly what became of the search for leaks; the manifest has the evidence."""
    allowed = [f"{feature} ({codes})" for feature, codes in leaks.codes_by_feature.items()]
    return {
        "leaks.allowed": ", ".join(allowed) or "none",
        "leaks.left_out": ", ".join(leaks.left_out) or "none",
        "leaks.not_applicable": ", ".join(leaks.not_applicable) or "none",
    }


def _metrics(trained: Trained) -> dict[str, float]:
    """Metrics of the model and of each rule that applies; those that are not defined are left out."""
    found = {
        f"{name}.{measure}": float(getattr(metrics, measure))
        for name, metrics in trained.evaluation.metrics.items()
        if metrics is not None
        for measure in MEASURES
    }
    return {name: value for name, value in found.items() if not math.isnan(value)}
