"""Quiet or broken: each feed against its own rhythm, in small and on real documents with real faults; the flood guard."""

import datetime as dt
import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.feeds.health.rhythm import judge
from digest.model import FeedHealth, Look, Showing
from support.mailing import store_of
from support.running import ROOT, FeedServer, Run

UTC = dt.UTC
DAY = dt.timedelta(days=1)
MONDAY = dt.datetime(2026, 3, 2, 20, tzinfo=UTC)


def _daily(days: int, *, new: int = 200, weekend: int = 0) -> tuple[list[Look], list[Showing]]:
    """A feed that brings a batch on each working day, and is empty at weekends."""
    looks, showings = [], []
    for at in (MONDAY + n * DAY for n in range(days)):
        batch = new if at.weekday() < 5 else weekend
        looks.append(Look(at=at, read=True, entries=batch, new=batch, title="cs.AI"))
        showings += [Showing(first_seen=at, published=at - dt.timedelta(hours=16))] * bool(batch)
    return looks, showings


def _judged(looks: list[Look], showings: list[Showing], now: dt.datetime | None = None) -> FeedHealth:
    return judge("cs.AI", "https://e.org", looks, showings, now=now or looks[-1].at)


def test_a_stale_batch_is_called_stale() -> None:
    looks, showings = _daily(17)
    stale = Look(at=MONDAY + 17 * DAY, read=True, entries=239, new=16, known=223, title="cs.AI")
    found = _judged([*looks, stale], showings)
    assert (found.verdict, found.sentence) == ("stale", "16 new of a usual 200: looks stale")


def test_a_batch_read_twice_a_day_is_no_stale_one() -> None:
    looks, showings = _daily(17)
    again = [
        Look(at=look.at, read=look.read, entries=look.entries, new=look.new, known=look.entries, title="cs.AI")
        for look in looks
    ]
    assert _judged(again, showings).verdict == "ok"


@given(days=st.integers(min_value=1, max_value=90))
def test_weekends_are_no_silence(days: int) -> None:
    looks, showings = _daily(days)
    assert _judged(looks, showings).verdict in ("ok", "learning")


def test_holidays_are_no_silence_and_a_lost_week_is() -> None:
    looks, showings = _daily(54 * 5)
    before = [n for n, look in enumerate(looks) if look.day < dt.date(2026, 11, 26)]
    looks, showings = looks[: len(before)], [one for one in showings if one.first_seen.date() < dt.date(2026, 11, 26)]
    assert _judged(looks, showings, dt.datetime(2026, 11, 30, 1, tzinfo=UTC)).verdict == "ok"
    silent = _judged(looks, showings, dt.datetime(2026, 12, 4, 20, tzinfo=UTC))
    assert (silent.verdict, silent.sentence) == ("silent", "silent for 9 days, usually daily")


def test_an_archive_tells_a_rhythm_at_the_first_look() -> None:
    showings = [Showing(first_seen=MONDAY, published=MONDAY - (41 + 3 * n) * DAY) for n in range(20)]
    looks = [Look(at=MONDAY, read=True, entries=20, new=20, strange=20)]
    assert _judged(looks, showings).sentence == "silent for 41 days, usually every 3"


@pytest.mark.parametrize(
    ("last", "verdict", "sentence"),
    [
        ({"entries": 50, "known": 50, "redated": 43}, "restamped", "dates are invented: 43 of 50 items restamped"),
        ({"entries": 0}, "empty", "its document is empty, with usually 50 entries"),
        ({"entries": 24, "known": 24}, "shrunk", "24 entries of a usual 50: part of it is missing"),
        ({"entries": 40, "new": 40}, "strange", "looks like another feed: none of its 40 entries was there before"),
        ({"entries": 50, "known": 49, "new": 1}, "ok", ""),
        ({"entries": 51, "known": 45, "new": 6}, "ok", ""),
    ],
)
def test_an_archive_that_changes_is_told(last: dict[str, Any], verdict: str, sentence: str) -> None:
    looks = [Look(at=MONDAY + n * DAY, read=True, entries=50, new=1, known=49) for n in range(9)]
    showings = [Showing(first_seen=look.at, published=look.at) for look in looks]
    found = _judged([*looks, Look(at=MONDAY + 9 * DAY, read=True, **last)], showings)
    assert (found.verdict, found.sentence) == (verdict, sentence)


