"""Decide when and where to fetch a feed next, and what to remember of an answer."""

import errno
import re
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from random import Random
from typing import Literal
from urllib.parse import urlsplit

import aiohttp

from digest.config import FetchSettings
from digest.fetch.ssrf import PrivateAddressError
from digest.model import Document, FeedState
from digest.text.markup import plain


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One feed to fetch. `feed` is its configured URL, `url` its current URL or a path in the workspace; the last three are validators.

    `headers` are secret: they are sent to the server of the configured URL only.
    """

    feed: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
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


class TooLargeError(OSError):
    """A decoded body exceeds the limit."""


class NotOnTheWebError(ValueError):
    """A redirect leads to a URL that is not http(s)."""


def cause(error: BaseException, settings: FetchSettings) -> str:
    """The cause in one line, without the feed's name."""
    known = next((words for one in _chain(error) if (words := _known(one, settings))), "")
    if known:
        return known
    if isinstance(error, TimeoutError):
        return f"no complete answer within {settings.timeout.total_seconds():g} seconds"
    return _told(error)


def _known(error: BaseException, settings: FetchSettings) -> str:
    """The cause by the type of one error in a chain; empty if the type is unknown."""
    words = ""
    match error:
        case PrivateAddressError():
            words = f"{error}; set fetch.allow_private if that is intended"
        case TooLargeError():
            words = f"is larger than {settings.max_bytes / 1e6:g} MB"
        case ssl.SSLCertVerificationError():  # before ValueError, its base class
            words = f"its certificate is not valid: {error.verify_message}"
        case socket.gaierror(errno=socket.EAI_AGAIN):
            words = "its host name cannot be resolved at the moment; is there a network?"
        case socket.gaierror():
            words = "its host does not exist"
        case OSError(errno=errno.ENETUNREACH | errno.EHOSTUNREACH | errno.ENETDOWN):
            words = "its host cannot be reached; is there a network?"
        case ConnectionRefusedError():
            words = "the host refused the connection"
        case NotOnTheWebError():
            words = str(error)
        case ValueError():  # raised by URL parsers, whose messages quote the URL
            words = "its URL, or the one that it redirects to, is invalid"
    return words


def _told(error: BaseException) -> str:
    if isinstance(error, aiohttp.ContentTypeError | aiohttp.ClientPayloadError):
        return "the answer is truncated or badly compressed"
    if isinstance(error, aiohttp.ServerDisconnectedError | ConnectionError):
        return "the host closed the connection without an answer"
    if isinstance(error, aiohttp.ClientResponseError):
        return "the answer is not HTTP"
    if isinstance(error, ssl.SSLError):
        reasons = (getattr(each, "reason", None) for each in _chain(error))
        told = next((str(reason) for reason in reasons if reason), "unknown").replace("_", " ").lower()
        return f"no secure connection ({told}); if the host has none, write its address with http://"
    return plain(str(error), chars=200) or type(error).__name__


def _chain(error: BaseException) -> list[BaseException]:
    """An error and its causes. aiohttp keeps the operating system's error in an attribute."""
    found: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in found:
        found.append(following)
        following = getattr(following, "os_error", None) or following.__cause__ or following.__context__
    return found


STABLE = timedelta(days=7)  # how long a permanent redirect must last before it is trusted
MISSING = timedelta(days=14)  # how long a feed that answers 404 is still fetched
LONGEST = timedelta(days=1)  # the longest wait, so that a feed that lists one day only is not missed
JITTER = 0.2
_SECONDS = re.compile(r"\+?([0-9]+)(?:\.[0-9]+)?\s*(?:s|secs?|seconds?)?\s*(?:,|$)", re.IGNORECASE)
_DOUBLINGS = 5
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_HOUR = timedelta(hours=1)
GONE = "permanently gone; remove it from feeds.yaml, or enter its new URL"


def due(state: FeedState, now: datetime, *, forced: bool) -> str | None:
    """Why a feed must not be fetched now, or None if it may.

    Args:
        state: what is remembered of it.
        now: the clock.
        forced: a person or a slot asks for it: only a pause that the server asked for counts.
    """
    if state.gone:
        return GONE
    if state.asked_until is not None and now < state.asked_until:
        return f"its server asked for no requests before {state.asked_until:%Y-%m-%d %H:%M} UTC"
    if not forced and state.next_due is not None and now < state.next_due:
        return f"not due before {state.next_due:%Y-%m-%d %H:%M} UTC"
    return None


