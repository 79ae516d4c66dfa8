"""Run the company week by week."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.committee.committee import decide
from benchmarks.committee.deals import Array, Deals
from benchmarks.committee.market import draw_market
from benchmarks.committee.record import Recorder
from benchmarks.committee.seller import work
from benchmarks.committee.simulated import Simulated
from winprob.training.simulation.calendar import START, WEEK, Calendar, monday
from winprob.training.simulation.ledger import Ledger


def simulate(opportunities: int = 6000, years: float = 5, seed: int = 0, belief: float = 0.0) -> Simulated:
    """Let the company sell, and record what it would have recorded.

    In `winprob.training.simulation` the record drives weekly chances, in `benchmarks.hidden_interest` a
    hidden state does. Here a committee whose members are convinced one by one votes on one day, and the
    record only follows what a seller sees of it.

    Parameters
    ----------
    opportunities : int
        How many are created over the whole history, five times as many in the last week as in the first.
    years : float
        Length of the history, in years of 52 weeks.
    seed : int
        The same seed gives the same tables, byte for byte.
    belief : float
        How strongly sellers spend their contacts on deals that they believe in: log-odds of a contact in a
        week, per unit of leaning. Above 0 contacts look better than they are: deals that are won anyway
        have more.

    Raises
    ------
    ValueError
        If there is nothing to simulate.

    Examples
    --------
    >>> simulated = simulate(opportunities=50, years=1)
    >>> simulated.end
    Timestamp('2024-01-01 00:00:00+0000', tz='UTC')
    >>> len(simulated.tables["opportunities"]), sorted(simulated.outcomes["outcome"].unique())
    (50, ['lost', 'won'])
    """
    weeks = round(52 * years)
    if opportunities < 1 or weeks < 1:
        raise ValueError(
            "simulate: expected at least 1 opportunity and 1 week (1/52 of a year), "
            f"found opportunities={opportunities} and years={years}"
        )
    run = _Run(opportunities, weeks, seed, belief)
    mondays = [run.pass_week(week) for week in range(weeks)]
    mondays.append(run.open)
    events = run.recorder.journal.tables()
    run.finish(weeks)
    return Simulated(
        tables={"opportunities": run.ledger.opportunities(monday(weeks)), **events},
        end=monday(weeks),
        outcomes=run.ledger.outcomes(),
        belief=belief,
        states=Deals.concatenate(mondays),
        rows=run.rows(mondays),
    )


class _Run:
    """The company at work: its open deals, and what it writes down."""

    def __init__(self, opportunities: int, weeks: int, seed: int, belief: float) -> None:
        facts, self._rng, minutes, record = map(np.random.default_rng, np.random.SeedSequence(seed).spawn(4))
        self._belief, self._calendar = belief, Calendar(minutes)
        self._market = draw_market(opportunities, weeks, facts)
        self.ledger = Ledger(self._market.facts)
        customers = self._market.facts["customer_id"].to_numpy(str)
        self.recorder = Recorder(self.ledger.ids, customers, self._market.amount, record)
        self.open = self._market.deals.take(np.empty(0, np.int64))

    def pass_week(self, week: int) -> Deals:
        """Let a week of the history pass, and give the deals that were open on its Monday."""
        monday, known = self.open, self._end_deals(week)
        met = work(known, self._belief, self._rng)
        self.recorder.go_on(week, known, met, self._calendar.moments(week, len(known), each=2))
        new = self._market.deals.take(np.flatnonzero(self._market.week == week))
        at = self._calendar.moments(week, len(new))[:, 0]
        self.ledger.created_at[new.number] = at
        self.recorder.begin(week, new, at)
        self.open = Deals.concatenate([known, new])
        return monday

    def finish(self, week: int) -> None:
        """Let weeks pass, unrecorded, until no deal is open."""
        while len(self.open):
            self.open, week = self._end_deals(week), week + 1
            work(self.open, self._belief, self._rng)

    def rows(self, mondays: list[Deals]) -> pd.MultiIndex:
        """Name the deals of all Mondays from the first on, and when it was."""
        week = np.repeat(np.arange(len(mondays)), [len(deals) for deals in mondays])
        ids = self.recorder.journal.ids[np.concatenate([deals.number for deals in mondays])]
        at = pd.DatetimeIndex(START + week * WEEK).tz_localize("UTC")
        return pd.MultiIndex.from_arrays([ids, at], names=["opportunity_id", "at"])

    def _end_deals(self, week: int) -> Deals:
        """Let the week decide and close some of the open deals, and give those that go on."""
        deals = self.open.take(np.arange(len(self.open)))
        won = decide(deals, self._rng)
        closing = won | (deals.closes_in == 0)
        at: Array = self._calendar.moments(week, len(deals))[:, 0]
        self.ledger.close(deals.number[closing], np.where(won, "won", "lost")[closing], at[closing])
        deals.closes_in = deals.closes_in - (deals.closes_in > 0)
        return deals.take(~closing)
