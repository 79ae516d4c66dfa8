"""The win model beside what others would use, on the same rows of the same matrix.

Histories are split by time: all learn from what `winprob train` learns from, and are tested as it is. The
flat table is cross-validated with identical rows in one fold. The interval beside each log loss is of its
difference to ours, by a bootstrap over opportunities: one that reaches across 0 is noise.

Two kinds of companies are simulated, which differ in how they work: in `winprob.training.simulation` dice
roll by a formula of the record, in `benchmarks.hidden_interest` a hidden state decides and the record hints
at it. "best possible" is what the simulator knows. Nobody looked at the companies of these seeds while the
model was made.

Run: python benchmarks/peers.py [--opportunities 6000] [--seeds 101 102] [--data FOLDER]
FOLDER holds chipmaker/ and b2b/, which are not part of this project.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

if sys.path[0] == str(Path(__file__).parent):
    sys.path[0] = str(
        Path(__file__).parents[1]
    )  # run as a file, this folder's features.py would hide the package

from benchmarks import hidden_interest
from benchmarks.contest import ORACLE, Contest, cross_validated, dated
from benchmarks.random_splits import twins, worth_of_random_splits
from winprob.features.history import History
from winprob.features.playbook import load_playbook
from winprob.features.reading import read
from winprob.models.wording.rule_names import name_of
from winprob.training import simulation
from winprob.training.flat.flat_table import FlatTable, read_flat_table
from winprob.training.flat.mapping import load_mapping
from winprob.training.judge.evaluation import MODEL

EXAMPLES = Path(__file__).parents[1] / "examples"
PUBLISHED_AUC = 0.85
"""Bohanec, Borštnar and Robnik-Šikonja, Expert Systems with Applications 71, 2017: 30 random splits."""


def main() -> None:
    """Print a table for each data set, then one over all of them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--opportunities", type=int, default=6000)
    parser.add_argument("--seeds", type=int, nargs="*", default=[101, 102])
    parser.add_argument("--data", type=Path, help="folder with chipmaker/ and b2b/")
    asked = parser.parse_args()
    warnings.filterwarnings("ignore", category=UserWarning)  # peers that miss names of columns, and the like
    found = []
    for contest in contests(asked.opportunities, asked.seeds, asked.data):
        show(contest)
        found.append(contest)
    if found:
        show_all(found)


def contests(opportunities: int, seeds: list[int], data: Path | None) -> Iterator[Contest]:
    """Hold the contests one after the other."""
    for seed in seeds:
        yield of_simulation(opportunities, seed)
    for seed in seeds:
        yield of_hidden_interest(opportunities, seed)
    if data is not None and (data / "chipmaker").is_dir():
        yield dated("chipmaker", read(data / "chipmaker", EXAMPLES / "chipmaker.toml"))
    if data is not None and (data / "b2b").is_dir():
        yield from of_b2b(data / "b2b" / "b2b_sales.csv")


def of_simulation(opportunities: int, seed: int) -> Contest:
    """Hold the contest on a company whose chances are a formula of the record."""
    simulated = simulation.simulate(opportunities, seed=seed)
    history = History.of(load_playbook(), simulated.tables)
    return dated(
        f"simulation {seed}",
        history,
        simulated.end,
        lambda ids, at: simulated.win_probability(ids, at, rollouts=30),
    )


def of_hidden_interest(opportunities: int, seed: int) -> Contest:
    """Hold the contest on a company whose customers' interest is hidden."""
    simulated = hidden_interest.simulate(opportunities, seed=seed)
    history = History.of(load_playbook(), simulated.tables)
    return dated(f"hidden interest {seed}", history, simulated.end, simulated.win_probability)


def of_b2b(file: Path) -> Iterator[Contest]:
    """Hold the contest on the table without the seller's name, which winprob leaves out, and with it."""
    mapping = load_mapping(EXAMPLES / "b2b.toml")
    yield cross_validated("b2b", read_flat_table(file, mapping))
    fields = {name: source for name, source in mapping.fields.items() if name != "owner_id"}
    with_seller = read_flat_table(file, mapping.model_copy(update={"fields": fields}))
    yield cross_validated("b2b with seller", with_seller)
    show_random_splits(with_seller)


def show(contest: Contest) -> None:
    """Print the measures of a contest, the lowest log loss first."""
    measured, worse = contest.measured(), contest.worse_than_ours()
    opportunities = contest.won.index.get_level_values("opportunity_id").nunique()
    print(f"\n{contest.name}: {len(contest.won):,} rows of {opportunities:,} opportunities")
    print(
        f"{'':22}{'log loss':>9}{'Brier':>8}{'AUC':>8}{'calibration error':>19}   log loss above ours (95 %)"
    )
    for name in sorted(measured, key=lambda name: measured[name].log_loss):
        found = measured[name]
        print(
            f"{name_of(name).en:22}{found.log_loss:9.4f}{found.brier:8.4f}{found.auc:8.4f}{found.calibration_error:19.4f}"
            + (
                ""
                if name == MODEL
                else "   {0.value:+.4f} ({0.low:+.4f} to {0.high:+.4f})".format(worse[name])
            )
        )
    print(verdict(contest), flush=True)


def verdict(contest: Contest) -> str:
    """Say where the win model stands among the forecasts that one could have made."""
    measured, worse = contest.measured(), contest.worse_than_ours()
    best = min(measured.keys() - {ORACLE}, key=lambda name: measured[name].log_loss)
    if best == MODEL:
        return "Ours is the best."
    if worse[best].high >= 0:
        return f"Ours is within noise of the best, {name_of(best).en}."
    return f"Ours is behind the best, {name_of(best).en}, by {-worse[best].value:.4f}."


def show_all(found: list[Contest]) -> None:
    """Print the log losses of all contests side by side."""
    losses = pd.DataFrame(
        {
            contest.name: {name_of(name).en: each.log_loss for name, each in contest.measured().items()}
            for contest in found
        }
    )
    in_order = losses.mean(axis=1).sort_values().index
    print("\nlog loss of all")
    print(losses.loc[in_order].to_string(float_format="{:.4f}".format, na_rep=""))
    for contest in found:
        print(f"{contest.name}: {verdict(contest)}")


def show_random_splits(table: FlatTable) -> None:
    """Say what the published AUC is worth."""
    print(
        f"\nThe published AUC of {PUBLISHED_AUC} is of random 80:20 splits. There {twins(table):.0%} of the "
        "rows to predict have an identical row among those learned from, and a model can know it by heart."
    )
    for each in worth_of_random_splits(table):
        print(
            f"{each.model}: AUC {each.random:.4f} over 30 random splits, {each.grouped:.4f} over 30 with "
            f"identical rows on one side; {each.random - each.grouped:+.4f} by knowing twins."
        )


if __name__ == "__main__":
    main()
