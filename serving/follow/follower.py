"""What is newer than what is served: found, loaded beside it and checked."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from winprob.serving.engines import Engines, make_engines
from winprob.serving.follow import canary
from winprob.serving.follow.rejected import PartName, Rejected
from winprob.serving.load.folder_state import SettledFolder
from winprob.serving.load.history_source import HistoryFolder, HistorySource, KnownHistory
from winprob.serving.load.model_source import ModelSource, model_source
from winprob.serving.load.served_model import ServedModel
from winprob.serving.settings import Settings


@dataclass(frozen=True)
class Parts:
    """Which model and which history, by their states."""

    model: Hashable
    history: Hashable


@dataclass(frozen=True)
class Poll:
    """What a poll came to.

    Attributes
    ----------
    engines : Engines
        What is to be served from now on.
    swapped : tuple of {"model", "history"}
        What of it is new.
    rejected : tuple of Rejected
        What is newer and not served all the same.
    """

    engines: Engines
    swapped: tuple[PartName, ...]
    rejected: tuple[Rejected, ...]


class Follower:
    """Finds out whether another model or another history is there, and loads it beside the served one.

    What was rejected is not tried again before the model or the history is yet another one, unless asked.

    Parameters
    ----------
    model : ModelSource
    folder : pathlib.Path, optional
        The history folder.
    check : callable
        Raises an error if engines must not be served.

    Examples
    --------
    See ``tests/serving/follow/test_follower.py``.
    """

    def __init__(
        self, model: ModelSource, folder: Path | None, check: Callable[[Engines], None] = canary.check
    ) -> None:
        self._model = model
        self._history = None if folder is None else SettledFolder(folder)
        self._check = check
        self._rejected: tuple[Rejected, ...] = ()
        self._unseen: tuple[Rejected, ...] = ()
        self._served = self._refused = self._newest
        self._engines: Engines | None = None

    @classmethod
    def of(cls, settings: Settings) -> Follower:
        """Follow what the settings name.

        Examples
        --------
        >>> follower = Follower.of(Settings(model="bundle/"))
        """
        return cls(model_source(settings.model, settings.tracking_uri), settings.history)

    def open(self) -> Engines:
        """Load what is there at first.

        Raises
        ------
        winprob.models.bundle.bundle.InvalidBundle, winprob.serving.load.fetch.ModelNotFetched
            As `winprob.serving.load.served_model.open_model`.
        winprob.features.mistake.Mistake
            As `winprob.serving.engines.make_engines`.
        """
        source = None if self._history is None else HistoryFolder(self._history.folder)
        self._engines = make_engines(self._model.open(), source)
        self._served = self._newest
        return self._engines

    def opened(self) -> Engines:
        """Give what was loaded at first, or since.

        Raises
        ------
        RuntimeError
            If nothing was: `open` comes first.
        """
        if self._engines is None:
            raise RuntimeError("opened: expected a follower that has opened; call open first")
        return self._engines

    def poll(self, asked: bool = False) -> Poll:
        """Look whether another model or history is there; if so, load and check it.

        Parameters
        ----------
        asked : bool
            Whether somebody says that it is there and complete: then what was rejected is tried again too.

        Returns
        -------
        Poll
            Whatever goes wrong is told there.
        """
        if self._engines is None:
            raise RuntimeError("poll: expected a follower that has opened; call open first")
        before = self._served
        self._poll_sources(asked)
        newest = self._newest
        if newest == before:
            self._rejected = ()
        elif asked or newest != self._refused:
            self._rejected = self._follow(newest, self._engines)
            self._refused = newest
        names: tuple[PartName, ...] = ("model", "history")
        swapped = tuple(name for name in names if getattr(before, name) != getattr(self._served, name))
        return Poll(self._engines, swapped, (*self._unseen, *self._rejected))

    @property
    def _newest(self) -> Parts:
        return Parts(self._model.state, None if self._history is None else self._history.state)

    def _poll_sources(self, asked: bool) -> None:
        if self._history is not None:
            self._history.poll(asked)
        try:
            self._model.poll(asked)
        except Exception as error:  # noqa: BLE001 - whatever a registry raises: the model goes on being served
            unseen = Rejected.because("model", None, error)
            if not any(unseen.same_as(known) for known in self._unseen):
                self._unseen = (unseen,)
        else:
            self._unseen = ()

    def _follow(self, newest: Parts, engines: Engines) -> tuple[Rejected, ...]:
        """Take the newest of both parts if that is usable, else of one; say why not of both."""
        before = self._served
        models, unopened = {before.model: engines.scorer.served}, None
        if newest.model != before.model:
            try:
                models[newest.model] = self._model.open()
            except Exception as error:  # noqa: BLE001 - whatever is wrong, the one before goes on
                unopened = error
        errors: dict[Parts, Exception] = {}
        for parts in (newest, replace(before, history=newest.history), replace(before, model=newest.model)):
            if parts == before or parts.model not in models or parts in errors:
                continue
            try:
                self._engines = self._load(models[parts.model], parts, engines)
            except Exception as error:  # noqa: BLE001 - as above
                errors[parts] = error
            else:
                self._served = parts
                break
        return tuple(self._left_out(newest, unopened, errors))

    def _load(self, model: ServedModel, parts: Parts, engines: Engines) -> Engines:
        new = make_engines(model, self._source(parts, engines))
        self._check(new)
        if parts.model == self._served.model:
            return replace(new, model_since=engines.model_since)
        if parts.history == self._served.history:
            return replace(new, history_since=engines.history_since)
        return new

    def _source(self, parts: Parts, engines: Engines) -> HistorySource | None:
        """The history of a state: as it was read before, unless it is another, or has to be read anew."""
        if self._history is None or engines.forecasts is None:
            return None
        folder = HistoryFolder(self._history.folder, self._history.state)
        return (
            KnownHistory(engines.forecasts.history, folder)
            if parts.history == self._served.history
            else folder
        )

    def _left_out(
        self, newest: Parts, unopened: Exception | None, errors: Mapping[Parts, Exception]
    ) -> Iterator[Rejected]:
        served = self._served
        if newest.model != served.model:
            error = unopened or errors[replace(served, model=newest.model)]
            yield Rejected.because("model", newest.model, error)
        if newest.history != served.history:
            yield Rejected.because("history", None, errors[replace(served, history=newest.history)])
