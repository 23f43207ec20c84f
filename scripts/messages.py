"""Collect what readers are told from the code and the templates, and bring the catalogues of `src/digest/languages` up to date.

    python scripts/messages.py             update and compile every catalogue, and say what is left to translate
    python scripts/messages.py --new de    begin a catalogue

Messages that nothing uses any more are removed. Entries name their files but no lines, so that a catalogue changes only where words do.
"""

import argparse
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
LANGUAGES = ROOT / "src" / "digest" / "languages"
KEYWORDS = {**DEFAULT_KEYWORDS, "P_": ((1, "c"), 2), "NP_": ((1, "c"), 2, 3)}
SOURCES = ((ROOT / "src" / "digest", "**.py", "python"), (ROOT / "templates", "**.j2", "jinja2"))


def extracted() -> Catalog:
    """All messages of the code and the templates, with the files that use them."""
    found = Catalog(project="digest", fuzzy=False)
    for folder, pattern, method in SOURCES:
        for name, _, message, comments, context in extract_from_dir(
            folder, method_map=[(pattern, method)], keywords=KEYWORDS, comment_tags=("Translators:",)
        ):
            place = (folder / name).relative_to(ROOT).as_posix()
            found.add(message, None, [(place, 0)], auto_comments=comments, context=context)
    return found


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.name.replace("-", "_"))


def updated(catalogue: Catalog, messages: Catalog) -> Catalog:
    """The catalogue with the messages as they are now; new ones are empty."""
    messages.creation_date = catalogue.creation_date
    catalogue.update(messages, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def as_po(catalogue: Catalog) -> bytes:
    made = BytesIO()
    write_po(made, catalogue, width=120, sort_output=True, include_lineno=False, omit_header=False)
    return made.getvalue()


def as_mo(catalogue: Catalog) -> bytes:
    made = BytesIO()
    write_mo(made, catalogue)
    return made.getvalue()


def forms(text: object) -> tuple[str, ...]:
    """The forms of a message or of its translation: one, or as many as it has plurals. A missing one is empty."""
    given = text if isinstance(text, (list, tuple)) else (text,)
    return tuple(str(one or "") for one in given)


def untranslated(catalogue: Catalog) -> Iterator[Message]:
    for message in catalogue:
        if message.id and (message.fuzzy or not all(forms(message.string))):
            yield message


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--new", metavar="LANGUAGE", help="begin a catalogue for this language")
    asked = parser.parse_args()
    messages = extracted()
    if asked.new:
        path = LANGUAGES / asked.new / "messages.po"
        if path.exists():
            print(f"{path}: exists already; run without --new to update it", file=sys.stderr)
            return 2
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(
            as_po(updated(Catalog(locale=asked.new.replace("-", "_"), project="digest", fuzzy=False), messages))
        )
    for path in sorted(LANGUAGES.glob("*/messages.po")):
        catalogue = updated(read(path), messages)
        path.write_bytes(as_po(catalogue))
        path.with_suffix(".mo").write_bytes(as_mo(catalogue))
        left = [str(message.id) for message in untranslated(catalogue)]
        print(f"{path.relative_to(ROOT)}: {len(catalogue)} messages, {len(left)} to translate")
        for message in left:
            print(f"  {message}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
