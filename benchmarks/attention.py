"""Whether the deals to look at deserve it: what became of those that were listed, and of all others.

A model is trained on what was known half a year before a history ends. From then on, every four weeks, the
open deals are looked at as they were known on that day, and what was found is put beside what happened after
it: whether the deal was won by the date that the seller expected then (of deals whose date is over when the
history ends), and whether it was won at all (of deals that ended). What is claimed is the mean of the stages'
percentages. Had sellers read the list and acted, the difference would be smaller: simulated ones do not.

Run: python benchmarks/attention.py [--opportunities 3000] [--seeds 11 12] [--data FOLDER]
FOLDER holds chipmaker/, which is not part of this project: its table follows, of its last four months.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

if sys.path[0] == str(Path(__file__).parent):
    sys.path[0] = str(Path(__file__).parents[1])  # run as a file, this folder would hide the packages

from winprob.features.history import History
from winprob.features.playbook import load_playbook
from winprob.features.reading import read
from winprob.models.attention.deals import KINDS, Attention, deals_to_look_at
from winprob.models.forecast.pipeline import pipeline
from winprob.training.fit import train
from winprob.training.simulation import simulate

WEEKS, EVERY = 26, 4
CHIPMAKER_WEEKS = 16
NAMES = {kind.code: kind.name.en for kind in KINDS} | {"any": "any of them"}


def main() -> None:
    """Print a table per history."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--opportunities", type=int, default=3000)
    parser.add_argument("--seeds", type=int, nargs="*", default=[11, 12])
    parser.add_argument("--data", type=Path, help="folder with chipmaker/")
    asked = parser.parse_args()
    for seed in asked.seeds:
        simulated = simulate(asked.opportunities, seed=seed)
        show(f"seed {seed}", History.of(load_playbook(), simulated.tables), WEEKS)
    if asked.data is not None:
        show("chipmaker", read(asked.data / "chipmaker", "examples/chipmaker.toml"), CHIPMAKER_WEEKS)


def show(name: str, history: History, weeks: int) -> None:
    """Print what became of the deals that were looked at in the last weeks of a history."""
    start = history.last_event - pd.Timedelta(weeks=weeks)
    bundle = train(history, start).bundle
    dates = pd.date_range(start, history.last_event, freq=f"{EVERY * 7}D", inclusive="left")
    rows = pd.concat(
        [looked_at(deals_to_look_at(pipeline(bundle, history, at)), history) for at in dates],
        ignore_index=True,
    )
    text = table(rows, history.last_event).to_string(index=False, float_format="{:.3f}".format)
    print(f"\n{name}: {len(rows):,} open deals on {len(dates)} days\n{text}", flush=True)


def looked_at(attention: Attention, history: History) -> pd.DataFrame:
    """The open deals of a day, with what was found and what became of them."""
    deals = attention.pipeline.deals
    ends = history.opportunities.set_index("opportunity_id").loc[deals["opportunity_id"]]
    over = deals["expected_close"].dt.normalize() + pd.Timedelta(days=1)
    rows = pd.DataFrame({"over": over, "claimed": deals["rule"]})
    rows["ended"], rows["won"] = ends["outcome"].notna().to_numpy(), (ends["outcome"] == "won").to_numpy()
    rows["won_by_date"] = rows["won"] & (ends["closed_at"].reset_index(drop=True) < over)
    for code in NAMES:
        found = {each.deal for each in attention.findings if code in (each.code, "any")}
        rows[code] = rows.index.isin(found)
    return rows


def table(rows: pd.DataFrame, end: pd.Timestamp) -> pd.DataFrame:
    """One row per kind: how many were listed, and what became of them and of all others."""
    return pd.DataFrame(list(_lines(rows, end)))


def _lines(rows: pd.DataFrame, end: pd.Timestamp) -> Iterator[dict[str, object]]:
    for code, name in NAMES.items():
        listed, others = rows[rows[code]], rows[~rows[code]]
        if len(listed):
            yield {
                "finding": name,
                "of all open": len(listed) / len(rows),
                "claimed": listed["claimed"].mean(),
                "won of ended": listed.loc[listed["ended"], "won"].mean(),
                "others": others.loc[others["ended"], "won"].mean(),
                "won by date": listed.loc[listed["over"] <= end, "won_by_date"].mean(),
                "others by date": others.loc[others["over"] <= end, "won_by_date"].mean(),
            }


if __name__ == "__main__":
    main()
