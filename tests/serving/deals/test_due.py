"""Contacts that are due, beside what the deals' own pages say."""

from __future__ import annotations

from datetime import timedelta

from deals import AS_OF, deal_of, deals, open_ids

from winprob.serving.deals.due import Due, due_contacts
from winprob.serving.deals.list_question import ListQuestion


def due(owner: str | None = None) -> Due:
    return due_contacts(deals().listing(ListQuestion.model_validate({"as_of": AS_OF})), owner)


def test_each_deal_is_where_its_contacts_put_it() -> None:
    found = due()
    expected: dict[str, set[str]] = {"overdue": set(), "planned": set(), "unplanned": set()}
    for opportunity_id in open_ids():
        contacts = deal_of(opportunity_id).contacts
        assert contacts is not None
        if contacts.planned is None:
            expected["unplanned"].add(opportunity_id)
        elif contacts.planned < found.today:
            expected["overdue"].add(opportunity_id)
        elif contacts.planned <= found.today + timedelta(days=7):
            expected["planned"].add(opportunity_id)
    for name, ids in expected.items():
        assert {each.opportunity_id for each in getattr(found, name)} == ids, name
    assert all(expected.values())


def test_the_most_urgent_come_first() -> None:
    found = due()
    for kind in (found.overdue, found.planned):
        days = [each.day for each in kind if each.day is not None]
        assert days == sorted(days)
    assert found.is_recorded


def test_those_of_a_seller_are_his_own_and_as_many_as_said() -> None:
    whole = due()
    assert list(whole.owners) == sorted(whole.owners)
    for owner, count in whole.owners.items():
        own = due(owner)
        mine = [*own.overdue, *own.planned, *own.unplanned]
        assert {each.owner for each in mine} == {owner}
        assert len(mine) == count
        assert own.owners == whole.owners
