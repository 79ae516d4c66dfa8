"""Whether a lever does what it says: the gain that winprob predicts beside the effect of doing it.

A lever (`winprob.models.coaching.levers`) is an action of the seller with what it adds to the win
probability, found by scoring the record as it would be afterwards, and shrunk. That is an association in past
deals. Here a simulator does the action: on open deals at the end of a history, each lever that winprob offers
(it gains, by the model) is forced, and the true win probability with it is put beside the one without it, by
the same dice. Bias is the mean of the predicted gain minus the effect, distance that of its size. The
correlation is over deals; it is a little too small, by what is left of the dice in the effects, and missing
where all effects are the same. The goal, of every lever with at least 100 deals: a bias within 0.02 either
way, and a correlation of 0.6. A last table has the levers with other shrinkages of the gains
(`winprob.models.coaching.gains.GainShrinkage`), means over the levers with enough deals.

What forcing means, always at the first moment after the history, with sellers who go on by their habits then:

- Simulated company: the record that the lever describes becomes the state of the deal. An effective contact
  (with the person to reach, with the new coach) counts as one. It ends with the next one planned as often as
  any does, and furthers the week: stage, check points, who is found, what is answered, who is won over. Who
  is found gets stance and influence by the dice. A stance becomes neutral, an answer one better, a check
  point met. All of it can be undone later, as in every deal: an answer is given anew, a rival makes people
  cool off.
- The same with sellers who work on what they believe in: the better a deal stands, the more they contact it.
  In the last of these companies sellers also see something in a deal that decides and that nobody records.
- Hidden interest: the record is only a sign of what decides, so that nothing that is forced has an effect.
- Committee: an effective contact with the decision maker in each of the next four weeks, which is more than
  the lever says. Other levers cannot be forced there and have no row. Its chances are counts of wins, so
  that the dice are felt more.

Run: OMP_NUM_THREADS=1 python benchmarks/levers.py [--opportunities 6000] [--seeds 101 102] [--deals 500]
         [--rollouts 200] [--companies NAME ...]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd

if sys.path[0] == str(Path(__file__).parent):
    sys.path[0] = str(Path(__file__).parents[1])  # run as a file, this folder would hide the packages

from benchmarks import committee, hidden_interest
from benchmarks.committee.future import ACTIONS
from winprob.features.history import History
from winprob.features.playbook import load_playbook
from winprob.features.record import documents_of
from winprob.models.bundle.bundle import Bundle
from winprob.models.coaching.gains import SHRINKAGE, GainShrinkage, score_with_levers
from winprob.training.fit import Trained, train, usual_levers
from winprob.training.simulation import simulate
from winprob.training.simulation.company import Company
from winprob.training.simulation.habits import Habits

BIAS, CORRELATION, ENOUGH = 0.02, 0.6, 100
EVERY = 1000
"""More levers than a deal has."""
SHRINKAGES = {
    "as served": SHRINKAGE,
    "all of a contact counted": GainShrinkage(contact=1.0),
    "nothing of a contact counted": GainShrinkage(contact=0.0),
    "the deal's own": GainShrinkage(average=0.0),
    "the average": GainShrinkage(average=1.0),
}


class Simulated(Protocol):
    """A company whose deals can be acted on."""

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The contract's tables up to the end."""

    @property
    def end(self) -> pd.Timestamp:
        """When the history ends."""

    def forced(
        self, action: str, opportunity_ids: Sequence[str], at: pd.Timestamp, rollouts: int, seed: int
    ) -> np.ndarray:
        """True win probabilities without the action and with it, shape (2, n)."""


@dataclass(frozen=True)
class Voting:
    """The company of the committee as one whose deals can be acted on."""

    company: committee.Simulated

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The contract's tables up to the end."""
        return self.company.tables

    @property
    def end(self) -> pd.Timestamp:
        """When the history ends."""
        return self.company.end

    def forced(
        self, action: str, opportunity_ids: Sequence[str], at: pd.Timestamp, rollouts: int, seed: int
    ) -> np.ndarray:
        """True win probabilities, as `Simulated.forced`; missing for what cannot be done there."""
        if action not in ACTIONS:
            return np.full((2, len(opportunity_ids)), np.nan)
        return self.company.forced(action, opportunity_ids, at, rollouts, seed)


def _believing(unseen: float) -> Company:
    return Company(habits=Habits(belief=0.5), unseen=unseen)


COMPANIES: dict[str, Callable[[int, int], Simulated]] = {
    "simulated": lambda deals, seed: simulate(deals, seed=seed),
    "believing": lambda deals, seed: simulate(deals, seed=seed, company=_believing(0.0)),
    "believing-unseen": lambda deals, seed: simulate(deals, seed=seed, company=_believing(1.0)),
    "hidden-interest": lambda deals, seed: hidden_interest.simulate(deals, seed=seed),
    "committee": lambda deals, seed: Voting(committee.simulate(deals, seed=seed)),
    "committee-believing": lambda deals, seed: Voting(committee.simulate(deals, seed=seed, belief=1.0)),
}


