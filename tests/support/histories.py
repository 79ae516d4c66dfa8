"""Random histories: what any CRM might hold, ties and gaps and late rows included."""

from __future__ import annotations

from random import Random
from typing import Any

import pandas as pd
from hypothesis import strategies as st

from winprob.features.contract import ACTIVITY_KINDS, EVENTS, OUTCOMES, ROLES, STANCES, time_of
from winprob.features.event_table import event_tables
from winprob.features.history import History
from winprob.features.instant import TIME
from winprob.features.playbook import Playbook, load_playbook

START = pd.Timestamp("2025-01-06", tz="UTC")
HOURS = 24 * 200

# A coarse grid makes equal times likely; the odd microseconds make sure that no resolution is lost.
times = st.one_of(
    st.integers(0, HOURS // 24).map(lambda day: START + pd.Timedelta(days=day)),
    st.integers(0, HOURS * 3_600_000_000).map(lambda us: START + pd.Timedelta(microseconds=us)),
)


VALUES = {
    "number": {"number": st.floats(-1e9, 1e9)},
    "text": {"text": st.sampled_from(["upset", "glad", "问"])},
}
"""What rows of tables of events hold that a playbook declares."""


def _rows(playbook: Playbook) -> dict[str, dict[str, st.SearchStrategy[Any]]]:
    optional_time = st.none() | times
    person = st.sampled_from(["p1", "p2", "p3"])
    return {
        "stage_changes": {"stage": st.sampled_from(playbook.stage_codes)},
        "buyer_stage_changes": {
            "stage": st.sampled_from([stage.code for stage in playbook.buyer_stages] or ["-"])
        },
        "amounts": {"amount": st.floats(0, 1e9)},
        "close_dates": {"expected_close": times},
        "activities": {
            "kind": st.none() | st.sampled_from(ACTIVITY_KINDS),
            "person_id": st.none() | person,
            "effective": st.none() | st.booleans(),
            "next_at": optional_time,
        },
        "key_persons": {
            "person_id": person,
            "role": st.sampled_from(ROLES),
            "influence": st.none() | st.floats(0.01, 10),
            "stance": st.none() | st.sampled_from(STANCES),
        },
        "competitors": {"competitor": st.sampled_from(["Acme", "华强"]), "left_at": optional_time},
        "assessments": {
            "item": st.sampled_from([item.code for item in playbook.risk_items] or ["-"]),
            "score": st.sampled_from([0, 1, 2]),
        },
        "checkpoints": {"checkpoint": st.sampled_from(playbook.checkpoint_codes or ("-",))},
        **{f"{EVENTS}{name}": VALUES[table.values] for name, table in playbook.events.items()},
    }


@st.composite
def tables(draw: st.DrawFn, playbook: Playbook, most: int = 4) -> dict[str, pd.DataFrame]:
    """Tables of the contract, valid for the playbook."""
    ids = [f"O{number}" for number in range(draw(st.integers(1, most)))]
    text = st.none() | st.sampled_from(["a", "b"])
    opportunities = []
    for name in ids:
        created = draw(times)
        closed = draw(st.none() | times.filter(lambda time, created=created: time >= created))
        outcome = None if closed is None else draw(st.sampled_from(OUTCOMES))
        row = {"opportunity_id": name, "created_at": created, "closed_at": closed, "outcome": outcome}
        row |= {column: draw(text) for column in ("customer_id", "owner_id", "team", "industry", "region")}
        row |= {"size": draw(st.none() | st.floats(-5, 5)), "segment": draw(text)}
        opportunities.append(row)
    frame = pd.DataFrame(opportunities)
    frame["size"] = frame["size"].astype("float64")
    frame["segment"] = frame["segment"].astype("str")
    result = {"opportunities": _typed(frame)}
    columns = _rows(playbook)
    for table in event_tables(playbook):
        if draw(st.booleans()) and not _impossible(table, playbook):
            row = st.fixed_dictionaries(
                {"opportunity_id": st.sampled_from(ids), time_of(table): times, **columns[table]}
            )
            rows = draw(st.lists(row, max_size=12))
            result[table] = _typed(
                pd.DataFrame(rows, columns=["opportunity_id", time_of(table), *columns[table]])
            )
    return result


def shuffled(found: dict[str, pd.DataFrame], random: Random) -> dict[str, pd.DataFrame]:
    """The same tables with their rows in another order."""
    return {
        name: rows.iloc[random.sample(range(len(rows)), len(rows))].reset_index(drop=True)
        for name, rows in found.items()
    }


def histories(playbook: Playbook | None = None, most: int = 4) -> st.SearchStrategy[History]:
    """Histories of up to `most` opportunities."""
    used = playbook or load_playbook()
    return tables(used, most).map(lambda found: History.of(used, found))


def _impossible(table: str, playbook: Playbook) -> bool:
    lacking = {
        "buyer_stage_changes": not playbook.buyer_stages,
        "assessments": not playbook.risk_items,
        "checkpoints": not playbook.checkpoint_codes,
    }
    return lacking.get(table, False)


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    for column in frame:
        if column == "expected_close" or str(column).endswith("at"):
            frame[column] = pd.to_datetime(frame[column], utc=True).astype(TIME)
    return frame