def address(state: FeedState, now: datetime) -> str:
    """The URL to fetch: the target of permanent redirects once they have lasted a week; https instead of http at once."""
    if not state.moved_to or state.moved_since is None:
        return state.url
    only_secured = urlsplit(state.url)._replace(scheme="https") == urlsplit(state.moved_to)
    return state.moved_to if only_secured or now - state.moved_since >= STABLE else state.url


def unreadable(answer: Answer, cause: str) -> Answer:
    """The failure for an answer whose body is not a feed. No validator is kept, so that it is fetched again."""
    return replace(answer, outcome="failed", reason=cause, body=b"", body_hash="", etag="", last_modified="")


def retired(answer: Answer) -> Answer:
    """The last of a series of 404 answers, after which the feed counts as gone."""
    return replace(
        answer, outcome="gone", reason=f"answered 404 for {MISSING.days} days: the feed is considered permanently gone"
    )


def next_state(
    state: FeedState,
    answer: Answer,
    *,
    document: Document | None,
    now: datetime,
    collect_every: timedelta,
    random: Random,
) -> FeedState:
    """What to remember after an answer.

    Args:
        state: what was remembered before it.
        answer: the answer; for a body that is not a feed, the result of `unreadable`.
        document: the parsed body, if there was one.
        now: the clock.
        collect_every: how often feeds are fetched.
        random: spreads the retries of feeds that failed together.
    """
    if answer.outcome == "gone":
        return replace(state, gone=True, failures=state.failures + 1)
    if answer.outcome == "failed":
        return _failed(state, answer, now, collect_every, random)
    moved_to = answer.moved_to or (state.moved_to if answer.url == state.moved_to else "")
    read = answer.outcome == "body"
    return replace(
        state,
        etag=answer.etag if read else answer.etag or state.etag,
        last_modified=answer.last_modified if read else answer.last_modified or state.last_modified,
        body_hash=answer.body_hash or state.body_hash,
        moved_to=moved_to,
        moved_since=(state.moved_since if moved_to == state.moved_to else now) if moved_to else None,
        failures=0,
        not_found_since=None,
        next_due=_next_due(answer, document, now),
        asked_until=None,
        first_ok=state.first_ok or now,
    )


def _failed(state: FeedState, answer: Answer, now: datetime, collect_every: timedelta, random: Random) -> FeedState:
    missing = answer.status == HTTPStatus.NOT_FOUND
    since = (state.not_found_since or now) if missing else None
    wait = min(collect_every * 2 ** min(state.failures, _DOUBLINGS), LONGEST) * random.uniform(1 - JITTER, 1 + JITTER)
    return replace(
        state,
        failures=state.failures + 1,
        not_found_since=since,
        gone=since is not None and now - since >= MISSING,
        next_due=now + wait,
        asked_until=asked_until(answer.retry_after, now),
        # The target of the redirects may be broken: use the configured URL next.
        moved_to="" if answer.url == state.moved_to else state.moved_to,
    )


def asked_until(retry_after: str, now: datetime) -> datetime | None:
    """`Retry-After`, in seconds or as a date (RFC 9110, 10.2.3), bounded. Other spellings that servers use are understood."""
    text = retry_after.strip()
    seconds = _SECONDS.match(text)
    until = now + timedelta(seconds=int(seconds[1][:6])) if seconds else _date(text) or now
    return min(until, now + LONGEST) if until > now else None


def _date(text: str) -> datetime | None:
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        with suppress(ValueError, OverflowError):
            found = read(text)
            return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None


def _next_due(answer: Answer, document: Document | None, now: datetime) -> datetime | None:
    """When there may be news according to the feed: `max-age`, `ttl`, `skipDays`, `skipHours`."""
    minutes = document.ttl if document else 0
    wait = min(max(timedelta(seconds=answer.max_age), timedelta(minutes=minutes)), LONGEST)
    due_at = now + wait
    days = {day.capitalize() for day in document.skip_days} if document else set()
    resting = set(document.skip_hours) if document else set()
    # A feed that skips everything is ignored.
    hours = 0 if len(days) >= len(_WEEKDAYS) or len(resting) >= 24 else 3 * 24
    for _ in range(hours):
        if _WEEKDAYS[due_at.weekday()] not in days and due_at.hour not in resting:
            break
        due_at = due_at.replace(minute=0, second=0, microsecond=0) + _HOUR
    return due_at if due_at > now else None
