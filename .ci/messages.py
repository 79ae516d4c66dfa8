"""Bring the catalogues in winprob/locale/ up to date with the texts in the code: `make messages`.

With --check nothing is written: it fails if a catalogue is out of date, lacks a translation, names a value
that its text does not have, or says the same text otherwise than another room does.
"""

import re
import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("features", "models", "training", "serving", "winprob")
KEYWORDS = {"message": None, "plural": (1, 2), "in_context": ((1, "c"), 2)}
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2.ext:babel_extract")]
HEADER = """msgid ""
msgstr ""
"Language: {language}\\n"
"Plural-Forms: {plural_forms}\\n"
"Content-Type: text/plain; charset=utf-8\\n"

"""


def main() -> int:
    """Update or check the catalogues of all languages."""
    check, wrong = "--check" in sys.argv, []
    for folder in sorted((ROOT / "winprob" / "locale").iterdir()):
        known: dict[tuple[object, object], object] = {}
        for room in ROOMS:
            file = folder / f"{room}.po"
            catalog = updated(file, room, folder.name)
            written = content(catalog)
            if not check and len(catalog):
                file.write_bytes(written)
            elif check and len(catalog) and (not file.exists() or file.read_bytes() != written):
                wrong.append(f"{file.relative_to(ROOT)} is not up to date: run `make messages`")
            wrong += [f"{file.relative_to(ROOT)}: {fault}" for fault in faults(catalog)]
            for entry in catalog:
                if entry.id and known.setdefault((entry.context, entry.id), entry.string) != entry.string:
                    wrong.append(
                        f"{file.relative_to(ROOT)}: {entry.id!r} is {entry.string!r} here, and otherwise "
                        "in another room: tell them apart by in_context"
                    )
    print("\n".join(wrong) or "every text has its translations")
    return 1 if wrong else 0


def updated(file: Path, room: str, language: str) -> Catalog:
    """Give a catalogue the texts that the code has now, without those that it has no more."""
    catalog = Catalog(locale=language)
    if file.exists():
        with file.open("rb") as opened:
            catalog = read_po(opened, locale=language)
    texts = Catalog()
    for name, _, text, _, context in extract_from_dir(ROOT / room, METHODS, keywords=KEYWORDS):
        texts.add(text, locations=[(f"{room}/{name}", 0)], context=context)
    catalog.update(texts, no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    return catalog


def content(catalog: Catalog) -> bytes:
    """Write a catalogue with a header that says what is needed and has no dates."""
    header = HEADER.format(language=catalog.locale_identifier, plural_forms=catalog.plural_forms)
    body = BytesIO()
    write_po(body, catalog, width=110, omit_header=True, sort_by_file=True, include_lineno=False)
    return header.encode() + body.getvalue()


def faults(catalog: Catalog) -> list[str]:
    """Name texts without a translation, and translations that name other values than the text."""
    found = []
    for entry in catalog:
        if entry.id:
            texts = entry.id if isinstance(entry.id, tuple) else (entry.id,)
            translations = entry.string if isinstance(entry.string, tuple) else (entry.string,)
            if not all(translations):
                found.append(f"no translation of {texts[0]!r}")
            elif strange := values(*translations) - values(*texts):
                found.append(f"{', '.join(sorted(strange))}: no value of {texts[0]!r}")
    return found


def values(*texts: str) -> set[str]:
    """Names of values in braces."""
    return {name for text in texts for name in re.findall(r"{(\w+)", text.replace("{{", ""))}


if __name__ == "__main__":
    sys.exit(main())
