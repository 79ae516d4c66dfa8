"""Scores over real HTTP."""

import json
import threading
from pathlib import Path
from typing import Any

import httpx
import pandas as pd
import pytest
from bundles import trained_bundle
from company_files import HEADERS, company_rows, write_company
from servers import problem, running, settle

from winprob.features.history import History
from winprob.features.reading import read
from winprob.features.record import document_of
from winprob.models.forecast.pipeline import pipeline
from winprob.models.present.score_table import score_table
from winprob.serving.routes.scores import BATCH_BYTES
from winprob.serving.scores.answer import Answer
from winprob.serving.scores.example import example
from winprob.serving.scores.scorer import Scorer
from winprob.serving.settings import Settings
from winprob.serving.wire.request import MOST_DOCUMENTS
from winprob.training.fit import train

SENT = {"opportunity_id": "A-1", "as_of": "2026-03-31", "stage": "intent", "competitor_count": 2}


def test_a_score_is_the_scorers_answer_in_full_precision(client: httpx.Client, scorer: Scorer) -> None:
    answer = client.post("/v1/score", json=SENT)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    expected = json.loads(scorer.score(SENT, "en").model_dump_json())
    found = answer.json()
    assert found["model"].pop("version") != expected["model"].pop("version")
    assert found == expected


@pytest.mark.parametrize(
    ("accept", "field", "language"),
    [("zh-CN,zh;q=0.9", None, "zh"), ("de", None, "en"), ("zh", "en", "en"), ("en", "zh", "zh")],
)
def test_the_language_is_that_of_the_document_or_the_header(
    client: httpx.Client, accept: str, field: str | None, language: str
) -> None:
    sent = SENT | ({"language": field} if field else {})
    answer = client.post("/v1/score", json=sent, headers={"accept-language": accept})
    assert (answer.headers["content-language"], answer.json()["language"]) == (language, language)
    assert answer.headers["vary"] == "Accept-Language, Accept-Encoding"


def test_a_batch_has_answers_and_problems_in_order(client: httpx.Client) -> None:
    bad = SENT | {"amount": -1}
    answer = client.post("/v1/score/batch", json={"documents": [SENT, bad, SENT | {"language": "zh"}]})
    assert answer.status_code == 200
    assert answer.headers["content-language"] == "en, zh"
    first, second, third = answer.json()["results"]
    assert (first["index"], second["index"], third["index"]) == (0, 1, 2)
    brief = {"detail": "brief"}
    assert first["answer"] == client.post("/v1/score", json=SENT, params=brief).json()
    assert third["answer"] == client.post("/v1/score", json=SENT | {"language": "zh"}, params=brief).json()
    alone = client.post("/v1/score", json=bad).json()
    assert second["problem"] == alone | {"instance": "/v1/score/batch#/documents/1"}


def test_a_batch_of_nothing_is_answered_with_nothing(client: httpx.Client) -> None:
    answer = client.post("/v1/score/batch", json={"documents": []}, headers={"accept-language": "zh"})
    assert (answer.status_code, answer.json()) == (200, {"results": []})
    assert answer.headers["content-language"] == "zh"


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"documents": [{}] * (MOST_DOCUMENTS + 1)}, 422, "documents"),
        ({"documents": None}, 422, "documents"),
        ({"document": []}, 422, "documents"),
        ([], 422, "document"),
    ],
)
def test_a_batch_that_is_none_is_refused(client: httpx.Client, body: Any, status: int, field: str) -> None:
    answer = client.post("/v1/score/batch", json=body)
    assert answer.status_code == status
    assert answer.json()["type"] == "urn:problem-type:winprob:invalid-batch"
    assert answer.json()["errors"][0]["field"] == field


def test_a_batch_has_a_limit_in_bytes(client: httpx.Client) -> None:
    content = b"{}".ljust(BATCH_BYTES + 1)
    answer = client.post("/v1/score/batch", content=content, headers={"content-type": "application/json"})
    assert answer.status_code == 413
    assert answer.json()["errors"][0]["expected"] == f"at most {BATCH_BYTES} bytes"


