"""The runs of a search in MLflow: one for each trial, under the run of the model that comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

if TYPE_CHECKING:
    from winprob.training.search import Searched, Trial


def log_trial(trial: Trial) -> None:
    """Log a trial as a run of its own below the active one, window by window."""
    import mlflow

    above = mlflow.active_run()
    number = None if above is None else above.info.experiment_id  # a run below another one may be elsewhere
    with mlflow.start_run(experiment_id=number, run_name=f"trial {trial.number + 1}", nested=True):
        mlflow.log_params(trial.parameters)
        mlflow.log_metric("log_loss", trial.log_loss)
        for step, loss in enumerate(trial.losses):
            mlflow.log_metric("window.log_loss", loss, step=step)
        mlflow.set_tag("pruned", str(trial.pruned).lower())


def log_search(searched: Searched) -> None:
    """Log in the active run what was found, and a picture of which parameters mattered."""
    import mlflow

    mlflow.log_metrics(
        {
            "search.trials": len(searched.trials),
            "search.log_loss": searched.best.log_loss,
            "search.log_loss.usual": searched.trials[0].log_loss,
        }
    )
    if searched.importance:
        mlflow.log_figure(importance_figure(searched.importance), "figures/importance.png")


def importance_figure(importance: dict[str, float]) -> Figure:
    """Draw how much of the differences between trials each parameter explains, the largest on top."""
    figure = Figure(figsize=(7, 0.35 * len(importance) + 1.2), layout="constrained")
    axes = figure.subplots()
    names = list(importance)[::-1]
    axes.barh(names, [importance[name] for name in names], color="#1f5fa8")
    axes.set_xlabel("share of the differences in log loss between trials")
    axes.set_title("What mattered in the search", loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    return figure
