"""The playbooks that are shipped, as their sources have them."""

from __future__ import annotations

import pytest

from winprob.features.contract import ROLES
from winprob.features.playbook import load_playbook

SHIPPED = ["big-project", "customer-grades", "eight-step"]


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_playbooks_have_the_risk_form_the_roles_and_the_1_15_30_rule(name: str) -> None:
    playbook = load_playbook(name)
    assert playbook.code == name
    items = [item.code for item in playbook.risk_items]
    assert " ".join(items) == (
        "budget credit fit edge_product edge_price edge_service relationship entry_timing upside"
    )
    assert {item.weight for item in playbook.risk_items} == {1.0}
    assert [item.code for item in playbook.risk_items if item.veto] == ["budget", "credit"]
    assert playbook.pass_mark == 12
    assert sorted(role.code for role in playbook.roles) == sorted(ROLES)
    assert sum(role.weight for role in playbook.roles) == pytest.approx(1)
    assert tuple(playbook.contact.model_dump().values()) == (7, 15, 30)
    assert tuple(playbook.forecast_categories.model_dump().values()) == (0.6, 0.3, 0.05)


def test_customer_grades_are_the_classes_of_the_source() -> None:
    grades = load_playbook()
    assert [(stage.code, stage.name.zh, stage.probability) for stage in grades.stages] == [
        ("target", "目标客户", 0.10),
        ("qualified", "有效客户", 0.25),
        ("shortlisted", "入围客户", 0.50),
        ("intent", "意向客户", 0.75),
        ("near_won", "接近赢单客户", 0.90),
    ]
    assert [len(stage.checkpoints) for stage in grades.stages] == [4, 2, 3, 7, 0]


def test_big_project_keeps_the_percentage_that_its_source_states() -> None:
    project = load_playbook("big-project")
    assert project.stages[4].code == "approval"
    assert project.stages[4].probability == 0.5
    assert project.stages[4].within is not None
    assert (project.stages[4].within.days, project.stages[4].within.probability) == (90, 0.5)
    assert [stage.within for stage in project.stages if stage.code != "approval"] == [None] * 5
    assert len(project.stages) == 6


def test_eight_step_puts_the_buyer_beside_the_seller() -> None:
    steps = load_playbook("eight-step")
    assert len(steps.stages) == len(steps.buyer_stages) == 8
    assert (steps.buyer_stages[5].code, steps.stages[5].code) == ("first_choice", "evaluation")


def test_both_judgements_are_shipped() -> None:
    assert {load_playbook(name).judgement for name in SHIPPED} == {"any_factor", "ordered_list"}


@pytest.mark.parametrize("name", ["customer-grades", "eight-step", "big-project"])
def test_a_seller_can_influence_what_we_offer_and_how_we_stand_but_not_the_customer(name: str) -> None:
    influenced = [item.code for item in load_playbook(name).risk_items if item.influence]
    assert influenced == ["fit", "edge_price", "edge_service", "relationship"]


def test_customer_grades_say_what_a_customer_has_to_meet() -> None:
    entries = [stage.entry and stage.entry.zh for stage in load_playbook().stages]
    assert entries == [
        "拜访过一次，了解有需求",
        "需求认可，并对我司产品有兴趣",
        "完成技术认可，形成初步合作意愿",
        "完成重要商务谈判，递交合同",
        None,
    ]


def test_a_big_project_names_who_leads_in_each_stage() -> None:
    stages = load_playbook("big-project").stages
    assert all(stage.entry for stage in stages)
    leads = [[who.zh for who in stage.responsible] for stage in stages]
    assert leads[1] == leads[2] == ["客户经理"]
    assert leads[3] == ["客户经理", "售前咨询顾问"]
