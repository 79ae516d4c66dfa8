"""Columns that only name things: no feature is made of them."""

from __future__ import annotations

import pytest
from pydantic import ValidationError
from small import GRADES, history

from winprob.features.build import build, catalogue
from winprob.features.identity import Identity
from winprob.features.playbook import Playbook

LINK = "https://crm.example.com/deals/{opportunity_id}"
NAMED = GRADES.model_copy(
    update={"identity": Identity(title="project", customer_name="guest", owner_name="clerk")}
)
ROW = {"project": "新产线", "guest": "瑞桥", "clerk": "王", "segment": "large"}


def test_columns_are_those_that_are_named() -> None:
    assert Identity().columns == ()
    assert Identity(owner_name="seller", title="project", crm_link=LINK).columns == ("project", "seller")


def test_they_are_no_attributes_and_no_features() -> None:
    known = history(NAMED, opportunities=[ROW])
    assert [attribute.name for attribute in known.attributes] == ["segment"]
    plain = history(GRADES, opportunities=[ROW])
    assert {attribute.name for attribute in plain.attributes} == set(ROW)
    features = build(known, as_of="2026-03-31")
    assert not {name for name in features if any(column in str(name) for column in NAMED.identity.columns)}
    assert list(features) == [feature.name for feature in catalogue(NAMED, known.attributes)]
    assert len(build(plain, as_of="2026-03-31").columns) == len(features.columns) + 3


def test_they_are_still_in_the_table() -> None:
    assert history(NAMED, opportunities=[ROW]).opportunities["project"].tolist() == ["新产线"]


@pytest.mark.parametrize(
    "link",
    [
        "https://crm.example.com/deals/",
        "crm.example.com/{opportunity_id}",
        "javascript:alert('{opportunity_id}')",
        "https://crm.example.com/a b/{opportunity_id}",
        f"{LINK}\n",
        "",
    ],
)
def test_a_link_is_an_address_with_the_deal_in_it(link: str) -> None:
    with pytest.raises(ValidationError, match=r"expected an address such as https://crm\.example\.com/deals"):
        Identity(crm_link=link)


def test_a_link_is_kept_as_it_is() -> None:
    assert Identity(crm_link=LINK).crm_link == LINK
    assert Identity(crm_link="http://crm/#/o/{opportunity_id}?tab=1").crm_link


def test_a_playbook_says_it_in_its_file() -> None:
    data = GRADES.model_dump(exclude_none=True)
    playbook = Playbook.model_validate(data | {"identity": {"title": "project", "crm_link": LINK}})
    assert playbook.identity == Identity(title="project", crm_link=LINK)
    assert GRADES.identity == Identity()


@pytest.mark.parametrize("name", ["", "  "])
def test_a_blank_name_is_none(name: str) -> None:
    with pytest.raises(ValidationError):
        Identity(title=name)
