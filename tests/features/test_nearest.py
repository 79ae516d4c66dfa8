from __future__ import annotations

from winprob.features.nearest import nearest


def test_case_does_not_matter() -> None:
    assert nearest("CREATED_AT", ["closed_at", "created_at"]) == " (did you mean 'created_at'?)"


def test_known_names_are_written_as_they_are_known() -> None:
    assert nearest("oem", ["OEM", "Retail"]) == " (did you mean 'OEM'?)"


def test_nothing_is_guessed_from_far_away_or_from_nothing() -> None:
    assert nearest("weather", ["amounts"]) == ""
    assert nearest("amounts", []) == ""
