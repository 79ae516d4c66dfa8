"""Replay the past: at each of its moments learn and forecast from nothing but what was known then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from winprob.features.history import History
from winprob.models.forecast.forecast import Forecast, forecast_periods
from winprob.models.forecast.period import Period
from winprob.models.forecast.pipeline import pipeline
from winprob.training.learn.learning import learn
from winprob.training.progress import Progress, silent


def replay(history: History, spans: Sequence[Period], progress: Progress = silent) -> Iterator[Forecast]:
    """Forecast each span of time as it would have been done when it began.

    Parameters
    ----------
    history : History
    spans : sequence of Period
        Each is looked at from the beginning of its first day.
    progress : callable
        Told before each step.

    Yields
    ------
    Forecast
        Of one span after the other. The model learns anew each time, as it does in training.
    """
    for number, span in enumerate(spans):

        def tell(doing: str, done: int, steps: int, begun: int = number, span: Period = span) -> None:
            progress(f"as of {span.start}: {doing}", begun * steps + done, len(spans) * steps)

        at = span.calendar.start_of(span.start)
        known = history.until(at)
        yield forecast_periods(pipeline(learn(known, progress=tell).trained_model, known, at), (span,))
