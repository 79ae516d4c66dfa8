"""A company whose weekly chances are known: all that drives its deals, on one page."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from winprob.features.calendar import Calendar
from winprob.features.company_days import weeks_left
from winprob.features.playbook import load_playbook
from winprob.training.simulation.calendar import START, WEEK
from winprob.training.simulation.deals import Array
from winprob.training.simulation.habits import Habits
from winprob.training.simulation.vocabulary import Checkpoint, Option, Question, Seat, Stage

SHAPE = {0: 1.0, 1: 0.5, 11: -0.5, 12: -0.5}
"""What a week adds, in units of the strength, by the weeks left from its Friday to the end of the quarter:
budgets are spent before the quarter closes, and for two weeks after it nobody has a new one."""
FRIDAY = 4


@dataclass(frozen=True)
class Buying:
    """How customers follow the fiscal quarter.

    Attributes
    ----------
    strength : float
        Log-odds that the last week of a quarter adds to winning; 0 for customers without a calendar.
    fiscal_year_starts : int
        The month in which their fiscal year begins.
    moves_in : int, optional
        The week from which on their fiscal year begins in another month; none if it always stays.
    moves_to : int
        That month.

    Examples
    --------
    >>> Buying(strength=2.0).effect(np.array([11, 12, 13, 20])).tolist()  # the weeks of 2023-03-20 and later
    [1.0, 2.0, -1.0, 0.0]
    """

    strength: float = 0.0
    fiscal_year_starts: int = 1
    moves_in: int | None = None
    moves_to: int = 1

    def effect(self, week: Array) -> Array:
        """Tell what weeks add to winning.

        Parameters
        ----------
        week : array of int (n,)
            Weeks from the first Monday of the history.

        Returns
        -------
        array of float (n,)
            Log-odds.
        """
        if self.strength == 0.0:
            return np.zeros(len(week))
        weeks, place = np.unique(week, return_inverse=True)
        effect = self._of(self.fiscal_year_starts, weeks)
        if self.moves_in is not None:
            effect = np.where(weeks < self.moves_in, effect, self._of(self.moves_to, weeks))
        found: Array = effect[place]
        return found

    def _of(self, starts: int, weeks: Array) -> Array:
        friday = (START + weeks * WEEK).astype("datetime64[D]").astype(np.int64) + FRIDAY
        left = weeks_left(Calendar(fiscal_year_starts=starts), friday)
        return self.strength * np.array([SHAPE.get(count, 0.0) for count in left.tolist()])


@dataclass(frozen=True)
class Change:
    """The market changes: from a week on, other parameters say what wins and what loses.

    What is recorded between Mondays goes on by the same habits, and who buys what stays the same.

    Attributes
    ----------
    week : int
        Counted from the first Monday of the history.
    to : Company
        The parameters from then on.

    Examples
    --------
    A price war from the second year on:

    >>> Company(change=Change(52, to=Company(rivalry=-1.2))).change.to.rivalry
    -1.2
    """

    week: int
    to: Company


def _checkpoints() -> tuple[Checkpoint, ...]:
    """List the check points of the playbook that the company works by."""
    stages = load_playbook("customer-grades").stages
    return tuple(
        Checkpoint(checkpoint.code, position)
        for position, stage in enumerate(stages)
        for checkpoint in stage.checkpoints
    )


@dataclass(frozen=True)
class Company:
    """The parameters of the company. The formulas that read them are in `chances`.

    Deals move by the week. Every Monday a deal has a *strength*: the sum of all that is recorded for and
    against us. Strength makes winning likelier, losing less likely and stages quicker. Numbers are log-odds
    (added to the strength where nothing else is said), spans are in weeks, shares and chances are 0 to 1.

    Examples
    --------
    >>> company = Company()
    >>> [stage.code for stage in company.stages]
    ['target', 'qualified', 'shortlisted', 'intent', 'near_won']
    """

    # -- Stages. Contracts are signed late in the funnel; deals are lost in any stage, but slowly: nobody
    #    tells a seller that the interest is gone (see `hope`). The last stage has nowhere to advance.
    stages: tuple[Stage, ...] = (
        Stage("target", win=-9.0, lose=-3.5, advance=-2.3, personal=(0.70, 0.25, 0.05, 0.00)),
        Stage("qualified", win=-7.5, lose=-3.3, advance=-3.4, personal=(0.35, 0.35, 0.30, 0.00)),
        Stage("shortlisted", win=-6.2, lose=-2.8, advance=-3.9, personal=(0.20, 0.35, 0.40, 0.05)),
        Stage("intent", win=-4.4, lose=-2.5, advance=-3.6, personal=(0.20, 0.30, 0.10, 0.40)),
        Stage("near_won", win=-2.7, lose=-2.3, advance=-99.0, personal=(0.20, 0.20, 0.05, 0.55)),
    )
    checkpoints: tuple[Checkpoint, ...] = field(default_factory=_checkpoints)

    # -- Where a deal comes from and whom it is with: fixed when it is created.
    sources: tuple[Option, ...] = (
        Option("referral", 0.15, +1.2),  # somebody vouches for us
        Option("partner", 0.20, +0.4),
        Option("exhibition", 0.15, 0.0),
        Option("website", 0.20, -0.2),
        Option("cold call", 0.15, -0.5),
        Option("tender", 0.15, -0.9),  # the standard was written with somebody else
    )
    industries: tuple[Option, ...] = (
        Option("电力", 0.20, +0.2),  # most of our references
        Option("水务", 0.15, 0.0),
        Option("医疗", 0.15, 0.0),
        Option("教育", 0.10, 0.0),
        Option("Manufacturing", 0.20, 0.0),
        Option("Logistics", 0.10, 0.0),
        Option("Retail", 0.10, -0.2),
    )
    products: tuple[Option, ...] = (
        Option("数据平台", 0.40, 0.0),
        Option("Edge Gateway", 0.35, 0.0),
        Option("智能运维", 0.25, 0.0),
    )
    strongholds: tuple[tuple[str, str], ...] = (  # product made for the industry
        ("数据平台", "电力"),
        ("数据平台", "水务"),
        ("Edge Gateway", "Manufacturing"),
        ("智能运维", "医疗"),
    )
    stronghold: float = 0.2
    sizes: tuple[Option, ...] = (  # of the customer, by number of employees
        Option("small", 0.30, -0.3),  # money runs out
        Option("medium", 0.35, 0.0),
        Option("large", 0.25, +0.1),
        Option("group", 0.10, +0.2),
    )
    acquaintance: tuple[float, float, float] = (0.0, -0.4, 0.8)  # NEW_CUSTOMER, LOST_BEFORE, WON_BEFORE
    seller_spread: float = 0.08  # standard deviation over owners: mild, so that a win rate can show it
    unseen: float = 0.0  # standard deviation over deals of what their seller sees in them and nobody records
    price: float = -0.25  # per factor e above the typical amount: more signatures are needed

    # -- The buying group.
    seats: tuple[Seat, ...] = (
        Seat("decision_maker", known_at_first=0.15, found=0.20, effective=0.40, weight=0.40),
        Seat("recommender", known_at_first=0.50, found=0.40, effective=0.60, weight=0.25),
        Seat("recommender", known_at_first=0.10, found=0.25, effective=0.60, weight=0.25),
        Seat("facilitator", known_at_first=0.15, found=0.25, effective=0.70, weight=0.12),
        Seat("coach", known_at_first=0.05, found=0.12, effective=0.80, weight=0.15),
        Seat("other", known_at_first=0.30, found=0.25, effective=0.65, weight=0.08),
    )
    influence: int = 3  # of a person within the role: 1 up to this
    coverage: float = 0.8  # influence reached ÷ influence identified, from none to all
    decider: float = 0.3  # decision maker reached, in the first stage …
    decider_per_stage: float = 0.2  # … and more in each later one, where the decision falls
    sympathy: float = 0.25  # stance of those reached, weighted by influence: from neutral to all for us

    # -- Rivals: each further one takes less than the one before.
    rivals: tuple[str, ...] = ("远帆科技", "Nordwerk", "中衡信息", "Castellan", "蓝岸数据")
    rivalry: float = -0.6  # per doubling of those who can win (us among them)
    rivalry_in_tender: float = 1.4  # factor: tenders compare point by point
    rivalry_with_coach: float = 0.5  # factor: a coach tells us what the others offer
    newcomer: float = -0.2  # a rival came within `newcomer_weeks`
    newcomer_weeks: int = 4

    # -- Risk form: what the worst answer adds is a veto in all but name.
    questions: tuple[Question, ...] = (
        Question("budget", 0.15, worst=-0.9),
        Question("credit", 0.15, worst=-0.7),
        Question("fit", 0.15),
        Question("edge_product", 0.15),
        Question("edge_price", 0.15),
        Question("edge_service", 0.15),
        Question("relationship", 0.15),
        Question("entry_timing", 0.15),
        Question("upside", 0.00),  # tells whether we want it, not whether we get it
    )

    # -- Rhythm: contact, dates, moves back.
    momentum: float = 0.1  # per effective contact lately
    silence: float = -0.10  # per week without contact after the first three, at most ten
    push: float = -0.12  # per push of the expected date, at most five
    overdue: float = -0.4  # the expected date has passed and nobody has changed it
    setback: float = -0.4  # per move back, at most three

    # -- From strength to endings.
    win_by_strength: float = 0.75  # log-odds of winning per unit of strength
    lose_by_strength: float = -0.3  # a bad strength delays the signature more than it brings the refusal
    advance_by_strength: float = 0.75
    hurry: float = 0.6  # winning, when the expected date is at most three weeks away: it was asked for
    first_round: float = 0.4  # winning, after exactly one round of negotiation
    long_talks: float = -0.15  # winning, per round after the third, at most four
    stalled: float = 0.03  # losing, per week in the stage after the first eight, at most thirty
    hope: float = -2.2  # losing, for a new deal; fades evenly over `hope_weeks`
    hope_weeks: int = 26

    # -- When customers buy.
    buying: Buying = field(default_factory=Buying)  # by default without a calendar

    # -- What happens between Mondays, and how many deals come up.
    habits: Habits = field(default_factory=Habits)
    growth: float = 0.2  # more opportunities from year to year, as a share
    change: Change | None = None  # of the market; by default it stays as it is
