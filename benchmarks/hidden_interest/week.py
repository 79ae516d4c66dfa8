"""One week of open deals as the record shows it: signs are drawn by the hidden state and written down."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.hidden_interest import signs
from benchmarks.hidden_interest.deals import Deals
from benchmarks.hidden_interest.journal import Journal
from benchmarks.hidden_interest.signs import chance
from benchmarks.hidden_interest.states import Array
from winprob.training.simulation.calendar import Calendar


@dataclass(frozen=True)
class Week:
    """Draws what happens to deals in one week and writes it down.

    Attributes
    ----------
    number : int
        Weeks from the first Monday of the history.
    journal : Journal
        Where it is written.
    calendar : Calendar
        Dates it; nothing depends on the day or the minute.
    rng : numpy.random.Generator
        Draws it.
    """

    number: int
    journal: Journal
    calendar: Calendar
    rng: np.random.Generator

    def begin(self, deals: Deals, amount: Array, at: Array) -> None:
        """Record new deals as they stand when they are created.

        Parameters
        ----------
        deals : Deals
            Unrecorded yet; changed in place.
        amount : array of float (n,)
            Their first amounts.
        at : array of datetime64 (n,)
            When they are created.
        """
        deals.amount = amount
        deals.stage = deals.draw(signs.FIRST_STAGE, self.rng)
        every = np.arange(len(deals))
        self._note_stage(deals, every, at)
        self.journal.note("amounts", deals.number, at, amount=amount)
        choice = np.array(signs.PROMISES)[deals.draw(signs.PROMISE, self.rng)]
        deals.weeks_to_close = self.rng.integers(choice[:, 0], choice[:, 1])
        self._note_close_date(deals, every, at)
        self._rivals(deals, at, signs.THERE_AT_FIRST)
        self._risk_form(deals, at, signs.ANSWERED_AT_FIRST)

    def go_on(self, deals: Deals, at: Array) -> None:
        """Record a week of deals that stay open.

        Parameters
        ----------
        deals : Deals
            With the hidden state that shows in this week; changed in place.
        at : array of datetime64 (n, 2)
            Moments of that week: of the contact, and of everything else.
        """
        contact, later = at.T
        self._contact(deals, contact)
        self._buying_group(deals, later)
        self._rivals(deals, later, signs.ENTERS)
        self._risk_form(deals, later, signs.ANSWERED)
        self._checkpoints(deals, later)
        self._stage(deals, later)
        self._amount(deals, later)
        self._close_date(deals, later)

    def _yes(self, deals: Deals, probability: Array) -> Array:
        """Draw no or yes for each deal."""
        return deals.draw(chance(probability), self.rng).astype(bool)

    def _some(self, deals: Deals, rows: Array, probability: Array) -> Array:
        """Draw something that is asked of some of the deals only."""
        asked = deals.take(rows)
        outcome = asked.draw(probability, self.rng)
        deals.belief[rows] = asked.belief
        return outcome

    def _contact(self, deals: Deals, at: Array) -> None:
        rows = np.flatnonzero(self._yes(deals, signs.CONTACT))
        kind = np.array(signs.CONTACT_KINDS)[self._some(deals, rows, signs.KIND)]
        effective = self._some(deals, rows, chance(signs.EFFECTIVE)).astype(bool)
        planned = self._some(deals, rows, chance(signs.PLANNED)).astype(bool)
        reachable = signs.PERSON * deals.known[rows][:, :, None]
        nobody = 1 - reachable.sum(axis=1, keepdims=True)
        person = self._some(deals, rows, np.concatenate([reachable, nobody], axis=1))
        later = self.number + self.rng.integers(1, 4, size=len(rows))
        plan = np.where(planned, self.calendar.moments(later, len(rows))[:, 0], np.datetime64("NaT", "us"))
        columns = {"kind": kind, "person_id": self._persons(deals.number[rows], person)}
        self.journal.note(
            "activities", deals.number[rows], at[rows], **columns, effective=effective, next_at=plan
        )

    def _buying_group(self, deals: Deals, at: Array) -> None:
        for role, name in enumerate(signs.ROLES):
            unknown = ~deals.known[:, [role]]
            rows = np.flatnonzero(self._yes(deals, signs.IDENTIFIED[role] * unknown))
            stance = np.array(signs.STANCES)[self._some(deals, rows, signs.STANCE)]
            deals.known[rows, role] = True
            person = self._persons(deals.number[rows], np.full(len(rows), role))
            influence = self.rng.integers(1, 4, size=len(rows))
            self.journal.note(
                "key_persons",
                deals.number[rows],
                at[rows],
                person_id=person,
                role=name,
                influence=influence.astype(np.float64),
                stance=stance,
            )

    def _rivals(self, deals: Deals, at: Array, enters: Array) -> None:
        for rival in range(len(signs.RIVALS)):
            present = deals.competing[:, rival]
            changes = self._yes(deals, np.where(present[:, None], signs.LEAVES, enters))
            self.journal.leave(rival, deals.number[changes & present], at[changes & present])
            self.journal.enter(rival, deals.number[changes & ~present], at[changes & ~present])
            deals.competing[:, rival] = present ^ changes

    def _risk_form(self, deals: Deals, at: Array, answered: float) -> None:
        for item, scores in signs.SCORES.items():
            rows = np.flatnonzero(self.rng.random(len(deals)) < answered)
            score = self._some(deals, rows, scores)
            self.journal.note("assessments", deals.number[rows], at[rows], item=item, score=score)

    def _checkpoints(self, deals: Deals, at: Array) -> None:
        for place, (code, stage) in enumerate(signs.CHECKPOINTS):
            met = signs.MET_EARLY if stage < signs.FIRST_LATE_STAGE else signs.MET_LATE
            asked = ~deals.met[:, place] & (deals.stage >= stage)
            now = self._yes(deals, met * asked[:, None])
            deals.met[now, place] = True
            self.journal.note("checkpoints", deals.number[now], at[now], checkpoint=code)

    def _stage(self, deals: Deals, at: Array) -> None:
        late = (deals.stage >= signs.FIRST_LATE_STAGE)[:, None]
        forward = signs.ADVANCE * np.array(signs.ADVANCE_BY_STAGE)[deals.stage][:, None]
        forward = forward * np.where(late, signs.LATE_ADVANCE, 1.0)
        back = signs.FALL_BACK * (deals.stage > 0)[:, None]
        move = deals.draw(np.stack([back, 1 - back - forward, forward], axis=1), self.rng) - 1
        deals.stage = deals.stage + move
        self._note_stage(deals, np.flatnonzero(move), at)

    def _amount(self, deals: Deals, at: Array) -> None:
        rows = np.flatnonzero(self._yes(deals, signs.CHANGES))
        factor = np.array(signs.FACTORS)[self._some(deals, rows, signs.FACTOR)]
        deals.amount[rows] = np.round(deals.amount[rows] * factor, -2)
        self.journal.note("amounts", deals.number[rows], at[rows], amount=deals.amount[rows])

    def _close_date(self, deals: Deals, at: Array) -> None:
        deals.weeks_to_close = deals.weeks_to_close - 1
        due = (deals.weeks_to_close <= 0)[:, None]
        pushed = np.where(due, signs.PUSHED_WHEN_DUE, signs.PUSHED)
        pulled = signs.PULLED * (deals.weeks_to_close > 3)[:, None]
        move = deals.draw(np.stack([1 - pushed - pulled, pushed, pulled], axis=1), self.rng)
        later = np.maximum(deals.weeks_to_close, 0) + self.rng.integers(*signs.PUSH_WEEKS, size=len(deals))
        deals.weeks_to_close = np.choose(move, [deals.weeks_to_close, later, deals.weeks_to_close // 2])
        self._note_close_date(deals, np.flatnonzero(move), at)

    def _note_stage(self, deals: Deals, rows: Array, at: Array) -> None:
        codes = np.array([stage.code for stage in signs.STAGES])
        self.journal.note("stage_changes", deals.number[rows], at[rows], stage=codes[deals.stage[rows]])

    def _note_close_date(self, deals: Deals, rows: Array, at: Array) -> None:
        expected = self.calendar.days(self.number + 1 + deals.weeks_to_close[rows])
        self.journal.note("close_dates", deals.number[rows], at[rows], expected_close=expected)

    def _persons(self, number: Array, role: Array) -> list[str | None]:
        """Name the person of each role; nobody beyond the last role."""
        ids = self.journal.ids[number]
        people = [*signs.ROLES, None]
        return [
            None if people[place] is None else f"{deal}/{people[place]}"
            for deal, place in zip(ids, role, strict=True)
        ]
