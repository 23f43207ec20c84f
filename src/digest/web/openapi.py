"""The description of the JSON API as OpenAPI 3.1, generated from the types of its answers. Served, and kept as docs/reference/openapi.json."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from digest import __version__
from digest.model import Card, Hit, Point, Summary

REF = "#/components/schemas/{model}"


@dataclass(frozen=True, kw_only=True, slots=True)
class IssueList:
    issues: tuple[Summary, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Results:
    query: str
    total: int
    hits: tuple[Hit, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class TrendBaseline:
    name: str
    as_of: str
    summary: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TrendAnswer:
    id: str
    baseline: TrendBaseline | None
    points: tuple[Point, ...]
    items: tuple[Card, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    ok: bool
    alarms: tuple[str, ...]


@cache
def document() -> dict[str, Any]:
    """The whole description."""
    schemas: dict[str, Any] = {}
    for answer in (IssueList, Results, TrendAnswer, Health):
        schema = TypeAdapter(answer).json_schema(ref_template=REF, mode="serialization")
        schemas |= schema.pop("$defs", {})
        schemas[answer.__name__] = schema
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "digest",
            "version": __version__,
            "description": "Read the published issues of a digest. Drafts are in no answer.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "paths": _paths(),
        "components": {"schemas": schemas},
    }


def _paths() -> dict[str, Any]:
    words = (
        _parameter("trend", "only items of this trend"),
        _parameter("since", "`4w`, `10d`, `2026-11` or `2026-11-02`"),
    )
    limit = _parameter("limit", "1 to 100", type_="integer")
    choice = [
        _parameter("item", "an item by its URL, arXiv id or id; repeatable", type_="array"),
        _parameter("issue", "the items of an issue, by its key"),
        _parameter("q", "the results of a search"),
        _parameter("watched", "items that matched the watchlist, whatever the value"),
        *words,
        limit,
    ]
    query = _parameter("q", "the query, at most 500 characters") | {"required": True}
    form = {"type": "string", "enum": ["bibtex", "ris", "csl"]}
    text = {"text/plain": {"schema": {"type": "string"}}}
    return {
        "/api/issues": _get("listIssues", "The archived issues, newest first", "IssueList", []),
        "/api/search": _get("search", "Search published items", "Results", [query, *words, limit]),
        "/api/trends/{id}": _get(
            "getTrend", "A trend: baseline, counts, items", "TrendAnswer", [_named("id", {"type": "string"})]
        ),
        "/api/references/{format}": _get(
            "cite", "References of the chosen items", text, [_named("format", form), *choice]
        ),
        "/healthz": _get("health", "Whether all is well", "Health", [], bad="503"),
    }


def _get(
    name: str, summary: str, answer: str | dict[str, Any], parameters: list[Any], *, bad: str = "400"
) -> dict[str, Any]:
    """The description of one address. `answer` is a schema, or the content by its type."""
    schema = {"application/json": {"schema": {"$ref": REF.format(model=answer)}}}
    content = schema if isinstance(answer, str) else answer
    fault = {"description": "what is wrong, in one line", "content": {"text/plain": {"schema": {"type": "string"}}}}
    responses = {"200": {"description": summary, "content": content}, bad: content_of(bad, content, fault)}
    if any(one["in"] == "path" for one in parameters):
        responses["404"] = fault
    return {"get": {"operationId": name, "summary": summary, "parameters": parameters, "responses": responses}}


def content_of(status: str, content: dict[str, Any], fault: dict[str, Any]) -> dict[str, Any]:
    """The body of an error: a check of health that fails has the same form as one that succeeds."""
    return {"description": "something needs attention", "content": content} if status == "503" else fault


def _parameter(name: str, about: str, *, type_: str = "string") -> dict[str, Any]:
    schema: dict[str, Any] = {"type": type_} | ({"items": {"type": "string"}} if type_ == "array" else {})
    return {"name": name, "in": "query", "description": about, "schema": schema}


def _named(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": schema}
