"""The state on a Monday is what the tables say by then: read off the tables again, slowly, row by row."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from winprob.features.contract import EVENT_TABLES, TIME_OF, column_names
from winprob.training.simulation import Simulated
from winprob.training.simulation.calendar import START, monday
from winprob.training.simulation.market import TYPICAL_AMOUNT
from winprob.training.simulation.vocabulary import CONTACTS, LOST_BEFORE, NEW_CUSTOMER, WON_BEFORE

Rows = list[dict[str, Any]]
STANCE = {"for": 1, "neutral": 0, "against": -1}


def week_of(time: pd.Timestamp) -> int:
    return (time - pd.Timestamp(START, tz="UTC")) // pd.Timedelta(weeks=1)


class Record:
    """What the tables say of one deal by a Monday."""

    def __init__(
        self, simulated: Simulated, tables: dict[str, dict[str, Rows]], number: int, week: int
    ) -> None:
        self.company, self.week = simulated.company, week
        self.facts = simulated.tables["opportunities"].iloc[number]
        self.tables = {
            name: [
                row for row in rows.get(self.facts["opportunity_id"], []) if row[TIME_OF[name]] < monday(week)
            ]
            for name, rows in tables.items()
        }

    def weeks_since(self, time: pd.Timestamp) -> int:
        return self.week - 1 - week_of(time)

    def last(self, table: str, column: str) -> Any:
        return self.tables[table][-1][column]

    def person(self, seat: int) -> Rows:
        name = f"{self.facts['opportunity_id']}/{seat + 1}"
        return [row for row in self.tables["key_persons"] if row["person_id"] == name]

    def reached(self, seat: int) -> bool:
        name = f"{self.facts['opportunity_id']}/{seat + 1}"
        return any(row["person_id"] == name and row["effective"] for row in self.tables["activities"])

    def competing(self, rival: str) -> bool:
        return any(
            row["competitor"] == rival and not row["left_at"] < monday(self.week)
            for row in self.tables["competitors"]
        )

    def score(self, item: str) -> int:
        return next((row["score"] for row in reversed(self.tables["assessments"]) if row["item"] == item), -1)


@pytest.fixture(scope="module")
def tables(simulated: Simulated) -> dict[str, dict[str, Rows]]:
    by_deal: dict[str, dict[str, Rows]] = {}
    for name in simulated.tables.keys() - {"opportunities"}:
        by_deal[name] = {}
        for row in simulated.tables[name].to_dict("records"):
            by_deal[name].setdefault(row["opportunity_id"], []).append(row)
    return by_deal


@pytest.fixture(scope="module")
def records(simulated: Simulated, tables: dict[str, dict[str, Rows]]) -> list[tuple[int, Record]]:
    rows = np.random.default_rng(2).choice(len(simulated.states), 400, replace=False)
    return [
        (row, Record(simulated, tables, simulated.states.number[row], int(simulated.states.week[row])))
        for row in rows
    ]


def test_the_course_of_a_deal(simulated: Simulated, records: list[tuple[int, Record]]) -> None:
    states, codes = simulated.states, [stage.code for stage in simulated.company.stages]
    for row, record in records:
        stages = [codes.index(change["stage"]) for change in record.tables["stage_changes"]]
        assert stages[-1] == states.stage[row]
        assert record.weeks_since(record.last("stage_changes", "at")) == states.weeks_in_stage[row]
        assert record.weeks_since(record.facts["created_at"]) == states.age[row]
        assert sum(np.diff(stages) < 0) == states.setbacks[row]
        assert record.last("amounts", "amount") == states.amount[row]
        expected = [week_of(date["expected_close"]) for date in record.tables["close_dates"]]
        assert expected[-1] - record.week == states.weeks_to_close[row]
        assert sum(np.diff(expected) > 0) == states.pushes[row]


def test_contacts(simulated: Simulated, records: list[tuple[int, Record]]) -> None:
    states, kept = simulated.states, simulated.company.habits.momentum_kept
    for row, record in records:
        contacts = record.tables["activities"]
        last_week = [contact for contact in contacts if record.weeks_since(contact["at"]) == 0]
        kinds = sorted(code for code in states.contact_kind[:, row] if code >= 0)
        assert sorted(CONTACTS.index(contact["kind"]) for contact in last_week) == kinds
        assert record.weeks_since(contacts[-1]["at"]) == states.weeks_since_contact[row]
        assert pd.notna(contacts[-1]["next_at"]) == states.planned[row]
        if states.planned[row]:
            assert week_of(contacts[-1]["next_at"]) - record.week == states.weeks_to_next[row]
        momentum = sum(
            contact["effective"] * kept ** record.weeks_since(contact["at"]) for contact in contacts
        )
        assert momentum == pytest.approx(states.momentum[row], abs=1e-5)
        assert sum(contact["kind"] == "negotiation" for contact in contacts) == states.negotiations[row]


def test_the_buying_group(simulated: Simulated, records: list[tuple[int, Record]]) -> None:
    states = simulated.states
    for row, record in records:
        for seat, role in enumerate(seat.role for seat in simulated.company.seats):
            described = record.person(seat)
            assert bool(described) == states.identified[seat, row]
            assert record.reached(seat) == states.reached[seat, row]
            if described:
                assert described[-1]["role"] == role
                assert described[-1]["influence"] == states.influence[seat, row]
                assert STANCE[described[-1]["stance"]] == states.stance[seat, row]


def test_rivals_answers_and_check_points(simulated: Simulated, records: list[tuple[int, Record]]) -> None:
    states, company = simulated.states, simulated.company
    for row, record in records:
        assert [record.competing(rival) for rival in company.rivals] == states.competing[:, row].tolist()
        entries = [rival["entered_at"] for rival in record.tables["competitors"]]
        if entries:
            assert record.weeks_since(max(entries)) == states.weeks_since_entry[row]
        items = [question.item for question in company.questions]
        assert [record.score(item) for item in items] == states.scores[:, row].tolist()
        met = {point["checkpoint"] for point in record.tables["checkpoints"]}
        assert [point.code in met for point in company.checkpoints] == states.met[:, row].tolist()


def test_the_facts_of_a_deal(simulated: Simulated, records: list[tuple[int, Record]]) -> None:
    states, company, opportunities = simulated.states, simulated.company, simulated.tables["opportunities"]
    for row, record in records:
        facts = record.facts
        assert facts["source"] == company.sources[states.source[row]].name
        assert facts["industry"] == company.industries[states.industry[row]].name
        assert facts["product"] == company.products[states.product[row]].name
        assert facts["company_size"] == company.sizes[states.size[row]].name
        assert TYPICAL_AMOUNT[facts["currency"]] == states.typical_amount[row]
        before = opportunities[
            (opportunities["customer_id"] == facts["customer_id"])
            & (opportunities["closed_at"] < monday(week_of(facts["created_at"])))
        ]["outcome"].tolist()
        known = WON_BEFORE if "won" in before else LOST_BEFORE if "lost" in before else NEW_CUSTOMER
        assert known == states.acquaintance[row]


def test_seller_is_one_number_per_owner(simulated: Simulated) -> None:
    owner = simulated.tables["opportunities"]["owner_id"].to_numpy()[simulated.states.number]
    assert pd.Series(simulated.states.seller).groupby(owner).nunique().max() == 1


def test_tables_have_the_contract_s_columns_in_order_of_time(simulated: Simulated) -> None:
    assert [*simulated.tables] == ["opportunities", *(n for n in EVENT_TABLES if n != "buyer_stage_changes")]
    for name in simulated.tables.keys() - {"opportunities"}:
        table = simulated.tables[name]
        assert set(table) == set(column_names(name))
        assert table.groupby("opportunity_id")[TIME_OF[name]].is_monotonic_increasing.all()


def test_rivals_enter_again_only_after_they_left(simulated: Simulated) -> None:
    table = simulated.tables["competitors"]
    assert not (table["left_at"] <= table["entered_at"]).any()
    left_before = table.groupby(["opportunity_id", "competitor"])["left_at"].shift()
    again = table.groupby(["opportunity_id", "competitor"]).cumcount() > 0
    assert again.any()
    assert (left_before[again] < table["entered_at"][again]).all()


def test_contacts_of_all_kinds_good_and_bad(simulated: Simulated) -> None:
    activities = simulated.tables["activities"]
    assert set(activities["kind"]) == set(CONTACTS)
    assert 0.2 < activities["effective"].mean() < 0.8
    assert (activities["next_at"].dropna() > activities.loc[activities["next_at"].notna(), "at"]).all()
