"""The bundle: everything that an answer needs, as a folder of text that travels from training to serving."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from winprob.features.build import catalogue
from winprob.features.digests import COPY_AGAIN, SUMS, WrongDigests, intact, write_digests
from winprob.features.durable import new_folder, write_durably
from winprob.features.feature_module import FeatureModule
from winprob.features.mistake import Mistake
from winprob.features.playbook import Playbook
from winprob.features.problem import key_path
from winprob.models.bundle.card import Card
from winprob.models.bundle.common_factor import CommonFactor
from winprob.models.bundle.manifest import FORMAT, Manifest, Versions
from winprob.models.bundle.trained_model import TrainedModel
from winprob.models.closing.closing_times import SavedClosingTimes
from winprob.models.measure.rules import StageWinRates
from winprob.models.own_estimator.store import ESTIMATOR, PARTS, NotStorable
from winprob.models.win.calibrated import CalibratedClassifier
from winprob.models.win.store import BOOSTER, MODEL, DamagedModel
from winprob.models.win.win_model import WinModel

MANIFEST, PLAYBOOK, RULES, CARD = "manifest.json", "playbook.json", "stage_win_rates.json", "card.json"
CLOSING, COMMON_FACTOR = "closing_times.json", "common_factor.json"
WIN_MODEL, OWN = (MODEL, BOOSTER), (ESTIMATOR, PARTS)
"""Files of the win model, and of an estimator from elsewhere: a bundle has those of one."""
MODULE = "features.{name}.py"
"""The file of a module of the company's own features."""
FILES = (SUMS, MANIFEST, PLAYBOOK, RULES, CLOSING, COMMON_FACTOR, CARD, *WIN_MODEL)
"""Files of a bundle with the win model."""

RETRAIN = "train the model anew with this version"

Text = TypeVar("Text", bound=BaseModel)


class InvalidBundle(Mistake):
    """A folder that cannot be used as a bundle, with what is wrong with it.

    Parameters
    ----------
    folder : pathlib.Path
        The folder.
    problems : sequence of str
        Each names the file, what was expected, what was found and what to do.
    """

    def __init__(self, folder: Path, problems: Sequence[str]) -> None:
        self.folder = folder
        self.problems = tuple(problems)
        super().__init__("\n  ".join([f"{folder} cannot be used as a bundle:", *self.problems]))


@dataclass(frozen=True, kw_only=True)
class Bundle(TrainedModel):
    """What was learned, with where it comes from and what its test says.

    Attributes
    ----------
    model, playbook, attributes, stage_win_rates, closing_times, common_factor
        As in `winprob.models.bundle.trained_model.TrainedModel`.
    manifest : Manifest
        Where all this comes from.
    card : Card
        What its test says that it knows.

    Examples
    --------
    >>> Bundle.load("no/such/folder")
    Traceback (most recent call last):
    ...
    winprob.models.bundle.bundle.InvalidBundle: no/such/folder cannot be used as a bundle:
      expected a folder written by Bundle.save, found no such folder; correct the path
    """

    manifest: Manifest
    card: Card

    @classmethod
    def of(cls, trained_model: TrainedModel, manifest: Manifest, card: Card) -> Bundle:
        """Give what was learned its papers."""
        parts = {each.name: getattr(trained_model, each.name) for each in fields(TrainedModel)}
        return cls(**parts, manifest=manifest, card=card)

    def save(self, folder: str | Path) -> Path:
        """Write the bundle. The folder appears complete, and is on the disk, or does not appear at all.

        Parameters
        ----------
        folder : str or pathlib.Path
            Where to; must not be there yet, unless it is empty.

        Returns
        -------
        pathlib.Path
            The folder.

        Raises
        ------
        FileExistsError
            If the folder holds something.
        winprob.features.durable.NotWritten
            If a file cannot be written, such as on a full disk.
        """
        folder = Path(folder)
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise FileExistsError(
                f"{folder}: expected a folder that is not there yet, found one that holds something; "
                "choose another or remove it"
            )
        texts: dict[str, BaseModel] = {
            MANIFEST: self.manifest,
            PLAYBOOK: self.playbook,
            RULES: self.stage_win_rates,
            CARD: self.card,
            CLOSING: SavedClosingTimes(self.closing_times),
            COMMON_FACTOR: self.common_factor,
        }
        with new_folder(folder) as beside:
            self.model.save(beside)
            for name, text in texts.items():
                write_durably(beside / name, text.model_dump_json(indent=2).encode() + b"\n")
            modules = {MODULE.format(name=each.name): each for each in self.playbook.feature_modules}
            for name, module in modules.items():
                write_durably(beside / name, module.source.encode())
            of_model = WIN_MODEL if isinstance(self.model, WinModel) else OWN
            write_digests(beside, [*texts, *modules, *of_model])
        return folder

    @classmethod
    def load(cls, folder: str | Path, digest: str | None = None) -> Bundle:
        """Read a bundle. No file is parsed before the digests of all are right.

        Modules of the company's own features are run, with all rights of this process.

        Files that do not belong to a bundle are neither looked at nor refused: file managers and registries
        put some of their own beside it.

        Parameters
        ----------
        folder : str or pathlib.Path
            Where `save` wrote it.
        digest : str, optional
            Its `winprob.features.digests.digest_of`, as a registry has kept it.

        Returns
        -------
        Bundle
            With exactly the same answers.

        Raises
        ------
        InvalidBundle
            If a file is missing or damaged, the bundle is not the one that the registry has kept or is of
            another format, its features are not those of this version, or its own ones cannot be run.
        """
        folder = Path(folder)
        _is_folder(folder)
        known = _intact(folder, digest)
        _same_format(folder)
        _all_there(folder, known)
        manifest = _text(folder, MANIFEST, Manifest)
        playbook = _text(folder, PLAYBOOK, Playbook).with_features(_modules(folder, manifest, known))
        _same_features(folder, manifest, playbook)
        try:
            model = _model(folder, known)
        except (DamagedModel, NotStorable) as error:
            raise InvalidBundle(folder, [str(error)]) from error
        return cls(
            model=model,
            playbook=playbook,
            attributes=manifest.attributes,
            stage_win_rates=_text(folder, RULES, StageWinRates),
            closing_times=_text(folder, CLOSING, SavedClosingTimes).root,
            common_factor=_text(folder, COMMON_FACTOR, CommonFactor),
            manifest=manifest,
            card=_text(folder, CARD, Card),
        )


