from __future__ import annotations

import codecs

import pytest

from winprob.features.text_file import NotText, decode, parse_toml

TEXT = "code = 'a'\nname = '漏斗'\n"
UTF_16 = "line 1: expected text in UTF-8, found text in UTF-16; save the file as UTF-8"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_utf_8_is_read_with_or_without_a_byte_order_mark(encoding: str) -> None:
    assert decode(TEXT.encode(encoding)) == TEXT
    assert parse_toml(decode(TEXT.encode(encoding))) == {"code": "a", "name": "漏斗"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (TEXT.encode("gbk"), r"line 2: expected text in UTF-8, found b'\xb6'; save the file as UTF-8"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), UTF_16),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), UTF_16),
    ],
)
def test_other_encodings_have_one_remedy(content: bytes, message: str) -> None:
    with pytest.raises(NotText) as refused:
        decode(content)
    assert str(refused.value) == f"{message} (Excel: 'CSV UTF-8'; editors: encoding UTF-8)"


@pytest.mark.parametrize(
    ("text", "line"), [("a = 1\nb = \nc = 3\n", 2), ("a = 1\n\nb = '''open\n", 3), ("a = 1\na = 2", 2)]
)
def test_what_is_not_toml_is_found_by_line(text: str, line: int) -> None:
    with pytest.raises(NotText, match=f"^line {line}: expected TOML, found .*; correct the file there$"):
        parse_toml(text)
