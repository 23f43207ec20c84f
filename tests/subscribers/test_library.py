"""A reader's own library: what it gives, and that no file of a stranger's does harm."""

import json
import os

import pytest

from digest.errors import UsageError
from digest.services.library import read_library
from digest.subscribers.library import LARGEST, MOST_AUTHORS, Library
from support.cases import slow_but

BIBTEX = "\n".join(
    f"@article{{k{n}, title = {{Speculative decoding, part {n}}}, author = {{Byron, Ada and Hopper, Grace M.{who}}},"
    f" eprint = {{2601.0000{n}}}, keywords = {{kv cache; Computer Science - Machine Learning}}}}"
    for n, who in enumerate(("", "", " and Liu, Wei"))
)
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:z="http://www.zotero.org/namespaces/export#" xmlns:foaf="http://xmlns.com/foaf/0.1/" xmlns:bib="http://purl.org/net/biblio#">{}</rdf:RDF>"""
ENTRY = """<bib:Article rdf:about="http://arxiv.org/abs/2601.0000{n}"><z:itemType>journalArticle</z:itemType><dc:title>A title {n}</dc:title>
 <bib:authors><rdf:Seq><rdf:li><foaf:Person><foaf:surname>Byron</foaf:surname><foaf:givenName>Ada</foaf:givenName></foaf:Person></rdf:li></rdf:Seq></bib:authors>
 <dc:subject>kv cache</dc:subject><dc:subject><z:AutomaticTag><rdf:value>Computer Science</rdf:value></z:AutomaticTag></dc:subject></bib:Article>"""
CSL = [
    {"title": f"A title {n}", "author": [{"given": "Ada", "family": "Byron"}], "URL": f"https://arxiv.org/abs/2601.0000{n}", "keyword": "kv cache, x"}
    for n in range(3)
]  # fmt: skip
OPML = '<opml version="2.0"><body><outline text="One" xmlUrl="https://one.example/feed"/></body></opml>'


def test_bibtex_gives_authors_terms_and_works() -> None:
    assert read_library(BIBTEX.encode(), name="x") == Library(
        works=3,
        authors=("Ada Byron", "Grace M. Hopper"),
        terms=("kv cache", "speculative decoding"),
        arxiv=("2601.00000", "2601.00001", "2601.00002"),
    )


@pytest.mark.parametrize("text", [RDF.format("".join(ENTRY.format(n=n) for n in range(3))), json.dumps(CSL)])
def test_zotero_s_rdf_and_csl_json_give_the_same(text: str) -> None:
    assert read_library(text.encode(), name="x") == Library(
        works=3,
        authors=("Ada Byron",),
        terms=("kv cache",),
        arxiv=("2601.00000", "2601.00001", "2601.00002"),
    )


def test_a_list_of_feeds_gives_its_addresses() -> None:
    assert read_library(OPML.encode(), name="x") == Library(sources=("https://one.example/feed",))


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
BILLION = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY l0 "ha">{LAUGHS}]>' + RDF.format("<dc:title>&l11;</dc:title>")
SECRET = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]>' + RDF.format(
    ENTRY.format(n=1).replace("A title 1", "&f;").replace("Ada", "&f;")
)


def cpu_seconds() -> float:
    """Of this process, and of those that it has seen end."""
    return sum(os.times()[:4])


@pytest.mark.parametrize(
    "body",
    slow_but(
        [
            b"",
            b"\x00" * 1000,
            b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 100,
            b"%PDF-1.7 nothing",
            b"MZ" + b"\x90" * 4000,
            b"just words",
            b"[" * 200_000,
            b'{"items": 7}',
            b'[{"title": 7, "author": "x"}]',
            BILLION.encode(),
            BILLION.replace("rdf:RDF", "opml").encode(),
            b"x" * (LARGEST + 1),
        ],
        b"just words",
        b"[" * 200_000,
        BILLION.replace("rdf:RDF", "opml").encode(),
        b"x" * (LARGEST + 1),
    ),
    ids=range(12),
)
def test_what_is_no_library_is_refused_and_costs_little(body: bytes) -> None:
    begun = cpu_seconds()
    with pytest.raises(UsageError) as refused:
        read_library(body, name="upload")
    assert refused.value.remedy
    assert cpu_seconds() - begun < 10


def test_a_library_names_no_file_of_this_machine() -> None:
    found = read_library(SECRET.encode(), name="upload")
    assert "root:" not in json.dumps([found.authors, found.terms])


def test_a_library_that_takes_too_long_is_given_up() -> None:
    slow = "\n".join(f"@article{{k{n}, title={{{'{' * 50}x{'}' * 50}}}}}" for n in range(30_000))
    begun = cpu_seconds()
    with pytest.raises(UsageError, match="takes more than 1 seconds"):
        read_library(slow.encode(), name="upload", seconds=1)
    assert cpu_seconds() - begun < 8


def test_a_library_gives_no_more_than_a_page_can_show() -> None:
    many = [{"title": "t", "author": [{"literal": f"Author {n} " + "x" * (n % 200)}]} for n in range(400)] * 3
    found = read_library(json.dumps(many).encode(), name="x")
    assert len(found.authors) == MOST_AUTHORS
    assert max(map(len, found.authors)) <= 80
