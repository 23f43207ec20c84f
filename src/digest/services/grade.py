"""Grade issues: what the field took up of an issue's window since, whether the issue had shown it, and what would have.

Reads the graded issue, up to `ISSUES` later ones, and the store's rows of their time, however long the archive is.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from digest.classify import Taught
from digest.config import Feed
from digest.editorial import remedies
from digest.editorial.candidates import passes, sift, text_of
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
from digest.editorial.remedies import Lever, Levers
from digest.errors import NotFoundError
from digest.model import Grade, GradedWork, Issue, Item, Remedy, Sighting, Uptake
from digest.services.context import Program
from digest.storage.db import Store
from digest.storage.db.issues import IssueRow
from digest.storage.db.uptake import Pick, Seen
from digest.storage.files import resources

ISSUES = 12  # the last issues, over which the cost of a remedy is told
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_LATEST = timedelta(days=40)  # an issue is graded in the next one after four weeks, which a monthly digest makes last


@dataclass(frozen=True, kw_only=True, slots=True)
class _Work:
    """A work that was taken up, by its number in the store; what was known of it at the cutoff, if anything, and what is known now."""

    number: int
    known: Item | None
    now: Item
    uptakes: tuple[Uptake, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Missed:
    """A missed work with its fate; `filter` is the feed's filter that kept it out."""

    work: _Work
    fate: Placed


def due(store: Store, row: IssueRow) -> tuple[str, ...]:
    """The keys of the issues that became old enough to be graded in the window of this one."""
    if row.start is None:
        return ()
    return tuple(one.key for one in store.issues.closed_between(row.start - AFTER, row.cutoff - AFTER))


