"""Tables of a history as people see them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from winprob.features.recorded_table import RecordedTable


class Frames(Mapping[str, pd.DataFrame]):
    """Tables by their names as DataFrames, each made when it is first looked at.

    Parameters
    ----------
    tables : mapping of str to RecordedTable

    Examples
    --------
    >>> frames = Frames({"amounts": RecordedTable.of(pd.DataFrame({"amount": [5.0]}))})
    >>> list(frames), frames["amounts"]["amount"].tolist()
    (['amounts'], [5.0])
    """

    def __init__(self, tables: Mapping[str, RecordedTable]) -> None:
        self._tables = tables

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Give one table."""
        return self._tables[name].frame

    def __iter__(self) -> Iterator[str]:
        """Name the tables."""
        return iter(self._tables)

    def __len__(self) -> int:
        """Count the tables."""
        return len(self._tables)
