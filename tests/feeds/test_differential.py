"""Both parsers read the same out of every document that the fast one takes."""

from pathlib import Path
from random import Random

import pytest

from digest.feeds.parsing import fast, tolerant
from digest.model import Document
from support.documents import document

URL = "https://example.org/feed"


def _documents(shared: Path) -> list[Path]:
    folders = ("feeds/real", "feeds/hostile", "suites/miniflux", "suites/reader", "suites/rss2email")
    found = [path for folder in folders for path in sorted((shared / "data" / folder).rglob("*"))]
    return [path for path in found if path.suffix in (".xml", ".rss", ".atom")]


def _differences(path: Path) -> list[str] | None:
    """Where the parsers differ, by field; None where the fast one leaves the document to the judge."""
    body = path.read_bytes()
    ours = fast.parse(body, url=URL, content_type="application/xml")
    if ours is None:
        return None
    theirs = tolerant.parse(body, url=URL, content_type="application/xml")
    found = [
        f"{path.name}: {name}"
        for name in Document.__slots__
        if name != "entries" and getattr(ours, name) != getattr(theirs, name)
    ]
    if len(ours.entries) != len(theirs.entries):
        return [*found, f"{path.name}: number of entries"]
    for number, (one, other) in enumerate(zip(ours.entries, theirs.entries, strict=True)):
        found += [
            f"{path.name}: {number}.{name}: {getattr(one, name)!r} / {getattr(other, name)!r}"
            for name in type(one).__slots__
            if getattr(one, name) != getattr(other, name)
        ]
    return found


@pytest.mark.slow
def test_the_fast_parser_and_the_judge_agree_on_every_document(shared: Path) -> None:
    compared = [_differences(path) for path in _documents(shared)]
    taken = [found for found in compared if found is not None]
    assert [line for found in taken for line in found] == []
    assert len(taken) > 70


def _drawn(first: int, last: int) -> tuple[int, list[str]]:
    """How many drawn documents the fast parser takes, and where the parsers differ on them."""
    taken, found = 0, []
    for seed in range(first, last):
        body = document(Random(seed))
        ours = fast.parse(body, url=URL, content_type="")
        if ours is not None:
            taken += 1
            theirs = tolerant.parse(body, url=URL, content_type="")
            found += [f"{seed}: {ours} / {theirs}"] if ours != theirs else []
    return taken, found


def test_both_parsers_agree_on_documents_drawn_from_a_grammar() -> None:
    taken, found = _drawn(0, 500)
    assert found == []
    assert taken > 40


@pytest.mark.soak
def test_both_parsers_agree_on_twenty_thousand_documents() -> None:
    taken, found = _drawn(500, 20_500)
    assert found == []
    assert taken > 2_000
