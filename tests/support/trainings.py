"""Models trained on a small simulated company, and what if their tests had come out otherwise."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
from bundles import simulated_history
from small import GRADES

from winprob.features.history import History
from winprob.features.playbook import Playbook
from winprob.features.timeline import Floats
from winprob.training.fit import Trained, train
from winprob.training.judge.evaluation import evaluate


@cache
def trained_model() -> Trained:
    """A model with its honest test."""
    return train(simulated_history())


@cache
def trained_before() -> Trained:
    """A model that learned in the first 15 of 24 months."""
    return train(simulated_history(), "2024-03-31")


def losing_from(history: History, since: pd.Timestamp, share: float) -> History:
    """The same history, but a share of what was won since then was lost: the market has changed."""
    deals = history.opportunities
    late = (deals["outcome"] == "won") & (deals["closed_at"] > since)
    lost = late & (np.random.default_rng(0).random(len(deals)) < share)
    return history.with_table("opportunities", deals.assign(outcome=deals["outcome"].mask(lost, "lost")))


@cache
def trained_without(attribute: str) -> Trained:
    """A model of the same history without an attribute."""
    return train(_retold(GRADES, {attribute}))


@cache
def trained_renaming(attribute: str, name: str) -> Trained:
    """A model of the same history, in which an attribute has another name."""
    return train(_retold(GRADES, (), {attribute: name}))


@cache
def trained_as_text(attribute: str) -> Trained:
    """A model of the same history, in which an attribute of numbers is one of texts."""
    history = simulated_history()
    text = history.opportunities[attribute].map("{:.0f}".format).astype("str")
    kinds = [
        replace(each, kind="category") if each.name == attribute else each for each in history.attributes
    ]
    opportunities = history.opportunities.assign(**{attribute: text})
    return train(replace(history.with_table("opportunities", opportunities), attributes=tuple(kinds)))


@cache
def trained_with(playbook: Playbook) -> Trained:
    """A model of the same history, read with another playbook of the same stages."""
    return train(_retold(playbook, ()))


def against(trained: Trained, model: float | Floats | None = None, **rules: float | None) -> Trained:
    """The same, but each rule gave the same probability to all, none where it did not apply.

    The model's probabilities are its own unless `model` is given.
    """
    rows = trained.evaluation.rows
    given = {name: None if value is None else np.full(len(rows), value) for name, value in rules.items()}
    told = rows["model"].to_numpy() if model is None else np.full(len(rows), model)
    return replace(trained, evaluation=evaluate(rows["won"], rows["weight"], told, given))


def clairvoyant(trained: Trained) -> Trained:
    """The same, but it knew what would happen, and the rules did not."""
    won = trained.evaluation.rows["won"].to_numpy()
    return against(trained, model=0.01 + 0.98 * won, stage=0.5, competition=None, base_rate=0.5)


def _retold(playbook: Playbook, without: Collection[str], names: Mapping[str, str] | None = None) -> History:
    history = simulated_history()
    ids = history.opportunities["opportunity_id"].array
    tables = {
        name: table.drop(columns="opportunity").assign(
            opportunity_id=ids.take(table["opportunity"].to_numpy())
        )
        for name, table in history.events.items()
        if history.recorded[name].any()
    }
    opportunities: pd.DataFrame = history.opportunities.drop(columns=list(without)).rename(
        columns=names or {}
    )
    return History.of(playbook, {"opportunities": opportunities, **tables})
