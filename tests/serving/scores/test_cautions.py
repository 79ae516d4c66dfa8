"""When an answer warns, and when it does not."""

from copy import copy
from dataclasses import replace
from typing import Any

import httpx
import numpy as np
import pytest
from bundles import simulated_history, trained_bundle

from winprob.features.checking import read_document
from winprob.models.bundle.manifest import CrossValidation
from winprob.serving.scores.cautions import cautions
from winprob.serving.scores.scorer import Scorer

QUIET = {
    "as_of": "2026-03-31T00:00Z",
    "created_at": "2026-01-12",
    "stage": "intent",
    "amount": 250_000,
    "expected_close": "2026-06-30",
    "last_contact_at": "2026-03-01",
    "competitor_count": 0,
    "key_persons": [],
    "risk_scores": {"budget": 1, "fit": 0},
}
"""A document of which nothing is to be warned."""


def warnings(scorer: Scorer, **sent: Any) -> list[tuple[str, str]]:
    answer = scorer.score({**QUIET, **sent}, "en", unknown_stages=True)
    return [(one.code, one.message) for one in answer.warnings]


def test_nothing_is_warned_of_without_reason(scorer: Scorer) -> None:
    assert warnings(scorer) == []


@pytest.mark.parametrize(
    ("field", "en", "zh"),
    [
        ("created_at", "when it was created", "创建时间"),
        ("stage", "the stage", "阶段"),
        ("amount", "the amount", "金额"),
        ("expected_close", "the expected win date", "预计赢单日"),
        ("last_contact_at", "the contacts", "客户联系"),
        ("competitor_count", "the competitors", "竞争对手"),
        ("key_persons", "the key persons", "关键人"),
        ("risk_scores", "the risk form", "风险评估"),
    ],
)
def test_a_part_that_was_always_there_is_named_in_both_languages(
    scorer: Scorer, field: str, en: str, zh: str
) -> None:
    [(code, message)] = warnings(scorer, **{field: None})
    assert code == "missing_part"
    assert message.startswith(f"Not recorded, though always there in what the model learned from: {en}. ")
    [caution] = scorer.score({**QUIET, field: None}, "zh").warnings
    assert caution.message.startswith(f"未提供{zh}，")


def test_each_missing_part_is_named_once(scorer: Scorer) -> None:
    sent = {"as_of": "2026-03-31", "attributes": {"employees": 100}}
    codes = [one.code for one in scorer.score(sent, "en").warnings]
    assert codes == ["missing_part"] * 8


def test_a_stage_that_only_the_check_points_give_is_named(scorer: Scorer) -> None:
    points = ("problems_known", "deadline_known", "product_chosen", "advantage_known")
    met = [{"at": "2026-02-01", "checkpoint": point} for point in points]
    [(code, message)] = warnings(scorer, stage=None, checkpoints=met)
    assert code == "missing_part"
    assert message.endswith("the stage. It is taken to be the one that the check points met give.")
    assert warnings(scorer, checkpoints=met) == []


def test_a_part_that_is_recorded_as_having_nothing_is_not_missing(scorer: Scorer) -> None:
    nothing = {"last_contact_at": None, "activities": [], "competitor_count": None, "competitors": []}
    assert warnings(scorer, **nothing) == []


def test_a_part_that_the_model_never_had_is_not_missed() -> None:
    bundle = trained_bundle()
    never = bundle.model.blend_.imputation.model_copy(
        update={"always": (False,) * len(bundle.model.columns_.names)}
    )
    model = copy(bundle.model)
    model.blend_ = replace(bundle.model.blend_, imputation=never)
    document = read_document({"as_of": "2026-03-31"}, bundle.playbook, bundle.attributes)
    values = dict.fromkeys(bundle.model.columns_.names)
    assert cautions(document, values, replace(bundle, model=model), "en") == []


def test_an_unknown_stage_counts_as_not_recorded(scorer: Scorer) -> None:
    found = warnings(scorer, stage="verbal")
    assert [code for code, _ in found] == ["unknown_stage", "missing_part"]
    assert found[:1] == [
        (
            "unknown_stage",
            "The playbook has no stage 'verbal': it counts as not recorded. "
            "It has target, qualified, shortlisted, intent, near_won.",
        )
    ]
    unknown = scorer.score({**QUIET, "stage": "verbal"}, "en", unknown_stages=True)
    assert "stage_position" in [name for one in unknown.contributions for name in one.unrecorded]


def test_every_unknown_stage_is_named_once(scorer: Scorer) -> None:
    changes = [{"at": f"2026-03-0{day}", "stage": stage} for day, stage in [(1, "a"), (2, "b"), (3, "a")]]
    codes = [code for code, _ in warnings(scorer, stage=None, stage_changes=changes)]
    assert codes == ["unknown_stage", "unknown_stage", "missing_part"]


def test_a_record_goes_stale_after_the_days_of_the_playbook(scorer: Scorer) -> None:
    assert warnings(scorer, last_contact_at="2026-03-01") == []
    assert warnings(scorer, last_contact_at="2026-02-27T23:59:59") == [
        ("stale_record", "The last contact was 31 days ago, more than 30: the record may be out of date.")
    ]


def test_a_veto_names_its_item(scorer: Scorer) -> None:
    [(code, message)] = warnings(scorer, risk_scores={"credit": 0})
    assert code == "veto"
    assert message.endswith("Customer's funds and credit record.")


