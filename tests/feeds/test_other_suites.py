"""What arxiv.py, miniflux, reader, rss2email and listparser expect of their own documents, asked of our adapters.

What they expect and we keep nothing of does not apply. `expected_failures.txt` lists what differs, and why.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from email import message_from_string
from email.message import EmailMessage
from email.policy import default
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import pytest

from digest.errors import FeedError
from digest.feeds.identity import arxiv_id
from digest.feeds.parsing import parse
from digest.feeds.subscriptions import opml
from digest.model import Document, Entry
from digest.text.markup import plain

BASE = "https://example.org/"
KNOWN = Path(__file__).parent / "expected_failures.txt"
ATOM = "{http://www.w3.org/2005/Atom}"
Outcomes = Mapping[str, str]


def _read(path: Path, content_type: str = "") -> Document:
    return parse(path.read_bytes(), url=BASE + path.name, content_type=content_type)


def _told(wrong: list[str]) -> str:
    return f"failed: {', '.join(dict.fromkeys(wrong))}" if wrong else "passed"


# arxiv.py: recorded answers of arXiv's API, and what its tests say of them


def _arxiv(root: Path) -> Outcomes:
    answers = {path.stem: json.loads(path.read_text()) for path in sorted(root.glob("tests/fixtures/*.json"))}
    found = {name: _answer(answer) for name, answer in answers.items()}
    firsts = {name: [entry.guid for entry in entries] for name, entries in found.items() if entries is not None}
    outcomes = {name: _told(_arxiv_differences(answers[name], entries)) for name, entries in found.items()}
    return outcomes | {f"pages, {claim}": "passed" if true else "failed" for claim, true in _pages(firsts).items()}


def _answer(answer: dict[str, Any]) -> tuple[Entry, ...] | None:
    """The entries of a recorded answer, whose bytes are kept as Latin-1; None for an error."""
    try:
        return parse(answer["body"].encode("latin-1"), url=answer["url"], content_type="").entries
    except FeedError:
        return None


def _arxiv_differences(answer: dict[str, Any], entries: tuple[Entry, ...] | None) -> list[str]:
    """arxiv.py expects an error for all but 200, and of each result its id, title, dates, authors and abstract."""
    if entries is None or answer["status_code"] != 200:
        return ["error"] * ((entries is None) != (answer["status_code"] != 200))
    raw = ET.fromstring(answer["body"].encode("latin-1")).findall(ATOM + "entry")
    wrong = ["number"] * (len(raw) != len(entries))
    for element, entry in zip(raw, entries, strict=False):
        short = element.findtext(ATOM + "id", "").partition("/abs/")[2]  # as `Result.get_short_id` has it
        expected = {
            "id": (short, re.sub(r"v\d+$", "", short)),
            "title": " ".join(element.findtext(ATOM + "title", "").split()),
            "published": datetime.fromisoformat(element.findtext(ATOM + "published", "")),
            "authors": tuple(
                " ".join((name.text or "").split()) for name in element.iterfind(f"{ATOM}author/{ATOM}name")
            ),
            "summary": " ".join(element.findtext(ATOM + "summary", "").split()),
            "pdf and page": f"https://arxiv.org/abs/{short}",
        }
        ours = {
            "id": (entry.guid.partition("/abs/")[2], arxiv_id(entry.guid)),
            "title": entry.title,
            "published": entry.published,
            "authors": entry.authors,
            "summary": entry.summary,
            "pdf and page": entry.link,
        }
        wrong += [name for name, value in expected.items() if ours[name] != value or not value]
    return wrong


def _pages(ids: Mapping[str, list[str]]) -> dict[str, bool]:
    """What arxiv.py says of answers side by side."""
    by = {re.sub(r"_[0-9a-f]{12}$", "", name): found for name, found in ids.items()}
    ten = by["q_testing_s0_m10"]
    tens = [guid for start in range(0, 60, 10) for guid in by[f"q_testing_s{start}_m10"]]
    return {
        "a missing id gives nothing": by["id_0000.0000_s0_m100"] == by["id_0808.05394_s0_m100"] == [],
        "a missing id hides no other": len(by["id_0808.05394_1707.08567_s0_m100"]) == 1,
        "a hundred, none twice": len(set(by["q_testing_s0_m100"])) == 100,
        "six pages of ten": len(tens) == 60 and tens[:10] == ten,
        "an offset starts later": by["q_testing_s5_m10"][:5] == ten[5:] and by["q_testing_s9_m15"][0] == ten[9],
    }


# miniflux: documents whose charset is declared, declared wrongly or not at all

CHARSETS = (
    ("parser/testdata/urdu_UTF8.xml", "text/xml; charset=utf-8", 0, "utf-8"),
    ("parser/testdata/encoding_WINDOWS-1251.xml", "text/xml", 0, "windows-1251"),
    ("parser/testdata/no_encoding_ISO-8859-1.xml", "application/xml; charset=ISO-8859-1", 2, "iso-8859-1"),
    ("parser/testdata/encoding_ISO-8859-1.xml", "application/rss+xml; charset=ISO-8859-1", 5, "iso-8859-1"),
    ("parser/testdata/rdf_UTF8.xml", "application/rss+xml; charset=utf-8", 1, "utf-8"),
    ("parser/testdata/rdf_UTF8.xml", "application/rss+xml", 1, "utf-8"),
    ("xml/testdata/koi8r.xml", "", 0, "koi8-r"),
    ("encoding/testdata/koi8r.xml", "text/xml; charset=koi8-r", 1, "koi8-r"),
    ("encoding/testdata/utf8.xml", "", 0, "utf-8"),
    ("encoding/testdata/invalid-prolog.xml", "", 0, "utf-8"),
    ("encoding/testdata/utf8-incorrect-prolog.xml", "", 0, "utf-8"),
    ("encoding/testdata/iso-8859-1.xml", "text/html; charset=ISO-8859-1", None, "iso-8859-1"),
    ("encoding/testdata/iso-8859-1.xml", "", None, "iso-8859-1"),
    ("encoding/testdata/windows-1252.xml", "", None, "windows-1252"),
    ("encoding/testdata/windows-1252-incorrect-prolog.xml", "", None, "utf-8"),
    ("parser/testdata/small_atom.xml", "", 0, "utf-8"),
    ("parser/testdata/large_atom.xml", "", 24, "utf-8"),
    ("parser/testdata/large_rss.xml", "", 24, "utf-8"),
)  # fmt: skip
_ITEM = re.compile(r"<(?:item|entry)[\s>].*?</(?:item|entry)>", re.DOTALL)
_TITLE = re.compile(r"<title[^>]*>\s*(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?\s*</title>", re.DOTALL)


def _miniflux(root: Path) -> Outcomes:
    folder = root / "internal/reader"
    outcomes = {f"{name}, {header or 'no header'}": _charset(folder / name, header, number, true)
                for name, header, number, true in CHARSETS}  # fmt: skip
    rest = {str(path.relative_to(folder)) for path in folder.rglob("testdata/*")} - {name for name, *_ in CHARSETS}
    return outcomes | dict.fromkeys(rest, "not applicable")  # web pages, and notes that are no feeds


def _charset(path: Path, header: str, number: int | None, true: str) -> str:
    """The title of the channel or of one item, as who knows the charset reads it."""
    text = path.read_bytes().decode(true)
    place = text if number is None else _ITEM.findall(text)[number]
    title = _TITLE.search(place)
    assert title is not None
    document = _read(path, header)
    ours = document.title if number is None else document.entries[number].title
    return _told(["title"] * (ours != plain(unescape(title[1]), chars=500)))


# reader: whole documents; of each entry its id, link, title, date and author

_ROBOTS = "urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a"
_POST = "7bd204c6-1655-4c27-aeee-53f933c5395f"
_SOURCES = tuple((f"source:{name}", "", "", None, "") for name in ("only-url", "only-title", "empty"))
_AUTHORS = ("name", "url", "name fallback", "empty dict", "empty list")
READER: Mapping[str, tuple[str, tuple[tuple[str, str, str, datetime | None, str], ...]] | None] = {
    "empty.atom": ("", ((_ROBOTS, "", "", None, ""),)),
    "empty.rss": ("", ((_POST, "", "", None, ""),)),
    "empty.json": ("", (("1", "", "", None, ""),)),
    "10.json": ("", ()),
    "unknown.json": ("", ()),
    "relative.atom": ("", ((_ROBOTS, BASE + "entries/entry.html", "", None, ""),)),
    "relative.rss": ("", ((_POST, BASE + "blog/post/1", "", None, ""),)),
    "full.atom": (
        "Example Feed",
        (
            (_ROBOTS, "http://example.org/2003/12/13/atom03", "Atom-Powered Robots Run Amok",
             datetime(2003, 12, 13, 17, 17, 51, tzinfo=UTC), "John Doe"),
            ("urn:uuid:00000000-cfb8-4ebb-aaaa-00000000000", "urn:uuid:00000000-cfb8-4ebb-aaaa-00000000000",
             "Atom-Powered Robots Run Amok Again", datetime(2003, 12, 13, tzinfo=UTC), ""),
            *((one[0], one[0], "", None, "") for one in _SOURCES),
        ),
    ),
    "full.rss": (
        "RSS Title",
        (
            (_POST, "http://www.example.com/blog/post/1", "Example entry",
             datetime(2009, 9, 6, 16, 20, tzinfo=UTC), "Example editor"),
            ("00000000-1655-4c27-aeee-00000000", "", "Example entry, again", datetime(2009, 9, 6, tzinfo=UTC), ""),
            *_SOURCES,
        ),
    ),
    "full.json": (
        "My Example Feed",
        (
            ("2", "https://example.org/second-item", "Title",
             datetime(2020, 1, 2, 21, tzinfo=UTC), "mailto:joe@example.com"),
            ("1", "https://example.org/initial-post", "", datetime(2020, 1, 2, 12, tzinfo=UTC), "Jane"),
        ),
    ),
    "invalid.json": (
        "",
        (
            ("2", "", "", None, ""),
            ("3.1415", "", "float id", None, ""),
            *((f"author {each}", "", "", None, "mailto:joe@example.com" if each == "name fallback" else "")
              for each in _AUTHORS),
            ("second author is good", "", "", None, "Jane"),
        ),
    ),
    "custom": None,  # no feed without a parser of one's own
    "sqlite_releases.html": None,
}  # fmt: skip


def _reader(root: Path) -> Outcomes:
    return {path.name: _told(list(_reader_differences(path))) for path in sorted(root.glob("tests/data/*"))}


def _reader_differences(path: Path) -> Iterator[str]:
    expected = READER[path.name]
    try:
        document = _read(path)
    except FeedError:
        if expected is not None:
            yield "is read"
        return
    if expected is None:
        yield "is no feed"
        return
    title, entries = expected
    if document.title != title or len(document.entries) != len(entries):
        yield "feed"
    for ours, wanted in zip(document.entries, entries, strict=False):
        found = (ours.guid, ours.link, ours.title, ours.published, ", ".join(ours.authors))
        names = ("id", "link", "title", "date", "author")
        yield from (
            f"{name} of {ours.guid}" for name, one, other in zip(names, found, wanted, strict=True) if one != other
        )


# rss2email: feeds, and the mails that it makes of them


def _rss2email(root: Path) -> Outcomes:
    mails = sorted(root.glob("test/data/*/*.expected"))
    outcomes = {f"{path.parent.name}/{path.name}": _told(list(_mail_differences(path))) for path in mails}
    silent = {path.parent for path in root.glob("test/data/*/feed*")} - {path.parent for path in mails}
    return outcomes | {folder.name: "not applicable" for folder in silent}


def _mail_differences(path: Path) -> Iterator[str]:
    """A mail per entry, found by the id or else the link, as its own headers say."""
    (feed,) = path.parent.glob("feed.*")
    document, raw = _read(feed), feedparser.parse(feed.read_bytes()).entries
    mails = [_headers(block) for block in re.split(r"\n\s*\n", path.read_text()) if "\nX-RSS-ID: " in block]
    if len(mails) != len(document.entries):
        yield "number"
    named = "subject-format" not in path.with_suffix(".config").read_text()
    for mail in mails:
        place = next((n for n, one in enumerate(document.entries) if mail["X-RSS-ID"] == one.guid), None)
        by_link = next(
            (n for n, one in enumerate(document.entries) if mail["X-RSS-URL"] == one.link and not one.guid), 0
        )
        number = by_link if place is None else place
        entry, dates = document.entries[number], raw[number]
        author = mail["From"].addresses[0].display_name
        once = dict.get(dates, "published_parsed") in (None, dict.get(dates, "updated_parsed"))
        checks = {
            "link": entry.link == (mail["X-RSS-URL"] or ""),
            "title": not named or entry.title == str(mail["Subject"]),
            # Where an entry has two dates, a mail bears that of its last change, and we keep that of its publication.
            "date": not once or entry.published == mail["Date"].datetime.replace(tzinfo=UTC),
            "author": author.endswith(entry.authors or ("<author>",)),
        }
        yield from (name for name, true in checks.items() if not true)


def _headers(block: str) -> EmailMessage:
    text = re.sub(r"\A.*?(?=^MIME-Version)", "", block, flags=re.DOTALL | re.MULTILINE)
    return message_from_string(text + "\n\n", policy=default)


# listparser: lists of feeds, each with expressions over what is read


class _Labels:
    """Our flat labels, asked as listparser's categories (paths) or tags."""

    def __init__(self, labels: tuple[str, ...]) -> None:
        self._labels = labels

    def __contains__(self, wanted: str | list[str]) -> bool:
        return {wanted} <= set(self._labels) if isinstance(wanted, str) else set(wanted) <= set(self._labels)


