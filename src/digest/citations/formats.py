"""Write references as BibTeX (bibtexparser), RIS (rispy), CSL-JSON, and COinS for the button of Zotero and others."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlencode

from digest.citations.names import Name
from digest.citations.reference import Reference, ReferenceType

if TYPE_CHECKING:
    from rispy import RisWriter


class _Types(NamedTuple):
    """What each format calls a type of reference. `genre` says what its name leaves open."""

    bibtex: str
    ris: str
    csl: str
    zotero: str
    genre: str = ""


_TYPES: Mapping[ReferenceType, _Types] = {
    "preprint": _Types("misc", "UNPB", "article", "preprint", "Preprint"),
    "conference": _Types("inproceedings", "CPAPER", "paper-conference", "conferencePaper"),
    "paper": _Types("misc", "GEN", "article", "document"),
    "post": _Types("misc", "BLOG", "post-weblog", "blogPost", "Blog post"),
    "news": _Types("misc", "NEWS", "article-newspaper", "newspaperArticle", "News"),
    "model": _Types("misc", "COMP", "software", "computerProgram", "Model"),
    "software": _Types("misc", "COMP", "software", "computerProgram", "Software"),
    "issue": _Types("misc", "ELEC", "webpage", "webpage", "Newsletter issue"),
}
_LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{char: f"\\{char}" for char in "{}$&#%_"},
}
_WORD = re.compile(r"[^\W_]+")
REREAD = 2048  # references that are not written again when an issue is rendered again in the same process
_AUTHORS_OF_SPAN = 30  # a page with a hundred papers of a hundred authors would double in size


def bibtex(references: Iterable[Reference]) -> str:
    """BibTeX in UTF-8. Reserved characters are escaped, and words with inner capitals protected."""
    from bibtexparser.bibdatabase import BibDatabase  # noqa: PLC0415  (a tenth of a second, for an export only)
    from bibtexparser.bwriter import BibTexWriter  # noqa: PLC0415

    database = BibDatabase()
    database.entries = [dict(_bibtex_entry(one)) for one in references]
    writer = BibTexWriter()
    writer.indent, writer.order_entries_by = "  ", None
    writer.display_order = ["author", "title", "booktitle", "year", "month"]
    return str(writer.write(database)) if database.entries else ""


def ris(references: Iterable[Reference]) -> str:
    """RIS as reference managers read it."""
    return "\n".join(map(_ris, references))


@lru_cache(maxsize=REREAD)
def _ris(one: Reference) -> str:
    return str(_ris_writer().formats([_ris_entry(one)]))


@cache
def _ris_writer() -> "RisWriter":
    from rispy import RisWriter  # noqa: PLC0415  (for an export only)

    class Writer(RisWriter):  # type: ignore[misc]
        """Without a number before each record."""

        def set_header(self, count: int) -> str:  # noqa: ARG002  (rispy's signature)
            return ""

    return Writer()


def csl(references: Iterable[Reference]) -> str:
    """CSL-JSON 1.0.2: an array of items."""
    items = ",\n".join(map(_csl, references))
    return f"[\n{items}\n]\n" if items else "[]\n"


@lru_cache(maxsize=REREAD)
def _csl(one: Reference) -> str:
    """An item as it stands in the array, without the array's brackets."""
    return json.dumps([csl_item(one)], ensure_ascii=False, indent=1).removeprefix("[\n").removesuffix("\n]")


FORMATS: Mapping[str, Callable[[Iterable[Reference]], str]] = {"bibtex": bibtex, "ris": ris, "csl": csl}
FILES = {"bibtex": "references.bib", "ris": "references.ris", "csl": "references.json"}


def csl_item(one: Reference) -> dict[str, Any]:
    """One item of CSL-JSON."""
    types = _TYPES[one.type]
    fields = {
        "id": one.key,
        "type": types.csl,
        "title": one.title,
        "author": [_csl_name(name) for name in one.authors],
        "issued": {"date-parts": [[one.date.year, one.date.month, one.date.day]]} if one.date else None,
        "container-title": one.container,
        "event-title": one.container if one.type == "conference" else "",
        "genre": types.genre,
        "number": f"arXiv:{one.arxiv}" if one.arxiv else "",
        "publisher": "arXiv" if one.type == "preprint" else "",
        "DOI": one.doi,
        "URL": one.url,
        "abstract": one.abstract,
        "language": one.language,
    }
    return {name: value for name, value in fields.items() if value}


