"""Decide when and where to fetch a feed next, and what to remember of an answer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from random import Random
from urllib.parse import urlsplit

from digest.fetch.messages import Answer
from digest.model import Document, FeedState

STABLE = timedelta(days=7)  # how long a permanent redirect must last before it is trusted
MISSING = timedelta(days=14)  # how long a feed that answers 404 is still fetched
LONGEST = timedelta(days=1)  # the longest wait, so that a feed that lists one day only is not missed
JITTER = 0.2
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
    """`Retry-After`, in seconds or as a date (RFC 9110, 10.2.3), bounded."""
    text = retry_after.strip()
    try:
        until = (
            now + timedelta(seconds=int(text)) if text.isdecimal() else parsedate_to_datetime(text) if text else None
        )
    except (ValueError, OverflowError):
        until = now + LONGEST if text.isdecimal() else None
    if until is None:
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(aware, now + LONGEST) if aware > now else None


def _next_due(answer: Answer, document: Document | None, now: datetime) -> datetime | None:
    """When there may be news according to the feed: `max-age`, `ttl`, `skipDays`, `skipHours`."""
    minutes = document.ttl if document else 0
    wait = min(max(timedelta(seconds=answer.max_age), timedelta(minutes=minutes)), LONGEST)
    due_at = now + wait
    days = {day.capitalize() for day in document.skip_days} if document else set()
    resting = set(document.skip_hours) if document else set()
    hours = (
        0 if len(days) >= len(_WEEKDAYS) or len(resting) >= 24 else 3 * 24
    )  # a feed that skips everything is ignored
    for _ in range(hours):
        if _WEEKDAYS[due_at.weekday()] not in days and due_at.hour not in resting:
            break
        due_at = due_at.replace(minute=0, second=0, microsecond=0) + _HOUR
    return due_at if due_at > now else None
