"""A simulated history, and the truth about it."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from winprob.features.durable import NotWritten, make_folder, write_durably
from winprob.training.simulation import oracle
from winprob.training.simulation.calendar import START, WEEK
from winprob.training.simulation.company import Company
from winprob.training.simulation.deals import Array, Deals
from winprob.training.simulation.forcing import forced

Mondays = pd.Timestamp | Sequence[pd.Timestamp] | pd.Series
"""One moment for all deals, or one for each."""


@dataclass(frozen=True)
class Simulated:
    """What a simulated company has recorded, and what it cannot know.

    Attributes
    ----------
    tables : dict of str to pd.DataFrame
        The contract's tables, in its order; times are UTC and before `end`. Deals open then are open here.
    end : pd.Timestamp
        Monday 00:00 UTC on which the history ends.
    outcomes : pd.DataFrame
        Truth: `opportunity_id`, `outcome` (won, lost) and `closed_at` of every deal, in the order of
        `opportunities`, also of those that close after `end`.
    company : Company
        What drives the deals.
    states : Deals
        State of every open deal on every Monday of the history, `end` included; by week, then by number.
    """

    tables: dict[str, pd.DataFrame]
    end: pd.Timestamp
    outcomes: pd.DataFrame
    company: Company
    states: Deals

    def win_probability(
        self,
        opportunity_ids: Sequence[str] | pd.Series,
        at: Mondays,
        rollouts: int = 200,
        seed: int = 0,
    ) -> Array:
        """Estimate the chance that deals are won in the end, given all that is recorded by a Monday.

        No model can do better on average: the future of a deal depends on nothing but the record, and on
        `Company.unseen`, which the estimate knows.

        Parameters
        ----------
        opportunity_ids : sequence of str (n,)
            Which deals; repeats are allowed.
        at : pd.Timestamp, or sequence of them (n,)
            Monday 00:00 UTC, one for all or one each, on which the deal is open.
        rollouts : int
            Simulated futures of each.
        seed : int
            Makes the estimate reproducible.

        Returns
        -------
        array of float (n,)
            Probabilities.

        Raises
        ------
        ValueError
            If a deal is unknown, a moment is no Monday 00:00 UTC, or the deal is not open then.

        Examples
        --------
        >>> from winprob.training.simulation import simulate
        >>> simulated = simulate(opportunities=20, years=1, seed=1)
        >>> still_open = simulated.tables["opportunities"].query("outcome.isna()")["opportunity_id"]
        >>> bool((simulated.win_probability(still_open, at=simulated.end) < 1).all())
        True
        """
        states = self._states(opportunity_ids, at)
        return oracle.win_probability(self.company, states, rollouts, np.random.default_rng(seed))

    def ended_within(
        self,
        weeks: Sequence[int],
        opportunity_ids: Sequence[str] | pd.Series,
        at: Mondays,
        rollouts: int = 200,
        seed: int = 0,
    ) -> Array:
        """Estimate the chances that deals are won, and that they are lost, within some weeks from a Monday.

        Parameters
        ----------
        weeks : sequence of int
            How many, each at least 1.
        opportunity_ids, at, rollouts, seed
            As in `win_probability`.

        Returns
        -------
        array of float (2, len(weeks), n)
            Probabilities: won first, then lost.

        Raises
        ------
        ValueError
            As in `win_probability`.

        Examples
        --------
        >>> from winprob.training.simulation import simulate
        >>> simulated = simulate(opportunities=20, years=1, seed=1)
        >>> still_open = simulated.tables["opportunities"].query("outcome.isna()")["opportunity_id"]
        >>> won, lost = simulated.ended_within([4, 52], still_open, at=simulated.end)
        >>> bool((won[0] < won[1]).all() and (won[1] + lost[1] <= 1).all())
        True
        """
        states = self._states(opportunity_ids, at)
        return oracle.ended_within(self.company, states, weeks, rollouts, np.random.default_rng(seed))

    def forced(
        self,
        action: str,
        opportunity_ids: Sequence[str] | pd.Series,
        at: Mondays,
        rollouts: int = 200,
        seed: int = 0,
    ) -> Array:
        """Estimate the chances that deals are won in the end without an action of their sellers and with it.

        The action is done at the beginning of the Monday. Its record shows it, see `actions.act`, and an
        effective contact furthers the week that begins; after that sellers go on by their habits.

        Parameters
        ----------
        action : str
            Code of an action of `winprob.models.coaching.levers`.
        opportunity_ids, at, rollouts, seed
            As in `win_probability`.

        Returns
        -------
        array of float (2, n)
            Probabilities by the same dice: without the action first, then with it.

        Raises
        ------
        ValueError
            As in `win_probability`, or if there is no such action.

        Examples
        --------
        >>> from winprob.training.simulation import simulate
        >>> simulated = simulate(opportunities=20, years=1, seed=1)
        >>> still_open = simulated.tables["opportunities"].query("outcome.isna()")["opportunity_id"]
        >>> without, done = simulated.forced("find_coach", still_open, at=simulated.end)
        >>> bool(done.mean() > without.mean())
        True
        """
        states = self._states(opportunity_ids, at)
        return forced(self.company, states, action, rollouts, np.random.default_rng(seed))

    def write(self, folder: str | Path) -> Path:
        """Write the tables as CSV files, the history folder of the contract.

        Parameters
        ----------
        folder : str or Path
            Made if it does not exist.

        Returns
        -------
        Path
            The folder.

        Raises
        ------
        FileExistsError
            If there is anything in the folder; nothing is written then.
        winprob.features.durable.NotWritten
            If a file cannot be written, such as on a full disk; no file is written then.
        """
        folder = Path(folder)
        make_folder(folder)
        found = sorted(path.name for path in folder.iterdir())
        if found:
            raise FileExistsError(
                f"{folder}: expected a new or an empty folder, found {len(found)} files or folders in it "
                f"(the first is {found[0]!r}). Name another folder, or empty this one."
            )
        try:
            with tempfile.TemporaryDirectory(dir=folder, prefix=".unfinished-") as unfinished:
                for name, table in self.tables.items():
                    write_durably(Path(unfinished, f"{name}.csv"), _csv(table))
                for path in sorted(Path(unfinished).iterdir()):
                    path.rename(folder / path.name)
        except NotWritten as error:
            raise NotWritten(folder / error.path.name, error.error) from error
        except OSError as error:
            raise NotWritten(folder, error) from error
        return folder

    def _states(self, opportunity_ids: Sequence[str] | pd.Series, at: Mondays) -> Deals:
        """Find the states of the deals at the moments asked about."""
        asked = pd.DataFrame({"opportunity_id": list(opportunity_ids)})
        asked["at"] = pd.to_datetime(at if isinstance(at, pd.Timestamp) else list(at), utc=True)
        return self.states.take(self._rows(asked))

    def _rows(self, asked: pd.DataFrame) -> Array:
        number = pd.Index(self.outcomes["opportunity_id"]).get_indexer(asked["opportunity_id"])
        since_start = asked["at"].dt.tz_localize(None).to_numpy() - START
        # states are sorted by week, then by number: as one integer, bisection finds them
        places = len(self.outcomes)
        key = self.states.week.astype(np.int64) * places + self.states.number
        wanted = since_start // WEEK * places + number
        rows: Array = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
        wrong = (number < 0) | (since_start % WEEK != np.timedelta64(0)) | (key[rows] != wanted)
        if wrong.any():
            first = asked[wrong].iloc[0]
            raise ValueError(
                "expected deals of this simulation, each on a Monday 00:00 UTC up to "
                f"{self.end} on which it is open; found {wrong.sum()} of {len(asked)} that are not, "
                f"the first is {first['opportunity_id']} at {first['at']}"
            )
        return rows


def _csv(table: pd.DataFrame) -> bytes:
    table = table.copy()
    for flag in table.select_dtypes("bool"):
        table[flag] = table[flag].map({True: "true", False: "false"})
    return table.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%dT%H:%M:%SZ").encode()
