"""The values passed to and from the HTTP client."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One feed to fetch. `feed` is its configured URL, `url` its current URL or a path in the workspace; the rest are validators."""

    feed: str
    url: str
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """The result of one request. `reason` says why there is no body."""

    feed: str
    outcome: Literal["body", "unchanged", "failed", "gone", "resting"]
    url: str = ""  # the URL after redirects
    reason: str = ""
    status: int = 0  # 0 without a response
    body: bytes = b""
    body_hash: str = ""
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""
    moved_to: str = ""  # the target of the leading permanent redirects
    retry_after: str = ""  # the header as the server sent it
    max_age: int = 0  # seconds for which the server declares the response fresh
