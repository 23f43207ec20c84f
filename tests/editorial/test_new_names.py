"""New names: introduced by one item, used by another, unknown before; real months say how often that is right."""

import csv
import gzip
import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

from digest.editorial.new_names import NamedText, new_names
from digest.errors import FeedError
from digest.feeds.parsing import parse
from digest.model import NewName

LABELS = Path(__file__).parent / "names.csv"
SUBJECT = "polkit rules for warehouse forklifts under seasonal demand"
PAPER = NamedText(id="a", title="FooBench: How forklifts fail", summary=f"We measure {SUBJECT}.")
USER = NamedText(id="b", title="Better forklifts", summary=f"On FooBench, ours does better at {SUBJECT}.")
OTHERS = tuple(NamedText(id=f"x{n}", title=f"Filler number {n}", summary="Nothing to see.") for n in range(100))


def named(*texts: NamedText, known: tuple[str, ...] = ()) -> dict[str, tuple[str, ...]]:
    return {one.name: one.items for one in new_names((*texts, *OTHERS), known)}


def test_a_name_is_new_where_one_item_introduces_it_and_another_uses_it() -> None:
    assert named(PAPER, USER) == {"FooBench": ("a", "b")}


@pytest.mark.parametrize(
    "said",
    [
        "We selected three pre-trained forklifts named {}",
        "We present a minimal {} recipe",
        "We extend a lift called {} recently proposed by others",
    ],
)
def test_what_another_work_brought_out_is_not_introduced(said: str) -> None:
    other = NamedText(id="a", title="Forklifts", summary=f"{said.format('FooBench')}, measuring {SUBJECT}.")
    assert named(other, USER) == {}


def test_a_name_that_another_item_apposes_to_what_it_built_is_two_things() -> None:
    other = NamedText(id="b", title="Forklifts", summary=f"We develop a strong baseline, FooBench, by {SUBJECT}.")
    assert named(PAPER, other) == {}


def test_a_name_in_one_item_alone_is_not_told() -> None:
    assert named(PAPER) == {}


def test_the_other_items_of_a_story_count() -> None:
    story = NamedText(id="a", title=PAPER.title, summary=PAPER.summary, works=("post",))
    assert named(story) == {"FooBench": ("a", "post")}


@pytest.mark.parametrize("known", ["FooBench", "As on FooBench, we see", "Foo\nFooBench: earlier"])
def test_what_was_named_before_is_not_new(known: str) -> None:
    assert named(PAPER, USER, known=(known,)) == {}


def test_a_longer_name_from_before_leaves_the_shorter_one_new() -> None:
    assert named(PAPER, USER, known=("FooBenchmark and SuperFooBench",)) == {"FooBench": ("a", "b")}


def test_a_name_that_two_items_introduce_is_two_things() -> None:
    other = NamedText(id="b", title="Forklifts", summary=f"We introduce FooBench, which holds {SUBJECT}.")
    assert named(PAPER, other) == {}


def test_letters_that_happen_to_spell_a_name_are_another_thing() -> None:
    assert named(PAPER, NamedText(id="b", title="Protein folding", summary="FooBench of enzymes.")) == {}


@pytest.mark.parametrize(
    "name", ["LLM", "RAG", "GPU", "LLMs", "LM-based", "ICLR 2026", "Orca", "NL2SQL", "Task 5", "OpenAI"]
)
def test_words_of_the_field_and_venues_are_no_names(name: str) -> None:
    texts = [
        NamedText(id=one.id, title=one.title.replace("FooBench", name), summary=one.summary.replace("FooBench", name))
        for one in (PAPER, USER)
    ]
    assert named(*texts) == {}


def test_a_launch_is_found_in_short_titles() -> None:
    launch = NamedText(id="a", title="Introducing Foo Opus 5", summary="")
    assert named(launch, NamedText(id="b", title="Foo Opus 5 plays chess", summary="")) == {"Foo Opus 5": ("a", "b")}


def test_a_window_without_items_has_no_names() -> None:
    assert new_names((), ()) == ()


