"""What the model is worth with few closed opportunities, beside the fixed percentages and stage win rates.

Of the opportunities that closed before the test, some are drawn, and as large a share of those open then; the
model, its calibration and the rules learn from these alone. Simulated companies are judged under the true
probabilities of opportunities open in the test window, real histories by what happened there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import t as student
from sklearn.model_selection import GroupShuffleSplit

from benchmarks import hidden_interest
from benchmarks.truth import expected_log_loss
from winprob.features.history import History
from winprob.features.playbook import load_playbook
from winprob.features.reading import read
from winprob.models.measure.metrics import log_loss
from winprob.models.measure.rules import StagePercentage, StageWinRates
from winprob.training import simulation
from winprob.training.flat.flat_table import read_flat_table
from winprob.training.flat.mapping import load_mapping
from winprob.training.learn.recipe import untrained
from winprob.training.learn.rolling_origin import fit_calibrated
from winprob.training.weekly.snapshots import Snapshots
from winprob.training.weekly.splits import Side, Split, split

CLOSED = (0, 20, 50, 100, 200, 400, 1000, 5000)
DRAWS = 5
RULES = StagePercentage, StageWinRates
EXAMPLES = Path(__file__).parents[1] / "examples"
Judge = Callable[[np.ndarray], float]


def show_learning_curves(seed: int, data: Path | None) -> None:
    """Print a table per data set: mean log losses over draws by the number of closed opportunities.

    Parameters
    ----------
    seed : int
        Of the simulated companies.
    data : pathlib.Path, optional
        Folder with chipmaker/ and b2b/.
    """
    for name, company in (("simulated", simulation), ("hidden interest", hidden_interest)):
        show(f"{name}, seed {seed}", of_company(company.simulate(8500, seed=seed), seed))
    if data is not None and (data / "chipmaker").is_dir():
        show("chipmaker", of_chipmaker(read(data / "chipmaker", load_playbook(EXAMPLES / "chipmaker.toml"))))
    if data is not None and (data / "b2b").is_dir():
        show("b2b", of_table(data / "b2b" / "b2b_sales.csv"))


def show(name: str, found: Iterator[tuple[int, float, float, float]]) -> None:
    """Print one learning curve: means over draws, of the model with Student's 95 % interval.

    Parameters
    ----------
    name : str
        Of the data.
    found : iterator of tuple
        Closed opportunities, and the log losses of model, fixed percentages and stage win rates.
    """
    print(f"\nlearning curve, {name} (goal: at most 0.01 above the better rule, below both from 100 on)")
    print(
        f"{'closed':>8}{'draws':>7}{'model':>10}{'':9}{'stage':>10}{'stage_win_rate':>16}"
        f"{'above the better':>18}"
    )
    table = pd.DataFrame(found, columns=["closed", "model", "stage", "stage_win_rate"])
    for closed, rows in table.groupby("closed"):
        mean = rows.mean()
        above = mean["model"] - min(mean["stage"], mean["stage_win_rate"])
        half = rows["model"].sem() * student.ppf(0.975, len(rows) - 1) if len(rows) > 1 else float("nan")
        print(
            f"{closed:8}{len(rows):7}{mean['model']:10.4f}{f' ± {half:.4f}' if half == half else '':9}"
            f"{mean['stage']:10.4f}{mean['stage_win_rate']:16.4f}{above:14.4f}",
            flush=True,
        )


def of_company(simulated: simulation.Simulated, seed: int) -> Iterator[tuple[int, float, float, float]]:
    """Judge by true probabilities."""
    history = History.of(load_playbook(), simulated.tables)
    snapshots = Snapshots.weekly(history, simulated.end)
    sides = split(snapshots)
    later = snapshots.rows[snapshots.rows["at"] > sides.test.start]
    rows = later.sample(2000, random_state=seed).sort_index()
    X_test = snapshots.X.iloc[rows.index]
    ids = X_test.index.get_level_values("opportunity_id")
    truth = simulated.win_probability(ids, rows["at"])
    yield from curve(history, sides, X_test, lambda p: expected_log_loss(truth, p))


def of_chipmaker(history: History) -> Iterator[tuple[int, float, float, float]]:
    """Judge by the test of `winprob train`."""
    sides = split(Snapshots.weekly(history, history.last_event))
    test = sides.test.rows
    yield from curve(history, sides, sides.test.X, lambda p: log_loss(test["won"], p, test["weight"]))


def curve(
    history: History, sides: Split, X_test: pd.DataFrame, judge: Judge
) -> Iterator[tuple[int, float, float, float]]:
    """Train on more and more closed opportunities, and judge the model and the rules that know as many."""
    for number in CLOSED:
        for draw in range(1 if number in (0, 5000) else 2 if number == 1000 else DRAWS):
            if number > sides.train.opportunities:
                continue
            own = of_some_closed(sides, number, draw)
            model = fit_calibrated(untrained(history.playbook, history.attributes, draw), own).tested
            rows = own.train.rows
            rules = [rule.fit(own.train.X, rows["won"], rows["weight"]) for rule in RULES]
            yield number, *(judge(each.predict_proba(X_test)[:, 1]) for each in (model, *rules))


def of_some_closed(sides: Split, number: int, draw: int) -> Split:
    """Draw so many of the opportunities that had closed before the test, and as large a share of the open."""
    rng, train = np.random.default_rng([number, draw]), sides.train
    opportunity = train.snapshots.rows["opportunity"]
    closed, still_open = (opportunity.iloc[part].unique() for part in (train.places, train.open_places))
    number = min(number, len(closed))
    as_many = round(number * len(still_open) / max(len(closed), 1))
    some = rng.choice(closed, number, replace=False)
    return of_some(sides, [*some, *rng.choice(still_open, as_many, replace=False)])


def of_some(sides: Split, opportunities: Sequence[int]) -> Split:
    """Keep some opportunities of what is learned from."""

    def some(side: Side) -> Side:
        drawn = side.snapshots.rows["opportunity"].isin(opportunities).to_numpy()
        closed = drawn[side.places]
        return replace(
            side,
            places=side.places[closed],
            weight=side.weight[closed],
            open_places=side.open_places[drawn[side.open_places]],
        )

    rounds = [replace(each, past=some(each.past), next=some(each.next)) for each in sides.rounds]
    useful = tuple(each for each in rounds if each.tells)
    return replace(
        sides, rounds=useful, train=some(sides.train), test=some(sides.test), known=some(sides.known)
    )


def of_table(file: Path) -> Iterator[tuple[int, float, float, float]]:
    """Judge by the rows of a flat table that were not drawn, identical ones never on both sides."""
    table = read_flat_table(file, load_mapping(EXAMPLES / "b2b.toml"))
    X, won = table.matrix(), table.won.astype(float)
    for number in CLOSED:
        if number > 0.9 * len(X):
            break
        # Groups are drawn, not rows: a few more than needed, and then as many rows as wanted.
        share = min(0.95, 0.05 + 1.2 * number / len(X))
        splitter = GroupShuffleSplit(20 if number else 1, train_size=share, random_state=number)
        for rows, later in splitter.split(X, won, table.groups):
            drawn = np.random.default_rng(number).permutation(rows)[:number]
            known, outcome = X.iloc[drawn], won[drawn]
            model = untrained(table.history.playbook, table.history.attributes, seed=0).fit(known, outcome)
            rules = [rule.fit(known, outcome) for rule in RULES]
            yield (
                number,
                *(log_loss(won[later], each.predict_proba(X.iloc[later])[:, 1]) for each in (model, *rules)),
            )
