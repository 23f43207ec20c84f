"""feedparser's own documents, with what they expect, through our adapter. `expected_failures.txt` lists what differs, and why.

Each document says in a comment what a parser should find. Of that we check the feed's title and what an `Entry` holds: title, link, id,
summary, author and date. Markup is compared by its words, since we keep no markup; documents that expect nothing of the kind do not apply.
"""

import ast
import re
import time
from calendar import timegm
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from digest.errors import FeedError
from digest.feeds.parsing import parse
from digest.model import Document
from digest.text.markup import from_html, plain

PLACE = re.compile(
    r"(?:entries\[(\d)\]|(?=feed[.\[](?:'?title)))(?:feed)?"
    r"(?:(?:\['|\.)(title|link|id|guid|summary|description|author|published_parsed|updated_parsed)(?:'\])?"
    r"|\['(title|summary)_detail'\]\['value'\]|\['content'\]\[0\]\['value'\])"
)
EXPECT = re.compile(r"Expect:\s*(.+)")
TYPE = re.compile(r"Header:\s*Content-type:\s*(.+)", re.IGNORECASE)
KNOWN = Path(__file__).parent / "expected_failures.txt"


def _expected(body: bytes) -> Iterator[tuple[int, str, Any]]:
    """Each comparison of a field of an entry with a literal; a construct's `value` is its field."""
    found = EXPECT.search(body.replace(b"\x00", b"").decode("utf-8", "replace"))
    try:
        tree = ast.parse(found[1].strip(), mode="eval") if found else None
    except (SyntaxError, ValueError):
        tree = None
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq) and len(node.ops) == 1:
            place = PLACE.fullmatch(ast.unparse(node.left))
            wanted = node.comparators[0]
            if place and isinstance(wanted, ast.Constant | ast.Tuple):
                yield int(place[1] or -1), place[2] or place[3] or "summary", ast.literal_eval(wanted)


def _agrees(document: Document, number: int, field: str, wanted: Any) -> bool:
    if number < 0:
        return document.title in _words(wanted)
    if number >= len(document.entries):
        return False
    entry = document.entries[number]
    if field.endswith("_parsed"):
        return entry.published is not None and timegm(time.struct_time(wanted)) == entry.published.timestamp()
    return {
        "title": entry.title in _words(wanted),
        "summary": entry.summary in _words(wanted),
        "description": entry.summary in _words(wanted),
        "link": entry.link == (wanted if wanted.startswith(("http://", "https://")) else ""),
        "guid": entry.guid == plain(wanted, chars=2000),
        "id": entry.guid == plain(wanted, chars=2000),
        "author": " ".join(entry.authors) in wanted,
    }[field]


def _words(wanted: str) -> tuple[str, str]:
    return from_html(wanted, chars=10_000), plain(wanted, chars=10_000)


def _outcome(path: Path) -> str:
    body = path.read_bytes()
    wanted = list(_expected(body))
    if not wanted:
        return "not applicable"
    header = TYPE.search(body.decode("latin-1"))
    url = f"http://127.0.0.1:8097/{path.parent.name}/{path.name}"
    try:
        document = parse(body, url=url, content_type=header[1].strip() if header else "")
    except FeedError as error:
        return f"failed: {error.cause}"
    wrong = [field for number, field, value in wanted if not _agrees(document, number, field, value)]
    return f"failed: {', '.join(wrong)}" if wrong else "passed"


def outcomes(root: Path) -> dict[str, str]:
    return {f"feedparser/{path.relative_to(root)}": _outcome(path) for path in sorted(root.rglob("*.xml"))}


@pytest.mark.slow
def test_feedparsers_documents(shared: Path) -> None:
    found = outcomes(shared / "data/suites/feedparser/tests")
    failed = {path for path, outcome in found.items() if outcome.startswith("failed")}
    known = {line.split("\t")[0] for line in KNOWN.read_text().splitlines() if line.startswith("feedparser/")}
    assert sorted(failed - known) == []
    assert sorted(known - failed) == [], "these pass now: take them off the list"
    counts = Counter(outcome.partition(":")[0] for outcome in found.values())
    assert counts == {"passed": 1165, "failed": 11, "not applicable": 930}  # as docs/notebook/suites.md says
