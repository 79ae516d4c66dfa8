"""Tables that keep the contract, to be broken in one place."""

from __future__ import annotations

from typing import Any

import pandas as pd

from winprob.features.playbook import load_playbook
from winprob.features.validation import validate

VALID: dict[str, dict[str, Any]] = {
    "opportunities": {
        "opportunity_id": "A",
        "created_at": "2026-01-05",
        "closed_at": "2026-02-05",
        "outcome": "won",
        "customer_id": "C",
        "size": "12",
    },
    "stage_changes": {"opportunity_id": "A", "at": "2026-01-06", "stage": "set_up"},
    "buyer_stage_changes": {"opportunity_id": "A", "at": "2026-01-06", "stage": "problem"},
    "amounts": {"opportunity_id": "A", "at": "2026-01-06", "amount": "0"},
    "close_dates": {"opportunity_id": "A", "at": "2026-01-06", "expected_close": "2215-08-14"},
    "activities": {
        "opportunity_id": "A",
        "at": "2026-01-06",
        "kind": "visit",
        "person_id": "P",
        "effective": "true",
        "next_at": "2026-01-20",
    },
    "key_persons": {
        "opportunity_id": "A",
        "person_id": "P",
        "identified_at": "2026-01-06",
        "role": "coach",
        "influence": "0.5",
        "stance": "for",
    },
    "competitors": {"opportunity_id": "A", "competitor": "X", "entered_at": "2026-01-06", "left_at": ""},
    "assessments": {"opportunity_id": "A", "at": "2026-01-06", "item": "credit", "score": "2"},
    "checkpoints": {"opportunity_id": "A", "at": "2026-01-06", "checkpoint": "coach_found"},
}


def tables(**changed: dict[str, Any]) -> dict[str, pd.DataFrame]:
    """One valid row in every table, row 2 of its file, with some values changed."""
    rows = {name: row | changed.get(name, {}) for name, row in VALID.items()}
    return {name: pd.DataFrame([row], index=[2], dtype="str") for name, row in rows.items()}


def breaches(raw: dict[str, pd.DataFrame], playbook: str = "eight-step") -> list[str]:
    """What is wrong with tables, a line each."""
    return [str(breach) for breach in validate(raw, load_playbook(playbook))[1]]


def attributes(**columns: list[Any]) -> dict[str, pd.DataFrame]:
    """Opportunities with these columns, from row 2 of their file on."""
    size = len(next(iter(columns.values())))
    own = {"opportunity_id": [f"O{number}" for number in range(size)], "created_at": "2026-01-05"}
    return {"opportunities": pd.DataFrame(own | columns, index=range(2, size + 2))}
