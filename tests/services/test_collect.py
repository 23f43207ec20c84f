"""Collects in which everything fails, and two at once: nothing is lost, nothing comes twice."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from support.listening import listening
from support.running import Run, free_port

ITEM = "<item><title>{0}</title><guid>{0}</guid><link>https://example.org/{0}</link></item>"
CUT = '<rss version="2.0"><channel><title>T</title><item><title>Cut'
# What each address answers while all is well nowhere, and how that is told.
FAULTS = {
    "missing": (404, "", "answered 404 Not Found"),
    "broken": (500, "", "answered 500 Internal Server Error"),
    "refusing": (403, "", "answered 403 Forbidden"),
    "page": (200, "<!doctype html><html><body>Hello</body></html>", "a web page, not a feed"),
    "cut": (200, CUT, "the document is cut off before its first entry ends"),
    "empty": (200, " ", "an empty document"),
    "json": (200, "{}", "JSON, but not a JSON Feed"),
    "loop": (302, "", "was redirected more than 10 times"),
}


def feed(*titles: str) -> str:
    return f'<rss version="2.0"><channel><title>T</title>{"".join(map(ITEM.format, titles))}</channel></rss>'


Answers = Callable[[str], tuple[int, str]]


class Host:
    """A server on loopback whose answers, by the path's name, are what it is told last."""

    def __init__(self) -> None:
        self.answers: Answers = lambda _: (200, feed("one"))
        self.url = ""


@pytest.fixture
def host() -> Iterator[Host]:
    told = Host()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = told.answers(self.path.removeprefix("/"))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if status == 302:
                self.send_header("Location", self.path)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: Any) -> None:
            pass

    with listening(Handler) as port:
        told.url = f"http://127.0.0.1:{port}"
        yield told


def workspace(folder: Path, urls: dict[str, str]) -> Path:
    feeds = "".join(f"  - {{name: {name}, url: '{url}', kind: blog}}\n" for name, url in urls.items())
    (folder / "feeds.yaml").write_text(f"fetch: {{allow_private: true, timeout: 60s}}\nfeeds:\n{feeds}")
    return folder


def stored(place: Path) -> list[str]:
    with sqlite3.connect(place / ".digest/digest.sqlite3") as connection:
        found = [title for (title,) in connection.execute("SELECT title FROM sightings ORDER BY id")]
    connection.close()
    return found


def test_when_every_feed_fails_each_is_named_with_its_cause_and_nothing_is_lost(
    run: Run, tmp_path: Path, host: Host
) -> None:
    urls = {name: f"{host.url}/{name}" for name in FAULTS}
    place = workspace(tmp_path, urls | {"silent": f"http://127.0.0.1:{free_port()}/"})
    host.answers = lambda name: (200, feed(f"{name}-1"))
    run("-C", place, "collect")
    before = stored(place)
    assert sorted(before) == sorted(f"{name}-1" for name in FAULTS)

    host.answers = lambda name: FAULTS[name][:2]
    failed = run("-C", place, "collect", "--json")
    assert failed.code == 1
    assert {one["feed"]: (one["status"], one["reason"]) for one in failed.json} == {
        name: ("failed", cause) for name, (*_, cause) in FAULTS.items()
    } | {"silent": ("failed", "the host refused the connection")}
    assert stored(place) == before

    host.answers = lambda name: (200, feed(f"{name}-2", f"{name}-1"))
    run("-C", place, "collect")
    assert sorted(stored(place)) == sorted(f"{name}-{n}" for name in FAULTS for n in (1, 2))


def test_of_two_collects_at_once_one_waits_and_nothing_comes_twice(tmp_path: Path, host: Host) -> None:
    asked, going_on = Event(), Event()

    def answer(_: str) -> tuple[int, str]:
        asked.set()
        going_on.wait(60)
        return 200, feed("one", "two")

    host.answers = answer
    place = workspace(tmp_path, {"Theirs": f"{host.url}/feed"})
    command = [sys.executable, "-m", "digest", "-C", str(place), "collect"]
    first = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert asked.wait(60)
    second = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert second.stderr is not None
    assert second.stderr.readline() == f"digest: waiting for process {first.pid}, which is using this workspace\n"
    going_on.set()
    told = first.communicate(timeout=60)[1], second.communicate(timeout=60)[1]
    assert (first.returncode, second.returncode) == (0, 0)
    assert ("2 new items" in told[0], "0 new items" in told[1]) == (True, True)
    assert stored(place) == ["one", "two"]
