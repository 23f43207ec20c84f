"""Documents in every format, whole and broken, read into plain entries."""

import json
import time
import unicodedata
from datetime import UTC, datetime
from urllib.parse import urljoin
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.errors import FeedError
from digest.feeds.parsing import parse, parse_regular, tolerant
from digest.model import Document
from digest.text.markup import from_html, plain, web_link

URL = "https://example.org/feed"


def read(text: str, content_type: str = "application/xml") -> Document:
    return parse(text.encode(), url=URL, content_type=content_type)


def rss(items: str) -> str:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>{items}</channel></rss>'


ARXIV = """<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom">
<channel><title>cs.CL</title><item><title>A &lt;think&gt; token, and $a_1 &lt; b$</title>
<link>https://arxiv.org/abs/2606.01234</link><guid isPermaLink="false">oai:arXiv.org:2606.01234v2</guid>
<description>arXiv:2606.01234v2 Announce Type: replace-cross
Abstract: What it says.</description><dc:creator>Ada Lovelace, Alan M. Turing, Grace Hopper</dc:creator>
<arxiv:announce_type>replace-cross</arxiv:announce_type><pubDate>Mon, 01 Jun 2026 04:00:00 GMT</pubDate></item></channel></rss>"""


def test_arxiv_rss() -> None:
    (entry,) = read(ARXIV).entries
    assert entry.title == "A <think> token, and $a_1 < b$"
    assert entry.summary == "What it says."
    assert entry.announce == "replace-cross"
    assert entry.authors == ("Ada Lovelace", "Alan M. Turing", "Grace Hopper")
    assert entry.published == datetime(2026, 6, 1, 4, tzinfo=UTC)


def test_the_error_feed_of_arxivs_api() -> None:
    text = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Q</title><entry><id>http://arxiv.org/api/errors#x</id>
    <title>Error</title><summary>incorrect id format</summary></entry></feed>"""
    with pytest.raises(FeedError, match="incorrect id format"):
        read(text)


def test_rdf() -> None:
    text = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>T</title></channel>
    <item rdf:about="https://example.org/1"><title>One</title><link>https://example.org/1</link>
    <dc:creator>Ada</dc:creator><dc:date>2026-06-01</dc:date></item></rdf:RDF>"""
    (entry,) = read(text).entries
    assert (entry.title, entry.link, entry.authors) == ("One", "https://example.org/1", ("Ada",))
    assert entry.published == datetime(2026, 6, 1, tzinfo=UTC)


def test_json_feed() -> None:
    item = {
        "id": 7,
        "url": "/one",
        "title": "One",
        "content_html": "<p>Two<br>lines</p>",
        "authors": [{"name": "Ada"}, 3],
    }
    text = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [item, "no item"]})
    document = read(text, "application/feed+json")
    (entry,) = document.entries
    assert (entry.guid, entry.link, entry.summary) == ("7", "https://example.org/one", "Two lines")
    assert entry.authors == ("Ada",)
    assert document.damaged == 1


def test_an_id_of_a_json_feed_may_be_any_number() -> None:
    text = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"id": 3.5}, {"id": True}]})
    assert [entry.guid for entry in read(text, "application/feed+json").entries] == ["3.5", ""]


