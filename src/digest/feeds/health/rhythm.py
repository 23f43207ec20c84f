"""Learn a feed's rhythm from its past, and judge its latest behaviour by it, with a sentence for the operator.

The verdict compares a feed with its own past, so that it also finds problems that HTTP 200 hides. Days are in UTC. A rhythm counts only
the weekdays on which the feed publishes; holidays are left out.
"""

import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from digest.feeds.health.volume import GAPS, between, own_weekdays, shortfall, unchanged_days
from digest.model import FeedHealth, HealthVerdict, Look, Showing

# Chosen on two months of fourteen real feeds; docs/notebook/health.md has the results on other weeks and on injected faults.
LONGEST = 40  # the number of past publishing days that a rhythm uses
SILENT_MEDIANS = 4.0
SILENT_TAIL = 1.5  # times the second longest gap, so that one odd gap is ignored
SILENT_DAYS = 3  # of the feed's own weekdays, so that a holiday raises no alarm
BATCHES = 3  # days with news that are needed before a batch can be unusual
STALE_SHARE = 0.25  # the share of the smallest usual batch below which a batch is stale
KNOWN_SHARE = 0.5  # the share of a stale or restamped document that was shown before
FEW = 5  # too few entries for a verdict
SHRUNK_SHARE = 0.6
STEADY_SHARE, STEADY_DOCUMENTS = 0.8, 5  # the same for an archive with at least this many known documents
SHRUNK_TAIL = 2.0  # times the largest loss so far is unusual, whatever the share
RESTAMPED_SHARE = 0.25
STRANGE_SHARE = 0.8
_WORD = re.compile(r"[^\W\d_]{3,}")
_HALF_A_DAY = timedelta(hours=12)  # half of the 24 hours that make up a batch
_SLACK = timedelta(days=8)  # feeds are fetched at least weekly, so an older date is not the day of publication


@dataclass(frozen=True, kw_only=True, slots=True)
class Rhythm:
    """How a feed usually publishes.

    `every` is the median gap between publishing days in days (0: unknown); `batch` is the median number of items on a day with
    news, and `small` the smallest usual one; `weekdays` count from Monday = 0; `patience` is the number of its own weekdays after
    which silence is unusual (None: unknown); `spans` says whether its first document covered many days.
    """

    every: float = 0.0
    batch: float = 0.0
    small: float = 0.0
    weekdays: frozenset[int] = frozenset(range(7))
    patience: float | None = None
    last: datetime | None = None
    spans: bool = False


def learn(looks: Sequence[Look], showings: Sequence[Showing]) -> Rhythm:
    """The rhythm of one feed.

    Args:
        looks: the results of each day's fetches, oldest first.
        showings: when its items were first seen, and their own dates.
    """
    instants = sorted(_published(showings, looks[0].day if looks else None))
    if not instants:
        return Rhythm()
    days = sorted({instant.date() for instant in instants})[-LONGEST:]
    weekdays = own_weekdays(days)
    gaps = [between(one, other, weekdays) for one, other in pairwise(days)]
    batches = sorted(look.new for look in looks[1:] if look.new)
    return Rhythm(
        every=statistics.median((other - one).days for one, other in pairwise(days)) if gaps else 0.0,
        batch=statistics.median(batches) if len(batches) >= BATCHES else 0.0,
        small=_quantile(batches, 0.1) if len(batches) >= BATCHES else 0.0,
        weekdays=weekdays,
        patience=_patience(gaps),
        last=instants[-1],
        spans=_spans(showings),
    )


def _spans(showings: Sequence[Showing]) -> bool:
    first = [one.published for one in showings if one.first_seen.date() == showings[0].first_seen.date()]
    return len({published.date() for published in first if published}) > GAPS


