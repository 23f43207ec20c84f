"""Small closed issues, alike but for their number, and archives of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from digest.model import Baseline, FeedReport, Issue, IssueItem, Label, Line, Pulse, Section, Source, Window
from digest.storage.archive import Archive

FEEDS = tuple(f"Feed {letter}" for letter in "ABC")
SLOT = datetime(2026, 6, 29, 6, tzinfo=UTC)
ITEM = IssueItem(
    id="arxiv:2606.01234",
    title="A <think> title 模型",
    url="https://arxiv.org/abs/2606.01234",
    authors=("Ada", "Bob"),
    published=SLOT,
    first_seen=SLOT,
    summary="It works.",
    kind="paper",
    sources=(Source(feed="arXiv", url="https://arxiv.org/abs/2606.01234"),),
    score=1.25,
    trends=(Label(id="agents", score=0.9, evidence=("tool use",)),),
    aliases=("doi:10.1/x",),
)
FOLDED = IssueItem(
    id="url:https://x.org/a", title="More", url="https://x.org/a", trends=(Label(id="agents", score=0.6),)
)
ISSUE = Issue(
    key="2026-W27",
    title="LLM Trends Weekly",
    language="en",
    timezone="Europe/Berlin",
    state="closed",
    slot=SLOT,
    window=Window(start=None, end=SLOT),
    minutes=10,
    lines=(Line(text="One.", target="agents"),),
    read_first=(ITEM.id,),
    trends=(
        Section(
            id="agents",
            name="LLM agents",
            baseline=Baseline(summary="Tools.", as_of="2024"),
            pulse=Pulse(count=2),
            items=(ITEM,),
            folded=(FOLDED,),
        ),
    ),
    quiet=("reasoning",),
    receipt={"shown": 1, "folded": 1},
    feeds=(FeedReport(name="arXiv", url="https://rss.arxiv.org/rss/cs.CL", status="ok", new=2),),
    tally={"arXiv": {"agents": 2}},
)


def issue(number: int, **changes: Any) -> Issue:
    slot = ISSUE.slot + timedelta(weeks=number)
    key = "{}-W{:02}".format(*slot.isocalendar()[:2])
    item = replace(ITEM, id=f"arxiv:{number}", title=f"Agents, number {number}")
    section = replace(ISSUE.trends[0], items=(item,), folded=())
    window = Window(start=slot - timedelta(weeks=1), end=slot)
    return replace(ISSUE, key=key, slot=slot, window=window, trends=(section,), sample=True, **changes)


def several(number: int) -> Issue:
    """An issue with an item of each of three feeds, and eight of a fourth."""
    plain = issue(number)
    (item,) = plain.trends[0].items
    items = tuple(
        replace(item, id=f"{item.id}-{place}", sources=(Source(feed=feed, url=f"https://example.org/{place}"),))
        for place, feed in enumerate(("arXiv",) * 8 + FEEDS)
    )
    return replace(plain, trends=(replace(plain.trends[0], items=items),))


def archived(place: Path, *issues: Issue) -> None:
    for one in issues:
        Archive(place / "archive").write(one, {"index.html": "<!DOCTYPE html><title>x</title>"})
