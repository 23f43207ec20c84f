"""What is asked of a server, and what came back. Values only."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One feed to ask. `feed` is its configured URL, `url` today's address or a path in the workspace; the rest are validators."""

    feed: str
    url: str
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What one request gave. `reason` says why there is no body; `seconds` are what the server asked to wait."""

    feed: str
    outcome: Literal["body", "unchanged", "failed", "gone"]
    url: str = ""  # where the answer came from in the end
    reason: str = ""
    status: int = 0  # 0 where there was no answer
    body: bytes = b""
    body_hash: str = ""
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""
    moved_to: str = ""  # as far as every redirect was permanent
    retry_after: str = ""  # as the server wrote it
    max_age: int = 0  # seconds for which the server calls its answer fresh
