"""The files of a small company, as its CRM exports them, to be changed by tests of input."""

from __future__ import annotations

import csv
import random
from datetime import date, timedelta
from functools import cache
from pathlib import Path

CLOSED, OPEN = 160, 40
STAGES = ("target", "qualified", "shortlisted", "intent", "near_won")
HEADERS = {
    "opportunities": "opportunity_id created_at closed_at outcome "
    "customer_id owner_id team region source currency",
    "stage_changes": "opportunity_id at stage",
    "amounts": "opportunity_id at amount",
    "close_dates": "opportunity_id at expected_close",
    "activities": "opportunity_id at kind effective",
}

Rows = list[list[str]]


@cache
def company_rows() -> dict[str, Rows]:
    """By table the rows, dates alone, of 160 closed and 40 open opportunities, up to June 2026."""
    dice = random.Random(11)
    rows: dict[str, Rows] = {name: [] for name in HEADERS}
    for number in range(CLOSED + OPEN):
        name, born, life = f"D{number:03}", 4 * number, 25 + dice.randrange(90)
        won, ended = dice.random() < 0.4, number < CLOSED
        rows["opportunities"].append(
            [
                *(name, _day(born), _day(born + life) if ended else ""),
                ("won" if won else "lost") if ended else "",
                *(f"C{dice.randrange(60):02}", f"S{dice.randrange(8)}", dice.choice(["North", "South"])),
                *(dice.choice(["East", "West"]), dice.choice(["fair", "web"]), dice.choice(["CNY", "USD"])),
            ]
        )
        for step in range(min(4, dice.randrange(3) + 2 * won) + 1):
            rows["stage_changes"].append([name, _day(born + step * life // 6), STAGES[step]])
        rows["amounts"].append([name, _day(born), str(10_000 * (1 + dice.randrange(60)))])
        rows["close_dates"].append([name, _day(born), _day(born + 60)])
        for contact in range(0, life, 14):
            rows["activities"].append(
                [name, _day(born + contact), dice.choice(["visit", "call", "meeting"]), "true"]
            )
    return rows


def write_company(folder: Path, **changed: Rows) -> Path:
    """Write the files, some tables with other rows; gives the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in (company_rows() | changed).items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([HEADERS[name].split(), *rows])
    return folder


def _day(number: int) -> str:
    return (date(2024, 1, 1) + timedelta(days=number)).isoformat()