def test_a_busy_day_and_a_feed_that_was_always_empty_raise_nothing() -> None:
    looks, showings = _daily(17)
    busy = Look(at=MONDAY + 17 * DAY, read=True, entries=1100, new=1000, known=100, title="cs.AI")
    assert _judged([*looks, busy], showings).verdict == "ok"
    empty = [Look(at=MONDAY + n * DAY, read=True) for n in range(5)]
    first = Look(at=MONDAY + 5 * DAY, read=True, entries=146, new=146)
    assert _judged([*empty, first], []).verdict == "learning"


def test_half_of_the_news_lost_is_told_on_the_second_whole_day() -> None:
    looks, showings = _daily(30)
    half = [Look(at=MONDAY + n * DAY, read=True, entries=100, new=100, title="cs.AI") for n in (30, 31, 32)]
    assert _judged([*looks, *half[:2]], showings).verdict == "ok"
    found = _judged([*looks, *half], showings)
    assert (found.verdict, found.sentence) == ("shrunk", "200 new in 2 days of a usual 400: part of it is missing")


def test_the_loss_of_half_of_a_few_items_is_beyond_notice() -> None:
    looks, showings = _daily(30, new=1)
    half = [Look(at=MONDAY + n * DAY, read=True, entries=n % 2, new=n % 2, title="cs.AI") for n in range(30, 44)]
    kept = [one for n in range(30, 44) if n % 2 for one in [Showing(first_seen=MONDAY + n * DAY, published=None)]]
    assert _judged([*looks, *half], [*showings, *kept]).verdict == "ok"


@given(days=st.integers(min_value=1, max_value=60), data=st.data())
def test_a_feed_of_uneven_days_is_not_short_of_news(days: int, data: st.DataObject) -> None:
    looks, showings = _daily(days)
    uneven = [
        Look(at=one.at, read=True, entries=n, new=n, title="cs.AI")
        for one in looks
        for n in [one.new and data.draw(st.integers(min_value=150, max_value=260))]
    ]
    assert _judged(uneven, showings).verdict in ("ok", "learning")


def test_a_lone_holiday_is_no_loss() -> None:
    looks, showings = _daily(61)
    quiet = [Look(at=MONDAY + n * DAY, read=True, entries=n % 2 * 200, new=n % 2 * 200) for n in (58, 59)]
    assert _judged([*looks[:58], *quiet, *looks[60:]], showings).verdict == "ok"


def test_a_document_that_always_changed_and_no_longer_does_is_frozen() -> None:
    """A site that writes its feed anew each night, news or none; its archive rests."""
    looks = [Look(at=MONDAY + n * DAY, read=True, entries=40, new=0, known=40) for n in range(20)]
    showings = [Showing(first_seen=MONDAY, published=MONDAY - (7 + 30 * n) * DAY) for n in range(20)]
    same = [Look(at=MONDAY + n * DAY, read=False) for n in range(20, 24)]
    assert _judged([*looks, *same[:3]], showings).verdict == "ok"
    found = _judged([*looks, *same], showings)
    assert (found.verdict, found.sentence) == ("frozen", "the same document for 4 days, usually a new one daily")


def test_a_document_that_rests_between_posts_is_not_frozen() -> None:
    looks = [Look(at=MONDAY + n * DAY, read=n % 4 == 0, entries=40, new=1, known=39) for n in range(40)]
    showings = [Showing(first_seen=look.at, published=look.at) for look in looks if look.read]
    assert _judged(looks, showings).verdict == "ok"


