"""Stories: one entry for one thing, across feeds; labelled pairs of real titles say how often it is right."""

import csv
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.editorial import stories as rules
from digest.editorial.candidates import Candidate, Voice
from digest.editorial.threads import Published
from digest.feeds.identity import address_key
from digest.model import Follows, Source

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
NUMBERS = itertools.count()
gather = partial(rules.gather, identify=address_key)


def told(title: str, *, id_: str = "", summary: str = "", feed: str = "", hours: int = 0) -> Candidate:
    number = next(NUMBERS)
    id_ = id_ or f"url:https://example.org/{number}"
    return Candidate(
        id=id_,
        keys=(id_,),
        title=title,
        summary=summary,
        url="",
        authors=(),
        published=None,
        first_seen=NOON + timedelta(hours=hours),
        sources=(Source(feed=feed or f"feed {number}", url=""),),
        feeds=(),
        voices=(Voice(name=feed or f"feed {number}", heard=NOON + timedelta(hours=hours)),),
        sightings=1,
    )


def stories(*candidates: Candidate) -> list[set[str]]:
    titles = {one.id: one.title for one in candidates}
    return [{titles[one.id], *(titles[id_] for id_ in one.members)} for one in gather(candidates)]


PAPER = told("FooBench: How agents fail", id_="arxiv:2606.00001")


def test_the_paper_tells_the_story_with_everyones_sources() -> None:
    post = told("Why we built FooBench", hours=-5)
    (story,) = gather([post, PAPER])
    assert (story.id, story.members, story.sightings) == (PAPER.id, (post.id,), 2)
    assert story.sources == (*PAPER.sources, *post.sources)
    assert story.keys == (PAPER.id, post.id)
    assert story.first_seen == post.first_seen


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (told("Introducing Gemini 7 Flash"), told("Gemini 7 Flash - everything you need to know")),
        (told("How agents fail in long tasks"), told("How agents fail in long tasks!")),
        (PAPER, told("A benchmark worth reading", summary="See https://arxiv.org/abs/2606.00001v2.")),
        (told("A", summary="word " * 20 + "other " * 20), told("B", summary="word " * 20 + "other " * 20)),
    ],
)
def test_what_is_about_one_thing_is_one_story(one: Candidate, other: Candidate) -> None:
    assert stories(one, other) == [{one.title, other.title}]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (told("Prompt engineering"), told("Prompt Engineering")),
        (told("Notes on training, part 1 of many"), told("Notes on training, part 2 of many")),
        (told("Introducing Gemini 7 Flash"), told("Introducing Gemini 7 Pro")),
        (told("Gemini 7.1: faster"), told("Gemini 7: first look")),
        (PAPER, told("FooBench: How agents fail", id_="arxiv:2606.00002")),
        (told("News of the field", feed="one"), told("News of the fields", feed="one")),
    ],
)
def test_different_things_stay_apart(one: Candidate, other: Candidate) -> None:
    assert stories(one, other) == [{one.title}, {other.title}]


def test_a_roundup_joins_none_of_the_works_it_names() -> None:
    papers = [told(f"Paper number {n}", id_=f"arxiv:2606.0000{n}") for n in range(1, 5)]
    roundup = told("This week", summary=" ".join(f"https://arxiv.org/abs/2606.0000{n}" for n in range(1, 5)))
    assert len(gather([*papers, roundup])) == 5


def test_an_item_follows_the_published_one_that_it_is_about() -> None:
    published = [Published(key="2026-W22", id=PAPER.id, title=PAPER.title)]
    post, other = told("Why we built FooBench"), told("Something else altogether")
    followed = Follows(key="2026-W22", id=PAPER.id, title=PAPER.title, since="2026-W22")
    assert [one.follows for one in gather([post, other], published)] == [followed, None]


@given(
    st.lists(
        st.sampled_from(["A paper on agents that fail", "FooBench 2", "Introducing FooBench 2", "Weekly links"]),
        max_size=rules.FEW,  # what more of them share binds nothing, until they are fewer
    )
)
def test_no_sighting_and_no_key_is_lost(titles: list[str]) -> None:
    candidates = [told(title) for title in titles]
    gathered = gather(candidates)
    assert sum(one.sightings for one in gathered) == len(candidates)
    assert sorted(key for one in gathered for key in one.keys) == sorted(one.id for one in candidates)
    assert gather(gathered) == tuple(replace(one) for one in gathered)


def test_ten_thousand_near_identical_items_are_one_story() -> None:
    assert len(gather([told("The same headline every day", hours=n) for n in range(10_000)])) == 1


def test_thousands_of_texts_that_differ_by_a_number_are_one_story() -> None:
    text = " ".join(f"word{n}" for n in range(40))
    titles = [f"{letter * 3} headline {letter * 5}" for letter in "abcdefghij"]
    flood = [told(titles[n % 10], summary=f"{text} and number {n}") for n in range(3_000)]
    assert len(gather(flood)) == 1


@dataclass(frozen=True)
class Score:
    precision: float
    recall: float


def score(rows: list[Mapping[str, str]]) -> Score:
    titles = {row["link"]: row["title"] for row in rows} | {row["other_link"]: row["other_title"] for row in rows}
    home = {
        key: one.id
        for one in gather([told(title, id_=f"url:{link}") for link, title in titles.items()])
        for key in one.keys
    }
    joined = [(home[f"url:{row['link']}"] == home[f"url:{row['other_link']}"], row["same"] == "1") for row in rows]
    right = sum(found and same for found, same in joined)
    return Score(right / sum(found for found, _ in joined), right / sum(same for _, same in joined))


def test_labelled_pairs_of_real_titles_are_told_apart() -> None:
    """299 pairs of titles that share words, read one by one; the texts are not here, so that bond is not judged."""
    with (Path(__file__).parent / "stories.csv").open(encoding="utf-8") as file:
        rows: list[Mapping[str, str]] = list(csv.DictReader(file))
    found = score(rows)
    assert found.precision >= 0.9, found
    assert found.recall >= 0.85, found
