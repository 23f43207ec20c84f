"""When to ask a feed again, where, and what to remember of its answer. Pure: the clock and the randomness are handed in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from random import Random
from urllib.parse import urlsplit

from digest.fetch.messages import Answer
from digest.model import Document, FeedState

STABLE = timedelta(days=7)  # for so long a permanent redirect must have held before it is believed
MISSING = timedelta(days=14)  # for so long a 404 is asked again
LONGEST = timedelta(days=1)  # the longest that anything makes us wait, lest a feed of one day's items is missed
JITTER = 0.2
_DOUBLINGS = 5
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_HOUR = timedelta(hours=1)
GONE = "gone for good; remove it from feeds.yaml, or give its new address"


def due(state: FeedState, now: datetime, *, forced: bool) -> str | None:
    """Why not to ask a feed now, or None.

    Args:
        state: what is remembered of it.
        now: the clock.
        forced: a person or a slot wants it now; only what the server itself asked for still counts.
    """
    if state.gone:
        return GONE
    if state.asked_until is not None and now < state.asked_until:
        return f"its server asked not to come back before {state.asked_until:%Y-%m-%d %H:%M} UTC"
    if not forced and state.next_due is not None and now < state.next_due:
        return f"not due before {state.next_due:%Y-%m-%d %H:%M} UTC"
    return None


def address(state: FeedState, now: datetime) -> str:
    """Where to ask: the address that permanent redirects led to, once they held for a week; https for http at once."""
    if not state.moved_to or state.moved_since is None:
        return state.url
    only_secured = urlsplit(state.url)._replace(scheme="https") == urlsplit(state.moved_to)
    return state.moved_to if only_secured or now - state.moved_since >= STABLE else state.url


def unreadable(answer: Answer, cause: str) -> Answer:
    """An answer whose body is no feed: a failure, of which no validator is kept, so that it is asked for again."""
    return replace(answer, outcome="failed", reason=cause, body=b"", body_hash="", etag="", last_modified="")


def retired(answer: Answer) -> Answer:
    """The last of many answers that there is no such document: after it, the feed counts as gone."""
    return replace(
        answer, outcome="gone", reason=f"answered 404 for {MISSING.days} days: the feed is taken to be gone for good"
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
        answer: what came; a body that is no feed comes as `unreadable` made it.
        document: the parsed body, where there was one.
        now: the clock.
        collect_every: how often feeds are asked.
        random: spreads what failed together.
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
        asked_until=_asked(answer.retry_after, now),
        # Where the redirects led may be what is broken: ask at the configured address next.
        moved_to="" if answer.url == state.moved_to else state.moved_to,
    )


def _asked(retry_after: str, now: datetime) -> datetime | None:
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
    """When the feed itself says that there may be news: `max-age`, `ttl`, `skipDays`, `skipHours`."""
    minutes = document.ttl if document else 0
    wait = min(max(timedelta(seconds=answer.max_age), timedelta(minutes=minutes)), LONGEST)
    due_at = now + wait
    days = {day.capitalize() for day in document.skip_days} if document else set()
    resting = set(document.skip_hours) if document else set()
    hours = 0 if len(days) >= len(_WEEKDAYS) or len(resting) >= 24 else 3 * 24  # who never works says nothing
    for _ in range(hours):
        if _WEEKDAYS[due_at.weekday()] not in days and due_at.hour not in resting:
            break
        due_at = due_at.replace(minute=0, second=0, microsecond=0) + _HOUR
    return due_at if due_at > now else None
