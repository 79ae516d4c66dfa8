from __future__ import annotations

import pytest

from winprob.features.playbook import load_playbook
from winprob.training.simulation.company import Company

COMPANY = Company()
PLAYBOOK = load_playbook("customer-grades")


def test_stages_and_check_points_are_those_of_the_playbook() -> None:
    assert tuple(stage.code for stage in COMPANY.stages) == PLAYBOOK.stage_codes
    assert {point.code: COMPANY.stages[point.stage].code for point in COMPANY.checkpoints} == {
        point.code: stage.code for stage in PLAYBOOK.stages for point in stage.checkpoints
    }


def test_risk_form_is_that_of_the_playbook_and_its_vetoes_hurt() -> None:
    assert [question.item for question in COMPANY.questions] == [item.code for item in PLAYBOOK.risk_items]
    assert {question.item for question in COMPANY.questions if question.worst < 0} == {
        item.code for item in PLAYBOOK.risk_items if item.veto
    }


def test_roles_weigh_as_in_the_playbook() -> None:
    weights = {role.code: role.weight for role in PLAYBOOK.roles}
    assert {seat.role for seat in COMPANY.seats} == set(weights)
    assert all(seat.weight == weights[seat.role] for seat in COMPANY.seats)


@pytest.mark.parametrize("options", ["sources", "industries", "products", "sizes"])
def test_shares_add_up_to_one(options: str) -> None:
    assert sum(option.share for option in getattr(COMPANY, options)) == pytest.approx(1)


def test_shares_of_contacts_add_up_to_one() -> None:
    assert [sum(stage.personal) for stage in COMPANY.stages] == pytest.approx([1] * len(COMPANY.stages))


def test_strongholds_name_a_product_and_an_industry() -> None:
    products, industries = zip(*COMPANY.strongholds, strict=True)
    assert set(products) <= {option.name for option in COMPANY.products}
    assert set(industries) <= {option.name for option in COMPANY.industries}
