"""Parsing in processes of their own: what hangs, grows or dies costs one document."""

import asyncio
from pathlib import Path

import pytest

from digest.errors import FeedError
from digest.model import Document
from digest.workers import Parsers

GOOD = b'<rss version="2.0"><channel><title>T</title><item><title>One</title></item></channel></rss>'
NESTED = b'<rss version="2.0"><channel><item><title>' + b"<a>" * 60_000
ENTITIES = (
    b'<!DOCTYPE r [<!ENTITY a "' + b"x" * 1000 + b'">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 20) for n in range(8)
    ) + b']><rss version="2.0"><channel><item><title>&i;</title></item></channel></rss>'
)  # fmt: skip


def parse(*bodies: bytes, seconds: float = 10) -> list[Document | FeedError]:
    async def run() -> list[Document | FeedError]:
        async with Parsers(workers=2, seconds=seconds) as parsers:
            tasks = [parsers.parse(body, url="https://example.org/feed", content_type="") for body in bodies]
            return list(await asyncio.gather(*tasks))

    return asyncio.run(run())


def test_bad_documents_leave_the_good_ones_alone() -> None:
    first, *_, last = parse(GOOD, NESTED, ENTITIES, b"", GOOD)
    assert isinstance(first, Document)
    assert isinstance(last, Document)


def test_a_document_that_takes_too_long_is_given_up() -> None:
    slow = b'<rss version="2.0"><channel>' + b"<item><title>x</title></item>" * 40_000
    (found,) = parse(slow, seconds=0.2)
    assert isinstance(found, FeedError)
    assert "seconds" in found.cause


def test_hostile_documents(shared: Path) -> None:
    hostile = sorted(
        path for path in (shared / "data/feeds/hostile").iterdir() if path.suffix in (".xml", ".json", ".html")
    )
    if not hostile:
        pytest.skip("no hostile documents")
    for found in parse(*(path.read_bytes()[:10_000_000] for path in hostile), seconds=2):
        assert isinstance(found, Document | FeedError)
