"""Read from an announcement how many parameters a model has, or each member of a family of models.

In: the name, the title and the text. Out: `35B (3B active)`, `0.8B, 4B`, or nothing. Sizes of what it is compared with do not count. All
patterns are bounded.
"""

import re

OTHERS_CHARS = 40  # before a size, which may say whose it is
MEMBERS = 3  # of a family, whose sizes are told

NUMBER = r"\d{1,4}(?:[.,]\d{1,3})?"
UNITS = {
    "b": "B",
    "bn": "B",
    "billion": "B",
    "t": "T",
    "trillion": "T",
    "m": "M",
    "million": "M",
    "k": "K",
    "thousand": "K",
}
_SIZE = re.compile(
    rf"(?<![\w.$€£])({NUMBER})(?:\s|-)?(B|T|M|bn|billion|trillion|million)(?:[\s-](?:total[\s-])?(?:params?|parameters?|scale)\b|[\s-](?:dense\s)?model\b|(?![\w%-])(?=\s?$|\.|,|\)|:|\sMMDiT))",
)
_PARAMETERS = re.compile(
    rf"(?<![\w.$€£])({NUMBER})(?:\s|-)?(B|T|M|bn|billion|trillion|million)[\s-](?:total\b|(?:active[\s-])?param)",
    re.IGNORECASE,
)
_ACTIVE = re.compile(
    rf"(?<![\w.$€£])({NUMBER})(?:\s|-)?(B|bn|billion)(?:\s(?:parameters?|params?))?\s?(?:of which are\s|are\s)?(?:active|activated)\b|[\s-]A({NUMBER})B\b",
    re.IGNORECASE,
)
_IN_NAME = re.compile(rf"(?<![\w.])({NUMBER})(B|T|M)\b")
_OTHERS = re.compile(
    r"\b(?:up to|than|over|against|baselines?|outperform\w*|beat\w*|surpass\w*|rival\w*|larger|compared)\b[^.]*$",
    re.IGNORECASE,
)
_SIZED = rf"(?:[A-Za-z][\w.]{{0,20}}-)?({NUMBER})(B|T|M)\b(?:-A({NUMBER})B\b)?"  # "35B-A3B" behind the name
_WITH_SIZE = rf"[A-Z]\w{{1,20}} (?:with|has|\() ?({NUMBER})(B|T|M) parameters(?: \(({NUMBER})B activ)?"  # "Pro with 1.6T parameters (49B activated)"


def size(name: str, title: str, text: str) -> str:
    """The number of parameters, preferably from the name, with the active ones if given. Sizes of what it is compared with do not count.

    A family has those of its members, as in `35B (3B active), 397B (17B active)`.
    """
    members = _members(name, text)
    if len(members) > 1 and not _IN_NAME.search(name):
        return ", ".join(members)
    own = re.search(rf"{re.escape(name)}[-\s](?:[\w.]{{1,20}}-)?({NUMBER})(B|T|M)\b", text)
    stated = (found for pattern in (_PARAMETERS, _SIZE) for found in pattern.finditer(text) if _is_own(text, found))
    found = _IN_NAME.search(name) or _IN_NAME.search(title) or own or next(stated, None)
    active = _ACTIVE.search(f"{title} {text}")
    parts = active and (active[1] or active[3])
    if found is None:
        return f"{parts}B active" if parts else ""
    total = f"{found[1]}{UNITS[found[2].lower()]}"
    return f"{total} ({parts}B active)" if parts and f"{parts}B" != total else f"{total} active" if parts else total


def _members(name: str, text: str) -> list[str]:
    """The sizes of the members of a family: `NAME-35B-A3B and NAME-397B-A17B`, or `NAME-Pro with 1.6T parameters (49B activated)`."""
    member = rf"(?<![\w.-]){re.escape(name)}[\s-](?:{_SIZED}|{_WITH_SIZE})"
    sizes = {}
    for found in re.finditer(member, text) if name else ():
        total, active = f"{found[1] or found[4]}{found[2] or found[5]}", found[3] or found[6]
        if total not in sizes or active:
            sizes[total] = f"{total} ({active}B active)" if active else total
    return list(sizes.values())[:MEMBERS]


def _is_own(text: str, found: re.Match[str]) -> bool:
    return _OTHERS.search(text[max(0, found.start() - OTHERS_CHARS) : found.start()]) is None
