"""The belief, worked out again from nothing but the tables: plain Python, one deal and one week at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from benchmarks.hidden_interest import Simulated, signs
from benchmarks.hidden_interest.chain import Chain
from benchmarks.hidden_interest.market import AT_HOME, HOME, SIZES, SOURCES, TOO_MUCH
from winprob.training.simulation.calendar import monday

CHAIN = Chain.of_sales()
STAGES = [stage.code for stage in signs.STAGES]
Rows = dict[str, pd.DataFrame]


class Twin:
    """One deal as its tables tell it."""

    def __init__(self, simulated: Simulated, deal: str) -> None:
        self.tables: Rows = {
            name: table[table["opportunity_id"] == deal] for name, table in simulated.tables.items()
        }
        self.facts = self.tables.pop("opportunities").iloc[0]
        self.week = int((self.facts["created_at"] - monday(0)).days // 7)
        self.stage, self.due, self.amount = 0, 0, 0.0
        self.known: set[str] = set()
        self.met: set[str] = set()
        self.present: set[str] = set()

    def mondays(self, last: pd.Timestamp) -> Iterator[tuple[pd.Timestamp, float]]:
        belief = self.first_belief() * self.signs_of_beginning(self.rows(self.week))
        belief /= belief.sum()
        while monday(self.week + 1) <= last:
            self.week += 1
            yield monday(self.week), float(belief @ CHAIN.wins_in_the_end)
            belief = (belief * (1 - CHAIN.win - CHAIN.lose)) @ CHAIN.step
            belief *= self.signs_of_week(self.rows(self.week))
            belief /= belief.sum()

    def rows(self, week: int) -> Rows:
        """What became known in a week; the second time of a competitor is when it left."""
        start, end = monday(week), monday(week + 1)
        found = {}
        for name, table in self.tables.items():
            time = {"key_persons": "identified_at", "competitors": "entered_at"}.get(name, "at")
            found[name] = table[(table[time] >= start) & (table[time] < end)]
        left = self.tables["competitors"]["left_at"]
        found["exits"] = self.tables["competitors"][(left >= start) & (left < end)]
        return found

    def first_belief(self) -> np.ndarray:
        facts, amount = self.facts, self.tables["amounts"]["amount"].iloc[0]
        interest, position = (np.array(part) for part in SOURCES[facts["source"]])
        if amount > 2 * SIZES[facts["company_size"]]:
            interest = interest * TOO_MUCH
        if (facts["product"], facts["industry"]) in HOME:
            position = position * AT_HOME
        return np.outer(interest, position).ravel()

    def signs_of_beginning(self, rows: Rows) -> np.ndarray:
        self.stage = STAGES.index(rows["stage_changes"]["stage"].item())
        self.amount = rows["amounts"]["amount"].item()
        weeks = self.weeks_to(rows["close_dates"]["expected_close"].item())
        self.due = weeks
        chosen = [low <= weeks < high for low, high in signs.PROMISES]
        promise = signs.PROMISE[chosen.index(True)]
        return (
            signs.FIRST_STAGE[self.stage]
            * promise
            * self.rivals(rows, signs.THERE_AT_FIRST)
            * self.risk_form(rows)
        )

    def signs_of_week(self, rows: Rows) -> np.ndarray:
        parts = (self.contact, self.buying_group, self.risk_form, self.checkpoints, self.course, self.dates)
        return np.prod([part(rows) for part in parts], axis=0) * self.rivals(rows, signs.ENTERS)

    def contact(self, rows: Rows) -> np.ndarray:
        if rows["activities"].empty:
            return 1 - signs.CONTACT
        row = rows["activities"].iloc[0]
        if pd.isna(row["person_id"]):
            person = 1 - sum(signs.PERSON[signs.ROLES.index(role)] for role in self.known)
        else:
            person = signs.PERSON[signs.ROLES.index(row["person_id"].split("/")[1])]
        effective = signs.EFFECTIVE if row["effective"] else 1 - signs.EFFECTIVE
        planned = 1 - signs.PLANNED if pd.isna(row["next_at"]) else signs.PLANNED
        return (
            signs.CONTACT * signs.KIND[signs.CONTACT_KINDS.index(row["kind"])] * person * effective * planned
        )

    def buying_group(self, rows: Rows) -> np.ndarray:
        likely, found = np.ones(12), rows["key_persons"].set_index("role")["stance"]
        for place, role in enumerate(signs.ROLES):
            if role in found.index:
                likely = likely * signs.IDENTIFIED[place] * signs.STANCE[signs.STANCES.index(found[role])]
            elif role not in self.known:
                likely = likely * (1 - signs.IDENTIFIED[place])
        self.known |= set(found.index)
        return likely

    def rivals(self, rows: Rows, enters: np.ndarray) -> np.ndarray:
        likely = np.ones(12)
        came, went = set(rows["competitors"]["competitor"]), set(rows["exits"]["competitor"])
        for rival in signs.RIVALS:
            changes = signs.LEAVES if rival in self.present else enters
            likely = likely * (changes if rival in came | went else 1 - changes)
        self.present = (self.present | came) - went
        return likely

    def risk_form(self, rows: Rows) -> np.ndarray:
        answers = rows["assessments"]
        return np.prod(
            [signs.SCORES[item][score] for item, score in zip(answers["item"], answers["score"], strict=True)]
            or [np.ones(12)],
            axis=0,
        )

    def checkpoints(self, rows: Rows) -> np.ndarray:
        likely, now = np.ones(12), set(rows["checkpoints"]["checkpoint"])
        for code, stage in signs.CHECKPOINTS:
            if code not in self.met and self.stage >= stage:
                chance = signs.MET_EARLY if stage < signs.FIRST_LATE_STAGE else signs.MET_LATE
                likely = likely * (chance if code in now else 1 - chance)
        self.met |= now
        return likely

    def course(self, rows: Rows) -> np.ndarray:
        forward = signs.ADVANCE * signs.ADVANCE_BY_STAGE[self.stage]
        if self.stage >= signs.FIRST_LATE_STAGE:
            forward = forward * signs.LATE_ADVANCE
        back = signs.FALL_BACK * (self.stage > 0)
        to = rows["stage_changes"]["stage"].map(STAGES.index)
        move = int(to.item()) - self.stage if len(to) else 0
        self.stage += move
        return {1: forward, -1: back, 0: 1 - forward - back}[move] * self.amounts(rows)

    def amounts(self, rows: Rows) -> np.ndarray:
        if rows["amounts"].empty:
            return 1 - signs.CHANGES
        amount = rows["amounts"]["amount"].item()
        nearest = np.argmin(np.abs(np.array(signs.FACTORS) - amount / self.amount))
        self.amount = amount
        return signs.CHANGES * signs.FACTOR[nearest]

    def dates(self, rows: Rows) -> np.ndarray:
        self.due -= 1
        pushed = signs.PUSHED_WHEN_DUE if self.due <= 0 else signs.PUSHED
        pulled = signs.PULLED * (self.due > 3)
        if rows["close_dates"].empty:
            return 1 - pushed - pulled
        due, self.due = self.due, self.weeks_to(rows["close_dates"]["expected_close"].item())
        return pushed if self.due > due else pulled

    def weeks_to(self, expected: pd.Timestamp) -> int:
        return int((expected - monday(self.week + 1)).days // 7)


@pytest.fixture(scope="module")
def deals(simulated: Simulated) -> list[str]:
    lasting = simulated.future.probability.groupby("opportunity_id").size()
    return lasting[lasting > 4].sample(25, random_state=0).index.tolist()


def test_the_oracle_knows_what_the_tables_tell_and_nothing_more(
    simulated: Simulated, deals: list[str]
) -> None:
    for deal in deals:
        kept = simulated.future.probability.loc[deal]
        again = dict(Twin(simulated, deal).mondays(kept.index[-1]))
        assert list(again) == kept.index.tolist()
        np.testing.assert_allclose(list(again.values()), kept.to_numpy(), atol=1e-9)
