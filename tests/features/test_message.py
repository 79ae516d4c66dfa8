"""Texts for people: English in the code, other languages in catalogues, which a folder adds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from winprob.features import message as module
from winprob.features.message import Verbatim, in_context, languages, listed, message, plural
from winprob.features.playbook_part import Words

FRENCH = """
msgid ""
msgstr "Plural-Forms: nplurals=2; plural=(n > 1);\\n"

msgid "yes"
msgstr "oui"

msgctxt "of a deal"
msgid "open"
msgstr "ouvert"

msgid "{days} day"
msgid_plural "{days} days"
msgstr[0] "{days} jour"
msgstr[1] "{days} jours"

msgid "{answer} on {day:%d %b}"
msgstr "le {day:%d/%m} : {answer}"
"""


@pytest.fixture
def french(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A language that is a folder with one catalogue, and nothing else."""
    folder = tmp_path / "locale" / "fr"
    folder.mkdir(parents=True)
    (folder / "models.po").write_text(FRENCH, encoding="utf-8")
    monkeypatch.setattr(module, "files", lambda _: tmp_path)
    caches = (module._catalogue, module.languages)
    for cached in caches:
        cached.cache_clear()
    yield
    for cached in caches:
        cached.cache_clear()


def test_chinese_is_there() -> None:
    assert languages() == ("en", "zh")
    assert message("yes").in_language("zh") == "是"


@pytest.mark.usefixtures("french")
def test_a_new_folder_is_a_new_language() -> None:
    assert languages() == ("en", "fr")
    assert message("yes").in_language("fr") == "oui"
    assert message("yes").in_language("en") == "yes"


@pytest.mark.usefixtures("french")
def test_what_has_no_translation_is_said_in_english() -> None:
    assert message("a text {number}", number=3).in_language("fr") == "a text 3"
    assert message("yes").in_language("de") == "yes"


@pytest.mark.usefixtures("french")
def test_the_context_tells_texts_apart() -> None:
    assert in_context("of a deal", "open").in_language("fr") == "ouvert"
    assert in_context("of a door", "open").in_language("fr") == "open"


@pytest.mark.usefixtures("french")
@pytest.mark.parametrize(
    ("count", "english", "translated"),
    [(0, "0 days", "0 jour"), (1, "1 day", "1 jour"), (2, "2 days", "2 jours")],
)
def test_each_language_has_its_own_plurals(count: int, english: str, translated: str) -> None:
    text = plural("{days} day", "{days} days", count, days=count)
    assert (text.in_language("en"), text.in_language("fr")) == (english, translated)


@pytest.mark.usefixtures("french")
def test_values_are_said_in_the_same_language_and_written_as_it_does() -> None:
    text = message("{answer} on {day:%d %b}", answer=message("yes"), day=date(2026, 11, 27))
    assert text.in_language("en") == "yes on 27 Nov"
    assert text.in_language("fr") == "le 27/11 : oui"


def test_braces_without_values_stay() -> None:
    assert message("{}").in_language("en") == "{}"


def test_values_can_be_filled_in_later() -> None:
    text = message("{first} {second}", first=1)
    assert text.with_values(second=2).in_language("en") == "1 2"


def test_a_list_is_parted_as_the_language_does() -> None:
    names = listed([Verbatim("A"), message("yes")])
    assert (names.in_language("en"), names.in_language("zh")) == ("A, yes", "A、是")


def test_words_keep_every_language_and_fall_back_to_english() -> None:
    words = Words.of(message("yes"))
    assert words == Words(zh="是", en="yes")
    assert words.in_language("de") == "yes"


def test_words_are_in_languages_that_there_are() -> None:
    with pytest.raises(ValidationError, match="no other languages than en, zh"):
        Words.model_validate({"zh": "是", "en": "yes", "xx": "?"})
