"""Two columns of the feature matrix as others would make them: an as-of join for each, sorting included.

Each library gets the tables in a form of its own before the clock starts, and one thread.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import numpy as np
import pandas as pd

from winprob.features.families.amount import AmountView
from winprob.features.families.contact import ContactView
from winprob.features.history import History
from winprob.features.instant import MICROSECONDS_PER_DAY
from winprob.features.timeline import Floats, Integers

Columns = tuple[Floats, Floats]
"""Days since the last contact, and the amount; missing where there is none."""


def by_winprob(history: History, opportunity: Integers, moment: Integers) -> Columns:
    """As the families of features do it."""
    contacts = ContactView(history, opportunity, moment).contacts
    return contacts.days_since_last, AmountView(history, opportunity, moment).now


def peer(name: str, history: History, opportunity: Integers, moment: Integers) -> Callable[[], Columns]:
    """What makes the columns by a library, one of `PEERS`."""
    tables = {
        "asked": pd.DataFrame({"row": np.arange(len(moment)), "opportunity": opportunity, "at": moment}),
        "contacts": _events(history, "activities").assign(last=lambda rows: rows["at"]),
        "amounts": _events(history, "amounts").assign(amount=history.numbers("amounts", "amount")),
    }
    return PEERS[name](tables)


def _events(history: History, name: str) -> pd.DataFrame:
    return pd.DataFrame({"opportunity": history.owners(name), "at": history.times(name, "at")})


def _columns(rows: Integers, moment: Integers, last: Floats, amount: Floats) -> Columns:
    order = np.argsort(rows)
    return ((moment - last) / MICROSECONDS_PER_DAY)[order], amount[order]


def _pandas(tables: dict[str, pd.DataFrame]) -> Callable[[], Columns]:
    def run() -> Columns:
        found = tables["asked"].sort_values("at")
        for name in ("contacts", "amounts"):
            found = pd.merge_asof(found, tables[name].sort_values("at"), on="at", by="opportunity")
        last, amount = (found[name].to_numpy(np.float64) for name in ("last", "amount"))
        return _columns(found["row"].to_numpy(), found["at"].to_numpy(), last, amount)

    return run


def _duckdb(tables: dict[str, pd.DataFrame]) -> Callable[[], Columns]:
    import duckdb

    database = duckdb.connect(config={"threads": 1})
    for name, table in tables.items():
        database.register("given", table)
        database.execute(f"CREATE TABLE {name} AS SELECT * FROM given")
    query = """
        SELECT row, asked.at AS at, last, amount FROM asked
        ASOF LEFT JOIN contacts ON asked.opportunity = contacts.opportunity AND asked.at >= contacts.at
        ASOF LEFT JOIN amounts ON asked.opportunity = amounts.opportunity AND asked.at >= amounts.at
    """

    def run() -> Columns:
        found = database.execute(query).fetchnumpy()
        last, amount = (np.ma.filled(found[name].astype(np.float64), np.nan) for name in ("last", "amount"))
        return _columns(found["row"], found["at"], last, amount)

    return run


def _polars(tables: dict[str, pd.DataFrame]) -> Callable[[], Columns]:
    os.environ["POLARS_MAX_THREADS"] = "1"  # read when it is imported
    import polars

    given = {
        name: polars.DataFrame({column: table[column].to_numpy() for column in table})
        for name, table in tables.items()
    }

    def run() -> Columns:
        found = given["asked"].sort("at")
        for name in ("contacts", "amounts"):
            # That groups are sorted it cannot check; sorted as a whole they are.
            found = found.join_asof(given[name].sort("at"), on="at", by="opportunity", check_sortedness=False)
        last, amount = (found[name].cast(polars.Float64).to_numpy() for name in ("last", "amount"))
        return _columns(found["row"].to_numpy(), found["at"].to_numpy(), last, amount)

    return run


PEERS: dict[str, Callable[[dict[str, pd.DataFrame]], Callable[[], Columns]]] = {
    "pandas": _pandas,
    "DuckDB": _duckdb,
    "Polars": _polars,
}
"""By name of a library, what readies it."""
