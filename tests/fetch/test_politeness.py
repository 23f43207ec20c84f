"""What a server sees of us over weeks: who asks, how often, how close together, and when we stop."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest

from digest import __version__
from digest.fetch.policy import asked_until
from digest.fetch.throttle import GAP, JITTER, RULES, Pace
from support.listening import listening
from support.running import Ran, Run

DOCUMENT = b"""<rss version="2.0"><channel><title>T</title><item><title>One</title><guid>1</guid>
<link>https://example.org/1</link></item></channel></rss>"""
START = datetime(2026, 6, 1, 8, tzinfo=UTC)


class Host:
    """A server on loopback that answers as it is told, and remembers what it was asked."""

    def __init__(self) -> None:
        self.status = 200
        self.headers: dict[str, str] = {}
        self.asked: list[dict[str, str]] = []
        self.url = ""


@pytest.fixture
def host() -> Iterator[Host]:
    told = Host()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.asked.append(dict(self.headers))
            body = DOCUMENT if told.status == 200 else b""
            self.send_response(told.status)
            for name, value in (told.headers | {"Content-Length": str(len(body))}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with listening(Handler) as port:
        told.url = f"http://127.0.0.1:{port}/feed"
        yield told


@pytest.fixture
def place(tmp_path: Path, host: Host) -> Path:
    (tmp_path / "feeds.yaml").write_text(
        "digest: {timezone: UTC}\nfetch: {allow_private: true}\n"
        "delivery: {from: 'D <editor@digest.example.org>', base_url: 'https://digest.example.org'}\n"
        f"feeds:\n  - {{name: Theirs, url: '{host.url}', kind: blog}}\n"
    )
    return tmp_path


def collect(run: Run, place: Path, at: datetime) -> Ran:
    return run("-C", place, "collect", "--at", at.isoformat())


def test_the_user_agent_names_the_program_and_whom_to_write_to(run: Run, place: Path, host: Host) -> None:
    collect(run, place, START)
    (asked,) = host.asked
    assert asked["User-Agent"] == f"digest/{__version__} (+https://digest.example.org; editor@digest.example.org)"
    assert "Cookie" not in asked
    assert "Referer" not in asked


def test_410_retires_a_feed_at_once_and_says_so_each_time(run: Run, place: Path, host: Host) -> None:
    host.status = 410
    retired = collect(run, place, START)
    assert (retired.code, "gone      Theirs: answered 410: the feed is permanently gone" in retired.err) == (1, True)
    host.status = 200
    later = collect(run, place, START + timedelta(days=300))
    assert "skipped   Theirs: permanently gone; remove it from feeds.yaml, or enter its new URL" in later.err
    assert len(host.asked) == 1
    (listed,) = run("-C", place, "feeds", "--json", "--at", (START + timedelta(days=300)).isoformat()).json
    assert (listed["verdict"], listed["sentence"]) == ("gone", "answered 410: the feed is permanently gone")


def test_404_is_asked_for_two_weeks_and_then_retires_the_feed(run: Run, place: Path, host: Host) -> None:
    host.status = 404
    told = [collect(run, place, START + timedelta(days=day)).err for day in (0, 13, 14, 15)]
    assert [each.split()[0] for each in told] == ["failed", "failed", "gone", "skipped"]
    assert len(host.asked) == 3
    assert "answered 404 Not Found" in told[1]
    assert "answered 404 for 14 days: the feed is considered permanently gone" in told[2]
    assert "permanently gone; remove it from feeds.yaml" in told[3]


def test_a_retired_feed_that_is_taken_out_and_put_back_is_asked_again(run: Run, place: Path, host: Host) -> None:
    host.status = 410
    collect(run, place, START)
    host.status = 200
    with_feed = (place / "feeds.yaml").read_text()
    (place / "feeds.yaml").write_text(with_feed.partition("feeds:")[0] + "feeds: []\n")
    collect(run, place, START + timedelta(days=1))
    (place / "feeds.yaml").write_text(with_feed)
    assert "ok        Theirs: 1 new" in collect(run, place, START + timedelta(days=2)).err


def test_adding_a_retired_feed_that_answers_again_ends_its_retirement(run: Run, place: Path, host: Host) -> None:
    host.status = 410
    collect(run, place, START)
    host.status = 200
    (place / "feeds.yaml").write_text((place / "feeds.yaml").read_text().partition("feeds:")[0] + "feeds: []\n")
    assert run("-C", place, "feeds", "add", host.url, "--yes").code == 0
    assert "1 new" in collect(run, place, START + timedelta(days=2)).err


def test_retry_after_is_kept_to_by_a_person_too(run: Run, place: Path, host: Host) -> None:
    host.status, host.headers = 429, {"Retry-After": "7200"}
    collect(run, place, START)
    assert "asked for no requests before 2026-06-01 10:00 UTC" in collect(run, place, START + timedelta(hours=1)).err
    collect(run, place, START + timedelta(hours=3))
    assert len(host.asked) == 2


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("60", 1), ("60.5", 1), ("+60", 1), ("60s", 1), ("60 seconds", 1), ("60, 60", 1), ("Mon, 01 Jun 2026 08:05:00 GMT", 5),
        ("Monday, 01-Jun-26 08:05:00 GMT", 5), ("Mon Jun  1 08:05:00 2026", 5), ("2026-06-01T08:05:00Z", 5),
        ("99999999999", 24 * 60), ("6" * 5000, 24 * 60), ("Mon, 01 Jun 2099 08:05:00 GMT", 24 * 60),
        ("", 0), ("0", 0), ("-5", 0), ("soon", 0), ("Sun, 31 May 2026 08:05:00 GMT", 0), ("10000-01-01", 0),
    ],
)  # fmt: skip
def test_a_pause_is_understood_as_servers_write_it(written: str, minutes: int) -> None:
    assert asked_until(written, START) == (START + timedelta(minutes=minutes) if minutes else None)


