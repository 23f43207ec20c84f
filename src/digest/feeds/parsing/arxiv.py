"""arXiv's own ways: the preamble, the authors and the error feed of its feeds, and its records in OAI-PMH 2.0 (metadata format `arXiv`)."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from digest.errors import FeedError
from digest.feeds.identity import arxiv_id
from digest.model import Document, Entry
from digest.text.dates import read_date
from digest.text.markup import NAME_CHARS, SUMMARY_CHARS, TITLE_CHARS, doi, plain

if TYPE_CHECKING:
    from lxml import etree

_PREAMBLE = re.compile(r"^arXiv:\S+\s+Announce Type:\s*(\S+)\s+Abstract:\s*", re.IGNORECASE)
_ERROR = re.compile(r"^https?://arxiv\.org/api/errors")
_OAI = "{http://www.openarchives.org/OAI/2.0/}"
_ARXIV = "{http://arxiv.org/OAI/arXiv/}"
_HEAD = 1_000


def tidy(document: Document, url: str) -> Document:
    """The document with arXiv's entries normalised.

    Raises:
        FeedError: it is the one-entry feed with which arXiv's API answers an invalid query.
    """
    entries = document.entries
    if len(entries) == 1 and (_ERROR.match(entries[0].guid) or _ERROR.match(entries[0].link)):
        raise FeedError(url, f"arXiv's API answered an error: {entries[0].summary or entries[0].title}")
    return replace(document, entries=tuple(_tidy(entry) for entry in entries))


def _tidy(entry: Entry) -> Entry:
    if not (arxiv_id(entry.link) or arxiv_id(entry.guid)):
        too_long = any(len(name) > NAME_CHARS for name in entry.authors)
        return (
            replace(entry, authors=tuple(plain(name, chars=NAME_CHARS) for name in entry.authors))
            if too_long
            else entry
        )
    preamble = _PREAMBLE.match(entry.summary)
    return replace(
        entry,
        summary=entry.summary[preamble.end() :] if preamble else entry.summary,
        announce=entry.announce or (preamble[1].lower() if preamble else ""),
        authors=tuple(_names(entry.authors)),
    )


def _names(authors: tuple[str, ...]) -> list[str]:
    """The single names in a list that came as one name."""
    names = (re.split(r",\s+", authors[0]) if len(authors) == 1 else authors) if authors else ()
    return [plain(name, chars=NAME_CHARS) for name in names if name.strip()]


def is_records(body: bytes) -> bool:
    """Whether these bytes are an answer of OAI-PMH."""
    return b"<OAI-PMH" in body[:_HEAD]


def parse_records(body: bytes, *, url: str) -> Document:
    """Parse the answer to ListRecords.

    Raises:
        FeedError: it is broken XML, or an error other than that there are no records.
    """
    from lxml import etree  # noqa: PLC0415  (a run in which nothing has changed reads no document)

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise FeedError(url, "broken XML, cut off or damaged") from error
    failed = root.find(_OAI + "error")
    if failed is not None and failed.get("code") != "noRecordsMatch":
        said = plain(failed.text or failed.get("code") or "", chars=200)
        raise FeedError(url, f"OAI-PMH answered an error: {said}")
    token = (root.findtext(f"{_OAI}ListRecords/{_OAI}resumptionToken") or "").strip()
    older = f"{url.partition('?')[0]}?verb=ListRecords&resumptionToken={quote(token, safe='')}" if token else ""
    entries = (_entry(record) for record in root.iterfind(f"{_OAI}ListRecords/{_OAI}record"))
    return Document(title="arXiv", entries=tuple(entry for entry in entries if entry), older=older)


def _entry(record: "etree._Element") -> Entry | None:
    """One paper; None if it was withdrawn from the records."""
    told = record.find(f"{_OAI}metadata/{_ARXIV}arXiv")
    if told is None:
        return None
    id_ = plain(told.findtext(_ARXIV + "id") or "", chars=40)
    names = (
        " ".join(filter(None, (_text(one, "forenames"), _text(one, "keyname"), _text(one, "suffix"))))
        for one in told.iterfind(f"{_ARXIV}authors/{_ARXIV}author")
    )
    return Entry(
        guid=f"oai:arXiv.org:{id_}",
        link=f"https://arxiv.org/abs/{id_}",
        title=plain(_text(told, "title"), chars=TITLE_CHARS),
        summary=plain(_text(told, "abstract"), chars=SUMMARY_CHARS),
        authors=tuple(plain(name, chars=NAME_CHARS) for name in names if name),
        published=read_date(_text(told, "created")),
        doi=doi(_text(told, "doi")),
        announce="replace" if _text(told, "updated") else "new",
    )


def _text(parent: "etree._Element", name: str) -> str:
    return (parent.findtext(_ARXIV + name) or "").strip()
