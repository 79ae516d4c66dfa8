"""How well "won within so many days" is told, beside models that were trained on that very question.

At a date, winprob learns from what was known then and tells of every open opportunity how likely it is won
within some days: the win probability times the share of wins by then. The direct models learn the same answer
from weekly snapshots whose days are over by the date, each with weights that make an opportunity count once;
they need a model for every number of days, and know nothing of the calendar. "calibrated by span" is
winprob's own answer along a line in log-odds, through what models of the past said of the same span in the
windows after them and what came: what calibrates the win probability, for each number of days. Log loss over
all open opportunities, mean probability, and what was seen. "worse" is the log loss above winprob's, with the
95 % interval of a bootstrap over opportunities; they share one date, so that what moves all of them is not in
it.

Simulated companies: also the bias and the mean distance from the true chances, which the simulators know, and
the log loss that these have. Each kind of company is looked at six weeks before the end of its history, in
the middle of a quarter: with customers that have no calendar, with such that buy at the end of quarters, and
with such whose fiscal year moved by a month a year ago.

Run: OMP_NUM_THREADS=1 python benchmarks/by_date.py [--data FOLDER] [--opportunities 6000] [--seeds 101 102]
FOLDER holds chipmaker/, which is not part of this project.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit, logit

if sys.path[0] == str(Path(__file__).parent):
    sys.path[0] = str(Path(__file__).parents[1])  # run as a file, this folder would hide the packages

from benchmarks import hidden_interest
from benchmarks.peer_models import learn_and_predict, logistic_regression, plain_lightgbm
from benchmarks.truth import SURE, log_losses
from winprob.features.build import open_snapshots
from winprob.features.history import History
from winprob.features.playbook import load_playbook
from winprob.features.reading import read
from winprob.models.bundle.card import Estimate
from winprob.models.bundle.scoring import score
from winprob.models.win.calibration import LogOddsCalibration
from winprob.training.fit import train
from winprob.training.judge.bootstrap import Bootstrap
from winprob.training.learn.rolling_origin import Past
from winprob.training.simulation import simulate
from winprob.training.simulation.company import Buying, Company
from winprob.training.weekly.snapshots import Snapshots, outcomes

OURS, TRUTH, BY_SPAN = "winprob", "truth", "calibrated by span"
DIRECT = {"direct LightGBM": plain_lightgbm, "direct logistic": logistic_regression}
CHIPMAKER = {"2015-09-01": (30, 60, 90), "2015-10-01": (30, 60, 90), "2015-11-01": (30, 60)}
WEEKS = (4, 13, 26)
BEFORE_THE_END = pd.Timedelta(weeks=6)
CALENDARS = {
    Buying(): "no calendar",
    Buying(strength=1.2): "buying at the end of quarters",
    Buying(strength=1.2, moves_in=104, moves_to=2): "the same, fiscal year moved a year ago",
}
Truth = Callable[[pd.Index, pd.Series], np.ndarray]
"""From opportunity ids and moments to the true chances of a win within each span: (spans, n)."""


@dataclass(frozen=True)
class ByDate:
    """What is said at a date of all open opportunities for one span, and what came.

    Attributes
    ----------
    won : numpy.ndarray of float64, shape (n,)
        1 for those that were won within the span.
    said : dict of str to numpy.ndarray of float64, shape (n,)
        Probabilities by `OURS`, the direct models and, where it is known, the truth.
    """

    won: np.ndarray
    said: dict[str, np.ndarray]

    def losses(self) -> dict[str, np.ndarray]:
        """Log loss of each opportunity, by who said it."""
        return {name: log_losses(self.won, p) for name, p in self.said.items()}

    def worse(self) -> dict[str, Estimate]:
        """Log loss above winprob's, by who said it, with its 95 % interval over opportunities."""
        losses = self.losses()
        others = [name for name in losses if name != OURS]
        differences = np.column_stack([losses[name] - losses[OURS] for name in others])
        rows = [str(number) for number in range(len(self.won))]
        return dict(zip(others, Bootstrap.of(rows, np.ones(len(rows))).means(differences), strict=True))

    def line(self) -> dict[str, str]:
        """Put it into one row of a table."""
        cells = {"seen": f"{self.won.mean():.3f}"}
        for name, loss in self.losses().items():
            cells[name] = f"{loss.mean():.3f} / {self.said[name].mean():.3f}"
        for name, worse in self.worse().items():
            cells[f"{name} worse by"] = f"{worse.value:+.3f} ({worse.low:+.3f} to {worse.high:+.3f})"
        if TRUTH in self.said:
            error = self.said[OURS] - self.said[TRUTH]
            cells |= {"bias": f"{error.mean():+.4f}", "distance": f"{np.abs(error).mean():.4f}"}
        return cells


