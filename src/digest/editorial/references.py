"""Read reference lists, as reference managers export them, into works with their authors, arXiv ids and keywords.

In: the bytes of an export. Out: works. Never guesses a missing field, and resolves no entity and no address of a file.
"""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from lxml import etree

from digest.errors import UsageError
from digest.text.charset import as_utf8, decode

_ARXIV = re.compile(
    r"(?:arxiv[:.\s/]*(?:org/(?:abs|pdf)/)?)(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})", re.IGNORECASE
)
_BARE = re.compile(r"(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?")
_TEX = re.compile(r"[{}]|\\[a-zA-Z]+\s*|\\.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """One reference. `arxiv` is empty if it is not on arXiv; `keywords` are those that its owner or its authors gave it."""

    title: str
    authors: tuple[str, ...]
    arxiv: str = ""
    keywords: tuple[str, ...] = ()


_ENCODING = re.compile(rb"^[\s%]{0,20}Encoding:[ \t]{0,20}([\w.:-]{1,40})", re.IGNORECASE | re.MULTILINE)
_REFERENCE = re.compile(
    r"^[ \t]{0,20}@\w{1,40}\s{0,20}[{(]", re.MULTILINE
)  # comments and other text may stand before the first


def read(body: bytes, *, name: str, most: int | None = None) -> tuple[Work, ...]:
    """The references in an export, whose format and charset are detected from its content.

    Args:
        body: the export.
        name: what errors call it.
        most: only the first so many references are read.

    Raises:
        UsageError: it has none of the known formats, or no references.
    """
    declared = _ENCODING.search(body[:400])  # as JabRef writes it in the first line of a BibTeX file
    text = decode(body, f"charset={declared[1].decode('ascii')}" if declared else "")[0]
    head = text.replace("\r\n", "\n").lstrip("\ufeff \t\r\n")
    try:
        reader = _reader(head)
        works = tuple(islice(reader(_first(head, most) if reader is _bibtex and most else head), most))
    except RecursionError as error:
        raise UsageError(name, "is nested too deeply to be a list of references", _FORMS) from error
    except (ValueError, KeyError, TypeError, AttributeError, csv.Error, etree.XMLSyntaxError) as error:
        raise UsageError(name, f"cannot be read as a list of references ({error})", _FORMS) from error
    if not works:
        raise UsageError(name, "contains no references", _FORMS)
    return works


def _first(text: str, most: int) -> str:
    """The beginning of a BibTeX file that holds so many references, because each takes a millisecond to read."""
    beyond = next(islice(_REFERENCE.finditer(text), most, None), None)
    return text if beyond is None else text[: beyond.start()]


_FORMS = "export it as BibTeX, as CSL JSON, as Zotero RDF or as CSV"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_FOAF = "{http://xmlns.com/foaf/0.1/}"
_ZOTERO = "{http://www.zotero.org/namespaces/export#}"
_AUTHORS = "{http://purl.org/net/biblio#}authors"


def _reader(head: str) -> Callable[[str], Iterable[Work]]:
    if head.startswith(("[", "{")):
        return _json
    if head.startswith("<"):
        return _rdf
    return _bibtex if head.startswith(("@", "%")) or _REFERENCE.search(head) else _csv


def frequent(works: tuple[Work, ...], at_least: int) -> tuple[str, ...]:
    """The authors of at least this many works, most frequent first."""
    counts = Counter(author for work in works for author in dict.fromkeys(work.authors))
    return tuple(author for author, count in counts.most_common() if count >= at_least)


_MACRO = re.compile(r"@string\s{0,20}[{(]\s{0,20}([^\s={}()]{1,100})\s{0,20}=([^@]{0,10000})", re.IGNORECASE)
_LONGEST = 10_000_000  # characters that abbreviations may add to a list


def _refuse_bombs(text: str) -> None:
    """Refuse abbreviations (`@string`) made of each other, which a list of a kilobyte can make as long as all memory."""
    lengths: dict[str, int] = {}
    for name, value in _MACRO.findall(text):
        pieces = (piece.strip().rstrip("})").lower() for piece in value.split("#"))
        lengths[name.lower()] = sum(lengths.get(piece, len(piece)) for piece in pieces)
    if max(lengths.values(), default=0) * (1 + text.count("#")) > _LONGEST:
        raise ValueError("its @string abbreviations become too long when they are expanded")


def _bibtex(text: str) -> Iterator[Work]:
    import bibtexparser  # noqa: PLC0415  (only an import of references needs it)
    from bibtexparser.bparser import BibTexParser  # noqa: PLC0415
    from bibtexparser.customization import convert_to_unicode  # noqa: PLC0415

    _refuse_bombs(text)
    parser = BibTexParser(common_strings=True, ignore_nonstandard_types=False, customization=convert_to_unicode)
    for entry in bibtexparser.loads(text, parser=parser).entries:
        eprint = (
            entry.get("eprint", "")
            if entry.get("archiveprefix", entry.get("eprinttype", "arxiv")).lower() == "arxiv"
            else ""
        )
        authors = re.split(r"\s+and\s+", entry.get("author", "").replace("\n", " "))
        yield Work(
            title=_plain(entry.get("title", "")),
            authors=tuple(_spoken(_plain(author)) for author in authors if author and author != "others"),
            arxiv=_id(eprint, *(entry.get(field, "") for field in ("journal", "url", "doi", "note", "howpublished"))),
            keywords=_keywords(_plain(entry.get("keywords", ""))),
        )


def _json(text: str) -> Iterator[Work]:
    data: Any = json.loads(text)
    for entry in data["items"] if isinstance(data, dict) else data:
        authors = (
            f"{one.get('given', '')} {one.get('family', one.get('literal', ''))}" for one in entry.get("author", ())
        )
        fields = (str(entry.get(field, "")) for field in ("number", "URL", "DOI", "note", "container-title"))
        yield Work(
            title=str(entry.get("title", "")),
            authors=tuple(" ".join(author.split()) for author in authors if author.strip()),
            arxiv=_id("", *fields),
            keywords=_keywords(str(entry.get("keyword", ""))),
        )


def _rdf(text: str) -> Iterator[Work]:
    """Zotero's RDF. What has an item type is a reference; attachments, notes and collections are not."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    for entry in etree.fromstring(as_utf8(text), parser):
        kind = entry.findtext(f"{_ZOTERO}itemType", "")
        if not kind or kind in ("attachment", "note"):
            continue
        people = (
            f"{person.findtext(f'{_FOAF}givenName') or ''} {person.findtext(f'{_FOAF}surname') or ''}"
            for person in entry.iterfind(f"{_AUTHORS}//{_FOAF}Person")
        )
        identifiers = (said for one in entry.iterfind(f"{_DC}identifier") for said in one.itertext())
        places = (entry.get(f"{_RDF}about", ""), *map(str, identifiers))
        yield Work(
            title=" ".join((entry.findtext(f"{_DC}title") or "").split()),
            authors=tuple(" ".join(name.split()) for name in people if name.strip()),
            arxiv=_id("", *places, entry.findtext(f"{_DC}description") or ""),
            keywords=_keywords(";".join(one.text or "" for one in entry.iterfind(f"{_DC}subject"))),
        )


def _csv(text: str) -> Iterator[Work]:
    rows = csv.DictReader(io.StringIO(text))
    if "Author" not in (rows.fieldnames or ()) or "Title" not in (rows.fieldnames or ()):
        raise ValueError("no columns Author and Title")
    for row in rows:
        yield Work(
            title=row["Title"] or "",
            authors=tuple(_spoken(author.strip()) for author in (row["Author"] or "").split(";") if author.strip()),
            arxiv=_id(
                "",
                *(row.get(field) or "" for field in ("Url", "DOI", "Extra", "Publication Title", "Archive Location")),
            ),
            keywords=_keywords(row.get("Manual Tags") or ""),
        )


def _id(eprint: str, *fields: str) -> str:
    """The arXiv id of a reference: from its eprint field, or from another field that mentions arXiv."""
    bare = _BARE.fullmatch(eprint.strip())
    named = bare or next((found for field in (eprint, *fields) if (found := _ARXIV.search(field))), None)
    return named[1] if named else ""


def _keywords(field: str) -> tuple[str, ...]:
    """The keywords of one field. Subject classes that a manager adds by itself ("Computer Science - Machine Learning") are none."""
    words = (" ".join(word.split()) for word in re.split(r"[;,]", field))
    return tuple(dict.fromkeys(word for word in words if word and " - " not in word))


def _spoken(author: str) -> str:
    """The name in spoken order, without the comma of `Manning, Christopher D.`."""
    last, comma, first = author.partition(",")
    return " ".join(f"{first} {last}".split()) if comma else author


def _plain(text: str) -> str:
    return " ".join(_TEX.sub("", text).split())