# Of a list itself, and of the shape of categories, we keep nothing.
_MEANT = re.compile(r"Eval: (.*result\[.(?:feeds|lists|opportunities)\b.*)")
_SHAPE = re.compile(r"(?:categories|tags)'\](?:\)|\[| ==)|(?:lists|opportunities)'\]\[")


def _listparser(root: Path) -> Outcomes:
    files = sorted(root.glob("tests/files/**/*.xml"))
    return {str(path.relative_to(root / "tests/files")): _list(path.read_bytes()) for path in files}


def _list(body: bytes) -> str:
    lines = [line.strip() for line in _MEANT.findall(body.decode("utf-8", "replace")) if not _SHAPE.search(line)]
    if not lines:
        return "not applicable"
    read = opml.read(body)
    feeds = [{"url": one.url, "title": one.name, "categories": _Labels(one.labels), "tags": _Labels(one.labels)}
             for one in read.feeds]  # fmt: skip
    result = {
        "feeds": feeds,
        "lists": [one for one in read.refused if "another list" in one.why],
        "opportunities": [one for one in read.refused if "a page" in one.why],
    }
    return _told([line for line in lines if not eval(line, {"result": result})])


SUITES: Mapping[str, tuple[Callable[[Path], Outcomes], dict[str, int]]] = {  # as docs/notebook/suites.md says
    "arxiv-py": (_arxiv, {"passed": 25}),
    "miniflux": (_miniflux, {"passed": 18, "not applicable": 16}),
    "reader": (_reader, {"passed": 6, "failed": 7}),
    "rss2email": (_rss2email, {"passed": 10, "failed": 11, "not applicable": 1}),
    "listparser": (_listparser, {"passed": 67, "not applicable": 43}),
}


@pytest.mark.parametrize("suite", SUITES)
def test_documents_of_other_projects_are_read_as_they_expect(shared: Path, suite: str) -> None:
    judge, counts = SUITES[suite]
    found = judge(shared / "data/suites" / suite)
    failed = {f"{suite}/{name}": outcome for name, outcome in found.items() if outcome.startswith("failed")}
    known = {line.split("\t")[0] for line in KNOWN.read_text().splitlines() if line.startswith(f"{suite}/")}
    assert {name: why for name, why in failed.items() if name not in known} == {}
    assert sorted(known - set(failed)) == [], "these pass now: take them off the list"
    assert Counter(outcome.partition(":")[0] for outcome in found.values()) == counts
