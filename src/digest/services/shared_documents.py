"""Documents of feeds that several newsletters have: one of them fetches a document, and the others take it from there.

Each newsletter still reads it for itself, and remembers by itself what it has seen. What is fetched with secrets is never shared.
"""

import json
import zlib
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit

from digest.fetch.policy import Answer, Request

_KEPT = ("url", "status", "content_type", "etag", "last_modified", "moved_to", "max_age")  # of an answer


class Documents(Protocol):
    """A store of documents: each with the hash of its body, the body, if it is known, and the fields of the answer."""

    def document(self, key: str, *, since: datetime) -> tuple[str, bytes | None, str] | None: ...

    def keep_document(self, key: str, known: str, body: bytes | None, fields: str) -> None: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Shelf:
    """The documents of the feeds in `shared`, as far as they were fetched at `since` or later.

    Newsletters that may fetch from private addresses share documents with each other only.
    """

    documents: Documents
    shared: AbstractSet[str]
    since: datetime
    private: bool

    def recall(self, request: Request) -> Answer | None:
        """The answer that another newsletter got; None if the feed must be fetched."""
        kept = self.documents.document(self._key(request), since=self.since) if self._may(request) else None
        if kept is None:
            return None
        known, body, fields = kept
        answer = Answer(feed=request.feed, outcome="unchanged", body_hash=known, **json.loads(fields))
        if known == request.body_hash:
            return answer
        return None if body is None else replace(answer, outcome="body", body=zlib.decompress(body))

    def keep(self, request: Request, answer: Answer) -> None:
        """Store what was fetched for the others."""
        known = answer.body_hash or request.body_hash
        if self._may(request) and known and answer.outcome in ("body", "unchanged"):
            body = zlib.compress(answer.body) if answer.outcome == "body" else None
            fields = json.dumps({name: getattr(answer, name) for name in _KEPT})
            self.documents.keep_document(self._key(request), known, body, fields)

    def _may(self, request: Request) -> bool:
        return request.feed in self.shared and not request.headers and "@" not in urlsplit(request.feed).netloc

    def _key(self, request: Request) -> str:
        return f"{'private ' if self.private else ''}{request.url}"
