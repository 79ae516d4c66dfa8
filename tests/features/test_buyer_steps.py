"""The customer's purchase beside any seller's funnel."""

from __future__ import annotations

import pytest

from winprob.features.buyer_steps import positions_beside
from winprob.features.playbook import InvalidPlaybook, Playbook, load_playbook, parse_playbook

STAGES = """
code = "mine"
name = { zh = "我", en = "Mine" }
[[stages]]
code = "first"
name = { zh = "一", en = "First" }
probability = 0.2
[[stages]]
code = "second"
name = { zh = "二", en = "Second" }
probability = 0.6
"""


def with_steps(steps: str) -> Playbook:
    return parse_playbook(f"{steps}\n{STAGES}", "mine.toml")


@pytest.mark.parametrize("name", ["customer-grades", "big-project", "eight-step"])
def test_any_playbook_can_take_the_customers_purchase(name: str) -> None:
    playbook = load_playbook(name)
    data = playbook.model_dump() | {"buyer_stages": "customer-purchase"}
    taken = Playbook.model_validate(data)
    assert [step.code for step in taken.buyer_stages] == [
        "need", "information", "evaluation", "decision", "after_purchase",
    ]  # fmt: skip
    beside = positions_beside(taken.stages, taken.buyer_stages)
    for step, place in zip(taken.buyer_stages, beside, strict=True):
        assert step.until is not None
        assert all(stage.probability <= step.until for stage in taken.stages[: place + 1])
        assert all(stage.probability > step.until for stage in taken.stages[place + 1 :])


def test_steps_without_until_are_beside_the_stages() -> None:
    playbook = load_playbook("eight-step")
    assert positions_beside(playbook.stages, playbook.buyer_stages) == tuple(range(8))


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ('buyer_stages = "customer-purchse"', "did you mean 'customer-purchase'"),
        ("[[buyer_stages]]", "buyer_stages"),
    ],
)
def test_other_names_and_steps_are_refused(steps: str, told: str) -> None:
    with pytest.raises(InvalidPlaybook, match=told):
        with_steps(steps)


STEP = '{{ code = "{0}", name = {{ zh = "{0}", en = "{0}" }}, until = {1} }}'


@pytest.mark.parametrize(
    ("untils", "told"),
    [((0.5, 0.4, 0.9), "until rising from step to step"), ((0.3, 0.3, 0.9), "found 0.3, 0.3, 0.9")],
)
def test_until_rises(untils: tuple[float, ...], told: str) -> None:
    steps = ", ".join(STEP.format(f"s{number}", until) for number, until in enumerate(untils))
    with pytest.raises(InvalidPlaybook, match=told):
        with_steps(f"buyer_stages = [{steps}]")


def test_until_is_said_of_all_or_of_none() -> None:
    steps = STEP.format("a", 0.5) + ', { code = "b", name = { zh = "b", en = "b" } }'
    with pytest.raises(InvalidPlaybook, match="until of each step, or of none, found 1 of 2"):
        with_steps(f"buyer_stages = [{steps}]")
