"""Who serves answers about the same opportunities, and what each is sent for them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from benchmarks.load_tool import Address
from benchmarks.plain_model import PlainModel, mlflow_body, mlserver_body
from benchmarks.served_company import MODEL, ServedCompany
from benchmarks.servers import Server, mlflow_server, mlserver_program, mlserver_server, winprob_server
from winprob.training.frame import frame

SIZES = (1, 500)
"""Opportunities in a request."""

BATCHES = 4
"""Different requests of many."""

EXPLAINED = {"range": True, "explain": True}
"""What the registered model is asked for, beside the probability."""


@dataclass(frozen=True)
class Variant:
    """An answer of ours, and where it is asked for.

    Attributes
    ----------
    answer : str
    documents : int
        In one request; if more than one, they are a batch.
    path : str
    query : str
        Such as ``?detail=brief``.
    """

    answer: str
    documents: int
    path: str
    query: str = ""


OURS = (
    Variant("full answer", 1, "/v1/score"),
    Variant("brief answer", 1, "/v1/score", "?detail=brief"),
    Variant("brief answer without levers", 1, "/v1/score", "?detail=brief&levers=false"),
    Variant("probability only", 1, "/v1/score", "?detail=none"),
    Variant("full answer", 500, "/v1/score/batch", "?detail=full"),
    Variant("brief answer", 500, "/v1/score/batch"),
    Variant("brief answer without levers", 500, "/v1/score/batch", "?levers=false"),
)


@dataclass(frozen=True)
class Request:
    """What is sent for an answer.

    Attributes
    ----------
    answer : str
    documents : int
        Opportunities in each request.
    path : str
    bodies : tuple of bytes
        They are sent in turn.
    """

    answer: str
    documents: int
    path: str
    bodies: tuple[bytes, ...]

    def to(self, server: Server) -> Address:
        """Address it."""
        return Address(server.port, self.path, self.bodies)


def contestants(company: ServedCompany, environments: Path | None) -> Iterator[tuple[Server, list[Request]]]:
    """Prepare each server and what it is sent.

    Parameters
    ----------
    company : ServedCompany
    environments : pathlib.Path, optional
        Where MLServer's environment is kept; it is left out, with a word, if there is none.
    """
    yield winprob_server(MODEL, company.home), [our_request(company, variant) for variant in OURS]
    matrix, invocations = company.matrix, "/invocations"
    probability = requests(
        "registered", invocations, len(matrix), lambda rows: mlflow_body(matrix.iloc[rows])
    )
    explained = requests(
        "registered explained",
        invocations,
        len(matrix),
        lambda rows: mlflow_body(matrix.iloc[rows], **EXPLAINED),
    )
    yield mlflow_server(MODEL, company.registry), [*probability, *explained]
    plain = PlainModel.fit(frame(company.history))
    coded = plain.rows(matrix)
    for name in ("plain", "explained"):
        plain.save_for_mlflow(company.home / name, coded, explain=name == "explained")
        sent = requests(f"mlflow {name}", invocations, len(coded), lambda rows: mlflow_body(coded.iloc[rows]))
        yield mlflow_server(str(company.home / name), company.registry), sent
    program = installed_mlserver(environments)
    if program is not None:
        path = plain.save_for_mlserver(company.home / "mlserver")
        sent = requests("MLServer plain", path, len(coded), lambda rows: mlserver_body(coded.iloc[rows]))
        yield mlserver_server(program, company.home / "mlserver"), sent


def our_request(company: ServedCompany, variant: Variant) -> Request:
    """Write documents as our service takes them."""
    documents = company.documents
    contents = [
        documents[rows[0]] if variant.documents == 1 else {"documents": [documents[row] for row in rows]}
        for rows in batches(len(documents), variant.documents)
    ]
    return Request(
        variant.answer, variant.documents, variant.path + variant.query, tuple(map(_line, contents))
    )


def requests(
    answer: str, path: str, count: int, content: Callable[[list[int]], dict[str, Any]]
) -> list[Request]:
    """Write rows as a peer takes them, in requests of each size.

    Parameters
    ----------
    answer : str
        Whose, and which.
    path : str
    count : int
        How many rows there are.
    content : callable
        Makes what is sent of the numbers of rows.
    """
    return [
        Request(answer, size, path, tuple(_line(content(rows)) for rows in batches(count, size)))
        for size in SIZES
    ]


def batches(count: int, size: int) -> list[list[int]]:
    """Choose which of some opportunities go into each request.

    Parameters
    ----------
    count : int
        How many there are.
    size : int
        One each if 1; else they are repeated until so many are together.

    Examples
    --------
    >>> batches(3, 1)
    [[0], [1], [2]]
    >>> batches(6, 4)
    [[0, 1, 2, 3], [1, 2, 3, 4], [3, 4, 5, 0], [4, 5, 0, 1]]
    """
    firsts = range(count) if size == 1 else [count * number // BATCHES for number in range(BATCHES)]
    return [list(islice(cycle(range(count)), first, first + size)) for first in firsts]


def installed_mlserver(environments: Path | None) -> Path | None:
    """Give MLServer's program, or say why it is left out."""
    if environments is None:
        print("without MLServer: --environments DIR says where it may be installed")
        return None
    try:
        return mlserver_program(environments)
    except subprocess.CalledProcessError as error:
        last = str(error.stderr).strip().splitlines()[-1:]
        print(f"without MLServer: it cannot be installed: {' '.join(last) or error}")
        return None


def _line(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, allow_nan=False).encode()
