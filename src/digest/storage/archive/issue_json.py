"""Convert an `Issue` to the text of issue.json and back. `docs/reference/issue.schema.json` is derived from the same type."""

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json as parse_json
from pydantic_core import to_json as dump_json

from digest.model import Issue

SCHEMA = 1
# What issues of the first edition hold for an item's kind: the kind of its feed.
_KINDS = {"papers": "paper", "blog": "post", "releases": "release", "": None}
_FOLDED = ("id", "title", "url")
_AND_SO_ON = ("authors", "kind", "trends", "aliases", "follows")  # where there are any


def to_json(issue: Issue) -> str:
    """The issue as JSON. Equal issues give equal text; times are ISO 8601 in UTC."""
    data = _adapter().dump_python(issue, mode="json")
    _leave_out_unused(data)
    for section in data["trends"]:
        section["folded"] = [_folded(item) for item in section["folded"]]
    return dump_json(data, indent=1).decode() + "\n"


@lru_cache(maxsize=4)  # one command reads the same issue several times
def from_json(text: bytes) -> Issue:
    """The inverse of `to_json`.

    Raises:
        ValueError: the text is not an issue of a schema that this version reads. The message is one line.
    """
    data = parse_json(text)
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        found = data.get("schema") if isinstance(data, dict) else None
        raise ValueError(f"schema {SCHEMA} expected, got {found}")
    for item in _items(data):
        if item.get("kind") in _KINDS:
            item["kind"] = _KINDS[item["kind"]]
    try:
        return _adapter().validate_python(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ValueError(f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}") from error


def json_schema() -> dict[str, Any]:
    """The JSON Schema of issue.json."""
    schema = _adapter().json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "issue.json"}


def _items(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The items of an issue that is not validated yet: whatever stands where an item does and looks like one."""
    sections = [section for section in _listed(data, "trends") if isinstance(section, dict)]
    groups = (group for section in sections for group in (_listed(section, "items"), _listed(section, "folded")))
    for group in (*groups, _listed(data, "also_noted")):
        yield from (item for item in group if isinstance(item, dict))


def _listed(data: dict[str, Any], name: str) -> list[Any]:
    found = data.get(name)
    return found if isinstance(found, list) else []


def _leave_out_unused(data: dict[str, Any]) -> None:
    """Drop what is not used: the fields of a language model, of editions where there is only one, and of grades."""
    claims = [claim for section in data["trends"] for claim in section["claims"]]
    touches = [touch for claim in claims for touch in claim["items"]]
    places = (
        (_items(data), ("plain_title", "written", "original", "by_terms")),
        (claims, ("again",)),
        (touches, ("stance", "sentence", "by", "values")),
        (data["editions"], ("translation",)),
        ([data], ("model", "editions", "grades")),
    )
    for holders, names in places:
        for holder in holders:
            for name in names:
                if not holder[name]:
                    del holder[name]


def _folded(item: dict[str, Any]) -> dict[str, Any]:
    """The fields that an issue keeps of a folded item."""
    kept = {name: item[name] for name in _FOLDED} | {name: item[name] for name in _AND_SO_ON if item[name]}
    kept["trends"] = [{"id": label["id"], "score": label["score"]} for label in item["trends"]]
    return kept


@cache
def _adapter() -> TypeAdapter[Issue]:
    return TypeAdapter(Issue)
