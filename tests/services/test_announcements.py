"""arXiv's announcements: no paper is missed over outages, stale and incomplete days, and its rule is kept throughout."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from digest.model import Workspace
from digest.services.collect import Fetched, collect
from digest.services.context import program_at, read_config
from support.arxiv import Arxiv, Paper, serving_arxiv
from support.mailing import store_of
from support.publishing import packaged_trends

MONDAY = date(2026, 6, 1)


def papers(day: date, number: int = 5) -> list[Paper]:
    return [Paper(id=f"{day:%y%m}.{day.day:02}{n:03}", title=f"Language model {day} {n}") for n in range(number)]


def week(*days: int) -> dict[date, list[Paper]]:
    return {date(2026, 6, day): papers(date(2026, 6, day)) for day in days}


@pytest.fixture
def arxiv() -> Iterator[Arxiv]:
    with serving_arxiv(week(1, 2, 3, 4, 5, 8), MONDAY) as arxiv:
        yield arxiv


def collected(place: Path, arxiv: Arxiv, day: date, *, api: bool = False, hour: int = 12) -> Fetched:
    """What a collect on a day brought for the feed of announcements."""
    arxiv.today = day
    query = f"  - {{name: API, url: '{arxiv.base}/api/query?max_results=30', kind: papers}}\n" if api else ""
    (place / "feeds.yaml").write_text(
        "fetch: {allow_private: true}\ndigest: {max_age: 900d, lookback: 900d}\nfeeds:\n"
        f"  - {{name: arXiv, url: '{arxiv.base}/rss/cs.CL', kind: papers}}\n{query}"
    )
    workspace, known = Workspace(root=place), dict(packaged_trends())
    now = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    with program_at(now, workspace, read_config(workspace, known), known, writes=True, waiting=print) as program:
        found = collect(replace(program, arxiv=arxiv.places, rules=arxiv.rules))
    assert arxiv.refused == 0
    return found[0]


def stored(place: Path) -> set[str]:
    with store_of(place) as store:
        items = store.items.window(None, datetime(2027, 1, 1, tzinfo=UTC))
        return {item.id.removeprefix("arxiv:") for item in items if item.sightings[0].fate is None}


def announced(arxiv: Arxiv, *days: int) -> set[str]:
    return {paper.id for day in days for paper in arxiv.days[date(2026, 6, day)]}


def on(day: int) -> date:
    return date(2026, 6, day)


def test_an_ordinary_day_costs_two_requests_and_the_next_collect_one(tmp_path: Path, arxiv: Arxiv) -> None:
    assert (collected(tmp_path, arxiv, on(1)).new, collected(tmp_path, arxiv, on(2)).new) == (5, 5)
    again = collected(tmp_path, arxiv, on(2), hour=16)
    assert (again.status, again.reason) == ("unchanged", "")
    assert arxiv.asked == ["/rss/cs.CL", "/list/cs.CL/new"] * 2 + ["/rss/cs.CL"]


def test_the_days_of_an_outage_are_fetched_by_oai_pmh(tmp_path: Path, arxiv: Arxiv) -> None:
    collected(tmp_path, arxiv, on(1))
    arxiv.down = "/"
    failed = [collected(tmp_path, arxiv, on(day)) for day in (2, 3)]
    assert [(one.status, one.reason) for one in failed] == [("failed", "blocked: answered 503 Service Unavailable")] * 2
    arxiv.down = ""
    arxiv.asked.clear()
    found = collected(tmp_path, arxiv, on(4))
    assert (found.status, found.new, found.reason) == ("ok", 15, "")
    assert stored(tmp_path) == announced(arxiv, 1, 2, 3, 4)
    harvest = "/oai?verb=ListRecords&metadataPrefix=arXiv&set=cs:cs:CL&from=2026-06-01&until=2026-06-04"
    assert arxiv.asked == ["/rss/cs.CL", "/list/cs.CL/new", harvest]


def test_missed_papers_are_ordinary_first_sightings(tmp_path: Path, arxiv: Arxiv) -> None:
    collected(tmp_path, arxiv, on(1))
    same = [replace(paper, title=f"Language model 2026-06-01 {n}") for n, paper in enumerate(papers(on(2), 9))]
    arxiv.days[on(2)] = [*same, Paper(id="2501.00001", title="Old", created=date(2025, 1, 1), updated=True)]
    collected(tmp_path, arxiv, on(3))
    with store_of(tmp_path) as store:
        late = [store.items.find(f"arxiv:{paper.id}") for paper in arxiv.days[on(2)]]
    sightings = [item.sightings[0] for item in late if item]
    assert [one.fate for one in sightings] == [None] * 9 + ["replaced"]  # titles that were there before are no flood
    assert {one.first_seen for one in sightings} == {datetime(2026, 6, 3, 12, tzinfo=UTC)}
    assert (sightings[0].authors, sightings[0].summary) == (
        ("Ada Byron", "Charles Babbage Jr."),
        "We study large language models.",
    )


def test_a_weekend_and_a_holiday_have_no_announcement(tmp_path: Path, arxiv: Arxiv) -> None:
    del arxiv.days[on(4)]
    collected(tmp_path, arxiv, on(3))
    told = {day: collected(tmp_path, arxiv, on(day)).reason for day in (4, 5, 6, 7, 8)}
    assert told == {4: "no announcement today", 5: "", 6: "no announcement today", 7: "no announcement today", 8: ""}
    assert stored(tmp_path) == announced(arxiv, 3, 5, 8)
    assert not [
        path for path in arxiv.asked if path.startswith("/oai") and "from=2026-06-05" in path
    ]  # no weekday between


@pytest.mark.parametrize("shows", [3, 7])  # the day before, or nothing at all
def test_a_stale_feed_is_told_by_the_listing_and_completed(tmp_path: Path, arxiv: Arxiv, shows: int) -> None:
    collected(tmp_path, arxiv, on(3))
    arxiv.shows = on(shows)
    found = collected(tmp_path, arxiv, on(4))
    what = "shows 3 June" if shows == 3 else "shows nothing new"
    assert found.new == 5
    assert found.reason in (
        f"stale: {what}, arXiv has announced 4 June",
        "stale: shows nothing new, arXiv has announced 4 June",
    )
    assert stored(tmp_path) == announced(arxiv, 3, 4)
    arxiv.shows = None
    assert collected(tmp_path, arxiv, on(5)).new == 5
    assert stored(tmp_path) == announced(arxiv, 3, 4, 5)


def test_papers_that_the_feed_leaves_out_are_counted_and_fetched(tmp_path: Path, arxiv: Arxiv) -> None:
    collected(tmp_path, arxiv, on(1))
    arxiv.hides = 2
    found = collected(tmp_path, arxiv, on(2))
    assert (found.new, found.reason) == (5, "the feed lacks 2 papers of the listing page")
    assert stored(tmp_path) == announced(arxiv, 1, 2)


def test_days_that_cannot_be_fetched_are_requested_again(tmp_path: Path, arxiv: Arxiv) -> None:
    collected(tmp_path, arxiv, on(1))
    arxiv.down = "/oai"
    found = collected(tmp_path, arxiv, on(3))
    assert (found.status, found.new) == ("ok", 5)
    assert (
        found.reason == "missed papers could not be fetched: answered 503 Service Unavailable; they are requested again"
    )
    arxiv.down = ""
    assert collected(tmp_path, arxiv, on(3), hour=16).new == 5
    assert stored(tmp_path) == announced(arxiv, 1, 2, 3)


def test_a_listing_that_is_blocked_is_said_and_harms_nothing(tmp_path: Path, arxiv: Arxiv) -> None:
    collected(tmp_path, arxiv, on(1))
    arxiv.down = "/list"
    found = collected(tmp_path, arxiv, on(2))
    assert (found.new, found.reason) == (5, "the listing page could not be read: answered 503 Service Unavailable")
    assert collected(tmp_path, arxiv, on(4)).new == 10
    assert stored(tmp_path) == announced(arxiv, 1, 2, 3, 4)


@pytest.mark.slow
def test_a_month_with_outages_misses_no_paper_and_gets_no_429(shared: Path, tmp_path: Path) -> None:
    days = {}
    for path in sorted((shared / "data" / "replay").glob("arxiv-*.jsonl.gz")):
        lines = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
        kept = [Paper(id=one["id"], title=one["title"], abstract=one["abstract"][:300]) for one in lines]
        days[date.fromisoformat(path.name[6:16])] = kept
    first, last = min(days), max(days)
    down, stale, away = {on(9), on(10), on(11)}, on(17), {on(26), on(27), on(28), on(29)}
    with serving_arxiv(days, first) as arxiv:
        day, told = first, {}
        while day <= last:
            arxiv.down = "/" if day in down else ""
            arxiv.shows = day - timedelta(days=1) if day == stale else None
            arxiv.hides = 30 if day == on(24) else 0
            if day not in away:
                told[day] = collected(tmp_path, arxiv, day, api=True)
            day += timedelta(days=1)
        assert arxiv.refused == 0
        assert stored(tmp_path) == {paper.id for announced in days.values() for paper in announced}
    assert {day for day, one in told.items() if one.status == "failed"} == down
    assert told[stale].reason.startswith("stale: ")
    assert told[on(24)].reason == "the feed lacks 30 papers of the listing page"
    assert {day.day for day, one in told.items() if one.reason == "no announcement today"} >= {7, 13, 14, 20, 21, 22}
