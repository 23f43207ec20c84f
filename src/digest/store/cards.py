"""A card <-> the text that its row holds."""

import json

from digest.model import Card

_NAMES = ("key", "id", "title", "url", "section", "shown", "authors", "summary", "trends", "sources")


def pack_card(card: Card) -> str:
    return json.dumps([getattr(card, name) for name in _NAMES], ensure_ascii=False, separators=(",", ":"))


def unpack_card(text: str) -> Card:
    fields = dict(zip(_NAMES, json.loads(text), strict=True))
    return Card(**fields | {name: tuple(fields[name]) for name in ("authors", "trends", "sources")})
