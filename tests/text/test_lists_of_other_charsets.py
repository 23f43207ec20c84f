"""Lists of feeds and of references in charsets other than UTF-8, with and without a declaration that is true."""

import codecs

import pytest

from digest.editorial import references
from digest.feeds.subscriptions import discovery, opml

OPML = '<?xml version="1.0" encoding="{}"?><opml version="2.0"><body><outline text="Größe für “alle”" xmlUrl="https://e.org/f"/></body></opml>'
BIBTEX = "@article{{a, title = {{Größe für alle}}, author = {{Núñez, José}}, eprint = {{2401.00001}}}}"


@pytest.mark.parametrize(
    "body",
    [
        OPML.format("UTF-8").encode(),
        OPML.format("windows-1252").encode("cp1252"),
        OPML.format("ISO-8859-1").encode(),  # UTF-8 under another name
        OPML.format("UTF-8").encode("cp1252"),  # and the reverse
        OPML.format("UTF-16").encode("utf-16"),
        OPML.format("UTF-8").encode("utf-16-le"),
        codecs.BOM_UTF8 + OPML.format("us-ascii").encode(),
    ],
)
def test_a_list_of_feeds_is_read_by_its_bytes(body: bytes) -> None:
    (found,) = opml.read(body).feeds
    assert (found.url, found.name) == ("https://e.org/f", "Größe für “alle”")


@pytest.mark.parametrize(
    "body",
    [
        BIBTEX.format().encode(),
        BIBTEX.format().encode("latin-1"),
        ("% Encoding: ISO8859_1\n\n" + BIBTEX.format()).encode("latin-1"),
        ("This file was created with JabRef 2.10.\nEncoding: Cp1252\n\n" + BIBTEX.format()).encode("cp1252"),
        ("% Encoding: UTF-8\r\n% A comment\r\n" + BIBTEX.format()).encode(),
        codecs.BOM_UTF8 + BIBTEX.format().encode(),
        BIBTEX.format().encode("utf-16"),
    ],
)
def test_references_are_read_by_their_bytes(body: bytes) -> None:
    (work,) = references.read(body, name="x")
    assert (work.title, work.authors, work.arxiv) == ("Größe für alle", ("José Núñez",), "2401.00001")


def test_a_declared_charset_of_references_counts_where_bytes_do_not_tell() -> None:
    body = ("% Encoding: windows-1251\n" + BIBTEX.format().replace("Größe für alle", "Языковые модели")).encode(
        "cp1251", "replace"
    )
    assert references.read(body, name="x")[0].title == "Языковые модели"


def test_links_of_a_page_in_utf_16_are_found() -> None:
    page = '<html><head><link rel="alternate" type="application/rss+xml" href="/feed"></head></html>'
    assert discovery.addresses(page.encode("utf-16"), "https://e.org/")[0] == "https://e.org/feed"
