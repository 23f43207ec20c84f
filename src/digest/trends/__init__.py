"""Texts of trend files -> trends, in their order. Reads no file: a trend is one Markdown file, handed in as text.

A trend file is YAML between two lines `---`, then the whole baseline in Markdown. Adding a trend is adding a file.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field, Strict, TypeAdapter

from digest import marked
from digest.errors import ConfigError, Problem
from digest.model import Claim, Example, Trend

_STRICT = ConfigDict(extra="forbid")

Words = Annotated[str, Strict(), Field(min_length=1)]
Weight = Annotated[float, Strict(), Field(ge=-10, le=10, allow_inf_nan=False)]
Date = Annotated[
    str, BeforeValidator(lambda value: str(value) if isinstance(value, int) else value)
]  # a year is a number in YAML
Id = Annotated[str, Strict(), Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Example:
    __pydantic_config__ = _STRICT

    name: Words
    note: Words
    url: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Claim:
    __pydantic_config__ = _STRICT

    date: Date
    text: Words
    source: Words


@dataclass(frozen=True, kw_only=True, slots=True)
class _Front:
    """The YAML of a trend file."""

    __pydantic_config__ = _STRICT

    id: Id
    name: Words
    as_of: Date
    order: Annotated[int, Strict()]
    seeds: tuple[Words, ...] = ()
    summary: Words
    terms: dict[Words, Weight]
    examples: tuple[_Example, ...] = ()
    reading: tuple[_Example, ...] = ()
    claims: tuple[_Claim, ...] = ()
    name_ko: str = ""
    summary_ko: str = ""


_FRONT = TypeAdapter(_Front)


def load(texts: Mapping[str, str]) -> dict[str, Trend]:
    """Every trend by its id, in the order of the table of trends.

    Args:
        texts: file name -> text.

    Raises:
        ConfigError: a file is broken, or two describe one trend.
    """
    files: dict[str, str] = {}
    trends = []
    for file, text in texts.items():
        trend = parse(text, file=file)
        if trend.id in files:
            raise _broken(file, f"{files[trend.id]} describes the trend {trend.id} already")
        files[trend.id] = file
        trends.append(trend)
    return {trend.id: trend for trend in sorted(trends, key=lambda trend: (trend.order, trend.id))}


def parse(text: str, *, file: str) -> Trend:
    """One trend.

    Raises:
        ConfigError: with every problem of the file.
    """
    opening, found, rest = text.partition("---\n")
    front, closed, body = rest.partition("\n---\n")
    if opening.strip() or not found or not closed:
        raise _broken(file, "expected YAML between two lines ---, then the baseline")
    document = marked.read(front, file=file, first_line=2)
    checked = marked.check(document, _FRONT)
    read, problems = checked
    if read is None or problems:
        raise ConfigError(file, problems)
    told = {name: getattr(read, name) for name in ("id", "name", "as_of", "order", "seeds", "terms", "name_ko")}
    return Trend(
        **told,
        summary=" ".join(read.summary.split()),
        summary_ko=" ".join(read.summary_ko.split()),
        body=body.strip() + "\n",
        examples=tuple(Example(**asdict(example)) for example in read.examples),
        reading=tuple(Example(**asdict(example)) for example in read.reading),
        claims=tuple(Claim(**asdict(claim)) for claim in read.claims),
    )


def _broken(file: str, message: str) -> ConfigError:
    return ConfigError(file, [Problem(file=file, line=1, path="", message=message)])
