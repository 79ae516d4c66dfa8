"""What an answer says, in both languages."""

import re

import pytest
from estimators import own_estimator_bundle

from winprob.features.build import catalogue
from winprob.features.checking import read_document
from winprob.features.playbook import Language
from winprob.models.bundle.scoring import score_documents
from winprob.models.coaching.gains import CAUTION
from winprob.serving.load.served_model import ServedModel
from winprob.serving.scores.example import example
from winprob.serving.scores.scorer import Scorer

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def sent(**more: object) -> dict[str, object]:
    return {"as_of": "2026-03-31", "stage": "intent", "competitor_count": 1, **more}


def test_every_feature_contributes_the_largest_first(scorer: Scorer) -> None:
    bundle = scorer.served.bundle
    answer = scorer.score(sent(), "en")
    told = [name for one in answer.contributions for name in one.unrecorded or [one.feature]]
    assert sorted(told) == sorted(feature.name for feature in catalogue(bundle.playbook, bundle.attributes))
    for listed in (answer.contributions, answer.families):
        sizes = [abs(one.points) for one in listed]
        assert sizes == sorted(sizes, reverse=True)
        assert sizes[0] > 0


def test_values_are_given_as_they_are(scorer: Scorer) -> None:
    answer = scorer.score(sent(risk_scores={"budget": 0}, amount=250_000), "en")
    value = {one.feature: (one.value, one.value_text) for one in answer.contributions}
    assert value["competitors"] == (1.0, "1")
    assert value["stage_percentage"] == (0.75, "75%")
    assert value["risk_veto"] == (True, "yes")
    assert value["contact.not_recorded"] == (None, "not recorded")
    assert "days_since_contact" not in value
    assert value["log_amount"][1] == "250,000"


def test_what_is_not_recorded_is_one_reason_per_family(scorer: Scorer) -> None:
    answer = scorer.score(sent(), "en")
    unrecorded = [one for one in answer.contributions if one.value is None]
    assert [one.feature for one in unrecorded] == [f"{one.family}.not_recorded" for one in unrecorded]
    assert len({one.family for one in unrecorded}) == len(unrecorded)
    bundle = scorer.served.bundle
    document = read_document(sent(), bundle.playbook, bundle.attributes)
    why = score_documents(bundle, [document]).explanation.contributions.iloc[0]
    for one in unrecorded:
        assert one.log_odds == pytest.approx(why[one.unrecorded].sum(), abs=1e-12)
        assert one.sentence.startswith("Not recorded of ")
        assert one.sentence.endswith(": fill these in.")
    [contact] = [one for one in unrecorded if one.family == "contact"]
    assert "days since the last contact" in contact.sentence
    [chinese] = [one for one in scorer.score(sent(), "zh").contributions if one.feature == contact.feature]
    assert chinese.sentence.startswith("客户联系未记录：")


def test_rules_that_do_not_apply_say_nothing(scorer: Scorer) -> None:
    rules = scorer.score(sent(), "en").rules
    assert (rules.stage, rules.competition) == (0.75, 0.5)
    assert rules.stage_win_rate is not None
    nothing = scorer.score({"as_of": "2026-03-31", "amount": 5}, "en").rules
    assert (nothing.stage, nothing.competition, nothing.stage_win_rate) == (None, None, None)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_names_and_sentences_are_in_the_language(scorer: Scorer, language: Language) -> None:
    answer = scorer.score(sent(last_contact_at="2026-01-01", risk_scores={"budget": 0}), language)
    ours = [one for one in answer.contributions if not one.feature.startswith("attribute.")]
    words = [one.sentence for one in answer.contributions] + [one.name for one in ours]
    words += [one.family_name for one in ours] + [one.name for one in answer.families]
    words += [one.action for one in answer.levers] + [one.message for one in answer.warnings]
    words.append(answer.levers_note)
    assert len(words) > 60
    assert {bool(CHINESE.search(text)) for text in words} == {language == "zh"}


def test_levers_lead_to_the_probability_of_the_changed_document(scorer: Scorer) -> None:
    scores = {item.code: 1 for item in scorer.served.bundle.playbook.risk_items}
    answer = scorer.score(sent(risk_scores=scores), "en")
    lever = next(lever for lever in answer.levers if lever.code.startswith("risk."))
    after = scorer.score(sent(risk_scores=scores | {lever.code.removeprefix("risk."): 2}), "en")
    assert lever.probability == after.probability
    assert lever.points == after.probability - answer.probability > 0
    assert answer.levers_note == CAUTION.en
    assert "not promises" in CAUTION.en


def test_an_answer_names_its_document_and_model(scorer: Scorer) -> None:
    playbook = scorer.served.bundle.playbook
    answer = scorer.score(example(playbook), "en")
    assert (answer.opportunity_id, answer.as_of.isoformat()) == ("A-1001", "2026-03-31T08:00:00+00:00")
    assert (answer.model.name, answer.model.version) == ("winprob", "7")


def test_the_range_lies_around_the_probability(scorer: Scorer) -> None:
    for more in ({}, {"amount": 250_000, "risk_scores": {"budget": 2}}):
        answer = scorer.score(sent(**more), "en")
        assert answer.range.low < answer.probability < answer.range.high
        assert answer.range.coverage == 0.8


def test_without_reasons_one_contribution_stands_for_all_and_the_answer_says_so() -> None:
    answer = Scorer(ServedModel(own_estimator_bundle(), "7")).score(sent(), "en")
    (only,) = answer.contributions
    (family,) = answer.families
    assert (only.feature, only.family, family.family) == ("unexplained",) * 3
    assert only.log_odds + answer.base.log_odds == pytest.approx(answer.log_odds, abs=1e-9)
    assert family.points + answer.base.probability == pytest.approx(answer.probability, abs=1e-9)
    assert only.sentence.startswith("The model does not say why: all that is recorded ")
    assert "no_reasons" in {warning.code for warning in answer.warnings}


def test_an_estimator_from_elsewhere_has_reasons_that_add_up() -> None:
    answer = Scorer(ServedModel(own_estimator_bundle("shap"), "7")).score(sent(), "zh")
    total = sum(one.log_odds for one in answer.contributions)
    assert len(answer.contributions) > 5
    assert total + answer.base.log_odds == pytest.approx(answer.log_odds, abs=1e-9)
    assert "no_reasons" not in {warning.code for warning in answer.warnings}
