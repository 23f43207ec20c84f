"""Counts, acceptances and links as feeds write them, read alike from every format."""

import json
from pathlib import Path

import pytest

from digest.feeds.parsing import parse
from digest.feeds.parsing.signals import LINKS, MOST, accepted
from digest.model import Document, Entry, Signal


def rss(description: str, more: str = "") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:slash="http://purl.org/rss/1.0/modules/slash/"'
        ' xmlns:arxiv="http://arxiv.org/schemas/atom"><channel><title>Feed</title><item><title>A paper</title>'
        f"<link>https://papers.example/1</link><guid>1</guid><description><![CDATA[{description}]]></description>{more}"
        "</item></channel></rss>"
    ).encode()


def read(body: bytes) -> Entry:
    """The one entry of a document, which the two readers of XML take for the same."""
    document = parse(body, url="https://feed.example/", content_type="")
    tolerant = parse(b"<!DOCTYPE rss>" + body[38:], url="https://feed.example/", content_type="")
    assert document.entries == tolerant.entries
    (entry,) = document.entries
    return entry


@pytest.mark.parametrize(
    ("text", "summary", "authors", "signals"),
    [
        (
            "<p><b>Authors:</b> Ann Lee, Bo Wu</p><p><b>Upvotes:</b> 52</p><p><b>Summary:</b> We study agents.</p>",
            "We study agents.",
            ("Ann Lee", "Bo Wu"),
            {"votes": 52},
        ),
        (
            "We study agents ...<br/>Upvotes: 498<br/>GitHub Stars: 1,509<br/>Authors: Ann Lee, Bo Wu<br/>🔗 GitHub",
            "We study agents ...",
            ("Ann Lee", "Bo Wu"),
            {"votes": 498, "stars": 1509},
        ),
        ("Score: 3421<br/>Comments: 1022<br/>By: ann<br/>Discussion: there", "", (), {"points": 3421, "comments": 1022}),
        ("<p>Points: 123</p><p># Comments: 45</p>", "", (), {"points": 123, "comments": 45}),
        ("Type: text-generation<br/>Downloads: 271,652<br/>Likes: 3280", "Type: text-generation", (), {"downloads": 271652, "likes": 3280}),
        ("The model has a score: 3 of 5, with comments: none.", "The model has a score: 3 of 5, with comments: none.", (), {}),
        ("Its likes: 30 and its votes: 20 were counted twice.", "Its likes: 30 and its votes: 20 were counted twice.", (), {}),
        ("A text<br/>Upvotes: -5", "A text", (), {}),
        (f"A text<br/>Upvotes: {MOST + 1}", "A text", (), {}),
        (f"A text<br/>Upvotes: {'9' * 400}", f"A text Upvotes: {'9' * 400}", (), {}),
    ],
)  # fmt: skip
def test_counts_are_read_out_of_the_summary(
    text: str, summary: str, authors: tuple[str, ...], signals: dict[str, int]
) -> None:
    entry = read(rss(text))
    assert (entry.summary, entry.authors) == (summary, authors)
    assert {one.name: one.value for one in entry.signals} == signals


def test_elements_that_hold_signals_are_read() -> None:
    more = "<slash:comments>17</slash:comments><arxiv:comment>12 pages. Accepted at ICLR 2026, oral</arxiv:comment>"
    assert read(rss("We study agents.", more)).signals == (
        Signal(name="comments", value=17),
        Signal(name="accepted", value=1, text="ICLR 2026"),
    )


@pytest.mark.parametrize(
    ("comment", "venue"),
    [
        ("Accepted to the International Conference of Software Testing (ICST2023)", "ICST2023"),
        ("Accepted for publication at ACL 2026", "ACL 2026"),
        ("Accepted as an oral presentation at NeurIPS 2026; 30 pages", "NeurIPS 2026"),
        ("To appear in TACL", "TACL"),
        ("23 pages, 10 figures", ""),
        ("The accepted answer is not used here", ""),
        ("", ""),
    ],
)
def test_a_comment_tells_where_a_paper_was_accepted(comment: str, venue: str) -> None:
    assert [one.text for one in accepted(comment)] == ([venue] if venue else [])


def test_links_elsewhere_are_kept_unless_there_are_too_many() -> None:
    def linked(count: int) -> tuple[str, ...]:
        return read(rss("".join(f'<a href="https://w.example/{n}">w</a>' for n in range(count)))).links

    assert linked(3) == ("https://w.example/0", "https://w.example/1", "https://w.example/2")
    assert (len(linked(LINKS)), linked(LINKS + 1)) == (LINKS, ())
    assert read(rss('<a href="https://feed.example/own">own</a> <a href="javascript:x">x</a>')).links == ()


def test_a_json_feed_tells_the_same() -> None:
    items = [{"id": "1", "title": "A", "content_html": 'Upvotes: 7 <a href="https://w.example/">w</a>'}]
    body = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "F", "items": items}).encode()
    document = parse(body, url="https://feed.example/", content_type="")
    assert [entry.links for entry in document.entries] == [("https://w.example/",)]


@pytest.mark.parametrize(
    ("slug", "name", "least"),
    [
        ("hf-daily-papers.xml", "votes", 20),
        ("mibuhand-huggingface-daily-papers.xml", "stars", 5),
        ("mibuhand-huggingface-trending-models.xml", "downloads", 5),
        ("mibuhand-hackernews-best-stories.xml", "points", 10),
        ("arxiv-api-query-100.xml", "accepted", 10),
    ],
)
def test_real_feeds_carry_signals(shared: Path, slug: str, name: str, least: int) -> None:
    document: Document = parse(
        (shared / "data/feeds/real" / slug).read_bytes(), url="https://feed.example/", content_type=""
    )
    assert sum(any(one.name == name for one in entry.signals) for entry in document.entries) >= least
    assert not any("Upvotes" in entry.summary for entry in document.entries)


def test_a_json_feed_may_write_less_than_and_no_tag_for_long() -> None:
    texts = ["p < 0.05", *["x" * 3000] * 99]
    items = [{"id": str(number), "title": "A paper", "content_text": text} for number, text in enumerate(texts)]
    body = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "F", "items": items}).encode()
    assert len(parse(body, url="https://feed.example/", content_type="").entries) == 100
