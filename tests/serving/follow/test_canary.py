"""What a model has to answer before it is served."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from bundles import simulated_history, trained_bundle
from pydantic import ValidationError
from successors import explained_by, out_of_range, successor

from winprob.features.history import History
from winprob.features.playbook import Playbook
from winprob.models.bundle.bundle import Bundle
from winprob.serving.engines import Engines, make_engines
from winprob.serving.follow.canary import MOST, FailedCanary, canary_set, check
from winprob.serving.forecast.cached_forecasts import CachedForecasts
from winprob.serving.load.served_model import ServedModel
from winprob.serving.scores.answer import Answer
from winprob.serving.scores.example import example


class Given:
    def __init__(self, history: History) -> None:
        self._history = history

    def history(self, _: Playbook) -> History:
        return self._history


def engines(bundle: Bundle, history: History | None = None) -> Engines:
    return make_engines(ServedModel(bundle, "8"), None if history is None else Given(history))


@pytest.fixture(scope="module")
def good() -> Engines:
    return engines(successor(), simulated_history())


def test_a_good_model_passes(good: Engines) -> None:
    check(good)
    check(engines(successor()))


def test_the_set_is_of_open_opportunities_and_always_the_same(good: Engines) -> None:
    found = canary_set(good)
    assert found == canary_set(engines(trained_bundle(), simulated_history()))
    history = simulated_history()
    open_now = set(history.opportunities["opportunity_id"].iloc[history.open_at(history.last_event)])
    ids = [document["opportunity_id"] for document in found]
    assert len(set(ids)) == len(ids) == min(MOST, len(open_now))
    assert set(ids) <= open_now


def test_where_nothing_is_open_the_example_is_asked() -> None:
    history = simulated_history()
    ended = history.opportunities.assign(outcome="lost", closed_at=history.last_event)
    over = history.with_table("opportunities", ended)
    for found in (engines(successor()), engines(successor(), over)):
        assert canary_set(found) == [example(successor().playbook)]
        check(found)


def test_attributes_that_the_model_does_not_know_are_left_out() -> None:
    history = simulated_history()
    known = {attribute.name for attribute in successor().attributes}
    assert known
    more = replace(
        history.with_table("opportunities", history.opportunities.assign(colour="red")),
        attributes=(*history.attributes, replace(history.attributes[0], name="colour", kind="category")),
    )
    found = canary_set(engines(successor(), more))
    assert {name for document in found for name in document["attributes"]} <= known
    check(engines(successor(), more))


def test_numbers_out_of_all_range_fail() -> None:
    with pytest.raises(FailedCanary, match=r"opportunity A-1001: expected contributions that add up to the "):
        check(engines(out_of_range()))


@pytest.mark.parametrize("factor", [1.1, math.nan])
def test_contributions_that_do_not_add_up_fail(factor: float) -> None:
    def scaled(shares: np.ndarray) -> np.ndarray:
        """A model that goes wrong on some opportunities only: not on the example, by which it is opened."""
        return shares * np.where(np.arange(len(shares)) == 3, factor, 1.0)[:, np.newaxis]

    bundle = explained_by(scaled)
    with pytest.raises(
        FailedCanary, match=r"canary set, opportunity OPP-\d+: expected contributions that add up"
    ):
        check(engines(bundle, simulated_history()))


def test_a_refusal_fails(good: Engines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "winprob.serving.follow.canary.canary_set", lambda _: [{"opportunity_id": "A", "stage": "?"}]
    )
    with pytest.raises(
        FailedCanary, match="opportunity A: expected an answer, found a refusal: stage: expected"
    ):
        check(good)


def test_an_answer_that_cannot_be_sent_fails(good: Engines, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = good.scorer.score_batch

    def unlimited(*asked: object) -> list[object]:
        return [
            answer.model_copy(update={"range": answer.range.model_copy(update={"low": math.nan})})
            for answer in usual(*asked)
            if isinstance(answer, Answer)
        ]  # type: ignore[arg-type]

    monkeypatch.setattr(good.scorer, "score_batch", unlimited)
    with pytest.raises(ValidationError):
        check(good)


def test_a_forecast_that_cannot_be_made_fails(good: Engines, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("no forecast")

    monkeypatch.setattr(CachedForecasts, "forecast", broken)
    with pytest.raises(ZeroDivisionError, match="no forecast"):
        check(good)


def test_a_forecast_without_a_number_fails(good: Engines, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = CachedForecasts.forecast

    def empty(self: CachedForecasts, question: object) -> object:
        made = usual(self, question)  # type: ignore[arg-type]
        return replace(made, table=made.table.assign(median=pd.NA))

    monkeypatch.setattr(CachedForecasts, "forecast", empty)
    with pytest.raises(ValidationError):
        check(good)