def test_the_largest_batch_is_scored_while_others_are_answered(client: httpx.Client, scorer: Scorer) -> None:
    one = example(scorer.served.bundle.playbook)
    answers: list[httpx.Response] = []

    def send() -> None:
        sent = {"documents": [one] * MOST_DOCUMENTS}
        answers.append(client.post("/v1/score/batch", json=sent, params={"detail": "full"}))

    batch = threading.Thread(target=send)
    batch.start()
    beside = [httpx.get(client.base_url.join("/healthz"), timeout=60).status_code for _ in range(3)]
    score = httpx.post(client.base_url.join("/v1/score"), json=one, timeout=60)
    before = len(answers)
    batch.join()
    assert (beside, score.status_code, before) == ([200] * 3, 200, 0)
    results = answers[0].json()["results"]
    assert len(results) == MOST_DOCUMENTS
    assert all(result["answer"] == score.json() for result in results)


def adds_up(answer: dict[str, Any]) -> bool:
    """Whether base, contributions and the rest are the probability and its log-odds."""
    parts = [answer["base"] | {"points": answer["base"]["probability"]}, *answer["contributions"]]
    parts += [answer["rest"]] if answer["rest"] else []
    log_odds, points = (sum(part[what] for part in parts) for what in ("log_odds", "points"))
    return log_odds == pytest.approx(answer["log_odds"], abs=1e-9) and points == pytest.approx(
        answer["probability"], abs=1e-9
    )


def test_an_answer_says_as_much_as_is_wanted(client: httpx.Client, scorer: Scorer) -> None:
    sent = example(scorer.served.bundle.playbook) | {"win_by": ["2026-06-30"]}
    full, brief, none = (
        client.post("/v1/score", json=sent, params={"detail": detail}) for detail in ("full", "brief", "none")
    )
    assert full.json() == client.post("/v1/score", json=sent).json()
    assert all(adds_up(answer.json()) for answer in (full, brief, none))
    whole, short, least = full.json(), brief.json(), none.json()
    assert len(whole["contributions"]) > 20
    assert whole["rest"] is None
    assert short["contributions"] == whole["contributions"][:5]
    features = len(scorer.served.bundle.features)
    listed = sum(len(one["unrecorded"]) or 1 for one in short["contributions"])
    assert short["rest"]["features"] == features - listed
    assert [one["date"] for one in short["win_by"]] == ["2026-06-30"]
    same = ("probability", "range", "rules", "base", "families", "levers", "closing", "warnings", "model")
    assert {name: short[name] for name in same} == {name: whole[name] for name in same}
    assert len(brief.content) < 5_000 < len(full.content)
    assert (least["contributions"], least["families"], least["levers"], least["closing"]) == (
        [],
        [],
        [],
        None,
    )
    assert least["rest"]["features"] == features
    assert (least["probability"], least["range"]) == (whole["probability"], whole["range"])


def test_levers_and_dates_can_be_left_out(client: httpx.Client, scorer: Scorer) -> None:
    sent = example(scorer.served.bundle.playbook)
    whole = client.post("/v1/score", json=sent).json()
    without = client.post("/v1/score", json=sent, params={"levers": "false", "dates": "false"}).json()
    left_out = {"levers": [], "levers_note": "", "closing": None, "win_by": None}
    assert without == whole | left_out
    assert all(whole[name] for name in left_out)


def test_an_answer_fits_its_description(client: httpx.Client) -> None:
    assert Answer.model_validate_json(client.post("/v1/score", json=SENT).content).opportunity_id == "A-1"


