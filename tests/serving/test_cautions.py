"""When an answer warns, and when it does not."""

from dataclasses import replace
from typing import Any

from bundles import trained_bundle

from features.checking import read_document
from models.manifest import CrossValidation
from serving.cautions import cautions
from serving.desk import Desk


def warnings(desk: Desk, **sent: Any) -> list[tuple[str, str]]:
    answer = desk.score({"as_of": "2026-03-31", **sent}, "en")
    return [(one.code, one.message) for one in answer.warnings]


def test_nothing_is_warned_of_without_reason(desk: Desk) -> None:
    quiet = {"stage": "intent", "last_contact_at": "2026-03-01", "risk_scores": {"budget": 1, "fit": 0}}
    assert warnings(desk, **quiet) == []


def test_an_unknown_stage_counts_as_not_recorded(desk: Desk) -> None:
    found = warnings(desk, stage="verbal")
    assert found == [
        (
            "unknown_stage",
            "The playbook has no stage 'verbal': it counts as not recorded. "
            "It has target, qualified, shortlisted, intent, near_won.",
        )
    ]
    unknown = desk.score({"as_of": "2026-03-31", "stage": "verbal"}, "en")
    assert [one.value for one in unknown.contributions if one.feature == "stage_position"] == [None]


def test_every_unknown_stage_is_named_once(desk: Desk) -> None:
    changes = [{"at": f"2026-03-0{day}", "stage": stage} for day, stage in [(1, "a"), (2, "b"), (3, "a")]]
    codes = [code for code, _ in warnings(desk, stage_changes=changes)]
    assert codes == ["unknown_stage", "unknown_stage"]


def test_a_record_goes_stale_after_the_days_of_the_playbook(desk: Desk) -> None:
    assert warnings(desk, last_contact_at="2026-03-01") == []
    assert warnings(desk, last_contact_at="2026-02-27T23:59:59") == [
        ("stale_record", "The last contact was 31 days ago, more than 30: the record may be out of date.")
    ]


def test_a_veto_names_its_item(desk: Desk) -> None:
    [(code, message)] = warnings(desk, risk_scores={"credit": 0})
    assert code == "veto"
    assert message.endswith("Customer's funds and credit record.")


def test_a_value_that_the_model_never_saw_is_named(desk: Desk) -> None:
    known = desk.served.bundle.manifest.levels["industry"][0]
    assert warnings(desk, industry=known) == []
    assert warnings(desk, industry="candle makers") == [
        ("unknown_value", "The model has not learned 'candle makers' of industry: it counts as not recorded.")
    ]


def test_warnings_are_spoken_in_chinese_too(desk: Desk) -> None:
    answer = desk.score({"stage": "verbal", "language": "zh"}, "en")
    assert answer.warnings[0].message.startswith("销售漏斗中没有阶段“verbal”，视为未记录")


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
