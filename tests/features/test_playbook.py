from __future__ import annotations

import codecs
import pickle
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from winprob.features.playbook import InvalidPlaybook, Playbook, load_playbook, parse_playbook
from winprob.features.playbook_part import Stage

NAME = {"zh": "名", "en": "name"}
CHIPMAKER = Path(__file__).parents[2] / "examples" / "chipmaker.toml"


def by_hand(playbook: Playbook, met: Collection[str]) -> str | None:
    """Judge the stage by going backwards from the last one and looking at it alone."""
    for position in reversed(range(len(playbook.stages))):
        stage = playbook.stages[position]
        own = [checkpoint.code for checkpoint in stage.checkpoints]
        so_far = [point.code for earlier in playbook.stages[: position + 1] for point in earlier.checkpoints]
        by_any_factor = playbook.judgement == "any_factor" and set(own) & set(met)
        by_ordered_list = playbook.judgement == "ordered_list" and own and set(so_far) <= set(met)
        if by_any_factor or by_ordered_list:
            return stage.code
    return None


def rank(playbook: Playbook, stage: str | None) -> int:
    return -1 if stage is None else playbook.stage_position(stage)


def playbook_of(judgement: str, sizes: list[int]) -> Playbook:
    stages = [
        {
            "code": f"s{i}",
            "name": NAME,
            "probability": (i + 1) / (len(sizes) + 1),
            "checkpoints": [{"code": f"c{i}_{j}", "name": NAME} for j in range(size)],
        }
        for i, size in enumerate(sizes)
    ]
    return Playbook.model_validate({"code": "any", "name": NAME, "judgement": judgement, "stages": stages})


playbooks = st.builds(
    playbook_of,
    st.sampled_from(["any_factor", "ordered_list"]),
    st.lists(st.integers(0, 3), min_size=1, max_size=5),
)
playbooks_and_ticks = playbooks.flatmap(
    lambda playbook: st.tuples(
        st.just(playbook), st.sets(st.sampled_from(playbook.checkpoint_codes or ("-",)) | st.nothing())
    )
).filter(lambda drawn: "-" not in drawn[1])


@given(playbooks_and_ticks)
def test_stage_from_checkpoints_equals_the_judgement_by_hand(drawn: tuple[Playbook, set[str]]) -> None:
    playbook, met = drawn
    assert playbook.stage_from_checkpoints(met) == by_hand(playbook, met)


@given(playbooks_and_ticks, st.data())
def test_one_more_check_point_never_lowers_the_stage(
    drawn: tuple[Playbook, set[str]], data: st.DataObject
) -> None:
    playbook, met = drawn
    left = sorted(set(playbook.checkpoint_codes) - met)
    more = met | ({data.draw(st.sampled_from(left))} if left else set())
    before, after = playbook.stage_from_checkpoints(met), playbook.stage_from_checkpoints(more)
    assert rank(playbook, after) >= rank(playbook, before)


@given(playbooks, st.data())
def test_an_ordered_list_never_judges_further_than_any_factor(
    playbook: Playbook, data: st.DataObject
) -> None:
    met = [code for code in playbook.checkpoint_codes if data.draw(st.booleans())]
    strict = playbook.model_copy(update={"judgement": "ordered_list"})
    lenient = playbook.model_copy(update={"judgement": "any_factor"})
    assert rank(playbook, strict.stage_from_checkpoints(met)) <= rank(
        playbook, lenient.stage_from_checkpoints(met)
    )


def test_all_check_points_reach_the_last_stage_that_has_some() -> None:
    grades = load_playbook("customer-grades")
    assert grades.stage_from_checkpoints(grades.checkpoint_codes) == "intent"
    assert grades.stage_from_checkpoints(grades.checkpoint_codes[1:]) is None


def test_an_unknown_check_point_is_refused_with_the_nearest_known() -> None:
    with pytest.raises(ValueError, match=r"did you mean 'coach_found'\?\), found 'coach_fund'"):
        load_playbook("eight-step").stage_from_checkpoints(["coach_fund"])


def test_an_unknown_stage_is_refused_with_the_nearest_known() -> None:
    with pytest.raises(ValueError, match=r"customer-grades.*did you mean 'target'\?\), found 'tagret'"):
        load_playbook().stage_position("tagret")


def test_the_chipmakers_playbook_is_a_path() -> None:
    chipmaker = load_playbook(CHIPMAKER)
    assert [(stage.code, stage.probability) for stage in chipmaker.stages] == [
        ("qualify", 0.2),
        ("define", 0.4),
        ("develop", 0.6),
        ("design", 0.8),
    ]
    assert chipmaker.risk_items == ()
    assert load_playbook(str(CHIPMAKER)) == chipmaker


def test_names_come_in_the_language_asked_for() -> None:
    name = load_playbook().stages[0].name
    assert (name.in_language("zh"), name.in_language("en")) == ("目标客户", "Target")


def test_a_playbook_survives_json() -> None:
    playbook = load_playbook("eight-step")
    assert Playbook.model_validate_json(playbook.model_dump_json()) == playbook


def test_a_playbook_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_playbook().pass_mark = 3


def lines_of(text: str) -> list[str]:
    with pytest.raises(InvalidPlaybook) as refused:
        parse_playbook(text, "mine.toml")
    first, *lines = str(refused.value).splitlines()
    assert first == "mine.toml cannot be used as a playbook:"
    assert [line.strip() for line in lines] == [str(problem) for problem in refused.value.problems]
    return [line.strip() for line in lines]


