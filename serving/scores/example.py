"""A document that works, for the OpenAPI page."""

from __future__ import annotations

from typing import Any

from winprob.features.playbook import Playbook


def example(playbook: Playbook) -> dict[str, Any]:
    """Write a document in short form, with the codes of a playbook.

    Examples
    --------
    >>> from winprob.features.checking import read_document
    >>> from winprob.features.playbook import load_playbook
    >>> read_document(example(load_playbook()), load_playbook()).stage
    'shortlisted'
    """
    document = {
        "opportunity_id": "A-1001",
        "as_of": "2026-03-31T08:00:00Z",
        "created_at": "2026-01-12",
        "stage": playbook.stage_codes[len(playbook.stages) // 2],
        "amount": 250_000,
        "expected_close": "2026-06-30",
        "last_contact_at": "2026-03-24",
        "next_contact_at": "2026-04-07",
        "competitor_count": 2,
        "key_persons": [
            {"role": "decision_maker", "reached": False},
            {"role": "coach", "reached": True},
        ],
    }
    if playbook.risk_items:
        document["risk_scores"] = {item.code: 1 for item in playbook.risk_items[:3]}
    return document
