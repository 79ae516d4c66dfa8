"""A deal, its customer and its seller are called by their names where there are any, else by their ids."""

from __future__ import annotations

from typing import Any

import pytest
from small import GRADES, history

from winprob.features.identity import Identity as Columns
from winprob.serving.deals.identity import Identity, identity_of

NAMED = Columns(
    title="project",
    customer_name="customer",
    owner_name="seller",
    crm_link="https://crm.example.com/d/{opportunity_id}?x={opportunity_id}",
)


def identity(names: Columns = NAMED, **columns: Any) -> Identity:
    playbook = GRADES.model_copy(update={"identity": names})
    return identity_of(history(playbook, opportunities=[columns]), 0)


def test_names_are_taken_from_the_columns_that_the_playbook_names() -> None:
    found = identity(project="新产线", customer="瑞桥", seller="王", customer_id="C7", owner_id="S1")
    assert (found.title, found.customer, found.owner) == ("新产线", "瑞桥", "王")


def test_ids_stand_for_names_that_are_missing() -> None:
    found = identity(project=None, customer=None, customer_id="C7", owner_id="S1")
    assert (found.title, found.customer, found.owner) == ("A", "C7", "S1")
    assert identity(Columns(), project="新产线", customer_id="C7") == Identity("A", "C7", None, None)


def test_a_name_may_be_a_number() -> None:
    assert identity(project=20240017).title == "20240017"


@pytest.mark.parametrize(
    ("opportunity_id", "written"),
    [
        ("A", "A"),
        ("客 1/2", "%E5%AE%A2%201%2F2"),
        ('"><script>', "%22%3E%3Cscript%3E"),
        ("a&b=c", "a%26b%3Dc"),
    ],
)
def test_the_link_leads_to_the_deal_whatever_its_id(opportunity_id: str, written: str) -> None:
    found = identity(opportunity_id=opportunity_id)
    assert found.link == f"https://crm.example.com/d/{written}?x={written}"
    assert found.title == opportunity_id
