"""Run a company week by week."""

from __future__ import annotations

import numpy as np

from winprob.training.simulation.arrival import arrive, blank
from winprob.training.simulation.calendar import Calendar, monday
from winprob.training.simulation.chances import chances
from winprob.training.simulation.company import Company
from winprob.training.simulation.deals import Array, Deals
from winprob.training.simulation.ledger import Ledger
from winprob.training.simulation.market import draw_market
from winprob.training.simulation.recording import MOMENTS, Recorder
from winprob.training.simulation.simulated import Simulated
from winprob.training.simulation.step import step


def simulate(
    opportunities: int = 6000, years: float = 3, seed: int = 0, company: Company | None = None
) -> Simulated:
    """Let a company sell, and record what it would have recorded.

    After the history's last Monday no deals are added and nothing is recorded, but those still open go on
    until the last one is closed, so that the truth about each is known.

    Parameters
    ----------
    opportunities : int
        How many are created over the whole history.
    years : float
        Length of the history, in years of 52 weeks.
    seed : int
        The same seed gives the same tables, byte for byte.
    company : Company, optional
        What drives the deals; the usual company if left out.

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
    run = _Run(company or Company(), opportunities, weeks, seed)
    mondays = [run.pass_week(week) for week in range(weeks)]
    mondays.append(run.open_deals)
    event_tables = run.recorder.tables()
    run.finish(weeks)
    return Simulated(
        tables={"opportunities": run.ledger.opportunities(monday(weeks)), **event_tables},
        end=monday(weeks),
        outcomes=run.ledger.outcomes(),
        company=run.company,
        states=Deals.concatenate(mondays),
    )


class _Run:
    """A company at work: its open deals, and what it writes down."""

    def __init__(self, company: Company, opportunities: int, weeks: int, seed: int) -> None:
        facts, self._rng, minutes = map(np.random.default_rng, np.random.SeedSequence(seed).spawn(3))
        self.company = company
        self.open_deals = blank(company, 0)
        self._market = draw_market(company, opportunities, weeks, facts)
        self._calendar = Calendar(minutes)
        self.ledger = Ledger(self._market.facts)
        self.recorder = Recorder(company, self.ledger.ids, self._calendar)

    def pass_week(self, week: int) -> Deals:
        """Let a week of the history pass, and give the deals that were open on its Monday."""
        known = self.open_deals
        numbers = np.flatnonzero(self._market.week == week)
        acquaintance = self.ledger.acquaintance(self._market.customer, numbers)
        new = arrive(self.company, self._market, numbers, acquaintance, self._rng)
        before = Deals.concatenate([known, blank(self.company, len(new))])
        after = Deals.concatenate([step(self.company, known, self._rng), new])
        moments = self._calendar.moments(week, len(after), each=MOMENTS + 1)
        self.recorder.record(week, before, after, moments[:, :-1])
        self.ledger.created_at[numbers] = moments[len(known) :, 0]
        goes_on = self._end_deals(known, moments[: len(known), -1])
        self.open_deals = after.take(np.append(goes_on, np.arange(len(known), len(after))))
        return known

    def finish(self, week: int) -> None:
        """Let weeks pass, unrecorded, until no deal is open."""
        while len(self.open_deals):
            known = self.open_deals
            after = step(self.company, known, self._rng)
            goes_on = self._end_deals(known, self._calendar.moments(week, len(known))[:, 0])
            self.open_deals, week = after.take(goes_on), week + 1

    def _end_deals(self, deals: Deals, at: Array) -> Array:
        """Let the dice end some of a Monday's deals, and give the rows of those that go on."""
        win, lose = chances(self.company, deals)
        dice = self._rng.random(len(deals))
        won, lost = dice < win, dice >= 1 - lose
        self.ledger.close(deals.number[won], "won", at[won])
        self.ledger.close(deals.number[lost], "lost", at[lost])
        return np.flatnonzero(~(won | lost))
