"""Rows of the tables in a document, as the wire brings them."""

from __future__ import annotations

from typing import Annotated, Literal

from winprob.features.wire_values import (
    AS_TEXT,
    Amount,
    BuyerStage,
    Checkpoint,
    Item,
    MaybeCount,
    MaybeFlag,
    MaybeId,
    MaybeInfluence,
    MaybeLeft,
    MaybeNumber,
    MaybeRecorded,
    MaybeText,
    MaybeTime,
    Part,
    Recorded,
    Score,
    Stage,
    Text,
    Time,
)


class StageChange(Part):
    """A row of ``stage_changes``.

    Examples
    --------
    >>> StageChange(at="2026-03-31", stage="intent").at.isoformat()
    '2026-03-31T00:00:00+00:00'
    """

    at: Recorded
    stage: Stage


class BuyerStageChange(Part):
    """A row of ``buyer_stage_changes``."""

    at: Recorded
    stage: BuyerStage


class AmountChange(Part):
    """A row of ``amounts``."""

    at: Recorded
    amount: Amount


class CloseDate(Part):
    """A row of ``close_dates``."""

    at: Recorded
    expected_close: Time


class Activity(Part):
    """A row of ``activities``."""

    at: Recorded
    kind: Annotated[
        Literal["visit", "call", "meeting", "demo", "negotiation", "message", "other"] | None, AS_TEXT
    ] = None
    person_id: MaybeId = None
    effective: MaybeFlag = None
    next_at: MaybeTime = None


class KeyPerson(Part):
    """A row of ``key_persons``; a CRM that keeps no contacts says ``reached`` itself.

    Where neither contacts nor ``reached`` tell, it is not known whether the person was reached.

    Examples
    --------
    >>> KeyPerson(role="coach", reached=True).influence is None
    True
    """

    role: Literal["decision_maker", "recommender", "facilitator", "coach", "other"]
    person_id: MaybeId = None
    identified_at: MaybeRecorded = None
    influence: MaybeInfluence = None
    stance: Annotated[Literal["for", "neutral", "against"] | None, AS_TEXT] = None
    reached: MaybeFlag = None


class Competitor(Part):
    """A row of ``competitors``."""

    competitor: Text
    entered_at: Recorded
    left_at: MaybeLeft = None


class Assessment(Part):
    """A row of ``assessments``."""

    at: Recorded
    item: Item
    score: Score


class CheckpointMet(Part):
    """A row of ``checkpoints``."""

    at: Recorded
    checkpoint: Checkpoint


class Event(Part):
    """A row of a table of events that the playbook declares: it has numbers, or texts."""

    at: Recorded
    number: MaybeNumber = None
    text: MaybeText = None


class TrackRecord(Part):
    """Past opportunities of the customer, the seller or the team, as the CRM counts them at ``as_of``."""

    won: MaybeCount = None
    lost: MaybeCount = None
    open: MaybeCount = None


class TrackRecords(Part):
    """Whose past opportunities a document counts."""

    customer: TrackRecord = TrackRecord()
    owner: TrackRecord = TrackRecord()
    team: TrackRecord = TrackRecord()