@pytest.mark.parametrize(
    ("last", "sentence"),
    [
        ({"entries": 0}, "its document is empty, with usually 50 entries"),
        (
            {"entries": 9, "new": 9, "strange": 9, "title": "Casino news"},
            "looks like another feed: calls itself “Casino news”, before “Lab notes”",
        ),
        ({"entries": 9, "new": 9, "strange": 9, "title": "Notes of the lab"}, ""),
        ({"entries": 30, "known": 30, "title": "Lab notes"}, ""),
    ],
)
def test_what_is_plain_is_told_at_the_second_look(last: dict[str, Any], sentence: str) -> None:
    showings = [Showing(first_seen=MONDAY, published=MONDAY - 9 * n * DAY) for n in range(50)]
    first = Look(at=MONDAY, read=True, entries=50, new=50, strange=50, title="Lab notes")
    assert _judged([first, Look(at=MONDAY + DAY, read=True, **last)], showings).sentence == sentence


def test_an_archive_is_held_against_what_it_ever_lost() -> None:
    def told(sizes: list[int]) -> str:
        looks = [
            Look(at=MONDAY + n * DAY, read=True, entries=size, known=size - 1, new=1) for n, size in enumerate(sizes)
        ]
        return _judged(looks, [Showing(first_seen=look.at, published=look.at) for look in looks]).verdict

    assert told([50, 50, 51, 51, 52, 38]) == "shrunk"
    assert told([50, 41, 51, 44, 52, 38]) == "ok"