def test_every_problem_is_listed_with_key_expectation_and_finding() -> None:
    lines = lines_of(
        """
        code = "my funnel"
        name = "漏斗"
        judgement = "both"
        pass_mark = 7
        colour = "red"

        [[stages]]
        code = "first"
        name = { zh = "一", en = " " }
        probability = 0.5

        [[stages]]
        code = "first"
        name = { zh = "二", en = "Second" }
        probabilty = 0.6
        probability = 0.4

        [[stages]]
        code = "third"
        name = { zh = "三", en = "Third" }
        probability = 1.5

        [[buyer_stages]]
        code = "need"
        name = { zh = "需求", en = "Need" }

        [[risk_items]]
        code = "credit"
        name = { zh = "信用", en = "Credit" }
        weight = 3
        veto = "yes"

        [[roles]]
        code = "boss"
        name = { zh = "老板", en = "Boss" }

        [contact]
        review_days = 20

        [forecast_categories]
        commit = "sure"
        best_case = 0.3
        pipeline = 0.3
        """
    )
    found = dict(line.split(": expected ", 1) for line in lines)
    assert len(found) == len(lines)
    assert found["name"].endswith("found '漏斗'; correct the value")
    del found["name"]
    assert found == {
        "code": "a code of letters, digits, '_', '-' and '.', found 'my funnel'; correct the value",
        "judgement": "'any_factor' or 'ordered_list', found 'both'; correct the value",
        "stages[0].name.en": "a text that is not blank, found ' '; correct the value",
        "stages[1].probabilty": "one of the keys code, name, probability, checkpoints, within, entry, "
        "responsible (did you mean 'probability'?), found an unknown key; rename or remove it",
        "stages[2].probability": "less than 1, found 1.5; correct the value",
        "risk_items[0].veto": "a valid boolean, found 'yes'; correct the value",
        "roles[0].code": "'decision_maker', 'recommender', 'facilitator', 'coach' or 'other', "
        "found 'boss'; correct the value",
        "colour": "one of the keys code, name, judgement, stages, buyer_stages, risk_items, pass_mark, "
        "roles, contact, forecast_categories, seller_features, identity, "
        "attributes, events, values, input, calendar, model, promotion, found an unknown key; "
        "rename or remove it",
        "stages[1].code": "a code of its own (it is taken by stages[0].code), found 'first'; "
        "rename or remove one of the two",
        "stages[1].probability": "more than 0.5 (of stages[0]), found 0.4; let it rise from stage to stage",
        "pass_mark": "at most 6, the full mark (2 × the weights of risk_items), found 7; "
        "lower it or add risk items",
        "buyer_stages": "none, or one beside each of the 3 stages, found 1; "
        "put the two processes side by side, one to one, or say until of each",
        "contact.follow_up_days": "at least review_days, which is 20, found 15; raise it or lower the other",
        "forecast_categories.commit": "a valid number, found 'sure'; correct the value",
        "forecast_categories.pipeline": "less than best_case, which is 0.3, found 0.3; "
        "lower it or raise the other",
    }


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('code = "a"\nname = 好\n', "line 2: expected TOML, found Invalid value (at line 2, column 8)"),
        ('code = "a"\n\nname = {', "line 3: expected TOML, found Invalid initial character"),
        ("code = 1\ncode = 2\n", "line 2: expected TOML, found Cannot overwrite a value (at line 2"),
    ],
)
def test_broken_toml_names_the_line(text: str, line: str) -> None:
    assert lines_of(text)[0].startswith(line)


def test_an_unknown_name_lists_the_shipped_ones_and_says_that_a_path_works() -> None:
    with pytest.raises(InvalidPlaybook) as refused:
        load_playbook("costumer-grades")
    assert str(refused.value).splitlines()[1].strip() == (
        "playbook: expected big-project, customer-grades, eight-step, or the path of a TOML file "
        "(did you mean 'customer-grades'?), found 'costumer-grades': No such file or directory; "
        "correct the name or the path"
    )
    assert isinstance(refused.value.__cause__, FileNotFoundError)


def test_a_file_that_is_not_utf_8_names_the_line(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_bytes('code = "a"\nname = "漏斗"\n'.encode("gbk"))
    with pytest.raises(InvalidPlaybook, match=r"line 2: expected text in UTF-8, found b'\\xb6'; save"):
        load_playbook(file)


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_bytes(codecs.BOM_UTF8 + CHIPMAKER.read_bytes())
    assert load_playbook(tmp_path / "mine.toml") == load_playbook(CHIPMAKER)


def test_a_refusal_crosses_process_borders() -> None:
    with pytest.raises(InvalidPlaybook) as refused:
        load_playbook("costumer-grades")
    assert str(pickle.loads(pickle.dumps(refused.value))) == str(refused.value)


def test_a_playbook_made_in_python_is_held_to_the_same_rules() -> None:
    stages: list[dict[str, Any]] = [{"code": code, "name": NAME, "probability": 0.5} for code in "ab"]
    with pytest.raises(ValueError, match=r"stages\[1\]\.probability: expected more than 0\.5"):
        Playbook(code="mine", name=NAME, stages=stages)


def test_a_stage_need_not_say_who_leads_and_what_it_takes() -> None:
    stage = playbook_of("any_factor", [1]).stages[0]
    assert (stage.entry, stage.responsible) == (None, ())
    full = Stage.model_validate(stage.model_dump() | {"entry": NAME, "responsible": [NAME]})
    assert full.entry == full.responsible[0] == stage.name


@pytest.mark.parametrize(
    ("key", "value"),
    [("entry", "a text"), ("entry", {"zh": "一", "en": " "}), ("responsible", [{"en": "a"}])],
)
def test_both_are_said_in_each_language(key: str, value: object) -> None:
    stage = playbook_of("any_factor", [1]).stages[0].model_dump()
    with pytest.raises(ValidationError, match=key):
        Stage.model_validate(stage | {key: value})
