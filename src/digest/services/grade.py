"""Grade issues: what the field took up of an issue's window since, whether the issue had shown it, and what would have.

Reads the graded issue, up to `ISSUES` later ones, and the store's rows of their time, however long the archive is.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from digest.classify import Taught
from digest.config import Feed
from digest.editorial import remedies
from digest.editorial.candidates import sift, text_of
from digest.editorial.grading import (
    AFTER,
    Placed,
    Since,
    choices,
    follow_ups,
    is_new,
    placed,
    places,
    refused,
    uptakes,
)
from digest.editorial.hand import Hand, hand
from digest.errors import NotFoundError
from digest.model import Grade, GradedWork, Issue, Item, Remedy, Uptake
from digest.services.context import Program
from digest.services.grade_remedies import Missed, Work, address_of, remedies_of, title_of, url_of
from digest.storage.db import Store
from digest.storage.db.issues import IssueRow
from digest.storage.db.later_sightings import Pick

ISSUES = 12  # the last issues, over which the cost of a remedy is told
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_LATEST = timedelta(days=40)  # an issue is graded in the next one after four weeks, which a monthly digest makes last


def due(store: Store, row: IssueRow) -> tuple[str, ...]:
    """The keys of the issues that became old enough to be graded in the window of this one."""
    if row.start is None:
        return ()
    return tuple(one.key for one in store.issues.closed_between(row.start - AFTER, row.cutoff - AFTER))


def grades(program: Program, row: IssueRow, past: Sequence[Issue]) -> tuple[Grade, ...]:
    """The grades that the issue of this row states. Issues of which nothing was taken up are left out.

    Args:
        program: the run.
        row: the issue that is made.
        past: the last closed issues, which were read already.
    """
    made = (grade(program, key, row.cutoff, past) for key in due(program.store, row))
    return tuple(one for one in made if one.works)


def stated(program: Program, key: str) -> tuple[str, Grade] | None:
    """The key of the later issue that states the grade of the issue `key`, and the grade; None if none does.

    Raises:
        NotFoundError: there is no issue `key`.
    """
    end = program.archive.read(key).window.end
    for row in program.store.issues.closed_between(end + AFTER - _TICK, end + AFTER + _LATEST):
        found = next((one for one in program.archive.read(row.key).grades if one.key == key), None)
        if found is not None:
            return row.key, found
    return None


def gradable(program: Program) -> str:
    """The key of the latest closed issue that is old enough to be graded.

    Raises:
        NotFoundError: none is.
    """
    rows = program.store.issues.closed_between(_EPOCH, program.now - AFTER)
    if not rows:
        raise NotFoundError(
            "digest grade",
            f"no issue is {AFTER.days} days old",
            "name one to grade it by what was seen so far; `digest list` lists the issues",
        )
    return rows[-1].key


def grade(program: Program, key: str, until: datetime, past: Iterable[Issue] = ()) -> Grade:
    """The grade of a closed issue from what was seen up to an instant.

    Raises:
        NotFoundError: there is no such issue.
        WorkspaceError: an issue.json cannot be read.
    """
    known = {issue.key: issue for issue in past}
    issue = known.get(key) or program.archive.read(key)
    feeds = {feed.name: feed for feed in program.config.feeds}
    since = _since(program.store, issue.window.end, until, feeds)
    later = _issues(program, known, issue.window.end, until - _TICK)
    works = _taken_up(program.store, issue, since, feeds, follow_ups(later, key))
    told = hand(program.edits, key)
    classifier = program.classifier()
    fates = [(work, _fate(work, issue, feeds, told, classifier)) for work in works]
    missed = [Missed(work=work, fate=fate) for work, fate in fates if fate.fate not in ("shown", "no_feed")]
    offered = remedies_of(
        program.store,
        program.config.feeds,
        missed,
        _last_issues(program, known, until) if missed else (),
        key=key,
        taken_up=frozenset(work.number for work in works),
        until=until,
    )
    graded = [_graded(work, fate, offered.get(work.number), feeds) for work, fate in fates]
    picked = _picked(program.store.uptakes.unseen(issue.window.start, issue.window.end, until), feeds)
    return Grade(key=key, until=until, works=(*sorted(graded, key=lambda one: one.id), *picked))


def _since(store: Store, after: datetime, until: datetime, feeds: Mapping[str, Feed]) -> Since:
    sizes = store.uptakes.sizes(after, until)
    return Since(
        after=after,
        until=until,
        counts=store.uptakes.counts(after, until),
        choices=choices(sizes, feeds, span=until - after),
    )


def _issues(program: Program, known: dict[str, Issue], after: datetime, until: datetime) -> list[Issue]:
    """The closed issues of a span of time; issues that are not in memory yet are read."""
    rows = program.store.issues.closed_between(after, until)
    for row in rows:
        if row.key not in known:
            known[row.key] = program.archive.read(row.key)
    return [known[row.key] for row in rows]


def _last_issues(program: Program, known: dict[str, Issue], until: datetime) -> list[Issue]:
    """The last closed issues before an instant, oldest first."""
    rows = program.store.issues.closed_between(_EPOCH, until)[-ISSUES:]
    return _issues(program, known, rows[0].cutoff - _TICK, until) if rows else []


def _taken_up(
    store: Store,
    issue: Issue,
    since: Since,
    feeds: Mapping[str, Feed],
    followed: Mapping[str, tuple[Uptake, ...]],
) -> list[Work]:
    """The works of the window that were taken up, and those of its time that feeds showed too late."""
    window = issue.window
    start = window.start or window.end - timedelta(days=7)
    late = frozenset(store.uptakes.late(start, window.end, since.until))
    own = store.items.numbers(list(followed))
    numbers = list(dict.fromkeys((*store.uptakes.noticed(window.start, window.end, since.until), *own.values(), *late)))
    before = {item.keys[0]: item for item in store.items.at(numbers, window.end)}
    works = []
    for number in numbers:
        (now,) = store.items.at([number], since.until)
        known = None if number in late else next((before[one] for one in now.keys if one in before), None)
        published = store.issues.published_in(now.keys)
        if number not in late and published is not None and published[0] != issue.key:
            continue
        found = (
            *uptakes(known, now, since, feeds),
            *(told for key in now.keys for told in followed.get(key, ()) if told.source not in _feeds(known)),
        )
        if found and (known or is_new(now.id, issue.window.end)):
            works.append(Work(number=number, known=known, now=now, uptakes=found))
    return works


def _feeds(item: Item | None) -> frozenset[str]:
    return frozenset(one.feed for one in item.sightings) if item else frozenset()


def _fate(work: Work, issue: Issue, feeds: Mapping[str, Feed], told: Hand, classifier: Taught) -> Placed:
    if work.known is None:
        return Placed(fate="no_feed", detail="", id=work.now.id)
    found = placed(work.known, places(issue)) or refused(work.known, issue.window, feeds, told)
    if found is not None:
        return found
    (candidate,) = sift([work.known], window=issue.window, published=frozenset(), feeds=feeds).candidates
    explained = classifier.explain(text_of(candidate))
    if explained.verdict.llm or explained.verdict.labels:
        return Placed(fate="unknown", detail="", id=work.known.id)
    score = f"{explained.llm_score:.2f} of {explained.llm_threshold:.2f}"
    return Placed(fate="off_topic", detail=score, id=work.known.id)


def _any_of(commands: tuple[str, ...], url: str) -> Remedy | None:
    """The feeds of which one is enough; if all are configured, the editor can still add the work."""
    known = commands or ((remedies.added(url),) if url else ())
    return Remedy(command=known[0], also=known[1:]) if known else None


def _graded(work: Work, fate: Placed, remedy: Remedy | None, feeds: Mapping[str, Feed]) -> GradedWork:
    if fate.fate == "no_feed":
        remedy = _any_of(remedies.unseen(work.now.id, (feed.url for feed in feeds.values())), url_of(work.now))
    return GradedWork(
        id=work.now.id,
        title=title_of(work.now),
        url=url_of(work.now),
        uptakes=work.uptakes,
        fate=fate.fate,
        detail=fate.detail,
        remedy=remedy,
    )


def _picked(picks: Sequence[Pick], feeds: Mapping[str, Feed]) -> tuple[GradedWork, ...]:
    """The new papers that round-ups linked to and no feed has shown."""
    found: dict[str, list[Uptake]] = {}
    for one in picks:
        if is_new(one.key, one.at):
            found.setdefault(one.key, []).append(Uptake(kind="picked", source=one.title or one.feed, at=one.at))
    configured = [feed.url for feed in feeds.values()]
    return tuple(
        GradedWork(
            id=key,
            title=key,
            url=address_of(key),
            uptakes=tuple(told),
            fate="no_feed",
            remedy=_any_of(remedies.unseen(key, configured), address_of(key)),
        )
        for key, told in sorted(found.items())
    )