def test_a_value_that_the_model_never_saw_is_named(scorer: Scorer) -> None:
    known = scorer.served.bundle.manifest.levels["industry"][0]
    assert warnings(scorer, industry=known) == []
    assert warnings(scorer, industry="candle makers") == [
        ("unknown_value", "The model has not learned 'candle makers' of industry: it counts as not recorded.")
    ]


def test_warnings_are_spoken_in_chinese_too(scorer: Scorer) -> None:
    sent = {**QUIET, "stage": "verbal", "owner_id": "S001", "amount": 1e12, "language": "zh"}
    messages = [one.message for one in scorer.score(sent, "en", unknown_stages=True).warnings]
    assert [message.partition("，")[0] for message in messages] == [
        "销售漏斗中没有阶段“verbal”",
        "未提供销售人员过去的赢单与丢单",
        "金额为1,000,000,000,000",
        "未提供阶段",
    ]


def test_whose_past_is_not_known_is_named(scorer: Scorer) -> None:
    found = warnings(scorer, customer_id="C1", owner_id="S1", team="north")
    assert found == [
        (
            "track_record_unknown",
            "The past opportunities of the customer, the seller, the team are not known and count as not "
            "recorded: send track_records, or start the service with --history.",
        )
    ]
    told = {"customer": {"won": 0, "lost": 0}, "team": {"open": 1}}
    [(code, message)] = warnings(scorer, customer_id="C1", owner_id="S1", team="north", track_records=told)
    assert code == "track_record_unknown"
    assert message.startswith("The past opportunities of the seller are not known")


def test_a_service_with_a_history_knows_whose_past_it_is(scorer: Scorer) -> None:
    sent = {**QUIET, "customer_id": "C1", "owner_id": "S1", "team": "north"}
    with_history = Scorer(scorer.served, simulated_history())
    assert "track_record_unknown" in {one.code for one in scorer.score(sent, "en").warnings}
    assert "track_record_unknown" not in {one.code for one in with_history.score(sent, "en").warnings}


@pytest.mark.parametrize(
    ("sent", "feature", "value"),
    [
        ({"amount": 1e15}, "amount", ""),
        ({"amount": "1"}, "amount", "1"),
        ({"created_at": "0001-01-01"}, "age", "739,705 days"),
        ({"attributes": {"employees": "1e30"}}, "employees", "1,000,000,000,000,000,"),
    ],
)
def test_a_number_far_outside_of_all_that_was_learned_is_named(
    scorer: Scorer, sent: dict[str, Any], feature: str, value: str
) -> None:
    [message] = [message for code, message in warnings(scorer, **sent) if code == "far_outside"]
    assert message.startswith(f"{feature}: {value}")
    assert " is far outside what the model has learned (" in message
    assert message.endswith("): check it.")


def test_a_number_is_far_outside_beyond_once_the_range_that_was_learned(scorer: Scorer) -> None:
    low, high = scorer.served.bundle.model.blend_.learned_ranges["attribute.employees"]
    for employees, far in ((high, 0), (2 * high - low, 0), (2 * high - low + 1, 1)):
        found = [code for code, _ in warnings(scorer, attributes={"employees": employees})]
        assert found == ["far_outside"] * far


def test_an_amount_is_compared_with_those_of_its_currency(scorer: Scorer) -> None:
    model = scorer.served.bundle.model
    _, high = model.blend_.learned_ranges["log_amount"]
    usual, *_ = (each for each, offset in model.columns_.relative["log_amount"].offsets.items() if not offset)
    other, offset = min(model.columns_.relative["log_amount"].offsets.items(), key=lambda each: each[1])
    assert offset < -0.5
    low, _ = model.blend_.learned_ranges["log_amount"]
    much = np.expm1(2 * high - low + offset / 2)
    found = {
        currency: [
            message
            for code, message in warnings(scorer, amount=much, currency=currency)
            if code == "far_outside"
        ]
        for currency in (usual, other)
    }
    assert found[usual] == []
    [message] = found[other]
    assert f"to {np.expm1(high + offset):,.0f})" in message


def test_an_accepted_stage_is_warned_of_over_http(client: httpx.Client) -> None:
    sent = {**QUIET, "stage": "verbal"}
    assert client.post("/v1/score", json=sent).status_code == 422
    answer = client.post("/v1/score", json=sent, params={"unknown": "accept"})
    assert [one["code"] for one in answer.json()["warnings"]] == ["unknown_stage", "missing_part"]
    assert answer.json()["rules"]["stage"] is None


def test_a_model_of_few_endings_says_so() -> None:
    bundle = trained_bundle()
    few = bundle.manifest.data.model_copy(update={"opportunities": 12})
    validation = CrossValidation(folds=10, groups=12)
    manifest = bundle.manifest.model_copy(update={"data": few, "validation": validation})
    codes = {}
    for name, each in (("few", replace(bundle, manifest=manifest)), ("enough", bundle)):
        document = read_document({"as_of": "2026-03-31", "stage": "intent"}, each.playbook, each.attributes)
        values = dict.fromkeys(bundle.model.columns_.names)
        codes[name] = {one.code: one.message for one in cautions(document, values, each, "en")}
    assert "few_endings" not in codes["enough"]
    assert codes["few"]["few_endings"].startswith("The model has learned from only 12 closed opportunities")
