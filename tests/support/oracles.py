"""Slow and obvious: one opportunity, one moment, plain Python over the rows recorded by then."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from winprob.features.buyer_steps import positions_beside
from winprob.features.contract import EVENTS, time_of
from winprob.features.history import History

MISSING = math.nan
Row = dict[str, Any]


class Past:
    """What is known of one opportunity at one moment, as lists of rows in the order of time."""

    def __init__(self, history: History, opportunity: int, moment: pd.Timestamp) -> None:
        self.history = history
        self.playbook = history.playbook
        self.moment = moment
        self.own = history.opportunities.iloc[opportunity]
        self.kept = {table: bool(history.recorded[table][opportunity]) for table in history.events}
        self.rows: dict[str, list[Row]] = {}
        for table, rows in history.events.items():
            mine = rows[rows["opportunity"] == opportunity].to_dict("records")
            known = [row for row in mine if row[time_of(table)] <= moment]
            self.rows[table] = sorted(known, key=lambda row, table=table: row[time_of(table)])

    def days(self, time: pd.Timestamp) -> float:
        return (self.moment - time) / pd.Timedelta(days=1)

    def stage(self) -> float:
        if self.rows["stage_changes"]:
            return self.playbook.stage_position(self.rows["stage_changes"][-1]["stage"])
        return self.judged()

    def judged(self) -> float:
        if not self.kept["checkpoints"] or not self.playbook.checkpoint_codes:
            return MISSING
        stage = self.playbook.stage_from_checkpoints({row["checkpoint"] for row in self.rows["checkpoints"]})
        return -1 if stage is None else self.playbook.stage_position(stage)

    def persons(self) -> list[Row]:
        return list({row["person_id"]: row for row in self.rows["key_persons"]}.values())

    def effective(self, person: str) -> list[Row]:
        return [
            row for row in self.rows["activities"] if row["effective"] is True and row["person_id"] == person
        ]

    def competitors(self) -> list[Row]:
        return list({row["competitor"]: row for row in self.rows["competitors"]}.values())


def features_of(history: History, opportunity: int, moment: pd.Timestamp) -> dict[str, Any]:
    """All features of one opportunity at one moment."""
    past = Past(history, opportunity, moment)
    families = (
        *(_stage, _competition, _risk, _contact, _key_persons, _amount, _timing, _customer, _seller),
        _events,
    )
    found: dict[str, Any] = {}
    for family in families:
        found |= family(past)
    return found


def _stage(past: Past) -> dict[str, Any]:
    changes = past.rows["stage_changes"]
    positions = [past.playbook.stage_position(row["stage"]) for row in changes]
    gains = [after - before for before, after in pairwise(positions)]
    entered = [row["at"] for row, gain in zip(changes, [1, *gains], strict=False) if gain]
    forward = [row["at"] for row, gain in zip(changes, [0, *gains], strict=False) if gain > 0]
    position = past.stage()
    here = position >= 0
    buyer_codes = [stage.code for stage in past.playbook.buyer_stages]
    buyer = [buyer_codes.index(row["stage"]) for row in past.rows["buyer_stage_changes"]]
    beside = positions_beside(past.playbook.stages, past.playbook.buyer_stages)
    points = [point.code for point in past.playbook.stages[int(position)].checkpoints] if here else []
    met = {row["checkpoint"] for row in past.rows["checkpoints"]}
    share = MISSING
    if past.kept["checkpoints"] and points:
        share = sum(point in met for point in points) / len(points)
    return {
        "stage_position": position if here else MISSING,
        "stage_percentage": past.playbook.stages[int(position)].probability if here else MISSING,
        "days_in_stage": past.days(entered[-1]) if entered else MISSING,
        "stage_moves_forward": sum(gain > 0 for gain in gains) if past.kept["stage_changes"] else MISSING,
        "stage_moves_back": sum(gain < 0 for gain in gains) if past.kept["stage_changes"] else MISSING,
        "buyer_stage_position": buyer[-1] if buyer else MISSING,
        "stages_ahead_of_buyer": position - beside[buyer[-1]] if buyer and here else MISSING,
        "checkpoints_met": share,
        "stages_ahead_of_checkpoints": position - past.judged(),
        "days_since_move_forward": past.days(forward[-1]) if forward else MISSING,
    }


def _competition(past: Past) -> dict[str, Any]:
    rows = past.rows["competitors"]
    kept = past.kept["competitors"]
    left = [row for row in past.competitors() if row["left_at"] <= past.moment]
    now = len(past.competitors()) - len(left)
    entered = [past.days(row["entered_at"]) for row in rows]
    return {
        "competitors": now if kept else MISSING,
        "competition_rule": (0.8 if now == 0 else 1 / (now + 1)) if kept else MISSING,
        "competitors_entered_lately": sum(days < 30 for days in entered) if kept else MISSING,
        "competitors_left": len(left) if kept else MISSING,
        "days_since_competitor_entered": min(entered, default=MISSING),
    }


def _risk(past: Past) -> dict[str, Any]:
    items = past.playbook.risk_items
    scores = {row["item"]: row["score"] for row in past.rows["assessments"]}
    total = (
        sum(item.weight * scores[item.code] for item in items if item.code in scores) if scores else MISSING
    )
    vetoes = [scores[item.code] for item in items if item.veto and item.code in scores]
    mark = past.playbook.pass_mark
    return {
        "risk_total": total,
        "risk_answered": len(scores) / len(items) if items and past.kept["assessments"] else MISSING,
        "risk_passed": float(total >= mark) if scores and mark is not None else MISSING,
        "risk_veto": float(0 in vetoes) if vetoes else MISSING,
        **{f"risk.{item.code}": scores.get(item.code, MISSING) for item in items},
    }


def _contact(past: Past) -> dict[str, Any]:
    rows = past.rows["activities"]
    kept = past.kept["activities"]
    ages = [past.days(row["at"]) for row in rows]
    last = ages[-1] if ages else MISSING
    next_at = rows[-1]["next_at"] if rows else None
    planned = pd.notna(next_at)
    said = [row["effective"] for row in rows if pd.notna(row["effective"])]
    rule = past.playbook.contact
    steps = sum(last > days for days in (rule.review_days, rule.follow_up_days, rule.decide_days))
    return {
        "days_since_contact": last,
        "effective_contacts_in_30_days": (
            sum(age < 30 for age, row in zip(ages, rows, strict=True) if row["effective"] is True)
            if kept
            else MISSING
        ),
        **{f"contacts_in_{d}_days": sum(age < d for age in ages) if kept else MISSING for d in (7, 30, 90)},
        "next_contact_planned": float(planned and next_at >= past.moment) if kept else MISSING,
        "days_to_next_contact": -past.days(next_at) if planned else MISSING,
        "next_contact_overdue": float(planned and next_at < past.moment) if kept else MISSING,
        "follow_up_step": steps if ages else MISSING,
        "effective_share": sum(said) / len(said) if said else MISSING,
        "negotiation_rounds": sum(row["kind"] == "negotiation" for row in rows) if kept else MISSING,
    }


def _key_persons(past: Past) -> dict[str, Any]:
    persons = past.persons()
    kept, reach_kept = past.kept["key_persons"], past.kept["key_persons"] and past.kept["activities"]
    weights = {role.code: role.weight for role in past.playbook.roles}

    def influence(rows: Iterable[Row]) -> int:
        shares = [
            (1.0 if pd.isna(row["influence"]) else row["influence"]) * weights.get(row["role"], 1.0)
            for row in rows
        ]
        return sum(int(np.rint(share * 1_000_000)) for share in shares)

    def is_reached(*roles: str) -> float:
        return float(any(person["role"] in roles for person in reached)) if reach_kept else MISSING

    reached = [person for person in persons if past.effective(person["person_id"])]
    deciders = {row["person_id"] for row in past.rows["key_persons"] if row["role"] == "decision_maker"}
    met = [row["at"] for person in deciders for row in past.effective(person)]
    stated = [person for person in persons if pd.notna(person["stance"])]
    leaning = influence(p for p in stated if p["stance"] == "for") - influence(
        p for p in stated if p["stance"] == "against"
    )
    return {
        "key_persons_identified": len(persons) if kept else MISSING,
        "key_person_coverage": influence(reached) / influence(persons) if reach_kept and persons else MISSING,
        "decision_maker_identified": (
            float(any(person["role"] == "decision_maker" for person in persons)) if kept else MISSING
        ),
        "decision_maker_reached": is_reached("decision_maker"),
        "days_since_decision_maker": past.days(max(met)) if met else MISSING,
        "recommender_reached": is_reached("recommender"),
        "facilitator_reached": is_reached("facilitator"),
        "coach_reached": is_reached("coach"),
        "key_person_stance": leaning / influence(stated) if stated else MISSING,
        "key_persons_against": sum(person["stance"] == "against" for person in stated) if stated else MISSING,
    }


def _amount(past: Past) -> dict[str, Any]:
    amounts = [row["amount"] for row in past.rows["amounts"]]
    return {
        "log_amount": np.log1p(amounts[-1]) if amounts else MISSING,
        "amount_change": np.log1p(amounts[-1]) - np.log1p(amounts[0]) if amounts else MISSING,
        "currency": past.own["currency"],
    }


def _timing(past: Past) -> dict[str, Any]:
    dates = [row["expected_close"] for row in past.rows["close_dates"]]
    pushes = sum(after > before for before, after in pairwise(dates))
    return {
        "age": past.days(past.own["created_at"]),
        "days_to_expected_win": -past.days(dates[-1]) if dates else MISSING,
        "pushes": pushes if past.kept["close_dates"] else MISSING,
        "days_pushed": (dates[-1] - dates[0]) / pd.Timedelta(days=1) if dates else MISSING,
        "expected_win_overdue": _day_over(dates[-1]) <= past.moment if dates else MISSING,
    }


def _day_over(moment: pd.Timestamp) -> pd.Timestamp:
    return moment.floor("D") + pd.Timedelta(days=1)


def _closed(past: Past, column: str) -> tuple[float, float, float]:
    everyone = past.history.opportunities
    if pd.isna(past.own[column]):
        return MISSING, MISSING, MISSING
    mine = everyone[everyone[column] == past.own[column]]
    ended = mine[mine["closed_at"] <= past.moment]
    is_open = (mine["created_at"] <= past.moment) & ~(mine["closed_at"] <= past.moment)
    won, lost = (ended["outcome"] == "won").sum(), (ended["outcome"] == "lost").sum()
    return float(won), float(lost), float(is_open.sum())


def _customer(past: Past) -> dict[str, Any]:
    won, lost, _ = _closed(past, "customer_id")
    texts = ("industry", "region", "source", "product")
    own = {f"attribute.{attribute.name}": past.own[attribute.name] for attribute in past.history.attributes}
    return {
        "customer_wins": won,
        "customer_losses": lost,
        "customer_won_before": MISSING if pd.isna(won) else float(won > 0),
        "customer_only_lost_before": MISSING if pd.isna(won) else float(won == 0 and lost > 0),
        **{name: past.own[name] for name in texts},
        **own,
    }


def _seller(past: Past) -> dict[str, Any]:
    if not past.playbook.seller_features:
        return {}
    won, lost, load = _closed(past, "owner_id")
    team_won, team_lost, _ = _closed(past, "team")
    return {
        "seller_win_rate": (won + 1) / (won + lost + 2),
        "seller_open_opportunities": load,
        "team_win_rate": (team_won + 1) / (team_won + team_lost + 2),
    }


def _events(past: Past) -> dict[str, Any]:
    found = {}
    for name, table in past.playbook.events.items():
        rows, kept = past.rows[f"{EVENTS}{name}"], past.kept[f"{EVENTS}{name}"]
        values = [row[table.values] for row in rows]
        slow = {
            "last": lambda values=values: values[-1] if values else MISSING,
            "count": lambda values=values, kept=kept: len(values) if kept else MISSING,
            "sum": lambda values=values, kept=kept: _total(values) if kept else MISSING,
        }
        found |= {f"events.{name}.{which}": slow[which]() for which in table.features}
    return found


def _total(numbers: list[float]) -> float:
    """Added one after the other, with what each addition rounds away carried along (Kahan)."""
    total = lost = 0.0
    for number in numbers:
        addend = number - lost
        together = total + addend
        lost = (together - total) - addend
        total = together
    return total