@lru_cache(maxsize=REREAD)
def coins(one: Reference) -> str:
    """The title of a span that a reference manager's button reads: ContextObjects in Spans, with the fields that Zotero documents.

    The type comes last: for Zotero, a title after the type of a conference paper is that of its proceedings.
    """
    people = ("aucorp" if name.literal else "au" for name in one.authors)
    authors = list(zip(people, (name.inverted for name in one.authors), strict=False))[:_AUTHORS_OF_SPAN]
    fields = [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", "info:ofi/fmt:kev:mtx:dc"),
        ("rft.title", one.title),
        *((f"rft.{name}", value) for name, value in authors),
        ("rft.date", one.date.isoformat() if one.date else ""),
        ("rft.source", one.container),
        ("rft.publisher", "arXiv" if one.type == "preprint" else ""),
        ("rft_id", one.url),
        ("rft_id", f"info:doi/{one.doi}" if one.doi else ""),
        ("rft.type", _TYPES[one.type].zotero),
    ]
    return urlencode([(name, value) for name, value in fields if value], quote_via=quote)


@lru_cache(maxsize=REREAD)
def _bibtex_entry(one: Reference) -> Mapping[str, str]:
    types = _TYPES[one.type]
    fields = {
        "ENTRYTYPE": types.bibtex,
        "ID": one.key,
        "author": " and ".join(map(_bibtex_name, one.authors)),
        "title": _protected(one.title),
        "booktitle": _latex(one.container) if one.type == "conference" else "",
        "howpublished": _latex(one.container) if one.type in ("post", "news", "issue") else "",
        "note": "" if one.type == "preprint" else types.genre,
        "year": f"{one.date.year}" if one.date else "",
        "month": f"{one.date.month}" if one.date else "",
        "eprint": one.arxiv,
        "archiveprefix": "arXiv" if one.arxiv else "",
        "doi": _verbatim(one.doi),
        "url": _verbatim(one.url),
        "abstract": _latex(one.abstract),
        "language": one.language,
    }
    return {name: value for name, value in fields.items() if value}


def _bibtex_name(name: Name) -> str:
    """A name that BibTeX splits as we do: groups in braces, and family names with a lower-case word that is not a particle, too."""
    if name.literal:
        return f"{{{_latex(name.literal)}}}"
    family = _latex(name.family)
    if any(word[:1].islower() for word in name.family.split()):
        family = f"{{{family}}}"
    parts = (f"{_latex(name.particle)} {family}".strip(), _latex(name.suffix), _latex(name.given))
    return re.sub(r"\band\b", "{and}", ", ".join(filter(None, parts)))


def _protected(title: str) -> str:
    """A title in which words with capitals after the first letter keep them, whatever a style does to titles."""

    def word(found: re.Match[str]) -> str:
        text = _latex(found[0])
        return f"{{{text}}}" if any(char.isupper() for char in found[0][1:]) else text

    pieces, end = [], 0
    for found in _WORD.finditer(title):
        pieces += [_latex(title[end : found.start()]), word(found)]
        end = found.end()
    return "".join([*pieces, _latex(title[end:])])


def _latex(text: str) -> str:
    return "".join(_LATEX.get(char, char) for char in text)


def _verbatim(text: str) -> str:
    """An address. Braces and backslashes in it would end the field."""
    return "".join(quote(char) if char in "{}\\" else char for char in text)


def _ris_entry(one: Reference) -> dict[str, str | Sequence[str]]:
    types = _TYPES[one.type]
    fields: dict[str, str | Sequence[str]] = {
        "type_of_reference": types.ris,
        "id": one.key,
        # A comma at the end keeps the name of a group whole.
        "authors": [f"{name.literal}," if name.literal else name.inverted for name in one.authors],
        "title": one.title,
        "secondary_title": one.container,
        "year": f"{one.date.year}" if one.date else "",
        "date": _ris_date(one.date),
        "doi": one.doi,
        "accession_number": f"arXiv:{one.arxiv}" if one.arxiv else "",
        "publisher": "arXiv" if one.type == "preprint" else "",
        "type_of_work": types.genre,
        "urls": [one.url] if one.url else [],
        "abstract": one.abstract,
        "language": one.language,
    }
    return {name: value for name, value in fields.items() if value}


def _ris_date(day: date | None) -> str:
    return f"{day:%Y/%m/%d}/" if day else ""


def _csl_name(name: Name) -> dict[str, str]:
    if name.literal:
        return {"literal": name.literal}
    parts = {
        "family": name.family,
        "given": name.given,
        "non-dropping-particle": name.particle,
        "suffix": name.suffix,
    }
    return {field: value for field, value in parts.items() if value}
