"""The manifest of a bundle: what a model is, what it learned from and how good it proved to be."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Annotated, Final, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from winprob.features.attribute import Attribute
from winprob.features.build import catalogue
from winprob.features.playbook import Playbook
from winprob.models.bundle.leaks import Leaks
from winprob.models.closing.closing_check import ClosingCheck
from winprob.models.measure.metrics import Metrics
from winprob.models.win.calibrated import CalibratedClassifier

FORMAT: Final = 8
"""The layout of bundles that this version writes and reads."""

Count = Annotated[int, Field(ge=0)]
ModuleName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]


class Part(BaseModel):
    """Part of a manifest: cannot be changed, knows no other keys than its own, and has no NaN or infinity."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Versions(Part):
    """What made a model.

    Attributes
    ----------
    winprob, python, lightgbm : str
        Version numbers.
    """

    winprob: str
    python: str
    lightgbm: str

    @classmethod
    def current(cls) -> Self:
        """The versions that are running now."""
        return cls(winprob=version("winprob"), python=platform.python_version(), lightgbm=version("lightgbm"))


class Data(Part):
    """What a model learned from, was calibrated on and tested with.

    Attributes
    ----------
    rows : int
        Rows of the matrix: moments of a dated history, or rows of a flat table.
    opportunities, won, lost, open : int
        Opportunities, and how many of them had which end by `as_of`.
    digest : str
        SHA-256 of the data.
    first_moment, last_moment : datetime, optional
        First and last moment looked at, in UTC; none for a flat table without dates.
    as_of : datetime, optional
        Nothing recorded later was known, in UTC; none for a flat table without dates.

    Examples
    --------
    >>> Data(rows=448, opportunities=448, won=227, lost=221, open=0, digest="9f86d081").as_of is None
    True
    """

    rows: Count
    opportunities: Count
    won: Count
    lost: Count
    open: Count
    digest: str
    first_moment: AwareDatetime | None = None
    last_moment: AwareDatetime | None = None
    as_of: AwareDatetime | None = None


class Window(Part):
    """A window of time of a dated split.

    Attributes
    ----------
    start, end : datetime
        The window of time (start, end], in UTC; without a start from the beginning.
    rows, opportunities : int
        Moments in the window whose opportunity's end was known by `end`, and of how many opportunities.
    """

    start: AwareDatetime | None = None
    end: AwareDatetime
    rows: Count
    opportunities: Count


class DatedSplit(Part):
    """Learned from what ended first, tested on what ended last, then learned from all of it to be served.

    Attributes
    ----------
    train, test : Window
        Of the model that was tested, in the order of time; no opportunity is in both.
    calibrate : tuple of Window
        Consecutive windows within the time of `train`: rows of each were predicted by a model that learned
        from what was known when the window began. They calibrate the model that was tested; with the test
        they calibrate the one that is served.
    served : Window
        What the model that is served learned from: all that was known at the end of the test.
    """

    kind: Literal["dated_split"] = "dated_split"
    train: Window
    calibrate: tuple[Window, ...]
    test: Window
    served: Window


class CrossValidation(Part):
    """Tested by cross-validation, where nothing is dated.

    Attributes
    ----------
    folds, repeats : int
        Folds, and how often they were drawn anew.
    groups : int
        Groups of rows kept in one fold, such as identical rows.
    """

    kind: Literal["cross_validation"] = "cross_validation"
    folds: Annotated[int, Field(ge=2)]
    repeats: Annotated[int, Field(ge=1)] = 1
    groups: Count


class Manifest(Part):
    """What a bundle holds and where it comes from.

    Attributes
    ----------
    format : int
        Layout of the bundle.
    name : str
        Name under which the model is registered.
    created_at : datetime
        When the bundle was made, in UTC.
    versions : Versions
        What made it.
    features : dict of str to str
        The features that the model was trained on, in the order of its matrix, each with its
        `winprob.features.catalogue.Feature.digest`.
    feature_modules : dict of str to str
        The modules of the company's own features, in their order, each with the SHA-256 of its source.
    attributes : tuple of Attribute
        The columns beyond the contract that the model knows.
    levels : dict of str to tuple of str
        For each category feature the values that the model knows; others count as missing.
    metrics : dict of str to Metrics or None
        Of the ``model`` and of each rule by its name, on the same rows; none where a rule applies to no row.
    data : Data
        What it learned from.
    validation : DatedSplit or CrossValidation
        How the metrics were measured.
    leaks : Leaks, optional
        What became of the search for features that know the ending; none where nobody searched.
    closing : ClosingCheck, optional
        How many wins of the test came in the close window; none where nothing is dated, or none was won.
    levers : dict of str to float
        By the code of an action of `winprob.models.coaching.levers`, what it adds to the log-odds on average,
        over the open opportunities at the end of the history to which it can be done; empty where nothing is
        dated.
    """

    format: Literal[8] = FORMAT
    name: str
    created_at: AwareDatetime
    versions: Versions
    features: dict[str, str]
    feature_modules: dict[ModuleName, str] = Field(default_factory=dict)
    attributes: tuple[Attribute, ...]
    levels: dict[str, tuple[str, ...]]
    metrics: dict[str, Metrics | None]
    data: Data
    validation: Annotated[DatedSplit | CrossValidation, Field(discriminator="kind")]
    leaks: Leaks | None = None
    closing: ClosingCheck | None = None
    levers: dict[str, float] = Field(default_factory=dict)

    @property
    def learned(self) -> int:
        """How many closed opportunities the model that is served learned from."""
        if isinstance(self.validation, DatedSplit):
            return self.validation.served.opportunities
        return self.data.opportunities

    @classmethod
    def of(
        cls,
        model: CalibratedClassifier,
        playbook: Playbook,
        attributes: Sequence[Attribute],
        *,
        metrics: dict[str, Metrics | None],
        data: Data,
        validation: DatedSplit | CrossValidation,
        leaks: Leaks | None = None,
        closing: ClosingCheck | None = None,
        levers: dict[str, float] | None = None,
        name: str = "winprob",
        created_at: datetime | None = None,
    ) -> Self:
        """Write the manifest of a model that was made here and now.

        Parameters
        ----------
        model : CalibratedClassifier
            Fitted and calibrated.
        playbook : Playbook
        attributes : sequence of Attribute
        metrics, data, validation, leaks, closing, levers, name
            As in `Manifest`.
        created_at : datetime, optional
            Now if left out.
        """
        return cls(
            name=name,
            created_at=created_at or datetime.now(UTC),
            versions=Versions.current(),
            features={
                feature.name: feature.digest
                for feature in catalogue(playbook, attributes)
                if feature.name in model.columns_.names
            },
            feature_modules={module.name: module.digest for module in playbook.feature_modules},
            attributes=tuple(attributes),
            levels=model.columns_.levels,
            metrics=metrics,
            data=data,
            validation=validation,
            leaks=leaks,
            closing=closing,
            levers=levers or {},
        )
