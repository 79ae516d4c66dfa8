"""What was learned from a history: all that answers rest on."""

from __future__ import annotations

from dataclasses import dataclass, field

from winprob.features.build import catalogue
from winprob.features.history import Attribute
from winprob.features.playbook import Playbook
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
        expected = [feature.name for feature in catalogue(self.playbook, self.attributes)]
        columns = [self.model.columns_] + ([self.closing_times.columns] if self.closing_times else [])
        for found in (list(each.names) for each in columns):
            if found != expected:
                strange = sorted(set(expected) ^ set(found)) or ["their order"]
                raise ValueError(
                    f"expected a model of the {len(expected)} features of the playbook "
                    f"{self.playbook.code!r} and its {len(self.attributes)} attributes, found {len(found)} "
                    f"columns that differ in {', '.join(strange[:5])}; train it on a matrix of winprob.matrix"
                )
