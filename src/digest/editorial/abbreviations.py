"""Spell out an abbreviation where the text does, but in a sentence that the summary left out."""

import re
from collections.abc import Collection

from digest.editorial.openings import capital

_SHORT = re.compile(r"(?<![\w(-])([A-Z][A-Za-z]{0,8}[A-Z](?:-[A-Z]{2,8})?)(s?)(?![\w-])")
_LONG = r"((?:[\w-]{1,30} ){1,8})\(%ss?\)"
_PARTS = re.compile(r"[ -]")


def spelled_out(summary: str, text: str, names: Collection[str], words: int) -> str:
    """The summary with the long form before the first of each abbreviation, as far as there is room.

    Args:
        summary: sentences of the text.
        text: the whole text.
        names: the abbreviations that the text explains and a reader may not know.
        words: the maximum number of words.
    """
    room = words - len(summary.split())
    for name in dict.fromkeys(found[1] for found in _SHORT.finditer(summary)):
        if room < 1 or name not in names or f"({name}" in summary:
            continue
        long = _long_form(name, text)
        if long and len(long.split()) <= room and long.lower() not in summary.lower():
            room -= len(long.split())
            summary = _explained(summary, name, long)
    return summary


def unexplained(summary: str, text: str, names: Collection[str]) -> int:
    """How many abbreviations of a summary the text spells out, but in a sentence that the summary left out."""
    found = {match[1] for match in _SHORT.finditer(summary)} & set(names)
    return sum(
        f"({name}" not in summary and bool(long := _long_form(name, text)) and long.lower() not in summary.lower()
        for name in found
    )


def _long_form(name: str, text: str) -> str:
    """The words before the abbreviation in brackets whose initials it has."""
    found = re.search(_LONG % re.escape(name), text)
    before = found[1].split() if found else []
    for count in range(1, len(before) + 1):
        initials = "".join(part[:1] for word in before[-count:] for part in _PARTS.split(word))
        if initials.upper() == name.replace("-", "").upper():
            return " ".join(before[-count:])
    return ""


def _explained(summary: str, name: str, long: str) -> str:
    place = next(found for found in _SHORT.finditer(summary) if found[1] == name)
    before = summary[: place.start()]
    opens = not before or before.endswith((". ", "! ", "? "))
    if not opens and long[1:] == long[1:].lower():
        long = long.lower()  # the text has it at the beginning of a sentence
    return f"{before}{capital(long) if opens else long} ({place[0]}){summary[place.end() :]}"
