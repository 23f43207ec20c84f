"""What the classifier is given of a candidate."""

from datetime import UTC, datetime

import pytest

from digest.classify import Text
from digest.config import Feed
from digest.editorial.candidates import Candidate, text_of
from digest.model import Source

BLOG = Feed(name="Lab", url="https://lab.example/feed", kind="blog", trends=("agents", "reasoning"))
PAPERS = Feed(name="Papers", url="https://papers.example/feed", kind="papers", trends=("agents",))


def candidate(*feeds: Feed, id_: str = "https://lab.example/1") -> Candidate:
    return Candidate(
        id=id_,
        keys=(id_,),
        title="A title",
        summary="A summary.",
        url=id_,
        authors=(),
        published=None,
        first_seen=datetime(2026, 6, 29, tzinfo=UTC),
        sources=tuple(Source(feed=feed.name, url=id_) for feed in feeds),
        feeds=feeds,
        voices=(),
        sightings=1,
    )


def test_a_text_has_its_first_feeds_kind_and_the_trends_of_all() -> None:
    expected = Text(id="https://lab.example/1", title="A title", summary="A summary.", kind="post", hints=BLOG.trends)
    assert text_of(candidate(BLOG, PAPERS)) == expected


def test_an_arxiv_paper_is_a_paper_whichever_feed_showed_it() -> None:
    assert text_of(candidate(BLOG, id_="arxiv:2606.01234")).kind == "paper"


NEWS = Feed(name="Paper", url="https://news.example/feed", kind="news")
RELEASES = Feed(name="Code", url="https://code.example/feed", kind="releases")


@pytest.mark.parametrize(("feed", "kind"), [(PAPERS, "paper"), (BLOG, "post"), (NEWS, "news"), (RELEASES, "release")])
def test_each_kind_of_feed_tells_the_kind_of_its_items(feed: Feed, kind: str) -> None:
    assert text_of(candidate(feed)).kind == kind


def test_of_a_feed_that_is_no_longer_configured_nothing_is_known() -> None:
    assert text_of(candidate()) == Text(id="https://lab.example/1", title="A title", summary="A summary.")
