"""The card as a page: every part is there, in both languages, and nothing is said that is not known."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import get_args

import pytest
from bundles import trained_bundle
from markdown_it import MarkdownIt
from trainings import trained_model

from winprob.features.playbook import Language
from winprob.features.playbook_part import Words
from winprob.models.bundle.bundle import Bundle
from winprob.models.bundle.card import Estimate, Range
from winprob.models.bundle.manifest import CrossValidation
from winprob.models.closing.closing_check import ClosingCheck
from winprob.models.present.card_markdown import markdown
from winprob.models.present.card_reliability import FIGURE
from winprob.models.present.card_summary import summary
from winprob.models.wording.rule_names import name_of

LANGUAGES = get_args(Language)


def bundle() -> Bundle:
    return trained_model().bundle


def changed(**changes: object) -> Bundle:
    """The same with a card that says something else."""
    return replace(bundle(), card=bundle().card.model_copy(update=changes))


def with_lead(low: float, high: float) -> Bundle:
    """The same with another lead over the rule."""
    overall = bundle().card.overall
    assert overall.measures is not None
    lead = Estimate(value=(low + high) / 2, low=low, high=high)
    measures = overall.measures.model_copy(update={"better_by": lead})
    return changed(overall=overall.model_copy(update={"measures": measures}))


def tables(page: str) -> list[list[str]]:
    """The lines of each table."""
    return [block.splitlines() for block in page.split("\n\n") if block.startswith("|")]


def test_the_page_begins_with_what_the_model_is_and_is_not_for() -> None:
    page = markdown(bundle(), "7")
    assert page.startswith("# Model card: winprob 7\n\n- It gives every open opportunity a probability")
    assert page.startswith(summary(bundle(), "7"))
    assert page.index("## What it must not be used for") < page.index("## How good it was on the test")


def test_all_parts_are_there_in_order() -> None:
    assert bundle().manifest.closing is not None
    titles = re.findall(r"^#+ (.*)$", markdown(bundle(), "7"), re.MULTILINE)
    assert titles == [
        "Model card: winprob 7",
        "What it must not be used for",
        "How good it was on the test",
        "By stage",
        "By region",
        "By amount",
        "Do its probabilities come true?",
        "Do deals close when it says?",
        "What moves its probabilities",
        "What it does not know",
        "Data and origin",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_measure_of_the_card_is_on_the_page(language: Language) -> None:
    card, page = bundle().card, markdown(bundle(), "7", language)
    rules, *groupings, reliability, families = tables(page)
    assert card.overall.measures is not None
    for found in (
        card.overall.measures.log_loss,
        card.overall.measures.brier,
        card.auc,
        card.calibration_error,
    ):
        assert found is not None
        assert all(f"{each:.3f}" in rules[2] for each in (found.value, found.low, found.high))
    for grouping, lines in zip(card.groupings, groupings, strict=True):
        for segment, line in zip(grouping.segments, lines[2:], strict=True):
            assert line.startswith(f"| {segment.name.in_language(language)} | {segment.opportunities:,} |")
            measures = segment.measures
            told = "too few" if language == "en" else "太少"
            assert (told in line) if measures is None else (f"{measures.better_by.low:.3f}" in line)
    assert len(reliability) == len(card.reliability) + 2
    assert [line.split(" | ")[0].removeprefix("| ") for line in families[2:]] == [
        each.name.in_language(language) for each in card.families if each.points > 0
    ]
    assert all(limit.words.in_language(language) in page for limit in (*card.not_for, *card.limits))
    assert bundle().manifest.data.digest in page
    assert f"`{FIGURE}`" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_tables_are_whole(language: Language) -> None:
    for lines in tables(markdown(bundle(), "7", language)):
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in lines}) == 1


def test_a_page_in_chinese_has_no_english_sentence() -> None:
    page = markdown(bundle(), "7", "zh")
    assert page.startswith("# 模型卡片：winprob 7\n\n- 它给每个未结束的商机")
    assert re.findall(r"[a-z]+ [a-z]+ [a-z]+", page) == []


def test_rules_that_do_not_apply_are_left_out_and_what_is_not_defined_is_a_dash() -> None:
    metrics = bundle().manifest.metrics
    base_rate = metrics["base_rate"]
    assert base_rate is not None
    update = {"competition": None, "base_rate": base_rate.model_copy(update={"auc": float("nan")})}
    manifest = bundle().manifest.model_copy(update={"metrics": {**metrics, **update}})
    page = markdown(replace(bundle(), manifest=manifest), "7")
    assert "competition rule" not in "".join(tables(page)[0])
    assert "| – |" in tables(page)[0][-1]
    assert "nan" not in page


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.1, 0.2, "it is better than the best rule, the {rule}:"),
        (-0.2, -0.1, "it is worse than the best rule, the {rule}:"),
        (-0.1, 0.2, "it is not surely different from the best rule, the {rule}:"),
    ],
)
def test_the_verdict_follows_the_interval(low: float, high: float, verdict: str) -> None:
    rule = name_of(bundle().card.rule).en
    assert verdict.format(rule=rule) in summary(with_lead(low, high), "7")


def test_families_that_move_nothing_are_not_in_the_table() -> None:
    first, *others = bundle().card.families
    still = first.model_copy(update={"points": 0.0, "log_odds": 0.0})
    page = markdown(changed(families=(*others, still)), "7")
    assert not any(line.startswith(f"| {first.name.en} |") for line in tables(page)[-1])
    assert f"Not recorded, or no help: {first.name.en}." in page
    alone = summary(changed(families=(others[0], still)), "7")
    assert f"What moves it most: {others[0].name.en}.\n" in alone


def test_the_close_window_is_shown_where_it_was_tested() -> None:
    check = ClosingCheck(moments=1234, opportunities=210, coverage=0.833)
    manifest = bundle().manifest
    page = markdown(replace(bundle(), manifest=manifest.model_copy(update={"closing": check})), "7")
    assert "On the test 83 % did (210 opportunities, 1,234 rows)." in page
    untested = manifest.model_copy(update={"closing": None})
    assert "close window" not in markdown(replace(bundle(), manifest=untested), "7")


def test_a_test_of_few_opportunities_shows_no_numbers() -> None:
    overall = bundle().card.overall.model_copy(update={"measures": None, "opportunities": 4})
    nothing = {"auc": None, "calibration_error": None, "reliability": (), "families": ()}
    page = markdown(changed(overall=overall, **nothing), "7")
    assert "The test has 4 opportunities: too few to tell how good it is." in page
    assert page.count("Too few opportunities in the test to tell.") == 2
    assert "There are no test rows to explain." in page


def test_ranges_are_shown_with_whether_they_agree() -> None:
    first, *others = bundle().card.reliability
    apart = Range(low=0.31, high=0.42, agrees=False)
    page = markdown(changed(reliability=(first.model_copy(update={"range": apart}), *others)), "7")
    table = tables(page)[4]
    assert table[0].endswith("| rows | 80 % range | agrees |")
    assert table[2].endswith("| 31–42 % | no |")
    assert all(line.endswith(("| yes |", "| no |")) for line in table[2:])
    width = bundle().card.overall.width
    assert width is not None
    assert f"an 80 % range, on average {100 * width:.0f} points wide (Target " in page


def test_without_ranges_the_page_says_that_they_are_untested() -> None:
    card = bundle().card
    bins = tuple(each.model_copy(update={"range": None}) for each in card.reliability)
    page = markdown(changed(overall=card.overall.model_copy(update={"width": None}), reliability=bins), "7")
    assert "agrees" not in page
    assert "The ranges of single probabilities are untested" in page


def test_a_grouping_without_segments_is_said_to_be_missing() -> None:
    stage, region, amount = bundle().card.groupings
    page = markdown(changed(groupings=(stage, region.model_copy(update={"segments": ()}), amount)), "7")
    assert "### By region\n\nNo region is recorded in the test rows.\n\n### By amount" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_flat_table_is_told_from_a_dated_history(language: Language) -> None:
    validation = CrossValidation(folds=10, repeats=5, groups=346)
    manifest = bundle().manifest.model_copy(update={"validation": validation})
    page = markdown(replace(bundle(), manifest=manifest), "7", language)
    assert ("cross-validation: each by a model" if language == "en" else "并用交叉验证检验") in page
    assert "346" in page
    assert ("Monday" if language == "en" else "周一") not in page


def test_the_summary_fits_a_description_and_names_what_moves_most() -> None:
    told = summary(trained_bundle(), "7")
    assert len(told) < 5000
    assert f"What moves it most: {trained_bundle().card.families[0].name.en}, " in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_that_look_like_html_are_shown_and_not_run(language: Language) -> None:
    hostile = '<script>alert("1")</script>![x](https://example.org)'
    words = Words(zh=hostile, en=hostile)
    card = bundle().card
    groupings = tuple(
        grouping.model_copy(
            update={
                "name": words,
                "segments": tuple(each.model_copy(update={"name": words}) for each in grouping.segments),
            }
        )
        for grouping in card.groupings
    )
    limits = tuple(each.model_copy(update={"words": words}) for each in card.limits)
    families = tuple(each.model_copy(update={"name": words}) for each in card.families)
    named = replace(
        changed(groupings=groupings, limits=limits, not_for=limits, families=families),
        manifest=bundle().manifest.model_copy(update={"name": hostile}),
        playbook=bundle().playbook.model_copy(update={"name": words}),
    )
    for text in (markdown(named, hostile, language), summary(named, hostile, language)):
        tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(text)
        inner = {each.type for token in tokens for each in token.children or ()}
        assert inner <= {"text", "text_special", "softbreak", "code_inline"}
        assert "html_block" not in {token.type for token in tokens}
        assert "".join(token.content for token in tokens).count("alert") >= 2 + len(limits)