def judge(name: str, url: str, looks: Sequence[Look], showings: Sequence[Showing], *, now: datetime) -> FeedHealth:
    """The health of a feed at `now`: its latest behaviour, judged by its rhythm until then."""
    read = [look for look in looks if look.read]
    last = read[-1] if read else None
    before = looks[: looks.index(last)] if last else ()
    rhythm = learn(before, [one for one in showings if last is None or one.first_seen.date() < last.day])
    whole = learn(looks, showings)
    verdict, sentence = next(_troubles(looks, last, rhythm, whole, now=now), ("ok", ""))
    if verdict == "ok" and whole.patience is None:
        verdict = "learning"
    return FeedHealth(
        name=name,
        url=url,
        verdict=verdict,
        sentence=sentence,
        every=whole.every,
        usual=whole.batch,
        last_new=whole.last,
    )


Trouble = tuple[HealthVerdict, str]


def _troubles(
    looks: Sequence[Look], last: Look | None, rhythm: Rhythm, whole: Rhythm, *, now: datetime
) -> Iterator[Trouble]:
    """What is unusual, most significant first."""
    if last is not None:
        past = _documents(looks[: looks.index(last)])
        yield from _flooded(last)
        yield from _strange(last, past, rhythm)
        yield from _restamped(last)
        yield from _stale(last, past, rhythm)
        yield from _empty(last, past, rhythm)
        yield from _shrunk(last, past, rhythm)
    yield from _silent(whole, now)
    yield from _frozen(looks, now)
    yield from _thin(looks, now)


def _flooded(last: Look) -> Iterator[Trouble]:
    if last.flooded:
        yield "flooded", f"its archive came again: {last.flooded} of {last.entries} entries under new ids or addresses"


def _strange(last: Look, past: Sequence[Look], rhythm: Rhythm) -> Iterator[Trouble]:
    """Signs of another feed's content: new hosts, a new title, or none of the entries that it always keeps."""
    past = [look for look in past if look.entries]
    read = [look for look in past if look.read]
    if last.entries < FEW or not read:
        return
    is_known, all_strange = len(read) >= BATCHES, last.strange == last.entries
    usual = statistics.median(look.strange / look.entries for look in read)
    if is_known and last.strange >= STRANGE_SHARE * last.entries and usual <= 1 - STRANGE_SHARE:
        yield "strange", f"looks like another feed: {last.strange} of {last.entries} entries lead to hosts new to it"
    if last.kept:
        return
    titles = {look.title for look in read}
    if last.title not in titles and (len(titles) == 1 if is_known else all_strange and not _alike(last, past[-1])):
        yield "strange", f"looks like another feed: calls itself “{last.title[:60]}”, before “{past[-1].title[:60]}”"
    if len(past) >= BATCHES and _is_archive(past, rhythm):
        yield "strange", f"looks like another feed: none of its {last.entries} entries was there before"


def _restamped(last: Look) -> Iterator[Trouble]:
    if last.redated >= max(FEW, KNOWN_SHARE * last.known, RESTAMPED_SHARE * last.entries):
        yield "restamped", f"dates are invented: {last.redated} of {last.entries} items restamped"


def _stale(last: Look, past: Sequence[Look], rhythm: Rhythm) -> Iterator[Trouble]:
    """An old batch served as today's, from a feed whose documents usually contain only news."""
    usually_news = [look.kept <= KNOWN_SHARE * look.entries for look in past[1:] if look.new]
    if len(usually_news) < BATCHES or last.entries < FEW or not rhythm.batch:
        return
    mostly_known = last.kept >= KNOWN_SHARE * last.entries
    if (
        _is_own_day(last, rhythm)
        and mostly_known
        and statistics.mean(usually_news) > 0.5
        and last.new < STALE_SHARE * rhythm.small
    ):
        yield "stale", f"{last.new} new of a usual {rhythm.batch:.0f}: looks stale"


def _empty(last: Look, past: Sequence[Look], rhythm: Rhythm) -> Iterator[Trouble]:
    if last.entries or not past or not all(look.entries for look in past):
        return
    is_archive = _is_archive(past, rhythm)
    if (len(past) >= BATCHES and (is_archive or _is_own_day(last, rhythm))) or (rhythm.spans and is_archive):
        yield "empty", f"its document is empty, with usually {_usual_entries(past)} entries"


