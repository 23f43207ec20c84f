"""Parse trend files into trends. The callers read the files; this module gets their texts.

A trend file is YAML between two lines `---`, then the baseline in Markdown. To add a trend, add a file. A workspace's file
with the id of a packaged trend overrides it key by key; its terms are added to the packaged ones. In another language a trend's
texts come from a file of the same form with its name, summary, claims (their texts, in the trend's order), terms, notes on works
(by their names) and baseline.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field, Strict, TypeAdapter

from digest.config import yaml_source
from digest.config.yaml_source import Marked
from digest.errors import ConfigError, Problem
from digest.model import Claim, Example, Trend, TrendTexts
from digest.text.words import N_

_STRICT = ConfigDict(extra="forbid")
_LAST = 1000  # the order of a trend that does not set one

# Works on language models in general, which no single trend's file lists.
GENERAL_READING = (
    Example(
        name="A Comprehensive Overview of Large Language Models",
        note=N_("Survey of July 2023: architectures, training, evaluation and uses."),
        url="https://arxiv.org/abs/2307.06435",
    ),
    Example(
        name="A Survey on LLM-Generated Text Detection",
        note=N_("Survey of October 2023: why and how texts written by models are told from texts written by people."),
        url="https://arxiv.org/abs/2310.14724",
    ),
    Example(
        name="Four LLM trends since ChatGPT and their implications for AI builders",
        note=N_("A post of 2023 for people who build with language models."),
        url="https://towardsdatascience.com/four-llm-trends-since-chatgpt-and-their-implications-for-ai-builders-a140329fc0d2",
    ),
)

Words = Annotated[str, Strict(), Field(min_length=1)]
Weight = Annotated[float, Strict(), Field(ge=-10, le=10, allow_inf_nan=False)]
Date = Annotated[
    str, BeforeValidator(lambda value: str(value) if isinstance(value, int) else value)
]  # a year is a number in YAML

Id = Annotated[str, Strict(), Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


def _dated(claim: object) -> object:
    """A claim as it is written in YAML, where a year is a number."""
    return claim | {"date": str(claim["date"])} if isinstance(claim, dict) and "date" in claim else claim


@dataclass(frozen=True, kw_only=True, slots=True)
class _Front:
    """The YAML front matter of a trend file."""

    __pydantic_config__ = _STRICT

    id: Id
    name: Words
    as_of: Date = "undated"
    order: Annotated[int, Strict()] = _LAST
    seeds: tuple[Words, ...] = ()
    summary: str = ""
    terms: dict[Words, Weight] = field(default_factory=dict)
    examples: tuple[Example, ...] = ()
    reading: tuple[Example, ...] = ()
    claims: tuple[Annotated[Claim, BeforeValidator(_dated)], ...] = ()
    name_ko: str = ""
    summary_ko: str = ""
    signed: Annotated[str, BeforeValidator(str)] = ""
    signed_by: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Words:
    """The front matter of a trend's texts in another language."""

    __pydantic_config__ = _STRICT

    name: Words
    summary: Words
    claims: tuple[Words, ...] = ()
    terms: dict[Words, Weight] = field(default_factory=dict)
    notes: dict[Words, Words] = field(default_factory=dict)  # on works, by their names


_FRONT = TypeAdapter(_Front)
_WORDS = TypeAdapter(_Words)
_TERMS = TypeAdapter(dict[Id, dict[Words, Weight]])


def load(texts: TrendTexts) -> dict[str, Trend]:
    """All trends by id, in the order in which they are listed.

    Raises:
        ConfigError: a file is invalid, or two files of the same origin describe the same trend.
    """
    packaged = {file: parse(text, file=file) for file, text in texts.packaged.items()}
    words = {**texts.words, **texts.own_words}
    known = {id_: _said(trend, words, texts.language) for id_, trend in _by_id(packaged).items()}
    own = {file: _laid_over(known, text, file) for file, text in texts.own.items()}
    merged = known | {id_: _said(trend, texts.own_words, texts.language) for id_, trend in _by_id(own).items()}
    for file, text in texts.signed.items():
        signed = _laid_over(merged, text, file)
        under = merged.get(signed.id, signed)
        merged |= {signed.id: replace(signed, own_terms=under.own_terms)}
    return dict(sorted(merged.items(), key=lambda entry: (entry[1].order, entry[0])))


def versions(texts: TrendTexts) -> dict[str, tuple[Trend, ...]]:
    """The dated baselines of each trend, oldest first: the one that came with its file, then the signed ones.

    Raises:
        ConfigError: as `load`.
    """
    now = load(texts)
    first = load(replace(texts, signed={}))
    found = {id_: [trend] for id_, trend in first.items()}
    for file, text in texts.signed.items():
        signed = _laid_over(first, text, file)
        found.setdefault(signed.id, []).append(signed)
    return {id_: tuple(found[id_]) for id_ in now}


def parse_over(trend: Trend, text: str, *, file: str) -> Trend:
    """A baseline of a trend, with what its file does not say taken from the trend as it is.

    Raises:
        ConfigError: with every problem of the file.
    """
    return _laid_over({trend.id: trend}, text, file)


