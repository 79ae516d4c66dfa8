"""A simulated company with a registered model, and its open opportunities as servers are asked for them."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from winprob.features.build import build, open_snapshots
from winprob.features.history import History
from winprob.features.reading import read
from winprob.features.record import documents_of
from winprob.models.registry.tracking_uri import DATABASE, SQLITE

MODEL = "models:/winprob/1"
"""The first model of a registry."""

MOST = 200
"""Opportunities asked for: enough that no server has just seen one, few enough to write down quickly."""


@dataclass(frozen=True, eq=False)
class ServedCompany:
    """What servers are asked about.

    Attributes
    ----------
    home : pathlib.Path
        The project's folder, with the registry.
    history : History
    documents : list of dict
        Open opportunities, as a CRM would send them.
    matrix : pandas.DataFrame
        The features of the very same opportunities.
    """

    home: Path
    history: History
    documents: list[dict[str, Any]]
    matrix: pd.DataFrame

    @property
    def registry(self) -> str:
        """Address of the registry."""
        return f"{SQLITE}{(self.home / DATABASE).as_posix()}"


def served_company(home: Path, opportunities: int) -> ServedCompany:
    """Simulate a company and train a model, with the verbs of the command line.

    Parameters
    ----------
    home : pathlib.Path
        An existing folder, which becomes the project's.
    opportunities : int
        How many the company has, open or closed.
    """
    folder = str(home / "history")
    environment = os.environ | {"WINPROB_HOME": str(home)}
    environment.pop("MLFLOW_TRACKING_URI", None)
    for words in (("simulate", folder, "--opportunities", str(opportunities)), ("train", folder)):
        command = [str(Path(sys.executable).with_name("winprob")), *words]
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
    history = read(folder)
    end, snapshots = history.last_event, open_snapshots(history).head(MOST)
    documents = [
        document.model_dump(mode="json", exclude_none=True)
        for document in documents_of(history, snapshots["opportunity"].to_numpy(), end)
    ]
    return ServedCompany(home, history, documents, build(history, snapshots=snapshots))
