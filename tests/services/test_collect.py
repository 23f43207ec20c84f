"""Collects in which everything fails, and two at once: nothing is lost, nothing comes twice."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from random import Random
from threading import Event
from time import sleep
from typing import Any

import pytest

from digest.feeds import identity
from support.listening import listening
from support.mailing import store_of
from support.running import Run, free_port

ITEM = "<item><title>{0}</title><guid>{0}</guid><link>https://example.org/{0}</link></item>"
CUT = '<rss version="2.0"><channel><title>T</title><item><title>Cut'
# What each address answers while all is well nowhere, and how that is told.
FAULTS = {
    "missing": (404, "", "answered 404 Not Found"),
    "broken": (500, "", "answered 500 Internal Server Error"),
    "refusing": (403, "", "answered 403 Forbidden"),
    "page": (
        200,
        "<!doctype html><html><body>Hello</body></html>",
        "a web page, not a feed; `digest feeds add {url}` looks for its feed",
    ),
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
    with store_of(place) as store:
        return [title for (title,) in store.connection.execute("SELECT title FROM sightings ORDER BY id")]


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
        name: ("failed", cause.replace("{url}", urls[name])) for name, (*_, cause) in FAULTS.items()
    } | {"silent": ("failed", "the host refused the connection")}
    assert stored(place) == before

    host.answers = lambda name: (200, feed(f"{name}-2", f"{name}-1"))
    run("-C", place, "collect")
    assert sorted(stored(place)) == sorted(f"{name}-{n}" for name in FAULTS for n in (1, 2))


@pytest.mark.slow
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
    assert ("2 new items" in told[0], "no new items" in told[1]) == (True, True)
    assert stored(place) == ["one", "two"]


LONG = "9" * 5000
# Documents that made a parser, a cleaner or the store raise.
BOMBS = {
    "title": f"<item><title>&amp;#{LONG};</title><link>https://example.org/1</link><guid>1</guid></item>",
    "description": f"<item><title>t</title><link>https://example.org/2</link><description>&amp;#x{LONG};</description></item>",
    "raw": f"<item><title>&#{LONG};</title><link>https://example.org/3</link></item>",
    "hours": f"<skipHours><hour>{'0' * 5000}1</hour></skipHours>" + ITEM.format("four"),
    "ttl": f"<ttl>{LONG}</ttl>" + ITEM.format("five"),
    "attributes": "<item " + " ".join(f'a{n}="1"' for n in range(30_000)) + "><title>t</title></item>",
    "nested": f"<item><title>n</title><link>https://example.org/7</link><description>{'&lt;div&gt;' * 20_000}x</description></item>",
    "surrogate": "<item><title>&#xD800;</title><link>https://example.org/8</link></item>",
}


def test_no_document_stops_the_others(host: Host, tmp_path: Path, run: Run) -> None:
    def answers(name: str) -> tuple[int, str]:
        inside = BOMBS.get(name)
        return 200, feed(
            "good"
        ) if inside is None else f'<rss version="2.0"><channel><title>T</title>{inside}</channel></rss>'

    host.answers = answers
    place = workspace(tmp_path, {name: f"{host.url}/{name}" for name in (*BOMBS, "well")})
    found = {one["feed"]: one for one in run("-C", place, "collect", "--json").json}
    assert set(found) == {*BOMBS, "well"}
    assert found["well"]["status"] == "ok"
    assert "good" in stored(place)


def test_json_with_numbers_beyond_all_measure_is_read(host: Host, tmp_path: Path, run: Run) -> None:
    item = f'{{"id": {LONG}, "title": "&#8217;x", "url": "https://example.org/1"}}'
    host.answers = lambda _: (200, f'{{"version": "https://jsonfeed.org/version/1.1", "items": [{item}]}}')
    place = workspace(tmp_path, {"json": f"{host.url}/json"})
    assert run("-C", place, "collect", "--json").json[0]["status"] == "ok"
    assert stored(place) == ["’x"]


def test_what_cannot_be_stored_costs_its_feed_one_line(
    host: Host, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = identity.keys

    def keys(entries: Any, feed_url: str, *, page: str) -> Any:
        if feed_url.endswith("bad"):
            raise LookupError(feed_url)
        return known(entries, feed_url, page=page)

    monkeypatch.setattr("digest.services.intake.identity_keys", keys)
    host.answers = lambda name: (200, feed(name))
    place = workspace(tmp_path, {name: f"{host.url}/{name}" for name in ("bad", "well")})
    found = run("-C", place, "collect", "--json")
    assert [(one["status"], one["reason"]) for one in found.json] == [
        ("failed", "cannot be stored (LookupError)"),
        ("ok", ""),
    ]
    assert (found.code, stored(place)) == (1, ["well"])


@pytest.mark.slow
def test_the_same_answers_give_the_same_store_and_issue_whichever_came_first(
    host: Host, tmp_path: Path, run: Run
) -> None:
    names = [f"feed{n}" for n in range(8)]
    made = []
    for seed in range(2):
        delays = dict(zip(names, Random(seed).sample([0.02 * n for n in range(8)], k=8), strict=True))

        def answer(name: str, delays: dict[str, float] = delays) -> tuple[int, str]:
            sleep(delays[name])
            return 200, feed("LLM agents call tools", f"Language models of {name}", "LLM agents plan")

        host.answers = answer
        place = tmp_path / str(seed)
        place.mkdir()
        workspace(place, {name: f"{host.url}/{name}" for name in names})
        run("-C", place, "build", "--at", "2026-06-01T08:00:00Z")
        issue = min(place.rglob("issue.json"))
        with store_of(place) as store:
            rows = store.connection.execute("SELECT id, item, feed, title FROM sightings ORDER BY id").fetchall()
        made.append((rows, issue.read_bytes()))
    assert made[0] == made[1]


def _raises(*_: object, **__: object) -> None:
    raise KeyError("missing")


def test_after_a_collect_that_failed_all_is_not_well(
    host: Host, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = workspace(tmp_path, {"well": f"{host.url}/well"})
    with monkeypatch.context() as broken:
        broken.setattr("digest.services.collect.sentences", _raises)
        with pytest.raises(KeyError):
            run("-C", place, "collect")
    failed = run("-C", place, "status")
    assert (failed.code, "the last collect failed or was interrupted" in failed.out) == (1, True)
    run("-C", place, "collect")
    assert "the last collect failed" not in run("-C", place, "status").out
