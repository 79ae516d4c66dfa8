"""Tracking: the only writer to MLflow. Every model is logged and registered, the better one made champion."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import url2pathname

from features.mistake import Mistake
from features.playbook import Language
from models.card_markdown import markdown
from models.card_summary import summary
from models.leaks import Leaks
from training.figures import figures
from training.fit import Trained
from training.forecast_page import forecast_pages
from training.promotion import CHAMPION, Decision, decide
from training.pyfunc import as_texts, requirements, signature
from training.registry import champion, experiment, open_registry, quiet_mlflow

if TYPE_CHECKING:
    from mlflow import MlflowClient

NAME = "winprob"
"""Name of the experiment and of the registered model."""

MEASURES = ("log_loss", "brier", "auc", "calibration_error", "observed", "predicted", "rows")

DESCRIPTION = "mlflow.note.content"
"""The tag that MLflow shows as a run's description."""

EXAMPLES = 3
"""Rows of the test that are kept beside the model, to try it with."""

PAGES: dict[str, Language] = {"card.md": "en", "card.zh.md": "zh"}
"""Files of a run that show the card, and their language."""

DIGEST_LENGTH = 36
"""MLflow's limit for the digest of a data set; the run's tag ``data.digest`` has the whole of it."""


@dataclass(frozen=True)
class Logged:
    """A model in the registry.

    Attributes
    ----------
    name : str
        Name of the registered model.
    run_id : str
        The run that holds parameters, metrics and figures.
    version : str
        Its version in the registry.
    promoted : bool
        Whether it is champion now.
    reason : str
        Why or why not, with the numbers.
    card : str
        Where the page lies that shows what the model knows.
    comparable : bool
        Whether the numbers decided.
    """

    name: str
    run_id: str
    version: str
    promoted: bool
    reason: str
    card: str
    comparable: bool = True

    @property
    def sentence(self) -> str:
        """What became of the model, for people.

        Examples
        --------
        >>> Logged("winprob", "0a", "2", False, "its log loss is above that of stage", "card.md").sentence
        'winprob version 2 is logged, but not champion: its log loss is above that of stage.'
        """
        if self.promoted:
            return f"{self.name} version {self.version} is champion: {self.reason}."
        told = f"{self.name} version {self.version} is logged, but not {CHAMPION}: {self.reason}."
        if self.comparable:
            return told
        return (
            f"{told} Serve it with --model models:/{self.name}/{self.version}, or make it champion with "
            f"python -m training.tracking {self.version}."
        )


def log(trained: Trained, name: str = NAME) -> Logged:
    """Log a model with all that belongs to it, register it, and make it champion if it is better.

    Parameters
    ----------
    trained : Trained
    name : str
        Name of the experiment and of the registered model.

    Returns
    -------
    Logged

    Raises
    ------
    training.registry.ChampionOutOfReach
        If there is a champion to beat whose files cannot be had; nothing is logged.

    Examples
    --------
    ``log(train(read("history"))).sentence``
    """
    with quiet_mlflow():
        import mlflow

        client = open_registry()
        decision = decide(trained, champion(client, name))
        with mlflow.start_run(experiment_id=experiment(client, name)) as run:
            _log_facts(trained)
            version = _register(client, trained, name, run.info.run_id)
            _promote(client, name, version, decision)
            mlflow.set_tags(_tags(decision))
            card = _log_card(client, trained, name, version)
        return Logged(
            name, run.info.run_id, version, decision.promoted, decision.reason, card, decision.comparable
        )


def crown(version: str, name: str = NAME) -> None:
    """Make a version champion because a person says so.

    Parameters
    ----------
    version : str
        Version of the registered model.
    name : str
        Name of the registered model.

    Raises
    ------
    Mistake
        If there is no such version.
    """
    with quiet_mlflow():
        from mlflow.exceptions import MlflowException

        client = open_registry()
        try:
            client.get_model_version(name, version)
        except MlflowException as error:
            raise Mistake(
                f"{name}: expected a registered version, found no version {version!r} in "
                f"{client.tracking_uri}; train a model, or correct the number"
            ) from error
        _promote(client, name, version, Decision(True, "chosen by hand"))


def _log_facts(trained: Trained) -> None:
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


def _register(client: MlflowClient, trained: Trained, name: str, run_id: str) -> str:
    """Log the bundle as a model of the active run, and register it."""
    import mlflow
    from mlflow.exceptions import MlflowException
    from mlflow.protos.databricks_pb2 import RESOURCE_ALREADY_EXISTS, ErrorCode

    with TemporaryDirectory() as folder:
        model = mlflow.pyfunc.log_model(
            name=name,
            loader_module="training.pyfunc",
            data_path=str(trained.bundle.save(Path(folder) / "bundle")),
            signature=signature(trained.bundle),
            input_example=as_texts(trained.features.head(EXAMPLES)).reset_index(drop=True),
            pip_requirements=requirements(),
        )
    # Not by log_model itself, which would print.
    try:
        client.create_registered_model(name)
    except MlflowException as error:
        if error.error_code != ErrorCode.Name(RESOURCE_ALREADY_EXISTS):
            raise
    version = client.create_model_version(name, model.model_uri, run_id=run_id, model_id=model.model_id)
    return str(version.version)


def _log_card(client: MlflowClient, trained: Trained, name: str, version: str) -> str:
    """Show what the model knows, in the active run and with the version; gives the place of the page."""
    import mlflow

    for file, language in PAGES.items():
        mlflow.log_text(markdown(trained.bundle, version, language), file)
    mlflow.log_dict(trained.bundle.card.model_dump(mode="json"), "card.json")
    description = summary(trained.bundle, version)
    mlflow.set_tag(DESCRIPTION, description)
    client.update_model_version(name, version, description)
    return _path(mlflow.get_artifact_uri("card.md"))


def _path(uri: str) -> str:
    """Write a file's address as people type it; others stay as they are."""
    if not uri.startswith("file:"):
        return uri
    file, here = Path(url2pathname(urlsplit(uri).path)), Path.cwd()
    return str(file.relative_to(here) if file.is_relative_to(here) else file)


def _promote(client: MlflowClient, name: str, version: str, decision: Decision) -> None:
    """Write a decision on a version, and give it the alias if it says so."""
    for key, value in _tags(decision).items():
        client.set_model_version_tag(name, version, key, value)
    if decision.promoted:
        client.set_registered_model_alias(name, CHAMPION, version)


def _tags(decision: Decision) -> dict[str, str]:
    return {"promotion": CHAMPION if decision.promoted else "refused", "promotion.reason": decision.reason}


def main(version: str) -> None:
    """Make a version champion: ``python -m training.tracking 2``.

    Parameters
    ----------
    version : str
        Version of the registered model.
    """
    try:
        crown(version)
    except Mistake as mistake:
        sys.exit(str(mistake))


if __name__ == "__main__":
    main(*sys.argv[1:])