def main() -> None:
    """Print a table for each set."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, help="folder with chipmaker/")
    parser.add_argument("--opportunities", type=int, default=6000)
    parser.add_argument("--seeds", type=int, nargs="*", default=[101, 102])
    asked = parser.parse_args()
    if asked.data:
        show("chip maker", _chipmaker(asked.data))
    for seed in asked.seeds:
        for buying, how in CALENDARS.items():
            show(f"simulated, seed {seed}, {how}", _simulated(asked.opportunities, seed, buying))
            show(f"hidden interest, seed {seed}, {how}", _hidden_interest(asked.opportunities, seed, buying))


def show(name: str, found: Iterator[tuple[str, ByDate]]) -> None:
    """Print the table of a set, and in how many rows winprob is the best or within noise of it."""
    rows = dict(found)
    table = pd.DataFrame({span: result.line() for span, result in rows.items()}).T
    print(f"\n{name}: log loss / mean probability\n{table.to_string()}", flush=True)
    direct = [{peer: result.worse()[peer] for peer in DIRECT} for result in rows.values()]
    best = sum(all(worse.value >= 0 for worse in each.values()) for each in direct)
    near = sum(all(worse.high >= 0 for worse in each.values()) for each in direct)
    print(f"best in {best} of {len(rows)} rows, best or within noise of the best in {near}")


def contest(
    history: History, as_of: pd.Timestamp, days: Sequence[float], truth: Truth | None = None
) -> Iterator[ByDate]:
    """Let winprob and the direct models speak at a date, for one span after the other.

    Parameters
    ----------
    history : History
        What came is read from it; what was not known at the date is not learned from.
    as_of : pandas.Timestamp
        The date.
    days : sequence of float
        The spans.
    truth : callable, optional
        Knows the true chances.
    """
    known = history.until(as_of)
    now = open_snapshots(known, as_of)
    trained = train(known)
    scores = score(trained.bundle, known, now)
    assert scores.outlook is not None
    shares, _ = scores.outlook.shares_within(list(days))
    true = None if truth is None else truth(scores.features.index.get_level_values(0), now["at"])
    snapshots = Snapshots.weekly(known, as_of)
    rows = snapshots.rows
    over = (as_of - rows["at"]) / pd.Timedelta(days=1)
    came = outcomes(history, now)
    for place, span in enumerate(days):
        told = (over >= span).to_numpy()
        won = ((rows["won"] == 1) & (rows["days"] <= span))[told].astype(float).reset_index(drop=True)
        weight = 1 / rows[told].groupby("opportunity")["at"].transform("size").reset_index(drop=True)
        ours = scores.probability.to_numpy() * shares[:, place]
        line = calibration_by_span(trained.past, span)
        said = {OURS: ours, BY_SPAN: expit(line.apply(logit(np.clip(ours, SURE, 1 - SURE))))}
        for name, make in DIRECT.items():
            said[name] = learn_and_predict(make, snapshots.X[told], won, weight, scores.features)
        if true is not None:
            said[TRUTH] = true[place]
        seen = ((came["won"] == 1) & (came["days"] <= span)).to_numpy(np.float64)
        yield ByDate(seen, said)


def calibration_by_span(past: Sequence[Past], span: float) -> LogOddsCalibration:
    """Fit a line through what models of the past said of a win within a span, and what came in the window.

    Snapshots count whose span is over by now; each opportunity has the say of one.
    """
    told = []
    for each in past:
        side, times = each.round.next, each.closing_times
        rows = side.snapshots.rows
        last = min(side.end, side.snapshots.end - pd.Timedelta(days=span))
        rows = rows[(rows["at"] > each.round.past.end) & (rows["at"] <= last)]
        if times is None or rows.empty:
            continue
        X = side.snapshots.X.iloc[rows.index]
        share, _ = times.outlook(X, rows["at"]).shares_within([span])
        chance = each.model.predict_proba(X)[:, 1] * share[:, 0]
        won = ((rows["won"] == 1) & (rows["days"] <= span)).to_numpy(np.float64)
        weight = 1 / rows.groupby("opportunity")["at"].transform("size").to_numpy()
        told.append(np.column_stack([logit(np.clip(chance, SURE, 1 - SURE)), won, weight]))
    return LogOddsCalibration.fit(*np.concatenate(told).T) if told else LogOddsCalibration()


def _chipmaker(data: Path) -> Iterator[tuple[str, ByDate]]:
    playbook = load_playbook(Path(__file__).parents[1] / "examples" / "chipmaker.toml")
    history = read(data / "chipmaker", playbook)
    for date, days in CHIPMAKER.items():
        for span, found in zip(days, contest(history, pd.Timestamp(date, tz="UTC"), days), strict=True):
            yield f"{date}, {span} days", found


def _simulated(opportunities: int, seed: int, buying: Buying) -> Iterator[tuple[str, ByDate]]:
    company = simulate(opportunities, seed=seed, company=Company(buying=buying))

    def truth(ids: pd.Index, at: pd.Series) -> np.ndarray:
        return company.ended_within(WEEKS, ids, at, rollouts=100, seed=seed)[0]

    yield from _by_weeks(company.tables, company.outcomes, company.end, truth)


def _hidden_interest(opportunities: int, seed: int, buying: Buying) -> Iterator[tuple[str, ByDate]]:
    company = hidden_interest.simulate(opportunities, seed=seed, buying=buying)

    def truth(ids: pd.Index, at: pd.Series) -> np.ndarray:
        return company.ended_within(WEEKS, ids, at)[0]

    yield from _by_weeks(company.tables, company.outcomes, company.end, truth)


def _by_weeks(
    tables: dict[str, pd.DataFrame], outcomes: pd.DataFrame, end: pd.Timestamp, truth: Truth
) -> Iterator[tuple[str, ByDate]]:
    """Look at a company before its history's end; what came is known from the simulator."""
    came = tables["opportunities"].assign(closed_at=outcomes["closed_at"], outcome=outcomes["outcome"])
    history = History.of(load_playbook(), tables | {"opportunities": came})
    as_of = end - BEFORE_THE_END
    found = contest(history, as_of, [7 * weeks for weeks in WEEKS], truth)
    for weeks, result in zip(WEEKS, found, strict=True):
        yield f"{as_of.date()}, {weeks} weeks", result


if __name__ == "__main__":
    main()
