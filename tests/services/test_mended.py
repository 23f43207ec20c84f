"""What a feed says of an item later: used from its own instant on, and never in an issue that is closed."""

import json
from pathlib import Path
from typing import Any

from support.running import Run

CHANNEL = '<rss version="2.0"><channel><title>T</title>{}</channel></rss>'
ITEM = "<item><title>{}</title><link>https://example.org/1</link><guid>1</guid><description>{}</description><author>{}</author></item>"
PLACE = "feeds:\n  - {name: F, url: f.xml, kind: blog, on_topic: true}\n  - {name: G, url: g.xml, kind: blog, on_topic: true}\n"
FIRST = ("Languge model agents", "Large language models use tols.", "Ada")
MENDED = ("Language model agents", "Large language models use tools.", "Ada Byron")


def say(place: Path, *items: tuple[str, str, str]) -> None:
    (place / "f.xml").write_text(CHANNEL.format("".join(ITEM.format(*item) for item in items)))


def place(tmp_path: Path) -> Path:
    (tmp_path / "feeds.yaml").write_text(PLACE)
    other = ITEM.replace("/1", "/2").replace(">1<", ">2<").format("Another language model", "Text.", "Bo")
    (tmp_path / "g.xml").write_text(CHANNEL.format(other))
    say(tmp_path, FIRST)
    return tmp_path


def collect(run: Run, place: Path, at: str) -> None:
    assert run("-C", place, "collect", "--at", at).code == 0


def told(run: Run, place: Path, at: str) -> list[str]:
    assert run("-C", place, "build", "--offline", "--at", at).code == 0
    files = sorted(
        [*place.glob("archive/*/issue.json"), *place.glob(".digest/drafts/*/issue.json")],
        key=lambda path: path.parent.name,
    )
    issue: dict[str, Any] = json.loads(files[-1].read_text())
    items = [item for trend in issue["trends"] for item in (*trend["items"], *trend["folded"])] + issue["also_noted"]
    return sorted(item["title"] for item in items)


def stored(run: Run, place: Path) -> tuple[str, str, str]:
    one = next(json.loads(line) for line in run("-C", place, "export").out.splitlines() if '"feed": "F"' in line)
    return one["title"], one["summary"], ", ".join(json.loads(one["authors"]))


def test_a_correction_counts_from_its_own_instant_on(run: Run, tmp_path: Path) -> None:
    here = place(tmp_path)
    collect(run, here, "2026-11-24T08:00:00Z")
    say(here, MENDED)
    collect(run, here, "2026-11-26T08:00:00Z")
    assert stored(run, here) == MENDED
    assert told(run, here, "2026-11-25T08:00:00Z") == ["Another language model", FIRST[0]]
    assert told(run, here, "2026-11-26T08:00:00Z") == ["Another language model", MENDED[0]]
    say(here, FIRST)
    collect(run, here, "2026-11-27T08:00:00Z")
    assert stored(run, here) == FIRST
    assert told(run, here, "2026-11-26T09:00:00Z") == ["Another language model", MENDED[0]]


def test_a_text_that_is_missing_or_damaged_later_changes_nothing(run: Run, tmp_path: Path) -> None:
    here = place(tmp_path)
    collect(run, here, "2026-11-24T08:00:00Z")
    for at, worse in enumerate([("", "", ""), ("Langu\ufffdge model", "Larg\ufffd language", "Ad\ufffd")]):
        say(here, worse)
        collect(run, here, f"2026-11-2{5 + at}T08:00:00Z")
    assert stored(run, here) == FIRST


def test_the_first_of_two_entries_on_one_item_counts(run: Run, tmp_path: Path) -> None:
    here = place(tmp_path)
    say(here, FIRST, MENDED)
    for at in ("2026-11-24T08:00:00Z", "2026-11-25T08:00:00Z"):
        collect(run, here, at)
    assert stored(run, here) == FIRST


def test_what_is_published_keeps_its_words(run: Run, tmp_path: Path) -> None:
    here = place(tmp_path)
    collect(run, here, "2026-11-24T08:00:00Z")
    assert told(run, here, "2026-11-30T08:00:00Z") == ["Another language model", FIRST[0]]
    assert list(here.glob("archive/2026-W49/issue.json"))
    say(here, MENDED)
    collect(run, here, "2026-12-01T08:00:00Z")
    assert stored(run, here) == FIRST


def test_a_feed_that_says_something_else_each_time_has_a_bounded_number_of_texts(run: Run, tmp_path: Path) -> None:
    here = place(tmp_path)
    for minute in range(64):
        say(here, (f"Language model agents, seen {minute} times", "Text.", "Ada"))
        collect(
            run,
            here,
            f"2026-11-24T08:{minute % 60:02}:{minute // 60:02}Z"
            if minute < 60
            else f"2026-11-24T09:0{minute - 60}:00Z",
        )
    assert stored(run, here)[0] == "Language model agents, seen 60 times"
