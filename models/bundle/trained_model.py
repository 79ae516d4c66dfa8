"""What was learned from a history: all that answers rest on."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from winprob.features.attribute import Attribute
from winprob.features.build import catalogue, compute
from winprob.features.catalogue import Feature
from winprob.features.company_features import in_terms_of
from winprob.features.history import History
from winprob.features.instant import microseconds
from winprob.features.matrix import Matrix
from winprob.features.playbook import Playbook
from winprob.features.recorded import Recorded
from winprob.features.timeline import Integers
from winprob.models.bundle.common_factor import CommonFactor
from winprob.models.closing.closing_times import ClosingTimes
from winprob.models.measure.rules import StageWinRates
from winprob.models.win.calibrated import CalibratedClassifier


@dataclass(frozen=True)
class TrainedModel:
    """A trained model with what gives its answers their meaning, before it has any papers.

    Attributes
    ----------
    model : CalibratedClassifier
        Fitted and calibrated on the features of the playbook and the attributes.
    playbook : Playbook
        The stages, risk items and roles that documents and histories speak of.
    attributes : tuple of Attribute
        The columns beyond the contract that the model knows.
    stage_win_rates : StageWinRates
        The rule that learned from the same rows.
    closing_times : ClosingTimes, optional
        When opportunities close; none where nothing is dated, or nothing had closed.
    common_factor : CommonFactor
        How much deals move together.

    Examples
    --------
    ``winprob.training.learn.learning.learn(history).trained_model``
    """

    model: CalibratedClassifier
    playbook: Playbook
    attributes: tuple[Attribute, ...]
    stage_win_rates: StageWinRates
    closing_times: ClosingTimes | None = None
    common_factor: CommonFactor = field(default_factory=CommonFactor)

    def __post_init__(self) -> None:
        """Refuse a model of other features."""
        known = {feature.name for feature in catalogue(self.playbook, self.attributes)}
        names = self.model.columns_.names
        strange = [name for name in names if name not in known]
        if self.closing_times is not None:
            strange += sorted(set(names) ^ set(self.closing_times.columns.names))
        if strange:
            raise ValueError(
                f"expected a model of features of the playbook {self.playbook.code!r} and its "
                f"{len(self.attributes)} attributes, found columns that differ in {', '.join(strange[:5])}; "
                "train it on a matrix of winprob.matrix"
            )

    @cached_property
    def features(self) -> tuple[Feature, ...]:
        """The features that the model was trained on, in the order of its matrix.

        There may be more by now, of which it knows nothing.
        """
        known = {feature.name: feature for feature in catalogue(self.playbook, self.attributes)}
        return tuple(known[name] for name in self.model.columns_.names)

    def matrix(self, history: History, snapshots: pd.DataFrame) -> pd.DataFrame:
        """Compute these features, as `winprob.features.build.build` does.

        Parameters
        ----------
        history : History
            Of the playbook, with the attributes.
        snapshots : pandas.DataFrame
            With the columns ``opportunity`` and ``at``.

        Returns
        -------
        pandas.DataFrame, shape (n, k)
        """
        known = in_terms_of(self.playbook, history)
        opportunity, moment = snapshots["opportunity"].to_numpy(np.int64), microseconds(snapshots["at"])
        return self.compute(known, opportunity, moment).frame

    def compute(self, recorded: Recorded, opportunity: Integers, moment: Integers) -> Matrix:
        """Compute these features as arrays, as `winprob.features.build.compute` does.

        Parameters
        ----------
        recorded : Recorded
            Of the playbook, with the attributes.
        opportunity, moment : numpy.ndarray of int64, shape (n,)
            Numbers of the opportunities, and when, in microseconds since 1970 in UTC.
        """
        return compute(recorded, opportunity, moment).select(self.model.columns_.names)
