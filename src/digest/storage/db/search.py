"""Search archived items with SQLite's FTS5. The newest matches are ranked by BM25 and age, and their words highlighted.

A common word matches tens of thousands of items. Only the newest are ranked, so that every search takes about the same time.
Query words are always taken literally, never as FTS5 syntax.
"""

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import islice

from digest.model import Card, Hit
from digest.storage.db.connection import Connection
from digest.storage.db.values import instant, optional_instant, stamp

NEWEST = 500  # the matches that are ranked
HALF_LIFE = 26 * 7 * 86400  # seconds until the age factor falls to 3/4; it approaches 1/2
WEIGHTS = "4.0, 1.0, 2.0, 0.0"  # of title, summary, authors, labels
OPEN, CLOSE = "\x02", "\x03"
MOST_TERMS = 16  # of a query; the others are left out
SHORTEST_PREFIX = 3  # letters before a *; a shorter one would match most of what is stored, and counts as a word
# Characters of scripts without spaces between words, or with endings attached to words: each counts as a word.
_UNSPACED = re.compile(
    "[\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003347f]"
)
_SIGNED = re.compile(r"[.$]?[\w.-]*\w[+#%]{1,3}|[.$]\w[\w.-]*")  # C++, F#, 90%, .NET
_TERM = re.compile(r'"([^"]*)"?|(\S+)')


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """A search: all words must occur. "Words in quotes" form a phrase, and word* is a prefix."""

    text: str
    trend: str = ""
    since: datetime | None = None
    limit: int = 20


def expression(query: Query) -> str:
    """The query as an FTS5 expression; empty if the text contains no word."""
    terms = (_term(found[1] if found[2] is None else found[2]) for found in _TERM.finditer(query.text))
    words = " AND ".join(islice(filter(None, terms), MOST_TERMS))
    if not words or not query.trend:
        return words
    return f'labels : "{label(query.trend)}" AND {words}'


def search(connection: Connection, query: Query, *, places: int) -> tuple[tuple[Hit, ...], int]:
    """The best of the newest matches, best first, and the total number of matches.

    Args:
        connection: to the store.
        query: the search.
        places: how many item numbers are reserved per issue.
    """
    found = expression(query)
    if not found:
        return (), 0
    bounds = (found, int(query.since.timestamp()) * places if query.since else 0)
    where = "FROM catalogue_items WHERE catalogue_items MATCH ? AND rowid >= ?"
    rows = connection.execute(
        f"SELECT rowid, bm25(catalogue_items, {WEIGHTS}) {where} ORDER BY rowid DESC LIMIT {NEWEST}",
        bounds,
    ).fetchall()
    (total,) = (
        connection.execute(f"SELECT count(*) {where}", bounds).fetchone() if len(rows) == NEWEST else (len(rows),)
    )
    newest = rows[0][0] // places if rows else 0
    literal = _literal(connection, query.text, [item for item, _ in rows])
    ranked = sorted((item not in literal, _score(bm25, newest - item // places), item) for item, bm25 in rows)
    return tuple(_hit(connection, found, item, score) for _, score, item in ranked[: query.limit]), total


def _literal(connection: Connection, text: str, items: Sequence[int]) -> set[int]:
    """The items that contain words such as C++ exactly as the query writes them; FTS5 ignores their signs."""
    signed = [word.casefold() for word in text.split() if _SIGNED.fullmatch(word)][:MOST_TERMS]
    if not signed:
        return set()
    marks = ", ".join("?" * len(items))
    query = f"SELECT rowid, title || ' ' || summary FROM catalogue_items WHERE rowid IN ({marks})"  # noqa: S608
    texts = connection.execute(query, items)
    return {item for item, written in texts if all(word in written.casefold() for word in signed)}


def label(trend: str) -> str:
    """A trend id as a word that does not occur in texts."""
    return "xtrend" + re.sub(r"[^a-z0-9]", "", trend)


def labels(card: Card) -> str:
    """Further words by which an item is found: its trends, its ids, and the plain forms of its words."""
    words = [word for text in (card.title, *card.authors, card.summary) for word in text.split() if not word.isascii()]
    return " ".join([*map(label, card.trends), *map(id_label, (card.id, *card.works)), plain(" ".join(words))])


def plain(text: str) -> str:
    """A text without accents and in usual widths, with a space around each character of a script that has none."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return _UNSPACED.sub(r" \g<0> ", unicodedata.normalize("NFKC", bare))


def id_label(id_: str) -> str:
    """An item's id as a word that does not occur in texts."""
    return "xid" + sha256(id_.encode(errors="replace")).hexdigest()[:16]


def phrase(words: str) -> str:
    """An expression that finds these words together in a title or a summary."""
    return '{title summary} : "' + words.replace('"', " ") + '"'


def _term(text: str) -> str:
    """A phrase as an FTS5 expression that takes it literally."""
    words = text.rstrip("*").replace('"', " ").replace("\0", " ")
    if not any(char.isalnum() for char in words):
        return ""
    prefix = text.endswith("*") and sum(char.isalnum() for char in words.split()[-1]) >= SHORTEST_PREFIX
    star = " *" if prefix else ""
    return f'({{title summary authors}} : "{words}"{star} OR labels : "{plain(words)}"{star})'


def _score(bm25: float, age: int) -> float:
    """FTS5's score (lower is better), reduced by up to half with age."""
    return bm25 * (0.5 + 0.5 * 2 ** (-age / HALF_LIFE))


def _hit(connection: Connection, found: str, item: int, score: float) -> Hit:
    marks = f"'{OPEN}', '{CLOSE}'"
    text, title, snippet = connection.execute(
        f"SELECT card, highlight(catalogue_items, 0, {marks}), snippet(catalogue_items, 1, {marks}, ' … ', 32)"  # noqa: S608
        " FROM catalogue_items WHERE catalogue_items MATCH ? AND rowid = ?",
        (found, item),
    ).fetchone()
    card = unpack_card(text)
    slot = instant(_slot(connection, card.key))
    return Hit(card=card, slot=slot, title=title, snippet=snippet, score=round(-score, 3))


def _slot(connection: Connection, key: str) -> str:
    (slot,) = connection.execute("SELECT slot FROM catalogue WHERE key = ?", (key,)).fetchone()
    return str(slot)


_TEXTS = ("key", "id", "title", "url", "section", "shown", "authors", "summary", "trends", "sources")
_MORE = ("kind", "published", "venue", "release", "lead", "watched", "works")
_LISTS = ("authors", "trends", "sources", "works")


def pack_card(card: Card) -> str:
    published = card.published and stamp(card.published)
    values = [published if name == "published" else getattr(card, name) for name in (*_TEXTS, *_MORE)]
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def unpack_card(text: str) -> Card:
    fields = dict(zip((*_TEXTS, *_MORE), json.loads(text), strict=True))
    lists = {name: tuple(fields[name]) for name in _LISTS}
    return Card(**fields | lists | {"published": optional_instant(fields["published"])})
