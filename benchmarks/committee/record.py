"""What sellers write down: late, in part, and as they see it. Nothing that happens depends on it."""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from benchmarks.committee.committee import DO_NOTHING
from benchmarks.committee.deals import ROLES, SEATS, Array, Deals
from benchmarks.committee.seller import NOBODY
from benchmarks.hidden_interest.journal import Journal
from benchmarks.hidden_interest.signs import CHECKPOINTS, RIVALS, STAGES
from winprob.training.simulation.calendar import Calendar

NEEDS = np.array((-np.inf, 0.5, 1.0, 1.5, 2.0))
"""Belief, plus the share of the time to the vote that is over, from which a seller sees each stage."""
MOVES, UNSURE, HOPES = 0.30, 0.4, 0.8
"""Chance of a week to look at the stage, standard deviation of what is seen then, and how much must be
missing before a seller goes back."""
NOTES, NOTES_AGAIN, NOTES_RIVALS = 0.4, 0.02, 0.12
"""Chance of a week that a person is recorded who is known, again, and that a rival's coming or going is."""
MISJUDGES = 0.6
"""Standard deviation of what a seller takes a leaning, or an answer of the risk form, for."""
ANSWERS_AT_FIRST, ANSWERS = 0.5, 0.04
PUSHES, REVISES, GUESS = 0.5, 0.04, 0.4
"""Chance of a week to move a date that is due, and one that is not; spread of the new one, in logarithms."""
PLANS = 0.8
"""Chance that a contact of a tidy seller ends with a plan for the next."""
CHANGES, FACTORS = 0.03, (0.85, 0.95, 1.1)
MEETS = 0.07
"""Chance of a week that a check point is ticked, for a tidy seller who is sure."""
KINDS = (("visit", "call", "meeting", "demo", "message"), ("visit", "negotiation", "meeting", "call"))
"""Of contacts, long before the vote and near it."""