@pytest.mark.parametrize("path", ["/v1/score", "/v1/score/batch"])
@pytest.mark.parametrize(
    ("query", "field", "expected"),
    [
        ("unknown=maybe", "unknown", "'refuse' or 'accept'"),
        ("unknown=", "unknown", "'refuse' or 'accept'"),
        ("unknown=accept&unknown=accept", "unknown", "one value"),
        (
            "unknwon=accept",
            "unknwon",
            "one of the keys unknown, detail, levers, dates (did you mean 'unknown'?)",
        ),
        ("detail=much", "detail", "'none', 'brief' or 'full'"),
        ("levers=perhaps", "levers", "true or false"),
    ],
)
def test_a_bad_query_is_named(client: httpx.Client, path: str, query: str, field: str, expected: str) -> None:
    answer = client.post(
        f"{path}?{query}", json={"documents": []} if "batch" in path else {"stage": "target"}
    )
    [error] = problem(answer, 422, "invalid-query")["errors"]
    assert (error["field"], error["expected"]) == (field, expected)


def bare_documents(history: History, at: pd.Timestamp) -> list[dict[str, Any]]:
    """Every open opportunity with its full tables, as a CRM that counts nothing sends it."""
    return [
        document_of(history, int(row), at).model_dump(
            mode="json", exclude={"track_records"}, exclude_none=True
        )
        for row in history.open_at(at)
    ]


def posted(client: httpx.Client, documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    answer = client.post("/v1/score/batch", json={"documents": documents})
    assert answer.status_code == 200
    return [result["answer"] for result in answer.json()["results"]]


def codes(answer: dict[str, Any]) -> set[str]:
    return {one["code"] for one in answer["warnings"]}


@pytest.mark.parametrize("as_of", [None, "2024-06-30"])
def test_open_opportunities_score_as_in_tables_and_forecasts(
    client: httpx.Client, forecasts: httpx.Client, history_folder: Path, as_of: str | None
) -> None:
    bundle = trained_bundle()
    history = read(history_folder, bundle.playbook)
    at = history.moment(as_of)
    table = score_table(bundle, history, as_of, "7").set_index("opportunity_id")["probability"].to_dict()
    documents = bare_documents(history, at)
    answers = posted(forecasts, documents)
    assert len(answers) == len(table) > 60
    assert {answer["opportunity_id"]: answer["probability"] for answer in answers} == table
    assert not [answer for answer in answers if "track_record_unknown" in codes(answer)]

    deals = pipeline(bundle, history, as_of).deals
    assert dict(zip(deals["opportunity_id"], deals["probability"], strict=True)) == table
    query = {} if as_of is None else {"as_of": as_of}
    found = forecasts.get("/v1/forecast/deals", params=query).json()["findings"]
    assert len(found) > 5
    assert all(each["probability"] == table[each["opportunity_id"]] for each in found)

    without = posted(client, documents)
    assert all("track_record_unknown" in codes(answer) for answer in without)
    assert {answer["opportunity_id"]: answer["probability"] for answer in without} != table


def test_rows_sent_as_they_stand_in_files_score_as_the_files_do(tmp_path: Path) -> None:
    folder, as_of = write_company(tmp_path / "history"), "2026-06-03"
    trained = train(read(folder))
    place = trained.bundle.save(tmp_path / "bundle")
    history = read(folder, trained.bundle.playbook)
    table = score_table(trained.bundle, history, as_of, "1").set_index("opportunity_id")["probability"]
    rows = {
        name: [dict(zip(HEADERS[name].split(), row, strict=True)) for row in own]
        for name, own in company_rows().items()
    }
    events = {
        deal: {
            name: [
                {key: value for key, value in row.items() if key != "opportunity_id"}
                for row in own
                if row["opportunity_id"] == deal
            ]
            for name, own in rows.items()
            if name != "opportunities"
        }
        for deal in table.index
    }
    documents = [
        {"as_of": as_of, "opportunities": [row], **events[row["opportunity_id"]]}
        for row in rows["opportunities"]
        if row["opportunity_id"] in events
    ]
    with running(Settings(model=str(place), history=folder)) as client:
        settle(client, 200)
        answers = posted(client, documents)
    assert {one["opportunity_id"]: one["probability"] for one in answers} == table.to_dict()
    assert len(answers) == 40