def main() -> None:
    """Print a table for each company, of all seeds together."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--opportunities", type=int, default=6000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[101, 102])
    parser.add_argument("--deals", type=int, default=500, help="open deals looked at, drawn at random")
    parser.add_argument("--rollouts", type=int, default=200)
    parser.add_argument("--companies", nargs="+", choices=COMPANIES, default=list(COMPANIES))
    asked = parser.parse_args()
    for name in asked.companies:
        tried = []
        for seed in asked.seeds:
            company = COMPANIES[name](asked.opportunities, seed)
            history = History.of(load_playbook(), company.tables)
            offered = shrunk_offers(train(history), history, company.end, asked.deals, seed)
            tried.append(offered.assign(effect=effects(company, offered, asked.rollouts, seed)))
        by_shrinkage = dict(
            iter(pd.concat(tried, ignore_index=True).dropna().groupby("shrinkage", sort=False))
        )
        show(name, by_shrinkage["as served"])
        show_shrinkages(by_shrinkage)


def show(name: str, tried: pd.DataFrame) -> None:
    """Print the table of a company, and how many levers reach the goal."""
    rows = table(tried)
    goals = rows["goal"].value_counts()
    text = rows.to_string(index=False, na_rep="", float_format="{:+.4f}".format)
    print(f"\n{name}\n{text}\nmet {goals.get('met', 0)}, missed {goals.get('missed', 0)}", flush=True)


def show_shrinkages(by_shrinkage: Mapping[Hashable, pd.DataFrame]) -> None:
    """Print a row per shrinkage: means over the levers with enough deals, and how many reach the goal."""
    print(f"{'':30}{'|bias|':>9}{'distance':>9}{'correlation':>13}{'met':>5}{'missed':>8}")
    for name, tried in by_shrinkage.items():
        rows = table(tried)
        rows = rows[rows["deals"] >= ENOUGH]
        met = int((rows["goal"] == "met").sum())
        print(
            f"{name:30}{rows['bias'].abs().mean():9.4f}{rows['distance'].mean():9.4f}"
            f"{rows['correlation'].mean():13.4f}{met:5}{len(rows) - met:8}",
            flush=True,
        )


def shrunk_offers(
    trained: Trained, history: History, at: pd.Timestamp, deals: int, seed: int
) -> pd.DataFrame:
    """List what winprob would offer with each of `SHRINKAGES`, as `offers` with the column `shrinkage`."""
    bundle, listed = trained.bundle, []
    for name, shrinkage in SHRINKAGES.items():
        averages = usual_levers(bundle, trained.history, seed, shrinkage)
        manifest = bundle.manifest.model_copy(update={"levers": averages})
        of_shrinkage = offers(replace(bundle, manifest=manifest), history, at, deals, seed, shrinkage)
        listed.append(of_shrinkage.assign(shrinkage=name))
    return pd.concat(listed, ignore_index=True)


def offers(
    bundle: Bundle,
    history: History,
    at: pd.Timestamp,
    deals: int,
    seed: int = 0,
    shrinkage: GainShrinkage = SHRINKAGE,
) -> pd.DataFrame:
    """List what winprob offers for open deals.

    Parameters
    ----------
    bundle : Bundle
        The trained model.
    history : History
        What it is offered on.
    at : pandas.Timestamp
        When.
    deals : int
        How many of the deals open then, drawn by `seed`; all if they are fewer.
    shrinkage : GainShrinkage

    Returns
    -------
    pandas.DataFrame
        A row per deal and lever: `opportunity_id`, `lever` (its kind), `action` (its code), and `gain`.
    """
    still_open = np.asarray(history.open_at(at))
    chosen = np.random.default_rng(seed).permutation(still_open)[:deals]
    documents = documents_of(history, np.sort(chosen), at)
    _, offered = score_with_levers(bundle, documents, EVERY, shrinkage)
    rows = [
        (document.opportunity_id, lever.code.partition(".")[0], lever.code, lever.gain)
        for document, found in zip(documents, offered, strict=True)
        for lever in found
    ]
    return pd.DataFrame(rows, columns=["opportunity_id", "lever", "action", "gain"])


def effects(company: Simulated, offered: pd.DataFrame, rollouts: int, seed: int) -> pd.Series[float]:
    """What each offer adds to the true win probability when it is done.

    Parameters
    ----------
    company : Simulated
        Whose deals they are.
    offered : pandas.DataFrame
        See `offers`.
    rollouts, seed : int
        Futures of each deal, and the dice.

    Returns
    -------
    pandas.Series of float64
        By the rows of `offered`; missing where the company's sellers cannot be made to do it.
    """
    effect = pd.Series(np.nan, offered.index)
    for action, rows in offered.groupby("action"):
        ids = rows["opportunity_id"].unique().tolist()
        without, done = company.forced(str(action), ids, company.end, rollouts, seed)
        effect[rows.index] = rows["opportunity_id"].map(dict(zip(ids, done - without, strict=True)))
    return effect


def table(tried: pd.DataFrame) -> pd.DataFrame:
    """One row per lever: how its gains stand beside its effects.

    Parameters
    ----------
    tried : pandas.DataFrame
        The columns `lever`, `gain` and `effect`, a row per deal and lever.

    Returns
    -------
    pandas.DataFrame
        The lever with the most deals first.
    """
    return pd.DataFrame(_lines(tried)).sort_values("deals", ascending=False, kind="stable")


def _lines(tried: pd.DataFrame) -> Iterator[dict[str, object]]:
    for lever, rows in tried.groupby("lever"):
        error = rows["gain"] - rows["effect"]
        varies = min(rows["gain"].std(), rows["effect"].std()) > 0
        correlation = rows["gain"].corr(rows["effect"]) if varies else np.nan
        yield {
            "lever": lever,
            "deals": len(rows),
            "predicted": rows["gain"].mean(),
            "effect": rows["effect"].mean(),
            "bias": error.mean(),
            "distance": error.abs().mean(),
            "correlation": correlation,
            "goal": _goal(len(rows), error.mean(), correlation),
        }


def _goal(deals: int, bias: float, correlation: float) -> str:
    """Without a correlation the bias alone decides."""
    if deals < ENOUGH:
        return "too few"
    return "missed" if abs(bias) > BIAS or correlation < CORRELATION else "met"


if __name__ == "__main__":
    main()
