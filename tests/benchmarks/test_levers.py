from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
import pytest
from bundles import simulated_history, trained_bundle
from trainings import trained_model

from benchmarks.levers import (
    COMPANIES,
    EVERY,
    SHRINKAGES,
    Simulated,
    effects,
    offers,
    show,
    show_shrinkages,
    shrunk_offers,
    table,
)
from winprob.features.record import document_of
from winprob.models.coaching.gains import score_with_levers

END = pd.Timestamp("2024-06-03", tz="UTC")


@dataclass(frozen=True)
class Stub:
    """A company in which each action adds to the chance as many percent as its code has letters."""

    tables: dict[str, pd.DataFrame]
    end: pd.Timestamp = END

    def forced(
        self, action: str, opportunity_ids: Sequence[str], at: pd.Timestamp, rollouts: int, seed: int
    ) -> np.ndarray:
        assert (at, rollouts, seed) == (END, 7, 3)
        without = np.array([0.1 * int(name) for name in opportunity_ids])
        return np.stack([without, without + len(action) / 100])


@cache
def small(name: str) -> tuple[Simulated, list[str]]:
    """A company of few deals, and some that are still open."""
    company = COMPANIES[name](60, 1)
    return company, company.tables["opportunities"].query("outcome.isna()")["opportunity_id"].tolist()[:10]


def offered(*rows: tuple[str, str]) -> pd.DataFrame:
    found = pd.DataFrame(rows, columns=["opportunity_id", "action"])
    return found.assign(lever=found["action"].str.partition(".")[0], gain=0.05)


def tried(lever: str, gain: Sequence[float], effect: Sequence[float]) -> pd.DataFrame:
    return pd.DataFrame({"lever": lever, "gain": gain, "effect": effect})


def test_offers_are_the_levers_of_the_open_deals() -> None:
    bundle, history = trained_bundle(), simulated_history()
    found = offers(bundle, history, END, deals=20, seed=1)
    names = history.opportunities["opportunity_id"].tolist()
    assert 10 < found["opportunity_id"].nunique() <= 20
    assert set(found["opportunity_id"]) <= {names[row] for row in history.open_at(END)}
    for name, rows in found.groupby("opportunity_id"):
        _, (expected,) = score_with_levers(bundle, [document_of(history, names.index(name), END)], top=EVERY)
        assert rows["action"].tolist() == [lever.code for lever in expected]
        assert rows["gain"].tolist() == pytest.approx([lever.gain for lever in expected])
    assert (found["gain"] > 0).all()
    assert found["lever"].tolist() == [action.partition(".")[0] for action in found["action"]]


def test_all_deals_are_looked_at_where_they_are_few() -> None:
    bundle, history = trained_bundle(), simulated_history()
    early = history.opportunities["created_at"].iloc[20]
    few = len(history.open_at(early))
    assert 1 < few < 30
    assert offers(bundle, history, early, few).equals(offers(bundle, history, early, few + 1, seed=5))


def test_effects_belong_to_their_rows() -> None:
    rows = offered(("3", "contact"), ("1", "risk.fit"), ("2", "contact"), ("3", "risk.fit"))
    found = effects(Stub({}), rows.set_axis([5, 6, 7, 8]), rollouts=7, seed=3)
    assert found.to_dict() == pytest.approx({5: 0.07, 6: 0.08, 7: 0.07, 8: 0.08})


def test_other_shrinkages_offer_other_gains_of_the_same_deals() -> None:
    trained, history = trained_model(), simulated_history()
    found = shrunk_offers(trained, history, END, 20, 1)
    by_shrinkage = {name: rows.drop(columns="shrinkage") for name, rows in found.groupby("shrinkage")}
    assert list(by_shrinkage) == sorted(SHRINKAGES)
    served = offers(trained.bundle, history, END, 20, 1)
    assert by_shrinkage["as served"].reset_index(drop=True).equals(served)
    contacts = [rows.query("lever.str.startswith('reach')")["gain"].mean() for rows in by_shrinkage.values()]
    assert len(set(contacts)) == len(SHRINKAGES)
    of_average = by_shrinkage["the average"]
    odds = of_average.query("action == 'find_coach'")["gain"]
    assert odds.count() > 2


