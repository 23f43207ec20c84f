"""What a feed gave so far -> its rhythm and a verdict with the sentence that is shown. No I/O, no clock; changes nothing.

The sentence compares what came with what usually comes from this feed, so it speaks also where HTTP says 200. Days are UTC.
A rhythm counts the feed's own weekdays only; days on which hardly anybody publishes are nobody's.
"""

import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from digest.feeds.health.volume import GAPS, between, own_weekdays, shortfall, unchanged_days
from digest.model import FeedHealth, HealthVerdict, Look, Showing

# Fixed on two months of fourteen real feeds; docs/notebook/health.md has how they do on other weeks and on injected faults.
LONGEST = 40  # publishing days that a rhythm looks back
SILENT_MEDIANS = 4.0
SILENT_TAIL = 1.5  # times the second longest gap: one odd gap is excused
SILENT_DAYS = 3  # of the feed's own weekdays, so that a holiday raises nothing
BATCHES = 3  # days with news before a batch can be unusual
STALE_SHARE = 0.25  # of the smallest usual batch
KNOWN_SHARE = 0.5  # at least so much of a stale or restamped document was shown before
FEW = 5  # entries about which nothing is said
SHRUNK_SHARE = 0.6
STEADY_SHARE, STEADY_DOCUMENTS = 0.8, 5  # the same of an archive of which so many documents are known
SHRUNK_TAIL = 2.0  # times the most that it ever lost at once is unusual, whatever the share
RESTAMPED_SHARE = 0.25
STRANGE_SHARE = 0.8
_WORD = re.compile(r"[^\W\d_]{3,}")
_HALF_A_DAY = timedelta(hours=12)  # the middle of the 24 hours that a batch is counted over
_SLACK = timedelta(days=8)  # a feed is looked at weekly at least, so an older date was not the day of publication


@dataclass(frozen=True, kw_only=True, slots=True)
class Rhythm:
    """How a feed usually publishes.

    `every` is the median gap between publishing days in days, 0 while unknown; `batch` the median of the items that a day
    with news brings, and `small` the smallest of the usual ones; `weekdays` count from Monday = 0; `patience` are the days of
    its own weekdays after which its silence is unusual, None while unknown; `spans`: its first document went back over many.
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
        looks: what each day's fetches gave, oldest first.
        showings: when its items were first seen and what date they bear.
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
    """How a feed is, as of `now`: what it gave last, against the rhythm that it had before."""
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
    """What is unusual, the most telling first."""
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
    """Another feed's content: hosts or a title that this one never had, or nothing left of what it always keeps."""
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
    """An old batch served as today's, by a feed whose documents are usually news."""
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
    """Part of an archive is missing. A feed that keeps no archive may be short."""
    if len(past) < BATCHES or not last.entries or not _is_archive(past, rhythm):
        return
    usual, share = _usual_entries(past), SHRUNK_SHARE
    if len(past) >= STEADY_DOCUMENTS:
        lost = max((one.entries - other.entries) / max(1, one.entries) for one, other in pairwise(past))
        share = max(SHRUNK_SHARE, min(STEADY_SHARE, 1 - SHRUNK_TAIL * lost))
    if usual >= FEW and last.entries < share * usual:
        yield "shrunk", f"{last.entries} entries of a usual {usual}: part of it is missing"


def _frozen(looks: Sequence[Look], now: datetime) -> Iterator[Trouble]:
    """The same bytes, from a feed that writes its document anew even when it has no news."""
    if found := unchanged_days(looks, now=now):
        days, every = found
        yield "frozen", f"the same document for {days} days, usually a new one {_often(every)}"


def _thin(looks: Sequence[Look], now: datetime) -> Iterator[Trouble]:
    """Less than usual for days, where no single day tells."""
    if found := shortfall(looks, now=now):
        told = f"{found.new} new in {found.days} days of a usual {found.usual:.0f}"
        yield ("shrunk", f"{told}: part of it is missing") if found.new else ("stale", f"{told}: looks stale")


def _silent(rhythm: Rhythm, now: datetime) -> Iterator[Trouble]:
    if rhythm.last is None or rhythm.patience is None:
        return
    if between(rhythm.last.date(), now.date(), rhythm.weekdays) > rhythm.patience:
        days = (now.date() - rhythm.last.date()).days
        yield "silent", f"silent for {days} days, usually {_often(rhythm.every)}"


def _published(showings: Sequence[Showing], first: date | None) -> Iterator[datetime]:
    """When each item came out: its own date where that can be, else when it was first seen."""
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
    """The nearest of the values, not a number between them."""
    return sorted(values)[round(share * (len(values) - 1))]


def _usual_entries(past: Sequence[Look]) -> int:
    """What the latest documents held; archives grow."""
    return round(statistics.median(look.entries for look in past[-FEW:]))


def _often(days: float) -> str:
    return "daily" if days < 1.5 else f"every {days:.0f}"


def _documents(looks: Sequence[Look]) -> list[Look]:
    """The document at each look: one that did not change is the one before, and all of it was there."""
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
    """Do two documents' titles share a word?"""
    mine, its = (set(_WORD.findall(look.title.lower())) for look in (one, other))
    return not mine.isdisjoint(its)


def _is_archive(past: Sequence[Look], rhythm: Rhythm) -> bool:
    """Does the feed keep what it showed? A batch that did not change tells nothing."""
    keeps = all(look.kept >= STRANGE_SHARE * look.entries for look in past[1:])
    return keeps and (rhythm.spans or any(look.new and look.kept for look in past[1:]))


def _is_own_day(last: Look, rhythm: Rhythm) -> bool:
    """Does the feed publish on the weekday in which most of the last 24 hours lie?"""
    return (last.at - _HALF_A_DAY).weekday() in rhythm.weekdays
