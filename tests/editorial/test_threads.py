"""Threads over the weeks, repeated headlines, and the order inside a section."""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.editorial.order import arrange
from digest.editorial.threads import Published, Threads, facts
from digest.model import Follows, IssueItem, Source
from support.running import Run

FIRST = date(2026, 6, 1)
CONFIG = """digest: {timezone: Europe/Berlin, schedule: mon 08:00, lookback: 9000d, max_age: 9000d}
feeds:
  - {name: Daily, url: daily.xml, kind: news}
  - {name: Others, url: others.xml, kind: blog}
"""


def rss(items: Sequence[tuple[str, str, str]]) -> str:
    """A document of (name, title, text)."""
    told = "".join(
        f"<item><title>{title}</title><link>https://example.org/{name}</link><guid>{name}</guid>"
        f"<description>{text}</description></item>"
        for name, title, text in items
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>A feed</title>{told}</channel></rss>'


class Weeks:
    """A workspace that builds an issue every Monday from what its two feeds showed."""

    def __init__(self, place: Path, run: Run) -> None:
        self.place, self.run = place, run
        (place / "feeds.yaml").write_text(CONFIG)

    def build(self, number: int, *, daily: list[tuple[str, str, str]], others: list[tuple[str, str, str]]) -> Any:
        (self.place / "daily.xml").write_text(rss(daily))
        (self.place / "others.xml").write_text(rss(others))
        slot = f"{FIRST + timedelta(weeks=number)}T08:00"
        built = self.run("-C", self.place, "build", "--at", slot, "--json")
        assert built.code == 0, built.err
        return json.loads((self.place / "archive" / built.json["key"] / "issue.json").read_text())


@pytest.fixture
def weeks(tmp_path: Path, run: Run) -> Weeks:
    return Weeks(tmp_path, run)


def everything(issue: Any) -> list[Any]:
    told: list[Any] = [item for trend in issue["trends"] for item in (*trend["items"], *trend["folded"])] + issue[
        "also_noted"
    ]
    return told


HEADLINE = "A guide to tool use by LLM agents"
TEXT = "How large language model agents call tools and plan over many steps, in 7 chapters."


def test_a_feed_that_repeats_one_headline_daily_is_one_line_a_week(weeks: Weeks) -> None:
    shown: list[tuple[str, str, str]] = []
    for number in range(3):
        shown += [(f"{number}-{day}", HEADLINE, TEXT) for day in range(7)]
        issue = weeks.build(number, daily=shown, others=[(f"p{number}", f"Planning agents, note {number}", TEXT)])
        (repeated,) = [item for item in everything(issue) if item["title"] == HEADLINE]
        assert issue["receipt"]["merged"] == 6
        if number:
            folded = [item for trend in issue["trends"] for item in trend["folded"]]
            assert repeated in folded
            assert (repeated["follows"]["fresh"], repeated["follows"]["part"]) == (False, number + 1)
    page = (weeks.place / "archive" / "2026-W25" / "index.html").read_text()
    assert "The same headline as in W24" in page
    why = weeks.run("-C", weeks.place, "why", "https://example.org/2-0")
    assert "the same headline without new facts" in " ".join(why.out.split())


def test_a_story_with_news_goes_on_as_a_thread(weeks: Weeks) -> None:
    told: list[tuple[str, str, str]] = []
    for number, fact in enumerate(("It has 3 tools.", "It now has 40 tools.", "AgentBox joins with 90 tools.")):
        told.append((f"n{number}", HEADLINE, f"{TEXT} {fact}"))
        issue = weeks.build(number, daily=told, others=[])
    (item,) = [item for trend in issue["trends"] for item in trend["items"]]
    assert item["follows"] == {
        "key": "2026-W24",
        "id": "url:https://example.org/n1",
        "title": HEADLINE,
        "since": "2026-W23",
        "part": 3,
        "fresh": True,
    }
    folder = weeks.place / "archive" / "2026-W25"
    for name in ("email.html", "email.txt", "index.html", "issue.md"):
        assert "Week 3 of this story, since W23" in (folder / name).read_text(), name
    assert "Week 3 of this story, since W23" in weeks.run("-C", weeks.place, "show").out


def test_a_later_version_of_a_paper_is_no_new_story(weeks: Weeks) -> None:
    paper = "https://arxiv.org/abs/2606.00001"
    document = '<?xml version="1.0"?><rss version="2.0"><channel><title>A feed</title><item><title>{}</title><link>{}</link><description>{}</description></item></channel></rss>'
    (weeks.place / "others.xml").write_text(rss([]))
    for number, version in enumerate(("v1", "v2")):
        (weeks.place / "daily.xml").write_text(document.format(f"{HEADLINE} {version}", paper + version, TEXT))
        slot = f"{FIRST + timedelta(weeks=number)}T08:00"
        receipt = weeks.run("-C", weeks.place, "build", "--at", slot, "--json").json["receipt"]
    assert receipt["shown"] + receipt["folded"] + receipt["also_noted"] == 0


def test_a_thread_counts_the_issues_it_stood_in_and_outlives_the_archives_end() -> None:
    root = Published(key="2026-W40", id="a", title="First")
    second = Published(key="2026-W41", id="b", title="Second", follows=Follows(key="2026-W40", id="a"))
    twin = Published(key="2026-W41", id="c", title="Third", follows=Follows(key="2026-W40", id="a"))
    threads = Threads([twin, second, root])
    assert threads.follow(root, title="New", summary=str) == Follows(
        key="2026-W40", id="a", title="First", since="2026-W40", part=3
    )
    late = Published(
        key="2026-W45",
        id="d",
        title="Late",
        follows=Follows(key="2026-W20", id="x", title="Old", since="2026-W10", part=6),
    )
    assert Threads([late]).follow(late, title="New", summary=str) == Follows(
        key="2026-W45", id="d", title="Old", since="2026-W10", part=7
    )


def test_numbers_and_names_are_facts() -> None:
    assert facts("The model Qwen3 by Acme Labs runs 2.5 times faster.") == {"Qwen3", "Acme Labs", "2.5"}
    assert facts("The model runs faster.") == frozenset()


def entry(name: str, title: str, score: float, **more: Any) -> IssueItem:
    sources = (Source(feed=name, url=""),)
    return IssueItem(id=name, title=title, url="", score=score, parts={"source": score}, sources=sources, **more)


def test_a_section_tells_a_second_thing_before_the_same_thing_twice() -> None:
    first = entry("a", "Speculative decoding for long contexts", 2.0)
    same = entry("b", "Speculative decoding for longer contexts", 1.9)
    other = entry("c", "Pruning attention heads", 1.8)
    ordered = arrange([first, same, other], 3)
    assert [item.id for item in ordered] == ["a", "c", "b"]
    assert ordered[2].parts == {"source": 1.9, "diversity": -0.36}
    assert ordered[2].score == 1.54


def test_one_groups_papers_make_room_for_anothers() -> None:
    one, two = (entry(name, title, 2.0, authors=("Ann",)) for name, title in (("a", "Alpha"), ("b", "Beta")))
    other = entry("c", "Gamma", 1.9, authors=("Bob",))
    assert [item.id for item in arrange([one, two, other], 3)] == ["a", "c", "b"]


items = st.lists(
    st.builds(
        entry,
        st.uuids().map(str),
        st.sampled_from(["alpha beta gamma", "alpha beta delta", "other words here"]),
        st.floats(-2, 5),
        follows=st.sampled_from([None, Follows(key="2026-W22", id="x", fresh=False)]),
    ),
    max_size=25,
)


@given(items, st.integers(1, 8))
def test_arranging_loses_nothing_and_tells_repeated_headlines_last(found: list[IssueItem], places: int) -> None:
    ordered = arrange(found, places)
    assert sorted(item.id for item in ordered) == sorted(item.id for item in found)
    stale = [item.follows is not None for item in ordered]
    assert stale == sorted(stale)
    assert all(abs(item.score - sum(item.parts.values())) < 1e-4 for item in ordered)