def test_atom_with_relative_links_and_markup() -> None:
    text = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://example.org/blog/"><title>T</title><entry><id>a</id>
    <title type="html">&lt;b&gt;Bold&lt;/b&gt; words</title><link href="one"/><updated>2026-06-01T08:00:00+02:00</updated>
    <summary type="html">&lt;p onclick="x"&gt;Said&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;</summary></entry></feed>"""
    (entry,) = read(text).entries
    assert entry.title == "Bold words"
    assert entry.summary == "Said"
    assert entry.link == "https://example.org/blog/one"
    assert entry.published == datetime(2026, 6, 1, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://example.org/x"]
)
def test_only_web_links(link: str) -> None:
    (entry,) = read(rss(f"<item><title>One</title><link>{link}</link></item>")).entries
    assert entry.link == ""


@pytest.mark.parametrize("date", ["", "yesterday", "Thu, 99 Foo 0001", "0000-00-00", "Mon, 01 Jan 99999 00:00:00 GMT"])
def test_dates_that_cannot_be(date: str) -> None:
    (entry,) = read(rss(f"<item><title>One</title><pubDate>{date}</pubDate></item>")).entries
    assert entry.published is None


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "web page"),
        (b'{"error": 1}', "not a JSON Feed"),
        (b"{", "broken JSON"),
        (b"[" * 100_000, "not a feed|JSON"),
        (b"plain words", "not a feed"),
        (b'<?xml version="1.0"?><rss version="2.0"><channel><title>T</title><item><title>cut', "cut off"),
    ],
)
def test_what_is_no_feed(body: bytes, cause: str) -> None:
    with pytest.raises(FeedError, match=cause):
        parse(body, url=URL, content_type="")


def test_a_cut_off_document_keeps_its_whole_entries() -> None:
    whole = "".join(f"<item><title>N{n}</title><link>https://example.org/{n}</link></item>" for n in range(3))
    document = read(f'<rss version="2.0"><channel><title>T</title>{whole}<item><title>cu')
    assert [entry.title for entry in document.entries] == ["N0", "N1", "N2"]
    assert document.damaged == 1
    assert "cut off" in document.notes[0]


@pytest.mark.parametrize("named", ["us-ascii", "windows-1252", "ISO-8859-1"])
@pytest.mark.parametrize("header", ["text/xml; charset={}", "application/xml"])
def test_utf8_under_another_name_is_read_as_utf8_and_told(named: str, header: str) -> None:
    body = f'<?xml version="1.0" encoding="{named}"?>' + rss("<item><title>5 € für Schölkopf</title></item>")[21:]
    document = parse(body.encode("utf-8"), url=URL, content_type=header.format(named))
    assert document.entries[0].title == "5 € für Schölkopf"
    assert "charset" in document.notes[0]


def test_a_western_charset_is_what_it_says() -> None:
    body = '<?xml version="1.0" encoding="windows-1252"?>' + rss("<item><title>5 € für Schölkopf</title></item>")[21:]
    document = parse(body.encode("windows-1252"), url=URL, content_type="")
    assert (document.entries[0].title, document.notes) == ("5 € für Schölkopf", ())


def test_no_entity_is_expanded_and_no_file_read() -> None:
    text = """<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>
    <rss version="2.0"><channel><title>T</title><item><title>T &x; &b;</title></item></channel></rss>"""
    try:
        entries = read(text).entries
    except FeedError:
        return
    assert all("root:" not in entry.title for entry in entries)


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_whatever_comes_is_read_or_refused(body: bytes) -> None:
    try:
        document = parse(body, url=URL, content_type="text/xml")
    except FeedError:
        return
    assert all(entry.link == "" or entry.link.startswith(("http://", "https://")) for entry in document.entries)


HOSTILE = [
    b'<rss version="2.0"><channel><item><title>' + b"<a>" * 700_000,
    b'<!DOCTYPE r [<!ENTITY a "ha">]><rss version="2.0"><channel><title>&a;</title></channel></rss>',
    b'<rss version="2.0"><channel><title>' + b"x" * 11_000_000 + b"</title></channel></rss>",
    b'<?xml version="1.0" encoding="utf-16"?><rss version="2.0"><channel/></rss>',
    b"\xef\xbb\xbf<rss version='2.0'><channel/></rss>",
    b'{"version": "https://jsonfeed.org/version/1.1", "items": [' + b"{}," * 1_000_000 + b"{}]}",
    b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"content_text": "' + b"x" * 5_000_000 + b'"}]}',
]


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_hostile_or_odd_is_read_in_the_programs_own_process(body: bytes) -> None:
    began = time.process_time()
    assert parse_regular(body, url=URL, content_type="") is None
    assert time.process_time() - began < 0.5


def test_a_json_feed_is_read_here_however_deep_it_claims_to_be() -> None:
    feed = b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "title": "One"}]}'
    read = parse_regular(feed, url=URL, content_type="")
    assert read is not None
    assert [(entry.guid, entry.title) for entry in read.entries] == [("1", "One")]
    with pytest.raises(FeedError, match="broken JSON"):
        parse_regular(b'{"items": ' + b"[" * 15_000, url=URL, content_type="")


VIDEO = b"""<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"><title>V</title><entry>
<id>yt:video:1</id>%s<link rel="alternate" href="https://example.org/1"/><published>2026-06-01T10:00:00+00:00</published>%s
</entry></feed>"""
GROUP = b"""<media:group><media:title>One</media:title><media:content url="https://example.org/1.mp4"/><media:description>%s
</media:description><media:community><media:statistics views="3"/></media:community></media:group>"""
TITLE = b"<title>One</title>"


@pytest.mark.parametrize("told", [b"Two &amp;amp; three\nfour", b"&lt;b&gt;Bold&lt;/b&gt; https://a.example/?x=1", b""])
def test_a_videos_description_is_its_summary(told: bytes) -> None:
    body = VIDEO % (TITLE, GROUP % told)
    read = parse_regular(body, url=URL, content_type="")
    assert read is not None
    assert read == tolerant.parse(body, url=URL, content_type="")


@pytest.mark.parametrize(
    ("before", "after"),
    [(GROUP % b"x", TITLE), (TITLE, GROUP % b"x" + GROUP % b"y"), (TITLE, GROUP % b"x" + b"<summary>y</summary>")],
)
def test_a_video_that_is_told_of_in_other_ways_is_the_judges(before: bytes, after: bytes) -> None:
    assert parse_regular(VIDEO % (before, after), url=URL, content_type="") is None


RSS = '<rss version="2.0"><channel><title>{0}</title><item><title>{0}</title><link>https://a.example/1</link></item></channel></rss>'
PIECES = st.sampled_from(
    ["<b>", "</b>", "<think>", "</THINK>", "<sub>", "</Sub>", "&amp;", "&x;", "&#38;", "a", " ", "<", "é"]
)


@given(st.lists(PIECES, max_size=8).map("".join))
def test_whether_a_title_is_markup_is_guessed_as_the_judge_does(title: str) -> None:
    body = RSS.format(escape(title)).encode()
    read = parse_regular(body, url=URL, content_type="")
    judged = tolerant.parse(body, url=URL, content_type="")
    assert read is not None
    assert (read.title, read.entries) == (judged.title, judged.entries)


@given(st.text(alphabet="&;#ltgampxnbs0123456789 a\u200b\x1c\n\u00a0é", max_size=40))
def test_text_without_tags_is_read_as_any_other_markup(text: str) -> None:
    """It takes a short cut past the HTML parser."""
    assert from_html(text, chars=100) == from_html(f"{text}<b></b>", chars=100)


@given(
    st.from_regex(
        r"https?://[A-Za-z0-9.-]{1,8}(:[0-9]{1,3})?(/[\w./~%;-]{0,8})?(\?[\w=&;]{0,4})?(#\w{0,3})?", fullmatch=True
    )
)
def test_a_whole_address_needs_no_base(address: str) -> None:
    found = web_link(address, base="https://example.org/feed")
    assert found in ("", urljoin("https://example.org/feed", address))
    assert found == web_link(f" {address}", base="https://example.org/feed")


@given(st.text(st.characters(codec=None), max_size=60))
def test_a_clean_line_moves_nothing_and_turns_nothing(text: str) -> None:
    line = plain(text, chars=50)
    assert len(line) <= 50
    assert not [char for char in line if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")]
    turning = ("LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI")
    assert not [
        char for char in line if unicodedata.bidirectional(char) in turning or char in "\u061c\u200e\u200f\ufeff"
    ]
    assert plain(line, chars=50) == line


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        (
            b'<?xml version="1.0"?><opml version="2.0"><head/><body/></opml>',
            "a list of feeds, not a feed; `digest feeds import` takes it",
        ),
        (b'<!-- made --><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"/>', "a sitemap, not a feed"),
        (b'<s:sitemapindex xmlns:s="http://www.sitemaps.org/schemas/sitemap/0.9"/>', "a sitemap, not a feed"),
        (b"<html><body/></html>", "a web page, not a feed"),
        (b"<error>no</error>", "not a feed in a known format"),
    ],
)
def test_what_is_no_feed_is_called_what_it_is(body: bytes, cause: str) -> None:
    with pytest.raises(FeedError) as raised:
        parse(body, url="https://example.org/feed", content_type="text/xml")
    assert raised.value.cause == cause


@pytest.mark.parametrize("char", ["\n", "\r", "\t", "\x0b", "\x1c", "\x85", "\u2028", "\u2029"])
def test_a_link_with_a_broken_line_is_none(char: str) -> None:
    assert web_link(f"https://feed.example/a{char}b", base="") == ""
    assert web_link(f" https://feed.example/a{char}", base="") in {"", "https://feed.example/a"}
