"""The scorer: documents in, answers out. It knows nothing of HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import to_json

from winprob.features.checking import MOST_PROBLEMS, InvalidDocument, read_document
from winprob.features.document_rows import TrackRecord, TrackRecords
from winprob.features.history import History
from winprob.features.playbook import Language
from winprob.features.problem import Problem, problems_of
from winprob.features.track_record import TrackRecordCounter
from winprob.models.bundle.scoring import score_documents
from winprob.models.coaching.gains import score_with_levers
from winprob.serving.load.served_model import ServedModel
from winprob.serving.scores.answer import Answer, ModelName
from winprob.serving.scores.answer_writer import AnswerWriter
from winprob.serving.scores.detail import FULL, Detail
from winprob.serving.wire.request import (
    DOCUMENT_BYTES,
    BatchRequest,
    DocumentTooLarge,
    InvalidBatch,
    ScoreRequest,
)


class Scorer:
    """Scores documents with one model.

    Parameters
    ----------
    served : ServedModel
        The model, and which version it is.
    history : History, optional
        Where past opportunities of the customer, the seller and the team are counted, if a document does not
        count them itself.

    Examples
    --------
    See ``tests/serving/scores/test_scorer.py``.
    """

    def __init__(self, served: ServedModel, history: History | None = None) -> None:
        self.served = served
        self._writer = AnswerWriter(served)
        self._records = None if history is None else TrackRecordCounter(history)

    @property
    def model(self) -> ModelName:
        """What every answer calls the model."""
        return self._writer.model

    def read(self, data: Any, unknown_stages: bool = False) -> ScoreRequest:
        """Read a document and check it against the model's playbook and attributes.

        Parameters
        ----------
        data : object
            As parsed from JSON.
        unknown_stages : bool
            Whether a stage that the playbook does not have is taken as not recorded, not refused.

        Returns
        -------
        ScoreRequest
            With the track records of the history, where the document has none.

        Raises
        ------
        InvalidDocument
            Naming every field that is wrong.
        """
        bundle = self.served.bundle
        request = read_document(data, bundle.playbook, bundle.attributes, ScoreRequest, unknown_stages)
        if request.is_empty:
            expected = "something that is recorded of the opportunity"
            remedy = f"send at least its stage, such as {bundle.playbook.stage_codes[0]!r}"
            raise InvalidDocument([Problem("document", expected, "nothing to score", remedy)])
        return request.model_copy(update={"track_records": self._track_records(request)})

    def _track_records(self, request: ScoreRequest) -> TrackRecords:
        """What the document states; of whom it names without counting, what the history counts."""
        if self._records is None:
            return request.track_records
        counted: dict[str, TrackRecord] = {
            whose: TrackRecord(**self._records.count(whose, name, request.opportunity_id, request.as_of))
            for whose, name in request.unstated_track_records().items()
        }
        return request.track_records.model_copy(update=counted)

    def score(
        self, data: Any, language: Language, unknown_stages: bool = False, detail: Detail = FULL
    ) -> Answer:
        """Score one document.

        Parameters
        ----------
        data : object
            As parsed from JSON.
        language : str
            Of the answer, unless the document says otherwise.
        unknown_stages : bool
            As for `read`.
        detail : Detail
            How much the answer says.

        Raises
        ------
        InvalidDocument
            Naming every field that is wrong.
        """
        return self.answer([self.read(data, unknown_stages)], language, detail)[0]

    def read_batch(self, data: Any) -> BatchRequest:
        """Read a batch, whose documents are still to be read.

        Parameters
        ----------
        data : object
            As parsed from JSON: an object with ``documents``.

        Raises
        ------
        InvalidBatch
            If there is no list of documents, or a longer one than `MOST_DOCUMENTS`.
        """
        try:
            return BatchRequest.model_validate(data)
        except ValidationError as error:
            raise InvalidBatch(problems_of(error, BatchRequest, MOST_PROBLEMS)) from error

    def score_batch(
        self, data: Any, language: Language, unknown_stages: bool = False, detail: Detail = FULL
    ) -> list[Answer | InvalidDocument | DocumentTooLarge]:
        """Score many documents at once; one that is wrong does not keep the others from their answer.

        Parameters
        ----------
        data : object
            As parsed from JSON: an object with ``documents``.
        language : str
            Of the answers, unless a document says otherwise.
        unknown_stages : bool
            As for `read`.
        detail : Detail
            How much the answers say.

        Returns
        -------
        list
            For each document in order what `score` answers, or why it cannot.

        Raises
        ------
        InvalidBatch
            If there is no list of documents, or a longer one than `MOST_DOCUMENTS`.
        """
        batch = self.read_batch(data)
        read = [self._read_or_refuse(document, unknown_stages) for document in batch.documents]
        requests = [one for one in read if isinstance(one, ScoreRequest)]
        answers = iter(self.answer(requests, language, detail))
        return [next(answers) if isinstance(one, ScoreRequest) else one for one in read]

    def _read_or_refuse(
        self, data: Any, unknown_stages: bool
    ) -> ScoreRequest | InvalidDocument | DocumentTooLarge:
        size = len(to_json(data))
        if size > DOCUMENT_BYTES:
            return DocumentTooLarge(size)
        try:
            return self.read(data, unknown_stages)
        except InvalidDocument as error:
            return error

    def answer(
        self, requests: Sequence[ScoreRequest], language: Language, detail: Detail = FULL
    ) -> list[Answer]:
        """Answer documents that have been read.

        Parameters
        ----------
        requests : sequence of ScoreRequest
            With their track records, see `read`.
        language : str
            Of the answers, unless a document says otherwise.
        detail : Detail
            How much the answers say.
        """
        if not requests:
            return []
        if detail.with_levers:
            scores, levers = score_with_levers(self.served.bundle, requests)
        else:
            scores, levers = score_documents(self.served.bundle, requests), [[] for _ in requests]
        return self._writer.answers(scores, requests, levers, language, detail)
