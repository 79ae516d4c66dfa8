"""A flat table of closed opportunities: each row as a document, so that its features have the one path."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from winprob.features.attribute import Attribute
from winprob.features.breach import breaches_at
from winprob.features.build import build
from winprob.features.checking import InvalidDocument, read_document
from winprob.features.column import read_attribute, read_column
from winprob.features.contract import Column
from winprob.features.document import Document
from winprob.features.history import History
from winprob.features.mistake import Mistake
from winprob.features.nearest import nearest
from winprob.features.playbook import Playbook, load_playbook
from winprob.features.record import history_of, snapshots_of
from winprob.features.table_file import read_table_file
from winprob.features.timeline import Flags, Integers
from winprob.features.values import ValueReader
from winprob.training.flat.mapping import Mapping, Source, load_mapping

UNDATED = "2000-01-01T00:00:00Z"
"""When a row without a date is looked at: the same moment for all, so that no difference comes of it."""

MOST_PROBLEMS = 100


class InvalidTable(Mistake):
    """A flat table that cannot be trained on, with everything that is wrong with it.

    Parameters
    ----------
    file : pathlib.Path
        The table.
    problems : sequence of str
        Each names the row or column, what was expected and what was found.
    """

    def __init__(self, file: Path, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        shown = list(problems[:MOST_PROBLEMS])
        if len(problems) > MOST_PROBLEMS:
            shown.append(f"and {len(problems) - MOST_PROBLEMS} more")
        super().__init__("\n  ".join([f"{file} cannot be used:", *shown]))


@dataclass(frozen=True, eq=False)
class FlatTable:
    """Closed opportunities without history.

    Attributes
    ----------
    file : pathlib.Path
        Where it was read from.
    history : History
        Of one document per row.
    snapshots : pandas.DataFrame
        The rows, as `winprob.features.build.build` takes them.
    won : numpy.ndarray of bool, shape (n,)
    groups : numpy.ndarray of int64, shape (n,)
        The same number for rows that are identical but for the outcome.
    left_out : tuple of str
        Columns that the mapping says become known only at closing: nothing was read from them.
    """

    file: Path
    history: History
    snapshots: pd.DataFrame
    won: Flags
    groups: Integers
    left_out: tuple[str, ...] = ()

    def matrix(self) -> pd.DataFrame:
        """Compute the features of all rows.

        Returns
        -------
        pandas.DataFrame, shape (n, k)
        """
        return build(self.history, snapshots=self.snapshots)


def read_flat_table(file: str | Path, mapping: str | Path | Mapping) -> FlatTable:
    r"""Read a flat table of closed opportunities.

    Parameters
    ----------
    file : str or pathlib.Path
        A CSV file (UTF-8, header) or a Parquet file.
    mapping : str, pathlib.Path or Mapping
        How to read it, or the file that says so.

    Raises
    ------
    winprob.training.flat.mapping.InvalidMapping
        If the mapping cannot be used.
    winprob.features.table_file.UnreadableFile
        If the file is no table.
    InvalidTable
        If a column is not there or a value cannot be read; lists every place.

    Examples
    --------
    >>> import tempfile
    >>> from winprob.training.flat.mapping import parse_mapping
    >>> mapping = parse_mapping('''outcome = {column = "Status", won = ["Won"], lost = ["Lost"]}
    ... fields.competitor_count = {column = "Rivals", values = {Yes = 1, No = 0}}''', "map.toml")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "deals.csv")
    ...     _ = path.write_text("Size,Rivals,Status\nbig,Yes,Won\nsmall,No,Lost\nbig,Yes,Lost\n")
    ...     table = read_flat_table(path, mapping)
    >>> table.won.tolist(), table.groups.tolist(), table.matrix()["competitors"].tolist()
    ([True, False, False], [0, 1, 0], [1.0, 0.0, 1.0])
    """
    file = Path(file)
    stated = mapping if isinstance(mapping, Mapping) else load_mapping(mapping)
    playbook = stated.applied_to(load_playbook(stated.playbook))
    table = _read(file, stated)
    rows = pd.DataFrame({str(name): _texts(table[name], playbook.reader) for name in table})
    known, left_out = _without(stated, rows)
    attributes = _attributes(file, table, _attribute_columns(rows, known), playbook.reader)
    kinds = [
        Attribute(name, "number" if pd.api.types.is_numeric_dtype(column) else "category")
        for name, column in attributes.items()
    ]
    won = _won(file, rows, known, playbook.reader)
    documents = _documents(file, rows, pd.DataFrame(attributes, index=rows.index), known, playbook, kinds)
    given = _given(file, rows, known, left_out)
    groups: Integers = given.groupby(list(given), sort=False).ngroup().to_numpy().astype(np.int64)
    history, snapshots = history_of(documents, playbook, kinds), snapshots_of(documents)
    return FlatTable(file, history, snapshots, won, groups, left_out)


def _read(file: Path, mapping: Mapping) -> pd.DataFrame:
    """Read the table as it stands, by the number of the row in the file."""
    table, breaches = read_table_file(file, mapping.delimiter)
    if breaches:
        raise InvalidTable(file, [str(breach) for breach in breaches])
    if table.empty:
        raise InvalidTable(file, ["expected at least one row, found none"])
    named = {"outcome.column": mapping.outcome.column}
    named |= {f"fields.{name}.column": source.column for name, source in mapping.fields.items()}
    named |= {f"attributes[{number}]": name for number, name in enumerate(mapping.attributes or ())}
    named |= {"opportunity_id": mapping.opportunity_id} if mapping.opportunity_id else {}
    named |= {f"known.{name}": name for name in mapping.known}
    named |= {f"columns.{name}": name for name in mapping.columns}
    there = [str(column) for column in table]
    problems = [
        f"column {column!r} ({place} in the mapping): expected one of {', '.join(there)}"
        f"{nearest(column, there)}"
        for place, column in named.items()
        if column not in there
    ]
    if problems:
        raise InvalidTable(file, problems)
    return table


def _texts(column: pd.Series, reader: ValueReader) -> pd.Series:
    """A column as text, empty where nothing is recorded."""
    return read_column(column, Column(str(column.name), "category"), reader).values.fillna("")


def _attributes(
    file: Path, table: pd.DataFrame, names: Sequence[str], reader: ValueReader
) -> dict[str, pd.Series]:
    read = {name: read_attribute(table[name], name, reader) for name in names}
    problems = [
        str(breach)
        for name, column in read.items()
        for fault in column.faults
        for breach in breaches_at(
            file.stem, table, name, table.index[fault.rows], fault.expected, fault.remedy
        )
    ]
    if problems:
        raise InvalidTable(file, problems)
    return {name: column.values for name, column in read.items()}


def _without(mapping: Mapping, rows: pd.DataFrame) -> tuple[Mapping, tuple[str, ...]]:
    """The mapping without the fields and attributes that become known only at closing, and their columns."""
    late = mapping.known_at_closing
    fields = {name: source for name, source in mapping.fields.items() if source.column not in late}
    attributes = [name for name in _attribute_columns(rows, mapping) if name not in late]
    return mapping.model_copy(update={"fields": fields, "attributes": attributes}), late


def _given(file: Path, rows: pd.DataFrame, mapping: Mapping, left_out: tuple[str, ...]) -> pd.DataFrame:
    """The columns that may be learned from."""
    given = rows.drop(columns=[mapping.outcome.column, *left_out])
    if given.empty:
        problem = "expected a column beside the outcome that is known before closing, found none; add one"
        raise InvalidTable(file, [problem])
    return given


def _attribute_columns(rows: pd.DataFrame, mapping: Mapping) -> list[str]:
    if mapping.attributes is not None:
        return mapping.attributes
    used = {
        mapping.outcome.column,
        mapping.opportunity_id,
        *(each.column for each in mapping.fields.values()),
    }
    return [str(name) for name in rows if name not in used]


def _won(file: Path, rows: pd.DataFrame, mapping: Mapping, reader: ValueReader) -> Flags:
    outcome, found = mapping.outcome, rows[mapping.outcome.column]
    won, lost = ([reader.text(value) for value in values] for values in (outcome.won, outcome.lost))
    known = found.isin([*won, *lost]).to_numpy(bool)
    if not known.all():
        expected = ", ".join([*outcome.won, *outcome.lost])
        raise InvalidTable(
            file,
            [
                f"row {row}, {outcome.column}: expected one of {expected}, found {value!r}"
                for row, value in found[~known].items()
            ],
        )
    return found.isin(won).to_numpy(bool)


def _documents(
    file: Path,
    rows: pd.DataFrame,
    attributes: pd.DataFrame,
    mapping: Mapping,
    playbook: Playbook,
    kinds: Sequence[Attribute],
) -> list[Document]:
    documents: list[Document] = []
    problems: list[str] = []
    texts = [{str(name): text for name, text in row.items()} for row in rows.to_dict("records")]
    for number, row, own in zip(rows.index, texts, attributes.to_dict("records"), strict=True):
        try:
            fields = dict(_fields(row, mapping, playbook.reader))
            fields["opportunity_id"] = (
                row[mapping.opportunity_id] if mapping.opportunity_id else f"row {number}"
            )
            fields["attributes"] = {name: None if pd.isna(value) else value for name, value in own.items()}
            documents.append(read_document({"as_of": UNDATED, **fields}, playbook, kinds))
        except InvalidDocument as error:
            problems += [f"row {number}, {problem}" for problem in error.problems]
    if problems:
        raise InvalidTable(file, problems)
    return documents


def _fields(row: dict[str, str], mapping: Mapping, reader: ValueReader) -> Iterator[tuple[str, Any]]:
    risk_scores: dict[str, Any] = {}
    for name, source in mapping.fields.items():
        value = _value(row[source.column], source, reader)
        if name.startswith("risk_scores."):
            risk_scores |= {} if value is None else {name.removeprefix("risk_scores."): value}
        elif value is not None:
            yield name, value
    if risk_scores:
        yield "risk_scores", risk_scores


def _value(text: str, source: Source, reader: ValueReader) -> str | float | None:
    if text == "":
        return None
    meant = {reader.text(value): meaning for value, meaning in (source.values or {}).items()}
    return meant.get(text, text)
