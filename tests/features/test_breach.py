from __future__ import annotations

import pickle

from features.breach import Breach, InvalidHistory


def test_a_breach_of_a_whole_table_names_no_row() -> None:
    assert str(Breach("amounts", None, None, None, "x", "y")) == "amounts: expected y, found x"


def test_all_breaches_stand_on_lines_of_their_own() -> None:
    breaches = [Breach("amounts", row, f"O{row}", "amount", "x", "a number") for row in range(2, 500)]
    first, *lines = str(InvalidHistory("history", breaches)).splitlines()
    assert first == "history breaks the input contract in 498 places:"
    assert lines == [f"  {breach}" for breach in breaches]


def test_the_error_crosses_process_borders() -> None:
    error = InvalidHistory("history", [Breach("amounts", 2, "A", "amount", "x", "a number")])
    copy = pickle.loads(pickle.dumps(error))
    assert (str(copy), copy.breaches) == (str(error), error.breaches)