def _model(folder: Path, known: frozenset[str]) -> CalibratedClassifier:
    if ESTIMATOR not in known:
        return WinModel.load(folder)
    # Brings much of scikit-learn, which a win model does without.
    from winprob.models.own_estimator.own_estimator import OwnEstimator

    return OwnEstimator.load(folder)


def _is_folder(folder: Path) -> None:
    try:
        found = "" if folder.is_dir() else "no such folder"
    except OSError as error:
        found = error.strerror or "no such folder"
    if found:
        problem = f"expected a folder written by Bundle.save, found {found}; correct the path"
        raise InvalidBundle(folder, [problem])


def _intact(folder: Path, digest: str | None) -> frozenset[str]:
    if not (folder / SUMS).exists() and (folder / MANIFEST).exists():
        _same_format(folder)  # bundles of formats before 4 have no digests, and nothing else is wrong
    try:
        return intact(folder, digest)
    except WrongDigests as error:
        raise InvalidBundle(folder, [str(problem) for problem in error.problems]) from error


def _same_format(folder: Path) -> None:
    try:
        found = from_json((folder / MANIFEST).read_bytes()).get("format")
    except (OSError, ValueError, AttributeError) as error:
        problem = f"{MANIFEST}: expected a JSON object, found something else ({error}); {COPY_AGAIN}"
        raise InvalidBundle(folder, [problem]) from error
    if found != FORMAT:
        problem = (
            f"{MANIFEST}: expected format {FORMAT}, which this version reads, found {found!r}; {RETRAIN}"
        )
        raise InvalidBundle(folder, [problem])


def _all_there(folder: Path, known: frozenset[str]) -> None:
    expected = (*FILES[: -len(WIN_MODEL)], *OWN) if ESTIMATOR in known else FILES
    missing = [name for name in expected if name not in {SUMS, *known}]
    if missing:
        problems = [f"{SUMS}: expected a digest of {name}, found none; {COPY_AGAIN}" for name in missing]
        raise InvalidBundle(folder, problems)


def _modules(folder: Path, manifest: Manifest, known: frozenset[str]) -> tuple[FeatureModule, ...]:
    found = []
    for name, digest in manifest.feature_modules.items():
        file = MODULE.format(name=name)
        if file not in known:
            raise InvalidBundle(folder, [f"{SUMS}: expected a digest of {file}, found none; {COPY_AGAIN}"])
        module = FeatureModule(name, (folder / file).read_bytes().decode(errors="replace"))
        if module.digest != digest:
            expected = f"sha256 {digest}, as {MANIFEST} says"
            problem = f"{file}: expected {expected}, found sha256 {module.digest}; {COPY_AGAIN}"
            raise InvalidBundle(folder, [problem])
        found.append(module)
    return tuple(found)


def _text(folder: Path, name: str, kind: type[Text]) -> Text:
    try:
        return kind.model_validate_json((folder / name).read_bytes())
    except ValidationError as error:
        problems = [
            f"{name}: expected a {kind.__name__}, found at {key_path(found['loc']) or 'the top'}: "
            f"{found['msg']}; {COPY_AGAIN}"
            for found in error.errors()
        ]
        raise InvalidBundle(folder, problems) from error


def _same_features(folder: Path, manifest: Manifest, playbook: Playbook) -> None:
    """Refuse a model of features that are gone, or are something else now; others may have been added."""
    try:
        now = {feature.name: feature.digest for feature in catalogue(playbook, manifest.attributes)}
    except Mistake as error:
        raise InvalidBundle(folder, [str(error)]) from error
    gone = [name for name in manifest.features if name not in now]
    changed = [name for name, digest in manifest.features.items() if now.get(name, digest) != digest]
    problems = [
        f"{MANIFEST}: expected features of winprob {Versions.current().winprob}, found "
        f"{', '.join(names[:5])}{' and others' if len(names) > 5 else ''} of winprob "
        f"{manifest.versions.winprob}, {what} now; {RETRAIN}"
        for names, what in ((gone, "which do not exist"), (changed, "which are something else"))
        if names
    ]
    if problems:
        raise InvalidBundle(folder, problems)
