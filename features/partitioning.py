"""A history folder cut into partitions, by opportunity."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from winprob.features.breach import InvalidHistory
from winprob.features.column import read_column
from winprob.features.contract import OPPORTUNITIES, Column
from winprob.features.durable import new_folder
from winprob.features.partitions import PART
from winprob.features.playbook import Playbook
from winprob.features.reading import load_tables
from winprob.features.validation import validate

OPPORTUNITIES_IN_A_PARTITION = 20_000
"""So many take some hundred megabytes of memory, with forty events each."""


def partition(
    folder: str | Path, out: Path, playbook: Playbook, rows: int = OPPORTUNITIES_IN_A_PARTITION
) -> int:
    """Write a history anew, in partitions of consecutive opportunities.

    Parameters
    ----------
    folder : str or pathlib.Path
        A history folder.
    out : pathlib.Path
        Where to; not there yet, or empty.
    playbook : Playbook
        The codes used in the tables.
    rows : int
        Opportunities in a partition; the last has what is left.

    Returns
    -------
    int
        How many partitions there are.

    Raises
    ------
    winprob.features.breach.InvalidHistory
        If the folder breaks the contract.
    winprob.features.durable.NotWritten
        If it cannot be written.

    Examples
    --------
    ``partition("history/", Path("partitions/"), load_playbook())``
    """
    raw, unread, _ = load_tables(folder, playbook)
    breaches = validate(raw, playbook)[1]
    if unread or breaches:
        raise InvalidHistory(str(folder), [*unread, *breaches])
    ids = {
        name: read_column(table["opportunity_id"], Column("opportunity_id", "id"), playbook.reader).values
        for name, table in raw.items()
    }
    number = pd.Index(ids[OPPORTUNITIES])
    count = -(-len(number) // rows)
    digits = len(str(count - 1))
    with new_folder(out) as beside:
        for name, table in raw.items():
            part = number.get_indexer(pd.Index(ids[name])) // rows
            for key, own in table.groupby(np.asarray(part), sort=True):
                place = beside / name / f"{PART}{key:0{digits}}"
                place.mkdir(parents=True)
                own.to_parquet(place / f"{name}.parquet", index=False)
            # A table without rows is kept all the same.
            (beside / name).mkdir(exist_ok=True)
    return count
