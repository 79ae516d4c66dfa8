"""Rooms and arrows as an SVG: packages are panels, floors are rows, an arrow points to what is imported."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import isotonic_regression

if TYPE_CHECKING:
    from benchmarks.rooms import Rooms

WIDTH, MARGIN, GAP = 1060, 20, 26
BOX, ROW, TITLE, FOOT = 34, 66, 58, 18
NOTES = {
    "winprob": "what is imported, and the command line",
    "training": "learns, judges, registers",
    "serving": "the HTTP service",
    "models": "the win model, closing times, forecasts, findings",
    "features": "histories, playbooks, the contract; what was known of each opportunity at each moment",
}
STYLE = """
    .panel { fill: #f6f8fa; stroke: #d0d7de }
    .room { fill: #ffffff; stroke: #57606a; stroke-width: 1.2 }
    .package { font-weight: 700; font-size: 17px; fill: #1f2328 }
    .note { fill: #57606a; font-size: 13px }
    .name { fill: #1f2328; text-anchor: middle }
    .arrow { stroke: #8c959f; stroke-width: 1.4; fill: none; marker-end: url(#tip) }
    .way { stroke: #0969da; stroke-width: 3; fill: none; marker-end: url(#thick) }
"""
TIP = """<marker id="{0}" viewBox="0 0 10 10" refX="9" refY="5" orient="auto" markerWidth="{1}"
      markerHeight="{1}"><path d="M0 0L10 5L0 10z" fill="{2}"/></marker>"""


def draw(rooms: Mapping[str, Rooms]) -> str:
    """Draw the packages above each other, features at the bottom.

    Parameters
    ----------
    rooms : mapping of str to Rooms
        Of all packages but features, whose files are no rooms.
    """
    top = MARGIN
    parts, ways = [], []

    def panel(name: str, x: int, y: int, width: int, height: int) -> None:
        parts.append(f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="10" class="panel"/>')
        label = "winprob/" if name == "winprob" else f"{name}/"
        parts.append(f'<text x="{x + 18}" y="{y + 30}" class="package">{label}</text>')
        parts.append(f'<text x="{x + 30 + 10 * len(label)}" y="{y + 30}" class="note">{NOTES[name]}</text>')
        if name in rooms:
            parts.extend(_rooms(rooms[name], x, y, width, height))

    full = WIDTH - 2 * MARGIN
    part = full * 11 // 19  # training has the wider floor
    height = _height(rooms["winprob"])
    panel("winprob", MARGIN, top, full, height)
    top += height + GAP
    height = max(_height(rooms["training"]), _height(rooms["serving"]))
    panel("training", MARGIN, top, part, height)
    panel("serving", MARGIN + part + GAP, top, full - part - GAP, height)
    for x in (MARGIN + part // 2, WIDTH - MARGIN - (full - part - GAP) // 2):
        ways += [(x, top - GAP), (x, top + height)]
    top += height + GAP
    height = _height(rooms["models"])
    panel("models", MARGIN, top, full, height)
    top += height + GAP
    ways.append((WIDTH // 2, top - GAP))
    panel("features", MARGIN, top, full, TITLE - 8)
    top += TITLE - 8 + MARGIN
    parts += [f'<path d="M{x} {y}V{y + GAP}" class="way"/>' for x, y in ways]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" font-size="14" '
        "font-family=\"Helvetica, Arial, 'Liberation Sans', sans-serif\">"
    )
    tips = TIP.format("tip", 7, "#8c959f") + TIP.format("thick", 4, "#0969da")
    back = f'<rect width="{WIDTH}" height="{top}" fill="#ffffff"/>'
    return (
        "\n  ".join([head, f"<style>{STYLE}  </style>", f"<defs>{tips}</defs>", back, *parts]) + "\n</svg>\n"
    )


def _height(rooms: Rooms) -> int:
    return TITLE + ROW * max(rooms.floors.values()) - (ROW - BOX) + FOOT


def _rooms(rooms: Rooms, left: int, top: int, width: int, height: int) -> Iterator[str]:
    """A long arrow has a point of its own on each floor that it passes, beside the rooms."""
    chains = [_chain(rooms, *arrow) for arrow in sorted(rooms.direct())]
    rows = _ordered(rooms, chains)
    wide = {name: 28 + 8 * len(name) if isinstance(name, str) else 20 for row in rows for name in row}
    x = _places(rows, _tied(chains), wide, left + 20, left + width - 20)
    spare = (height - _height(rooms)) / max(len(rows) - 1, 1)  # where the panel beside it is higher
    y = {
        node: top + height - FOOT - BOX - floor * (ROW + spare)
        for floor, row in enumerate(rows)
        for node in row
    }
    for chain in chains:
        start, *between, end = chain
        path = f"M{x[start]:.0f} {y[start] + BOX:.0f}"
        before = (x[start], y[start] + BOX)
        for node in (*between, end):
            point = (x[node], y[node])
            middle = (before[1] + point[1]) / 2
            path += f"C{before[0]:.0f} {middle:.0f} {point[0]:.0f} {middle:.0f} {point[0]:.0f} {point[1]:.0f}"
            if node != end:
                path += f"V{point[1] + BOX:.0f}"
            before = (point[0], point[1] + BOX)
        yield f'<path d="{path}" class="arrow"/>'
    for name in rooms.floors:
        box = f'x="{x[name] - wide[name] / 2:.0f}" y="{y[name]:.0f}" width="{wide[name]}" height="{BOX}"'
        yield f'<rect {box} rx="6" class="room"/>'
        yield f'<text x="{x[name]:.0f}" y="{y[name] + 22:.0f}" class="name">{name}</text>'


Node = str | tuple[str, str, int]
"""A room, or an arrow's point on a floor."""


def _chain(rooms: Rooms, above: str, below: str) -> list[Node]:
    passed = range(rooms.floors[above] - 1, rooms.floors[below], -1)
    return [above, *((above, below, floor) for floor in passed), below]


def _ordered(rooms: Rooms, chains: list[list[Node]]) -> list[list[Node]]:
    """Order each floor by the mean place of what it is tied to: arrows cross less (barycentre method)."""
    rows: list[list[Node]] = [[] for _ in range(max(rooms.floors.values()))]
    for name, floor in rooms.floors.items():
        rows[floor - 1].append(name)
    for chain in chains:
        for node in chain[1:-1]:
            assert isinstance(node, tuple)
            rows[node[2] - 1].append(node)
    tied = _tied(chains)
    best, fewest = [list(row) for row in rows], _crossings(rows, tied)
    for sweep in range(24):
        for floor in range(len(rows)) if sweep % 2 else reversed(range(len(rows))):
            place = {node: (i + 1) / (len(row) + 1) for row in rows for i, node in enumerate(row)}
            mean = {node: _mean(place, tied.get(node) or {node}) for node in rows[floor]}
            rows[floor].sort(key=lambda node: (mean[node], str(node)))
        crossings = _crossings(rows, tied)
        if crossings < fewest:
            best, fewest = [list(row) for row in rows], crossings
    return best


def _places(
    rows: list[list[Node]],
    tied: Mapping[Node, set[Node]],
    wide: Mapping[Node, int],
    left: float,
    right: float,
) -> dict[Node, float]:
    """Move each node to the middle of what it is tied to, as far as its row has room, again and again."""
    x: dict[Node, float] = {}
    for row in rows:
        free = (right - left - sum(wide[node] for node in row)) / (len(row) + 1)
        at = left + free
        for node in row:
            x[node] = at + wide[node] / 2
            at += wide[node] + free
    middle = (left + right) / 2
    for sweep in range(600):
        for row in rows if sweep % 2 else rows[::-1]:
            gap = min(44.0, (right - left - sum(wide[node] for node in row)) / len(row))
            before = np.cumsum([0] + [(wide[a] + wide[b]) / 2 + gap for a, b in itertools.pairwise(row)])
            wanted = [_mean(x, tied[node]) if node in tied else middle for node in row]
            squeezed = isotonic_regression(wanted - before).x
            most = right - wide[row[-1]] / 2 - before[-1]
            x |= zip(row, np.clip(squeezed, left + wide[row[0]] / 2, most) + before, strict=True)
    edges = [x[node] + side * wide[node] / 2 for node in x for side in (-1, 1)]
    return {node: at + middle - (min(edges) + max(edges)) / 2 for node, at in x.items()}


def _tied(chains: list[list[Node]]) -> dict[Node, set[Node]]:
    tied: dict[Node, set[Node]] = {}
    for chain in chains:
        for one, other in itertools.pairwise(chain):
            tied.setdefault(one, set()).add(other)
            tied.setdefault(other, set()).add(one)
    return tied


def _mean(place: Mapping[Node, float], nodes: Iterable[Node]) -> float:
    places = sorted(place[node] for node in nodes)  # in one order, so that sums are the same each time
    return sum(places) / len(places)


def _crossings(rows: list[list[Node]], tied: Mapping[Node, set[Node]]) -> int:
    count = 0
    for low, high in itertools.pairwise(rows):
        place = {node: i for i, node in enumerate(low)}
        ends = [(i, place[b]) for i, a in enumerate(high) for b in tied.get(a, ()) if b in place]
        count += sum(a < c and b > d for a, b in ends for c, d in ends)
    return count
