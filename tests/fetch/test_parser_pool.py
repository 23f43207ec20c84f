"""Parsing in processes of their own: what hangs, grows or dies costs one document."""

import asyncio
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from digest.errors import FeedError
from digest.fetch.parser_pool import ALONE, Parsers
from digest.model import Document
from support.listening import listening

GOOD = b'<rss version="2.0"><channel><title>T</title><item><title>One</title></item></channel></rss>'
IRREGULAR = b"<!DOCTYPE rss>" + GOOD
NESTED = b'<rss version="2.0"><channel><item><title>' + b"<a>" * 60_000
ENTITIES = (
    b'<!DOCTYPE r [<!ENTITY a "' + b"x" * 1000 + b'">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 20) for n in range(8)
    ) + b']><rss version="2.0"><channel><item><title>&i;</title></item></channel></rss>'
)  # fmt: skip


def parse(*bodies: bytes, seconds: float = 60) -> list[Document | FeedError]:
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


@pytest.mark.slow
def test_hostile_documents(shared: Path) -> None:
    hostile = sorted(
        path for path in (shared / "data/feeds/hostile").iterdir() if path.suffix in (".xml", ".json", ".html")
    )
    if not hostile:
        pytest.skip("no hostile documents")
    for found in parse(*(path.read_bytes()[:10_000_000] for path in hostile), seconds=2):
        assert isinstance(found, Document | FeedError)


@pytest.mark.slow
def test_a_worker_that_is_killed_costs_its_document_alone() -> None:
    slow = b'<rss version="2.0"><channel>' + b"<item><title>x</title></item>" * 40_000

    async def run() -> list[Document | FeedError]:
        async with Parsers(workers=1, seconds=60) as parsers:
            first = asyncio.create_task(parsers.parse(slow, url="https://example.org/slow", content_type=""))
            while not (found := list(_workers())):  # noqa: ASYNC110  (another process has no events)
                await asyncio.sleep(0.01)
            await asyncio.sleep(1)  # it reads now, for some seconds
            os.kill(found[0], signal.SIGKILL)
            after = await parsers.parse(GOOD, url="https://example.org/good", content_type="")
            return [await first, after]

    killed, after = asyncio.run(run())
    assert isinstance(killed, FeedError)
    assert killed.cause == "the process that read the document died (exit code -9)"
    assert isinstance(after, Document)


ASKED = pickle.dumps((GOOD, "https://example.org/feed", ""))


@contextmanager
def worker() -> Iterator[subprocess.Popen[bytes]]:
    pipe, command = subprocess.PIPE, [sys.executable, "-P", "-m", "digest.fetch.parser_worker", "10", "1000000000"]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        yield process


@pytest.mark.parametrize("cut", [ASKED[:0], ASKED[: len(ASKED) // 2]], ids=["between two requests", "within one"])
def test_a_worker_leaves_without_a_word_when_its_starter_is_killed(cut: bytes) -> None:
    with worker() as process:
        answers, errors = process.communicate(ASKED + cut, timeout=60)
    length, answer = answers.split(b"\n", 1)
    assert len(answer) == int(length)
    assert isinstance(pickle.loads(answer), Document)
    assert (process.returncode, errors) == (0, b"")


def test_a_worker_that_nobody_hears_leaves_without_a_word() -> None:
    with worker() as process:
        assert process.stdout is not None
        process.stdout.close()
        _, errors = process.communicate(ASKED, timeout=60)
    assert (process.returncode, errors) == (-signal.SIGPIPE, b"")


def test_there_are_never_more_workers_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digest.fetch.parser_pool.PATIENCE", 0.01)

    async def run() -> int:
        async with Parsers(workers=2) as parsers:
            tasks = [parsers.parse(IRREGULAR, url="https://example.org/feed", content_type="") for _ in range(20)]
            assert all(isinstance(found, Document) for found in await asyncio.gather(*tasks))
            return len(list(_workers()))

    assert asyncio.run(run()) == 2


def test_a_worker_is_replaced_before_its_parsers_leak(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digest.fetch.parser_pool.TASKS", 2)

    async def run() -> list[int]:
        seen = []
        async with Parsers(workers=1) as parsers:
            for _ in range(3):
                await parsers.parse(IRREGULAR, url="https://example.org/feed", content_type="")
                seen += list(_workers())
        return [*map(seen.index, seen), *_workers()]

    assert asyncio.run(run()) == [0, 1]


def test_a_worker_helps_with_many_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    item = b'<rss version="2.0"><channel><item><title>%d</title><link>https://e.org/1</link></item></channel></rss>'
    bodies = [item % n for n in range(ALONE + 60)]

    async def run() -> tuple[list[Document | FeedError], int]:
        async with Parsers(workers=2) as parsers:
            found = []
            for body in bodies:
                found.append(await parsers.parse(body, url="https://example.org/feed", content_type=""))
                while len(found) == ALONE + 1 and not list(_workers()):  # noqa: ASYNC110  (another process has no events)
                    await asyncio.sleep(0.01)
            return found, len(list(_workers()))

    found, workers = asyncio.run(run())
    titles = [each.entries[0].title for each in found if isinstance(each, Document)]
    assert (titles, workers) == ([str(n) for n in range(len(bodies))], 1)


@pytest.mark.slow
def test_documents_are_read_without_a_helper_that_dies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr("digest.fetch.parser_pool.ALONE", 1)
    slow = b'<rss version="2.0"><channel>' + b"<item><title>x</title></item>" * 40_000

    async def run() -> list[Document | FeedError]:
        async with Parsers(workers=2, seconds=1) as parsers:
            await parsers.parse(GOOD, url="https://example.org/first", content_type="")
            await parsers.parse(GOOD, url="https://example.org/second", content_type="")
            while not list(_workers()):  # noqa: ASYNC110  (another process has no events)
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.1)
            tasks = [
                parsers.parse(body, url="https://example.org/feed", content_type="") for body in (slow, *[GOOD] * 5)
            ]
            return list(await asyncio.gather(*tasks))

    killed, *others = asyncio.run(run())
    assert isinstance(killed, FeedError)
    assert all(isinstance(each, Document) for each in others)


def _workers() -> Iterator[int]:
    """The reading processes of this one."""
    return (int(pid) for pid in _children("self") if b"digest.fetch.parser_worker" in _command(pid))


def _command(pid: str) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def _children(process: str) -> list[str]:
    """A process's children, whichever of its threads started them."""
    return [pid for thread in Path(f"/proc/{process}/task").glob("*/children") for pid in thread.read_text().split()]


def test_no_document_has_anything_fetched() -> None:
    """Neither parser follows a document type, an entity, a style sheet or an inclusion."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with listening(Handler) as port:
        url = f"http://127.0.0.1:{port}"
        item = "<channel><item><title>T&x;</title><link>https://e.org/1</link><guid>1</guid></item></channel></rss>"
        heads = (
            f'<!DOCTYPE rss SYSTEM "{url}/dtd"><rss version="2.0">',
            f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{url}/entity">]><rss version="2.0">',
            f'<!DOCTYPE rss [<!ENTITY % p SYSTEM "{url}/parameter"> %p;]><rss version="2.0">',
            f'<?xml-stylesheet href="{url}/style"?><rss version="2.0">',
            f'<rss version="2.0" xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{url}/include"/>',
            f'<rss version="2.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="{url}/schema">',
        )
        parse(*((head + tail).encode() for head in heads for tail in (item, item.replace("&x;", ""))))
    assert asked == []