def _starts(host: str, number: int, seed: int = 1) -> list[float]:
    """When so many requests to a host start that were all wished for at once, a hundred seconds after the clock began."""
    pace = Pace(Random(seed))
    return [100 + pace.wait(host, 100) for _ in range(number)]


def test_starts_at_one_host_are_spread() -> None:
    starts = _starts("example.org", 200)
    gaps = [later - earlier for earlier, later in pairwise(starts)]
    assert starts[0] == 100
    assert all(GAP * (1 - JITTER) <= gap <= GAP * (1 + JITTER) for gap in gaps)
    assert len(set(gaps)) > 100
    assert starts != _starts("rss.arxiv.org", 200, seed=2)


def test_hosts_do_not_wait_for_each_other_and_a_host_that_rested_is_asked_at_once() -> None:
    pace = Pace(Random(1))
    assert pace.wait("a.example", 0) == 0
    assert pace.wait("b.example", 0) == 0
    assert pace.wait("a.example", 0) > 0
    assert pace.wait("a.example", 60) == 0


@pytest.mark.parametrize("own", ["127.0.0.1", "localhost", "::1", "192.168.1.7"])
def test_hosts_of_ones_own_are_not_waited_for(own: str) -> None:
    assert set(_starts(own, 50)) == {100}


def test_one_rule_holds_for_all_hosts_of_arxiv() -> None:
    pace = Pace(Random(1))
    hosts = ("rss.arxiv.org", "export.arxiv.org", "oaipmh.arxiv.org", "arxiv.org", "RSS.arxiv.org.")
    assert [pace.wait(host, 100) for host in hosts] == [0, 3, 6, 9, 12]


def test_the_rule_holds_across_processes(tmp_path: Path) -> None:
    times = tmp_path / "hosts.json"
    assert [Pace(Random(1), times).wait("rss.arxiv.org", now) for now in (100, 101, 110)] == [0, 2, 0]
    assert Pace(Random(1), times).wait("rss.arxiv.org", 5) <= 60  # the machine started again, and its clock with it
    times.write_text("[")
    assert Pace(Random(1), times).wait("export.arxiv.org", 200) == 0


def test_every_rule_has_a_source() -> None:
    assert all(rule.source.startswith("https://") and rule.gap > 0 and rule.connections > 0 for rule in RULES)