def _shrunk(last: Look, past: Sequence[Look], rhythm: Rhythm) -> Iterator[Trouble]:
    """A missing part of an archive. A feed without an archive may be short."""
    if len(past) < BATCHES or not last.entries or not _is_archive(past, rhythm):
        return
    usual, share = _usual_entries(past), SHRUNK_SHARE
    if len(past) >= STEADY_DOCUMENTS:
        lost = max((one.entries - other.entries) / max(1, one.entries) for one, other in pairwise(past))
        share = max(SHRUNK_SHARE, min(STEADY_SHARE, 1 - SHRUNK_TAIL * lost))
    if usual >= FEW and last.entries < share * usual:
        yield "shrunk", f"{last.entries} entries of a usual {usual}: part of it is missing"


def _frozen(looks: Sequence[Look], now: datetime) -> Iterator[Trouble]:
    """An unchanged document, from a feed that usually changes it even without news."""
    if found := unchanged_days(looks, now=now):
        days, every = found
        yield "frozen", f"the same document for {days} days, usually a new one {_often(every)}"


def _thin(looks: Sequence[Look], now: datetime) -> Iterator[Trouble]:
    """Less than usual over several days, though no single day is significant."""
    if found := shortfall(looks, now=now):
        counts = f"{found.new} new in {found.days} days of a usual {found.usual:.0f}"
        yield ("shrunk", f"{counts}: part of it is missing") if found.new else ("stale", f"{counts}: looks stale")


def _silent(rhythm: Rhythm, now: datetime) -> Iterator[Trouble]:
    if rhythm.last is None or rhythm.patience is None:
        return
    if between(rhythm.last.date(), now.date(), rhythm.weekdays) > rhythm.patience:
        days = (now.date() - rhythm.last.date()).days
        yield "silent", f"silent for {days} days, usually {_often(rhythm.every)}"


def _published(showings: Sequence[Showing], first: date | None) -> Iterator[datetime]:
    """When each item was published: its own date if plausible, otherwise when it was first seen."""
    for one in showings:
        in_archive = one.first_seen.date() == first
        dated = one.published is not None and one.published <= one.first_seen
        if one.published is not None and dated and (in_archive or one.first_seen - one.published <= _SLACK):
            yield one.published
        elif not in_archive:
            yield one.first_seen


def _patience(gaps: Sequence[int]) -> float | None:
    if len(gaps) < GAPS:
        return None
    return max(SILENT_DAYS, SILENT_MEDIANS * statistics.median(gaps), SILENT_TAIL * sorted(gaps)[-2])


def _quantile(values: Sequence[float], share: float) -> float:
    """A quantile, as the nearest of the values without interpolation."""
    return sorted(values)[round(share * (len(values) - 1))]


def _usual_entries(past: Sequence[Look]) -> int:
    """The usual number of entries, from the latest documents, because archives grow."""
    return round(statistics.median(look.entries for look in past[-FEW:]))


def _often(days: float) -> str:
    return "daily" if days < 1.5 else f"every {days:.0f}"


def _documents(looks: Sequence[Look]) -> list[Look]:
    """The document at each look. An unchanged one repeats the one before, with all entries known."""
    found: list[Look] = []
    for look in looks:
        if look.read:
            found.append(look)
        elif found:
            old = found[-1]
            found.append(
                replace(old, at=look.at, read=False, new=0, known=old.entries, redated=0, strange=0, flooded=0)
            )
    return found


def _alike(one: Look, other: Look) -> bool:
    """Whether the titles of two documents share a word."""
    mine, its = (set(_WORD.findall(look.title.lower())) for look in (one, other))
    return not mine.isdisjoint(its)


def _is_archive(past: Sequence[Look], rhythm: Rhythm) -> bool:
    """Whether the feed keeps its old entries. Unchanged documents say nothing about that."""
    keeps = all(look.kept >= STRANGE_SHARE * look.entries for look in past[1:])
    return keeps and (rhythm.spans or any(look.new and look.kept for look in past[1:]))


def _is_own_day(last: Look, rhythm: Rhythm) -> bool:
    """Whether the feed publishes on the weekday that contains most of the last 24 hours."""
    return (last.at - _HALF_A_DAY).weekday() in rhythm.weekdays
