"""What servers were measured at, side by side: the table, the ratios to peers, and the goals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.load_tool import Measured

NOT_MEASURED = "not measured | "


@dataclass(frozen=True)
class Figure:
    """How an answer did under one load.

    Attributes
    ----------
    answer : str
        Whose, and which.
    documents : int
        In one request.
    connections : int, optional
        Each of which always waits for an answer; none at half load, where requests come at half the highest
        rate.
    rate : float
        Requests per second.
    p50, p95, p99 : float
        Milliseconds.
    """

    answer: str
    documents: int
    connections: int | None
    rate: float
    p50: float
    p95: float
    p99: float

    @classmethod
    def of(cls, answer: str, documents: int, connections: int | None, measured: Measured) -> Figure:
        """Sum up what was measured."""
        p50, p95, p99 = (measured.percentile(percent) for percent in (50, 95, 99))
        return cls(answer, documents, connections, measured.rate, p50, p95, p99)

    @property
    def load(self) -> str:
        """The connections, in a word."""
        return "half load" if self.connections is None else str(self.connections)

    def __str__(self) -> str:
        """Write a row of the table."""
        times = f"{self.p50:,.1f} | {self.p95:,.1f} | {self.p99:,.1f}"
        rate = f"{self.rate:,.1f}" if self.rate >= 10 else f"{self.rate:.3g}"
        return f"| {self.answer} | {self.documents} | {self.load} | {rate} | {times} |"


@dataclass(frozen=True)
class Faster:
    """A goal: an answer to one document comes so many times as often as a peer's, at any connections."""

    answer: str
    times: float
    peer: str

    def __str__(self) -> str:
        """Say what is to be."""
        return f"{self.answer} >= {self.times:g} x {self.peer}"

    def told(self, figures: Sequence[Figure]) -> str:
        """Say what was found, and how far that is from enough."""
        found = [
            ratio for own, ratio in times_as_often(figures, self.answer, self.peer) if own.documents == 1
        ]
        if not found:
            return NOT_MEASURED
        return f"{min(found):.3g} x | {_verdict(self.times / min(found))}"


@dataclass(frozen=True)
class Within:
    """A goal: an answer comes within so many milliseconds.

    Attributes
    ----------
    name : str
    answer, documents, connections
        Of the figure.
    percentile : {"p50", "p95", "p99"}
    milliseconds : float
    """

    name: str
    answer: str
    documents: int
    connections: int | None
    percentile: str
    milliseconds: float

    def __str__(self) -> str:
        """Say what is to be."""
        return f"{self.name} < {self.milliseconds:g} ms"

    def told(self, figures: Sequence[Figure]) -> str:
        """Say what was found, and how far that is from enough."""
        asked = (self.answer, self.documents, self.connections)
        for figure in figures:
            if (figure.answer, figure.documents, figure.connections) == asked:
                found: float = getattr(figure, self.percentile)
                return f"{found:,.1f} ms | {_verdict(found / self.milliseconds)}"
        return NOT_MEASURED


def table(figures: Sequence[Figure]) -> Iterator[str]:
    """Write all figures."""
    yield "| server | documents | connections | requests/s | p50 ms | p95 ms | p99 ms |"
    yield "|---|---|---|---|---|---|---|"
    yield from map(str, figures)


def ratios(figures: Sequence[Figure], ours: Sequence[str]) -> Iterator[str]:
    """Write how many times as often as each peer's our answers come."""
    names = list(dict.fromkeys(figure.answer for figure in figures))
    peers = [name for name in names if name not in ours]
    yield f"| requests/s, times those of | documents | connections | {' | '.join(peers)} |"
    yield "|---|---|---|" + "---|" * len(peers)
    for own in figures:
        if own.answer in ours and own.connections is not None:
            found = [dict(times_as_often(figures, own.answer, peer)).get(own) for peer in peers]
            cells = " | ".join("" if ratio is None else f"{ratio:.3g}" for ratio in found)
            yield f"| {own.answer} | {own.documents} | {own.load} | {cells} |"


def goals(figures: Sequence[Figure], asked: Sequence[Faster | Within]) -> Iterator[str]:
    """Write each goal with what was found."""
    yield "| goal | found | |"
    yield "|---|---|---|"
    for goal in asked:
        yield f"| {goal} | {goal.told(figures)} |"


def times_as_often(figures: Sequence[Figure], answer: str, peer: str) -> Iterator[tuple[Figure, float]]:
    """Give each figure of an answer with the ratio of its rate to a peer's under the same load."""
    theirs = {
        (figure.documents, figure.connections): figure.rate for figure in figures if figure.answer == peer
    }
    for figure in figures:
        rate = theirs.get((figure.documents, figure.connections))
        if figure.answer == answer and figure.connections is not None and rate is not None:
            yield figure, figure.rate / rate


def _verdict(lack: float) -> str:
    return "met" if lack <= 1 else f"gap: {lack:.3g} times too slow"
