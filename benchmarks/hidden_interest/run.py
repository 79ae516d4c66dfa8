"""Run the company week by week."""

from __future__ import annotations

import numpy as np

from benchmarks.hidden_interest import signs
from benchmarks.hidden_interest.chain import Chain
from benchmarks.hidden_interest.deals import Deals
from benchmarks.hidden_interest.future import Future
from benchmarks.hidden_interest.journal import Journal
from benchmarks.hidden_interest.market import draw_market
from benchmarks.hidden_interest.simulated import Simulated
from benchmarks.hidden_interest.states import Array
from benchmarks.hidden_interest.week import Week
from winprob.training.simulation.calendar import Calendar, monday
from winprob.training.simulation.company import Buying
from winprob.training.simulation.ledger import Ledger

WON, LOST, OPEN = range(3)


def simulate(
    opportunities: int = 6000, years: float = 3, seed: int = 0, buying: Buying | None = None
) -> Simulated:
    """Let the company sell, and record what it would have recorded.

    `winprob.training.simulation` rolls dice whose chances are a formula of the record. Here a customer's
    interest and our position wander unseen, they alone end deals, and the record is what they let show: a
    model that is good at both is not tuned to either.

    Parameters
    ----------
    opportunities : int
        How many are created over the whole history.
    years : float
        Length of the history, in years of 52 weeks.
    seed : int
        The same seed gives the same tables, byte for byte.
    buying : Buying, optional
        When customers buy; without a calendar if left out.

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
    run = _Run(opportunities, weeks, seed, buying or Buying())
    for week in range(weeks):
        run.pass_week(week)
    run.note_beliefs(weeks)
    events = run.journal.tables()
    run.finish(weeks)
    return Simulated(
        tables={"opportunities": run.ledger.opportunities(monday(weeks)), **events},
        end=monday(weeks),
        outcomes=run.ledger.outcomes(),
        future=run.future(weeks),
    )


class _Run:
    """The company at work: its open deals, and what it writes down."""

    def __init__(self, opportunities: int, weeks: int, seed: int, buying: Buying) -> None:
        facts, self._rng, minutes = map(np.random.default_rng, np.random.SeedSequence(seed).spawn(3))
        self._chain, self._buying = Chain.of_sales(), buying
        self._market = draw_market(opportunities, weeks, facts)
        self._calendar = Calendar(minutes)
        self._open = self._new(np.empty(0, np.int64))
        self.ledger = Ledger(self._market.facts)
        self.journal = Journal(self.ledger.ids, signs.RIVALS)
        self._beliefs: list[tuple[int, Array, Array]] = []

    def pass_week(self, week: int) -> None:
        """Let a week pass: some deals end, the others go on, new ones come."""
        self.note_beliefs(week)
        known = self._end_deals(week)
        known.wander(self._chain, self._rng)
        life = Week(week, self.journal, self._calendar, self._rng)
        life.go_on(known, self._calendar.moments(week, len(known), each=2))
        new = self._new(np.flatnonzero(self._market.week == week))
        at = self._calendar.moments(week, len(new))[:, 0]
        self.ledger.created_at[new.number] = at
        life.begin(new, self._market.amount[new.number], at)
        self._open = Deals.concatenate([known, new])

    def note_beliefs(self, week: int) -> None:
        """Keep what the record lets one believe on a Monday of the deals open then."""
        self._beliefs.append((week, self.journal.ids[self._open.number], self._open.belief))

    def finish(self, week: int) -> None:
        """Let weeks pass, unrecorded, until no deal is open."""
        while len(self._open):
            self._open, week = self._end_deals(week), week + 1
            self._open.wander(self._chain, self._rng)

    def future(self, weeks: int) -> Future:
        """Give what the record lets one expect, by opportunity and Monday."""
        return Future.of(self._chain, self._buying, self._beliefs, weeks)

    def _new(self, number: Array) -> Deals:
        """Give deals their first hidden state, which the facts alone tell of."""
        belief = self._market.belief[number]
        passed = self._rng.random((len(number), 1)) >= belief.cumsum(axis=1)
        state = np.minimum(passed.sum(axis=1), belief.shape[1] - 1)
        return Deals.unrecorded(
            number, state, belief, len(signs.ROLES), len(signs.RIVALS), len(signs.CHECKPOINTS)
        )

    def _end_deals(self, week: int) -> Deals:
        """Let the week end some of the open deals, and give those that go on."""
        effect = self._buying.effect(np.array([week])).item()
        ending = self._open.draw(self._chain.in_week(effect).ending, self._rng)
        at = self._calendar.moments(week, len(self._open))[:, 0]
        for name, which in (("won", ending == WON), ("lost", ending == LOST)):
            self.ledger.close(self._open.number[which], name, at[which])
        return self._open.take(ending == OPEN)