def _said(trend: Trend, words: Mapping[str, str], language: str) -> Trend:
    """The trend in another language, as far as there are texts. What is classified and claimed stays the same.

    Raises:
        ConfigError: the texts are invalid, or their claims are not those of the trend.
    """
    if trend.id not in words:
        return replace(trend, name=trend.name_ko or trend.name) if language == "ko" else trend
    file = f"{language}/{trend.id}.md"
    document, read, body = _words(words[trend.id], file)
    if read.claims and len(read.claims) != len(trend.claims):
        counts = f"expected the {len(trend.claims)} claims of the trend in its order, got {len(read.claims)}"
        raise ConfigError(file, [document.problem(("claims",), counts)])
    claims = tuple(replace(claim, text=text) for claim, text in zip(trend.claims, read.claims, strict=False))
    return replace(
        trend,
        name=read.name,
        summary=" ".join(read.summary.split()),
        body=body.strip() + "\n",
        claims=claims or trend.claims,
        examples=_noted(trend.examples, read.notes),
        reading=_noted(trend.reading, read.notes),
    )


def _noted(works: tuple[Example, ...], notes: Mapping[str, str]) -> tuple[Example, ...]:
    """The works with their notes in another language, as far as there are any."""
    return tuple(replace(work, note=notes.get(work.name, work.note)) for work in works)


def terms_of(text: str, *, file: str) -> Mapping[str, float]:
    """The terms of a trend in another language, by the file with its texts in that language.

    Raises:
        ConfigError: with every problem of the file.
    """
    return _words(text, file)[1].terms


def terms_by_trend(text: str, *, file: str) -> Mapping[str, Mapping[str, float]]:
    """The trends' terms in a language that has no texts of them, by the file that lists these terms.

    Raises:
        ConfigError: with every problem of the file.
    """
    checked = yaml_source.check(yaml_source.read(text, file=file), _TERMS)
    terms, problems = checked
    if terms is None or problems:
        raise ConfigError(file, problems)
    return terms


@lru_cache(maxsize=128)
def _words(text: str, file: str) -> tuple[Marked, _Words, str]:
    """A trend's texts in another language, and the document that they stand in."""
    document, body = _read(text, file)
    checked = yaml_source.check(document, _WORDS)
    read, problems = checked
    if read is None or problems:
        raise ConfigError(file, problems)
    return document, read, body


@lru_cache(maxsize=128)  # a daemon and tests read the same files again and again
def parse(text: str, *, file: str) -> Trend:
    """One trend.

    Raises:
        ConfigError: with every problem of the file.
    """
    document, body = _read(text, file)
    return _trend(document, body)


def _laid_over(packaged: Mapping[str, Trend], text: str, file: str) -> Trend:
    """A workspace's trend: a new one, or a packaged one with the file's changes."""
    document, body = _read(text, file)
    under = packaged.get(str(document.data.get("id"))) if isinstance(document.data, dict) else None
    if under is None:
        return _trend(document, body)
    said = document.data
    kept = {name: value for name, value in asdict(under).items() if name not in ("body", "terms", "own_terms")}
    own = _trend(replace(document, data=kept | said), body.strip() or under.body, has_terms=bool(under.terms))
    return replace(own, terms=under.terms | own.terms, own_terms=own.terms)


def _by_id(trends: Mapping[str, Trend]) -> dict[str, Trend]:
    files: dict[str, str] = {}
    for file, trend in trends.items():
        if trend.id in files:
            raise _broken(file, f"{files[trend.id]} already describes the trend {trend.id}")
        files[trend.id] = file
    return {trend.id: trend for trend in trends.values()}


def _read(text: str, file: str) -> tuple[Marked, str]:
    """The front matter and the body of a trend file."""
    opening, found, rest = text.removeprefix("\ufeff").replace("\r\n", "\n").partition("---\n")
    front, closed, body = rest.partition("\n---\n")
    if opening.strip() or not found or not closed:
        raise _broken(file, "expected YAML between two lines ---, followed by the baseline")
    return yaml_source.read(front, file=file, first_line=2), body


def _trend(document: Marked, body: str, *, has_terms: bool = False) -> Trend:
    checked = yaml_source.check(document, _FRONT)
    read, problems = checked
    if read is not None:
        problems += [document.problem(path, "expected words, got nothing") for path in _gaps(read)]
    if read is not None and not (read.terms or read.examples or has_terms):
        problems = [document.problem(("terms",), "expected terms or examples, got neither")]
    if read is None or problems:
        raise ConfigError(document.file, problems)
    fields = {
        name: getattr(read, name)
        for name in ("id", "name", "as_of", "order", "seeds", "terms", "name_ko", "signed", "signed_by")
    }
    return Trend(
        **fields,
        summary=" ".join(read.summary.split()) or _first_paragraph(body) or f"{read.name}.",
        summary_ko=" ".join(read.summary_ko.split()),
        body=body.strip() + "\n",
        examples=read.examples,
        reading=read.reading,
        claims=read.claims,
    )


def _gaps(front: _Front) -> Iterator[tuple[str | int, ...]]:
    """Where a work or a claim lacks its words."""
    for name, works in (("examples", front.examples), ("reading", front.reading)):
        for place, work in enumerate(works):
            yield from ((name, place, key) for key in ("name", "note") if not getattr(work, key))
    for place, claim in enumerate(front.claims):
        yield from (("claims", place, key) for key in ("date", "text", "source") if not getattr(claim, key))
        yield from [("claims", place, "unless")] if not all(claim.unless) else ()
        yield from (("claims", place, "about", n) for n, group in enumerate(claim.about) if not all(group) or not group)


def _first_paragraph(body: str) -> str:
    paragraphs = (" ".join(part.split()) for part in body.split("\n\n"))
    return next((words for words in paragraphs if words and not words.startswith("#")), "")


def _broken(file: str, message: str) -> ConfigError:
    return ConfigError(file, [Problem(file=file, line=1, path="", message=message)])