def grades(program: Program, row: IssueRow, past: Sequence[Issue]) -> tuple[Grade, ...]:
    """The grades that the issue of this row states; those of issues that nobody took up anything of are left out.

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
    missed = [_Missed(work=work, fate=fate) for work, fate in fates if fate.fate not in ("shown", "no_feed")]
    offered = _remedies(program, missed, fates, known, until)
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
    """The closed issues of a span of time, of which those that are not known yet are read."""
    rows = program.store.issues.closed_between(after, until)
    for row in rows:
        if row.key not in known:
            known[row.key] = program.archive.read(row.key)
    return [known[row.key] for row in rows]


def _taken_up(
    store: Store,
    issue: Issue,
    since: Since,
    feeds: Mapping[str, Feed],
    followed: Mapping[str, tuple[Uptake, ...]],
) -> list[_Work]:
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
            works.append(_Work(number=number, known=known, now=now, uptakes=found))
    return works


def _feeds(item: Item | None) -> frozenset[str]:
    return frozenset(one.feed for one in item.sightings) if item else frozenset()


def _fate(work: _Work, issue: Issue, feeds: Mapping[str, Feed], told: Hand, classifier: Taught) -> Placed:
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


def _remedies(
    program: Program,
    missed: Sequence[_Missed],
    fates: Sequence[tuple[_Work, Placed]],
    known: dict[str, Issue],
    until: datetime,
) -> dict[int, Remedy]:
    """What would have let each missed work in, by its number, and what else it lets in."""
    rows = program.store.issues.closed_between(_EPOCH, until)[-ISSUES:] if missed else ()
    if not rows:
        return {}
    issues = _issues(program, known, rows[0].cutoff - _TICK, until)
    shown_keys = [key for issue in issues for key, there in places(issue).items() if there.fate == "shown"]
    shown = frozenset(program.store.items.numbers(shown_keys).values())
    taken_up = frozenset(work.number for work, _ in fates)
    levers = Levers(
        {one.work.number: (_title(one.work.now), _authors(one.work.now)) for one in missed}, resources.ordinary_words()
    )
    reader = _Reader(program.config.feeds, missed)
    for seen in program.store.uptakes.seen(rows[0].start, until):
        reader.read(seen, levers.read(seen.item, f"{seen.title}\n{seen.summary}", json.loads(seen.authors)))
    return {
        one.work.number: replace(
            reader.remedy(one, levers.of[one.work.number], shown, taken_up),
            issues=len(rows),
        )
        for one in missed
    }


class _Reader:
    """Counts what each change of a feed's filter would let in, and chooses remedies."""

    def __init__(self, feeds: Sequence[Feed], missed: Sequence[_Missed]) -> None:
        self._feeds = {feed.name: feed for feed in feeds}
        self._kept_out: dict[tuple[str, str], set[int]] = {}  # feed and lever or pattern -> works
        self._filters = {_feed_of(one) for one in missed if one.fate.fate == "filtered"}

    def read(self, seen: Seen, levers: Sequence[Lever]) -> None:
        """Note what keeps this sighting out."""
        if seen.fate is None and seen.feed in self._filters and seen.feed in self._feeds:
            self._note(seen, self._feeds[seen.feed], levers)

    def _note(self, seen: Seen, feed: Feed, levers: Sequence[Lever]) -> None:
        sighting = Sighting(
            feed=feed.name,
            url="",
            title=seen.title,
            summary=seen.summary,
            authors=(),
            published=seen.published,
            first_seen=seen.first_seen,
        )
        if passes(sighting, feed):
            return
        for lever in levers:
            if passes(sighting, replace(feed, include=(*feed.include, remedies.pattern(lever)))):
                self._kept_out.setdefault((feed.name, lever.name), set()).add(seen.item)
        for pattern in feed.exclude:
            if passes(sighting, replace(feed, exclude=tuple(one for one in feed.exclude if one != pattern))):
                self._kept_out.setdefault((feed.name, pattern), set()).add(seen.item)

    def remedy(
        self, missed: _Missed, levers: Sequence[Lever], shown: frozenset[int], taken_up: frozenset[int]
    ) -> Remedy:
        """The command that lets a missed work in."""
        number, fate = missed.work.number, missed.fate.fate
        if fate in remedies.WATCHED and (best := remedies.cheapest(levers, shown)):
            return _told(remedies.watch(best), best.works - shown - {number}, taken_up)
        if fate == "filtered":
            return self._filter(missed, levers, shown, taken_up)
        item = missed.work.now
        if fate == "dropped":
            return _told(f"digest edit --undo {item.id}", set(), taken_up)
        return _told(f"digest edit --add {_url(item)}", set(), taken_up)

    def _filter(
        self, missed: _Missed, levers: Sequence[Lever], shown: frozenset[int], taken_up: frozenset[int]
    ) -> Remedy:
        feed, number = _feed_of(missed), missed.work.number
        exclude = missed.fate.detail.partition(": exclude ")[2]
        if exclude:
            others = self._kept_out.get((feed, exclude), set()) - {number} - shown
            return _told(remedies.without(feed, exclude), others, taken_up)
        terms = [
            Lever(
                name=one.name,
                author=False,
                works=self._kept_out.get((feed, one.name), set()) - {number},
                earlier=one.earlier,
            )
            for one in levers
            if not one.author
        ]
        best = remedies.cheapest(terms, shown)
        if best is None:
            return _told(f"digest edit --add {_url(missed.work.now)}", set(), taken_up)
        return _told(remedies.include(feed, best), best.works - shown, taken_up)


def _told(command: str, others: set[int] | frozenset[int], taken_up: frozenset[int]) -> Remedy:
    return Remedy(command=command, others=len(others), taken_up=len(others & taken_up))


def _any_of(commands: tuple[str, ...]) -> Remedy | None:
    return Remedy(command=commands[0], also=commands[1:]) if commands else None


def _feed_of(missed: _Missed) -> str:
    return missed.fate.detail.partition(": ")[0]


def _graded(work: _Work, fate: Placed, remedy: Remedy | None, feeds: Mapping[str, Feed]) -> GradedWork:
    if fate.fate == "no_feed":
        remedy = _any_of(remedies.unseen(work.now.id, (feed.url for feed in feeds.values())))
    return GradedWork(
        id=work.now.id,
        title=_title(work.now),
        url=_url(work.now),
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
            url=_address(key),
            uptakes=tuple(told),
            fate="no_feed",
            remedy=_any_of(remedies.unseen(key, configured)),
        )
        for key, told in sorted(found.items())
    )


def _address(key: str) -> str:
    kind, _, name = key.partition(":")
    return f"https://arxiv.org/abs/{name}" if kind == "arxiv" else f"https://doi.org/{name}"


def _title(item: Item) -> str:
    return next((one.title for one in item.sightings if one.title), item.id)


def _url(item: Item) -> str:
    if item.id.startswith(("arxiv:", "doi:")):
        return _address(item.id)
    return next((one.url for one in item.sightings if one.url), "")


def _authors(item: Item) -> tuple[str, ...]:
    return next((one.authors for one in item.sightings if one.authors), ())
