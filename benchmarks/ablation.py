"""What each mechanism of the win model earns: log loss without it, minus log loss with all of them.

One row per mechanism, one column per set. Each variant is trained as `winprob.training.fit.train` does it,
from the same rows, and judged on the same later ones:

- three simulated companies, with 100, 400 and 4,000 closed opportunities: under the true chances of
  opportunities open in the test window. The committee is a company by which nothing was ever chosen.
- the same with 4,000, where the documents lack a part: the mean over the parts of `missing_parts.py`.
- a chip maker's log as of four dates and at its end, and a flat table of B2B opportunities (10-fold
  cross-validation, identical rows in one fold): by what happened.

A cell is the mean difference in units of 0.0001 and half its 95 % interval: over draws of the closed
opportunities where there are several, else by a bootstrap over opportunities. A star marks a difference that
is more than its interval. Above 0 the mechanism helps.

Run: OMP_NUM_THREADS=1 python benchmarks/ablation.py [--data FOLDER] [--jobs 2] [--draws 5] [--only NAME ...]
         [--companies NAME ...] [--closed 100 400 4000]
FOLDER holds chipmaker/ and b2b/, which are not part of this project.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from scipy import stats
from sklearn.base import clone
from sklearn.model_selection import StratifiedGroupKFold

if sys.path[0] == str(Path(__file__).parent):
    sys.path[0] = str(Path(__file__).parents[1])  # run as a file, this folder would hide the packages

from benchmarks import committee, hidden_interest
from benchmarks.learning_curve import EXAMPLES, of_some_closed
from benchmarks.missing_parts import PARTS, columns_of, without
from benchmarks.truth import log_losses
from winprob.features.history import History
from winprob.features.playbook import load_playbook
from winprob.features.reading import read
from winprob.models.win.imputation import Imputation
from winprob.models.win.imputed import Imputed
from winprob.models.win.terms import Curve
from winprob.models.win.win_model import WinModel
from winprob.training import simulation
from winprob.training.flat.flat_table import read_flat_table
from winprob.training.flat.mapping import load_mapping
from winprob.training.judge.bootstrap import Bootstrap
from winprob.training.learn.recipe import untrained
from winprob.training.learn.rolling_origin import fit_calibrated
from winprob.training.weekly import splits
from winprob.training.weekly.snapshots import Snapshots
from winprob.training.weekly.splits import Split, split

SEED = 101
COMPANIES = {"simulated": simulation, "hidden interest": hidden_interest, "committee": committee}
DATES = ("2015-09-01", "2015-10-01", "2015-10-21", "2015-11-01", None)
CLOSED = (100, 400, 4000)
JUDGED = 2500
"""Snapshots of the test window by which a simulated company is judged."""
SLIGHT = 1e-6
"""In place of 0, where a parameter must be above it."""


@dataclass(frozen=True)
class Variant:
    """The win model without one mechanism, or with another in its place.

    Attributes
    ----------
    parameters : dict
        Of `WinModel`.
    without : callable
        Makes a context in which the mechanism is not there.
    family : str, optional
        Of the features that are left out.
    """

    parameters: dict[str, Any] = field(default_factory=dict)
    without: Callable[[], AbstractContextManager[Any]] = nullcontext
    family: str | None = None


def _in_place_of(place: Any, name: str, value: Any) -> Callable[[], AbstractContextManager[Any]]:
    return partial(patch.object, place, name, value)


def _on_its_own_scale(values: np.ndarray, weight: np.ndarray) -> Curve:
    known = ~np.isnan(values)
    low, high = (values[known].min(), values[known].max()) if known.any() else (0.0, 0.0)
    if low == high:
        return Curve(values=(float(low),), rank_scores=(0.0,))
    mean = np.average(values[known], weights=weight[known])
    spread = np.average((values[known] - mean) ** 2, weights=weight[known]) ** 0.5
    return Curve(values=(low, high), rank_scores=((low - mean) / spread, (high - mean) / spread))


VARIANTS = {
    "trees": Variant({"shrinkage__trees": 0.0}),
    "additive part": Variant({"shrinkage__trees": 1.0, "shrinkage__half_trees_at": SLIGHT}),
    "share of the trees by outcomes": Variant({"shrinkage__half_trees_at": SLIGHT}),
    "150 trees (600 small steps)": Variant({"trees": 600, "learning_rate": 0.03}),
    "150 trees (50 large steps)": Variant({"trees": 50, "learning_rate": 0.36}),
    "start from the percentages": Variant({"start": None}),
    "directions": Variant({"directions": None}),
    "ranks instead of values": Variant(without=_in_place_of(Curve, "of_rank_scores", _on_its_own_scale)),
    "imputation": Variant(
        without=_in_place_of(Imputation, "unrecorded", lambda _, __, values: np.zeros(values.shape, bool))
    ),
    "mean over what may be there": Variant(
        without=_in_place_of(Imputed, "towards_even", property(lambda imputed: np.ones(len(imputed.values))))
    ),
    "trees say less where much is missing": Variant({"shrinkage__missing": 0.0}),
    "weights for censoring": Variant(
        without=_in_place_of(splits, "ending_weights", lambda days, _: np.ones(len(days)))
    ),
    "calibration": Variant(without=_in_place_of(WinModel, "calibrate", lambda model, *_: model)),
    "slope of the calibration": Variant({"calibration__slope": SLIGHT}),
    "track record of sellers": Variant(family="seller"),
}
"""What is left out, by what it is called when it is there."""


@dataclass(frozen=True, eq=False)
class Case:
    """Rows to learn from, and later rows to be judged by.

    Attributes
    ----------
    snapshots : Snapshots
    closed : int, optional
        Opportunities that are drawn from those that had closed before the test; all if left out.
    draw : int
    X : pandas.DataFrame, shape (n, k)
        The later rows.
    truth : numpy.ndarray of float64, shape (n,)
        Their true chances, or what happened.
    weight : numpy.ndarray of float64, shape (n,)
    parts : bool
        Whether it is also judged where the documents lack a part.
    """

    snapshots: Snapshots
    closed: int | None
    draw: int
    X: pd.DataFrame
    truth: np.ndarray
    weight: np.ndarray
    parts: bool

    def losses(self, variant: Variant) -> np.ndarray:
        """Log loss of each later row, and the mean of those where a part is missing if asked: (n, 1 or 2)."""
        history = self.snapshots.history
        gone = columns_of(history, variant.family) if variant.family else []
        recipe = untrained(history.playbook, history.attributes, self.draw).set_params(**variant.parameters)
        with variant.without():
            sides = self._sides(replace(self.snapshots, X=self.snapshots.X.drop(columns=gone)))
            # What is served is not judged: let it learn little, so that it takes no time.
            little = sides.rounds[0].past if sides.rounds else sides.train
            model = fit_calibrated(recipe, replace(sides, known=little)).tested
            X = self.X.drop(columns=gone)
            parts = [[], *(columns_of(history, part) for part in PARTS.values())] if self.parts else [[]]
            rows = [without(X, [name for name in part if name in X]) for part in parts]
            whole, *lacking = (log_losses(self.truth, model.predict_proba(row)[:, 1]) for row in rows)
        return np.column_stack([whole, np.mean(lacking, axis=0)] if lacking else [whole])

    def _sides(self, snapshots: Snapshots) -> Split:
        sides = split(snapshots)
        return sides if self.closed is None else of_some_closed(sides, self.closed, self.draw)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, help="folder with chipmaker/ and b2b/")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=[*VARIANTS], default=[*VARIANTS])
    parser.add_argument("--companies", nargs="*", choices=[*COMPANIES], default=[*COMPANIES])
    parser.add_argument("--closed", nargs="+", type=int, default=[*CLOSED])
    asked = parser.parse_args()
    table: dict[str, dict[str, str]] = {}
    for name, found in cells(asked):
        table[name] = found
        print(f"\n{name}: {found}", file=sys.stderr, flush=True)
    print(pd.DataFrame(table).to_string())


def cells(asked: argparse.Namespace) -> Iterator[tuple[str, dict[str, str]]]:
    """Give the columns of the table, each with a cell for every variant."""
    chosen, data = {name: VARIANTS[name] for name in asked.only}, asked.data
    for date in DATES if data else ():
        case = [chip_maker(data / "chipmaker", date)]
        found = differences(case, chosen, asked.jobs)
        yield f"chip maker, {date or 'end'}", {variant: cell(case, found[variant], 0) for variant in chosen}
    if data:
        yield "b2b", b2b(data / "b2b" / "b2b_sales.csv", chosen)

    for name in asked.companies:
        for closed, own in company_cases(COMPANIES[name], asked.closed, asked.draws).items():
            found = differences(own, chosen, asked.jobs)
            yield f"{name}, {closed}", {variant: cell(own, found[variant], 0) for variant in chosen}
            if own[0].parts:
                yield f"{name}, parts", {variant: cell(own, found[variant], 1) for variant in chosen}


def differences(cases: list[Case], chosen: dict[str, Variant], jobs: int) -> dict[str, list[np.ndarray]]:
    """Losses of each variant above those of the whole model, case by case."""
    variants = [Variant(), *chosen.values()]
    work = (delayed(case.losses)(variant) for case in cases for variant in variants)
    losses = iter(Parallel(jobs)(work))
    found: dict[str, list[np.ndarray]] = {name: [] for name in chosen}
    for _ in cases:
        whole = next(losses)
        for name in chosen:
            found[name].append(next(losses) - whole)
    return found


def cell(cases: list[Case], found: list[np.ndarray], column: int) -> str:
    """Give the mean difference and half its 95 % interval, in units of 0.0001."""
    if len(cases) > 1:
        means = [difference[:, column].mean() for difference in found]
        half = stats.t.ppf(0.975, len(means) - 1) * np.std(means, ddof=1) / len(means) ** 0.5
        return _cell(float(np.mean(means)), half)
    bootstrap = Bootstrap.of(cases[0].X.index.get_level_values(0), cases[0].weight)
    estimate = bootstrap.means(found[0][:, [column]])[0]
    return _cell(estimate.value, (estimate.high - estimate.low) / 2)


def company_cases(company: Any, numbers: Iterable[int], draws: int) -> dict[int, list[Case]]:
    """Make the cases of a simulated company, by the number of closed opportunities."""
    simulated = company.simulate(6000, seed=SEED)
    snapshots = Snapshots.weekly(History.of(load_playbook(), simulated.tables), simulated.end)
    later = snapshots.rows[snapshots.rows["at"] > split(snapshots).test.start]
    later = later.sample(JUDGED, random_state=SEED).sort_index()
    X, one = snapshots.X.iloc[later.index], np.ones(JUDGED)
    truth = simulated.win_probability(X.index.get_level_values(0), later["at"])
    made = partial(Case, snapshots, X=X, truth=truth, weight=one)
    return {
        closed: [
            made(closed, draw, parts=closed == max(CLOSED))
            for draw in range(1 if closed == max(CLOSED) else draws)
        ]
        for closed in numbers
    }


def chip_maker(folder: Path, date: str | None) -> Case:
    """Judge by the test of ``winprob train --as-of``."""
    history = read(folder, load_playbook(EXAMPLES / "chipmaker.toml"))
    known = history if date is None else history.until(date)
    snapshots = Snapshots.weekly(known.keep(known.learnable), known.last_event)
    test = split(snapshots).test
    return Case(snapshots, None, 0, test.X, test.rows["won"].to_numpy(), test.weight, parts=False)


def b2b(file: Path, chosen: dict[str, Variant]) -> dict[str, str]:
    """Judge by 10-fold cross-validation of the flat table."""
    table = read_flat_table(file, load_mapping(EXAMPLES / "b2b.toml"))
    X, won = table.matrix(), table.won.astype(float)
    folds = list(StratifiedGroupKFold(10, shuffle=True, random_state=0).split(X, won, table.groups))
    recipe = untrained(table.history.playbook, table.history.attributes, seed=0)

    def losses(variant: Variant) -> np.ndarray:
        gone = columns_of(table.history, variant.family) if variant.family else []
        rest, p = X.drop(columns=gone), np.empty(len(X))
        with variant.without():
            for known, later in folds:
                model = clone(recipe).set_params(**variant.parameters).fit(rest.iloc[known], won[known])
                p[later] = model.predict_proba(rest.iloc[later])[:, 1]
        return log_losses(won, p)

    whole, bootstrap = losses(Variant()), Bootstrap.of(table.groups.astype(str), np.ones(len(X)))
    found = {name: bootstrap.means((losses(each) - whole)[:, np.newaxis])[0] for name, each in chosen.items()}
    return {name: _cell(each.value, (each.high - each.low) / 2) for name, each in found.items()}


def _cell(value: float, half: float) -> str:
    return f"{value * 1e4:+.0f} ± {half * 1e4:.0f}{'*' if abs(value) > half else ''}"


if __name__ == "__main__":
    main()
