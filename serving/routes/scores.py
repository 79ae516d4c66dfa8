"""Scores over HTTP: one opportunity's document, or many."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from winprob.features.playbook import Language
from winprob.serving.scores.answer import Answer
from winprob.serving.scores.detail import Detail, Reasons
from winprob.serving.scores.scorer import Scorer
from winprob.serving.service import TheService
from winprob.serving.wire.body import JsonBody, parse
from winprob.serving.wire.language import AcceptedLanguage
from winprob.serving.wire.openapi import body_of, refusals
from winprob.serving.wire.problems import ProblemDocument, describe
from winprob.serving.wire.query import each_once
from winprob.serving.wire.request import DOCUMENT_BYTES, BatchRequest, ScoreRequest
from winprob.serving.work.job import Steps

BATCH_BYTES = 8 << 20
"""The largest batch: 8 MiB of JSON."""

AT_A_TIME = 20
"""Documents of a batch that are scored before it is seen whether anybody still waits for it: for a tenth of a
second. The batch takes 8 % longer than in one piece; with 10 documents at a time, 30 %."""

DocumentBody = Annotated[bytes, Depends(JsonBody(DOCUMENT_BYTES))]
BatchBody = Annotated[bytes, Depends(JsonBody(BATCH_BYTES))]

DETAIL = (
    "Every contribution, and the next twelve months; the five largest contributions, and all others "
    "together; or none: the probability with its range alone."
)

router = APIRouter(prefix="/v1", tags=["scores"])


class ScoreQuestion(BaseModel):
    """How documents are to be scored.

    Attributes
    ----------
    unknown : {"refuse", "accept"}
        What becomes of a stage that the playbook does not have.
    detail : {"none", "brief", "full"}
        How much is said.
    levers, dates : bool
        Whether it is said what could be done, and when the opportunity closes.
    """

    model_config = ConfigDict(extra="forbid")

    unknown: Literal["refuse", "accept"] = Field(
        "refuse",
        description="A stage that the playbook does not have is refused, or taken as not recorded.",
    )
    detail: Reasons = Field("full", description=DETAIL)
    levers: bool = Field(True, description="Whether it is said what could be done.")
    dates: bool = Field(True, description="Whether it is said when the opportunity closes.")

    @property
    def wanted(self) -> Detail:
        """What of an answer is wanted."""
        return Detail(self.detail, self.levers, self.dates)


class BatchQuestion(ScoreQuestion):
    """How many documents are to be scored: as one is, but briefly unless more is asked for."""

    detail: Reasons = Field("brief", description=DETAIL)


Question = Annotated[ScoreQuestion, Query()]
QuestionOfMany = Annotated[BatchQuestion, Query()]


class Scored(BaseModel):
    """The answer to a document of a batch.

    Attributes
    ----------
    index : int
        The document's place in the batch, from 0.
    answer : Answer
        What the document alone would be answered.
    """

    index: int
    answer: Answer


class Refused(BaseModel):
    """Why a document of a batch has no answer.

    Attributes
    ----------
    index : int
        The document's place in the batch, from 0.
    problem : ProblemDocument
        What the document alone would be answered.
    """

    index: int
    problem: ProblemDocument


class BatchAnswer(BaseModel):
    """The results of a batch, one for each document in order."""

    results: list[Scored | Refused]


@router.post(
    "/score",
    response_model=Answer,
    responses=refusals(400, 409, 413, 415, 422, 503),
    openapi_extra=body_of(ScoreRequest),
    dependencies=[Depends(each_once)],
)
async def score(  # numpydoc ignore=PR01
    service: TheService, body: DocumentBody, language: AcceptedLanguage, question: Question
) -> Response:
    """Score one opportunity: its win probability, why, when it closes, and what could be done.

    The document holds the tables of the input contract as lists, or short forms for a CRM that keeps only
    today's values. A code is taken as well as its name in either language; a stage that the playbook does not
    have is refused, unless ``unknown=accept`` asks for a score without it. The page of a CRM is filled with
    ``detail=brief``. The levers are associations found in past opportunities, not promises.
    """
    return await service.run(_score, service.scorer, body, language, question)


@router.post(
    "/score/batch",
    response_model=BatchAnswer,
    responses=refusals(400, 413, 415, 422, 503),
    openapi_extra=body_of(BatchRequest),
    dependencies=[Depends(each_once)],
)
async def score_batch(  # numpydoc ignore=PR01
    request: Request,
    service: TheService,
    body: BatchBody,
    language: AcceptedLanguage,
    question: QuestionOfMany,
) -> Response:
    """Score up to 500 opportunities: each is answered, or told what is wrong with it, as if sent alone.

    Answers are brief unless ``detail=full`` asks for every contribution.
    """
    return await service.run_batch(_score_batch(service.scorer, body, language, question, request.url.path))


def _score(scorer: Scorer, body: bytes, language: Language, question: ScoreQuestion) -> Response:
    answer = scorer.score(parse(body), language, question.unknown == "accept", question.wanted)
    return _response(answer.model_dump_json(), {answer.language})


def _score_batch(
    scorer: Scorer, body: bytes, language: Language, question: BatchQuestion, path: str
) -> Steps[Response]:
    """Score and write the results a few at a time."""
    accept = question.unknown == "accept"
    documents = scorer.read_batch(parse(body)).documents
    written: list[str] = []
    spoken: set[Language] = set()
    for first in range(0, len(documents), AT_A_TIME):
        yield
        part = {"documents": documents[first : first + AT_A_TIME]}
        for index, result in enumerate(scorer.score_batch(part, language, accept, question.wanted), first):
            if isinstance(result, Answer):
                spoken.add(result.language)
                written.append(Scored(index=index, answer=result).model_dump_json())
            else:
                refused = Refused(index=index, problem=describe(result, f"{path}#/documents/{index}"))
                written.append(refused.model_dump_json())
    return _response(f'{{"results":[{",".join(written)}]}}', spoken or {language})


def _response(content: str, languages: set[Language]) -> Response:
    headers = {"Content-Language": ", ".join(sorted(languages)), "Vary": "Accept-Language"}
    return Response(content, headers=headers, media_type="application/json")