def test_shrinkages_are_shown_by_levers_with_enough_deals(capsys: pytest.CaptureFixture[str]) -> None:
    effect = np.linspace(0.0, 0.1, 100)
    rows = [tried("right", effect + 0.01, effect), tried("low", effect - 0.03, effect)]
    rare = tried("rare", effect[:9] + 1, effect[:9])
    show_shrinkages({"a": pd.concat([*rows, rare]), "b": rows[0]})
    heading, a, b = capsys.readouterr().out.splitlines()
    assert a.split() == ["a", "0.0200", "0.0200", "1.0000", "1", "1"]
    assert b.split() == ["b", "0.0100", "0.0100", "1.0000", "1", "0"]
    assert heading.split() == ["|bias|", "distance", "correlation", "met", "missed"]


def test_an_action_that_does_nothing_has_no_effect_and_is_judged_by_its_bias() -> None:
    company, ids = small("hidden-interest")
    rows = offered(*((name, "contact") for name in ids)).assign(gain=np.linspace(0.0, 0.01, len(ids)))
    found = rows.assign(effect=effects(company, rows, rollouts=1, seed=0))
    assert (found["effect"] == 0).all()
    [line] = table(pd.concat([found] * 20)).to_dict("records")
    assert np.isnan(line["correlation"])
    assert (line["goal"], line["bias"]) == ("met", pytest.approx(0.005))


def test_the_same_dice_give_the_same_effects() -> None:
    company, ids = small("simulated")
    rows = offered(*((name, action) for name in ids for action in ("contact", "find_coach")))
    first, again = (effects(company, rows, rollouts=10, seed=2) for _ in range(2))
    assert first.equals(again)
    assert first[rows["action"] == "find_coach"].mean() > first[rows["action"] == "contact"].mean() > 0


def test_what_a_committee_cannot_be_made_to_do_has_no_effect() -> None:
    company, ids = small("committee")
    rows = offered(*((name, action) for name in ids for action in ("contact", "risk.fit")))
    found = effects(company, rows, rollouts=5, seed=0)
    assert found.notna().equals(rows["action"] == "contact")


def test_goals_are_of_bias_and_correlation_and_of_enough_deals() -> None:
    effect = np.linspace(0.0, 0.1, 100)
    rows = [
        tried("right", effect + 0.019, effect),
        tried("biased", effect + 0.021, effect),
        tried("backwards", effect[::-1], effect),
        tried("rare", effect[:99], effect[:99]),
    ]
    found = table(pd.concat(rows)).set_index("lever")
    goals = {"right": "met", "biased": "missed", "backwards": "missed", "rare": "too few"}
    assert found["goal"].to_dict() == goals
    assert found.loc["right", ["deals", "bias", "distance", "correlation"]].tolist() == pytest.approx(
        [100, 0.019, 0.019, 1.0]
    )
    assert found.loc["backwards", ["predicted", "effect", "bias"]].tolist() == pytest.approx(
        [0.05, 0.05, 0.0]
    )
    assert found.index[-1] == "rare"


def test_a_table_is_shown_with_its_goals(capsys: pytest.CaptureFixture[str]) -> None:
    effect = np.linspace(0.0, 0.1, 100)
    show("stub", pd.concat([tried("right", effect, effect), tried("backwards", effect[::-1], effect)]))
    shown = capsys.readouterr().out
    assert shown.startswith("\nstub\n")
    assert shown.endswith("met 1, missed 1\n")
    assert "backwards" in shown


@pytest.mark.parametrize("name", ["simulated", "believing-unseen", "hidden-interest", "committee"])
def test_every_company_can_be_acted_on(name: str) -> None:
    company, ids = small(name)
    assert company.forced("reach_decision_maker", ids, company.end, 5, 0).shape == (2, len(ids))
