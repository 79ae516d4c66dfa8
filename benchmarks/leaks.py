"""How often planted leaks are found, and how often honest companies are accused, by size of the company.

Each company of both simulators gets columns as CRM exports have them, filled in as deals close, and honest
ones that look like them. All its own features are honest.

Run: python benchmarks/leaks.py [--opportunities 200 400 1500] [--seeds 501 502 ... 520]
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

if sys.path[0] == str(Path(__file__).parent):
    del sys.path[0]  # run as a file, this folder comes first, and its features.py would hide the package

from benchmarks import hidden_interest
from winprob.features.history import History
from winprob.features.playbook import load_playbook
from winprob.training import simulation
from winprob.training.leaks.first_snapshots import first_snapshots
from winprob.training.leaks.search import search

WORDS = {
    "loss_reason": "reason of loss, for nine of ten lost ones",
    "loss_reason_of_half": "reason of loss, for half of the lost ones",
    "final_price": "price, for won ones only",
    "copy": "copy of the outcome with 2 % errors",
    "won_flag": "flag, set for won ones only",
    "won_flag_of_most": "flag, set for 70 % of the won ones",
    "handover": "filled in at closing, however it ends",
    "discount": "the same, and 0 until then",
    "budget": "honest: known for 60 % from the start",
    "old_field": "honest: given up after the first year",
}


def main() -> None:
    """Print, by size, in how many companies each column is found, and any honest feature."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--opportunities", type=int, nargs="+", default=[200, 400, 1500])
    parser.add_argument("--seeds", type=int, nargs="+", default=list(range(501, 521)))
    asked = parser.parse_args()
    table = pd.DataFrame({size: _found(size, asked.seeds) for size in asked.opportunities})
    table.index = table.index.map(lambda name: WORDS.get(name, name))
    companies = 2 * len(asked.seeds)
    print(f"Found in so many of {companies} companies (two simulators), by opportunities:\n")
    print(table.to_string())


def _found(opportunities: int, seeds: list[int]) -> pd.Series:
    """In how many companies each column is found, and any feature that is not planted."""
    found = Counter(dict.fromkeys([*WORDS, "any other feature"], 0))
    for simulate in (simulation.simulate, hidden_interest.simulate):
        for seed in seeds:
            tables = dict(simulate(opportunities, 2, seed).tables)
            tables["opportunities"] = _planted(tables["opportunities"], np.random.default_rng(seed))
            findings = search(first_snapshots(History.of(load_playbook(), tables))).findings
            names = {finding.feature.removeprefix("attribute.") for finding in findings}
            found.update(names & WORDS.keys())
            found["any other feature"] += bool(names - WORDS.keys())
    return pd.Series(found)


def _planted(opportunities: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Add the columns of `WORDS`."""
    rows = len(opportunities)
    won, lost = ((opportunities["outcome"] == outcome).to_numpy() for outcome in ("won", "lost"))
    closed = won | lost
    created = opportunities["created_at"]
    early = (created < created.min() + pd.Timedelta(days=365)).to_numpy()
    reason, price = random.choice(["price", "rival", "no need"], rows), random.lognormal(10, 1, rows)

    def chance(share: float) -> npt.NDArray[np.bool_]:
        return random.random(rows) < share

    return opportunities.assign(
        loss_reason=np.where(lost & chance(0.9), reason, None),
        loss_reason_of_half=np.where(lost & chance(0.5), reason, None),
        final_price=np.where(won, price, np.nan),
        copy=np.where(closed, won ^ chance(0.02), np.nan),
        won_flag=won.astype(float),
        won_flag_of_most=(won & chance(0.7)).astype(float),
        handover=np.where(closed & chance(0.7), price, np.nan),
        discount=np.where(closed & chance(0.7), price, 0.0),
        budget=np.where(chance(0.6), price, np.nan),
        old_field=np.where(early, price, np.nan),
    )


if __name__ == "__main__":
    main()
