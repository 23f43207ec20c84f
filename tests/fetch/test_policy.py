"""When a feed is asked again, and where."""

from datetime import UTC, datetime, timedelta
from random import Random

from digest.fetch import policy
from digest.fetch.policy import Answer
from digest.model import Document, FeedState

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)
STATE = FeedState(url="http://example.org/feed")


def after(state: FeedState, answer: Answer, now: datetime = NOW, document: Document | None = None) -> FeedState:
    return policy.next_state(
        state, answer, document=document, now=now, collect_every=timedelta(hours=4), random=Random(1)
    )


def failed(status: int = 0, **more: str) -> Answer:
    return Answer(feed=STATE.url, url=STATE.url, outcome="failed", status=status, **more)  # type: ignore[arg-type]


def moved(to: str) -> Answer:
    return Answer(feed=STATE.url, url=to, outcome="unchanged", status=304, moved_to=to)


def test_https_is_believed_at_once_and_another_host_after_a_week() -> None:
    secured = after(STATE, moved("https://example.org/feed"))
    assert policy.address(secured, NOW) == "https://example.org/feed"
    elsewhere = after(STATE, moved("https://other.example/feed"))
    assert policy.address(elsewhere, NOW + 6 * DAY) == STATE.url
    held = after(elsewhere, moved("https://other.example/feed"), NOW + 6 * DAY)
    assert policy.address(held, NOW + 7 * DAY) == "https://other.example/feed"


def test_a_redirect_that_wanders_is_never_believed() -> None:
    state = STATE
    for day in range(30):
        state = after(state, moved(f"https://h{day}.example/feed"), NOW + day * DAY)
        assert policy.address(state, NOW + day * DAY) == STATE.url


def test_a_new_address_that_breaks_is_forgotten() -> None:
    state = after(STATE, moved("https://other.example/feed"))
    broken = after(state, Answer(feed=STATE.url, url="https://other.example/feed", outcome="failed"), NOW + 8 * DAY)
    assert policy.address(broken, NOW + 9 * DAY) == STATE.url


def test_gone_at_once_for_410_and_after_two_weeks_of_404() -> None:
    assert after(STATE, Answer(feed=STATE.url, outcome="gone", status=410)).gone
    state = STATE
    for day in range(15):
        assert not state.gone
        state = after(state, failed(404), NOW + day * DAY)
    assert state.gone
    assert policy.due(state, NOW, forced=True)


def test_one_good_answer_ends_the_count_of_404() -> None:
    state = after(STATE, failed(404))
    state = after(state, Answer(feed=STATE.url, outcome="unchanged", status=304), NOW + 13 * DAY)
    assert not after(state, failed(404), NOW + 20 * DAY).gone


def test_failures_wait_longer_and_longer_but_no_more_than_a_day() -> None:
    state, waits = STATE, []
    for _ in range(12):
        state = after(state, failed(500))
        assert state.next_due is not None
        waits.append(state.next_due - NOW)
    assert waits[0] < timedelta(hours=5)
    assert waits[2] > waits[0]
    assert max(waits) <= 1.2 * DAY


def test_retry_after_counts_even_when_forced() -> None:
    state = after(STATE, failed(429, retry_after="600"))
    assert policy.due(state, NOW + timedelta(seconds=599), forced=True)
    assert policy.due(state, NOW + timedelta(seconds=601), forced=True) is None
    as_date = after(STATE, failed(503, retry_after="Mon, 01 Jun 2026 06:00:00 GMT"))
    assert policy.due(as_date, NOW + timedelta(hours=5), forced=True)
    for odd in ("soon", "-5", "9" * 40, "Mon, 99 Foo"):
        assert policy.due(after(STATE, failed(429, retry_after=odd)), NOW + 2 * DAY, forced=True) is None


def test_ttl_max_age_and_skip_days_are_kept_to() -> None:
    document = Document(title="", entries=(), ttl=120, skip_days=("Monday",))
    read = Answer(feed=STATE.url, outcome="body", status=200, max_age=60)
    state = after(STATE, read, document=document)  # NOW is a Monday
    assert policy.due(state, NOW + timedelta(hours=23), forced=False)
    assert policy.due(state, NOW + timedelta(hours=25), forced=False) is None
    assert policy.due(state, NOW, forced=True) is None


def test_an_unreadable_body_leaves_no_validator() -> None:
    answer = Answer(feed=STATE.url, outcome="body", body=b"x", body_hash="h", etag="e", last_modified="l")
    state = after(STATE, policy.unreadable(answer, "a web page, not a feed"))
    assert (state.etag, state.last_modified, state.body_hash) == ("", "", "")


def test_hours_that_a_feed_rests_are_kept_to() -> None:
    document = Document(title="", entries=(), skip_hours=(0, 1, 2))
    state = after(STATE, Answer(feed=STATE.url, outcome="body", status=200), document=document)  # NOW is midnight
    assert state.next_due == NOW + timedelta(hours=3)
    always = Document(title="", entries=(), skip_hours=tuple(range(24)))
    assert after(STATE, Answer(feed=STATE.url, outcome="body", status=200), document=always).next_due is None


def test_feeds_that_failed_together_come_back_apart() -> None:
    waits = {
        policy.next_state(
            STATE, failed(500), document=None, now=NOW, collect_every=timedelta(hours=4), random=Random(n)
        ).next_due
        for n in range(20)
    }
    assert len(waits) == 20
    assert all(timedelta(hours=3) < due - NOW < timedelta(hours=5) for due in waits if due)