class Recorder:
    """The CRM as the sellers fill it in; ids, customers and first amounts are by number of the deal."""

    def __init__(self, ids: Array, customers: Array, amount: Array, rng: np.random.Generator) -> None:
        self.journal = Journal(ids, RIVALS)
        self._calendar, self._rng = Calendar(rng), rng
        self._customers, self._amount = customers, amount.copy()
        self._stage, self._due = np.zeros((2, len(ids)), np.int64)
        self._noted = np.zeros((len(ids), SEATS), bool)
        self._seen = np.zeros((len(ids), len(RIVALS)), bool)
        self._met = np.zeros((len(ids), len(CHECKPOINTS)), bool)

    def begin(self, week: int, deals: Deals, at: Array) -> None:
        """Record new deals as they are when they are created (n,)."""
        every = np.ones(len(deals), bool)
        self._note_stage(deals, every, at)
        self.journal.note("amounts", deals.number, at, amount=self._amount[deals.number])
        self._note_close_date(week, deals, every, at)
        self._risk_form(deals, at, ANSWERS_AT_FIRST)

    def go_on(self, week: int, deals: Deals, met: tuple[Array, Array], at: Array) -> None:
        """Record a week of deals that stay open, as they are after it.

        `met` is what `work` gives; `at` (n, 2) are moments of the contact, and of everything else.
        """
        contact, later = at.T
        self._contacts(week, deals, met, contact)
        self._persons(deals, later)
        self._rivals(deals, later)
        self._risk_form(deals, later, ANSWERS)
        self._stages(deals, later)
        self._checkpoints(deals, later)
        self._amounts(deals, later)
        left = self._due[deals.number] - week
        moves = self._often(np.where(left <= 0, PUSHES * deals.tidiness, REVISES))
        self._note_close_date(week, deals, moves, later)

    def _often(self, chance: Array) -> Array:
        return np.asarray(self._rng.random(chance.shape) < chance)

    def _contacts(self, week: int, deals: Deals, met: tuple[Array, Array], at: Array) -> None:
        rows = np.flatnonzero(met[0] != NOBODY)
        kinds = [np.array(kinds)[self._rng.integers(len(kinds), size=len(rows))] for kinds in KINDS]
        next_at = self._calendar.moments(week + self._rng.integers(1, 4, size=len(rows)), len(rows))[:, 0]
        next_at[~self._often(PLANS * deals.tidiness[rows])] = np.datetime64("NaT")
        self.journal.note(
            "activities",
            deals.number[rows],
            at[rows],
            kind=np.choose(deals.weeks_left[rows] <= 4, kinds),
            person_id=self._names(deals.number[rows], met[0][rows]),
            effective=met[1][rows],
            next_at=next_at,
        )

    def _persons(self, deals: Deals, at: Array) -> None:
        noted = self._noted[deals.number]
        news = self._often(deals.known * np.where(noted, NOTES_AGAIN, NOTES))
        rows, seats = np.nonzero(news)
        against = np.where(deals.rivals[rows].any(axis=1), deals.theirs[rows, seats], DO_NOTHING)
        leaning = deals.ours[rows, seats] - against
        seen = leaning + self._rng.normal(0.0, MISJUDGES, len(rows))
        influence = 10 * deals.influence[rows, seats] * self._rng.lognormal(0.0, 0.3, len(rows))
        self._noted[deals.number] = noted | news
        self.journal.note(
            "key_persons",
            deals.number[rows],
            at[rows],
            person_id=self._names(deals.number[rows], seats),
            role=np.array(ROLES)[deals.role[rows, seats]],
            influence=np.maximum(1.0, influence.round()),
            stance=np.array(("against", "neutral", "for"))[np.digitize(seen, (-0.4, 0.6))],
        )

    def _rivals(self, deals: Deals, at: Array) -> None:
        news_of = deals.rivals ^ self._seen[deals.number]
        changes = self._often(NOTES_RIVALS * news_of)
        for rival, (news, there) in enumerate(zip(changes.T, deals.rivals.T, strict=True)):
            self.journal.enter(rival, deals.number[news & there], at[news & there])
            self.journal.leave(rival, deals.number[news & ~there], at[news & ~there])
        self._seen[deals.number] ^= changes

    def _risk_form(self, deals: Deals, at: Array, chance: float) -> None:
        edge = deals.offer - deals.rival_offer
        signals = {"budget": deals.budget, "credit": 0.5 * deals.budget, "fit": deals.offer}
        signals |= {"edge_product": edge, "edge_price": 0.5 * edge, "relationship": deals.perceived}
        signals |= {"edge_service": deals.effort, "entry_timing": deals.weeks_left / 10 - 1}
        for item, signal in {**signals, "upside": np.zeros(len(deals))}.items():
            rows = np.flatnonzero(self._often(chance * deals.tidiness))
            seen = signal[rows] + self._rng.normal(0.0, MISJUDGES, len(rows))
            score = np.digitize(seen, (-0.5, 0.5))
            self.journal.note("assessments", deals.number[rows], at[rows], item=item, score=score)

    def _stages(self, deals: Deals, at: Array) -> None:
        over = 1 - np.maximum(deals.weeks_left, 0) / np.maximum(deals.weeks_planned, deals.weeks_left)
        seen = deals.perceived + over + self._rng.normal(0.0, UNSURE, len(deals))
        stage = self._stage[deals.number]
        forward = seen >= np.append(NEEDS, np.inf)[stage + 1]
        back = seen < NEEDS[stage] - HOPES
        moves = self._often(np.full(len(deals), MOVES)) & (forward | back)
        self._stage[deals.number] = stage + moves * np.where(forward, 1, -1)
        self._note_stage(deals, moves, at)

    def _checkpoints(self, deals: Deals, at: Array) -> None:
        reachable = np.array([stage for _, stage in CHECKPOINTS]) <= self._stage[deals.number][:, None]
        chance = (MEETS * deals.tidiness * expit(1.5 * deals.perceived))[:, None]
        now = self._often(chance * reachable) & ~self._met[deals.number]
        self._met[deals.number] |= now
        rows, places = np.nonzero(now)
        codes = np.array([code for code, _ in CHECKPOINTS])[places]
        self.journal.note("checkpoints", deals.number[rows], at[rows], checkpoint=codes)

    def _amounts(self, deals: Deals, at: Array) -> None:
        rows = np.flatnonzero(self._often(np.full(len(deals), CHANGES)))
        factor = np.array(FACTORS)[self._rng.integers(len(FACTORS), size=len(rows))]
        number = deals.number[rows]
        self._amount[number] = (self._amount[number] * factor).round(-2)
        self.journal.note("amounts", number, at[rows], amount=self._amount[number])

    def _note_stage(self, deals: Deals, which: Array, at: Array) -> None:
        codes = np.array([stage.code for stage in STAGES])[self._stage[deals.number[which]]]
        self.journal.note("stage_changes", deals.number[which], at[which], stage=codes)

    def _note_close_date(self, week: int, deals: Deals, which: Array, at: Array) -> None:
        spread = np.exp(self._rng.normal(-0.1, GUESS, int(which.sum())))
        weeks = np.maximum(deals.weeks_left[which], 3) * spread
        self._due[deals.number[which]] = week + np.maximum(1, weeks.round())
        expected = self._calendar.days(self._due[deals.number[which]])
        self.journal.note("close_dates", deals.number[which], at[which], expected_close=expected)

    def _names(self, number: Array, seat: Array) -> list[str]:
        customers = self._customers[number]
        return [f"{customer}/{place + 1}" for customer, place in zip(customers, seat, strict=True)]