def _benchmark() -> Any:
    spec = importlib.util.spec_from_file_location("benchmark_health", ROOT / "benchmarks" / "health.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def benchmark() -> Any:
    yield _benchmark()
    sys.modules.pop("benchmark_health", None)


def _rss(host: str, published: list[dt.date]) -> bytes:
    items = "".join(
        f"<item><title>A language model, part {n}</title><link>https://{host}/{n}</link><guid>https://{host}/{n}</guid>"
        f"<pubDate>{day:%a, %d %b %Y} 08:00:00 GMT</pubDate></item>"
        for n, day in enumerate(published)
    )
    return f'<rss version="2.0"><channel><title>{host}</title>{items}</channel></rss>'.encode()


@pytest.mark.slow
def test_what_is_unusual_is_told_in_the_report_the_status_and_the_issue(
    benchmark: Any, shared: Path, tmp_path: Path, run: Run
) -> None:
    """A stale batch of arXiv's, an archive that has been silent, and one that is given new dates, all behind HTTP 200."""
    real = benchmark.Real(shared)
    monday = benchmark.DAYS[7]

    def document(day: dt.date) -> bytes:
        """Every tenth paper of a day: enough of them, and soon read."""
        body: bytes = benchmark.without(real.arxiv("", day), lambda n: n % 10 == 0)
        return body

    lab = _rss("lab.example", [monday - (41 + 3 * n) * DAY for n in range(20)])
    dates = [monday - (60 + n) * DAY for n in range(50)]
    place = benchmark.Workspace(tmp_path, ["arxiv", "lab", "blog"])
    for day in benchmark.DAYS[:5]:
        found = place.look(day, {"arxiv": document(day), "lab": lab, "blog": _rss("blog.example", dates)})
        assert found["arxiv"]["verdict"] in ("ok", "learning")
    (tmp_path / "arxiv.doc").write_bytes(benchmark.stale(document(benchmark.DAYS[4]), document(monday)))
    (tmp_path / "blog.doc").write_bytes(_rss("blog.example", [monday - DAY] * 43 + dates[43:]))
    collected = run("-C", tmp_path, "build", "--at", f"{monday}T20:00")
    told = {
        "arxiv": "3 new of a usual 54: looks stale",
        "lab": "silent for 41 days, usually every 3",
        "blog": "dates are invented: 43 of 50 items restamped",
    }
    status = run("-C", tmp_path, "status", "--at", f"{monday}T21:00")
    feeds = run("-C", tmp_path, "feeds", "--at", f"{monday}T21:00")
    (folder,) = (tmp_path / "archive").glob("2026-*")
    text = " ".join((folder / "email.txt").read_text().split())
    page = (folder / "index.html").read_text()
    assert "may be missing: arxiv." in text
    assert status.code == 1
    for name, sentence in told.items():
        assert sentence in collected.err
        assert sentence in " ".join(feeds.out.split())
        assert f"! {name}: {sentence}" in status.out
        assert sentence in page
    issue = json.loads((folder / "issue.json").read_text())
    assert {feed["name"]: feed["health"] for feed in issue["feeds"]} == {
        "arxiv": "stale",
        "lab": "silent",
        "blog": "restamped",
    }


@pytest.mark.parametrize("slug", ["hf-papers-markert", "lilianweng"])
def test_an_archive_under_new_ids_does_not_flood(
    benchmark: Any, shared: Path, tmp_path: Path, run: Run, slug: str
) -> None:
    body = (shared / f"data/feeds/real/{slug}.xml").read_bytes()
    (tmp_path / "feeds.yaml").write_text(
        "digest: {schedule: mon 08:00, max_age: 5000d, lookback: 5000d}\nfeeds: [{name: F, url: f.xml, kind: blog}]\n"
    )
    (tmp_path / "f.xml").write_bytes(body)
    (first,) = run("-C", tmp_path, "collect", "--at", "2026-09-01T08:00", "--json").json
    (tmp_path / "f.xml").write_bytes(benchmark.restamped(benchmark.new_ids(body), dt.date(2026, 9, 8)))
    (again,) = run("-C", tmp_path, "collect", "--at", "2026-09-08T08:00", "--json").json
    assert again["new"] > 0.9 * first["new"]
    assert "came again" in again["health"]
    assert _flooded(tmp_path) >= 0.95 * again["new"]
    (tmp_path / "f.xml").write_bytes(benchmark.new_ids(benchmark.new_ids(body)))
    run("-C", tmp_path, "collect", "--at", "2026-09-09T08:00")
    assert _flooded(tmp_path) >= 1.9 * again["new"]


def _flooded(place: Path) -> int:
    """How many entries were refused as a flood; the receipt counts the same."""
    with store_of(place) as store:
        (found,) = store.connection.execute("SELECT count(*) FROM sightings WHERE fate = 'flooded'").fetchone()
    return int(found)


def test_no_real_feed_and_no_busy_day_is_taken_for_a_flood(feedserver: FeedServer, tmp_path: Path, run: Run) -> None:
    names = {
        "arxiv": "/arxiv",
        "new": "/real/anthropic-status-6",
        "lil": "/history/lilianweng",
        "xai": "/history/0xsmw-xai-news",
    }
    feeds = "".join(
        f'  - {{name: {name}, url: "{feedserver.url}{path}", kind: papers}}\n' for name, path in names.items()
    )
    (tmp_path / "feeds.yaml").write_text(f"fetch: {{allow_private: true}}\nfeeds:\n{feeds}")
    for day in ("2026-06-19", "2026-06-23"):  # 368 and 980 papers
        feedserver.set_date(day)
        collected = run("-C", tmp_path, "collect", "--at", f"{day}T20:00", "--json").json
        assert not any("came again" in feed["health"] for feed in collected)
    assert _flooded(tmp_path) == 0


@pytest.mark.soak
def test_the_verdicts_keep_their_floor(benchmark: Any, shared: Path) -> None:
    found = benchmark.everything(shared)
    assert len(found.false) <= 0.05 * found.clean, found.false
    assert found.natural.caught >= 0.9 * found.natural.trials, found.natural.missed
    floors = {("new ids", "archive"): 0.8, ("restamped", "archive"): 0.9, ("another feed", "archive"): 0.7}
    floors |= {("stale batch", "news only"): 0.8, ("empty", "archive"): 0.9, ("frozen", "archive"): 0.4}
    floors |= {("half lost", "archive"): 0.7, ("frozen", "news only"): 0.8}
    for key, floor in floors.items():
        assert found.faults[key].caught >= floor * found.faults[key].trials, (key, found.faults[key].missed)