def test_a_long_line_of_letters_takes_no_time() -> None:
    long = NamedText(id="z", title="A" * 50_000 + "-" * 50_000, summary="We call " + "Ab1" * 30_000)
    assert named(PAPER, USER, long) == {"FooBench": ("a", "b")}


def _labels() -> list[dict[str, str]]:
    with LABELS.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


Row = tuple[str, NamedText]  # a day, or what stands for one, and an item


def _papers(shared: Path) -> list[Row]:
    with gzip.open(shared / "data/labels/corpus.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return [
        (
            row["published"] if len(row["published"]) > 7 else "",
            NamedText(id=row["id"], title=row["title"], summary=row["summary"]),
        )
        for row in sorted(rows, key=lambda row: (row["published"], row["id"]))
    ]


def _found(papers: list[Row], window: str, *, since: str = "") -> set[NewName]:
    """The names of a month, or of `start..end` without its end. What has no day was known before."""
    start, _, end = window.partition("..")
    before = [f"{text.title}\n{text.summary}" for day, text in papers if since <= day < start]
    return set(new_names([text for day, text in papers if start <= day < (end or f"{start}~")], before))


def _windows() -> list[str]:
    """From August 2025 to May 2026: each month, each from one middle to the next, each two, three and four months."""
    months = [*(f"2025-{month:02}" for month in range(8, 13)), *(f"2026-{month:02}" for month in range(1, 7))]
    pairs = list(pairwise(months))
    more = [f"{one}..{other}" for long in (2, 3, 4) for one, other in zip(months, months[long:], strict=False)]
    return [*months[:-1], *(f"{one}-15..{other}-15" for one, other in pairs), *more]


def _months(window: str) -> int:
    """How many months a window spans; a month or a week of feeds is one."""
    start, _, end = window.partition("..")
    return 12 * (int(end[:4]) - int(start[:4])) + int(end[5:7]) - int(start[5:7]) if end else 1


def test_four_of_five_names_of_unseen_windows_are_right() -> None:
    """Of windows up to two months; in longer ones, which no issue has, more works share a name: docs/notebook/story.md."""
    right = [row["right"] == "1" for row in _labels() if _months(row["window"]) <= 2]
    assert sum(right) / len(right) >= 0.8


def test_a_real_month_has_the_names_that_were_labelled(shared: Path) -> None:
    wanted = {
        NewName(name=row["name"], items=tuple(row["items"].split())) for row in _labels() if row["window"] == "2026-02"
    }
    assert _found(_papers(shared), "2026-02", since="2026-01") >= wanted


@pytest.mark.soak
def test_the_rules_find_what_was_labelled_in_the_unseen_windows_and_nothing_else(shared: Path) -> None:
    papers = _papers(shared)
    labels = {row["name"] for row in _labels() if not row["window"].startswith("feeds")}
    assert {one.name for window in _windows() for one in _found(papers, window)} == labels


@pytest.mark.soak
def test_the_rules_find_what_was_labelled_in_the_feeds_and_nothing_else(shared: Path) -> None:
    weeks: dict[str, list[NamedText]] = {}
    seen: set[str] = set()
    for path in sorted(shared.glob("data/feeds/history/*/*"), key=lambda path: (path.stem, path)):
        kind = "application/json" if path.suffix == ".json" else "application/xml"
        try:
            entries = parse(path.read_bytes(), url=f"https://{path.parent.name}.example/", content_type=kind).entries
        except FeedError:
            continue
        for entry in entries:
            found = re.search(r"\d{4}\.\d{5}", entry.link + entry.guid)
            id_ = found[0] if found else entry.link or entry.guid
            if id_ not in seen:
                seen.add(id_)
                weeks.setdefault(path.stem, []).append(NamedText(id=id_, title=entry.title, summary=entry.summary))
    days = sorted(weeks)
    before = {
        day: [f"{text.title}\n{text.summary}" for past in days if past < day for text in weeks[past]] for day in days
    }
    found_names = {(f"feeds {day}", one.name) for day in days[1:] for one in new_names(weeks[day], before[day])}
    assert found_names == {(row["window"], row["name"]) for row in _labels() if row["window"].startswith("feeds")}
