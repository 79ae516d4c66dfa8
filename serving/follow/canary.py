"""The canary set: what a newly loaded model has to answer before it is served."""

from __future__ import annotations

from math import fsum
from typing import Any

import numpy as np

from winprob.features.build import open_snapshots
from winprob.features.history import History
from winprob.features.mistake import Mistake
from winprob.features.record import documents_of
from winprob.serving.engines import Engines
from winprob.serving.forecast.answer import ForecastAnswer, forecast_answer
from winprob.serving.forecast.question import ForecastQuestion
from winprob.serving.scores.answer import Answer
from winprob.serving.scores.example import example
from winprob.serving.wire.request import DocumentTooLarge

MOST = 20
"""Opportunities that are asked for: enough for every stage, and answered within a second or two."""

TOLERANCE = 1e-6
"""How far a sum may be from what it is to be: far above rounding, far below what a reader sees."""


class FailedCanary(Mistake):
    """A model that does not answer the canary set as it has to: names the opportunity and what is wrong."""


def check(engines: Engines) -> None:
    """Ask the canary set, and the forecast that is shown first.

    Parameters
    ----------
    engines : Engines
        About to be served.

    Raises
    ------
    FailedCanary
        If an answer is refused, does not add up, or cannot be sent.
    Exception
        Whatever else goes wrong in answering.

    Examples
    --------
    ``check(make_engines(open_model("bundle/", ""), None))``
    """
    documents = canary_set(engines)
    results = engines.scorer.score_batch({"documents": documents}, "en")
    for document, result in zip(documents, results, strict=True):
        if isinstance(result, Answer):
            _check_sums(result)
            Answer.model_validate_json(result.model_dump_json())
        elif not isinstance(result, DocumentTooLarge):  # nobody could ask for it, whatever the model
            raise FailedCanary(
                f"canary set, opportunity {document['opportunity_id']}: expected an answer, found a refusal: "
                f"{result}"
            ) from result
    if engines.forecasts is not None:
        forecast = engines.forecasts.forecast(ForecastQuestion())
        answer = forecast_answer(forecast, engines.forecasts.model)
        ForecastAnswer.model_validate_json(answer.model_dump_json())


def canary_set(engines: Engines) -> list[dict[str, Any]]:
    """Make the documents of the canary set, always the same of the same history.

    Parameters
    ----------
    engines : Engines

    Returns
    -------
    list of dict
        Opportunities that are open at the last event of the history, spread evenly over it; the example of
        the model's playbook if there are none.
    """
    bundle = engines.scorer.served.bundle
    sample = [] if engines.forecasts is None else _sample(engines.forecasts.history)
    known = {attribute.name for attribute in bundle.attributes}
    for document in sample:
        document["attributes"] = {
            name: value for name, value in document["attributes"].items() if name in known
        }
    return sample or [example(bundle.playbook)]


def _sample(history: History) -> list[dict[str, Any]]:
    at = history.last_event
    rows = open_snapshots(history, at)["opportunity"].to_numpy()
    places = np.linspace(0, len(rows) - 1, min(len(rows), MOST)).round().astype(int)
    return [document.model_dump(mode="json") for document in documents_of(history, rows[places], at)]


def _check_sums(answer: Answer) -> None:
    points = fsum(contribution.points for contribution in answer.contributions)
    log_odds = fsum(contribution.log_odds for contribution in answer.contributions)
    for name, found, expected in (
        ("probability", answer.base.probability + points, answer.probability),
        ("log_odds", answer.base.log_odds + log_odds, answer.log_odds),
    ):
        if not abs(found - expected) <= TOLERANCE:  # not a number is no number that adds up either
            raise FailedCanary(
                f"canary set, opportunity {answer.opportunity_id}: expected contributions that add up to the "
                f"{name} {expected}, found {found}"
            )
