from __future__ import annotations

from winprob.features.notice import Notice


def test_a_notice_is_one_line_of_where_what_how_and_what_to_do() -> None:
    notice = Notice("missing", "amounts", "'NULL' in 7 cells", "not recorded", "list what is meant")
    assert str(notice) == "amounts: 'NULL' in 7 cells, taken as not recorded; list what is meant"
