"""What the classifier is given of a candidate, and what a candidate's kind follows from."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from digest.classify import Text
from digest.config import Feed
from digest.editorial.candidates import Candidate, sift, text_of
from digest.model import Item, ItemKind, Sighting, Source, Window

NOON = datetime(2026, 6, 29, tzinfo=UTC)
BLOG = Feed(name="Lab", url="https://lab.example/feed", kind="blog", trends=("agents", "reasoning"))
PAPERS = Feed(name="Papers", url="https://papers.example/feed", kind="papers", trends=("agents",))
NEWS = Feed(name="Paper", url="https://news.example/feed", kind="news")
RELEASES = Feed(name="Code", url="https://code.example/feed", kind="releases")


def candidate(*feeds: Feed) -> Candidate:
    return Candidate(
        id="https://lab.example/1",
        keys=("https://lab.example/1",),
        title="A title",
        summary="A summary.",
        url="https://lab.example/1",
        authors=(),
        published=None,
        first_seen=NOON,
        sources=tuple(Source(feed=feed.name, url="https://lab.example/1") for feed in feeds),
        feeds=feeds,
        voices=(),
        sightings=1,
        kind="post",
    )


def test_a_text_has_the_candidates_kind_and_the_trends_of_all_its_feeds() -> None:
    link = "https://lab.example/1"
    expected = Text(id=link, title="A title", summary="A summary.", kind="post", hints=BLOG.trends, link=link)
    assert text_of(candidate(BLOG, PAPERS)) == expected


def test_one_feed_that_is_on_topic_settles_it() -> None:
    assert text_of(candidate(BLOG, replace(NEWS, on_topic=True))).on_topic
    assert not text_of(candidate(BLOG, NEWS)).on_topic


def _sifted(*feeds: Feed, id_: str = "https://lab.example/1", stored: ItemKind | None = None) -> Candidate:
    sightings = tuple(
        Sighting(
            feed=feed.name,
            url="https://lab.example/1",
            title="A title",
            summary="",
            authors=(),
            published=None,
            first_seen=NOON,
            kind=stored,
        )
        for feed in feeds
    )
    window = Window(start=None, end=NOON)
    known = {feed.name: feed for feed in feeds}
    item = Item(id=id_, keys=(id_,), sightings=sightings)
    (found,) = sift([item], window=window, published=frozenset(), feeds=known).candidates
    return found


@pytest.mark.parametrize(("feed", "kind"), [(PAPERS, "paper"), (BLOG, "post"), (NEWS, "news"), (RELEASES, "release")])
def test_what_was_stored_without_a_kind_is_told_from_its_feed(feed: Feed, kind: str) -> None:
    assert _sifted(feed).kind == kind


def test_a_stored_kind_stays() -> None:
    assert _sifted(BLOG, stored="release").kind == "release"


def test_a_papers_page_makes_a_paper_of_what_a_blog_showed_too() -> None:
    assert _sifted(NEWS, PAPERS).kind == "paper"
    assert _sifted(BLOG, id_="arxiv:2606.01234").kind == "paper"
